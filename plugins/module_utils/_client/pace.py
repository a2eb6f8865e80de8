# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shared pace of one service: how many requests at once, how many a minute, and what a refusal means for all of them.

Private to this collection. The vendor answers 429 with Retry-After in seconds (423 and 503 may carry it); the contact center allows
about 300 requests a minute and client, the admin APIs publish no figure. So a refusal stops every worker until the time is up, and the
rate that was just sustained becomes the pace, which then grows slowly again.
"""

from __future__ import annotations

import asyncio
import collections
import email.utils
import math
import time
import typing as t

DEFAULT_RETRY_AFTER_S = 5.0
MAX_RETRY_AFTER_S = 120.0
#: A service that refuses and says "come back at once" is believed the first time only.
_LEAST_WAIT_S = 0.1
_GROWTH = 1.05
_GROWTH_EVERY_S = 10.0
_WINDOW_S = 60.0


def retry_after_seconds(value: str | None, now: t.Callable[[], float] = time.time) -> float | None:
    """Return the seconds of a Retry-After header (a number, or an HTTP date), or None."""
    if not value:
        return None
    try:
        seconds = float(value.strip())
    except ValueError:
        pass
    else:
        return max(seconds, 0.0) if math.isfinite(seconds) else None
    try:
        return max(email.utils.parsedate_to_datetime(value.strip()).timestamp() - now(), 0.0)
    except (TypeError, ValueError, OverflowError):
        return None


class Pace:
    """Bounded concurrency and one pace for all workers of a service.

    :param concurrency: requests in flight at once.
    :param per_minute: requests in any 60 seconds; 0 means unlimited until a refusal teaches a rate.
    """

    def __init__(
        self,
        concurrency: int,
        per_minute: int = 0,
        *,
        clock: t.Callable[[], float] = time.monotonic,
        sleep: t.Callable[[float], t.Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._semaphore = asyncio.Semaphore(max(1, concurrency))
        self._per_minute = per_minute
        self._clock = clock
        self._sleep = sleep
        self._sent: collections.deque[float] = collections.deque()
        self._not_before = 0.0
        self._rate: float | None = None
        self._next_slot = 0.0
        self._grown_at = 0.0
        self._cycle_start: float | None = None
        self._cycle_accepted = 0
        self._refusals_in_row = 0
        self.throttled_s = 0.0

    async def __aenter__(self) -> None:
        await self._semaphore.acquire()
        try:
            await self._wait()
        except BaseException:
            self._semaphore.release()
            raise

    async def __aexit__(self, *_exc: object) -> None:
        self._semaphore.release()

    async def _wait(self) -> None:
        start = self._clock()
        while (delay := self._delay()) > 0:
            await self._sleep(delay)
        now = self._clock()
        self.throttled_s += now - start
        if self._cycle_start is None:
            self._cycle_start = now
        if self._per_minute:
            self._sent.append(now)
        if self._rate is not None:
            self._next_slot = max(self._next_slot, now) + 1.0 / self._rate

    def _delay(self) -> float:
        now = self._clock()
        delay = self._not_before - now
        if self._per_minute:
            while self._sent and self._sent[0] <= now - _WINDOW_S:
                self._sent.popleft()
            if len(self._sent) >= self._per_minute:
                delay = max(delay, self._sent[0] + _WINDOW_S - now)
        if self._rate is not None:
            if now - self._grown_at >= _GROWTH_EVERY_S:
                self._rate *= _GROWTH
                self._grown_at = now
            delay = max(delay, self._next_slot - now)
        return delay

    def accepted(self) -> None:
        """Tell that the service took a request."""
        self._cycle_accepted += 1
        self._refusals_in_row = 0

    def rate_limited(self, retry_after: float | None) -> float:
        """Tell that the service refused a request for its rate; return the seconds that all now wait.

        Without a Retry-After the wait starts at 5 s and doubles with each refusal in a row.
        """
        now = self._clock()
        # Workers that were in flight together are refused together: that is one refusal, not ten.
        first_of_burst = now >= self._not_before
        earlier = self._refusals_in_row if first_of_burst else max(self._refusals_in_row - 1, 0)
        if retry_after is None:
            retry_after = DEFAULT_RETRY_AFTER_S * 2.0 ** min(earlier, 4)
        least = _LEAST_WAIT_S * 2.0 ** min(earlier, 6)
        wait = min(max(retry_after, least), MAX_RETRY_AFTER_S)
        if first_of_burst:
            self._refusals_in_row += 1
            if self._cycle_start is not None and self._cycle_accepted:
                sustained = self._cycle_accepted / max(now - self._cycle_start + wait, 1.0)
                self._rate = max(sustained, 0.2)
                self._grown_at = now + wait
            self._cycle_start, self._cycle_accepted = now, 0
        self._not_before = max(self._not_before, now + wait)
        self._next_slot = max(self._next_slot, self._not_before)
        return wait
