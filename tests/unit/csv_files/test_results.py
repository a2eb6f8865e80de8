"""Results and retry files beside what was imported, and what the checks of the run knew."""

from __future__ import annotations

import codecs
import stat
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.people import read_files
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.results import (
    result_names,
    write_result_files,
    write_results,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.rosters import OnRecord, check_files
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.source import CsvProblem, Source
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.table import open_table
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import InputError

HEADER = "First Name,Last Name,User ID/Email (Required)"
PREMIUM = "Webex Contact Center Premium"

# --- Results ------------------------------------------------------------------------------------------------------

ROWS = (
    f"{HEADER},{PREMIUM}\r\n"
    "Ada,M,Ada@example.com,true\r\n"
    '"Robles, Inés",R,ines@example.com,WAHR\r\n'
    "\r\n"
    "Bo,Li,bo@example.com,1\r\n"
    '"two\nlines",x,cy@example.com,TRUE\r\n'
    "Ada,again,ada@example.com,TRUE\r\n"
    "Dee,N,dee@example.com,TRUE"
)
OUTCOMES: list[dict[str, Any]] = [
    {"module": "user", "email": "ada@example.com", "action": "create", "changed": True, "failed": False, "error": None},
    {
        "module": "license",
        "email": "ada@example.com",
        "action": "update",
        "changed": True,
        "failed": False,
        "error": None,
    },
    {"module": "user", "email": "ines@example.com", "action": "none", "changed": False, "failed": False, "error": None},
    {
        "module": "license",
        "email": "ines@example.com",
        "action": "update",
        "changed": False,
        "failed": True,
        "error": {"code": "no_seat", "message": "=No seat", "tracking_id": "T_1", "advice": "Buy, or free, a seat."},
    },
    {
        "module": "user",
        "email": "cy@example.com",
        "action": "blocked",
        "changed": False,
        "failed": False,
        "error": {"code": "trial", "message": "Trial account", "tracking_id": "T_2", "advice": "Leave it."},
    },
]


@pytest.mark.parametrize(("codec", "bom"), [("utf-8", b""), ("utf-16-le", codecs.BOM_UTF16_LE), ("cp1252", b"")])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_results_and_retry(tmp_path: Path, codec: str, bom: bytes, delimiter: str) -> None:
    path = tmp_path / "x.csv"
    content = ROWS.replace(",", delimiter).replace(f"Robles{delimiter} ", "Robles, ")
    path.write_bytes(bom + content.encode(codec))
    result = read_files([path])
    written = write_results(result.files[0], OUTCOMES)
    assert written.result == str(tmp_path / "x.result.csv")
    assert written.counts == {"changed": 1, "failed": 1, "refused": 2, "blocked": 1, "not attempted": 1}
    table = open_table(Source.from_path(written.result))
    assert table.delimiter == delimiter
    assert table.encoding.codec == "utf-8"
    lines = {row.cells[0]: row.cells[1:] for row in table.rows()}
    assert list(lines) == ["2", "3", "5", "6", "8", "9"]
    assert lines["2"] == ["Ada@example.com", "changed", "user create, license update", "", "", "", ""]
    assert lines["3"] == ["ines@example.com", "failed", "", "'=No seat", "no_seat", "T_1", "Buy, or free, a seat."]
    assert lines["5"][1] == "refused"
    assert lines["5"][4] == "license_value_mark"
    assert lines["6"][1:3] == ["blocked", ""]
    assert lines["8"][1] == "refused"
    assert "line 2" in lines["8"][3]
    assert lines["9"][1] == "not attempted"
    # The rows to run again are the very bytes, so the encoding, the delimiter and every spelling are as they were.
    physical = content.split("\r\n")
    expected = "\r\n".join([physical[0], physical[2], physical[4], physical[5], physical[6], physical[7]])
    assert written.retry == str(tmp_path / "x.retry.csv")
    assert Path(written.retry).read_bytes() == bom + expected.encode(codec)
    assert stat.S_IMODE(Path(written.retry).stat().st_mode) == 0o600


def test_an_old_retry_file_goes_when_all_is_well(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"{HEADER}\r\nAda,M,ada@example.com\r\n", encoding="utf-8", newline="")
    (tmp_path / "x.retry.csv").write_text("old", encoding="utf-8")
    written = write_results(read_files([path]).files[0], OUTCOMES[:2])
    assert written.retry is None
    assert not (tmp_path / "x.retry.csv").exists()


def test_results_of_a_bulk_operations_file(tmp_path: Path) -> None:
    path = tmp_path / "agents.csv"
    path.write_text("Site,Email,Teams\nHQ,a@example.com,\nHQ,b@example.com,\n", encoding="utf-8", newline="")
    failed = {
        "module": "agent",
        "email": "B@example.com",
        "action": "update",
        "failed": True,
        "error": {"message": "No."},
    }
    fine = {"module": "agent", "email": "a@example.com", "action": "none", "failed": False, "error": None}
    written = write_results(read_files([path]).files[0], [fine, failed], directory=str(tmp_path))
    assert written.counts == {"unchanged": 1, "failed": 1}
    assert (tmp_path / "agents.retry.csv").read_text(encoding="utf-8") == "Site,Email,Teams\nHQ,b@example.com,\n"


def test_a_later_line_of_a_module_replaces_the_earlier(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"{HEADER}\r\nAda,M,ada@example.com\r\n", encoding="utf-8", newline="")
    late = {"module": "license", "email": "ada@example.com", "action": "update", "changed": True, "failed": False}
    written = write_results(read_files([path]).files[0], [{**late, "changed": False, "failed": True}, late])
    assert written.counts == {"changed": 1}


def test_results_of_a_file_that_changed_or_never_was(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(ROWS, encoding="utf-8", newline="")
    file = read_files([path]).files[0]
    path.write_text(ROWS + "\r\n", encoding="utf-8", newline="")
    with pytest.raises(CsvProblem, match="changed"):
        write_results(file, OUTCOMES)
    with pytest.raises(CsvProblem, match="could not be read"):
        write_results(read_files([tmp_path / "none.csv"]).files[0], OUTCOMES)


def test_names_of_result_files() -> None:
    assert result_names("d/Users.CSV") == ("d/Users.result.csv", "d/Users.retry.csv")
    assert result_names("users", "e") == ("e/users.result.csv", "e/users.retry.csv")


# --- What the checks of the run knew ------------------------------------------------------------------------------


def test_results_know_what_the_run_refused(tmp_path: Path) -> None:
    """A row that the organization's record settled is no refused row, and one that another file contradicts is."""
    path = tmp_path / "x.csv"
    phone = "Phone Number"
    path.write_text(
        f"{HEADER},{phone},{PREMIUM}\r\nAda,M,ada@example.com,1.20256E+10,TRUE\r\nBo,K,bo@example.com,,TRUE\r\n",
        encoding="utf-8",
        newline="",
    )
    other = tmp_path / "y.csv"
    other.write_text(f"{HEADER}\r\nBob,K,BO@example.com\r\n", encoding="utf-8", newline="")
    on_record = OnRecord({"ada@example.com"}, {"ada@example.com": ["+12025550101"]})
    files = [str(path), str(other)]
    checked = check_files(
        files, mode="add_only", on_record=on_record, users_file=None, dest=str(tmp_path), part_size=9, results_file=None
    )
    assert checked["counts"] == {"error": 1, "warning": 0, "repaired": 1}
    run = tmp_path / "license.jsonl"
    run.write_text('{"module": "license", "email": "ada@example.com", "action": "update", "changed": true}\n')
    options: dict[str, Any] = {"directory": None, "checks_file": checked["checks"], "needed": ["license"]}
    first, second = write_result_files(files, [str(run), str(tmp_path / "none.jsonl")], **options)
    assert first["counts"] == {"changed": 1, "refused": 1}
    assert second["counts"] == {"refused": 1}
    assert "line 3 of x.csv says 'Bo' and line 2 of y.csv says 'Bob'" in Path(first["result"]).read_text("utf-8")
    assert Path(first["retry"]).read_text("utf-8").splitlines()[1:] == ["Bo,K,bo@example.com,,TRUE"]
    path.write_text("changed", encoding="utf-8")
    with pytest.raises(InputError, match="has changed during the run"):
        write_result_files([str(path)], [], **options)


def test_whom_a_run_that_stopped_did_not_reach(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"{HEADER}\r\nAda,M,ada@example.com\r\nBo,K,bo@example.com\r\n", encoding="utf-8", newline="")
    outcomes = [
        {"module": "user", "email": "ada@example.com", "action": "create", "changed": True},
        {"module": "user", "email": "bo@example.com", "action": "none", "changed": False},
        {"module": "license", "email": "bo@example.com", "action": "remove", "changed": False},
    ]
    file = read_files([path]).files[0]
    written = write_results(file, outcomes, needed=["license"])
    assert written.counts == {"not attempted": 2}
    lines = [row.cells for row in open_table(Source.from_path(written.result)).rows()]
    assert lines[0][2:5] == ["not attempted", "user create", "The run ended before this row's license."]
    assert lines[1][4] == "The run stopped before this change: license remove."
    before = Path(written.retry or "").read_bytes()
    plan = write_results(file, outcomes[:1], planned=True)
    assert (plan.result, plan.retry) == (str(tmp_path / "x.plan.csv"), None)
    assert plan.counts == {"would change": 1, "would not be reached": 1}
    assert (tmp_path / "x.retry.csv").read_bytes() == before


def test_a_file_that_is_no_table_gets_no_results(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n")
    assert write_result_files([str(path)], [], directory=None) == [
        {"file": str(path), "result": None, "retry": None, "counts": {}}
    ]
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("content", "message"),
    [("{", "is not JSON"), ("[]", "holds something else"), ("null", "holds something else"), ('{"files": 1}', "else")],
)
def test_a_file_of_checks_that_is_none_is_said(content: str, message: str, tmp_path: Path) -> None:
    checks = tmp_path / "csv.json"
    checks.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=rf"checks_file .*csv\.json .*{message}"):
        write_result_files([], [], directory=None, checks_file=str(checks))


def test_a_results_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"results_files .*: Is a directory"):
        write_result_files([], [str(tmp_path)], directory=None)
