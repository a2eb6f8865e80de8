"""The guide explains every finding that there is, and no other, with its levels."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.findings import RULES


@pytest.fixture
def explained(repository: Path) -> list[tuple[list[str], set[str]]]:
    """A row of the guide's table each: the codes that it explains together, and their levels."""
    guide = (repository / "docs" / "guides" / "csv.md").read_text(encoding="utf-8")
    table = guide.split("| finding | level |")[1].split("\n\n")[0]
    cells = [line.split("|")[1:3] for line in table.splitlines()[2:]]
    return [(re.findall(r"`([a-z_]+)`", codes), set(re.findall(r"[a-z]+", levels))) for codes, levels in cells]


def test_every_finding_is_explained_once(explained: list[tuple[list[str], set[str]]]) -> None:
    codes = [code for row, _levels in explained for code in row]
    assert sorted(codes) == sorted({rule.code for rule in RULES.values()})


def test_the_levels_are_those_that_there_are(explained: list[tuple[list[str], set[str]]]) -> None:
    told = {", ".join(codes): levels for codes, levels in explained}
    there = {
        ", ".join(codes): {level for rule in RULES.values() if rule.code in codes for level in rule.levels}
        for codes, _levels in explained
    }
    assert told == there
