"""The sync state, derived from what a client can see."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.records import Record
from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.sync_state import (
    SETTLED,
    sync_state_of,
    what_to_press,
)
from tests.unit.build import person, person_id

ADA = "ada@example.com"


def record(**fields: t.Any) -> Record:
    values: dict[str, t.Any] = {
        "id": "r1",
        "ci_user_id": person_id(ADA),
        "email": ADA,
        "first_name": "Ada",
        "last_name": "Marlowe",
        "active": True,
        "user_profile_id": "p1",
        "enabled": True,
        "digital": True,
    }
    return Record(**{**values, **fields})


def state_of(
    found: Record | None,
    license_name: str = "premium",
    role: str | None = "agent",
    profile: str | None = "PREMIUM_AGENT",
    **fields: t.Any,
) -> str:
    there = person(ADA, first_name="Ada", last_name="Marlowe", **fields)
    return sync_state_of(there, license_name, role, found, profile)[0]


def test_without_a_license_nothing_is_expected() -> None:
    assert state_of(None, "none") == "not_expected"


def test_of_somebody_disabled_nothing_is_expected() -> None:
    assert state_of(record(active=False), active=False) == "not_expected"
    assert state_of(None, active=False) == "not_expected"


def test_without_a_record_it_is_missing() -> None:
    assert state_of(None) == "missing"


def test_all_agrees() -> None:
    assert state_of(record()) == "in_sync"
    assert state_of(record(email="ADA@example.com")) == "in_sync"


@pytest.mark.parametrize(
    "fields",
    [{"ci_user_id": "another"}, {"last_name": "Keane"}, {"first_name": "Adah"}, {"email": "old@example.com"}],
)
def test_another_identity(fields: dict[str, t.Any]) -> None:
    assert state_of(record(**fields)) == "identity_mismatch"


def test_all_that_differs_is_named() -> None:
    there = person(ADA, first_name="Ada", last_name="Marlowe")
    found = record(email="old@example.com", first_name="Adah", last_name="Keane")
    _state, sentence = sync_state_of(there, "premium", "agent", found, None)
    assert sentence == "The record differs in address, first name, last name."


@pytest.mark.parametrize("fields", [{"ci_user_id": None}, {"first_name": None, "last_name": None}, {"email": ""}])
def test_what_a_record_leaves_out_says_nothing(fields: dict[str, t.Any]) -> None:
    assert state_of(record(**fields)) == "in_sync"


def test_inactive() -> None:
    assert state_of(record(active=False)) == "inactive"
    assert state_of(record(active=None)) == "in_sync"


@pytest.mark.parametrize(
    ("license_name", "role", "roles", "fits", "does_not"),
    [
        ("standard", "agent", (), "STANDARD_AGENT", "PREMIUM_AGENT"),
        ("premium", "agent", (), "PREMIUM_AGENT", "SUPERVISOR"),
        ("premium", "supervisor", (), "SUPERVISOR", "PREMIUM_AGENT"),
        ("premium", "administrator", ("id_full_admin",), "ADMINISTRATOR", "PREMIUM_AGENT"),
        ("premium", "agent", ("cjp.admin",), "ADMINISTRATOR", "SUPERVISOR"),
        ("premium", None, (), "SUPERVISOR", "STANDARD_AGENT"),
        ("premium", "agent", None, "ADMINISTRATOR", "STANDARD_AGENT"),
    ],
)
def test_the_profile_fits_license_and_role(
    license_name: str, role: str | None, roles: tuple[str, ...] | None, fits: str, does_not: str
) -> None:
    assert state_of(record(), license_name, role, fits, roles=roles) == "in_sync"
    assert state_of(record(), license_name, role, does_not, roles=roles) == "profile_mismatch"


def test_an_unknown_profile_says_nothing() -> None:
    assert state_of(record(), profile=None) == "in_sync"


def test_the_digital_half_is_information_for_premium() -> None:
    assert state_of(record(digital=False)) == "digital_pending"
    assert state_of(record(digital=None)) == "in_sync"
    assert state_of(record(digital=False), "standard", "agent", "STANDARD_AGENT") == "in_sync"
    assert "digital_pending" in SETTLED


def test_of_several_that_hold_the_first_is_told() -> None:
    """Each state of the list beside all those after it."""
    wrong: list[tuple[str, dict[str, t.Any]]] = [
        ("identity_mismatch", {"last_name": "Keane"}),
        ("inactive", {"active": False}),
        ("profile_mismatch", {}),
        ("digital_pending", {"digital": False}),
    ]
    for number, (state, _fields) in enumerate(wrong):
        fields = {name: value for _state, more in wrong[number:] for name, value in more.items()}
        profile = "STANDARD_AGENT" if number < 3 else "PREMIUM_AGENT"
        assert state_of(record(**fields), profile=profile) == state
    assert state_of(None, profile="STANDARD_AGENT") == "missing"
    assert state_of(None, "none", active=False) == "not_expected"


@pytest.mark.parametrize("state", ["missing", "identity_mismatch", "inactive", "profile_mismatch"])
def test_every_state_that_does_not_settle_has_a_way_out(state: str) -> None:
    assert state not in SETTLED
    assert what_to_press(state).startswith("Press Synchronize Users")


@pytest.mark.parametrize("state", ["missing", "identity_mismatch", "inactive", "profile_mismatch"])
def test_the_way_out_goes_by_what_happened_before(state: str) -> None:
    """After a change the button alone is to be pressed; editing by hand is for where that did not help."""
    after_a_change, after_the_button = (what_to_press(state, synchronized=pressed) for pressed in (False, True))
    by_hand = {"profile_mismatch": "Edit licenses", "inactive": "active and licensed"}.get(state, "support case")
    assert after_a_change.startswith("Press Synchronize Users")
    assert by_hand not in after_a_change
    assert after_the_button.startswith("Synchronize Users did not help.")
    assert by_hand in after_the_button
    unknown = what_to_press(state)
    assert unknown.startswith("Press Synchronize Users")
    assert ("Only if that was done" in unknown) is (by_hand != "support case")
    last = what_to_press(state, synchronized=False, bundle="run/support.json")
    assert last.endswith("If it stays so, open a support case with Webex and attach run/support.json.")
