"""How a run begins and ends on the controller: who tells a mistake, what becomes of the gate, and what is found before anything is sent."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._files import read_lines
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.plan_file import PlanDocument, write_plan
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.record import (
    OPEN,
    PASSED,
    RunRecord,
    read_record,
    write_record,
)
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.build import build_report
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.load import load_run
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


def planned(row: int, action: str, part: int = 1) -> dict[str, t.Any]:
    entry = {"action": action, "before": {"license": "premium"}, "after": {"license": "none"}, "removal": True}
    return {
        "row": row,
        "email": f"p{row}@example.com",
        "sources": [f"list[{row}]"],
        "part": part,
        "steps": {"license": entry},
    }


@pytest.mark.parametrize(("part", "doubted"), [(1, [0]), (0, [0, 3])])
def test_whom_a_killed_module_was_sending_for_is_in_doubt(tmp_path: Path, part: int, doubted: list[int]) -> None:
    directory = run(tmp_path, writing={"step": "license", "part": part})
    people = [planned(0, "update"), planned(1, "none"), planned(2, "update"), planned(3, "update", part=2)]
    write_plan(directory, PlanDocument(RUN, "alpha", {"id": "0f0e"}, "T", False, "d", people=people))
    roster = [{"row": p["row"], "email": p["email"], "sources": p["sources"], "license": "none"} for p in people]
    (Path(directory) / "roster.json").write_text(json.dumps({"users": roster}), encoding="utf-8")
    told = {
        "index": 2,
        "email": "p2@example.com",
        "action": "update",
        "changed": True,
        "certain": True,
        "failed": False,
    }
    (Path(directory) / "license.jsonl").write_text(json.dumps(told) + "\n", encoding="utf-8")
    end(directory, "Killed", "wxcc.onboarding.license")
    lines = list(read_lines(Path(directory) / "license.jsonl"))[1:]
    assert [line["index"] for line in lines] == doubted
    assert {(line["changed"], line["certain"], line["failed"], line["error"]["code"]) for line in lines} == {
        (True, False, True, "interrupted")
    }
    (organization,) = build_report([load_run(directory)])["organizations"]
    first = organization["users"][0]
    assert (first["changes"], first["certain"], first["outcome"]) == (["perhaps license none"], False, "failed")
    assert "nobody knows" in first["message"]
    # To finish it again tells nobody twice.
    end(directory)
    assert len(list(read_lines(Path(directory) / "license.jsonl"))) == 1 + len(doubted)


def test_without_a_plan_everybody_may_have_been_sent_for(tmp_path: Path) -> None:
    directory = run(tmp_path, role="agent_settings", writing={"step": "agent", "part": 0})
    rows = [
        {"row": 5, "email": "kim@example.com", "source": "list[5]"},
        {"email": "lou@example.com", "source": "list[6]"},
    ]
    (Path(directory) / "roster.json").write_text(json.dumps({"users": rows}), encoding="utf-8")
    end(directory, "Killed", "wxcc.onboarding.agent")
    lines = list(read_lines(Path(directory) / "agent.jsonl"))
    assert [(line["index"], line["email"], line["certain"]) for line in lines] == [
        (5, "kim@example.com", False),
        (1, "lou@example.com", False),
    ]


@pytest.mark.parametrize("plan", [None, "{"])
def test_a_run_whose_plan_is_not_there_ends_all_the_same(tmp_path: Path, plan: str | None) -> None:
    directory = run(tmp_path, writing={"step": "license", "part": 0})
    if plan is not None:
        (Path(directory) / "plan.json").write_text(plan, encoding="utf-8")
    end(directory, "Killed", "wxcc.onboarding.license")
    assert read_record(directory).state == "finished"
    assert not (Path(directory) / "license.jsonl").exists()


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
