# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""People joined with license, roles and sync state, for the module ``user_info``. Private to this collection."""

from __future__ import annotations

import collections
import dataclasses
import typing as t

from .._client.client import Client
from .._contact_center.desk_ready import what_lacks
from .._contact_center.names import Directory, read_directory
from .._contact_center.records import ContactCenter, Record
from .._contact_center.settings import ENTITIES, profile_type_of, reported, settings_shown
from .._contact_center.sync_state import SUPERVISOR_PROFILE, sync_state_of
from .._errors import ApiError, Problem
from .._files import named_by_option, write_json
from .._model import ABSENT, LONGEST, NO_LICENSE, Person, address_key
from .._roster.file import read_people, roster_document
from .._roster.intent import declared_license
from .._roster.join import RosterRow
from .._roster.rows import checked_addresses, compose, raise_for_errors
from .._webex.licenses import (
    contact_center_licenses,
    license_shown,
    list_licenses,
    seats,
)
from .._webex.organization import Organization
from .._webex.people import PeopleReader, state_of
from .._webex.roles import roles_shown

#: How ``lacks`` counts those who are desk-ready.
NOTHING = "nothing"
_UNREAD = "Not read: the record of this person cannot be used."


@dataclasses.dataclass(slots=True)
class PeopleFilter:
    """Which people are shown; None lets all pass."""

    license: t.Sequence[str] | None
    role: t.Sequence[str] | None
    state: t.Sequence[str] | None

    def passes(self, entry: t.Mapping[str, t.Any]) -> bool:
        """Return whether an entry (license, role and state by name) has one of the values wanted of each."""
        pairs = ((self.license, "license"), (self.role, "role"), (self.state, "state"))
        return all(not wanted or entry.get(field) in wanted for wanted, field in pairs)


@dataclasses.dataclass(slots=True, frozen=True)
class Destination:
    """The file to which people go."""

    path: str
    #: A roster of their addresses alone, as other modules take it.
    roster: bool = False

    def write(self, entries: t.Sequence[t.Mapping[str, t.Any]]) -> None:
        """Write the entries. :raises InputError: they cannot be written."""
        data: t.Any = roster_document([{"email": entry["email"]} for entry in entries]) if self.roster else entries
        with named_by_option("dest", self.path):
            write_json(self.path, data)


@dataclasses.dataclass(slots=True, frozen=True)
class CenterData:
    """What the contact center keeps of people: their records by key, and the names behind the ids in them."""

    directory: Directory
    records: t.Mapping[str, Record]
    #: What is wrong with records that cannot be used.
    odd: t.Mapping[str, Problem] = dataclasses.field(default_factory=dict)


async def read_users(
    client: Client,
    organization: Organization,
    *,
    addresses: t.Sequence[str] | None,
    users_file: str | None,
    filters: PeopleFilter,
    sync_state: bool,
    dest: Destination | None,
) -> dict[str, t.Any]:
    """Return the module's result: the people, or their number and the file they went to.

    :raises InputError: the roster file or an address cannot be used, or the file cannot be written.
    :raises ApiError: invalid_response, everybody is to go to a file, and somebody's record cannot be used.
    """
    rows = _rows(addresses, users_file)
    listed = await list_licenses(client, organization)
    reader = PeopleReader(client, organization)
    people = await _find_people(reader, rows, contact_center_licenses(listed))
    center = await _read_center(client, organization, people, by_id=rows is not None) if sync_state else None
    subscriptions = {s.id: s.subscription for s in seats(listed)}
    entries = describe_people(people, rows or (), subscriptions, center)
    for entry in entries:
        key = address_key(entry["email"])
        problem = reader.odd.get(key) or (center.odd.get(key) if center else None)
        if problem is not None:
            entry["error"] = problem.as_dict()
    # Of whose record cannot be used nobody can tell whether they are among those that are wanted.
    chosen = [entry for entry in entries if filters.passes(entry) or entry.get("id") == ""]
    unread = [entry["email"] for entry in entries if entry.get("id") == ""]
    if dest and rows is None and unread:
        # A file with nobody's record in their place would pass for a whole one.
        raise ApiError(reader.odd[address_key(unread[0])])
    if dest:
        dest.write(chosen)
    result: dict[str, t.Any] = {
        "users": [] if dest else chosen,
        "count": len(chosen),
        "dest": dest.path if dest else None,
    }
    if sync_state:
        result["lacks"] = dict(collections.Counter(entry["lacks"] or NOTHING for entry in chosen))
    return result


def _rows(addresses: t.Sequence[str] | None, users_file: str | None) -> list[RosterRow] | None:
    """Return the rows of the people asked for, or None for everybody."""
    if users_file:
        rows, findings = compose(read_people(users_file), merge=True, label=users_file)
        raise_for_errors(findings, what="The roster")
        return rows
    if addresses is None:
        return None
    return [{"email": address} for address in checked_addresses(addresses, label="addresses")]


async def _find_people(
    reader: PeopleReader,
    rows: t.Sequence[RosterRow] | None,
    licenses: t.Sequence[t.Mapping[str, t.Any]],
) -> dict[str, Person | None]:
    """Return the people of the rows (None: everybody) by key, with licenses and roles; None for who is not there."""
    if rows is not None:
        emails = [row["email"] for row in rows]
        return await reader.read(emails, licenses=licenses, roles=True, exact_active={address_key(e) for e in emails})
    everybody: dict[str, Person] = {}
    async for page in reader.everybody():
        everybody.update({address_key(p.email): p for p in page})
    await reader.fill_licenses(list(everybody.values()), licenses)
    return {**everybody, **_unread(reader.odd, everybody)}


def _unread(odd: t.Mapping[str, Problem], read: t.Mapping[str, Person]) -> dict[str, Person]:
    """Return those whose records cannot be used, once each, under the address or else the id that tells whose they are. Pure."""
    ids = {person.id for person in read.values()}
    names: dict[int, str] = {}
    for key, problem in odd.items():
        if key not in read and key not in ids and "@" not in names.get(id(problem), ""):
            names[id(problem)] = key
    return {name: Person("", name) for name in names.values()}


async def _read_center(
    client: Client, organization: Organization, people: t.Mapping[str, Person | None], *, by_id: bool
) -> CenterData:
    """Return what the contact center keeps of these people; ``by_id``: one request more for each whose teams the list leaves out."""
    there = [p for p in people.values() if p and p.id]
    if not there:
        return CenterData(Directory({}), {})
    directory = await read_directory(client, organization.uuid, sorted(ENTITIES))
    center = ContactCenter(client, organization.uuid, capabilities=True)
    records = await center.records(there, settings=True)
    if by_id:
        await center.complete([r for r in records.values() if r.enabled and r.unread_teams])
    return CenterData(directory, records, center.odd)


def describe_people(
    people: t.Mapping[str, Person | None],
    rows: t.Iterable[RosterRow],
    subscriptions: t.Mapping[str, str | None],
    center: CenterData | None,
) -> list[dict[str, t.Any]]:
    """Return everybody as user_info shows them. Pure.

    :param people: by key; None for somebody who is not there.
    :param rows: what was asked for; a row's address is shown of somebody who is not there, its license and role are compared with.
    :param subscriptions: {license id: subscription}.
    :param center: what the contact center keeps, or None where it was not looked at.
    """
    row_of = {address_key(row["email"]): row for row in rows}
    entries = []
    for key, person in people.items():
        row = row_of.get(key, {})
        record = center.records.get(key) if center else None
        kind = profile_type_of(record, center.directory) if center else None
        entry = describe_person(person, row.get("email", key), subscriptions, kind)
        if center:
            entry.update(_sync_entry(person, row, record, center.directory))
            word, sentence = what_lacks(entry, {**row, "license": declared_license(row)})
            if person is not None and not person.id:
                word, sentence = "user", _UNREAD
            entry.update(desk_ready=word is None, lacks=word, lacks_message=sentence)
        entries.append(entry)
    return entries


def describe_person(
    person: Person | None, email: str, subscriptions: t.Mapping[str, str | None], profile_type: str | None
) -> dict[str, t.Any]:
    """Return one person as user_info shows it: identity, license and role. Pure.

    :param profile_type: the type of the contact center's user profile, which alone tells a supervisor by Control Hub's hand.
    """
    if person is None:
        return {"email": email, "state": ABSENT}
    # Of whose record cannot be used nothing is known, and nothing is claimed.
    entry: dict[str, t.Any] = {"email": person.email, "state": state_of(person) if person.id else None}
    for field in ("id", *LONGEST, "pending"):
        entry[field] = getattr(person, field)
    entry.update(license_shown(person, subscriptions))
    entry.update(
        roles_shown(person, profile_type == SUPERVISOR_PROFILE) if person.id else {"role": None, "roles": None}
    )
    return entry


def _sync_entry(person: Person | None, row: RosterRow, record: Record | None, directory: Directory) -> dict[str, t.Any]:
    """Return sync state and agent settings; nothing of somebody who is not there, or whose record cannot be used."""
    if person is None or not person.id:
        return {}
    kind = profile_type_of(record, directory)
    state, sentence = sync_state_of(person, person.license() or NO_LICENSE, row.get("role"), record, kind)
    return {
        "sync_state": state,
        "sync_message": sentence,
        "profile_type": kind,
        "agent": settings_shown(record, directory),
        "reported": reported(record),
    }
