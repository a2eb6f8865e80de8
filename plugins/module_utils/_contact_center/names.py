# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of sites, teams, profiles and skills: whole lists read once, and found again by name or id. Private to this collection."""

from __future__ import annotations

import dataclasses
import difflib
import typing as t

from .._client import routes
from .._client.client import Client
from .._client.pages import contact_center_pages
from .._client.shapes import Fields

#: The lists: their route, and the fields that are asked for by name.
LISTS: dict[str, tuple[routes.Route, str]] = {
    "site": (routes.SITES, "id,name,description,active"),
    "team": (routes.TEAMS, "id,name,description,siteId,teamType,teamStatus,active"),
    "user-profile": (routes.USER_PROFILES, "id,name,description,profileType,active,systemDefault"),
    "skill-profile": (routes.SKILL_PROFILES, "id,name,description"),
    "agent-profile": (routes.AGENT_PROFILES, "id,name,description,parentType,siteId,active,systemDefault"),
    "multimedia-profile": (routes.MULTIMEDIA_PROFILES, "id,name,description,active,systemDefault"),
    "skill": (routes.SKILLS, "id,name,description,skillType,active"),
}
_FLAGS = ("active", "systemDefault")
_NEAREST = 3

Entry = dict[str, t.Any]


def fold(name: str) -> str:
    """Return a name as names are compared where none is exactly alike: without case, blanks counted once."""
    return " ".join(name.split()).casefold()


@dataclasses.dataclass(slots=True, frozen=True)
class UnknownName:
    """A name that stands for nothing, or for several things."""

    entity: str
    name: str
    ambiguous: bool
    #: Nearest names, or the ids of those that it may mean.
    candidates: tuple[str, ...]

    def text(self, label: str) -> str:
        """Return why nothing is found, in words; ``label`` says what was looked for, for example ``site``."""
        if self.ambiguous:
            return f"the {label} {self.name!r} is ambiguous, write an id: {', '.join(self.candidates)}"
        hint = f"; nearest: {', '.join(self.candidates)}" if self.candidates else "; there is none at all"
        return f"the {label} {self.name!r} does not exist{hint}"


class Directory:
    """The lists of one organization. Entries keep the vendor's field names."""

    def __init__(self, lists: t.Mapping[str, t.Sequence[Entry]]) -> None:
        self.lists = {kind: {e["id"]: e for e in entries} for kind, entries in lists.items()}
        self._exact: dict[tuple[str, str], list[Entry]] = {}
        self._folded: dict[tuple[str, str], list[Entry]] = {}
        self._unknown: dict[tuple[str, str], UnknownName] = {}
        for kind, entries in self.lists.items():
            for entry in entries.values():
                name = str(entry.get("name", ""))
                self._exact.setdefault((kind, name), []).append(entry)
                self._folded.setdefault((kind, fold(name)), []).append(entry)

    def has(self, kind: str) -> bool:
        """Return whether the list was read."""
        return kind in self.lists

    def get(self, kind: str, entry_id: str | None) -> Entry | None:
        """Return the entry of an id, or None where the list has none such."""
        return self.lists.get(kind, {}).get(entry_id or "")

    def profile_type(self, profile_id: str | None) -> str | None:
        """Return the type of a user profile, such as ``SUPERVISOR``; None where the list has none such, or does not say its type."""
        entry = self.get("user-profile", profile_id)
        return entry.get("profileType") if entry else None

    def name(self, kind: str, entry_id: str | None) -> str | None:
        """Return the name behind an id; the id itself where the list has none such."""
        if not entry_id:
            return None
        entry = self.get(kind, entry_id)
        return str(entry.get("name", "")) if entry else entry_id

    def find(self, kind: str, text: str, *, site_id: str | None = None) -> Entry | UnknownName:
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
            return UnknownName(kind, text, True, tuple(sorted(self._describe(m) for m in matches)))
        known = self._unknown.get((kind, text))
        if known is None:
            known = self._unknown[kind, text] = UnknownName(kind, text, False, self._nearest(kind, text))
        return known

    def _describe(self, entry: Entry) -> str:
        site = self.name("site", entry.get("siteId"))
        return f"{entry['id']} (site {site})" if site else str(entry["id"])

    def _nearest(self, kind: str, text: str) -> tuple[str, ...]:
        names = {fold(str(e.get("name", ""))): str(e.get("name", "")) for e in self.lists.get(kind, {}).values()}
        close = difflib.get_close_matches(fold(text), list(names), n=_NEAREST, cutoff=0.5)
        return tuple(names[c] for c in close) or tuple(sorted(names.values())[:_NEAREST])


def entry_from(kind: str, data: t.Any) -> Entry:
    """Return an entry of a list with the fields that were asked for; what is left out was not read.

    :raises ApiError: invalid_response, the entry is not of the shape of one.
    """
    given = Fields(data, f"The contact center's list of {kind}")
    entry: Entry = {"id": given.needed("id"), "name": given.text("name") or ""}
    for field in LISTS[kind][1].split(","):
        value = given.flag(field) if field in _FLAGS else given.text(field)
        if value is not None:
            entry[field] = value
    return entry


async def read_directory(client: Client, organization_uuid: str, kinds: t.Iterable[str]) -> Directory:
    """Read the lists of ``kinds`` whole."""
    lists: dict[str, list[Entry]] = {}

    async def read(kind: str) -> None:
        route, attributes = LISTS[kind]
        lists[kind] = []
        values = {"org": organization_uuid}
        async for page in contact_center_pages(client, route, values, params={"attributes": attributes}):
            lists[kind] += [entry_from(kind, data) for data in page]

    await client.for_each(list(dict.fromkeys(kinds)), read)
    return Directory(lists)
