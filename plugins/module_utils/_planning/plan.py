# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module ``plan`` as a whole: look, read, plan, compare with what was approved, write it down. Private to this collection."""

from __future__ import annotations

import asyncio
import dataclasses
import time
import typing as t

from .._client.client import Client
from .._engine.context import Policy, Progress
from .._engine.snapshot import Snapshot
from .._errors import Problem, WxccError
from .._files import read_lines, timestamp, write_bytes
from .._listed import cut
from .._model import SUPERVISOR, Wanted
from .._roster.file import read_wanted
from .._run.lock import OrganizationLock, Writer
from .._run.plan_file import BLOCKED, PENDING, JsonObject, PlanDocument, plans_beside, write_plan
from .._run.record import RunRecord, add_findings, note_mails
from .._steps import LICENSE, PLAN_FILE, PLAN_PAGE, PLAN_TABLE, ROLE, ROW, SNAPSHOT_FILE
from .._views.preflight import ERROR, INFO, WARNING, Needs, Services
from .._webex.mails import AS_IS, in_words
from .._webex.organization import Organization
from .approval import ApprovedPlan, digest_refusal
from .chain import Chain, Planner, Readings, Steps, read_all
from .checks import Rails, joined, over_hosts, refusals_of
from .document import Circumstances, blocked_people, document_of
from .elsewhere import look_elsewhere
from .page import page_of
from .reading import PlanContext
from .table import table_of

#: The check whose finding stands beside the counts.
MAILS = "mail setting"
#: So many are told one by one: people in the terminal, warnings among the findings.
_TOLD, _WARNINGS = 5, 20


class PlanRefused(WxccError):
    """The run must not begin. ``result``: what the module returns all the same."""

    def __init__(self, problem: Problem, result: JsonObject) -> None:
        super().__init__(problem)
        self.result = result


@dataclasses.dataclass(slots=True, frozen=True)
class Order:
    """What the module is told."""

    steps: Steps
    policy: Policy
    rails: Rails
    synchronize: bool = True
    approved_digest: str | None = None
    approved_plan: str | None = None
    #: Seconds for which an approved plan may be carried out.
    valid_for: int = 86400
    diff: bool = False
    #: Which people come back: changed, failed, all, none.
    results: str = "none"
    #: Whom a forecast makes the task fail.
    fail_on: t.Sequence[str] = ()
    #: What the run does about activation mails: as_is, on, off.
    mails: str = AS_IS


class Task(t.Protocol):
    """What the module works with."""

    @property
    def client(self) -> Client:
        """The client, which only reads."""

    @property
    def organization(self) -> Organization:
        """The run's organization."""

    @property
    def record(self) -> RunRecord:
        """The run."""

    @property
    def check_mode(self) -> bool:
        """Whether the task is a check task."""

    @property
    def keep(self) -> bool:
        """Whether the run's directory may be written to."""


async def make_plan(task: Task, order: Order) -> JsonObject:
    """Plan the whole chain and return the module's result.

    :raises PlanRefused: the run must not begin.
    """
    return await _Plan(task, order).make()


def context_of(task: Task, policy: Policy, people: int) -> PlanContext:
    """Return what the steps read with. What a real run reads here its writing steps take over."""
    record, path, writer = task.record, None, ""
    if task.keep and not task.check_mode:
        path = record.path(SNAPSHOT_FILE)
        writer = OrganizationLock(task.organization.uuid, Writer.of(record)).last_writer()
    snapshot = Snapshot(
        path, organization=task.organization.uuid, api=task.client.admin_base, check_mode=task.check_mode, writer=writer
    )
    return PlanContext(
        task.client,
        task.organization,
        snapshot,
        policy,
        task.check_mode,
        Progress(None, people),
        asyncio.sleep,
        run=record,
    )


def declares_settings(wanted: t.Sequence[Wanted], steps: Steps) -> bool:
    """Return whether anybody is to have agent settings."""
    return bool(steps.agents.options["settings"]) or any(w.row.get("agent") for w in wanted)


class _Plan:
    """One plan while it is made."""

    def __init__(self, task: Task, order: Order) -> None:
        self._task = task
        self._order = order
        self._made = timestamp()
        self._wanted = read_wanted(task.record.roster_path())
        lines = read_lines(task.record.path(ROW.outcomes_file))
        self._refused_before = sum(line.get("action") == "refused" for line in lines)
        self._settings = declares_settings(self._wanted, order.steps)
        self._findings: list[JsonObject] = []
        self._seen = False
        self._mails: bool | None = None

    async def make(self) -> JsonObject:
        approved = ApprovedPlan(self._order.approved_plan) if self._order.approved_plan else None
        refusal = (
            approved.refusal(self._task.organization.uuid, self._order.valid_for, time.time()) if approved else None
        )
        refusals = await self._look()
        if refusals:
            return self._conclude(self._document(Chain({}), self._wanted, refusals))
        context = context_of(self._task, self._order.policy, len(self._wanted))
        try:
            # A file that approves nothing says nothing about anybody either.
            chain, refusals = await self._chain(context, approved if refusal is None else None)
        except WxccError as error:
            return self._conclude(self._document(Chain({}), self._wanted, [error.problem]))
        self._warn(chain.warnings)
        self._tell_mails(chain)
        document = self._document(chain, self._wanted, refusals)
        if approved is not None and refusal is None:
            self._warn(approved.left_out(w.key for w in self._wanted))
        problem = refusal or self._unapproved(document, approved) or self._beside(document)
        if problem is not None:
            document = self._document(chain, self._wanted, [*refusals, problem])
        elif document.refusal is None and approved is not None and not self._task.check_mode:
            problem = approved.claim(self._task.organization.uuid)
            document = self._document(chain, self._wanted, [problem] if problem else [])
        context.snapshot.facts["people"] = context.reader.total
        if self._task.keep and not self._task.check_mode:
            context.snapshot.save()
        return self._conclude(document)

    async def _look(self) -> list[Problem]:
        """Look at what preflight looks at; return what the run cannot begin for."""
        default = self._order.steps.roles.options["default"]
        supervisors = any((w.row.get("role") or default) == SUPERVISOR for w in self._wanted)
        needs = Needs(
            contact_center=self._settings or supervisors or self._order.steps.roles.reads_records,
            roles=any(w.row.get("administrator_roles") for w in self._wanted),
            writing=not self._task.check_mode,
        )
        services = Services(needs)
        await services.look_at(self._task.client, self._task.organization)
        self._seen = services.contact_center
        self._mails = services.seen["mail_setting"]
        self._findings += [c.as_dict() for c in services.checks if c.level in (WARNING, ERROR)]
        return services.refusals()

    async def _chain(self, context: PlanContext, approved: ApprovedPlan | None) -> tuple[Chain, list[Problem]]:
        order = self._order
        steps = order.steps
        readings = await read_all(context, self._wanted, steps, center=self._seen, settings=self._settings)
        planner = Planner(context, self._wanted, steps, readings)
        elsewhere = await self._elsewhere(context, readings)
        chain = await planner.whole(elsewhere)
        moved: dict[int, Problem] = {}
        while approved is not None:
            # Whoever is left alone frees seats, which must not give somebody else what was not approved.
            people = self._document(chain, self._wanted, []).people
            new = {row: p for row, p in approved.moved(people).items() if row not in moved}
            if not new:
                break
            moved.update(new)
            chain = await planner.whole({**elsewhere, **moved})
        refusals = refusals_of(
            chain,
            self._wanted,
            order.rails,
            refused_before=self._refused_before,
            real=not self._task.check_mode,
        )
        return chain, refusals

    async def _elsewhere(self, context: PlanContext, readings: Readings) -> dict[int, Problem]:
        """Look for those who would be added, wherever the token lets them be seen; return whose rows that stands against."""
        users = self._order.steps.users
        if users is None:
            return {}
        found = await look_elsewhere(context, self._wanted, readings.users, users)
        self._findings += found.findings(self._task.organization.name or "this organization")
        return {w.index: found.members[w.key] for w in self._wanted if w.key in found.members}

    def _unapproved(self, document: PlanDocument, approved: ApprovedPlan | None) -> Problem | None:
        digest = self._order.approved_digest
        return digest_refusal(digest, document, approved.document if approved else None) if digest else None

    def _beside(self, document: PlanDocument) -> Problem | None:
        """Return why the plan must not be carried out beside those of other hosts for the same organization."""
        if document.refusal is not None or not self._task.keep:
            return None
        # Written before it looks: of two hosts that plan at once, one at least sees the other.
        write_plan(self._task.record.directory, document)
        return over_hosts(document, plans_beside(self._task.record), self._order.rails)

    def _warn(self, warnings: t.Sequence[str]) -> None:
        told = cut(warnings, _WARNINGS, "warnings of this kind")
        self._findings += [{"level": WARNING, "message": text, "action": ""} for text in told]

    def _tell_mails(self, chain: Chain) -> None:
        """Say before the run who is mailed: it is the license that Webex mails for."""
        if self._task.keep:
            note_mails(self._task.record.directory, self._mails)
        if any(change.pending for change in chain.plans.get(LICENSE.name, ())):
            text = in_words(self._mails, self._order.mails)
            self._findings.append({"check": MAILS, "level": INFO, "message": text, "action": ""})

    def _document(self, chain: Chain, wanted: t.Sequence[Wanted], refusals: t.Sequence[Problem]) -> PlanDocument:
        around = Circumstances(
            record=self._task.record,
            made=self._made,
            check_mode=self._task.check_mode,
            gate=self._order.synchronize and self._seen,
            options=self._order.steps.options(),
            refusal=joined(refusals),
            findings=self._findings,
            refused_rows=self._refused_before,
            synchronize=self._order.synchronize,
        )
        return document_of(chain, wanted, around)

    def _conclude(self, document: PlanDocument) -> JsonObject:
        """Write the files and return the result. :raises PlanRefused: the run must not begin."""
        record = self._task.record
        files = {"plan": PLAN_FILE, "table": PLAN_TABLE, "page": PLAN_PAGE}
        paths = {name: record.path(file) if self._task.keep else None for name, file in files.items()}
        if self._task.keep:
            write_plan(record.directory, document)
            write_bytes(record.path(PLAN_TABLE), table_of(document))
            write_bytes(record.path(PLAN_PAGE), page_of(document, record.path(PLAN_FILE)).encode())
            add_findings(record.directory, self._findings)
        result = result_of(document, self._order, paths)
        if document.refusal is not None:
            refusal = document.refusal
            problem = Problem(str(refusal["code"]), str(refusal["message"]), advice=str(refusal["advice"]))
            raise PlanRefused(problem, {**result, "changed": False, "aborted": True})
        stuck = blocked_people(document)
        if stuck and BLOCKED in self._order.fail_on:
            result["failure"] = (
                f"plan: {document.summary['text']}. {stuck[0]['email']}: {stuck[0]['forecast']['message']}"
            )
        return result


def result_of(document: PlanDocument, order: Order, files: t.Mapping[str, str | None]) -> JsonObject:
    """Return the module's result. Pure."""
    changing = [p for p in document.people if any(e["action"] in PENDING for e in p["steps"].values())]
    result: JsonObject = {
        "changed": document.check_mode and bool(changing),
        "aborted": False,
        "digest": document.digest,
        "steps": list(document.steps),
        "parts": list(document.parts),
        "work": {part: list(steps) for part, steps in document.work.items()},
        "summary": dict(document.summary),
        "findings": list(document.findings),
        "lines": lines_of(document, files),
        "refusal": document.refusal,
        "files": dict(files),
        "results": _results(document, changing, order.results),
        "manual_actions": [
            {"email": person["email"], **manual}
            for person in document.people
            if (manual := (person["steps"].get(ROLE.name) or {}).get("manual"))
        ],
    }
    if order.diff:
        sides: dict[str, JsonObject] = {"before": {}, "after": {}}
        for person in changing:
            pending = {step: e for step, e in person["steps"].items() if e["action"] in PENDING}
            for side, told in sides.items():
                told[person["email"]] = {step: entry[side] for step, entry in pending.items()}
        result["diff"] = sides
    return result


def _results(
    document: PlanDocument, changing: t.Sequence[t.Mapping[str, t.Any]], which: str
) -> list[t.Mapping[str, t.Any]]:
    if which == "all":
        return list(document.people)
    if which == "none":
        return []
    return [*(changing if which == "changed" else ()), *blocked_people(document)]


def lines_of(document: PlanDocument, files: t.Mapping[str, str | None]) -> list[str]:
    """Return what a terminal shows: the counts, who is blocked and why, what is to be looked at, and where the plan is. Pure."""
    if document.refusal is not None:
        # The reason is the task's failure, told once.
        return []
    name = document.organization.get("name") or document.organization.get("id")
    mails = [str(f["message"]) for f in document.findings if f.get("check") == MAILS]
    others = [f for f in document.findings if f.get("check") != MAILS]
    lines = [". ".join([f"{name}: {document.summary['text']}", *mails])]
    blocked = blocked_people(document)
    for person in blocked[:_TOLD]:
        foreseen = person["forecast"]
        lines.append(f"  blocked: {person['email']}: {foreseen['message']} {foreseen['action']}".rstrip())
    if len(blocked) > _TOLD:
        lines.append(f"  and {len(blocked) - _TOLD:,} more are blocked: see {files.get('table') or PLAN_TABLE}")
    lines += [f"  {f.get('level')}: {f['message']} {f.get('action') or ''}".rstrip() for f in others[:_TOLD]]
    if document.check_mode and files.get("page"):
        lines.append(f"  plan {files['page']}, digest {document.digest}")
    return lines
