"""The action: whose runs it reports on, where the report goes, and what it hands on."""

from __future__ import annotations

import json
import os
import typing as t
from pathlib import Path
from types import SimpleNamespace

import pytest
from ansible.errors import AnsibleActionFail
from ansible.parsing.dataloader import DataLoader

from ansible_collections.wxcc.onboarding.plugins.module_utils._run.record import RunRecord, write_record
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.action import (
    BASE_VARIABLE,
    ReportAction,
    places_of,
)
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._run.identity import RUN_ID as RUN
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._run.start import DEFAULT_BASE
from tests.unit.plugin_utils.runs import ALPHA, line, stopped


def begin(base: Path, host: str, run: str = RUN, **more: t.Any) -> dict[str, str]:
    """Make a run directory and return the fact that the host keeps."""
    directory = base / run / host
    directory.mkdir(parents=True)
    write_record(RunRecord(run=run, directory=str(directory), host=host, **{"organization": ALPHA, **more}))
    return {"directory": str(directory), "base": str(base), "run": run}


def report(
    hosts: dict[str, t.Any], play: list[str] | None = None, variables: dict[str, str] | None = None, **options: t.Any
) -> dict[str, t.Any]:
    task = SimpleNamespace(
        args=options, action="wxcc.onboarding.report", async_val=0, check_mode=False, diff=False, environment=None
    )
    connection = SimpleNamespace(_shell=SimpleNamespace(tmpdir="unused"))
    templar = SimpleNamespace(template=lambda value: value)
    action = ReportAction(task, connection, None, DataLoader(), templar, None)
    hostvars = {host: {"wxcc_onboarding_run": fact} if fact else {} for host, fact in hosts.items()}
    known = {"hostvars": hostvars, "ansible_play_hosts_all": list(hosts) if play is None else play}
    return action.run(None, {**known, **(variables or {})})


def hosts_of(result: dict[str, t.Any]) -> list[str]:
    return [organization["host"] for organization in result["organizations"]]


def test_without_options_it_is_about_the_runs_of_the_play(tmp_path: Path) -> None:
    facts = {host: begin(tmp_path, host) for host in ("beta", "alpha")}
    result = report(facts, max_lines="")
    assert hosts_of(result) == ["beta", "alpha"]
    assert result["files"]["html"] == str(tmp_path / RUN / "report.html")
    assert result["lines"][-1] == f"2 organizations: 0 people. Report: {tmp_path / RUN / 'report.html'}"


def test_the_numbers_are_handed_on_as_numbers(tmp_path: Path) -> None:
    result = report({"alpha": begin(tmp_path, "alpha")})
    assert result["ansible_stats"] == {
        "data": {"wxcc_onboarding_summary": {**result["summary"], "check": result["check"]}},
        "per_host": False,
        "aggregate": True,
    }
    assert {type(number) for number in result["summary"].values()} == {int}
    assert json.loads(Path(result["files"]["json"]).read_text())["summary"] == result["summary"]


@pytest.mark.parametrize("check", [True, False])
def test_the_numbers_handed_on_say_whether_they_are_a_forecast(check: bool, tmp_path: Path) -> None:
    result = report({"alpha": begin(tmp_path, "alpha", check_mode=check)})
    assert result["ansible_stats"]["data"]["wxcc_onboarding_summary"]["check"] is check


def test_a_host_that_was_refused_is_in_the_report(tmp_path: Path) -> None:
    facts = {"alpha": begin(tmp_path, "alpha"), "beta": None}
    begin(tmp_path, "beta", organization=None, stopped=stopped("start"))
    result = report(facts)
    assert hosts_of(result) == ["alpha", "beta"]
    assert result["organizations"][1]["stopped"] == stopped("start")


@pytest.mark.parametrize("base", ["", "elsewhere"])
def test_where_every_host_was_refused_the_report_says_so(
    base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    begin(tmp_path / (base or "wxcc_onboarding_runs"), "alpha", organization=None, stopped=stopped("start"))
    result = report({"alpha": None}, variables={"onboard_run_directory": base})
    assert hosts_of(result) == ["alpha"]
    assert result["lines"][-1].startswith("alpha: 0 people; stopped at the start. Report: ")


def test_runs_of_other_days_that_a_cache_of_facts_holds_do_not_count(tmp_path: Path) -> None:
    facts = {"alpha": begin(tmp_path, "alpha"), "beta": begin(tmp_path, "beta", run="20250301T080000Z-000000")}
    assert hosts_of(report(facts)) == ["alpha"]


def test_a_play_of_other_hosts_reports_on_those_that_ran(tmp_path: Path) -> None:
    facts = {"alpha": begin(tmp_path, "alpha"), "localhost": None}
    assert hosts_of(report(facts, ["localhost"])) == ["alpha"]


def test_several_bases_are_said(tmp_path: Path) -> None:
    facts = {"alpha": begin(tmp_path / "a", "alpha"), "beta": begin(tmp_path / "b", "beta")}
    result = report(facts)
    assert result["files"]["csv"] == str(tmp_path / "a" / RUN / "report.csv")
    assert result["lines"][-2] == "The runs have 2 base directories; the report is in the first of them."


def test_directories_of_several_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    begin(tmp_path, "alpha")
    begin(tmp_path, "beta", run="20250301T080000Z-000000")
    directories = [f"{RUN}/alpha", "20250301T080000Z-000000/beta"]
    assert hosts_of(report({}, run_directories=directories, dest="out")) == ["alpha", "beta"]
    assert (tmp_path / "out" / "report.json").exists()
    assert report({}, run_directories=directories)["files"]["json"] == str(tmp_path / RUN / "report.json")


def test_nothing_to_report_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AnsibleActionFail, match="no host of this play began a run"):
        report({"alpha": None})


@pytest.mark.parametrize("value", ["many", 0, -1, True, 1.5])
def test_a_wrong_number_of_lines_is_named(tmp_path: Path, value: object) -> None:
    with pytest.raises(
        AnsibleActionFail, match=r"max_lines \(variable report_max_lines\) is .*: use a whole number, at least 1"
    ):
        report({"alpha": begin(tmp_path, "alpha")}, max_lines=value)


class Shown:
    """A terminal: its lines, each with its color."""

    said: t.ClassVar[list[tuple[str, str | None]]] = []

    def display(self, text: str, color: str | None = None) -> None:
        self.said.append((text, color))


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str | None]]:
    monkeypatch.setattr(Shown, "said", [])
    monkeypatch.setattr("ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.action.Display", Shown)
    return Shown.said


def with_people(base: Path, host: str, *people: dict[str, t.Any], **more: t.Any) -> dict[str, str]:
    fact = begin(base, host, **more)
    (Path(fact["directory"]) / "user.jsonl").write_text("".join(json.dumps(p) + "\n" for p in people), encoding="utf-8")
    return fact


def test_the_result_as_a_whole_and_what_a_terminal_shows(
    tmp_path: Path, terminal: list[tuple[str, str | None]]
) -> None:
    error = {"message": "It broke.", "advice": "Mend it."}
    people = [
        line("kim@e.com", failed=True, error=error),
        line("lee@e.com", "blocked", error={"message": "Protected.", "advice": ""}),
    ]
    options = {"identities": True}
    result = report({"alpha": with_people(tmp_path, "alpha", *people, options=options, stopped=stopped())})
    text = "alpha: 2 people: 1 blocked, 1 failed; stopped at the plan"
    last = f"{text}. Report: {tmp_path / RUN / 'report.html'}"
    assert terminal == [
        ("  stopped: The token is not valid.", "red"),
        ("    to do: Get a new one.", None),
        ("  failed: kim@e.com: It broke.", "red"),
        ("    to do: Mend it.", None),
        ("  blocked: lee@e.com: Protected.", "yellow"),
        (last, None),
    ]
    assert result["lines"] == [told for told, _color in terminal]
    [organization] = result["organizations"]
    assert set(organization) == {
        "id", "name", "host", "run", "directory", "check", "stopped", "support_bundle", "mails", "summary"
    }  # fmt: skip
    assert result["summary"] == organization["summary"] == {**result["summary"], "total": 2, "failed": 1, "blocked": 1}
    assert (result["changed"], result["check"]) == (False, False)
    assert {name: Path(path).name for name, path in result["files"].items()} == {
        "json": "report.json",
        "csv": "report.csv",
        "html": "report.html",
    }
    assert all(os.path.exists(path) for path in result["files"].values())


def test_who_waits_is_told_in_yellow(tmp_path: Path, terminal: list[tuple[str, str | None]]) -> None:
    fact = with_people(tmp_path, "alpha", line("kim@e.com", after={"state": "present"}))
    (Path(fact["directory"]) / "roster.json").write_text(
        json.dumps([{"row": 0, "email": "kim@e.com", "license": "premium"}]), encoding="utf-8"
    )
    report({"alpha": fact})
    assert terminal[0][0].startswith("  waiting: kim@e.com: ")
    assert terminal[0][1] == "yellow"


def test_what_is_not_to_be_shown_is_returned_all_the_same(
    tmp_path: Path, terminal: list[tuple[str, str | None]]
) -> None:
    facts = {"alpha": begin(tmp_path, "alpha", stopped=stopped())}
    result = report(facts, show=False)
    assert (terminal, len(result["lines"])) == ([], 3)
    report(facts, show="yes")
    assert len(terminal) == 3


def test_the_shape_that_is_asked_for(tmp_path: Path) -> None:
    people = [line(f"u{n}@e.com", failed=True, error={"message": f"No {n}.", "advice": ""}) for n in range(5)]
    facts = {"alpha": with_people(tmp_path, "alpha", *people)}
    result = report(facts, formats=["json"], max_lines="3", dest=str(tmp_path / "out"))
    assert result["files"] == {"json": str(tmp_path / "out" / "report.json")}
    assert result["lines"] == [
        "  failed: u0@e.com: No 0.",
        "  failed: u1@e.com: No 1.",
        "  and 3 more: see the report",
        f"alpha: 5 people: 5 failed. Report: {tmp_path / 'out'}",
    ]
    assert report(facts, formats="csv, html", max_lines=None)["files"].keys() == {"csv", "html"}
    assert report(facts, formats="")["files"].keys() == {"json", "csv", "html"}
    with pytest.raises(AnsibleActionFail, match=r"formats \(variable report_formats\) is \['xml'\]: .* run again"):
        report(facts, formats=["xml"])


@pytest.mark.parametrize("ended", [True, "true", "no", "perhaps", False, None])
def test_after_a_run_a_wrong_shape_takes_no_report_away(ended: object, tmp_path: Path, monkeypatch: t.Any) -> None:
    monkeypatch.chdir(tmp_path)
    variables: t.Any = {} if ended is None else {"__report_after_run": ended}
    after_run = ended in (True, "true")
    if after_run:
        result = report({"alpha": None}, variables=variables)
        assert (result["changed"], result["skipped"]) == (False, True)
        assert result["msg"] == "There is nothing to report: no host of this play began a run."
    else:
        with pytest.raises(AnsibleActionFail, match=r"no host of this play began a run\. Run the whole playbook, or"):
            report({"alpha": None}, variables=variables)
    facts = {"alpha": begin(tmp_path, "alpha")}
    if after_run:
        assert report(facts, variables=variables, max_lines="many", formats=["xml"])["files"].keys() == {
            "json",
            "csv",
            "html",
        }
    else:
        with pytest.raises(AnsibleActionFail, match=r"max_lines .*"):
            report(facts, variables=variables, max_lines="many")


def test_without_anything_known_there_is_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    task = SimpleNamespace(args={}, action="a", async_val=0, check_mode=True, diff=False, environment=None)
    connection = SimpleNamespace(_shell=SimpleNamespace(tmpdir="unused"))
    with pytest.raises(AnsibleActionFail, match="There is nothing to report"):
        ReportAction(task, connection, None, DataLoader(), None, None).run(None, None)


def test_directories_that_are_named_are_of_one_place(tmp_path: Path) -> None:
    facts = [begin(tmp_path / name, "alpha") for name in ("a", "b")]
    result = report({}, run_directories=[fact["directory"] for fact in facts])
    assert len(result["lines"]) == 3
    assert result["files"]["json"] == str(tmp_path / "a" / RUN / "report.json")
    several = report({"alpha": facts[0], "beta": facts[1]}, dest=str(tmp_path / "out"))
    assert not any("base directories" in told for told in several["lines"])


@pytest.mark.parametrize("named", [None, " base ", "gone"])
def test_where_runs_begin(named: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for base in ("base", DEFAULT_BASE):
        (tmp_path / base / RUN).mkdir(parents=True)
    places = places_of([], {BASE_VARIABLE: named} if named else {})
    own = [str(tmp_path / "base" / RUN)] if named == " base " else []
    assert places == [*own, str(tmp_path / DEFAULT_BASE / RUN)]
    assert places_of([{"base": "/b"}, {"base": "/a"}, {"base": "/b"}], {BASE_VARIABLE: named}) == [
        f"/b/{RUN}",
        f"/a/{RUN}",
    ]


def test_of_a_blank_place_nothing_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / RUN).mkdir()
    assert places_of([], {BASE_VARIABLE: " "}) == []


def test_a_place_that_cannot_be_written_and_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    fact = begin(tmp_path, "alpha")
    (tmp_path / "file").write_text("")
    with pytest.raises(AnsibleActionFail) as caught:
        report({"alpha": fact}, dest=str(tmp_path / "file" / "below"))
    text = str(caught.value.message)
    assert text.startswith(
        f"The report could not be made: {tmp_path / 'file' / 'below'}: Not a directory. Name a directory"
    )
    roster = Path(fact["directory"]) / "roster.json"
    roster.mkdir()
    with pytest.raises(AnsibleActionFail) as caught:
        report({"alpha": fact})
    assert str(caught.value.message).startswith(f"The report could not be made: {roster}: Is a directory. ")
    roster.rmdir()
    roster.write_text("{", encoding="utf-8")
    with pytest.raises(AnsibleActionFail, match=r"^The report could not be made: .*/roster\.json is not JSON: .*\.$"):
        report({"alpha": fact})


def test_how_it_runs() -> None:
    assert (ReportAction._supports_check_mode, ReportAction._requires_connection) == (True, False)
    assert ReportAction.PATHS == ("run_directories", "dest")
