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
from .._listed import people
from .._model import CREATE
from .._run.plan_file import BLOCKED, FAILED, READY, WAITING
from .._steps import AGENT, SYNC, USER
from .chain import needs_gate
from .checks import changes_anything, takes_away
from .words import change_words

#: How people are counted; each in the first that fits.
BLOCKED_ONES, NEW, LOSING, CHANGED, BY_HAND, WAITING_ONES, AS_DECLARED, UNPLANNED = (
    "blocked",
    "new",
    "losing",
    "changed",
    "by_hand",
    "waiting",
    "as_declared",
    "unplanned",
)
KINDS = (AS_DECLARED, NEW, CHANGED, LOSING, BY_HAND, WAITING_ONES, BLOCKED_ONES, UNPLANNED)
#: Those of the blocked for whom another step does something all the same.
IN_PART = "blocked_in_part"

_NEW = "New: may prove to belong to a trial or another organization, which only Webex knows."
_CHANGED = "Would be changed, which the service may still refuse"
_GATE = "Then waits for Synchronize Users."
_UNPLANNED = "Nothing could be planned, for the reason why the plan must not be carried out."


@dataclasses.dataclass(slots=True, frozen=True)
class Forecast:
    """How somebody is counted, and what is foreseen."""

    kind: str
    outcome: str
    message: str
    action: str = ""
    #: Blocked in one step, and changed in another.
    in_part: bool = False

    def as_dict(self) -> dict[str, str]:
        """Return the shape in ``plan.json``."""
        return {"outcome": self.outcome, "message": self.message, "action": self.action}


def forecast(changes: t.Mapping[str, Change], *, gate: bool = True) -> Forecast:
    """Return what is foreseen for a person, from the changes of all steps; none: nobody came to plan anything.

    :param gate: the run comes to the gate. One that does not leaves it to another run, and nobody waits.
    """
    if not changes:
        return Forecast(UNPLANNED, FAILED, _UNPLANNED)
    blocked = next((c.problem for c in changes.values() if c.problem is not None), None)
    if blocked is not None:
        in_part = changes_anything(changes)
        return Forecast(BLOCKED_ONES, BLOCKED, blocked.message, blocked.advice, in_part)
    manual = next((c.manual for c in changes.values() if c.manual is not None), None)
    sync = changes.get(SYNC.name) if gate else None
    then = _GATE if sync is not None and needs_gate(sync) else ""
    words = ", ".join(word for step, change in changes.items() for word in change_words(step, change))
    if (user := changes.get(USER.name)) is not None and user.kind == CREATE:
        return Forecast(NEW, WAITING, f"{_NEW} {then}".strip(), manual.where if manual else "")
    if words:
        kind = LOSING if takes_away(changes) else CHANGED
        waits = manual is not None or _waits(changes, sync)
        message = f"{_CHANGED}: {words}. {then}".strip()
        return Forecast(kind, WAITING if waits else READY, message, manual.where if manual else "")
    if manual is not None:
        return Forecast(LOSING if takes_away(changes) else BY_HAND, WAITING, manual.what, manual.where)
    return _as_it_is(sync)


def _waits(changes: t.Mapping[str, Change], sync: Change | None) -> bool:
    """Return whether somebody who is there waits for the contact center: its word, or a record that can be set."""
    agent = changes.get(AGENT.name)
    if agent is not None and agent.pending and not agent.before:
        return True
    return sync is not None and (needs_gate(sync) or _unseen(sync))


def _unseen(sync: Change) -> bool:
    return bool(sync.after) and sync.after.get("sync_state") is None


def _as_it_is(sync: Change | None) -> Forecast:
    """Return what is foreseen for somebody for whom nothing is sent: only the contact center may lag behind."""
    state = sync.after.get("sync_state") if sync is not None else None
    message = str(sync.after.get("message") or "") if sync is not None else ""
    if sync is not None and needs_gate(sync):
        return Forecast(WAITING_ONES, WAITING, message, what_to_press(str(state)))
    if sync is not None and _unseen(sync):
        return Forecast(WAITING_ONES, WAITING, message, what_to_press(MISSING))
    return Forecast(AS_DECLARED, READY, "Everything is as declared.")


def counted(forecasts: t.Iterable[Forecast]) -> dict[str, int]:
    """Return how many people there are, and how many of each kind; the kinds add up to ``people``, and ``blocked_in_part`` are some of
    the blocked."""
    counts = dict.fromkeys(("people", *KINDS, IN_PART), 0)
    for one in forecasts:
        counts["people"] += 1
        counts[one.kind] += 1
        counts[IN_PART] += one.in_part
    return counts


_WORDS = {
    AS_DECLARED: "as declared",
    NEW: "new (the service may still refuse some)",
    CHANGED: "to be changed",
    LOSING: "to lose something",
    BY_HAND: "to be given a role by hand",
    WAITING_ONES: "waiting for Synchronize Users",
    BLOCKED_ONES: "blocked",
    UNPLANNED: "not planned",
}


def sentence(counts: t.Mapping[str, int]) -> str:
    """Return the counts as one line: ``39 people: 12 as declared, 26 new (the service may still refuse some), 1 blocked``."""
    parts = [f"{counts[kind]:,} {_WORDS[kind]}{_part(kind, counts)}" for kind in KINDS if counts[kind]]
    whole = people(counts["people"])
    return f"{whole}: {', '.join(parts)}" if parts else whole


def _part(kind: str, counts: t.Mapping[str, int]) -> str:
    number = counts[IN_PART] if kind == BLOCKED_ONES else 0
    return f" ({number:,} of them changed in part)" if number else ""
