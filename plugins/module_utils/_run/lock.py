# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One writer at a time in an organization, and who wrote last. Private to this collection.

The process of a writing module holds the lock for its one step; the kernel gives it back when the process ends, however it ends. So a
module that a killed playbook left behind keeps the others waiting until it is done, and nothing is ever left locked.

It serves one account on one file system: machines, and accounts of one machine, do not see each other's locks.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import fcntl
import hashlib
import json
import os
import re
import secrets
import stat
import tempfile
import time
import typing as t

from .._errors import Problem, WxccError
from .._files import timestamp
from .record import RunRecord

_DIRECTORY = "wxcc_onboarding"
#: What stands in the name of a file as it is.
_PLAIN = re.compile(r"[0-9A-Za-z-]{1,64}")
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.1, 2.0
#: Enough for what stands in the two files.
_READ_BYTES = 4096


@dataclasses.dataclass(slots=True, frozen=True)
class Writer:
    """Who writes: a host of a run; a task outside of a run has a name that nobody else has."""

    run: str
    host: str = ""

    @classmethod
    def of(cls, record: RunRecord | None) -> Writer:
        """Return who writes in a run's directory; outside of a run it is nobody else."""
        return cls(record.run, record.host) if record else cls.nobody_else()

    @classmethod
    def nobody_else(cls) -> Writer:
        """Return the name of a task outside of a run."""
        return cls(secrets.token_hex(8))

    @property
    def name(self) -> str:
        """One text for both, which no other writer has."""
        return f"{self.run} {self.host}".rstrip()


def state_directory() -> str:
    """Return the directory of locks, made where it is missing: readable by this account alone.

    ``$XDG_STATE_HOME``, else ``~/.local/state``; where neither can be used, a directory of this account among the temporary ones.

    :raises WxccError: none can be used.
    """
    home = os.environ.get("XDG_STATE_HOME", "")
    if not os.path.isabs(home):
        home = os.path.join(os.path.expanduser("~"), ".local", "state")
    own = os.path.join(home, _DIRECTORY)
    if os.path.isabs(home) and _ours(own, parents=True):
        return own
    other = os.path.join(tempfile.gettempdir(), f"{_DIRECTORY}-{os.getuid()}")
    if _ours(other):
        return other
    text = f"Neither {own} nor {other} can be used to keep two runs from writing to one organization at a time."
    advice = "Let XDG_STATE_HOME name a directory that the account of the run can write to."
    raise WxccError(Problem("invalid_input", text, advice=advice))


def _ours(path: str, *, parents: bool = False) -> bool:
    """Make a directory, and return whether it is one (no link), this account's, and closed to others."""
    try:
        if parents:
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            os.mkdir(path, 0o700)
        found = os.lstat(path)
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
            return False
        if stat.S_IMODE(found.st_mode) & 0o077:
            os.chmod(path, 0o700)
        return os.access(path, os.W_OK | os.X_OK)
    except OSError:
        return False


class OrganizationLock:
    """The lock of one organization. :meth:`held` takes it; the rest may be asked without it."""

    def __init__(self, organization: str, writer: Writer, *, directory: str | None = None) -> None:
        """``organization`` is the bare id; ``directory`` is for tests, in place of :func:`state_directory`."""
        self._organization = organization
        self._writer = writer
        self._directory = directory or state_directory()
        plain = _PLAIN.fullmatch(organization) is not None
        self._name = organization if plain else hashlib.sha256(organization.encode()).hexdigest()[:32]

    def last_writer(self) -> str:
        """Return the mark of whoever wrote last, which no later writing has; an empty text where nobody is known.

        Of somebody who has begun and not ended the mark is never the same twice: what is read meanwhile may be old a moment later.
        """
        found = self._read("writer")
        if not found:
            return ""
        mark = found.get("mark") if found.get("ended") else secrets.token_hex(8)
        return f"{found.get('name')} {mark}"

    def note_beginning(self) -> None:
        """Note that this writer begins to write. :raises WxccError, OSError: it cannot be noted."""
        self._write(self._open("writer"), {"name": self._writer.name, "time": timestamp()}, close=True)

    def note_end(self) -> str:
        """Note that this writer has ended, and return its mark. :raises WxccError, OSError: it cannot be noted."""
        content = {"name": self._writer.name, "time": timestamp(), "mark": secrets.token_hex(8), "ended": True}
        self._write(self._open("writer"), content, close=True)
        return f"{content['name']} {content['mark']}"

    @contextlib.asynccontextmanager
    async def held(
        self,
        timeout: float,
        *,
        sleep: t.Callable[[float], t.Awaitable[None]] = asyncio.sleep,
        clock: t.Callable[[], float] = time.monotonic,
        on_wait: t.Callable[[str], None] | None = None,
    ) -> t.AsyncIterator[None]:
        """Hold the lock.

        :param timeout: seconds to wait for another run.
        :param on_wait: told whom it waits for, each time that it looks.
        :raises WxccError: another run still holds it; it is named.
        """
        descriptor = self._open("lock")
        try:
            deadline, pause = clock() + timeout, _FIRST_PAUSE_S
            while not _locked(descriptor):
                holder = self._holder()
                left = deadline - clock()
                if left <= 0:
                    text = f"After {timeout:g} s another run still writes to this organization: {holder}."
                    raise WxccError(Problem("locked_by_run", text))
                if on_wait is not None:
                    on_wait(holder)
                await sleep(min(pause, left))
                pause = min(pause * 2, _LONGEST_PAUSE_S)
            own = {"run": self._writer.run, "host": self._writer.host, "pid": os.getpid(), "since": timestamp()}
            self._write(descriptor, own)
            yield
        finally:
            os.close(descriptor)

    def _holder(self) -> str:
        """Return who holds the lock, in words."""
        found = self._read("lock")
        if not found:
            return "one that has just begun"
        host = f" of host {found['host']}" if found.get("host") else ""
        return f"run {found.get('run')}{host}, process {found.get('pid')}, since {found.get('since')}"

    def _path(self, ending: str) -> str:
        return os.path.join(self._directory, f"{self._name}.{ending}")

    def _open(self, ending: str) -> int:
        """Open one of the files, made 0600. :raises WxccError: somebody put something else in its place."""
        path = self._path(ending)
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK, 0o600)
        except OSError as error:
            raise WxccError(_unusable(path, error.strerror or type(error).__name__)) from None
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.getuid() or found.st_nlink != 1:
            os.close(descriptor)
            raise WxccError(_unusable(path, "it is not a file of this account alone"))
        return descriptor

    def _read(self, ending: str) -> dict[str, t.Any]:
        descriptor = self._open(ending)
        try:
            data = json.loads(os.pread(descriptor, _READ_BYTES, 0) or b"{}")
        except ValueError:
            return {}
        finally:
            os.close(descriptor)
        return data if isinstance(data, dict) else {}

    def _write(self, descriptor: int, content: t.Mapping[str, t.Any], *, close: bool = False) -> None:
        try:
            data = json.dumps(content).encode() + b"\n"
            os.pwrite(descriptor, data, 0)
            os.ftruncate(descriptor, len(data))
        finally:
            if close:
                os.close(descriptor)


def _locked(descriptor: int) -> bool:
    """Try to take the lock; return whether it is ours now."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _unusable(path: str, why: str) -> Problem:
    advice = "Remove it, or let XDG_STATE_HOME name another directory."
    return Problem("invalid_input", f"The lock file {path} cannot be used: {why}.", advice=advice)
