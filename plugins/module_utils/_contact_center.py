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

from ansible_collections.wxcc.onboarding.plugins.module_utils._client import Client
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import ApiError
from ansible_collections.wxcc.onboarding.plugins.module_utils._model import Person, key_of

_ATTRIBUTES = (
    "id,ciUserId,email,firstName,lastName,active,userProfileId,contactCenterEnabled,imiUserCreated,lastUpdatedTime"
)
_FILTER_CHARACTERS = 5000
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
    )


class ContactCenter:
    """Reads the contact center of one organization (bare id in the path)."""

    def __init__(self, client: Client, organization_uuid: str) -> None:
        self._client = client
        self._base = f"/organization/{organization_uuid}"
        self._id_filter_works = True

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

    async def records(self, people: t.Sequence[Person]) -> dict[str, Record]:
        """Return each person's record by key; whoever has none is left out. Found by identity id first, by address second."""
        by_id = {p.id: key_of(p.email) for p in people}
        by_key = {key_of(p.email): p for p in people}
        found: dict[str, Record] = {}

        def take(entries: t.Iterable[dict[str, t.Any]]) -> None:
            for entry in entries:
                record = record_from(entry)
                key = by_id.get(record.ci_user_id or "")
                if key is not None:
                    found[key] = record
                else:
                    # The same address under another identity: kept only until the right one turns up.
                    key = key_of(record.email)
                    if key in by_key:
                        found.setdefault(key, record)

        by_filter = self._requests_by_filter([p.id for p in people])
        if by_filter > 2:
            items, pages, _records = await self._page(0)
            take(items)
            if pages - 1 <= by_filter:
                for page in range(1, pages):
                    more, _pages, _records = await self._page(page)
                    take(more)
                return found
        missing = [p for k, p in by_key.items() if k not in found]
        take(await self._by_filter("ciUserId", [p.id for p in missing]))
        missing = [p for k, p in by_key.items() if k not in found]
        take(await self._by_filter("email", [p.email for p in missing]))
        return found

    async def _page(self, page: int) -> tuple[list[t.Any], int, int]:
        params = {"attributes": _ATTRIBUTES}
        return await self._client.contact_center_page(
            f"{self._base}/v2/user", params, page, _ASK_FOR, doing="reading the contact center's users"
        )

    @staticmethod
    def _requests_by_filter(values: t.Sequence[str]) -> int:
        characters = sum(len(urllib.parse.quote(f'"{v}",')) for v in values)
        return math.ceil(characters / _FILTER_CHARACTERS)

    async def _by_filter(self, field: str, values: t.Sequence[str]) -> list[dict[str, t.Any]]:
        """Return the records whose ``field`` is one of ``values``, as many values a request as a request line may hold."""
        if field == "ciUserId" and not self._id_filter_works:
            return []
        found: list[dict[str, t.Any]] = []
        chunk: list[str] = []
        size = 0
        chunks: list[list[str]] = []
        for value in values:
            length = len(urllib.parse.quote(f'"{value}",'))
            if chunk and size + length > _FILTER_CHARACTERS:
                chunks.append(chunk)
                chunk, size = [], 0
            chunk.append(value)
            size += length
        if chunk:
            chunks.append(chunk)
        for part in chunks:
            quoted = ",".join('"' + v.replace("\\", "\\\\").replace('"', '\\"') + '"' for v in part)
            params = {"filter": f"{field}=in=({quoted})", "attributes": _ATTRIBUTES}
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
