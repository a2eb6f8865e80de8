# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The contact center licenses of an organization: which there are, how many seats are free, and giving them. Private to this collection.

Licenses are told apart by the type inside their id, never by name. One request changes one person's licenses
(``PATCH /licenses/users``); repeating it does no harm.
"""

from __future__ import annotations

import dataclasses
import typing as t

from .. import _ids
from .._client.bodies import Answer
from .._client.client import Client
from .._client.routes import CHANGE_LICENSES, LICENSES
from .._model import LICENSE_OF_TYPE, NO_LICENSE, Person
from .organization import Organization


@dataclasses.dataclass(slots=True)
class Seat:
    """One contact center license in one subscription."""

    id: str
    name: str
    license: str
    subscription: str | None
    total: int
    consumed: int

    @property
    def free(self) -> int:
        """How many seats nobody has; never negative."""
        return max(self.total - self.consumed, 0)

    def label(self) -> str:
        """Return name and subscription, as messages show them."""
        return f"{self.name} [{self.subscription}]" if self.subscription else self.name


async def list_licenses(client: Client, organization: Organization) -> list[dict[str, t.Any]]:
    """Return the organization's licenses as the API gives them (one request, no pages)."""
    return (await client.call(LICENSES, params=organization.rest_params)).items()


def contact_center_licenses(items: t.Iterable[dict[str, t.Any]]) -> list[dict[str, t.Any]]:
    """Return those of the listed licenses that are the contact center's."""
    return [i for i in items if _ids.license_type(str(i.get("id", ""))) in LICENSE_OF_TYPE]


def seats(items: t.Iterable[dict[str, t.Any]]) -> list[Seat]:
    """Return the contact center's seats. Counters may be null."""
    return [
        Seat(
            id=str(i["id"]),
            name=str(i.get("name", "")),
            license=LICENSE_OF_TYPE[str(_ids.license_type(str(i["id"])))],
            subscription=i.get("subscriptionId"),
            total=int(i.get("totalUnits") or 0),
            consumed=int(i.get("consumedUnits") or 0),
        )
        for i in contact_center_licenses(items)
    ]


def license_shown(person: Person | None, subscriptions: t.Mapping[str, str | None]) -> dict[str, t.Any]:
    """Return what before and after show: the license, and the subscriptions that it comes from."""
    if person is None or person.license_ids is None:
        return {"license": NO_LICENSE, "subscriptions": []}
    ours = [i for i in person.license_ids if _ids.license_type(i) in LICENSE_OF_TYPE]
    return {"license": person.license(), "subscriptions": sorted({s for i in ours if (s := subscriptions.get(i))})}


async def change_licenses(
    client: Client,
    organization: Organization,
    *,
    email: str,
    person_id: str | None,
    add: t.Sequence[str],
    remove: t.Sequence[str],
) -> Answer:
    """Give and take licenses of one existing person in one request; 200 or 206, and neither proves anything."""
    body: dict[str, t.Any] = {"email": email}
    if person_id:
        body["personId"] = person_id
    if organization.named:
        body["orgId"] = organization.rest_id
    operations = [{"id": i, "operation": "remove"} for i in remove] + [{"id": i, "operation": "add"} for i in add]
    body["licenses"] = operations
    return await client.call(CHANGE_LICENSES, body=body, doing=f"changing the licenses of {email}")
