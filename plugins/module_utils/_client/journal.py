# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The run's own record of requests: what was sent where and what came back, without bodies and without secrets.

Private to this collection. One JSON line a request; a support case needs the times, routes, statuses and tracking ids.
"""

from __future__ import annotations

import dataclasses

from .._files import Lines, timestamp


@dataclasses.dataclass(slots=True)
class Counters:
    """What the run cost in requests: ``sent`` (retries included), and ``retried`` among them."""

    sent: int = 0
    retried: int = 0


class Journal:
    """Appends to ``path`` (made 0600), in the name of ``module``. With no path it does nothing."""

    def __init__(self, path: str | None, module: str) -> None:
        self._module = module
        self._lines = Lines(path)

    def note(
        self,
        *,
        method: str,
        path: str,
        status: int | None,
        tracking_id: str | None,
        attempt: int,
        ms: int,
        note: str = "",
    ) -> None:
        """Append one attempt: ``attempt`` counts from 1, ``ms`` are milliseconds, ``note`` says why no answer came."""
        entry = {
            "time": timestamp(),
            "module": self._module,
            "method": method,
            "path": path,
            "status": status,
            "tracking_id": tracking_id,
            "attempt": attempt,
            "ms": ms,
        }
        self._lines.add({**entry, "note": note} if note else entry)

    def close(self) -> None:
        """Close the file."""
        self._lines.close()
