"""The chain as a whole: each step on what the one before leaves, and rows that cannot be carried out."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.records import Record
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.context import Policy
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.plan import Change
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import Problem, WxccError
from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.chain import foresee
from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.checks import Rails, joined, refusals_of
from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.world import World
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.roles import SUPERVISOR_VALUE
from tests.unit.build import PREMIUM_1, person, person_id, wanted
from tests.unit.planning.chains import chain_of, document, readings_of, steps

ADA, BRUNO, CHIDI = "ada@example.com", "bruno@example.com", "chidi@example.com"
PLACE = {"contact_center_enabled": True, "site": "Lisbon", "teams": ["Sales"], "desktop_profile": "Desk"}


def record(email: str, profile: str | None = "p1", **more: object) -> Record:
    given = {"first_name": None, "last_name": None, "active": True, "enabled": True, "digital": True, **more}
    return Record(id=f"r-{email}", ci_user_id=person_id(email), email=email, user_profile_id=profile, **given)


def test_a_new_person_is_planned_to_the_desk() -> None:
    chain, want = chain_of([{"email": ADA, "license": "premium", "agent": PLACE}], [])
    plan = document(chain, want)
    entries = plan.people[0]["steps"]
    assert {step: entry["action"] for step, entry in entries.items()} == {
        "user": "create",
        "license": "update",
        "role": "none",
        "sync": "none",
        "agent": "update",
    }
    assert entries["sync"]["after"]["sync_state"] == "missing"
    assert entries["agent"]["after"]["teams"] == ["Sales"]
    assert plan.steps == ["user", "license", "sync", "agent"]
    assert plan.people[0]["forecast"]["outcome"] == "waiting"


@pytest.mark.parametrize("roles", [(SUPERVISOR_VALUE,), ("id_user_admin",)])
def test_nobody_waits_for_a_role_that_is_not_to_be_changed(roles: tuple[str, ...]) -> None:
    there = [person(ADA, PREMIUM_1, roles=roles)]
    row = {"email": ADA, "role": "agent"}
    chain, want = chain_of([row], there, records={ADA: record(ADA, "p3")})
    asked = roles == (SUPERVISOR_VALUE,)
    plan = document(chain, want)
    assert plan.people[0]["steps"]["role"]["action"] == ("manual" if asked else "blocked")
    assert plan.people[0]["steps"]["sync"]["after"]["sync_state"] == ("profile_mismatch" if asked else "in_sync")
    assert ("sync" in plan.steps) == asked


def test_whoever_has_no_license_gets_no_agent_settings() -> None:
    chain, want = chain_of([{"email": ADA, "agent": PLACE}], [])
    assert document(chain, want).people[0]["steps"]["agent"]["error"]["code"] == "needs_license"


def test_a_row_with_an_unknown_team_is_not_carried_out_at_all_and_takes_no_seat() -> None:
    rows = [
        {"email": ADA, "license": "premium", "agent": {**PLACE, "teams": ["Nobody"]}},
        {"email": BRUNO, "license": "premium"},
    ]
    chain, want = chain_of(rows, [], premium=1)
    plan = document(chain, want)
    assert plan.refusal is None
    assert {e["error"]["code"] for e in plan.people[0]["steps"].values()} == {"unknown_name"}
    assert plan.people[1]["steps"]["license"]["action"] == "update"
    assert not chain.refusals


def test_a_row_with_a_mistake_is_left_out_before_seats_are_counted_wherever_it_stands() -> None:
    rows = [
        {"email": BRUNO, "license": "premium"},
        {"email": ADA, "license": "premium", "agent": {**PLACE, "teams": ["Nobody"]}},
    ]
    chain, want = chain_of(rows, [], premium=1)
    plan = document(chain, want)
    assert not chain.refusals, "the one who stands without a seat needs none"
    assert plan.people[0]["steps"]["license"]["action"] == "update"
    assert {e["error"]["code"] for e in plan.people[1]["steps"].values()} == {"unknown_name"}


def test_a_default_that_nobody_has_stands_against_everybody() -> None:
    with pytest.raises(WxccError, match="Lisbona"):
        chain_of([{"email": ADA, "license": "premium"}], [], chosen=steps({"site": "Lisbona"}))


def test_a_license_that_changes_makes_the_gate_needed_and_one_that_stays_does_not() -> None:
    rows = [{"email": ADA, "license": "premium"}, {"email": BRUNO, "license": "premium"}]
    there = [person(ADA, PREMIUM_1), person(BRUNO)]
    chain, want = chain_of(rows, there, records={ADA: record(ADA)})
    plan = document(chain, want)
    assert plan.people[0]["steps"]["sync"]["before"] == {"sync_state": "in_sync"}
    assert plan.people[0]["forecast"]["outcome"] == "ready"
    assert plan.people[1]["steps"]["sync"]["after"]["sync_state"] == "missing"
    assert plan.steps == ["license", "sync"]
    assert document(chain, want, gate=False).steps == ["license"]


class TestSettings:
    """What agent settings are planned on: the record as the gate will leave it."""

    def planned(self, held: Record | None, agent: dict[str, Any], *licenses: str, **fields: Any) -> dict[str, Any]:
        rows = [{"email": ADA, "role": "agent", "agent": agent}]
        chain, want = chain_of(rows, [person(ADA, *licenses, **fields)], records={ADA: held} if held else {})
        entry: dict[str, Any] = document(chain, want).people[0]["steps"]["agent"]
        return {"action": entry["action"], "code": (entry.get("error") or {}).get("code"), "before": entry["before"]}

    def test_the_gate_gives_another_profile_where_that_one_does_not_fit(self) -> None:
        declared = {"user_profile": "Premium Agents"}
        found = self.planned(record(ADA, "p2"), declared, PREMIUM_1)
        assert (found["action"], found["before"]["user_profile"]) == ("update", None)
        found = self.planned(record(ADA, "p1"), declared, PREMIUM_1)
        assert (found["action"], found["before"]["user_profile"]) == ("none", "Premium Agents")

    def test_the_gate_puts_a_record_of_their_own_in_the_place_of_anothers(self) -> None:
        another = dataclasses.replace(record(ADA), ci_user_id="another")
        assert self.planned(another, PLACE, PREMIUM_1) == {"action": "update", "code": None, "before": {}}
        # Nobody's button does that for whom no record is expected.
        assert self.planned(another, PLACE)["code"] == "identity_mismatch"

    @pytest.mark.parametrize("identity", [person_id(ADA), None])
    def test_a_record_that_only_spells_the_name_otherwise_is_theirs(self, identity: str | None) -> None:
        held = dataclasses.replace(record(ADA, first_name="Eda"), ci_user_id=identity)
        found = self.planned(held, {"external_id": "E-7"}, PREMIUM_1, first_name="Ada")
        assert (found["action"], found["before"]["contact_center_enabled"]) == ("update", True)


class TestForesee:
    """What the gate would find."""

    def seen(self, row: dict[str, Any], now: Any, then: Any, blocked: Problem | None = None, **read: Any) -> Change:
        [want] = wanted({"email": ADA, **row})
        readings = readings_of([want], [now] if now else [], **read)
        [found] = foresee([want], World({ADA: then}, {ADA: blocked} if blocked else {}), readings)
        return found

    def test_the_state_of_now_and_that_before_anybody_presses_the_button(self) -> None:
        now, then = person(ADA), person(ADA, PREMIUM_1)
        [want] = wanted({"email": ADA})
        in_sync = {"sync_state": "in_sync", "profile_type": "PREMIUM_AGENT", "message": "In sync."}
        assert self.seen({}, now, then, records={ADA: record(ADA)}) == Change(
            want, before={"sync_state": "not_expected"}, after=in_sync, person=then
        )
        none = {
            "sync_state": "missing",
            "profile_type": None,
            "message": "The contact center has no record of this person yet.",
        }
        assert self.seen({}, None, then) == Change(want, after=none, person=then)
        unread = dataclasses.replace(now, license_ids=None)
        assert self.seen({}, unread, then).before == {"sync_state": "not_expected"}

    @pytest.mark.parametrize(("row", "there"), [({}, True), ({"state": "absent"}, False), ({"license": "none"}, False)])
    def test_who_is_gone_or_is_to_have_nothing_is_not_expected(self, row: dict[str, Any], there: bool) -> None:
        [want] = wanted({"email": ADA, **row})
        text = "The person is not in the organization."
        assert self.seen(row, person(ADA) if there else None, None) == Change(
            want,
            before={"sync_state": "not_expected"} if there else {},
            after={"sync_state": "not_expected", "profile_type": None, "message": text},
        )

    @pytest.mark.parametrize("row", [{}, {"state": "present", "license": "premium"}])
    def test_who_is_missing_is_blocked_for_the_first_reason(self, row: dict[str, Any]) -> None:
        [want] = wanted({"email": ADA, **row})
        missing = Problem("person_missing", f"{ADA} is not in the organization.")
        assert self.seen(row, None, None) == Change(want).blocked(missing)
        trial = Problem("trial_account", "A trial.")
        assert self.seen(row, None, None, trial) == Change(want).blocked(trial)

    def test_what_the_token_may_not_read_is_not_claimed(self) -> None:
        now, then = person(ADA), person(ADA, PREMIUM_1)
        found = self.seen({}, now, then, seen=False)
        assert (found.before, found.after["sync_state"]) == ({"sync_state": "not_expected"}, None)
        assert "may not read the contact center" in found.after["message"]


def test_the_gate_judges_by_the_roles_that_the_step_before_leaves() -> None:
    rows = [{"email": ADA, "role": "administrator"}]
    chain, want = chain_of(rows, [person(ADA, PREMIUM_1)], records={ADA: record(ADA)})
    entry = document(chain, want).people[0]["steps"]["sync"]
    assert (entry["before"]["sync_state"], entry["after"]["sync_state"]) == ("in_sync", "profile_mismatch")


def test_people_who_are_only_looked_up_are_neither_added_nor_missed_twice() -> None:
    chain, want = chain_of([{"email": ADA}], [], chosen=dataclasses.replace(steps(), users=None))
    plan = document(chain, want)
    entries = plan.people[0]["steps"]
    assert {
        step: (entry["action"], entry.get("error", {}) and entry["error"]["code"]) for step, entry in entries.items()
    } == {
        "license": ("none", None),
        "role": ("none", None),
        "sync": ("blocked", "person_missing"),
        "agent": ("none", None),
    }


def test_too_few_seats_stand_against_the_chain() -> None:
    rows = [{"email": ADA, "license": "premium"}, {"email": BRUNO, "license": "premium"}]
    chain, _want = chain_of(rows, [person(ADA), person(BRUNO)], premium=1)
    assert [p.code for p in chain.refusals] == ["no_seat"]
    assert chain.refused_rows() == {}
    chain, _want = chain_of(rows, [person(ADA), person(BRUNO)], premium=2)
    assert chain.refusals == ()


def test_who_is_protected_is_kept_from_that_alone() -> None:
    rows = [{"email": ADA, "license": "none", "administrator_roles": ["User Administrator"]}]
    chain, want = chain_of(rows, [person(ADA, PREMIUM_1)], policy=Policy(protected=[ADA]))
    entries = document(chain, want).people[0]["steps"]
    assert (entries["license"]["action"], entries["license"]["error"]["code"]) == ("blocked", "protected")
    assert (entries["role"]["action"], entries["sync"]["action"]) == ("update", "none")


def test_a_person_who_leaves_is_expected_by_no_later_step() -> None:
    chain, want = chain_of([{"email": ADA, "state": "absent"}], [person(ADA, PREMIUM_1)])
    entries = document(chain, want).people[0]["steps"]
    assert entries["user"]["removal"] is True
    assert entries["sync"]["after"]["sync_state"] == "not_expected"
    assert entries["license"]["action"] == "none"


class TestRails:
    def refused(self, rails: Rails, *, before: int = 0, real: bool = True) -> list[str]:
        rows = [{"email": ADA, "license": "none"}, {"email": BRUNO, "state": "absent"}, {"email": CHIDI}]
        chain, want = chain_of(rows, [person(ADA, PREMIUM_1), person(BRUNO, PREMIUM_1)])
        return [p.code for p in refusals_of(chain, want, rails, refused_before=before, real=real)]

    @pytest.mark.parametrize(
        ("rails", "codes"),
        [
            (Rails(), ["removals_not_allowed"]),
            (Rails(allow_removals=True), []),
            (Rails(max_removals="2", max_changes="3"), []),
            (Rails(max_removals="1"), ["too_many_removals"]),
            (Rails(max_removals="34%"), ["too_many_removals"]),
            (Rails(max_removals="2", max_changes="2"), ["too_many_changes"]),
            (Rails(allow_removals=True, writable=False), ["not_writable"]),
            (Rails(max_removals="1", allow_removals=True), ["too_many_removals"]),
            (Rails(max_removals="0", max_changes="0"), ["too_many_removals", "too_many_changes"]),
        ],
    )
    def test_people_are_counted_once_over_all_steps(self, rails: Rails, codes: list[str]) -> None:
        assert self.refused(rails) == codes

    def test_a_check_run_may_plan_what_must_not_be_written(self) -> None:
        assert self.refused(Rails(max_removals="2", writable=False), real=False) == []

    def test_rows_that_the_roster_refused_count_too(self) -> None:
        assert self.refused(Rails(max_removals="2", max_refused_rows="1"), before=2) == ["refused_rows"]
        assert self.refused(Rails(max_removals="2", max_refused_rows="2"), before=2) == []
        assert self.refused(Rails(max_removals="2", refused_rows="stop"), before=2) == []

    def test_whoever_only_adds_needs_no_word_for_removals(self) -> None:
        rows = [{"email": ADA, "license": "standard"}, {"email": BRUNO, "role": "agent"}, {"email": CHIDI}]
        there = [person(ADA, PREMIUM_1), person(BRUNO, roles=("cjp.supervisor",))]
        chain, want = chain_of(rows, there)
        # A smaller license and a role taken away by hand are removals; neither of them is everything.
        assert refusals_of(chain, want, Rails(), refused_before=0, real=True) == []
        [problem] = refusals_of(chain, want, Rails(max_removals="1"), refused_before=0, real=True)
        assert problem.message.startswith(
            "Over all steps 2 of 3 people would lose something, max_removals allows 1 (1)."
        )

    def test_a_small_roster_is_not_emptied_by_a_wrong_file(self) -> None:
        names = [f"p{i}@example.com" for i in range(10)]
        rows = [{"email": n, "csv": {"premium": False, "standard": False}} for n in names]
        chain, want = chain_of(rows, [person(n, PREMIUM_1) for n in names])
        [problem] = refusals_of(chain, want, Rails(), refused_before=0, real=True)
        assert problem.code == "removals_not_allowed"
        assert all(n in problem.message for n in names)
        assert "onboard_allow_removals" in problem.advice

    def test_several_reasons_are_told_as_one_with_all_their_advice(self) -> None:
        chain, want = chain_of([{"email": ADA}], [])
        rails = Rails(max_changes="0", writable=False)
        found = refusals_of(chain, want, rails, refused_before=0, real=True)
        whole = joined(found)
        assert whole is not None
        assert whole.code == "too_many_changes"
        for problem in found:
            assert problem.message in whole.message
        assert found[0].advice in whole.message
        assert whole.advice == found[-1].advice
        assert joined([]) is None
