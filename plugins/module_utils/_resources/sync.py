# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting until the contact center's records agree with people, licenses and roles. Private to this collection.

Nothing here presses "Synchronize Users": no public API does. A hook of the site's own may be called; everything else is reading.

It uses the engine's values (a plan of changes, outcomes), but a loop of its own: nothing is sent, so there is nothing to guard and no
answer to judge; it waits minutes for what others do, in even steps, where the engine waits seconds, ever longer, for what it sent; and
what it sees on the way (the timeline) is told too.
"""

from __future__ import annotations

import dataclasses
import time
import typing as t

from .._contact_center.names import Directory
from .._contact_center.records import ContactCenter, Record
from .._contact_center.settings import USER_PROFILE, reported
from .._contact_center.sync_state import (
    MISSING,
    NOT_EXPECTED,
    SETTLED,
    sync_state_of,
    what_to_press,
)
from .._engine.context import Context
from .._engine.outcomes import Outcome, Outcomes
from .._engine.plan import Change, Plan
from .._errors import ApiError, Problem, WxccError
from .._files import timestamp
from .._model import ABSENT, NO_LICENSE, Person, Wanted
from .._steps import SYNC
from .._webex.licenses import contact_center_licenses

_NOT_ALLOWED = 403
#: What is told of people whose records the token may not read.
UNSEEN = {
    "sync_state": None,
    "profile_type": None,
    "message": "Whether the person is in sync cannot be seen: this token may not read the contact center (403).",
}


@dataclasses.dataclass(slots=True, frozen=True)
class Waiting:
    """How long to wait, and how often to look (seconds)."""

    timeout: float
    interval: float
    wait: bool = True
    #: False: a token that may not read the contact center ends nothing; whether people are in sync is then not known.
    must_see: bool = True


@dataclasses.dataclass(slots=True, frozen=True)
class History:
    """What is known of the button: whether it was pressed after the run's changes, and the rows that the run changed before.

    kept: rows whose role stays as it is, since something stands against the change and nobody was asked for it.
    """

    pressed: bool = False
    changed: t.Collection[int] = ()
    #: The file that a support case needs, after the last round.
    bundle: str | None = None
    #: Why nobody was asked to press it.
    failure: str = ""
    kept: t.Collection[int] = ()

    def synchronized(self, row: int) -> bool | None:
        """Return whether somebody synchronized since the person's last change; None: nobody knows."""
        if self.pressed:
            return True
        return False if row in self.changed else None


NOTHING_KNOWN = History()


async def synchronize(
    wanted: t.Sequence[Wanted],
    context: Context,
    waiting: Waiting,
    history: History = NOTHING_KNOWN,
    clock: t.Callable[[], float] = time.monotonic,
) -> Outcomes:
    """Look until everybody expected is in sync or the time is up; only those who are not yet in sync are looked up again."""
    outcomes: dict[int, Outcome] = {}
    try:
        plan = plan_sync(wanted, await _people(wanted, context), context.snapshot.blocked)
        outcomes = {c.index: Outcome.of(c) for c in plan}
        try:
            await _look_until_settled(outcomes, context, waiting, history, clock)
        except ApiError as error:
            if waiting.must_see or error.status != _NOT_ALLOWED:
                raise
            outcomes = {i: dataclasses.replace(o, after=UNSEEN) if _unsettled(o) else o for i, o in outcomes.items()}
    except WxccError as error:
        if not outcomes:
            return Outcomes.not_begun(wanted, error.problem)
        unknown = (Outcome.not_attempted(o.change, error.problem) if _unsettled(o) else o for o in outcomes.values())
        return Outcomes(tuple(unknown), error.problem)
    if context.check_mode:
        return Outcomes(tuple(outcomes.values()))
    return Outcomes(tuple(_not_in_sync(o, history) if _unsettled(o) else o for o in outcomes.values()))


def plan_sync(
    wanted: t.Sequence[Wanted], people: t.Mapping[str, Person | None], blocked: t.Mapping[str, Problem]
) -> Plan:
    """Return who is to be looked at, as changes for which nothing is sent; the others with the state that they have. Pure."""
    return Plan(tuple(_plan_one(want, people.get(want.key), blocked.get(want.key)) for want in wanted))


def _plan_one(want: Wanted, person: Person | None, problem: Problem | None) -> Change:
    if person is None:
        if want.row.get("state") == ABSENT or want.row.get("license") == NO_LICENSE:
            text = "The person is not in the organization."
            return Change(want, after={"sync_state": NOT_EXPECTED, "message": text})
        text = f"{want.email} is not in the organization."
        return Change(want).blocked(problem or Problem("person_missing", text))
    if problem is not None and problem.code == "invalid_response":
        return Change(want, person=person).blocked(problem)
    if person.planned:
        return Change(want, after={"sync_state": MISSING, "message": "The person is only planned."}, person=person)
    return Change(want, person=person)


def unseen(outcome: Outcome) -> bool:
    """Return True for those of whom nobody can see whether they are in sync."""
    return outcome.after == UNSEEN


def _unsettled(outcome: Outcome) -> bool:
    """Return True for those who have to be looked at (again)."""
    if unseen(outcome) or outcome.blocked or outcome.person is None or outcome.person.planned:
        return False
    return outcome.after.get("sync_state") not in SETTLED


async def _look_until_settled(
    outcomes: dict[int, Outcome], context: Context, waiting: Waiting, history: History, clock: t.Callable[[], float]
) -> None:
    """Look again and again, and put what is seen into ``outcomes``."""
    center = ContactCenter(context.client, context.organization.uuid)
    blocked = sum(o.blocked for o in outcomes.values())
    open_ones = [o for o in outcomes.values() if _unsettled(o)]
    profiles = await context.directory([USER_PROFILE] if open_ones else [])
    deadline = clock() + waiting.timeout
    while open_ones:
        records = await center.records([o.person for o in open_ones if o.person is not None])
        for outcome in open_ones:
            odd = center.odd.get(outcome.key)
            role = None if outcome.index in history.kept else outcome.change.wanted.row.get("role")
            outcomes[outcome.index] = (
                _look(outcome, role, records.get(outcome.key), profiles) if odd is None else _unusable(outcome, odd)
            )
        open_ones = [o for o in outcomes.values() if _unsettled(o)]
        context.progress.show(SYNC.name, len(outcomes) - len(open_ones), blocked=blocked, failed=0, force=True)
        if not open_ones or not waiting.wait or context.check_mode or clock() + waiting.interval > deadline:
            return
        await context.sleep(waiting.interval)


async def _people(wanted: t.Sequence[Wanted], context: Context) -> dict[str, Person | None]:
    listed: list[dict[str, t.Any]] = []
    known = context.snapshot.people
    if any(w.key not in known or ((p := known[w.key]) is not None and p.license_ids is None) for w in wanted):
        listed = contact_center_licenses(await context.licenses())
    return await context.people(wanted, licenses=listed or None, roles=True)


def _unusable(outcome: Outcome, problem: Problem) -> Outcome:
    """Return the outcome of somebody whose record cannot be used: whether the person is in sync is not known."""
    after = {"sync_state": None, "profile_type": None, "message": problem.message}
    return dataclasses.replace(outcome, after=after, error=problem)


def _look(outcome: Outcome, role: str | None, record: Record | None, profiles: Directory) -> Outcome:
    """Return the outcome with the state that is seen now; ``role``: the declared one, None where it stays as it is."""
    person = outcome.person
    if person is None:
        return outcome
    profile_type = profiles.profile_type(record.user_profile_id) if record else None
    # What is held counts, not what is wished: a license that was not given is the license step's failure, not the sync's.
    state, message = sync_state_of(person, person.license() or NO_LICENSE, role, record, profile_type)
    extra = {**outcome.extra, "timeline": with_state(outcome.extra.get("timeline", ()), state)}
    if record is not None:
        extra["record_id"] = record.id
    if signs := reported(record):
        extra["reported"] = signs
    if person.pending is not None:
        extra["pending"] = person.pending
    after = {"sync_state": state, "profile_type": profile_type, "message": message}
    return dataclasses.replace(outcome, after=after, extra=extra, error=None)


def with_state(timeline: t.Sequence[t.Mapping[str, str]], state: str) -> list[t.Mapping[str, str]]:
    """Return a person's timeline, with the state of now if it is another than before."""
    if timeline and timeline[-1]["state"] == state:
        return list(timeline)
    return [*timeline, {"time": timestamp(), "state": state}]


def _not_in_sync(outcome: Outcome, history: History) -> Outcome:
    state = outcome.after["sync_state"]
    if outcome.error is not None:
        return dataclasses.replace(outcome, failed=True)
    text = f"{outcome.email} is not in sync ({state}): {outcome.after['message']} {history.failure}".rstrip()
    way = what_to_press(state, synchronized=history.synchronized(outcome.index), bundle=history.bundle)
    problem = Problem("not_in_sync", text, advice=way)
    return dataclasses.replace(outcome, failed=True, error=problem)
