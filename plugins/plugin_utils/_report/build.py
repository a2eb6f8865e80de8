# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as plain data: a row a person, the counts, and what is known of each organization. Pure. Private to this collection."""

from __future__ import annotations

import typing as t
from datetime import datetime

from ...module_utils._contact_center.desk_ready import what_lacks
from ...module_utils._files import timestamp
from ...module_utils._model import ABSENT, CREATE, DISABLED, NONE, REMOVE
from ...module_utils._steps import AGENT, LICENSE, ROLE, STEPS, SYNC, USER, Step
from .join import DESK_SETTINGS, ReportPerson, StepOutcome, people_of, text
from .judge import Circumstances, judge, role_seen
from .load import RunFiles
from .mails import mail_of, signed_in
from .words import BLOCKED, FAILED, READY, WAITING

REPORT_FORMAT = "wxcc.onboarding/report/1"

#: The steps that change something; the others look.
_CHANGING = (USER, LICENSE, ROLE, AGENT)

#: What happened to people, whatever became of them afterwards; each person counts in at most one of them.
CHANGES = ("created", "updated", "removed", "unchanged")
#: A summary's numbers: ready, waiting, blocked and failed count everybody once; ``uncertain`` whom something may have happened to;
#: ``rows`` the places of the input.
COUNTS = ("total", *CHANGES, BLOCKED, FAILED, "uncertain", READY, WAITING, "rows")


def build_report(runs: t.Iterable[RunFiles], now: datetime | None = None) -> dict[str, t.Any]:
    """Return the report over all the organizations of a run, of the shape that ``docs/schemas/report.json`` describes.

    Everybody, and every refused row that names nobody, is an entry of one organization's ``users``; every place of the input is in
    the ``places`` of exactly one. In a summary ready, waiting, blocked and failed add up to the total.
    """
    organizations = [_organization(run) for run in runs]
    return {
        "format": REPORT_FORMAT,
        "time": timestamp(now.timestamp() if now else None),
        "check": any(organization["check"] for organization in organizations),
        "summary": {name: sum(organization["summary"][name] for organization in organizations) for name in COUNTS},
        "organizations": organizations,
    }


def _organization(run: RunFiles) -> dict[str, t.Any]:
    record = run.record
    facts = record.organization or {}
    circumstances = Circumstances.of(run)
    summary = dict.fromkeys(COUNTS, 0)
    users: list[dict[str, t.Any]] = []
    people = people_of(run)
    people.reverse()
    # The joined person is let go as soon as its row stands, to keep big runs small in memory.
    while people:
        person = people.pop()
        row = _row(person, circumstances, record.mails)
        users.append(row)
        _count(summary, person, row)
    return {
        "id": facts.get("id") or None,
        "name": text(facts.get("name")) or record.host,
        "host": record.host,
        "run": record.run or None,
        "directory": record.directory,
        "check": record.check_mode,
        "stopped": _stopped(record.stopped),
        "support_bundle": run.support_bundle,
        "mails": dict(record.mails) if record.mails else None,
        "findings": [dict(finding) for finding in record.findings],
        "summary": summary,
        "users": users,
    }


def _stopped(stopped: t.Mapping[str, t.Any] | None) -> dict[str, str] | None:
    return {name: text(stopped.get(name)) for name in ("step", "code", "message", "advice")} if stopped else None


def _count(summary: dict[str, int], person: ReportPerson, row: t.Mapping[str, t.Any]) -> None:
    """Count one entry in every column of the summary that concerns it."""
    summary["total"] += 1
    summary["rows"] += len(person.places)
    summary[row["outcome"]] += 1
    summary["uncertain"] += not row["certain"]
    happened = _happened(person)
    if happened:
        summary[happened] += 1
    elif row["certain"] and row["outcome"] in (READY, WAITING):
        summary["unchanged"] += 1


def _row(
    person: ReportPerson, circumstances: Circumstances, mails: t.Mapping[str, bool | None] | None
) -> dict[str, t.Any]:
    """Return a person's entry of the report."""
    role = role_seen(person)
    judgment = judge(person, circumstances, role)
    row = {
        "email": person.email,
        "places": person.places,
        "outcome": judgment.outcome,
        "certain": all(step.certain for step in person.steps.values()),
        **{step.column: person.seen(step) for step in STEPS if step.fact},
        # Somebody who is gone has no role, whatever was seen before.
        ROLE.column: None if person.seen(USER) == ABSENT else role,
        AGENT.column: _agent_settings(person),
        "signed_in": signed_in(person),
        "mail": mail_of(person, mails),
        "changes": _changes(person),
        "lacks": judgment.lacks,
        "message": judgment.message,
        "action": judgment.action,
    }
    row["desk"], row["desk_message"] = _desk(person, row, circumstances)
    return row


def _agent(person: ReportPerson) -> StepOutcome | None:
    """Return what became of the agent settings; None where nobody looked at them, which is not the same as finding nothing there."""
    outcome = person.outcome(AGENT)
    if outcome is None or outcome.bad or outcome.not_attempted or outcome.action != NONE:
        return outcome
    return outcome if outcome.before or outcome.after else None


def _agent_settings(person: ReportPerson) -> str | None:
    outcome = _agent(person)
    if outcome is None or outcome.not_attempted:
        return None
    if outcome.bad:
        return FAILED if outcome.failed else BLOCKED
    return "changed" if outcome.changed else "as declared"


def _changes(person: ReportPerson) -> list[str]:
    """Return what was changed (or, in a check run, would be), in words; what is in doubt with "perhaps" before it."""
    words: list[str] = []
    for step in _CHANGING:
        outcome = person.outcome(step)
        if outcome is not None and (outcome.changed or not outcome.certain):
            word = _change(step, outcome)
            words.append(word if outcome.certain else f"perhaps {word}")
    return words


def _change(step: Step, outcome: StepOutcome) -> str:
    if step is USER:
        if outcome.created or (not outcome.certain and outcome.action == CREATE):
            return "created"
        if outcome.removed or (not outcome.certain and outcome.action == REMOVE):
            return "removed"
        return "disabled" if outcome.seen(USER.fact) == DISABLED else "updated"
    if step is AGENT:
        return "agent settings"
    return f"{step.name} {outcome.seen(step.fact) or 'changed'}"


def _happened(person: ReportPerson) -> str | None:
    """Return what was seen to happen to a person over the whole chain, as one column of the summary; None: nothing."""
    changed = [outcome for step in _CHANGING if (outcome := person.outcome(step)) is not None and outcome.changed]
    if any(step.created for step in changed):
        return "created"
    if any(step.removed or step.took for step in changed):
        return "removed"
    return "updated" if changed else None


def _desk(
    person: ReportPerson, row: t.Mapping[str, t.Any], circumstances: Circumstances
) -> tuple[str | None, str | None]:
    """Return what this person needs before taking contacts: (ready or one word, one sentence).

    Only a run that looked at the agent settings can tell; for others it is (None, None).
    """
    agent, sync = _agent(person), person.outcome(SYNC)
    if agent is None:
        return None, None
    seen = {
        "state": row[USER.column],
        "pending": row["signed_in"] is False,
        "license": row[LICENSE.column],
        "role": row[ROLE.column],
        "sync_state": row[SYNC.column],
        "sync_message": sync.seen("message") if sync is not None else None,
        "profile_type": sync.seen("profile_type") if sync is not None else None,
        "agent": {name: agent.seen(name) for name in DESK_SETTINGS},
    }
    word, sentence = what_lacks(
        seen,
        {
            "license": person.license,
            "role": person.role,
            "administrator_roles": person.administrator_roles,
            "licenses_only_added": circumstances.licenses_only_added,
            "roles_only_added": circumstances.roles_only_added,
        },
    )
    return word or READY, sentence
