# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Progress of a long task while it runs: the base of the action plugins of the writing modules.

This is a private part of the collection: it may change in any release.

The module appends lines (`ProgressLine`) to a file that the action plugin made; a thread beside the module's run reads
the last of them every now and then and shows it. The module works the same without: where it runs elsewhere than on the
controller, or in the background, there is no file and nothing is shown.
"""

from __future__ import annotations

import os
import threading
import time
import typing as t
from pathlib import Path

from ansible.module_utils.parsing.convert_bool import boolean
from ansible.utils.display import Display

from ..module_utils._progress_line import DONE, PROGRESS_FILE, WAITING, ProgressLine
from ..module_utils._steps import SYNC
from ._paths import CONNECTION_PATHS, PathsAction

FIRST_AFTER = 2.0  # seconds; a task that is over sooner says nothing
EVERY = 3.0  # seconds between two lines in the first minute
EVERY_LATER = 10.0  # and afterwards, to keep the logs of long runs short
STILL_AFTER = 30.0  # seconds after which a line that did not change is shown again, as a sign of life


def duration(seconds: float) -> str:
    """A duration as people say it: 40 s, 3 min, 2 h 10 min."""
    if seconds < 90:
        # Steps of five: a guess should not look exact.
        return f"{max(5, round(seconds / 5) * 5)} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min" if minutes % 60 else f"{minutes // 60} h"


class Teller:
    """Turns what is known into the next line to show, with a guess of the time left from the pace so far."""

    def __init__(self, label: str, clock: t.Callable[[], float] = time.monotonic) -> None:
        self._label = label
        self._clock = clock
        # Phase, done and time from which the pace is counted. The first look comes in the middle of the first phase, so
        # there it is the time at which the task began.
        self._start: tuple[str | None, int, float] = (None, 0, clock())
        self._shown: ProgressLine | None = None
        self._shown_at = 0.0

    def line(self, now: ProgressLine) -> str | None:
        """The line to show for `now`, or None where it would only repeat the last one."""
        time_now = self._clock()
        phase, done, since = self._start
        if phase is None:
            self._start = (now.phase, 0, since)
        elif phase != now.phase or now.done < done:
            self._start = (now.phase, now.done, time_now)
        if now == self._shown and time_now - self._shown_at < STILL_AFTER:
            return None
        self._shown, self._shown_at = now, time_now
        if now.phase == WAITING:
            return f"[{self._label}] waiting for another run that writes to this organization: {now.note}"
        parts = [f"[{self._label}] {now.done:,} of {now.total:,} people"]
        if now.blocked:
            parts.append(f"{now.blocked:,} blocked")
        if now.failed:
            parts.append(f"{now.failed:,} failed")
        parts.append(self._left(now, time_now))
        return ", ".join(part for part in parts if part)

    def _left(self, now: ProgressLine, time_now: float) -> str:
        if now.done >= now.total:
            # The wait for the contact center is nothing but reading.
            return "" if now.phase in (DONE, SYNC.name) else "reading them again"
        done, took = now.done - self._start[1], time_now - self._start[2]
        if done <= 0 or took <= 0:
            return ""
        return f"about {duration((now.total - now.done) * took / done)} left"


class Watcher:
    """Shows the progress in `path` until it is closed, with where it ended if anything was shown. To be used as a context manager.

    The file must be there, and is opened at once: whoever writes takes its name away.
    """

    def __init__(
        self,
        path: Path,
        label: str,
        show: t.Callable[[str], object],
        first_after: float = FIRST_AFTER,
        every: float = EVERY,
    ) -> None:
        self._file = path.open("rb")
        self._teller = Teller(label)
        self._show = show
        self._first_after = first_after
        self._every = every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="progress", daemon=True)
        self._offset = 0
        self._rest = b""
        self._begun = False

    def __enter__(self) -> Watcher:
        self._thread.start()
        return self

    def __exit__(self, *unused: object) -> None:
        self._over.set()
        self._thread.join(timeout=5)
        if not self._thread.is_alive():
            self._tell_the_end()
            self._file.close()

    def _tell_the_end(self) -> None:
        """Show where it ended; of a task that was over before its first line nothing is shown."""
        last = self._last()
        if self._begun and last is not None and (line := self._teller.line(last)):
            self._show(line)

    def _watch(self) -> None:
        started = time.monotonic()
        wait = self._first_after
        while not self._over.wait(wait):
            progress = self._last()
            if progress is not None and (line := self._teller.line(progress)):
                self._begun = True
                self._show(line)
            wait = self._every if time.monotonic() - started < 60 else max(self._every, EVERY_LATER)

    def _last(self) -> ProgressLine | None:
        """The newest whole line of the file, which the module may be appending to or may have written anew."""
        try:
            if os.fstat(self._file.fileno()).st_size < self._offset:
                self._offset, self._rest = 0, b""
            self._file.seek(self._offset)
            data = self._file.read()
            self._offset = self._file.tell()
        except OSError:
            return None
        *whole, self._rest = (self._rest + data).split(b"\n")
        if self._rest and (progress := ProgressLine.parse(self._rest)) is not None:
            return progress
        return next((found for line in reversed(whole) if (found := ProgressLine.parse(line)) is not None), None)


class ProgressAction(PathsAction):
    """Runs the module of its own name with absolute paths, and shows how far it has come.

    Both sides know the file: it stands in the temporary directory of the task, which the action makes and Ansible tells the module of.
    """

    PATHS = (*(name for name in CONNECTION_PATHS if name != "journal_file"), "users_file", "run_directory")

    def run(self, tmp: str | None = None, task_vars: t.Mapping[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the module; see `ansible.plugins.action.ActionBase.run`."""
        in_background = bool(self._task.async_val) and not self._connection.has_native_async
        if in_background or not self._shows():
            return super().run(tmp, task_vars)
        self._make_tmp_path()
        path = Path(self._connection._shell.tmpdir) / PROGRESS_FILE
        try:
            path.touch(mode=0o600)
        except OSError:
            # Nothing is shown then; the work is done all the same.
            return super().run(tmp, task_vars)
        label = str((task_vars or {}).get("inventory_hostname") or "localhost")
        with Watcher(path, label, Display().display):
            return super().run(tmp, task_vars)

    def _shows(self) -> bool:
        """Whether progress is wanted, and the module runs here, as this user, so that both can use one file."""
        wanted = boolean(self._task.args.get("progress", True), strict=False)
        return bool(wanted) and self.runs_here() and self._connection.become is None
