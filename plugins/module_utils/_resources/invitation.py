# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Activation mails: the organization's setting, and the job that sends them again. Private to this collection.

The job (vendor's documentation) is for everybody of the organization who holds a license and never signed in; there is none for one person.
Whoever got a mail within 24 hours is skipped. One job at a time: there is no list of jobs, so a refused start is how a running one shows.

It stands beside the engine: what it works on is an organization, not people. There is no roster, no plan with a row for each person and
nothing to read again of anybody, so it has one result in place of outcomes.
"""

from __future__ import annotations

import asyncio
import dataclasses
import time
import typing as t

from .._client.bodies import describe_body
from .._client.client import Client
from .._engine.context import Policy, pauses
from .._engine.outcomes import is_refusal
from .._errors import ApiError, Problem, UncertainError, WxccError
from .._run.record import note_mails, read_record
from .._webex.mails import in_words, job_errors, read_invite_emails, read_job, start_job, write_invite_emails
from .._webex.organization import Organization

#: States that are the end (vendor's documentation: COMPLETED, STARTING, STARTED, STOPPING, FAILED, ABANDONED, UNKNOWN).
_ENDED = ("COMPLETED", "FAILED", "ABANDONED", "STOPPED")
_ENDED_BADLY, _EXITED_BADLY = ("FAILED", "ABANDONED", "STOPPED"), ("FAILED", "STOPPED")
#: The error item's key of somebody who got a mail within 24 hours (vendor's example).
_RECENT_KEY, _RECENT_CODE = "304", "ATLAS-600199"
_COUNTS = {
    "sent": "userResendInviteSent",
    "failed": "userResendInviteFailed",
    "skipped": "userResendInviteSkipped",
    "total": "totalUsers",
}

Result = dict[str, t.Any]

#: It was sent, and nobody knows whether it took effect.
_IN_DOUBT = {"changed": True, "certain": False}


@dataclasses.dataclass(slots=True, frozen=True)
class Invitation:
    """What is wanted: the setting (None: as it is), a job to start or one to follow, and how long to follow (seconds)."""

    automatic_mails: bool | None = None
    resend: bool = False
    job_id: str | None = None
    wait: bool = True
    wait_timeout: float = 600.0
    interval: float = 10.0
    #: Seconds to read the setting again until the change shows.
    settle_timeout: float = Policy().settle_timeout

    @property
    def starts(self) -> bool:
        """True if a job is to be started, and not one followed that runs already."""
        return self.resend and not self.job_id


async def invite(
    client: Client,
    organization: Organization,
    wanted: Invitation,
    *,
    check_mode: bool,
    sleep: t.Callable[[float], t.Awaitable[None]] = asyncio.sleep,
    clock: t.Callable[[], float] = time.monotonic,
) -> Result:
    """Carry out what is wanted and return the module's result.

    :raises WxccError: refused; the setting did not change; the job failed, or has not ended in time.
    """
    result = await _set_automatic_mails(client, organization, wanted, check_mode, sleep)
    if wanted.starts and check_mode:
        return {**result, "changed": True}
    if wanted.job_id:
        job = await read_job(client, organization, wanted.job_id)
    elif wanted.starts:
        started = await _start(client, organization, result)
        if started is None:
            text = "Another job is sending activation mails for this organization; none was started beside it."
            other = {"id": None, "state": "RUNNING", "running": True, "started": False}
            return {**result, "job": other, "remarks": [text]}
        job = started
        result["changed"] = True
    else:
        return result
    if wanted.wait and not check_mode:
        job = await _follow(client, organization, job, wanted, result, sleep, clock)
    return await _with_job(client, organization, result, {**summarize(job), "started": wanted.starts})


async def invite_in_run(
    client: Client, organization: Organization, wanted: Invitation, *, check_mode: bool, run_directory: str | None
) -> Result:
    """Do the same with lines for the terminal, and note in the run, if it is part of one, how the setting was and is.

    :raises WxccError: as :func:`invite`; what is known of the setting is noted all the same.
    """
    note = run_directory if not check_mode else None
    try:
        result = await invite(client, organization, wanted, check_mode=check_mode)
    except Undone as error:
        _note(note, error.result)
        raise
    _note(note, result)
    return {**result, "lines": lines_of(result)}


def _note(run_directory: str | None, result: Result) -> None:
    if run_directory is None:
        return
    if read_record(run_directory).mails is None:
        note_mails(run_directory, result["diff"]["before"]["automatic_mails"])
    note_mails(run_directory, result["automatic_mails"] if result["certain"] or result["job"] else None)


def lines_of(result: t.Mapping[str, t.Any]) -> list[str]:
    """Return what a terminal shows: the setting, and what became of the job. Pure."""
    lines = [in_words(result["automatic_mails"])]
    job = result["job"]
    if job is None or job["id"] is None:
        return lines
    if job["running"]:
        return [*lines, f"The job {job['id']} sends them again ({job['state']}); follow it with the job's id."]
    counts = job["counts"]
    text = f"{counts['sent']} mails were sent again, {counts['skipped']} people were skipped, {counts['failed']} failed"
    return [*lines, f"The job {job['id']} has ended ({job['state']}): {text}, of {counts['total']}."]


async def _start(client: Client, organization: Organization, result: Result) -> dict[str, t.Any] | None:
    """Start a job; None if another is running. It is never started twice: without an answer nobody knows whether it runs.

    :raises Undone: it was not started, or nobody knows.
    """
    try:
        return await start_job(client, organization)
    except ApiError as error:
        unsure = isinstance(error, UncertainError) or not is_refusal(error.problem)
        raise Undone(error.problem, {**result, **(_IN_DOUBT if unsure else {})}) from error


async def _set_automatic_mails(
    client: Client,
    organization: Organization,
    wanted: Invitation,
    check_mode: bool,
    sleep: t.Callable[[float], t.Awaitable[None]],
) -> Result:
    """Set whether mails go out by themselves, and return the result so far.

    :raises WxccError: refused, surely without effect.
    :raises Undone: reading again does not show it, or nobody could read again.
    """
    before = await read_invite_emails(client, organization)
    after = before if wanted.automatic_mails is None else wanted.automatic_mails
    result: Result = {
        "changed": after != before,
        "certain": True,
        "automatic_mails": after,
        "job": None,
        "errors": [],
        "remarks": [],
        "diff": {"before": {"automatic_mails": before}, "after": {"automatic_mails": after}},
    }
    if after == before or check_mode:
        return result
    problem = Problem("not_verified", "The mail setting was sent, but reading it again shows no change.")
    try:
        await write_invite_emails(client, organization, after)
    except ApiError as error:
        if not isinstance(error, UncertainError) and is_refusal(error.problem):
            raise
        # Whatever went wrong on the way: reading tells what is true.
        problem = error.problem
    waits = pauses(wanted.settle_timeout)
    while not await _shows(client, organization, after, problem, result):
        pause = next(waits, None)
        if pause is None:
            unchanged = {"automatic_mails": before}
            diff = {"before": unchanged, "after": unchanged}
            raise Undone(problem, {**result, **unchanged, "changed": False, "diff": diff})
        await sleep(pause)
    return result


async def _shows(client: Client, organization: Organization, value: bool, problem: Problem, result: Result) -> bool:
    """Return whether the setting reads as it was sent. :raises Undone: it cannot be read, and so may be as it was sent."""
    try:
        return await read_invite_emails(client, organization) == value
    except WxccError as error:
        raise Undone(problem, {**result, **_IN_DOUBT}) from error


async def _with_job(client: Client, organization: Organization, result: Result, job: Result) -> Result:
    """Return the result with a job as it was seen last, and with its errors if it has ended.

    :raises Undone: it ended badly, or its errors cannot be read.
    """
    if job["running"]:
        return {**result, "job": job}
    try:
        errors = await _errors(client, organization, job["id"])
    except WxccError as error:
        raise Undone(error.problem, {**result, "job": job}) from error
    result = {**result, "job": job, "errors": errors, "remarks": remarks(job, errors)}
    if job["state"] in _ENDED_BADLY or job["exit_code"] in _EXITED_BADLY:
        text = f"The job that sends activation mails ended as {job['state']} ({job['exit_code']})."
        raise Undone(Problem("job_failed", text, tracking_id=job["tracking_id"]), result)
    return result


class Undone(WxccError):
    """Something of what was wanted was not done, or nobody knows; ``result`` is what is known."""

    def __init__(self, problem: Problem, result: Result) -> None:
        super().__init__(problem)
        self.result = result


async def _follow(
    client: Client,
    organization: Organization,
    job: dict[str, t.Any],
    wanted: Invitation,
    result: Result,
    sleep: t.Callable[[float], t.Awaitable[None]],
    clock: t.Callable[[], float],
) -> dict[str, t.Any]:
    """Return the job as it was seen last. :raises Undone: it cannot be read, or has not ended in time."""
    deadline = clock() + wanted.wait_timeout
    while summarize(job)["running"]:
        if clock() + wanted.interval > deadline:
            seen = {**summarize(job), "started": wanted.starts}
            text = f"The job {seen['id']} has not ended after {wanted.wait_timeout:g} s ({seen['state']})."
            raise Undone(Problem("job_running", text), {**result, "job": seen})
        await sleep(wanted.interval)
        try:
            job = await read_job(client, organization, str(job["id"]))
        except WxccError as error:
            seen = {**summarize(job), "started": wanted.starts}
            raise Undone(error.problem, {**result, "job": seen}) from error
    return job


async def _errors(client: Client, organization: Organization, job_id: str) -> list[dict[str, t.Any]]:
    found: list[dict[str, t.Any]] = []
    async for page in job_errors(client, organization, job_id):
        found += [error_line(entry) for entry in page if isinstance(entry, dict)]
    return found


def summarize(job: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the job as the module shows it. Pure."""
    state = str(job.get("latestExecutionStatus") or "UNKNOWN")
    exit_code = str(job.get("latestExecutionExitCode") or "UNKNOWN")
    runs = job.get("jobExecutionStatus")
    last = runs[-1] if isinstance(runs, list) and runs and isinstance(runs[-1], dict) else {}
    counts = job.get("counts") or {}
    return {
        "id": str(job["id"]),
        "state": state,
        "exit_code": exit_code,
        "running": state not in _ENDED and exit_code == "UNKNOWN",
        "counts": {ours: int(counts.get(theirs) or 0) for ours, theirs in _COUNTS.items()},
        "begun": last.get("startTime"),
        "ended": last.get("endTime"),
        "tracking_id": job.get("trackingId"),
    }


def error_line(entry: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return one error of a job as the module shows it. Pure."""
    message, key, tracking_id = describe_body(entry)
    error = entry.get("error")
    texts = error.get("message") if isinstance(error, dict) else None
    first = texts[0] if isinstance(texts, list) and texts and isinstance(texts[0], dict) else {}
    code = first.get("code")
    return {
        "item": entry.get("itemNumber"),
        "message": message,
        "code": code or key,
        "mailed_recently": key == _RECENT_KEY or code == _RECENT_CODE,
        "tracking_id": tracking_id,
    }


def remarks(job: t.Mapping[str, t.Any], errors: t.Sequence[t.Mapping[str, t.Any]]) -> list[str]:
    """Return what a reader must not overlook. Pure."""
    found = []
    recent = sum(bool(e["mailed_recently"]) for e in errors)
    if recent:
        found.append(
            f"{recent} people got a mail within the last 24 hours and were skipped; run again when that has passed."
        )
    others = max(len(errors) - recent, job["counts"]["failed"])
    if others:
        found.append(f"{others} people got no mail; see the errors.")
    return found
