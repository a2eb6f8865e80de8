"""CSV files of tests: made, laid out for an organization, and read back."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from tests.integration.stage import Played, Stage

SAMPLES = Path(__file__).parents[1] / "unit" / "csv_files" / "files"
EMAIL = "User ID/Email (Required)"
STANDARD, PREMIUM = "Webex Contact Center Standard", "Webex Contact Center Premium"
HEADER = ["First Name", "Last Name", EMAIL, STANDARD, PREMIUM]


def sheet(*rows: list[str], header: list[str] | None = None) -> bytes:
    """A file of these rows."""
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([header or HEADER, *rows])
    return stream.getvalue().encode()


def sample(stage: Stage, host: str, name: str, **more: Any) -> str:
    """Lay one of the sample files out for an organization, with its domain in the addresses; return the path."""
    content = (SAMPLES / name).read_bytes().replace(b"example.com", f"{host}.example.com".encode())
    return stage.put(host, name, content, **more)


def results(path: Path) -> dict[str, dict[str, str]]:
    """The rows of a result file by what stands before the @ of their addresses."""
    content = path.read_text(encoding="utf-8-sig")
    delimiter = ";" if content.startswith("Line;") else ","
    rows = csv.DictReader(io.StringIO(content, newline=""), delimiter=delimiter)
    return {(row.get(EMAIL) or row.get("Email") or "").partition("@")[0].lower(): row for row in rows}


def codes(played: Played, host: str) -> dict[str, list[str]]:
    """The findings of a run about an organization's files: level -> codes in their order, each once."""
    found: dict[str, list[str]] = {}
    for finding in played.organization(host)["findings"]:
        words = found.setdefault(finding["level"], [])
        if "code" in finding and finding["code"] not in words:
            words.append(finding["code"])
    return found
