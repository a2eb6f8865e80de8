"""What stands in front of the routes: latency, tokens, limits, faults, the journal, tracking ids."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from . import errors
from .call import Call, dumps
from .errors import ApiError
from .faults import Fault
from .journal import Entry
from .simulator import Simulator

#: routes that are called without an access token
OPEN = ("/v1/access_token",)
HTML = b"<!DOCTYPE html><html><head><title>Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>"


class Answer:
    """A buffered answer."""

    def __init__(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def is_json(self) -> bool:
        """Whether the body is JSON of the simulator's own making."""
        return any(name == b"content-type" and b"json" in value for name, value in self.headers)


class Gateway:
    """The outermost ASGI application."""

    def __init__(self, app: ASGIApp, simulator: Simulator) -> None:
        self.app = app
        self.simulator = simulator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection event; only the simulator's own routes pass untouched."""
        if scope["type"] != "http" or scope["path"].startswith("/_sim/"):
            scope["simulator"] = self.simulator
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        moment = time.time()
        body = await _body(receive)
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get(b"host", "localhost")
        call = Call(
            self.simulator,
            scope["method"],
            scope["path"],
            scope["query_string"].decode("latin-1"),
            body,
            f"{scope.get('scheme', 'http')}://{host}",
        )
        call.tracking_id = errors.tracking_id(call.path, headers.get(b"trackingid"))
        scope["call"] = call
        answer: Answer | None = None
        ending: Fault | None = None
        try:
            latency = self.simulator.settings.latency_ms
            if latency:
                await asyncio.sleep(latency / 1000)
            call.faults = self.simulator.faults.pick(call.method, call.path, body, call.query_string)
            ending, answer = await self._answer(scope, call, headers)
        finally:
            self._record(call, moment, started, answer, ending)
        if answer is None:
            await _hang_up(send)
            return
        answer.headers.append((b"trackingid", call.tracking_id.encode()))
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        await send({"type": "http.response.body", "body": answer.body})

    async def _answer(self, scope: Scope, call: Call, headers: dict[bytes, str]) -> tuple[Fault | None, Answer | None]:
        """Return the fault that ended the request, if any, and the answer; None hangs up."""
        ending = next((fault for fault in call.faults if fault.kind not in ("slow", "bulk_item", "skip_license")), None)
        await _slow(call, "before")
        if ending and ending.when == "before" and ending.kind != "truncated":
            self._identify(call, headers)
            return ending, self._faulty(call, ending, None)
        answer = self._refused(call, headers)
        if answer is None:
            answer = await self._routed(scope)
        await _slow(call, "after")
        if ending:
            return ending, self._faulty(call, ending, answer)
        return None, answer

    def _identify(self, call: Call, headers: dict[bytes, str]) -> None:
        """Find out who asks, for the journal alone."""
        try:
            call.token = self.simulator.tokens.authenticate(headers.get(b"authorization"), gateway=False)
        except ApiError:
            return

    def _refused(self, call: Call, headers: dict[bytes, str]) -> Answer | None:
        """Return the refusal of a request without a good token or over the limit."""
        if call.path in OPEN:
            return None
        contact_center = errors.family(call.path) == "cc"
        try:
            call.token = self.simulator.tokens.authenticate(headers.get(b"authorization"), gateway=contact_center)
            wait = self.simulator.limiter.refuse(call.token.value, contact_center, self.simulator.settings)
            if wait is not None:
                raise self.too_many(contact_center, wait)
        except ApiError as error:
            return error_answer(error, call)
        return None

    def too_many(self, contact_center: bool, wait: int) -> ApiError:
        """Return the refusal of a request over the limit; the contact center's gateway gives no body (documented)."""
        settings = self.simulator.settings
        seconds = wait if settings.retry_after_s is None else settings.retry_after_s
        retry = {"Retry-After": str(seconds)} if settings.retry_after_header else {}
        return ApiError(
            429,
            "Too many requests. Please retry after some time.",
            headers=retry,
            empty=contact_center and not settings.cc_429_body,
        )

    async def _routed(self, scope: Scope) -> Answer:
        """Run the routes and gather what they answer."""
        start: Message = {"status": 500, "headers": []}
        chunks: list[bytes] = []

        async def gather(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
            elif message["type"] == "http.response.body":
                chunks.append(message.get("body", b""))

        await self.app(scope, _nothing, gather)
        return Answer(start["status"], list(start["headers"]), b"".join(chunks))

    def _faulty(self, call: Call, fault: Fault, answer: Answer | None) -> Answer | None:
        """Return what a fault makes of an answer; None hangs up."""
        if fault.kind == "disconnect":
            return None
        if fault.kind == "html":
            return Answer(fault.status, _headers("text/html; charset=utf-8", HTML, fault.headers), HTML)
        if fault.kind == "truncated" and answer is not None:
            cut = answer.body[: max(1, len(answer.body) * 2 // 3)] if answer.body else b""
            kept = [item for item in answer.headers if item[0] != b"content-length"]
            return Answer(answer.status, [*kept, (b"content-length", str(len(cut)).encode())], cut)
        contact_center = errors.family(call.path) == "cc"
        if fault.status == 429:
            error = self.too_many(contact_center, 1)
        else:
            error = ApiError(fault.status, _TEXTS.get(fault.status, "The simulator was ordered to fail."))
        made = error_answer(error, call)
        content = made.body
        if fault.has_body:
            content = fault.body.encode() if isinstance(fault.body, str) else dumps(fault.body)
        headers = fault.headers if fault.headers is not None else error.headers
        return Answer(fault.status, _headers("application/json", content, headers), content)

    def _record(self, call: Call, moment: float, started: float, answer: Answer | None, fault: Fault | None) -> None:
        body = answer.body if answer else b""
        limit = self.simulator.settings.journal_response_max
        if limit and len(body) > limit:
            body = b""
        org = call.organization or (call.token.organization if call.token else None)
        whole = answer is not None and answer.is_json and (fault is None or fault.kind not in ("truncated", "status"))
        self.simulator.journal.add(
            Entry(
                moment,
                call.method,
                call.path,
                call.query_string.encode("latin-1"),
                call.body,
                answer.status if answer else None,
                body,
                whole,
                org.key if org else None,
                call.token.kind if call.token else None,
                (time.perf_counter() - started) * 1000,
                f"{fault.kind} {fault.when}" if fault else None,
            )
        )


_TEXTS = {
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable. Please try again later.",
    504: "Gateway Timeout",
    423: "Locked",
    409: "Conflict",
    404: "Not Found",
    403: "Forbidden",
    400: "Bad Request",
}


def error_answer(error: ApiError, call: Call) -> Answer:
    """Return the answer of an error in the shape of its family."""
    body = b"" if error.empty else errors.body(error, call.path, call.tracking_id)
    return Answer(error.status, _headers("application/json", body, error.headers), body)


def _headers(kind: str, body: bytes, more: dict[str, Any] | None) -> list[tuple[bytes, bytes]]:
    found = [(b"content-length", str(len(body)).encode())]
    if body:
        found.append((b"content-type", kind.encode()))
    return found + [(name.lower().encode(), str(value).encode()) for name, value in (more or {}).items()]


async def _slow(call: Call, when: str) -> None:
    for fault in call.faults:
        if fault.kind == "slow" and fault.when == when:
            await asyncio.sleep(fault.delay)


async def _body(receive: Receive) -> bytes:
    chunks: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"".join(chunks)
        chunks.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(chunks)


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _hang_up(send: Send) -> None:
    """Close the socket without an answer; without a socket (in-process clients) raise what a client would see."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise ConnectionResetError("the simulator hung up")
    transport.abort()
    cycle = getattr(send, "__self__", None)
    for _ in range(100):
        await asyncio.sleep(0)
        if getattr(cycle, "disconnected", True):
            return
