# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the steps work with: the client, the organization, what was read before, what a run may do, how far it is.

Private to this collection.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import time
import typing as t

from .._client.client import Client
from .._contact_center.names import Directory, Entry, read_directory
from .._contact_center.records import ContactCenter
from .._model import Person, Wanted
from .._progress_line import WAITING, ProgressLine
from .._run.plan_file import PlanDocument
from .._run.record import RunRecord
from .._webex.licenses import list_licenses
from .._webex.organization import Operator, Organization, read_operator
from .._webex.people import PeopleReader
from .snapshot import Snapshot

_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 5.0
_SHOW_EVERY_S = 0.25


@dataclasses.dataclass(slots=True, frozen=True)
class Policy:
    """What a run may do.

    ``max_removals`` is a number of people or a percentage of the roster, for example ``5%``; None: nobody gave one.
    """

    on_error: str = "continue"
    max_removals: str | None = None
    #: People may lose everything although nobody gave a number.
    allow_removals: bool = False
    protected: t.Sequence[str] = ()
    #: Seconds to read again until a change shows, before it counts as not done.
    settle_timeout: float = 15.0
    #: Seconds to wait for another run that writes to the same organization.
    lock_timeout: float = 600.0


class Progress:
    """Tells the action plugin how far the run is: one JSON line each time, in the file that the plugin watches.

    Both have the file open, so its name goes at once: whoever is killed leaves nothing behind.
    """

    def __init__(self, path: str | None, total: int) -> None:
        self._file = _opened(path) if path else None
        self._total = total
        self._last = 0.0

    def show(self, phase: str, done: int, *, blocked: int, failed: int, force: bool = False) -> None:
        """Say that ``done`` people are through the phase; said at most four times a second unless forced."""
        now = time.monotonic()
        if not force and now - self._last < _SHOW_EVERY_S:
            return
        self._last = now
        self._tell(ProgressLine(done, self._total, blocked, failed, phase))

    def wait(self, why: str) -> None:
        """Say what the run waits for before it begins."""
        self._tell(ProgressLine(0, self._total, phase=WAITING, note=why))

    def _tell(self, line: ProgressLine) -> None:
        # Nobody's run ends because its progress cannot be shown.
        if self._file is not None:
            with contextlib.suppress(OSError):
                os.write(self._file, line.encode().encode())


def _opened(path: str) -> int | None:
    """Return a descriptor to append to a file that has no name any more; None where that cannot be."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)
        os.unlink(path)
    except OSError:
        return None
    return descriptor


def pauses(settle_timeout: float) -> t.Iterator[float]:
    """Yield the seconds to wait between readings, each more than before; together they are the whole ``settle_timeout``."""
    pause, left = _FIRST_PAUSE_S, settle_timeout
    while left > 0:
        pause = min(pause, _LONGEST_PAUSE_S, left)
        yield pause
        left -= pause
        pause *= 2


def _nothing() -> None:
    """Nobody is told."""


@dataclasses.dataclass(slots=True)
class Context:
    """What a resource works with."""

    client: Client
    organization: Organization
    snapshot: Snapshot
    policy: Policy
    check_mode: bool
    progress: Progress
    sleep: t.Callable[[float], t.Awaitable[None]]
    #: The run whose directory the people come from; None: they were written by hand.
    run: RunRecord | None = None
    #: The plan of the whole run: a step carries out nothing else. None: there is none.
    plan: PlanDocument | None = None
    #: Called once, before anything is sent.
    begin_writing: t.Callable[[], None] = _nothing
    #: Ids of the Full Administrators, once they were asked for.
    administrators: set[str] | None = None
    reader: PeopleReader = dataclasses.field(init=False)
    _operator: Operator | None = None
    _operator_read: bool = False
    _licenses: list[dict[str, t.Any]] | None = None

    def __post_init__(self) -> None:
        self.reader = PeopleReader(self.client, self.organization)
        self.reader.total = self.snapshot.facts.get("people")

    async def operator(self) -> Operator | None:
        """Return the run's own account, read once."""
        if not self._operator_read:
            self._operator = await read_operator(self.client)
            self._operator_read = True
        return self._operator

    async def licenses(self) -> list[dict[str, t.Any]]:
        """Return all licenses of the organization, read once."""
        if self._licenses is None:
            self._licenses = await list_licenses(self.client, self.organization)
        return self._licenses

    def center(self) -> ContactCenter:
        """Return a reader of the contact center's records."""
        return ContactCenter(self.client, self.organization.uuid)

    async def directory(self, kinds: t.Iterable[str]) -> Directory:
        """Return these lists of names of the contact center; what an earlier step of the run has read is not read again."""
        lists: dict[str, list[Entry]] = self.snapshot.facts.setdefault("lists", {})
        wanted = list(dict.fromkeys(kinds))
        missing = [kind for kind in wanted if kind not in lists]
        if missing:
            read = await read_directory(self.client, self.organization.uuid, missing)
            lists.update({kind: list(read.lists[kind].values()) for kind in missing})
        return Directory({kind: lists[kind] for kind in wanted})

    def pauses(self) -> t.Iterator[float]:
        """Yield the pauses between readings (:func:`pauses`)."""
        return pauses(self.policy.settle_timeout)

    async def people(self, wanted: t.Sequence[Wanted], **needs: t.Any) -> dict[str, Person | None]:
        """Return the people of the roster: from the snapshot where it knows them, else read.

        ``needs`` are the arguments of :meth:`PeopleReader.read`. A person whom a check run only planned needs no reading.
        """
        known = self.snapshot.people
        unread = [w for w in wanted if w.key not in known]
        if unread:
            known.update(await self.reader.read([w.email for w in unread], **needs))
        odd = self.reader.odd
        for key in (w.key for w in unread if w.key in odd):
            self.snapshot.blocked.setdefault(key, odd[key])
        # Of whom the service shows a record that cannot be used nothing more can be read.
        there = [p for w in wanted if (p := known.get(w.key)) is not None and not p.planned and p.id]
        if needs.get("licenses") is not None:
            await self.reader.fill_licenses(there, needs["licenses"])
        if needs.get("roles"):
            unsure = [p for p in there if p.roles is None]
            by_id = await self.reader.search_by_ids([p.id for p in unsure]) if unsure else {}
            for person in unsure:
                fresh = by_id.get(person.id) or await self.reader.one_identity(person.id)
                # Roles that nobody could read are not known to be none.
                person.roles = fresh.roles if fresh else None
        return {w.key: known.get(w.key) for w in wanted}
