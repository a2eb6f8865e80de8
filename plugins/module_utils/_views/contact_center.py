# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a contact center has (sites, teams, profiles, skills), and its agent settings as a Bulk Operations file.

Private to this collection.
"""

from __future__ import annotations

import typing as t

from .._client.client import Client
from .._contact_center import settings as _agent_settings
from .._contact_center.names import Directory, Entry, read_directory
from .._contact_center.records import ContactCenter, Record
from .._contact_center.settings import SETTINGS, held
from .._csv_files import write as _csv_write
from .._errors import InputError, Problem
from .._webex.organization import Organization

#: Our word for each list -> the vendor's path name.
KINDS = {
    "sites": "site",
    "teams": "team",
    "user_profiles": "user-profile",
    "skill_profiles": "skill-profile",
    "desktop_profiles": "agent-profile",
    "multimedia_profiles": "multimedia-profile",
    "skills": "skill",
}
#: The header of a Bulk Operations file for users (vendor's CSV definition).
HEADER = (
    "Email",
    "User Profile",
    "Contact Center Enabled",
    "Site",
    "Teams",
    "Skill Profile",
    "Desktop Profile",
    "Multimedia Profile",
    "External Id",
    "Default DN",
)
#: The vendor takes so many rows a file.
ROW_LIMIT = 5000
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
    row_limit: int = ROW_LIMIT,
) -> dict[str, t.Any]:
    """Return the module's result. ``people`` counts them; with ``dest`` their agent settings go there.

    :raises InputError: the file cannot be written.
    """
    needed = {KINDS[k] for k in kinds}
    if "team" in needed or "agent-profile" in needed:
        needed.add("site")
    if dest:
        needed |= {s.entity for s in SETTINGS if s.entity}
    directory = await read_directory(client, organization.uuid, sorted(needed))
    records: list[Record] = []
    if people or dest:
        records = await ContactCenter(client, organization.uuid).all_records()
    counts = count_people(records) if people or dest else None
    result: dict[str, t.Any] = {"counts": {}}
    for word in kinds:
        entries = directory.lists[KINDS[word]].values()
        result[word] = sorted(
            (shown(KINDS[word], entry, directory, counts) for entry in entries), key=lambda e: (str(e["name"]), e["id"])
        )
        result["counts"][word] = len(result[word])
    if people or dest:
        result["people"] = {"total": len(records), "enabled": sum(bool(r.enabled) for r in records)}
    result["files"] = []
    if dest:
        rows = [bulk_row(r, directory) for r in records if r.enabled or not only_enabled]
        rows.sort(key=lambda row: row[0].casefold())
        parts = [rows[i : i + row_limit] for i in range(0, len(rows), row_limit)] or [[]]
        try:
            result["files"] = _csv_write.write_parts(dest, [_csv_write.encode_rows([HEADER, *part]) for part in parts])
        except OSError as error:
            raise InputError(Problem("invalid_input", f"dest {dest}: {error.strerror or error}.")) from None
        result["rows"] = len(rows)
    return result


def count_people(records: t.Iterable[Record]) -> dict[str, int]:
    """Return how many people hold each id. Pure."""
    counts: dict[str, int] = {}
    for record in records:
        for setting in SETTINGS:
            if setting.entity is None:
                continue
            value = held(record, setting.field)
            for entry_id in value if isinstance(value, list) else [value] if value else []:
                counts[entry_id] = counts.get(entry_id, 0) + 1
    return counts


def shown(kind: str, entry: Entry, directory: Directory, counts: t.Mapping[str, int] | None) -> dict[str, t.Any]:
    """Return one entry as the module shows it. Pure. Unset fields are left out, as the service does."""
    found: dict[str, t.Any] = {"id": str(entry["id"]), "name": str(entry.get("name", ""))}
    found.update({ours: entry[theirs] for theirs, ours in _FIELDS.items() if entry.get(theirs) not in (None, "")})
    if entry.get("siteId"):
        found["site"] = directory.name(_agent_settings.SITE, entry["siteId"])
    if counts is not None and kind != "skill":
        found["people"] = counts.get(found["id"], 0)
    return found


def bulk_row(record: Record, directory: Directory) -> list[str]:
    """Return one row of a Bulk Operations file: names in place of ids, On and Off, teams joined by a bar. Pure."""
    cells = [record.email]
    for setting in SETTINGS:
        value = held(record, setting.field)
        if setting.word == "contact_center_enabled":
            cells.append("On" if value else "Off")
        elif setting.word == "teams":
            cells.append("|".join(sorted(str(directory.name(_agent_settings.TEAM, v)) for v in value)))
        elif setting.entity:
            cells.append(directory.name(setting.entity, value) or "")
        else:
            cells.append(str(value or ""))
    return cells
