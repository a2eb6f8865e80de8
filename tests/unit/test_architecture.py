"""docs/architecture.md says what the tree is: every folder with its files, every file of a run, every table."""

from __future__ import annotations

import re

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._steps import REPORT_FILES, RUN_FILES
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PLUGINS = ROOT / "plugins"
#: Folders whose files are one for each module: the README lists them.
MODULES = {"plugins/modules", "plugins/action"}
FOLDERS = sorted({path.parent.relative_to(ROOT).as_posix() for path in PLUGINS.rglob("*.py")})


def table(heading: str) -> list[list[str]]:
    """The rows of the table under a heading, cell by cell."""
    section = PAGE.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


def quoted(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def test_every_folder_has_its_line() -> None:
    assert sorted(quoted(row[0])[0] for row in table("The rooms")) == FOLDERS


@pytest.mark.parametrize("row", table("The rooms"), ids=lambda row: row[0].strip("`"))
def test_every_file_is_named_in_its_folder(row: list[str]) -> None:
    (folder,) = quoted(row[0])
    if folder not in MODULES:
        assert sorted(quoted(row[2])) == sorted(path.stem for path in (ROOT / folder).glob("*.py"))


def test_the_files_of_a_run_are_those_of_the_table() -> None:
    named = [name for row in table("Files of a run") for name in quoted(row[0])]
    assert sorted(named) == sorted([*RUN_FILES, *REPORT_FILES.values()])


def test_the_tables_are_where_the_page_says() -> None:
    for row in table("Tables"):
        (file,) = quoted(row[1])
        assert (PLUGINS / "module_utils" / file).is_file(), file


def test_the_way_of_one_row_names_what_there_is() -> None:
    section = PAGE.split("## One row", 1)[1].split("\n## ", 1)[0]
    there = {path.stem for path in (PLUGINS / "modules").glob("*.py")} | {
        path.name for path in (ROOT / "roles").iterdir() if path.is_dir()
    }
    there |= {*RUN_FILES, *REPORT_FILES.values(), "ready", "waiting", "blocked", "failed"}
    for name in quoted(section):
        assert name in there or (ROOT / name).exists() or (PLUGINS / "module_utils" / name).exists() or ":" in name, (
            name
        )
