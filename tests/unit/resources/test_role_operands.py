"""Roles, each condition by itself: what is shown, what a mixture of roles comes to, and what is told."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.names import Directory
from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.records import Record, record_from
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.plan import Change
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import InputError, Problem
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.role_plan import (
    MAKE_SUPERVISOR,
    TAKE_SUPERVISOR,
    TAKE_SUPERVISOR_AWAY,
    RoleChange,
    RoleFacts,
    RoleRules,
    plan_roles,
    wanted_values,
)
from tests.unit.build import PREMIUM_1, people, person, wanted
from tests.unit.resources.test_role_plan import (
    ADA,
    FULL,
    READ_ONLY,
    SUPERVISOR,
    USER,
    by_record,
    held,
    plan,
)

PROFILES = Directory(
    {"user-profile": [{"id": "leads", "profileType": "SUPERVISOR"}, {"id": "agents", "profileType": "PREMIUM_AGENT"}]}
)
USER_NAME, FULL_NAME = "User Administrator", "Full Administrator"


def record(says: bool | None, profile: str = "agents") -> Record:
    return record_from({"id": "r", "email": ADA, "userProfileId": profile, "supervisorCapabilitiesEnabled": says})


# --- what is shown ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("says", "profile", "role"),
    [
        (None, "leads", "supervisor"),
        (None, "agents", "agent"),
        (False, "leads", "supervisor"),
        (True, "agents", "supervisor"),
        (False, "agents", "agent"),
    ],
)
def test_the_record_says_who_is_a_supervisor(says: bool | None, profile: str, role: str) -> None:
    more = {} if says is None else {"supervisor_capabilities": says}
    facts = RoleFacts({}, profiles=PROFILES)
    assert facts.shown(held(), ADA, record(says, profile)) == {"role": role, "roles": [], **more}
    # Nobody read the profiles: the switch alone counts.
    alone = "supervisor" if says else "agent"
    assert RoleFacts({}).shown(held(), ADA, record(says, profile)) == {"role": alone, "roles": [], **more}


def test_without_a_record_the_list_of_supervisors_counts() -> None:
    facts = RoleFacts({}, {ADA})
    assert facts.shown(held(), ADA, None) == {"role": "supervisor", "roles": []}
    assert facts.shown(held(), "bruno@example.com", None) == {"role": "agent", "roles": []}
    assert facts.shown(None, "bruno@example.com", None) == {"role": "agent", "roles": []}
    assert facts.shown(held(SUPERVISOR), "bruno@example.com", None) == {"role": "supervisor", "roles": []}


def test_what_is_there_afterwards_of_roles_that_nobody_read() -> None:
    assert RoleChange((USER,), (FULL,)).applied(None) == (USER,)
    assert RoleChange((USER,), (FULL,)).applied([FULL, READ_ONLY]) == (READ_ONLY, USER)


# --- what a row means -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "code", "message"),
    [
        (
            {"administrator_roles": [FULL_NAME, "Contact Center Service Administrator"]},
            "invalid_input",
            "users[0]: only one of Full Administrator, Contact Center Service Administrator may be held.",
        ),
        (
            {"role": "administrator", "administrator_roles": []},
            "invalid_input",
            "users[0]: role is administrator, and administrator_roles names none.",
        ),
        (
            {"administrator_roles": ["Device Admin"]},
            "unknown_role",
            "users[0]: the role 'Device Admin' is not known. Near: Device Administrator, User Administrator, "
            "Contact Center Service Administrator.",
        ),
        (
            {"administrator_roles": ["Location Administrator"]},
            "role_by_hand",
            "users[0]: the role 'Location Administrator' cannot be given through the API.",
        ),
    ],
)
def test_why_a_row_cannot_be_meant(row: dict[str, Any], code: str, message: str) -> None:
    listed = [{"id": "1", "value": "location_admin", "name": "Location Administrator"}]
    item = plan(row, held(), listed=listed)
    assert item.problem is not None
    assert (item.kind, item.problem.code, item.problem.message) == ("blocked", code, message)


def test_a_role_that_nobody_may_give_is_not_proposed() -> None:
    listed = [{"id": "1", "value": "location_admin", "name": "Location Administrator"}]
    item = plan({"administrator_roles": ["Location Administrators"]}, held(), listed=listed)
    assert item.problem is not None
    assert (item.problem.code, "Location Administrator," in item.problem.message) == ("unknown_role", False)


def test_where_nothing_is_near_five_roles_are_named_and_a_row_without_a_place_by_its_address() -> None:
    with pytest.raises(InputError) as caught:
        wanted_values({"email": ADA, "administrator_roles": ["Zzzzzz"]}, None, [])
    message = caught.value.problem.message
    assert message.startswith(f"{ADA}: the role 'Zzzzzz' is not known. Near: ")
    names = message.partition("Near: ")[2].removesuffix(".").split(", ")
    assert (len(names), names) == (5, sorted(names))


# --- mixtures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "roles", "via", "expected"),
    [
        # Another role goes, and a declared one stays: no loss of everything, but a removal.
        ({"administrator_roles": [USER_NAME]}, (USER, FULL), "console", ("update", RoleChange((), (FULL,)))),
        ({"administrator_roles": []}, (USER,), "console", ("remove", RoleChange((), (USER,)))),
        # The supervisor role goes, whatever else stays.
        (
            {"role": "agent", "administrator_roles": [USER_NAME]},
            (USER, SUPERVISOR),
            "scim",
            ("remove", RoleChange((), (SUPERVISOR,))),
        ),
        (
            {"role": "agent", "administrator_roles": [USER_NAME]},
            (SUPERVISOR,),
            "scim",
            ("update", RoleChange((USER,), (SUPERVISOR,))),
        ),
        (
            {"role": "supervisor", "administrator_roles": []},
            (FULL,),
            "scim",
            ("update", RoleChange((SUPERVISOR,), (FULL,))),
        ),
    ],
)
def test_what_a_mixture_of_roles_comes_to(
    row: dict[str, Any], roles: tuple[str, ...], via: str, expected: tuple[str, RoleChange]
) -> None:
    item = plan(row, held(*roles), supervisor_via=via)
    assert (item.kind, item.payload) == expected
    assert (item.removal, item.touches_access, item.manual, item.problem) == (True, True, None, None)


def test_an_agent_who_only_gains_loses_nothing() -> None:
    item = plan({"role": "agent", "administrator_roles": [USER_NAME]}, held())
    assert (item.kind, item.payload, item.removal) == ("update", RoleChange((USER,)), False)


def test_without_a_record_nobody_s_switch_is_taken() -> None:
    item = plan({"role": "agent"}, held(), supervisor=True, supervisor_via="capabilities")
    assert (item.kind, item.payload, item.manual.what if item.manual else "") == ("manual", None, f"{TAKE_SUPERVISOR}.")


def test_an_agent_needs_no_premium_whatever_the_row_declares() -> None:
    item = plan({"role": "agent", "license": "premium"}, person(ADA, roles=()))
    assert (item.kind, item.problem) == ("none", None)


def test_what_a_person_is_asked_to_take_away_is_a_removal_beside_what_is_given() -> None:
    item = plan({"role": "agent", "administrator_roles": [USER_NAME]}, held(), supervisor=True)
    assert (item.kind, item.payload, item.removal, item.touches_access) == ("update", RoleChange((USER,)), True, True)
    assert item.manual is not None
    assert (item.manual.what, item.manual.where) == (f"{TAKE_SUPERVISOR}.", TAKE_SUPERVISOR_AWAY)
    assert item.after == {"role": "administrator", "roles": [USER_NAME]}
    alone = plan({"role": "agent"}, held(), supervisor=True)
    assert (alone.kind, alone.removal, alone.touches_access, alone.payload) == ("manual", True, False, None)
    asked = plan({"role": "supervisor"}, held())
    assert (asked.kind, asked.removal, asked.manual.what if asked.manual else "") == (
        "manual",
        False,
        f"{MAKE_SUPERVISOR}.",
    )


def test_the_switch_and_an_administrator_s_role_are_one_change() -> None:
    item = by_record({"role": "supervisor", "administrator_roles": [USER_NAME]}, False)
    assert item == Change(
        item.wanted,
        "update",
        before={"role": "agent", "roles": [], "supervisor_capabilities": False},
        after={"role": "administrator", "roles": [USER_NAME], "supervisor_capabilities": True},
        person=held(),
        payload=RoleChange((USER,), (), "r", True),
        touches_access=True,
    )


def test_who_loses_the_identity_s_role_is_shown_as_an_agent() -> None:
    item = plan({"role": "agent"}, held(SUPERVISOR), supervisor=True, supervisor_via="scim")
    assert (item.kind, item.after) == ("remove", {"role": "agent", "roles": []})
    # What only the contact center shows no request of SCIM takes away.
    item = plan({"role": "agent"}, held(), supervisor=True, supervisor_via="scim")
    assert (item.kind, item.manual.what if item.manual else "") == ("manual", f"{TAKE_SUPERVISOR}.")


@pytest.mark.parametrize(
    ("says", "there", "why"),
    [
        (None, False, ": the contact center has no record of this person yet."),
        (None, True, ": the contact center does not show the switch that supervisor_via: capabilities sets."),
    ],
)
def test_why_the_switch_cannot_be_set(says: bool | None, there: bool, why: str) -> None:
    item = by_record({"role": "supervisor"}, says, there=there)
    assert (item.kind, item.manual.what if item.manual else "") == ("manual", f"{MAKE_SUPERVISOR}{why}")


def test_the_switch_is_set_only_where_that_is_the_chosen_way() -> None:
    for word, says in (("supervisor", False), ("agent", True)):
        rules = RoleRules(None, "add_and_remove", "console")
        facts = RoleFacts(people(held()), records={ADA: record(says)}, profiles=PROFILES)
        [item] = plan_roles(wanted({"email": ADA, "role": word}), facts, rules)
        assert (item.kind, item.payload, item.removal) == ("manual", None, word == "agent")


@pytest.mark.parametrize("names", [[], [USER_NAME]])
def test_roles_beside_the_declared_ones_that_are_no_administrator_s_stay(names: list[str]) -> None:
    there = held("location_admin", "id_full_admin.partner.x", SUPERVISOR, *([USER] if names else []))
    assert plan({"administrator_roles": names}, there).kind == "none"


# --- what stands against it -------------------------------------------------------------------------------------------


def test_two_that_exclude_each_other_and_are_there_already_are_nobody_s_business() -> None:
    names = [FULL_NAME, USER_NAME]
    item = plan({"administrator_roles": names}, held(FULL, READ_ONLY, USER), mode="add_only")
    assert (item.kind, item.problem) == ("none", None)
    item = plan({"administrator_roles": names}, held(READ_ONLY, USER), mode="add_only")
    text = f"{ADA}: only one of Full Administrator and Read-only Administrator may be held."
    assert item.problem == Problem("needs_remove", text)


def test_of_a_license_that_nobody_read_nothing_is_claimed() -> None:
    unread = person(ADA, roles=())
    unread.license_ids = None
    assert plan({"role": "supervisor"}, unread).kind == "manual"
    item = plan({"role": "supervisor"}, person(ADA, roles=()))
    text = f"{ADA} has no Premium license, which the role supervisor rests on."
    assert item.problem == Problem("needs_premium", text)
    item = plan({"role": "administrator", "license": "standard"}, person(ADA, roles=()))
    assert (item.kind, item.problem) == ("update", None)


def test_who_is_missing_is_named_and_the_first_reason_holds() -> None:
    item = plan({"role": "supervisor"}, None)
    assert item == Change(item.wanted, before=item.before, after=item.before).blocked(
        Problem("person_missing", f"{ADA} is not in the organization.")
    )
    unread = person(ADA, PREMIUM_1, roles=None)
    [found] = plan_roles(
        wanted({"email": ADA, "role": "supervisor"}), RoleFacts(people(unread)), RoleRules(None, "add_only", "scim")
    )
    assert found.problem == Problem("roles_unread", f"Which roles {ADA} has could not be read.")
