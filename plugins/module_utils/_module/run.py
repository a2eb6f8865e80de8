# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Between Ansible and the engine: options in, one asynchronous run, results out. Private to this collection."""

from __future__ import annotations

import asyncio
import os
import traceback
import typing as t

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from .._client.client import Client, cost_of
from .._client.http import LIBRARY
from .._client.settings import Settings
from .._engine.context import Context, Policy, Progress
from .._engine.engine import Resource, reconcile
from .._engine.outcomes import Outcome, Outcomes, empty_summary, write_outcomes
from .._engine.snapshot import Snapshot
from .._errors import InputError, Problem, WxccError
from .._model import Wanted
from .._roster.file import read_people
from .._roster.rows import checked_addresses, compose, raise_for_errors, to_wanted
from .._webex.organization import Organization, resolve
from .spec import ArgumentSpec

_SHOWN = 5
_WARNINGS = 20

T = t.TypeVar("T")
Result = dict[str, t.Any]
BatchRun = t.Callable[[t.Sequence[Wanted], Context], t.Awaitable[Outcomes]]
Checker: t.TypeAlias = "t.Callable[[Client | None, Problem | None], t.Awaitable[Result]]"
Reader = t.Callable[[Client, Organization], t.Awaitable[Result]]


def make_local_module(spec: ArgumentSpec) -> AnsibleModule:
    """Return a module that sends nothing; it supports check mode."""
    return AnsibleModule(supports_check_mode=True, **spec.arguments())


def make_module(spec: ArgumentSpec) -> AnsibleModule:
    """Return the module, which supports check mode; ends it if there is no HTTP library that serves."""
    module = make_local_module(spec)
    if LIBRARY.unsupported is not None:
        module.fail_json(msg=LIBRARY.unsupported)
    if LIBRARY.missing is not None:
        module.fail_json(msg=missing_required_lib("httpx 0.27 or 0.28, or httpx2"), exception=LIBRARY.missing)
    return module


def client_settings(module: AnsibleModule) -> Settings:
    """Return what the options say of the connection; options that nobody gave keep their defaults."""
    names = set(Settings.__dataclass_fields__)
    return Settings(**{k: v for k, v in module.params.items() if k in names and v is not None})


def open_client(module: AnsibleModule) -> Client:
    """Return a client whose secrets (the given ones and those it gets) Ansible hides wherever they might appear."""
    settings = client_settings(module)
    module.no_log_values.update(settings.secrets())
    return Client(settings, module=module._name.rsplit(".", 1)[-1], on_secret=module.no_log_values.add)


# -- ending a task -----------------------------------------------------------------------------------------------------------


def fail(module: AnsibleModule, problem: Problem, **result: t.Any) -> t.NoReturn:
    """End the task with the problem in one sentence, its advice, and everything known."""
    text = f"{problem.message} {problem.advice}".strip()
    if problem.tracking_id:
        text += f" (tracking id {problem.tracking_id})"
    module.fail_json(msg=text, error=problem.as_dict(), **result)
    raise SystemExit(1)  # fail_json has ended the process; only its types do not say so


def _known_of(error: Exception) -> Result:
    """Return what an error brings along to be told: a job that failed still has its counts, a bad input its places."""
    findings = {"findings": error.findings} if isinstance(error, InputError) else {}
    return {**findings, **getattr(error, "result", {})}


def _concluded(module: AnsibleModule, work: t.Callable[[], T], told: t.Callable[[Exception], Result] = _known_of) -> T:
    """Return what ``work`` returns. Whatever it raises ends the task, and shows no secret: the one place that catches errors.

    :param told: what is to be told with an error.
    """
    try:
        return work()
    except WxccError as error:
        fail(module, error.problem, **told(error))
    except Exception as error:  # the last resort: no traceback may carry a secret to the screen
        if isinstance(error, OSError) and error.filename:
            fail(module, _no_file(error), **told(error))
        fail(module, _unexpected(error), exception=_safe_traceback(module), **told(error))


def _no_file(error: OSError) -> Problem:
    path = error.filename2 or error.filename
    advice = "Look at the path, the rights of the account that runs the task, and the space there."
    return Problem("invalid_input", f"{path} cannot be used: {error.strerror or type(error).__name__}.", advice=advice)


def _unexpected(error: Exception) -> Problem:
    return Problem(
        "unexpected",
        f"The module failed unexpectedly: {type(error).__name__}: {error}",
        advice="Please report this with the traceback.",
    )


def _safe_traceback(module: AnsibleModule) -> str:
    text = traceback.format_exc()
    for secret in module.no_log_values:
        text = text.replace(str(secret), "********")
    return text


# -- modules that only look --------------------------------------------------------------------------------------------------


def run_reader(module: AnsibleModule, read: Reader, *, needs_organization: bool = True) -> None:
    """Run an information module: nothing is written, in check mode neither."""

    async def work() -> Result:
        _check_files(module.params)
        async with open_client(module) as client:
            organization = Organization("", named=False)
            if needs_organization:
                organization = await resolve(client, module.params["org_id"])
            return {"changed": False, **await read(client, organization), "requests": cost_of(client)}

    module.exit_json(**_concluded(module, lambda: asyncio.run(work())))


def run_local(module: AnsibleModule, work: t.Callable[[], Result]) -> None:
    """Run what needs no connection, with the same way of failing."""
    module.exit_json(**{"changed": False, **_concluded(module, work)})


def run_checks(module: AnsibleModule, check: Checker) -> None:
    """Run a module that reports problems as findings instead of failing at the first; even a missing token is one."""

    async def work() -> Result:
        _check_files(module.params)
        try:
            async with open_client(module) as client:
                return {**await check(client, None), "requests": cost_of(client)}
        except WxccError as error:
            return {**await check(None, error.problem), "requests": cost_of()}

    module.exit_json(changed=False, **_concluded(module, lambda: asyncio.run(work())))


# -- modules that write ------------------------------------------------------------------------------------------------------


def run_resource(module: AnsibleModule, resource: Resource[t.Any]) -> None:
    """Run a writing module over its roster."""

    async def work(wanted: t.Sequence[Wanted], context: Context) -> Outcomes:
        return await reconcile(resource, wanted, context)

    run_batch(module, work, label=resource.name)


def run_batch(module: AnsibleModule, work: BatchRun, *, label: str) -> None:
    """Read the roster, run ``work`` over it, and end the task with the common result shape."""
    nothing_done = {"aborted": True, **_without_people(module.params)}
    cost = cost_of()

    def refused(error: Exception) -> Result:
        return {"changed": False, **nothing_done, "findings": getattr(error, "findings", [])}

    def ended(error: Exception) -> Result:
        # Of an error that nobody foresaw nobody knows what was done before it.
        return {"changed": not isinstance(error, WxccError), **nothing_done, "requests": cost}

    wanted, policy = _concluded(module, lambda: (_wanted(module), _policy(module.params)), refused)
    outcomes = _concluded(module, lambda: asyncio.run(_work_on(module, wanted, work, policy, cost)), ended)
    _finish(module, outcomes, cost, label)


def _wanted(module: AnsibleModule) -> list[Wanted]:
    """Return the rows of the roster.

    :raises InputError: they cannot be used, or what becomes of them could not be written.
    """
    params = module.params
    _check_files(params)
    if params.get("users_file"):
        raw, label = read_people(params["users_file"]), params["users_file"]
    else:
        raw, label = params.get("users") or [], "users"
    rows, findings = compose(raw, params.get("addresses") or (), label=label)
    raise_for_errors(findings, what="The roster")
    for found in findings:
        module.warn(found.sentence)
    return to_wanted(rows)


def _check_files(params: t.Mapping[str, t.Any]) -> None:
    """Refuse files that cannot be written before anything is sent: what was done would not be known.

    :raises InputError: names the option.
    """
    for option in ("results_file", "journal_file", "snapshot_file"):
        path = params.get(option)
        if path and not _writable(path):
            advice = "Create the directory first, writable for the account that runs the task. Nothing was sent."
            raise InputError(Problem("invalid_input", f"{option} {path} cannot be written.", advice=advice))


def _writable(path: str) -> bool:
    directory = os.path.dirname(os.path.abspath(path))
    target = path if os.path.exists(path) else directory
    return os.path.isdir(directory) and not os.path.isdir(path) and os.access(target, os.W_OK)


async def _work_on(
    module: AnsibleModule, wanted: t.Sequence[Wanted], work: BatchRun, policy: Policy, cost: Result
) -> Outcomes:
    """Run ``work``; ``cost`` is filled in, however it ends."""
    params = module.params
    async with open_client(module) as client:
        try:
            organization = await resolve(client, params["org_id"])
            snapshot = Snapshot(
                params["snapshot_file"],
                organization=organization.uuid,
                api=client.admin_base,
                check_mode=module.check_mode,
                max_age=params["snapshot_max_age"],
            )
            context = Context(
                client,
                organization,
                snapshot,
                policy,
                module.check_mode,
                Progress(params["progress_file"], len(wanted)),
                asyncio.sleep,
            )
            outcomes = await work(wanted, context)
            if outcomes.aborted is None:
                snapshot.save()
            return outcomes
        finally:
            cost.update(cost_of(client))


def _policy(params: t.Mapping[str, t.Any]) -> Policy:
    """Return what the run may do. :raises InputError: a protected address is none, so it would protect nobody."""
    return Policy(
        on_error=params["on_error"],
        fail_on_blocked=params["fail_on_blocked"],
        max_removals=params["max_removals"],
        protected=checked_addresses(params["protected"], label="protected"),
        settle_timeout=params["settle_timeout"],
    )


def _finish(module: AnsibleModule, outcomes: Outcomes, cost: Result, label: str) -> None:
    """Write the outcomes down and end the task."""
    params = module.params
    for warning in outcomes.warnings[:_WARNINGS]:
        module.warn(warning)
    if len(outcomes.warnings) > _WARNINGS:
        module.warn(f"and {len(outcomes.warnings) - _WARNINGS} more warnings of this kind")
    write_outcomes(params["results_file"], label, outcomes)
    result = _result(params, outcomes, cost)
    if module._diff:
        moved = [o for o in outcomes if o.changed]
        result["diff"] = {
            "before": {o.email: dict(o.before) for o in moved},
            "after": {o.email: dict(o.after) for o in moved},
        }
    if outcomes.aborted is not None:
        fail(module, outcomes.aborted, **result)
    if outcomes.failed or (outcomes.blocked and params["fail_on_blocked"]):
        module.fail_json(msg=_failure_text(outcomes, label), **result)
    module.exit_json(**result)


def _result(params: t.Mapping[str, t.Any], outcomes: Outcomes, cost: Result) -> Result:
    """Return the result that all writing modules share."""
    returned = params["results"] or ("failed" if params.get("users_file") else "all")
    return {
        "changed": outcomes.changed,
        "aborted": outcomes.aborted is not None,
        "summary": outcomes.summary(),
        "results": [o.result() for o in outcomes if _returned(o, returned)],
        "requests": cost,
        "manual_actions": [{"email": o.email, **o.manual.as_dict()} for o in outcomes if o.manual],
        "results_file": params["results_file"],
    }


def _without_people(params: t.Mapping[str, t.Any]) -> Result:
    """Return the shape of a result in which nobody occurs."""
    return {
        "summary": empty_summary(),
        "results": [],
        "requests": cost_of(),
        "manual_actions": [],
        "results_file": params["results_file"],
    }


def _returned(outcome: Outcome, which: str) -> bool:
    if which in ("all", "none"):
        return which == "all"
    return outcome.failed or outcome.blocked or (which == "changed" and outcome.changed)


def _failure_text(outcomes: Outcomes, label: str) -> str:
    counts = outcomes.summary()
    parts = [f"{counts[word]} {word}" for word in ("failed", "blocked") if counts[word]]
    troubled = [*outcomes.failed, *outcomes.blocked]
    lines = [f"{o.email}: {o.error.message} {o.error.advice}".rstrip() for o in troubled[:_SHOWN] if o.error]
    more = f" | and {len(troubled) - _SHOWN} more" if len(troubled) > _SHOWN else ""
    return f"{label}: of {counts['total']} people {' and '.join(parts)}. " + " | ".join(lines) + more


__all__ = [
    "make_local_module",
    "make_module",
    "run_batch",
    "run_checks",
    "run_local",
    "run_reader",
    "run_resource",
]
