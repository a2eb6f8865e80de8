# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A step carries out what the plan of the run holds, and nothing else. Pure. Private to this collection."""

from __future__ import annotations

import typing as t

from .._errors import InputError, Problem
from .._model import BLOCKED, CREATE, MANUAL
from .._run.plan_file import PlanDocument
from .plan import SENT_KINDS, Change, Plan, Shown

_TEXT = "Since the plan was made, things have changed for {}: {}. Nothing was done for this person in this step."


def hold_to(plan: Plan, document: PlanDocument, step: str) -> Plan:
    """Return the step's plan with everything blocked that the plan of the run does not hold, or blocks.

    What a person is asked to take away has to stand in it as well.
    """
    moved: dict[int, Problem] = {}
    for change in plan:
        if not (change.pending or change.kind == MANUAL):
            continue
        entry = document.entry(step, change.index)
        why = _why_moved(change, entry) if change.pending or change.takes else None
        if entry is not None and entry.get("action") == BLOCKED and entry.get("error"):
            # The plan knows more than the step, as of what the service would refuse: nothing has moved.
            moved[change.index] = Problem.from_dict(entry["error"])
        elif why is not None:
            moved[change.index] = Problem("moved", _TEXT.format(change.email, why))
    return plan.with_blocked(moved)


def _why_moved(change: Change, entry: t.Mapping[str, t.Any] | None) -> str | None:
    """Return what is not as it was planned, or None."""
    if entry is None or entry.get("action") not in ((*SENT_KINDS, MANUAL) if change.kind == MANUAL else SENT_KINDS):
        return "nothing was to be changed, and now something would be"
    if change.removal and not entry.get("removal"):
        return "nothing was to be taken away, and now something would be"
    if entry["action"] == CREATE != change.kind:
        return "the account was not there, and now somebody else has made it, with other values"
    before, after = entry.get("before") or {}, entry.get("after") or {}
    planned = _lost(before, after)
    # What nobody could know beforehand (a record that comes with the gate) says nothing of what was there; what takes away is exact.
    known = {name: v for name, v in change.before.items() if change.removal or before.get(name) is not None}
    more = sorted(_lost(known, change.after) - planned)
    if not more:
        return None
    name, value = more[0]
    if change.removal:
        return f"more would be taken away than was planned ({_word(name)} {value or 'nothing'})"
    return f"{_word(name)} {value or 'nothing'} would be overwritten, which somebody else has set since"


def _word(name: str) -> str:
    return name.replace("_", " ")


def _lost(before: Shown, after: Shown) -> set[tuple[str, str]]:
    """Return what is there before and not afterwards: names of facts with what they lose."""
    lost: set[tuple[str, str]] = set()
    for name, value in before.items():
        if name not in after:
            continue
        if isinstance(value, (list, tuple)):
            lost.update((name, str(one)) for one in value if one not in (after[name] or ()))
        elif value != after[name]:
            lost.add((name, "" if value is None else str(value)))
    return lost


def require_same_options(document: PlanDocument, step: str, options: t.Mapping[str, t.Any]) -> None:
    """Compare a step's own options with those that the plan was made with; what only one side has is not compared.

    :raises InputError: one of them differs; it is named.
    """
    planned = document.options.get(step) or {}
    for name in sorted(planned.keys() & options.keys()):
        if _plain(planned[name]) != _plain(options[name]):
            text = f"The plan of this run was made with {step} {name} {planned[name]!r}, and this task says {options[name]!r}."
            raise InputError(Problem("other_plan", text))


def _plain(value: t.Any) -> t.Any:
    """Return an option as it is meant: what is empty or null was not given."""
    if isinstance(value, dict):
        return {k: found for k, v in value.items() if v is not None for found in [_exact(v)]} or None
    return None if value in ("", None) else _exact(value)


def _exact(value: t.Any) -> t.Any:
    return list(value) if isinstance(value, tuple) else value
