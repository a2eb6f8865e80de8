"""The files of a run joined by address: what was declared, and what each step saw."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.build import build_report
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.join import AS_IS, people_of
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.load import RunFiles
from tests.unit.plugin_utils.runs import ORGANIZATION, PRESENT, chain, line, one


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
    run = RunFiles(organization=ORGANIZATION, outcomes={"user": [line("lee@example.com", "create", after=PRESENT)]})
    (organization,) = build_report([run])["organizations"]
    assert [user["email"] for user in organization["users"]] == ["lee@example.com"]
    assert organization["users"][0]["outcome"] == "ready"


def test_defaults_of_the_roster_are_declarations() -> None:
    roster = {"defaults": {"license": "standard"}, "users": [{"email": "kim@example.com"}]}
    run = RunFiles(organization=ORGANIZATION, roster=roster, outcomes=chain("kim@example.com"))
    report = build_report([run])
    assert report["organizations"][0]["users"][0]["lacks"] == ["license"]


def person_of_row(row: dict[str, t.Any], license_mode: str = "add_and_remove") -> t.Any:
    organization = {**ORGANIZATION, "options": {"license_mode": license_mode}}
    (person,) = people_of(RunFiles(organization, [{"email": "kim@example.com", **row}])).values()
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
    (person,) = people_of(RunFiles(ORGANIZATION, outcomes=outcomes)).values()
    assert person.steps["role"].manual == told


def test_equal_facts_are_kept_once() -> None:
    lines = [line(f"user{number}@example.com", after={"state": "present"}) for number in range(2)]
    first, second = people_of(RunFiles(ORGANIZATION, outcomes={"user": lines})).values()
    assert first.steps["user"].after is second.steps["user"].after
