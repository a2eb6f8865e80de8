"""Activation mails: the setting, and the job that sends them again."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.modules import run_module
from tests.simulator.testing import RunningSimulator


def run(simulator: RunningSimulator, **options: Any) -> dict[str, Any]:
    options = {"interval": 0.01, "settle_timeout": 0.1, **options}
    return run_module("invitation", url=simulator.url, org_id=simulator.state("beta")["id"], **options)


def setting(simulator: RunningSimulator) -> bool:
    return bool(simulator.state("beta")["settings"]["allow-admin-invite-emails"])


def posts(simulator: RunningSimulator) -> int:
    return sum(entry["method"] == "POST" for entry in simulator.journal())


def test_without_options_it_only_looks(simulator: RunningSimulator) -> None:
    result = run(simulator)
    assert not result["changed"]
    assert result["automatic_mails"] is True
    assert posts(simulator) == 0


def test_the_setting_is_made_as_declared_once(simulator: RunningSimulator) -> None:
    assert run(simulator, automatic_mails=False, check=True)["changed"]
    assert setting(simulator) is True
    result = run(simulator, automatic_mails=False)
    assert result["changed"]
    assert result["diff"] == {"before": {"automatic_mails": True}, "after": {"automatic_mails": False}}
    assert setting(simulator) is False
    assert not run(simulator, automatic_mails=False)["changed"]


def test_a_setting_that_does_not_take_is_a_failure(simulator: RunningSimulator) -> None:
    simulator.faults(method="POST", path="/settings$", kind="status", status=200, body={}, when="before", times=-1)
    result = run(simulator, automatic_mails=False)
    assert result["failed"]
    assert result["error"]["code"] == "not_verified"


def test_the_job_is_followed_to_its_end_with_its_counts(simulator: RunningSimulator) -> None:
    waiting = [p for p in simulator.state("beta")["people"] if p["pending"] and p["active"] and p["license_ids"]]
    result = run(simulator, resend=True)
    assert result["changed"]
    assert result["job"]["state"] == "COMPLETED"
    assert result["job"]["started"]
    assert not result["job"]["running"]
    assert result["job"]["counts"] == {"sent": len(waiting), "failed": 0, "skipped": 0, "total": len(waiting)}
    assert all(p["mailed"] for p in simulator.state("beta")["people"] if p["email"] in {w["email"] for w in waiting})


def test_whoever_got_a_mail_within_a_day_is_named_as_skipped(simulator: RunningSimulator) -> None:
    sent = run(simulator, resend=True)["job"]["counts"]["sent"]
    assert sent > 0
    again = run(simulator, resend=True)
    assert again["job"]["counts"]["skipped"] == sent
    assert [e["mailed_recently"] for e in again["errors"]] == [True] * sent
    assert all(e["code"] == "ATLAS-600199" and e["tracking_id"] for e in again["errors"])
    assert "24 hours" in again["remarks"][0]


@pytest.mark.parametrize("status", [409, 400, 423])
def test_a_running_job_is_reported_and_none_is_started_beside_it(simulator: RunningSimulator, status: int) -> None:
    simulator.settings(activation_second_job_status=status)
    first = run(simulator, resend=True, wait=False)
    assert first["job"]["running"]
    second = run(simulator, resend=True)
    assert not second.get("failed"), second.get("msg")
    assert not second["changed"]
    assert second["job"] == {"id": None, "state": "RUNNING", "running": True, "started": False}
    assert second["remarks"]
    followed = run(simulator, job_id=first["job"]["id"])
    assert followed["job"]["state"] == "COMPLETED"
    assert not followed["changed"]


def test_check_mode_starts_no_job(simulator: RunningSimulator) -> None:
    simulator.clear_journal()
    result = run(simulator, resend=True, check=True)
    assert result["changed"]
    assert result["job"] is None
    assert posts(simulator) == 0


def test_a_job_that_does_not_end_in_time_fails_with_its_id(simulator: RunningSimulator) -> None:
    simulator.settings(activation_job_polls=1000)
    result = run(simulator, resend=True, wait_timeout=0.05)
    assert result["failed"]
    assert (result["changed"], result["certain"], result["automatic_mails"]) == (True, True, True)
    assert result["error"]["code"] == "job_running"
    assert result["job"]["id"] in result["msg"]


def test_a_job_that_fails_is_a_failure(simulator: RunningSimulator) -> None:
    body = {
        "id": "Y2lzY29zcGFyazov",
        "latestExecutionStatus": "FAILED",
        "latestExecutionExitCode": "FAILED",
        "counts": {"userResendInviteFailed": 3},
    }
    simulator.faults(method="GET", path="/status$", kind="status", status=200, body=body, when="before", times=-1)
    simulator.faults(
        method="GET", path="/errors$", kind="status", status=200, body={"items": []}, when="before", times=-1
    )
    result = run(simulator, resend=True)
    assert result["failed"]
    assert result["error"]["code"] == "job_failed"
    assert result["job"]["counts"]["failed"] == 3


def test_a_start_whose_answer_is_lost_is_not_repeated(simulator: RunningSimulator) -> None:
    simulator.faults(method="POST", path="sendActivationEmails", kind="disconnect", when="after", times=1)
    simulator.clear_journal()
    result = run(simulator, resend=True)
    assert result["failed"]
    assert result["error"]["code"] == "uncertain"
    assert (result["changed"], result["certain"], result["job"]) == (True, False, None)
    assert posts(simulator) == 1
