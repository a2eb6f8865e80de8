# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the organization's own record tells the checks of CSV files. Private to this collection."""

from __future__ import annotations

from .._client.client import Client
from .._csv_files.rosters import OnRecord
from .._model import address_key
from .._webex.organization import Organization
from .._webex.people import PAGE_SIZE


async def read_on_record(client: Client, organization: Organization) -> OnRecord:
    """Read everybody's address and numbers, 1,000 people a request."""
    addresses: set[str] = set()
    numbers: dict[str, list[str]] = {}
    params = {"max": str(PAGE_SIZE), "excludeStatus": "true", **organization.rest_params}
    async for page in client.link_pages("/v1/people", params, doing="reading the people"):
        for entry in page:
            own = [str(n["value"]) for n in entry.get("phoneNumbers") or () if isinstance(n, dict) and n.get("value")]
            for email in entry.get("emails") or ():
                key = address_key(str(email))
                addresses.add(key)
                numbers[key] = [n for n in own if n.startswith("+")]
    return OnRecord(addresses, numbers)
