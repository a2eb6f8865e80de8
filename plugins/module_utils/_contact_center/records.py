# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the contact center itself keeps: its people's records and their user profiles. Private to this collection.

Records cannot be created there; they appear after Synchronize Users (or by themselves). A record is followed by the identity's id, since
an address may have changed since. Lists are read whole or by filter, whichever takes fewer requests; page sizes are clamped silently.
"""

from __future__ import annotations

import dataclasses
import typing as t

from .._client.client import Client
from .._client.pages import contact_center_page, contact_center_pages
from .._client.routes import (
    CENTER_USER,
    CENTER_USERS,
    CHANGE_CENTER_USERS,
    line_chunks,
    quoted,
)
from .._errors import ApiError
from .._model import Person, address_key

_ATTRIBUTES = (
    "id,ciUserId,email,firstName,lastName,active,userProfileId,contactCenterEnabled,imiUserCreated,lastUpdatedTime"
)
#: Lists leave the teams out unless they are asked for by name (observed). The misspelling is the vendor's.
_SETTINGS = (
    "siteId",
    "teamIds",
    "skillProfileId",
    "agentProfileId",
    "multimediaProfileId",
    "externalIdentifier",
    "deafultDialledNumber",
)
_FILTER_CHARACTERS = 5000
#: The documented size of a page: with more values a filter's answer would take a second page.
_FILTER_VALUES = 100
_ASK_FOR = 1000
_SEARCHING = "searching the contact center's users"
#: Up to so many requests by filter are sent without first looking how long the list is.
_FEW_REQUESTS = 2


@dataclasses.dataclass(slots=True)
class Record:
    """One person's record in the contact center."""

    id: str
    ci_user_id: str | None
    email: str
    first_name: str | None
    last_name: str | None
    active: bool | None
    user_profile_id: str | None
    enabled: bool | None
    digital: bool | None
    #: Agent settings by the vendor's field names, as far as they were asked for and are set.
    settings: dict[str, t.Any] = dataclasses.field(default_factory=dict)
    #: Whether the contact center says that the person may supervise, or work as an agent; None: it was not said.
    supervisor_capabilities: bool | None = None
    agent_capabilities: bool | None = None


@dataclasses.dataclass(slots=True, frozen=True)
class Identity:
    """Whose record is looked for: by the identity's id where it is known, else by address alone."""

    key: str
    email: str
    id: str | None = None


def record_from(data: t.Mapping[str, t.Any]) -> Record:
    """Return a Record; unset fields are left out of answers, not null."""
    ci_user_id = data.get("ciUserId")
    return Record(
        id=str(data["id"]),
        ci_user_id=str(ci_user_id).lower() if ci_user_id else None,
        email=str(data.get("email", "")),
        first_name=data.get("firstName"),
        last_name=data.get("lastName"),
        active=data.get("active"),
        user_profile_id=data.get("userProfileId"),
        enabled=data.get("contactCenterEnabled"),
        digital=data.get("imiUserCreated"),
        settings={field: data[field] for field in _SETTINGS if data.get(field) not in (None, "", [])},
        supervisor_capabilities=_said(data.get("supervisorCapabilitiesEnabled")),
        agent_capabilities=_said(data.get("agentCapabilitiesEnabled")),
    )


def _said(value: t.Any) -> bool | None:
    return value if isinstance(value, bool) else None


def by_filter_chunks(values: t.Iterable[str]) -> list[list[str]]:
    """Return the values in lists, one a request by filter. Pure."""
    return list(line_chunks(values, lambda v: f'"{v}",', characters=_FILTER_CHARACTERS, count=_FILTER_VALUES))


def list_is_cheaper(by_filter: int, unread: int | None = None) -> bool:
    """Return whether reading the list takes no more requests than ``by_filter``. Pure.

    :param unread: how many pages the list still has; None before its first page tells. That is worth a request where filters would
        take more than a few.
    """
    return by_filter > _FEW_REQUESTS if unread is None else unread <= by_filter


class _Matches:
    """Whose record is whose: by the identity's id first, by address second."""

    def __init__(self, identities: t.Sequence[Identity]) -> None:
        self._identities = identities
        self._by_id = {i.id: i.key for i in identities if i.id}
        self._by_key = {i.key: i for i in identities}
        self.found: dict[str, Record] = {}
        self.seen: dict[str, Record] = {}
        self.ambiguous: set[str] = set()

    def take(self, entries: t.Iterable[dict[str, t.Any]]) -> None:
        for entry in entries:
            record = self.seen[str(entry["id"])] = record_from(entry)
            key = self._by_id.get(record.ci_user_id or "")
            if key is not None:
                self.found[key] = record
            else:
                self._take_by_address(record)

    def _take_by_address(self, record: Record) -> None:
        """Keep a record of the same address under another identity, only until the right one turns up."""
        key = address_key(record.email)
        if key not in self._by_key:
            return
        first = self.found.setdefault(key, record)
        if first.id != record.id and not self._by_key[key].id:
            self.ambiguous.add(key)

    def missing(self) -> list[Identity]:
        return [i for i in self._identities if i.key not in self.found]


class ContactCenter:
    """Reads the contact center of one organization (bare id in the path)."""

    def __init__(self, client: Client, organization_uuid: str) -> None:
        self._client = client
        self._values = {"org": organization_uuid}
        self._id_filter_works = True
        self.whole: dict[str, Record] | None = None
        self.ambiguous: set[str] = set()

    async def records(self, people: t.Sequence[Person], *, settings: bool = False) -> dict[str, Record]:
        """Return each person's record by key; whoever has none is left out. Found by identity id first, by address second."""
        return await self.find([Identity(address_key(p.email), p.email, p.id) for p in people], settings=settings)

    async def find(self, identities: t.Sequence[Identity], *, settings: bool = False) -> dict[str, Record]:
        """Return the records of ``identities`` by key, read by list or by filter, whichever takes fewer requests.

        :param settings: read the agent settings too.

        Afterwards ``whole`` holds all records if the list was read to its end (else None), and ``ambiguous`` the keys of those who were
        looked for by address alone and have several records.
        """
        attributes = ",".join((_ATTRIBUTES, *_SETTINGS)) if settings else _ATTRIBUTES
        matches = _Matches(identities)
        self.whole, self.ambiguous = None, matches.ambiguous
        by_filter = len(by_filter_chunks(i.id or i.email for i in identities))
        if list_is_cheaper(by_filter):
            entries, pages, _records = await self._page(0, attributes)
            matches.take(entries)
            if list_is_cheaper(by_filter, unread=pages - 1):
                for page in range(1, pages):
                    entries, _pages, _records = await self._page(page, attributes)
                    matches.take(entries)
                self.whole = matches.seen
                return matches.found
        matches.take(await self._by_filter("ciUserId", [i.id for i in matches.missing() if i.id], attributes))
        matches.take(await self._by_filter("email", [i.email for i in matches.missing()], attributes))
        return matches.found

    async def all_records(self) -> list[Record]:
        """Return every record with its agent settings."""
        found: list[Record] = []
        page, pages = 0, 1
        while page < pages:
            items, pages, _records = await self._page(page, ",".join((_ATTRIBUTES, *_SETTINGS)))
            if not items:
                break
            found += [record_from(entry) for entry in items]
            page += 1
        return found

    async def one(self, record_id: str) -> Record | None:
        """Return one record with everything, or None."""
        try:
            answer = await self._client.call(CENTER_USER, {**self._values, "id": record_id})
        except ApiError as error:
            if error.status == 404:
                return None
            raise
        return record_from(answer.body)

    async def holders(self, field: str, value: str) -> int:
        """Return how many records have ``value`` in ``field``."""
        params = {"filter": f'{field}=="{value}"', "attributes": "id"}
        doing = "counting the contact center's users"
        items, _pages, records = await contact_center_page(
            self._client, CENTER_USERS, self._values, params=params, page=0, size=1, doing=doing
        )
        return max(records, len(items))

    async def change(self, items: t.Sequence[dict[str, t.Any]]) -> t.Any:
        """Send ``PATCH user/bulk`` (207 an item). Every value is absolute, so sending it twice does no harm."""
        return (await self._client.call(CHANGE_CENTER_USERS, self._values, body={"items": list(items)})).body

    async def _page(self, page: int, attributes: str) -> tuple[list[t.Any], int, int]:
        params = {"attributes": attributes}
        return await contact_center_page(
            self._client, CENTER_USERS, self._values, params=params, page=page, size=_ASK_FOR
        )

    async def _by_filter(self, field: str, values: t.Sequence[str], attributes: str) -> list[dict[str, t.Any]]:
        """Return the records whose ``field`` is one of ``values``, as many values a request as a request line may hold."""
        if field == "ciUserId" and not self._id_filter_works:
            return []
        found: list[dict[str, t.Any]] = []
        for chunk in by_filter_chunks(values):
            params = {"filter": f"{field}=in=({','.join(map(quoted, chunk))})", "attributes": attributes}
            pages = contact_center_pages(
                self._client, CENTER_USERS, self._values, params=params, size=len(chunk) + 10, doing=_SEARCHING
            )
            try:
                async for page in pages:
                    found += page
            except ApiError as error:
                # The description lets every field be filtered, but nobody published that this one works.
                if field == "ciUserId" and error.status == 400:
                    self._id_filter_works = False
                    return found
                raise
        return found
