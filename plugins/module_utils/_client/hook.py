# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The site's own way to synchronize: one POST to an address of the site's choosing. Private to this collection.

The Webex token is never sent there; the hook has its own optional header.
"""

from __future__ import annotations

import dataclasses
import json
import re
import typing as t

from .._errors import ApiError
from .library import Failure, post_once

#: A name, a colon, and a value that a header can carry.
_HEADER = re.compile(r"([A-Za-z0-9!#$%&'*+.^_`|~-]+)[ \t]*:[ \t]*([\x20-\x7e]*)")


@dataclasses.dataclass(slots=True)
class Hook:
    """``header`` is ``Name: value`` or None; ``timeout`` in seconds."""

    url: str
    header: str | None = dataclasses.field(repr=False, default=None)
    timeout: float = 60.0
    #: A file of authorities that are trusted beside those of the system.
    ca_path: str | None = None
    validate_certs: bool = True


async def call_hook(hook: Hook, body: t.Mapping[str, t.Any]) -> None:
    """Post to the hook, with a body of JSON.

    :raises ApiError: no answer, or not a 2xx one, or the header is none. The header's value is in no message.
    """
    headers = {"Content-Type": "application/json"}
    if hook.header:
        header = _HEADER.fullmatch(hook.header.strip())
        if header is None:
            raise ApiError.of("invalid_input", "hook_header is no header: write it as 'Name: value'.")
        headers[header[1]] = header[2]
    reply = await post_once(
        hook.url,
        headers,
        json.dumps(body).encode(),
        timeout=hook.timeout,
        ca_path=hook.ca_path,
        validate_certs=hook.validate_certs,
    )
    if isinstance(reply, Failure):
        raise ApiError.of("hook_failed", f"The hook did not answer ({reply.why}).")
    if not 200 <= reply.status < 300:
        raise ApiError.of("hook_failed", f"The hook answered {reply.status}.", http_status=reply.status)
