"""Faults of the service, refusals and guard rails: what is claimed is true, and a second run mends what can be mended."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.context import Context
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.engine import reconcile
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.outcomes import Outcomes, empty_summary
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.license import Licenses
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.role import Roles
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.user import Users
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.scim import Scim
from tests.integration.chain_in_process import Clock, Desk, Observed, Row

DOMAIN = "alpha.example.com"
SHAPES = ["detail", "details", "cisco_urn", "message", "string"]


def at(name: str) -> str:
    return f"{name}@{DOMAIN}"


ADA, BRUNO, CHIDI, DEV = at("ada"), at("bruno"), at("chidi"), at("dev")
NEW = [at(f"new{i}") for i in range(5)]
ROWS: list[Row] = [{"email": email, "first_name": "New", "last_name": f"No{i}"} for i, email in enumerate(NEW)]
OPERATOR = f"partner@{DOMAIN}"


def world(
    *,
    premium: int = 20,
    standard: int = 20,
    people: list[Row] | None = None,
    extra_licenses: list[Row] | None = None,
) -> dict[str, Any]:
    everybody = people or [
        {"email": ADA, "first_name": "Ada", "last_name": "Marlowe", "licenses": ["premium"]},
        {"email": BRUNO, "first_name": "Bruno", "last_name": "Keane", "licenses": ["standard"]},
        {"email": CHIDI, "first_name": "Chidi", "last_name": "Obi"},
        {"email": DEV, "first_name": "Dev", "last_name": "Anand"},
    ]
    licenses = [
        {"type": "CJPPRM", "total": premium, "subscription": "Sub1"},
        {"type": "CJPSTD", "total": standard, "subscription": "Sub1"},
        *(extra_licenses or []),
    ]
    return {
        "seed": 5,
        "organizations": [{"key": "alpha", "domains": [DOMAIN], "people": everybody, "licenses": licenses}],
    }


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Any]:
    clock = Clock()
    with clock.ruling():
        yield lambda **options: Desk(world(**options), clock, tmp_path)


@pytest.fixture
def desk(make: Any) -> Desk:
    found: Desk = make()
    return found


def truthful(outcome: Observed) -> None:
    """``changed`` is what really changed, and ``after`` what is really there, as far as the answer could be known."""
    for item in outcome.run:
        really = outcome.before.get(item.key) != outcome.after.get(item.key)
        assert item.changed == really, f"{item.email}: changed {item.changed}, really {really}: {item.error}"
        if item.error:
            assert item.error.advice
            assert item.failed or item.kind == "blocked"


def created(outcome: Observed) -> set[str]:
    return {i.email for i in outcome.run if i.kind == "create" and i.changed and not i.failed}


# -- people ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "disconnect"},
        {"kind": "truncated"},
        {"kind": "html", "status": 200},
        {"kind": "html", "status": 502},
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 503},
        {"kind": "status", "status": 503, "headers": {"Retry-After": "2"}},
        {"kind": "status", "status": 504, "body": ""},
    ],
    ids=str,
)
def test_a_create_without_a_trustworthy_answer_is_looked_up(desk: Desk, fault: Row, when: str) -> None:
    desk.faults({**fault, "method": "POST", "path": "/Bulk$", "when": when, "times": 1})
    outcome = desk.users(ROWS)
    truthful(outcome)
    assert created(outcome) == set(NEW)
    paths = [(r["method"], "search" if "filter" in r["query"] else "") for r in outcome.requests]
    posts = [i for i, (method, _kind) in enumerate(paths) if method == "POST"]
    # Between two attempts somebody looked.
    for first, second in itertools.pairwise(posts):
        assert ("GET", "search") in paths[first:second]
    assert not desk.users(ROWS).writes


@pytest.mark.parametrize("kind", ["disconnect", "truncated"])
def test_a_create_that_never_gets_an_answer_ends_truthfully(desk: Desk, kind: str) -> None:
    desk.faults({"kind": kind, "method": "POST", "path": "/Bulk$", "when": "before", "times": -1})
    if kind == "truncated":
        desk.settings(search_lag_s=500)
    outcome = desk.users(ROWS, settle_timeout=1.0)
    assert all(i.failed for i in outcome.run)
    assert {i.error.code for i in outcome.run if i.error} <= {"uncertain", "address_taken", "invalid_response"}
    desk.control("DELETE", "faults")
    desk.settings(search_lag_s=0)
    again = desk.users(ROWS)
    truthful(again)
    # Who was made while searching lagged stays hidden from it: that somebody is there is all that the service says. Nobody is made twice.
    hidden = dict.fromkeys(NEW, "address_taken") if kind == "truncated" else {}
    assert again.codes() == hidden
    assert set(again.after) == {*outcome.before, *NEW}
    assert created(again) == set(NEW) - set(hidden)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("status", [400, 409, 429, 500, 503, 0])
def test_one_operation_that_fails_in_every_shape(desk: Desk, shape: str, when: str, status: int) -> None:
    fault = {"kind": "bulk_item", "match": NEW[2], "item_status": status, "item_shape": shape, "when": when}
    desk.faults({**fault, "path": "/Bulk$", "times": 1})
    outcome = desk.users(ROWS)
    assert {i.email for i in outcome.run if i.error} <= {NEW[2]}
    assert created(outcome) >= set(NEW) - {NEW[2]}
    if when == "after":
        # Whatever the answer said: the person is there.
        assert not outcome.codes()
        assert NEW[2] in outcome.after
    else:
        truthful(outcome)
    again = desk.users(ROWS)
    assert not again.codes()
    assert len(again.after) == len(outcome.before) + 5


@pytest.mark.parametrize("status", [400, 403, 409])
@pytest.mark.parametrize("text", ["precise", "vague"])
@pytest.mark.parametrize("shape", SHAPES)
def test_an_address_elsewhere_is_blocked_with_the_way_out(desk: Desk, status: int, text: str, shape: str) -> None:
    desk.settings(other_org_status=status, other_org_text=text, bulk_error_shape=shape)
    desk.control("POST", "accounts-elsewhere", {"email": NEW[0], "kind": "trial"})
    desk.control("POST", "accounts-elsewhere", {"email": NEW[1], "kind": "other_org"})
    desk.control("POST", "accounts-elsewhere", {"email": NEW[2], "kind": "consumer"})
    outcome = desk.users(ROWS)
    truthful(outcome)
    assert outcome.run.summary()["blocked"] == 3
    assert created(outcome) == set(NEW[3:])
    expected = {"precise": ("trial_account", "other_organization", "free_account"), "vague": ("address_taken",) * 3}[
        text
    ]
    codes = outcome.codes()
    assert (codes[NEW[0]], codes[NEW[1]], codes[NEW[2]]) == expected


def test_a_bad_address_for_the_service_is_that_persons_failure(desk: Desk) -> None:
    fault = {"kind": "bulk_item", "match": NEW[0], "item_status": 400, "when": "before", "path": "/Bulk$", "times": -1}
    desk.faults(fault)
    outcome = desk.users(ROWS)
    truthful(outcome)
    assert outcome.codes() == {NEW[0]: "bad_request"}


@pytest.mark.parametrize("status", [409, 200])
def test_somebody_added_by_hand_meanwhile_is_no_creation(desk: Desk, status: int) -> None:
    desk.settings(existing_status_scim=status)
    desk.control("POST", "people", {"organization": "alpha", "email": NEW[0], "first_name": "New", "last_name": "No0"})
    # The first search does not show the person yet.
    desk.faults(
        {
            "kind": "status",
            "status": 200,
            "body": {"totalResults": 0, "Resources": []},
            "method": "GET",
            "path": "/v2/Users$",
            "times": 1,
        }
    )
    outcome = desk.users(ROWS)
    truthful(outcome)
    assert not outcome.codes()
    assert created(outcome) == set(NEW[1:])


def test_somebody_added_meanwhile_with_other_names_is_put_right(desk: Desk) -> None:
    desk.control("POST", "people", {"organization": "alpha", "email": NEW[0], "first_name": "Old", "last_name": "No0"})
    body = {"totalResults": 0, "Resources": []}
    desk.faults({"kind": "status", "status": 200, "body": body, "method": "GET", "path": "/v2/Users$", "times": 1})
    outcome = desk.users(ROWS)
    truthful(outcome)
    item = outcome.by_email[NEW[0]]
    assert (item.kind, item.before["first_name"], item.after["first_name"]) == ("update", "Old", "New")


@pytest.mark.parametrize("lag", [0.7, 3.0, 20.0])
def test_a_search_that_lags_makes_nobody_fail(desk: Desk, lag: float) -> None:
    desk.settings(search_lag_s=lag)
    outcome = desk.users(ROWS)
    truthful(outcome)
    assert created(outcome) == set(NEW)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    "fault", [{"kind": "disconnect"}, {"kind": "html", "status": 200}, {"kind": "status", "status": 500}], ids=str
)
def test_a_change_that_never_gets_an_answer_is_read_again_all_the_same(desk: Desk, fault: Row, when: str) -> None:
    desk.faults({**fault, "method": "POST", "path": "/Bulk$", "when": when, "times": -1})
    rows: list[Row] = [{"email": ADA, "title": "Lead"}, {"email": BRUNO, "state": "absent"}]
    outcome = desk.users(rows, retry_deadline=5.0)
    truthful(outcome)
    assert bool(outcome.codes()) == (when == "before")


def test_on_error_stop_ends_the_sending(desk: Desk) -> None:
    rows = [{"email": at(f"many{i}"), "first_name": "M"} for i in range(150)]
    fault = {
        "kind": "bulk_item",
        "match": at("many7"),
        "item_status": 400,
        "when": "before",
        "path": "/Bulk$",
        "times": 1,
    }
    desk.faults({**fault, "match": f'"{at("many7")}"'})
    outcome = desk.users(rows, on_error="stop")
    codes = outcome.codes()
    truthful(outcome)
    assert codes[at("many7")] == "bad_request"
    assert codes[at("many149")] == "not_attempted"
    assert len([r for r in outcome.requests if r["path"].endswith("/Bulk")]) == 1
    assert created(desk.users(rows)) == set(codes)


# -- tokens and roles of the operator --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("sim-expired-token", "token_invalid"),
        ("sim-noscope-token", "forbidden"),
        ("sim-readonly-token", "forbidden"),
        ("sim-ccadmin-token", "forbidden"),
        ("nonsense", "token_invalid"),
    ],
)
def test_a_token_that_may_not_write_changes_nobody(desk: Desk, token: str, code: str) -> None:
    desk.token = token
    before = desk.truth()
    try:
        outcome = desk.users(ROWS)
    except Exception as error:
        problem = getattr(error, "problem", None)
        assert problem is not None
        assert (problem.code, bool(problem.advice)) == (code, True)
    else:
        if outcome.run.aborted is not None:
            assert outcome.run.aborted.code == code
        else:
            assert set(outcome.codes().values()) <= {code, "not_attempted"}
            assert {o.error.http_status for o in outcome.run if o.error} == {403}
            assert not outcome.run.changed
    assert desk.truth() == before


def test_a_service_app_can_do_it_all(desk: Desk) -> None:
    desk.token = "sim-service-app-token"
    assert created(desk.users(ROWS)) == set(NEW)


# -- licenses --------------------------------------------------------------------------------------------------------------


def want(**people: str) -> list[Row]:
    return [{"email": at(name), "license": word} for name, word in people.items()]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    "fault",
    [{"kind": "disconnect"}, {"kind": "truncated"}, {"kind": "html", "status": 200}, {"kind": "status", "status": 500}],
    ids=str,
)
def test_a_license_without_a_trustworthy_answer(desk: Desk, fault: Row, when: str) -> None:
    desk.faults({**fault, "method": "PATCH", "path": "licenses/users", "when": when, "times": 1})
    rows = want(chidi="premium", dev="standard", ada="standard")
    outcome = desk.licenses(rows)
    truthful(outcome)
    assert not outcome.codes()
    assert not desk.licenses(rows).writes


@pytest.mark.parametrize("status", [400, 409, 206, "skip_200"])
def test_a_swap_in_a_full_organization(make: Any, status: Any) -> None:
    desk: Desk = make(premium=1, standard=1)
    desk.settings(no_seats_status=status)
    rows = want(ada="standard", bruno="premium")
    outcome = desk.licenses(rows)
    truthful(outcome)
    assert not outcome.codes()
    assert (outcome.after[ADA]["licenses"], outcome.after[BRUNO]["licenses"]) == (["standard"], ["premium"])
    assert not desk.licenses(rows).writes


def test_too_few_seats_write_nothing(make: Any) -> None:
    desk: Desk = make(premium=2)
    rows = want(chidi="premium", dev="premium", ada="premium")
    for check in (True, False):
        outcome = desk.licenses(rows, check=check)
        aborted = outcome.run.aborted
        assert aborted is not None
        assert aborted.code == "no_seat"
        assert "2 new premium licenses are needed, 1 too many" in aborted.message
        assert "1 of 2 free" in aborted.message
        assert DEV in aborted.message
        assert not outcome.writes


def test_a_shortage_that_is_allowed_goes_by_the_rosters_order(make: Any) -> None:
    desk: Desk = make(premium=2)
    rows = want(chidi="premium", dev="premium", ada="premium")
    outcome = desk.licenses(rows, allow_shortage=True)
    truthful(outcome)
    assert outcome.codes() == {DEV: "no_seat"}
    assert outcome.after[CHIDI]["licenses"] == ["premium"]


@pytest.mark.parametrize("status", [400, 409, 206, "skip_200"])
def test_seats_that_somebody_else_takes_meanwhile(make: Any, status: Any) -> None:
    desk: Desk = make(premium=1)
    desk.settings(no_seats_status=status)
    rows = want(chidi="premium")
    listed = desk.control("GET", "state")["organizations"][0]["licenses"]
    body = {"items": [{**i, "totalUnits": 9, "consumedUnits": 1, "subscriptionId": "Sub1"} for i in listed]}
    desk.faults({"kind": "status", "status": 200, "body": body, "method": "GET", "path": "/v1/licenses$", "times": 1})
    outcome = desk.licenses(rows)
    truthful(outcome)
    assert outcome.codes()[CHIDI] in ("no_seat", "license_skipped")
    assert "premium" in outcome.problem(CHIDI).message


def test_a_protected_persons_seat_is_not_given_to_another(make: Any) -> None:
    desk: Desk = make(premium=1)
    outcome = desk.licenses(want(ada="none", chidi="premium"), protected=[ADA])
    assert outcome.run.aborted is not None
    assert outcome.run.aborted.code == "no_seat"
    assert not outcome.writes


def test_a_license_that_the_organization_does_not_have(make: Any) -> None:
    desk: Desk = make()
    outcome = desk.licenses(want(chidi="premium"), subscription_id="Sub9")
    assert outcome.run.aborted is not None
    assert outcome.run.aborted.code == "unknown_subscription"
    assert outcome.run.aborted.message.startswith("Subscription Sub9 has no contact center license of kind premium.")
    assert "premium in Sub" in outcome.run.aborted.message, "it says which there are"
    assert not outcome.writes


@pytest.mark.parametrize("both", ["reject", "resolve_premium", "keep"])
def test_adding_only_beside_the_other_license(desk: Desk, both: str) -> None:
    desk.settings(both_licenses=both)
    rows = want(bruno="premium")
    outcome = desk.licenses(rows, mode="add_only")
    truthful(outcome)
    # The service is documented to refuse it, so it is not tried, whatever this one would do.
    assert outcome.codes() == {BRUNO: "license_conflict"}
    assert not outcome.writes


def test_the_one_who_is_refused_does_not_stop_the_others(desk: Desk) -> None:
    desk.faults(
        {"kind": "status", "status": 403, "method": "PATCH", "path": "licenses/users", "match": DEV, "times": -1}
    )
    outcome = desk.licenses(want(chidi="premium", bruno="premium", dev="premium"), concurrency=1)
    truthful(outcome)
    assert outcome.codes() == {DEV: "forbidden"}


@pytest.mark.parametrize("status", [423, 404, 409, 400])
def test_refusals_of_one_license(desk: Desk, status: int) -> None:
    fault = {"kind": "status", "status": status, "method": "PATCH", "path": "licenses/users", "match": DEV, "times": -1}
    desk.faults({**fault, "headers": {}})
    outcome = desk.licenses(want(dev="premium", chidi="premium"), concurrency=1)
    truthful(outcome)
    expected = {423: "locked", 404: "person_missing", 409: "conflict", 400: "bad_request"}[status]
    assert outcome.codes() == {DEV: expected}


def test_on_error_stop_of_licenses(desk: Desk) -> None:
    desk.faults(
        {"kind": "status", "status": 400, "method": "PATCH", "path": "licenses/users", "match": CHIDI, "times": -1}
    )
    outcome = desk.licenses(want(chidi="premium", dev="premium"), on_error="stop", concurrency=1)
    truthful(outcome)
    assert outcome.codes() == {CHIDI: "bad_request", DEV: "not_attempted"}


def test_when_reading_again_fails_nobody_claims_what_is_unknown(desk: Desk) -> None:
    desk.faults({"kind": "status", "status": 403, "method": "GET", "path": "/v1/people/Y", "skip": 1, "times": -1})
    outcome = desk.licenses(want(chidi="premium"))
    item = outcome.by_email[CHIDI]
    assert item.failed
    assert item.changed
    assert item.error is not None
    assert item.error.code == "not_verified"


# -- roles -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["disconnect", "truncated", "html", "status"])
def test_roles_without_a_trustworthy_answer(desk: Desk, kind: str, when: str) -> None:
    desk.faults({"kind": kind, "method": "POST", "path": "/Bulk$", "when": when, "times": 1})
    rows: list[Row] = [{"email": CHIDI, "role": "administrator"}]
    outcome = desk.roles(rows)
    truthful(outcome)
    assert not outcome.codes()
    assert not desk.roles(rows).writes


def test_a_refused_supervisor_takes_no_administrator_role_down(desk: Desk) -> None:
    desk.settings(scim_accepts_cjp_roles=False)
    rows: list[Row] = [{"email": ADA, "role": "supervisor", "administrator_roles": ["User Administrator"]}]
    outcome = desk.roles(rows, supervisor_via="scim")
    item = outcome.by_email[ADA]
    assert outcome.after[ADA]["roles"] == ["id_user_admin"]
    assert (item.changed, item.failed, item.kind) == (True, False, "update")
    assert item.manual is not None


# -- guard rails -----------------------------------------------------------------------------------------------------------


def test_more_removals_than_allowed_write_nothing(desk: Desk) -> None:
    rows: list[Row] = [{"email": e, "state": "absent"} for e in (ADA, BRUNO)]
    outcome = desk.users(rows, max_removals="1")
    assert outcome.run.aborted is not None
    assert outcome.run.aborted.code == "too_many_removals"
    assert ADA in outcome.run.aborted.message
    assert not outcome.writes
    assert desk.users(rows, max_removals="2").run.summary()["removed"] == 2


def test_protected_people_lose_nothing(desk: Desk) -> None:
    for outcome in (
        desk.users([{"email": ADA, "state": "absent"}], protected=[ADA.upper()]),
        desk.users([{"email": ADA, "state": "disabled"}], protected=[ADA]),
        desk.licenses(want(ada="none"), protected=[ADA]),
        desk.licenses(want(ada="standard"), protected=[ADA]),
    ):
        assert outcome.codes() == {ADA: "protected"}
        assert not outcome.writes


def test_the_runs_own_account_is_never_touched(desk: Desk) -> None:
    for outcome in (
        desk.users([{"email": OPERATOR, "state": "absent"}]),
        desk.users([{"email": OPERATOR, "state": "disabled"}]),
        desk.roles([{"email": OPERATOR, "role": "agent", "administrator_roles": []}]),
        desk.roles([{"email": OPERATOR, "role": "administrator", "administrator_roles": ["User Administrator"]}]),
    ):
        assert outcome.codes() == {OPERATOR: "own_account"}
        assert not outcome.writes


@pytest.mark.parametrize("fields", [True, False])
@pytest.mark.parametrize("many", [True, False])
def test_the_last_full_administrator_stays(make: Any, fields: bool, many: bool) -> None:
    boss, old = at("boss"), at("old")
    people = [
        {"email": boss, "roles": ["id_full_admin"], "licenses": ["premium"]},
        {"email": old, "roles": ["id_full_admin"], "active": False},
        *({"email": at(f"x{i}")} for i in range(25)),
    ]
    desk: Desk = make(people=people)
    desk.token = "sim-service-app-token"
    desk.settings(people_list_admin_fields=fields)
    for operator in ("partner", "noscope"):
        desk.control("PATCH", "people", {"email": at(operator), "roles": []})
    others: list[Row] = [{"email": at(f"x{i}")} for i in range(25)] if many else []
    outcome = desk.users([{"email": boss, "state": "absent"}, *others])
    assert outcome.codes() == {boss: "last_full_administrator"}
    assert boss in outcome.after
    outcome = desk.roles([{"email": boss, "role": "agent", "administrator_roles": []}, *others])
    assert outcome.codes() == {boss: "last_full_administrator"}
    # The license is another matter.
    outcome = desk.licenses([{"email": boss, "license": "none"}, *others])
    assert not outcome.codes()
    assert outcome.after[boss]["licenses"] == []


# -- pace and reading ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "3"}, {"Retry-After": "0"}, {"Retry-After": "soon"}])
def test_too_many_requests_are_waited_out(desk: Desk, headers: dict[str, str]) -> None:
    desk.faults({"kind": "status", "status": 429, "headers": headers, "path": "", "times": 3})
    outcome = desk.users(ROWS)
    truthful(outcome)
    assert created(outcome) == set(NEW)


def test_a_service_that_never_takes_anything_is_given_up(desk: Desk) -> None:
    desk.faults({"kind": "status", "status": 429, "headers": {}, "path": "licenses/users", "times": -1})
    outcome = desk.licenses(want(chidi="premium", dev="premium"), retry_deadline=60.0)
    truthful(outcome)
    assert set(outcome.codes().values()) == {"rate_limited"}
    assert len(outcome.writes) < 20


@pytest.mark.parametrize("kind", ["html", "truncated", "disconnect"])
def test_reading_is_repeated(desk: Desk, kind: str) -> None:
    fault = {"kind": kind, "method": "GET", "path": "", "times": 2}
    desk.faults({**fault, "status": 200} if kind == "html" else fault)
    assert created(desk.users(ROWS)) == set(NEW)


def test_what_a_login_page_in_between_answers_is_named(desk: Desk) -> None:
    desk.faults({"kind": "html", "status": 200, "path": "", "times": -1})
    with pytest.raises(Exception, match="is not JSON") as caught:
        desk.users(ROWS)
    problem = getattr(caught.value, "problem", None)
    assert problem is not None
    assert problem.code == "invalid_response"
    assert "proxy" in problem.advice


# -- sync ------------------------------------------------------------------------------------------------------------------


def test_sync_waits_for_the_click_and_writes_nothing(desk: Desk) -> None:
    rows: list[Row] = [{"email": CHIDI, "license": "premium", "role": "agent"}]
    desk.licenses(rows)
    outcome = desk.sync(rows, timeout=20)
    assert outcome.codes() == {CHIDI: "not_in_sync"}
    assert "Synchronize Users" in outcome.problem(CHIDI).advice
    assert not outcome.writes
    desk.settings(sync_click_s=30)
    desk.click()
    outcome = desk.sync(rows, timeout=60)
    assert outcome.by_email[CHIDI].after["sync_state"] == "in_sync"
    assert not outcome.run.changed


def test_sync_looks_once_when_told_so(desk: Desk) -> None:
    rows: list[Row] = [{"email": CHIDI, "license": "premium"}]
    desk.licenses(rows)
    outcome = desk.sync(rows, wait=False)
    assert len([r for r in outcome.requests if r["path"].endswith("/v2/user")]) <= 2
    assert outcome.by_email[CHIDI].after["sync_state"] == "missing"


def test_sync_keeps_the_reason_of_who_is_not_there(desk: Desk) -> None:
    desk.control("POST", "accounts-elsewhere", {"email": NEW[0], "kind": "trial"})
    rows: list[Row] = [{"email": NEW[0], "license": "premium"}]
    desk.users(rows, snapshot="s")
    outcome = desk.sync(rows, snapshot="s")
    assert outcome.codes() == {NEW[0]: "trial_account"}


# -- in doubt --------------------------------------------------------------------------------------------------------------

DECLARED: dict[str, tuple[Any, Row]] = {
    "add": (Users("present"), {"email": NEW[0]}),
    "change": (Users("present"), {"email": ADA, "title": "Agent"}),
    "license": (
        Licenses(mode="add_and_remove", default=None, subscription_id=None, allow_shortage=False),
        {"email": DEV, "license": "premium"},
    ),
    "role": (
        Roles(mode="add_and_remove", default=None, supervisor_via="console"),
        {"email": DEV, "administrator_roles": ["User Administrator"]},
    ),
}


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", DECLARED)
def test_whoever_may_have_been_changed_when_the_service_went_away_is_in_doubt(desk: Desk, step: str, when: str) -> None:
    """The first write is answered 502, with or without its effect, and nothing answers afterwards."""
    resource, row = DECLARED[step]
    faults = desk.simulator.faults

    async def work(wanted: list[Any], context: Context) -> Outcomes:
        def away() -> None:
            faults.add({"status": 502, "method": "PATCH", "path": "licenses", "when": when})
            faults.add({"status": 502, "method": "POST", "path": "/Bulk$", "when": when})
            for method in ("PATCH", "POST"):
                faults.add({"method": method, "path": "^/(v1|identity)/", "times": -1})
            faults.add({"method": "GET", "path": "^/(v1|identity)/", "times": -1})

        context.begin_writing = away
        return await reconcile(resource, wanted, context)

    outcome = desk.run(work, [row], retry_deadline=20.0)
    [found] = outcome.run
    assert (found.changed, found.certain, found.failed) == (True, False, True), found.error
    assert outcome.run.summary() == {**empty_summary(), "total": 1, "failed": 1, "uncertain": 1}
    really = outcome.before.get(found.key) != outcome.after.get(found.key)
    assert really is (when == "after")


LOST = {"kind": "disconnect", "method": "POST", "path": "/Bulk$", "when": "after", "times": 1}


def said_of(outcome: Observed) -> set[tuple[str, bool, bool]]:
    return {(i.kind, i.changed, i.certain) for i in outcome.run}


@pytest.mark.parametrize("status", [409, 200])
@pytest.mark.parametrize("lag", [0.0, 8.0, 11.0, 14.0, 20.0, 40.0, 90.0])
def test_people_who_become_visible_late_after_a_lost_answer_are_ours_and_there_once(
    desk: Desk, lag: float, status: int
) -> None:
    desk.settings(search_lag_s=lag, existing_status_scim=status)
    desk.faults(LOST)
    outcome = desk.users(ROWS, settle_timeout=15.0)
    if lag < 15:
        assert not outcome.codes()
        assert said_of(outcome) == {("create", True, True)}
        assert len([r for r in outcome.requests if r["method"] == "POST"]) == 1
    else:
        # Whoever is never seen is in doubt; nobody is unchanged, refused or somebody else's.
        assert said_of(outcome) <= {("create", True, True), ("create", True, False)}
        assert set(outcome.codes().values()) <= {"uncertain"}
    assert set(outcome.after) - set(outcome.before) == set(NEW)
    desk.clock.offset += lag
    again = desk.users(ROWS)
    assert not again.writes
    assert not again.codes()


@pytest.mark.parametrize("status", [429, 503])
def test_a_service_that_is_busy_after_a_lost_answer_makes_nobody_unchanged(desk: Desk, status: int) -> None:
    desk.settings(search_lag_s=40.0)
    headers = {"Retry-After": "1"}
    desk.faults(LOST, {"kind": "status", "status": status, "headers": headers, "path": "/Bulk$", "times": -1})
    outcome = desk.users(ROWS, retry_deadline=5.0)
    assert said_of(outcome) == {("create", True, False)}
    assert set(outcome.after) - set(outcome.before) == set(NEW)


class KilledError(BaseException):
    """What nothing catches, as a kill."""


@pytest.mark.parametrize("then", [None, 429])
@pytest.mark.parametrize("lag", [0.0, 8.0])
def test_a_run_killed_between_sending_and_reading_is_made_good_by_the_next(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, lag: float, then: int | None
) -> None:
    desk.settings(search_lag_s=lag)
    bulk = Scim.bulk

    async def killed(self: Scim, *arguments: Any, **more: Any) -> Any:
        await bulk(self, *arguments, **more)
        raise KilledError

    before = desk.truth()
    with monkeypatch.context() as patch, pytest.raises(KilledError):
        patch.setattr(Scim, "bulk", killed)
        desk.users(ROWS)
    assert set(desk.truth()) - set(before) == set(NEW)
    if then:
        desk.faults({"kind": "status", "status": then, "path": "/Bulk$", "times": 1})
    outcome = desk.users(ROWS, settle_timeout=15.0)
    assert not outcome.codes()
    assert outcome.after == outcome.before
    # They were there when the run began: it changed nobody, and says so; unless it could not see them, and its own request that was
    # refused for the rate may have added them.
    assert said_of(outcome) == {("create", True, True) if lag and then else ("none", False, True)}
    desk.clock.offset += lag
    assert not desk.users(ROWS).writes


def test_vague_refusals_in_every_request_use_the_patience_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    sleep = desk.clock.sleep

    async def counted(seconds: float) -> None:
        waits.append(seconds)
        await sleep(seconds)

    rows: list[Row] = [{"email": at(f"many{i}")} for i in range(250)]
    fault = {"kind": "bulk_item", "match": "many", "item_status": 400, "when": "before", "path": "/Bulk$", "times": -1}
    desk.faults({**fault, "item_shape": "string"})
    monkeypatch.setattr(desk.clock, "sleep", counted)
    outcome = desk.users(rows, settle_timeout=15.0)
    truthful(outcome)
    assert set(outcome.codes()) == {row["email"] for row in rows}
    assert len([r for r in outcome.requests if r["path"].endswith("/Bulk")]) == 3
    assert sum(waits) == 15.0


def test_a_reading_again_that_answers_nothing_loses_nobody(desk: Desk) -> None:
    """The list of people answers with a null; whom it leaves unread is in doubt, or read one by one."""
    odd = {"kind": "status", "status": 200, "body": {"items": [None]}, "method": "GET", "path": "^/v1/people$"}
    desk.faults({**odd, "times": -1})
    outcome = desk.users(ROWS)
    assert set(outcome.after) - set(outcome.before) == set(NEW)
    assert {(i.changed, i.kind) for i in outcome.run} == {(True, "create")}
    desk.faults({"kind": "status", "status": 200, "body": [None], "method": "GET", "path": "/v2/Users/", "times": -1})
    more: list[Row] = [{"email": at(f"more{i}")} for i in range(3)]
    outcome = desk.users(more)
    assert {(i.changed, i.certain, i.kind) for i in outcome.run} == {(True, False, "create")}
    assert len(outcome.after) == len(outcome.before) + 3
