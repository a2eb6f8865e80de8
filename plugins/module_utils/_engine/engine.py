# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine: desired state -> read -> plan -> guard -> apply -> read again -> outcomes. Private to this collection.

One engine serves every writing module. A module supplies a :class:`Resource`: how to read, plan (a pure function), send and compare.
Nothing is written before the plan is known and the guard rails have passed; check mode ends there, with the plan as its result.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import json
import os
import time
import typing as t

from .. import _ids
from .._client.client import Client
from .._errors import Problem, WxccError
from .._model import (
    CREATE,
    REMOVE,
    UPDATE,
    Item,
    Person,
    Wanted,
    address_key,
)
from .._webex.organization import Operator, Organization, read_operator
from .._webex.people import PeopleReader, list_people, person_from_rest
from .._webex.roles import FULL_ADMINISTRATOR, name_of
from . import guard as _guard
from .snapshot import Snapshot

_FIRST_PAUSE_S = 0.5
#: Errors that would meet everybody else in the same way: going on would only repeat them.
_FATAL = ("token_invalid", "forbidden", "host_refused", "redirect_refused", "connection", "rate_limited")


class Progress:
    """Tells the action plugin how far the run is: one JSON line each time, in the file that the plugin watches."""

    def __init__(self, path: str | None, total: int) -> None:
        self._path = path
        self._total = total
        self._last = 0.0

    def show(self, items: t.Sequence[Item], done: int, phase: str, *, force: bool = False) -> None:
        now = time.monotonic()
        if not self._path or (not force and now - self._last < 0.25):
            return
        self._last = now
        blocked = sum(i.outcome() == "blocked" for i in items)
        failed = sum(i.failed for i in items)
        line = {"done": done, "total": self._total, "blocked": blocked, "failed": failed, "phase": phase}
        with open(self._path, "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


@dataclasses.dataclass(slots=True)
class Context:
    """What a resource works with."""

    client: Client
    organization: Organization
    snapshot: Snapshot
    policy: _guard.Policy
    check_mode: bool
    progress: Progress
    sleep: t.Callable[[float], t.Awaitable[None]]
    reader: PeopleReader = dataclasses.field(init=False)
    #: What the user should know although nothing failed.
    warnings: list[str] = dataclasses.field(default_factory=list)
    _operator: Operator | None = None
    _operator_read: bool = False

    def __post_init__(self) -> None:
        self.reader = PeopleReader(self.client, self.organization)
        self.reader.total = self.snapshot.facts.get("people")

    async def operator(self) -> Operator | None:
        """Return the run's own account, read once."""
        if not self._operator_read:
            self._operator = await read_operator(self.client)
            self._operator_read = True
        return self._operator

    def pauses(self) -> t.Iterator[float]:
        """Yield the pauses between readings until ``settle_timeout`` is used up."""
        pause, used = _FIRST_PAUSE_S, 0.0
        while used + pause <= self.policy.settle_timeout:
            yield pause
            used += pause
            pause *= 2

    async def people(self, wanted: t.Sequence[Wanted], **needs: t.Any) -> dict[str, Person | None]:
        """Return the people of the roster: from the snapshot where it knows them, else read.

        ``needs`` are the arguments of :meth:`PeopleReader.read`. A person whom a check run only planned needs no reading.
        """
        known = self.snapshot.people
        unread = [w for w in wanted if w.key not in known]
        if unread:
            known.update(await self.reader.read([w.email for w in unread], **needs))
        there = [p for w in wanted if (p := known.get(w.key)) is not None and not p.planned]
        if needs.get("licenses") is not None:
            await self.reader.fill_licenses(there, needs["licenses"])
        if needs.get("roles"):
            unsure = [p for p in there if p.roles is None]
            by_id = await self.reader.search_by_ids([p.id for p in unsure]) if unsure else {}
            for person in unsure:
                fresh = by_id.get(person.id) or await self.reader.one_identity(person.id)
                person.roles = (fresh.roles if fresh else None) or ()
        return {w.key: known.get(w.key) for w in wanted}


class Resource(t.Protocol):
    """What a module supplies to the engine."""

    name: str

    async def read(self, context: Context, wanted: list[Wanted]) -> None:
        """Read all that the plan needs, in few requests."""

    def plan(self, wanted: list[Wanted]) -> list[Item]:
        """Return what would change. Pure: no requests, no clock.

        :raises WxccError: the whole run is impossible.
        """

    def check(self, items: list[Item]) -> None:
        """Refuse a plan that must not begin (seats); runs after the guard rails."""

    async def apply(self, context: Context, items: list[Item], done: t.Callable[[Item], bool]) -> None:
        """Send the changes. Mark each item ``sent``, note refusals in ``error``; ``done(item)`` returns True when sending must end."""

    async def reread(self, context: Context, items: list[Item], last: bool) -> None:
        """Read the people of ``items`` again into ``item.person``; ``last`` asks for the most exact way."""

    def judge(self, item: Item) -> Problem | None:
        """Compare ``item.person`` with what was wanted, set ``item.after`` to what is true; None if it is as wanted. Pure."""

    def remember(self, context: Context, item: Item) -> None:
        """Write what is (or, in check mode, would be) true into the snapshot."""


@dataclasses.dataclass(slots=True)
class Run:
    """What became of a run."""

    items: list[Item]
    aborted: Problem | None = None

    def summary(self) -> dict[str, int]:
        counts = dict.fromkeys(("total", "created", "updated", "removed", "unchanged", "blocked", "failed"), 0)
        counts["total"] = len(self.items)
        for item in self.items:
            counts[item.outcome()] += 1
        return counts

    @property
    def changed(self) -> bool:
        return any(i.changed for i in self.items)


async def reconcile(resource: Resource, wanted: list[Wanted], context: Context) -> Run:
    """Carry out one module's work for all its people."""
    try:
        await resource.read(context, wanted)
        items = resource.plan(wanted)
    except WxccError as error:
        return Run([], aborted=error.problem)
    try:
        await _guard_plan(items, context)
        resource.check(items)
    except WxccError as error:
        return Run(items, aborted=error.problem)
    planned = [i for i in items if i.pending]
    if context.check_mode:
        for item in planned:
            item.changed = True
    else:
        await _carry_out(resource, items, planned, context)
    for item in items:
        resource.remember(context, item)
        if item.action == "blocked" and item.error is not None:
            context.snapshot.blocked.setdefault(item.key, item.error)
    context.snapshot.facts["people"] = context.reader.total
    context.progress.show(items, len(items), "done", force=True)
    return Run(items)


async def _guard_plan(items: list[Item], context: Context) -> None:
    sensitive = [i for i in items if i.pending and (i.removal or i.touches_access)]
    if sensitive:
        operator = await context.operator()
        _guard.protect(items, context.policy, operator.keys() if operator else set())
        losing = [i for i in sensitive if i.pending and loses_full_administrator(i)]
        if losing:
            administrators = await full_administrators(context)
            _guard.keep_an_administrator(losing, administrators, len(administrators))
    _guard.check_removals(items, context.policy)


def loses_full_administrator(item: Item) -> bool:
    """Return True if the item takes the Full Administrator role, or its holder, away. Unknown roles may hold it."""
    held = item.person.roles if item.person else ()
    if not item.removal or (held is not None and FULL_ADMINISTRATOR not in held):
        return False
    without_role = "roles" in item.after and name_of(FULL_ADMINISTRATOR) not in item.after["roles"]
    return without_role or item.after.get("state") in ("absent", "disabled")


async def full_administrators(context: Context) -> set[str]:
    """Return the keys of those who are Full Administrators and can sign in."""
    params = {
        "roles": _ids.encode("ROLE", FULL_ADMINISTRATOR),
        "excludeStatus": "true",
        "max": "100",
    }
    found: set[str] = set()
    pages = list_people(context.client, context.organization, params, doing="reading the full administrators")
    async for page in pages:
        people = [person_from_rest(entry) for entry in page]
        found.update(address_key(p.email) for p in people if p.email and p.active is not False)
    return found


async def _carry_out(resource: Resource, items: list[Item], planned: list[Item], context: Context) -> None:
    """Send, read again until what was sent shows or the patience ends, and judge each item by what was read."""
    idle = len(items) - len(planned)
    finished: set[int] = set()
    fatal: list[Problem] = []
    accepted = 0

    def done(item: Item) -> bool:
        nonlocal accepted
        finished.add(id(item))
        accepted += item.error is None
        # Where others were let through, a 403 is about this person, not about the token.
        if item.error is not None and item.error.code in _FATAL and not (item.error.code == "forbidden" and accepted):
            fatal.append(item.error)
        context.progress.show(items, idle + len(finished), resource.name)
        return bool(fatal) or (
            context.policy.on_error == "stop" and item.error is not None and item.action != "blocked"
        )

    try:
        await resource.apply(context, planned, done)
    except WxccError as error:
        fatal.append(error.problem)
    for item in planned:
        # Whoever turned out to be as wanted, or blocked, needs no request.
        if not item.sent and item.action in (CREATE, UPDATE, REMOVE):
            item.after = dict(item.before)
            if not item.failed:
                item.fail(item.error or _not_attempted(item, fatal[0] if fatal else None))
    await _settle(resource, [i for i in planned if i.sent], context)


def _not_attempted(item: Item, cause: Problem | None) -> Problem:
    if cause is None:
        return Problem("not_attempted", "Nothing was sent: an earlier person failed and on_error is stop.")
    text = f"Nothing was done for {item.email}, because the run had to end: {cause.message}"
    return dataclasses.replace(cause, message=text)


async def _settle(resource: Resource, items: list[Item], context: Context) -> None:
    waiting = items
    pauses = context.pauses()
    last = False
    while waiting:
        try:
            await resource.reread(context, waiting, last)
        except WxccError as error:
            for item in waiting:
                # What was accepted counts as done until somebody sees otherwise; what was refused does not.
                item.changed = item.changed or item.error is None
                text = f"It could not be read again whether the change took effect: {error.problem.message}"
                item.fail(item.error or Problem("not_verified", text))
            return
        still: list[Item] = []
        for item in waiting:
            problem = resource.judge(item)
            item.changed = item.after != item.before
            if problem is None:
                # The answer said no, reading says yes: reading wins.
                item.error, item.failed = None, False
            elif item.action == "manual":
                item.failed = False
            else:
                still.append(item)
                refusal = item.error if item.error is not None and item.error.code != "not_verified" else None
                item.fail(refusal or problem)
        waiting = [i for i in still if i.error is not None and _may_still_come(i)]
        if not waiting or last:
            return
        pause = next(pauses, None)
        if pause is None:
            last = True
            continue
        await context.sleep(pause)


def _may_still_come(item: Item) -> bool:
    """Return False where the service refused for a reason that waiting does not change."""
    return (
        item.error is None
        or item.error.http_status in (None, 200, 206)
        or item.error.http_status >= 500
        or item.error.code in ("not_verified", "uncertain")
    )


def write_outcomes(path: str | None, module: str, items: collections.abc.Iterable[Item]) -> None:
    """Append one JSON line a person to the results file (created 0600)."""
    if not path:
        return
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as file:
        for item in items:
            file.write(json.dumps(item.line(module, now), ensure_ascii=False) + "\n")
