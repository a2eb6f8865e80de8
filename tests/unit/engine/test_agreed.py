"""A step carries out what the plan of the run holds, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.agreed import hold_to, require_same_options
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.plan import Plan
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import InputError
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.plan_file import PlanDocument
from tests.unit.build import change

EMAIL = "ada@example.com"
BOTH = {"role": "administrator", "roles": ["Full Administrator", "User Administrator"]}


def document(entry: dict[str, Any] | None = None, **options: Any) -> PlanDocument:
    person = {"row": 0, "email": EMAIL, "steps": {"role": entry} if entry else {}}
    return PlanDocument("R1", "acme", {"id": "o"}, "T", False, "d", options=options, people=[person])


@pytest.mark.parametrize("action", ["create", "update", "remove"])
def test_what_was_planned_is_carried_out(action: str) -> None:
    plan = Plan((change(EMAIL, action),))
    assert hold_to(plan, document({"action": action}), "role") == plan


@pytest.mark.parametrize(
    "entry",
    [None, {"action": "none"}, {"action": "blocked"}, {"action": "manual"}, {"action": "update", "removal": False}],
)
def test_what_was_not_planned_is_left_alone(entry: dict[str, Any] | None) -> None:
    [found] = hold_to(Plan((change(EMAIL, "update", removal=True),)), document(entry), "role")
    assert found.kind == "blocked"
    assert found.problem is not None
    assert found.problem.code == "moved"
    assert EMAIL in found.problem.message


@pytest.mark.parametrize("kind", ["update", "manual"])
def test_what_the_plan_blocked_is_blocked_for_the_plan_s_reason(kind: str) -> None:
    error = {"code": "license_conflict", "message": f"{EMAIL} holds Standard.", "advice": "Run with another mode."}
    [found] = hold_to(Plan((change(EMAIL, kind),)), document({"action": "blocked", "error": error}), "role")
    assert found.kind == "blocked"
    assert found.problem is not None
    assert (found.problem.code, found.problem.message, found.problem.advice) == tuple(error.values())


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        (None, "blocked"),
        ({"action": "none"}, "blocked"),
        ({"action": "manual"}, "blocked"),
        ({"action": "manual", "removal": True}, "manual"),
        ({"action": "remove", "removal": True}, "manual"),
    ],
)
def test_nobody_is_asked_to_take_what_the_plan_does_not_take(entry: dict[str, Any] | None, kind: str) -> None:
    before, after = {"role": "supervisor"}, {"role": "supervisor"}
    [found] = hold_to(
        Plan((change(EMAIL, "manual", removal=True, before=before, after=after),)), document(entry), "role"
    )
    assert found.kind == kind


def test_what_sends_nothing_is_no_business_of_the_plan_s() -> None:
    plan = Plan((change(EMAIL, "none"), change("kim@example.com", "manual", index=1)))
    assert hold_to(plan, document(), "role") == plan


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        ({"role": "administrator", "roles": ["User Administrator"]}, {"role": "agent", "roles": []}, False),
        ({"role": "administrator", "roles": ["Full Administrator"]}, {"role": "agent", "roles": []}, True),
        (BOTH, {"role": "administrator", "roles": ["Full Administrator"]}, False),
        (BOTH, {"role": "agent", "roles": []}, True),
    ],
)
def test_no_more_is_taken_than_was_planned(before: dict[str, Any], after: dict[str, Any], moved: bool) -> None:
    entry = {
        "action": "remove",
        "removal": True,
        "before": {"role": "administrator", "roles": ["User Administrator"]},
        "after": {"role": "agent", "roles": []},
    }
    item = change(EMAIL, "remove", before=before, after=after, removal=True)
    [found] = hold_to(Plan((item,)), document(entry), "role")
    assert (found.kind == "blocked") is moved


@pytest.mark.parametrize(
    ("entry", "kind", "before", "after", "moved"),
    [
        # Another host of the same organization was faster: what it gave must stay.
        (("update", {"license": "none"}, {"license": "premium"}), "update", {"license": "standard"}, {"license": "premium"}, True),
        (("update", {"title": ""}, {"title": "B"}), "update", {"title": "A"}, {"title": "B"}, True),
        (("update", {"title": "X"}, {"title": "B"}), "update", {"title": ""}, {"title": "B"}, True),
        (("update", {"teams": []}, {"teams": ["B"]}), "update", {"teams": ["A"]}, {"teams": ["B"]}, True),
        (("create", {"state": "absent"}, {"state": "present", "title": "B"}), "update", {"title": "A"}, {"title": "B"}, True),
        (("update", {"state": "present"}, {"state": "present"}), "create", {"state": "absent"}, {"state": "present"}, True),
        # Half of it is there already, or there is more that stays.
        (("update", {"a": "", "b": ""}, {"a": "B", "b": "C"}), "update", {"a": "B", "b": ""}, {"a": "B", "b": "C"}, False),
        (("update", {"roles": []}, {"roles": ["B"]}), "update", {"roles": ["A"]}, {"roles": ["A", "B"]}, False),
        # Of a record that comes with the gate nobody knew anything.
        (("update", {}, {"site": "Porto"}), "update", {"site": None}, {"site": "Porto"}, False),
        (("update", {"user_profile": None}, {"user_profile": "B"}), "update", {"user_profile": "A"}, {"user_profile": "B"}, False),
    ],
)  # fmt: skip
def test_what_others_have_set_since_is_not_undone(
    entry: tuple[str, Any, Any], kind: str, before: Any, after: Any, moved: bool
) -> None:
    planned = dict(zip(("action", "before", "after"), entry, strict=True))
    [found] = hold_to(Plan((change(EMAIL, kind, before=before, after=after),)), document(planned), "role")
    assert (found.kind == "blocked") is moved
    assert not moved or (found.problem and found.problem.code == "moved")


def test_other_options_than_the_plan_s_are_refused() -> None:
    plan = document(role={"mode": "add_only", "default": None, "more": 1}, agent={"settings": {"site": "Lisboa"}})
    require_same_options(plan, "role", {"mode": "add_only", "default": "", "supervisor_via": "scim"})
    require_same_options(plan, "agent", {"settings": {"site": "Lisboa", "teams": None}})
    require_same_options(plan, "user", {"state": "absent"})
    with pytest.raises(InputError, match=r"mode 'add_only'.*'add_and_remove'") as caught:
        require_same_options(plan, "role", {"mode": "add_and_remove"})
    assert caught.value.problem.code == "other_plan"
