# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a run ends: result files of CSV files, the mark that it is over, and the verdict. Knows no task and no service.

This is a private part of the collection: it may change in any release.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import typing as t

from ...module_utils._csv_files import results as csv_files
from ...module_utils._errors import InputError, Problem, WxccError
from ...module_utils._files import append_lines, read_json, read_lines, timestamp
from ...module_utils._model import UPDATE
from ...module_utils._run.plan_file import PENDING, read_plan
from ...module_utils._run.record import (
    FINISHED,
    NO_GATE,
    PASSED,
    RunRecord,
    edited_rosters,
    read_record,
    stopped_at,
    update_record,
)
from ...module_utils._steps import CHECKS_FILE, STEPS, SYNC
from .._report.build import build_report
from .._report.groups import label
from .._report.lines import lines
from .._report.load import load_run
from .._report.verdict import verdict

Json = dict[str, t.Any]

#: The step of a failure that belongs to none.
_ELSEWHERE = "playbook"
#: Which step a module belongs to, where they have not one name.
_STEP_OF_MODULE = {step.module: step.name for step in STEPS} | {"csv_info": "row", "plan": "plan", "report": "report"}
_RESULTS = "results"
_AGAIN = "Run again: what was done stays, and is not done twice."
#: From bad to good; the first of them that anybody has is the outcome.
_OUTCOMES = ("failed", "blocked", "waiting")


@dataclasses.dataclass(slots=True, frozen=True)
class Ending:
    """What is told when a run is to end."""

    directory: str
    #: What the task said that ended the chain, and its name or module.
    failure: str | None
    failed_task: str | None
    fail_on: t.Sequence[str]
    check_mode: bool
    #: What a person called that task.
    failed_name: str | None = None
    #: What that task said went wrong, where it is one of ours.
    problem: Problem | None = None


def finish(ending: Ending, show: t.Callable[[str], object]) -> Json:
    """Finish a run and return the result of the task. To finish it again changes nothing and judges anew.

    :param show: shows a line in the terminal.
    :raises InputError: the directory is no run's.
    """
    record = read_record(ending.directory)
    told = record.stopped is not None
    # A check task looks at a real run and leaves it as it is.
    if record.state != FINISHED and (record.check_mode or not ending.check_mode):
        record = _finished(record, ending)
    try:
        report = build_report([load_run(record.directory)])
    except (OSError, ValueError) as error:
        problem = Problem("invalid_input", f"What the run left in {record.directory} cannot be read: {error}.")
        return {"failed": True, "msg": problem.message, "error": problem.as_dict(), "directory": record.directory}
    (organization,) = report["organizations"]
    result: Json = {
        "changed": False,
        "directory": record.directory,
        "summary": organization["summary"],
        "outcome": _outcome(record, organization["summary"]),
        "lines": lines(report),
        "csv": list(record.csv),
        "stopped": record.stopped,
    }
    wrong = verdict(report, ending.fail_on, told=told)
    if ending.failure:
        # The task that failed has told it; the verdict is the next call's.
        return result
    if not record.stopped:
        for line in result["lines"]:
            show(f"[{record.host}] {line.removeprefix(f'{label(organization)}: ')}")
    if wrong is None:
        return result
    # Ansible prints everything of a task that fails; the rest stands in the report.
    kept = {name: result[name] for name in ("changed", "directory", "outcome", "summary")}
    return {**kept, "failed": True, "msg": wrong}


def _finished(record: RunRecord, ending: Ending) -> RunRecord:
    """Write what became of the rows of CSV files, and that the run is over."""
    # Where that cannot be done, the run ends all the same.
    with contextlib.suppress(OSError, ValueError, InputError):
        _note_doubt(record)
    stopped = record.stopped
    if ending.failure and stopped is None:
        stopped = _stopped_by(ending, record)
    if stopped is None and (edited := edited_rosters(record)):
        text = (
            f"{', '.join(edited)} is not the roster that the run was begun with, so some steps may have been refused."
        )
        stopped = stopped_at("roster", Problem("other_run", text))
    csv: t.Sequence[t.Mapping[str, t.Any]] = record.csv
    try:
        csv = _csv_results(record)
    except (WxccError, OSError) as error:
        problem = error.problem if isinstance(error, WxccError) else _not_written(error)
        stopped = stopped or stopped_at(_RESULTS, problem)
    gate = PASSED if record.gate == NO_GATE and os.path.exists(record.path(SYNC.outcomes_file)) else record.gate
    return update_record(
        record.directory, state=FINISHED, finished=timestamp(), stopped=stopped, gate=gate, csv=list(csv)
    )


def _note_doubt(record: RunRecord) -> None:
    """Write of everybody whom a killed module was sending changes for that nobody knows what became of them.

    A module tells what became of its people when it ends; one that is killed (out of memory, a task's timeout) tells nothing.
    """
    step = next((s for s in STEPS if record.writing and s.name == record.writing["step"]), None)
    if record.writing is None or step is None:
        return
    path = record.path(step.outcomes_file)
    known = {line.get("index") for line in read_lines(path)}
    sent = _sent_for(record, step.name, record.writing["part"])
    append_lines(path, [_in_doubt(step.name, p, entry) for p, entry in sent if p["row"] not in known])


def _sent_for(record: RunRecord, step: str, part: int) -> t.Iterator[tuple[Json, Json]]:
    """Yield those whom a step may have sent changes for, with what was planned; without a plan that may be everybody."""
    plan = read_plan(record.directory)
    if plan is None:
        for number, row in enumerate(read_json(record.roster_path(part))["users"]):
            yield {**row, "row": row.get("row", number)}, {"action": UPDATE}
        return
    for person in plan.people:
        entry = person["steps"].get(step)
        if entry and entry["action"] in PENDING and part in (0, person.get("part")):
            yield dict(person), entry


def _in_doubt(step: str, person: t.Mapping[str, t.Any], entry: t.Mapping[str, t.Any]) -> Json:
    """Return the outcome line of a planned change that may have been sent."""
    text = f"The task was ended while it was sending: nobody knows what became of {person['email']}."
    sources = list(person.get("sources") or ())
    return {
        "time": timestamp(),
        "module": step,
        "index": person["row"],
        "source": sources[0] if sources else "",
        "sources": sources,
        "email": person["email"],
        "action": entry["action"],
        "changed": True,
        "certain": False,
        "failed": True,
        "before": entry.get("before") or {},
        "after": entry.get("after") or {},
        "error": Problem("interrupted", text).as_dict(),
        "manual": None,
    }


def _stopped_by(ending: Ending, record: RunRecord) -> dict[str, str]:
    """Return why a run was given up of which no module of ours noted a reason."""
    step, failure = _step_of(ending.failed_task), (ending.failure or "").strip()
    if ending.problem is not None:
        return stopped_at(step, ending.problem)
    if step != _ELSEWHERE:
        return stopped_at(step, Problem("unexpected", failure, advice=_AGAIN))
    hook = (record.options.get("gate") or {}).get("hook_tasks")
    whose = f" It is one of the site's own, in {hook}." if hook else ""
    name = f'"{ending.failed_name}" ({ending.failed_task})' if ending.failed_name else ending.failed_task
    text = f"The task {name} failed: {failure.rstrip('.')}.{whose}"
    return stopped_at(_ELSEWHERE, Problem("task_failed", text, advice=f"Mend that task. {_AGAIN}"))


def _csv_results(record: RunRecord) -> t.Sequence[t.Mapping[str, t.Any]]:
    """Write what became of the rows of the run's CSV files, if it has any, and return what was written."""
    if not os.path.exists(record.path(CHECKS_FILE)):
        return record.csv
    where = record.options.get("csv_results_directory")
    written: list[t.Mapping[str, t.Any]] = csv_files.write_results_of_run(
        record.directory, where, check_mode=record.check_mode
    )
    return written


def _not_written(error: OSError) -> Problem:
    text = f"The result file {error.filename or ''} cannot be written: {error.strerror or error}."
    return Problem("invalid_input", text, advice="What became of everybody stands in the report.")


def _step_of(task: str | None) -> str:
    """Return the step that a task belongs to, by its module; a name of one's own says nothing about it."""
    return _STEP_OF_MODULE.get((task or "").strip().rpartition(".")[2], _ELSEWHERE)


def _outcome(record: RunRecord, summary: t.Mapping[str, int]) -> str:
    if record.stopped:
        return "stopped"
    return next((name for name in _OUTCOMES if summary.get(name)), "ready")
