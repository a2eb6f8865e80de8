# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a run joined by row: what was declared for each person, what was planned, and what each step saw.

Private to this collection. What belongs together is told by the number of the row and by the place it was written at. The address joins
only what has no row: refused rows, and outcomes of people whom no roster names.
"""

from __future__ import annotations

import dataclasses
import sys
import typing as t

from ...module_utils._model import (
    ADD_AND_REMOVE,
    BLOCKED,
    CREATE,
    MANUAL,
    NONE,
    PREMIUM,
    PRESENT,
    REMOVE,
    STANDARD,
    address_key,
)
from ...module_utils._roster.intent import declared_license
from ...module_utils._steps import AGENT, LICENSE, ROLE, ROW, STEPS, SYNC, USER, Step
from .load import RunFiles

#: The state of somebody whom a CSV row names: there, but whether he can sign in is not the file's business.
AS_IS = "as is"

#: The agent settings without which nobody takes contacts.
DESK_SETTINGS = ("contact_center_enabled", "site", "teams", "desktop_profile")
#: What the report needs of what was seen of a person, over all steps.
_FACTS = (*(step.fact for step in STEPS if step.fact), "roles", "profile_type", "message", *DESK_SETTINGS)
#: What a plan says of a row is final in these words: there is nothing that a step could do about it.
_FINAL = (NONE, BLOCKED, MANUAL)

#: The code of what a step did not come to.
NOT_ATTEMPTED = "not_attempted"

Facts = dict[str, t.Any]
Line = t.Mapping[str, t.Any]
#: Equal facts by their values: most people look alike, so equal facts are kept once.
_Known = dict[tuple[t.Any, ...], Facts]


@dataclasses.dataclass(slots=True)
class StepOutcome:
    """The last outcome of one row in one step, and whether any of its outcomes changed something."""

    action: str = NONE
    #: Something was changed, as far as was seen; in a check run: would be.
    changed: bool = False
    removed: bool = False
    #: Something was taken away from the person, removed or not: another license, a role, the access.
    took: bool = False
    #: No outcome tells of it, the plan alone does.
    only_planned: bool = False
    created: bool = False
    #: False: something was sent of which nobody knows whether it took effect.
    certain: bool = True
    failed: bool = False
    #: There is a change here that the run did not come to: it ended before, or was to stop at the first failure.
    not_attempted: bool = False
    before: Facts | None = None
    after: Facts | None = None
    code: str = ""
    message: str = ""
    advice: str = ""
    manual: str = ""
    #: Whether the person has never signed in; None: not read.
    pending: bool | None = None

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
    """One entry of a run: what was declared, where it was written, and the outcome of each step by the step's name."""

    #: None for a refused row that names nobody.
    email: str | None
    #: Where it was written: ``agents.csv:12``, ``onboard_users[3]``.
    places: list[str] = dataclasses.field(default_factory=list)
    state: str = PRESENT
    license: str | None = None
    role: str | None = None
    #: The administrator roles that the row names; None: it leaves them alone.
    administrator_roles: tuple[str, ...] | None = None
    #: Whether the roster names the person; some are named by outcomes alone.
    declared: bool = True
    #: Whether agent settings were declared.
    agent: bool = False
    #: The names of the steps that the row asks something of; None: nobody knows.
    asks: frozenset[str] | None = None
    steps: dict[str, StepOutcome] = dataclasses.field(default_factory=dict)
    #: What the plan foresaw: {outcome, message, action}.
    forecast: t.Mapping[str, t.Any] | None = None

    def outcome(self, step: Step) -> StepOutcome | None:
        """Return what became of the person in this step; None where the step never reached the person."""
        return self.steps.get(step.name)

    def seen(self, step: Step) -> t.Any:
        """Return what the step last saw, as the report's column of this step shows it; None where it saw nothing."""
        outcome = self.outcome(step)
        return outcome.seen(step.fact) if outcome is not None else None

    def add_places(self, places: t.Iterable[str]) -> None:
        """Add the places that are not known yet."""
        self.places.extend(place for place in places if place not in self.places)


def text(value: object) -> str:
    """Return a value of a file as text without blanks around; nothing for None."""
    return "" if value is None else str(value).strip()


def people_of(run: RunFiles) -> list[ReportPerson]:
    """Return the entries of a run: those of the roster in its order, then those that an outcome alone names, refused rows among them."""
    joined = _Joined(run)
    for step in STEPS:
        for line in run.outcomes.get(step.name, ()):
            joined.take(step, line)
    for entry in run.plan.people if run.plan is not None else ():
        joined.take_plan(entry)
    return joined.people


class _Joined:
    """The entries of a run while they are put together."""

    def __init__(self, run: RunFiles) -> None:
        self.people: list[ReportPerson] = []
        # What a check run plans would happen; where it was refused, nothing would.
        self._foreseen = run.record.check_mode and not run.record.stopped
        self._known: _Known = {}
        self._by_row: dict[int, ReportPerson] = {}
        self._by_address: dict[str, ReportPerson] = {}
        self._by_place: dict[str, ReportPerson] = {}
        for number, (row, person) in enumerate(_declared(run)):
            self._by_row[row.get("row", number)] = person
            self._enter(person)

    def _enter(self, person: ReportPerson) -> None:
        self.people.append(person)
        if person.email:
            self._by_address.setdefault(address_key(person.email), person)
        for place in person.places:
            self._by_place.setdefault(place, person)

    def take(self, step: Step, line: Line) -> None:
        """Lay an outcome line over what is known of its row."""
        places = _places(line)
        person = self._find(step, line, places)
        if person is None:
            person = ReportPerson(text(line.get("email")) or None, places, declared=False)
            self._enter(person)
        elif step is ROW or not person.declared:
            person.add_places(places)
        _take(person.steps.setdefault(step.name, StepOutcome()), line, self._known)

    def _find(self, step: Step, line: Line, places: t.Sequence[str]) -> ReportPerson | None:
        # A refused row has no number: it belongs to whom it names, and a row that names nobody stands for itself.
        if step is not ROW and line.get("index") in self._by_row:
            return self._by_row[line["index"]]
        if key := address_key(text(line.get("email"))):
            return self._by_address.get(key)
        return next((self._by_place[place] for place in places if place in self._by_place), None)

    def take_plan(self, entry: Line) -> None:
        """Take the plan's word for what no outcome line tells of its row."""
        person = self._by_row.get(entry.get("row", -1)) or self._by_address.get(address_key(text(entry.get("email"))))
        if person is None:
            return
        person.forecast = entry.get("forecast") or None
        for name, planned in (entry.get("steps") or {}).items():
            if planned and name not in person.steps:
                person.steps[name] = self._planned(planned)
            if planned and planned.get("removal"):
                person.steps[name].took = person.steps[name].changed

    def _planned(self, planned: Line) -> StepOutcome:
        outcome = StepOutcome(only_planned=True)
        action = text(planned.get("action")) or NONE
        foreseen = self._foreseen and action not in _FINAL
        _take(outcome, {**planned, "changed": foreseen}, self._known)
        if not foreseen and action not in _FINAL:
            outcome.not_attempted, outcome.after = True, None
        return outcome


def _places(line: Line) -> list[str]:
    """Return the places that a row or line is about."""
    sources = line.get("sources") or [line.get("source")]
    return list(dict.fromkeys(filter(None, map(text, sources))))


def _declared(run: RunFiles) -> t.Iterator[tuple[Line, ReportPerson]]:
    takes_away = option_of(run, "license", "mode") == ADD_AND_REMOVE
    # Cells go before what is said for everybody, even those that declare nothing.
    license_default = option_of(run, "license", "default") or None
    settings = bool(option_of(run, "agent", "settings"))
    for row in run.roster:
        person = ReportPerson(
            email=text(row.get("email")) or None,
            places=_places(row),
            state=row.get("state") or (AS_IS if row.get("csv") else PRESENT),
            license=declared_license(row, takes_away=takes_away) or (None if row.get("csv") else license_default),
            role=row.get("role") or option_of(run, "role", "default") or None,
            administrator_roles=None if (named := row.get("administrator_roles")) is None else tuple(map(text, named)),
            agent=bool(row.get("agent")),
        )
        asks = {
            USER: True,
            LICENSE: person.license,
            ROLE: person.role or "administrator_roles" in row,
            SYNC: person.license in (STANDARD, PREMIUM),
            AGENT: person.agent or settings,
        }
        person.asks = frozenset(step.name for step, asked in asks.items() if asked)
        yield row, person


def option_of(run: RunFiles, step: str, name: str) -> t.Any:
    """Return an option of a step as the plan was made with it; without a plan as the run was begun with it (``license_mode``)."""
    planned = (run.plan.options.get(step) or {}) if run.plan is not None else {}
    return planned[name] if name in planned else run.record.options.get(f"{step}_{name}")


def _facts(side: t.Mapping[str, t.Any] | None, known: _Known) -> Facts | None:
    """Return the facts of one side that the report needs, kept once in `known`."""
    if not side:
        return None
    facts = tuple(tuple(v) if isinstance(v := side.get(name), list) else v for name in _FACTS)
    return known.setdefault(facts, dict(zip(_FACTS, facts, strict=True)))


def _take(step: StepOutcome, line: Line, known: _Known) -> None:
    """Lay one outcome line over what is known of a step. A change of an earlier line stays one, a doubt until a change is seen."""
    error = line.get("error") or {}
    step.action = sys.intern(text(line.get("action")) or NONE)
    step.code = sys.intern(text(error.get("code")))
    step.not_attempted = step.code == NOT_ATTEMPTED
    step.failed = bool(line.get("failed")) and not step.not_attempted
    if line.get("certain") is False:
        step.certain = False
    elif line.get("changed"):
        step.certain = step.changed = True
        step.created = step.created or step.action == CREATE
        step.removed = step.removed or step.action == REMOVE
    if step.before is None:
        step.before = _facts(line.get("before"), known)
    step.after = _facts(line.get("after"), known) or step.after
    step.message = text(error.get("message"))
    step.advice = sys.intern(text(error.get("advice")))
    step.manual = sys.intern(_instruction(line.get("manual") or {}))
    step.pending = line["pending"] if isinstance(line.get("pending"), bool) else step.pending


def _instruction(manual: t.Mapping[str, t.Any]) -> str:
    what, where = text(manual.get("what")), text(manual.get("where"))
    if what and where and where not in what:
        return f"{what.rstrip('.')}: {where}"
    return what or where
