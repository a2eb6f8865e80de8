# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The support bundle: who is not in sync, since when, what was tried, and the tracking ids that Webex support asks for.

Private to this collection. It holds no secret: the journal it is made from has neither headers nor bodies.
"""

from __future__ import annotations

import typing as t

from .._engine.outcomes import Outcome
from .._model import address_key
from .._steps import SYNC
from .._version import VERSION

SUPPORT_FORMAT = "wxcc.onboarding/support/1"
#: The newest requests of the run; a case needs the last ones, not all of a thousand.
MAX_REQUESTS = 500
_REQUEST_FIELDS = ("time", "module", "method", "path", "status", "tracking_id", "attempt", "note")


def bundle(
    outcomes: t.Sequence[Outcome],
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
    not_in_sync = [o for o in outcomes if o.failed]
    looks = [line for line in earlier if line.get("module") == SYNC.name]
    timelines: dict[str, list[dict[str, t.Any]]] = {o.key: [] for o in not_in_sync}
    for line in looks:
        key = address_key(str(line.get("email", "")))
        if key in timelines:
            timelines[key] += _timeline(line)
    people = [
        {
            "email": outcome.email,
            "person_id": outcome.person.id if outcome.person else None,
            "record_id": outcome.extra.get("record_id"),
            **{word: outcome.after.get(word) for word in ("sync_state", "profile_type", "message")},
            "timeline": _joined([*timelines[outcome.key], *outcome.extra.get("timeline", [])]),
        }
        for outcome in not_in_sync
    ]
    kept = [{k: r[k] for k in _REQUEST_FIELDS if k in r} for r in requests[-MAX_REQUESTS:]]
    return {
        "format": SUPPORT_FORMAT,
        "collection": VERSION,
        "written": written,
        "organization": dict(organization),
        "tried": {**tried, "earlier_looks": len({str(line.get("time")) for line in looks})},
        "counts": {"people": len(outcomes), "not_in_sync": len(not_in_sync)},
        "people": people,
        "requests": kept,
        "tracking_ids": list(dict.fromkeys(str(r["tracking_id"]) for r in kept if r.get("tracking_id"))),
    }


def _timeline(line: t.Mapping[str, t.Any]) -> list[dict[str, t.Any]]:
    """Return the states that an outcome line tells of, with their times."""
    only = {"time": line.get("time"), "state": (line.get("after") or {}).get("sync_state")}
    return [dict(step) for step in line.get("timeline") or [only] if isinstance(step, dict)]


def _joined(steps: t.Sequence[dict[str, t.Any]]) -> list[dict[str, t.Any]]:
    """Return the steps without repetitions of a state."""
    found: list[dict[str, t.Any]] = []
    for step in steps:
        if not found or found[-1].get("state") != step.get("state"):
            found.append(step)
    return found
