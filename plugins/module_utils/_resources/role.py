# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roles: agent, supervisor, administrator and the finer administrator roles. Private to this collection.

Administrator roles go through SCIM Bulk. Nobody public offers an API that makes somebody a supervisor: by default the module says what a
person must press and reports nothing as changed; ``supervisor_via: scim`` tries the identity role instead, and believes only a reading.
"""

from __future__ import annotations

import dataclasses
import difflib
import typing as t

from .. import _model
from .._advice import ADVICE
from .._contact_center.records import ContactCenter
from .._engine.engine import Context
from .._errors import InputError, Problem
from .._model import ADD_AND_REMOVE, ADMINISTRATOR, AGENT, PREMIUM, SUPERVISOR, Item, Manual, Person, Wanted
from .._webex.licenses import contact_center_licenses, list_licenses
from .._webex.roles import (
    EXCLUSIVE,
    FULL_ADMINISTRATOR,
    SUPERVISOR_VALUE,
    WELL_KNOWN,
    is_administrator_role,
    list_roles,
    name_of,
    resolve_role,
    roles_shown,
)
from .._webex.scim import OperationOutcome, Scim, roles_operation

CONSOLE, SCIM = "console", "scim"
_TAKE_SUPERVISOR_AWAY = "In Control Hub open Management > Users, the person, Edit licenses, and choose Premium Agent."


@dataclasses.dataclass(slots=True)
class RoleChange:
    """Identity role values to give and to take; ``target`` is what must be held afterwards, ``unwanted`` what must not."""

    add: list[str]
    remove: list[str]


@dataclasses.dataclass(slots=True)
class RoleFacts:
    """What is known beside the people: who is a supervisor in the contact center, and who could not be looked up there."""

    supervisors: set[str]
    blocked: t.Mapping[str, Problem]


def wanted_values(
    row: t.Mapping[str, t.Any], default: str | None, listed: t.Sequence[t.Mapping[str, str]]
) -> tuple[str | None, list[str]]:
    """Return (role word or None, administrator role values) that a row declares.

    :raises InputError: an unknown role (with the nearest names), or roles that exclude each other.
    """
    word = row.get("role") or default
    names = row.get("administrator_roles")
    where = row.get("source", row.get("email", ""))
    if names is None:
        return word, [FULL_ADMINISTRATOR] if word == ADMINISTRATOR else []
    values = []
    for name in names:
        value = resolve_role(name, listed)
        if value is None or not is_administrator_role(value):
            known = sorted({r["name"] for r in listed if is_administrator_role(r["value"])} | set(WELL_KNOWN.values()))
            near = difflib.get_close_matches(name, known, n=3, cutoff=0.4) or known[:5]
            reason = "cannot be given by this module" if value else "is not known"
            raise InputError(
                Problem(
                    "unknown_role", f"{where}: the role {name!r} {reason}; nothing was sent. Near: {', '.join(near)}."
                )
            )
        values.append(value)
    clash = [name_of(v) for v in values if v in EXCLUSIVE]
    if len(clash) > 1:
        raise InputError(
            Problem("invalid_input", f"{where}: only one of {', '.join(clash)} may be held; nothing was sent.")
        )
    return word, values


def plan_roles(
    wanted: t.Sequence[Wanted],
    people: t.Mapping[str, Person | None],
    facts: RoleFacts,
    *,
    default: str | None,
    mode: str,
    supervisor_via: str,
    listed: t.Sequence[t.Mapping[str, str]] = (),
) -> list[Item]:
    """Return what would change. Pure.

    ``add_and_remove`` makes the administrator roles exactly those declared; ``add_only`` takes none away.

    :raises InputError: a role is unknown or contradicts another.
    """
    items = []
    for want in wanted:
        word, values = wanted_values(want.row, default, listed)
        person = people.get(want.key)
        supervisor = want.key in facts.supervisors
        item = Item.of(want, person)
        item.before = roles_shown(person, supervisor)
        item.after = dict(item.before)
        items.append(item)
        if word is None and not values and "administrator_roles" not in want.row:
            continue
        if person is None:
            _without_person(item, facts.blocked.get(want.key), word, values)
            continue
        if _lacks_premium(want, person, word):
            item.block(
                Problem("needs_premium", f"{want.email} has no Premium license, which the role {word} rests on.")
            )
            continue
        _plan_administrator(item, person, values, supervisor, mode)
        if item.error is None:
            _plan_supervisor(item, person, word, supervisor, mode, supervisor_via)
    return items


def _without_person(item: Item, problem: Problem | None, word: str | None, values: list[str]) -> None:
    if problem is not None:
        item.block(problem)
    elif values or word == SUPERVISOR:
        item.block(Problem("person_missing", f"{item.email} is not in the organization."))


def _lacks_premium(want: Wanted, person: Person, word: str | None) -> bool:
    """Return True where the role must wait for the license: always for supervisors, for administrators whose row declares Premium."""
    if word == SUPERVISOR or (word == ADMINISTRATOR and want.row.get("license") == PREMIUM):
        return person.license() not in (PREMIUM, None)
    return False


def _plan_administrator(item: Item, person: Person, values: list[str], supervisor: bool, mode: str) -> None:
    held = [r for r in person.roles or () if is_administrator_role(r)]
    add = [v for v in values if v not in held]
    remove = [r for r in held if r not in values] if mode == ADD_AND_REMOVE else []
    left = [v for v in {*held, *add} if v in EXCLUSIVE and v not in remove]
    if add and len(left) > 1:
        names = " and ".join(sorted(name_of(v) for v in left))
        item.block(Problem("needs_remove", f"{item.email}: only one of {names} may be held."))
        return
    if not add and not remove:
        return
    item.change = RoleChange(add, remove)
    item.action = _model.UPDATE if add or values else _model.REMOVE
    item.removal, item.touches_access = bool(remove), True
    after = Person(
        id=person.id, email=person.email, roles=tuple(r for r in person.roles or () if r not in remove) + tuple(add)
    )
    item.after = roles_shown(after, supervisor)


def _plan_supervisor(item: Item, person: Person, word: str | None, supervisor: bool, mode: str, via: str) -> None:
    """Plan the supervisor role: through SCIM where that is asked for, else as something for a person to press."""
    by_identity = SUPERVISOR_VALUE in (person.roles or ())
    change = item.change or RoleChange([], [])
    if word == SUPERVISOR and not supervisor and not by_identity:
        if via == SCIM:
            change.add.append(SUPERVISOR_VALUE)
            item.change, item.touches_access = change, True
            item.action = _model.UPDATE
            item.after = {**item.after, "role": SUPERVISOR if not item.after["roles"] else item.after["role"]}
        else:
            item.manual = Manual("Make this person a supervisor.", ADVICE["supervisor_manual"])
    elif word == AGENT and mode == ADD_AND_REMOVE and (supervisor or by_identity):
        if via == SCIM and by_identity:
            change.remove.append(SUPERVISOR_VALUE)
            item.change, item.touches_access, item.removal = change, True, True
            item.action = _model.UPDATE if change.add else _model.REMOVE
            item.after = {**item.after, "role": AGENT if not item.after["roles"] else item.after["role"]}
        else:
            item.manual = Manual("Take the supervisor role away from this person.", _TAKE_SUPERVISOR_AWAY)
    if item.manual is not None and item.action == _model.NONE:
        item.action = _model.MANUAL


def _parts(change: RoleChange) -> list[RoleChange]:
    """Return the change in the parts that are sent apart: an operation is refused as a whole, and whether the supervisor role is
    taken at all nobody knows."""
    administrator = RoleChange(
        [v for v in change.add if v != SUPERVISOR_VALUE],
        [v for v in change.remove if v != SUPERVISOR_VALUE],
    )
    supervisor = RoleChange(
        [v for v in change.add if v == SUPERVISOR_VALUE], [v for v in change.remove if v == SUPERVISOR_VALUE]
    )
    return [part for part in (administrator, supervisor) if part.add or part.remove]


class Roles:
    """The resource of the module ``role``."""

    name = "role"

    def __init__(self, *, default: str | None, mode: str, supervisor_via: str) -> None:
        self._default = default
        self._mode = mode
        self._via = supervisor_via
        self._people: dict[str, Person | None] = {}
        self._listed: list[dict[str, str]] = []
        self._facts = RoleFacts(set(), {})
        self._given_up = False

    async def read(self, context: Context, wanted: list[Wanted]) -> None:
        if any(w.row.get("administrator_roles") for w in wanted):
            self._listed = await list_roles(context.client)
        words = {w.key: wanted_values(w.row, self._default, self._listed)[0] for w in wanted}
        concerned = [w for w in wanted if words[w.key] is not None or "administrator_roles" in w.row]
        needs_license = [w for w in concerned if words[w.key] == SUPERVISOR or w.row.get("license") == PREMIUM]
        self._people = await context.people(wanted, roles=True)
        unlicensed = [p for w in needs_license if (p := self._people.get(w.key)) is not None and p.license_ids is None]
        if unlicensed:
            listed = contact_center_licenses(await list_licenses(context.client, context.organization))
            await context.reader.fill_licenses(unlicensed, listed)
        self._facts = RoleFacts(await self._supervisors(context, concerned, words), context.snapshot.blocked)

    async def _supervisors(self, context: Context, wanted: list[Wanted], words: dict[str, str | None]) -> set[str]:
        """Return the keys of those whom the contact center shows as supervisors, among those who should be."""
        asked = [
            p
            for w in wanted
            if words[w.key] == SUPERVISOR and (p := self._people.get(w.key)) is not None and not p.planned
        ]
        if not asked:
            return set()
        center = ContactCenter(context.client, context.organization.uuid)
        profiles = await center.profiles()
        records = await center.records(asked)
        return {
            key for key, r in records.items() if profiles.get(r.user_profile_id or "", {}).get("type") == "SUPERVISOR"
        }

    def plan(self, wanted: list[Wanted]) -> list[Item]:
        return plan_roles(
            wanted,
            self._people,
            self._facts,
            default=self._default,
            mode=self._mode,
            supervisor_via=self._via,
            listed=self._listed,
        )

    def check(self, items: list[Item]) -> None:
        """Nothing beyond the guard rails."""

    async def apply(self, context: Context, items: list[Item], done: t.Callable[[Item], bool]) -> None:
        scim = Scim(context.client, context.organization)
        by_key, operations = {}, []
        for number, item in enumerate(items):
            if item.person is None:
                continue
            for part, change in enumerate(_parts(item.change)):
                key = f"role-{number}-{part}"
                by_key[key] = item
                add = {v: name_of(v) for v in change.add}
                operations.append(roles_operation(key, item.person.id, add, change.remove))

        def stop(outcomes: dict[str, OperationOutcome]) -> bool:
            answers = []
            for key, outcome in outcomes.items():
                item = by_key[key]
                item.sent, item.error = True, item.error or outcome.problem
                answers.append(done(item))
            return any(answers)

        await scim.bulk(operations, doing="changing roles", stop=stop)

    async def reread(self, context: Context, items: list[Item], last: bool) -> None:
        self._given_up = last
        people = [i.person for i in items if i.person is not None]
        found = {} if last else await context.reader.search_by_ids([p.id for p in people])
        for person in people:
            fresh = found.get(person.id)
            if fresh is None and (last or len(people) <= 3):
                fresh = await context.reader.one_identity(person.id)
            if fresh is not None:
                person.roles = fresh.roles or ()

    def judge(self, item: Item) -> Problem | None:
        held = set(item.person.roles or ()) if item.person else set()
        item.after = roles_shown(item.person, item.key in self._facts.supervisors)
        lacking = [v for v in item.change.add if v not in held]
        kept = [v for v in item.change.remove if v in held]
        if not lacking and not kept:
            return None
        if SUPERVISOR_VALUE in lacking and (item.error is not None or self._given_up):
            # Trying was all that could be done: what remains is for a person to press.
            why = f" ({item.error.message})" if item.error else ""
            item.manual = Manual(f"Make this person a supervisor: SCIM did not{why}.", ADVICE["supervisor_manual"])
            if lacking == [SUPERVISOR_VALUE] and not kept:
                if item.change.add == lacking and not item.change.remove:
                    item.action = _model.MANUAL
                return None
        names = ", ".join(name_of(v) for v in lacking + kept)
        return Problem("not_verified", f"{item.email} does not show the change of: {names}.")

    def remember(self, context: Context, item: Item) -> None:
        person = item.person
        if person is None:
            return
        if context.check_mode and item.pending and item.change:
            kept = tuple(r for r in person.roles or () if r not in item.change.remove)
            person.roles = kept + tuple(item.change.add)
        context.snapshot.people[item.key] = person
