"""The module ``audit_info`` from its options to its result, and the lines that a terminal shows of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import ApiError
from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.audit import lines_of
from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.options import audit_work
from tests.unit.build import ORGANIZATION, PREMIUM_1, STANDARD_1
from tests.unit.planning.service import BOSS, Run, Service, center_record

ADA, BRUNO, CHIDI, NIA = "ada@example.com", "bruno@example.com", "chidi@example.com", "nia@example.com"
PLACE = {"site": "Lisbon", "teams": ["Sales"], "desktop_profile": "Desk", "contact_center_enabled": True}
OPTIONS: dict[str, Any] = {
    "license_mode": "add_and_remove",
    "subscription_id": None,
    "role_mode": "add_and_remove",
    "supervisor_via": "console",
    "settings": None,
    "license": ["premium", "standard"],
    "fail": True,
}
NO_RECORD = "The contact center has no record of this person yet."


def alpha() -> Service:
    """Ada, who is desk-ready, Bruno, whom the contact center does not know, and Chidi without a license."""
    return Service({ADA: (PREMIUM_1,), BRUNO: (PREMIUM_1,), CHIDI: ()}, {ADA: center_record(ADA)})


def audit(run: Run, **given: Any) -> dict[str, Any]:
    result: dict[str, Any] = run.play(audit_work({**OPTIONS, **given}))
    return result


def test_an_audit_with_a_roster(tmp_path: Path) -> None:
    rows = [{"email": ADA, "license": "standard"}, {"email": BRUNO, "license": "premium"}, {"email": NIA}]
    run = Run(tmp_path / "run", alpha()).begin([*rows, {"email": CHIDI, "agent": {"site": "Lisbona"}}])
    result = audit(run)
    [not_ready] = result["not_ready"]
    message = not_ready["lacks_message"]
    drift = [
        {
            "email": ADA,
            "step": "license",
            "action": "update",
            "before": {"license": "premium", "subscriptions": ["Sub1"]},
            "after": {"license": "standard", "subscriptions": ["Sub1"]},
            "message": None,
        },
        {
            "email": NIA,
            "step": "user",
            "action": "create",
            "before": {"state": "absent"},
            "after": {"state": "present"},
            "message": None,
        },
    ]
    blocked = result["drift"].pop()
    assert (blocked["email"], blocked["step"], blocked["action"]) == (CHIDI, "agent", "blocked")
    assert "Lisbona" in blocked["message"]
    audit_file = str(run.directory / "audit.json")
    assert result == {
        "changed": False,
        "people": 2,
        "desk_ready": 1,
        "lacks": {"nothing": 1, not_ready["lacks"]: 1},
        "not_ready": [not_ready],
        "roster": True,
        "drift": drift,
        "lines": [
            "1 of 2 people with a license are desk-ready",
            f"  {BRUNO}: {not_ready['lacks']}: {message}",
            "3 differences from the roster",
            f"  {ADA}: license: update: license premium -> standard",
            f"  {NIA}: user: create: state absent -> present",
            f"  {CHIDI}: agent: blocked: {blocked['message']}",
        ],
        "files": {"everybody": str(run.directory / "everybody.json"), "audit": audit_file},
        "failure": f"1 person is not desk-ready, 3 differences from the roster. See {audit_file}.",
    }
    assert {k: v for k, v in not_ready.items() if not k.startswith("lacks")} == {
        "email": BRUNO,
        "license": "premium",
        "role": "agent",
        "sync_state": "missing",
    }
    kept = run.file("audit.json")
    assert kept.pop("time").endswith("Z")
    assert kept == {
        "format": "wxcc.onboarding/audit/1",
        "host": "alpha",
        "organization": {"id": ORGANIZATION, "name": "Alpha"},
        "people": 2,
        "desk_ready": 1,
        "lacks": result["lacks"],
        "not_ready": [not_ready],
        "roster": True,
        "drift": [*drift, blocked],
    }
    everybody = run.file("everybody.json")
    assert [(p["email"], p["desk_ready"]) for p in everybody] == [(ADA, True), (BRUNO, False)]


def test_an_audit_without_a_roster_that_keeps_nothing(tmp_path: Path) -> None:
    run = Run(tmp_path / "run", alpha(), keep=False).begin(None)
    before = sorted(os.listdir(run.directory))
    result = audit(run)
    assert (result["roster"], result["drift"], len(result["lines"])) == (False, [], 2)
    assert result["files"] == {"everybody": None, "audit": None}
    assert result["failure"] == "1 person is not desk-ready, 0 differences from the roster."
    assert sorted(os.listdir(run.directory)) == before
    assert "failure" not in audit(run, fail=False)


@pytest.mark.parametrize("refused", [0, 1, 2])
def test_rows_that_were_refused_were_not_compared(refused: int, tmp_path: Path) -> None:
    service = Service({ADA: (PREMIUM_1,)}, {ADA: center_record(ADA)})
    run = Run(tmp_path / "run", service).begin([{"email": ADA, "license": "premium"}], refused=refused)
    result = audit(run, fail=True)
    assert (result["desk_ready"], result["people"], result["drift"]) == (1, 1, [])
    rows = {1: "1 row of the roster was", 2: "2 rows of the roster were"}
    assert result.get("failure") == (f"{rows[refused]} refused, and so not compared." if refused else None)
    assert audit(run, fail=False).get("failure") == result.get("failure")
    service.people[BRUNO] = (PREMIUM_1,)
    both = audit(run).get("failure")
    rest = f"1 person is not desk-ready, 0 differences from the roster. See {run.directory}/audit.json."
    assert both == (f"{result['failure']} {rest}" if refused else rest)


def test_differences_alone_are_a_failure_and_are_told_with_the_reason(tmp_path: Path) -> None:
    service = Service({ADA: (PREMIUM_1,)}, {ADA: center_record(ADA)})
    away = {"email": NIA, "state": "disabled", "license": "premium"}
    run = Run(tmp_path / "run", service).begin([{"email": ADA, "role": "supervisor"}, away])
    result = audit(run)
    assert [(d["email"], d["step"], d["action"], d["message"]) for d in result["drift"]] == [
        (ADA, "role", "manual", "Make this person a supervisor."),
        (NIA, "license", "blocked", f"{NIA} is not in the organization."),
    ]
    rest = f"See {run.directory}/audit.json."
    assert result["failure"] == f"0 people are not desk-ready, 2 differences from the roster. {rest}"


def test_nobody_is_ready(tmp_path: Path) -> None:
    result = audit(Run(tmp_path / "run", Service({BRUNO: (PREMIUM_1,)})).begin(None))
    assert (result["people"], result["desk_ready"], len(result["not_ready"])) == (1, 0, 1)


def test_who_is_looked_at_and_by_which_options(tmp_path: Path) -> None:
    service = Service({ADA: (PREMIUM_1,), BRUNO: (STANDARD_1,)}, {ADA: center_record(ADA, siteId=None, teamIds=[])})
    rows = [{"email": ADA, "license": "standard"}, {"email": BRUNO, "license": "none"}]
    run = Run(tmp_path / "run", service).begin(rows)
    assert {(d["email"], d["action"]) for d in audit(run)["drift"]} == {(ADA, "update"), (BRUNO, "remove")}
    only = audit(run, license=["standard"], license_mode="add_only", settings=PLACE)
    assert [p["email"] for p in only["not_ready"]] == [BRUNO]
    told = {(d["email"], d["step"]): d["action"] for d in only["drift"]}
    assert told[(ADA, "license")] == "blocked"
    assert (ADA, "agent") in told
    with pytest.raises(Exception, match="Sub9"):
        audit(run, subscription_id="Sub9")


def test_no_limit_stands_against_looking(tmp_path: Path) -> None:
    people = {f"p{n}@example.com": (PREMIUM_1,) for n in range(3)}
    service = Service(people)
    run = Run(tmp_path / "run", service).begin([{"email": e, "license": "none"} for e in people])
    assert [d["action"] for d in audit(run)["drift"]] == ["remove", "remove", "remove"]


def test_who_gets_no_seat_is_told_so(tmp_path: Path) -> None:
    service = Service({ADA: (PREMIUM_1,), BRUNO: ()})
    service.premium = 1
    run = Run(tmp_path / "run", service).begin([{"email": BRUNO, "license": "premium"}])
    [found] = audit(run)["drift"]
    assert (found["email"], found["step"], found["action"]) == (BRUNO, "license", "blocked")
    assert found["message"] == f"No premium license is left for {BRUNO}."


@pytest.mark.parametrize(
    ("refused", "named"),
    [
        (["/v1/people"], ["spark-admin:people_read"]),
        (["/v1/licenses", "/v1/roles"], ["spark-admin:licenses_read", "spark-admin:roles_read"]),
    ],
)
def test_every_scope_that_is_missing_is_named_at_once(refused: list[str], named: list[str], tmp_path: Path) -> None:
    run = Run(tmp_path / "run", alpha()).begin(None)
    run.service.refused, run.service.allowed = dict.fromkeys(refused, 403), {"/v1/people/me"}
    # An account that may only look is enough.
    run.service.roles[BOSS] = []
    with pytest.raises(ApiError) as caught:
        audit(run)
    assert caught.value.status == 403
    assert all(name in caught.value.problem.message for name in named)


def test_what_is_refused_for_another_reason_is_told_as_it_is(tmp_path: Path) -> None:
    run = Run(tmp_path / "run", alpha()).begin(None)
    run.service.refused = {"/v1/licenses": 400}
    with pytest.raises(ApiError) as caught:
        audit(run)
    assert caught.value.status == 400
    assert run.service.count("/v1/people/me") == 0
    run.service.refused = {f"/organization/{ORGANIZATION}/v2/site": 403}
    with pytest.raises(ApiError) as caught:
        audit(run)
    assert caught.value.status == 403
    assert run.service.count("/v1/people/me") == 1, "a token that lacks no scope that is known is told what was refused"


def found(not_ready: int, drift: int, *, roster: bool = True) -> dict[str, Any]:
    return {
        "people": 1200,
        "desk_ready": 1000,
        "not_ready": [{"email": f"p{n}", "lacks": "site", "lacks_message": "No site."} for n in range(not_ready)],
        "roster": roster,
        "drift": [
            {"email": f"d{n}", "step": "role", "action": "manual", "before": {}, "after": {}, "message": "Tick it."}
            for n in range(drift)
        ],
    }


def test_the_lines_of_a_terminal() -> None:
    first = "1,000 of 1,200 people with a license are desk-ready"
    assert lines_of(found(1, 1, roster=False), "/a") == [first, "  p0: site: No site."]
    assert lines_of(found(0, 0), "/a") == [first, "0 differences from the roster"]
    assert lines_of(found(1, 1), "/a") == [
        first,
        "  p0: site: No site.",
        "1 difference from the roster",
        "  d0: role: manual: Tick it.",
    ]
    assert lines_of(found(0, 1001), None)[1] == "1,001 differences from the roster"


@pytest.mark.parametrize(("number", "more"), [(18, 0), (19, 2), (20, 3), (1200, 1183)])
def test_at_most_so_many_lines(number: int, more: int) -> None:
    told = lines_of(found(number, 0), None)
    last = f"  and {more:,} more: see audit.json" if more else "0 differences from the roster"
    assert (len(told), told[-1]) == (20, last)
    if more:
        assert lines_of(found(number, 0), "/a")[-1] == f"  and {more:,} more: see /a"
        assert told[-2] == "  p17: site: No site."
