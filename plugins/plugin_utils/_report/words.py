# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers, steps and outcomes as terminal, page and verdict say them. Pure. Private to this collection."""

from __future__ import annotations

import typing as t

from ...module_utils._listed import counted

READY, WAITING, BLOCKED, FAILED = "ready", "waiting", "blocked", "failed"
#: Worst first: the first that applies to a person is that person's outcome.
OUTCOMES = (FAILED, BLOCKED, WAITING, READY)

#: Where a run stopped, as people call it; a step of the chain by its name.
_PLACES = {
    "": "an unknown step",
    "start": "the start",
    "run": "the start",
    "roster": "the roster",
    "row": "the roster",
    "csv_info": "the files",
    "plan": "the plan",
    "playbook": "a task of the playbook",
    "sync": "the synchronization",
    "agent": "the agent settings",
}

#: What a check run foresees, by outcome.
_FORESEEN = {
    READY: "would be ready",
    WAITING: "would wait",
    BLOCKED: "would be blocked",
    FAILED: "would fail",
}


def count(number: int) -> str:
    """Return a number as people read it: 1,000."""
    return f"{number:,}"


def who(people: int, nameless: int, rows: int = 0) -> str:
    """Return how many people there are, and how many refused rows that name nobody: ``2 people in 3 rows and 1 row that names nobody``.

    :param rows: the rows that people stand in; told where there are more of them than people.
    """
    parts = []
    if people or not nameless:
        among = f" in {counted(rows, 'row', 'rows')}" if rows > people else ""
        parts.append(counted(people, "person", "people") + among)
    if nameless:
        parts.append(counted(nameless, "row that names nobody", "rows that name nobody"))
    return " and ".join(parts)


def nameless(users: t.Iterable[t.Mapping[str, t.Any]], outcome: str | None = None) -> list[t.Mapping[str, t.Any]]:
    """Return the entries of a report that are rows and nobody's, all or those with an outcome."""
    return [user for user in users if not user["email"] and outcome in (None, user["outcome"])]


def outcome_word(outcome: str, check: bool) -> str:
    """Return an outcome as it is said of people: ``failed``; of a check run, which can only foresee: ``would fail``."""
    return _FORESEEN.get(outcome, outcome) if check else outcome


def stopped_at(stopped: t.Mapping[str, t.Any]) -> str:
    """Return where a run stopped: the plan, the step license."""
    step = str(stopped.get("step") or "")
    return _PLACES.get(step, f"the step {step}")


def said(text: object) -> str:
    """Return a message as a sentence that ends."""
    message = str(text or "").strip() or "No reason was given."
    return message if message[-1] in ".!?:" else f"{message}."
