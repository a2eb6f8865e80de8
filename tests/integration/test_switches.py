"""Whatever nobody public knows about the service: the chain tells the truth about it, and converges."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.chain_in_process import Clock, Desk, Observed, Row
from tests.simulator.settings import SETTINGS

DOMAIN = "alpha.example.com"
PREMIUM_SEATS, STANDARD_SEATS = 30, 30


def at(name: str) -> str:
    return f"{name}@{DOMAIN}"


PEOPLE = [
    {"email": at("plain"), "first_name": "Plain", "last_name": "Person"},
    {"email": at("up"), "first_name": "Up", "last_name": "Ward", "licenses": ["standard"]},
    {"email": at("down"), "first_name": "Down", "last_name": "Ward", "licenses": ["premium"]},
    {"email": at("out"), "first_name": "Out", "last_name": "Going", "licenses": ["premium"]},
    {"email": at("same"), "first_name": "Same", "last_name": "Same", "licenses": ["premium"]},
    {"email": at("renamed"), "first_name": "Old", "last_name": "Name", "title": "Clerk"},
    {"email": at("leaver"), "first_name": "Lea", "last_name": "Ver", "licenses": ["standard"]},
    {"email": at("sleeper"), "first_name": "Slee", "last_name": "Per", "pending": True},
    {"email": at("back"), "first_name": "Ba", "last_name": "Ck", "active": False},
    {"email": at("gone"), "first_name": "Go", "last_name": "Ne"},
    {"email": at("boss"), "first_name": "Bo", "last_name": "Ss", "licenses": ["premium"], "roles": ["id_full_admin"]},
    {
        "email": at("exboss"),
        "first_name": "Ex",
        "last_name": "Boss",
        "licenses": ["premium"],
        "roles": ["id_user_admin"],
    },
    {"email": at("lead"), "first_name": "Le", "last_name": "Ad", "licenses": ["premium"], "supervisor": True},
    *({"email": at(f"other{i}"), "first_name": "O", "last_name": f"Ther{i}"} for i in range(12)),
]
SCENARIO: dict[str, Any] = {
    "seed": 3,
    "organizations": [
        {
            "key": "alpha",
            "name": "Alpha Travel",
            "domains": [DOMAIN],
            "people": PEOPLE,
            "licenses": [
                {"type": "CJPPRM", "total": PREMIUM_SEATS, "subscription": "Sub111111"},
                {"type": "CJPSTD", "total": STANDARD_SEATS, "subscription": "Sub111111"},
            ],
        }
    ],
}
TRIAL, TAKEN = f"trial.user@{DOMAIN}", "taken.user@partner.example.com"
NEW = [at(f"new{i}") for i in range(6)]
ROSTER: list[Row] = [
    {"email": NEW[0], "first_name": "New", "last_name": "Zero", "license": "premium", "role": "agent"},
    {
        "email": NEW[1],
        "first_name": "New",
        "last_name": "One",
        "title": "Agent",
        "license": "standard",
        "role": "agent",
    },
    {"email": NEW[2], "license": "premium", "role": "administrator"},
    {"email": NEW[3], "department": "Desk", "title": "", "license": "premium"},
    {"email": NEW[4], "license": "premium", "role": "supervisor"},
    {"email": NEW[5].upper(), "license": "none"},
    {"email": TRIAL, "license": "premium", "role": "agent"},
    {"email": TAKEN, "license": "premium", "role": "administrator"},
    {"email": at("plain"), "license": "premium", "role": "agent"},
    {"email": at("up"), "license": "premium", "role": "agent"},
    {"email": at("down"), "license": "standard", "role": "agent"},
    {"email": at("out"), "license": "none"},
    {"email": at("same"), "license": "premium", "role": "agent"},
    {"email": at("renamed"), "first_name": "Brand", "last_name": "New", "title": "", "department": "Desk"},
    {"email": at("leaver"), "state": "disabled"},
    {"email": at("sleeper"), "state": "disabled"},
    {"email": at("back"), "state": "present"},
    {"email": at("gone"), "state": "absent"},
    {"email": at("boss"), "license": "premium", "role": "administrator"},
    {"email": at("exboss"), "license": "premium", "role": "agent", "administrator_roles": []},
    {"email": at("lead"), "license": "premium", "role": "supervisor"},
    {"email": at("other0"), "administrator_roles": ["User Administrator"]},
]
#: Blocked whatever happens: only a person can help.
ELSEWHERE = {TRIAL, TAKEN}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    clock = Clock()
    with clock.ruling():
        yield Desk(SCENARIO, clock, tmp_path)


def license_of(person: Row | None) -> str:
    held = person["licenses"] if person else []
    return next((word for word in ("premium", "standard") if word in held), "none")


def state_of(person: Row | None) -> str:
    return "absent" if person is None else "present" if person["active"] else "disabled"


def check_truth(step: str, outcome: Observed) -> None:
    """Everything that a run claims is true."""
    assert outcome.run.aborted is None, outcome.run.aborted
    for item in outcome.run:
        before, after = outcome.before.get(item.key), outcome.after.get(item.key)
        if step != "sync":
            assert item.changed == (before != after or not item.certain), (
                f"{step} {item.email}: changed is {item.changed}"
            )
        if item.kind == "create" and item.changed:
            assert before is None, f"{item.email} was there before"
        if item.failed or item.kind == "blocked":
            assert item.error is not None
            assert item.error.advice, f"{item.email}: {item.error.code} has no advice"
            assert item.email in item.error.message or "Webex" in item.error.message
        if not item.certain:
            # Nobody could see what became of it.
            continue
        if step == "user":
            assert item.after.get("state") == state_of(after)
            for field in ("first_name", "last_name", "title", "department"):
                if after is not None and field in item.after:
                    assert (after[field] or "") == item.after[field]
        elif step == "license" and item.kind != "blocked":
            assert item.after.get("license", "none") == license_of(after)
    counts = outcome.run.summary()
    doubled = sum(i.changed and i.failed for i in outcome.run)
    assert sum(v for k, v in counts.items() if k != "total") == len(outcome.run) + doubled


def check_wanted(step: str, outcome: Observed, but: set[str]) -> None:
    """Everybody who is neither blocked nor failed is as the roster says."""
    for row in ROSTER:
        item = outcome.by_email[row["email"]]
        if item.failed or item.kind == "blocked":
            assert item.email in but, f"{step} {item.email}: {item.error}"
            continue
        person = outcome.after.get(row["email"].lower())
        if step == "user":
            assert state_of(person) == row.get("state", "present")
        elif step == "license" and "license" in row:
            assert license_of(person) == row["license"]
        elif step == "role" and row.get("role") == "administrator":
            assert person is not None
            assert person["roles"] == ["id_full_admin"]
        elif step == "role" and row.get("role") == "agent":
            assert person is not None
            assert person["roles"] == []


def chain(desk: Desk, name: str, but: set[str], *, check: bool = False, **roles: Any) -> dict[str, Observed]:
    steps = {
        "user": desk.users(ROSTER, check=check, snapshot=name),
        "license": desk.licenses(ROSTER, check=check, snapshot=name),
        "role": desk.roles(ROSTER, check=check, snapshot=name, **roles),
    }
    if not check:
        for step, outcome in steps.items():
            check_truth(step, outcome)
            check_wanted(step, outcome, but)
    return steps


def assert_nothing_left(steps: dict[str, Observed], unlicensed: set[str]) -> None:
    for step, outcome in steps.items():
        changed = [(step, i.email, i.before, i.after) for i in outcome.run if i.changed and i.certain]
        assert not changed, changed
        for request in outcome.writes:
            # Whether an address is still elsewhere, or a license still is skipped, only an attempt tells.
            if step == "license":
                assert request["request"]["email"] in unlicensed
                continue
            assert step == "user"
            added = [op["data"] for op in request["request"].get("operations", ())] or [request["request"]]
            assert {data["userName"] for data in added} <= ELSEWHERE


#: Values for the switches that list none.
VALUES: dict[str, list[Any]] = {
    "latency_ms": [1],
    "limit_per_minute": [600],
    "cc_limit_per_minute": [30],
    "limit_burst": [3],
    "retry_after_s": [0, 7, None],
    "search_lag_s": [1.0, 3.0],
    "people_list_lag_s": [1.0],
    "people_max_page": [5, 100],
    "scim_max_count": [3, 20],
    "scim_filter_max_terms": [1, 5],
    "bulk_omit_items": [1, 3],
    "license_200_but_skipped": [[NEW[0], at("up")]],
    "license_206": [[NEW[0], at("up")]],
    "activation_job_polls": [1],
    "auto_sync_s": [3.0],
    "sync_click_s": [12.0],
    "sync_stay_missing": [[NEW[0]]],
    "sync_name_mismatch": [[at("same")]],
    "sync_inactive": [[at("same")]],
    "cc_max_page_size": [2, 1000],
    "cc_bulk_max_items": [5],
    "journal_response_max": [100],
}
#: What must be set beside a switch so that it matters.
BESIDE: dict[str, dict[str, Any]] = {
    "limit_kind": {"limit_per_minute": 60, "cc_limit_per_minute": 30},
    "limit_burst": {"limit_per_minute": 600, "limit_kind": "bucket"},
    "retry_after_header": {"limit_per_minute": 40},
    "retry_after_s": {"limit_per_minute": 40},
    "cc_429_body": {"cc_limit_per_minute": 5},
    "auto_sync_s": {"sync_mode": "auto"},
}
#: Who fails truthfully, beside those elsewhere: in the license step (and so in those after it), and in the sync step.
WITHOUT_LICENSE: dict[str, set[str]] = {
    "license_200_but_skipped": {NEW[0], at("up")},
    "license_206": {NEW[0], at("up")},
}
OUT_OF_SYNC: dict[str, set[str]] = {
    "sync_stay_missing": {NEW[0]},
    "sync_name_mismatch": {at("same")},
    "sync_inactive": {at("same")},
}


def values(name: str) -> list[Any]:
    setting = SETTINGS[name]
    if setting.choices:
        return list(setting.choices)
    if isinstance(setting.default, bool):
        return [True, False]
    return VALUES[name]


def test_every_switch_has_values() -> None:
    assert all(values(name) for name in SETTINGS)


@pytest.mark.parametrize(
    ("name", "value"), [pytest.param(n, v, id=f"{n}={v}") for n in SETTINGS for v in (VALUES.get(n) or values(n))]
)
def test_the_chain_converges(desk: Desk, name: str, value: Any) -> None:
    desk.settings(**BESIDE.get(name, {}), **{name: value})
    unlicensed = WITHOUT_LICENSE.get(name, set())
    but = ELSEWHERE | unlicensed
    first = chain(desk, "first.json", but)
    assert {i.email for i in first["user"].run if i.changed and i.certain and i.kind == "create"} == {
        r["email"] for r in ROSTER if r["email"].lower() in NEW
    }
    assert set(first["user"].codes()) == ELSEWHERE
    assert first["user"].run.summary()["blocked"] == 2
    assert set(first["license"].codes()) == but
    desk.control("POST", "supervisors", {"emails": [NEW[4]], "supervisor": True})
    desk.click()
    desk.clock.offset += 5
    in_step = desk.sync(ROSTER, snapshot="first.json")
    check_truth("sync", in_step)
    assert {i.email for i in in_step.run if i.failed} == OUT_OF_SYNC.get(name, set())
    assert not in_step.writes
    second = chain(desk, "second.json", but)
    assert_nothing_left(second, unlicensed)
    if name not in ("cjp_roles_visible",):
        assert second["role"].by_email[NEW[4]].kind == "none"
    # Six came, one went.
    assert len(second["user"].after) == len(first["user"].before) + len(NEW) - 1


@pytest.mark.parametrize("visible", [True, False])
@pytest.mark.parametrize("accepts", [True, False, "ignore"])
@pytest.mark.parametrize("listed", [True, False])
def test_a_supervisor_by_scim_is_believed_only_when_seen(desk: Desk, visible: bool, accepts: Any, listed: bool) -> None:
    desk.settings(cjp_roles_visible=visible, scim_accepts_cjp_roles=accepts, roles_list_contact_center=listed)
    rows = [{**r} for r in ROSTER]
    desk.users(rows, snapshot="s")
    desk.licenses(rows, snapshot="s")
    outcome = desk.roles(rows, snapshot="s", supervisor_via="scim")
    item = outcome.by_email[NEW[4]]
    seen = visible and accepts is True
    assert (item.kind, item.failed) == ("update" if seen else "manual", False)
    # What SCIM took and does not show may stand all the same.
    assert (item.changed, item.certain) == (accepts is not False, seen or accepts is False)
    assert (item.after["role"] == "supervisor") == seen
    assert bool(item.manual) != seen
    assert not outcome.by_email[NEW[2]].failed
    assert outcome.after[NEW[2]]["roles"] == ["id_full_admin"]


def test_check_mode_writes_nothing_and_tells_what_the_real_run_does(desk: Desk) -> None:
    planned = chain(desk, "check.json", ELSEWHERE, check=True)
    for outcome in planned.values():
        assert outcome.writes == []
    real = chain(desk, "real.json", ELSEWHERE)
    for step, outcome in real.items():
        for item in outcome.run:
            plan = planned[step].by_email[item.email]
            if item.email in ELSEWHERE:
                # That the address is elsewhere only the attempt can tell.
                continue
            ours = (plan.kind, plan.changed, plan.failed, plan.before, plan.after, plan.manual)
            assert ours == (item.kind, item.changed, item.failed, item.before, item.after, item.manual), step
