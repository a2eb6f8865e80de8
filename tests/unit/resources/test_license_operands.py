"""Licenses, each condition by itself: the twin paths of a license named outright and of a file's cells, and seats that are few."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.context import Policy
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.guard import limit_removals, protect
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.license_plan import (
    LicenseChange,
    LicenseFacts,
    LicenseRules,
    check_seats,
)
from tests.unit.build import MESSAGING, PREMIUM_1, PREMIUM_2, STANDARD_1, people, person, seat
from tests.unit.resources.test_license_plan import ADA, BOTH, BRUNO, CHIDI, plan, row, short


@pytest.mark.parametrize(
    "declared",
    [{"license": "standard"}, {"csv": {"standard": True, "premium": False}}],
    ids=["named outright", "cells of a file"],
)
def test_a_way_down_is_a_removal_for_the_guard_rails(declared: dict[str, Any]) -> None:
    found = plan([{"email": ADA, **declared}], [person(ADA, PREMIUM_1)])
    [item] = found
    assert (item.kind, item.removal, item.takes_everything) == ("update", True, False)
    assert (item.payload.add, item.payload.remove) == ((STANDARD_1,), (PREMIUM_1,))
    assert (item.before["license"], item.after["license"]) == ("premium", "standard")
    refusal = limit_removals(found, Policy(max_removals="0")).refusal
    assert refusal is not None
    assert ADA in refusal.message
    [kept] = protect(found, Policy(protected=[ADA]), None)
    assert kept.problem is not None
    assert kept.problem.code == "protected"


@pytest.mark.parametrize(
    "declared",
    [{"license": "premium"}, {"csv": {"standard": False, "premium": True}}],
    ids=["named outright", "cells of a file"],
)
def test_a_way_up_is_none(declared: dict[str, Any]) -> None:
    [item] = plan([{"email": ADA, **declared}], [person(ADA, STANDARD_1)])
    assert (item.kind, item.removal) == ("update", False)
    assert (item.before["license"], item.after["license"]) == ("standard", "premium")


@pytest.mark.parametrize("place", range(3))
def test_who_gives_a_seat_back_gives_one_alone(place: int) -> None:
    emails = [ADA, BRUNO, CHIDI]
    giving = emails[place]
    rows = [row(email, "none" if email == giving else "premium") for email in emails]
    there = [person(email, *([PREMIUM_1] if email == giving else [])) for email in emails]
    found = plan(rows, there, [seat(PREMIUM_1, 1, 1)])
    assert len(short(found)) == 1
    # The roster's order decides.
    assert short(found)[0].email == [email for email in emails if email != giving][1]


def test_two_licenses_of_one_subscription_are_no_question() -> None:
    seats = [seat(PREMIUM_1, 1, 1), seat(PREMIUM_2, 5, 1)]
    [item] = plan([row(ADA, "premium")], [person(ADA)], seats, subscription_id="Sub1").pending
    assert (item.payload.add, item.payload.undecided) == ((PREMIUM_2,), False)


def test_a_question_names_only_the_kinds_that_are_asked_for() -> None:
    seats = (seat(PREMIUM_1, 5, 1), seat(PREMIUM_2, 5, 1, "Sub2"), seat(STANDARD_1, 5, 1))
    facts = LicenseFacts(people(person(ADA)), seats)
    found = check_seats(plan([row(ADA, "premium")], [person(ADA)], list(seats)), facts, LicenseRules(BOTH))
    assert found.refusal is not None
    assert found.refusal.code == "several_subscriptions"
    assert found.refusal.message.startswith("1 person is to get premium,")
    assert "standard" not in found.refusal.message


def test_what_is_there_afterwards_of_licenses_that_nobody_read() -> None:
    assert LicenseChange((PREMIUM_1,), (STANDARD_1,)).applied(None) == (PREMIUM_1,)
    assert LicenseChange((PREMIUM_1,), (STANDARD_1,)).applied([STANDARD_1, MESSAGING]) == (MESSAGING, PREMIUM_1)


@pytest.mark.parametrize(
    ("held", "wants", "word", "cells"),
    [
        (
            PREMIUM_1,
            "standard",
            f"{ADA} holds Premium; Standard beside it would have no effect.",
            f"{ADA} holds Premium, and the row does not take it away; Standard beside it would have no effect.",
        ),
        (
            STANDARD_1,
            "premium",
            f"{ADA} holds Standard; the service refuses Premium beside it.",
            f"{ADA} holds Standard, and the row does not take it away; the service refuses Premium beside it.",
        ),
    ],
)
def test_why_the_other_license_stands_in_the_way(held: str, wants: str, word: str, cells: str) -> None:
    for declared, told in ((row(ADA, wants), word), ({"email": ADA, "csv": {wants: True}}, cells)):
        [item] = plan([declared], [person(ADA, held)], mode="add_only")
        assert item.problem is not None
        assert (item.kind, item.problem.message) == ("blocked", told)


def test_a_license_of_a_subscription_that_a_column_names_comes_from_there_and_what_goes_needs_none() -> None:
    cells = {"premium": True, "standard": False, "subscriptions": {"premium": {"Sub2": True}}}
    seats = [seat(PREMIUM_1, 5, 0), seat(PREMIUM_2, 5, 0, "Sub2"), seat(STANDARD_1, 5, 1)]
    [item] = plan([{"email": ADA, "csv": cells}], [person(ADA, STANDARD_1)], seats)
    assert item.payload == LicenseChange((PREMIUM_2,), (STANDARD_1,), "premium", "Sub2")
    [item] = plan([{"email": ADA, "csv": cells}], [person(ADA, STANDARD_1, PREMIUM_2)], seats)
    assert item.payload == LicenseChange((), (STANDARD_1,))


def test_where_nobody_says_how_many_seats_are_left_the_service_decides() -> None:
    unknown = seat(PREMIUM_1, 5, 0)
    unknown.total = None
    found = plan([row(ADA, "premium"), row(BRUNO, "premium")], [person(ADA), person(BRUNO)], [unknown])
    assert [item.payload.add for item in found] == [(PREMIUM_1,), (PREMIUM_1,)]
