# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a run joined by address: what was declared for each person, and what each step saw. Private to this collection."""

from __future__ import annotations

import dataclasses
import sys
import typing as t

from ...module_utils._model import ADD_AND_REMOVE, BLOCKED, CREATE, NONE, PRESENT, REMOVE, address_key
from ...module_utils._roster.intent import declared_license
from ...module_utils._steps import STEPS, Step
from .load import RunRecord

#: The state of somebody whom a CSV row names: there, but whether he can sign in is not the file's business.
AS_IS = "as is"

#: The agent settings without which nobody takes contacts.
DESK_SETTINGS = ("contact_center_enabled", "site", "teams", "desktop_profile")
#: What the report needs of what was seen of a person, over all steps.
_FACTS = (*(step.fact for step in STEPS if step.fact), "profile_type", "message", *DESK_SETTINGS)

Facts = dict[str, t.Any]
#: Equal facts by their values: most people look alike, so equal facts are kept once.
_Known = dict[tuple[t.Any, ...], Facts]


@dataclasses.dataclass(slots=True)
class StepOutcome:
    """The last outcome of one person in one step, and whether any of that person's outcomes changed something."""

    action: str = NONE
    changed: bool = False
    removed: bool = False
    created: bool = False
    failed: bool = False
    before: Facts | None = None
    after: Facts | None = None
    code: str = ""
    message: str = ""
    advice: str = ""
    manual: str = ""
    pending: bool = False

    @property
    def bad(self) -> bool:
        """Whether the step did not do what was asked: it failed, or only a person can help."""
        return self.failed or self.action == BLOCKED

    def seen(self, fact: str) -> t.Any:
        """Return what was last seen of this person: after the step, or before it where the step saw nothing afterwards."""
        for side in (self.after, self.before):
            if side is not None and side.get(fact) is not None:
                return side[fact]
        return None


@dataclasses.dataclass(slots=True)
class ReportPerson:
    """One person of a run: what was declared, and the outcome of each step by the step's name."""

    email: str
    state: str = PRESENT
    license: str | None = None
    role: str | None = None
    #: Whether the roster names the person; some are named by outcomes alone.
    declared: bool = True
    #: Whether agent settings were declared.
    agent: bool = False
    steps: dict[str, StepOutcome] = dataclasses.field(default_factory=dict)

    def outcome(self, step: Step) -> StepOutcome | None:
        """Return what became of the person in this step; None where the step never reached the person."""
        return self.steps.get(step.name)

    def seen(self, step: Step) -> t.Any:
        """Return what the step last saw, as the report's column of this step shows it; None where it saw nothing."""
        outcome = self.outcome(step)
        return outcome.seen(step.fact) if outcome is not None else None


def text(value: object) -> str:
    """Return a value of a file as text without blanks around; nothing for None."""
    return "" if value is None else str(value).strip()


def people_of(run: RunRecord) -> dict[str, ReportPerson]:
    """Return the people of a run by address: those of the roster in its order, then those that only an outcome names."""
    people = {address_key(person.email): person for person in _declared(run)}
    known: _Known = {}
    for step in STEPS:
        for line in run.outcomes.get(step.name, ()):
            email = text(line.get("email"))
            key = address_key(email)
            person = people.get(key)
            if person is None:
                person = people[key] = ReportPerson(email, declared=False)
            _take(person.steps.setdefault(step.name, StepOutcome()), line, known)
    return people


def _declared(run: RunRecord) -> t.Iterator[ReportPerson]:
    rows: t.Iterable[t.Mapping[str, t.Any]]
    defaults: t.Mapping[str, t.Any] = {}
    if isinstance(run.roster, t.Mapping):
        rows, defaults = run.roster.get("users") or (), run.roster.get("defaults") or {}
    else:
        rows = run.roster
    takes_away = (run.organization.get("options") or {}).get("license_mode") == ADD_AND_REMOVE
    for row in rows:
        yield ReportPerson(
            email=text(row.get("email")),
            state=row.get("state") or defaults.get("state") or (AS_IS if row.get("csv") else PRESENT),
            license=declared_license(row, takes_away=takes_away) or defaults.get("license") or None,
            role=row.get("role") or defaults.get("role") or None,
            agent=bool(row.get("agent")),
        )


def _facts(side: t.Mapping[str, t.Any] | None, known: _Known) -> Facts | None:
    """Return the facts of one side that the report needs, kept once in `known`."""
    if not side:
        return None
    facts = tuple(tuple(v) if isinstance(v := side.get(name), list) else v for name in _FACTS)
    return known.setdefault(facts, dict(zip(_FACTS, facts, strict=True)))


def _take(step: StepOutcome, line: t.Mapping[str, t.Any], known: _Known) -> None:
    """Lay one outcome line over what is known of a step. A change made by an earlier line stays a change."""
    error = line.get("error") or {}
    step.action = sys.intern(text(line.get("action")) or NONE)
    step.failed = bool(line.get("failed"))
    if line.get("changed"):
        step.changed = True
        step.created = step.created or step.action == CREATE
        step.removed = step.removed or step.action == REMOVE
    if step.before is None:
        step.before = _facts(line.get("before"), known)
    step.after = _facts(line.get("after"), known) or step.after
    step.code = sys.intern(text(error.get("code")))
    step.message = text(error.get("message"))
    step.advice = sys.intern(text(error.get("advice")))
    step.manual = sys.intern(_instruction(line.get("manual") or {}))
    step.pending = bool(line.get("pending"))


def _instruction(manual: t.Mapping[str, t.Any]) -> str:
    what, where = text(manual.get("what")), text(manual.get("where"))
    if what and where and where not in what:
        return f"{what.rstrip('.')}: {where}"
    return what or where
