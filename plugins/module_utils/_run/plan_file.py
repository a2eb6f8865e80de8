# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``plan.json``: what the whole chain would do for a run's people, before anything is written. Private to this collection.

The module ``plan`` writes it; the writing steps carry out what it holds and nothing else; report and result files take its word for
whoever has no outcome of a step. Its digest speaks of the organization and the changes alone (no times, run ids, places), so that
whoever approved a plan approved every later one that would do the same.
"""

from __future__ import annotations

import dataclasses
import glob
import hashlib
import json
import os
import typing as t

from .._errors import InputError, Problem
from .._files import read_json, write_json
from .._model import CREATE, MANUAL, REMOVE, UPDATE, address_key
from .._steps import PLAN_FILE
from .record import RunRecord, read_record

PLAN_FORMAT = "wxcc.onboarding/plan/1"

#: What a person's plan comes to.
READY, WAITING, BLOCKED, FAILED = "ready", "waiting", "blocked", "failed"
#: Actions that send something.
PENDING = (CREATE, UPDATE, REMOVE)

JsonObject = dict[str, t.Any]


@dataclasses.dataclass(frozen=True, slots=True)
class PlanDocument:
    """What ``plan.json`` holds, by the same names."""

    run: str
    host: str
    #: {id, name}.
    organization: t.Mapping[str, t.Any]
    #: When the readings were taken, UTC.
    made: str
    check_mode: bool
    digest: str
    #: Names of roster files with the digest of each.
    roster: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    #: What each step was planned with: {step: {option: value}}; a step with others is another plan's.
    options: t.Mapping[str, t.Mapping[str, t.Any]] = dataclasses.field(default_factory=dict)
    summary: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)
    #: Words of the steps that have work, numbers of the parts that have some, and which steps a part has work for.
    steps: t.Sequence[str] = ()
    parts: t.Sequence[int] = ()
    work: t.Mapping[str, t.Sequence[str]] = dataclasses.field(default_factory=dict)
    #: {code, message, advice}: why the run must not begin; None: it may.
    refusal: t.Mapping[str, t.Any] | None = None
    findings: t.Sequence[t.Mapping[str, t.Any]] = ()
    #: {row, email, sources, part, forecast, steps: {step: {action, before, after, removal, error, manual}}}.
    people: t.Sequence[t.Mapping[str, t.Any]] = ()
    _rows: dict[int, t.Mapping[str, t.Any]] = dataclasses.field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Make people findable by their row."""
        self._rows.update((person["row"], person) for person in self.people)

    def person(self, row: int) -> t.Mapping[str, t.Any] | None:
        """Return what is planned for the person of that row of the roster; None: the plan does not know the row."""
        return self._rows.get(row)

    def entry(self, step: str, row: int) -> t.Mapping[str, t.Any] | None:
        """Return what a step does for a row: {action, before, after, removal, error, manual}; None: the step does not concern it."""
        person = self._rows.get(row)
        return None if person is None else person["steps"].get(step)

    def as_dict(self) -> JsonObject:
        """Return what the file holds."""
        fields = (f.name for f in dataclasses.fields(self) if not f.name.startswith("_"))
        return {"format": PLAN_FORMAT, **{name: getattr(self, name) for name in fields}}


def changes_of(people: t.Iterable[t.Mapping[str, t.Any]]) -> list[JsonObject]:
    """Return every pending change: {email (as compared), step, action, before, after, removal}, in an order of its own.

    What a person is to be asked to take from somebody is among them: whoever approves a plan approves that.
    """
    found = [
        {
            "email": address_key(person["email"]),
            "step": step,
            "action": entry["action"],
            "before": entry.get("before") or {},
            "after": entry.get("after") or {},
            "removal": bool(entry.get("removal")),
        }
        for person in people
        for step, entry in person["steps"].items()
        if entry["action"] in PENDING or (entry["action"] == MANUAL and entry.get("removal"))
    ]
    return sorted(found, key=_canonical)


def digest_of_changes(org_id: str, people: t.Iterable[t.Mapping[str, t.Any]]) -> str:
    """Return the SHA-256 of the organization's id and its pending changes, in hexadecimal digits."""
    return hashlib.sha256(_canonical({"organization": org_id, "changes": changes_of(people)}).encode()).hexdigest()


def _canonical(value: t.Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def write_plan(directory: str | os.PathLike[str], plan: PlanDocument) -> None:
    """Write the plan of a run at one stroke. :raises OSError: it cannot be written."""
    write_json(os.path.join(directory, PLAN_FILE), plan.as_dict())


def read_plan(directory: str | os.PathLike[str]) -> PlanDocument | None:
    """Return the plan of a run directory; None: nobody has planned there.

    :raises InputError: the file is not a plan.
    """
    path = os.path.join(directory, PLAN_FILE)
    return read_plan_file(path) if os.path.exists(path) else None


def plans_beside(record: RunRecord) -> list[PlanDocument]:
    """Return what other hosts of the same ``ansible-playbook`` plan for the same organization, where nothing stands against it.

    A directory beside the run's own that cannot be read, or has no plan yet, says nothing.
    """
    found = []
    for directory in sorted(glob.glob(os.path.join(glob.escape(os.path.dirname(record.directory)), "*", ""))):
        try:
            other = read_record(directory)
            ours = (other.organization or {}).get("id") == (record.organization or {}).get("id")
            if other.run != record.run or other.host == record.host or not ours:
                continue
            plan = read_plan(directory)
        except InputError:
            continue
        if plan is not None and plan.refusal is None:
            found.append(plan)
    return found


def read_plan_file(path: str | os.PathLike[str]) -> PlanDocument:
    """Return the plan that a file holds. Whether its digest fits its changes is not looked at: see :func:`digest_of_changes`.

    :raises InputError: it cannot be read, or is not a plan.
    """
    try:
        data = read_json(path)
    except OSError as error:
        raise InputError(Problem("invalid_input", f"{path} cannot be read: {error.strerror or error}.")) from None
    except (ValueError, RecursionError) as error:
        raise InputError(Problem("invalid_input", f"{path} is not JSON: {error}.")) from None
    if not isinstance(data, dict) or data.get("format") != PLAN_FORMAT:
        raise InputError(Problem("invalid_input", f"{path} is not of the format {PLAN_FORMAT}."))
    names = {f.name for f in dataclasses.fields(PlanDocument) if not f.name.startswith("_")}
    try:
        return PlanDocument(**{k: v for k, v in data.items() if k in names})
    except (TypeError, KeyError, AttributeError):
        raise InputError(Problem("invalid_input", f"{path} is not a whole plan: something is missing in it.")) from None
