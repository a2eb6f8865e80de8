# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From CSV files to roster files that the other modules take. Private to this collection.

Control Hub imports one file after the other, and at most 1,000 rows of contact center people a file; so the people come out as roster
files in that order, none longer than that. Whoever stands only in the list beside the files comes last.
"""

from __future__ import annotations

import dataclasses
import os
import re
import typing as t

from .._files import named_by_option, timestamp
from .._model import address_key
from .._roster.fields import normal_mode
from .._roster.file import read_people, write_people
from .._roster.finding import ERROR, REPAIRED, WARNING, Finding
from .._roster.join import CONTRADICTION, RosterRow, join_people
from .._roster.rows import checked_rows, compose, raise_for_errors
from .._steps import CHECKS_FILE, ROSTER_FILE
from .people import ROLE_NOTE, contradiction, read_files
from .read_result import CsvResult
from .refusals import contradictions, note_refused, write_checks

_LEVELS = (ERROR, REPAIRED, WARNING)
_LINES = 15


@dataclasses.dataclass(frozen=True, slots=True)
class OnRecord:
    """What the organization's own record settles: everybody's address key, and each one's numbers with their +."""

    addresses: t.AbstractSet[str]
    numbers: t.Mapping[str, t.Sequence[str]]


def check_files(
    paths: t.Sequence[str],
    *,
    mode: str,
    on_record: OnRecord | None,
    users_file: str | None,
    dest: str | None,
    part_size: int,
    results_file: str | None,
) -> dict[str, t.Any]:
    """Read and check the files, write the roster files, and return the module's result.

    on_record: None where the organization was not asked. users_file: the list beside the files. dest: directory of the roster files,
    with at most ``part_size`` people each. results_file: takes an outcome line for everybody whom the checks refused.

    :raises InputError: the list beside the files cannot be used, or a file cannot be written.
    """
    mode = normal_mode(mode)
    result = read_files(
        paths,
        mode=mode,
        known_numbers=on_record.numbers if on_record else None,
        existing=on_record.addresses if on_record else None,
    )
    people, clashes = _join_list(result, users_file, mode)
    findings = [*result.findings, *clashes]
    counts = result.counts()
    counts[ERROR] += len(clashes)
    refused = contradictions(findings)
    people = [p for p in people if address_key(p["email"]) not in refused]
    saved = _saved(result)
    written: dict[str, t.Any] = {"rosters": [], "joined": None, "checks": None}
    ordered = _in_order(result, people, saved)
    if dest:
        with named_by_option("dest", dest):
            written = _write(dest, ordered, part_size)
            write_checks(written["checks"], result, findings)
    if results_file:
        with named_by_option("results_file", results_file):
            note_refused(results_file, findings, people)
    notes = [n for n in result.notes if n != ROLE_NOTE or not any(p.get("role") for p in people)]
    return {
        "ok": not any(f.level == ERROR for f in findings),
        "count": len(people),
        "agents": sum(bool(p.get("agent")) for p in people),
        "counts": counts,
        "findings": [f.to_dict() for f in findings],
        "files": [{**f.to_dict(), "modified": saved.get(f.label)} for f in result.files],
        **written,
        "notes": notes,
        "lines": summary_lines(findings) + notes,
        "users": people,
    }


def _join_list(result: CsvResult, users_file: str | None, mode: str) -> tuple[list[RosterRow], list[Finding]]:
    """Return (people, contradictions) of the files' people and the list beside them, which is checked as every list is.

    All rows are joined at once, so that a contradiction names the one row that says it. Those of the files alone are known already.
    """
    if not users_file:
        return result.people, []
    listed = read_people(users_file)
    rows, findings = compose(listed, merge=True, label=users_file)
    raise_for_errors(findings, what="The roster")
    if not rows:
        return result.people, []
    filed = [person for file in result.files for person in file.people]
    joined, clashes = join_people([*filed, *checked_rows(listed, label=users_file)[0]], mode=mode)
    return joined, [found for found in map(contradiction, clashes) if found not in result.findings]


def _saved(result: CsvResult) -> dict[str, str]:
    """Return when each file was saved last; what is no file on a disk has no such time."""
    paths = {f.label: f.source.path for f in result.files}
    return {label: timestamp(os.path.getmtime(p)) for label, p in paths.items() if p and os.path.exists(p)}


def _in_order(
    result: CsvResult, people: t.Sequence[RosterRow], saved: t.Mapping[str, str]
) -> list[tuple[str, list[RosterRow]]]:
    """Return (file, its people) in the files' order; somebody in several files comes with the first, fully joined."""
    by_key = {address_key(p["email"]): p for p in people}
    parts: list[tuple[str, list[RosterRow]]] = []
    for file in result.files:
        own = [by_key.pop(k) for p in file.people if (k := address_key(p["email"])) in by_key]
        for person in own:
            if person.get("csv") is not None and file.label in saved:
                person["csv_time"] = saved[file.label]
        parts.append((file.label, own))
    if by_key:
        parts.append(("", list(by_key.values())))
    return parts


def _write(dest: str, parts: t.Sequence[tuple[str, list[RosterRow]]], part_size: int) -> dict[str, t.Any]:
    """Write the roster files; return what the module says of them, and where the checks go."""
    written: list[dict[str, t.Any]] = []
    for label, people in parts:
        stem = re.sub(r"[^A-Za-z0-9._-]+", "_", os.path.splitext(os.path.basename(label))[0]) or "list"
        for start in range(0, len(people), part_size):
            part = people[start : start + part_size]
            path = os.path.join(dest, f"roster-{len(written) + 1:03d}-{stem[:60]}.json")
            write_people(path, part)
            written.append({"path": path, "file": label, "count": len(part)})
    joined = os.path.join(dest, ROSTER_FILE)
    write_people(joined, [person for _label, people in parts for person in people])
    return {"rosters": written, "joined": joined, "checks": os.path.join(dest, CHECKS_FILE)}


def summary_lines(findings: t.Sequence[Finding], limit: int = _LINES) -> list[str]:
    """Return the findings for somebody at a terminal: errors first, then repairs, then warnings; what recurs in a column once."""
    groups: dict[tuple[str, str, str, str], list[Finding]] = {}
    for found in sorted(findings, key=lambda f: _LEVELS.index(f.level)):
        # A contradiction is about one person, whatever the column.
        own = found.email if found.code == CONTRADICTION else ""
        groups.setdefault((found.level, found.code, found.file, f"{found.column}{own}"), []).append(found)
    lines = [_summary(group) for group in groups.values()]
    hidden = len(lines) - limit
    if hidden > 0:
        lines[limit:] = [f"and {hidden} more kinds of findings; all of them are in the report and in the result files"]
    return lines


def _summary(group: t.Sequence[Finding]) -> str:
    """Return one line for findings of one kind in one column."""
    first = group[0]
    what = f" '{first.found}'" if first.found else ""
    more = ""
    if len(group) > 1:
        others = ", ".join(str(f.line) for f in group[1:4])
        more = f" (also in line{'s' if len(group) > 2 else ''} {others}{' and more' if len(group) > 4 else ''})"
    action = f" {first.action}" if first.level == ERROR else ""
    return f"{first.level}: {first.position}:{what} {first.meaning}{action}{more}"
