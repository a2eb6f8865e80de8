"""The files of a run joined by address: what was declared, and what each step saw."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.join import AS_IS, people_of
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.load import RunFiles
from tests.unit.plugin_utils.runs import PRESENT, chain, line, one, plan_of, planned, record, refused, report_of


def test_addresses_are_joined_without_case() -> None:
    assert one(chain("KIM@Example.com"))["outcome"] == "ready"


def test_the_last_outcome_counts_and_an_earlier_change_stays_one() -> None:
    outcomes = chain("kim@example.com")
    outcomes["license"] = [
        line("kim@example.com", "update", after={"license": "premium"}),
        line("kim@example.com", "none", after={"license": "premium"}),
    ]
    outcomes["sync"].insert(0, line("kim@example.com", failed=True, after={"sync_state": "missing"}))
    user = one(outcomes)
    assert user["outcome"] == "ready"
    assert user["changes"] == ["license premium"]
    assert user["summary"]["updated"] == 1


def test_people_whom_only_an_outcome_names_are_there_too() -> None:
    run = RunFiles(record(), outcomes={"user": [line("lee@example.com", "create", source="users[2]", after=PRESENT)]})
    (user,) = report_of(run)["organizations"][0]["users"]
    assert (user["email"], user["places"], user["outcome"]) == ("lee@example.com", ["users[2]"], "ready")


def test_outcomes_belong_to_rows_whatever_the_address() -> None:
    roster = [{"row": 7, "email": "kim@example.com", "sources": ["a.csv:2"]}]
    renamed = line("kim.new@example.com", "update", index=7, after=PRESENT)
    (person,) = people_of(RunFiles(record(), roster, {"user": [renamed]}))
    assert (person.email, person.places, person.steps["user"].changed) == ("kim@example.com", ["a.csv:2"], True)


def test_every_place_is_in_exactly_one_entry() -> None:
    roster = [
        {"row": 0, "email": "kim@example.com", "sources": ["a.csv:2", "a.csv:5"]},
        {"row": 1, "email": "lee@example.com", "source": "onboard_users[0]"},
    ]
    rows = [
        refused("a.csv:3", "KIM@example.com"),
        refused("a.csv:4"),
        refused("a.csv:6"),
        refused("a.csv:7", "new@example.com"),
        refused("a.csv:8", "new@example.com"),
    ]
    people = people_of(RunFiles(record(), roster, {"row": rows}))
    assert [(person.email, person.places) for person in people] == [
        ("kim@example.com", ["a.csv:2", "a.csv:5", "a.csv:3"]),
        ("lee@example.com", ["onboard_users[0]"]),
        (None, ["a.csv:4"]),
        (None, ["a.csv:6"]),
        ("new@example.com", ["a.csv:7", "a.csv:8"]),
    ]


def test_the_plan_speaks_for_rows_without_an_outcome() -> None:
    roster = [{"row": 3, "email": "kim@example.com"}]
    entry = planned(
        "kim@example.com", row=3, user=("none", PRESENT, PRESENT), license=("update", {"license": "none"}, {})
    )
    outcomes = {"user": [line("kim@example.com", "update", index=3, after={"state": "disabled"})]}
    (person,) = people_of(RunFiles(record(), roster, outcomes, plan_of(entry, planned("stranger@example.com", row=9))))
    assert person.steps["user"].after is not None
    assert person.steps["user"].after["state"] == "disabled"
    assert person.steps["license"].not_attempted


def test_defaults_of_the_plan_are_declarations_but_not_for_cells() -> None:
    roster = [{"row": 0, "email": "kim@example.com"}, {"row": 1, "email": "lee@example.com", "csv": {"premium": None}}]
    plan = plan_of(license={"default": "standard"})
    assert [person.license for person in people_of(RunFiles(record(), roster, plan=plan))] == ["standard", None]


def person_of_row(row: dict[str, t.Any], license_mode: str = "add_and_remove") -> t.Any:
    run = RunFiles(record(options={"license_mode": license_mode}), [{"email": "kim@example.com", **row}])
    (person,) = people_of(run)
    return person


@pytest.mark.parametrize(
    ("cells", "license_mode", "declared"),
    [
        ({"premium": True, "standard": False}, "add_and_remove", "premium"),
        ({"premium": False, "standard": True}, "add_only", "standard"),
        ({"premium": False, "standard": False}, "add_and_remove", "none"),
        ({"premium": False, "standard": False}, "add_only", None),
        ({"premium": False, "standard": None}, "add_and_remove", None),
        ({"premium": False, "standard": False, "subscriptions": {"premium": {"Sub1": True}}}, "add_and_remove", None),
    ],
)
def test_the_cells_of_a_csv_row_declare_a_license(
    cells: dict[str, t.Any], license_mode: str, declared: str | None
) -> None:
    person = person_of_row({"csv": cells}, license_mode)
    assert (person.license, person.state) == (declared, AS_IS)


def test_what_a_row_says_itself_comes_before_its_cells_and_the_defaults() -> None:
    row = {"license": "standard", "state": "disabled", "csv": {"premium": True}}
    person = person_of_row(row)
    assert (person.license, person.state) == ("standard", "disabled")


@pytest.mark.parametrize(
    ("manual", "told"),
    [
        ({"what": "Choose it.", "where": "Users"}, "Choose it: Users"),
        ({"what": "Choose it in Users.", "where": "Users"}, "Choose it in Users."),
        ({"what": "", "where": "Users"}, "Users"),
        (None, ""),
    ],
)
def test_what_to_do_by_hand_and_where_become_one_sentence(manual: dict[str, str] | None, told: str) -> None:
    outcomes = {"role": [line("kim@example.com", "manual", manual=manual)]}
    (person,) = people_of(RunFiles(record(), outcomes=outcomes))
    assert person.steps["role"].manual == told


def test_equal_facts_are_kept_once() -> None:
    lines = [line(f"user{number}@example.com", after={"state": "present"}) for number in range(2)]
    first, second = people_of(RunFiles(record(), outcomes={"user": lines}))
    assert first.steps["user"].after is second.steps["user"].after
