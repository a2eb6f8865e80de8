# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The supervisor's switch on the contact center's record, ``supervisorCapabilitiesEnabled``. Private to this collection.

It stands in the vendor's description since August 2026. Nothing public says that a write of it takes effect, so it is tried only where
somebody chose it, by PATCH (a PUT would clear what it leaves out), and only a reading of the record is believed.
"""

from __future__ import annotations

import dataclasses
import typing as t

from .._contact_center.records import ContactCenter, Record
from .._engine.context import Context
from .._engine.dispatch import Dispatch
from .._engine.outcomes import Claim
from .._engine.plan import Change
from .._errors import ApiError, Problem
from .agent import item_problems

FIELD = "supervisorCapabilitiesEnabled"


async def fill_capabilities(context: Context, records: dict[str, Record], keys: t.Iterable[str]) -> None:
    """Read the records of these keys by id where the list left the switch out; ``records`` holds them afterwards."""
    unsaid = {records[key].id: key for key in keys if key in records and records[key].supervisor is None}
    found, _odd = await context.center().by_ids(unsaid)
    for record_id, record in found.items():
        records[unsaid[record_id]] = record


async def send_capabilities(context: Context, changes: t.Sequence[Change], dispatch: Dispatch) -> None:
    """Send the switch of each of these people in a request of its own; what was refused before, by SCIM, stays their error."""
    center = context.center()

    async def send(change: Change) -> None:
        if dispatch.ended:
            return
        earlier = dispatch.answer(change.index)
        dispatch.sending([change])
        problem = await _send(center, change)
        dispatch.done(change, Claim((earlier.problem if earlier else None) or problem))

    await context.client.for_each(list(changes), send)


async def _send(center: ContactCenter, change: Change) -> Problem | None:
    """Send one person's switch; return what was answered against it."""
    item = {"id": change.payload.record_id, FIELD: change.payload.supervises}
    try:
        answer = await center.change([{"itemIdentifier": 0, "requestAction": "SAVE", "item": item}])
    except ApiError as error:
        problem = error.problem
        # The token may write no records; what else is done for the others is another matter.
        return dataclasses.replace(problem, code="refused") if problem.code == "forbidden" else problem
    return item_problems(answer, [change.email])[0]
