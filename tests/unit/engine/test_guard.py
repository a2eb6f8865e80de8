"""Guard rails."""

from __future__ import annotations

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.context import Policy
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.guard import (
    keep_an_administrator,
    limit_removals,
    loses_full_administrator,
    protect,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.plan import Change, Plan
from tests.unit.build import change, person

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
    guarded = protect(plan, Policy(protected=[BRUNO.upper()]), ())
    assert [c.kind for c in guarded] == ["update", "blocked"]
    assert limit_removals(guarded, Policy(max_removals="0")).refusal is None
    # The plan that was judged is still what it was.
    assert [c.kind for c in plan] == ["update", "remove"]


def test_what_a_person_is_asked_to_take_away_is_taken_away() -> None:
    plan = Plan((change(ADA, "manual", removal=True), change(BRUNO, "manual", index=1)))
    assert codes(protect(plan, Policy(protected=[ADA, BRUNO]), ())) == ["protected", None]
    refusal = limit_removals(plan, Policy(max_removals="0")).refusal
    assert refusal is not None
    assert BRUNO not in refusal.message


def test_protected_people_may_still_gain() -> None:
    plan = Plan((change(ADA, "update"),))
    assert protect(plan, Policy(protected=[ADA]), ()) == plan


@pytest.mark.parametrize(
    ("fields", "blocked"), [({"removal": True}, True), ({"touches_access": True}, True), ({}, False)]
)
def test_the_runs_own_account_loses_nothing(fields: dict[str, bool], blocked: bool) -> None:
    plan = Plan((change(ADA, "update", **fields),))
    assert codes(protect(plan, Policy(), {ADA})) == ["own_account" if blocked else None]


@pytest.mark.parametrize(("administrators", "blocked"), [({ADA, BRUNO}, False), ({ADA}, True)])
def test_somebody_stays_administrator(administrators: set[str], blocked: bool) -> None:
    plan = Plan((change(ADA, "update", removal=True),))
    kept = keep_an_administrator(plan, plan.changes, administrators)
    assert codes(kept) == ["last_full_administrator" if blocked else None]


def test_all_administrators_at_once_are_kept() -> None:
    plan = Plan((change(ADA, "remove", removal=True), change(BRUNO, "remove", index=1, removal=True)))
    assert codes(keep_an_administrator(plan, plan.changes, {ADA, BRUNO})) == ["last_full_administrator"] * 2


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
    losing: Change = change(ADA, "remove", removal=True, after=after, person=person(ADA, roles=roles))
    assert loses_full_administrator(losing) is loses
