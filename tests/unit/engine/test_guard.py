"""Guard rails."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.context import Policy
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.guard import (
    keep_an_administrator,
    limit_removals,
    loses_full_administrator,
    protect,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.plan import Change, Plan
from ansible_collections.wxcc.onboarding.plugins.module_utils._model import Manual
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.organization import Operator
from tests.unit.build import change, person, person_id

ADA, BRUNO = "ada@example.com", "bruno@example.com"


def codes(plan: Plan) -> list[str | None]:
    return [c.problem.code if c.problem else None for c in plan]


def test_too_many_removals_name_the_people() -> None:
    plan = Plan(tuple(change(f"p{i}@example.com", "remove", index=i, removal=True) for i in range(25)))
    refusal = limit_removals(plan, Policy(max_removals="24")).refusal
    assert refusal is not None
    assert "25 people" in refusal.message
    assert "p19@example.com and 5 more" in refusal.message
    assert limit_removals(plan, Policy(max_removals="25")) == plan


def test_who_gains_or_is_blocked_is_no_removal() -> None:
    plan = Plan((change(ADA, "update"), change(BRUNO, "remove", index=1, removal=True)))
    guarded = protect(plan, Policy(protected=[BRUNO.upper()]), None)
    assert [c.kind for c in guarded] == ["update", "blocked"]
    assert limit_removals(guarded, Policy(max_removals="0")).refusal is None
    # The plan that was judged is still what it was.
    assert [c.kind for c in plan] == ["update", "remove"]


def test_what_a_person_is_asked_to_take_away_is_taken_away() -> None:
    plan = Plan((change(ADA, "manual", removal=True), change(BRUNO, "manual", index=1)))
    assert codes(protect(plan, Policy(protected=[ADA, BRUNO]), None)) == ["protected", None]
    refusal = limit_removals(plan, Policy(max_removals="0")).refusal
    assert refusal is not None
    assert BRUNO not in refusal.message


def test_nobody_is_asked_to_take_what_must_stay() -> None:
    asked = change(ADA, "manual", removal=True, manual=Manual("Take the role away.", "In Control Hub."))
    [found] = protect(Plan((asked,)), Policy(protected=[ADA]), None)
    assert (found.kind, found.manual) == ("blocked", None)


def test_protected_people_may_still_gain() -> None:
    plan = Plan((change(ADA, "update"),))
    assert protect(plan, Policy(protected=[ADA]), None) == plan


def operator(email: str | None, person_id_: str | None = None, **more: Any) -> Operator:
    return Operator(email, person_id_, **more)


@pytest.mark.parametrize(
    ("fields", "blocked"), [({"removal": True}, True), ({"touches_access": True}, True), ({}, False)]
)
def test_the_runs_own_account_loses_nothing(fields: dict[str, bool], blocked: bool) -> None:
    plan = Plan((change(ADA, "update", **fields),))
    assert codes(protect(plan, Policy(), operator(ADA, "id"))) == ["own_account" if blocked else None]


@pytest.mark.parametrize(
    "own",
    [
        operator("alias@example.com", person_id(ADA)),
        operator("alias@example.com", "another", emails=("alias@example.com", "ADA@example.com")),
        operator(None, person_id(ADA)),
    ],
)
def test_the_runs_own_account_is_known_by_its_id_and_all_its_addresses(own: Operator) -> None:
    plan = Plan(
        (
            change(ADA, "update", removal=True, person=person(ADA)),
            change(BRUNO, "update", index=1, removal=True, person=person(BRUNO)),
        )
    )
    assert codes(protect(plan, Policy(), own)) == ["own_account", None]


@pytest.mark.parametrize(
    ("roles", "code"),
    [
        ((), None),
        (("cjp.supervisor",), None),
        (("id_user_admin",), "own_account_unknown"),
        (None, "own_account_unknown"),
    ],
)
def test_where_nobody_knows_whose_the_token_is_no_administrator_loses_anything(
    roles: tuple[str, ...] | None, code: str | None
) -> None:
    losing = change(ADA, "remove", removal=True, person=person(ADA, roles=roles))
    assert codes(protect(Plan((losing,)), Policy(), operator(None))) == [code]
    # A service app is no person; and whose id is known is told from the others.
    assert codes(protect(Plan((losing,)), Policy(), None)) == [None]
    assert codes(protect(Plan((losing,)), Policy(), operator(BRUNO, "id"))) == [None]


def test_where_nobody_knows_whose_the_token_is_an_administrator_may_still_gain() -> None:
    gaining = change(ADA, "update", touches_access=True, person=person(ADA, roles=("id_user_admin",)))
    assert codes(protect(Plan((gaining,)), Policy(), operator(None))) == [None]


def losing(email: str, index: int = 0) -> Change:
    return change(email, "remove", index=index, removal=True, person=person(email, roles=("id_full_admin",)))


@pytest.mark.parametrize(
    ("administrators", "blocked"), [({ADA, BRUNO}, False), ({BRUNO}, False), ({ADA}, True), (set(), True)]
)
def test_somebody_stays_administrator(administrators: set[str], blocked: bool) -> None:
    """What was read of the person counts, even where the service's own selection leaves that person out."""
    plan = Plan((losing(ADA),))
    kept = keep_an_administrator(plan, plan.changes, set(map(person_id, administrators)))
    assert codes(kept) == ["last_full_administrator" if blocked else None]


def test_all_administrators_at_once_are_kept() -> None:
    plan = Plan((losing(ADA), losing(BRUNO, 1)))
    assert (
        codes(keep_an_administrator(plan, plan.changes, set(map(person_id, (ADA, BRUNO)))))
        == ["last_full_administrator"] * 2
    )


@pytest.mark.parametrize(
    ("after", "allowed"),
    [
        ({"state": "absent"}, False),
        ({"state": "disabled"}, False),
        ({"license": "none"}, False),
        ({"license": "standard"}, True),
        ({"role": "agent", "roles": []}, True),
        ({"state": "present"}, True),
    ],
)
def test_nobody_loses_everything_unsaid(after: dict[str, Any], allowed: bool) -> None:
    plan = Plan((change(ADA, "update", removal=True, after=after),))
    refusal = limit_removals(plan, Policy()).refusal
    assert (refusal is None) is allowed
    if refusal is not None:
        assert (refusal.code, ADA in refusal.message) == ("removals_not_allowed", True)
    for said in (Policy(allow_removals=True), Policy(max_removals="1"), Policy(max_removals="100%")):
        assert limit_removals(plan, said).refusal is None


@pytest.mark.parametrize(
    "fields", [{"removal": False}, {"removal": True, "kind": "none"}, {"removal": True, "kind": "blocked"}]
)
def test_what_takes_nothing_takes_not_everything(fields: dict[str, Any]) -> None:
    item = change(ADA, **{"kind": "update", **fields}, after={"state": "disabled", "license": "none"})
    assert not item.takes_everything
    assert limit_removals(Plan((item,)), Policy()).refusal is None


def test_without_a_number_ten_people_may_lose_something() -> None:
    def of(number: int, **after: str) -> Plan:
        return Plan(
            tuple(change(f"p{i}@example.com", "update", index=i, removal=True, after=after) for i in range(number))
        )

    assert limit_removals(of(10, license="standard"), Policy()).refusal is None
    for policy in (Policy(), Policy(allow_removals=True), Policy(max_removals=" ")):
        refusal = limit_removals(of(11, license="standard"), policy).refusal
        assert refusal is not None
        assert (refusal.code, "allows 10" in refusal.message) == ("too_many_removals", True)
    assert limit_removals(of(10, state="absent"), Policy(allow_removals=True)).refusal is None


@pytest.mark.parametrize(
    ("roles", "after", "loses"),
    [
        (("id_full_admin",), {"state": "absent"}, True),
        (("id_full_admin",), {"state": "disabled"}, True),
        (("id_full_admin",), {"role": "agent", "roles": []}, True),
        (("id_full_admin",), {"role": "administrator", "roles": ["Full Administrator"]}, False),
        (("id_full_admin",), {"license": "none", "subscriptions": []}, False),
        (("id_user_admin",), {"state": "absent"}, False),
        ((), {"state": "absent"}, False),
        (None, {"state": "absent"}, True),
        (None, {"license": "none"}, False),
    ],
)
def test_who_would_stop_being_an_administrator(
    roles: tuple[str, ...] | None, after: dict[str, object], loses: bool
) -> None:
    item: Change = change(ADA, "remove", removal=True, after=after, person=person(ADA, roles=roles))
    assert loses_full_administrator(item) is loses
