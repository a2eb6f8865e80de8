"""Which column is which, which file is which."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.columns import SAMPLE_COLUMNS
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.headers import canonical_header, parse_header
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.layout import (
    BULK_OPERATIONS,
    CONTROL_HUB,
    OTHER,
    identify,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.people import CsvResult
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.finding import Finding

Only = Callable[[CsvResult, str], Finding]
Read = Callable[..., CsvResult]
USER = ["First Name", "Last Name", "User ID/Email (Required)", "Webex Contact Center Premium"]
BULK = [
    "Email",
    "User Profile",
    "Contact Center Enabled",
    "Site",
    "Teams",
    "Skill Profile",
    "Desktop Profile",
    "Multimedia Profile",
    "External Id",
    "Default DN",
]


@pytest.mark.parametrize(
    ("text", "base", "subscription", "suspended"),
    [
        ("Webex Teams", "Webex Teams", None, False),
        ("Webex Teams [Sub111111]", "Webex Teams", "Sub111111", False),
        ("Webex Teams [Sub111111] (Suspended)", "Webex Teams", "Sub111111", True),
        ("Webex Teams (Suspended) [Sub111111]", "Webex Teams", "Sub111111", True),
        ("Webex Teams (suspended)", "Webex Teams", None, True),
        (" Webex Teams[ Sub1 ]( SUSPENDED ) ", "Webex Teams", "Sub1", True),
        ("Hybrid Calendar Service (Exchange)", "Hybrid Calendar Service (Exchange)", None, False),
        ("Hybrid Calendar Service (Exchange) [Sub1]", "Hybrid Calendar Service (Exchange)", "Sub1", False),
        ("User ID/Email (Required)", "User ID/Email (Required)", None, False),
        ("[Sub1]", "[Sub1]", None, False),
        ("", "", None, False),
    ],
)
def test_suffixes_come_off_in_either_order(text: str, base: str, subscription: str | None, suspended: bool) -> None:
    assert parse_header(text) == (base, subscription, suspended)


def test_suffixes_go_back_on() -> None:
    assert canonical_header("Webex Teams", "Sub1", True) == "Webex Teams [Sub1] (Suspended)"
    assert parse_header(canonical_header("Webex Teams", "Sub1", True)) == ("Webex Teams", "Sub1", True)


def test_the_sample_header_is_wholly_known(files: Path) -> None:
    header = (files / "sample_control_hub_export.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    assert [known.header for known in SAMPLE_COLUMNS] == header
    assert len(header) == 42
    layout = identify(header, "x.csv")
    assert (layout.kind, layout.findings) == (CONTROL_HUB, [])
    assert [column.header for column in layout.columns] == header


def test_order_does_not_matter_and_the_header_is_kept() -> None:
    layout = identify(["Webex Contact Center Premium [Sub1]", "junk", *USER[2::-1]], "x.csv")
    premium = layout.of("premium")
    assert premium is not None
    assert (premium.index, premium.header, premium.subscription) == (0, "Webex Contact Center Premium [Sub1]", "Sub1")
    email = layout.of("email")
    assert email is not None
    assert email.index == 2


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Days since last active", "days_since_accessed"),
        ("Directory Number", "extension"),
        ("Direct Line", "phone_number"),
        ("Webex Contact Centre Standard", "standard"),
        ("Contact center Standard Agent", "standard"),
    ],
)
def test_older_names(header: str, field: str) -> None:
    layout = identify([*USER, header], "x.csv")
    assert layout.columns[-1].field == field
    (finding,) = layout.findings
    assert (finding.level, finding.code, finding.column) == ("repaired", "header_alias", header)


def test_calendar_service_is_the_old_name_of_the_exchange_column() -> None:
    (finding,) = identify([*USER, "Calendar Service"], "x.csv").findings
    assert "'Hybrid Calendar Service (Exchange)'" in finding.meaning


@pytest.mark.parametrize(
    "header", ["UserID/Email (Required)", "user id/email (required)", " User  ID / Email(Required)", "Email", "User ID"]
)
def test_address_header_in_other_spellings(read: Read, header: str) -> None:
    result = read(f"First Name,Last Name,{header}\nA,B,a@example.com\n")
    assert result.ok
    assert result.people[0]["email"] == "a@example.com"
    (finding,) = result.findings
    assert (finding.level, finding.line, finding.column) == ("repaired", 1, header.strip())
    assert "'User ID/Email (Required)'" in finding.action


def test_alias_beside_the_proper_column_is_left_alone(read: Read, only: Only) -> None:
    result = read("First Name,Last Name,Email,User ID/Email (Required)\nA,B,other@example.com,a@example.com\n")
    assert result.people[0]["email"] == "a@example.com"
    assert only(result, "header_alias").level == "warning"


@pytest.mark.parametrize(
    ("header", "meant"),
    [
        ("Webex Contact Center Premum", "Webex Contact Center Premium"),
        ("Webex Contact Center Standart", "Webex Contact Center Standard"),
        ("Webex Contct Center Premium [Sub9]", "Webex Contact Center Premium [Sub9]"),
        ("Fist Name", "First Name"),
    ],
)
def test_typing_errors_in_what_matters_are_refused(read: Read, only: Only, header: str, meant: str) -> None:
    columns = [column for column in USER if column != meant] + [header]
    result = read(",".join(columns) + "\n" + ",".join(["A"] * len(columns)) + "\n")
    finding = only(result, "header_typo")
    assert (finding.level, finding.file, finding.line, finding.column) == ("error", "x.csv", 1, header)
    assert f"'{meant}'" in finding.action
    assert result.people == []


def test_typing_error_in_the_address_header(read: Read, only: Only) -> None:
    finding = only(read("First Name,Last Name,User ID/Emial (Required)\nA,B,a@example.com\n"), "header_typo")
    assert (finding.level, finding.line, finding.column) == ("error", 1, "User ID/Emial (Required)")
    assert finding.action == "Write 'User ID/Email (Required)'."


@pytest.mark.parametrize(("header", "meant"), [("Departmant", "Department"), ("Time zones", "Time zone")])
def test_typing_errors_elsewhere_are_warnings(header: str, meant: str) -> None:
    layout = identify([*USER, header], "x.csv")
    (finding,) = layout.findings
    assert (finding.level, finding.code, finding.column) == ("warning", "header_typo", header)
    assert f"'{meant}'" in finding.meaning
    assert layout.ok


def test_licenses_that_are_not_known_are_no_finding() -> None:
    layout = identify([*USER, "Webex Something New [Sub1]", "corp.webex.com - WebEx Enterprise Edition"], "x.csv")
    assert layout.findings == []


def test_other_strange_columns_are_a_warning_each() -> None:
    (finding,) = identify([*USER, "Shoe size"], "x.csv").findings
    assert (finding.level, finding.code, finding.column) == ("warning", "header_unknown", "Shoe size")


def test_a_column_twice(read: Read, only: Only) -> None:
    result = read(",".join([*USER, "Webex Contact Center Premium"]) + "\nA,B,a@example.com,TRUE,FALSE\n")
    assert only(result, "header_duplicate").level == "error"
    assert identify([*USER, "Manager", "Manager"], "x.csv").findings[0].level == "warning"
    assert identify([*USER, "Webex Contact Center Premium [Sub2]"], "x.csv").findings == []


def test_columns_without_header(read: Read) -> None:
    assert read(",".join(USER) + ",,\nA,B,a@example.com,TRUE,,\n").findings == []
    (finding,) = identify([*USER[:3], "", USER[3]], "x.csv").findings
    assert (finding.code, finding.column) == ("header_blank", "column 4")


def test_bulk_operations_file() -> None:
    layout = identify(BULK, "x.csv")
    assert (layout.kind, layout.findings) == (BULK_OPERATIONS, [])
    assert identify([*BULK, "Error Message"], "x.csv").findings == []
    assert identify(["Email", "Site", "Teams"], "x.csv").kind == BULK_OPERATIONS


def test_user_file_by_alias_is_no_bulk_operations_file() -> None:
    assert identify(["Email", "First Name", "Last Name"], "x.csv").kind == CONTROL_HUB
    assert identify(["Email", "Webex Contact Center Premium"], "x.csv").kind == CONTROL_HUB


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ([*USER, "Site", "Teams", "Skill Profile"], "mixed_file"),
        (["Email", "Phone"], "unknown_file"),
        (["First Name", "Last Name", "Webex Contact Center Premium"], "unknown_file"),
        (["Name", "Color"], "unknown_file"),
        (["Ada", "Marlowe", "ada@example.com", "TRUE"], "no_header"),
        (["First Name,Last Name,User ID/Email (Required)"], "header_quoted"),
        (["Email Adress", "Phone"], "header_typo"),
    ],
)
def test_other_files_are_refused_with_one_message(headers: list[str], code: str) -> None:
    layout = identify(headers, "x.csv", 3)
    assert layout.kind == OTHER
    (finding,) = layout.findings
    assert (finding.level, finding.code, finding.file, finding.line) == ("error", code, "x.csv", 3)
