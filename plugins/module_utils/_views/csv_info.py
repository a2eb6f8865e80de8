# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files read and checked, alone or against the organization's record, for the module ``csv_info``. Private to this collection."""

from __future__ import annotations

import typing as t

from .._client.client import Client, cost_of
from .._client.shapes import Fields
from .._csv_files.rosters import OnRecord, Wish, check_files, check_files_of_run
from .._model import address_key
from .._roster.verdict import RefusalRule
from .._webex.organization import Organization
from .._webex.people import list_people


async def read_on_record(client: Client, organization: Organization) -> OnRecord:
    """Read everybody's address and numbers, 1,000 people a request.

    :raises ApiError: invalid_response, an entry is not of the shape of a person.
    """
    addresses: set[str] = set()
    numbers: dict[str, list[str]] = {}
    async for page in list_people(client, organization):
        for entry in page:
            fields = Fields(entry, "A person of the People API")
            own = [number.text("value") or "" for number in fields.objects("phoneNumbers") or ()]
            for email in fields.texts("emails") or ():
                key = address_key(email)
                addresses.add(key)
                numbers[key] = [n for n in own if n.startswith("+")]
    return OnRecord(addresses, numbers)


async def check_with_organization(
    client: Client, organization: Organization, *, options: t.Mapping[str, t.Any], check_mode: bool
) -> dict[str, t.Any]:
    """Return the module's result, with damaged numbers settled by the organization's own record."""
    return _check(options, await read_on_record(client, organization), check_mode=check_mode)


def check(options: t.Mapping[str, t.Any], *, check_mode: bool) -> dict[str, t.Any]:
    """Return the module's result from the files alone. Nothing is sent.

    :raises InputError: a file that the options name cannot be read or written.
    """
    return {**_check(options, None, check_mode=check_mode), "requests": cost_of()}


def _check(options: t.Mapping[str, t.Any], on_record: OnRecord | None, *, check_mode: bool) -> dict[str, t.Any]:
    wish = Wish(options["files"], options["mode"], options["part_size"], on_record, options["defaults"])
    if not options["run_directory"]:
        return check_files(
            wish, options["users_file"], ignored=options["ignore_keys"], return_users=options["return_users"]
        )
    return check_files_of_run(
        wish,
        options["run_directory"],
        RefusalRule(options["refused_rows"], options["max_refused_rows"]),
        check_mode=check_mode,
        results_directory=options["results_directory"],
        shared_with=options["shared_with"],
    )
