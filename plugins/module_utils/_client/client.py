# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP client: one a run; token, pinned hosts, pace, retries. Private to this collection.

Rules it keeps, whatever calls it:

* the token goes to the two configured hosts only; redirects and page links elsewhere are refused; plain http is for loopback only;
* 429 (and 423 or 503 with Retry-After) slows every worker of that service;
* 5xx and connection errors are retried with full jitter up to a deadline, but only where sending twice does no harm;
* a request that may have taken effect without a trustworthy answer raises :class:`UncertainError`: the caller looks first;
* no secret stands in any message.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import random
import time
import typing as t
import urllib.parse

from .._errors import ApiError, Problem, UncertainError, harmless
from .bodies import GARBLED, Answer, Json, parse_body, tracking_id_of
from .journal import Counters, Journal
from .library import Connection, Failure, Reply, connect
from .pace import MAX_RETRY_AFTER_S, Pace, retry_after_seconds
from .routes import ADMIN, CONTACT_CENTER, TOKEN, Route, Service
from .settings import ServiceUrls, Settings, origin
from .token import Grant, Secrets, Token, granted
from .verdict import Act, Attempt, Request, Told, Verdict, judge, leaves_open

_BACKOFF_BASE_S = 0.5
_BACKOFF_CAP_S = 20.0
#: The contact center's documented default limit; staying below it costs nothing where it is not reached.
_CONTACT_CENTER_PER_MINUTE = 300
#: Longer waits are said as this one, a hundred days.
_SAYABLE_S = 8_640_000.0

T = t.TypeVar("T")


class Client:
    """Use as ``async with Client(settings, module="user") as client``. ``transport``, ``sleep`` and ``clock`` are for tests."""

    def __init__(
        self,
        settings: Settings,
        *,
        module: str = "",
        transport: t.Any = None,
        sleep: t.Callable[[float], t.Awaitable[None]] = asyncio.sleep,
        clock: t.Callable[[], float] = time.monotonic,
        on_secret: t.Callable[[str], None] | None = None,
    ) -> None:
        self._settings = settings
        self._module = module
        self._transport = transport
        self._sleep = sleep
        self._clock = clock
        self.urls = ServiceUrls.of(settings)
        self.counters = Counters()
        self._secrets = Secrets(settings.secrets(), on_secret)
        self._token = Token(settings, self.urls.admin + TOKEN.path({}), self._secrets, self._send_bare)
        per_minute = settings.requests_per_minute
        self._paces: dict[Service, Pace] = {
            ADMIN: Pace(settings.concurrency, per_minute, sleep=sleep, clock=clock),
            CONTACT_CENTER: Pace(
                settings.concurrency, per_minute or _CONTACT_CENTER_PER_MINUTE, sleep=sleep, clock=clock
            ),
        }
        self._connection: Connection | None = None
        self._journal = Journal(None, module)

    async def __aenter__(self) -> Client:
        self._token.require()
        self._connection = connect(self._settings, loopback=self.urls.loopback, transport=self._transport)
        self._journal = Journal(self._settings.journal_file, self._module)
        return self

    async def __aexit__(self, *_exc: object) -> None:
        if self._connection is not None:
            await self._connection.close()
        self._journal.close()

    @property
    def admin_base(self) -> str:
        """Return the address of the admin APIs."""
        return self.urls.admin

    @property
    def grant(self) -> Grant | None:
        """Return the token that a refresh brought, if there was one."""
        return self._token.grant

    def hide(self, secret: str) -> None:
        """Have a secret stand in no message."""
        self._secrets.add(secret)

    def granted(self, answer: Answer) -> Grant:
        """Return the token in an answer. :raises ApiError: there is none."""
        return granted(answer, self._secrets)

    async def authorize(self) -> None:
        """See to it that there is a token. :raises ApiError: none can be had."""
        await self._token.bearer()

    @property
    def throttled_s(self) -> float:
        """Return the seconds that all workers together spent waiting for the pace."""
        return round(sum(pace.throttled_s for pace in self._paces.values()), 1)

    async def call(
        self,
        route: Route,
        values: t.Mapping[str, str] | None = None,
        *,
        params: t.Mapping[str, str] | None = None,
        body: Json = None,
        repeatable: bool | None = None,
        doing: str = "",
    ) -> Answer:
        """Send one request, retried as the rules allow, and return its answer.

        :param values: what stands in the places of the route's path.
        :param repeatable: sending it twice does no harm (default: as the route says).
        :param doing: what it is for, in words, for messages (default: the route's).
        :raises ApiError: refused or failed for good.
        :raises UncertainError: one of its attempts may have taken effect, and no trustworthy answer says so.
        """
        url = self.urls.of_service(route.service) + route.path(values or {})
        if params:
            url = f"{url}?{urllib.parse.urlencode(params, quote_via=urllib.parse.quote)}"
        request = Request(
            route.method,
            url,
            route.repeatable if repeatable is None else repeatable,
            doing or route.doing,
            None if body is None else json.dumps(body).encode("utf-8"),
        )
        return await self._send(request, self._paces[route.service])

    async def follow(self, route: Route, url: str, *, doing: str = "") -> Answer:
        """Read what a link leads to: the next page of what ``route`` lists. Raises as :meth:`call` does."""
        request = Request("GET", url, True, doing or route.doing)
        try:
            place = origin(url)
        except ValueError:
            raise ApiError.of("host_refused", f"{request.doing}: the link to the next page is no address.") from None
        if place not in self.urls.origins or "@" in urllib.parse.urlsplit(url).netloc:
            raise ApiError.of("host_refused", f"{request.what}: refused to send the token to {place[1]}.")
        return await self._send(request, self._paces[route.service])

    async def for_each(self, items: t.Iterable[T], work: t.Callable[[T], t.Awaitable[None]]) -> None:
        """Run ``work`` over ``items`` with as many workers as the concurrency allows; the first error stops all."""
        iterator = iter(items)

        async def worker() -> None:
            for item in iterator:
                await work(item)

        tasks = [asyncio.create_task(worker()) for _number in range(self._settings.concurrency)]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    # -- one request ---------------------------------------------------------------------------------------------------------

    async def _send_bare(self, request: Request) -> Answer:
        return await self._send(request, self._paces[ADMIN])

    async def _send(self, request: Request, pace: Pace) -> Answer:
        if self._connection is None:
            raise RuntimeError("the client is used outside its context")
        deadline = self._clock() + self._settings.retry_deadline
        doubted = False
        #: An earlier attempt to write was refused and sent again: what comes after it may be its own effect.
        refused = False
        number, garbled, renewable = 0, 0, self._token.renewable and not request.bare
        while True:
            number += 1
            token = None if request.bare else await self._bearer(doubted or refused)
            async with pace:
                attempt = await self._attempt(self._connection, request, token, number)
            attempt = dataclasses.replace(attempt, garbled=garbled, renewable=renewable)
            verdict = judge(request, attempt)
            # A refusal of this attempt says nothing about an earlier one.
            doubted = doubted or leaves_open(request, attempt)
            verdict = dataclasses.replace(verdict, uncertain=verdict.uncertain or doubted)
            wait = _tell(pace, verdict.told, verdict.retry_after)
            if verdict.act is Act.ANSWER and isinstance(attempt.result, Reply):
                answer = _answer(request, attempt, attempt.result)
                return dataclasses.replace(answer, doubted=doubted, repeated=doubted or refused)
            if refused and not isinstance(attempt.result, Reply):
                verdict = dataclasses.replace(verdict, uncertain=True)
            refused = refused or (request.writes and isinstance(attempt.result, Reply))
            if verdict.act is Act.RENEW:
                renewable = False
                await self._bearer(doubted or refused, stale=token)
                continue
            if verdict.act is Act.RAISE:
                raise self._error(verdict, bare=request.bare)
            delay = _jitter(number) if wait is None else wait
            if self._clock() + delay > deadline:
                raise self._error(verdict, attempts=number)
            garbled += attempt.body is GARBLED
            self.counters.retried += 1
            await self._sleep(delay)

    async def _bearer(self, doubted: bool, stale: str | None = None) -> str:
        """Return the token. :raises UncertainError: there is none, and an earlier attempt may have taken effect."""
        try:
            return await self._token.bearer(stale)
        except ApiError as error:
            raise UncertainError(error.problem) if doubted else error from None

    async def _attempt(self, connection: Connection, request: Request, token: str | None, number: int) -> Attempt:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if request.content is not None:
            headers["Content-Type"] = request.content_type
        self.counters.sent += 1
        start = time.monotonic()
        reply = await connection.request(request.method, request.url, headers, request.content)
        if isinstance(reply, Failure):
            self._note(request, number, start, note=reply.kind)
            return Attempt(reply)
        body = self._secrets.hidden_in(parse_body(reply), reply.content)
        tracking_id = self._clean(tracking_id_of(reply, body))
        self._note(request, number, start, status=reply.status, tracking_id=tracking_id)
        return Attempt(reply, body, tracking_id, retry_after_seconds(reply.headers.get("Retry-After")))

    def _note(
        self,
        request: Request,
        number: int,
        start: float,
        *,
        status: int | None = None,
        tracking_id: str | None = None,
        note: str = "",
    ) -> None:
        self._journal.note(
            method=request.method,
            # A page link is the service's own text.
            path=self._secrets.redact(harmless(request.path)),
            status=status,
            tracking_id=tracking_id,
            attempt=number,
            ms=round((time.monotonic() - start) * 1000),
            note=note,
        )

    def _error(self, verdict: Verdict, *, bare: bool = False, attempts: int = 0) -> ApiError:
        """Return the error to raise; ``bare``: the request had no token; ``attempts``: it was given up after so many."""
        problem = verdict.problem or Problem("server_error", "The request failed.")
        text = self._secrets.redact(problem.message)
        if attempts:
            tries = "1 attempt" if attempts == 1 else f"{attempts} attempts"
            text = f"{text.rstrip('.')}. {_asked(verdict.retry_after)}Given up after {tries}."
        elif problem.http_status == 401 and not bare and self._token.lacks:
            text = f"{text.rstrip('.')}. {self._token.lacks}"
        return (UncertainError if verdict.uncertain else ApiError)(
            dataclasses.replace(
                problem,
                message=text,
                vendor_code=self._clean(problem.vendor_code),
                tracking_id=self._clean(problem.tracking_id),
            )
        )

    def _clean(self, text: str | None) -> str | None:
        return self._secrets.redact(text) if text else text


def _asked(retry_after: float | None) -> str:
    """Say how long the service asks to wait, and where that is longer than anybody waits."""
    if retry_after is None:
        return ""
    asked = f"The service asks for a wait of {min(retry_after, _SAYABLE_S):.0f} seconds"
    return (
        f"{asked}, of which {MAX_RETRY_AFTER_S:.0f} are waited at once. "
        if retry_after > MAX_RETRY_AFTER_S
        else f"{asked}. "
    )


def cost_of(client: Client | None = None) -> dict[str, t.Any]:
    """Return what was spent, as results show it under ``requests``; without a client nothing was."""
    if client is None:
        return {"sent": 0, "retried": 0, "throttled_s": 0.0}
    return {"sent": client.counters.sent, "retried": client.counters.retried, "throttled_s": client.throttled_s}


def _tell(pace: Pace, told: Told, retry_after: float | None) -> float | None:
    """Tell the pace how the service took a request; return the seconds that all now wait after a refusal, else None."""
    if told is Told.RATE_LIMITED:
        return pace.rate_limited(retry_after)
    if told is Told.TAKEN:
        pace.accepted()
    return None


def _answer(request: Request, attempt: Attempt, reply: Reply) -> Answer:
    next_url = reply.next_url
    if next_url is not None:
        # What cannot be joined stays as it is, and is refused where it is followed.
        with contextlib.suppress(ValueError):
            next_url = urllib.parse.urljoin(request.url, next_url)
    return Answer(reply.status, attempt.body, attempt.tracking_id, next_url, request.doing, request.url)


def _jitter(attempt: int) -> float:
    return random.uniform(0, min(_BACKOFF_CAP_S, _BACKOFF_BASE_S * 2**attempt))
