# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows -> people of a roster. Private to this collection.

Entry points:

    result = read_files(["users.csv", "agents.csv"], known_numbers={...}, existing={...}, mode="add_and_remove")
    result.ok, result.findings, result.people, result.files[0].refused

A person of a Control Hub user file:

    {"email", "first_name"?, "last_name"?, "display_name"?, "title"?, "department"?,
     "csv": {"standard": true|false|null, "premium": true|false|null,
             "subscriptions"?: {"premium": {"Sub111111": true, "Sub222222": false}, ...}},   # only where headers carry them
     "columns"?: {header: cell or true/false},                                               # only with keep_columns
     "source": "users.csv:7", "sources": ["users.csv:7"]}

Blank cells are left out: a file cannot empty an attribute. A person of a Bulk Operations file:

    {"email", "agent": {"user_profile"?, "contact_center_enabled"?: bool, "site"?, "teams"?: [..], "skill_profile"?,
                        "desktop_profile"?, "multimedia_profile"?, "external_id"?, "default_number"?}, "source", "sources"}

Several rows of one person, in one file or in several, are joined by `_roster/join.py`.
"""

from __future__ import annotations

import os
import typing as t

from .._model import ADD_AND_REMOVE, LONGEST, address_key
from .._roster.fields import SEAT_LICENSES, normal_mode
from .._roster.finding import ERROR, Finding, line_place, place_of
from .._roster.join import CONTRADICTION, Clash, RosterRow, in_words, join_people
from .check_agents import BulkChecker
from .check_users import UserChecker, UserRow
from .columns import EXTENSION, NUMBER
from .findings import find
from .layout import BULK_OPERATIONS, Column, Layout, identify, known_score
from .log import FindingLog
from .read_result import CsvFile, CsvResult
from .rows import CheckOptions
from .source import CsvProblem, Source
from .table import DELIMITER_NAMES, Table, open_table

_CODECS = {"utf-8": "UTF-8", "utf-16-le": "UTF-16 LE", "utf-16-be": "UTF-16 BE", "cp1252": "Windows-1252"}
ROLE_NOTE = (
    "A CSV file can set Standard and Premium only, and everybody with Premium becomes an agent: supervisors and "
    "administrators have to be named in a roster or variable beside it, which is joined by address; onboard_role names one role for "
    "all of them."
)


def read_files(
    paths: t.Iterable[str | os.PathLike[str] | Source],
    *,
    known_numbers: t.Mapping[str, t.Collection[str]] | None = None,
    existing: t.Collection[str] | None = None,
    strict_numbers: bool = False,
    max_per_rule: int = 1000,
    mode: str = ADD_AND_REMOVE,
    keep_columns: bool = False,
) -> CsvResult:
    """Reads and checks Control Hub user files and Bulk Operations files, in this order. Never raises for what a file holds.

    known_numbers: address -> numbers with + that the organization has on record. existing: addresses of the people there
    are (None: unknown, nobody counts as new). Both compared without case. strict_numbers, max_per_rule: see CheckOptions.
    mode: what the files are for; decides whether FALSE contradicts a license named elsewhere. keep_columns: every cell that
    is not blank goes into the person's `columns`, for writing full files back.
    """
    options = CheckOptions(
        known_numbers={address_key(address): tuple(numbers) for address, numbers in (known_numbers or {}).items()},
        existing=None if existing is None else frozenset(address_key(address) for address in existing),
        strict_numbers=strict_numbers,
        max_per_rule=max_per_rule,
    )
    return join_files(read_each(paths, options, keep_columns), mode=mode)


def read_each(
    paths: t.Iterable[str | os.PathLike[str] | Source], options: CheckOptions, keep_columns: bool = False
) -> list[CsvFile]:
    """Reads and checks each file by itself. Of two that share a name, messages give the whole path."""
    sources = [path if isinstance(path, Source) else Source.from_path(path) for path in paths]
    names = [source.name for source in sources]
    files = []
    for source in sources:
        clash = names.count(source.name) > 1
        files.append(read_file(source, options, source.path if clash and source.path else source.name, keep_columns))
    return files


def join_files(
    files: list[CsvFile],
    *,
    mode: str = ADD_AND_REMOVE,
    beside: t.Sequence[RosterRow] = (),
    barred: t.Mapping[str, t.Sequence[Finding]] | None = None,
) -> CsvResult:
    """Joins the rows of all files by address. beside: rows of lists, which are joined with them. barred: address key -> why nothing is
    done for that person, whatever the files say."""
    findings = [finding for file in files for finding in file.findings]
    everybody = [*(person for file in files for person in file.people), *beside]
    joined, clashes = join_people(everybody, mode=normal_mode(mode))
    told = contradictions(clashes)
    contradicted = {**told, **(barred or {})}
    findings += [finding for of_person in told.values() for finding in of_person]
    findings += [finding for file in files for finding in _repeated(file, contradicted)]
    people = [person for person in joined if address_key(person["email"]) not in contradicted]
    notes = []
    if any(value for file in files for person in file.people for value in _truths(person)):
        notes.append(ROLE_NOTE)
    return CsvResult(files, people, findings, notes, contradicted, beside)


def contradictions(clashes: t.Iterable[Clash]) -> dict[str, list[Finding]]:
    """Return address key -> findings that two places want different things of that person; each stands at the later place."""
    pairs: dict[tuple[str, str, str], list[Clash]] = {}
    for clash in clashes:
        pairs.setdefault((address_key(clash.email), clash.one_source, clash.other_source), []).append(clash)
    found: dict[str, list[Finding]] = {}
    for (key, _one, _other), of_pair in pairs.items():
        found.setdefault(key, []).append(_contradiction(of_pair))
    return found


def _contradiction(clashes: t.Sequence[Clash]) -> Finding:
    """The finding about two places that differ in one field or in several."""
    first = clashes[0]
    one, other = (", ".join(map(in_words, values)) for values in zip(*[(c.one, c.other) for c in clashes], strict=True))
    words = {"one": one, "other": other, "one_source": first.one_source, "other_source": first.other_source}
    file, line = place_of(first.other_source)
    column = ", ".join(dict.fromkeys(clash.field for clash in clashes))
    return find(CONTRADICTION, file, line, column, other, email=first.email, **words)


def _repeated(file: CsvFile, contradicted: t.Container[str]) -> t.Iterator[Finding]:
    """What is to be said of addresses that stand twice in a file, in rows that agree."""
    first: dict[str, RosterRow] = {}
    for person in file.people:
        key = address_key(person["email"])
        before = first.setdefault(key, person)
        if before is person or key in contradicted:
            continue
        name = "address_duplicate" if before["email"] == person["email"] else "address_duplicate.spelling"
        header = file.header[file.address_index].strip()
        line, words = place_of(person["source"])[1], {"first": place_of(before["source"])[1], "before": before["email"]}
        yield find(name, file.label, line, header, person["email"], email=person["email"], **words)


def _truths(person: RosterRow) -> t.Iterable[bool]:
    cells = person.get("csv")
    return (cells[name] is True for name in SEAT_LICENSES) if cells else ()


def read_file(source: Source, options: CheckOptions, label: str, keep_columns: bool = False) -> CsvFile:
    """Reads and checks one file; see `read_files`. label: what findings and `source` call it."""
    file = CsvFile(source, label)
    log = FindingLog(label, options.max_per_rule)
    try:
        table = open_table(source, known_score)
        file.table = table
        _describe(file, table, log)
        layout = identify(table.header, label, table.header_line)
        log.take(layout.findings)
        file.kind = layout.kind
        if layout.ok:
            file.people = _read_rows(file, table, layout, log, options, keep_columns)
            if not file.rows:
                file.broken = [find("no_rows", label, table.header_line)]
                log.take(file.broken)
        else:
            file.broken = [finding for finding in layout.findings if finding.level == ERROR]
    except CsvProblem as exc:
        # What was read so far is no whole file: nothing of it may be carried out.
        file.people = []
        file.broken = [exc.finding(source.path or label if exc.code == "unreadable" else label)]
        log.take(file.broken)
    log.close()
    file.findings = log.findings
    file.refused = log.refused
    file.counts = log.counts()
    return file


def _describe(file: CsvFile, table: Table, log: FindingLog) -> None:
    encoding = table.encoding
    file.delimiter = table.delimiter
    file.header = table.header
    file.header_line = table.header_line
    file.sha256 = encoding.sha256
    name = _CODECS[encoding.codec]
    file.encoding = f"{name} with byte order mark" if encoding.bom else name
    if not encoding.sure:
        log.add("encoding_guessed", table.header_line)
    plain = encoding.codec in ("utf-8", "cp1252") and not encoding.bom
    if plain and table.delimiter == "," and not table.separator_line:
        return
    found = [] if plain else [file.encoding]
    if table.delimiter != ",":
        found.append(f"{DELIMITER_NAMES[table.delimiter]} between the cells")
    if table.separator_line:
        found.append("a 'sep=' line")
    log.add("file_format", table.header_line, marks=", ".join(found))


def _read_rows(
    file: CsvFile,
    table: Table,
    layout: Layout,
    log: FindingLog,
    options: CheckOptions,
    keep_columns: bool,
) -> list[RosterRow]:
    address = layout.of("email")
    file.address_index = address.index if address else 0
    if layout.kind == BULK_OPERATIONS:
        return _read_agents(file, table, layout, log, options)
    return _read_users(
        file, table, layout, UserChecker(layout, table.header, table.delimiter, log, options), keep_columns
    )


def _read_agents(
    file: CsvFile, table: Table, layout: Layout, log: FindingLog, options: CheckOptions
) -> list[RosterRow]:
    """The people of a Bulk Operations file."""
    checker = BulkChecker(layout, table.header, table.delimiter, log, options)
    _sort_columns(file, layout.columns, [column for column in layout.columns if column.field])
    people: list[RosterRow] = []
    for row in table.rows():
        taken = checker.check(row.line, row.end_line, row.cells)
        if taken:
            people.append({"email": taken.email, "agent": taken.settings, **_placed(file, taken.line)})
    file.rows = checker.rows
    checker.finish()
    return people


def _read_users(
    file: CsvFile, table: Table, layout: Layout, checker: UserChecker, keep_columns: bool
) -> list[RosterRow]:
    """The people of a Control Hub user file."""
    used_fields = ("email", *LONGEST, *SEAT_LICENSES)
    _sort_columns(file, layout.columns, [column for column in layout.columns if column.field in used_fields])
    file.governs = bool(checker.contact_center)
    licenses = [_LicenseCells(name, checker.contact_center) for name in SEAT_LICENSES]
    flags = {column.index for column in checker.services}
    kept = [column for column in layout.columns if column.index not in flags]
    people: list[RosterRow] = []
    for row in table.rows():
        user = checker.check(row.line, row.end_line, row.cells)
        if user is None:
            continue
        person: RosterRow = {"email": user.email, **user.values, "csv": _cells(licenses, user)}
        if keep_columns:
            person["columns"] = _columns(kept, checker.services, user, row.cells)
        people.append({**person, **_placed(file, user.line)})
    file.rows = checker.rows
    checker.finish()
    return people


def _placed(file: CsvFile, line: int) -> RosterRow:
    place = line_place(file.label, line)
    return {"source": place, "sources": [place]}


def _cells(licenses: t.Sequence[_LicenseCells], user: UserRow) -> dict[str, t.Any]:
    """What a row says under the contact center licenses: see the head of this file."""
    cells: dict[str, t.Any] = {one.name: one.value(user.licenses) for one in licenses}
    subscriptions = {one.name: one.subscriptions(user.licenses) for one in licenses if one.named}
    if subscriptions:
        cells["subscriptions"] = subscriptions
    return cells


def _columns(
    kept: t.Sequence[Column], services: t.Sequence[Column], user: UserRow, cells: t.Sequence[str]
) -> dict[str, str | bool]:
    """Every cell with something in it, as it ought to be: numbers as repaired, or left out where they cannot be relied on."""
    found: dict[str, str | bool] = {}
    for column in kept:
        cell: str | None = cells[column.index]
        if column.kind in (NUMBER, EXTENSION):
            cell = user.numbers.get(column.field)
        if cell:
            found[column.header.strip()] = cell
    for column, value in zip(services, user.services, strict=True):
        if value is not None:
            found[column.header.strip()] = value
    return found


def _sort_columns(file: CsvFile, columns: t.Sequence[Column], used: t.Sequence[Column]) -> None:
    indexes = {column.index for column in used}
    file.columns_used = [column.header.strip() for column in used]
    file.columns_left = [column.header.strip() for column in columns if column.index not in indexes]


class _LicenseCells:
    """The columns of one license: TRUE under any subscription is TRUE, else FALSE under any is FALSE."""

    def __init__(self, name: str, columns: t.Sequence[Column]) -> None:
        self.name = name
        self._places = [(i, column) for i, column in enumerate(columns) if column.field == name]
        self.named = any(column.subscription for _i, column in self._places)

    def value(self, cells: t.Sequence[bool | None]) -> bool | None:
        values = [cells[i] for i, _column in self._places]
        if True in values:
            return True
        return False if False in values else None

    def subscriptions(self, cells: t.Sequence[bool | None]) -> dict[str, bool | None]:
        return {column.subscription or "": cells[i] for i, column in self._places}
