# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run left in the directory of one organization. Private to this collection."""

from __future__ import annotations

import dataclasses
import os
import typing as t
from pathlib import Path

from ...module_utils._errors import InputError, Problem
from ...module_utils._files import read_json, read_lines
from ...module_utils._run.plan_file import PlanDocument, read_plan
from ...module_utils._run.record import RunRecord, read_record, stopped_at
from ...module_utils._steps import ROSTER_FILE, STEPS, SUPPORT_FILE

#: Where a run stopped of which there is nothing to be read.
START = "start"


@dataclasses.dataclass(slots=True)
class RunFiles:
    """What one organization's run left: its record, and what its files hold.

    ``outcomes`` maps the name of a step to its outcome lines; a step that never ran is absent. ``plan`` is None where nothing was planned.
    """

    record: RunRecord
    roster: t.Sequence[t.Mapping[str, t.Any]] = ()
    outcomes: t.Mapping[str, t.Iterable[t.Mapping[str, t.Any]]] = dataclasses.field(default_factory=dict)
    plan: PlanDocument | None = None
    #: The file for a support case, where people were not in sync in the end.
    support_bundle: str | None = None


def load_run(directory: str | os.PathLike[str]) -> RunFiles:
    """Return the run of one organization from its run directory; outcomes are read when they are asked for, once.

    A directory that is no run's becomes a run that stopped at its start, under the directory's name: the report says so.

    :raises OSError: a file cannot be read.
    :raises ValueError: a file of the run does not hold what it should.
    """
    base = Path(directory)
    try:
        record = read_record(base)
    except InputError as error:
        return RunFiles(_no_run(base, error.problem))
    files = {step.name: base / step.outcomes_file for step in STEPS}
    roster = _roster(base / ROSTER_FILE)
    try:
        plan = read_plan(base)
    except InputError as error:
        raise ValueError(error.problem.message) from None
    return RunFiles(
        record=record,
        roster=roster,
        outcomes={name: read_lines(path) for name, path in files.items() if path.exists()},
        plan=plan,
        support_bundle=record.path(SUPPORT_FILE) if (base / SUPPORT_FILE).exists() else None,
    )


def _no_run(base: Path, problem: Problem) -> RunRecord:
    if not base.exists():
        problem = Problem(
            "invalid_input", f"There is no directory {base}.", advice="Name the directory that the module run made."
        )
    return RunRecord(run="", directory=os.path.abspath(base), host=base.name, stopped=stopped_at(START, problem))


def _roster(path: Path) -> t.Sequence[t.Mapping[str, t.Any]]:
    try:
        roster = read_json(path)
    except FileNotFoundError:
        return ()
    rows: t.Sequence[t.Mapping[str, t.Any]] = roster["users"] if isinstance(roster, dict) else roster
    return rows
