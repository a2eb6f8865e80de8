"""Licenses, each condition by itself: the twin paths of a license named outright and of a file's cells, and seats that are few."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.context import Policy
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.guard import limit_removals, protect
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import Problem
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.license import (
    _frees,
    _license_problem,
    _stages,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.license_plan import (
    LicenseChange,
    LicenseFacts,
    LicenseRules,
    check_seats,
)
from tests.unit.build import MESSAGING, PREMIUM_1, PREMIUM_2, STANDARD_1, change, people, person, seat
from tests.unit.resources.test_license_plan import ADA, BOTH, BRUNO, CHIDI, plan, row, short

DORA = "dora@example.com"


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


def test_seats_that_suffice_change_nothing_in_the_plan() -> None:
    there = [person(ADA), person(BRUNO), person(CHIDI, STANDARD_1)]
    rows = [row(ADA, "premium"), row(BRUNO, "premium"), row(CHIDI, "none")]
    seats = [seat(PREMIUM_1, 3, 1)]
    found = plan(rows, there, seats)
    assert [c.payload.add for c in found] == [(PREMIUM_1,), (PREMIUM_1,), ()]
    assert check_seats(found, LicenseFacts(people(*there), tuple(seats)), LicenseRules(BOTH)) == found


@pytest.mark.parametrize("allowed", [False, True])
def test_a_shortage_is_told_by_kind_and_blocks_those_behind(allowed: bool) -> None:
    rows = [row(ADA, "premium"), row(BRUNO, "premium"), row(CHIDI, "standard"), row(DORA, "none")]
    there = [person(ADA), person(BRUNO), person(CHIDI), person(DORA, PREMIUM_2)]
    seats = [seat(PREMIUM_1, 2, 1), seat(STANDARD_1, 1, 1)]
    facts = LicenseFacts(people(*there), tuple(seats))
    found = check_seats(plan(rows, there, seats), facts, LicenseRules(BOTH, allow_shortage=allowed))
    assert [c.kind for c in found] == ["update", "blocked", "blocked", "remove"]
    assert [c.problem for c in found][1:3] == [
        Problem("no_seat", f"No premium license is left for {BRUNO}."),
        Problem("no_seat", f"No standard license is left for {CHIDI}."),
    ]
    text = (
        "2 new premium licenses are needed, 1 too many (Contact Center premium [Sub1]: 1 of 2 free). "
        "1 new standard licenses are needed, 1 too many (Contact Center standard [Sub1]: 0 of 1 free). "
        f"Without a seat: {BRUNO}, {CHIDI}. allow_shortage (variable onboard_allow_shortage) licenses the others."
    )
    assert found.refusal == (None if allowed else Problem("no_seat", text))


def test_a_shortage_of_one_kind_says_nothing_of_the_other() -> None:
    seats = [seat(PREMIUM_1, 1, 1), seat(STANDARD_1, 1, 0)]
    facts = LicenseFacts({}, tuple(seats))
    found = check_seats(plan([row(ADA, "premium")], [person(ADA)], seats), facts, LicenseRules(BOTH))
    assert found.refusal is not None
    assert "standard" not in found.refusal.message


def test_the_question_counts_people_in_words() -> None:
    seats = (seat(PREMIUM_1, 5, 1), seat(PREMIUM_2, 5, 1, "Sub2"))
    rows = [row(ADA, "premium"), row(BRUNO, "premium")]
    found = check_seats(
        plan(rows, [person(ADA), person(BRUNO)], list(seats)), LicenseFacts({}, seats), LicenseRules(BOTH)
    )
    stock = "Contact Center premium [Sub1]: 4 of 5 free; Contact Center premium [Sub2]: 4 of 5 free"
    text = f"2 people are to get premium, which several subscriptions offer ({stock})."
    assert found.refusal == Problem("several_subscriptions", text)


@pytest.mark.parametrize(
    ("saved", "changed", "stale"),
    [
        ("2026-03-01T10:00:00Z", "2026-03-01T10:00:01.000Z", True),
        ("2026-03-01T10:00:00Z", "2026-03-01T10:00:00.999Z", False),
        ("2026-03-01T10:00:00Z", "2026-02-28T10:00:00.000Z", False),
        ("2026-03-01T10:00:00Z", None, False),
        (None, "2026-03-01T10:00:01.000Z", False),
        ("", "2026-03-01T10:00:01.000Z", False),
    ],
)
def test_whoever_was_changed_after_the_file_was_saved_is_named(
    saved: str | None, changed: str | None, stale: bool
) -> None:
    cells = {"email": ADA, "csv": {"premium": False}, "csv_time": saved}
    found = plan([cells, row(BRUNO, "none")], [person(ADA, PREMIUM_1, last_modified=changed), person(BRUNO, PREMIUM_1)])
    text = (
        f"{ADA} was changed at {changed}, after the file was saved ({saved}), and would lose premium. "
        "Export again if this is not wanted."
    )
    assert found.warnings == ((text,) if stale else ())


# -- sending -----------------------------------------------------------------------------------------------------------------


def test_what_frees_seats_goes_first() -> None:
    payloads = [
        LicenseChange((PREMIUM_1,), (), "premium"),
        LicenseChange((PREMIUM_1,), (STANDARD_1,), "premium"),
        LicenseChange((STANDARD_1,), (PREMIUM_1,), "standard"),
        LicenseChange((), (PREMIUM_1,)),
        LicenseChange((STANDARD_1,), (), "standard"),
    ]
    changes = [change(f"p{n}@example.com", index=n, payload=payload) for n, payload in enumerate(payloads)]
    assert [[c.index for c in stage] for stage in _stages(changes)] == [[3], [2], [1], [0, 4]]
    to_premium, to_standard, gives = changes[1], changes[2], changes[0]
    assert [_frees(to_standard, other) for other in (to_premium, gives, to_standard)] == [True, True, False]
    assert not _frees(gives, to_standard)


@pytest.mark.parametrize(
    ("status", "vendor", "text", "code"),
    [
        (400, "400413", "No.", "license_conflict"),
        (404, None, "Not enough licenses.", "person_missing"),
        (400, None, "Not enough licenses available", "no_seat"),
        (409, None, "The number of users would EXCEED it", "no_seat"),
        (403, None, "Not enough licenses available", "refused"),
        (500, None, "Not enough licenses available", "refused"),
        (400, None, "No.", "refused"),
    ],
)
def test_a_refusal_has_our_own_code_where_the_vendor_s_words_tell(
    status: int, vendor: str | None, text: str, code: str
) -> None:
    refusal = Problem("refused", text, http_status=status, vendor_code=vendor, tracking_id="T", advice="A.")
    found = _license_problem(refusal, change(ADA, payload=LicenseChange(want="premium")))
    assert (found.code, found.http_status, found.tracking_id) == (code, status, "T")
    told = f"No premium license was left for {ADA}: {text}" if code == "no_seat" else text
    assert found.message == told
    assert (found == refusal) is (code == "refused")
