# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The organization's people as Control Hub user files. Private to this collection."""

from __future__ import annotations

import collections
import dataclasses
import os
import typing as t

from .. import _ids, _model
from .._client.client import Client
from .._client.shapes import Fields
from .._csv_files.exports import ExportFiles
from .._csv_files.headers import canonical_header
from .._csv_files.write import several_subscriptions, user_files
from .._files import named_by_option
from .._listed import listed
from .._model import Person, address_key
from .._roster.rows import checked_addresses
from .._webex.licenses import (
    Seat,
    contact_center_licenses,
    list_licenses,
    seats,
)
from .._webex.organization import Organization
from .._webex.people import PeopleReader, list_people, person_from_rest, state_of
from .people import PeopleFilter

_MEETINGS_TYPE = "EE"
_ENTRY = "A person of the People API"
#: What the People API calls somebody who is no machine.
_PERSON = "person"
#: So many addresses are named in a line.
_NAMED = 10


@dataclasses.dataclass(slots=True, frozen=True)
class Export:
    """What is to be written, and where.

    dest: the file, split into parts of at most ``row_limit`` rows (0: never). addresses: those alone (None: everybody). full: every
    column of an export, else names, address and the contact center licenses. force: files that somebody edited are written over.
    """

    dest: str
    addresses: t.Sequence[str] | None
    filters: PeopleFilter
    full: bool
    row_limit: int
    force: bool = False


async def export(client: Client, organization: Organization, wanted: Export, *, check_mode: bool) -> dict[str, t.Any]:
    """Read everybody once, write the files, and return the module's result. The same people give the same bytes.

    :raises InputError: an address cannot be used, or the files cannot be written.
    """
    keys = None
    if wanted.addresses is not None:
        keys = {address_key(address) for address in checked_addresses(wanted.addresses, label="addresses")}
    listed = await list_licenses(client, organization)
    people = await _read_people(client, organization, contact_center_licenses(listed))
    found = seats(listed)
    kinds = subscriptions_of(found)
    headers = other_headers(listed, several_subscriptions(kinds))
    rows = []
    for person, entry in people:
        if keys is not None and address_key(person.email) not in keys:
            continue
        row = export_row(person, entry, found, headers)
        if wanted.filters.passes({"license": row["license"], "state": state_of(person)}):
            rows.append(row)
    rows.sort(key=lambda r: address_key(str(r["email"])))
    others = sorted(set(headers.values()))
    data = user_files(rows, full=wanted.full, subscriptions=kinds, other_licenses=others, row_limit=wanted.row_limit)
    files = ExportFiles(wanted.dest, data)
    result: dict[str, t.Any] = {
        "changed": files.changed,
        "files": files.paths,
        "count": len(rows),
        "missing": sorted((keys or set()) - {address_key(str(r["email"])) for r in rows}),
        "kept": [],
    }
    files.refuse_edited(force=wanted.force)
    if not check_mode:
        with named_by_option("dest (variable csv_directory)", wanted.dest):
            os.makedirs(os.path.dirname(os.path.abspath(wanted.dest)), mode=0o700, exist_ok=True)
            result["kept"] = files.write(force=wanted.force)
    return {**result, "lines": _lines(result, check_mode=check_mode)}


def _lines(result: t.Mapping[str, t.Any], *, check_mode: bool) -> list[str]:
    """Return what a terminal shows of an export."""
    files, count = result["files"], result["count"]
    where = files[0] if len(files) == 1 else f"{files[0]} to {files[-1]}"
    people = f"{count:,} {'person' if count == 1 else 'people'}"
    lines = [f"{people} {'would be written to' if check_mode else 'in'} {where}"]
    if result["missing"]:
        shown = listed(result["missing"], _NAMED)
        lines.append(
            f"nobody in the export has the address {shown}: not in the organization, or not with that license and state"
        )
    if result["kept"]:
        lines.append(f"left beside it, since somebody edited them: {', '.join(result['kept'])}")
    return lines


async def _read_people(
    client: Client, organization: Organization, ours: t.Sequence[t.Mapping[str, t.Any]]
) -> list[tuple[Person, dict[str, t.Any]]]:
    """Return everybody with the entry that tells of them; machines are left out. ours: the contact center licenses, as listed."""
    pairs: list[tuple[Person, dict[str, t.Any]]] = []
    async for page in list_people(client, organization):
        kinds = [Fields(entry, _ENTRY).text("type") for entry in page]
        pairs += [
            (person_from_rest(entry), entry) for entry, kind in zip(page, kinds, strict=True) if kind in (None, _PERSON)
        ]
    await PeopleReader(client, organization).fill_licenses([p for p, _entry in pairs], ours)
    return pairs


def export_row(
    person: Person, entry: t.Mapping[str, t.Any], found: t.Sequence[Seat], headers: t.Mapping[str, str]
) -> dict[str, t.Any]:
    """Return one person as the writer of user files takes it; ``headers`` as `other_headers` gives them. Pure.

    :raises ApiError: invalid_response, the entry is not of the shape of a person.
    """
    fields = Fields(entry, _ENTRY)
    ours = set(person.license_ids or ())
    every = set(fields.texts("licenses") or ()) | ours
    work = (number.text("value") for number in fields.objects("phoneNumbers") or () if number.text("type") == "work")
    status = "Inactive" if state_of(person) == _model.DISABLED else "Not Verified" if person.pending else "Active"
    return {
        "email": person.email,
        **{a.word: getattr(person, a.word) for a in _model.ATTRIBUTES},
        "license": person.license() or _model.NO_LICENSE,
        "subscriptions": [s.subscription for s in found if s.id in ours and s.subscription],
        "columns": {
            "User Status": status,
            "Last Service Accessed Time": person.last_activity,
            "Manager": fields.text("manager"),
            "Extension": fields.text("extension"),
            "Phone Number": next(work, None),
            **dict.fromkeys(headers.values(), False),
            **{header: True for license_id, header in headers.items() if license_id in every},
        },
    }


def subscriptions_of(found: t.Iterable[Seat]) -> dict[str, list[str]]:
    """Return the subscriptions that offer each contact center license, in the listing's order."""
    kinds: dict[str, list[str]] = {}
    for seat in found:
        if seat.subscription:
            kinds.setdefault(seat.license, []).append(seat.subscription)
    return kinds


def other_headers(listed: t.Sequence[t.Mapping[str, t.Any]], several: bool) -> dict[str, str]:
    """Return license id -> column of the licenses that are not the contact center's; those without subscription have none. Pure.

    A column carries its subscription where the contact center's columns do (``several``), or where its name alone is not its own.
    """
    names: dict[str, str] = {}
    for entry in listed:
        license_id = str(entry.get("id", ""))
        if _ids.license_type(license_id) in _model.LICENSE_OF_TYPE or not entry.get("subscriptionId"):
            continue
        name = str(entry.get("name", ""))
        if entry.get("siteUrl") and _ids.license_type(license_id) == _MEETINGS_TYPE:
            name = f"{entry['siteUrl']} - WebEx Enterprise Edition"
        names[license_id] = name
    many = {name for name, count in collections.Counter(names.values()).items() if several or count > 1}
    subscriptions = {str(entry.get("id", "")): str(entry.get("subscriptionId")) for entry in listed}
    return {i: canonical_header(name, subscriptions[i]) if name in many else name for i, name in names.items()}
