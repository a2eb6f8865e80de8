"""What the module ``plan`` returns of a plan: whom it lists, and what a terminal shows."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.context import Policy
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.plan import Change
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import Problem
from ansible_collections.wxcc.onboarding.plugins.module_utils._model import Manual
from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.chain import Chain
from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.checks import Rails
from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.plan import Order, lines_of, result_of
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.plan_file import PlanDocument
from tests.unit.build import ORGANIZATION, change, wanted
from tests.unit.planning.chains import document, one_step, steps

ADA, BRUNO, CHIDI, DARA = (f"{name}@example.com" for name in ("ada", "bruno", "chidi", "dara"))
TAKEN = Problem("protected", "Protected.", advice="Ask.")
BY_HAND = Manual("Tick the box.", "Control Hub")
FILES = {"plan": "/p/plan.json", "table": "/p/plan.csv", "page": "/p/plan.md"}


def order(**more: Any) -> Order:
    return Order(steps(), Policy(), Rails(), **more)


def plan(*changes: Change, step: str = "user", **more: Any) -> PlanDocument:
    return document(one_step(step, *changes), wanted(*(c.email for c in changes)), **more)


def several() -> PlanDocument:
    """Somebody who stays, somebody who changes, somebody who is blocked, and somebody to be given a role by hand."""
    stays, blocked = change(ADA, "none"), change(CHIDI, "none", index=2).blocked(TAKEN)
    update = change(BRUNO, "update", index=1, before={"title": "Old"}, after={"title": "New"})
    by_hand = change(DARA, "manual", index=3, manual=BY_HAND)
    chain = Chain({**one_step("user", stays, update, blocked).plans, **one_step("role", by_hand).plans})
    return document(chain, wanted(ADA, BRUNO, CHIDI, DARA))


@pytest.mark.parametrize(
    ("which", "who"),
    [("all", [ADA, BRUNO, CHIDI, DARA]), ("changed", [BRUNO, CHIDI]), ("failed", [CHIDI]), ("none", [])],
)
def test_who_comes_back(which: str, who: list[str]) -> None:
    result = result_of(several(), order(results=which), FILES)
    assert [p["email"] for p in result["results"]] == who
    assert "diff" not in result
    assert result["files"] == FILES


def test_what_is_to_be_done_by_hand_and_what_differs() -> None:
    result = result_of(several(), order(diff=True), FILES)
    assert result["manual_actions"] == [{"email": DARA, **BY_HAND.as_dict()}]
    assert result["diff"] == {
        "before": {BRUNO: {"user": {"title": "Old"}}},
        "after": {BRUNO: {"user": {"title": "New"}}},
    }
    assert (result["results"], result["aborted"], result["changed"]) == ([], False, True)


def test_only_a_check_run_that_would_change_somebody_says_changed() -> None:
    update = change(ADA, "update", before={"title": "Old"}, after={"title": "New"})
    for item, check_mode, changed in ((update, True, True), (update, False, False), (change(ADA, "none"), True, False)):
        assert result_of(plan(item, check_mode=check_mode), order(), FILES)["changed"] is changed


def test_the_lines_of_a_terminal() -> None:
    text = several().summary["text"]
    first = [f"Alpha <b>Travel</b>: {text}", f"  blocked: {CHIDI}: Protected. Ask."]
    last = f"  plan /p/plan.md, digest {several().digest}"
    assert lines_of(several(), FILES) == [*first, last]
    assert lines_of(several(), {**FILES, "page": None}) == first
    assert lines_of(several(), {}) == first
    assert lines_of(dataclasses.replace(several(), check_mode=False), FILES) == first
    assert lines_of(dataclasses.replace(several(), refusal={"message": "No."}), FILES) == []
    nameless = dataclasses.replace(several(), organization={"id": ORGANIZATION, "name": None})
    assert lines_of(nameless, {})[0] == f"{ORGANIZATION}: {text}"


@pytest.mark.parametrize("number", [5, 6, 1006])
def test_at_most_so_many_are_told(number: int) -> None:
    items = [change(f"p{n}@example.com", "none", index=n).blocked(Problem("x", "No.")) for n in range(number)]
    told = [{"level": "warning", "message": f"Look {n}.", "action": f"Do {n}." if n else None} for n in range(number)]
    blocked = plan(*items, check_mode=False, findings=told)
    more = [f"  and {number - 5:,} more are blocked: see /p/plan.csv"] if number > 5 else []
    assert lines_of(blocked, FILES)[1:] == [
        *(f"  blocked: p{n}@example.com: No." for n in range(5)),
        *more,
        "  warning: Look 0.",
        *(f"  warning: Look {n}. Do {n}." for n in range(1, 5)),
    ]
    if more:
        assert lines_of(blocked, {**FILES, "table": None})[6] == f"  and {number - 5:,} more are blocked: see plan.csv"
