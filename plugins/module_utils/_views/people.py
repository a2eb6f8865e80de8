# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""People joined with license, roles and sync state, for the module ``user_info``. Private to this collection."""

from __future__ import annotations

import dataclasses
import typing as t

from .._client.client import Client
from .._contact_center.desk_ready import lacking
from .._contact_center.names import Directory, read_directory
from .._contact_center.records import ContactCenter, Record
from .._contact_center.settings import SETTINGS, USER_PROFILE, settings_shown
from .._contact_center.sync_state import derive
from .._model import LONGEST, NO_LICENSE, Person, address_key
from .._roster import rows as _roster
from .._webex.licenses import (
    contact_center_licenses,
    license_shown,
    list_licenses,
    seats,
)
from .._webex.organization import Organization
from .._webex.people import PeopleReader, state_of
from .._webex.roles import roles_shown


@dataclasses.dataclass(slots=True)
class Filters:
    """Which people are shown; None lets all pass."""

    license: t.Sequence[str] | None
    role: t.Sequence[str] | None
    state: t.Sequence[str] | None

    def passes(self, shown: t.Mapping[str, t.Any]) -> bool:
        pairs = ((self.license, "license"), (self.role, "role"), (self.state, "state"))
        return all(not wanted or shown.get(field) in wanted for wanted, field in pairs)


async def read_view(
    client: Client,
    organization: Organization,
    *,
    addresses: t.Sequence[str] | None,
    users_file: str | None,
    filters: Filters,
    sync_state: bool,
    dest: str | None,
) -> dict[str, t.Any]:
    """Return the module's result: the people, or their number and the file they went to."""
    listed = await list_licenses(client, organization)
    ours = contact_center_licenses(listed)
    reader = PeopleReader(client, organization)
    rows = _rows(addresses, users_file)
    emails = None if rows is None else [row["email"] for row in rows]
    people: dict[str, Person | None] = {}
    if emails is None:
        async for page in reader.everybody():
            people.update({address_key(p.email): p for p in page})
        there = [p for p in people.values() if p]
        await reader.fill_licenses(there, ours)
    else:
        people = await reader.read(emails, licenses=ours, roles=True, exact_active={address_key(e) for e in emails})
    there = [p for p in people.values() if p]
    records: dict[str, Record] = {}
    directory = Directory({})
    if sync_state and there:
        directory = await read_directory(client, organization.uuid, sorted({s.entity for s in SETTINGS if s.entity}))
        records = await ContactCenter(client, organization.uuid).records(there, settings=True)
    subscriptions = {s.id: s.subscription for s in seats(listed)}
    wanted = {address_key(row["email"]): row for row in rows or ()}
    lacks: dict[str, int] = {}
    shown = []
    for key, person in people.items():
        row = wanted.get(key, {})
        record = records.get(key)
        profile = directory.get(USER_PROFILE, record.user_profile_id) if record else None
        kind = profile.get("profileType") if profile else None
        entry = show(person, row.get("email", key), subscriptions, kind)
        if sync_state:
            _add_desk(entry, person, record, kind, directory, row)
        if filters.passes(entry):
            shown.append(entry)
            if sync_state:
                word = entry["lacks"] or "nothing"
                lacks[word] = lacks.get(word, 0) + 1
    if dest:
        _roster.write_json(dest, shown)
    result: dict[str, t.Any] = {"users": [] if dest else shown, "count": len(shown), "dest": dest}
    if sync_state:
        result["lacks"] = lacks
    return result


def _add_desk(
    entry: dict[str, t.Any],
    person: Person | None,
    record: Record | None,
    kind: str | None,
    directory: Directory,
    row: t.Mapping[str, t.Any],
) -> None:
    """Add sync state, agent settings and what lacks to what user_info shows of a person."""
    if person is not None:
        state, message = derive(person, person.license() or NO_LICENSE, row.get("role"), record, kind)
        entry.update(sync_state=state, sync_message=message, profile_type=kind, agent=settings_shown(record, directory))
    word, sentence = lacking(entry, row)
    entry.update(desk_ready=word is None, lacks=word, lacks_message=sentence)


def _rows(addresses: t.Sequence[str] | None, users_file: str | None) -> list[dict[str, t.Any]] | None:
    if users_file:
        rows, findings = _roster.compose(_roster.load_file(users_file), merge=True, label=users_file)
        _roster.refuse(findings, what="The roster")
        return rows
    if addresses is None:
        return None
    return [{"email": a} for a in {address_key(a): a for a in _roster.split_addresses(addresses)}.values()]


def show(
    person: Person | None, email: str, subscriptions: t.Mapping[str, str | None], profile: str | None
) -> dict[str, t.Any]:
    """Return one person as user_info shows it. Pure."""
    if person is None:
        return {"email": email, "state": "absent"}
    entry: dict[str, t.Any] = {"email": person.email, "state": state_of(person)}
    for field in ("id", *LONGEST, "pending"):
        entry[field] = getattr(person, field)
    entry.update(license_shown(person, subscriptions))
    entry.update(roles_shown(person, profile == "SUPERVISOR"))
    return entry
