# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules that look at a run as a whole: they read for its directory, and may stop it. Private to this collection."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible.module_utils.basic import AnsibleModule

from .._client.client import Client, cost_of
from .._errors import WxccError
from .._run.record import RunRecord
from .._webex.organization import Organization
from .run import Result, concluded, may_write, open_client, organization_of, run_of, stop_run, until_ended


@dataclasses.dataclass(slots=True, frozen=True)
class Task:
    """What such a module works with. keep: what it finds may be written into the run's directory."""

    client: Client
    organization: Organization
    record: RunRecord
    check_mode: bool
    keep: bool


Work = t.Callable[[Task], t.Awaitable[Result]]


def run_over_run(
    module: AnsibleModule, work: t.Callable[[], Work], *, step: str, kind: type[Client], roster: bool = True
) -> None:
    """Do what ``work`` returns for the run that ``run_directory`` names; what ends it stands in ``run.json`` too.

    :param work: reads the options, so that what is wrong with them ends the task in the same way.
    :param step: the word under which the run is stopped.
    :param kind: the client that the module reads with.
    :param roster: the run must have its roster.
    """
    found: list[RunRecord] = []
    cost = cost_of()

    async def main() -> Result:
        record = run_of(module, roster=roster, writing=False)
        if record is None:
            raise RuntimeError("run_directory is required")
        found.append(record)
        doing = work()
        async with open_client(module, record, kind) as client:
            try:
                organization = await organization_of(client, module.params["org_id"], record)
                task = Task(client, organization, record, module.check_mode, may_write(module, record))
                return {"changed": False, **await doing(task)}
            finally:
                cost.update(cost_of(client))

    def told(error: Exception) -> Result:
        if isinstance(error, WxccError) and found:
            stop_run(module, found[0], step, error.problem)
        return {"changed": False, "requests": cost, **getattr(error, "result", {})}

    result = concluded(module, lambda: until_ended(main), told)
    failure = result.pop("failure", None)
    if failure:
        module.fail_json(msg=failure, **result, requests=cost)
    module.exit_json(**result, requests=cost)
