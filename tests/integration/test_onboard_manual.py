"""The playbook onboard_manual, as people run it: ansible-playbook against a simulator of its own."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.onboarding_stage import BETA, PEOPLE, SCENARIO, Stage
from tests.simulator.testing import PARTNER_TOKEN, RunningSimulator, running_simulator


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    with running_simulator(SCENARIO) as running:
        yield running


@pytest.fixture
def stage(simulator: RunningSimulator, tmp_path: Path, collections_path: Path) -> Stage:
    simulator.reset(SCENARIO)
    simulator.clear_faults()
    simulator.clear_journal()
    return Stage(simulator, tmp_path, collections_path)


def truth(simulator: RunningSimulator, email: str) -> tuple[list[str], bool, list[str]]:
    person = simulator.person(email)
    assert person is not None, email
    return person["licenses"], person["supervisor"], [role for role in person["roles"] if role.startswith("id_")]


def told(user: dict[str, Any]) -> dict[str, Any]:
    """What a check run says beforehand and a real run afterwards about a person."""
    return {name: user[name] for name in ("user", "license", "changes")}


def test_check_then_run_then_run_again(stage: Stage) -> None:
    """The plan writes nothing and is what the run does; the run makes it so; the second run finds nothing to do."""
    simulator = stage.simulator
    inventory = stage.inventory(
        alpha={"onboard_users": PEOPLE}, beta={"onboard_addresses": BETA, "onboard_license": "premium"}
    )
    start = simulator.state()

    plan = stage.play(inventory, "--check", "--diff", onboard_fail_on_blocked=False)
    assert plan.status == 0, plan.output
    assert [write for write in stage.writes() if "POST" not in write or "Bulk" in write or "people" in write] == []
    assert simulator.state() == start
    assert plan.report["check"] is True

    run = stage.play(inventory, onboard_fail_on_blocked=False)
    assert run.status == 0, run.output
    planned, done = plan.users("alpha"), run.users("alpha")
    assert list(planned) == list(done)
    foreseeable = [email for email in done if not email.startswith(("trial", "taken"))]
    assert {email: told(planned[email]) for email in foreseeable} == {email: told(done[email]) for email in foreseeable}
    assert {email: told(user) for email, user in plan.users("beta").items()} == {
        email: told(user) for email, user in run.users("beta").items()
    }

    assert truth(simulator, "new.agent@alpha.example.com") == (["premium"], False, [])
    assert truth(simulator, "new.standard@alpha.example.com") == (["standard"], False, [])
    assert truth(simulator, "new.supervisor@alpha.example.com") == (["premium"], True, [])
    assert truth(simulator, "new.admin@alpha.example.com") == (["premium"], False, ["id_full_admin"])
    assert truth(simulator, "old.none@alpha.example.com") == (["standard"], False, [])
    assert truth(simulator, "old.standard@alpha.example.com") == (["premium"], True, [])
    assert truth(simulator, "second@beta.example.com") == (["premium"], False, [])

    assert run.organization("alpha")["name"] == "Alpha <Travel>"
    assert {email: user["outcome"] for email, user in done.items()} == {
        "new.agent@alpha.example.com": "ready",
        "new.standard@alpha.example.com": "ready",
        "new.supervisor@alpha.example.com": "ready",
        "new.admin@alpha.example.com": "ready",
        "old.none@alpha.example.com": "ready",
        "old.standard@alpha.example.com": "ready",
        "old.premium@alpha.example.com": "ready",
        "trial.user@alpha.example.com": "blocked",
        "taken.user@partner.example.com": "blocked",
    }
    summary = run.organization("alpha")["summary"]
    assert (summary["created"], summary["updated"], summary["unchanged"], summary["blocked"]) == (4, 2, 1, 2)
    assert done["new.supervisor@alpha.example.com"]["role"] == "supervisor"
    assert done["trial.user@alpha.example.com"]["action"], "the way out must be named"
    assert run.organization("beta")["summary"]["ready"] == 3
    for path in run.directory.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path

    simulator.clear_journal()
    again = stage.play(inventory, onboard_fail_on_blocked=False)
    assert again.status == 0, again.output
    assert [user for host in ("alpha", "beta") for user in again.users(host).values() if user["changes"]] == []
    assert again.recap("alpha")["changed"] == again.recap("beta")["changed"] == 0
    assert [write for write in stage.writes() if "PATCH" in write] == []
    assert again.organization("alpha")["summary"]["ready"] == 7


def test_answers_of_a_survey_are_text(stage: Stage) -> None:
    """A controller hands over text for everything, and the run stays as quiet about its token as it can be loud otherwise."""
    inventory = stage.inventory(beta={})
    run = stage.play(
        inventory,
        "-vvvv",
        onboard_addresses="first@beta.example.com, second@beta.example.com",
        onboard_users="",
        onboard_license="premium",
        onboard_role="",
        onboard_preflight="true",
        onboard_synchronize="true",
        onboard_fail_on_blocked="false",
        onboard_allow_shortage="false",
        onboard_max_removals="10",
        onboard_protected="boss@beta.example.com second@beta.example.com",
        synchronize_retries="2",
        synchronize_timeout="3",
        synchronize_interval="1",
        webex_concurrency="4",
        report_max_lines="5",
    )
    assert run.status == 0, run.output[-3000:]
    assert run.organization("beta")["summary"]["ready"] == 2
    assert PARTNER_TOKEN not in run.output
    for path in run.directory.rglob("*"):
        assert path.is_dir() or PARTNER_TOKEN not in path.read_text(encoding="utf-8"), path


def test_one_organization_that_stops_does_not_stop_the_other(stage: Stage) -> None:
    inventory = stage.inventory(
        alpha={"onboard_users": PEOPLE[:2], "webex_access_token": "not-a-token"},
        beta={"onboard_addresses": BETA, "onboard_license": "standard"},
    )
    run = stage.play(inventory)
    assert run.status != 0
    alpha, beta = run.organization("alpha"), run.organization("beta")
    assert alpha["aborted"]["step"] == "preflight"
    assert {user["outcome"] for user in alpha["users"]} == {"failed"}
    assert beta["aborted"] is None
    assert beta["summary"]["ready"] == beta["summary"]["created"] == 3
    assert run.recap("alpha")["failed"] == 1
    assert run.recap("beta")["failed"] == 0
    assert "not-a-token" not in run.output


def test_input_is_refused_before_the_first_request(stage: Stage) -> None:
    twice = [PEOPLE[0], {**PEOPLE[0], "email": PEOPLE[0]["email"].upper()}]
    inventory = stage.inventory(alpha={"onboard_users": twice})
    run = stage.play(inventory)
    assert run.status != 0
    aborted = run.organization("alpha")["aborted"]
    assert aborted["step"] == "roster"
    assert "users[0]" in aborted["message"] and "users[1]" in aborted["message"]
    assert stage.simulator.journal() == []
    assert stage.play(inventory, "--check", onboard_duplicates="merge").status == 0


def test_blocked_people_fail_the_run_unless_told_otherwise(stage: Stage) -> None:
    inventory = stage.inventory(alpha={"onboard_users": [PEOPLE[0], PEOPLE[7]]})
    run = stage.play(inventory)
    assert run.status != 0
    assert run.users("alpha")["new.agent@alpha.example.com"]["outcome"] == "ready"
    assert "1 blocked" in run.output
    page = (run.directory / "report.html").read_text(encoding="utf-8")
    assert "Alpha &lt;Travel&gt;" in page
    assert "Alpha <Travel>" not in page


def test_progress_is_shown_while_a_task_runs(stage: Stage) -> None:
    people = [{"email": f"slow{number}@alpha.example.com", "license": "standard"} for number in range(40)]
    tasks = [
        {"wxcc.onboarding.user": {"users": people, "results": "none"}},
        {"wxcc.onboarding.license": {"users": people, "results": "none"}},
        {"wxcc.onboarding.license": {"users": people, "results": "none", "mode": "add_only", "progress": False}},
    ]
    connection = {
        "webex_api_url": "{{ webex_api_url }}",
        "wxcc_api_url": "{{ wxcc_api_url }}",
        "org_id": "{{ webex_org_id }}",
        "concurrency": 4,
    }
    play = {
        "hosts": "all",
        "connection": "local",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
        "module_defaults": {"group/wxcc.onboarding.all": connection},
        "tasks": tasks,
    }
    stage.playbook = str(stage.base / "progress.yml")
    Path(stage.playbook).write_text(json.dumps([play]), encoding="utf-8")
    inventory = stage.inventory(alpha={})
    stage.simulator.settings(latency_ms=700)
    try:
        run = stage.play(inventory)
    finally:
        stage.simulator.settings(latency_ms=0)
    assert run.status == 0, run.output
    _before, user, first, second = run.output.split("TASK [")
    assert re.search(r"^\[alpha\] \d+ of 40 people, about \d+ s left$", first, re.MULTILINE), first
    assert "[alpha]" in user
    assert "of 40 people" not in second
