# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""People joined with license, roles and sync state, for the module ``user_info``. Private to this collection."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.wxcc.onboarding.plugins.module_utils import _plan_license, _plan_role, _roster
from ansible_collections.wxcc.onboarding.plugins.module_utils._client import Client
from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center import ContactCenter, Record
from ansible_collections.wxcc.onboarding.plugins.module_utils._licenses import (
    contact_center_licenses,
    list_licenses,
    seats,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._model import NO_LICENSE, Person, key_of
from ansible_collections.wxcc.onboarding.plugins.module_utils._organization import Organization
from ansible_collections.wxcc.onboarding.plugins.module_utils._people import PeopleReader
from ansible_collections.wxcc.onboarding.plugins.module_utils._plan_user import state_of
from ansible_collections.wxcc.onboarding.plugins.module_utils._sync_state import derive


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
    emails = _emails(addresses, users_file)
    people: dict[str, Person | None] = {}
    if emails is None:
        async for page in reader.everybody():
            people.update({key_of(p.email): p for p in page})
        there = [p for p in people.values() if p]
        await reader.fill_licenses(there, ours)
    else:
        people = await reader.read(emails, licenses=ours, roles=True, exact_active={key_of(e) for e in emails})
    there = [p for p in people.values() if p]
    records: dict[str, Record] = {}
    profiles: dict[str, dict[str, str]] = {}
    if sync_state and there:
        center = ContactCenter(client, organization.uuid)
        profiles = await center.profiles()
        records = await center.records(there)
    subscriptions = {s.id: s.subscription for s in seats(listed)}
    names = {key_of(e): e for e in emails or ()}
    shown = []
    for key, person in people.items():
        record = records.get(key)
        profile = profiles.get(record.user_profile_id or "", {}).get("type") if record else None
        entry = show(person, names.get(key, key), subscriptions, profile)
        if sync_state and person is not None:
            state, message = derive(person, person.license() or NO_LICENSE, None, record, profile)
            entry.update(sync_state=state, sync_message=message, profile_type=profile)
        if filters.passes(entry):
            shown.append(entry)
    if dest:
        _roster.write_json(dest, shown)
    return {"users": [] if dest else shown, "count": len(shown), "dest": dest}


def _emails(addresses: t.Sequence[str] | None, users_file: str | None) -> list[str] | None:
    if users_file:
        rows, findings = _roster.compose(_roster.load_file(users_file), merge=True, label=users_file)
        _roster.refuse(findings, what="The roster")
        return [row["email"] for row in rows]
    if addresses is None:
        return None
    return list({key_of(a): a for a in _roster.split_addresses(addresses)}.values())


def show(
    person: Person | None, email: str, subscriptions: t.Mapping[str, str | None], profile: str | None
) -> dict[str, t.Any]:
    """Return one person as user_info shows it. Pure."""
    if person is None:
        return {"email": email, "state": "absent"}
    entry: dict[str, t.Any] = {"email": person.email, "state": state_of(person)}
    for field in ("id", "first_name", "last_name", "display_name", "title", "department", "pending"):
        entry[field] = getattr(person, field)
    entry.update(_plan_license.view(person, subscriptions))
    entry.update(_plan_role.view(person, profile == "SUPERVISOR"))
    return entry
