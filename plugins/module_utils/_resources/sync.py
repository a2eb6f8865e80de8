# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting until the contact center's records agree with people, licenses and roles. Private to this collection.

Nothing here presses "Synchronize Users": no public API does. A hook of the site's own may be called; everything else is reading.
"""

from __future__ import annotations

import dataclasses
import time
import typing as t

from .. import _model
from .._contact_center.records import ContactCenter, Record
from .._contact_center.sync_state import (
    NOT_EXPECTED,
    SETTLED,
    derive,
    what_to_press,
)
from .._engine.engine import Context, Run
from .._errors import Problem, WxccError
from .._model import NO_LICENSE, Item, Person, Wanted
from .._webex.licenses import contact_center_licenses, list_licenses


@dataclasses.dataclass(slots=True)
class Waiting:
    """How long to wait, and how often to look."""

    timeout: float
    interval: float
    wait: bool = True


async def synchronize(
    wanted: list[Wanted], context: Context, waiting: Waiting, clock: t.Callable[[], float] = time.monotonic
) -> Run:
    """Look until everybody expected is in sync or the time is up; only those who are not yet in sync are looked up again."""
    items: list[Item] = []
    try:
        people = await _people(wanted, context)
        for want in wanted:
            items.append(_begin(want, people.get(want.key), context.snapshot.blocked.get(want.key), context.check_mode))
        center = ContactCenter(context.client, context.organization.uuid)
        open_items = [
            (w, i)
            for w, i in zip(wanted, items, strict=False)
            if i.action != _model.BLOCKED and not i.after.get("sync_state")
        ]
        profiles = await center.profiles() if open_items else {}
        deadline = clock() + waiting.timeout
        while open_items:
            records = await center.records([i.person for _w, i in open_items if i.person is not None])
            for want, item in open_items:
                _judge(want, item, records.get(item.key), profiles)
            open_items = [(w, i) for w, i in open_items if i.after["sync_state"] not in SETTLED]
            context.progress.show(items, len(items) - len(open_items), "sync", force=True)
            if not open_items or not waiting.wait or context.check_mode or clock() + waiting.interval > deadline:
                break
            await context.sleep(waiting.interval)
    except WxccError as error:
        return Run(items, aborted=error.problem)
    if not context.check_mode:
        for _want, item in open_items:
            state = item.after["sync_state"]
            item.fail(
                Problem(
                    "not_in_sync",
                    f"{item.email} is not in sync ({state}): {item.after['message']}",
                    advice=what_to_press(state),
                )
            )
    return Run(items)


async def _people(wanted: list[Wanted], context: Context) -> dict[str, Person | None]:
    listed: list[dict[str, t.Any]] = []
    known = context.snapshot.people
    if any(w.key not in known or ((p := known[w.key]) is not None and p.license_ids is None) for w in wanted):
        listed = contact_center_licenses(await list_licenses(context.client, context.organization))
    return await context.people(wanted, licenses=listed or None, roles=True)


def _begin(want: Wanted, person: Person | None, problem: Problem | None, check_mode: bool) -> Item:
    item = Item.of(want, person)
    if person is None:
        if want.row.get("state") == "absent" or want.row.get("license") == NO_LICENSE:
            item.after = {"sync_state": NOT_EXPECTED, "message": "The person is not in the organization."}
        else:
            item.block(problem or Problem("person_missing", f"{want.email} is not in the organization."))
    elif person.planned:
        item.after = {"sync_state": "missing", "message": "The person is only planned."}
    return item


def _judge(want: Wanted, item: Item, record: Record | None, profiles: t.Mapping[str, t.Mapping[str, str]]) -> None:
    person = item.person
    if person is None:
        return
    profile_type = profiles.get(record.user_profile_id or "", {}).get("type") if record else None
    # What is held counts, not what is wished: a license that was not given is the license step's failure, not the sync's.
    state, message = derive(person, person.license() or NO_LICENSE, want.row.get("role"), record, profile_type)
    item.after = {"sync_state": state, "profile_type": profile_type, "message": message}
    note_state(item, state)
    if record is not None:
        item.extra["record_id"] = record.id
    if person.pending is not None:
        item.extra["pending"] = person.pending


def note_state(item: Item, state: str) -> None:
    """Add to the person's timeline when the state is another than before."""
    timeline: list[dict[str, str]] = item.extra.setdefault("timeline", [])
    if not timeline or timeline[-1]["state"] != state:
        timeline.append({"time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "state": state})
