# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of sites, teams, profiles and skills: whole lists read once, and found again by name or id. Private to this collection."""

from __future__ import annotations

import dataclasses
import difflib
import typing as t

from .._client.client import Client

#: The lists: the path after the organization, and the fields that are asked for by name.
LISTS: dict[str, tuple[str, str]] = {
    "site": ("v2/site", "id,name,description,active"),
    "team": ("v2/team", "id,name,description,siteId,teamType,teamStatus,active"),
    "user-profile": ("v3/user-profile", "id,name,description,profileType,active,systemDefault"),
    "skill-profile": ("v2/skill-profile", "id,name,description"),
    "agent-profile": ("v2/agent-profile", "id,name,description,parentType,siteId,active,systemDefault"),
    "multimedia-profile": ("v2/multimedia-profile", "id,name,description,active,systemDefault"),
    "skill": ("v2/skill", "id,name,description,skillType,active"),
}
_NEAREST = 3

Entry = dict[str, t.Any]


def fold(name: str) -> str:
    """Return a name as names are compared where none is exactly alike: without case, blanks counted once."""
    return " ".join(name.split()).casefold()


@dataclasses.dataclass(slots=True, frozen=True)
class Miss:
    """A name that stands for nothing, or for several."""

    entity: str
    name: str
    ambiguous: bool
    #: Nearest names, or the ids of those that it may mean.
    candidates: tuple[str, ...]

    def text(self, label: str) -> str:
        if self.ambiguous:
            return f"the {label} {self.name!r} is ambiguous, write an id: {', '.join(self.candidates)}"
        hint = f"; nearest: {', '.join(self.candidates)}" if self.candidates else "; there is none at all"
        return f"the {label} {self.name!r} does not exist{hint}"


class Directory:
    """The lists of one organization. Entries keep the vendor's field names."""

    def __init__(self, lists: t.Mapping[str, t.Sequence[Entry]]) -> None:
        self.lists = {kind: {str(e["id"]): e for e in entries} for kind, entries in lists.items()}
        self._exact: dict[tuple[str, str], list[Entry]] = {}
        self._folded: dict[tuple[str, str], list[Entry]] = {}
        self._misses: dict[tuple[str, str], Miss] = {}
        for kind, entries in self.lists.items():
            for entry in entries.values():
                name = str(entry.get("name", ""))
                self._exact.setdefault((kind, name), []).append(entry)
                self._folded.setdefault((kind, fold(name)), []).append(entry)

    def has(self, kind: str) -> bool:
        """Return whether the list was read."""
        return kind in self.lists

    def get(self, kind: str, entry_id: str | None) -> Entry | None:
        return self.lists.get(kind, {}).get(entry_id or "")

    def name(self, kind: str, entry_id: str | None) -> str | None:
        """Return the name behind an id; the id itself where the list has none such."""
        if not entry_id:
            return None
        entry = self.get(kind, entry_id)
        return str(entry.get("name", "")) if entry else entry_id

    def find(self, kind: str, text: str, *, site_id: str | None = None) -> Entry | Miss:
        """Return the entry that a name or id means, or why there is none.

        :param site_id: names of teams are unique within a site only; of several teams it takes the one there.
        """
        entry = self.get(kind, text) or self.get(kind, text.lower())
        if entry is not None:
            return entry
        matches = self._exact.get((kind, text)) or self._folded.get((kind, fold(text))) or []
        if len(matches) > 1 and site_id:
            matches = [m for m in matches if m.get("siteId") == site_id] or matches
        if len(matches) == 1:
            return matches[0]
        if matches:
            return Miss(kind, text, True, tuple(sorted(self._describe(m) for m in matches)))
        known = self._misses.get((kind, text))
        if known is None:
            known = self._misses[kind, text] = Miss(kind, text, False, self._nearest(kind, text))
        return known

    def _describe(self, entry: Entry) -> str:
        site = self.name("site", entry.get("siteId"))
        return f"{entry['id']} (site {site})" if site else str(entry["id"])

    def _nearest(self, kind: str, text: str) -> tuple[str, ...]:
        names = {fold(str(e.get("name", ""))): str(e.get("name", "")) for e in self.lists.get(kind, {}).values()}
        close = difflib.get_close_matches(fold(text), list(names), n=_NEAREST, cutoff=0.5)
        return tuple(names[c] for c in close) or tuple(sorted(names.values())[:_NEAREST])


async def read_directory(client: Client, organization_uuid: str, kinds: t.Iterable[str]) -> Directory:
    """Read the lists of ``kinds`` whole."""
    lists: dict[str, list[Entry]] = {}

    async def read(kind: str) -> None:
        path, attributes = LISTS[kind]
        lists[kind] = []
        pages = client.contact_center_pages(
            f"/organization/{organization_uuid}/{path}",
            {"attributes": attributes},
            doing=f"reading the {kind.replace('-', ' ')}s",
        )
        async for page in pages:
            lists[kind] += page

    await client.for_each(list(dict.fromkeys(kinds)), read)
    return Directory(lists)
