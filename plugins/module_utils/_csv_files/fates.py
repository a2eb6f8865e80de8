# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of each row of a run: its outcomes by place, with the plan's word for what has none. Private to this collection.

A row is done when everything that it asked for is done. What the plan holds for a step that left no outcome was not attempted; in a check
run it is what would be done.
"""

from __future__ import annotations

import dataclasses
import typing as t

from .._files import read_json, read_lines
from .._model import BLOCKED, CREATE, REMOVE, UPDATE
from .._roster.finding import place_of, show
from .._roster.intent import Intent
from .._roster.join import CONTRADICTION
from .._roster.table import REFUSED, places_of
from .._run.plan_file import PENDING, PlanDocument, read_plan
from .._run.record import OPEN, RunRecord
from .._steps import AGENT, LICENSE, ROLE, ROSTER_FILE, ROW, STEPS, SYNC

Outcome = t.Mapping[str, t.Any]

#: Outcomes of rows; all but refused are also those of people.
FAILED, NOT_ATTEMPTED, CHANGED, UNCHANGED = "failed", "not attempted", "changed", "unchanged"
#: Nothing went wrong: somebody is still to press "Synchronize Users", or it is not known whether that helped.
WAITING = "waiting"
#: The worst of a person counts.
_RANK = {FAILED: 6, BLOCKED: 5, NOT_ATTEMPTED: 4, WAITING: 3, CHANGED: 2, UNCHANGED: 1}
#: Rows with these outcomes are written again.
_AGAIN = (FAILED, BLOCKED, NOT_ATTEMPTED)
#: The words of a plan.
_PLANNED = {CHANGED: "would change", NOT_ATTEMPTED: "would not be reached"}
_RUN_AGAIN = "Remove the cause, then run the retry file."
_STEPS = tuple(step for step in STEPS if step.in_result_files)
#: Which steps a row may ask for in the runs of roles that are not about the whole chain.
_OF_ROLE = {"agent_settings": {AGENT.name}, "synchronize": set[str]()}
_NOT_YET = "The contact center has not taken this person over yet."
_SETTINGS_NOT_YET = (
    "The agent settings are not set yet: they follow when the contact center has taken this person over."
)
_AFTER_THE_GATE = "Synchronize the users, then run the retry file."


@dataclasses.dataclass
class Fate:
    """What became of one row over all steps. word: its outcome; again: whether it belongs into the retry file."""

    word: str = ""
    changes: list[str] = dataclasses.field(default_factory=list)
    message: str = ""
    code: str = ""
    tracking_id: str = ""
    advice: str = ""
    again: bool = False
    #: What the contact center's own record was last seen to be; empty where nobody looked.
    sync_state: str = ""

    def cells(self) -> list[str]:
        """Return what stands in a result file behind line and address."""
        changes = "; ".join(self.changes)
        return [self.word, changes, self.message, self.code, self.tracking_id, self.advice, self.sync_state]

    @property
    def reason(self) -> str:
        """What a retry file says of it where it has a column for that."""
        return " ".join(filter(None, (self.message, self.advice))) or self.word

    def add(self, outcome: Outcome) -> None:
        """Take in the outcome of one step."""
        if outcome.get("changed"):
            self.changes.append(change_in_words(outcome))
        if outcome.get("module") == SYNC.name:
            self.sync_state = _text((outcome.get("after") or {}).get(SYNC.fact))
            if self.word in _AGAIN:
                # What keeps the contact center from knowing the person is told already.
                return
        word = _text(outcome.get("word")) or _word_of(outcome)
        manual = outcome.get("manual") or {}
        if _RANK[word] > _RANK.get(self.word, 0):
            self.word = word
            self._tell(outcome, manual)
        elif manual and not self.message:
            self.message, self.advice = _text(manual.get("what")), _text(manual.get("where"))

    def _tell(self, outcome: Outcome, manual: t.Mapping[str, t.Any]) -> None:
        error = outcome.get("error") or {}
        self.message = _text(error.get("message")) or _text(manual.get("what"))
        self.code = _text(error.get("code"))
        self.tracking_id = _text(error.get("tracking_id"))
        self.advice = _text(error.get("advice")) or _text(manual.get("where"))
        if self.word == NOT_ATTEMPTED and not self.message:
            self.message = f"The run ended before this was done: {change_in_words(outcome)}."
            self.advice = _RUN_AGAIN


def _word_of(outcome: Outcome) -> str:
    if outcome.get("failed"):
        return FAILED
    if outcome.get("action") == BLOCKED:
        return BLOCKED
    if outcome.get("changed"):
        return CHANGED
    # Planned, and then the run stopped before it.
    return NOT_ATTEMPTED if outcome.get("action") in (CREATE, UPDATE, REMOVE) else UNCHANGED


def _text(value: t.Any) -> str:
    return "" if value is None else str(value)


def change_in_words(outcome: Outcome) -> str:
    """Return what a step changed, from what to what: ``license none -> premium``; somebody new: ``user create: first_name Ada``."""
    before, after = outcome.get("before") or {}, outcome.get("after") or {}
    created = outcome.get("action") == CREATE
    parts = []
    for name, value in after.items():
        if value is None or before.get(name) == value:
            continue
        parts.append(f"{name} {_value(value)}" if created else f"{name} {_value(before.get(name))} -> {_value(value)}")
    step = f"{outcome.get('module') or ''} {outcome.get('action') or ''}".strip()
    doubt = " (perhaps)" if outcome.get("certain") is False else ""
    if not parts:
        return f"{step}{doubt}"
    return f"{step}: {', '.join(parts)}{doubt}" if created else f"{', '.join(parts)}{doubt}"


def _value(value: t.Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, (list, tuple)):
        value = " + ".join(map(str, value))
    return show(str(value)) if value not in (None, "") else "nothing"


class Fates:
    """What became of the rows of a run, by their places. Reads the run's files once."""

    def __init__(self, record: RunRecord) -> None:
        self._check = record.check_mode
        self._stopped = record.stopped or {}
        self._role = record.role
        self._gate_open = record.gate == OPEN
        self._refused = {
            place: line for line in read_lines(record.path(ROW.outcomes_file)) for place in places_of(line)
        }
        self._plan: PlanDocument | None = read_plan(record.directory)
        self._people = {place: row for row in _roster(record) for place in places_of(row)}
        self._lines: dict[str, dict[str, Outcome]] = {}
        for step in _STEPS:
            for line in read_lines(record.path(step.outcomes_file)):
                for place in places_of(line):
                    # The last line of a step counts.
                    self._lines.setdefault(place, {})[step.name] = line

    def places(self, name: str) -> list[tuple[int, str]]:
        """Return (line, address) of all rows of a file that are known, for where the file itself can no longer be read."""
        found = {place: str(row.get("email") or "") for place, row in {**self._people, **self._refused}.items()}
        lines = [(place_of(place), email) for place, email in found.items()]
        return sorted((line, email) for (file, line), email in lines if file == name)

    def whole(self, name: str) -> bool:
        """Return whether a file of that name is refused as a whole: it is one row then, whatever stands in it."""
        return name in self._refused

    def of(self, place: str, name: str) -> Fate:
        """Return what became of the row at a place of the file of that name."""
        line = self._refused.get(place) or self._refused.get(name)
        if line is not None:
            error = line.get("error") or {}
            # What contradicts itself would turn somebody over, run by run; a file that is no table has no rows to take out.
            again = error.get("code") != CONTRADICTION and place in self._refused
            return Fate(
                REFUSED,
                [],
                _text(error.get("message")),
                _text(error.get("code")),
                "",
                _text(error.get("advice")),
                again,
            )
        fate = self._of_person(place)
        fate.again = fate.again or fate.word in _AGAIN
        if self._check:
            fate.word = _PLANNED.get(fate.word, fate.word)
        return fate

    def _of_person(self, place: str) -> Fate:
        fate = Fate()
        row = self._people.get(place)
        lines = self._lines.get(place, {})
        planned = self._plan.person(row["row"]) if row is not None and self._plan is not None else None
        if planned is not None and not planned["steps"]:
            # The plan was refused before it came to anybody.
            planned = None
        for step in _STEPS:
            outcome = lines.get(step.name)
            # What a plan says of the synchronization is no change, but what was seen before it.
            if outcome is None and planned is not None and step is not SYNC:
                outcome = self._foreseen(step.name, planned)
            if outcome is not None:
                outcome = self._after_the_gate(step.name, outcome)
                # Settings that wait are not set: the row is to be run once more, though nothing went wrong.
                fate.again = fate.again or (step is AGENT and outcome.get("word") == WAITING)
                fate.add(outcome)
        if planned is None and row is not None and (missing := self._asked(row) - set(lines)) and fate.word != FAILED:
            fate.add({"action": UPDATE, "error": self._why(f"this row's {' and '.join(sorted(missing))}")})
        if not fate.word:
            fate.add({"action": UPDATE, "error": self._why("this row")})
        if self._check and planned is not None and not fate.message:
            fate.message = _text((planned.get("forecast") or {}).get("message"))
        return fate

    def _after_the_gate(self, step: str, outcome: Outcome) -> Outcome:
        """Return an outcome as it is meant where it hangs on "Synchronize Users": waiting, as the report says too."""
        if step == AGENT.name and self._gate_open and _word_of(outcome) == NOT_ATTEMPTED:
            return {**outcome, "word": WAITING, "error": {"message": _SETTINGS_NOT_YET, "advice": _AFTER_THE_GATE}}
        if step != SYNC.name:
            return outcome
        outcome = {"module": SYNC.name, **outcome}
        error, seen = outcome.get("error") or {}, outcome.get("after") or {}
        if outcome.get("failed"):
            # As long as nobody has passed the gate there is nothing that could have gone wrong.
            early = self._gate_open and error.get("code") == "not_in_sync"
            return {**outcome, "word": WAITING} if early else outcome
        # Who was seen out of sync has failed; of whom nothing was seen, nobody knows.
        if self._check or outcome.get("action") == BLOCKED or seen.get(SYNC.fact):
            return outcome
        return {**outcome, "word": WAITING, "error": error or {"message": _text(seen.get("message")) or _NOT_YET}}

    def _foreseen(self, step: str, planned: t.Mapping[str, t.Any]) -> Outcome | None:
        entry = planned["steps"].get(step)
        if entry is None:
            return None
        return {"module": step, **entry, "changed": self._check and entry.get("action") in PENDING}

    def _asked(self, row: t.Mapping[str, t.Any]) -> set[str]:
        """Return the steps that a row needs in a run without a plan: what it asks for; the usual ones where the run stopped."""
        asked = {LICENSE.name} if self._stopped or Intent.of(row) is not None else set()
        asked |= {ROLE.name} if self._stopped or row.get("role") or row.get("administrator_roles") else set()
        asked |= {AGENT.name} if row.get("agent") else set()
        return asked & _OF_ROLE.get(self._role, asked)

    def _why(self, what: str) -> dict[str, str]:
        text = f"The run ended before {what}."
        reason = _text(self._stopped.get("message"))
        advice = _text(self._stopped.get("advice")) or _RUN_AGAIN
        return {"message": f"{text} {reason}".strip(), "advice": advice}


def _roster(record: RunRecord) -> t.Sequence[t.Mapping[str, t.Any]]:
    try:
        people: t.Sequence[t.Mapping[str, t.Any]] = read_json(record.path(ROSTER_FILE))["users"]
    except FileNotFoundError:
        return ()
    return people
