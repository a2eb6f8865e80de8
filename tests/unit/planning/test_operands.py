"""The plan of the chain, each condition and each side by itself: table, page, forecast, document, checks, and who is left."""

from __future__ import annotations

import csv
import dataclasses
import io
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.plan import Change, Plan
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import InputError, Problem
from ansible_collections.wxcc.onboarding.plugins.module_utils._model import Manual
from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.chain import OF_THE_ROW, Chain, needs_gate
from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.checks import Rails, joined, refusals_of
from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.document import part_of
from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.forecast import KINDS, forecast, sentence
from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.page import page_of
from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.table import HEADER, table_of
from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.words import entry_words
from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.world import (
    World,
    after_license,
    after_role,
    after_user,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.license_plan import LicenseChange
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.plan_file import PlanDocument
from tests.unit.build import PREMIUM_1, STANDARD_1, change, person, seat, wanted
from tests.unit.planning.chains import document, one_step

ADA, BRUNO = "ada@example.com", "bruno@example.com"
OF_ROW = Problem(min(OF_THE_ROW), "The row is wrong.", advice="Mend it.")
BY_HAND = Manual("Tick the box.", "Control Hub")


def one_row(**steps: Change) -> Chain:
    return Chain({name: Plan((step,)) for name, step in steps.items()})


def shown(chain: Chain, *rows: Any, **more: Any) -> PlanDocument:
    return document(chain, wanted(*(rows or (ADA,))), **more)


def cells(plan: PlanDocument) -> list[dict[str, str]]:
    raw = table_of(plan)
    assert raw.startswith(b"\xef\xbb\xbf")
    return [dict(zip(HEADER, row, strict=True)) for row in list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))[1:]]


def test_the_table_shows_of_a_change_only_what_differs_and_of_others_all() -> None:
    before = {"title": "Old", "department": "Sales"}
    update = change(ADA, "update", before=before, after={"title": "New", "department": "Sales"})
    roles = change(ADA, "none", before={"role": "agent", "roles": [], "message": "M"}, after={"role": "agent", "x": ""})
    [row] = cells(shown(one_row(user=update, role=roles)))
    assert (row["user action"], row["user before"], row["user after"]) == ("update", "title: Old", "title: New")
    assert (row["role action"], row["role before"], row["role after"]) == ("none", "role: agent", "role: agent")
    assert (row["license action"], row["license before"], row["license after"]) == ("", "", "")
    assert row["changes"] == "title to New"
    assert row["places"] == "users[0]"


def test_the_table_names_every_place_of_a_person() -> None:
    plan = shown(one_step("user", change(ADA, "none")), {"email": ADA, "sources": ["a.csv:2", "b.csv:3"]})
    assert cells(plan)[0]["places"] == "a.csv:2; b.csv:3"
    assert plan.people[0]["sources"] == ["a.csv:2", "b.csv:3"]


class TestWorld:
    def test_who_is_blocked_first_keeps_the_first_reason(self) -> None:
        world = World({ADA: person(ADA), BRUNO: person(BRUNO)})
        first, second = Problem("a", "First."), Problem("b", "Second.")
        plan = Plan((change(ADA, "none").blocked(first), change(BRUNO, "remove", index=1)))
        world.take(plan, after_user)
        world.take(Plan((change(ADA, "none").blocked(second), change(BRUNO, "none", index=1))), after_user)
        assert world.blocked == {ADA: first}
        assert world.people == {ADA: person(ADA), BRUNO: None}

    def test_whom_the_step_user_leaves(self) -> None:
        made = after_user(change(ADA, "create", after={"state": "present", "title": "Agent"}, person=person(ADA)))
        assert made is not None
        assert (made.id, made.email, made.title) == ("", ADA, "Agent")
        assert (made.active, made.pending, made.planned) == (True, True, True)
        assert (made.license_ids, made.roles) == ((), ())
        unknown = after_user(change(ADA, "update", after={"title": "Agent"}))
        assert unknown is not None
        assert (unknown.id, unknown.title) == ("", "Agent")
        there = after_user(change(ADA, "update", person=person(ADA, PREMIUM_1), payload={"title": "New"}))
        assert there == person(ADA, PREMIUM_1, title="New")

    def test_what_licenses_and_roles_are_left(self) -> None:
        seats = [seat(STANDARD_1, 1, 1), seat(PREMIUM_1, 1, 1)]
        give = LicenseChange(want="premium")
        assert after_license(seats)(change(ADA, payload=give)) is None
        found = after_license(seats)(change(ADA, payload=give, person=person(ADA)))
        # As if there were a seat.
        assert found == person(ADA, PREMIUM_1)
        swap = LicenseChange((PREMIUM_1,), (STANDARD_1,), "premium")
        found = after_license(seats)(change(ADA, payload=swap, person=person(ADA, STANDARD_1)))
        assert found == person(ADA, PREMIUM_1)
        assert after_role(change(ADA)) is None


class TestChecks:
    @pytest.mark.parametrize(
        ("rails", "before", "told"),
        [
            (Rails(refused_rows="stop"), 0, "1 row is refused, and refused_rows is stop. users[0]: The row is wrong."),
            (
                Rails(max_refused_rows="1"),
                1,
                "2 rows are refused, and max_refused_rows allows 1. users[0]: The row is wrong.",
            ),
            (Rails(max_refused_rows="1"), 0, None),
            (Rails(), 5, None),
        ],
    )
    def test_refused_rows(self, rails: Rails, before: int, told: str | None) -> None:
        chain = one_step("user", change(ADA, "none").blocked(OF_ROW))
        found = refusals_of(chain, wanted(ADA), rails, refused_before=before, real=True)
        assert [p.message for p in found] == ([told] if told else [])

    def test_many_refused_rows_are_not_all_named(self) -> None:
        emails = [f"p{n}@example.com" for n in range(60)]
        chain = one_step("user", *(change(e, "none", index=n).blocked(OF_ROW) for n, e in enumerate(emails)))
        [found] = refusals_of(chain, wanted(*emails), Rails(refused_rows="stop"), refused_before=0, real=True)
        named = found.message.count("The row is wrong.")
        assert 0 < named < 60
        assert found.message.endswith(f"; and {60 - named} more")

    def test_a_limit_that_is_none_is_named(self) -> None:
        for option in ("max_refused_rows", "max_changes", "max_removals"):
            rails = Rails(**{option: "many"})
            chain = one_step("user", change(ADA, "update"))
            with pytest.raises(InputError, match=option):
                refusals_of(chain, wanted(ADA), rails, refused_before=0, real=True)

    @pytest.mark.parametrize(("number", "who"), [(1, "and 1 person would"), (2, "and 2 people would")])
    def test_an_organization_that_is_only_looked_at(self, number: int, who: str) -> None:
        emails = [ADA, BRUNO][:number]
        chain = one_step("user", *(change(e, "update", index=n) for n, e in enumerate(emails)))
        rails = Rails(writable=False)
        [found] = refusals_of(chain, wanted(*emails), rails, refused_before=0, real=True)
        assert (found.code, who in found.message) == ("not_writable", True)
        assert refusals_of(chain, wanted(*emails), rails, refused_before=0, real=False) == []
        nothing = one_step("user", change(ADA, "none"))
        assert refusals_of(nothing, wanted(ADA), rails, refused_before=0, real=True) == []

    def test_several_reasons_are_one(self) -> None:
        first, last = Problem("a", "First.", advice="Mend."), Problem("b", "Last.", advice="Wait.")
        assert joined([]) is None
        assert joined([first]) == first
        both = joined([first, last])
        assert both is not None
        assert (both.code, both.message, both.advice) == ("a", "First. Mend. Last.", "Wait.")

    def test_over_all_steps_who_loses_something_counts_once(self) -> None:
        taken = {"removal": True, "before": {"license": "premium"}, "after": {"license": "standard"}}
        chain = one_row(license=change(ADA, "update", **taken), role=change(ADA, "update", **taken))
        [found] = refusals_of(chain, wanted(ADA), Rails(max_removals="0"), refused_before=0, real=True)
        assert found.message.startswith("Over all steps 1 of 1 person would lose something, max_removals allows 0 (0)")
        [found] = refusals_of(chain, wanted(ADA), Rails(max_changes="0"), refused_before=0, real=True)
        assert (found.code, ADA in found.message) == ("too_many_changes", True)


class TestForecast:
    def sync(self, **after: Any) -> Change:
        return change(ADA, "none", before={}, after=after)

    def test_what_waits_for_the_gate_says_so(self) -> None:
        update = change(ADA, "update", before={"title": "Old"}, after={"title": "New"})
        alone = forecast({"user": update, "sync": self.sync(sync_state="in_sync", message="Fine.")})
        gated = forecast({"user": update, "sync": self.sync(sync_state="missing", message="Missing.")})
        assert (alone.outcome, gated.outcome) == ("ready", "waiting")
        assert gated.message.startswith(alone.message)
        assert len(gated.message) > len(alone.message)
        assert forecast({"user": update}).message == alone.message
        made = {"user": change(ADA, "create"), "sync": self.sync(sync_state="missing")}
        assert len(forecast(made).message) > len(forecast({"user": change(ADA, "create")}).message)

    def test_what_is_to_be_done_by_hand_is_told_wherever_it_stands(self) -> None:
        update = change(ADA, "update", before={"title": "Old"}, after={"title": "New"})
        role = change(ADA, "manual", manual=BY_HAND)
        found = forecast({"user": update, "license": change(ADA, "none"), "role": role})
        assert (found.outcome, found.action) == ("waiting", BY_HAND.where)
        alone = forecast({"user": change(ADA, "none"), "role": role})
        assert (alone.message, alone.action, alone.outcome) == (BY_HAND.what, BY_HAND.where, "waiting")
        assert forecast({"user": update}).action == ""
        losing = forecast({"role": change(ADA, "manual", manual=BY_HAND, removal=True)})
        assert losing.kind != alone.kind

    def test_who_is_as_declared_may_still_wait_for_the_contact_center(self) -> None:
        missing = forecast({"sync": self.sync(sync_state="missing", message="No record.")})
        assert (missing.outcome, missing.message, bool(missing.action)) == ("waiting", "No record.", True)
        unseen = forecast({"sync": self.sync(sync_state=None, message="Not seen.")})
        assert (unseen.outcome, unseen.message, bool(unseen.action)) == ("waiting", "Not seen.", True)
        settled = forecast({"sync": self.sync(sync_state="in_sync", message="Fine.")})
        assert (settled.outcome, settled.message) == ("ready", "Everything is as declared.")
        assert forecast({"sync": self.sync()}) == settled
        assert forecast({}).kind == "unplanned", "nobody came to plan anything"

    def test_who_is_blocked_hears_the_first_reason(self) -> None:
        problem = Problem("protected", "Protected.", advice="Ask.")
        found = forecast({"user": change(ADA, "update"), "role": change(ADA, "none").blocked(problem)})
        assert (found.outcome, found.message, found.action) == ("blocked", "Protected.", "Ask.")

    def test_who_needs_the_gate(self) -> None:
        assert needs_gate(self.sync(sync_state="missing"))
        assert not needs_gate(self.sync(sync_state="in_sync"))
        assert not needs_gate(self.sync(sync_state=None))
        assert not needs_gate(self.sync(sync_state="missing").blocked(OF_ROW))
        blocked = dataclasses.replace(self.sync(sync_state="missing"), problem=OF_ROW)
        assert not needs_gate(blocked)

    def test_nobody_at_all(self) -> None:
        assert sentence({"people": 0, **dict.fromkeys(KINDS, 0)}) == "0 people"


class TestDocument:
    @pytest.mark.parametrize(("part", "found"), [(3, 3), (None, 0), ("3", 0)])
    def test_the_part_of_a_row(self, part: Any, found: int) -> None:
        [want] = wanted({"email": ADA, "part": part})
        assert part_of(want) == found

    def test_which_steps_have_work(self) -> None:
        sync = change(ADA, "none", after={"sync_state": "missing"})
        rows = ({"email": ADA, "part": 1}, {"email": BRUNO, "part": 2})
        chain = one_row(user=change(ADA, "none"), role=change(ADA, "manual", manual=BY_HAND), sync=sync)
        with_gate, without = (shown(chain, *rows, gate=gate) for gate in (True, False))
        assert (with_gate.steps, without.steps) == (["role", "sync"], ["role"])
        assert shown(one_row(user=change(ADA, "update"))).parts == [0]
        # Settings wait for the gate: they make no part of their own.
        assert shown(one_row(agent=change(ADA, "update"))).parts == []

    def test_a_refusal_is_told_and_its_absence_is_none(self) -> None:
        chain = one_row(user=change(ADA, "none"))
        assert shown(chain).refusal is None
        found = shown(chain, refusal=Problem("no_seat", "Too few.", advice="Buy.")).refusal
        assert found is not None
        assert (found["code"], found["message"], found["advice"]) == ("no_seat", "Too few.", "Buy.")


class TestPage:
    def plan(self, *changes: Change, **more: Any) -> PlanDocument:
        emails = [c.email for c in changes] or [ADA]
        plan = document(one_step("user", *(changes or (change(ADA, "none"),))), wanted(*emails))
        return dataclasses.replace(plan, **more)

    def test_it_names_the_organization_and_ends_its_last_line(self) -> None:
        plan = self.plan()
        page = page_of(plan, "/p")
        assert f"(`{plan.organization['id']}`)" in page
        assert page.endswith("\n")
        assert not page.endswith("\n\n")

    def test_what_is_by_hand_alone_is_a_change_and_nothing_else_of_its_step_is(self) -> None:
        item = change(ADA, "manual", before={"title": "Old"}, after={"title": "New"}, manual=BY_HAND)
        page = page_of(self.plan(item), "/p")
        assert "## Changes: 1 person" in page
        assert "- 1 person: by hand: Tick the box: `ada@example.com`" in page
        assert "## Changes" not in page_of(self.plan(change(ADA, "none", before={"title": "Old"})), "/p")

    def test_the_biggest_groups_come_first_then_by_words(self) -> None:
        fields = [{"department": "x"}, {"title": "y"}, {"title": "y"}, {"timezone": "t"}]
        items = [change(f"p{n}@example.com", "update", index=n, before={}, after=a) for n, a in enumerate(fields)]
        lines = [
            line for line in page_of(self.plan(*items), "/p").splitlines() if " pe" in line and line.startswith("- ")
        ]
        groups = [line for line in lines if "`p" in line]
        assert [line.split(":")[1].strip() for line in groups] == ["title to y", "department to x", "timezone to t"]
        assert groups[0].startswith("- 2 people: title to y: `p1@example.com`, `p2@example.com`")
        assert "more groups" not in "".join(lines)

    @pytest.mark.parametrize("number", [1, 2, 50])
    def test_what_is_to_be_looked_at(self, number: int) -> None:
        findings = [{"message": f"Look {n}.", "action": f"Do {n}."} for n in range(number)]
        page = page_of(self.plan(findings=findings), "/p")
        told = [line for line in page.splitlines() if line.startswith("- Look ")]
        assert told[0] == "- Look 0. Do 0."
        if number < 3:
            assert len(told) == number
            assert "see plan.json" not in page
        else:
            assert f"- and {number - len(told)} more: see plan.json" in page
        assert "To be looked at" not in page_of(self.plan(findings=[]), "/p")
        assert "- Bare" in page_of(self.plan(findings=[{"message": "Bare"}]), "/p").splitlines()


@pytest.mark.parametrize(
    ("step", "before", "after", "words"),
    [
        ("role", {"role": "agent", "roles": ["A"]}, {"role": "supervisor", "roles": ["A", "B"]}, ["+ B"]),
        ("role", {"role": "agent", "roles": ["A"]}, {"role": "agent", "roles": ["A"]}, []),
        ("agent", {"contact_center_enabled": True}, {"contact_center_enabled": False}, ["contact center enabled off"]),
        ("agent", {"teams": ["A"]}, {"teams": ["A"]}, []),
    ],
)
def test_words_of_single_sides(step: str, before: Any, after: Any, words: list[str]) -> None:
    assert entry_words(step, "update", before, after) == words
