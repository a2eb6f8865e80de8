"""The doctor: a test per rule, each with the place that the finding names."""

from __future__ import annotations

import typing as t
from collections.abc import Callable

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.cells import looks_like_formula
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.numbers import check_number
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.people import CsvResult
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.truth import read_truth
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import harmless
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.address import address_problem
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.finding import Finding

Only = Callable[[CsvResult, str], Finding]
Read = Callable[..., CsvResult]
Rows = Callable[..., CsvResult]
STANDARD = "Webex Contact Center Standard"
PREMIUM = "Webex Contact Center Premium"
EMAIL = "User ID/Email (Required)"
CALLING = "Webex Calling VAR Professional"
GOOD = ["Ada", "Marlowe", "ada@example.com", "FALSE", "TRUE"]


def place(finding: Finding) -> tuple[str, str, int, str]:
    return finding.level, finding.file, finding.line, finding.column


# --- License values -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("TRUE", True),
        ("True", True),
        ("true", True),
        (" tRuE\u00a0", True),
        ("T", True),
        ("t", True),
        ("FALSE", False),
        ("False", False),
        ("F", False),
        ("f ", False),
        ("", None),
        ("  ", None),
    ],
)
def test_true_false_and_blank(rows: Rows, cell: str, value: bool | None) -> None:
    result = rows(["Ada", "Marlowe", "ada@example.com", "", cell])
    assert result.findings == []
    assert result.people[0]["csv"] == {"standard": None, "premium": value}


@pytest.mark.parametrize(
    ("cell", "value", "language"),
    [
        ("Wahr", True, "German"),
        ("FALSCH", False, "German"),
        ("VRAI", True, "French"),
        ("faux", False, "French"),
        ("VERDADERO", True, "Spanish"),
        ("FALSO", False, "Spanish"),
        ("VERO", True, "Italian"),
        ("VERDADEIRO", True, "Portuguese"),
        ("WAAR", True, "Dutch"),
        ("ONWAAR", False, "Dutch"),
        ("SANT", True, "Swedish"),
        ("USANN", False, "Norwegian"),
        ("SAND", True, "Danish"),
        ("EPÄTOSI", False, "Finnish"),
        ("PRAWDA", True, "Polish"),
        ("fałsz", False, "Polish"),
        ("PRAVDA", True, "Czech"),
        ("NEPRAVDA", False, "Czech"),
        ("IGAZ", True, "Hungarian"),
        ("ИСТИНА", True, "Russian"),
        ("ложь", False, "Russian"),
        ("ХИБНІСТЬ", False, "Ukrainian"),
        ("DOĞRU", True, "Turkish"),
        ("YANLIŞ", False, "Turkish"),
        ("yanlış", False, "Turkish"),
        ("ADEVĂRAT", True, "Romanian"),
        ("ΑΛΗΘΈΣ", True, "Greek"),
    ],
)
def test_words_of_spreadsheets_in_other_languages(
    rows: Rows, only: Only, cell: str, value: bool, language: str
) -> None:
    result = rows(GOOD, ["Bo", "Li", "bo@example.com", "", f" {cell} "])
    finding = only(result, "license_value_local")
    assert place(finding) == ("repaired", "x.csv", 3, PREMIUM)
    assert finding.found == f" {cell} "
    assert language in finding.meaning
    assert result.ok
    assert result.people[1]["csv"]["premium"] is value


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1", "license_value_mark"),
        ("0", "license_value_mark"),
        ("x", "license_value_mark"),
        ("X", "license_value_mark"),
        ("yes", "license_value_mark"),
        ("No", "license_value_mark"),
        ("✓", "license_value_mark"),
        ("=TRUE()", "license_value_formula"),
        ("#NAME?", "license_value_error"),
        ("#N/A", "license_value_error"),
        ("Premium", "license_value"),
        ("TRUE FALSE", "license_value"),
        ("TRUE" + "E" * 50, "license_value"),
    ],
)
def test_other_values_are_refused(rows: Rows, only: Only, cell: str, code: str) -> None:
    result = rows(GOOD, ["Bo", "Li", "bo@example.com", cell, "FALSE"])
    finding = only(result, code)
    assert place(finding) == ("error", "x.csv", 3, STANDARD)
    assert finding.email == "bo@example.com"
    assert "TRUE or FALSE" in finding.action
    assert [person["email"] for person in result.people] == ["ada@example.com"]


def test_values_under_other_services_are_warnings(rows: Rows, only: Only) -> None:
    header = ["First Name", "Last Name", EMAIL, "Webex Teams", PREMIUM]
    result = rows(["Ada", "Marlowe", "ada@example.com", "yes", "TRUE"], header=header)
    assert place(only(result, "license_value_mark")) == ("warning", "x.csv", 2, "Webex Teams")
    assert result.ok


def test_truth_of_a_huge_cell_is_cheap() -> None:
    assert read_truth("TRUE" * 30_000).rule == "license_value"


def test_both_licenses(rows: Rows, only: Only) -> None:
    result = rows(GOOD, ["Bo", "Li", "bo@example.com", "TRUE", "true"])
    assert place(only(result, "license_both")) == ("error", "x.csv", 3, PREMIUM)
    assert len(result.people) == 1


def test_both_licenses_by_local_words(rows: Rows, only: Only) -> None:
    result = rows(["Bo", "Li", "bo@example.com", "WAHR", "WAHR"])
    assert only(result, "license_both").line == 2


def test_one_license_under_two_subscriptions(rows: Rows, only: Only) -> None:
    header = ["First Name", "Last Name", EMAIL, f"{PREMIUM} [Sub1]", f"{PREMIUM} [Sub2]"]
    result = rows(["Bo", "Li", "bo@example.com", "TRUE", "TRUE"], header=header)
    assert place(only(result, "license_two_subscriptions")) == ("error", "x.csv", 2, f"{PREMIUM} [Sub2]")


@pytest.mark.parametrize("header", [f"{PREMIUM} [Sub2] (Suspended)", f"{PREMIUM} (Suspended) [Sub2]"])
def test_true_under_a_suspended_service(rows: Rows, only: Only, header: str) -> None:
    columns = ["First Name", "Last Name", EMAIL, f"{STANDARD} [Sub1]", header]
    result = rows(
        ["Ada", "Marlowe", "ada@example.com", "TRUE", "FALSE"],
        ["Bo", "Li", "bo@example.com", "FALSE", "TRUE"],
        header=columns,
    )
    assert place(only(result, "license_suspended")) == ("error", "x.csv", 3, header)
    assert [person["email"] for person in result.people] == ["ada@example.com"]


# --- Addresses ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("", "address_missing"),
        ("ada", "address_invalid"),
        ("Ada <ada@example.com>", "address_invalid"),
        ("a" * 65 + "@example.com", "address_local_part"),
        ("a" * 130_000, "address_invalid"),
    ],
)
def test_bad_addresses(rows: Rows, address: str, code: str) -> None:
    result = rows(GOOD, ["Bo", "Li", address, "", "TRUE"])
    (finding,) = result.findings
    assert finding.code == code
    assert place(finding) == ("error", "x.csv", 3, EMAIL)
    problem = address_problem(address)
    assert problem is not None
    assert (finding.meaning, finding.action) == (problem.meaning, problem.action)
    assert len(result.people) == 1


def test_blanks_around_an_address(rows: Rows, only: Only) -> None:
    result = rows(["Bo", "Li", "\u00a0bo@example.com ", "", "TRUE"])
    assert place(only(result, "stray_blanks")) == ("repaired", "x.csv", 2, EMAIL)
    assert result.people[0]["email"] == "bo@example.com"


def test_address_that_may_be_a_formula(rows: Rows, only: Only) -> None:
    result = rows(["Bo", "Li", "=bo@example.com", "", "TRUE"])
    assert place(only(result, "formula")) == ("warning", "x.csv", 2, EMAIL)
    assert result.people[0]["email"] == "=bo@example.com"


def test_rows_of_one_person_that_agree_count_once(rows: Rows) -> None:
    result = rows(
        ["Ada", "Marlowe", "Ada@Example.com", "", "TRUE"],
        ["Bo", "Li", "bo@example.com", "", ""],
        ["Ada", "Marlowe", "ada@example.com", "", "TRUE"],
        ["Ada", "", "Ada@Example.com", "", ""],
    )
    assert [(finding.code, *place(finding)) for finding in result.findings] == [
        ("address_duplicate", "warning", "x.csv", 4, EMAIL),
        ("address_duplicate", "warning", "x.csv", 5, EMAIL),
    ]
    assert "line 2" in result.findings[1].meaning
    assert "'Ada@Example.com'" in result.findings[0].meaning
    assert [(p["last_name"], p["sources"]) for p in result.people] == [
        ("Marlowe", ["x.csv:2", "x.csv:4", "x.csv:5"]),
        ("Li", ["x.csv:3"]),
    ]


def test_rows_of_one_person_that_contradict_each_other_are_refused_all_of_them(rows: Rows) -> None:
    """Else the first is carried out, and the retry file turns the person over."""
    result = rows(
        ["Nia", "Robles", "nia@example.com", "TRUE", "FALSE"],
        ["Bo", "Li", "bo@example.com", "", ""],
        ["Nia", "Robles", "NIA@example.com", "FALSE", "TRUE"],
    )
    (finding,) = result.findings
    assert (finding.code, *place(finding)) == ("contradiction", "error", "x.csv", 4, "standard, premium")
    assert "x.csv:2 says 'TRUE, FALSE' and x.csv:4 says 'FALSE, TRUE'" in finding.meaning
    assert [person["email"] for person in result.people] == ["bo@example.com"]
    assert [(row.place, row.code) for row in result.table().refused] == [
        ("x.csv:2", "contradiction"),
        ("x.csv:4", "contradiction"),
    ]


# --- Numbers ------------------------------------------------------------------------------------------------------

NUMBERS = [EMAIL, "First Name", "Last Name", "Phone Number", "Caller ID Number", "Extension", PREMIUM]


def numbers(rows: Rows, phone: str = "", caller: str = "", extension: str = "", **options: t.Any) -> CsvResult:
    return rows(
        ["bo@example.com", "Bo", "Li", phone, caller, extension, "TRUE"], header=NUMBERS, keep_columns=True, **options
    )


def test_lost_plus_with_the_same_digits_beside_it(rows: Rows, only: Only) -> None:
    result = numbers(rows, "12025550101", "+12025550101")
    assert place(only(result, "number_plus_lost")) == ("repaired", "x.csv", 2, "Phone Number")
    assert result.people[0]["columns"]["Phone Number"] == "+12025550101"


def test_lost_plus_with_the_organizations_record(rows: Rows, only: Only) -> None:
    result = numbers(rows, "12025550101", "+12025550199", known_numbers={"BO@example.com": ["+1 202 555 0101"]})
    finding = only(result, "number_plus_lost")
    assert finding.level == "repaired"
    assert "organization's record" in finding.meaning
    assert result.people[0]["columns"]["Phone Number"] == "+12025550101"


def test_lost_plus_that_nothing_settles(rows: Rows, only: Only) -> None:
    result = numbers(rows, "12025550101", "+12025550102", known_numbers={"bo@example.com": ["+12025550103"]})
    finding = only(result, "number_plus_lost")
    assert place(finding) == ("warning", "x.csv", 2, "Phone Number")
    assert finding.found == "12025550101"
    assert result.ok
    assert "Phone Number" not in result.people[0]["columns"]


def test_lost_plus_in_both_columns_proves_nothing(rows: Rows) -> None:
    result = numbers(rows, "12025550101", "12025550101")
    assert [place(finding) for finding in result.findings] == [
        ("warning", "x.csv", 1, ""),
        ("warning", "x.csv", 2, "Phone Number"),
        ("warning", "x.csv", 2, "Caller ID Number"),
    ]


def test_lost_plus_is_an_error_for_callers_that_send_numbers(rows: Rows, only: Only) -> None:
    result = numbers(rows, "12025550101", strict_numbers=True)
    assert only(result, "number_plus_lost").level == "error"
    assert result.people == []


@pytest.mark.parametrize("cell", ["1.20256E+10", "1,20256E+10", "1.20256e10"])
def test_scientific_notation_is_told_and_refuses_nobody(rows: Rows, only: Only, cell: str) -> None:
    result = numbers(rows, cell, "+12025550101")
    finding = only(result, "number_scientific")
    assert place(finding) == ("warning", "x.csv", 2, "Phone Number")
    # The caller's number begins alike, and is another one as often as not.
    assert "+12025550101" in finding.meaning
    assert "Phone Number" not in result.people[0]["columns"]


def test_scientific_notation_that_the_record_settles(rows: Rows, only: Only) -> None:
    result = numbers(
        rows, "1.20256E+10", "+12025550101", known_numbers={"bo@example.com": ["+12025550102", "+4930123456"]}
    )
    assert place(only(result, "number_scientific")) == ("repaired", "x.csv", 2, "Phone Number")
    assert result.people[0]["columns"]["Phone Number"] == "+12025550102"


@pytest.mark.parametrize(
    "known", [[], ["+12035550102"], ["+120255501"], ["+12025550101", "+12025550102"], ["12025550101"]]
)
def test_scientific_notation_that_the_record_does_not_settle(known: list[str]) -> None:
    number = check_number("1.20256E+10", [], known)
    assert (number.value, number.rule) == (None, "number_scientific.lost")


@pytest.mark.parametrize(
    ("cell", "number"), [("1.2E+10", "+12025550101"), ("1E+10", "+12025550101"), ("1.20255501E+10", "+12025550101")]
)
def test_scientific_notation_of_any_length(cell: str, number: str) -> None:
    assert check_number(cell, [], [number]).value == number


@pytest.mark.parametrize(
    ("cell", "value", "rule"),
    [
        ("+12025550101", "+12025550101", ""),
        ("REMOVE|+12025550101", "REMOVE|+12025550101", ""),
        ("'+12025550101", "+12025550101", "number_apostrophe"),
        ("+1 (202) 555-0101", "+12025550101", "number_punctuation"),
        ("+44 (0)20 7946 0000", None, "number_invalid"),
        ("12025550101.0", None, "number_plus_lost.unproven"),
        ("12345", None, "number_invalid"),
        ("call me", None, "number_invalid"),
        ('="+12025550101"', None, "formula.number"),
        ("", None, ""),
    ],
)
def test_numbers(cell: str, value: str | None, rule: str) -> None:
    number = check_number(cell, [], [])
    assert (number.value, number.rule) == (value, rule)


def test_extension_in_scientific_notation(rows: Rows, only: Only) -> None:
    result = numbers(rows, extension="1.2E+10")
    assert place(only(result, "number_scientific")) == ("warning", "x.csv", 2, "Extension")


def test_extension_that_is_none(rows: Rows, only: Only) -> None:
    assert place(only(numbers(rows, extension="21O1"), "extension_invalid")) == ("warning", "x.csv", 2, "Extension")
    assert numbers(rows, extension="0021").people[0]["columns"]["Extension"] == "0021"


# --- Names and other text -----------------------------------------------------------------------------------------

CALLED = ["First Name", "Last Name", EMAIL, "Extension", "Location", CALLING]


@pytest.mark.parametrize("calling", ["FALSE", "", "TRUE"])
@pytest.mark.parametrize("name", ["A" * 31, "Ada#1", "A/B", 'Ada "Ace"', "50%", "<b>", "back\\slash"])
def test_names_that_calling_refuses(rows: Rows, calling: str, name: str) -> None:
    result = rows([name, "Marlowe", "ada@example.com", "2101", "HQ", calling], header=CALLED)
    (finding,) = [finding for finding in result.findings if finding.code.startswith("name_")]
    assert place(finding) == ("warning", "x.csv", 2, "First Name")
    # Calling is not sent from here, so nobody is refused for it.
    assert ("Calling is not sent from here" in finding.meaning) is (calling == "TRUE")
    assert [person["first_name"] for person in result.people] == [name]


def test_names_of_thirty_characters_pass(rows: Rows) -> None:
    assert rows(["A" * 30, "O'Dell-Ångström, ", *GOOD[2:]]).ok


@pytest.mark.parametrize("cell", ["=1+1", "=Ada", "@SUM(A1)", "+cmd|' /C calc'!A0", "-Ada", "=cmd()", "-2+3"])
def test_formulas_are_warned_about_and_kept(rows: Rows, only: Only, cell: str) -> None:
    result = rows([cell, *GOOD[1:]])
    assert place(only(result, "formula")) == ("warning", "x.csv", 2, "First Name")
    assert result.people[0]["first_name"] == cell


@pytest.mark.parametrize("cell", ["+12025550101", "-", "=", "+", "@", "- ", "--", "O-Neill", "a=b", "-5", "1+1"])
def test_what_is_no_formula(cell: str) -> None:
    assert not looks_like_formula(cell)


def test_garbled_and_lost_characters(rows: Rows, only: Only) -> None:
    garbled = only(rows(["InÃ©s", *GOOD[1:]]), "character_garbled")
    assert place(garbled) == ("warning", "x.csv", 2, "First Name")
    assert "'Inés'" in garbled.meaning
    assert place(only(rows(["Ada", "M\ufffdller", *GOOD[2:]]), "character_lost"))[2:] == (2, "Last Name")
    replaced = only(rows(["Ada", f"M{harmless(chr(0x202E))}ller", *GOOD[2:]]), "character_replaced")
    assert place(replaced) == ("warning", "x.csv", 2, "Last Name")
    assert rows(["Ångström", "Ñandú", *GOOD[2:]]).findings == []


def test_line_ends_and_blanks_in_names(rows: Rows, only: Only) -> None:
    result = rows(["Ada\nB", " Marlowe ", *GOOD[2:]])
    assert place(only(result, "line_break")) == ("warning", "x.csv", 2, "First Name")
    assert place(only(result, "stray_blanks")) == ("repaired", "x.csv", 2, "Last Name")
    assert (result.people[0]["first_name"], result.people[0]["last_name"]) == ("Ada\nB", "Marlowe")


def test_error_message_of_a_spreadsheet(rows: Rows, only: Only) -> None:
    assert place(only(rows(["#REF!", *GOOD[1:]]), "sheet_error")) == ("warning", "x.csv", 2, "First Name")


# --- Columns that can only be read --------------------------------------------------------------------------------

READ_ONLY = [EMAIL, "First Name", "Last Name", "User Status", "Days since Last Service Accessed"]


@pytest.mark.parametrize("status", ["Active", "Verified", "Not Verified", "Inactive", "Pending", "Delayed Claim", ""])
def test_statuses_that_there_are(rows: Rows, status: str) -> None:
    assert rows(["ada@example.com", "A", "B", status, "3"], header=READ_ONLY).findings == []


def test_read_only_columns_edited(rows: Rows) -> None:
    result = rows(["ada@example.com", "A", "B", "Delete", "never"], header=READ_ONLY)
    assert [(finding.code, *place(finding)) for finding in result.findings] == [
        ("read_only_edited", "warning", "x.csv", 2, "User Status"),
        ("read_only_edited", "warning", "x.csv", 2, "Days since Last Service Accessed"),
    ]


def test_read_only_columns_of_a_new_person(rows: Rows) -> None:
    lines = (["ada@example.com", "A", "B", "Active", ""], ["new@example.com", "N", "", "Active", ""])
    assert rows(*lines, header=READ_ONLY).findings == []
    result = rows(*lines, header=READ_ONLY, existing=["ADA@example.com"])
    assert [(finding.code, *place(finding)) for finding in result.findings] == [
        ("read_only_new", "warning", "x.csv", 3, "User Status"),
        ("name_missing", "warning", "x.csv", 3, "First Name"),
    ]


# --- Calling ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("extension", "location", "missing"),
    [
        ("", "HQ", "a phone number or an extension"),
        ("2101", "", "a location"),
        ("", "", "a location and a phone number"),
    ],
)
def test_calling_row_that_is_incomplete(rows: Rows, only: Only, extension: str, location: str, missing: str) -> None:
    result = rows(["Ada", "B", "ada@example.com", extension, location, "TRUE"], header=CALLED)
    finding = only(result, "calling_incomplete")
    assert place(finding) == ("warning", "x.csv", 2, CALLING)
    assert missing in finding.meaning


def test_calling_row_that_is_complete(rows: Rows) -> None:
    (finding,) = rows(["Ada", "B", "ada@example.com", "2101", "HQ", "TRUE"], header=CALLED).findings
    assert finding.code == "columns_left"


def test_two_calling_licenses(rows: Rows, only: Only) -> None:
    result = rows(
        ["Ada", "B", "ada@example.com", "2101", "HQ", "TRUE", "TRUE"], header=[*CALLED, "Webex Calling VAR Basic"]
    )
    assert place(only(result, "calling_two_licenses")) == ("warning", "x.csv", 2, "Webex Calling VAR Basic")


# --- What is not carried out --------------------------------------------------------------------------------------


def test_columns_that_are_not_carried_out_are_named_once(rows: Rows, only: Only) -> None:
    header = [
        "First Name",
        "Title",
        EMAIL,
        "Extension",
        "Manager",
        "Location",
        "User Status",
        "Fruit",
        CALLING,
        PREMIUM,
    ]
    one = ["Ada", "Lead", "ada@example.com", "2101", "", "", "Active", "fig", "", "TRUE"]
    two = ["Bo", "", "bo@example.com", "2102", "boss@example.com", " ", "", "", "TRUE", ""]
    result = rows(one, two, header=header)
    finding = only(result, "columns_left")
    assert place(finding) == ("warning", "x.csv", 1, "")
    # Blank columns, those that are carried out, that can only be read, and that nobody knows, are not among them.
    assert finding.meaning.endswith(f": Extension, Manager, {CALLING}.")
    assert len(result.people) == 2
    assert rows(["Ada", "", "ada@example.com", "", "", "", "", "", "", "TRUE"], header=header).findings[-1].code != (
        "columns_left"
    )


@pytest.mark.parametrize(
    "header",
    ["Advanced Messaging", "Advanced Space Meetings", "Webex Calling - Route List Calls", "Webex Assistant for Teams"],
)
def test_licenses_that_a_full_export_names_are_known(rows: Rows, header: str) -> None:
    result = rows(["Ada", "B", "ada@example.com", "TRUE"], header=["First Name", "Last Name", EMAIL, header])
    assert [finding.code for finding in result.findings] == ["columns_left"]


def test_a_contact_center_column_is_never_taken_for_another_license(rows: Rows) -> None:
    header = "Cisco Webex Contact Center Something"
    result = rows(["Ada", "B", "ada@example.com", "TRUE"], header=["First Name", "Last Name", EMAIL, header])
    assert [finding.code for finding in result.findings] == ["header_unknown"]


# --- Shape and size -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("Bo,Li,bo@example.com", "3 cells under 5"),
        ("Bo, Jr.,Li,bo@example.com,,TRUE", "6 cells under 5"),
        ('"Bo,Li,bo@example.com,,TRUE"', "whole row stands in one cell"),
        ("Bo;Li;bo@example.com;;TRUE", "whole row stands in one cell"),
        ('Bo,"Li,bo@example.com,,TRUE\nCy,Lo,"cy@example.com,,TRUE', "runs on to line 4"),
    ],
)
def test_rows_of_another_width(read: Rows, only: Only, line: str, hint: str) -> None:
    header = f"First Name,Last Name,{EMAIL},{STANDARD},{PREMIUM}"
    result = read(f"{header}\nAda,M,ada@example.com,,TRUE\n{line}\nDee,N,dee@example.com,,TRUE\n")
    finding = only(result, "row_width")
    assert place(finding) == ("error", "x.csv", 3, "")
    assert hint in finding.meaning
    assert [person["email"] for person in result.people] == ["ada@example.com", "dee@example.com"]


def test_blank_cells_beyond_the_header_do_no_harm(read: Rows) -> None:
    assert read(f"First Name,Last Name,{EMAIL}\nA,B,a@example.com,, \n").findings == []


def many(count: int) -> list[list[str]]:
    return [["A", "B", f"a{number}@example.com", "", ""] for number in range(count)]


def test_limits_of_control_hubs_own_import(rows: Rows, only: Only) -> None:
    assert rows(*many(1000)).findings == []
    assert place(only(rows(*many(1001)), "rows_contact_center")) == ("warning", "x.csv", 1002, "")
    plain = rows(*[row[:3] for row in many(1001)], header=["First Name", "Last Name", EMAIL])
    assert plain.findings == []
    result = rows(*many(20_001))
    assert place(only(result, "rows_general")) == ("warning", "x.csv", 20_002, "")
    assert only(result, "rows_contact_center").line == 1002
    assert len(result.people) == 20_001


def test_many_findings_of_one_kind_are_summed_up(rows: Rows) -> None:
    result = rows(*[[*row[:4], "WAHR"] for row in many(50)], max_per_rule=10)
    assert len(result.findings) == 11
    assert result.findings[-1].line == 51
    assert "40 more rows" in result.findings[-1].meaning
    assert result.counts() == {"error": 0, "warning": 0, "repaired": 50}
    everything = rows(*[[*row[:4], "1"] for row in many(50)], max_per_rule=10)
    assert len(everything.findings) == 50
    assert len(rows(*[[*row[:4], "WAHR"] for row in many(50)], max_per_rule=0).findings) == 50


def test_all_errors_of_a_row_are_told(rows: Rows) -> None:
    result = rows(["Ada", "B", "ada", "1", "x"])
    assert {(finding.code, finding.column) for finding in result.findings} == {
        ("address_invalid", EMAIL),
        ("license_value_mark", STANDARD),
        ("license_value_mark", PREMIUM),
    }
    assert list(result.files[0].refused) == [2]


# --- Bulk Operations files ----------------------------------------------------------------------------------------

BULK = [
    "Email",
    "User Profile",
    "Contact Center Enabled",
    "Site",
    "Teams",
    "Desktop Profile",
    "External Id",
    "Default DN",
]


def bulk(rows: Rows, **cells: str) -> CsvResult:
    row = {"Email": "bo@example.com", **{name.replace("_", " "): cell for name, cell in cells.items()}}
    return rows([row.get(name, "") for name in BULK], header=BULK)


def test_bulk_rows_become_agent_settings(rows: Rows) -> None:
    result = bulk(
        rows,
        User_Profile="Premium Agent",
        Contact_Center_Enabled="On",
        Site="Madrid",
        Teams="Day | Night||Day",
        Desktop_Profile="Default",
        External_Id="0042",
        Default_DN="2101",
    )
    assert result.findings == []
    assert result.people == [
        {
            "email": "bo@example.com",
            "agent": {
                "user_profile": "Premium Agent",
                "contact_center_enabled": True,
                "site": "Madrid",
                "teams": ["Day", "Night"],
                "desktop_profile": "Default",
                "external_id": "0042",
                "default_number": "2101",
            },
            "source": "x.csv:2",
            "sources": ["x.csv:2"],
        }
    ]


@pytest.mark.parametrize(
    ("cell", "value"), [("On", True), ("off", False), (" ON ", True), ("TRUE", True), ("Falsch", False)]
)
def test_bulk_enabled(rows: Rows, cell: str, value: bool) -> None:
    result = bulk(rows, Contact_Center_Enabled=cell)
    assert result.people[0]["agent"] == {"contact_center_enabled": value}
    repaired = cell.strip().lower() not in ("on", "off")
    assert [place(finding) for finding in result.findings] == [
        ("repaired", "x.csv", 2, "Contact Center Enabled")
    ] * repaired


def test_bulk_enabled_refused(rows: Rows, only: Only) -> None:
    result = bulk(rows, Contact_Center_Enabled="1")
    assert place(only(result, "enabled_value")) == ("error", "x.csv", 2, "Contact Center Enabled")
    assert result.people == []


def test_bulk_number_spoiled(rows: Rows, only: Only) -> None:
    result = bulk(rows, Default_DN="1.2E+10")
    assert place(only(result, "number_scientific")) == ("error", "x.csv", 2, "Default DN")


def test_bulk_site_and_team_without_desktop_profile(rows: Rows, only: Only) -> None:
    result = bulk(rows, Site="Madrid", Teams="Day")
    assert place(only(result, "desktop_profile_missing")) == ("warning", "x.csv", 2, "Desktop Profile")
    assert result.ok


def test_bulk_duplicates_and_formulas(rows: Rows, only: Only) -> None:
    line = ["bo@example.com", "=Profile", *[""] * 6]
    result = rows(line, ["BO@example.com", *line[1:]], header=BULK)
    assert place(only(result, "address_duplicate")) == ("warning", "x.csv", 3, "Email")
    assert [finding.line for finding in result.findings if finding.code == "formula"] == [2, 3]


def test_bulk_job_limit(rows: Rows, only: Only) -> None:
    lines = [[f"a{number}@example.com", "Agent", *[""] * 6] for number in range(5001)]
    assert place(only(rows(*lines, header=BULK), "rows_bulk")) == ("warning", "x.csv", 5002, "")
