"""The chain as a whole: each step on what the one before leaves, and rows that cannot be carried out."""

from __future__ import annotations

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.records import Record
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import WxccError
from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.checks import Rails, joined, refusals_of
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.roles import SUPERVISOR_VALUE
from tests.unit.build import PREMIUM_1, STANDARD_1, person, person_id
from tests.unit.planning.chains import chain_of, document, steps

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


def test_settings_of_whom_the_gate_gives_another_profile_are_planned() -> None:
    rows = [{"email": ADA, "license": "premium", "agent": {"user_profile": "Premium Agents"}}]
    other = record(ADA, "p9")
    chain, want = chain_of(rows, [person(ADA, STANDARD_1)], records={ADA: other})
    assert document(chain, want).people[0]["steps"]["agent"]["action"] == "update"


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
