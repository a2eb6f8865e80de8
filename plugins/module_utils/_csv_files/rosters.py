# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From CSV files to the roster of a run, or to people for a playbook of one's own. Private to this collection.

Control Hub imports one file after the other, and at most 1,000 rows of contact center people a file; so the roster has parts in that
order, none longer than that. Whoever stands only in the lists beside the files comes last.
"""

from __future__ import annotations

import dataclasses
import os
import typing as t

from .._files import timestamp
from .._model import address_key
from .._roster.file import Lists, RunRoster
from .._roster.finding import ERROR, place_of
from .._roster.join import CONTRADICTION, RosterRow
from .._roster.table import RowTable, places_of
from .._roster.verdict import RefusalRule, conclude
from .._run.record import for_step
from .checks import ReadFile, claim
from .defaults import checked, fill
from .layout import BULK_OPERATIONS
from .people import ROLE_NOTE, join_files, read_each
from .read_result import CsvResult
from .rows import CheckOptions


@dataclasses.dataclass(frozen=True, slots=True)
class OnRecord:
    """What the organization's own record settles: everybody's address key, and each one's numbers with their +."""

    addresses: t.AbstractSet[str]
    numbers: t.Mapping[str, t.Sequence[str]]


@dataclasses.dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of the files. mode: what they are for; on_record: None where the organization was not asked."""

    paths: t.Sequence[str]
    mode: str
    part_size: int = 1000
    on_record: OnRecord | None = None
    #: ``license`` and ``role`` of those who declare none: see `defaults.py`.
    defaults: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)


def check_files(
    wish: Wish, users_file: str | None = None, *, ignored: t.Collection[str] = (), return_users: bool = True
) -> dict[str, t.Any]:
    """Read and check the files, and a list beside them; return the module's result.

    :raises InputError: the list beside the files cannot be read.
    """
    listed = Lists(users_file=users_file, merge=True, ignored=ignored).table() if users_file else RowTable()
    table, result, _ordered = _read(wish, listed)
    table.findings[:0] = listed.findings
    result["counts"][ERROR] += len(listed.errors)
    del result["read"]
    result |= {"users": table.people if return_users else [], "parts": [0], "ok": not table.errors}
    return conclude(table, result, RefusalRule(), None)


def check_files_of_run(
    wish: Wish,
    directory: str,
    rule: RefusalRule,
    *,
    check_mode: bool,
    results_directory: str | None = None,
    shared_with: t.Sequence[str] = (),
) -> dict[str, t.Any]:
    """Read and check the files of a run, join them with its lists, write its roster, and return the module's result.

    :raises InputError: the directory is not this task's, results could not be written, or the rows are such that the run must not go on.
    """
    record = for_step(directory, check_mode=check_mode, roster=False)
    run = RunRoster(record, keep=not check_mode or record.check_mode)
    results_directory = results_directory or record.options.get("csv_results_directory")
    checks = claim(record, wish.paths, results_directory, shared_with)
    if run.keep:
        checks.write(record)
    table, result, ordered = _read(wish, run.read_list())
    if run.keep:
        dataclasses.replace(checks, files=result["read"]).write(record)
    del result["read"]
    parts = run.write(table, ordered)
    result |= {"users": [], "parts": parts, "ok": not table.errors}
    return run.close(lambda: conclude(table, result, rule, record))


def _read(wish: Wish, listed: RowTable) -> tuple[RowTable, dict[str, t.Any], list[list[RosterRow]]]:
    """Return all rows of files and list, what the module says of the files, and the people in parts in the order of import."""
    known = wish.on_record
    defaults = checked(wish.defaults)
    options = CheckOptions(known_numbers=known.numbers, existing=known.addresses) if known else CheckOptions()
    barred = {address_key(r.email): r.findings for r in listed.refused if r.email and r.code == CONTRADICTION}
    result = join_files(read_each(wish.paths, options), mode=wish.mode, beside=listed.rows, barred=barred)
    result = fill(result, defaults)
    table = result.table()
    table.refused[:0] = listed.refused
    saved = _saved(result)
    parts = _in_order(result, saved, max(wish.part_size, 1))
    table.people = [person for part in parts for person in part]
    notes = [n for n in result.notes if n != ROLE_NOTE or not any(p.get("role") for p in table.people)]
    return (
        table,
        {
            "counts": result.counts(),
            "files": [{**f.to_dict(), "modified": saved.get(f.label)} for f in result.files],
            "notes": notes,
            "read": [ReadFile.of(file) for file in result.files],
        },
        parts,
    )


def _saved(result: CsvResult) -> dict[str, str]:
    """Return when each file was saved last; what is no file on a disk has no such time."""
    paths = {f.label: f.source.path for f in result.files}
    return {label: timestamp(os.path.getmtime(p)) for label, p in paths.items() if p and os.path.exists(p)}


def _in_order(result: CsvResult, saved: t.Mapping[str, str], size: int) -> list[list[RosterRow]]:
    """Return the people in parts: file by file, somebody in several files with the first of them, fully joined."""
    by_key = {address_key(p["email"]): p for p in result.people}
    agents = {file.label for file in result.files if file.kind == BULK_OPERATIONS}
    chunks: list[list[RosterRow]] = []
    for file in result.files:
        own = [by_key.pop(k) for p in file.people if (k := address_key(p["email"])) in by_key]
        chunks.append([_of_file(person, file.label, saved, agents) for person in own])
    chunks.append(list(by_key.values()))
    return [chunk[start : start + size] for chunk in chunks for start in range(0, len(chunk), size)]


def _of_file(person: RosterRow, label: str, saved: t.Mapping[str, str], agents: t.Container[str]) -> RosterRow:
    more: RosterRow = {}
    if person.get("csv") is not None and label in saved:
        more["csv_time"] = saved[label]
    if all(place_of(place)[0] in agents for place in places_of(person)):
        # A Bulk Operations file sets people up who are there, in Control Hub as here (facts of the vendor).
        more["creates"] = False
    return {**person, **more}
