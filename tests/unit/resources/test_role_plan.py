"""Roles: both modes, roles that exclude each other, license before role, console and SCIM."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.names import Directory
from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.records import record_from
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.plan import Change
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import Problem
from ansible_collections.wxcc.onboarding.plugins.module_utils._model import Person
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.role_plan import (
    RoleChange,
    RoleFacts,
    RoleRules,
    plan_roles,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.roles import is_administrator_role, resolve_role
from tests.unit.build import PREMIUM_1, STANDARD_1, people, person, wanted

ADA = "ada@example.com"
FULL, READ_ONLY, USER, SERVICE, SUPERVISOR = (
    "id_full_admin",
    "id_readonly_admin",
    "id_user_admin",
    "cjp.admin",
    "cjp.supervisor",
)
LISTED = [{"id": "x", "value": "atlas-portal.pilot", "name": "Pilot Administrator"}]


def plan(row: dict[str, Any], there: Person | None, *, supervisor: bool = False, **options: Any) -> Change:
    blocked = options.pop("blocked", {})
    listed = options.pop("listed", LISTED)
    rules = RoleRules(**{"default": None, "mode": "add_and_remove", "supervisor_via": "console", **options})
    facts = RoleFacts(people(there) if there else {}, {ADA} if supervisor else set(), blocked, listed)
    [found] = plan_roles(wanted({"email": ADA, **row}), facts, rules)
    return found


def held(*roles: str, license_id: str = PREMIUM_1) -> Person:
    return person(ADA, license_id, roles=roles)


def change(item: Change) -> tuple[list[str], list[str]]:
    return (list(item.payload.give), list(item.payload.take)) if item.payload else ([], [])


@pytest.mark.parametrize(
    ("row", "roles", "mode", "expected"),
    [
        ({"role": "administrator"}, [], "add_and_remove", ([FULL], [])),
        ({"role": "administrator"}, [FULL], "add_and_remove", ([], [])),
        ({"role": "administrator"}, [FULL, USER], "add_and_remove", ([], [])),
        ({"role": "administrator"}, [FULL, USER], "add_only", ([], [])),
        ({"role": "agent", "administrator_roles": []}, [FULL, USER], "add_and_remove", ([], [FULL, USER])),
        (
            {"role": "administrator", "administrator_roles": ["Full Administrator"]},
            [USER],
            "add_and_remove",
            ([FULL], [USER]),
        ),
        ({"role": "administrator", "administrator_roles": ["Full Administrator"]}, [USER], "add_only", ([FULL], [])),
        ({"role": "agent"}, [FULL], "add_only", ([], [])),
        ({"administrator_roles": ["user administrator"]}, [], "add_and_remove", ([USER], [])),
        ({"administrator_roles": ["Pilot Administrator"]}, [], "add_and_remove", (["atlas-portal.pilot"], [])),
        ({"administrator_roles": []}, [USER], "add_and_remove", ([], [USER])),
        ({"role": "agent", "administrator_roles": ["User Administrator"]}, [FULL], "add_and_remove", ([USER], [FULL])),
        ({}, [FULL], "add_and_remove", ([], [])),
        ({"administrator_roles": ["Read-only Administrator"]}, [FULL], "add_and_remove", ([READ_ONLY], [FULL])),
    ],
)
def test_what_is_given_and_taken(
    row: dict[str, Any], roles: list[str], mode: str, expected: tuple[list[str], list[str]]
) -> None:
    item = plan(row, held(*roles), mode=mode)
    assert item.problem is None
    assert change(item) == expected
    assert item.removal == bool(expected[1])
    assert item.touches_access == (item.kind != "none")


@pytest.mark.parametrize("via", ["console", "scim", "capabilities"])
@pytest.mark.parametrize(
    ("word", "roles", "mode", "told"),
    [
        ("agent", [FULL], "add_and_remove", "is Full Administrator; role: agent alone would mean none of these."),
        ("supervisor", [FULL], "add_and_remove", "role: supervisor alone would mean none of these."),
        ("supervisor", [READ_ONLY, USER], "add_and_remove", "is Read-only Administrator and User Administrator;"),
        ("supervisor", [SERVICE], "add_and_remove", "is Contact Center Service Administrator;"),
        ("administrator", [USER], "add_and_remove", "would mean Full Administrator, which is another role."),
        ("administrator", [USER], "add_only", "would mean Full Administrator, which is another role."),
        ("administrator", [READ_ONLY], "add_and_remove", "would mean Full Administrator, which is another role."),
        ("administrator", ["id_device_admin", SUPERVISOR], "add_and_remove", "is Device Administrator;"),
    ],
)
def test_a_word_alone_makes_neither_less_nor_more_of_an_administrator(
    word: str, roles: list[str], mode: str, told: str, via: str
) -> None:
    for row, default in (({"role": word}, None), ({}, word), ({"role": word, "administrator_roles": None}, None)):
        item = plan(row, held(*roles), mode=mode, default=default, supervisor_via=via)
        assert item.problem is not None
        assert (item.kind, item.problem.code, item.manual) == ("blocked", "administrator_roles_needed", None)
        assert told in item.problem.message
        assert "administrator_roles: []" in item.problem.advice


def test_roles_that_nobody_names_stay_beside_a_supervisor_in_add_only() -> None:
    item = plan({"role": "supervisor"}, held(USER), mode="add_only")
    assert (item.kind, item.removal, item.payload) == ("manual", False, None)


@pytest.mark.parametrize("mode", ["add_only", "add_and_remove"])
def test_roles_that_are_null_are_not_declared(mode: str) -> None:
    assert plan({"administrator_roles": None}, held(FULL, USER), mode=mode).kind == "none"


@pytest.mark.parametrize(
    "role", ["location_admin", "atlas-portal.partner.salesadmin", "spark.synckms", "cjp.premium_agent"]
)
def test_roles_that_are_not_the_modules_business_stay(role: str) -> None:
    assert not is_administrator_role(role)
    assert plan({"role": "agent"}, held(role)).kind == "none"


def test_adding_only_never_makes_two_that_exclude_each_other() -> None:
    item = plan({"administrator_roles": ["Full Administrator"]}, held(READ_ONLY), mode="add_only")
    assert (item.kind, item.problem.code if item.problem else "") == ("blocked", "needs_remove")
    assert "Full Administrator and Read-only Administrator" in (item.problem.message if item.problem else "")


def test_two_declared_that_exclude_each_other_block_their_row() -> None:
    item = plan({"administrator_roles": ["Full Administrator", "Contact Center Service Administrator"]}, held())
    assert item.kind == "blocked"
    assert "only one of" in (item.problem.message if item.problem else "")


def test_a_role_that_nobody_knows_blocks_its_row() -> None:
    item = plan({"administrator_roles": ["Full Admin"]}, held())
    assert item.kind == "blocked"
    assert item.problem is not None
    assert item.problem.code == "unknown_role"
    assert item.problem.message.startswith("users[0]")
    assert "Full Administrator" in item.problem.message.partition("Near: ")[2].split(", ")


@pytest.mark.parametrize("name", ["Sales Administrator", "id_full_admin.partner.x", "Location Administrator"])
def test_a_role_that_no_api_gives_blocks_its_row_with_the_way_by_hand(name: str) -> None:
    listed = [
        {"id": "1", "value": "location_admin", "name": "Location Administrator"},
        {"id": "2", "value": "id_full_admin.partner.x", "name": "Partner Full Administrator"},
    ]
    item = plan({"administrator_roles": [name]}, held(), listed=listed)
    assert (item.kind, item.problem.code if item.problem else "") == ("blocked", "role_by_hand")
    assert item.problem is not None
    assert repr(name) in item.problem.message
    assert "Management > Users" in item.problem.advice


def test_an_administrator_without_any_role_contradicts_itself() -> None:
    item = plan({"role": "administrator", "administrator_roles": []}, held(FULL))
    assert (item.kind, item.problem.code if item.problem else "") == ("blocked", "invalid_input")
    assert plan({"role": "agent", "administrator_roles": []}, held(FULL)).kind == "remove"


def test_roles_by_name_value_and_id() -> None:
    for text in ("Full Administrator", " full administrator ", FULL, "Y2lzY29zcGFyazovL3VzL1JPTEUvaWRfZnVsbF9hZG1pbg"):
        assert resolve_role(text) == FULL
    assert resolve_role("Pilot Administrator") is None
    assert resolve_role("pilot administrator", LISTED) == "atlas-portal.pilot"


@pytest.mark.parametrize("license_id", [STANDARD_1, ""])
def test_the_license_comes_before_the_role(license_id: str) -> None:
    there = person(ADA, *([license_id] if license_id else []))
    item = plan({"role": "supervisor"}, there)
    assert (item.kind, item.problem.code if item.problem else "") == ("blocked", "needs_premium")
    for declared in ({"license": "premium"}, {"csv": {"standard": False, "premium": True}}):
        item = plan({"role": "administrator", **declared}, there)
        assert (item.kind, item.problem.code if item.problem else "") == ("blocked", "needs_premium")
    assert plan({"role": "administrator"}, there).kind == "update"


def test_who_is_not_there_keeps_the_reason_of_the_earlier_step() -> None:
    item = plan({"role": "administrator"}, None)
    assert item.problem is not None
    assert item.problem.code == "person_missing"
    item = plan({"role": "agent"}, None, blocked={ADA: Problem("trial_account", "A trial.")})
    assert item.problem is not None
    assert item.problem.code == "trial_account"
    assert plan({"role": "agent"}, None).kind == "none"


@pytest.mark.parametrize(
    "row", [{"role": "supervisor"}, {"administrator_roles": ["User Administrator"]}, {"role": "administrator"}]
)
@pytest.mark.parametrize("via", ["console", "scim", "capabilities"])
def test_who_is_missing_and_is_to_have_a_role_is_blocked(row: dict[str, Any], via: str) -> None:
    item = plan(row, None, supervisor_via=via)
    assert item.problem is not None
    assert (item.kind, item.problem.code, item.manual) == ("blocked", "person_missing", None)
    item = plan(row, None, supervisor_via=via, blocked={ADA: Problem("trial_account", "A trial.")})
    assert item.problem is not None
    assert item.problem.code == "trial_account"


@pytest.mark.parametrize("row", [{"administrator_roles": []}, {"role": "agent", "administrator_roles": []}])
def test_who_is_missing_and_is_to_have_none_is_in_order(row: dict[str, Any]) -> None:
    assert plan(row, None).kind == "none"


@pytest.mark.parametrize(
    "row", [{"role": "agent"}, {"role": "supervisor"}, {"administrator_roles": []}, {"role": "administrator"}]
)
def test_of_whom_the_roles_were_not_read_nothing_is_given_or_taken(row: dict[str, Any]) -> None:
    item = plan(row, person(ADA, PREMIUM_1, roles=None), supervisor_via="scim")
    assert item.problem is not None
    assert (item.kind, item.problem.code) == ("blocked", "roles_unread")
    assert plan({}, person(ADA, roles=None)).kind == "none"


def by_record(
    row: dict[str, Any], says: bool | None, *, profile: str = "agents", there: bool = True, mode: str = "add_and_remove"
) -> Change:
    """Plan with the contact center's record at hand."""
    rules = RoleRules(None, mode, "capabilities")
    profiles = Directory(
        {"user-profile": [{"id": "leads", "profileType": "SUPERVISOR"}, {"id": "agents", "profileType": "X"}]}
    )
    record = record_from({"id": "r", "email": ADA, "userProfileId": profile, "supervisorCapabilitiesEnabled": says})
    facts = RoleFacts(
        people(held()),
        {ADA} if there and profile == "leads" else set(),
        records={ADA: record} if there else {},
        profiles=profiles,
    )
    [found] = plan_roles(wanted({"email": ADA, **row}), facts, rules)
    return found


@pytest.mark.parametrize(
    ("word", "says", "profile", "mode", "kind", "supervises"),
    [
        ("supervisor", False, "agents", "add_and_remove", "update", True),
        ("supervisor", False, "agents", "add_only", "update", True),
        ("supervisor", True, "agents", "add_and_remove", "none", None),
        ("supervisor", False, "leads", "add_and_remove", "none", None),
        ("supervisor", None, "leads", "add_and_remove", "none", None),
        ("supervisor", None, "agents", "add_and_remove", "manual", None),
        ("agent", True, "agents", "add_and_remove", "remove", False),
        ("agent", True, "leads", "add_and_remove", "remove", False),
        ("agent", True, "agents", "add_only", "none", None),
        ("agent", False, "agents", "add_and_remove", "none", None),
        ("agent", False, "leads", "add_and_remove", "manual", None),
        ("agent", None, "leads", "add_and_remove", "manual", None),
    ],
)
def test_the_switch_on_the_record(
    word: str, says: bool | None, profile: str, mode: str, kind: str, supervises: bool | None
) -> None:
    item = by_record({"role": word}, says, profile=profile, mode=mode)
    assert item.kind == kind
    assert item.removal is (word == "agent" and kind != "none")
    assert (item.payload.supervises if item.payload else None) is supervises
    assert item.before.get("supervisor_capabilities") is says
    if item.payload:
        assert (item.payload.record_id, item.payload.parts(), item.touches_access) == ("r", [], True)
        assert (item.after["role"], item.after["supervisor_capabilities"]) == (word, supervises)


def test_an_administrator_s_role_goes_with_the_switch_left_on() -> None:
    item = by_record({"role": "supervisor", "administrator_roles": ["User Administrator"]}, True)
    assert (change(item), item.payload.record_id) == (([USER], []), None)
    assert item.after == {"role": "administrator", "roles": ["User Administrator"], "supervisor_capabilities": True}


def test_a_supervisor_by_console_is_something_to_press_and_no_change() -> None:
    item = plan({"role": "supervisor"}, held())
    assert item.kind == "manual"
    assert item.before == item.after
    assert item.payload is None
    assert item.manual is not None
    assert "Premium Agent - Supervisor Role" in item.manual.where


@pytest.mark.parametrize("via", ["console", "scim"])
@pytest.mark.parametrize(("roles", "supervisor"), [((SUPERVISOR,), False), ((), True)])
def test_who_is_a_supervisor_already_is_left_alone(via: str, roles: tuple[str, ...], supervisor: bool) -> None:
    item = plan({"role": "supervisor"}, held(*roles), supervisor=supervisor, supervisor_via=via)
    assert (item.kind, item.manual) == ("none", None)
    assert item.before["role"] == "supervisor"


def test_a_supervisor_by_scim_is_a_change() -> None:
    item = plan({"role": "supervisor"}, held(), supervisor_via="scim")
    assert change(item) == ([SUPERVISOR], [])
    assert (item.kind, item.after["role"], item.manual) == ("update", "supervisor", None)


def test_an_administrator_may_still_have_something_to_press() -> None:
    item = plan({"role": "supervisor", "administrator_roles": ["User Administrator"]}, held())
    assert change(item) == ([USER], [])
    assert item.kind == "update"
    assert item.manual is not None


@pytest.mark.parametrize(("via", "action", "removed"), [("console", "manual", []), ("scim", "remove", [SUPERVISOR])])
def test_a_supervisor_becomes_an_agent(via: str, action: str, removed: list[str]) -> None:
    item = plan({"role": "agent"}, held(SUPERVISOR), supervisor_via=via)
    assert (item.kind, change(item)[1]) == (action, removed)
    assert bool(item.manual) == (via == "console")
    item = plan({"role": "agent"}, held(SUPERVISOR), supervisor_via=via, mode="add_only")
    assert (item.kind, item.manual) == ("none", None)


def test_the_supervisor_role_beside_an_administrator_s_is_told() -> None:
    """The word is the administrator's before and afterwards."""
    item = plan({"role": "supervisor"}, held(USER), mode="add_only", supervisor_via="scim")
    assert item.before == {"role": "administrator", "roles": ["User Administrator"]}
    assert item.after == {"role": "administrator", "roles": ["User Administrator", "Supervisor"]}
    item = plan({"role": "supervisor"}, held(USER, SUPERVISOR), mode="add_only", supervisor_via="scim")
    assert (item.kind, item.before["roles"]) == ("none", ["User Administrator", "Supervisor"])


def test_who_loses_the_administrators_role_is_still_a_supervisor() -> None:
    item = plan({"role": "supervisor", "administrator_roles": []}, held(FULL), supervisor=True)
    assert item.before == {"role": "administrator", "roles": ["Full Administrator"]}
    assert item.after == {"role": "supervisor", "roles": []}


def test_the_supervisor_role_is_sent_apart() -> None:
    whole = RoleChange((USER, SUPERVISOR), (FULL,))
    assert whole.parts() == [RoleChange((USER,), (FULL,)), RoleChange((SUPERVISOR,))]
    assert RoleChange(take=(SUPERVISOR,)).parts() == [RoleChange(take=(SUPERVISOR,))]


@pytest.mark.parametrize("mode", ["add_and_remove", "add_only"])
@pytest.mark.parametrize("via", ["console", "scim"])
def test_roles_in_another_order_than_the_service_lists_them_are_no_change(mode: str, via: str) -> None:
    names = ["User Administrator", "Device Administrator", "Full Administrator"]
    values = (FULL, "id_user_admin", "id_device_admin")
    for order in itertools.permutations(names):
        item = plan({"administrator_roles": list(order)}, held(*values), mode=mode, supervisor_via=via)
        assert item.kind == "none"
        assert item.before == item.after
        assert item.before["roles"] == sorted(names)


def test_a_role_that_is_named_twice_counts_once() -> None:
    item = plan({"administrator_roles": ["Full Administrator", "id_full_admin", "full administrator"]}, held())
    assert change(item) == ([FULL], [])
