# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The access token, a new one where it can be had, and what must stand in no message. Private to this collection."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import typing as t
import urllib.parse

from .._errors import ApiError
from .bodies import Answer, Json, with_texts
from .routes import TOKEN
from .settings import Settings, forms, redacted
from .verdict import Request

#: Sends a request as all others are sent: paced, and again after a fault.
Send: t.TypeAlias = t.Callable[[Request], t.Awaitable[Answer]]
#: Ten years; what is said to live longer says nothing, and no calendar may hold its end.
_LONGEST_LIFE_S = 10 * 366 * 86400
_FORM = "application/x-www-form-urlencoded"
_REFUSED = (
    "Look at refresh_token, client_id and client_secret: they belong together. A refresh token ends when it is not used for 90 days, or "
    "when it is revoked; then authorize the integration again and give the new one."
)


#: What an answer to a question for a token is asked for.
_GRANTED = ("access_token", "refresh_token")
#: In letters. A shorter one (a proxy's password, a city's name) may be part of what people are called.
_SHORTEST_IN_DATA = 16


class Secrets:
    """Texts that no message may hold. ``announce`` is told of those that come along on the way."""

    def __init__(self, known: t.Iterable[str], announce: t.Callable[[str], None] | None = None) -> None:
        self._known = set(known)
        self._announce = announce

    def add(self, secret: str) -> None:
        """Take note of a secret that was got on the way, and announce it in every form."""
        for form in forms([secret]):
            self._known.add(form)
            if self._announce:
                self._announce(form)

    def redact(self, text: str) -> str:
        """Return ``text`` with every known secret replaced."""
        return redacted(text, self._known)

    def hidden_in(self, body: Json, content: bytes) -> Json:
        """Return a body without the secrets that a service repeats in it, as long as no other text can be meant.

        What comes in goes into the run's files, which nobody looks through. A token that is given out stays where it is looked for.

        :param content: the bytes that the body was made of.
        """
        secrets = [secret for secret in self._known if len(secret) >= _SHORTEST_IN_DATA]
        if not isinstance(body, (dict, list, str)) or not _occurs(secrets, body, content):
            return body
        hidden = with_texts(body, lambda text: redacted(text, secrets))
        if isinstance(body, dict):
            hidden.update({field: body[field] for field in _GRANTED if field in body})
        return hidden


def _occurs(secrets: t.Iterable[str], body: Json, content: bytes) -> bool:
    """Return whether one of these may stand in a body. Letters may be escaped, so then its texts are looked through."""
    text = json.dumps(body, ensure_ascii=False) if b"\\" in content else content.decode("utf-8", "replace")
    return any(secret in text for secret in secrets)


@dataclasses.dataclass(frozen=True, slots=True)
class Grant:
    """A token that was given out: ``lives_s`` seconds from now, where that was said."""

    token: str = dataclasses.field(repr=False)
    lives_s: int | None = None


class Token:
    """The token of a run, shared by all its workers. ``address`` is where refresh tokens are exchanged, ``send`` sends to it."""

    def __init__(self, settings: Settings, address: str, secrets: Secrets, send: Send) -> None:
        self._form = {
            "client_id": settings.client_id or "",
            "client_secret": settings.client_secret or "",
            "refresh_token": settings.refresh_token or "",
        }
        self._token = settings.access_token
        self.renewable = settings.renewable
        self._address = address
        self._secrets = secrets
        self._send = send
        self._lock = asyncio.Lock()
        #: What the last exchange brought, if there was one.
        self.grant: Grant | None = None

    @property
    def lacks(self) -> str:
        """What a new token lacks, in a sentence, where a part of it was given; else nothing."""
        missing = [option for option, value in self._form.items() if not value]
        if not self._form["refresh_token"] or not missing:
            return ""
        return f"No new token can be had: {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not given."

    def require(self) -> None:
        """:raises ApiError: there is no token, and none can be had."""
        if not self._token and not self.renewable:
            raise ApiError.of("no_token", f"No access token is given. {self.lacks}".rstrip())

    async def bearer(self, stale: str | None = None) -> str:
        """Return the token; with ``stale``, get a new one unless another worker already did.

        :raises ApiError: the exchange was refused or failed.
        """
        async with self._lock:
            if not self._token or self._token == stale:
                self.grant = await self._exchange()
                self._token = self.grant.token
            return self._token

    async def _exchange(self) -> Grant:
        """Exchange the refresh token (form-encoded; facts of OAuth). To do so twice does no harm."""
        form = urllib.parse.urlencode({"grant_type": "refresh_token", **self._form})
        content = form.encode("ascii")
        request = Request(
            TOKEN.method, self._address, TOKEN.repeatable, TOKEN.doing, content, content_type=_FORM, bare=True
        )
        try:
            answer = await self._send(request)
        except ApiError as error:
            if error.status not in (400, 401, 403):
                # Never a doubt: nothing that anybody waits for takes effect by it.
                raise ApiError(error.problem) from None
            text = error.problem.message.removeprefix(f"{TOKEN.doing}: ")
            problem = dataclasses.replace(
                error.problem, code="token_invalid", message=f"The refresh token was refused: {text}", advice=_REFUSED
            )
            raise ApiError(problem) from None
        return granted(answer, self._secrets)


def granted(answer: Answer, secrets: Secrets) -> Grant:
    """Return the token in an answer, whose secrets are hidden from now on. :raises ApiError: invalid_response, there is none."""
    token, lives_s = answer.fields.get("access_token"), answer.fields.get("expires_in")
    refresh = answer.fields.get("refresh_token")
    for secret in (token, refresh):
        if isinstance(secret, str) and secret:
            secrets.add(secret)
    try:
        token = Settings(access_token=token).access_token if isinstance(token, str) else None
    except ApiError:
        token = None
    if not token:
        raise answer.invalid("no token is in the answer")
    known = isinstance(lives_s, int) and not isinstance(lives_s, bool) and 0 < lives_s <= _LONGEST_LIFE_S
    return Grant(token, lives_s if known else None)
