# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a contact center has (sites, teams, profiles, skills), and its agent settings as a Bulk Operations file.

Private to this collection.
"""

from __future__ import annotations

import typing as t

from .._client.client import Client
from .._contact_center.names import Directory, Entry, read_directory
from .._contact_center.records import ContactCenter, Record
from .._contact_center.settings import (
    DESKTOP_PROFILE,
    ENTITIES,
    MULTIMEDIA_PROFILE,
    SETTINGS,
    SITE,
    SKILL_PROFILE,
    TEAM,
    USER_PROFILE,
    settings_shown,
    value_in_record,
)
from .._csv_files.bulk import bulk_files
from .._csv_files.write import write_parts
from .._files import named_by_option
from .._webex.organization import Organization

_SKILL = "skill"
#: Our word for each list -> the vendor's path name.
KINDS = {
    "sites": SITE,
    "teams": TEAM,
    "user_profiles": USER_PROFILE,
    "skill_profiles": SKILL_PROFILE,
    "desktop_profiles": DESKTOP_PROFILE,
    "multimedia_profiles": MULTIMEDIA_PROFILE,
    "skills": _SKILL,
}
#: The vendor's field of an entry -> our word for it.
_FIELDS = {
    "profileType": "type",
    "teamType": "type",
    "skillType": "type",
    "parentType": "parent",
    "active": "active",
    "description": "description",
    "systemDefault": "system_default",
}


async def read_contact_center(
    client: Client,
    organization: Organization,
    *,
    kinds: t.Sequence[str],
    people: bool,
    dest: str | None,
    only_enabled: bool,
) -> dict[str, t.Any]:
    """Return the module's result. ``people`` counts them; with ``dest`` their agent settings go there.

    :raises InputError: the file cannot be written.
    """
    directory = await read_directory(client, organization.uuid, lists_to_read(kinds, settings=bool(dest)))
    records: list[Record] | None = None
    if people or dest:
        center = ContactCenter(client, organization.uuid, capabilities=True)
        records = await center.all_records()
        if dest:
            # A file with no teams would take them away where it is imported.
            await center.complete([r for r in records if r.unread_teams and (r.enabled or not only_enabled)])
    holders = None if records is None else count_holders(records)
    # Of teams that were not read nobody can count the people.
    not_counted = {TEAM} if any(r.unread_teams for r in records or ()) else set()
    lists = {
        word: list_entries(KINDS[word], directory, None if KINDS[word] in not_counted else holders) for word in kinds
    }
    result: dict[str, t.Any] = {**lists, "counts": {word: len(entries) for word, entries in lists.items()}, "files": []}
    if records is not None:
        result["people"] = {
            "total": len(records),
            "enabled": sum(bool(r.enabled) for r in records),
            "reported_supervisors": _reported_supervisors(records),
        }
        if dest:
            chosen = [r for r in records if r.enabled or not only_enabled]
            result.update(files=write_settings(dest, chosen, directory), rows=len(chosen))
    return result


def _reported_supervisors(records: t.Sequence[Record]) -> int | None:
    """Return how many people the contact center reports to have a supervisor's capabilities; None where it reports of nobody."""
    signs = [r.supervisor for r in records if r.supervisor is not None]
    return sum(signs) if signs else None


def lists_to_read(kinds: t.Iterable[str], *, settings: bool) -> list[str]:
    """Return the vendor's names of the lists that are needed. Pure.

    :param kinds: our words of the lists that are asked for. Teams and desktop profiles are shown with the name of their site.
    :param settings: everything that agent settings are names of is needed too.
    """
    needed = {KINDS[word] for word in kinds}
    if needed & {TEAM, DESKTOP_PROFILE}:
        needed.add(SITE)
    if settings:
        needed.update(ENTITIES)
    return sorted(needed)


def count_holders(records: t.Iterable[Record]) -> dict[str, int]:
    """Return {id of a site, team or profile: how many people have it}; what nobody has is left out. Pure."""
    counts: dict[str, int] = {}
    for record in records:
        for setting in SETTINGS:
            if setting.entity is None:
                continue
            value = value_in_record(record, setting.field)
            for entry_id in value if isinstance(value, list) else [value] if value else []:
                counts[entry_id] = counts.get(entry_id, 0) + 1
    return counts


def list_entries(kind: str, directory: Directory, holders: t.Mapping[str, int] | None) -> list[dict[str, t.Any]]:
    """Return the entries of one list as the module shows them, sorted by name. Pure.

    :param kind: the vendor's name of the list.
    :param holders: what :func:`count_holders` returns, or None where people were not read.
    """
    entries = [describe_entry(kind, entry, directory, holders) for entry in directory.lists[kind].values()]
    return sorted(entries, key=lambda e: (e["name"], e["id"]))


def describe_entry(
    kind: str, entry: Entry, directory: Directory, holders: t.Mapping[str, int] | None
) -> dict[str, t.Any]:
    """Return one entry as the module shows it. Pure. Unset fields are left out, as the service does."""
    found: dict[str, t.Any] = {"id": entry["id"], "name": entry.get("name", "")}
    found.update({ours: entry[theirs] for theirs, ours in _FIELDS.items() if entry.get(theirs) not in (None, "")})
    if entry.get("siteId"):
        found["site"] = directory.name(SITE, entry["siteId"])
    if holders is not None and kind != _SKILL:
        found["people"] = holders.get(found["id"], 0)
    return found


def write_settings(dest: str, records: t.Iterable[Record], directory: Directory) -> list[str]:
    """Write the agent settings of these people as Bulk Operations files; return their paths.

    :raises InputError: the file cannot be written.
    """
    people = [{"email": record.email, **settings_shown(record, directory)} for record in records]
    with named_by_option("dest", dest):
        return write_parts(dest, bulk_files(people))
