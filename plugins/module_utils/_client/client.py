# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP client: one async client a run, token, pinned hosts, pace, retries, pages. Private to this collection.

Rules it keeps, whatever calls it:

* the token goes to the two configured hosts only; redirects and page links elsewhere are refused; plain http is for loopback only;
* 429 (and 423 or 503 with Retry-After) slows every worker of that service;
* 5xx and connection errors are retried with full jitter up to a deadline, but only where sending twice does no harm;
* a request that may have taken effect without a trustworthy answer raises :class:`UncertainError`: the caller looks first;
* no secret stands in any message.
"""

from __future__ import annotations

import asyncio
import collections.abc
import dataclasses
import json
import math
import random
import ssl
import time
import typing as t
import urllib.parse

from .._errors import (
    ApiError,
    Problem,
    UncertainError,
    WxccError,
    code_for_status,
    describe_body,
)
from .._version import VERSION
from .journal import Journal
from .pace import Pace

try:
    import httpx
except ImportError as error:
    HTTPX_IMPORT_ERROR: Exception | None = error
else:
    HTTPX_IMPORT_ERROR = None

DEFAULT_WEBEX_URL = "https://webexapis.com"
#: The contact center's hosts by region (vendor's samples and clients).
REGIONS = ("us1", "eu1", "eu2", "anz1", "ca1", "jp1", "sg1", "in1")
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_BACKOFF_BASE_S = 0.5
_BACKOFF_CAP_S = 20.0
#: The contact center's documented default limit; staying below it costs nothing where it is not reached.
CONTACT_CENTER_PER_MINUTE = 300

Json = t.Any
T = t.TypeVar("T")


@dataclasses.dataclass(slots=True)
class Settings:
    """How to reach the services. Filled from module options; see the connection documentation fragment."""

    access_token: str | None = dataclasses.field(default=None, repr=False)
    refresh_token: str | None = dataclasses.field(default=None, repr=False)
    client_id: str | None = None
    client_secret: str | None = dataclasses.field(default=None, repr=False)
    webex_api_url: str = DEFAULT_WEBEX_URL
    wxcc_api_url: str | None = None
    region: str = "us1"
    timeout: float = 60.0
    validate_certs: bool = True
    ca_path: str | None = None
    client_cert: str | None = None
    client_key: str | None = None
    proxy: str | None = dataclasses.field(default=None, repr=False)
    concurrency: int = 10
    requests_per_minute: int = 0
    retry_deadline: float = 300.0
    journal_file: str | None = None

    def secrets(self) -> list[str]:
        values = [self.access_token, self.refresh_token, self.client_secret]
        if self.proxy:
            values.append(urllib.parse.urlsplit(self.proxy).password)
        return [v for v in values if v]


@dataclasses.dataclass(slots=True)
class Counters:
    """What the run cost: requests sent (retries included), retries among them, seconds spent waiting for the pace."""

    sent: int = 0
    retried: int = 0


@dataclasses.dataclass(slots=True)
class Answer:
    """A successful answer: ``body`` is parsed JSON (None for an empty one)."""

    status: int
    body: Json
    headers: t.Mapping[str, str]
    tracking_id: str | None
    next_url: str | None = None


def normalize_base(url: str, option: str) -> str:
    """Return scheme://host[:port] of an API address, with a trailing ``/v1`` and slashes taken off.

    :raises ApiError: not http(s), no host, or plain http to anything but loopback.
    """
    if "@" in url:
        raise ApiError.of(
            "host_refused", f"{option} must not hold a user name or password.", advice="Use access_token."
        )
    try:
        parts = urllib.parse.urlsplit(url.strip())
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ApiError.of(
            "missing_option",
            f"{option}: {url!r} is not an http(s) address.",
            advice="Give an address such as https://webexapis.com.",
        )
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise ApiError.of(
            "insecure_url", f"{option}: plain http to {parts.hostname} would send the token in the clear."
        )
    path = parts.path.rstrip("/").removesuffix("/v1").rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path}"


def _origin(url: str) -> tuple[str, str, int]:
    parts = urllib.parse.urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return parts.scheme, (parts.hostname or "").lower(), port


def retry_after_seconds(value: str | None, now: t.Callable[[], float] = time.time) -> float | None:
    """Return the seconds of a Retry-After header (a number, or an HTTP date), or None."""
    if not value:
        return None
    value = value.strip()
    try:
        seconds = float(value)
    except ValueError:
        pass
    else:
        return max(seconds, 0.0) if math.isfinite(seconds) else None
    import email.utils

    try:
        return max(email.utils.parsedate_to_datetime(value).timestamp() - now(), 0.0)
    except (TypeError, ValueError):
        return None


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
        self._on_secret = on_secret
        self._secrets = set(settings.secrets())
        self._token = settings.access_token
        self._token_lock = asyncio.Lock()
        self._http: httpx.AsyncClient | None = None
        self.counters = Counters()
        self.admin_base = normalize_base(settings.webex_api_url, "webex_api_url")
        contact_center = settings.wxcc_api_url or f"https://api.wxcc-{settings.region}.cisco.com"
        self.contact_center_base = normalize_base(contact_center, "wxcc_api_url")
        self._origins = {_origin(self.admin_base), _origin(self.contact_center_base)}
        per_minute = settings.requests_per_minute
        self._admin_pace = Pace(settings.concurrency, per_minute, sleep=sleep, clock=clock)
        self._contact_center_pace = Pace(
            settings.concurrency, per_minute or CONTACT_CENTER_PER_MINUTE, sleep=sleep, clock=clock
        )
        self._journal: Journal | None = None

    async def __aenter__(self) -> Client:
        if not self._token and not (
            self._settings.refresh_token and self._settings.client_id and self._settings.client_secret
        ):
            raise ApiError.of("no_token", "No access token is given.")
        options = self._http_options()
        try:
            self._http = httpx.AsyncClient(**options)
        except (ValueError, ImportError, httpx.InvalidURL) as error:
            # Its own words would show the proxy's address, and the password in it.
            raise ApiError.of("invalid_input", f"proxy cannot be used ({type(error).__name__}).") from None
        self._journal = Journal(self._settings.journal_file, self._module)
        return self

    async def __aexit__(self, *_exc: object) -> None:
        if self._http is not None:
            await self._http.aclose()
        if self._journal is not None:
            self._journal.close()

    def _http_options(self) -> dict[str, t.Any]:
        settings = self._settings
        loopback = all(origin[1] in _LOOPBACK for origin in self._origins)
        options: dict[str, t.Any] = {
            "timeout": httpx.Timeout(settings.timeout, connect=min(settings.timeout, 10.0)),
            "follow_redirects": False,
            "trust_env": not loopback and not settings.proxy,
            "headers": {"User-Agent": f"wxcc.onboarding/{VERSION}", "Accept": "application/json"},
            "limits": httpx.Limits(
                max_connections=settings.concurrency * 2, max_keepalive_connections=settings.concurrency * 2
            ),
        }
        if self._transport is not None:
            options["transport"] = self._transport
            return options
        if settings.proxy:
            options["proxy"] = settings.proxy
        if not settings.validate_certs:
            options["verify"] = False
        elif settings.ca_path or settings.client_cert:
            options["verify"] = self._certificates()
        return options

    def _certificates(self) -> ssl.SSLContext:
        settings = self._settings
        option = "ca_path"
        try:
            context = ssl.create_default_context(cafile=settings.ca_path)
            if settings.client_cert:
                option = "client_cert"
                context.load_cert_chain(settings.client_cert, settings.client_key)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise ApiError.of("invalid_input", f"{option}: the file cannot be used ({reason}).") from None
        return context

    @property
    def throttled_s(self) -> float:
        return round(self._admin_pace.throttled_s + self._contact_center_pace.throttled_s, 1)

    def redact(self, text: str) -> str:
        """Return ``text`` with every known secret replaced."""
        for secret in self._secrets:
            if len(secret) > 3:
                text = text.replace(secret, "********")
        return text

    # -- token ---------------------------------------------------------------------------------------------------------------

    async def _bearer(self, stale: str | None = None) -> str:
        """Return the token; with ``stale``, get a new one unless another worker already did."""
        async with self._token_lock:
            if self._token and self._token != stale:
                return self._token
            self._token = await self._refresh()
            return self._token

    def _can_refresh(self) -> bool:
        settings = self._settings
        return bool(settings.refresh_token and settings.client_id and settings.client_secret)

    async def _refresh(self) -> str:
        """Exchange the refresh token (vendor: POST /v1/access_token, form-encoded)."""
        assert_http = self._require_http()
        settings = self._settings
        form = {
            "grant_type": "refresh_token",
            "client_id": settings.client_id,
            "client_secret": settings.client_secret,
            "refresh_token": settings.refresh_token,
        }
        try:
            response = await assert_http.post(f"{self.admin_base}/v1/access_token", data=form)
        except httpx.HTTPError as error:
            raise ApiError.of(
                "connection", f"The token could not be refreshed: {self.redact(type(error).__name__)}."
            ) from None
        self.counters.sent += 1
        body = self._parse(response)
        token = body.get("access_token") if isinstance(body, dict) else None
        if response.status_code != 200 or not isinstance(token, str):
            message, vendor_code, tracking = describe_body(body)
            refused = response.status_code in (400, 401, 403)
            text = (
                f"The refresh token was refused: {message or response.status_code}"
                if refused
                else f"The token could not be refreshed: {response.status_code}, and no token in the answer."
            )
            code = code_for_status(response.status_code) if response.status_code >= 400 else "invalid_response"
            raise ApiError.of(
                "token_invalid" if refused else code,
                self.redact(text),
                http_status=response.status_code,
                vendor_code=vendor_code,
                tracking_id=tracking,
            )
        for secret in (token, body.get("refresh_token")):
            if isinstance(secret, str):
                self._secrets.add(secret)
                if self._on_secret:
                    self._on_secret(secret)
        return token

    def _require_http(self) -> httpx.AsyncClient:
        if self._http is None:
            raise RuntimeError("the client is used outside its context")
        return self._http

    # -- one request ---------------------------------------------------------------------------------------------------------

    async def admin(self, method: str, path: str, **more: t.Any) -> Answer:
        """Send to the admin APIs. See :meth:`send`."""
        return await self.send(method, self.admin_base + path, **more)

    async def contact_center(self, method: str, path: str, **more: t.Any) -> Answer:
        """Send to the contact center. See :meth:`send`."""
        return await self.send(method, self.contact_center_base + path, **more)

    def _pace_for(self, url: str) -> Pace:
        path = urllib.parse.urlsplit(url).path
        if self.admin_base != self.contact_center_base and url.startswith(self.contact_center_base + "/"):
            return self._contact_center_pace
        # One address may serve both (a gateway, a simulator): then the route tells them apart.
        return self._contact_center_pace if path.startswith("/organization/") else self._admin_pace

    async def send(
        self,
        method: str,
        url: str,
        *,
        params: t.Mapping[str, str] | None = None,
        body: Json = None,
        repeatable: bool | None = None,
        doing: str = "",
    ) -> Answer:
        """Send one request, retried as the rules allow, and return its answer.

        :param repeatable: sending it twice does no harm (default: only for GET).
        :param doing: what it is for, in words, for messages.
        :raises ApiError: refused or failed for good.
        :raises UncertainError: not repeatable, and no trustworthy answer came.
        """
        if _origin(url) not in self._origins:
            raise ApiError.of("host_refused", f"{doing or method}: refused to send the token to {_origin(url)[1]}.")
        safe = method == "GET" if repeatable is None else repeatable
        if params:
            url = f"{url}?{urllib.parse.urlencode(params, quote_via=urllib.parse.quote)}"
        pace = self._pace_for(url)
        deadline = self._clock() + self._settings.retry_deadline
        attempt, refreshed, garbled = 0, False, 0
        while True:
            attempt += 1
            token = await self._bearer()
            async with pace:
                outcome = await self._once(method, url, body, token, attempt)
            if isinstance(outcome, Exception):
                failure: ApiError = self._connection_problem(outcome, method, url, doing, safe)
                if not safe and not isinstance(outcome, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)):
                    raise failure
                delay = self._jitter(attempt)
            else:
                response, answer_body, tracking = outcome
                status = response.status_code
                if 200 <= status < 300:
                    pace.accepted()
                    if answer_body is not _GARBLED:
                        return self._answer(response, answer_body, tracking, url)
                    failure = self._garbled_problem(response, tracking, method, doing, safe)
                    garbled += 1
                    if not safe or garbled > 2:
                        raise failure
                    delay = self._jitter(attempt)
                else:
                    failure = self._problem(response, answer_body, tracking, method, url, doing)
                    wait = retry_after_seconds(response.headers.get("Retry-After"))
                    if status == 429 or (status in (423, 503) and wait is not None):
                        delay = pace.refused(wait)
                        if status == 503 and not safe:
                            raise UncertainError(failure.problem)
                    elif status == 401 and self._can_refresh() and not refreshed:
                        refreshed = True
                        await self._bearer(stale=token)
                        continue
                    elif status >= 500:
                        if not safe:
                            raise UncertainError(failure.problem)
                        delay = self._jitter(attempt)
                    else:
                        pace.accepted()
                        raise failure
            if self._clock() + delay > deadline:
                tries = "1 attempt" if attempt == 1 else f"{attempt} attempts"
                failure.problem.message = f"{failure.problem.message.rstrip('.')}. Given up after {tries}."
                raise failure
            self.counters.retried += 1
            await self._sleep(delay)

    async def _once(self, method: str, url: str, body: Json, token: str, attempt: int) -> t.Any:
        http = self._require_http()
        headers = {"Authorization": f"Bearer {token}"}
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json;charset=utf-8"
            content = json.dumps(body).encode("utf-8")
        self.counters.sent += 1
        start = time.monotonic()
        path = urllib.parse.urlsplit(url).path
        try:
            response = await http.request(method, url, headers=headers, content=content)
        except (httpx.TransportError, httpx.DecodingError) as error:
            self._note(method, path, None, None, attempt, start, type(error).__name__)
            return error
        parsed = self._parse(response)
        tracking = self._tracking(response, parsed)
        self._note(method, path, response.status_code, tracking, attempt, start, "")
        return response, parsed, tracking

    def _note(
        self, method: str, path: str, status: int | None, tracking: str | None, attempt: int, start: float, note: str
    ) -> None:
        if self._journal is not None:
            ms = round((time.monotonic() - start) * 1000)
            self._journal.note(
                method=method, path=path, status=status, tracking_id=tracking, attempt=attempt, ms=ms, note=note
            )

    @staticmethod
    def _parse(response: httpx.Response) -> Json:
        if not response.content:
            return None
        try:
            return response.json()
        except ValueError:
            return _GARBLED if 200 <= response.status_code < 300 else response.text

    @staticmethod
    def _tracking(response: httpx.Response, body: Json) -> str | None:
        # The header was seen with its value twice, separated by a comma.
        header = response.headers.get("Trackingid")
        if header:
            return str(header).partition(",")[0].strip()
        return describe_body(body)[2] if isinstance(body, dict) else None

    def _answer(self, response: httpx.Response, body: Json, tracking: str | None, url: str) -> Answer:
        next_url = response.links.get("next", {}).get("url")
        if next_url:
            next_url = urllib.parse.urljoin(url, next_url)
        return Answer(response.status_code, body, response.headers, tracking, next_url)

    @staticmethod
    def _jitter(attempt: int) -> float:
        return random.uniform(0, min(_BACKOFF_CAP_S, _BACKOFF_BASE_S * 2**attempt))

    # -- problems ------------------------------------------------------------------------------------------------------------

    def _problem(
        self, response: httpx.Response, body: Json, tracking: str | None, method: str, url: str, doing: str
    ) -> ApiError:
        status = response.status_code
        what = doing or f"{method} {urllib.parse.urlsplit(url).path}"
        if 300 <= status < 400:
            return ApiError.of(
                "redirect_refused", f"{what}: the service answered with a redirect ({status}).", http_status=status
            )
        message, vendor_code, body_tracking = describe_body(body)
        if message.lstrip().lower().startswith(("<!doctype", "<html")):
            message = "an HTML page instead of JSON"
        # The gateway answers 400 when the Authorization header is missing or malformed, 401 when the token is bad.
        problem = Problem(
            code_for_status(status),
            self.redact(f"{what}: {status} {message}".rstrip()),
            http_status=status,
            vendor_code=vendor_code,
            tracking_id=tracking or body_tracking,
        )
        return ApiError(problem)

    def _connection_problem(self, error: Exception, method: str, url: str, doing: str, safe: bool) -> ApiError:
        what = doing or f"{method} {urllib.parse.urlsplit(url).path}"
        text = self.redact(f"{what}: no answer from {_origin(url)[1]} ({type(error).__name__}: {error}).")
        return (ApiError if safe else UncertainError)(Problem("connection" if safe else "uncertain", text))

    def _garbled_problem(
        self, response: httpx.Response, tracking: str | None, method: str, doing: str, safe: bool
    ) -> ApiError:
        kind = response.headers.get("Content-Type", "no content type")
        text = f"{doing or method}: the answer ({response.status_code}, {kind}, {len(response.content)} bytes) is not JSON."
        problem = Problem("invalid_response", self.redact(text), http_status=response.status_code, tracking_id=tracking)
        return (ApiError if safe else UncertainError)(problem)

    # -- many requests -------------------------------------------------------------------------------------------------------

    async def for_each(self, items: t.Iterable[T], work: t.Callable[[T], t.Awaitable[None]]) -> None:
        """Run ``work`` over ``items`` with as many workers as the concurrency allows; the first error stops all."""
        iterator = iter(items)

        async def worker() -> None:
            for item in iterator:
                await work(item)

        tasks = [asyncio.create_task(worker()) for number in range(self._settings.concurrency)]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    # -- pages ---------------------------------------------------------------------------------------------------------------

    async def link_pages(
        self, path: str, params: t.Mapping[str, str], *, key: str = "items", doing: str = ""
    ) -> collections.abc.AsyncIterator[list[Json]]:
        """Yield the lists of a REST list that pages by Link headers; following links are used as they come.

        Ends at an empty page even if that names another (observed), and refuses a link to another host or to a page already read.
        """
        answer = await self.admin("GET", path, params=params, doing=doing)
        seen: set[str] = set()
        while True:
            items = self._list(answer, key, doing)
            if items:
                yield items
            url = answer.next_url
            if not url or not items:
                return
            if url in seen:
                raise ApiError.of(
                    "invalid_response", f"{doing or path}: the pages lead in a circle.", tracking_id=answer.tracking_id
                )
            seen.add(url)
            answer = await self.send("GET", url, doing=doing)

    async def scim_pages(
        self, path: str, params: t.Mapping[str, str], *, doing: str = ""
    ) -> collections.abc.AsyncIterator[list[Json]]:
        """Yield the resources of a SCIM list (1-based startIndex; the server may give fewer a page than asked)."""
        start = 1
        while True:
            answer = await self.admin("GET", path, params={**params, "startIndex": str(start)}, doing=doing)
            resources = self._list(answer, "Resources", doing)
            total = answer.body.get("totalResults", 0) if isinstance(answer.body, dict) else 0
            if resources:
                yield resources
            start += len(resources)
            if not resources or start > int(total):
                return

    async def contact_center_page(
        self, path: str, params: t.Mapping[str, str], page: int, size: int, *, doing: str = ""
    ) -> tuple[list[Json], int, int]:
        """Return (items, total pages, total records) of one page of a contact center list; pages count from 0.

        A page size above the server's maximum is reduced silently, so only ``meta`` tells what came.
        """
        query = {**params, "page": str(page), "pageSize": str(size)}
        answer = await self.contact_center("GET", path, params=query, doing=doing)
        items = self._list(answer, "data", doing)
        meta = answer.body.get("meta") or {}
        pages, records = meta.get("totalPages"), meta.get("totalRecords")
        return items, int(pages) if pages is not None else page + 1, int(records) if records is not None else len(items)

    async def contact_center_pages(
        self, path: str, params: t.Mapping[str, str], *, size: int = 1000, doing: str = ""
    ) -> collections.abc.AsyncIterator[list[Json]]:
        """Yield the lists of all pages of a contact center list."""
        page = 0
        while True:
            items, pages, _records = await self.contact_center_page(path, params, page, size, doing=doing)
            if items:
                yield items
            page += 1
            if page >= pages or not items:
                return

    @staticmethod
    def _list(answer: Answer, key: str, doing: str) -> list[Json]:
        items = answer.body.get(key) if isinstance(answer.body, dict) else None
        if (
            items is None
            and isinstance(answer.body, dict)
            and key == "Resources"
            and answer.body.get("totalResults") == 0
        ):
            return []
        if not isinstance(items, list):
            raise ApiError.of(
                "invalid_response",
                f"{doing or key}: the answer has no list {key!r}.",
                http_status=answer.status,
                tracking_id=answer.tracking_id,
            )
        return items


class _Garbled:
    """Marks a 2xx answer whose body is not JSON."""


_GARBLED = _Garbled()

__all__ = [
    "HTTPX_IMPORT_ERROR",
    "REGIONS",
    "Answer",
    "Client",
    "Counters",
    "Settings",
    "WxccError",
    "normalize_base",
    "retry_after_seconds",
]
