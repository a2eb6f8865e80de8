# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of ``plan`` and ``audit_info`` as the planning takes them. Private to this collection."""

from __future__ import annotations

import dataclasses
import functools
import typing as t

from .._engine.context import Policy
from .._model import PRESENT
from .._resources.agent import Agents
from .._resources.license import Licenses
from .._resources.role import Roles
from .._resources.user import Users
from .._roster.rows import checked_addresses
from .._roster.verdict import SKIP
from .._run.plan_file import JsonObject
from .._run.record import RunRecord
from .approval import seconds_of
from .audit import audit
from .chain import Steps
from .checks import Rails
from .plan import Order, Task, make_plan

Params = t.Mapping[str, t.Any]
Work = t.Callable[[Task], t.Awaitable[JsonObject]]

#: Plans send nothing, so how many people go into a request does not matter.
_CHUNK = 100


def plan_work(params: Params, *, diff: bool) -> Work:
    """Return what the module ``plan`` does. :raises InputError: an option cannot be used."""
    given: dict[str, Params] = {name: params.get(name) or {} for name in ("license", "role", "agent")}
    steps = Steps(
        Users(params["state"]) if params["identities"] else None,
        Licenses(
            mode=given["license"]["mode"],
            default=given["license"].get("default"),
            subscription_id=given["license"].get("subscription_id"),
            allow_shortage=given["license"]["allow_shortage"],
        ),
        Roles(
            default=given["role"].get("default"),
            mode=given["role"]["mode"],
            supervisor_via=given["role"]["supervisor_via"],
        ),
        Agents(defaults=given["agent"].get("settings"), chunk_size=_CHUNK),
    )
    order = Order(
        steps=steps,
        policy=Policy(protected=checked_addresses(params["protected"], label="protected")),
        rails=Rails(
            max_removals=params["max_removals"],
            allow_removals=params["allow_removals"],
            max_changes=params["max_changes"],
        ),
        synchronize=params["synchronize"],
        approved_digest=params["approved_digest"],
        approved_plan=params["approved_plan"],
        valid_for=seconds_of(params["valid_for"]),
        diff=diff,
        results=params["results"],
        fail_on=tuple(params["fail_on"]),
        mails=params["mails"],
    )

    async def work(task: Task) -> JsonObject:
        rails = dataclasses.replace(order.rails, **_rails_of_run(params, task.record))
        return await make_plan(task, dataclasses.replace(order, rails=rails))

    return work


def _rails_of_run(params: Params, record: RunRecord) -> dict[str, t.Any]:
    """Return what refused rows do, as the task says it, else as the run was begun; and whether both let the run write."""
    given = {name: params[name] or record.options.get(name) for name in ("refused_rows", "max_refused_rows")}
    writable = params["writable"] and record.options.get("writable") is not False
    return {**given, "refused_rows": given["refused_rows"] or SKIP, "writable": writable}


def audit_work(params: Params) -> Work:
    """Return what the module ``audit_info`` does."""
    steps = Steps(
        Users(PRESENT),
        Licenses(
            mode=params["license_mode"], default=None, subscription_id=params["subscription_id"], allow_shortage=True
        ),
        Roles(default=None, mode=params["role_mode"], supervisor_via=params["supervisor_via"]),
        Agents(defaults=params["settings"], chunk_size=_CHUNK),
    )
    return functools.partial(audit, steps=steps, license_names=params["license"], fail=params["fail"])
