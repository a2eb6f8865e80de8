"""What runs leave, as the report reads it: lines, whole chains, and a crowd with somebody of every outcome."""

from __future__ import annotations

import io
import typing as t
from datetime import UTC, datetime

from ansible_collections.wxcc.onboarding.plugins.module_utils._run.plan_file import PlanDocument
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.record import RunRecord
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.build import COUNTS, build_report
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.load import RunFiles
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.write import WRITERS

RUN = "20260301T080000Z-0f0e0d"
ALPHA = {"id": "0f0e", "name": "Alpha", "named": False}
#: What the options of the whole chain say.
CHAIN = {"identities": True, "synchronize": True}
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


def record(host: str = "alpha", **more: t.Any) -> RunRecord:
    """Return the record of a run of the chain."""
    given = {"organization": ALPHA, "options": CHAIN, **more}
    return RunRecord(run=RUN, directory=f"/runs/{RUN}/{host}", host=host, **given)


def stopped(
    step: str = "plan", message: str = "The token is not valid.", advice: str = "Get a new one."
) -> dict[str, t.Any]:
    return {"step": step, "code": "token_invalid", "message": message, "advice": advice}


def refused(source: str, email: str | None = None, message: str = "No such key.") -> dict[str, t.Any]:
    """Return the line of a refused row."""
    error = {"code": "unknown_key", "message": message, "advice": "Correct it."}
    return {
        "index": None,
        "source": source,
        "sources": [source],
        **line(email or "", "refused", failed=True, error=error),
        "email": email,
    }


def planned(
    email: str, forecast: tuple[str, str, str] = ("ready", "", ""), row: int = 0, **steps: t.Any
) -> dict[str, t.Any]:
    """Return a person's entry of a plan; each step is given as (action, before, after) or as what it says."""
    words = dict(zip(("outcome", "message", "action"), forecast, strict=True))
    told = {
        name: dict(zip(("action", "before", "after"), step, strict=True)) if isinstance(step, tuple) else step
        for name, step in steps.items()
    }
    return {"row": row, "email": email, "sources": [], "part": 0, "forecast": words, "steps": told}


def plan_of(*people: dict[str, t.Any], **options: t.Any) -> PlanDocument:
    """Return a plan of these entries; `options` are those of the steps."""
    organization = {"id": ALPHA["id"], "name": ALPHA["name"]}
    return PlanDocument(RUN, "alpha", organization, "2026-03-01T08:00:00Z", False, "", options=options, people=people)


def report_of(*runs: RunFiles) -> dict[str, t.Any]:
    return build_report(runs)


def one(outcomes: dict[str, t.Any], wanted: dict[str, t.Any] | None = None, **more: t.Any) -> dict[str, t.Any]:
    """Return the only entry of a run over Kim, with the summary; `more` is for the record, and the plan's entry of Kim."""
    wanted = wanted or {"license": "premium", "role": "agent"}
    plan = more.pop("plan", None)
    run = RunFiles(
        record=record(**more),
        roster=[{"row": 0, "email": "kim@example.com", "sources": ["onboard_users[0]"], **wanted}],
        outcomes=outcomes,
        plan=plan_of(plan) if plan else None,
    )
    report = build_report([run])
    (user,) = report["organizations"][0]["users"]
    return {**user, "summary": report["summary"]}


def counts(**numbers: int) -> dict[str, int]:
    return {**dict.fromkeys(COUNTS, 0), "rows": 1, **numbers}


def crowd() -> dict[str, t.Any]:
    """A report with a hostile name, people who are blocked, and an organization that was refused."""
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
    roster = [
        {"row": number, "email": email, "license": "premium", "sources": [f"agents.csv:{number + 2}"]}
        for number, email in enumerate(people)
    ]
    runs = [
        RunFiles(record(), roster, outcomes),
        RunFiles(record("beta", organization=None, stopped=stopped("start"))),
    ]
    return build_report(runs, now=datetime(2026, 3, 1, 8, tzinfo=UTC))


def as_text(report: dict[str, t.Any], name: str) -> str:
    """Return the report as the file of that format holds it."""
    file = io.StringIO(newline="")
    WRITERS[name](report, file)
    return file.getvalue()
