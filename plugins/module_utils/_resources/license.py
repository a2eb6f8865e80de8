# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Contact center licenses: plan with seats counted, send one request a person, compare. Private to this collection."""

from __future__ import annotations

import dataclasses
import typing as t

from .. import _model
from .._engine.engine import Context
from .._errors import ApiError, Problem, WxccError
from .._model import (
    ADD_AND_REMOVE,
    NO_LICENSE,
    PREMIUM,
    STANDARD,
    Item,
    Person,
    Wanted,
)
from .._webex.licenses import (
    Seat,
    change_licenses,
    contact_center_licenses,
    license_shown,
    list_licenses,
    seats,
)

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


@dataclasses.dataclass(slots=True)
class LicenseChange:
    """The license ids to give and to take; ``want`` is the kind that is added, if any."""

    add: list[str] = dataclasses.field(default_factory=list)
    remove: list[str] = dataclasses.field(default_factory=list)
    want: str | None = None
    #: Only a seat of this subscription will do (a CSV column named it).
    subscription: str | None = None


@dataclasses.dataclass(slots=True)
class LicensePlan:
    """The items, and the people for whom no seat is left."""

    items: list[Item]
    short: list[Item]


def plan_licenses(
    wanted: t.Sequence[Wanted],
    people: t.Mapping[str, Person | None],
    blocked: t.Mapping[str, Problem],
    available: t.Sequence[Seat],
    *,
    mode: str,
    default: str | None = None,
    subscription_id: str | None = None,
) -> LicensePlan:
    """Return what would change, and who gets no seat. Pure.

    Seats: only net new ones count; what the same plan frees is used. A person's own subscription is preferred, then the listing's order.
    ``add_only`` sends no removal, ever; going down from premium in that mode is blocked, since premium would win anyway.
    """
    subscriptions = {s.id: s.subscription for s in available}
    items: list[Item] = []
    for want in wanted:
        items.append(
            _plan_one(
                want,
                people.get(want.key),
                blocked.get(want.key),
                subscriptions,
                mode,
                want.row.get("license") or default,
            )
        )
    return LicensePlan(items, take_seats(items, available, subscription_id))


def take_seats(items: t.Sequence[Item], available: t.Sequence[Seat], subscription_id: str | None) -> list[Item]:
    """Give every pending item its seat, in the roster's order, and return those for whom none is left. Pure.

    To be called again when items were blocked since: what they would have freed is not free.
    """
    subscriptions = {s.id: s.subscription for s in available}
    pending = [i for i in items if i.pending]
    free = {s.id: s.free for s in available}
    for item in pending:
        for license_id in item.change.remove:
            free[license_id] = free.get(license_id, 0) + 1
    short = [i for i in pending if i.change.want and not _seat(i, available, free, subscription_id)]
    for item in pending:
        if item.person is not None:
            kept = tuple(i for i in item.person.license_ids or () if i not in item.change.remove)
            after = dataclasses.replace(item.person, license_ids=kept + tuple(item.change.add))
            item.after = license_shown(after, subscriptions)
    return short


def _plan_one(
    want: Wanted,
    person: Person | None,
    problem: Problem | None,
    subscriptions: t.Mapping[str, str | None],
    mode: str,
    target: str | None,
) -> Item:
    item = Item.of(want, person)
    item.before = license_shown(person, subscriptions)
    item.after = dict(item.before)
    intent = want.row.get("csv") if not want.row.get("license") else None
    if intent:
        return _plan_cells(item, person, problem, intent, subscriptions, mode)
    if target is None:
        return item
    if person is None:
        if problem is not None:
            item.block(problem)
        elif target != NO_LICENSE:
            item.block(Problem("person_missing", f"{want.email} is not in the organization."))
        return item
    change = LicenseChange()
    current = person.license()
    if mode == ADD_AND_REMOVE:
        for kind in (PREMIUM, STANDARD):
            if kind != target:
                change.remove += person.licenses_of(kind)
    elif target == STANDARD and current == PREMIUM:
        item.block(Problem("needs_remove", f"{want.email} holds Premium; Standard beside it would have no effect."))
        return item
    if target != NO_LICENSE and not person.licenses_of(target):
        change.want = target
    if not change.want and not change.remove:
        return item
    item.change = change
    item.action = _model.REMOVE if target == NO_LICENSE else _model.UPDATE
    item.removal = target == NO_LICENSE or (current == PREMIUM and target == STANDARD)
    return item


def _plan_cells(
    item: Item,
    person: Person | None,
    problem: Problem | None,
    intent: t.Mapping[str, t.Any],
    subscriptions: t.Mapping[str, str | None],
    mode: str,
) -> Item:
    """Plan what the cells of a CSV row ask for, cell by cell as Control Hub's import does.

    TRUE gives the license; FALSE takes it away in add_and_remove and is ignored in add_only; blank or absent leaves it alone. Columns
    that name a subscription concern that subscription alone.
    """
    wanted_kind = next((kind for kind in (PREMIUM, STANDARD) if intent.get(kind) is True), None)
    if person is None:
        if problem is not None:
            item.block(problem)
        elif wanted_kind:
            item.block(Problem("person_missing", f"{item.email} is not in the organization."))
        return item
    change = LicenseChange()
    by_subscription = intent.get("subscriptions") or {}
    if mode == ADD_AND_REMOVE:
        for kind in (PREMIUM, STANDARD):
            cells = by_subscription.get(kind)
            for license_id in person.licenses_of(kind):
                cell = cells.get(subscriptions.get(license_id) or "") if cells else intent.get(kind)
                if cell is False:
                    change.remove.append(license_id)
    kept = {k: [i for i in person.licenses_of(k) if i not in change.remove] for k in (PREMIUM, STANDARD)}
    if wanted_kind == STANDARD and kept[PREMIUM]:
        text = (
            f"{item.email} holds Premium, and the row does not take it away; Standard beside it would have no effect."
        )
        item.block(
            Problem("needs_remove", text, advice="Write FALSE under Premium and import with add_and_remove_services.")
        )
        return item
    if wanted_kind and not kept[wanted_kind]:
        change.want = wanted_kind
        change.subscription = next(
            (s for s, v in (by_subscription.get(wanted_kind) or {}).items() if v is True and s), None
        )
    if not change.want and not change.remove:
        return item
    after = change.want or next((k for k in (PREMIUM, STANDARD) if kept[k]), NO_LICENSE)
    item.change = change
    item.after = {
        "license": after,
        "subscriptions": sorted({s for ids in kept.values() for i in ids if (s := subscriptions.get(i))}),
    }
    item.action = _model.REMOVE if after == NO_LICENSE else _model.UPDATE
    current = person.license()
    item.removal = after == NO_LICENSE or (current == PREMIUM and after == STANDARD)
    return item


def stale_cells(items: t.Iterable[Item], rows: t.Mapping[str, t.Mapping[str, t.Any]]) -> list[str]:
    """Return a warning for each person who would lose something by a CSV row older than the person's last change. Pure.

    An export carries FALSE for everything that was not assigned at that time; what was given since would be stripped.
    """
    warnings = []
    for item in items:
        row = rows.get(item.key) or {}
        changed = item.person.last_modified if item.person else None
        if (
            item.pending
            and item.removal
            and row.get("csv_time")
            and changed
            and changed[:19] > str(row["csv_time"])[:19]
        ):
            text = f"{item.email} was changed at {changed}, after the file was saved ({row['csv_time']})"
            text += f", and would lose {item.before['license']}."
            warnings.append(f"{text} Export again if this is not wanted.")
    return warnings


def _seat(item: Item, available: t.Sequence[Seat], free: dict[str, int], subscription_id: str | None) -> bool:
    """Take a seat for the item; False if none is left."""
    only = item.change.subscription or subscription_id
    choices = [s for s in available if s.license == item.change.want and only in (None, s.subscription)]
    own = set(item.before["subscriptions"])
    choices.sort(key=lambda s: s.subscription not in own)
    item.change.add = []
    for seat in choices:
        if free.get(seat.id, 0) > 0:
            free[seat.id] -= 1
            item.change.add = [seat.id]
            return True
    return False


class Licenses:
    """The resource of the module ``license``."""

    name = "license"

    def __init__(self, *, mode: str, default: str | None, subscription_id: str | None, allow_shortage: bool) -> None:
        self._mode = mode
        self._default = default
        self._subscription_id = subscription_id
        self._allow_shortage = allow_shortage
        self._people: dict[str, Person | None] = {}
        self._blocked: dict[str, Problem] = {}
        self._listed: list[dict[str, t.Any]] = []
        self._seats: list[Seat] = []
        self._rows: dict[str, dict[str, t.Any]] = {}
        self._warnings: list[str] = []

    async def read(self, context: Context, wanted: list[Wanted]) -> None:
        listed = await list_licenses(context.client, context.organization)
        self._listed = contact_center_licenses(listed)
        self._seats = seats(listed)
        self._rows = {w.key: w.row for w in wanted}
        self._warnings = context.warnings
        kinds = {_kind(w.row, self._default) for w in wanted} - {None, NO_LICENSE}
        offered = {s.license for s in self._seats if self._subscription_id in (None, s.subscription)}
        if kinds - offered:
            missing = ", ".join(sorted(str(k) for k in kinds - offered))
            there = ", ".join(sorted({str(i.get("name")) for i in listed})) or "none"
            where = f" in subscription {self._subscription_id}" if self._subscription_id else ""
            text = f"The organization has no contact center license of kind {missing}{where}; nothing was sent. It has: {there}."
            raise WxccError(Problem("license_not_found", text))
        self._people = await context.people(wanted, licenses=self._listed)
        self._blocked = context.snapshot.blocked

    def plan(self, wanted: list[Wanted]) -> list[Item]:
        items = plan_licenses(
            wanted,
            self._people,
            self._blocked,
            self._seats,
            mode=self._mode,
            default=self._default,
            subscription_id=self._subscription_id,
        ).items
        # Said before the guard rails: with too many removals it may be the reason.
        self._warnings += stale_cells(items, self._rows)
        return items

    def check(self, items: list[Item]) -> None:
        """Count the seats: too few means that nothing is written, unless that is allowed.

        They are counted again, since the guard rails may have kept somebody from giving a seat back.
        """
        short = take_seats(items, self._seats, self._subscription_id)
        if not short:
            return
        parts = []
        for kind in (PREMIUM, STANDARD):
            lacking = sum(i.change.want == kind for i in short)
            if lacking:
                needed = sum(i.change.want == kind for i in items if i.pending)
                of_kind = [s for s in self._seats if s.license == kind]
                stock = "; ".join(f"{s.label()}: {s.free} of {s.total} free" for s in of_kind)
                parts.append(f"{needed} new {kind} licenses are needed, {lacking} too many ({stock})")
        text = ". ".join(parts)
        for item in short:
            item.block(Problem("no_seat", f"No {item.change.want} license is left for {item.email}."))
        if not self._allow_shortage:
            names = ", ".join(i.email for i in short[:20])
            raise WxccError(
                Problem(
                    "no_seat", f"{text}. Nothing was sent. Without a seat: {names}. allow_shortage licenses the others."
                )
            )

    async def apply(self, context: Context, items: list[Item], done: t.Callable[[Item], bool]) -> None:
        """Send what frees seats first; then the rest. Whoever met a full license in between is tried once more at the end."""
        stages = [
            [i for i in items if not i.change.add],
            [i for i in items if i.change.add and i.change.remove and i.change.want == STANDARD],
            [i for i in items if i.change.add and i.change.remove and i.change.want == PREMIUM],
            [i for i in items if i.change.add and not i.change.remove],
        ]
        stopped = False

        async def send(item: Item) -> None:
            nonlocal stopped
            if stopped:
                return
            await self._send(context, item)
            stopped = done(item) or stopped

        for stage in stages:
            await context.client.for_each(stage, send)
        if not stopped:
            await self._try_again(context, [i for i in items if _seatless(i) and i.change.remove], done)

    async def _try_again(self, context: Context, items: list[Item], done: t.Callable[[Item], bool]) -> None:
        """Send once more what met full licenses: by now others may have freed seats.

        Where everybody waits for everybody else's seat (a swap in a full organization), the licenses are taken first and given then:
        the plan has counted that they suffice. Should somebody else have been faster, the old license is given back.
        """
        for item in items:
            await self._send(context, item)
        seatless = [i for i in items if _seatless(i)]
        stuck = [i for i in seatless if any(set(o.change.remove) & set(i.change.add) for o in seatless if o is not i)]
        for item in stuck:
            await self._send(context, item, LicenseChange(remove=item.change.remove))
        for item in stuck:
            if item.error is None:
                await self._send(context, item, LicenseChange(add=item.change.add, want=item.change.want))
        for item in stuck:
            if _seatless(item):
                refusal = item.error
                await self._send(context, item, LicenseChange(add=item.change.remove, want=item.before["license"]))
                item.error = refusal
        for item in items:
            done(item)

    async def _send(self, context: Context, item: Item, change: LicenseChange | None = None) -> None:
        person = item.person
        item.sent, item.error = True, None
        rest_id = None
        if person is not None:
            rest_id = person.rest_id or context.organization.person_rest_id(person.id)
        change = change or item.change
        try:
            answer = await change_licenses(
                context.client,
                context.organization,
                email=person.email if person else item.email,
                person_id=rest_id,
                add=change.add,
                remove=change.remove,
            )
        except ApiError as error:
            item.error = _license_problem(error.problem, item)
            return
        held = answer.body.get("licenses") if isinstance(answer.body, dict) else None
        skipped = [i for i in change.add if isinstance(held, list) and i not in held]
        if skipped:
            text = f"Webex answered {answer.status} but did not assign the {change.want} license to {item.email}."
            item.error = Problem("license_skipped", text, http_status=answer.status, tracking_id=answer.tracking_id)

    async def reread(self, context: Context, items: list[Item], last: bool) -> None:
        people = [i.person for i in items if i.person is not None]
        for person in people:
            person.license_ids = None
        await context.reader.fill_licenses(people, self._listed, singly=last)

    def judge(self, item: Item) -> Problem | None:
        subscriptions = {s.id: s.subscription for s in self._seats}
        item.after = license_shown(item.person, subscriptions)
        held = set(item.person.license_ids or ()) if item.person else set()
        change: LicenseChange = item.change
        kept = [i for i in change.remove if i in held]
        if change.want and item.person is not None and not item.person.licenses_of(change.want):
            if item.error is not None:
                return item.error
            return Problem(
                "license_skipped", f"{item.email} does not hold the {change.want} license after it was given."
            )
        if kept:
            return Problem("not_verified", f"{item.email} still holds a license that was taken away.")
        return None

    def remember(self, context: Context, item: Item) -> None:
        person = item.person
        if person is None:
            return
        if context.check_mode and item.pending:
            # A change may rest on a person that only the plan knows: its license is what the plan makes it.
            change: LicenseChange = item.change
            kept = tuple(i for i in person.license_ids or () if i not in change.remove)
            person.license_ids = kept + tuple(change.add)
        context.snapshot.people[item.key] = person


def _seatless(item: Item) -> bool:
    return item.error is not None and item.error.code in ("no_seat", "license_skipped")


def _kind(row: t.Mapping[str, t.Any], default: str | None) -> str | None:
    """Return the license that a row asks for, named outright or by the cells of a CSV row."""
    if row.get("license"):
        return str(row["license"])
    intent = row.get("csv")
    if intent:
        return next((kind for kind in (PREMIUM, STANDARD) if intent.get(kind) is True), None)
    return default


def _license_problem(problem: Problem, item: Item) -> Problem:
    """Return the refusal with our own code where the vendor's code or words tell which it is."""
    text = problem.message.lower()
    if problem.vendor_code == _EXCLUSIVE_CODE:
        problem.code = "license_conflict"
    elif problem.http_status == 404:
        problem.code = "person_missing"
    elif problem.http_status in (400, 409) and any(word in text for word in _NO_SEAT_WORDS):
        problem.code = "no_seat"
        problem.message = f"No {item.change.want} license was left for {item.email}: {problem.message}"
    else:
        return problem
    problem.advice = Problem(problem.code, "").advice
    return problem
