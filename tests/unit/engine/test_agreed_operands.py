"""What was planned to be taken away, and what counts as more than that: each condition by itself."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.agreed import hold_to, require_same_options
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.plan import Plan
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import InputError
from tests.unit.build import change
from tests.unit.engine.test_agreed import EMAIL, document


@pytest.mark.parametrize(
    ("entry", "before", "after", "moved"),
    [
        # The plan told neither side: anything that is taken away is more.
        ({"before": None, "after": None}, {"title": "Old"}, {"title": "New"}, True),
        ({"before": {"title": "Old"}, "after": None}, {"title": "Old"}, {"title": "New"}, True),
        # What does not stand on the other side is not taken away.
        ({"before": {}, "after": {}}, {"title": "Old"}, {}, False),
        ({"before": {}, "after": {}}, {"title": "Old"}, {"title": "Old"}, False),
        ({"before": {}, "after": {}}, {"roles": ["A"]}, {"roles": None}, True),
        ({"before": {"roles": ["A", "B"]}, "after": {"roles": None}}, {"roles": ("A",)}, {"roles": ()}, False),
    ],
)
def test_more_than_was_planned(entry: dict[str, Any], before: Any, after: Any, moved: bool) -> None:
    planned = document({"action": "update", "removal": True, **entry})
    plan = Plan((change(EMAIL, "update", removal=True, before=before, after=after),))
    [found] = hold_to(plan, planned, "role")
    assert (found.problem.code if found.problem else None) == ("moved" if moved else None)


def test_an_error_of_somebody_who_was_not_blocked_blocks_nobody() -> None:
    error = {"code": "license_conflict", "message": "Later.", "advice": ""}
    plan = Plan((change(EMAIL, "update"),))
    assert hold_to(plan, document({"action": "update", "error": error}), "role") == plan


def test_options_are_compared_as_they_are_meant() -> None:
    for planned, given in [(["a"], ("a",)), (("a",), ["a"]), ("", None), ({"x": None}, None), (5, 5)]:
        require_same_options(document(role={"default": planned}), "role", {"default": given})
    site = {"site": "A", "teams": ("T",), "skill_profile": None}
    require_same_options(document(agent={"settings": site}), "agent", {"settings": {"site": "A", "teams": ["T"]}})
    for other in ({"site": "B", "teams": ["T"]}, {"site": "A"}, {"site": "A", "teams": ["U"]}, None):
        with pytest.raises(InputError, match="agent settings"):
            require_same_options(document(agent={"settings": site}), "agent", {"settings": other})
    with pytest.raises(InputError, match="role default 'x'"):
        require_same_options(document(role={"default": "x"}), "role", {"default": "y"})
    with pytest.raises(InputError):
        require_same_options(document(role={"default": ["a"]}), "role", {"default": ("b",)})


MORE, OVER = "more would be taken away than was planned", "would be overwritten, which somebody else has set since"


@pytest.mark.parametrize(
    ("removal", "planned", "before", "after", "why"),
    [
        # What is not on the other side is passed over, and what stands behind it is not.
        (True, {}, {"license": "premium", "roles": ["A"]}, {"roles": []}, f"{MORE} (roles A)"),
        (True, {}, {"skill_profile": None}, {"skill_profile": "S"}, f"{MORE} (skill profile nothing)"),
        (
            True,
            {},
            {"contact_center_enabled": True},
            {"contact_center_enabled": False},
            f"{MORE} (contact center enabled True)",
        ),
        (False, {"job_title": "A"}, {"job_title": "B"}, {"job_title": "C"}, f"job title B {OVER}"),
        (False, {"job_title": "A"}, {"job_title": None}, {"job_title": "C"}, f"job title nothing {OVER}"),
        # Of several the first by name.
        (False, {"b": "1", "a": "1"}, {"b": "2", "a": "2"}, {"b": "3", "a": "3"}, f"a 2 {OVER}"),
        (False, {}, {"job_title": "B"}, {"job_title": "C"}, None),
    ],
)
def test_what_has_moved_is_told_in_words(
    removal: bool, planned: dict[str, Any], before: dict[str, Any], after: dict[str, Any], why: str | None
) -> None:
    entry = {
        "action": "update",
        "removal": removal,
        "before": planned,
        "after": {**planned, **after} if planned else {},
    }
    plan = Plan((change(EMAIL, "update", removal=removal, before=before, after=after),))
    [found] = hold_to(plan, document(entry), "role")
    text = f"Since the plan was made, things have changed for {EMAIL}: {why}. Nothing was done for this person in this step."
    assert (found.problem.message if found.problem else None) == (text if why else None)


@pytest.mark.parametrize(
    ("entry", "kind", "removal", "why"),
    [
        (None, "update", False, "nothing was to be changed, and now something would be"),
        ({"action": "none"}, "update", False, "nothing was to be changed, and now something would be"),
        ({"action": "update"}, "update", True, "nothing was to be taken away, and now something would be"),
        (
            {"action": "create"},
            "update",
            False,
            "the account was not there, and now somebody else has made it, with other values",
        ),
    ],
)
def test_what_was_not_planned_is_told_in_words(entry: Any, kind: str, removal: bool, why: str) -> None:
    [found] = hold_to(Plan((change(EMAIL, kind, removal=removal),)), document(entry), "role")
    assert found.problem is not None
    assert found.problem.code == "moved"
    assert found.problem.message.startswith(f"Since the plan was made, things have changed for {EMAIL}: {why}. ")
