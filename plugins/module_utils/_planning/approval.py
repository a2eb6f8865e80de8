# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a plan is the approved one: as a whole by its digest, or person by person by its file. Private to this collection.

A stale plan can be read; an edited one, another organization's, or one that was carried out before changes nobody.
"""

from __future__ import annotations

import calendar
import json
import re
import time
import typing as t

from .._advice import ADVICE
from .._errors import InputError, Problem
from .._listed import counted, listed
from .._model import address_key
from .._roster.finding import show
from .._run.applied import applied, claim
from .._run.kinds import DURATION, Wrong
from .._run.plan_file import PlanDocument, changes_of, digest_of_changes, read_plan_file

_SHOWN = 12
#: A whole digest: SHA-256 in hexadecimal digits.
_DIGEST = re.compile(r"[0-9a-f]{64}")
#: So many people are named.
_NAMED = 10


def seconds_of(text: t.Any) -> int:
    """Return how long an approved plan may be carried out, from ``1d``, ``12h`` or seconds. :raises InputError: it is none of these."""
    try:
        return int(DURATION.read(text))
    except Wrong as error:
        raise InputError(Problem("invalid_input", f"valid_for is {text!r}: {error}.")) from None


class ApprovedPlan:
    """An approved plan's file, and what it lets a run do."""

    def __init__(self, path: str) -> None:
        """:raises InputError: the file is no plan."""
        self.path = path
        self.document = read_plan_file(path)
        self._changes: dict[str, set[str]] = {}
        for change in changes_of(self.document.people):
            self._changes.setdefault(change["email"], set()).add(_text(change))

    @property
    def plan_id(self) -> str:
        """What no other plan is called."""
        return f"{self.document.run} {self.document.digest}"

    def refusal(self, organization: str, valid_for: int, now: float) -> Problem | None:
        """Return why the plan must not be carried out at all, or None."""
        document = self.document
        own = document.organization.get("id")
        if digest_of_changes(str(own), document.people) != document.digest:
            return _refused(self.path, "its changes are not those that its digest was made of: somebody has edited it")
        if own != organization:
            name = f"{document.organization.get('name') or 'another organization'} ({own})"
            return _refused(self.path, f"it is a plan of {name}, and this run is about {organization}")
        if document.refusal is not None:
            return _refused(self.path, f"it must not be carried out: {document.refusal.get('message')}")
        age = now - _seconds(document.made)
        if age > valid_for:
            return _refused(self.path, f"it was made at {document.made}, and may be carried out for {_span(valid_for)}")
        before = applied(organization, self.plan_id)
        return None if before is None else _refused(self.path, f"it was carried out already, at {before}")

    def claim(self, organization: str) -> Problem | None:
        """Note that a real run carries it out now; return why it must not: another one was faster."""
        before = claim(organization, self.plan_id)
        return None if before is None else _refused(self.path, f"it was carried out already, at {before}")

    def moved(self, people: t.Iterable[t.Mapping[str, t.Any]]) -> dict[int, Problem]:
        """Return those who would get something else than was approved, by row. What others have done meanwhile is no such thing."""
        found = {}
        for person in people:
            changes = changes_of([person])
            key = address_key(person["email"])
            if all(_text(change) in self._changes.get(key, ()) for change in changes):
                continue
            what = (
                "would now get other changes than those that were approved"
                if key in self._changes
                else ("is to be changed, which the approved plan does not hold")
            )
            text = f"{person['email']} {what}; nothing is done for this person."
            found[person["row"]] = Problem("moved", text, advice=ADVICE["plan_refused"])
        return found

    def left_out(self, keys: t.Iterable[str]) -> list[str]:
        """Return a warning if the approved plan holds changes of people who are not in the roster, given by their keys."""
        missing = sorted(self._changes.keys() - set(keys))
        if not missing:
            return []
        return [
            f"The approved plan holds changes of {counted(len(missing), 'person who is', 'people who are')} not in the roster: "
            f"{listed(missing, _NAMED)}."
        ]


def digest_refusal(approved: str, document: PlanDocument, file: PlanDocument | None) -> Problem | None:
    """Return why a digest does not approve: it is neither this plan's nor, where the approved file is given too, that file's."""
    wanted = approved.strip().lower()
    if wanted == (file or document).digest:
        return None
    if not _DIGEST.fullmatch(wanted):
        text = f"{show(approved.strip())} is no whole digest: that is 64 characters of 0-9 and a-f, and this has {len(wanted)}."
        return Problem("other_digest", text, advice="Give the digest whole, as it stands in plan.md and plan.json.")
    if file is not None:
        text = f"The digest {wanted[:_SHOWN]} is not that of the approved plan, which is {file.digest[:_SHOWN]}."
        return Problem("other_digest", text)
    text = (
        f"What this run would do is not what was approved: the digest was {wanted[:_SHOWN]}, and is {document.digest[:_SHOWN]} now. "
        f"Now it would be: {document.summary['text']}."
    )
    return Problem("other_digest", text)


def _refused(path: str, why: str) -> Problem:
    return Problem("plan_refused", f"The approved plan {path} changes nobody: {why}.")


def _text(change: t.Mapping[str, t.Any]) -> str:
    return json.dumps(change, sort_keys=True, ensure_ascii=False)


def _seconds(text: str) -> float:
    """Return a time as plans write it, in seconds since 1970; something else counts as long past."""
    try:
        return float(calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ")))
    except ValueError:
        return 0.0


def _span(seconds: int) -> str:
    for unit, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds % unit == 0 and seconds >= unit:
            number = seconds // unit
            return f"{number} {name}{'s' if number > 1 else ''}"
    return f"{seconds} seconds"
