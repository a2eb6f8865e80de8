"""Short files from a few words, and the one finding that a test is about."""

from __future__ import annotations

import typing as t
from collections.abc import Callable
from pathlib import Path

import pytest

if t.TYPE_CHECKING:
    from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.people import CsvResult
    from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.finding import Finding

FILES = Path(__file__).parent / "files"
HEADER = [
    "First Name",
    "Last Name",
    "User ID/Email (Required)",
    "Webex Contact Center Standard",
    "Webex Contact Center Premium",
]

Check = Callable[..., "CsvResult"]


@pytest.fixture
def files() -> Path:
    """The sample files."""
    return FILES


@pytest.fixture
def read() -> Check:
    """read(b"...") or read("...", name=..., **options): the result of one file of that content."""
    # Not at the top: a plugin of pytest may replace the way in which collections are imported after this file was loaded.
    from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.people import read_files
    from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.source import Source

    def run(content: bytes | str, name: str = "x.csv", **options: t.Any) -> CsvResult:
        data = content.encode("utf-8") if isinstance(content, str) else content
        return read_files([Source(name, data=data)], **options)

    return run


@pytest.fixture
def rows(read: Check) -> Check:
    """rows([...], [...], header=[...]): the result of a file with these rows under that header."""
    from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.write import encode_rows

    def run(*lines: list[str], header: list[str] | None = None, **options: t.Any) -> CsvResult:
        return read(encode_rows([header or HEADER, *lines]), **options)

    return run


@pytest.fixture
def only() -> Callable[[CsvResult, str], Finding]:
    """only(result, code): the one finding of that code; fails where there are none or several."""

    def pick(result: CsvResult, code: str) -> Finding:
        found = [finding for finding in result.findings if finding.code == code]
        assert len(found) == 1, [finding.message for finding in result.findings]
        return found[0]

    return pick
