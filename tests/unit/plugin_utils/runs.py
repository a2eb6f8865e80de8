"""What runs leave, as the report reads it: lines, whole chains, and a crowd with somebody of every outcome."""

from __future__ import annotations

import io
import typing as t
from datetime import UTC, datetime

from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.build import COUNTS, build_report
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.load import RunRecord
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.write import WRITERS

ORGANIZATION = {"host": "alpha", "id": "0f0e", "name": "Alpha", "check_mode": False, "options": {"synchronize": True}}
PRESENT = {"state": "present"}


def line(email: str, action: str = "none", **more: t.Any) -> dict[str, t.Any]:
    base = {"email": email, "action": action, "failed": False, "before": None, "error": None}
    return {**base, "changed": action in ("create", "update", "remove"), **more}


def chain(email: str, *, action: str = "none", **sync: t.Any) -> dict[str, t.Any]:
    """The outcomes of somebody for whom everything went well."""
    return {
        "user": [line(email, action, after=PRESENT)],
        "license": [line(email, "none" if action == "none" else "update", after={"license": "premium"})],
        "role": [line(email, after={"role": "agent"})],
        "sync": [line(email, after={"sync_state": "in_sync", "profile_type": "premium_agent", **sync})],
    }


def one(outcomes: dict[str, t.Any], wanted: dict[str, t.Any] | None = None, **organization: t.Any) -> dict[str, t.Any]:
    wanted = wanted or {"license": "premium", "role": "agent"}
    run = RunRecord(
        organization={**ORGANIZATION, **organization},
        roster={"users": [{"email": "kim@example.com", **wanted}]},
        outcomes=outcomes,
    )
    report = build_report([run])
    (user,) = report["organizations"][0]["users"]
    return {**user, "summary": report["summary"]}


def counts(**numbers: int) -> dict[str, int]:
    return {**dict.fromkeys(COUNTS, 0), **numbers}


def crowd() -> dict[str, t.Any]:
    """A report with somebody of every outcome, a hostile name, and an organization that stopped."""
    outcomes: dict[str, list[dict[str, t.Any]]] = {"user": [], "license": [], "role": [], "sync": []}
    people = [f"user{number}@example.com" for number in range(20)]
    for email in people:
        for step, lines in chain(email, action="create").items():
            outcomes[step] += lines
    for number in range(5):
        error = {"message": f"trial{number}@example.com belongs to a trial <b>bold</b>.", "advice": "Delete the trial."}
        outcomes["user"].append(line(f"trial{number}@example.com", "blocked", after={"state": "absent"}, error=error))
    hostile = "=cmd|'/c calc'!a<script>alert(1)</script>@example.com"
    outcomes["user"].append(line(hostile, failed=True, after=None, error={"message": "Not an address.", "advice": ""}))
    roster = {"users": [{"email": email, "license": "premium"} for email in people]}
    stopped = {"host": "beta", "name": "Beta", "aborted": {"step": "preflight", "message": "The token is not valid."}}
    runs = [RunRecord(organization=ORGANIZATION, roster=roster, outcomes=outcomes), RunRecord(organization=stopped)]
    return build_report(runs, now=datetime(2026, 3, 1, 8, tzinfo=UTC))


def as_text(report: dict[str, t.Any], name: str) -> str:
    """Return the report as the file of that format holds it."""
    file = io.StringIO(newline="")
    WRITERS[name](report, file)
    return file.getvalue()
