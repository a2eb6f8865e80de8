# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From CSV files to roster files that the other modules take, and from outcomes back to result files. Private to this collection.

Control Hub imports one file after the other, and at most 1,000 rows of contact center people a file; so the people come out as roster
files in that order, none longer than that. Whoever stands only in the list beside the files comes last.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
import time
import typing as t

from .._client.client import Client
from .._errors import InputError, Problem
from .._files import write_json
from .._model import address_key
from .._roster.fields import normal_mode
from .._roster.file import read_people, write_people
from .._roster.finding import ERROR, REPAIRED, WARNING, Finding
from .._roster.join import CONTRADICTION, join_people
from .._roster.rows import compose, refuse
from .._webex.organization import Organization
from .._webex.people import PAGE_SIZE
from .people import (
    ROLE_NOTE,
    read_file,
    read_files,
)
from .read_result import CsvFile, CsvResult
from .rows import CheckOptions
from .source import CsvProblem, Source
from .write import Refusals, write_results

#: The file that holds everybody, for the steps that concern all at once (checks before, synchronization, report).
JOINED = "roster.json"
#: What the checks refused, for the result files: they are written at the end, when what the checks knew is no longer at hand.
CHECKS = "csv.json"
_LEVELS = (ERROR, REPAIRED, WARNING)
_LINES = 15


@dataclasses.dataclass(slots=True)
class Known:
    """What the organization's own record settles: its addresses, and each one's numbers with their +."""

    addresses: set[str]
    numbers: dict[str, list[str]]


async def read_known(client: Client, organization: Organization) -> Known:
    """Read everybody's address and numbers, 1,000 people a request."""
    known = Known(set(), {})
    params = {"max": str(PAGE_SIZE), "excludeStatus": "true", **organization.rest_params}
    async for page in client.link_pages("/v1/people", params, doing="reading the people"):
        for entry in page:
            numbers = [
                str(n["value"]) for n in entry.get("phoneNumbers") or () if isinstance(n, dict) and n.get("value")
            ]
            for email in entry.get("emails") or ():
                known.addresses.add(address_key(str(email)))
                known.numbers[address_key(str(email))] = [n for n in numbers if n.startswith("+")]
    return known


def check_files(
    paths: t.Sequence[str],
    *,
    mode: str,
    known: Known | None,
    users_file: str | None,
    dest: str | None,
    part_size: int,
    results_file: str | None,
) -> dict[str, t.Any]:
    """Read and check the files, write the roster files, and return the module's result."""
    mode = normal_mode(mode)
    result = read_files(
        paths, mode=mode, known_numbers=known.numbers if known else None, existing=known.addresses if known else None
    )
    beside = _beside(users_file)
    findings = list(result.findings)
    counts = result.counts()
    people = result.people
    if beside:
        people, clashes = join_people([*people, *beside], mode=mode)
        findings += clashes
        counts[ERROR] += len(clashes)
    refused = {address_key(f.email) for f in findings if f.level == ERROR and f.code == CONTRADICTION}
    people = [p for p in people if address_key(p["email"]) not in refused]
    stamps = {
        f.label: os.path.getmtime(f.source.path)
        for f in result.files
        if f.source.path and os.path.exists(f.source.path)
    }
    ordered = _in_order(result, people, stamps)
    written = _write_rosters(ordered, dest, part_size) if dest else []
    joined = os.path.join(dest, JOINED) if dest else None
    if joined:
        write_people(joined, [p for _file, part in ordered for p in part])
    checks = os.path.join(dest, CHECKS) if dest else None
    if checks:
        write_json(checks, _checks(result, findings))
    if results_file:
        _note_refused(results_file, findings, people)
    notes = [n for n in result.notes if n != ROLE_NOTE or not any(p.get("role") for p in people)]
    return {
        "ok": not any(f.level == ERROR for f in findings),
        "count": len(people),
        "agents": sum(bool(p.get("agent")) for p in people),
        "counts": counts,
        "findings": [f.to_dict() for f in findings],
        "files": [{**f.to_dict(), "modified": _iso(stamps.get(f.label))} for f in result.files],
        "rosters": written,
        "joined": joined,
        "checks": checks,
        "notes": notes,
        "lines": summary_lines(findings) + notes,
        "users": people,
    }


def _beside(users_file: str | None) -> list[dict[str, t.Any]]:
    """Return the people of the list beside the files. :raises InputError: unreadable, or not such a list."""
    if not users_file:
        return []
    rows, findings = compose(read_people(users_file), merge=True, label=users_file)
    refuse(findings, what="The roster")
    return rows


def summary_lines(findings: t.Sequence[Finding], limit: int = _LINES) -> list[str]:
    """Return the findings for somebody at a terminal: errors first, then repairs, then warnings; what recurs in a column once."""
    groups: dict[tuple[str, str, str, str], list[Finding]] = {}
    for found in sorted(findings, key=lambda f: _LEVELS.index(f.level)):
        # A contradiction is about one person, whatever the column.
        own = found.email if found.code == CONTRADICTION else ""
        groups.setdefault((found.level, found.code, found.file, f"{found.column}{own}"), []).append(found)
    lines = []
    for (level, *_rest), group in groups.items():
        first = group[0]
        what = f" '{first.found}'" if first.found else ""
        more = ""
        if len(group) > 1:
            others = ", ".join(str(f.line) for f in group[1:4])
            more = f" (also in line{'s' if len(group) > 2 else ''} {others}{' and more' if len(group) > 4 else ''})"
        action = f" {first.action}" if level == ERROR else ""
        lines.append(f"{level}: {first.position}:{what} {first.meaning}{action}{more}")
    hidden = len(lines) - limit
    if hidden > 0:
        lines[limit:] = [f"and {hidden} more kinds of findings; all of them are in the report and in the result files"]
    return lines


def _checks(result: CsvResult, findings: t.Sequence[Finding]) -> dict[str, t.Any]:
    clashes: dict[str, list[dict[str, t.Any]]] = {}
    for found in findings:
        if found.code == CONTRADICTION:
            clashes.setdefault(address_key(found.email), []).append(found.to_dict())
    files = [
        {
            "path": os.path.abspath(file.source.path or file.source.name),
            "sha256": file.sha256,
            "people": len(file.people),
            "refused": {str(line): [f.to_dict() for f in found] for line, found in file.refused.items()},
        }
        for file in result.files
    ]
    return {"files": files, "addresses": clashes}


def _in_order(
    result: CsvResult, people: t.Sequence[dict[str, t.Any]], stamps: t.Mapping[str, float]
) -> list[tuple[str, list[dict[str, t.Any]]]]:
    """Return (file, its people) in the files' order; somebody in several files comes with the first, fully joined."""
    by_key = {address_key(p["email"]): p for p in people}
    parts: list[tuple[str, list[dict[str, t.Any]]]] = []
    for file in result.files:
        own = [by_key.pop(k) for p in file.people if (k := address_key(p["email"])) in by_key]
        stamp = stamps.get(file.label)
        for person in own:
            if person.get("csv") is not None and stamp is not None:
                person["csv_time"] = _iso(stamp)
        parts.append((file.label, own))
    if by_key:
        parts.append(("", list(by_key.values())))
    return parts


def _write_rosters(
    parts: t.Sequence[tuple[str, list[dict[str, t.Any]]]], dest: str, part_size: int
) -> list[dict[str, t.Any]]:
    written: list[dict[str, t.Any]] = []
    for label, people in parts:
        for start in range(0, len(people), part_size):
            part = people[start : start + part_size]
            number = len(written) + 1
            stem = re.sub(r"[^A-Za-z0-9._-]+", "_", os.path.splitext(os.path.basename(label))[0]) or "list"
            path = os.path.join(dest, f"roster-{number:03d}-{stem[:60]}.json")
            write_people(path, part)
            written.append({"path": path, "file": label, "count": len(part)})
    return written


def _note_refused(path: str, findings: t.Sequence[Finding], people: t.Sequence[dict[str, t.Any]]) -> None:
    """Append an outcome line for each address that the checks refused altogether, so that no report loses it."""
    taken = {address_key(p["email"]) for p in people}
    refused: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.level == ERROR and finding.email and address_key(finding.email) not in taken:
            refused.setdefault(address_key(finding.email), []).append(finding)
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as file:
        for number, found in enumerate(refused.values()):
            text = " ".join(f"{f.position}: {f.meaning}" for f in found)
            error = Problem(found[0].code, text, advice=found[0].action)
            line = {
                "time": now,
                "module": "csv",
                "index": number,
                "email": found[0].email,
                "action": "none",
                "changed": False,
                "failed": True,
                "before": {},
                "after": {},
                "error": error.as_dict(),
                "manual": None,
                "source": found[0].position,
            }
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def write_result_files(
    paths: t.Sequence[str],
    results_files: t.Sequence[str],
    *,
    directory: str | None,
    checks_file: str | None = None,
    needed: t.Sequence[str] = (),
    planned: bool = False,
) -> list[dict[str, t.Any]]:
    """Write ``<file>.result.csv`` and ``<file>.retry.csv`` for each CSV file (a plan: ``<file>.plan.csv``); return what was written.

    A file that is no table has no rows, and gets neither.

    :raises InputError: a file has changed since, or cannot be read or written.
    """
    outcomes = [line for path in results_files for line in read_outcomes(path)]
    checks = _read_checks(checks_file)
    files: list[dict[str, t.Any]] = []
    for path in paths:
        source = Source.from_path(path)
        file: CsvFile = read_file(source, CheckOptions(), source.name)
        known = checks.get(os.path.abspath(path))
        if file.table is None:
            files.append({"file": path, "result": None, "retry": None, "counts": {}})
            continue
        if known and known[0] != file.sha256:
            raise InputError(
                Problem("invalid_input", f"{path} has changed during the run, so no results were written beside it.")
            )
        try:
            written = write_results(
                file,
                outcomes,
                directory=directory,
                refusals=known[1] if known else None,
                needed=needed,
                planned=planned,
            )
        except CsvProblem as error:
            raise InputError(Problem("invalid_input", f"{path}: {error}")) from None
        except OSError as error:
            raise InputError(
                Problem("invalid_input", f"{path}: its results cannot be written: {error.strerror or error}.")
            ) from None
        files.append({"file": path, "result": written.result, "retry": written.retry, "counts": written.counts})
    return files


def _read_checks(path: str | None) -> dict[str, tuple[str, Refusals]]:
    """Return each file's checksum and what the checks of the run refused of it; nothing where the run left no checks."""
    if not path or not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as stream:
        data = json.load(stream)
    addresses = {email: [_finding(f) for f in found] for email, found in data["addresses"].items()}
    return {
        entry["path"]: (
            entry["sha256"],
            Refusals(
                {int(line): [_finding(f) for f in found] for line, found in entry["refused"].items()},
                addresses,
                entry["people"],
            ),
        )
        for entry in data["files"]
    }


def _finding(data: t.Mapping[str, t.Any]) -> Finding:
    return Finding(**{name: data[name] for name in Finding._fields})


def read_outcomes(path: str) -> list[dict[str, t.Any]]:
    """Return the outcome lines of a results file; a step that never ran has left none."""
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def _iso(stamp: float | None) -> str | None:
    return None if stamp is None else time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(stamp))


__all__ = ["Known", "check_files", "read_known", "read_outcomes", "summary_lines", "write_result_files"]
