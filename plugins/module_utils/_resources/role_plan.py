# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a row and the roles that somebody has make of each other. Pure. Private to this collection."""

from __future__ import annotations

import dataclasses
import difflib
import typing as t

from .._advice import ADVICE
from .._contact_center.names import Directory
from .._contact_center.records import Record
from .._contact_center.sync_state import SUPERVISOR_PROFILE
from .._engine.plan import Change, Plan
from .._errors import InputError, Problem
from .._model import (
    ADD_AND_REMOVE,
    ADMINISTRATOR,
    AGENT,
    MANUAL,
    NONE,
    PREMIUM,
    REMOVE,
    SUPERVISOR,
    SUPERVISOR_NAME,
    UPDATE,
    Manual,
    Person,
    Wanted,
)
from .._roster.intent import declared_license
from .._webex.roles import (
    EXCLUSIVE,
    FULL_ADMINISTRATOR,
    SUPERVISOR_VALUE,
    WELL_KNOWN,
    is_administrator_role,
    name_of,
    resolve_role,
    roles_shown,
)

#: How supervisors are made: by hand, by the identity role, by the switch on the contact center's record.
CONSOLE, SCIM, CAPABILITIES = "console", "scim", "capabilities"
SUPERVISOR_WAYS = (CONSOLE, SCIM, CAPABILITIES)
MAKE_SUPERVISOR = "Make this person a supervisor"
TAKE_SUPERVISOR = "Take the supervisor role away from this person"
TAKE_SUPERVISOR_AWAY = "In Control Hub open Management > Users, the person, Edit licenses, and choose Premium Agent."
#: What the roles list shows: {id, value, name} each.
Listed = t.Sequence[t.Mapping[str, str]]


@dataclasses.dataclass(slots=True, frozen=True)
class RoleChange:
    """Identity role values to give and to take away."""

    give: tuple[str, ...] = ()
    take: tuple[str, ...] = ()
    #: The contact center's record whose switch is set; None: none is.
    record_id: str | None = None
    #: What that switch is set to.
    supervises: bool = False

    def __bool__(self) -> bool:
        return bool(self.give or self.take or self.record_id)

    def parts(self) -> list[RoleChange]:
        """Return what is sent through SCIM: apart, since an operation is refused as a whole, and nobody knows whether the supervisor
        role is taken at all."""

        def only(supervisor: bool) -> RoleChange:
            give, take = (
                [v for v in values if (v == SUPERVISOR_VALUE) is supervisor] for values in (self.give, self.take)
            )
            return RoleChange(tuple(give), tuple(take))

        return [part for part in (only(False), only(True)) if part]

    def applied(self, roles: t.Iterable[str] | None) -> tuple[str, ...]:
        """Return the roles that are there afterwards."""
        return (*(r for r in roles or () if r not in self.take), *self.give)


@dataclasses.dataclass(slots=True, frozen=True)
class RoleRules:
    """How rows are meant: the role of rows that name none, the mode, and the way to make a supervisor."""

    default: str | None
    mode: str
    supervisor_via: str


@dataclasses.dataclass(slots=True, frozen=True)
class RoleFacts:
    """What was read: people by key, who is a supervisor in the contact center, whom an earlier step blocked, and the roles list.

    records: those of the contact center by key, where their switch counts; profiles: its user profiles.
    """

    people: t.Mapping[str, Person | None]
    supervisors: t.Collection[str] = frozenset()
    blocked: t.Mapping[str, Problem] = dataclasses.field(default_factory=dict)
    listed: Listed = ()
    records: t.Mapping[str, Record] = dataclasses.field(default_factory=dict)
    profiles: Directory | None = None

    def shown(self, person: Person | None, key: str, record: Record | None) -> dict[str, t.Any]:
        """Return what before and after show; with a record also what that says of supervisors, and the role that comes of it."""
        if record is None:
            return _shown(person, key in self.supervisors)
        profile = self.profiles.profile_type(record.user_profile_id) if self.profiles else None
        says = record.supervisor
        shown = _shown(person, profile == SUPERVISOR_PROFILE or says is True)
        return shown if says is None else {**shown, "supervisor_capabilities": says}


def _shown(person: Person | None, supervisor: bool) -> dict[str, t.Any]:
    """Return the role, and the roles by name: beside an administrator's also the supervisor's, which the word does not tell."""
    shown = roles_shown(person, supervisor)
    if person is not None and shown["roles"] and SUPERVISOR_VALUE in (person.roles or ()):
        shown["roles"] = [*shown["roles"], SUPERVISOR_NAME]
    return shown


def wanted_word(row: t.Mapping[str, t.Any], default: str | None) -> str | None:
    """Return the role that a row declares, or None. Pure."""
    return row.get("role") or default


def wanted_values(row: t.Mapping[str, t.Any], default: str | None, listed: Listed) -> tuple[str | None, list[str]]:
    """Return (role word or None, administrator role values) that a row declares; what is named twice counts once.

    :raises InputError: an unknown role (with the nearest names), or roles that exclude each other.
    """
    word = wanted_word(row, default)
    names = row.get("administrator_roles")
    where = row.get("source", row.get("email", ""))
    if names is None:
        return word, [FULL_ADMINISTRATOR] if word == ADMINISTRATOR else []
    values = list(dict.fromkeys(_value(name, listed, where) for name in names))
    if not values and word == ADMINISTRATOR:
        text = f"{where}: role is administrator, and administrator_roles names none."
        raise InputError(
            Problem(
                "invalid_input",
                text,
                advice="Name the roles, or leave administrator_roles out; with none, role is agent.",
            )
        )
    clash = [name_of(v) for v in values if v in EXCLUSIVE]
    if len(clash) > 1:
        text = f"{where}: only one of {', '.join(clash)} may be held."
        raise InputError(Problem("invalid_input", text))
    return word, values


def _value(name: str, listed: Listed, where: str) -> str:
    value = resolve_role(name, listed)
    if value is not None and is_administrator_role(value):
        return value
    if value is not None:
        raise InputError(Problem("role_by_hand", f"{where}: the role {name!r} cannot be given through the API."))
    given = {r["value"]: r["name"] for r in listed} | WELL_KNOWN
    known = sorted({n for v, n in given.items() if is_administrator_role(v)})
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.4) or known[:5]
    text = f"{where}: the role {name!r} is not known. Near: {', '.join(near)}."
    raise InputError(Problem("unknown_role", text))


def plan_roles(wanted: t.Sequence[Wanted], facts: RoleFacts, rules: RoleRules) -> Plan:
    """Return what would change. Pure.

    ``add_and_remove`` makes the administrator roles exactly those that the row names, in whatever order; ``add_only`` takes none away.
    A row that names an unknown role, or roles that exclude each other, is blocked; so is one whose ``role`` alone would take an
    administrator's roles away, or make a Full Administrator of one with finer roles.
    """
    return Plan(tuple(_plan_one(want, facts, rules) for want in wanted))


def _plan_one(want: Wanted, facts: RoleFacts, rules: RoleRules) -> Change:
    person, record = facts.people.get(want.key), facts.records.get(want.key)
    before = facts.shown(person, want.key, record)
    unchanged = Change(want, before=before, after=before, person=person)
    try:
        word, values = wanted_values(want.row, rules.default, facts.listed)
    except InputError as error:
        return unchanged.blocked(error.problem)
    named = want.row.get("administrator_roles") is not None
    if word is None and not named:
        return unchanged
    if person is None:
        missing = facts.blocked.get(want.key)
        if missing is None and (values or word == SUPERVISOR):
            missing = Problem("person_missing", f"{want.email} is not in the organization.")
        return unchanged.blocked(missing) if missing else unchanged
    administrator = _administrator_roles(person, values, rules.mode)
    problem = None if named else _unsaid(want.email, person, word, administrator)
    if person.roles is None:
        problem = Problem("roles_unread", f"Which roles {want.email} has could not be read.")
    if not named:
        # A word alone takes no administrator role away.
        administrator = dataclasses.replace(administrator, take=())
    problem = problem or _needs_premium(want, person, word) or _exclusion(want.email, person, administrator)
    if problem is not None:
        return unchanged.blocked(problem)
    supervisor = want.key in facts.supervisors or before.get("supervisor_capabilities") is True
    role, manual = _supervisor_role(person, word, supervisor, rules, record)
    whole = dataclasses.replace(role, give=(*administrator.give, *role.give), take=(*administrator.take, *role.take))
    # What a person is asked to take away is taken away, too: protection and limits hold for it.
    by_hand = manual is not None and word == AGENT
    if not whole:
        return dataclasses.replace(unchanged, kind=MANUAL if manual else NONE, manual=manual, removal=by_hand)
    # Losing other roles is no removal where roles are declared that stay.
    gives = bool(whole.give) or role.supervises or (bool(values) and not role)
    return dataclasses.replace(
        unchanged,
        kind=UPDATE if gives else REMOVE,
        after=_shown_after(person, administrator, role, supervisor, before.get("supervisor_capabilities")),
        payload=whole,
        removal=bool(whole.take) or by_hand or (bool(role) and word == AGENT),
        touches_access=True,
        manual=manual,
    )


def _needs_premium(want: Wanted, person: Person, word: str | None) -> Problem | None:
    """Return why the role must wait for the license: always for supervisors, for administrators whose row declares Premium."""
    rests = word == SUPERVISOR or (word == ADMINISTRATOR and declared_license(want.row) == PREMIUM)
    if not rests or person.license() in (PREMIUM, None):
        return None
    text = f"{want.email} has no Premium license, which the role {word} rests on."
    return Problem("needs_premium", text)


def _administrator_roles(person: Person, values: t.Sequence[str], mode: str) -> RoleChange:
    there = [r for r in person.roles or () if is_administrator_role(r)]
    take = [r for r in there if r not in values] if mode == ADD_AND_REMOVE else []
    return RoleChange(tuple(v for v in values if v not in there), tuple(take))


def _unsaid(email: str, person: Person, word: str | None, change: RoleChange) -> Problem | None:
    """Return why a row that says ``role`` and names no administrator roles leaves open what is meant; None where it does not.

    Whoever is a Full Administrator is an administrator, whatever else is there.
    """
    held = [r for r in person.roles or () if is_administrator_role(r)]
    if not held or (not change.give and (not change.take or word == ADMINISTRATOR)):
        return None
    names = " and ".join(sorted(map(name_of, held)))
    meant = f"{name_of(FULL_ADMINISTRATOR)}, which is another role" if word == ADMINISTRATOR else "none of these"
    text = f"{email} is {names}; role: {word} alone would mean {meant}."
    return Problem("administrator_roles_needed", text)


def _exclusion(email: str, person: Person, change: RoleChange) -> Problem | None:
    """Return why the roles to be given cannot stand beside those that stay."""
    together = {v for v in change.applied(person.roles) if v in EXCLUSIVE}
    if not change.give or len(together) < 2:
        return None
    names = " and ".join(sorted(name_of(v) for v in together))
    return Problem("needs_remove", f"{email}: only one of {names} may be held.")


def _supervisor_role(
    person: Person, word: str | None, supervisor: bool, rules: RoleRules, record: Record | None
) -> tuple[RoleChange, Manual | None]:
    """Return what is sent for the supervisor role, where a way to send it was chosen; else what a person must press."""
    by_identity = SUPERVISOR_VALUE in (person.roles or ())
    if word == SUPERVISOR and not supervisor and not by_identity:
        return _made_supervisor(rules.supervisor_via, record)
    if word == AGENT and rules.mode == ADD_AND_REMOVE and (supervisor or by_identity):
        return _made_agent(rules.supervisor_via, by_identity, record)
    return RoleChange(), None


def _made_supervisor(via: str, record: Record | None) -> tuple[RoleChange, Manual | None]:
    if via == SCIM:
        return RoleChange(give=(SUPERVISOR_VALUE,)), None
    if via == CAPABILITIES and record is not None and record.supervisor is False:
        return RoleChange(record_id=record.id, supervises=True), None
    why = _no_switch(record) if via == CAPABILITIES else ""
    return RoleChange(), Manual(f"{MAKE_SUPERVISOR}{why}.", ADVICE["supervisor_manual"])


def _made_agent(via: str, by_identity: bool, record: Record | None) -> tuple[RoleChange, Manual | None]:
    if via == SCIM and by_identity:
        return RoleChange(take=(SUPERVISOR_VALUE,)), None
    if via == CAPABILITIES and record is not None and record.supervisor is True:
        return RoleChange(record_id=record.id, supervises=False), None
    return RoleChange(), Manual(f"{TAKE_SUPERVISOR}.", TAKE_SUPERVISOR_AWAY)


def _no_switch(record: Record | None) -> str:
    """Return why the switch cannot be set."""
    if record is None:
        return ": the contact center has no record of this person yet"
    return ": the contact center does not show the switch that supervisor_via: capabilities sets"


def _shown_after(
    person: Person, administrator: RoleChange, role: RoleChange, supervisor: bool, says: bool | None
) -> dict[str, t.Any]:
    """Return what is shown afterwards; ``supervisor``: the contact center shows the person as one; ``says``: its record's switch."""
    changed = Person(id=person.id, email=person.email, roles=role.applied(administrator.applied(person.roles)))
    after = _shown(changed, supervisor)
    if role and not after["roles"]:
        after["role"] = SUPERVISOR if role.give or role.supervises else AGENT
    return after if says is None else {**after, "supervisor_capabilities": role.supervises if role.record_id else says}
