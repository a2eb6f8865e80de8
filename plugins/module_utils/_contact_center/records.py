# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the contact center itself keeps: its people's records and their user profiles. Private to this collection.

Records cannot be created there; they appear after Synchronize Users (or by themselves). A record is followed by the identity's id, since
an address may have changed since. Lists are read whole or by filter, whichever takes fewer requests; page sizes are clamped silently.
"""

from __future__ import annotations

import dataclasses
import math
import typing as t
import urllib.parse

from .._client.client import Client
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
    )


class ContactCenter:
    """Reads the contact center of one organization (bare id in the path)."""

    def __init__(self, client: Client, organization_uuid: str) -> None:
        self._client = client
        self._base = f"/organization/{organization_uuid}"
        self._id_filter_works = True
        self.whole: dict[str, Record] | None = None
        self.ambiguous: set[str] = set()

    async def profiles(self) -> dict[str, dict[str, str]]:
        """Return {id: {name, type}} of the user profiles."""
        found: dict[str, dict[str, str]] = {}
        params = {"attributes": "id,name,profileType"}
        async for page in self._client.contact_center_pages(
            f"{self._base}/v3/user-profile", params, doing="reading the user profiles"
        ):
            for entry in page:
                found[str(entry["id"])] = {
                    "name": str(entry.get("name", "")),
                    "type": str(entry.get("profileType", "")),
                }
        return found

    async def records(self, people: t.Sequence[Person], *, settings: bool = False) -> dict[str, Record]:
        """Return each person's record by key; whoever has none is left out. Found by identity id first, by address second."""
        return await self.find([Identity(address_key(p.email), p.email, p.id) for p in people], settings=settings)

    async def find(self, identities: t.Sequence[Identity], *, settings: bool = False) -> dict[str, Record]:
        """Return the records of ``identities`` by key, read by list or by filter, whichever takes fewer requests.

        :param settings: read the agent settings too.

        Afterwards ``whole`` holds all records if the list was read to its end (else None), and ``ambiguous`` the keys of those who were
        looked for by address alone and have several records.
        """
        by_id = {i.id: i.key for i in identities if i.id}
        by_key = {i.key: i for i in identities}
        found: dict[str, Record] = {}
        self.whole, self.ambiguous = None, set()
        attributes = ",".join((_ATTRIBUTES, *_SETTINGS)) if settings else _ATTRIBUTES
        seen: dict[str, Record] = {}

        def take(entries: t.Iterable[dict[str, t.Any]]) -> None:
            for entry in entries:
                record = seen[str(entry["id"])] = record_from(entry)
                key = by_id.get(record.ci_user_id or "")
                if key is not None:
                    found[key] = record
                    continue
                # The same address under another identity: kept only until the right one turns up.
                key = address_key(record.email)
                if key in by_key:
                    first = found.setdefault(key, record)
                    if first.id != record.id and not by_key[key].id:
                        self.ambiguous.add(key)

        by_filter = self._requests_by_filter([i.id or i.email for i in identities])
        if by_filter > 2:
            items, pages, _records = await self._page(0, attributes)
            take(items)
            if pages - 1 <= by_filter:
                for page in range(1, pages):
                    more, _pages, _records = await self._page(page, attributes)
                    take(more)
                self.whole = seen
                return found
        missing = [i for i in identities if i.key not in found]
        take(await self._by_filter("ciUserId", [i.id for i in missing if i.id], attributes))
        missing = [i for i in identities if i.key not in found]
        take(await self._by_filter("email", [i.email for i in missing], attributes))
        return found

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
            answer = await self._client.contact_center(
                "GET", f"{self._base}/user/{record_id}", doing="reading a contact center user"
            )
        except ApiError as error:
            if error.status == 404:
                return None
            raise
        return record_from(answer.body)

    async def holders(self, field: str, value: str) -> int:
        """Return how many records have ``value`` in ``field``."""
        params = {"filter": f'{field}=="{value}"', "attributes": "id"}
        items, _pages, records = await self._client.contact_center_page(
            f"{self._base}/v2/user", params, 0, 1, doing="counting the contact center's users"
        )
        return max(records, len(items))

    async def change(self, items: t.Sequence[dict[str, t.Any]]) -> t.Any:
        """Send ``PATCH user/bulk`` (207 an item). Every value is absolute, so sending it twice does no harm."""
        answer = await self._client.contact_center(
            "PATCH",
            f"{self._base}/user/bulk",
            body={"items": list(items)},
            repeatable=True,
            doing="changing agent settings",
        )
        return answer.body

    async def _page(self, page: int, attributes: str) -> tuple[list[t.Any], int, int]:
        params = {"attributes": attributes}
        return await self._client.contact_center_page(
            f"{self._base}/v2/user", params, page, _ASK_FOR, doing="reading the contact center's users"
        )

    @staticmethod
    def _requests_by_filter(values: t.Sequence[str]) -> int:
        characters = sum(len(urllib.parse.quote(f'"{v}",')) for v in values)
        return max(math.ceil(characters / _FILTER_CHARACTERS), math.ceil(len(values) / _FILTER_VALUES))

    async def _by_filter(self, field: str, values: t.Sequence[str], attributes: str) -> list[dict[str, t.Any]]:
        """Return the records whose ``field`` is one of ``values``, as many values a request as a request line may hold."""
        if field == "ciUserId" and not self._id_filter_works:
            return []
        found: list[dict[str, t.Any]] = []
        chunk: list[str] = []
        size = 0
        chunks: list[list[str]] = []
        for value in values:
            length = len(urllib.parse.quote(f'"{value}",'))
            if chunk and (size + length > _FILTER_CHARACTERS or len(chunk) >= _FILTER_VALUES):
                chunks.append(chunk)
                chunk, size = [], 0
            chunk.append(value)
            size += length
        if chunk:
            chunks.append(chunk)
        for part in chunks:
            quoted = ",".join('"' + v.replace("\\", "\\\\").replace('"', '\\"') + '"' for v in part)
            params = {"filter": f"{field}=in=({quoted})", "attributes": attributes}
            pages = self._client.contact_center_pages(
                f"{self._base}/v2/user", params, size=len(part) + 10, doing="searching the contact center's users"
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
