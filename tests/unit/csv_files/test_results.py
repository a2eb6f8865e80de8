"""Result and retry files: views of the rows of a run, by place."""

from __future__ import annotations

import codecs
import json
import stat
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.fates import change_in_words
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.results import write_results_of_run
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.rosters import Wish, check_files_of_run
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.source import Source
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.table import open_table
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.verdict import RefusalRule
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.plan_file import PlanDocument, write_plan
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.record import update_record
from tests.unit.roster.run import Outcomes, begin

HEADER = "First Name,Last Name,User ID/Email (Required),Webex Contact Center Standard,Webex Contact Center Premium"
NOTHING = {"action": "none", "before": {}, "after": {}, "removal": False, "error": None, "manual": None}
PREMIUM = {**NOTHING, "action": "update", "before": {"license": "none"}, "after": {"license": "premium"}}


def read(directory: str, *paths: Path, check_mode: bool = False, **more: Any) -> None:
    """csv_info."""
    wish = Wish([str(path) for path in paths], "add_only")
    check_files_of_run(wish, directory, RefusalRule(), check_mode=check_mode, **more)


def put(path: Path, *rows: str, header: str = HEADER) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\r\n".join([header, *rows, ""]), encoding="utf-8", newline="")
    return path


def plan(directory: str, **steps: dict[str, Any]) -> None:
    """A plan with the same entries for everybody."""
    people = [
        {"row": p["row"], "email": p["email"], "sources": p["sources"], "steps": steps}
        for p in Outcomes.of(directory).people
    ]
    write_plan(directory, PlanDocument("", "", {}, "", False, "", people=people))


def done(directory: str, step: str, places: list[str], **more: Any) -> None:
    """The outcome of a step for the person of these places."""
    line = {
        "module": step,
        "source": places[0],
        "sources": places,
        "action": "none",
        "changed": False,
        "failed": False,
        **more,
    }
    with (Path(directory) / f"{step}.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def cells(path: str | None) -> dict[str, list[str]]:
    assert path is not None
    return {row.cells[0]: row.cells[1:] for row in open_table(Source.from_path(path)).rows()}


@pytest.mark.parametrize(("codec", "bom"), [("utf-8", b""), ("utf-16-le", codecs.BOM_UTF16_LE), ("cp1252", b"")])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_results_and_retry(tmp_path: Path, codec: str, bom: bytes, delimiter: str) -> None:
    rows = (
        f"{HEADER}\r\n"
        "Ada,M,Ada@example.com,,true\r\n"
        '"Robles, Inés",R,ines@example.com,,WAHR\r\n'
        "\r\n"
        "Bo,Li,bo@example.com,,1\r\n"
        '"two\nlines",x,cy@example.com,,TRUE\r\n'
        "Ada,M,ada@example.com,,\r\n"
        "Dee,N,dee@example.com,,TRUE"
    )
    path, directory = tmp_path / "x.csv", begin(tmp_path)
    content = rows.replace(",", delimiter).replace(f"Robles{delimiter} ", "Robles, ")
    path.write_bytes(bom + content.encode(codec))
    read(directory, path)
    plan(directory, user=NOTHING, license=PREMIUM)
    done(directory, "user", ["x.csv:2", "x.csv:8"], action="create", changed=True, after={"first_name": "Ada"})
    done(directory, "license", ["x.csv:2", "x.csv:8"], **{**PREMIUM, "changed": True})
    no_seat = {"code": "no_seat", "message": "=No seat", "tracking_id": "T_1", "advice": "Buy, or free, a seat."}
    done(directory, "license", ["x.csv:3"], action="update", failed=True, error=no_seat)
    done(directory, "user", ["x.csv:6"], action="blocked", error={"code": "trial", "message": "Trial account"})
    [written] = write_results_of_run(directory)
    assert written["result"] == str(tmp_path / "x.result.csv")
    assert written["counts"] == {"changed": 2, "failed": 1, "refused": 1, "blocked": 1, "not attempted": 1}
    table = open_table(Source.from_path(written["result"]))
    assert (table.delimiter, table.encoding.codec) == (delimiter, "utf-8")
    lines = cells(written["result"])
    assert list(lines) == ["2", "3", "5", "6", "8", "9"]
    changes = "user create: first_name Ada; license none -> premium"
    assert lines["2"] == ["Ada@example.com", "changed", changes, "", "", "", "", ""]
    assert lines["8"] == ["ada@example.com", "changed", changes, "", "", "", "", ""]
    assert lines["3"] == ["ines@example.com", "failed", "", "'=No seat", "no_seat", "T_1", "Buy, or free, a seat.", ""]
    assert (lines["5"][1], lines["5"][4]) == ("refused", "license_value_mark")
    assert lines["6"][1:4] == ["blocked", "", "Trial account"]
    assert lines["9"][1:4] == ["not attempted", "", "The run ended before this was done: license none -> premium."]
    # The rows to run again are the very bytes, so the encoding, the delimiter and every spelling are as they were.
    physical = content.split("\r\n")
    expected = "\r\n".join([physical[0], physical[2], physical[4], physical[5], physical[7]])
    assert Path(written["retry"]).read_bytes() == bom + expected.encode(codec)
    assert stat.S_IMODE(Path(written["retry"]).stat().st_mode) == 0o600
    # The same stands in the run's directory, whatever becomes of those beside the file.
    for kind in ("result", "retry"):
        assert (Path(directory) / f"x.{kind}.csv").read_bytes() == (tmp_path / f"x.{kind}.csv").read_bytes()


def test_a_row_is_done_when_all_that_it_asked_for_is_done(tmp_path: Path) -> None:
    """Somebody who is licensed, and whose settings are not set, belongs into the retry file."""
    directory = begin(tmp_path)
    rows = ["nia@example.com,HQ,Day", "olu@example.com,HQ,Day"]
    read(directory, put(tmp_path / "agents.csv", *rows, header="Email,Site,Teams"))
    settings = {**NOTHING, "action": "update", "before": {"site": ""}, "after": {"site": "HQ"}}
    plan(directory, user=NOTHING, license=NOTHING, role=NOTHING, agent=settings)
    done(directory, "agent", ["agents.csv:3"], **{**settings, "changed": True})
    [written] = write_results_of_run(directory)
    assert written["counts"] == {"not attempted": 1, "changed": 1}
    why = "The run ended before this was done: site nothing -> HQ. Remove the cause, then run the retry file."
    # The vendor's own file of failed rows has that column, too.
    assert Path(written["retry"]).read_text("utf-8").splitlines() == [
        "Email,Site,Teams,Error Message",
        f'{rows[0]},"{why}"',
    ]


def test_rows_that_contradict_each_other_are_in_no_retry_file(tmp_path: Path) -> None:
    directory = begin(tmp_path)
    rows = ["Nia,R,nia@example.com,TRUE,FALSE", "Nia,R,NIA@example.com,FALSE,TRUE", "Bad,R,bad,TRUE,FALSE"]
    olu = ["Olu,B,olu@example.com,TRUE,FALSE"] * 2
    path = put(tmp_path / "x.csv", *rows, *olu)
    read(directory, path)
    plan(directory, license=NOTHING)
    [written] = write_results_of_run(directory)
    assert written["counts"] == {"refused": 3, "unchanged": 2}
    assert Path(written["retry"]).read_text("utf-8").splitlines() == [HEADER, "Bad,R,bad,TRUE,FALSE"]
    lines = cells(written["result"])
    assert "x.csv:2 says 'TRUE, FALSE' and x.csv:3 says 'FALSE, TRUE'" in lines["2"][3]
    assert lines["2"][3:] == lines["3"][3:]


def test_a_check_run_leaves_a_plan_in_its_directory_alone(tmp_path: Path) -> None:
    directory = begin(tmp_path, check_mode=True)
    path = put(tmp_path / "x.csv", "Ada,M,ada@example.com,,TRUE", "Bo,M,bad,,TRUE")
    read(directory, path, check_mode=True)
    plan(directory, user=NOTHING, license=PREMIUM)
    [written] = write_results_of_run(directory, check_mode=True)
    assert (written["result"], written["retry"]) == (f"{directory}/x.plan.csv", None)
    assert cells(written["result"])["2"][1:3] == ["would change", "license none -> premium"]
    assert written["counts"] == {"would change": 1, "refused": 1}
    assert {entry.name for entry in tmp_path.iterdir()} == {"x.csv", Path(directory).parent.name}


def test_a_check_task_leaves_a_real_run_alone(tmp_path: Path) -> None:
    directory = begin(tmp_path)
    read(directory, put(tmp_path / "x.csv", "Ada,M,ada@example.com,,TRUE"))
    assert write_results_of_run(directory, check_mode=True) == []
    assert not (tmp_path / "x.result.csv").exists()


def test_whom_a_run_that_stopped_did_not_reach(tmp_path: Path) -> None:
    directory = begin(tmp_path)
    read(directory, put(tmp_path / "x.csv", "Ada,M,ada@example.com,,TRUE"))
    update_record(
        directory, stopped={"step": "plan", "code": "no_seat", "message": "No seat is free.", "advice": "Buy one."}
    )
    [written] = write_results_of_run(directory)
    [line] = cells(written["result"]).values()
    assert line[1] == "not attempted"
    assert "No seat is free." in line[3]
    assert line[6] == "Buy one."
    # Without a plan, what the row asks for is held against the outcomes that there are.
    done(directory, "user", ["x.csv:2"], action="create", changed=True)
    [written] = write_results_of_run(directory)
    assert written["counts"] == {"not attempted": 1}
    done(directory, "license", ["x.csv:2"], **{**PREMIUM, "changed": True})
    assert write_results_of_run(directory)[0]["counts"] == {"not attempted": 1}
    # What a row did not ask for by itself counts only where the run stopped.
    update_record(directory, stopped=None)
    assert write_results_of_run(directory)[0]["counts"] == {"changed": 1}


def test_a_later_line_of_a_step_replaces_the_earlier(tmp_path: Path) -> None:
    directory = begin(tmp_path)
    read(directory, put(tmp_path / "x.csv", "Ada,M,ada@example.com,,TRUE"))
    done(directory, "license", ["x.csv:2"], action="update", failed=True)
    done(directory, "license", ["x.csv:2"], action="update", changed=True)
    assert write_results_of_run(directory)[0]["counts"] == {"changed": 1}


def test_a_retry_file_goes_when_all_is_well_unless_somebody_edited_it(tmp_path: Path) -> None:
    path = put(tmp_path / "x.csv", "Ada,M,ada@example.com,,TRUE", "Bo,M,bo@example.com,,TRUE")
    retry = tmp_path / "x.retry.csv"
    for step in (1, 2, 3):
        directory = begin(tmp_path / str(step))
        read(directory, path)
        failing = step != 2
        plan(directory, license=PREMIUM if failing else NOTHING)
        [written] = write_results_of_run(directory)
        assert (written["retry"], written["message"]) == (str(retry) if failing else None, None)
        assert retry.exists() == failing
    mine = retry.read_text("utf-8").replace("Bo", "Bob")
    retry.write_text(mine, "utf-8", newline="")
    for step in (4, 5):
        directory = begin(tmp_path / str(step))
        read(directory, path)
        plan(directory, license=PREMIUM if step == 4 else NOTHING)
        [written] = write_results_of_run(directory)
        assert retry.read_text("utf-8") == mine.replace("\r\n", "\n")
    assert write_results_of_run(begin(tmp_path / "6")) == []


def test_results_can_always_be_written_at_least_into_the_run(tmp_path: Path) -> None:
    directory = begin(tmp_path)
    path = put(tmp_path / "files" / "x.csv", "Ada,M,ada@example.com,,TRUE")
    read(directory, path)
    plan(directory, license=PREMIUM)
    (tmp_path / "files" / "x.result.csv").mkdir()
    [written] = write_results_of_run(directory)
    assert (written["result"], written["retry"]) == (f"{directory}/x.result.csv", f"{directory}/x.retry.csv")
    assert "the results are in the run's directory" in written["message"]
    # The file itself is gone, or is another one by now.
    for content in (None, "something else"):
        path.unlink() if content is None else path.write_text(content, "utf-8")
        [written] = write_results_of_run(directory)
        assert cells(f"{directory}/x.result.csv")["2"][:2] == ["ada@example.com", "not attempted"]
        assert "there is no retry file" in written["message"]


def test_a_file_that_is_no_table_has_its_reason_in_its_results(tmp_path: Path) -> None:
    directory = begin(tmp_path)
    picture, empty = tmp_path / "picture.csv", put(tmp_path / "typo.csv", "a,b", header="Fist Name,Mail")
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    read(directory, picture, empty)
    one, two = write_results_of_run(directory)
    [line] = cells(one["result"]).values()
    assert (line[1], line[4]) == ("refused", "not_csv")
    assert (one["retry"], two["retry"], two["counts"]) == (None, None, {"refused": 1})


def test_two_files_of_one_name_have_results_each(tmp_path: Path) -> None:
    directory = begin(tmp_path)
    files = [put(tmp_path / name / "x.csv", f"A,M,{name}@example.com,,TRUE") for name in ("one", "two")]
    read(directory, *files)
    plan(directory, license=PREMIUM)
    write_results_of_run(directory)
    for path, own in zip(files, ("x", "x.2"), strict=True):
        [line] = cells(f"{path.parent}/x.result.csv").values()
        assert line[0] == f"{path.parent.name}@example.com"
        assert cells(f"{directory}/{own}.result.csv") == {"2": line}


def test_results_of_a_file_that_hosts_share_carry_the_hosts_name(tmp_path: Path) -> None:
    path = put(tmp_path / "x.csv", "Ada,M,ada@example.com,,TRUE")
    one, two = begin(tmp_path, host="one"), begin(tmp_path, host="two")
    for directory in (one, two):
        read(directory, path)
    # The first did not know of the second when it began.
    for directory in (one, two):
        [written] = write_results_of_run(directory)
        assert written["result"] == str(tmp_path / f"x.{Path(directory).name}.result.csv")


@pytest.mark.parametrize(
    ("module", "action", "before", "after", "words"),
    [
        ("license", "update", {"license": "none"}, {"license": "premium"}, "license none -> premium"),
        ("user", "create", {"state": None}, {"first_name": "Ada", "title": None}, "user create: first_name Ada"),
        ("agent", "update", {"teams": ["A"]}, {"teams": []}, "teams A -> nothing"),
        ("agent", "update", {}, {"contact_center_enabled": True}, "contact_center_enabled nothing -> on"),
        ("user", "update", {}, {}, "user update"),
    ],
)
def test_changes_in_words(module: str, action: str, before: dict[str, Any], after: dict[str, Any], words: str) -> None:
    outcome = {"module": module, "action": action, "before": before, "after": after}
    assert change_in_words(outcome) == words
    assert change_in_words({**outcome, "certain": False}) == f"{words} (perhaps)"


def test_a_file_that_is_refused_as_a_whole_is_one_row(tmp_path: Path) -> None:
    """As in the summary and in the report: nothing says how its rows were meant."""
    directory = begin(tmp_path)
    read(directory, put(tmp_path / "x.csv", "Ada,ada@x", "Bo,bo@x", header="Vorname,Irgendwas"))
    [written] = write_results_of_run(directory)
    assert written["counts"] == {"refused": 1}
    assert written["retry"] is None
    assert "as a whole" in written["message"]
    [line] = cells(written["result"]).values()
    assert line[1] == "refused"
    assert line[3]


# -- the gate, and the synchronization ---------------------------------------------------------------------------------------

OUT_OF_SYNC = {
    "after": {"sync_state": "missing"},
    "failed": True,
    "error": {"code": "not_in_sync", "message": "ada@example.com is not in sync (missing)", "advice": "Press it."},
}


def after(tmp_path: Path, gate: str, sync: dict[str, Any] | None, **steps: Any) -> tuple[list[str], list[str]]:
    """A file of one person whose license was given; the row of its result, and the rows to run again."""
    directory = begin(tmp_path)
    read(directory, put(tmp_path / "x.csv", "Ada,M,ada@example.com,,TRUE"))
    plan(directory, license=PREMIUM, sync={**NOTHING, "before": {"sync_state": "missing"}}, **steps)
    done(directory, "license", ["x.csv:2"], **{**PREMIUM, "changed": True})
    if sync is not None:
        done(directory, "sync", ["x.csv:2"], **sync)
    update_record(directory, gate=gate)
    [written] = write_results_of_run(directory)
    [line] = cells(written["result"]).values()
    retry = Path(written["retry"]).read_text("utf-8").splitlines()[1:] if written["retry"] else []
    return line[1:], retry


def test_who_failed_to_synchronize_is_to_run_again(tmp_path: Path) -> None:
    line, again = after(tmp_path, "passed", OUT_OF_SYNC)
    message = "ada@example.com is not in sync (missing)"
    assert line == ["failed", "license none -> premium", message, "not_in_sync", "", "Press it.", "missing"]
    assert len(again) == 1


def test_an_open_gate_is_waiting_and_no_error(tmp_path: Path) -> None:
    line, again = after(tmp_path, "open", OUT_OF_SYNC)
    assert (line[0], line[1], line[6], again) == ("waiting", "license none -> premium", "missing", [])


def test_settings_that_wait_for_the_gate_are_to_run_again(tmp_path: Path) -> None:
    settings = {**NOTHING, "action": "update", "before": {"site": ""}, "after": {"site": "HQ"}}
    line, again = after(tmp_path, "open", OUT_OF_SYNC, agent=settings)
    assert (line[0], len(again)) == ("waiting", 1)


def test_what_nobody_could_see_is_waiting(tmp_path: Path) -> None:
    unseen = {"after": {"sync_state": None, "message": "It cannot be seen."}}
    line, again = after(tmp_path, "passed", unseen)
    assert (line[0], line[2], line[6], again) == ("waiting", "It cannot be seen.", "", [])


def test_who_is_in_sync_is_done(tmp_path: Path) -> None:
    line, again = after(tmp_path, "passed", {"after": {"sync_state": "in_sync"}})
    assert (line[0], line[2], line[6], again) == ("changed", "", "in_sync", [])


def test_a_plan_says_nothing_of_the_synchronization(tmp_path: Path) -> None:
    line, again = after(tmp_path, "none", None)
    assert (line[0], line[6], again) == ("changed", "", [])


def test_what_kept_the_license_goes_before_the_synchronization(tmp_path: Path) -> None:
    directory = begin(tmp_path)
    read(directory, put(tmp_path / "x.csv", "Ada,M,ada@example.com,,TRUE"))
    done(directory, "license", ["x.csv:2"], action="blocked", error={"code": "no_seat", "message": "No seat."})
    done(directory, "sync", ["x.csv:2"], **OUT_OF_SYNC)
    [line] = cells(write_results_of_run(directory)[0]["result"]).values()
    assert (line[1], line[3], line[7]) == ("blocked", "No seat.", "missing")


def test_a_run_of_agent_settings_asks_for_nothing_else(tmp_path: Path) -> None:
    directory = begin(tmp_path)
    read(directory, put(tmp_path / "a.csv", "ada@example.com,HQ,", header="Email,Site,Teams"))
    stopped = {"step": "agent", "code": "x", "message": "Away.", "advice": "Later."}
    update_record(directory, role="agent_settings", stopped=stopped)
    [line] = cells(write_results_of_run(directory)[0]["result"]).values()
    assert line[3] == "The run ended before this row's agent. Away."


# -- Bulk Operations files ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize(("codec", "bom"), [("utf-8", b""), ("utf-16-le", codecs.BOM_UTF16_LE), ("cp1252", b"")])
def test_failed_rows_come_back_with_the_vendors_column(tmp_path: Path, codec: str, bom: bytes, delimiter: str) -> None:
    rows = ["Email,Site,Teams", "ada@example.com,Málaga,", 'bo@example.com,"HQ",,', "cy@example.com"]
    path, directory = tmp_path / "a.csv", begin(tmp_path)
    path.write_bytes(bom + "\r\n".join(rows).replace(",", delimiter).encode(codec))
    read(directory, path)
    for number in (2, 3):
        error = {"code": "unknown_name", "message": '=No "site"\nof that name'}
        done(directory, "agent", [f"a.csv:{number}"], action="blocked", error=error)
    [written] = write_results_of_run(directory)
    retry = Path(written["retry"]).read_bytes()
    head, one, two, three = retry.removeprefix(bom).decode(codec).replace(delimiter, ",").splitlines()
    assert head == f"{rows[0]},Error Message"
    message = '"\'=No ""site"" of that name"'
    # Blank cells beyond the header would move the text to where no column is.
    assert (one, two) == (f"{rows[1]},{message}", f"bo@example.com,HQ,,{message}")
    assert three.startswith("cy@example.com,")
    # Running it is running those rows: the column is passed over, and gets a new text.
    again = begin(tmp_path / "again")
    read(again, Path(written["retry"]))
    assert [p["email"] for p in Outcomes.of(again).people] == ["ada@example.com", "bo@example.com"]
    done(again, "agent", ["a.retry.csv:3"], action="blocked", error={"code": "x", "message": "Other."})
    done(again, "agent", ["a.retry.csv:2"], action="update", changed=True)
    [written] = write_results_of_run(again)
    second = Path(written["retry"]).read_bytes().removeprefix(bom).decode(codec).replace(delimiter, ",").splitlines()
    assert second[:2] == [head, "bo@example.com,HQ,,Other."]


def test_a_corrected_retry_file_of_bulk_operations_is_left_alone(tmp_path: Path) -> None:
    header = "Email,Site,Teams"
    path = put(tmp_path / "a.csv", "ada@example.com,HQ,", "bo@example.com,HQ,", header=header)

    def run(name: str, *blocked: int) -> dict[str, Any]:
        directory = begin(tmp_path / name)
        read(directory, path)
        for number in (2, 3):
            word = "blocked" if number in blocked else "none"
            done(directory, "agent", [f"a.csv:{number}"], action=word, error={"message": name})
        return dict(write_results_of_run(directory)[0])

    retry = Path(run("one", 2, 3)["retry"])
    # Ours, whatever its texts: written over, and taken away.
    assert run("two", 3)["retry"] == str(retry)
    assert retry.read_text("utf-8").splitlines()[1:] == ["bo@example.com,HQ,,two"]
    assert (run("three")["retry"], retry.exists()) == (None, False)
    run("four", 2)
    retry.write_text(retry.read_text("utf-8").replace("HQ", "Other"), "utf-8")
    edited = retry.read_bytes()
    assert "was edited" in run("five", 2)["message"]
    assert retry.read_bytes() == edited
