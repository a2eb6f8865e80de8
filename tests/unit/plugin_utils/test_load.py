"""What a run left in the directory of one organization."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._run.plan_file import write_plan
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.record import RunRecord, write_record
from ansible_collections.wxcc.onboarding.plugins.module_utils._steps import STEPS
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.load import load_run
from tests.unit.plugin_utils.runs import ALPHA, CHAIN, PRESENT, RUN, line, plan_of, planned, report_of, stopped


def begin(directory: Path, **more: t.Any) -> Path:
    """Write the record of a run into a directory."""
    write_record(RunRecord(run=RUN, directory=str(directory), host="alpha", organization=ALPHA, options=CHAIN, **more))
    return directory


def write(directory: Path, name: str, data: t.Any) -> None:
    (directory / name).write_text(json.dumps(data))


def test_a_run_is_its_record_roster_outcomes_and_plan(tmp_path: Path) -> None:
    begin(tmp_path)
    write(tmp_path, "roster.json", {"users": [{"row": 0, "email": "kim@example.com", "sources": ["users[0]"]}]})
    write_plan(tmp_path, plan_of(planned("kim@example.com", license=("none", {}, {"license": "premium"}))))
    whole = json.dumps(line("kim@example.com", "create", index=0, after=PRESENT))
    (tmp_path / "user.jsonl").write_text(f'{whole}\n{{"email": "cut sho')
    (organization,) = report_of(load_run(tmp_path))["organizations"]
    assert organization["summary"]["created"] == 1
    assert organization["directory"] == str(tmp_path)
    (user,) = organization["users"]
    assert (user["license"], user["places"]) == ("premium", ["users[0]"])


def test_a_directory_that_is_not_there_says_so(tmp_path: Path) -> None:
    (organization,) = report_of(load_run(tmp_path / "beta"))["organizations"]
    assert organization["name"] == "beta"
    assert organization["stopped"] == {
        "step": "start",
        "code": "invalid_input",
        "message": f"There is no directory {tmp_path / 'beta'}.",
        "advice": "Name the directory that the module run made.",
    }


def test_a_directory_that_is_no_run_says_so(tmp_path: Path) -> None:
    (organization,) = report_of(load_run(tmp_path))["organizations"]
    assert organization["stopped"]["message"] == f"{tmp_path} is no run directory: it holds no run.json."


def test_a_run_that_stopped_tells_why(tmp_path: Path) -> None:
    begin(tmp_path, stopped=stopped())
    (organization,) = report_of(load_run(tmp_path))["organizations"]
    assert organization["stopped"] == stopped()


def test_steps_that_never_ran_are_absent(tmp_path: Path) -> None:
    begin(tmp_path)
    assert load_run(tmp_path).outcomes == {}
    for step in STEPS:
        (tmp_path / step.outcomes_file).write_text("")
    assert list(load_run(tmp_path).outcomes) == ["row", "user", "license", "role", "sync", "agent"]


@pytest.mark.parametrize(("content", "told"), [("{", "is not JSON: Expecting"), ("{}", "holds no list of people.")])
def test_a_roster_that_is_none_is_an_error_that_names_it_not_an_empty_run(
    content: str, told: str, tmp_path: Path
) -> None:
    (begin(tmp_path) / "roster.json").write_text(content)
    with pytest.raises(ValueError) as caught:
        load_run(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path / 'roster.json'} {told}")


def test_a_plan_that_is_none_is_an_error(tmp_path: Path) -> None:
    (begin(tmp_path) / "plan.json").write_text("{}")
    with pytest.raises(ValueError, match="is not of the format"):
        load_run(tmp_path)
