# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One step over a roster: people in, one asynchronous run, outcomes out, however it ends. Private to this collection."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
import traceback
import typing as t

from ansible.module_utils.basic import AnsibleModule

from .._client.client import Client, cost_of
from .._engine.agreed import require_same_options
from .._engine.context import Context, Policy, Progress
from .._engine.engine import Resource, reconcile
from .._engine.outcomes import Outcomes, write_outcomes
from .._engine.snapshot import Snapshot
from .._errors import InputError, Problem, WxccError, unforeseen
from .._listed import cut, people
from .._model import Wanted
from .._progress_line import PROGRESS_FILE
from .._roster.file import read_people, read_wanted
from .._roster.rows import checked_addresses, compose, raise_for_errors, to_wanted
from .._run.lock import OrganizationLock, Writer
from .._run.plan_file import PlanDocument, read_plan
from .._run.record import RunRecord, update_record
from .._steps import SNAPSHOT_FILE, Step
from .._webex.organization import Organization
from .run import Result, concluded, fail, may_write, open_client, organization_of, run_of, safe, stop_run, until_ended
from .spec import BLOCKED, FAILED

_SHOWN = 5
_WARNINGS = 20

BatchRun = t.Callable[[t.Sequence[Wanted], Context], t.Awaitable[Outcomes]]
#: What a module tells beside the common shape, from what became of its people.
More = t.Callable[[Outcomes], Result]


@dataclasses.dataclass(slots=True)
class _Task:
    """What a step works on, as the options say it."""

    step: Step
    record: RunRecord | None
    wanted: list[Wanted]
    policy: Policy
    plan: PlanDocument | None
    #: It sends changes, and nobody else may meanwhile.
    writes: bool
    #: Filled in, however the run ends.
    cost: Result = dataclasses.field(default_factory=cost_of)
    #: What became of the people, as soon as it is known: nothing that goes wrong afterwards takes it away.
    outcomes: Outcomes | None = None
    #: The run says that something is being sent.
    noted: bool = False

    def path(self, name: str) -> str | None:
        """Return the path of a file of the run, or None without one."""
        return self.record.path(name) if self.record else None


def run_resource(module: AnsibleModule, resource: Resource[t.Any], step: Step) -> None:
    """Run a writing module over its roster."""

    async def work(wanted: t.Sequence[Wanted], context: Context) -> Outcomes:
        return await reconcile(resource, wanted, context)

    run_batch(module, work, step, options=resource.options, writes=True)


def run_batch(
    module: AnsibleModule,
    work: BatchRun,
    step: Step,
    *,
    options: t.Mapping[str, t.Any] | None = None,
    writes: bool = False,
    more: More | None = None,
) -> None:
    """Read the roster, run ``work`` over it, and end the task with the common result shape.

    :param options: what the plan of the run must have been made with, if there is one.
    :param writes: it sends changes: it waits until no other run does so, and carries out only what the plan of the run holds.
    """
    found: list[RunRecord] = []

    def refused(error: Exception) -> Result:
        if isinstance(error, WxccError) and found:
            stop_run(module, found[0], step.name, error.problem)
        shape = _result(module.params, Outcomes(), cost_of())
        return {
            **shape,
            "aborted": True,
            "findings": getattr(error, "findings", []),
            **(more(Outcomes()) if more else {}),
        }

    task = concluded(module, lambda: _task(module, step, options or {}, writes, found), refused)
    _finish(module, task, _run(module, task, work), more)


# -- before anything is sent -----------------------------------------------------------------------------------------------


def _task(
    module: AnsibleModule, step: Step, options: t.Mapping[str, t.Any], writes: bool, found: list[RunRecord]
) -> _Task:
    """Return what is to be worked on; the run's record is told in ``found`` as soon as it is known.

    :raises InputError: the options, the roster or the run's directory cannot be used.
    """
    params = module.params
    record = run_of(module)
    if record is not None:
        found.append(record)
    elif params["part"]:
        raise InputError(Problem("invalid_input", "part is a part of a run: it goes with run_directory."))
    plan = _plan(record, step, options) if record is not None and writes else None
    return _Task(step, record, _wanted(module, record), _policy(params), plan, writes)


def _plan(record: RunRecord, step: Step, options: t.Mapping[str, t.Any]) -> PlanDocument | None:
    """Return the plan that the step is held to. :raises InputError: it is another run's, or was made otherwise."""
    plan = read_plan(record.directory)
    if plan is None:
        return None
    same = plan.organization.get("id") == (record.organization or {}).get("id")
    rosters = {name: digest for name, digest in record.rosters.items() if name in plan.roster}
    if not same or plan.run != record.run or dict(plan.roster) != rosters:
        raise InputError(Problem("other_plan", f"The plan in {record.directory} was not made for this run's roster."))
    if plan.refusal is not None:
        text = f"The plan of this run must not be carried out: {plan.refusal.get('message')}"
        raise InputError(Problem("other_plan", text, advice=str(plan.refusal.get("advice") or "")))
    require_same_options(plan, step.name, options)
    return plan


def _wanted(module: AnsibleModule, record: RunRecord | None) -> list[Wanted]:
    """Return the rows of the roster.

    :raises InputError: they cannot be used.
    """
    params = module.params
    if record is not None:
        # What is to be said of a run's roster was said when it was read first.
        return read_wanted(record.roster_path(params["part"]))
    if params["users_file"]:
        raw, label = read_people(params["users_file"]), params["users_file"]
    else:
        raw, label = params["users"] or [], "users"
    rows, findings = compose(raw, params.get("addresses") or (), label=label)
    raise_for_errors(findings, what="The roster")
    for found in findings:
        module.warn(found.sentence)
    return to_wanted(rows)


def _policy(params: t.Mapping[str, t.Any]) -> Policy:
    """Return what the run may do. :raises InputError: a protected address is none, so it would protect nobody."""
    return Policy(
        on_error=params["on_error"],
        max_removals=params["max_removals"],
        allow_removals=params["allow_removals"],
        protected=checked_addresses(params["protected"], label="protected"),
        settle_timeout=params["settle_timeout"],
        lock_timeout=params["lock_timeout"],
    )


# -- the run ---------------------------------------------------------------------------------------------------------------


def _run(module: AnsibleModule, task: _Task, work: BatchRun) -> Outcomes:
    """Return the outcomes of the work. A signal that ends the task ends the sending; what was sent is read once more, and told."""
    return until_ended(lambda: _outcomes(module, task, work))


async def _outcomes(module: AnsibleModule, task: _Task, work: BatchRun) -> Outcomes:
    """Return one outcome for each row, whatever happens. Before ``work`` nothing is sent; what goes wrong in it, it tells itself."""
    try:
        async with open_client(module, task.record) as client:
            try:
                return await _work_on(module, task, work, client)
            finally:
                task.cost.update(cost_of(client))
    except WxccError as error:
        return _ended(task, error.problem)
    except (Exception, asyncio.CancelledError) as error:
        when = "before it began" if task.outcomes is None else "when its work was done"
        trace = traceback.format_exc() if isinstance(error, Exception) else None
        return _ended(task, unforeseen(error, when), trace)


def _ended(task: _Task, problem: Problem, trace: str | None = None) -> Outcomes:
    """Return what is known where something ended the step: what became of everybody once the work was done, else that it never began."""
    done = task.outcomes
    if done is None:
        return Outcomes.not_begun(task.wanted, problem, trace=trace)
    return dataclasses.replace(done, aborted=done.aborted or problem, trace=done.trace or trace)


async def _work_on(module: AnsibleModule, task: _Task, work: BatchRun, client: Client) -> Outcomes:
    organization = await organization_of(client, module.params["org_id"], task.record)
    progress = Progress(_progress_path(module), len(task.wanted))
    lock = OrganizationLock(organization.uuid, Writer.of(task.record))
    async with contextlib.AsyncExitStack() as stack:
        if task.writes and not module.check_mode:
            await stack.enter_async_context(lock.held(task.policy.lock_timeout, on_wait=progress.wait))
        context, writing = _context(module, task, client, organization, progress, lock), _Writing(lock, module, task)
        context.begin_writing = writing.begin
        outcomes = task.outcomes = await work(task.wanted, context)
        if writing.begun:
            context.snapshot.writer = lock.note_end()
        if outcomes.aborted is None and may_write(module, task.record):
            # Without it the next step reads everybody again: no reason to lose what became of them.
            with contextlib.suppress(OSError):
                context.snapshot.save()
        return outcomes


def _context(
    module: AnsibleModule,
    task: _Task,
    client: Client,
    organization: Organization,
    progress: Progress,
    lock: OrganizationLock,
) -> Context:
    snapshot = Snapshot(
        task.path(SNAPSHOT_FILE),
        organization=organization.uuid,
        api=client.admin_base,
        check_mode=module.check_mode,
        writer=lock.last_writer(),
    )
    return Context(
        client,
        organization,
        snapshot,
        task.policy,
        module.check_mode,
        progress,
        asyncio.sleep,
        run=task.record,
        plan=task.plan,
    )


class _Writing:
    """Notes beside the lock, and in the run, that something is about to be sent; a step that sends nothing leaves no mark."""

    def __init__(self, lock: OrganizationLock, module: AnsibleModule, task: _Task) -> None:
        self._lock, self._module, self._task = lock, module, task
        self.begun = False

    def begin(self) -> None:
        if self.begun:
            return
        self._lock.note_beginning()
        if self._task.record is not None and may_write(self._module, self._task.record):
            part = {"step": self._task.step.name, "part": self._module.params.get("part") or 0}
            update_record(self._task.record.directory, writing=part)
            self._task.noted = True
        self.begun = True


def _progress_path(module: AnsibleModule) -> str | None:
    """Return the file that the action plugin made to be told, or None where nobody asks."""
    path = os.path.join(module.tmpdir, PROGRESS_FILE) if module.params["progress"] else ""
    return path if path and os.path.isfile(path) else None


# -- the end ---------------------------------------------------------------------------------------------------------------


def _finish(module: AnsibleModule, task: _Task, outcomes: Outcomes, more: More | None) -> None:
    """Write the outcomes down and end the task."""
    # Where there is a plan it has said so already.
    warnings = outcomes.warnings if task.plan is None else ()
    for warning in cut(warnings, _WARNINGS, "warnings of this kind"):
        module.warn(warning)
    problem = outcomes.aborted
    unwritten = _write(module, task, outcomes)
    result = _result(module.params, outcomes, task.cost)
    try:
        result.update(more(outcomes) if more else {})
    except Exception as error:
        problem = problem or unforeseen(error, "when its work was done")
        result["exception"] = safe(module, traceback.format_exc())
    if module._diff:
        moved = [o for o in outcomes if o.changed]
        result["diff"] = {
            "before": {o.email: dict(o.before) for o in moved},
            "after": {o.email: dict(o.after) for o in moved},
        }
    if outcomes.trace is not None:
        result["exception"] = safe(module, outcomes.trace)
    if unwritten is not None:
        # What was done must be known all the same.
        problem = problem or unwritten
        result["results"] = [o.result() for o in outcomes]
    if problem is not None:
        stop_run(module, task.record, task.step.name, problem)
        fail(module, problem, **{**result, "aborted": True})
    chosen = module.params["fail_on"]
    if (outcomes.failed and FAILED in chosen) or (outcomes.blocked and BLOCKED in chosen) or outcomes.trace:
        module.fail_json(msg=_failure_text(outcomes, task.step.name), **result)
    module.exit_json(**result)


def _write(module: AnsibleModule, task: _Task, outcomes: Outcomes) -> Problem | None:
    """Write the outcomes into the run's directory, if there is one; return why that could not be done."""
    if not may_write(module, task.record):
        return None
    try:
        write_outcomes(task.path(task.step.outcomes_file), task.step.name, outcomes)
        if task.noted and task.record is not None:
            update_record(task.record.directory, writing=None)
    except OSError as error:
        text = f"{task.path(task.step.outcomes_file)} cannot be written: {error.strerror or type(error).__name__}."
        return Problem("invalid_input", text, advice="What became of each person is in the results.")
    return None


def _result(params: t.Mapping[str, t.Any], outcomes: Outcomes, cost: Result) -> Result:
    """Return the result that all writing modules share."""
    by_hand = not (params.get("users_file") or params.get("run_directory"))
    returned = params["results"] or ("all" if by_hand else "failed")
    told = (
        o
        for o in outcomes
        if returned == "all"
        or (returned != "none" and (o.failed or o.blocked))
        or (returned == "changed" and o.changed)
    )
    return {
        "changed": outcomes.changed,
        "aborted": outcomes.aborted is not None,
        "summary": outcomes.summary(),
        "results": [o.result() for o in told],
        "requests": cost,
        "manual_actions": [{"email": o.email, **o.manual.as_dict()} for o in outcomes if o.manual],
    }


def _failure_text(outcomes: Outcomes, label: str) -> str:
    counts = outcomes.summary()
    parts = [f"{counts[word]} {word}" for word in (FAILED, BLOCKED) if counts[word]]
    troubled = [*outcomes.failed, *outcomes.blocked]
    lines = [f"{o.email}: {o.error.message} {o.error.advice}".rstrip() for o in troubled[:_SHOWN] if o.error]
    more = f" | and {len(troubled) - _SHOWN} more" if len(troubled) > _SHOWN else ""
    return f"{label}: of {people(counts['total'])} {' and '.join(parts)}. " + " | ".join(lines) + more
