"""The action: whose runs it reports on, where the report goes, and what it hands on."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path
from types import SimpleNamespace

import pytest
from ansible.errors import AnsibleActionFail
from ansible.parsing.dataloader import DataLoader

from ansible_collections.wxcc.onboarding.plugins.module_utils._run.record import RunRecord, write_record
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.action import ReportAction
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._run.identity import RUN_ID as RUN
from tests.unit.plugin_utils.runs import ALPHA, stopped


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
    action = ReportAction(task, connection, None, DataLoader(), None, None)
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
