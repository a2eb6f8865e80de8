# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The run's own journal of requests: what was sent where and what came back, without bodies and without secrets.

Private to this collection. One JSON line a request; a support case needs the times, routes, statuses and tracking ids.
"""

from __future__ import annotations

import json
import os
import time
import typing as t


class Journal:
    """Appends to ``path`` (created 0600). With no path it does nothing."""

    def __init__(self, path: str | None, module: str) -> None:
        self._module = module
        self._file: t.IO[str] | None = None
        if path:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            self._file = os.fdopen(descriptor, "a", encoding="utf-8")

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
        if self._file is None:
            return
        entry = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "module": self._module,
            "method": method,
            "path": path,
            "status": status,
            "tracking_id": tracking_id,
            "attempt": attempt,
            "ms": ms,
        }
        if note:
            entry["note"] = note
        self._file.write(json.dumps(entry) + "\n")
        self._file.flush()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
