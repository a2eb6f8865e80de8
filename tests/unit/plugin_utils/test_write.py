"""The report as files: for programs, spreadsheets and people."""

from __future__ import annotations

import csv
import io
import json
import stat
import typing as t
from pathlib import Path

import jsonschema
import pytest

from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.build import build_report
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.load import RunFiles, load_run
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.write import CSV_COLUMNS, write_report
from tests.conftest import ROOT
from tests.unit.plugin_utils.runs import PRESENT, as_text, chain, crowd, line, record, refused, report_of, stopped

VALIDATOR = jsonschema.Draft202012Validator(
    json.loads((ROOT / "docs" / "schemas" / "report.json").read_text()),
    format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER,
)


def many() -> dict[str, t.Any]:
    """A report with a doubt, refused rows, agent settings, findings, and runs that stopped or never were."""
    agent = {"contact_center_enabled": True, "site": "Porto", "teams": ["Night"], "desktop_profile": None}
    outcomes = {
        **chain("kim@example.com", action="create"),
        "agent": [line("kim@example.com", "update", after=agent)],
        "row": [refused("a.csv:4"), refused("a.csv:5", "lee@example.com")],
    }
    outcomes["user"].append(line("max@example.com", "update", certain=False, after=PRESENT))
    findings = [{"level": "warning", "message": "No such variable.", "action": "Correct it.", "code": "unknown"}]
    return report_of(
        RunFiles(record(findings=findings), outcomes=outcomes),
        RunFiles(record("beta", check_mode=True, stopped=stopped())),
        load_run("/nowhere/gamma"),
    )


def test_files_are_private_and_complete(tmp_path: Path) -> None:
    report = crowd()
    paths = write_report(report, tmp_path / "new", ["json", "csv", "html"])
    assert sorted(paths) == ["csv", "html", "json"]
    for path in paths.values():
        assert stat.S_IMODE(Path(path).stat().st_mode) == 0o600
    names = sorted(item.name for item in (tmp_path / "new").iterdir())
    assert names == ["report.csv", "report.html", "report.json"]
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    assert json.loads(Path(paths["json"]).read_text()) == report


@pytest.mark.parametrize("runs", [[], [load_run("/nowhere/empty")]])
def test_nothing_to_report_is_still_a_report(runs: list[RunFiles]) -> None:
    report = build_report(runs)
    assert json.loads(as_text(report, "json")) == report
    assert "<title>" in as_text(report, "html")


@pytest.mark.parametrize("report", [build_report([]), crowd(), many()])
def test_the_file_for_programs_is_as_its_schema_says(report: dict[str, t.Any]) -> None:
    assert list(VALIDATOR.iter_errors(json.loads(as_text(report, "json")))) == []


def rows_of(report: dict[str, t.Any]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(as_text(report, "csv"))))


def test_cells_are_no_formulas() -> None:
    rows = rows_of(crowd())
    assert len(rows) == 26
    assert rows[-1]["email"].startswith("'=cmd|")
    assert rows[0]["changes"] == "created, license premium"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", " =1+1", "\t=1+1", "\r=1", "\n=1", "\uff1d1+1"])
def test_no_text_is_taken_for_a_formula(text: str) -> None:
    outcomes = {"user": [line("kim@example.com", failed=True, error={"message": f"No.{text}", "advice": text})]}
    report = report_of(RunFiles(record("alpha"), outcomes=outcomes))
    report["organizations"][0]["users"][0]["message"] = text
    (row,) = rows_of(report)
    assert row["message"].startswith("'")
    assert row["action"].startswith("'")


def test_a_line_end_in_a_text_begins_no_row() -> None:
    error = {"message": "No.\r\n=1+1\rmore", "advice": ""}
    report = report_of(RunFiles(record(), outcomes={"user": [line("kim@example.com", failed=True, error=error)]}))
    assert as_text(report, "csv").splitlines()[1:] == [
        "Alpha,alpha,kim@example.com,,failed,yes,,,,,,,,,,,user,No. =1+1 more,"
    ]


def test_an_entry_a_line_with_its_places_and_its_doubt() -> None:
    rows = rows_of(many())
    assert [(row["host"], row["email"], row["places"], row["outcome"], row["certain"]) for row in rows] == [
        ("alpha", "", "a.csv:4", "failed", "yes"),
        ("alpha", "lee@example.com", "a.csv:5", "failed", "yes"),
        ("alpha", "kim@example.com", "", "ready", "yes"),
        ("alpha", "max@example.com", "", "ready", "no"),
    ]
    assert rows[-1]["changes"] == "perhaps updated"


def test_every_column_is_a_fact_of_the_report() -> None:
    report = crowd()
    assert {*report["organizations"][0]["users"][0], "organization", "host"} == set(CSV_COLUMNS)


def test_a_file_that_cannot_be_finished_leaves_the_old_one(tmp_path: Path) -> None:
    write_report(crowd(), tmp_path, ["json"])
    before = (tmp_path / "report.json").read_bytes()
    with pytest.raises(KeyError):
        write_report({"organizations": [{}]}, tmp_path, ["json"])
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]
    assert (tmp_path / "report.json").read_bytes() == before


def test_files_hold_what_the_text_holds(tmp_path: Path) -> None:
    report = crowd()
    for name, path in write_report(report, tmp_path, ["json", "csv", "html"]).items():
        assert Path(path).read_bytes().decode() == as_text(report, name)


def test_json_has_a_person_a_line() -> None:
    alpha = {"name": "É", "users": [{"email": "é"}, {"email": "b"}]}
    report = {"format": "x", "check": False, "organizations": [alpha, {"name": "B", "users": []}]}
    assert as_text(report, "json").splitlines() == [
        "{",
        ' "format": "x",',
        ' "check": false,',
        ' "organizations": [',
        '  {"name": "É", "users": [',
        '   {"email": "é"},',
        '   {"email": "b"}',
        "  ]},",
        '  {"name": "B", "users": [',
        "  ]}",
        " ]",
        "}",
    ]
