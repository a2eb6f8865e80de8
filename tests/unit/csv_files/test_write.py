"""User files byte for byte, results and retry files beside what was imported."""

from __future__ import annotations

import codecs
import stat
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.columns import SAMPLE_COLUMNS
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.people import read_files
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.results import (
    Known,
    check_files,
    write_result_files,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.source import CsvProblem, Source
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.table import open_table
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.write import (
    part_names,
    result_names,
    user_files,
    write_parts,
    write_results,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import InputError

HEADER = "First Name,Last Name,User ID/Email (Required)"
STANDARD = "Webex Contact Center Standard"
PREMIUM = "Webex Contact Center Premium"


def text(people: list[dict[str, Any]], **options: Any) -> str:
    (part,) = user_files(people, **options)
    return part.decode("utf-8")


# --- User files ---------------------------------------------------------------------------------------------------


def test_minimal_file() -> None:
    people = [
        {"email": "a@example.com", "first_name": "Ada", "last_name": "M", "csv": {"standard": None, "premium": True}},
        {"email": "b@example.com", "csv": {"standard": None, "premium": None}},
        {"email": "c@example.com", "csv": {"standard": None, "premium": False}},
    ]
    assert text(people) == (
        f"{HEADER},{PREMIUM}\r\nAda,M,a@example.com,TRUE\r\n,,b@example.com,\r\n,,c@example.com,FALSE\r\n"
    )


def test_untouched_columns_stay_out_of_a_minimal_file() -> None:
    assert text([{"email": "a@b.c", "title": "Agent"}]) == f"{HEADER}\r\n,,a@b.c\r\n"


@pytest.mark.parametrize(
    ("held", "standard", "premium"),
    [("none", "FALSE", "FALSE"), ("standard", "TRUE", "FALSE"), ("premium", "FALSE", "TRUE"), (None, "", "")],
)
def test_what_people_hold(held: str | None, standard: str, premium: str) -> None:
    line = text([{"email": "a@b.c", "license": held}], full=True).splitlines()[1]
    assert line.split(",")[-2:] == [standard, premium]


@pytest.mark.parametrize("name", ["sample_control_hub_export.csv", "sample_damaged_by_spreadsheet.csv"])
def test_full_file_has_the_columns_of_the_sample(files: Path, name: str) -> None:
    header = text(read_files([files / name]).people, full=True).splitlines()[0]
    assert header.split(",") == [known.header for known in SAMPLE_COLUMNS]


def test_sample_goes_round_without_loss(files: Path) -> None:
    path = files / "sample_control_hub_export.csv"
    result = read_files([path], keep_columns=True)
    assert user_files(result.people, full=True) == [path.read_bytes()]


def test_damaged_sample_comes_out_mended(files: Path) -> None:
    known = {f"{name}@example.com": [number] for name, number in [
        ("ada.marlowe", "+12025550101"), ("carla.vidal+pilot", "+12025550103"),
    ]} | {"bruno.keane@example.com": ["+12025550102"]}  # fmt: skip
    result = read_files([files / "sample_damaged_by_spreadsheet.csv"], known_numbers=known, keep_columns=True)
    mended = text(result.people, full=True).splitlines()
    good = (files / "sample_control_hub_export.csv").read_text(encoding="utf-8").splitlines()
    assert [mended[0], mended[1], mended[3], mended[4]] == [good[0], good[1], good[3], good[4]]
    # His caller's number cannot be proved, so it is left out rather than guessed.
    assert mended[2] == good[2].replace("+12025550102,+12025550101,", "+12025550102,,")


def test_several_subscriptions(files: Path) -> None:
    result = read_files([files / "sample_control_hub_export_multisub.csv"], keep_columns=True)
    subscriptions = {"standard": ["Sub111111"], "premium": ["Sub111111", "Sub222222"]}
    lines = text(result.people, subscriptions=subscriptions, suspended=["Sub222222"]).splitlines()
    assert lines[0] == (f"{HEADER},{STANDARD} [Sub111111],{PREMIUM} [Sub111111],{PREMIUM} [Sub222222] (Suspended)")
    assert [line.split(",")[-3:] for line in lines[1:3]] == [["FALSE", "TRUE", "FALSE"], ["TRUE", "FALSE", "FALSE"]]
    again = read_files([Source("y.csv", data="\r\n".join([*lines, ""]).encode())])
    assert [person["csv"] for person in again.people] == [person["csv"] for person in result.people]


def test_whole_sample_with_several_subscriptions_goes_round(files: Path) -> None:
    path = files / "sample_control_hub_export_multisub.csv"
    result = read_files([path], keep_columns=True)
    header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    assert user_files(
        result.people,
        full=True,
        subscriptions={"standard": ["Sub111111"], "premium": ["Sub111111", "Sub222222"]},
        suspended=["Sub222222"],
        other_licenses=header[37:40],
    ) == [path.read_bytes()]


def test_one_subscription_needs_no_suffix() -> None:
    assert text([{"email": "a@b.c", "license": "premium"}], subscriptions={"standard": ["S1"], "premium": ["S1"]}) == (
        f"{HEADER},{STANDARD},{PREMIUM}\r\n,,a@b.c,FALSE,TRUE\r\n"
    )


def test_the_subscription_of_a_person() -> None:
    both = {"premium": ["S1", "S2"]}
    people: list[dict[str, Any]] = [
        {"email": "a@b.c", "license": "premium", "subscription": "S2"},
        {"email": "d@b.c", "license": "premium", "subscriptions": ["S1"]},
        {"email": "e@b.c", "license": "none"},
        {"email": "f@b.c", "csv": {"premium": True}, "subscription": "S1"},
    ]
    lines = text(people, subscriptions=both).splitlines()
    assert lines[0].endswith(f"{PREMIUM} [S1],{PREMIUM} [S2]")
    assert [line.split(",")[3:] for line in lines[1:]] == [
        ["FALSE", "TRUE"],
        ["TRUE", "FALSE"],
        ["FALSE", "FALSE"],
        ["TRUE", ""],
    ]
    for person in ({"email": "a@b.c", "license": "premium"}, {"email": "a@b.c", "csv": {"premium": True}}):
        with pytest.raises(ValueError, match=r"a@b\.c"):
            user_files([person], subscriptions=both)


def test_split_at_the_row_limit() -> None:
    people = [{"email": f"a{number}@b.c", "license": "none"} for number in range(5)]
    parts = user_files(people, row_limit=2)
    assert [part.count(b"\r\n") for part in parts] == [3, 3, 2]
    assert all(part.startswith(HEADER.encode()) for part in parts)
    assert len(user_files(people, row_limit=0)) == 1
    assert user_files([]) == [f"{HEADER}\r\n".encode()]


def test_names_of_parts() -> None:
    assert part_names("d/x.csv", 1) == ["d/x.csv"]
    assert part_names("d/x.csv", 11)[0] == "d/x.part-01-of-11.csv"


def test_parts_are_written_for_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    assert write_parts(str(path), [b"a"]) == [str(path)]
    assert path.read_bytes() == b"a"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.stat().st_ino
    write_parts(str(path), [b"a"])
    assert path.stat().st_ino == before
    write_parts(str(path), [b"b"])
    assert path.read_bytes() == b"b"
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.csv"]
    with pytest.raises(OSError, match="No such file"):
        write_parts(str(tmp_path / "none" / "x.csv"), [b"a"])


def test_half_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(ValueError, match="surrogates"):
        user_files([{"email": "a@b.c", "first_name": "\ud83d"}])


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


def test_chosen_outcomes_are_run_again(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(ROWS, encoding="utf-8", newline="")
    written = write_results(read_files([path]).files[0], OUTCOMES, retry=["failed"])
    assert written.retry is not None
    assert Path(written.retry).read_text(encoding="utf-8").splitlines()[1:] == [
        '"Robles, Inés",R,ines@example.com,WAHR'
    ]


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
    known = Known({"ada@example.com"}, {"ada@example.com": ["+12025550101"]})
    files = [str(path), str(other)]
    checked = check_files(
        files, mode="add_only", known=known, users_file=None, dest=str(tmp_path), part_size=9, results_file=None
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
