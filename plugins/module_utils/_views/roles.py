# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The roles that people can be given, for the module ``role_info``. Private to this collection."""

from __future__ import annotations

import typing as t

from .._client.client import Client
from .._webex.organization import Organization
from .._webex.roles import is_administrator_role, list_roles


async def read_roles(client: Client, _organization: Organization) -> dict[str, t.Any]:
    """Return the module's result: the roles, and whether the module ``role`` gives and takes each of them."""
    listed = await list_roles(client)
    return {"roles": [{**role, "managed": is_administrator_role(role["value"])} for role in listed]}
