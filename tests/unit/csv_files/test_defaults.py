"""A license and a role for everybody, and the rows of files that declare none."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.defaults import checked, fill
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.people import join_files, read_each
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.read_result import CsvResult
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.rows import CheckOptions
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.source import Source
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import InputError

NAMES = "First Name,Last Name,User ID/Email (Required)"
CELLS = f"{NAMES},Webex Contact Center Standard,Webex Contact Center Premium"


def filled(
    header: str, *rows: str, beside: dict[str, Any] | None = None, mode: str = "add_only", **defaults: str
) -> CsvResult:
    source = Source("x.csv", data="\n".join([header, *rows, ""]).encode())
    lists = [{"source": "users[0]", "sources": ["users[0]"], **beside}] if beside else []
    return fill(join_files(read_each([source], CheckOptions()), mode=mode, beside=lists), defaults)


def said(result: CsvResult) -> list[tuple[str, str, int]]:
    return [(f.code, f.level, f.line) for f in result.findings]


def test_a_file_without_contact_center_columns_takes_both() -> None:
    result = filled(NAMES, "Ada,M,ada@example.com", license="premium", role="supervisor")
    assert [(p["license"], p["role"]) for p in result.people] == [("premium", "supervisor")]
    assert said(result) == []


@pytest.mark.parametrize("row", ["FALSE,FALSE", "FALSE,", ",FALSE"])
def test_a_cell_of_false_goes_before_both_and_is_told_once(row: str) -> None:
    rows = [f"Ada,M,ada@example.com,{row}", f"Bo,M,bo@example.com,{row}"]
    result = filled(CELLS, *rows, license="premium", role="agent")
    assert all("license" not in p and "role" not in p for p in result.people)
    names = ("default_not_for_false", "default_role_not_for_false")
    assert said(result) == [(name, "warning", 1) for name in names]
    license_text, role_text = (f.meaning for f in result.findings)
    assert license_text.startswith("onboard_license is premium, and the cells of 2 people are FALSE")
    assert role_text.startswith("onboard_role is agent, and the license cells of 2 people are FALSE")


def test_a_blank_cell_leaves_the_license_alone_and_takes_the_role() -> None:
    result = filled(CELLS, "Ada,M,ada@example.com,,", license="premium", role="supervisor")
    [person] = result.people
    assert ("license" in person, person["role"]) == (False, "supervisor")
    [finding] = result.findings
    assert "the license cells of 1 person are blank" in finding.meaning


def test_a_cell_of_true_goes_before_the_license_without_a_word() -> None:
    result = filled(CELLS, "Ada,M,ada@example.com,TRUE,", license="premium", role="agent")
    [person] = result.people
    assert ("license" in person, person["role"], said(result)) == (False, "agent", [])


def test_a_role_that_rests_on_another_license_refuses_the_row() -> None:
    result = filled(CELLS, "Ada,M,ada@example.com,TRUE,", "Bo,M,bo@example.com,,TRUE", role="supervisor")
    assert [(p["email"], p["role"]) for p in result.people] == [("bo@example.com", "supervisor")]
    assert [(row.place, row.code) for row in result.table().refused] == [("x.csv:2", "needs_premium")]


def test_what_stands_beside_the_file_goes_before_the_role() -> None:
    lead = {"email": "ada@example.com", "role": "administrator"}
    result = filled(CELLS, "Ada,M,ada@example.com,,TRUE", beside=lead, license="standard", role="agent")
    # Nor does a default contradict a cell: a list that declares no license says nothing of it.
    assert [(p["role"], "license" in p) for p in result.people] == [("administrator", False)]
    assert said(result) == []


def test_who_stands_in_the_list_alone_takes_both() -> None:
    result = filled(
        CELLS, "Ada,M,ada@example.com,,TRUE", beside={"email": "bo@example.com"}, license="standard", role="agent"
    )
    assert [(p.get("license"), p["role"]) for p in result.people] == [(None, "agent"), ("standard", "agent")]


def test_no_default_goes_for_a_bulk_operations_file() -> None:
    result = filled("Email,Site,Teams", "ada@example.com,HQ,", license="premium", role="agent")
    [person] = result.people
    assert ("license" in person, "role" in person, said(result)) == (
        False,
        False,
        [("default_not_for_bulk", "warning", 1)],
    )
    named = {"email": "ada@example.com", "title": "Lead"}
    [person] = filled("Email,Site,Teams", "ada@example.com,HQ,", beside=named, license="premium").people
    assert person["license"] == "premium"


def test_subscriptions_count_as_cells() -> None:
    header = f"{NAMES},Webex Contact Center Premium [Sub1],Webex Contact Center Premium [Sub2]"
    result = filled(header, "Ada,M,ada@example.com,FALSE,TRUE", "Bo,M,bo@example.com,FALSE,", license="premium")
    assert [f.meaning.split(" are ")[0] for f in result.findings] == [
        "onboard_license is premium, and the cells of 1 person"
    ]


def test_words_that_nobody_knows() -> None:
    assert checked({"license": "", "role": None}) == {}
    with pytest.raises(InputError, match="role is 'boss'"):
        checked({"role": "boss"})
    with pytest.raises(InputError, match="licence"):
        checked({"licence": "premium"})
