"""A service that plays a script: exactly these requests in this order, each with its answer."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import Awaitable, Callable
from typing import Any

from ansible_collections.wxcc.onboarding.plugins.module_utils._client.client import Client
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.library import httpx
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.settings import Settings

ADMIN, CENTER = "https://webexapis.com", "https://api.wxcc-us1.cisco.com"
ANY = object()


@dataclasses.dataclass
class Step:
    """One expected request and its answer; ``answer`` may be an exception that the network raises."""

    method: str
    url: str
    answer: httpx.Response | BaseException
    body: Any = ANY
    token: str | None = "token-1"


def get(url: str, answer: Any = None, **more: Any) -> Step:
    return expect("GET", url, answer, **more)


def expect(
    method: str,
    url: str,
    answer: Any = None,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    text: str | None = None,
    **more: Any,
) -> Step:
    if isinstance(answer, BaseException):
        return Step(method, url, answer, **more)
    response = (
        httpx.Response(status, text=text, headers=headers)
        if text is not None
        else httpx.Response(status, json=answer, headers=headers)
        if answer is not None
        else httpx.Response(status, headers=headers)
    )
    return Step(method, url, response, **more)


class Script:
    """Use ``play`` to run some work against the steps; anything unexpected, missing or out of order fails."""

    def __init__(self, *steps: Step) -> None:
        self.steps = list(steps)
        self.slept: list[float] = []
        self.now = 1000.0

    def _handle(self, request: httpx.Request) -> httpx.Response:
        asked = f"{request.method} {request.url}"
        if not self.steps:
            raise AssertionError(f"nothing more was expected, but: {asked}")
        step = self.steps.pop(0)
        url = step.url if step.url.startswith("https://") else ADMIN + step.url
        assert asked == f"{step.method} {url}"
        if step.token is not None:
            assert request.headers["Authorization"] == f"Bearer {step.token}"
        if step.body is not ANY:
            sent = request.content.decode()
            assert (json.loads(sent) if not isinstance(step.body, str) else sent) == step.body
        if isinstance(step.answer, BaseException):
            raise step.answer
        return step.answer

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)

    def client(self, **settings: Any) -> Client:
        chosen = Settings(**{"access_token": "token-1", "concurrency": 1, **settings})
        return Client(chosen, transport=httpx.MockTransport(self._handle), sleep=self.sleep, clock=lambda: self.now)

    def play(self, work: Callable[[Client], Awaitable[Any]], **settings: Any) -> Any:
        async def main() -> Any:
            async with self.client(**settings) as client:
                return await work(client)

        try:
            return asyncio.run(main())
        finally:
            left = [f"{s.method} {s.url}" for s in self.steps]
            assert not left, f"expected, but never asked: {left}"
