"""The playbook onboard_manual, as people run it: ansible-playbook against a simulator of its own."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.integration.modules import play_of, task
from tests.integration.stage import Hosts, Played, Stage
from tests.integration.worlds import ELSEWHERE, ROSTER, THERE, organization, roster, scenario, three
from tests.simulator.testing import PARTNER_TOKEN, RunningSimulator, running_simulator

SCENARIO = scenario(
    organization("alpha", THERE, name="Alpha <Travel>"),
    organization("beta", 8),
    organization("merged", 2),
    accounts_elsewhere=ELSEWHERE,
)
#: An organization for each thing that may happen to one of many.
ONE_OF_MANY = scenario(
    organization("survey", 8),
    organization("stopped", 2),
    organization("other", 8),
    organization("blocked", 2, name="Blocked <Travel>"),
    accounts_elsewhere=ELSEWHERE,
)
PLAYBOOK = "onboard_manual"


def twice(key: str) -> list[dict[str, Any]]:
    """The same person in two spellings."""
    (one,) = roster(key, 0)
    return [one, {**one, "email": one["email"].upper()}]


def truth(simulator: RunningSimulator, email: str) -> tuple[list[str], bool, list[str]]:
    person = simulator.person(email)
    assert person is not None, email
    return person["licenses"], person["supervisor"], [role for role in person["roles"] if role.startswith("id_")]


def told(user: dict[str, Any]) -> dict[str, Any]:
    """What a check run says beforehand and a real run afterwards about a person."""
    return {name: user[name] for name in ("user", "license", "changes")}


@dataclass
class Rounds:
    """The plan, the run, and the run once more."""

    simulator: RunningSimulator
    plan: Played
    run: Played
    again: Played
    later: list[str]


@pytest.fixture(scope="class")
def rounds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rounds]:
    with running_simulator(SCENARIO) as simulator:
        stage = Stage(simulator, tmp_path_factory.mktemp("rounds"))
        hosts: Hosts = {
            "alpha": {"onboard_users": ROSTER, "onboard_fail_on": ["failed"]},
            "beta": {"onboard_addresses": three("beta"), "onboard_license": "premium"},
        }
        merged = {"merged": {"onboard_users": twice("merged"), "onboard_duplicates": "merge"}}
        start = simulator.state()
        plan = stage.play(PLAYBOOK, {**hosts, **merged}, "--check", "--diff")
        assert stage.writes() == []
        assert simulator.state() == start, "a check run writes nothing"
        run = stage.play(PLAYBOOK, hosts)
        simulator.clear_journal()
        again = stage.play(PLAYBOOK, hosts)
        yield Rounds(simulator, plan, run, again, stage.writes())


class TestCheckThenRunThenRunAgain:
    """The plan writes nothing and is what the run does; the run makes it so; the second run finds nothing to do."""

    def test_the_plan_is_what_the_run_does(self, rounds: Rounds) -> None:
        assert rounds.plan.status == 0, rounds.plan.output
        assert rounds.plan.report["check"] is True
        planned, done = rounds.plan.users("alpha"), rounds.run.users("alpha")
        assert list(planned) == list(done)
        foreseeable = [email for email in done if not email.startswith(("trial", "taken"))]
        assert {email: told(planned[email]) for email in foreseeable} == {
            email: told(done[email]) for email in foreseeable
        }
        assert {email: told(user) for email, user in rounds.plan.users("beta").items()} == {
            email: told(user) for email, user in rounds.run.users("beta").items()
        }

    def test_one_person_twice_is_merged_where_that_is_wanted(self, rounds: Rounds) -> None:
        assert rounds.plan.recap("merged")["failed"] == 0
        assert len(rounds.plan.users("merged")) == 1

    def test_the_run_makes_it_so(self, rounds: Rounds) -> None:
        simulator, run = rounds.simulator, rounds.run
        assert run.status == 0, run.output
        assert truth(simulator, "new.agent@alpha.example.com") == (["premium"], False, [])
        assert truth(simulator, "new.standard@alpha.example.com") == (["standard"], False, [])
        assert truth(simulator, "new.supervisor@alpha.example.com") == (["premium"], True, [])
        assert truth(simulator, "new.admin@alpha.example.com") == (["premium"], False, ["id_full_admin"])
        assert truth(simulator, "old.none@alpha.example.com") == (["standard"], False, [])
        assert truth(simulator, "old.standard@alpha.example.com") == (["premium"], True, [])
        assert truth(simulator, "second@beta.example.com") == (["premium"], False, [])

    def test_the_report_says_so(self, rounds: Rounds) -> None:
        run = rounds.run
        done = run.users("alpha")
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

    def test_files_are_for_their_owner(self, rounds: Rounds) -> None:
        for path in rounds.run.directory.rglob("*"):
            assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path

    def test_the_second_run_finds_nothing_to_do(self, rounds: Rounds) -> None:
        again = rounds.again
        assert again.status == 0, again.output
        assert [user for host in ("alpha", "beta") for user in again.users(host).values() if user["changes"]] == []
        assert again.recap("alpha")["changed"] == again.recap("beta")["changed"] == 0
        assert [write for write in rounds.later if "PATCH" in write] == []
        assert again.organization("alpha")["summary"]["ready"] == 7


#: A controller hands over text for everything.
SURVEY = {
    "onboard_addresses": "first@survey.example.com, second@survey.example.com",
    "onboard_users": "",
    "onboard_license": "premium",
    "onboard_role": "",
    "onboard_synchronize": "true",
    "onboard_fail_on": "failed",
    "onboard_max_changes": "100%",
    "onboard_allow_shortage": "false",
    "onboard_max_removals": "10",
    "onboard_protected": "boss@survey.example.com second@survey.example.com",
    "synchronize_retries": "2",
    "synchronize_timeout": "3",
    "synchronize_interval": "1",
    "webex_concurrency": "4",
    "report_max_lines": "5",
}


@pytest.fixture(scope="class")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stage, Played]]:
    """One run over all of these organizations, as loud as it can be."""
    with running_simulator(ONE_OF_MANY) as simulator:
        stage = Stage(simulator, tmp_path_factory.mktemp("many"))
        hosts: Hosts = {
            "survey": SURVEY,
            "stopped": {"onboard_users": roster("stopped", 0, 1), "webex_access_token": "not-a-token"},
            "other": {"onboard_addresses": three("other"), "onboard_license": "standard"},
            "blocked": {"onboard_users": roster("blocked", 0, 7)},
        }
        yield stage, stage.play(PLAYBOOK, hosts, "-vvvv")


class TestOneOfMany:
    """What happens to one organization is no other's business."""

    def test_answers_of_a_survey_are_text(self, many: tuple[Stage, Played]) -> None:
        _stage, run = many
        assert run.recap("survey")["failed"] == 0, run.output[-3000:]
        assert run.organization("survey")["summary"]["ready"] == 2

    def test_the_token_is_nowhere(self, many: tuple[Stage, Played]) -> None:
        _stage, run = many
        assert PARTNER_TOKEN not in run.output
        assert "not-a-token" not in run.output
        for path in run.directory.rglob("*"):
            assert path.is_dir() or PARTNER_TOKEN not in path.read_text(encoding="utf-8"), path

    def test_one_organization_that_stops_does_not_stop_the_other(self, many: tuple[Stage, Played]) -> None:
        _stage, run = many
        assert run.status != 0
        stopped, other = run.organization("stopped"), run.organization("other")
        assert run.stopped("stopped")["message"]
        assert stopped["summary"]["created"] == stopped["summary"]["ready"] == 0
        assert run.record("other")["stopped"] is None
        assert other["summary"]["ready"] == other["summary"]["created"] == 3
        assert run.recap("stopped")["failed"] == 1
        assert run.recap("other")["failed"] == 0

    def test_blocked_people_fail_the_run_unless_told_otherwise(self, many: tuple[Stage, Played]) -> None:
        _stage, run = many
        assert run.recap("blocked")["failed"] == 1
        assert run.users("blocked")["new.agent@blocked.example.com"]["outcome"] == "ready"
        assert "1 blocked" in run.output
        page = (run.directory / "report.html").read_text(encoding="utf-8")
        assert "Blocked &lt;Travel&gt;" in page
        assert "Blocked <Travel>" not in page


def test_progress_is_shown_while_a_task_runs(stage: Stage) -> None:
    people = [{"email": f"slow{number}@alpha.example.com", "license": "standard"} for number in range(40)]
    tasks = [
        task("user", {"users": people, "results": "none"}),
        task("license", {"users": people, "results": "none"}),
        task("license", {"users": people, "results": "none", "mode": "add_only", "progress": False}),
    ]
    connection = {
        "webex_api_url": "{{ webex_api_url }}",
        "wxcc_api_url": "{{ wxcc_api_url }}",
        "org_id": "{{ webex_org_id }}",
        "concurrency": 4,
    }
    playbook = Path(stage.base / "progress.yml")
    playbook.write_text(json.dumps([play_of(tasks, "all", connection)]), encoding="utf-8")
    stage.simulator.settings(latency_ms=700)
    run = stage.play(str(playbook), {"alpha": {}})
    assert run.status == 0, run.output
    _before, user, first, second = run.output.split("TASK [")
    assert re.search(r"^\[alpha\] \d+ of 40 people, about \d+ s left$", first, re.MULTILINE), first
    assert "[alpha]" in user
    assert "of 40 people" not in second
