"""Several hosts of one organization in one run: their plans count together."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.checks import Rails, over_hosts
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.plan_file import (
    PlanDocument,
    plans_beside,
    write_plan,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.record import RunRecord, write_record
from tests.unit.build import ORGANIZATION

TAKES: dict[str, Any] = {"action": "update", "removal": True}
BY_HAND: dict[str, Any] = {"action": "manual", "removal": True}
GIVES: dict[str, Any] = {"action": "update"}


def plan(host: str, entry: dict[str, Any], *emails: str, **more: Any) -> PlanDocument:
    people = [{"row": n, "email": email, "steps": {"license": entry}} for n, email in enumerate(emails)]
    return PlanDocument("R1", host, {"id": ORGANIZATION}, "T", False, "d", people=people, **more)


ONE, TWO = plan("one", TAKES, "ada@example.com"), plan("two", TAKES, "bo@example.com")


@pytest.mark.parametrize(
    ("own", "others", "rails", "told"),
    [
        (ONE, [TWO], Rails(max_removals="2"), None),
        (ONE, [TWO], Rails(max_removals="1"), "at two: 2 of 2 people would lose something, max_removals allows 1"),
        (ONE, [plan("two", BY_HAND, "bo@example.com")], Rails(max_removals="1"), "2 of 2 people would lose something"),
        (ONE, [plan("two", GIVES, "bo@example.com")], Rails(max_removals="1"), None),
        # The same person twice is one.
        (ONE, [plan("two", TAKES, "ADA@example.com")], Rails(max_removals="1"), None),
        # Whoever takes nothing is not held back, and alone each plan was judged before.
        (plan("one", GIVES, "ada@example.com"), [TWO], Rails(max_removals="0"), None),
        (ONE, [], Rails(max_removals="0"), None),
        # Where nobody gave a number it is ten.
        (ONE, [plan("two", TAKES, *(f"p{n}@example.com" for n in range(9)))], Rails(), None),
        (ONE, [plan("two", TAKES, *(f"p{n}@example.com" for n in range(10)))], Rails(), "11 of 11 people"),
        # Whether people may lose everything each host has said for its own.
        (ONE, [TWO], Rails(max_removals="50%"), "allows 1 (50%)"),
        (ONE, [TWO], Rails(max_changes="1"), "2 of 2 people would be changed; max_changes allows 1"),
        (ONE, [TWO], Rails(max_changes="2"), None),
        (plan("one", BY_HAND, "ada@example.com"), [TWO], Rails(max_changes="0"), None),
    ],
)
def test_what_several_hosts_take_counts_together(
    own: PlanDocument, others: list[PlanDocument], rails: Rails, told: str | None
) -> None:
    found = over_hosts(own, others, rails)
    assert (found is None) == (told is None)
    assert told is None or (found is not None and told in found.message)


def laid(base: Path, host: str, run: str = "R1", organization: str = ORGANIZATION, **more: Any) -> RunRecord:
    directory = base / host
    directory.mkdir()
    record = write_record(RunRecord(run, str(directory), host, organization={"id": organization}))
    write_plan(directory, dataclasses.replace(plan(host, TAKES, "ada@example.com"), **more))
    return record


def test_only_what_the_same_run_will_do_in_the_same_organization_counts(tmp_path: Path) -> None:
    own = laid(tmp_path, "own [1]")
    laid(tmp_path, "beside")
    laid(tmp_path, "elsewhere", organization="another")
    laid(tmp_path, "earlier", run="R0")
    laid(tmp_path, "refused", refusal={"code": "no_seats", "message": "No.", "advice": ""})
    Path(laid(tmp_path, "broken").path("plan.json")).write_text("{", encoding="utf-8")
    Path(laid(tmp_path, "unplanned").path("plan.json")).unlink()
    (tmp_path / "no-run").mkdir()
    assert [found.host for found in plans_beside(own)] == ["beside"]
