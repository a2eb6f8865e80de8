"""Mistakes at the front door: each is told once, truly, with what to do, and none of them leaves a run without a report."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._run.variables import BY_NAME
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


# --- other playbooks, and roles used alone ----------------------------------------------------------------------------------

ALONE = """\
- name: Look before writing
  hosts: all
  connection: local
  gather_facts: false
  vars_files:
    - {connection}
  module_defaults:
    group/wxcc.onboarding.all: "{{{{ wxcc_connection }}}}"
  roles:
    - role: wxcc.onboarding.preflight
"""
POOR = "poor"


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """An organization, a playbook with the role preflight alone, and a token that may do nothing."""
    world = scenario(organization("alpha", 2))
    world["tokens"].append({**world["tokens"][0], "token": POOR, "scopes": []})
    with running_simulator(world) as simulator:
        stage = Stage(simulator, tmp_path_factory.mktemp("alone"))
        connection = Path(__file__).parents[2] / "playbooks" / "vars" / "connection.yml"
        (stage.base / "preflight.yml").write_text(ALONE.format(connection=connection), encoding="utf-8")
        (stage.base / "no.json").write_text("[oops", encoding="utf-8")
        yield stage


def failures(played: Played) -> list[str]:
    """What the tasks that failed said, one text a task."""
    found = re.findall(r"^fatal: \[alpha\]: FAILED! => (\{.*?\})$", played.output, re.MULTILINE | re.DOTALL)
    return [json.loads(text)["msg"] for text in found]


MIDDLES = {
    "onboard_manual": "Plan the whole chain",
    "synchronize": "See who is in sync",
    "configure_agents": "Set site, teams, profiles and numbers",
    "audit": "Look for what lacks and what differs",
}


@pytest.mark.parametrize(("playbook", "task"), MIDDLES.items())
def test_a_start_in_the_middle_is_told_once_with_what_to_do(alone: Stage, playbook: str, task: str) -> None:
    variables = {"alpha": {"onboard_users": people("alpha")}}
    played = alone.play(playbook, variables, "--start-at-task", task, environment=QUIET)
    (told,) = failures(played)
    assert played.status == 2
    assert "--start-at-task" in told
    assert "Run the whole playbook" in told
    assert "undefined" not in played.output
    assert alone.writes("alpha") == []


def test_a_report_alone_has_nothing_to_tell_and_says_so(alone: Stage) -> None:
    arguments = ("--start-at-task", "Write the report over all organizations")
    played = alone.play("onboard_manual", {"alpha": {}}, *arguments, environment=QUIET)
    (told,) = failures(played)
    assert "no host of this play began a run" in told
    assert "Run the whole playbook" in told


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        (
            {"csv_license": "x", "csv_columns": "all", "csv_state": "active", "csv_row_limit": "many"},
            [
                "csv_license is 'x': use a list of some of premium, standard, none.",
                "csv_columns is 'all': use one of minimal, full.",
                "csv_state is 'active': use a list of some of present, disabled.",
                "csv_row_limit is 'many': use a whole number, at least 0.",
                "Correct the variables and run again.",
            ],
        ),
        ({"csv_directory": {"a": "b"}, "csv_lisense": "x"}, ["csv_directory is {", "use a text"]),
    ],
)
def test_the_variables_of_an_export_are_named(alone: Stage, variables: dict[str, Any], said: list[str]) -> None:
    played = alone.play("export_csv", {"alpha": variables}, environment=QUIET)
    (told,) = failures(played)
    assert [text for text in said if text not in told] == []
    assert ("Did you mean csv_license?" in played.said) == ("csv_lisense" in variables)


def test_blank_variables_and_text_of_an_export_are_what_they_mean(alone: Stage) -> None:
    variables = {
        "csv_license": "",
        "csv_columns": " ",
        "csv_state": "present",
        "csv_row_limit": "0",
        "csv_addresses": "",
    }
    played = alone.play("export_csv", {"alpha": variables}, environment=QUIET)
    assert played.status == 0, played.output
    assert "people in " in played.said


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"preflight_fail": "perhaps"}, ["preflight_fail is 'perhaps': use yes or no.", "Correct the variable"]),
        (
            {"preflight_users_file": "{base}/no.json"},
            ["users_file (variable preflight_users_file) {base}/no.json is not JSON", "Write a list of people"],
        ),
    ],
)
def test_what_the_role_preflight_cannot_use_is_told_by_its_name(
    alone: Stage, variables: dict[str, str], said: list[str]
) -> None:
    given = {name: value.format(base=alone.base) for name, value in variables.items()}
    played = alone.play(str(alone.base / "preflight.yml"), {"alpha": given}, environment=QUIET)
    (told,) = failures(played)
    assert [text for text in said if text.format(base=alone.base) not in told] == []


def test_a_token_that_may_nothing_is_told_with_all_that_it_lacks(alone: Stage) -> None:
    surroundings = {**QUIET, "WEBEX_ACCESS_TOKEN": POOR}
    played = alone.play(str(alone.base / "preflight.yml"), {"alpha": {}}, environment=surroundings)
    (told,) = failures(played)
    for scope in ("spark-admin:people_read", "identity:people_rw", "spark-admin:licenses_read", "cjp:config_read"):
        assert told.count(scope) == 1
    assert told.endswith("Get a token with all of these.")


def test_where_errors_of_the_organization_are_no_failure_they_are_shown(alone: Stage) -> None:
    surroundings = {**QUIET, "WEBEX_ACCESS_TOKEN": POOR}
    given = {"alpha": {"preflight_fail": "no", "preflight_user_file": "x"}}
    played = alone.play(str(alone.base / "preflight.yml"), given, environment=surroundings)
    assert played.status == 0
    assert "[alpha] error: reading the people: 403" in played.said
    assert "Did you mean preflight_users_file?" in played.said


@pytest.mark.parametrize("playbook", ["onboard_manual", "export_csv", "preflight.yml"])
def test_without_a_token_the_variable_is_named_and_little_else_is_said(alone: Stage, playbook: str) -> None:
    name = str(alone.base / playbook) if playbook.endswith(".yml") else playbook
    surroundings = {**QUIET, "WEBEX_ACCESS_TOKEN": None}
    played = alone.play(name, {"alpha": {"onboard_users": people("alpha")}}, environment=surroundings)
    assert played.status == 2
    assert "variable webex_access_token" in failures(played)[0]
    assert len(played.output.splitlines()) <= 40


@pytest.mark.parametrize("playbook", ["audit", "export_csv"])
@pytest.mark.parametrize(
    ("variables", "said"),
    [
        (
            {"webex_timeout": "soon", "webex_validate_certs": "perhaps", "webex_concurrency": "101"},
            [
                "timeout (variable webex_timeout) is 'soon': use a number.",
                "concurrency (variable webex_concurrency) is '101': use a whole number, at least 1 and at most 100.",
                "validate_certs (variable webex_validate_certs) is 'perhaps': use yes or no.",
            ],
        ),
        ({"wxcc_region": "moon"}, ["value of region must be one of: us1", "Correct region (variable wxcc_region)"]),
    ],
)
def test_what_is_wrong_with_the_connection_is_told_by_its_variables(
    alone: Stage, playbook: str, variables: dict[str, str], said: list[str]
) -> None:
    played = alone.play(playbook, {"alpha": variables}, environment=QUIET)
    (told, *_verdict) = failures(played)
    assert [text for text in said if text not in told] == []
    assert "traceback" not in played.output
    assert "class '" not in played.output


def test_what_is_wrong_with_the_report_stops_a_run_before_it_writes(alone: Stage) -> None:
    wrong = {"onboard_users": people("alpha"), "report_formats": "pdf", "report_max_lines": "many"}
    before = alone.writes("alpha")
    played = alone.play("onboard_manual", {"alpha": wrong}, environment=QUIET)
    told, verdict = failures(played)
    assert "report_formats is 'pdf': use a list of some of json, csv, html." in told
    assert "report_max_lines is 'many'" in told
    assert "the task that failed says why" in verdict
    assert alone.writes("alpha") == before
    assert played.stopped("alpha")["message"] in played.organization("alpha")["stopped"]["message"]


@pytest.mark.parametrize("hidden", [True, False])
def test_blank_answers_and_text_of_a_survey_are_what_they_mean(alone: Stage, hidden: bool) -> None:
    given: dict[str, Any] = dict.fromkeys(BY_NAME, "")
    kept = ("synchronize_gate", "synchronize_hook_tasks", "synchronize_timeout", "synchronize_interval")
    given = {name: value for name, value in given.items() if name not in kept}
    given |= {"onboard_users": json.dumps(people("alpha")), "onboard_max_removals": " 5 ", "onboard_part_size": "10"}
    given |= {
        "onboard_identities": "true",
        "onboard_synchronize": "no",
        "onboard_plan_valid": "1d",
        "report_max_lines": "5",
    }
    given |= {"onboard_fail_on": "failed, blocked", "onboard_agent_settings": "{}", "report_formats": "json,csv"}
    played = alone.play("onboard_manual", {"alpha": given}, "--check", environment=QUIET if hidden else None)
    assert played.status == 0, played.output
    # A license that is new, and a gate that is left out.
    assert played.outcomes("alpha") == {"nia": "waiting"}
    assert sorted(path.suffix for path in played.directory.glob("report.*")) == [".csv", ".json"]


def test_places_that_cannot_be_written_are_told_with_their_variables(alone: Stage) -> None:
    (alone.base / "occupied").touch()
    place = str(alone.base / "occupied")
    (export,) = failures(alone.play("export_csv", {"alpha": {"csv_directory": place}}, environment=QUIET))
    assert f"(variable csv_directory) {place}" in export
    (report,) = failures(alone.play("onboard_manual", {"alpha": {"report_dest": place}}, environment=QUIET))
    assert f"The report could not be made: {place}" in report
    assert "variable report_dest" in report
    assert "Errno" not in report


def test_an_empty_roster_says_which_variables_name_people(alone: Stage) -> None:
    played = alone.play("configure_agents", {"alpha": {}}, environment=QUIET)
    assert "The roster is empty" in played.said
    assert "variables onboard_users, onboard_addresses, onboard_users_file, onboard_csv_files" in played.said
