# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files read and checked, alone or against the organization's record, for the module ``csv_info``. Private to this collection."""

from __future__ import annotations

import typing as t

from .._client.client import Client, cost_of
from .._csv_files.rosters import OnRecord, check_files
from .._model import address_key
from .._webex.organization import Organization
from .._webex.people import list_people


async def read_on_record(client: Client, organization: Organization) -> OnRecord:
    """Read everybody's address and numbers, 1,000 people a request."""
    addresses: set[str] = set()
    numbers: dict[str, list[str]] = {}
    async for page in list_people(client, organization):
        for entry in page:
            own = [str(n["value"]) for n in entry.get("phoneNumbers") or () if isinstance(n, dict) and n.get("value")]
            for email in entry.get("emails") or ():
                key = address_key(str(email))
                addresses.add(key)
                numbers[key] = [n for n in own if n.startswith("+")]
    return OnRecord(addresses, numbers)


async def check_with_organization(
    client: Client, organization: Organization, *, options: t.Mapping[str, t.Any]
) -> dict[str, t.Any]:
    """Return the module's result, with damaged numbers settled by the organization's own record."""
    return _check(options, await read_on_record(client, organization))


def check(options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the module's result from the files alone. Nothing is sent.

    :raises InputError: a file that the options name cannot be read or written.
    """
    return {**_check(options, None), "requests": cost_of()}


def _check(options: t.Mapping[str, t.Any], on_record: OnRecord | None) -> dict[str, t.Any]:
    result = check_files(
        options["files"],
        mode=options["mode"],
        on_record=on_record,
        users_file=options["users_file"],
        dest=options["dest"],
        part_size=max(options["part_size"], 1),
        results_file=options["results_file"],
    )
    if not options["return_users"]:
        result["users"] = []
    return result
