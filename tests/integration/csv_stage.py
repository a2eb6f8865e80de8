"""Organizations for tests of the CSV playbooks: one for each kind of file, so that a single run goes through all of them."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path
from typing import Any

from tests.integration.onboarding_stage import Played, Stage
from tests.simulator.testing import PARTNER_TOKEN, RunningSimulator

SAMPLES = Path(__file__).parents[1] / "unit" / "csv_files" / "files"
EMAIL = "User ID/Email (Required)"
STANDARD, PREMIUM = "Webex Contact Center Standard", "Webex Contact Center Premium"
HEADER = ["First Name", "Last Name", EMAIL, STANDARD, PREMIUM]
ONE_SUBSCRIPTION = [
    {"type": "CJPPRM", "total": 50, "subscription": "Sub111111"},
    {"type": "CJPSTD", "total": 50, "subscription": "Sub111111"},
]
TWO_SUBSCRIPTIONS = [*ONE_SUBSCRIPTION, {"type": "CJPPRM", "total": 50, "subscription": "Sub222222"}]

Row = dict[str, Any]


def person(local: str, first: str = "", last: str = "", *licenses: str, **more: Any) -> Row:
    """Somebody of a scenario; the domain follows from the organization."""
    return {"local": local, "first_name": first, "last_name": last, "licenses": list(licenses), **more}


def organization(key: str, people: list[Row], licenses: list[Row] | None = None) -> Row:
    """An organization whose domain is its own, so that all of them can hold the people of the same file."""
    named = []
    for one in people:
        entry = dict(one)
        local, _at, sub = entry.pop("local").partition("@")
        named.append({**entry, "email": f"{local}@{sub + '.' if sub else ''}{key}.example.com"})
    domains = [f"{key}.example.com", f"emea.{key}.example.com"]
    seats = ONE_SUBSCRIPTION if licenses is None else licenses
    return {"key": key, "name": key.title(), "domains": domains, "people": named, "licenses": seats}


def scenario(*organizations: Row, **more: Any) -> Row:
    """A world in which one partner manages all these organizations."""
    first, *others = [one["key"] for one in organizations]
    token = {
        "token": PARTNER_TOKEN,
        "kind": "user",
        "email": f"partner@{first}.example.com",
        "organization": first,
        "manages": others,
        "scopes": "all",
        "cc_admin": True,
    }
    return {"seed": 5, "organizations": list(organizations), "tokens": [token], **more}


def sheet(*rows: list[str], header: list[str] | None = None) -> bytes:
    """A file of these rows."""
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([header or HEADER, *rows])
    return stream.getvalue().encode()


class CsvStage(Stage):
    """The stage of the CSV playbooks: files for each organization, and what stands in those that a run leaves."""

    def __init__(self, simulator: RunningSimulator, base: Path, collections: Path) -> None:
        super().__init__(simulator, base, collections)
        self.playbook = "wxcc.onboarding.onboard_csv"

    def environment(self) -> dict[str, str]:
        # As a shell sets it; paths that are not absolute count from there.
        return {**super().environment(), "PWD": str(self.base)}

    def put(self, host: str, name: str, content: bytes, *, age_s: float = 0.0) -> str:
        """Lay a file into the organization's own directory; return its path."""
        path = self.base / host / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        if age_s:
            stamp = path.stat().st_mtime - age_s
            os.utime(path, (stamp, stamp))
        return str(path)

    def sample(self, host: str, name: str, **more: Any) -> str:
        """Lay one of the sample files there, with the organization's domain in its addresses."""
        content = (SAMPLES / name).read_bytes().replace(b"example.com", f"{host}.example.com".encode())
        return self.put(host, name, content, **more)

    def results(self, path: Path) -> dict[str, dict[str, str]]:
        """The rows of a result file by what stands before the @ of their addresses."""
        content = path.read_text(encoding="utf-8-sig")
        delimiter = ";" if content.startswith("Line;") else ","
        rows = csv.DictReader(io.StringIO(content, newline=""), delimiter=delimiter)
        return {row[EMAIL].partition("@")[0].lower(): row for row in rows}

    def licenses(self, host: str) -> dict[str, str]:
        """What everybody of an organization really holds, by what stands before the @."""
        return {
            one["email"].partition("@")[0].lower(): " ".join(one["licenses"]) or "none"
            for one in self.simulator.state(host)["people"]
        }

    def writes_of(self, host: str) -> list[Row]:
        """The requests so far that may have written something in that organization."""
        return [
            entry
            for entry in self.simulator.journal()
            if entry["organization"] == host
            and entry["method"] != "GET"
            and not entry["path"].endswith(("/access_token", ".search"))
        ]


def codes(played: Played, host: str) -> dict[str, list[str]]:
    """The findings of a run about an organization's files: level -> codes in their order, each once."""
    found: dict[str, list[str]] = {}
    for finding in played.organization(host)["findings"]:
        words = found.setdefault(finding["level"], [])
        if "code" in finding and finding["code"] not in words:
            words.append(finding["code"])
    return found
