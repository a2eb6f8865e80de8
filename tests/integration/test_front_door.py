"""Mistakes at the front door: each is told once, truly, with what to do, and none of them leaves a run without a report."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.integration.stage import QUIET, Hosts, Played, Stage
from tests.integration.worlds import Row, organization, scenario
from tests.simulator.testing import running_simulator

#: What stands against each host, and what to do.
SAID = {
    "setting": ("sitee is no key of onboard_agent_settings: did you mean site?", "Correct it and run again."),
    "failon": ("onboard_fail_on is 'faild': use a list of some of failed, blocked.", "Correct the variable"),
    "table": ("people.csv is not JSON; it looks like a table.", "name it in onboard_csv_files"),
    "base": ("occupied: File exists.", "Name a directory that the user of the playbook may write"),
    "subscription": ("Subscription Sub999 has no contact center license of kind premium", "Correct subscription_id"),
    "shared": ("The site 'Lisbona' does not exist; nearest: Lisboa (settings of everybody", "Correct the names"),
    "hook": ('The task "Press it" (ansible.builtin.command) failed: non-zero return code.', "Mend that task."),
}
HOOK = "- name: Press it\n  ansible.builtin.command: /bin/false\n"


def people(key: str) -> list[Row]:
    return [{"email": f"nia@{key}.example.com", "last_name": "New", "license": "premium"}]


@dataclass
class Door:
    stage: Stage
    played: Played


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with running_simulator(scenario(*(organization(key, 2) for key in (*SAID, "text")))) as simulator:
        stage = Stage(simulator, tmp_path_factory.mktemp("door"))
        (stage.base / "occupied").touch()
        table = stage.put("table", "people.csv", b"Email,First Name\nnia@table.example.com,Nia\n")
        hook = stage.put("hook", "hook.yml", HOOK.encode())
        settings = {"contact_center_enabled": True, "site": "Lisbona", "teams": ["Lisboa Service"]}
        hosts: Hosts = {
            "setting": {"onboard_users": people("setting"), "onboard_agent_settings": {"sitee": "Lisboa"}},
            "failon": {"onboard_users": people("failon"), "onboard_fail_on": "faild"},
            "table": {"onboard_users_file": table},
            "base": {"onboard_users": people("base"), "onboard_run_directory": str(stage.base / "occupied")},
            "subscription": {"onboard_users": people("subscription"), "onboard_subscription_id": "Sub999"},
            "shared": {"onboard_users": people("shared"), "onboard_agent_settings": settings},
            "hook": {"onboard_users": people("hook"), "synchronize_hook_tasks": hook},
            # As extra variables and surveys bring it.
            "text": {"onboard_users": json.dumps(people("text"))},
        }
        yield Door(stage, stage.play("onboard_manual", hosts, environment=QUIET))


@pytest.mark.parametrize("host", SAID)
def test_it_is_told_with_what_to_do(door: Door, host: str) -> None:
    message, advice = SAID[host]
    stopped = door.played.stopped(host)
    assert message in stopped["message"]
    assert advice in stopped["advice"]
    assert door.played.organization(host)["stopped"]["message"] == stopped["message"], "the report has it"


@pytest.mark.parametrize("host", SAID)
def test_the_verdict_does_not_tell_it_once_more(door: Door, host: str) -> None:
    message, _advice = SAID[host]
    verdicts = door.played.output.partition("PLAY [Verdict and report]")[2]
    (failed,) = (line for line in verdicts.splitlines() if line.startswith(f"fatal: [{host}]"))
    assert "the task that failed says why" in failed
    assert message not in json.loads(failed.partition("=> ")[2])["msg"]


@pytest.mark.parametrize("host", [host for host in SAID if host != "hook"])
def test_nothing_was_written(door: Door, host: str) -> None:
    assert door.stage.writes(host) == []
    assert door.played.summary(host)["created"] == 0


def test_where_a_place_for_runs_cannot_be_used_the_default_one_has_the_reason(door: Door) -> None:
    assert door.played.path("base").is_relative_to(door.played.base)
    assert (door.stage.base / "occupied").read_bytes() == b""
    assert "has begun no run" not in door.played.said


def test_a_list_of_people_may_come_as_json_text(door: Door) -> None:
    assert door.played.outcomes("text") == {"nia": "ready"}
