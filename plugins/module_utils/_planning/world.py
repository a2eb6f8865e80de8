# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What would be there after each planned step: the next one is planned on that. Pure. Private to this collection."""

from __future__ import annotations

import dataclasses
import typing as t

from .._engine.plan import Change, Plan
from .._errors import Problem
from .._model import CREATE, LONGEST, REMOVE, Person
from .._webex.licenses import Seat

#: Returns the person that a pending change leaves; None: nobody.
After = t.Callable[[Change], "Person | None"]


@dataclasses.dataclass(slots=True)
class World:
    """People by key as the steps planned so far leave them, and whom one of these steps blocks, with the first reason."""

    people: dict[str, Person | None]
    blocked: dict[str, Problem] = dataclasses.field(default_factory=dict)

    def take(self, plan: Plan, after: After) -> None:
        """Reckon with a step's plan."""
        for change in plan:
            if change.pending:
                self.people[change.key] = after(change)
            elif change.problem is not None:
                self.blocked.setdefault(change.key, change.problem)


def after_user(change: Change) -> Person | None:
    """Return whom the step user leaves; a new person has no licenses and no roles."""
    if change.kind == REMOVE:
        return None
    if change.kind == CREATE or change.person is None:
        texts = {f: v for f, v in change.after.items() if f in LONGEST}
        return Person("", change.email, active=True, pending=True, license_ids=(), roles=(), planned=True, **texts)
    return dataclasses.replace(change.person, **change.payload)


def after_license(seats: t.Sequence[Seat]) -> After:
    """Return what the step license leaves.

    Where there is no seat for somebody the run is refused, and the steps behind are planned as if there were one: their own mistakes
    are told as well, and not those that come of this.
    """

    def after(change: Change) -> Person | None:
        if change.person is None:
            return None
        held = change.payload.applied(change.person.license_ids)
        if change.payload.seatless:
            held = (*held, *[s.id for s in seats if s.license == change.payload.want][:1])
        return dataclasses.replace(change.person, license_ids=held)

    return after


def after_role(change: Change) -> Person | None:
    """Return what the step role leaves."""
    if change.person is None:
        return None
    return dataclasses.replace(change.person, roles=change.payload.applied(change.person.roles))
