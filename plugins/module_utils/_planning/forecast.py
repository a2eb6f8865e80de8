# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plan comes to for one person, in the words of a forecast. Pure. Private to this collection.

Nobody is called ready for what only the service can know: whoever is new may prove to belong elsewhere, whoever is changed may be refused,
and whoever is licensed waits for the gate.
"""

from __future__ import annotations

import dataclasses
import typing as t

from .._contact_center.sync_state import MISSING, what_to_press
from .._engine.plan import Change
from .._model import CREATE
from .._run.plan_file import BLOCKED, READY, WAITING
from .._steps import SYNC, USER
from .chain import needs_gate
from .checks import takes_away
from .words import change_words

#: How people are counted; each in the first that fits.
BLOCKED_ONES, NEW, LOSING, CHANGED, BY_HAND, WAITING_ONES, AS_DECLARED = (
    "blocked",
    "new",
    "losing",
    "changed",
    "by_hand",
    "waiting",
    "as_declared",
)
KINDS = (AS_DECLARED, NEW, CHANGED, LOSING, BY_HAND, WAITING_ONES, BLOCKED_ONES)

_NEW = "New: may prove to belong to a trial or another organization, which only Webex knows."
_CHANGED = "Would be changed, which the service may still refuse"
_GATE = "Then waits for Synchronize Users."


@dataclasses.dataclass(slots=True, frozen=True)
class Forecast:
    """How somebody is counted, and what is foreseen."""

    kind: str
    outcome: str
    message: str
    action: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return the shape in ``plan.json``."""
        return {"outcome": self.outcome, "message": self.message, "action": self.action}


def forecast(changes: t.Mapping[str, Change]) -> Forecast:
    """Return what is foreseen for a person, from the changes of all steps."""
    blocked = next((c for c in changes.values() if c.problem is not None), None)
    if blocked is not None and blocked.problem is not None:
        return Forecast(BLOCKED_ONES, BLOCKED, blocked.problem.message, blocked.problem.advice)
    manual = next((c.manual for c in changes.values() if c.manual is not None), None)
    sync = changes.get(SYNC.name)
    gate = _GATE if sync is not None and needs_gate(sync) else ""
    words = ", ".join(word for step, change in changes.items() for word in change_words(step, change))
    if (user := changes.get(USER.name)) is not None and user.kind == CREATE:
        return Forecast(NEW, WAITING, f"{_NEW} {gate}".strip(), manual.where if manual else "")
    if words:
        kind = LOSING if takes_away(changes) else CHANGED
        return Forecast(kind, WAITING, f"{_CHANGED}: {words}. {gate}".strip(), manual.where if manual else "")
    if manual is not None:
        return Forecast(LOSING if takes_away(changes) else BY_HAND, WAITING, manual.what, manual.where)
    return _as_it_is(sync)


def _as_it_is(sync: Change | None) -> Forecast:
    """Return what is foreseen for somebody for whom nothing is sent: only the contact center may lag behind."""
    state = sync.after.get("sync_state") if sync is not None else None
    message = str(sync.after.get("message") or "") if sync is not None else ""
    if sync is not None and needs_gate(sync):
        return Forecast(WAITING_ONES, WAITING, message, what_to_press(str(state)))
    if sync is not None and state is None and sync.after:
        return Forecast(WAITING_ONES, WAITING, message, what_to_press(MISSING))
    return Forecast(AS_DECLARED, READY, "Everything is as declared.")


def counted(forecasts: t.Iterable[Forecast]) -> dict[str, int]:
    """Return how many people there are, and how many of each kind; the kinds add up to ``people``."""
    counts = dict.fromkeys(("people", *KINDS), 0)
    for one in forecasts:
        counts["people"] += 1
        counts[one.kind] += 1
    return counts


_WORDS = {
    AS_DECLARED: "as declared",
    NEW: "new (the service may still refuse some)",
    CHANGED: "to be changed",
    LOSING: "to lose something",
    BY_HAND: "to be given a role by hand",
    WAITING_ONES: "waiting for Synchronize Users",
    BLOCKED_ONES: "blocked",
}


def sentence(counts: t.Mapping[str, int]) -> str:
    """Return the counts as one line: ``39 people: 12 as declared, 26 new (the service may still refuse some), 1 blocked``."""
    parts = [f"{counts[kind]:,} {_WORDS[kind]}" for kind in KINDS if counts[kind]]
    people = "1 person" if counts["people"] == 1 else f"{counts['people']:,} people"
    return f"{people}: {', '.join(parts)}" if parts else people
