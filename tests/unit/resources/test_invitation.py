"""Activation mails against scripted answers: what is in doubt is said to be so, and what happened before is not lost."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._client.library import httpx
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import ApiError
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.invitation import Invitation, Undone, invite
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.organization import Organization
from tests.unit.build import ORGANIZATION
from tests.unit.script import Script, Step, expect, get

SETTINGS = f"/v1/settings/organizations/{ORGANIZATION}/settings"
KEY = "allow-admin-invite-emails"
LOST = httpx.ReadError("gone")
OFF = Invitation(automatic_mails=False, settle_timeout=1.0)


def setting(value: Any, **more: Any) -> Step:
    return get(f"{SETTINGS}/{KEY}", {"value": value}, **more)


def away() -> Step:
    return get(f"{SETTINGS}/{KEY}", {}, status=403)


def switch(answer: Any = None, **more: Any) -> Step:
    return expect("POST", SETTINGS, answer or {}, body={"key": KEY, "value": False}, **more)


def jobs(answer: Any = None, **more: Any) -> Step:
    return expect("POST", JOBS, answer or {"id": "J1", "latestExecutionStatus": "STARTED"}, **more)


JOBS = f"/v1/identity/organizations/{ORGANIZATION}/jobs/sendActivationEmails"


def done(script: Script, wanted: Invitation, **settings: Any) -> dict[str, Any]:
    async def work(client: Any) -> dict[str, Any]:
        organization = Organization(ORGANIZATION, named=False)
        return await invite(
            client, organization, wanted, check_mode=False, sleep=script.sleep, clock=lambda: script.now
        )

    result: dict[str, Any] = script.play(work, **settings)
    return result


def undone(script: Script, wanted: Invitation, **settings: Any) -> tuple[str, dict[str, Any]]:
    with pytest.raises(Undone) as caught:
        done(script, wanted, **settings)
    return caught.value.problem.code, caught.value.result


def test_a_setting_that_shows_late_is_done() -> None:
    script = Script(setting("true"), switch(), setting("true"), setting("true"), setting("false"))
    result = done(script, OFF)
    assert (result["changed"], result["certain"], result["automatic_mails"]) == (True, True, False)
    assert sum(script.slept) == 1.0


def test_a_setting_that_never_shows_is_not_done() -> None:
    script = Script(setting(True), switch(), setting(True), setting(True), setting(True))
    code, result = undone(script, OFF)
    assert (code, result["changed"], result["certain"], result["automatic_mails"]) == (
        "not_verified",
        False,
        True,
        True,
    )
    assert result["diff"]["after"] == result["diff"]["before"] == {"automatic_mails": True}


def test_a_setting_without_an_answer_is_read_again() -> None:
    script = Script(setting(True), switch(LOST), setting(False))
    assert done(script, OFF, retry_deadline=0.0)["changed"]


@pytest.mark.parametrize("answer", [LOST, None])
def test_a_setting_that_nobody_can_read_again_is_in_doubt(answer: Any) -> None:
    script = Script(setting(True), switch(answer), away())
    _code, result = undone(script, OFF, retry_deadline=0.0)
    assert (result["changed"], result["certain"], result["automatic_mails"]) == (True, False, False)


def test_a_setting_that_is_refused_is_not_read_again() -> None:
    script = Script(setting(True), switch(status=400))
    with pytest.raises(ApiError) as caught:
        done(script, OFF)
    assert caught.value.problem.code == "bad_request"


@pytest.mark.parametrize("more", [{"answer": LOST}, {"status": 502}])
def test_a_job_whose_start_got_no_answer_may_run(more: dict[str, Any]) -> None:
    script = Script(setting(True), jobs(**more))
    _code, result = undone(script, Invitation(resend=True))
    assert (result["changed"], result["certain"], result["job"]) == (True, False, None)


def test_a_job_that_is_refused_does_not_run() -> None:
    script = Script(setting(True), jobs(status=400))
    code, result = undone(script, Invitation(resend=True))
    assert (code, result["changed"], result["certain"]) == ("bad_request", False, True)


def test_what_was_set_before_a_job_that_fails_is_told() -> None:
    script = Script(setting(True), switch(), setting(False), jobs(status=400))
    _code, result = undone(script, Invitation(automatic_mails=False, resend=True))
    assert (result["changed"], result["certain"], result["automatic_mails"]) == (True, True, False)


def test_a_job_that_cannot_be_followed_was_started_all_the_same() -> None:
    status = get(f"{JOBS}/J1/status", {}, status=403)
    script = Script(setting(True), jobs(), status)
    code, result = undone(script, Invitation(resend=True, interval=1.0))
    assert (code, result["changed"], result["certain"]) == ("forbidden", True, True)
    assert (result["job"]["id"], result["job"]["started"]) == ("J1", True)


def test_a_job_whose_errors_cannot_be_read_has_ended_all_the_same() -> None:
    ended = {"id": "J1", "latestExecutionStatus": "COMPLETED", "latestExecutionExitCode": "COMPLETED"}
    script = Script(setting(True), jobs(ended), get(f"{JOBS}/J1/errors?max=100", {}, status=403))
    code, result = undone(script, Invitation(resend=True))
    assert (code, result["changed"], result["job"]["state"]) == ("forbidden", True, "COMPLETED")


def test_who_ends_the_task_hears_what_was_done_and_what_is_in_doubt() -> None:
    stopped = asyncio.CancelledError()
    code, result = undone(Script(get(f"{SETTINGS}/{KEY}", stopped)), OFF)
    assert (code, result) == ("interrupted", {})
    for script in (
        Script(setting(True), switch(stopped)),
        Script(setting(True), switch(), get(f"{SETTINGS}/{KEY}", stopped)),
    ):
        code, result = undone(script, OFF)
        assert (code, result["changed"], result["certain"]) == ("interrupted", True, False)
    both = Invitation(automatic_mails=False, resend=True, interval=1.0)
    code, result = undone(Script(setting(True), switch(), setting(False), jobs(stopped)), both)
    assert (code, result["changed"], result["certain"], result["job"]) == ("interrupted", True, False, None)
    status = get(f"{JOBS}/J1/status", stopped)
    script = Script(setting(True), switch(), setting(False), jobs(), status)
    with pytest.raises(Undone, match="interrupted") as caught:
        done(script, both)
    result = caught.value.result
    assert (result["changed"], result["certain"], result["job"]["id"]) == (True, True, "J1")
    assert "job_id: J1" in caught.value.problem.advice
