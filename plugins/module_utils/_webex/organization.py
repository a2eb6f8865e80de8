# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which organization a run is about, and the forms of its id. Private to this collection."""

from __future__ import annotations

import dataclasses
import typing as t

from .. import _ids
from .._advice import ADVICE
from .._client.client import Client
from .._client.routes import ORGANIZATIONS, OWN_IDENTITY, OWN_PERSON
from .._client.shapes import Fields
from .._errors import ApiError, one_line
from .._listed import listed
from .._model import address_key

#: At most so many organizations are named in a message.
_SHOWN = 10
_SCOPE = "the scope spark-admin:organizations_read"
_NAME_ONE = "Set org_id or org_name (variables webex_org_id, webex_org_name) for this host."
_BY_ID = "Set org_id (variable webex_org_id) for this host."
_WRONG = "Correct org_id or org_name (variables webex_org_id, webex_org_name) for this host, or use another token."


@dataclasses.dataclass(slots=True)
class Organization:
    """One organization: bare id, whether it was named by the user, and its name where known."""

    uuid: str
    named: bool
    name: str | None = None
    cluster: str = "us"
    #: What is to be said of how it was found: {check, level, message, action}.
    findings: tuple[t.Mapping[str, t.Any], ...] = ()

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
    """The account behind the token. A service app is a machine account without a person.

    id: None where nobody said it; then the account may be anybody who may write.
    """

    email: str | None
    id: str | None
    roles: tuple[str, ...] = ()
    organization: str | None = None
    #: All addresses that the service shows of it, aliases among them.
    emails: tuple[str, ...] = ()

    @property
    def addresses(self) -> set[str]:
        """Return the keys of the account's addresses; nothing where it has none."""
        return {address_key(email) for email in (self.email, *self.emails) if email}


async def read_operator(client: Client) -> Operator | None:
    """Return the token's own account, or None for a service app, for which the APIs have no person.

    Where nobody may say whose token it is (403), the account has neither id nor address. A person's token without the People API's
    scopes still shows whose it is through SCIM, and must not pass for a service app: the account that a run uses is never to be touched
    by it.
    """
    try:
        answer = await client.call(OWN_PERSON)
    except ApiError as error:
        if error.status not in (400, 403, 404):
            raise
        return await _operator_by_scim(client, hidden=error.status == 403)
    body = Fields(answer.body, "The token's own account")
    emails = tuple(body.texts("emails") or ())
    person_id = _ids.to_uuid(body.text("id") or "")
    if person_id is None:
        # It is known by its id alone: an address may be an alias.
        seen = await _operator_by_scim(client, hidden=True) or Operator(None, None)
        return dataclasses.replace(seen, email=seen.email or next(iter(emails), None), emails=emails)
    return Operator(
        email=next(iter(emails), None),
        emails=emails,
        id=person_id,
        roles=tuple(map(_ids.role_value, body.texts("roles") or ())),
        organization=_ids.to_uuid(body.text("orgId") or ""),
    )


async def _operator_by_scim(client: Client, *, hidden: bool) -> Operator | None:
    """Return the account as SCIM shows it; ``hidden``: the People API did not say that there is none."""
    try:
        answer = await client.call(OWN_IDENTITY)
    except ApiError as error:
        if error.status not in (400, 403, 404):
            raise
        return Operator(None, None) if hidden and error.status == 403 else None
    body = Fields(answer.body, "The token's own identity")
    email = body.text("userName")
    if not email:
        return Operator(None, None)
    meta = body.inner("urn:scim:schemas:extension:cisco:webexidentity:2.0:User").inner("meta")
    return Operator(
        email=email,
        id=_ids.to_uuid(body.text("id") or ""),
        roles=tuple(role.needed("value") for role in body.objects("roles") or ()),
        organization=_ids.to_uuid(meta.text("organizationId") or ""),
    )


async def resolve(client: Client, org_id: str | None, org_name: str | None = None) -> Organization:
    """Return the organization that is named, by id or by its whole name, else the only one that the token shows.

    One request where it is named, two where it is not; nothing is ever chosen among several. Where the token may not list organizations,
    an id is taken as it is given, and without one the token's own organization counts; a finding says so.

    :raises ApiError: the id is none, the token does not show what is named, or it shows several and none is named.
    """
    org_id, org_name = (org_id or "").strip(), (org_name or "").strip()
    uuid = _checked_id(org_id)
    listed = await _listed(client)
    if not listed:
        return await _unlisted(client, uuid, org_id, org_name)
    if not org_id and not org_name:
        if len(listed) > 1:
            text = f"The token shows {len(listed)} organizations, and none is named: {_names(listed)}."
            raise ApiError.of("missing_option", text, advice=_NAME_ONE)
        return await _only(client, listed[0])
    found = [o for o in listed if uuid in (None, o["id"]) and _is_called(o, org_name)]
    if len(found) == 1:
        return Organization(found[0]["id"], named=True, name=found[0]["name"], cluster=_cluster(org_id))
    asked = " and ".join(f"{o} {v!r}" for o, v in (("org_id", org_id), ("org_name", org_name)) if v)
    if found:
        raise ApiError.of(
            "missing_option", f"{asked} names {len(found)} organizations: {_names(found)}.", advice=_BY_ID
        )
    raise ApiError.of(
        "not_found", f"The token shows no organization with {asked}, but: {_names(listed)}.", advice=_WRONG
    )


def _checked_id(org_id: str) -> str | None:
    uuid = _ids.to_uuid(org_id) if org_id else None
    decoded = _ids.decode(org_id) if org_id else None
    if org_id and (uuid is None or (decoded and decoded[1] != "ORGANIZATION")):
        raise ApiError.of("missing_option", f"org_id {org_id!r} is neither a UUID nor a Webex organization id.")
    return uuid


def _cluster(org_id: str) -> str:
    decoded = _ids.decode(org_id) if org_id else None
    return decoded[0] if decoded else "us"


def _is_called(organization: t.Mapping[str, t.Any], name: str) -> bool:
    # Names are compared as addresses are: ASCII letters without case, everything else as it stands.
    return not name or address_key(str(organization["name"] or "")) == address_key(name)


def _names(organizations: t.Sequence[t.Mapping[str, t.Any]]) -> str:
    return listed([f"{o['name'] or 'without a name'} ({o['id']})" for o in organizations], _SHOWN)


async def _listed(client: Client) -> list[dict[str, t.Any]] | None:
    """Return the organizations that the token shows, or None where it may not list any."""
    try:
        return await list_organizations(client)
    except ApiError as error:
        if error.status not in (403, 404):
            raise
        return None


async def _only(client: Client, shown: t.Mapping[str, t.Any]) -> Organization:
    """Return the only organization. Requests name it unless it is surely the token's own: that parameter is for partners (documented)."""
    operator = await read_operator(client)
    own = operator is not None and operator.organization == shown["id"]
    return Organization(shown["id"], named=not own, name=shown["name"])


async def _unlisted(client: Client, uuid: str | None, org_id: str, org_name: str) -> Organization:
    """Return the organization where the token lists none."""
    if org_name:
        text = f"The token may not list organizations, so org_name {org_name!r} cannot be looked up."
        raise ApiError.of("forbidden", text, advice=f"Set org_id instead, or use a token with {_SCOPE}.")
    if uuid:
        text = f"The token may not list organizations, so whether there is one with the id {uuid} was not looked up."
        return Organization(uuid, named=True, cluster=_cluster(org_id), findings=(_finding(text),))
    operator = await read_operator(client)
    if operator is None or not operator.organization:
        text = "The token may not list organizations and does not show its own account, so which one is meant cannot be found out."
        raise ApiError.of("forbidden", text, http_status=403, advice=f"{_NAME_ONE} {ADVICE['forbidden']}")
    text = f"The token may not list organizations; its own is taken, {operator.organization}."
    return Organization(operator.organization, named=False, findings=(_finding(text),))


def _finding(message: str) -> dict[str, t.Any]:
    return {"check": "organization", "level": "warning", "message": message, "action": f"Use a token with {_SCOPE}."}


async def list_organizations(client: Client) -> list[dict[str, t.Any]]:
    """Return [{id, name, created}] of every organization that the token shows; this list has no pages."""
    entries = [Fields(item, "The list of organizations") for item in (await client.call(ORGANIZATIONS)).items()]
    return [
        {
            "id": _ids.to_uuid(o.needed("id")) or o.needed("id"),
            # It stands in lines of a terminal.
            "name": None if (name := o.text("displayName")) is None else one_line(name),
            "created": o.text("created"),
        }
        for o in entries
    ]
