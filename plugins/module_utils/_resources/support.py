# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The support bundle: who is not in sync, since when, what was tried, and the tracking ids that Webex support asks for.

Private to this collection. It holds no secret: the journal it is made from has neither headers nor bodies.
"""

from __future__ import annotations

import json
import os
import typing as t

from .._files import write_json
from .._model import Item, address_key
from .._version import VERSION

FORMAT = "wxcc.onboarding/support/1"
#: The newest requests of the run; a case needs the last ones, not all of a thousand.
MAX_REQUESTS = 500
_REQUEST_FIELDS = ("time", "module", "method", "path", "status", "tracking_id", "attempt", "note")


def bundle(
    items: t.Sequence[Item],
    *,
    organization: t.Mapping[str, t.Any],
    tried: t.Mapping[str, t.Any],
    earlier: t.Iterable[t.Mapping[str, t.Any]],
    requests: t.Sequence[t.Mapping[str, t.Any]],
    written: str,
) -> dict[str, t.Any]:
    """Return the bundle: states, times, ids, tracking ids and what was tried, for those who are not in sync. Pure.

    :param earlier: outcome lines of earlier looks of the same run.
    :param requests: lines of the run's journal.
    """
    open_items = [i for i in items if i.failed]
    keys = {i.key for i in open_items}
    seen: dict[str, list[dict[str, t.Any]]] = {k: [] for k in keys}
    looks: set[str] = set()
    for line in earlier:
        if line.get("module") != "sync":
            continue
        looks.add(str(line.get("time")))
        key = address_key(str(line.get("email", "")))
        if key in seen:
            steps = line.get("timeline") or [
                {"time": line.get("time"), "state": (line.get("after") or {}).get("sync_state")}
            ]
            seen[key] += [dict(step) for step in steps if isinstance(step, dict)]
    people = []
    for item in open_items:
        people.append(
            {
                "email": item.email,
                "person_id": item.person.id if item.person else None,
                "record_id": item.extra.get("record_id"),
                "sync_state": item.after.get("sync_state"),
                "profile_type": item.after.get("profile_type"),
                "message": item.after.get("message"),
                "timeline": _joined([*seen[item.key], *item.extra.get("timeline", [])]),
            }
        )
    kept = [{k: r[k] for k in _REQUEST_FIELDS if k in r} for r in requests[-MAX_REQUESTS:]]
    return {
        "format": FORMAT,
        "collection": VERSION,
        "written": written,
        "organization": dict(organization),
        "tried": {**tried, "earlier_looks": len(looks)},
        "counts": {"people": len(items), "not_in_sync": len(open_items)},
        "people": people,
        "requests": kept,
        "tracking_ids": list(dict.fromkeys(str(r["tracking_id"]) for r in kept if r.get("tracking_id"))),
    }


def _joined(steps: t.Sequence[dict[str, t.Any]]) -> list[dict[str, t.Any]]:
    """Return the steps without repetitions of a state."""
    found: list[dict[str, t.Any]] = []
    for step in steps:
        if not found or found[-1].get("state") != step.get("state"):
            found.append(step)
    return found


def json_lines(path: str | None) -> list[dict[str, t.Any]]:
    """Return the objects of a file of JSON lines; nothing where there is no file. A line that was cut short is left out."""
    if not path or not os.path.exists(path):
        return []
    found = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            try:
                value = json.loads(line)
            except ValueError:
                continue
            if isinstance(value, dict):
                found.append(value)
    return found


def write_bundle(path: str, content: dict[str, t.Any]) -> None:
    """Write the bundle, readable by its owner alone: it names people."""
    write_json(path, content)
