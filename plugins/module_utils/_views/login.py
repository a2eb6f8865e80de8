# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module ``login`` returns: a token for the whole of a play, had once. Private to this collection."""

from __future__ import annotations

import dataclasses
import time
import typing as t

from .. import _ids
from .._client.client import Client
from .._client.routes import APPLICATION_TOKEN, ORGANIZATIONS
from .._client.token import Grant
from .._errors import ApiError
from .._files import timestamp

#: Where a token came from: it was given, a refresh token was exchanged, or a service app's was asked for.
GIVEN, REFRESHED, APPLICATION = "given", "refreshed", "application"

_REFUSED = (
    "Look at application_id, application_client_id and application_client_secret, and whether a full administrator has authorized the "
    "service app for this organization (Control Hub, Management > Apps > Service Apps). The token that asks must be that of another "
    "integration, with the scope spark:applications_token."
)


@dataclasses.dataclass(frozen=True, slots=True)
class Application:
    """A service app, and the organization (a bare or a Webex id) that its token is for."""

    id: str
    client_id: str
    client_secret: str = dataclasses.field(repr=False)
    organization: str


async def log_in(
    client: Client, *, given: str | None, renewable: bool, application: Application | None
) -> dict[str, t.Any]:
    """Return where the token came from, and a new one where it was not given.

    :param given: the access token among the options. With a refresh token beside it, one question shows whether it is still taken.
    :param renewable: there is all that a refresh takes.
    :raises ApiError: it was refused.
    """
    if application is not None:
        return told(APPLICATION, await _application_token(client, application))
    if not given:
        await client.authorize()
    elif renewable:
        await _try(client)
    grant = client.grant
    return told(GIVEN if grant is None else REFRESHED, grant)


async def _try(client: Client) -> None:
    """Have the client find out whether the service takes the token; it gets a new one where not."""
    try:
        await client.call(ORGANIZATIONS, doing="trying the token")
    except ApiError as error:
        # That it may not see the organizations says that it was taken.
        if error.status not in (403, 404):
            raise


async def _application_token(client: Client, application: Application) -> Grant:
    client.hide(application.client_secret)
    organization = _ids.to_uuid(application.organization)
    body = {
        "clientId": application.client_id,
        "clientSecret": application.client_secret,
        "targetOrgId": _ids.encode("ORGANIZATION", organization) if organization else application.organization,
    }
    try:
        answer = await client.call(APPLICATION_TOKEN, {"id": application.id}, body=body)
    except ApiError as error:
        if error.status not in (400, 403, 404):
            raise
        text = f"The service app's token was refused: {error.problem.message}"
        raise ApiError(dataclasses.replace(error.problem, message=text, advice=_REFUSED)) from None
    return client.granted(answer)


def told(source: str = GIVEN, grant: Grant | None = None) -> dict[str, t.Any]:
    """Return what the module says of a token; of one that was given only that."""
    said: dict[str, t.Any] = {"source": source, "expires_in": None, "expires_at": None}
    if grant is not None:
        said["access_token"] = grant.token
        if grant.lives_s is not None:
            said |= {"expires_in": grant.lives_s, "expires_at": timestamp(time.time() + grant.lives_s)}
    return said
