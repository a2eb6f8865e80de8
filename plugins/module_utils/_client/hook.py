# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The site's own way to synchronize: one POST to an address of the site's choosing. Private to this collection.

The Webex token is never sent there; the hook has its own optional header.
"""

from __future__ import annotations

import contextlib
import dataclasses

from .._errors import ApiError

# Without httpx the module that uses this has ended before it comes here.
with contextlib.suppress(ImportError):
    import httpx


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
    headers = {name.strip(): value.strip()} if name.strip() else {}
    try:
        async with httpx.AsyncClient(timeout=hook.timeout) as client:
            response = await client.post(hook.url, headers=headers, json={})
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise ApiError.of("hook_failed", f"The hook did not answer ({type(error).__name__}).") from None
    if not response.is_success:
        raise ApiError.of("hook_failed", f"The hook answered {response.status_code}.", http_status=response.status_code)
