# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan: what a step would change, worked out before anything is written. Values that nobody alters; what differs is a new one.

Private to this collection.
"""

from __future__ import annotations

import dataclasses
import types
import typing as t

from .._errors import Problem
from .._model import (
    ABSENT,
    BLOCKED,
    CREATE,
    DISABLED,
    MANUAL,
    NO_LICENSE,
    NONE,
    REMOVE,
    UPDATE,
    Manual,
    Person,
    Wanted,
)

#: Kinds of changes for which something is sent.
SENT_KINDS = (CREATE, UPDATE, REMOVE)

Shown = t.Mapping[str, t.Any]


def fixed(content: t.Mapping[str, t.Any]) -> Shown:
    """Return a copy that cannot be altered."""
    return types.MappingProxyType(dict(content))


@dataclasses.dataclass(slots=True, frozen=True)
class Change:
    """What one person's row comes to in one step."""

    wanted: Wanted
    #: create, update or remove: something is sent; none: all is as wanted; blocked, manual: only a person can help.
    kind: str = NONE
    #: What was read, and what would be there afterwards, as results show it.
    before: Shown = dataclasses.field(default_factory=dict)
    after: Shown = dataclasses.field(default_factory=dict)
    #: The person as read before; None: not there, or not looked up.
    person: Person | None = None
    #: What is to be sent; a frozen value of the resource that planned it.
    payload: t.Any = None
    #: It takes something away from the person: counted against max_removals.
    removal: bool = False
    #: It changes roles or takes the person's access: never for the run's own account.
    touches_access: bool = False
    #: Why it is blocked.
    problem: Problem | None = None
    #: What only a person can do, beside or in place of what is sent.
    manual: Manual | None = None
    #: What a module has to tell about the person beside the common shape; joins the result and the outcome line.
    extra: Shown = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("before", "after", "extra"):
            object.__setattr__(self, name, fixed(getattr(self, name)))

    @property
    def index(self) -> int:
        """The row's place in the roster; no two changes of a plan share one."""
        return self.wanted.index

    @property
    def key(self) -> str:
        """The key of the address."""
        return self.wanted.key

    @property
    def email(self) -> str:
        """The address as the row spells it."""
        return self.wanted.email

    @property
    def pending(self) -> bool:
        """True if something is to be sent for it."""
        return self.kind in SENT_KINDS

    @property
    def sensitive(self) -> bool:
        """True if something is taken away, or something is to be sent that touches somebody's access."""
        return self.takes or (self.pending and self.touches_access)

    @property
    def takes(self) -> bool:
        """True if it takes something away, whether something is sent for that or a person is asked to do it."""
        return self.removal and (self.pending or self.kind == MANUAL)

    @property
    def takes_everything(self) -> bool:
        """True if the account, the access to it, or the last license goes."""
        return self.takes and (self.after.get("state") in (ABSENT, DISABLED) or self.after.get("license") == NO_LICENSE)

    def blocked(self, problem: Problem) -> Change:
        """Return the same as something that only a person can solve: nothing is changed by us, and nobody is asked to change it."""
        return dataclasses.replace(self, kind=BLOCKED, problem=problem, after=self.before, manual=None)


@dataclasses.dataclass(slots=True, frozen=True)
class Plan:
    """All changes of one step, in the roster's order."""

    changes: tuple[Change, ...] = ()
    #: What the user should know although nothing is wrong.
    warnings: tuple[str, ...] = ()
    #: Why the step must not begin: too many would lose something, or there are too few seats. None: it may.
    refusal: Problem | None = None

    def __iter__(self) -> t.Iterator[Change]:
        return iter(self.changes)

    def __len__(self) -> int:
        return len(self.changes)

    @property
    def pending(self) -> tuple[Change, ...]:
        """The changes for which something is to be sent."""
        return tuple(c for c in self.changes if c.pending)

    @property
    def removals(self) -> tuple[Change, ...]:
        """The changes that take something away."""
        return tuple(c for c in self.changes if c.takes)

    @property
    def sensitive(self) -> tuple[Change, ...]:
        """The changes that a guard rail has to look at."""
        return tuple(c for c in self.changes if c.sensitive)

    def counts(self) -> dict[str, int]:
        """Return how many changes there are of each kind that occurs."""
        found: dict[str, int] = {}
        for change in self.changes:
            found[change.kind] = found.get(change.kind, 0) + 1
        return found

    def with_changes(self, changes: t.Iterable[Change]) -> Plan:
        """Return the plan with these in the place of those of the same row."""
        other = {c.index: c for c in changes}
        return dataclasses.replace(self, changes=tuple(other.get(c.index, c) for c in self.changes))

    def with_blocked(self, problems: t.Mapping[int, Problem]) -> Plan:
        """Return the plan with these changes blocked; ``problems`` by the row's index."""
        return self.with_changes(c.blocked(problems[c.index]) for c in self.changes if c.index in problems)

    def refused(self, problem: Problem) -> Plan:
        """Return the plan as one that must not begin."""
        return dataclasses.replace(self, refusal=problem)
