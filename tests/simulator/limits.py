"""Rate limits: a number of requests a minute for each token, admin and contact center apart."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from .settings import Settings


@dataclass(slots=True)
class _Account:
    start: float
    used: float


class Limiter:
    """Counts what was let through; refused requests cost nothing."""

    def __init__(self) -> None:
        self._accounts: dict[tuple[str, str], _Account] = {}

    def refuse(self, token: str, contact_center: bool, settings: Settings, now: float | None = None) -> int | None:
        """Return None where the request may pass, else the whole seconds to wait."""
        limit: int = settings.cc_limit_per_minute if contact_center else settings.limit_per_minute
        if not limit:
            return None
        now = time.monotonic() if now is None else now
        key = (token, "cc" if contact_center else "admin")
        account = self._accounts.get(key)
        if settings.limit_kind == "window":
            if account is None or now - account.start >= 60:
                account = self._accounts[key] = _Account(now, 0)
            if account.used < limit:
                account.used += 1
                return None
            return max(1, math.ceil(account.start + 60 - now))
        size = settings.limit_burst or max(1.0, limit / 10)
        rate = limit / 60
        if account is None:
            account = self._accounts[key] = _Account(now, 0)
        # in a bucket `used` is what is missing from it, and leaks away evenly
        account.used = max(0.0, account.used - (now - account.start) * rate)
        account.start = now
        if account.used + 1 <= size:
            account.used += 1
            return None
        return max(1, math.ceil((account.used + 1 - size) / rate))

    def clear(self) -> None:
        """Start afresh."""
        self._accounts.clear()
