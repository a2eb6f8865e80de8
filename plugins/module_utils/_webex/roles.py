# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Administrator roles: their names, their identity values, and which exclude each other. Private to this collection.

The values are the same in every organization (observed); SCIM wants the value, the People API the REST id around it. Location and site
administrators cannot be assigned through the API (vendor's documentation).
"""

from __future__ import annotations

import typing as t

from .. import _ids
from .._client.client import Client
from .._client.routes import ROLES
from .._client.shapes import Fields
from .._model import ADMINISTRATOR, AGENT, SUPERVISOR, Person

FULL_ADMINISTRATOR = "id_full_admin"
READ_ONLY_ADMINISTRATOR = "id_readonly_admin"
SERVICE_ADMINISTRATOR = "cjp.admin"
SUPERVISOR_VALUE = "cjp.supervisor"

#: Names as Control Hub shows them, by identity value.
WELL_KNOWN = {
    FULL_ADMINISTRATOR: "Full Administrator",
    READ_ONLY_ADMINISTRATOR: "Read-only Administrator",
    "id_user_admin": "User Administrator",
    "id_device_admin": "Device Administrator",
    "id_group_admin": "Group Administrator",
    "atlas-portal.support": "Support Administrator",
    "atlas-portal.partner.salesadmin": "Sales Administrator",
    "atlas-portal.partner.helpdesk": "Help Desk Administrator",
    "atlas-portal.partner.helpdesk.advanced": "Advanced Help Desk Administrator",
    "atlas-portal.partner.provision_admin": "Provisioning Administrator",
    "atlas-portal.application": "Application Administrator",
    "atlas-portal.billing": "Billing Administrator",
    "atlas-portal.all": "Portal Administrator",
    "atlas-portal.reports": "Reports Administrator",
    SERVICE_ADMINISTRATOR: "Contact Center Service Administrator",
}
#: At most one of these a person (vendor's page on administrator roles for the contact center).
EXCLUSIVE = (FULL_ADMINISTRATOR, READ_ONLY_ADMINISTRATOR, SERVICE_ADMINISTRATOR)
#: Not to be assigned through SCIM, or no administrator roles at all: never given, never taken.
_NOT_MANAGED = ("location_admin", "location_full_admin", "spark.synckms")


async def list_roles(client: Client) -> list[dict[str, str]]:
    """Return [{id, value, name}] of the roles that the API lists (administrators only, no pages)."""
    entries = [Fields(item, "The list of roles") for item in (await client.call(ROLES)).items()]
    found = {entry.needed("id"): entry.text("name") or "" for entry in entries}
    return [{"id": i, "value": _ids.role_value(i), "name": name} for i, name in found.items()]


def is_administrator_role(value: str) -> bool:
    """Return True for the roles that the module gives and takes: administrators, without partner roles and the unassignable."""
    if value in _NOT_MANAGED or ".partner." in value:
        return False
    return value.startswith(("id_", "atlas-portal.")) or value == SERVICE_ADMINISTRATOR


def name_of(value: str) -> str:
    """Return the name of a role that is well known; else its value."""
    return WELL_KNOWN.get(value, value)


def resolve_role(wanted: str, listed: t.Sequence[t.Mapping[str, str]] = ()) -> str | None:
    """Return the identity value of a role given by name (case does not matter), value or REST id; None if nobody knows it."""
    text = wanted.strip()
    value = _ids.role_value(text)
    if value in WELL_KNOWN or any(value == r["value"] for r in listed):
        return value
    lowered = text.casefold()
    for role in listed:
        if role["name"].casefold() == lowered:
            return role["value"]
    return next((v for v, name in WELL_KNOWN.items() if name.casefold() == lowered), None)


def role_word(person: Person | None, supervisor: bool) -> str:
    """Return administrator, supervisor or agent, as the roster says it."""
    if person is not None and any(is_administrator_role(r) for r in person.roles or ()):
        return ADMINISTRATOR
    if supervisor or (person is not None and SUPERVISOR_VALUE in (person.roles or ())):
        return SUPERVISOR
    return AGENT


def roles_shown(person: Person | None, supervisor: bool) -> dict[str, t.Any]:
    """Return what before and after show: the word, and the administrator roles by name."""
    names = sorted(name_of(r) for r in (person.roles or () if person else ()) if is_administrator_role(r))
    return {"role": role_word(person, supervisor), "roles": names}
