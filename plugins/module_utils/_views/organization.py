# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The organizations that a token shows, and which of them a run is about. Private to this collection."""

from __future__ import annotations

import typing as t

from .._client.client import Client
from .._webex.organization import Organization, list_organizations, resolve


async def read_organizations(client: Client, _organization: Organization) -> dict[str, t.Any]:
    """Return the module's result: the organizations by id, name and time of creation."""
    return {"organizations": await list_organizations(client)}


def finder(
    org_id: str | None, org_name: str | None
) -> t.Callable[[Client, Organization], t.Awaitable[dict[str, t.Any]]]:
    """Return the reader of the module ``run``: which organization the run is about, and what is to be said of that."""

    async def find(client: Client, _organization: Organization) -> dict[str, t.Any]:
        found = await resolve(client, org_id, org_name)
        return {
            "organization": {"id": found.uuid, "name": found.name, "named": found.named},
            "findings": list(found.findings),
        }

    return find
