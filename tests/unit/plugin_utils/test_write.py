"""The report as files: for programs, spreadsheets and people."""

from __future__ import annotations

import csv
import io
import json
import stat
from pathlib import Path

import pytest

from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.build import build_report
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.load import RunRecord
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.write import CSV_COLUMNS, write_report
from tests.unit.plugin_utils.runs import as_text, crowd


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


@pytest.mark.parametrize("runs", [[], [RunRecord(organization={"host": "empty"}, missing=True)]])
def test_nothing_to_report_is_still_a_report(runs: list[RunRecord]) -> None:
    report = build_report(runs)
    assert json.loads(as_text(report, "json")) == report
    assert "<title>" in as_text(report, "html")


def test_cells_are_no_formulas() -> None:
    rows = list(csv.DictReader(io.StringIO(as_text(crowd(), "csv"))))
    assert len(rows) == 26
    assert rows[-1]["email"].startswith("'=cmd|")
    assert rows[0]["changes"] == "created, license premium"


def test_every_column_is_a_fact_of_the_report() -> None:
    report = crowd()
    assert {*report["organizations"][0]["users"][0], "organization"} == set(CSV_COLUMNS)


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
