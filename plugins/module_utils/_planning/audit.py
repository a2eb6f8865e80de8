# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module ``audit_info`` as a whole: what everybody still lacks, and a plan shown as drift. Private to this collection.

It changes nothing and refuses nothing: limits are for runs that write.
"""

from __future__ import annotations

import typing as t

from .._csv_files.fates import change_in_words
from .._engine.context import Policy
from .._engine.plan import Change
from .._errors import ApiError
from .._files import read_lines, timestamp, write_json
from .._listed import counted
from .._model import BLOCKED, MANUAL
from .._roster.file import read_wanted
from .._run.plan_file import PENDING, JsonObject
from .._steps import AUDIT_FILE, EVERYBODY_FILE, ROW, SYNC
from .._views.people import NOTHING, PeopleFilter, read_users
from .._views.preflight import Needs, Services
from .chain import Planner, Steps, read_all
from .plan import Task, context_of, declares_settings

AUDIT_FORMAT = "wxcc.onboarding/audit/1"
#: What is told of somebody who is not desk-ready.
_TOLD = ("email", "license", "role", "sync_state", "lacks", "lacks_message")
_LINES = 20


async def audit(task: Task, *, steps: Steps, license_names: t.Sequence[str], fail: bool) -> JsonObject:
    """Return the module's result; ``failure`` in it is why the task fails all the same.

    :raises WxccError: something cannot be read.
    """
    try:
        found = await _look(task, steps, license_names)
    except ApiError as error:
        if error.status == 403:
            await _name_all_scopes(task)
        raise
    files = {"everybody": EVERYBODY_FILE, "audit": AUDIT_FILE}
    paths = {name: task.record.path(file) if task.keep else None for name, file in files.items()}
    everybody = found.pop("everybody")
    if task.keep:
        write_json(task.record.path(EVERYBODY_FILE), everybody)
        write_json(task.record.path(AUDIT_FILE), found)
    told = {k: v for k, v in found.items() if k not in ("format", "host", "organization", "time")}
    lines = lines_of(found, paths["audit"])
    result: JsonObject = {**told, "changed": False, "lines": lines, "files": paths}
    lacking, drift = found["people"] - found["desk_ready"], len(found["drift"])
    refused = sum(1 for _row in read_lines(task.record.path(ROW.outcomes_file)))
    where = f" See {paths['audit']}." if paths["audit"] else ""
    if fail and (lacking or drift):
        result["failure"] = (
            f"{counted(lacking, 'person is', 'people are')} not desk-ready, "
            f"{counted(drift, 'difference', 'differences')} from the roster.{where}"
        )
    if refused:
        # Of these nobody knows whether they differ, whatever the site makes of differences.
        rows = counted(refused, "row of the roster was", "rows of the roster were")
        result["failure"] = f"{rows} refused, and so not compared. {result.get('failure', '')}".strip()
    return result


async def _look(task: Task, steps: Steps, license_names: t.Sequence[str]) -> JsonObject:
    record, organization = task.record, task.organization
    chosen = PeopleFilter(license=license_names, role=None, state=None)
    seen = await read_users(
        task.client, organization, addresses=None, users_file=None, filters=chosen, sync_state=True, dest=None
    )
    everybody = seen["users"]
    drift = await _drift(task, steps) if record.rosters else []
    return {
        "format": AUDIT_FORMAT,
        "host": record.host,
        "organization": {"id": organization.uuid, "name": organization.name},
        "time": timestamp(),
        "people": len(everybody),
        "desk_ready": seen["lacks"].get(NOTHING, 0),
        "lacks": seen["lacks"],
        "not_ready": [{k: p.get(k) for k in _TOLD} for p in everybody if not p["desk_ready"]],
        "roster": bool(record.rosters),
        "drift": drift,
        "everybody": everybody,
    }


async def _name_all_scopes(task: Task) -> None:
    """Tell every missing scope at once. :raises ApiError: some are missing."""
    services = Services(Needs(roles=True, writing=False))
    await services.look_at(task.client, task.organization)
    missing = services.missing_scopes()
    if missing is not None:
        raise ApiError(missing)


async def _drift(task: Task, steps: Steps) -> list[JsonObject]:
    """Return every difference from the roster, step by step: {email, step, action, before, after, message}."""
    wanted = read_wanted(task.record.roster_path())
    context = context_of(task, Policy(max_removals="100%"), len(wanted))
    readings = await read_all(context, wanted, steps, center=True, settings=declares_settings(wanted, steps))
    chain = await Planner(context, wanted, steps, readings).step_by_step()
    return [
        _difference(step, change)
        for changes in chain.by_row().values()
        for step, change in changes.items()
        if step != SYNC.name and (change.pending or change.kind in (BLOCKED, MANUAL))
    ]


def _difference(step: str, change: Change) -> JsonObject:
    message = change.problem.message if change.problem else change.manual.what if change.manual else None
    return {
        "email": change.email,
        "step": step,
        "action": change.kind,
        "before": dict(change.before),
        "after": dict(change.after),
        "message": message,
    }


def lines_of(found: t.Mapping[str, t.Any], path: str | None) -> list[str]:
    """Return what a terminal shows. Pure."""
    lines = [
        f"{found['desk_ready']:,} of {counted(found['people'], 'person with a license is', 'people with a license are')} desk-ready"
    ]
    lines += [f"  {one['email']}: {one['lacks']}: {one['lacks_message']}" for one in found["not_ready"]]
    if found["roster"]:
        lines.append(f"{counted(len(found['drift']), 'difference', 'differences')} from the roster")
        lines += [f"  {one['email']}: {_in_words(one)}" for one in found["drift"]]
    if len(lines) > _LINES:
        lines[_LINES - 1 :] = [f"  and {len(lines) - _LINES + 1:,} more: see {path or AUDIT_FILE}"]
    return lines


def _in_words(one: t.Mapping[str, t.Any]) -> str:
    """Return a difference from what to what, ``license: update: license premium -> standard``, or why it must stay."""
    found = f"{one['step']}: {one['action']}"
    if one["action"] in PENDING:
        found += f": {change_in_words({**one, 'action': None})}"
    return f"{found}: {one['message']}" if one["message"] else found
