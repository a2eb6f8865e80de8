# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The contact center's seats by subscription, for the module ``license_info``. Private to this collection."""

from __future__ import annotations

import dataclasses
import typing as t

from .._client.client import Client
from .._model import TYPE_OF_LICENSE
from .._webex.licenses import free_of, list_licenses, seats
from .._webex.organization import Organization


async def read_licenses(client: Client, organization: Organization) -> dict[str, t.Any]:
    """Return the module's result: the seats, those left by license, and the names of the other licenses."""
    listed = await list_licenses(client, organization)
    found = seats(listed)
    ours = {seat.id for seat in found}
    return {
        "licenses": [{**dataclasses.asdict(seat), "free": seat.free} for seat in found],
        "free": {name: free_of([seat for seat in found if seat.license == name]) for name in TYPE_OF_LICENSE},
        "other_licenses": sorted({entry["name"] for entry in listed if entry["id"] not in ours}),
    }
