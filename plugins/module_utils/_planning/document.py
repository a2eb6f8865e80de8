# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan as ``plan.json`` holds it, from the planned chain. Pure. Private to this collection."""

from __future__ import annotations

import dataclasses
import typing as t

from .._engine.plan import Change
from .._errors import Problem
from .._model import MANUAL, Wanted
from .._run.plan_file import BLOCKED, JsonObject, PlanDocument, digest_of_changes
from .._run.record import RunRecord
from .._steps import AGENT, LICENSE, ROLE, SYNC, USER
from .chain import Chain, needs_gate
from .forecast import Forecast, counted, forecast, sentence

#: The steps that go part by part; the others concern everybody at once.
_OF_PARTS = (USER.name, LICENSE.name, ROLE.name)
_ORDER = (*_OF_PARTS, SYNC.name, AGENT.name)


@dataclasses.dataclass(slots=True, frozen=True)
class Circumstances:
    """What a plan is made of beside the chain. gate: the run comes to the gate, and can see what becomes of it."""

    record: RunRecord
    made: str
    check_mode: bool
    gate: bool
    options: t.Mapping[str, t.Mapping[str, t.Any]]
    refusal: Problem | None = None
    findings: t.Sequence[t.Mapping[str, t.Any]] = ()
    #: Rows that were refused when the roster was read.
    refused_rows: int = 0
    #: False: the gate is another run's business, so nobody waits for it.
    synchronize: bool = True


def document_of(chain: Chain, wanted: t.Sequence[Wanted], around: Circumstances) -> PlanDocument:
    """Return the plan as a value."""
    by_row = chain.by_row()
    forecasts = {want.index: forecast(by_row.get(want.index, {}), gate=around.synchronize) for want in wanted}
    people = [_person(want, by_row.get(want.index, {}), forecasts[want.index]) for want in wanted]
    work = _work(wanted, by_row, gate=around.gate)
    record, organization = around.record, around.record.organization or {}
    summary: JsonObject = {**counted(forecasts.values()), "refused_rows": around.refused_rows}
    refusal = around.refusal
    return PlanDocument(
        run=record.run,
        host=record.host,
        organization={"id": organization.get("id"), "name": organization.get("name")},
        made=around.made,
        check_mode=around.check_mode,
        digest=digest_of_changes(str(organization.get("id")), people),
        roster=dict(record.rosters),
        options=around.options,
        summary={**summary, "text": sentence(summary)},
        steps=[step for step in _ORDER if any(step in steps for steps in work.values())],
        parts=sorted(int(part) for part, steps in work.items() if set(steps) & set(_OF_PARTS)),
        work=work,
        refusal=None if refusal is None else _told(refusal),
        findings=list(around.findings),
        people=people,
    )


def _told(problem: Problem) -> JsonObject:
    return {"code": problem.code, "message": problem.message, "advice": problem.advice}


def _person(want: Wanted, changes: t.Mapping[str, Change], foreseen: Forecast) -> JsonObject:
    return {
        "row": want.index,
        "email": want.email,
        "sources": list(want.row.get("sources") or [want.source]),
        "part": part_of(want),
        "forecast": foreseen.as_dict(),
        "steps": {step: entry_of(change) for step, change in changes.items()},
    }


def part_of(want: Wanted) -> int:
    """Return the number of the part that a row belongs to; 0 where the roster has no parts."""
    part = want.row.get("part")
    return part if isinstance(part, int) else 0


def entry_of(change: Change) -> JsonObject:
    """Return one person's entry of a step."""
    return {
        "action": change.kind,
        "before": dict(change.before),
        "after": dict(change.after),
        "removal": change.takes,
        "error": change.problem.as_dict() if change.problem else None,
        "manual": change.manual.as_dict() if change.manual else None,
    }


def _work(
    wanted: t.Sequence[Wanted], by_row: t.Mapping[int, t.Mapping[str, Change]], *, gate: bool
) -> dict[str, list[str]]:
    """Return which steps each part has work for. A role to be given by hand is work: the gate tells of it from the step's outcomes."""
    found: dict[str, set[str]] = {str(part_of(want)): set() for want in wanted} or {"0": set()}
    for want in wanted:
        steps = found[str(part_of(want))]
        for step, change in by_row.get(want.index, {}).items():
            if change.pending or change.kind == MANUAL or (step == SYNC.name and gate and needs_gate(change)):
                steps.add(step)
    return {part: [step for step in _ORDER if step in steps] for part, steps in found.items()}


def blocked_people(document: PlanDocument) -> list[t.Mapping[str, t.Any]]:
    """Return the people that the plan leaves alone although something is declared of them."""
    return [person for person in document.people if person["forecast"]["outcome"] == BLOCKED]
