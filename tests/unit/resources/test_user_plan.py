"""What a roster and the people there make of each other."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.user_plan import plan_users
from tests.unit.build import people, person, wanted

ADA = "ada@example.com"


def plan(row: dict[str, Any], there: Any = None, state: str = "present") -> Any:
    [found] = plan_users(wanted({"email": ADA, **row}), people(there) if there else {}, state)
    return found


def test_somebody_new_is_created_with_what_is_declared() -> None:
    item = plan({"first_name": "Ada", "title": ""})
    assert item.kind == "create"
    assert item.before == {"state": "absent"}
    assert item.after == {"state": "present", "first_name": "Ada", "title": ""}
    assert not item.removal


def test_a_row_that_adds_nobody_blocks_whom_nobody_knows() -> None:
    item = plan({"first_name": "Ada", "creates": False})
    assert (item.kind, item.problem.code, item.after) == ("blocked", "person_missing", {"state": "absent"})
    assert plan({"creates": False, "state": "absent"}).kind == "none"
    assert plan({"title": "Lead", "creates": False}, person(ADA)).kind == "update"


def test_the_name_beside_a_pasted_address_is_for_somebody_new_who_declares_none() -> None:
    pasted = {"name_if_new": {"first_name": "Ada", "last_name": "Lo"}}
    item = plan(pasted)
    assert item.after == {"state": "present", "first_name": "Ada", "last_name": "Lo"}
    assert (item.payload["first_name"], item.payload["last_name"]) == ("Ada", "Lo")
    # Two halves of two names are nobody's name.
    assert plan({**pasted, "first_name": "Adele"}).after == {"state": "present", "first_name": "Adele"}
    assert "first_name" not in plan({**pasted, "display_name": "A. Lo"}).after
    assert plan(pasted, person(ADA, first_name="Adele")).kind == "none"


def test_somebody_as_declared_is_left_alone() -> None:
    item = plan({"first_name": "Ada"}, person(ADA, first_name="Ada", last_name="Marlowe"))
    assert item.kind == "none"
    assert item.before == item.after == {"state": "present", "first_name": "Ada"}


def test_only_what_differs_is_sent() -> None:
    item = plan({"first_name": "Ada", "title": "Lead"}, person(ADA, first_name="Ada", title="Agent"))
    assert (item.kind, item.payload) == ("update", {"title": "Lead"})
    assert item.before["title"] == "Agent"
    assert item.after["title"] == "Lead"


def test_an_empty_title_takes_it_away_and_an_empty_name_says_nothing() -> None:
    there = person(ADA, first_name="Ada", title="Agent", department="Desk")
    item = plan({"first_name": "", "title": "", "department": ""}, there)
    assert item.payload == {"title": "", "department": ""}
    assert plan({"title": ""}, person(ADA)).kind == "none"


def test_the_address_is_found_in_any_case() -> None:
    assert plan({}, person("ADA@Example.com")).kind == "none"


@pytest.mark.parametrize(
    ("state", "active", "action", "removal", "after"),
    [
        ("present", True, "none", False, "present"),
        ("present", None, "none", False, "present"),
        ("present", False, "update", False, "present"),
        ("disabled", True, "update", True, "disabled"),
        ("disabled", None, "update", True, "disabled"),
        ("disabled", False, "none", False, "disabled"),
        ("absent", True, "remove", True, "absent"),
        ("absent", False, "remove", True, "absent"),
    ],
)
def test_states_of_somebody_there(state: str, active: bool | None, action: str, removal: bool, after: str) -> None:
    item = plan({}, person(ADA, active=active), state)
    assert (item.kind, item.removal, item.after["state"]) == (action, removal, after)


@pytest.mark.parametrize("state", ["disabled", "absent"])
def test_states_of_somebody_not_there(state: str) -> None:
    item = plan({}, None, state)
    assert (item.kind, item.after) == ("none", {"state": "absent"})


def test_the_row_outweighs_the_modules_option() -> None:
    assert plan({"state": "absent"}, person(ADA)).kind == "remove"
    assert plan({"state": "present"}, person(ADA), "absent").kind == "none"


FIELDS = st.fixed_dictionaries(
    {},
    optional={
        name: st.sampled_from(["", "A", "B"])
        for name in ("first_name", "last_name", "display_name", "title", "department")
    },
)


@given(FIELDS, FIELDS, st.sampled_from([True, False, None]), st.sampled_from(["present", "disabled"]))
def test_the_plan_carried_out_leaves_nothing_to_do(
    declared: dict[str, str], held: dict[str, str], active: bool | None, state: str
) -> None:
    there = person(ADA, active=active, **{k: v or None for k, v in held.items()})
    item = plan(declared, there, state)
    for field, value in (item.payload or {}).items():
        setattr(there, field, value or None if field != "active" else value)
    again = plan(declared, there, state)
    assert again.kind == "none"
    assert again.before == item.after


@pytest.mark.parametrize("active", [False, None, True])
def test_a_file_changes_nobody_s_status_and_a_list_does(active: bool | None) -> None:
    there = person(ADA, active=active)
    of_file = plan({"csv": {"premium": True}}, there)
    assert (of_file.kind, of_file.before == of_file.after) == ("none", True)
    of_list = plan({"csv": None}, there)
    if active is False:
        assert (of_list.kind, of_list.payload, of_list.after["state"]) == ("update", {"active": True}, "present")
    else:
        assert of_list.kind == "none"
