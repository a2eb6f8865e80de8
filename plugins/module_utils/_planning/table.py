# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``plan.csv``: a row a person, with every place, and what each step finds and would leave. Private to this collection."""

from __future__ import annotations

import csv
import io
import typing as t

from .._csv_files.cells import harmless
from .._model import CREATE
from .._run.plan_file import PENDING, PlanDocument
from .._steps import AGENT, LICENSE, ROLE, SYNC, USER
from .words import entry_words, shown

_STEPS = (USER.name, LICENSE.name, ROLE.name, SYNC.name, AGENT.name)
HEADER = (
    "email",
    "places",
    "forecast",
    "message",
    "action",
    "changes",
    *(f"{step} {side}" for step in _STEPS for side in ("action", "before", "after")),
)
#: What is told in the column of the message already.
_LEFT_OUT = frozenset({"message"})


def table_of(plan: PlanDocument) -> bytes:
    """Return the file: UTF-8 with a mark for spreadsheets, no cell of which is a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADER)
    for person in plan.people:
        writer.writerow([harmless(cell) for cell in _row(person)])
    return text.getvalue().encode("utf-8-sig")


def _row(person: t.Mapping[str, t.Any]) -> t.Iterator[str]:
    foreseen, steps = person["forecast"], person["steps"]
    yield from (
        person["email"],
        "; ".join(person["sources"]),
        foreseen["outcome"],
        foreseen["message"],
        foreseen["action"],
    )
    pending = ((step, entry) for step, entry in steps.items() if entry["action"] in PENDING)
    yield "; ".join(w for step, e in pending for w in entry_words(step, e["action"], e["before"], e["after"]))
    new = (steps.get(USER.name) or {}).get("action") == CREATE
    for step in _STEPS:
        entry = steps.get(step)
        if entry is None:
            yield from ("", "", "")
            continue
        before, after = entry["before"], entry["after"]
        if entry["action"] in PENDING:
            # What stays stands on neither side, so that what changes is seen.
            differing = [name for name in after if before.get(name) != after[name]]
            before = {k: v for k, v in before.items() if k in differing}
            after = {k: after[k] for k in differing}
        # Of somebody who is not there nothing is before; the steps are planned on what the first one leaves.
        yield from (entry["action"], "" if new else _facts(before), _facts(after))


def _facts(facts: t.Mapping[str, t.Any]) -> str:
    return "; ".join(f"{k}: {shown(v)}" for k, v in facts.items() if k not in _LEFT_OUT and v not in (None, "", [], ()))
