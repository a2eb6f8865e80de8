"""The pace, on a clock of its own: an hour takes a moment."""

from __future__ import annotations

import asyncio
import collections
import email.utils
import heapq
from collections.abc import Awaitable
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._client.pace import Pace, retry_after_seconds


class JumpingClock:
    """A clock that jumps to the next sleeper whenever everybody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = 0

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self._count += 1
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + max(seconds, 0.0), self._count, future))
        await future

    def run(self, work: Awaitable[Any]) -> Any:
        async def main() -> Any:
            task = asyncio.ensure_future(work)
            while not task.done():
                # Let everybody who can go on do so; whoever is left sleeps.
                known = -1
                while known != self._count:
                    known = self._count
                    for _ in range(3):
                        await asyncio.sleep(0)
                if task.done():
                    break
                moment, _number, future = heapq.heappop(self._sleepers)
                self.now = max(self.now, moment)
                future.set_result(None)
            return task.result()

        return asyncio.run(main())

    def pace(self, concurrency: int = 10, per_minute: int = 0) -> Pace:
        return Pace(concurrency, per_minute, clock=self.clock, sleep=self.sleep)


class Service:
    """Takes ``limit`` requests a minute: a fixed window, or a bucket that fills evenly."""

    def __init__(
        self, world: JumpingClock, limit: int, kind: str = "window", *, header: bool = True, latency: float = 0.1
    ) -> None:
        self.world, self.limit, self.kind, self.header, self.latency = world, limit, kind, header, latency
        self.taken: list[float] = []
        self.refused: list[float] = []
        self._windows: collections.Counter[int] = collections.Counter()
        self._level, self._filled = limit / 10, world.now

    async def ask(self) -> tuple[bool, float | None]:
        await self.world.sleep(self.latency)
        now = self.world.now
        if self.kind == "window":
            window = int(now // 60)
            good, wait = self._windows[window] < self.limit, (window + 1) * 60 - now
            self._windows[window] += good
        else:
            rate = self.limit / 60
            self._level = min(self.limit / 10, self._level + (now - self._filled) * rate)
            self._filled = now
            good, wait = self._level >= 1, 1.0
            self._level -= good
        (self.taken if good else self.refused).append(now)
        return good, (wait if self.header else None)


def work(world: JumpingClock, service: Service, pace: Pace, until: float, workers: int = 10) -> None:
    """Ask as fast as the pace lets, each request again until it is taken, as the client does."""

    async def worker() -> None:
        while world.now < until:
            while True:
                async with pace:
                    good, wait = await service.ask()
                if good:
                    pace.accepted()
                    break
                await world.sleep(pace.rate_limited(wait))

    async def everybody() -> None:
        await asyncio.gather(*(worker() for _ in range(workers)))

    world.run(everybody())


@pytest.mark.parametrize("kind", ["window", "bucket"])
def test_a_limit_of_1200_a_minute_is_used_and_respected(kind: str) -> None:
    world = JumpingClock()
    service = Service(world, 1200, kind)
    minutes = 10
    start = world.now
    work(world, service, world.pace(), start + minutes * 60)
    # The first window is what teaches the rate; afterwards it is to be used.
    asked = len(service.taken) + len(service.refused)
    assert len(service.taken) >= 0.95 * 1200 * minutes
    assert len(service.refused) <= 0.01 * asked


def test_without_a_header_the_limit_is_still_respected() -> None:
    world = JumpingClock()
    service = Service(world, 1200, header=False)
    work(world, service, world.pace(), world.now + 300)
    assert len(service.refused) <= 0.02 * (len(service.taken) + len(service.refused))


def test_a_stated_pace_is_never_exceeded() -> None:
    world = JumpingClock()
    service = Service(world, 10_000)
    work(world, service, world.pace(per_minute=300), world.now + 300)
    sent = service.taken
    assert service.refused == []
    for index, moment in enumerate(sent):
        if index + 300 < len(sent):
            assert sent[index + 300] - moment >= 60.0 - 0.2
    assert len(sent) >= 0.95 * 300 * 5


def test_without_a_limit_nothing_waits() -> None:
    world = JumpingClock()
    service = Service(world, 10**9)
    pace = world.pace()
    start = world.now
    work(world, service, pace, start + 10)
    assert len(service.taken) >= 10 * 10 / 0.1 * 0.95
    assert pace.throttled_s == 0


def test_no_more_at_once_than_allowed() -> None:
    world = JumpingClock()
    pace = world.pace(concurrency=3)
    under_way = most = 0

    async def one() -> None:
        nonlocal under_way, most
        async with pace:
            under_way += 1
            most = max(most, under_way)
            await world.sleep(1)
            under_way -= 1

    async def many() -> None:
        await asyncio.gather(*(one() for _ in range(12)))

    world.run(many())
    assert most == 3


def test_a_refusal_stops_everybody_until_the_time_is_up() -> None:
    world = JumpingClock()
    pace = world.pace()
    started: list[float] = []

    async def one() -> None:
        async with pace:
            started.append(world.now)

    async def story() -> None:
        await one()
        assert pace.rate_limited(30) == 30
        await asyncio.gather(*(one() for _ in range(5)))

    begun = world.now
    world.run(story())
    assert started[0] == begun
    assert min(started[1:]) >= begun + 30
    assert pace.throttled_s >= 30


def test_workers_refused_together_are_one_refusal() -> None:
    world = JumpingClock()
    pace = world.pace()
    assert [pace.rate_limited(None) for _ in range(4)] == [5, 5, 5, 5]
    world.now += 6
    assert pace.rate_limited(None) == 10


@pytest.mark.parametrize("told", [0, 0.0, -3])
def test_a_wait_of_nothing_is_no_leave_to_hammer(told: float) -> None:
    world = JumpingClock()
    pace = world.pace()
    waits = []
    for _ in range(6):
        waits.append(pace.rate_limited(told))
        world.now += waits[-1]
    assert waits[0] > 0
    assert sum(waits) > 2


def test_an_absurd_wait_is_cut() -> None:
    assert JumpingClock().pace().rate_limited(86_400) == 120


def test_a_worker_that_is_canceled_gives_its_place_back() -> None:
    world = JumpingClock()
    pace = world.pace(concurrency=1)

    async def story() -> None:
        pace.rate_limited(60)
        waiting = asyncio.create_task(pace.__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        world.now += 61
        await asyncio.wait_for(pace.__aenter__(), 1)

    asyncio.run(story())


@pytest.mark.parametrize(
    ("value", "seconds"),
    [(None, None), ("", None), ("5", 5.0), (" 0.5 ", 0.5), ("-3", 0.0), ("soon", None), ("nan", None), ("inf", None)],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(value) == seconds


def test_retry_after_as_a_date() -> None:
    date = email.utils.formatdate(1_000_030, usegmt=True)
    assert retry_after_seconds(date, lambda: 1_000_000.0) == 30.0
    assert retry_after_seconds(date, lambda: 2_000_000.0) == 0.0
