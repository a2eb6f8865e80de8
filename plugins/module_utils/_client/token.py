# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The access token, a new one where it can be had, and what must stand in no message. Private to this collection."""

from __future__ import annotations

import asyncio
import typing as t
import urllib.parse

from .._errors import ApiError, code_for_status
from .bodies import describe_body, parse_body
from .journal import Counters
from .library import Connection, Failure, Reply
from .settings import Settings


class Secrets:
    """Texts that no message may hold. ``announce`` is told of those that come along on the way."""

    #: Shorter ones would tear holes into every message.
    _SHORTEST = 4

    def __init__(self, known: t.Iterable[str], announce: t.Callable[[str], None] | None = None) -> None:
        self._known = set(known)
        self._announce = announce

    def add(self, secret: str) -> None:
        """Take note of a secret that was got on the way, and announce it."""
        self._known.add(secret)
        if self._announce:
            self._announce(secret)

    def redact(self, text: str) -> str:
        """Return ``text`` with every known secret replaced."""
        for secret in self._known:
            if len(secret) >= self._SHORTEST:
                text = text.replace(secret, "********")
        return text


class Token:
    """The token of a run, shared by all its workers. ``address`` is where refresh tokens are exchanged."""

    def __init__(self, settings: Settings, address: str, secrets: Secrets, counters: Counters) -> None:
        self._form = {
            "grant_type": "refresh_token",
            "client_id": settings.client_id or "",
            "client_secret": settings.client_secret or "",
            "refresh_token": settings.refresh_token or "",
        }
        self._token = settings.access_token
        self._address = address
        self._secrets = secrets
        self._counters = counters
        self._lock = asyncio.Lock()

    @property
    def renewable(self) -> bool:
        """True if there is all that a new token takes."""
        return all(self._form.values())

    def require(self) -> None:
        """:raises ApiError: there is no token, and none can be had."""
        if not self._token and not self.renewable:
            raise ApiError.of("no_token", "No access token is given.")

    async def bearer(self, connection: Connection, stale: str | None = None) -> str:
        """Return the token; with ``stale``, get a new one unless another worker already did.

        :raises ApiError: the exchange was refused or failed.
        """
        async with self._lock:
            if not self._token or self._token == stale:
                self._token = await self._exchange(connection)
            return self._token

    async def _exchange(self, connection: Connection) -> str:
        """Exchange the refresh token (form-encoded)."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        content = urllib.parse.urlencode(self._form).encode("ascii")
        reply = await connection.request("POST", self._address, headers, content)
        if isinstance(reply, Failure):
            raise ApiError.of("connection", f"The token could not be refreshed: {reply.why}.")
        self._counters.sent += 1
        body = parse_body(reply)
        token = body.get("access_token") if isinstance(body, dict) else None
        if reply.status != 200 or not isinstance(token, str):
            raise self._refusal(reply, body)
        for secret in (token, body.get("refresh_token")):
            if isinstance(secret, str):
                self._secrets.add(secret)
        return token

    def _refusal(self, reply: Reply, body: t.Any) -> ApiError:
        message, vendor_code, tracking_id = describe_body(body)
        if reply.status in (400, 401, 403):
            code, text = "token_invalid", f"The refresh token was refused: {message or reply.status}"
        else:
            code = code_for_status(reply.status) if reply.status >= 400 else "invalid_response"
            text = f"The token could not be refreshed: {reply.status}, and no token in the answer."
        return ApiError.of(
            code,
            self._secrets.redact(text),
            http_status=reply.status,
            vendor_code=vendor_code,
            tracking_id=tracking_id,
        )
