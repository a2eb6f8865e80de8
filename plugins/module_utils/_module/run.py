# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Between Ansible and the engine: options in, one asynchronous run, results out. Private to this collection."""

from __future__ import annotations

import asyncio
import os
import traceback
import typing as t

from ansible.module_utils.basic import AnsibleModule, env_fallback, missing_required_lib

from .._client.client import HTTPX_IMPORT_ERROR, Client, Settings
from .._engine.engine import (
    Context,
    Progress,
    Resource,
    Run,
    reconcile,
    write_outcomes,
)
from .._engine.guard import Policy
from .._engine.snapshot import Snapshot
from .._errors import InputError, Problem, WxccError
from .._model import Item, Wanted
from .._roster import rows as _roster
from .._roster.file import read_people
from .._webex import organization as _organization
from .._webex.organization import Organization
from .spec import (
    PERSON_FIELDS,
    Spec,
    batch_spec,
    connection_spec,
)

_SHOWN = 5
_WARNINGS = 20

BatchRun = t.Callable[[list[Wanted], Context], t.Awaitable[Run]]
Checker: t.TypeAlias = "t.Callable[[Client | None, Problem | None], t.Awaitable[dict[str, t.Any]]]"
Reader = t.Callable[[Client, Organization], t.Awaitable[dict[str, t.Any]]]


def connection_options() -> Spec:
    return connection_spec(env_fallback)


def batch_options(fields: t.Sequence[str] = tuple(PERSON_FIELDS)) -> Spec:
    return {**connection_spec(env_fallback), **batch_spec({f: PERSON_FIELDS[f] for f in fields})}


def make_module(spec: Spec, **more: t.Any) -> AnsibleModule:
    """Return the module, which supports check mode; ends it if httpx is missing."""
    module = AnsibleModule(argument_spec=spec, supports_check_mode=True, **more)
    if HTTPX_IMPORT_ERROR is not None:
        module.fail_json(msg=missing_required_lib("httpx"), exception=str(HTTPX_IMPORT_ERROR))
    return module


def make_batch_module(
    spec: Spec, *, sources: t.Sequence[str] = ("users", "users_file"), **more: t.Any
) -> AnsibleModule:
    """Return a module that takes its people from one of ``sources``; a users_file stands alone."""
    exclusive = [[a, b] for i, a in enumerate(sources) for b in sources[i + 1 :] if "users_file" in (a, b)]
    return make_module(spec, mutually_exclusive=exclusive, required_one_of=[list(sources)], **more)


def client_settings(module: AnsibleModule) -> Settings:
    names = set(Settings.__dataclass_fields__)
    return Settings(**{k: v for k, v in module.params.items() if k in names and v is not None})


def open_client(module: AnsibleModule) -> Client:
    """Return a client whose secrets (the given ones and those it gets) Ansible hides wherever they might appear."""
    settings = client_settings(module)
    module.no_log_values.update(settings.secrets())
    return Client(settings, module=module._name.rsplit(".", 1)[-1], on_secret=module.no_log_values.add)


def fail(module: AnsibleModule, problem: Problem, **result: t.Any) -> None:
    """End the task with the problem in one sentence, its advice, and everything known."""
    text = f"{problem.message} {problem.advice}".strip()
    if problem.tracking_id:
        text += f" (tracking id {problem.tracking_id})"
    module.fail_json(msg=text, error=problem.as_dict(), **result)


def run_reader(module: AnsibleModule, read: Reader, *, needs_organization: bool = True) -> None:
    """Run an information module: nothing is written, in check mode neither."""

    async def work() -> dict[str, t.Any]:
        async with open_client(module) as client:
            organization = Organization("", named=False)
            if needs_organization:
                organization = await _organization.resolve(client, module.params["org_id"])
            result = await read(client, organization)
            result["requests"] = _requests(client)
            return result

    try:
        result = asyncio.run(work())
    except WxccError as error:
        fail(module, error.problem, **getattr(error, "result", {}))
    except Exception as error:  # the last resort: no traceback may carry a secret to the screen
        fail(module, _unexpected(error), exception=_safe_traceback(module))
    else:
        module.exit_json(**{"changed": False, **result})


def run_local(module: AnsibleModule, work: t.Callable[[], dict[str, t.Any]]) -> None:
    """Run what needs no connection, with the same way of failing."""
    try:
        result = work()
    except WxccError as error:
        fail(module, error.problem, **getattr(error, "result", {}))
    else:
        module.exit_json(changed=False, requests={"sent": 0, "retried": 0, "throttled_s": 0.0}, **result)


def run_checks(module: AnsibleModule, check: Checker) -> None:
    """Run a module that reports problems as findings instead of failing at the first; even a missing token is one."""

    async def work() -> dict[str, t.Any]:
        try:
            client = open_client(module)
            async with client:
                result = await check(client, None)
                result["requests"] = _requests(client)
                return result
        except WxccError as error:
            result = await check(None, error.problem)
            return {**result, "requests": {"sent": 0, "retried": 0, "throttled_s": 0.0}}

    try:
        result = asyncio.run(work())
    except Exception as error:  # the last resort: no traceback may carry a secret to the screen
        fail(module, _unexpected(error), exception=_safe_traceback(module))
    else:
        module.exit_json(changed=False, **result)


def run_resource(module: AnsibleModule, resource: Resource) -> None:
    """Run a writing module over its roster."""

    async def work(wanted: list[Wanted], context: Context) -> Run:
        return await reconcile(resource, wanted, context)

    run_batch(module, work, label=resource.name)


def run_batch(module: AnsibleModule, work: BatchRun, *, label: str) -> None:
    """Read the roster, run ``work`` over it, and end the task with the common result shape."""
    params = module.params
    try:
        _check_files(params)
        rows = _rows(module)
    except InputError as error:
        fail(module, error.problem, changed=False, aborted=True, findings=error.findings, **_empty(params))
        return
    cost: dict[str, t.Any] = {"sent": 0, "retried": 0, "throttled_s": 0.0}

    async def main() -> Run:
        policy = Policy(
            on_error=params["on_error"],
            fail_on_blocked=params["fail_on_blocked"],
            max_removals=params["max_removals"],
            protected=params["protected"],
            settle_timeout=params["settle_timeout"],
        )
        async with open_client(module) as client:
            try:
                organization = await _organization.resolve(client, params["org_id"])
                snapshot = Snapshot(
                    params["snapshot_file"],
                    organization=organization.uuid,
                    api=client.admin_base,
                    check_mode=module.check_mode,
                    max_age=params["snapshot_max_age"],
                )
                progress = Progress(params["progress_file"], len(rows))
                context = Context(client, organization, snapshot, policy, module.check_mode, progress, asyncio.sleep)
                run = await work(_roster.to_wanted(rows), context)
                for warning in context.warnings[:_WARNINGS]:
                    module.warn(warning)
                if len(context.warnings) > _WARNINGS:
                    module.warn(f"and {len(context.warnings) - _WARNINGS} more warnings of this kind")
                if run.aborted is None:
                    snapshot.save()
                return run
            finally:
                cost.update(_requests(client))

    try:
        run = asyncio.run(main())
    except WxccError as error:
        fail(module, error.problem, changed=False, aborted=True, **{**_empty(params), "requests": cost})
        return
    except Exception as error:  # the last resort: no traceback may carry a secret to the screen
        fail(
            module,
            _unexpected(error),
            exception=_safe_traceback(module),
            changed=True,
            aborted=True,
            **{**_empty(params), "requests": cost},
        )
        return
    _finish(module, run, cost, label)


def _check_files(params: t.Mapping[str, t.Any]) -> None:
    """Refuse files that cannot be written before anything is sent: what became of people would be lost.

    :raises InputError: names the option.
    """
    for option in ("results_file", "journal_file", "snapshot_file"):
        path = params.get(option)
        if not path:
            continue
        directory = os.path.dirname(os.path.abspath(path))
        target = path if os.path.exists(path) else directory
        if not os.path.isdir(directory) or os.path.isdir(path) or not os.access(target, os.W_OK):
            raise InputError(
                Problem(
                    "invalid_input",
                    f"{option} {path} cannot be written.",
                    advice="Create the directory first, writable for the account that runs the task. Nothing was sent.",
                )
            )


def _rows(module: AnsibleModule) -> list[dict[str, t.Any]]:
    params = module.params
    if params.get("users_file"):
        raw, label = read_people(params["users_file"]), params["users_file"]
    else:
        raw, label = params.get("users") or [], "users"
    rows, findings = _roster.compose(raw, params.get("addresses") or (), label=label)
    _roster.raise_for_errors(findings, what="The roster")
    for found in findings:
        module.warn(found.sentence)
    return rows


def _finish(module: AnsibleModule, run: Run, cost: dict[str, t.Any], label: str) -> None:
    params = module.params
    if run.aborted is not None:
        # What was only planned did not happen.
        for item in run.items:
            item.changed = False
            if item.action != "blocked":
                item.after = dict(item.before)
    write_outcomes(params["results_file"], label, run.items)
    returned = params["results"] or ("failed" if params.get("users_file") else "all")
    result: dict[str, t.Any] = {
        "changed": run.changed,
        "aborted": run.aborted is not None,
        "summary": run.summary(),
        "results": [i.result() for i in run.items if _returned(i, returned)],
        "requests": cost,
        "manual_actions": [{"email": i.email, **i.manual.as_dict()} for i in run.items if i.manual],
        "results_file": params["results_file"],
    }
    if module._diff:
        moved = [i for i in run.items if i.changed]
        result["diff"] = {"before": {i.email: i.before for i in moved}, "after": {i.email: i.after for i in moved}}
    if run.aborted is not None:
        fail(module, run.aborted, **result)
    failed = [i for i in run.items if i.failed]
    blocked = [i for i in run.items if i.action == "blocked"]
    if failed or (blocked and params["fail_on_blocked"]):
        module.fail_json(msg=_failure_text(run, failed + blocked, label), **result)
    module.exit_json(**result)


def _returned(item: Item, which: str) -> bool:
    if which in ("all", "none"):
        return which == "all"
    troubled = item.failed or item.action == "blocked"
    return troubled or (which == "changed" and item.changed)


def _failure_text(run: Run, troubled: list[Item], label: str) -> str:
    counts = run.summary()
    parts = [f"{counts[word]} {word}" for word in ("failed", "blocked") if counts[word]]
    lines = [f"{i.email}: {i.error.message} {i.error.advice}".rstrip() for i in troubled[:_SHOWN] if i.error]
    more = f" | and {len(troubled) - _SHOWN} more" if len(troubled) > _SHOWN else ""
    return f"{label}: of {counts['total']} people {' and '.join(parts)}. " + " | ".join(lines) + more


def _empty(params: dict[str, t.Any]) -> dict[str, t.Any]:
    counts = dict.fromkeys(("total", "created", "updated", "removed", "unchanged", "blocked", "failed"), 0)
    return {
        "summary": counts,
        "results": [],
        "requests": {"sent": 0, "retried": 0, "throttled_s": 0.0},
        "manual_actions": [],
        "results_file": params["results_file"],
    }


def _requests(client: Client) -> dict[str, t.Any]:
    return {"sent": client.counters.sent, "retried": client.counters.retried, "throttled_s": client.throttled_s}


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


__all__ = [
    "batch_options",
    "connection_options",
    "make_batch_module",
    "make_module",
    "run_batch",
    "run_checks",
    "run_local",
    "run_reader",
    "run_resource",
]
