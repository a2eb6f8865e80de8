"""Steps M3 and M6 of the vendor's procedure by their commands: the setting of welcome mails, who is mailed, the job that mails again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.stage import Played, Stage
from tests.integration.worlds import organization, person, scenario
from tests.simulator.testing import running_simulator

pytestmark = pytest.mark.procedure

HOSTS = ("plain", "silent", "broken", "stays", "again")
ON, SILENT = (True, True, True), (True, False, True)


def rows(host: str) -> list[dict[str, Any]]:
    at = f"@{host}.example.com"
    return [
        {"email": "nia" + at, "first_name": "Nia", "last_name": "No", "license": "premium"},
        {"email": "old" + at, "license": "standard"},
    ]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    base: Path = tmp_path_factory.mktemp("mails")
    there = [person("old", "O", "Ld", "standard")]
    with running_simulator(scenario(*(organization(host, there) for host in HOSTS))) as simulator:
        yield Stage(simulator, base)


def setting(stage: Stage, host: str) -> bool:
    return bool(stage.simulator.state(host)["settings"]["allow-admin-invite-emails"])


def mailed(stage: Stage, host: str) -> list[str]:
    return sorted(one["email"].partition("@")[0] for one in stage.simulator.state(host)["people"] if one["mailed"])


def noted(run: Played, host: str) -> tuple[Any, ...]:
    return tuple(run.record(host)["mails"].values())


def test_the_setting_is_said_before_set_for_the_run_and_put_back(stage: Stage) -> None:
    hosts: dict[str, dict[str, Any]] = {
        "plain": {"onboard_users": rows("plain")},
        "silent": {"onboard_users": rows("silent"), "onboard_mails": False},
        "stays": {"onboard_users": rows("stays"), "onboard_mails": "off", "onboard_mails_restore": "no"},
    }
    plan = stage.play("onboard_manual", hosts, "--check")
    assert not stage.writes()
    assert ". Activation mails are on. Webex mails whoever gets a license and has never signed in." in plan.output
    said = ". Activation mails are on, and are switched off for this run. Webex mails nobody by itself."
    assert said in plan.output

    run = stage.play("onboard_manual", hosts)
    assert run.status == 0, run.output
    assert [setting(stage, host) for host in hosts] == [True, True, False]
    assert [mailed(stage, host) for host in hosts] == [["nia"], [], []]
    assert [noted(run, host) for host in hosts] == [ON, SILENT, (True, False, False)]
    users = {host: {e.partition("@")[0]: u for e, u in run.users(host).items()} for host in hosts}
    assert [users[host]["nia"]["mail"] for host in hosts] == ["expected", "off", "off"]
    assert [users[host]["nia"]["signed_in"] for host in hosts] == [False, False, False]
    assert users["plain"]["old"]["mail"] is None
    assert "3 people have never signed in; Webex mails 1 of them, who got a license; nobody mails 2 of them" in run.said
    assert "activation mails are off" in run.said
    row = next(r for r in run.report_rows if r["email"].startswith("nia@silent"))
    assert (row["signed_in"], row["mail"]) == ("no", "off")

    sent = len(stage.writes())
    again = stage.play("onboard_manual", hosts)
    assert again.status == 0
    assert len(stage.writes()) == sent, "with nobody to license there is nothing to switch"


def test_whatever_ends_a_run_the_mails_are_put_back(stage: Stage) -> None:
    stage.simulator.faults(path="/licenses/users$", kind="status", status=403, when="before", times=-1)
    try:
        run = stage.play("onboard_manual", {"broken": {"onboard_users": rows("broken"), "onboard_mails": "off"}})
    finally:
        stage.simulator.control("DELETE", "faults")
    assert run.status == 2
    assert setting(stage, "broken") is True
    assert noted(run, "broken") == SILENT
    # The put-back takes nothing from the reason.
    assert run.users("broken")["nia@broken.example.com"]["outcome"] == "failed"
    stopped = run.record("broken")["stopped"]
    assert stopped is None or "403" in stopped["message"], stopped


def test_the_job_mails_again_and_is_told_with_its_counts(stage: Stage) -> None:
    stage.simulator.control(
        "POST",
        "people",
        {
            "organization": "again",
            "email": "late@again.example.com",
            "licenses": ["premium"],
            "active": True,
            "pending": True,
        },
    )
    check = stage.play("invite", {"again": {}}, "--check")
    assert check.status == 0, check.output
    assert "[again] Activation mails are on." in check.output
    assert not stage.writes("again")
    run = stage.play("invite", {"again": {"invite_mails": "off"}})
    assert run.status == 0, run.output
    assert "late" in mailed(stage, "again")
    assert setting(stage, "again") is False
    assert "mails were sent again" in run.said
    assert noted(run, "again") == (True, False, False)
    assert (run.record("again")["state"], run.record("again")["role"]) == ("finished", "invite")
    misspelt = stage.play("invite", {"again": {"invite_mail": "on"}}, "--check")
    assert "Did you mean invite_mails?" in misspelt.said
