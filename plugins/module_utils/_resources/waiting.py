# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module ``sync`` as a whole: the site's hook, the wait, and the support bundle if it was in vain. Private to this collection."""

from __future__ import annotations

import dataclasses
import typing as t

from .._client.hook import Hook, call_hook
from .._engine.context import Context
from .._engine.outcomes import Outcomes
from .._files import read_lines, timestamp, write_json
from .._model import Wanted
from .support import bundle
from .sync import Waiting, synchronize


@dataclasses.dataclass(slots=True, frozen=True)
class SupportCase:
    """Where the support bundle goes (None: nowhere), what was tried, and the files that hold earlier looks and requests."""

    path: str | None
    tried: t.Mapping[str, t.Any]
    results_file: str | None
    journal_file: str | None


async def wait_for_sync(
    wanted: t.Sequence[Wanted], context: Context, *, waiting: Waiting, hook: Hook | None, case: SupportCase
) -> Outcomes:
    """Call the hook, wait for everybody, and write the bundle where people are not in sync in the end. Check mode only looks.

    :raises WxccError: the hook refused.
    """
    if hook is not None and not context.check_mode:
        await call_hook(hook)
    earlier = list(read_lines(case.results_file))
    found = await synchronize(wanted, context, waiting)
    if case.path and not context.check_mode and found.failed:
        content = bundle(
            found.outcomes,
            organization={"id": context.organization.uuid, "name": context.organization.name},
            tried=dict(case.tried),
            earlier=earlier,
            requests=list(read_lines(case.journal_file)),
            written=timestamp(),
        )
        write_json(case.path, content)
    return found
