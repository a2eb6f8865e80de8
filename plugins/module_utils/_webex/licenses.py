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
from .._client.shapes import Fields
from .._model import LICENSE_OF_TYPE, NO_LICENSE, Person
from .organization import Organization


@dataclasses.dataclass(slots=True)
class Seat:
    """One contact center license in one subscription."""

    id: str
    name: str
    license: str
    subscription: str | None
    #: None: the list does not say it.
    total: int | None
    consumed: int | None

    @property
    def free(self) -> int | None:
        """How many seats nobody has, never negative; None where the list does not say it."""
        if self.total is None or self.consumed is None:
            return None
        return max(self.total - self.consumed, 0)

    def label(self) -> str:
        """Return name and subscription, as messages show them."""
        return f"{self.name} [{self.subscription}]" if self.subscription else self.name

    def stock(self) -> str:
        """Return how many are free, as messages show it."""
        if self.free is None:
            return f"{self.label()}: how many are free was not told"
        return f"{self.label()}: {self.free} of {self.total} free"


async def list_licenses(client: Client, organization: Organization) -> list[dict[str, t.Any]]:
    """Return {id, name, subscriptionId, siteUrl, totalUnits, consumedUnits} of the organization's licenses (one request, no pages).

    What the list leaves out is None: counters above all, which are then not known, and not 0.

    :raises ApiError: invalid_response, an entry is not of the shape of a license; whose it would be nobody can tell.
    """
    items = (await client.call(LICENSES, params=organization.rest_params)).items()
    return list({entry["id"]: entry for entry in map(_license, items)}.values())


def _license(data: t.Any) -> dict[str, t.Any]:
    entry = Fields(data, "The list of licenses")
    return {
        "id": entry.needed("id"),
        "name": entry.text("name") or "",
        "subscriptionId": entry.text("subscriptionId"),
        "siteUrl": entry.text("siteUrl"),
        "totalUnits": entry.number("totalUnits"),
        "consumedUnits": entry.number("consumedUnits"),
    }


def contact_center_licenses(items: t.Iterable[dict[str, t.Any]]) -> list[dict[str, t.Any]]:
    """Return those of the listed licenses that are the contact center's."""
    return [i for i in items if _ids.license_type(i["id"]) in LICENSE_OF_TYPE]


def seats(items: t.Iterable[dict[str, t.Any]]) -> list[Seat]:
    """Return the contact center's seats of what :func:`list_licenses` gave."""
    return [
        Seat(
            id=i["id"],
            name=i.get("name") or "",
            license=LICENSE_OF_TYPE[str(_ids.license_type(i["id"]))],
            subscription=i.get("subscriptionId"),
            total=i.get("totalUnits"),
            consumed=i.get("consumedUnits"),
        )
        for i in contact_center_licenses(items)
    ]


def free_of(found: t.Iterable[Seat]) -> int | None:
    """Return how many of these seats nobody has; None where the list does not say it of one of them."""
    counts = [seat.free for seat in found]
    return None if None in counts else sum(count or 0 for count in counts)


def license_shown(person: Person | None, subscriptions: t.Mapping[str, str | None]) -> dict[str, t.Any]:
    """Return what before and after show: the license (None: not read), and the subscriptions that it comes from."""
    if person is None or person.license_ids is None:
        return {"license": NO_LICENSE if person is None else None, "subscriptions": []}
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
