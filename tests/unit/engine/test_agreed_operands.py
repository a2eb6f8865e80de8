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
    with pytest.raises(InputError, match="role default 'x'"):
        require_same_options(document(role={"default": "x"}), "role", {"default": "y"})
    with pytest.raises(InputError):
        require_same_options(document(role={"default": ["a"]}), "role", {"default": ("b",)})
