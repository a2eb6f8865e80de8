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

from .._errors import ApiError, Problem, UncertainError
from .bodies import GARBLED, Answer, Json, parse_body, tracking_id_of
from .journal import Counters, Journal
from .library import Connection, Failure, Reply, connect
from .pace import Pace, retry_after_seconds
from .routes import ADMIN, CONTACT_CENTER, TOKEN, Route, Service
from .settings import ServiceUrls, Settings, origin
from .token import Secrets, Token
from .verdict import Act, Attempt, Request, Told, judge, leaves_open

_BACKOFF_BASE_S = 0.5
_BACKOFF_CAP_S = 20.0
#: The contact center's documented default limit; staying below it costs nothing where it is not reached.
_CONTACT_CENTER_PER_MINUTE = 300

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
        if settings.concurrency < 1:
            raise ApiError.of("invalid_input", f"concurrency is {settings.concurrency}: at least 1 is needed.")
        self._settings = settings
        self._module = module
        self._transport = transport
        self._sleep = sleep
        self._clock = clock
        self.urls = ServiceUrls.of(settings)
        self.counters = Counters()
        self._secrets = Secrets(settings.secrets(), on_secret)
        self._token = Token(settings, self.urls.admin + TOKEN.path({}), self._secrets, self.counters)
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
        if place not in self.urls.origins:
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

    async def _send(self, request: Request, pace: Pace) -> Answer:
        if self._connection is None:
            raise RuntimeError("the client is used outside its context")
        connection = self._connection
        deadline = self._clock() + self._settings.retry_deadline
        doubted = False
        number, garbled, renewable = 0, 0, self._token.renewable
        while True:
            number += 1
            token = await self._token.bearer(connection)
            async with pace:
                attempt = await self._attempt(connection, request, token, number)
            attempt = dataclasses.replace(attempt, garbled=garbled, renewable=renewable)
            verdict = judge(request, attempt)
            # A refusal of this attempt says nothing about an earlier one.
            doubted = doubted or leaves_open(request, attempt)
            verdict = dataclasses.replace(verdict, uncertain=verdict.uncertain or doubted)
            wait = _tell(pace, verdict.told, verdict.retry_after)
            if verdict.act is Act.ANSWER and isinstance(attempt.result, Reply):
                return dataclasses.replace(_answer(request, attempt, attempt.result), doubted=doubted)
            if verdict.act is Act.RENEW:
                renewable = False
                await self._token.bearer(connection, stale=token)
                continue
            if verdict.act is Act.RAISE:
                raise self._error(verdict.problem, verdict.uncertain)
            delay = _jitter(number) if wait is None else wait
            if self._clock() + delay > deadline:
                raise self._error(verdict.problem, verdict.uncertain, attempts=number)
            garbled += attempt.body is GARBLED
            self.counters.retried += 1
            await self._sleep(delay)

    async def _attempt(self, connection: Connection, request: Request, token: str, number: int) -> Attempt:
        headers = {"Authorization": f"Bearer {token}"}
        if request.content is not None:
            headers["Content-Type"] = "application/json;charset=utf-8"
        self.counters.sent += 1
        start = time.monotonic()
        reply = await connection.request(request.method, request.url, headers, request.content)
        if isinstance(reply, Failure):
            self._note(request, number, start, note=reply.kind)
            return Attempt(reply)
        body = parse_body(reply)
        tracking_id = tracking_id_of(reply, body)
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
            path=request.path,
            status=status,
            tracking_id=tracking_id,
            attempt=number,
            ms=round((time.monotonic() - start) * 1000),
            note=note,
        )

    def _error(self, problem: Problem | None, uncertain: bool, *, attempts: int = 0) -> ApiError:
        """Return the error to raise; ``attempts``: it was given up after so many."""
        problem = problem or Problem("server_error", "The request failed.")
        text = self._secrets.redact(problem.message)
        if attempts:
            tries = "1 attempt" if attempts == 1 else f"{attempts} attempts"
            text = f"{text.rstrip('.')}. Given up after {tries}."
        return (UncertainError if uncertain else ApiError)(dataclasses.replace(problem, message=text))


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
    if next_url:
        # What cannot be joined stays as it is, and is refused where it is followed.
        with contextlib.suppress(ValueError):
            next_url = urllib.parse.urljoin(request.url, next_url)
    return Answer(reply.status, attempt.body, attempt.tracking_id, next_url, request.doing)


def _jitter(attempt: int) -> float:
    return random.uniform(0, min(_BACKOFF_CAP_S, _BACKOFF_BASE_S * 2**attempt))
