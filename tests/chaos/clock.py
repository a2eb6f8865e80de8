"""Time that costs nothing: one clock for both sides, and an event loop that jumps to the next timer instead of waiting for it."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import sys
import time
import types
from collections.abc import Callable, Coroutine, Iterator
from typing import Any
from unittest import mock

#: 2026-11-25: rosters and certificates aside, nothing looks at the date.
START = 1795600000.0
COLLECTION = "ansible_collections.wxcc.onboarding.plugins."
_REAL = (time.time, time.monotonic)


class Deadlock(RuntimeError):
    """Everybody waits, and no timer is set: it would wait for ever."""


class Clock:
    """The time of both sides; only the loop moves it."""

    def __init__(self) -> None:
        self.passed = 0.0

    def time(self) -> float:
        return START + self.passed

    def monotonic(self) -> float:
        return self.passed


class _Selector:
    """Waits for nothing but the clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def select(self, timeout: float | None) -> list[Any]:
        if timeout is None:
            raise Deadlock
        # A clock that moves by less than it can tell apart would stand still.
        self._clock.passed += timeout + 1e-9 if timeout else 0.0
        return []


class VirtualLoop(asyncio.BaseEventLoop):
    """An event loop without sockets and threads, on a clock of its own."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._selector = _Selector(clock)

    def time(self) -> float:
        return self._clock.passed

    def _process_events(self, event_list: list[Any]) -> None:
        """There are none."""

    def _write_to_self(self) -> None:
        """Nobody else could wake it."""


def _holders(module: types.ModuleType) -> Iterator[Any]:
    """Yield the functions of a module and of its classes."""
    for item in vars(module).values():
        if inspect.isfunction(item):
            yield item
        elif inspect.isclass(item) and item.__module__ == module.__name__:
            yield from (method for method in vars(item).values() if inspect.isfunction(method))


@contextlib.contextmanager
def _defaults(clock: Clock) -> Iterator[None]:
    """Let functions of the collection whose default is the real clock take this one."""
    new = dict(zip(_REAL, (clock.time, clock.monotonic), strict=True))
    undo: list[tuple[Any, Any, Any]] = []
    loaded = [module for name, module in list(sys.modules.items()) if name.startswith(COLLECTION)]
    for function in {f for module in loaded for f in _holders(module)}:
        kept = function.__defaults__, function.__kwdefaults__
        plain = tuple(_swapped(value, new) for value in kept[0] or ())
        named = {name: _swapped(value, new) for name, value in (kept[1] or {}).items()}
        if plain != (kept[0] or ()) or named != (kept[1] or {}):
            undo.append((function, *kept))
            function.__defaults__, function.__kwdefaults__ = plain or None, named or None
    try:
        yield
    finally:
        for function, plain, named in undo:
            function.__defaults__, function.__kwdefaults__ = plain, named


def _swapped(value: Any, new: dict[Any, Any]) -> Any:
    return new.get(value, value) if inspect.isbuiltin(value) else value


@contextlib.contextmanager
def ruling(clock: Clock, began: Callable[[Any], None] | None = None) -> Iterator[None]:
    """Let everything in this process live by the clock; ``asyncio.run`` takes a loop of it, and ``began`` is told its main task."""

    async def noted(main: Coroutine[Any, Any, Any]) -> Any:
        if began is not None:
            began(asyncio.current_task())
        return await main

    def run(main: Coroutine[Any, Any, Any]) -> Any:
        with asyncio.Runner(loop_factory=lambda: VirtualLoop(clock)) as runner:
            return runner.run(noted(main))

    with (
        _defaults(clock),
        mock.patch("asyncio.run", run),
        mock.patch("time.time", clock.time),
        mock.patch("time.monotonic", clock.monotonic),
    ):
        yield
