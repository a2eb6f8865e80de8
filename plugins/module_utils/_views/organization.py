# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The organizations that a token shows, for the module ``organization_info``. Private to this collection."""

from __future__ import annotations

import typing as t

from .._client.client import Client
from .._webex.organization import Organization, list_organizations


async def read_organizations(client: Client, _organization: Organization) -> dict[str, t.Any]:
    """Return the module's result: the organizations by id, name and time of creation."""
    return {"organizations": await list_organizations(client)}
