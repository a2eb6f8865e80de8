"""The samples as a careful admin would read them, licenses by mode, sources joined by address."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.people import (
    ROLE_NOTE,
    CsvResult,
    read_files,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.source import Source
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.finding import Finding

Only = Callable[[CsvResult, str], Finding]
Rows = Callable[..., CsvResult]


def place(finding: Finding) -> tuple[str, str, int, str]:
    return finding.level, finding.file, finding.line, finding.column


# --- Samples ------------------------------------------------------------------------------------------------------


def test_sample_export(files: Path) -> None:
    result = read_files([files / "sample_control_hub_export.csv"])
    assert result.ok
    assert [finding.code for finding in result.findings] == ["columns_left"]
    assert [(person["email"], person["csv"]["standard"], person["csv"]["premium"]) for person in result.people] == [
        ("ada.marlowe@example.com", False, True),
        ("bruno.keane@example.com", True, False),
        ("carla.vidal+pilot@example.com", False, True),
        ("ines.robles@example.com", True, False),
        ("dev.anand@example.com", False, True),
        ("erin.odell@emea.example.com", False, False),
        ("FAY.LIND@example.com", False, False),
        ("svc-recorder@example.com", False, False),
    ]
    assert result.people[3] == {
        "email": "ines.robles@example.com",
        "first_name": "Inés",
        "last_name": "Robles",
        "display_name": "Robles, Inés",
        "title": "Agent",
        "department": "Sales",
        "csv": {"standard": True, "premium": False},
        "source": "sample_control_hub_export.csv:5",
        "sources": ["sample_control_hub_export.csv:5"],
    }
    assert "first_name" not in result.people[7]
    assert result.notes == [ROLE_NOTE]
    described = result.files[0].to_dict()
    assert (described["kind"], described["rows"], described["people"], described["refused"]) == ("control_hub", 8, 8, 0)
    assert len(described["columns_used"]) + len(described["columns_left"]) == 42


def test_sample_with_several_subscriptions(files: Path) -> None:
    result = read_files([files / "sample_control_hub_export_multisub.csv"])
    assert [finding.code for finding in result.findings] == ["columns_left"]
    assert [person["csv"]["premium"] for person in result.people] == [True, False, True, False]
    assert result.people[0]["csv"]["subscriptions"] == {
        "standard": {"Sub111111": False},
        "premium": {"Sub111111": True, "Sub222222": False},
    }


def test_sample_damaged_by_a_spreadsheet(files: Path) -> None:
    result = read_files([files / "sample_damaged_by_spreadsheet.csv"])
    name = "sample_damaged_by_spreadsheet.csv"
    assert [(finding.code, *place(finding)) for finding in result.findings] == [
        ("file_format", "repaired", name, 1, ""),
        ("columns_left", "warning", name, 1, ""),
        ("number_plus_lost", "warning", name, 2, "Phone Number"),
        ("number_plus_lost", "warning", name, 2, "Caller ID Number"),
        ("number_scientific", "warning", name, 3, "Phone Number"),
        ("number_plus_lost", "warning", name, 3, "Caller ID Number"),
        ("number_plus_lost", "warning", name, 4, "Phone Number"),
        ("number_plus_lost", "warning", name, 4, "Caller ID Number"),
    ]
    # Numbers are not sent, so no spoiled one refuses a row. "True" and "False" are as good as TRUE and FALSE.
    assert [(person["first_name"], person["csv"]["standard"]) for person in result.people] == [
        ("Ada", False),
        ("Bruno", True),
        ("Carla", False),
        ("Inés", True),
    ]
    assert result.ok


def test_damaged_sample_with_the_organizations_record(files: Path) -> None:
    known = {
        "ada.marlowe@example.com": ["+12025550101"],
        "bruno.keane@example.com": ["+12025550102", "+12025550101"],
        "carla.vidal+pilot@example.com": ["+12025550103"],
    }
    path = files / "sample_damaged_by_spreadsheet.csv"
    result = read_files([path], known_numbers=known)
    assert {finding.level for finding in result.findings if finding.line not in (1, 3)} == {"repaired"}
    # Both of Bruno's numbers would be shown as 1.20256E+10.
    assert [place(finding)[0] for finding in result.findings if finding.line == 3] == ["warning", "repaired"]
    known["bruno.keane@example.com"].pop()
    numbers = read_files([path], known_numbers=known, keep_columns=True).people[1]["columns"]
    assert numbers["Phone Number"] == "+12025550102"
    assert "Caller ID Number" not in numbers


# --- Files --------------------------------------------------------------------------------------------------------


def test_blank_and_absent_columns_say_nothing(rows: Rows) -> None:
    result = rows(
        ["", "", "a@example.com", ""], header=["First Name", "Title", "User ID/Email (Required)", "Webex Teams"]
    )
    assert result.people == [
        {
            "email": "a@example.com",
            "csv": {"standard": None, "premium": None},
            "source": "x.csv:2",
            "sources": ["x.csv:2"],
        }
    ]
    assert result.notes == []


def test_files_of_the_same_name_are_told_apart(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.csv").write_text("Email,Site,Teams\na@example.com,HQ,\n", encoding="utf-8")
    result = read_files([tmp_path / "one" / "x.csv", str(tmp_path / "two" / "x.csv")])
    assert [file.label for file in result.files] == [str(tmp_path / name / "x.csv") for name in ("one", "two")]
    assert len(result.people) == 1


def test_users_and_agents_are_joined_by_address(rows: Rows) -> None:
    users = Source("users.csv", data=b"First Name,Last Name,User ID/Email (Required)\nAda,M,Ada@example.com\n")
    agents = Source("agents.csv", data=b"Email,Site,Teams\nada@EXAMPLE.com,HQ,Day|Night\nbo@example.com,HQ,\n")
    result = read_files([users, agents])
    assert result.ok
    assert result.people == [
        {
            "email": "Ada@example.com",
            "first_name": "Ada",
            "last_name": "M",
            "csv": {"standard": None, "premium": None},
            "agent": {"site": "HQ", "teams": ["Day", "Night"]},
            "source": "users.csv:2",
            "sources": ["users.csv:2", "agents.csv:2"],
        },
        {"email": "bo@example.com", "agent": {"site": "HQ"}, "source": "agents.csv:3", "sources": ["agents.csv:3"]},
    ]
    assert [len(file.people) for file in result.files] == [1, 2]


def test_several_files_that_contradict_each_other(only: Only) -> None:
    header = b"First Name,Last Name,User ID/Email (Required),Webex Contact Center Premium\n"
    one = Source("one.csv", data=header + b"A,B,a@example.com,TRUE\n")
    two = Source("two.csv", data=header + b"C,D,c@example.com,\nA,B,A@example.com,FALSE\n")
    result = read_files([one, two])
    finding = only(result, "contradiction")
    assert place(finding) == ("error", "two.csv", 3, "premium")
    assert "one.csv:2" in finding.meaning
    assert "two.csv:3" in finding.meaning
    assert not result.ok
    # Nothing is done for the person of both rows.
    assert [person["email"] for person in result.people] == ["c@example.com"]
    assert [row.place for row in result.table().refused] == ["one.csv:2", "two.csv:3"]
    # One after the other they are as they stand.
    assert [[person["csv"]["premium"] for person in file.people] for file in result.files] == [[True], [None, False]]


def test_people_are_plain_json(files: Path) -> None:
    people = read_files([files / "sample_control_hub_export_multisub.csv"]).people
    assert json.loads(json.dumps(people)) == people


def test_counts_over_files_and_joining(files: Path) -> None:
    result = read_files([files / "sample_damaged_by_spreadsheet.csv", files / "none.csv"])
    assert result.counts() == {"error": 1, "warning": 7, "repaired": 1}
