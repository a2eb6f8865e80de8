# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine: desired state -> read -> plan -> guard -> send -> read again -> outcomes. Private to this collection.

One engine serves every writing module. A module supplies a :class:`Resource`: how to read, plan (a pure function), send and compare.
Nothing is written before the plan is known and the guard rails have passed; check mode ends there, with the plan as its result.
"""

from __future__ import annotations

import dataclasses
import typing as t

from .._errors import Problem, WxccError
from .._model import Wanted
from .._progress_line import DONE
from .context import Context
from .dispatch import Dispatch
from .guard import guard
from .outcomes import Claim, Conclusion, Outcome, Outcomes, Seen
from .plan import Change, Plan

#: What a resource read: its own value, given back to it at every step.
F = t.TypeVar("F")


class Resource(t.Protocol[F]):
    """What a module supplies to the engine."""

    name: str

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
    """Carry out one module's work for all its people."""
    try:
        facts = await resource.read(context, wanted)
        plan = resource.plan(wanted, facts)
    except WxccError as error:
        return Outcomes(aborted=error.problem)
    plan = await guard(plan, context)
    if plan.refusal is None:
        plan = resource.check(plan, facts)
    if plan.refusal is not None:
        return Outcomes(tuple(_not_begun(c) for c in plan), plan.refusal, plan.warnings)
    if context.check_mode:
        outcomes = [Outcome.of(c, changed=c.pending) for c in plan]
    else:
        outcomes = await _carry_out(resource, facts, plan, context)
    for outcome in outcomes:
        resource.remember(context, outcome)
        if outcome.blocked and outcome.error is not None:
            context.snapshot.blocked.setdefault(outcome.key, outcome.error)
    context.snapshot.facts["people"] = context.reader.total
    done = Outcomes(tuple(outcomes), warnings=plan.warnings)
    context.progress.show(DONE, len(done), blocked=len(done.blocked), failed=len(done.failed), force=True)
    return done


def _not_begun(change: Change) -> Outcome:
    """What was only planned did not happen."""
    return Outcome.of(change, after=change.before)


async def _carry_out(resource: Resource[F], facts: F, plan: Plan, context: Context) -> list[Outcome]:
    """Send, read again until what was sent shows or the patience ends, and judge each change by what was read."""
    dispatch = Dispatch(plan, context, resource.name)
    try:
        await resource.send(context, facts, plan.pending, dispatch)
    except WxccError as error:
        dispatch.give_up(error.problem)
    outcomes = {c.index: _after_sending(dispatch, c) for c in plan}
    sent = [o for i, o in outcomes.items() if (a := dispatch.answer(i)) is not None and not a.final]
    async for outcome in _settle(resource, facts, sent, context):
        outcomes[outcome.index] = outcome
    return list(outcomes.values())


def _after_sending(dispatch: Dispatch, planned: Change) -> Outcome:
    """Return what is known of a change before anything is read again."""
    change, answer = dispatch.change(planned.index), dispatch.answer(planned.index)
    if not change.pending:
        return Outcome.of(change)
    if answer is not None and not answer.final:
        return Outcome.of(change, error=answer.problem, certain=answer.certain, person=answer.person or change.person)
    answer = answer or Claim()
    # Nobody to read again: what may have happened counts as happened.
    return Outcome.of(
        change,
        changed=not answer.certain,
        failed=True,
        error=answer.problem or _not_attempted(change, dispatch.cause),
        certain=answer.certain,
        after=change.before,
        person=answer.person or change.person,
    )


def _not_attempted(change: Change, cause: Problem | None) -> Problem:
    if cause is None:
        return Problem("not_attempted", "Nothing was sent: an earlier person failed and on_error is stop.")
    text = f"Nothing was done for {change.email}, because the run had to end: {cause.message}"
    return dataclasses.replace(cause, message=text)


async def _settle(
    resource: Resource[F], facts: F, sent: t.Sequence[Outcome], context: Context
) -> t.AsyncIterator[Outcome]:
    """Yield each outcome as often as reading again says more about it; the last word holds."""
    waiting = list(sent)
    pauses = context.pauses()
    last = False
    while waiting:
        try:
            seen = await resource.reread(context, facts, waiting, last)
        except WxccError as error:
            for outcome in waiting:
                yield _not_read(outcome, error.problem)
            return
        judged = [_judged(resource, facts, _with_seen(o, seen.get(o.index)), last) for o in waiting]
        for outcome in judged:
            yield outcome
        waiting = [o for o in judged if o.error is not None and _may_still_come(o.error)]
        if not waiting or last:
            return
        pause = next(pauses, None)
        if pause is None:
            last = True
            continue
        await context.sleep(pause)


def _with_seen(outcome: Outcome, seen: Seen | None) -> Outcome:
    return outcome if seen is None else dataclasses.replace(outcome, seen=seen, person=seen.person)


def _judged(resource: Resource[F], facts: F, outcome: Outcome, last: bool) -> Outcome:
    """Return the outcome by what was read: reading wins over what the answer said."""
    verdict = resource.judge(facts, outcome, last)
    error = None
    if verdict.problem is not None:
        refusal = outcome.error if outcome.error is not None and outcome.error.code != "not_verified" else None
        error = refusal or verdict.problem
    return dataclasses.replace(
        outcome,
        kind=verdict.kind or outcome.kind,
        after=verdict.after,
        changed=verdict.after != outcome.before,
        failed=error is not None,
        error=error,
        certain=True,
        manual=verdict.manual or outcome.manual,
        extra=outcome.extra if verdict.extra is None else verdict.extra,
    )


def _not_read(outcome: Outcome, cause: Problem) -> Outcome:
    """What was accepted counts as done until somebody sees otherwise; what was refused does not."""
    text = f"It could not be read again whether the change took effect: {cause.message}"
    return dataclasses.replace(
        outcome,
        changed=outcome.changed or outcome.error is None,
        failed=True,
        error=outcome.error or Problem("not_verified", text),
        certain=False,
        seen=None,
    )


def _may_still_come(error: Problem) -> bool:
    """Return False where the service refused for a reason that waiting does not change."""
    return (
        error.http_status in (None, 200, 206) or error.http_status >= 500 or error.code in ("not_verified", "uncertain")
    )
