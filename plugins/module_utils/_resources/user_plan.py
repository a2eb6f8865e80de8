# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a row and the person there make of each other. Pure. Private to this collection."""

from __future__ import annotations

import typing as t

from .._engine.plan import Change, Plan, fixed
from .._errors import Problem
from .._model import ABSENT, ATTRIBUTES, CREATE, DISABLED, PRESENT, REMOVE, UPDATE, Person, Wanted
from .._roster.keys import IF_NEW
from .._webex.people import state_of


def shown(person: Person | None, row: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the part of the person that the row declares, as before and after show it."""
    seen: dict[str, t.Any] = {"state": state_of(person)}
    if person is not None:
        seen.update({a.word: getattr(person, a.word) or "" for a in ATTRIBUTES if a.word in row})
    return seen


def plan_users(wanted: t.Sequence[Wanted], people: t.Mapping[str, Person | None], default_state: str) -> Plan:
    """Return what would change. Pure.

    present: there, able to sign in, with the declared attributes; disabled: there if it was there, not able to sign in; absent: not there.
    Attributes that a row does not declare are left alone; an empty title or department is taken away.
    """
    return Plan(tuple(plan_user(want, people.get(want.key), default_state) for want in wanted))


def plan_user(want: Wanted, person: Person | None, default_state: str) -> Change:
    """Return what would change for one person. Its payload are the attributes to be set. Pure."""
    declared = {
        a.word: want.row[a.word] for a in ATTRIBUTES if a.word in want.row and (want.row[a.word] != "" or a.clearable)
    }
    before = shown(person, declared)
    state = want.row.get("state") or default_state
    if state == ABSENT:
        return _gone(want, person, before)
    if state == DISABLED:
        return _disabled(want, person, before)
    if person is None and want.row.get("creates") is False:
        return Change(want, before=before, after=before).blocked(_adds_nobody(want.email))
    if person is None:
        name = _name_if_new(want.row, declared)
        return Change(want, CREATE, before, {"state": PRESENT, **name, **declared}, payload=fixed({**want.row, **name}))
    return _present(want, person, before, declared)


def _name_if_new(row: t.Mapping[str, t.Any], declared: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the name that stood beside a pasted address; it counts only where nothing of a name is declared."""
    own = ("first_name", "last_name", "display_name")
    return {} if any(declared.get(word) for word in own) else dict(row.get(IF_NEW) or {})


def _adds_nobody(email: str) -> Problem:
    text = f"{email} is not in the organization, and the file that names this person adds nobody."
    return Problem("person_missing", text, advice="Add the person with a list or a user file first, then run again.")


def _gone(want: Wanted, person: Person | None, before: dict[str, t.Any]) -> Change:
    if person is None:
        return Change(want, before=before, after=before)
    return Change(want, REMOVE, before, {"state": ABSENT}, person, removal=True)


def _disabled(want: Wanted, person: Person | None, before: dict[str, t.Any]) -> Change:
    if person is None or person.active is False:
        return Change(want, before=before, after=before, person=person)
    after = {**before, "state": DISABLED}
    return Change(want, UPDATE, before, after, person, fixed({"active": False}), removal=True)


def _present(want: Wanted, person: Person, before: dict[str, t.Any], declared: dict[str, t.Any]) -> Change:
    attributes = {f: v for f, v in declared.items() if v != (getattr(person, f) or "")}
    after = {**before, **attributes}
    # A CSV file cannot change anybody's status (vendor's rule): who is inactive stays so.
    if person.active is False and want.row.get("csv") is None:
        attributes["active"] = True
        after["state"] = PRESENT
    if not attributes:
        return Change(want, before=before, after=before, person=person)
    return Change(want, UPDATE, before, after, person, fixed(attributes))
