# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The site's own way to synchronize: one POST to an address of the site's choosing. Private to this collection.

The Webex token is never sent there; the hook has its own optional header.
"""

from __future__ import annotations

import dataclasses

from .._errors import ApiError
from .http import Failure, post_once


@dataclasses.dataclass(slots=True)
class Hook:
    """``header`` is ``Name: value`` or None; ``timeout`` in seconds."""

    url: str
    header: str | None = dataclasses.field(repr=False, default=None)
    timeout: float = 60.0


async def call_hook(hook: Hook) -> None:
    """Post to the hook.

    :raises ApiError: no answer, or not a 2xx one. The header's value is in no message.
    """
    name, _colon, value = (hook.header or "").partition(":")
    headers = {"Content-Type": "application/json"}
    if name.strip():
        headers[name.strip()] = value.strip()
    reply = await post_once(hook.url, headers, b"{}", timeout=hook.timeout)
    if isinstance(reply, Failure):
        raise ApiError.of("hook_failed", f"The hook did not answer ({reply.kind}).")
    if not 200 <= reply.status < 300:
        raise ApiError.of("hook_failed", f"The hook answered {reply.status}.", http_status=reply.status)
