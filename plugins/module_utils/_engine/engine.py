# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine: desired state -> read -> plan -> guard -> send -> read again -> outcomes. Private to this collection.

One engine serves every writing module. A module supplies a :class:`Resource`: how to read, plan (a pure function), send and compare.
Nothing is written before the plan is known and the guard rails have passed; check mode ends there, with the plan as its result.
"""

from __future__ import annotations

import asyncio
import dataclasses
import traceback
import typing as t

from .._errors import INTERRUPTED, Problem, WxccError, unforeseen
from .._model import Wanted
from .._progress_line import DONE
from .agreed import hold_to
from .context import Context
from .dispatch import Dispatch
from .guard import guard
from .outcomes import Conclusion, Ledger, Outcome, Outcomes, Seen, is_refusal
from .plan import Change, Plan

#: What a resource read: its own value, given back to it at every step.
F = t.TypeVar("F")


class Resource(t.Protocol[F]):
    """What a module supplies to the engine."""

    name: str

    @property
    def options(self) -> t.Mapping[str, t.Any]:
        """What it was told, as a plan of the whole run notes it: another plan's step is refused."""

    async def read(self, context: Context, wanted: t.Sequence[Wanted]) -> F:
        """Return all that the plan needs, read in few requests.

        :raises WxccError: the whole run is impossible.
        """

    def plan(self, wanted: t.Sequence[Wanted], facts: F) -> Plan:
        """Return what would change. Pure: no requests, no clock.

        :raises WxccError: the whole run is impossible.
        """

    def check(self, plan: Plan, facts: F) -> Plan:
        """Return the plan, refused if it must not begin (seats); asked after the guard rails. Pure."""

    async def send(self, context: Context, facts: F, changes: t.Sequence[Change], dispatch: Dispatch) -> None:
        """Send the changes, and tell ``dispatch`` what was answered; it says when sending must end."""

    async def reread(
        self, context: Context, facts: F, outcomes: t.Sequence[Outcome], last: bool
    ) -> t.Mapping[int, Seen]:
        """Read again whom these are about, by the row's index; ``last`` asks for the most exact way.

        Who is left out counts as not read: what was known stays.
        """

    def judge(self, facts: F, outcome: Outcome, last: bool) -> Conclusion:
        """Compare what was read again with what was wanted. Pure. ``last``: nothing more will be read."""

    def remember(self, context: Context, outcome: Outcome) -> None:
        """Write what is (or, in check mode, would be) true into the snapshot."""


async def reconcile(resource: Resource[F], wanted: t.Sequence[Wanted], context: Context) -> Outcomes:
    """Carry out one module's work for all its people. Whatever goes wrong, every row has one outcome; nothing is raised."""
    try:
        facts = await resource.read(context, wanted)
        plan = await planned(resource, facts, wanted, context)
    except WxccError as error:
        return Outcomes.not_begun(wanted, error.problem)
    except Exception as error:
        return Outcomes.not_begun(wanted, unforeseen(error, "while it was planned"), trace=traceback.format_exc())
    if plan.refusal is not None:
        told = (Outcome.not_attempted(c, plan.refusal) if c.pending else Outcome.of(c) for c in plan)
        return Outcomes(tuple(told), plan.refusal, plan.warnings)
    ledger, work = Ledger(plan), _Work(resource, facts, context)
    if context.check_mode:
        for change in plan:
            ledger.put(Outcome.of(change, changed=change.pending))
    elif plan.pending:
        await work.carry_out(plan, ledger)
    work.remember(ledger)
    done = Outcomes(ledger.outcomes(), work.ended, plan.warnings, work.trace)
    context.progress.show(DONE, len(done), blocked=len(done.blocked), failed=len(done.failed), force=True)
    return done


async def planned(resource: Resource[F], facts: F, wanted: t.Sequence[Wanted], context: Context) -> Plan:
    """Return what is to be done for these rows, after every rule that may stand against it; ``refusal`` says if it must not begin.

    :raises WxccError: the whole run is impossible.
    """
    plan = resource.plan(wanted, facts).with_blocked(unusable(wanted, context.snapshot.blocked))
    if context.plan is not None:
        plan = hold_to(plan, context.plan, resource.name)
    plan = await guard(plan, context)
    return plan if plan.refusal is not None else resource.check(plan, facts)


def unusable(wanted: t.Iterable[Wanted], blocked: t.Mapping[str, Problem]) -> dict[int, Problem]:
    """Return what blocks those, by the row's index, of whom the service shows a record that cannot be used: nothing is known of them.

    :param blocked: what reading and the earlier steps found, by the people's keys.
    """
    return {w.index: p for w in wanted if (p := blocked.get(w.key)) is not None and p.code == "invalid_response"}


#: Errors that nobody foresaw, and the wish of whoever runs the task to end it.
_ANYTHING = (Exception, asyncio.CancelledError)


class _Work(t.Generic[F]):
    """Sends what a plan holds, reads it again, and writes into the ledger what became of it."""

    def __init__(self, resource: Resource[F], facts: F, context: Context) -> None:
        self._resource, self._facts, self._context = resource, facts, context
        #: Where an error came from that nobody foresaw,
        self.trace: str | None = None
        #: and what it was: it ended the work early.
        self.ended: Problem | None = None
        #: The book of what was sent.
        self._dispatch: Dispatch | None = None

    async def carry_out(self, plan: Plan, ledger: Ledger) -> None:
        """Send, read again until what was sent shows or the patience ends, and judge each change by what was read."""
        dispatch = self._dispatch = Dispatch(plan, self._context, self._resource.name)
        try:
            self._context.begin_writing()
            await self._resource.send(self._context, self._facts, plan.pending, dispatch)
        except WxccError as error:
            dispatch.give_up(error.problem)
        except _ANYTHING as error:
            dispatch.give_up(self._noted(error, "while it was sending"))
        waiting = []
        for change in plan:
            outcome, settled = _after_sending(dispatch, change)
            # Until it is read again, what was sent is in doubt.
            ledger.put(outcome if settled else self._not_read(outcome, None))
            if not settled:
                waiting.append(outcome)
        await self._settle(waiting, ledger)

    def remember(self, ledger: Ledger) -> None:
        """Write what is known now into the snapshot; a step that cannot forgets what it knew."""
        snapshot = self._context.snapshot
        for outcome in ledger:
            try:
                self._resource.remember(self._context, outcome)
            except Exception as error:
                self._noted(error, "while it noted what is true")
                snapshot.forget({outcome.key})
            if outcome.blocked and outcome.error is not None:
                snapshot.blocked.setdefault(outcome.key, outcome.error)
        snapshot.facts["people"] = self._context.reader.total

    def _noted(self, error: BaseException, when: str) -> Problem:
        problem = unforeseen(error, when)
        # The wish to end is no error: there is nothing to be looked for in the code.
        if not isinstance(error, asyncio.CancelledError):
            self.trace = self.trace or traceback.format_exc()
        self.ended = self.ended or problem
        return problem

    @property
    def _interrupted(self) -> bool:
        return self.ended is not None and self.ended.code == INTERRUPTED

    async def _settle(self, sent: t.Sequence[Outcome], ledger: Ledger) -> None:
        """Put each outcome into the ledger as often as reading again says more about it; the last word holds."""
        waiting, last = list(sent), False
        pauses = self._context.pauses()
        while waiting:
            judged, again = await self._look(waiting, last)
            for outcome in judged:
                ledger.put(outcome)
            waiting = [o for o in judged if self._may_still_come(o)]
            if last or not again or not waiting or self._interrupted:
                return
            pause = next(pauses, None)
            if pause is None:
                last = True
                continue
            try:
                await self._context.sleep(pause)
            except asyncio.CancelledError as error:
                self._noted(error, "while it waited for what was sent to show")
                return

    async def _look(self, waiting: t.Sequence[Outcome], last: bool) -> tuple[list[Outcome], bool]:
        """Read again; return what is known of each now, and whether another reading may say more.

        An odd answer may be followed by a sound one. Whom no request reaches, the client has tried to reach for long enough.
        """
        try:
            seen = await self._resource.reread(self._context, self._facts, waiting, last)
        except WxccError as error:
            cause, again = error.problem, error.problem.code == "invalid_response"
        except _ANYTHING as error:
            cause, again = self._noted(error, "while it read again what was sent"), isinstance(error, Exception)
        else:
            return [self._judged(o, seen.get(o.index), last) for o in waiting], True
        return [self._not_read(o, cause) for o in waiting], again

    def _judged(self, outcome: Outcome, seen: Seen | None, last: bool) -> Outcome:
        """Return the outcome by what was read: reading wins over what the answer said."""
        if seen is not None:
            outcome = dataclasses.replace(outcome, seen=seen, person=seen.person)
        elif outcome.seen is None:
            return self._not_read(outcome, None)
        try:
            verdict = self._resource.judge(self._facts, outcome, last)
        except Exception as error:
            return self._not_read(outcome, self._noted(error, "while it compared what it had read"))
        missing = None
        if verdict.problem is not None:
            refusal = outcome.error if outcome.error is not None and outcome.error.code != "not_verified" else None
            missing = refusal or verdict.problem
        return dataclasses.replace(
            outcome,
            kind=verdict.kind or outcome.kind,
            after=verdict.after,
            changed=verdict.after != outcome.before,
            failed=missing is not None,
            error=missing,
            certain=verdict.certain,
            manual=verdict.manual or outcome.manual,
            extra=outcome.extra if verdict.extra is None else verdict.extra,
        )

    def _not_read(self, outcome: Outcome, cause: Problem | None) -> Outcome:
        """What was sent stays in doubt as long as nobody reads what became of it, whatever was answered."""
        why = f": {cause.message}" if cause else "."
        text = f"It could not be read again whether the change took effect{why}"
        error = outcome.error or Problem("not_verified", text)
        return dataclasses.replace(outcome, changed=True, certain=False, failed=True, error=error, seen=None)

    def _may_still_come(self, outcome: Outcome) -> bool:
        """Return False where the service refused for a reason that waiting does not change, nothing was sent before that, and all that
        was read agrees."""
        error = outcome.error
        if error is None:
            return False
        doubted = self._dispatch is not None and self._dispatch.in_doubt(outcome.change)
        return not outcome.certain or doubted or not is_refusal(error) or error.code in ("not_verified", "uncertain")


def _after_sending(dispatch: Dispatch, planned_one: Change) -> tuple[Outcome, bool]:
    """Return (what is known of a change before anything is read again, whether that is all that will be known)."""
    change, answer = dispatch.change(planned_one.index), dispatch.answer(planned_one.index)
    if not change.pending:
        return Outcome.of(change), True
    if answer is None:
        return Outcome.not_attempted(change, dispatch.cause), True
    known = {"error": answer.problem, "certain": answer.certain, "person": answer.person or change.person}
    if not answer.final:
        return Outcome.of(change, **known), False
    # Nobody to read again: what may have happened counts as happened.
    return Outcome.of(change, failed=True, after=change.before, **known), True
