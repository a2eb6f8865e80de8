"""Simulators that are broken on purpose, as applications for tests.fuzz.world.World."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.simulator.app import create_app
from tests.simulator.simulator import Simulator

Make = Callable[[Simulator], Any]


def answering(path: str, body: bytes, status: int = 200, headers: tuple[tuple[bytes, bytes], ...] = ()) -> Make:
    """Return what makes a simulator that answers every path with such an end like this."""

    async def answer(send: Any) -> None:
        listed = [(b"content-type", b"application/json"), *headers]
        await send({"type": "http.response.start", "status": status, "headers": listed})
        await send({"type": "http.response.body", "body": body})

    return _instead(path, answer)


def raising(path: str, error: Exception) -> Make:
    """Return what makes a simulator whose handler raises."""

    async def fail(send: Any) -> None:
        raise error

    return _instead(path, fail)


def _instead(path: str, act: Callable[[Any], Any]) -> Make:
    def make(simulator: Simulator) -> Any:
        sound = create_app(simulator)

        async def app(scope: Any, receive: Any, send: Any) -> None:
            if scope["path"].endswith(path):
                await act(send)
            else:
                await sound(scope, receive, send)

        return app

    return make
