# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files read and checked, alone or against the organization's record, for the module ``csv_info``. Private to this collection."""

from __future__ import annotations

import typing as t

from .._client.client import Client
from .._csv_files.results import Known, check_files, read_known
from .._model import ADD_AND_REMOVE, ADD_ONLY
from .._webex.organization import Organization

#: The modes in the collection's words and in those of Control Hub's import dialog.
MODES = (ADD_ONLY, ADD_AND_REMOVE, "add_services_only", "add_and_remove_services")


async def check_with_organization(
    client: Client, organization: Organization, *, options: t.Mapping[str, t.Any]
) -> dict[str, t.Any]:
    """Return the module's result, with damaged numbers settled by the organization's own record."""
    return _check(options, await read_known(client, organization))


def check(options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the module's result from the files alone. Nothing is sent.

    :raises InputError: a file that the options name cannot be read or written.
    """
    return {**_check(options, None), "requests": {"sent": 0, "retried": 0, "throttled_s": 0.0}}


def _check(options: t.Mapping[str, t.Any], known: Known | None) -> dict[str, t.Any]:
    result = check_files(
        options["files"],
        mode=options["mode"],
        known=known,
        users_file=options["users_file"],
        dest=options["dest"],
        part_size=max(options["part_size"], 1),
        results_file=options["results_file"],
    )
    if not options["return_users"]:
        result["users"] = []
    return result
