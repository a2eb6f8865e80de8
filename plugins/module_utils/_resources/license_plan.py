# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a row, the licenses that somebody has, and the free seats make of each other. Pure. Private to this collection."""

from __future__ import annotations

import dataclasses
import math
import typing as t

from .._engine.plan import Change, Plan
from .._errors import Problem
from .._listed import counted
from .._model import NO_LICENSE, PREMIUM, REMOVE, STANDARD, UPDATE, Person, Wanted
from .._roster.intent import LICENSES_BY_WEIGHT, Intent
from .._webex.licenses import Seat, license_shown

_NAMED = 20


@dataclasses.dataclass(slots=True, frozen=True)
class LicenseChange:
    """The license ids to give and to take away."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    #: The kind of license that is given, if any; ``add`` is empty as long as it has no seat.
    want: str | None = None
    #: Only a seat of this subscription will do (a CSV column named it).
    subscription: str | None = None
    #: Several subscriptions offer it, and nothing says which is meant.
    undecided: bool = False

    @property
    def seatless(self) -> bool:
        """True if a license is to be given, and there is no seat for it."""
        return self.want is not None and not self.add

    def applied(self, license_ids: t.Iterable[str] | None) -> tuple[str, ...]:
        """Return the licenses that are there afterwards."""
        return (*(i for i in license_ids or () if i not in self.remove), *self.add)


@dataclasses.dataclass(slots=True, frozen=True)
class LicenseRules:
    """How rows are meant: the mode, the license of rows that name none, the only subscription to take from, and what a shortage does."""

    mode: str
    default: str | None = None
    subscription_id: str | None = None
    allow_shortage: bool = False


@dataclasses.dataclass(slots=True, frozen=True)
class LicenseFacts:
    """What was read: people by key, whom an earlier step blocked, the seats, and the contact center's licenses as listed."""

    people: t.Mapping[str, Person | None]
    seats: tuple[Seat, ...]
    blocked: t.Mapping[str, Problem] = dataclasses.field(default_factory=dict)
    listed: tuple[t.Mapping[str, t.Any], ...] = ()

    @property
    def subscriptions(self) -> dict[str, str | None]:
        """The subscription of each license."""
        return {s.id: s.subscription for s in self.seats}


def plan_licenses(wanted: t.Sequence[Wanted], facts: LicenseFacts, rules: LicenseRules) -> Plan:
    """Return what would change. Pure.

    Seats: only net new ones count; what the same plan frees is used. Of several subscriptions the named one is taken, else the person's
    own; which of others is nobody's guess. ``add_only`` sends no removal, ever, so whoever holds the other license is blocked in that
    mode: Standard beside Premium has no effect, and Premium beside Standard is refused by the service.
    """
    plan = take_seats(Plan(tuple(_plan_one(want, facts, rules) for want in wanted)), facts, rules)
    # Said before the guard rails: with too many removals it may be the reason.
    return dataclasses.replace(plan, warnings=tuple(stale_files(plan)))


def _plan_one(want: Wanted, facts: LicenseFacts, rules: LicenseRules) -> Change:
    """Plan one row, without a seat for what is given."""
    person, subscriptions = facts.people.get(want.key), facts.subscriptions
    before = license_shown(person, subscriptions)
    unchanged = Change(want, before=before, after=before, person=person)
    intent = Intent.of(want.row, rules.default)
    if intent is None:
        return unchanged
    if person is None:
        problem = facts.blocked.get(want.key)
        if problem is None and intent.wanted:
            problem = Problem("person_missing", f"{want.email} is not in the organization.")
        return unchanged.blocked(problem) if problem else unchanged
    there = {kind: person.licenses_of(kind) for kind in LICENSES_BY_WEIGHT}
    remove = tuple(i for k in LICENSES_BY_WEIGHT for i in there[k] if intent.takes(k, subscriptions.get(i), rules.mode))
    kept = {kind: [i for i in there[kind] if i not in remove] for kind in LICENSES_BY_WEIGHT}
    if intent.wanted == STANDARD and kept[PREMIUM]:
        return unchanged.blocked(_no_way_down(want.email, intent))
    gives = intent.wanted if intent.wanted and not kept[intent.wanted] else None
    if gives == PREMIUM and kept[STANDARD]:
        return unchanged.blocked(_no_way_up(want.email, intent))
    if not gives and not remove:
        return unchanged
    after = gives or next((kind for kind in LICENSES_BY_WEIGHT if kept[kind]), NO_LICENSE)
    return dataclasses.replace(
        unchanged,
        kind=REMOVE if after == NO_LICENSE else UPDATE,
        payload=LicenseChange((), remove, gives, intent.subscription if gives else None),
        removal=after == NO_LICENSE or (person.license() == PREMIUM and after == STANDARD),
    )


def _no_way_down(email: str, intent: Intent) -> Problem:
    """Return why Standard is not given: Premium stays, and outweighs it."""
    stays = ", and the row does not take it away" if intent.by_cells else ""
    text = f"{email} holds Premium{stays}; Standard beside it would have no effect."
    return Problem("needs_remove", text, advice=_exchange(PREMIUM, intent))


def _no_way_up(email: str, intent: Intent) -> Problem:
    """Return why Premium is not given: Standard stays, and the service lets nobody hold both."""
    stays = ", and the row does not take it away" if intent.by_cells else ""
    text = f"{email} holds Standard{stays}; the service refuses Premium beside it."
    return Problem("license_conflict", text, advice=_exchange(STANDARD, intent))


def _exchange(license_name: str, intent: Intent) -> str:
    """Return how a license is taken away for the other one, in the words of the playbooks."""
    if not intent.by_cells:
        return "Run with mode add_and_remove (onboard_license_mode=add_and_remove), so that the other license is taken away."
    how = "import with csv_mode=add_and_remove_services (in the onboarding playbooks: onboard_csv_mode)"
    if intent.cell(license_name) is False:
        return f"{how[0].upper()}{how[1:]}."
    return f"Write FALSE under {license_name.capitalize()} and {how}."


def take_seats(plan: Plan, facts: LicenseFacts, rules: LicenseRules) -> Plan:
    """Return the plan with a seat for every change that gives a license, in the roster's order, as far as they go. Pure.

    To be asked again when changes were blocked since: what they would have freed is not free.
    """
    subscriptions = facts.subscriptions
    # Where the list does not say how many are left, the service decides.
    free: dict[str, float] = {s.id: math.inf if s.free is None else s.free for s in facts.seats}
    for change in plan.pending:
        for license_id in change.payload.remove:
            free[license_id] = free.get(license_id, 0) + 1
    placed = []
    for change in plan.pending:
        payload: LicenseChange = change.payload
        if payload.want:
            seat, undecided = _seat(change, facts.seats, free, rules.subscription_id)
            payload = dataclasses.replace(payload, add=seat, undecided=undecided)
        after = change.after
        if change.person is not None:
            changed = dataclasses.replace(change.person, license_ids=payload.applied(change.person.license_ids))
            after = license_shown(changed, subscriptions)
        placed.append(dataclasses.replace(change, payload=payload, after=after))
    return plan.with_changes(placed)


def _seat(
    change: Change, available: t.Sequence[Seat], free: dict[str, float], subscription_id: str | None
) -> tuple[tuple[str, ...], bool]:
    """Return (the license with a free seat for the change, counted as taken in ``free``; nothing if none is left, or it is not clear
    from which subscription it is to come; whether the latter)."""
    payload: LicenseChange = change.payload
    only = payload.subscription or subscription_id
    choices = _offered(available, payload.want, only)
    if len(choices) > 1 and not only:
        own = set(change.before["subscriptions"])
        choices = [s for s in choices if s.subscription in own]
        if len(choices) != 1:
            return (), True
    seat = next((s for s in choices if free.get(s.id, 0) > 0), None)
    if seat is None:
        return (), False
    free[seat.id] -= 1
    return (seat.id,), False


def _offered(available: t.Sequence[Seat], license_name: str | None, only: str | None) -> list[Seat]:
    """Return the seats of a kind, of one subscription where one is named; a subscription without any seat offers nothing."""
    found = [s for s in available if s.license == license_name and only in (None, s.subscription)]
    return [s for s in found if s.total != 0] or found


def check_seats(plan: Plan, facts: LicenseFacts, rules: LicenseRules) -> Plan:
    """Return the plan with those blocked for whom no seat is left; refused, unless a shortage is allowed. Pure.

    Seats are counted again, since the guard rails may have kept somebody from giving a seat back.
    """
    plan = take_seats(plan, facts, rules)
    undecided = [c for c in plan.pending if c.payload.undecided]
    if undecided:
        return plan.refused(_several_subscriptions(undecided, facts.seats))
    short = [c for c in plan.pending if c.payload.seatless]
    if not short:
        return plan
    text = _shortage(plan, short, facts.seats)
    text_of_one = "No {} license is left for {}."
    blocked = plan.with_blocked(
        {c.index: Problem("no_seat", text_of_one.format(c.payload.want, c.email)) for c in short}
    )
    if rules.allow_shortage:
        return blocked
    names = ", ".join(c.email for c in short[:_NAMED])
    text += f". Without a seat: {names}. allow_shortage (variable onboard_allow_shortage) licenses the others."
    return blocked.refused(Problem("no_seat", text))


def _several_subscriptions(undecided: t.Sequence[Change], seats: t.Sequence[Seat]) -> Problem:
    """Return the question from which subscription licenses are to come, with all that offer them."""
    parts = []
    for kind in LICENSES_BY_WEIGHT:
        number = sum(c.payload.want == kind for c in undecided)
        if number:
            stock = "; ".join(s.stock() for s in _offered(seats, kind, None))
            whose = counted(number, "person is", "people are")
            parts.append(f"{whose} to get {kind}, which several subscriptions offer ({stock})")
    return Problem("several_subscriptions", f"{'. '.join(parts)}.")


def _shortage(plan: Plan, short: t.Sequence[Change], seats: t.Sequence[Seat]) -> str:
    parts = []
    for kind in LICENSES_BY_WEIGHT:
        missing = sum(c.payload.want == kind for c in short)
        if missing:
            needed = sum(c.payload.want == kind for c in plan.pending)
            stock = "; ".join(s.stock() for s in seats if s.license == kind)
            parts.append(f"{needed} new {kind} licenses are needed, {missing} too many ({stock})")
    return ". ".join(parts)


def stale_files(plan: Plan) -> list[str]:
    """Return a warning for each person who would lose something by a CSV row older than the person's last change. Pure.

    An export carries FALSE for everything that was not assigned at that time; what was given since would be stripped.
    """
    warnings = []
    for change in plan.removals:
        saved = change.wanted.row.get("csv_time")
        changed = change.person.last_modified if change.person else None
        if saved and changed and changed[:19] > str(saved)[:19]:
            text = f"{change.email} was changed at {changed}, after the file was saved ({saved})"
            text += f", and would lose {change.before['license']}."
            warnings.append(f"{text} Export again if this is not wanted.")
    return warnings
