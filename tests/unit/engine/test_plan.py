"""Plans and changes are values: nobody alters them, and the same input gives the same plan."""

from __future__ import annotations

import copy
import dataclasses
import operator
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.names import Directory
from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.records import record_from
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.plan import Change, Plan
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import Problem
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.agent_plan import AgentFacts, plan_agents
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.license_plan import (
    LicenseFacts,
    LicenseRules,
    check_seats,
    plan_licenses,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.role_plan import (
    RoleFacts,
    RoleRules,
    plan_roles,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.sync import plan_sync
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.user_plan import plan_users
from tests.unit.build import PREMIUM_1, STANDARD_1, change, people, person, seat, wanted

ADA, BRUNO, NEW = "ada@example.com", "bruno@example.com", "new@example.com"
PROBLEM = Problem("protected", "Protected.")


def test_a_change_cannot_be_altered() -> None:
    made = change(ADA, before={"title": "Old"}, after={"title": "New"}, extra={"ignored": []})
    for field in dataclasses.fields(Change):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(made, field.name, None)
    for shown in (made.before, made.after, made.extra):
        with pytest.raises(TypeError):
            operator.setitem(shown, "title", "Other")  # as its type forbids too


def test_a_change_is_apart_from_what_it_was_made_of() -> None:
    before = {"title": "Old"}
    made = change(ADA, before=before)
    before["title"] = "Other"
    assert made.before == {"title": "Old"}


def test_a_plan_cannot_be_altered() -> None:
    plan = Plan((change(ADA),))
    for field in dataclasses.fields(Plan):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(plan, field.name, ())


def test_a_blocked_change_leaves_all_as_it_was() -> None:
    made = change(ADA, "remove", before={"state": "present"}, after={"state": "absent"}, removal=True)
    blocked = made.blocked(PROBLEM)
    assert (blocked.kind, blocked.problem, blocked.after) == ("blocked", PROBLEM, {"state": "present"})
    assert not blocked.pending
    assert made.pending
    assert made.problem is None


def test_a_plan_tells_what_it_would_do() -> None:
    losing = change(BRUNO, "remove", index=1, removal=True)
    plan = Plan((change(ADA, "create"), losing, change(NEW, "none", index=2)))
    assert plan.counts() == {"create": 1, "remove": 1, "none": 1}
    assert [c.email for c in plan.pending] == [ADA, BRUNO]
    assert plan.removals == plan.sensitive == (losing,)
    kept = plan.with_blocked({1: PROBLEM})
    assert [c.kind for c in kept] == ["create", "blocked", "none"]
    assert kept.removals == ()
    assert plan.removals == (losing,)
    assert plan.refused(PROBLEM).refusal == PROBLEM
    assert plan.refusal is None


ROWS: list[dict[str, Any]] = [
    {"email": NEW, "license": "premium", "role": "administrator", "agent": {"site": "Lisboa"}},
    {"email": ADA, "title": "Lead", "license": "standard", "administrator_roles": ["User Administrator"]},
    {
        "email": BRUNO,
        "state": "absent",
        "csv": {"premium": False, "standard": None},
        "csv_time": "2026-01-01T00:00:00Z",
    },
]
THERE = [
    person(ADA, PREMIUM_1, roles=("id_full_admin",)),
    person(BRUNO, PREMIUM_1, last_modified="2026-02-01T00:00:00Z"),
]
SEATS = LicenseFacts(people(*THERE, person(NEW)), (seat(PREMIUM_1, 2, 2), seat(STANDARD_1, 1, 0)))
LICENSES = LicenseRules("add_and_remove")
AGENTS = AgentFacts(
    Directory({"site": [{"id": "s1", "name": "Lisboa"}], "skill-profile": [{"id": "sp", "name": "Spanish"}]}),
    {ADA: {"skill_profile": "Spanish", "site": "Lisboa"}, BRUNO: {"external_id": "E"}},
    {e: record_from({"id": e, "email": e, "contactCenterEnabled": True}) for e in (ADA, BRUNO)},
    holders={"sp": 500},
)
PLANNERS: dict[str, tuple[Callable[..., Plan], tuple[Any, ...]]] = {
    "user": (plan_users, (people(*THERE), "present")),
    "license": (plan_licenses, (SEATS, LICENSES)),
    "role": (plan_roles, (RoleFacts(people(*THERE)), RoleRules("agent", "add_and_remove", "scim"))),
    "agent": (plan_agents, (dataclasses.replace(AGENTS, declared={BRUNO: {"external_id": "E"}}),)),
    "sync": (plan_sync, (people(*THERE), {NEW: PROBLEM})),
}


@pytest.mark.parametrize("name", PLANNERS)
def test_planners_are_pure(name: str) -> None:
    planner, facts = PLANNERS[name]
    rows = wanted(*copy.deepcopy(ROWS))
    seen = [_content(f) for f in facts]
    first, second = planner(rows, *facts), planner(rows, *facts)
    assert first == second
    assert rows == wanted(*ROWS)
    assert [_content(f) for f in facts] == seen
    assert [c.index for c in first] == [0, 1, 2]
    assert name == "sync" or first.pending


def test_the_seats_are_counted_without_altering_the_plan() -> None:
    plan = plan_licenses(wanted(*ROWS), SEATS, LICENSES)
    assert plan.warnings
    before = copy.deepcopy([_content(c.payload) for c in plan])
    blocked = plan.with_blocked({1: PROBLEM, 2: PROBLEM})
    checked = check_seats(blocked, SEATS, LICENSES)
    assert checked == check_seats(blocked, SEATS, LICENSES)
    assert checked.refusal is not None
    assert [_content(c.payload) for c in plan] == before


def _content(value: Any) -> str:
    """Everything in a value, spelled out."""
    if isinstance(value, Directory):
        return repr(value.lists)
    return repr(value)
