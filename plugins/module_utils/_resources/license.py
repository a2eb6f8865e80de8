# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Contact center licenses: read, send one request a person, compare. What would change stands in ``license_plan``.

Private to this collection.
"""

from __future__ import annotations

import dataclasses
import typing as t

from .._engine.context import Context
from .._engine.dispatch import Dispatch
from .._engine.outcomes import Claim, Conclusion, Outcome, Seen, is_refusal
from .._engine.plan import Change, Plan
from .._errors import ApiError, Problem, UncertainError, WxccError
from .._model import PREMIUM, STANDARD, Wanted
from .._roster.intent import Intent
from .._webex.licenses import (
    Seat,
    change_licenses,
    contact_center_licenses,
    license_shown,
    seats,
)
from .license_plan import LicenseChange, LicenseFacts, LicenseRules, check_seats, plan_licenses

#: Vendor's codes of PATCH /licenses/users and of the import task.
_EXCLUSIVE_CODE = "400413"
_NO_SEAT_WORDS = (
    "not enough licen",
    "no licen",
    "insufficient licen",
    "no available",
    "not available",
    "no units",
    "exceed",
    "out of licen",
)


class Licenses:
    """The resource of the module ``license``."""

    name = "license"

    def __init__(self, *, mode: str, default: str | None, subscription_id: str | None, allow_shortage: bool) -> None:
        self._rules = LicenseRules(mode, default, subscription_id or None, allow_shortage)

    @property
    def options(self) -> dict[str, t.Any]:
        """What it was told, by the names of a plan's options."""
        return dataclasses.asdict(self._rules)

    async def read(self, context: Context, wanted: t.Sequence[Wanted]) -> LicenseFacts:
        listed = await context.licenses()
        found = seats(listed)
        self._must_offer(wanted, found, listed)
        ours = contact_center_licenses(listed)
        people = await context.people(wanted, licenses=ours)
        return LicenseFacts(people, tuple(found), dict(context.snapshot.blocked), tuple(ours))

    def _must_offer(
        self, wanted: t.Sequence[Wanted], found: t.Sequence[Seat], listed: t.Sequence[t.Mapping[str, t.Any]]
    ) -> None:
        """Refuse the run if a column names a subscription, or somebody wants a license, that the organization does not have at all.

        :raises WxccError: names them.
        """
        only = self._rules.subscription_id
        intents = [intent for w in wanted if (intent := Intent.of(w.row, self._rules.default)) is not None]
        there_are = {s.subscription for s in found if s.subscription}
        named = {name for intent in intents for cells in intent.subscriptions.values() for name in cells if name}
        if unknown := sorted(named - there_are):
            has = ", ".join(sorted(there_are)) or "none that is named"
            text = (
                f"The organization has no subscription {', '.join(unknown)}; the file is another organization's, or old. "
                f"It has: {has}."
            )
            raise WxccError(Problem("unknown_subscription", text))
        kinds = {kind for intent in intents if (kind := intent.wanted) is not None}
        missing = kinds - {s.license for s in found if only in (None, s.subscription)}
        if missing:
            there = ", ".join(sorted({str(i.get("name")) for i in listed})) or "none"
            where = f" in subscription {only}" if only else ""
            text = (
                f"The organization has no contact center license of kind {', '.join(sorted(missing))}{where}. "
                f"It has: {there}."
            )
            raise WxccError(Problem("license_not_found", text))

    def plan(self, wanted: t.Sequence[Wanted], facts: LicenseFacts) -> Plan:
        return plan_licenses(wanted, facts, self._rules)

    def check(self, plan: Plan, facts: LicenseFacts) -> Plan:
        return check_seats(plan, facts, self._rules)

    async def send(
        self, context: Context, facts: LicenseFacts, changes: t.Sequence[Change], dispatch: Dispatch
    ) -> None:
        await _Sending(context, dispatch).send(changes)

    async def reread(
        self, context: Context, facts: LicenseFacts, outcomes: t.Sequence[Outcome], last: bool
    ) -> dict[int, Seen]:
        fresh = {o.index: dataclasses.replace(o.person, license_ids=None) for o in outcomes if o.person is not None}
        await context.reader.fill_licenses(list(fresh.values()), facts.listed, singly=last)
        return {index: Seen(person) for index, person in fresh.items() if person.license_ids is not None}

    def judge(self, facts: LicenseFacts, outcome: Outcome, last: bool) -> Conclusion:
        person = outcome.person
        after = license_shown(person, facts.subscriptions)
        there = set(person.license_ids or ()) if person else set()
        change: LicenseChange = outcome.change.payload
        if change.want and person is not None and not person.licenses_of(change.want):
            text = f"{outcome.email} does not hold the {change.want} license after it was given."
            return Conclusion(after, Problem("license_skipped", text))
        if there.intersection(change.remove):
            text = f"{outcome.email} still holds a license that was taken away."
            return Conclusion(after, Problem("not_verified", text))
        return Conclusion(after)

    def remember(self, context: Context, outcome: Outcome) -> None:
        person = outcome.person
        if person is None:
            return
        if context.check_mode and outcome.change.pending:
            # A change may rest on a person that only the plan knows: its license is what the plan makes it.
            person = dataclasses.replace(person, license_ids=outcome.change.payload.applied(person.license_ids))
        elif not outcome.certain:
            # Sent and not read again: what is there now, the next step must read.
            person = dataclasses.replace(person, license_ids=None)
        context.snapshot.people[outcome.key] = person


class _Sending:
    """Sends one request a person, what frees seats first; whoever met a full license in between is tried once more at the end."""

    def __init__(self, context: Context, dispatch: Dispatch) -> None:
        self._context = context
        self._dispatch = dispatch
        #: What was answered last, by the row's index.
        self._problems: dict[int, Problem | None] = {}
        #: Rows of which an earlier request took, or may have taken, effect: a later refusal does not make them untouched.
        self._touched: set[int] = set()

    async def send(self, changes: t.Sequence[Change]) -> None:
        for stage in _stages(changes):
            await self._context.client.for_each(stage, self._send_one)
        if not self._dispatch.ended:
            await self._try_again([c for c in changes if self._met_no_seat(c) and c.payload.remove])

    async def _send_one(self, change: Change) -> None:
        if not self._dispatch.ended:
            await self._ask(change, change.payload)
            self._report(change)

    async def _try_again(self, changes: t.Sequence[Change]) -> None:
        """Send once more what met full licenses: by now others may have freed seats.

        Where everybody waits for everybody else's seat (a swap in a full organization), the licenses are taken first and given then:
        the plan has counted that they suffice. Should somebody else have been faster, the old license is given back.
        """
        for change in changes:
            await self._ask(change, change.payload)
        waiting = [c for c in changes if self._met_no_seat(c)]
        stuck = [c for c in waiting if any(_frees(o, c) for o in waiting if o is not c)]
        for change in stuck:
            await self._ask(change, LicenseChange(remove=change.payload.remove))
        for change in stuck:
            if self._problems[change.index] is None:
                self._touched.add(change.index)
                await self._ask(change, LicenseChange(add=change.payload.add, want=change.payload.want))
        for change in stuck:
            if self._met_no_seat(change):
                refusal = self._problems[change.index]
                await self._ask(change, LicenseChange(add=change.payload.remove, want=change.before["license"]))
                self._problems[change.index] = refusal
        for change in changes:
            self._report(change)

    async def _ask(self, change: Change, licenses: LicenseChange) -> None:
        """Send one request for a person and note what was answered."""
        self._dispatch.sending([change])
        person, organization = change.person, self._context.organization
        try:
            answer = await change_licenses(
                self._context.client,
                organization,
                email=person.email if person else change.email,
                person_id=(person.rest_id or organization.person_rest_id(person.id)) if person else None,
                add=licenses.add,
                remove=licenses.remove,
            )
        except ApiError as error:
            if isinstance(error, UncertainError) or not is_refusal(error.problem):
                self._touched.add(change.index)
            self._problems[change.index] = _license_problem(error.problem, change)
            return
        there = answer.body.get("licenses") if isinstance(answer.body, dict) else None
        self._problems[change.index] = None
        if isinstance(there, list) and any(i not in there for i in licenses.add):
            text = f"Webex answered {answer.status} but did not assign the {licenses.want} license to {change.email}."
            self._problems[change.index] = Problem(
                "license_skipped", text, http_status=answer.status, tracking_id=answer.tracking_id
            )

    def _report(self, change: Change) -> None:
        problem = self._problems[change.index]
        self._dispatch.done(change, Claim(problem, certain=problem is None or change.index not in self._touched))

    def _met_no_seat(self, change: Change) -> bool:
        problem = self._problems.get(change.index)
        return problem is not None and problem.code in ("no_seat", "license_skipped")


def _stages(changes: t.Sequence[Change]) -> list[list[Change]]:
    """Return the changes in the order of sending: those who only lose, swaps to Standard, swaps to Premium, those who only gain."""
    stages: list[list[Change]] = [[], [], [], []]
    for change in changes:
        licenses: LicenseChange = change.payload
        if not licenses.add:
            stages[0].append(change)
        elif not licenses.remove:
            stages[3].append(change)
        elif licenses.want in (STANDARD, PREMIUM):
            stages[1 if licenses.want == STANDARD else 2].append(change)
    return stages


def _frees(one: Change, other: Change) -> bool:
    """Return True if one gives up a license that the other is to get."""
    return bool(set(one.payload.remove) & set(other.payload.add))


def _license_problem(problem: Problem, change: Change) -> Problem:
    """Return the refusal with our own code where the vendor's code or words tell which it is."""
    text = problem.message.lower()
    if problem.vendor_code == _EXCLUSIVE_CODE:
        return dataclasses.replace(problem, code="license_conflict", advice="")
    if problem.http_status == 404:
        return dataclasses.replace(problem, code="person_missing", advice="")
    if problem.http_status in (400, 409) and any(word in text for word in _NO_SEAT_WORDS):
        message = f"No {change.payload.want} license was left for {change.email}: {problem.message}"
        return dataclasses.replace(problem, code="no_seat", message=message, advice="")
    return problem
