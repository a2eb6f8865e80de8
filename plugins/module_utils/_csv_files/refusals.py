# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the checks refused, kept for the end of a run: the file of the checks, and the outcome lines. Private to this collection.

Result files are written when all is over, and then nobody knows any more what the organization's record and the other files told the
checks. So `csv_info` leaves it in a file, ``csv.json``:

    {"files": [{"path", "sha256", "people", "refused": {line: [finding, ...]}}, ...], "addresses": {address: [finding, ...]}}
"""

from __future__ import annotations

import dataclasses
import os
import typing as t

from .._errors import InputError, Problem
from .._files import append_lines, read_json_of_option, timestamp, write_json
from .._model import NONE, address_key
from .._roster.finding import ERROR, Finding
from .._roster.join import CONTRADICTION, RosterRow
from .._steps import ROW
from .read_result import CsvFile, CsvResult

Found = t.Mapping[t.Any, t.Sequence[Finding]]


@dataclasses.dataclass(frozen=True)
class Refusals:
    """What the checks refused of one file: rows by their line, and people (by address key) whom several sources contradict.

    people: how many of the file's people could be used; where there are none, nothing of the file was carried out.
    """

    lines: Found
    addresses: Found = dataclasses.field(default_factory=dict)
    people: int = 0

    @classmethod
    def of(cls, file: CsvFile) -> Refusals:
        """What reading the file alone refused."""
        return cls(file.refused, {}, len(file.people))

    def find(self, line: int, email: str) -> t.Sequence[Finding]:
        """Why the row is refused; empty where it is not."""
        return self.lines.get(line) or self.addresses.get(address_key(email)) or ()


def contradictions(findings: t.Iterable[Finding]) -> dict[str, list[Finding]]:
    """Return address key -> contradictions."""
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.code == CONTRADICTION:
            found.setdefault(address_key(finding.email), []).append(finding)
    return found


def write_checks(path: str, result: CsvResult, findings: t.Sequence[Finding]) -> None:
    """Write the file of the checks. findings: of all files and of the joining. :raises OSError: it cannot be written."""
    files = [
        {
            "path": os.path.abspath(file.source.path or file.source.name),
            "sha256": file.sha256,
            "people": len(file.people),
            "refused": {str(line): [f.to_dict() for f in found] for line, found in file.refused.items()},
        }
        for file in result.files
    ]
    addresses = {key: [f.to_dict() for f in found] for key, found in contradictions(findings).items()}
    write_json(path, {"files": files, "addresses": addresses})


def read_checks(path: str | None) -> dict[str, tuple[str, Refusals]]:
    """Return each file's checksum and what the checks of the run refused of it; nothing where the run left no checks.

    :raises InputError: the option ``checks_file`` names a file that cannot be read, or that holds something else.
    """
    if not path:
        return {}
    data = read_json_of_option("checks_file", path, absent={"files": [], "addresses": {}})
    try:
        return _parsed(data)
    except (AttributeError, KeyError, TypeError, ValueError):
        text = f"checks_file {path} holds something else than the checks that csv_info leaves."
        raise InputError(Problem("invalid_input", text)) from None


def _parsed(data: t.Mapping[str, t.Any]) -> dict[str, tuple[str, Refusals]]:
    addresses = {key: [_finding(f) for f in found] for key, found in data["addresses"].items()}
    checks = {}
    for entry in data["files"]:
        lines = {int(line): [_finding(f) for f in found] for line, found in entry["refused"].items()}
        checks[entry["path"]] = (entry["sha256"], Refusals(lines, addresses, entry["people"]))
    return checks


def _finding(data: t.Mapping[str, t.Any]) -> Finding:
    return Finding(**{name: data[name] for name in Finding._fields})


def note_refused(path: str, findings: t.Iterable[Finding], people: t.Iterable[RosterRow]) -> None:
    """Append an outcome line for each address that the checks refused altogether, so that no report loses it.

    people: those that can be used. :raises OSError: the file cannot be written.
    """
    taken = {address_key(p["email"]) for p in people}
    refused: dict[str, list[Finding]] = {}
    for finding in findings:
        key = address_key(finding.email)
        if finding.level == ERROR and key and key not in taken:
            refused.setdefault(key, []).append(finding)
    append_lines(path, [_outcome(number, found) for number, found in enumerate(refused.values())])


def _outcome(number: int, found: t.Sequence[Finding]) -> dict[str, t.Any]:
    text = " ".join(f"{f.position}: {f.meaning}" for f in found)
    return {
        "time": timestamp(),
        "module": ROW.name,
        "index": number,
        "email": found[0].email,
        "action": NONE,
        "changed": False,
        "failed": True,
        "before": {},
        "after": {},
        "error": Problem(found[0].code, text, advice=found[0].action).as_dict(),
        "manual": None,
        "source": found[0].position,
    }
