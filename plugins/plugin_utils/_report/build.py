# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as plain data: a row a person, the counts, and what is known of each organization. Pure. Private to this collection."""

from __future__ import annotations

import typing as t
from datetime import datetime

from ...module_utils._contact_center.desk_ready import what_lacks
from ...module_utils._files import timestamp
from ...module_utils._model import ABSENT, DISABLED
from ...module_utils._steps import AGENT, LICENSE, ROLE, STEPS, SYNC, USER
from .join import DESK_SETTINGS, ReportPerson, people_of, text
from .judge import BLOCKED, FAILED, READY, WAITING, Circumstances, judge, role_seen
from .load import RunRecord

REPORT_FORMAT = "wxcc.onboarding/report/1"

CHANGES = ("created", "updated", "removed", "unchanged")
COUNTS = ("total", *CHANGES, BLOCKED, FAILED, READY, WAITING)


def build_report(runs: t.Iterable[RunRecord], now: datetime | None = None) -> dict[str, t.Any]:
    """Return the report over all the organizations of a run.

    Its shape: ``{format, time, check, summary, organizations: [{id, name, host, check, aborted, findings, summary, users:
    [{email, outcome, user, license, role, sync_state, agent, changes, lacks, message, action, desk, desk_message}]}]}``.
    In a summary, created, updated, removed, unchanged, blocked and failed count every person once, and so do ready,
    waiting, blocked and failed.
    """
    organizations = [_organization(run) for run in runs]
    summary = _zero()
    for organization in organizations:
        for name in COUNTS:
            summary[name] += organization["summary"][name]
    return {
        "format": REPORT_FORMAT,
        "time": timestamp(now.timestamp() if now else None),
        "check": any(organization["check"] for organization in organizations),
        "summary": summary,
        "organizations": organizations,
    }


def _zero() -> dict[str, int]:
    return dict.fromkeys(COUNTS, 0)


def _organization(run: RunRecord) -> dict[str, t.Any]:
    facts = run.organization
    circumstances = Circumstances.of(run)
    summary = _zero()
    users: list[dict[str, t.Any]] = []
    people = people_of(run)
    # The joined person is let go as soon as its row stands, to keep big runs small in memory.
    for key in list(people):
        row, counted = _row(people.pop(key), circumstances)
        users.append(row)
        summary["total"] += 1
        summary[counted] += 1
        if row["outcome"] in (READY, WAITING):
            summary[row["outcome"]] += 1
    aborted = facts.get("aborted") or None
    if run.missing:
        aborted = {"step": "start", "message": "The run of this organization left no files."}
    host = text(facts.get("host"))
    return {
        "id": facts.get("id") or None,
        "name": text(facts.get("name")) or host,
        "host": host or None,
        "check": circumstances.check,
        "aborted": aborted,
        "findings": list(facts.get("findings") or ()),
        "summary": summary,
        "users": users,
    }


def _row(person: ReportPerson, circumstances: Circumstances) -> tuple[dict[str, t.Any], str]:
    """Return a person's entry of the report, and the column of the summary it counts in."""
    role = role_seen(person)
    judgment = judge(person, circumstances, role)
    row = {
        "email": person.email,
        "outcome": judgment.outcome,
        **{step.column: person.seen(step) for step in STEPS if step.fact},
        # Somebody who is gone has no role, whatever was seen before.
        ROLE.column: None if person.seen(USER) == ABSENT else role,
        AGENT.column: _agent_settings(person),
        "changes": _changes(person),
        "lacks": judgment.lacks,
        "message": judgment.message,
        "action": judgment.action,
    }
    row["desk"], row["desk_message"] = _desk(person, row)
    return row, _counted_as(person, judgment.outcome)


def _agent_settings(person: ReportPerson) -> str | None:
    outcome = person.outcome(AGENT)
    if outcome is None:
        return None
    if outcome.bad:
        return FAILED if outcome.failed else BLOCKED
    return "changed" if outcome.changed else "as declared"


def _changes(person: ReportPerson) -> list[str]:
    """Return what was changed (or, in a check run, would be), in words."""
    words: list[str] = []
    user = person.outcome(USER)
    if user is not None and user.changed:
        disabled = user.seen(USER.fact) == DISABLED
        words.append(
            "created" if user.created else "removed" if user.removed else "disabled" if disabled else "updated"
        )
    for step in (LICENSE, ROLE):
        outcome = person.outcome(step)
        if outcome is not None and outcome.changed:
            words.append(f"{step.name} {outcome.seen(step.fact) or 'changed'}")
    agent = person.outcome(AGENT)
    if agent is not None and agent.changed:
        words.append("agent settings")
    return words


def _counted_as(person: ReportPerson, outcome: str) -> str:
    """Return the one column of the summary in which a person is counted, over the whole chain."""
    if outcome in (BLOCKED, FAILED):
        return outcome
    changed = [step for step in person.steps.values() if step.changed]
    if any(step.created for step in changed):
        return "created"
    if any(step.removed for step in changed):
        return "removed"
    return "updated" if changed else "unchanged"


def _desk(person: ReportPerson, row: t.Mapping[str, t.Any]) -> tuple[str | None, str | None]:
    """Return what this person needs before taking contacts: (ready or one word, one sentence).

    Only a run that looked at the agent settings can tell; for others it is (None, None).
    """
    agent, sync = person.outcome(AGENT), person.outcome(SYNC)
    if agent is None:
        return None, None
    seen = {
        "state": row[USER.column],
        "pending": sync.pending if sync is not None else None,
        "license": row[LICENSE.column],
        "role": row[ROLE.column],
        "sync_state": row[SYNC.column],
        "sync_message": sync.seen("message") if sync is not None else None,
        "profile_type": sync.seen("profile_type") if sync is not None else None,
        "agent": {name: agent.seen(name) for name in DESK_SETTINGS},
    }
    word, sentence = what_lacks(seen, {"license": person.license, "role": person.role})
    return word or READY, sentence
