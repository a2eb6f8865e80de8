# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Activation mails: the organization's setting, and the job that sends them again. Private to this collection."""

from __future__ import annotations

import typing as t

from .._client.bodies import Answer
from .._client.client import Client
from .._client.pages import Pages, link_pages
from .._client.routes import CHANGE_SETTING, MAIL_SETTING, MAILS_ERRORS, MAILS_STATUS, START_MAILS
from .._client.shapes import Fields
from .._errors import ApiError
from .organization import Organization

#: "Automatic Activation Emails" (vendor's documentation; on unless switched off).
INVITE_EMAILS = "allow-admin-invite-emails"
#: What a refused start may say when a job is running already; its status is not published.
_RUNNING_WORDS = ("already", "running", "in progress", "one job", "another job")


#: What a run does about them: nothing, or it sets them for as long as it runs.
AS_IS, ON, OFF = "as_is", "on", "off"


def in_words(setting: bool | None, wanted: str = AS_IS) -> str:
    """Return what is said of the setting before a run. Pure.

    :param setting: as it is now; None: nobody could see it.
    :param wanted: what the run does about it.
    """
    for_the_run = {ON: True, OFF: False}.get(wanted, setting)
    switched = "" if for_the_run == setting else f", and are switched {wanted} for this run"
    now = {True: "are on", False: "are off", None: "could not be looked at"}[setting]
    comes = {
        True: "Webex mails whoever gets a license and has never signed in.",
        False: "Webex mails nobody by itself.",
        None: "Whether Webex mails those who get a license is not known.",
    }[for_the_run]
    return f"Activation mails {now}{switched}. {comes}"


async def read_invite_emails(client: Client, organization: Organization) -> bool:
    """Return whether newly licensed people who never signed in get a mail by themselves."""
    answer = await client.call(MAIL_SETTING, {"org": organization.uuid, "key": INVITE_EMAILS})
    value = Fields(answer.body, answer.what).flag("value")
    if value is None:
        raise answer.invalid("the answer has no value")
    return value


async def write_invite_emails(client: Client, organization: Organization, value: bool) -> None:
    """Switch the mails on or off. The value is absolute, so sending it twice does no harm."""
    await client.call(CHANGE_SETTING, {"org": organization.uuid}, body={"key": INVITE_EMAILS, "value": value})


async def start_job(client: Client, organization: Organization) -> dict[str, t.Any] | None:
    """Start a job; None if one is running already. Which status says so is unknown, so words decide where 409 and 423 do not."""
    try:
        answer = await client.call(START_MAILS, {"org": organization.uuid})
    except ApiError as error:
        text = error.problem.message.lower()
        if error.status in (409, 423) or (error.status in (400, 403, 422) and any(w in text for w in _RUNNING_WORDS)):
            return None
        raise
    return _job(answer)


async def read_job(client: Client, organization: Organization, job_id: str) -> dict[str, t.Any]:
    """Return a job as it stands now."""
    return _job(await client.call(MAILS_STATUS, {"org": organization.uuid, "job": job_id}))


def job_errors(client: Client, organization: Organization, job_id: str) -> Pages:
    """Yield the errors of a job, a page at a time."""
    return link_pages(client, MAILS_ERRORS, {"org": organization.uuid, "job": job_id}, params={"max": "100"})


def _job(answer: Answer) -> dict[str, t.Any]:
    Fields(answer.body, answer.what).needed("id")
    return answer.fields
