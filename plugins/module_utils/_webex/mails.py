# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Organization settings that onboarding depends on. Private to this collection."""

from __future__ import annotations

from .._client.client import Client
from .._errors import ApiError
from .organization import Organization

#: "Automatic Activation Emails" (vendor's documentation; on unless switched off).
INVITE_EMAILS = "allow-admin-invite-emails"


async def read_invite_emails(client: Client, organization: Organization) -> bool:
    """Return whether newly licensed people who never signed in get a mail by themselves."""
    path = f"/v1/settings/organizations/{organization.uuid}/settings/{INVITE_EMAILS}"
    answer = await client.admin("GET", path, doing="reading the mail setting")
    value = answer.body.get("value") if isinstance(answer.body, dict) else None
    if isinstance(value, str):
        value = value.lower() == "true"
    if not isinstance(value, bool):
        raise ApiError.of("invalid_response", "The mail setting has no value.", tracking_id=answer.tracking_id)
    return value


async def write_invite_emails(client: Client, organization: Organization, value: bool) -> None:
    """Switch the mails on or off. The value is absolute, so sending it twice does no harm."""
    await client.admin(
        "POST",
        f"/v1/settings/organizations/{organization.uuid}/settings",
        body={"key": INVITE_EMAILS, "value": value},
        repeatable=True,
        doing="changing the mail setting",
    )
