"""How a run begins and ends on the controller: who tells a mistake, what becomes of the gate, and what is found before anything is sent."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._run.record import (
    OPEN,
    PASSED,
    RunRecord,
    read_record,
    write_record,
)
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._run.finish import Ending, finish
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._run.start import prepare

RUN = "20260301T080000Z-0f0e0d"
GATE = {"synchronize_gate": "hook"}


def run(tmp_path: Path, **more: t.Any) -> str:
    directory = tmp_path / RUN / "alpha"
    directory.mkdir(parents=True)
    organization = {"id": "0f0e", "name": "Alpha", "named": False}
    write_record(RunRecord(run=RUN, directory=str(directory), host="alpha", organization=organization, **more))
    return str(directory)


def end(directory: str, failure: str | None = None, task: str | None = None) -> tuple[dict[str, t.Any], list[str]]:
    shown: list[str] = []
    result = finish(Ending(directory, failure, task, ("failed", "blocked"), check_mode=False), shown.append)
    return result, shown


def test_who_notes_a_failure_leaves_the_verdict_to_the_next(tmp_path: Path) -> None:
    directory = run(tmp_path)
    noted, shown = end(directory, "There are 2 seats too few.", "wxcc.onboarding.license")
    assert "failed" not in noted
    assert shown == []
    assert noted["stopped"]["step"] == "license"
    verdict, _shown = end(directory)
    assert verdict["failed"]
    assert verdict["msg"].startswith("Stopped at the step license; the task that failed says why")
    # What was noted stays, and a task that fails prints no more than it must.
    assert read_record(directory).stopped == noted["stopped"]
    assert verdict.keys() == {"changed", "failed", "msg", "directory", "outcome", "summary"}


def test_one_mistake_is_told_once_with_its_advice(tmp_path: Path) -> None:
    stopped = {
        "step": "plan",
        "code": "token_invalid",
        "message": "The token is not valid.",
        "advice": "Get a new one.",
    }
    verdict, _shown = end(run(tmp_path, stopped=stopped))
    assert verdict["msg"].startswith("Stopped at the plan; ")
    assert "The token is not valid." not in verdict["msg"]
    assert "Get a new one." not in verdict["msg"]


def test_a_task_of_the_site_that_failed_is_named_with_its_file(tmp_path: Path) -> None:
    directory = run(tmp_path, options={"gate": {"hook_tasks": "/srv/press.yml"}})
    ending = Ending(
        directory, "non-zero return code", "ansible.builtin.command", (), check_mode=False, failed_name="Press it"
    )
    finish(ending, lambda _line: None)
    told = read_record(directory).stopped
    assert told is not None
    assert told["message"] == (
        'The task "Press it" (ansible.builtin.command) failed: non-zero return code. It is one of the site\'s own, in /srv/press.yml.'
    )
    assert told["advice"].startswith("Mend that task. Run again")


@pytest.mark.parametrize(
    ("gate", "looked", "then"), [("none", True, PASSED), (OPEN, True, OPEN), ("none", False, "none")]
)
def test_a_gate_is_passed_open_or_not_there(tmp_path: Path, gate: str, looked: bool, then: str) -> None:
    directory = run(tmp_path, gate=gate)
    if looked:
        (Path(directory) / "sync.jsonl").touch()
    end(directory)
    assert read_record(directory).gate == then


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({**GATE}, "there is no hook"),
        ({**GATE, "synchronize_hook_tasks": "/nowhere/tasks.yml"}, "/nowhere/tasks.yml, and there is no such file"),
        ({**GATE, "synchronize_hook_url": "https://hook.example.com"}, None),
        ({**GATE, "synchronize_hook_tasks": __file__}, None),
        ({**GATE, "onboard_synchronize": "no"}, None),
        ({"synchronize_gate": ""}, None),
    ],
)
def test_a_gate_that_cannot_be_passed_is_found_first(given: dict[str, str], said: str | None) -> None:
    problem = prepare("onboard", given, (), {}).problem
    assert (problem is None) == (said is None)
    assert said is None or (problem is not None and said in problem.message)


def test_people_are_checked_and_not_handed_on() -> None:
    beginning = prepare("onboard", {"onboard_users": [{"email": "ada@example.com"}]}, (), {})
    assert "users" not in beginning.kept
    assert beginning.kept["license_mode"] == "add_and_remove"


def test_who_failed_is_told_where_no_report_follows(tmp_path: Path) -> None:
    directory = run(tmp_path)
    error = {"code": "needs_record", "message": "No record.", "advice": "Synchronize first."}
    line = {
        "index": 0,
        "email": "ada@example.com",
        "action": "blocked",
        "changed": False,
        "failed": False,
        "error": error,
    }
    (Path(directory) / "agent.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    verdict, shown = end(directory)
    assert verdict["failed"]
    assert "ada@example.com: No record." in shown[0]
    assert shown[-1].startswith("[alpha] 1 person")
