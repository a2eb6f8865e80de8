"""Licenses: what is given and taken, and who gets a seat."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.context import Policy
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.guard import limit_removals, protect
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.plan import Change, Plan
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import Problem
from ansible_collections.wxcc.onboarding.plugins.module_utils._model import Person
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.license_plan import (
    LicenseFacts,
    LicenseRules,
    check_seats,
    plan_licenses,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.licenses import Seat
from tests.unit.build import (
    MESSAGING,
    PREMIUM_1,
    PREMIUM_2,
    STANDARD_1,
    STANDARD_2,
    people,
    person,
    seat,
    wanted,
)

ADA, BRUNO, CHIDI = "ada@example.com", "bruno@example.com", "chidi@example.com"
ROOM = [seat(PREMIUM_1, 10, 0), seat(STANDARD_1, 10, 0)]
BOTH = "add_and_remove"


def plan(rows: list[Any], there: list[Person], seats: list[Seat] | None = None, **options: Any) -> Plan:
    facts = LicenseFacts(people(*there), tuple(ROOM if seats is None else seats))
    return plan_licenses(wanted(*rows), facts, LicenseRules(**{"mode": BOTH, **options}))


def short(found: Plan) -> list[Change]:
    """Return those for whom no seat is left."""
    return [c for c in found.pending if c.payload.seatless]


def code(found: Change) -> str:
    return found.problem.code if found.problem else ""


def row(email: str, license_name: str) -> dict[str, str]:
    return {"email": email, "license": license_name}


@pytest.mark.parametrize(
    ("held", "target", "mode", "add", "remove"),
    [
        ([], "premium", BOTH, [PREMIUM_1], []),
        ([], "standard", BOTH, [STANDARD_1], []),
        ([], "none", BOTH, [], []),
        ([PREMIUM_1], "premium", BOTH, [], []),
        ([PREMIUM_1], "standard", BOTH, [STANDARD_1], [PREMIUM_1]),
        ([STANDARD_1], "premium", BOTH, [PREMIUM_1], [STANDARD_1]),
        ([PREMIUM_1], "none", BOTH, [], [PREMIUM_1]),
        ([PREMIUM_1, STANDARD_1], "premium", BOTH, [], [STANDARD_1]),
        ([PREMIUM_1, STANDARD_1], "none", BOTH, [], [PREMIUM_1, STANDARD_1]),
        ([PREMIUM_1, PREMIUM_2], "premium", BOTH, [], []),
        ([PREMIUM_1], "none", "add_only", [], []),
        ([], "standard", "add_only", [STANDARD_1], []),
        ([MESSAGING], "premium", BOTH, [PREMIUM_1], []),
    ],
)
def test_what_is_given_and_taken(held: list[str], target: str, mode: str, add: list[str], remove: list[str]) -> None:
    [item] = plan([row(ADA, target)], [person(ADA, *held)], mode=mode)
    assert item.problem is None
    change = item.payload
    assert (list(change.add) if change else [], list(change.remove) if change else []) == (add, remove)
    assert (item.kind == "none") == (not add and not remove)


def test_other_licenses_are_never_touched() -> None:
    [item] = plan([row(ADA, "none")], [person(ADA, MESSAGING, PREMIUM_1)])
    assert item.payload.remove == (PREMIUM_1,)


def test_going_down_without_removing_is_blocked() -> None:
    [item] = plan([row(ADA, "standard")], [person(ADA, PREMIUM_1)], mode="add_only")
    assert (item.kind, code(item)) == ("blocked", "needs_remove")


def test_going_up_without_removing_is_known_to_be_refused() -> None:
    [item] = plan([row(ADA, "premium")], [person(ADA, STANDARD_1)], mode="add_only")
    assert (item.kind, code(item)) == ("blocked", "license_conflict")
    assert item.problem is not None
    assert "onboard_license_mode=add_and_remove" in item.problem.advice


@pytest.mark.parametrize(
    ("standard", "mode", "advice"),
    [
        (False, "add_only", "Import with csv_mode=add_and_remove_services"),
        (None, BOTH, "Write FALSE under Standard and import with csv_mode=add_and_remove_services"),
    ],
)
def test_a_row_of_a_file_is_told_the_way_out_in_the_words_of_the_playbooks(
    standard: bool | None, mode: str, advice: str
) -> None:
    cells = {"email": ADA, "csv": {"premium": True, "standard": standard}}
    [item] = plan([cells], [person(ADA, STANDARD_1)], mode=mode)
    assert code(item) == "license_conflict"
    assert item.problem is not None
    assert advice in item.problem.advice
    assert "onboard_csv_mode" in item.problem.advice


def test_who_declares_nothing_is_left_alone_unless_there_is_a_default() -> None:
    assert plan([ADA], [person(ADA)]).changes[0].kind == "none"
    assert plan([ADA], [person(ADA)], default="premium").changes[0].kind == "update"


def test_who_is_not_there_is_blocked_with_the_reason_of_the_earlier_step() -> None:
    [item] = plan([row(ADA, "premium")], [])
    assert (item.kind, code(item)) == ("blocked", "person_missing")
    trial = Problem("trial_account", "A trial.")
    facts = LicenseFacts({}, tuple(ROOM), {ADA: trial})
    [item] = plan_licenses(wanted(row(ADA, "premium")), facts, LicenseRules(BOTH))
    assert item.problem == trial
    assert plan([row(ADA, "none")], []).changes[0].kind == "none"


def test_only_net_new_seats_count() -> None:
    seats = [seat(PREMIUM_1, 2, 1)]
    found = plan([row(ADA, "premium"), row(BRUNO, "premium")], [person(ADA, PREMIUM_1), person(BRUNO)], seats)
    assert short(found) == []


def test_too_few_seats_leave_the_later_rows_short() -> None:
    seats = [seat(PREMIUM_1, 2, 1)]
    found = plan([row(ADA, "premium"), row(BRUNO, "premium")], [person(ADA), person(BRUNO)], seats)
    assert [i.email for i in short(found)] == [BRUNO]


def test_more_used_than_bought_is_no_free_seat() -> None:
    assert plan([row(ADA, "premium")], [person(ADA)], [seat(PREMIUM_1, 2, 5)]).pending[0].payload.seatless


def test_seats_that_the_plan_frees_are_used() -> None:
    seats = [seat(PREMIUM_1, 1, 1)]
    found = plan([row(ADA, "premium"), row(BRUNO, "none")], [person(ADA), person(BRUNO, PREMIUM_1)], seats)
    assert short(found) == []
    assert found.changes[0].payload.add == (PREMIUM_1,)


def test_a_swap_needs_no_free_seat_at_all() -> None:
    seats = [seat(PREMIUM_1, 1, 1), seat(STANDARD_1, 1, 1)]
    found = plan(
        [row(ADA, "premium"), row(BRUNO, "standard")], [person(ADA, STANDARD_1), person(BRUNO, PREMIUM_1)], seats
    )
    assert short(found) == []


def test_what_a_guard_rail_kept_frees_no_seat() -> None:
    seats = [seat(PREMIUM_1, 1, 1)]
    found = plan([row(ADA, "premium"), row(BRUNO, "none")], [person(ADA), person(BRUNO, PREMIUM_1)], seats)
    found = found.with_blocked({1: Problem("protected", "Protected.")})
    checked = check_seats(found, LicenseFacts({}, tuple(seats)), LicenseRules(BOTH))
    assert [code(i) for i in checked] == ["no_seat", "protected"]
    assert checked.refusal is not None
    assert ADA in checked.refusal.message


def test_of_several_subscriptions_none_is_guessed() -> None:
    seats = [seat(PREMIUM_1, 1, 0, "Sub1"), seat(PREMIUM_2, 5, 0, "Sub2")]
    found = plan([row(ADA, "premium"), row(BRUNO, "premium")], [person(ADA), person(BRUNO, PREMIUM_1)], seats)
    assert [i.payload.undecided for i in found.pending] == [True]
    for shortage in (True, False):
        checked = check_seats(found, LicenseFacts({}, tuple(seats)), LicenseRules(BOTH, allow_shortage=shortage))
        assert checked.refusal is not None
        assert checked.refusal.code == "several_subscriptions"
        assert "1 person is to get premium" in checked.refusal.message
        assert "[Sub1]: 1 of 1 free" in checked.refusal.message
        assert "[Sub2]: 5 of 5 free" in checked.refusal.message


def test_a_subscription_without_any_seat_offers_nothing() -> None:
    seats = [seat(PREMIUM_1, 0, 0, "Sub1"), seat(PREMIUM_2, 5, 0, "Sub2")]
    assert plan([row(ADA, "premium")], [person(ADA)], seats).changes[0].payload.add == (PREMIUM_2,)


def test_a_persons_own_subscription_decides() -> None:
    seats = [seat(PREMIUM_1, 5, 0, "Sub1"), seat(PREMIUM_2, 5, 0, "Sub2"), seat(STANDARD_2, 5, 1, "Sub2")]
    [item] = plan([row(ADA, "premium")], [person(ADA, STANDARD_2)], seats)
    assert item.payload.add == (PREMIUM_2,)


def test_a_named_subscription_is_the_only_one() -> None:
    seats = [seat(PREMIUM_1, 5, 0, "Sub1"), seat(PREMIUM_2, 1, 0, "Sub2")]
    found = plan(
        [row(ADA, "premium"), row(BRUNO, "premium")], [person(ADA), person(BRUNO)], seats, subscription_id="Sub2"
    )
    assert found.changes[0].payload.add == (PREMIUM_2,)
    assert [i.email for i in short(found)] == [BRUNO]


def test_who_holds_the_license_from_elsewhere_keeps_it() -> None:
    seats = [seat(PREMIUM_1, 5, 1, "Sub1"), seat(PREMIUM_2, 5, 0, "Sub2")]
    [item] = plan([row(ADA, "premium")], [person(ADA, PREMIUM_1)], seats, subscription_id="Sub2")
    assert item.kind == "none"


def test_after_shows_what_will_be_held() -> None:
    seats = [seat(PREMIUM_1, 5, 1, "Sub1"), seat(STANDARD_2, 5, 0, "Sub2")]
    rows = [row(ADA, "none"), row(BRUNO, "standard"), row(CHIDI, "standard")]
    found = plan(rows, [person(ADA, PREMIUM_1), person(BRUNO, PREMIUM_1), person(CHIDI)], seats)
    assert [i.after for i in found] == [
        {"license": "none", "subscriptions": []},
        {"license": "standard", "subscriptions": ["Sub2"]},
        {"license": "standard", "subscriptions": ["Sub2"]},
    ]
    assert [i.removal for i in found] == [True, True, False]


HOLDINGS = st.lists(st.sampled_from([PREMIUM_1, PREMIUM_2, STANDARD_1, STANDARD_2, MESSAGING]), unique=True, max_size=3)
CASES = st.lists(st.tuples(HOLDINGS, st.sampled_from(["premium", "standard", "none", None])), min_size=1, max_size=6)
STOCK = st.tuples(*[st.integers(0, 4)] * 4)


def build_case(case: Any, stock: Any) -> tuple[list[Any], list[Person], list[Seat]]:
    rows, there = [], []
    for number, (held, target) in enumerate(case):
        email = f"p{number}@example.com"
        rows.append({"email": email, **({"license": target} if target else {})})
        there.append(person(email, *held))
    seats = []
    for license_id, extra, subscription in zip(
        (PREMIUM_1, PREMIUM_2, STANDARD_1, STANDARD_2), stock, ("Sub1", "Sub2", "Sub1", "Sub2"), strict=True
    ):
        used = sum(license_id in p.license_ids for p in there if p.license_ids)
        seats.append(seat(license_id, used + extra, used, subscription))
    return rows, there, seats


def carry_out(found: Plan, there: list[Person]) -> list[Person]:
    changed = {p.email: p for p in there}
    for item in found.pending:
        if not item.payload.seatless:
            license_ids = item.payload.applied(changed[item.email].license_ids)
            changed[item.email] = dataclasses.replace(changed[item.email], license_ids=license_ids)
    return list(changed.values())


@settings(max_examples=200, deadline=None)
@given(CASES, STOCK)
def test_adding_only_never_takes_anything_away(case: Any, stock: Any) -> None:
    rows, there, seats = build_case(case, stock)
    found = plan(rows, there, seats, mode="add_only")
    assert all(not i.payload.remove for i in found if i.payload)
    assert not any(i.removal for i in found)
    for before, after in zip(there, carry_out(found, there), strict=True):
        assert set(before.license_ids or ()) <= set(after.license_ids or ())


@settings(max_examples=200, deadline=None)
@given(CASES, STOCK, st.sampled_from([BOTH, "add_only"]))
def test_a_plan_carried_out_leaves_nothing_to_do(case: Any, stock: Any, mode: str) -> None:
    rows, there, seats = build_case(case, stock)
    found = plan(rows, there, seats, mode=mode)
    if short(found):
        return
    after = carry_out(found, there)
    for license_seat in seats:
        used = sum(license_seat.id in p.license_ids for p in after if p.license_ids)
        assert used <= license_seat.total
        license_seat.consumed = used
    again = plan(rows, after, seats, mode=mode)
    assert [i.kind for i in again if i.kind != "blocked"] == ["none"] * sum(i.kind != "blocked" for i in again)
    assert [i.before for i in again] == [i.after for i in found]


@settings(max_examples=200, deadline=None)
@given(CASES, STOCK)
def test_nobody_is_short_while_a_seat_is_free(case: Any, stock: Any) -> None:
    rows, there, seats = build_case(case, stock)
    found = plan(rows, there, seats)
    after = carry_out(found, there)
    for item in short(found):
        if item.payload.undecided:
            continue
        of_kind = [s for s in seats if s.license == item.payload.want]
        if sum(bool(s.total) for s in of_kind) > 1:
            # The person's own subscription has decided.
            of_kind = [s for s in of_kind if s.subscription in item.before["subscriptions"]]
        used = {s.id: sum(s.id in p.license_ids for p in after if p.license_ids) for s in of_kind}
        # Whoever is short keeps what would have been taken, so that it is not free either.
        given_back = {i for other in short(found) for i in other.payload.remove}
        assert all(used[s.id] >= s.total or s.id in given_back for s in of_kind)


# -- what counts as a removal ----------------------------------------------------------------------------------------------


def by_word(target: str) -> dict[str, Any]:
    return row(ADA, target)


def by_cells(target: str) -> dict[str, Any]:
    """The same as a row of a CSV file says it, both cells filled in."""
    return {"email": ADA, "csv": {"premium": target == "premium", "standard": target == "standard"}}


@pytest.mark.parametrize("said", [by_word, by_cells])
@pytest.mark.parametrize(
    ("held", "target", "kind", "removal"),
    [
        ([PREMIUM_1], "standard", "update", True),
        ([PREMIUM_1], "none", "remove", True),
        ([STANDARD_1], "none", "remove", True),
        ([STANDARD_1], "premium", "update", False),
        ([PREMIUM_1, STANDARD_1], "standard", "update", True),
        ([], "premium", "update", False),
        ([], "standard", "update", False),
        ([PREMIUM_1], "premium", "none", False),
    ],
)
def test_a_removal_is_one_however_the_row_says_it(
    said: Any, held: list[str], target: str, kind: str, removal: bool
) -> None:
    [item] = plan([said(target)], [person(ADA, *held)])
    assert (item.kind, item.removal) == (kind, removal)


@pytest.mark.parametrize(
    ("cells", "held", "removal"),
    [
        ({"premium": False}, [PREMIUM_1, STANDARD_1], True),
        ({"premium": False}, [PREMIUM_1], True),
        ({"standard": False}, [PREMIUM_1, STANDARD_1], False),
        ({"standard": False}, [STANDARD_1], True),
    ],
)
def test_one_cell_alone_can_be_a_removal(cells: dict[str, bool], held: list[str], removal: bool) -> None:
    [item] = plan([{"email": ADA, "csv": cells}], [person(ADA, *held)])
    assert (item.pending, item.removal) == (True, removal)


@pytest.mark.parametrize("said", [by_word, by_cells])
def test_a_downgrade_counts_against_the_limit_however_the_row_says_it(said: Any) -> None:
    found = plan([said("standard")], [person(ADA, PREMIUM_1)])
    refusal = limit_removals(found, Policy(max_removals="0")).refusal
    assert refusal is not None
    assert ADA in refusal.message
    assert [c.problem.code for c in protect(found, Policy(protected=[ADA]), None) if c.problem] == ["protected"]
