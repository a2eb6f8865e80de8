"""A list beside a file, and what is found as a terminal shows it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.rosters import check_files, summary_lines
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import InputError
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.file import write_roster
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.finding import Finding

FILE = (
    "First Name,Last Name,Title,User ID/Email (Required),Webex Contact Center Premium\nAda,M,{},Ada@example.com,TRUE\n"
)


def beside(tmp_path: Path, title_in_file: str, **fields: Any) -> dict[str, Any]:
    """What csv_info makes of a file with this title and a list that the roster module wrote."""
    (tmp_path / "x.csv").write_text(FILE.format(title_in_file), encoding="utf-8")
    listed = str(tmp_path / "list.json")
    user = {"email": "ada@example.com", **fields}
    write_roster(users=[user], addresses=[], users_file=None, defaults=None, merge=False, dest=listed)
    return check_files(
        [str(tmp_path / "x.csv")],
        mode="add_services_only",
        on_record=None,
        users_file=listed,
        dest=str(tmp_path),
        part_size=1000,
        results_file=None,
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"title": ""},
        {"department": ""},
        {"administrator_roles": []},
        {"agent": {"teams": [], "site": ""}},
    ],
)
def test_a_list_beside_a_file_clears_as_the_list_alone_does(tmp_path: Path, fields: dict[str, Any]) -> None:
    result = beside(tmp_path, "", **fields)
    assert result["ok"]
    [user] = json.loads((tmp_path / "roster.json").read_text(encoding="utf-8"))["users"]
    assert {name: user[name] for name in fields} == fields
    assert user["source"] == "line 2 of x.csv and users[0]"


def test_a_list_that_clears_what_the_file_sets_contradicts_it(tmp_path: Path) -> None:
    result = beside(tmp_path, "Agent", title="")
    [found] = result["findings"]
    assert found["meaning"] == ("For Ada@example.com, line 2 of x.csv says 'Agent' and users[0] says ''.")
    assert result["users"] == []


def test_a_list_beside_files_that_is_no_list_of_people_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(FILE.format(""), encoding="utf-8")
    (tmp_path / "list.json").write_text('[{"email": "jos\u00e9@example.com"}, 5]', encoding="utf-8")
    with pytest.raises(InputError, match=r"list\.json\[1\]: int instead of a person"):
        check_files(
            [str(tmp_path / "x.csv")],
            mode="add_only",
            on_record=None,
            users_file=str(tmp_path / "list.json"),
            dest=None,
            part_size=1000,
            results_file=None,
        )


def test_findings_at_the_terminal() -> None:
    """Errors first, then repairs, then warnings; what recurs in a column stands there once, and the rest is counted."""

    def finding(level: str, code: str, line: int, column: str = "Title") -> Finding:
        return Finding(level, code, "x.csv", line, column, "c", f"Meaning of {code}.", "Do it.", "")

    lines = summary_lines(
        [
            *(finding("warning", "long", line) for line in range(2, 12)),
            finding("repaired", "blank", 3),
            finding("error", "mark", 5),
            finding("error", "mark", 9),
        ]
    )
    assert lines == [
        "error: line 5 of x.csv, column 'Title': 'c' Meaning of mark. Do it. (also in line 9)",
        "repaired: line 3 of x.csv, column 'Title': 'c' Meaning of blank.",
        "warning: line 2 of x.csv, column 'Title': 'c' Meaning of long. (also in lines 3, 4, 5 and more)",
    ]
    many = summary_lines([finding("warning", "long", 2, f"Column {number}") for number in range(40)])
    assert len(many) == 16
    assert many[-1].startswith("and 25 more kinds of findings")


@pytest.mark.parametrize("option", ["dest", "results_file"])
def test_what_cannot_be_written_is_named_with_its_option(option: str, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(FILE.format("").replace("Ada@example.com", "nobody"), encoding="utf-8")
    paths: dict[str, Any] = {"dest": None, "results_file": None, option: str(tmp_path / "missing" / "outcomes")}
    with pytest.raises(InputError, match=f"^{option} .*outcomes: No such file or directory"):
        check_files(
            [str(tmp_path / "x.csv")], mode="add_only", on_record=None, users_file=None, part_size=1000, **paths
        )


def test_of_several_rows_the_one_that_says_it_is_named(tmp_path: Path) -> None:
    """Not all the rows that were joined before it."""
    header = "Email,User Profile,Contact Center Enabled,Site,Teams,Skill Profile,Desktop Profile,Multimedia Profile"
    bulk = f"{header},External Id,Default DN\nada@example.com,,,,,,,,7,\n"
    (tmp_path / "agents.csv").write_text(bulk, encoding="utf-8")
    (tmp_path / "x.csv").write_text(FILE.format("Agent"), encoding="utf-8")
    rows = [{"email": "ada@example.com", "title": "Agent"}, {"email": "ADA@example.com", "agent": {"external_id": "8"}}]
    listed = tmp_path / "list.json"
    listed.write_text(json.dumps(rows), encoding="utf-8")
    result = check_files(
        [str(tmp_path / "x.csv"), str(tmp_path / "agents.csv")],
        mode="add_only",
        on_record=None,
        users_file=str(listed),
        dest=None,
        part_size=1000,
        results_file=None,
    )
    [found] = [f for f in result["findings"] if f["level"] == "error"]
    assert found["meaning"] == f"For Ada@example.com, line 2 of agents.csv says '7' and {listed}[1] says '8'."
    assert (result["users"], result["counts"]["error"]) == ([], 1)


def test_contradictions_of_the_files_alone_are_told_once(tmp_path: Path) -> None:
    for name, title in (("x.csv", "Agent"), ("y.csv", "Boss")):
        (tmp_path / name).write_text(FILE.format(title), encoding="utf-8")
    (tmp_path / "list.json").write_text('[{"email": "ada@example.com", "department": "Desk"}]', encoding="utf-8")
    result = check_files(
        [str(tmp_path / "x.csv"), str(tmp_path / "y.csv")],
        mode="add_only",
        on_record=None,
        users_file=str(tmp_path / "list.json"),
        dest=None,
        part_size=1000,
        results_file=None,
    )
    assert [f["column"] for f in result["findings"] if f["level"] == "error"] == ["title"]
