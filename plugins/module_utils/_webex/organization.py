# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which organization a run is about, and the forms of its id. Private to this collection."""

from __future__ import annotations

import dataclasses
import typing as t

from .. import _ids
from .._client.client import Client
from .._client.routes import ORGANIZATION, ORGANIZATIONS, OWN_IDENTITY, OWN_PERSON
from .._errors import ApiError
from .._model import address_key


@dataclasses.dataclass(slots=True)
class Organization:
    """One organization: bare id, whether it was named by the user, and its name where known."""

    uuid: str
    named: bool
    name: str | None = None
    cluster: str = "us"

    @property
    def rest_id(self) -> str:
        """The id of the organization as the REST APIs write it."""
        return _ids.encode("ORGANIZATION", self.uuid, self.cluster)

    @property
    def rest_params(self) -> dict[str, str]:
        """Return the query of REST lists. Partners name the customer's organization; without org_id the token's own is meant."""
        return {"orgId": self.rest_id} if self.named else {}

    def person_rest_id(self, uuid: str) -> str:
        """Return the id of a person of this organization as the REST APIs write it."""
        return _ids.encode("PEOPLE", uuid, self.cluster)


@dataclasses.dataclass(slots=True)
class Operator:
    """The account behind the token. A service app is a machine account without a person."""

    email: str | None
    id: str | None
    roles: tuple[str, ...] = ()
    organization: str | None = None

    def keys(self) -> set[str]:
        """Return the key of the account's address; nothing where it has none."""
        return {address_key(self.email)} if self.email else set()


async def read_operator(client: Client) -> Operator | None:
    """Return the token's own account, or None for a service app, for which the APIs have no person.

    A person's token without the People API's scopes still shows whose it is through SCIM, and must not pass for a service app: the
    account that a run uses is never to be touched by it.
    """
    try:
        answer = await client.call(OWN_PERSON)
    except ApiError as error:
        if error.status not in (400, 403, 404):
            raise
        return await _operator_by_scim(client)
    body = answer.fields
    emails = body.get("emails") or []
    return Operator(
        email=str(emails[0]) if emails else None,
        id=_ids.to_uuid(str(body.get("id", ""))),
        roles=tuple(_ids.role_value(str(r)) for r in body.get("roles") or ()),
        organization=_ids.to_uuid(str(body.get("orgId", ""))),
    )


async def _operator_by_scim(client: Client) -> Operator | None:
    try:
        answer = await client.call(OWN_IDENTITY)
    except ApiError as error:
        if error.status in (400, 403, 404):
            return None
        raise
    body = answer.fields
    if not body.get("userName"):
        return None
    extension = body.get("urn:scim:schemas:extension:cisco:webexidentity:2.0:User") or {}
    roles = body.get("roles") or ()
    return Operator(
        email=str(body["userName"]),
        id=_ids.to_uuid(str(body.get("id", ""))),
        roles=tuple(str(r["value"]) for r in roles if isinstance(r, dict) and r.get("value")),
        organization=_ids.to_uuid(str((extension.get("meta") or {}).get("organizationId") or "")),
    )


async def resolve(client: Client, org_id: str | None) -> Organization:
    """Return the organization of a run: the named one, else the token's own.

    :raises ApiError: the id is none, or the token shows several organizations and none is named.
    """
    if org_id:
        uuid = _ids.to_uuid(org_id.strip())
        if uuid is None:
            raise ApiError.of("missing_option", f"org_id {org_id!r} is neither a UUID nor a Webex organization id.")
        decoded = _ids.decode(org_id.strip())
        return Organization(uuid, named=True, cluster=decoded[0] if decoded else "us")
    operator = await read_operator(client)
    if operator and operator.organization:
        return Organization(operator.organization, named=False)
    listed = await list_organizations(client)
    if len(listed) != 1:
        names = ", ".join(f"{o['name']} ({o['id']})" for o in listed[:5])
        raise ApiError.of(
            "missing_option", f"The token shows {len(listed)} organizations; org_id must name one. {names}"
        )
    return Organization(listed[0]["id"], named=True, name=listed[0]["name"])


async def list_organizations(client: Client) -> list[dict[str, t.Any]]:
    """Return [{id, name, created}] of every organization that the token shows; this list has no pages."""
    items = (await client.call(ORGANIZATIONS)).items()
    return [
        {"id": _ids.to_uuid(str(o["id"])) or str(o["id"]), "name": o.get("displayName"), "created": o.get("created")}
        for o in items
    ]


async def read_name(client: Client, organization: Organization) -> str | None:
    """Return the organization's name, or None if the API shows none."""
    name = (await client.call(ORGANIZATION, {"id": organization.rest_id})).fields.get("displayName")
    return str(name) if name else None
