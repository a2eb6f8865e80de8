# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows -> people of a roster; several sources joined by address; what a CSV row asks for against what somebody holds.

Entry points, in the order in which `csv_info` needs them:

    result = read_files(["users.csv", "agents.csv"], known_numbers={...}, existing={...}, mode="add_and_remove")
    result.ok, result.findings, result.people, result.roster(), result.files[0].refused
    people, findings = join_rosters([result.people, roster_of_supervisors], mode="add_and_remove")
    desired_license(person["csv"], current="standard", mode="add_only")

A person of a Control Hub user file:

    {"email", "first_name"?, "last_name"?, "display_name"?, "title"?, "department"?,
     "csv": {"standard": true|false|null, "premium": true|false|null,
             "subscriptions"?: {"premium": {"Sub111111": true, "Sub222222": false}, ...}},   # only where headers carry them
     "columns"?: {header: cell or true/false},                                               # only with keep_columns
     "source": "line 7 of users.csv"}

Blank cells are left out: a file cannot empty an attribute. A person of a Bulk Operations file:

    {"email", "agent": {"user_profile"?, "contact_center_enabled"?: bool, "site"?, "teams"?: [..], "skill_profile"?,
                        "desktop_profile"?, "multimedia_profile"?, "external_id"?, "default_number"?}, "source"}
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._model import LONGEST, address_key
from .._roster.finding import ERROR, REPAIRED, WARNING, Finding, show
from .check_agents import BulkChecker
from .check_users import UserChecker, UserRow
from .columns import EXTENSION, NUMBER
from .findings import find
from .layout import BULK_OPERATIONS, OTHER, Column, Layout, identify, known_score
from .log import FindingLog
from .rows import CheckOptions
from .source import CsvProblem, Source
from .table import DELIMITER_NAMES, Table, open_table

ROSTER_FORMAT = "wxcc.onboarding/roster/1"
ADD_ONLY = "add_only"
ADD_AND_REMOVE = "add_and_remove"
# Control Hub's own words for the two, as its import dialog has them.
_MODES = {
    ADD_ONLY: ADD_ONLY,
    "add_services_only": ADD_ONLY,
    ADD_AND_REMOVE: ADD_AND_REMOVE,
    "add_and_remove_services": ADD_AND_REMOVE,
}
LICENSES = ("standard", "premium")
SUPERVISOR = "supervisor"
ROLE_NOTE = (
    "A CSV file can set Standard and Premium only, and everybody with Premium becomes an agent: supervisors and "
    "administrators have to be named in a roster or variable beside it, which is joined by address."
)

Person = dict[str, Any]


# --- What a row asks for ----------------------------------------------------------------------------------------------


def normal_mode(mode: str) -> str:
    """add_only or add_and_remove, also for Control Hub's words add_services_only and add_and_remove_services."""
    try:
        return _MODES[mode]
    except KeyError:
        raise ValueError(f"mode must be one of {', '.join(_MODES)}, not {mode!r}") from None


def cell_action(value: bool | None, mode: str) -> str:
    """What Control Hub's import does for one license cell: add, remove or keep.

    | cell           | add_only | add_and_remove |
    | TRUE           | add      | add            |
    | FALSE          | keep     | remove         |
    | blank, absent  | keep     | keep           |
    """
    if value is True:
        return "add"
    if value is False and normal_mode(mode) == ADD_AND_REMOVE:
        return "remove"
    return "keep"


def desired_license(intent: Mapping[str, Any] | None, current: str, mode: str) -> str:
    """The license that somebody is to hold: none, standard or premium.

    intent: the `csv` of a person (or None); current: none, standard or premium; mode: see `normal_mode`. Each cell acts as
    in `cell_action`. A person holds one of the two: where adding one leaves the other in place, Premium wins, as it does in
    the contact center when both reach a person. So Standard TRUE takes nobody's Premium away unless Premium is FALSE and
    the mode removes. Raises ValueError where both are TRUE, which the checks refuse, and for an unknown current or mode.
    """
    mode = normal_mode(mode)
    if current not in ("none", *LICENSES):
        raise ValueError(f"current must be none, standard or premium, not {current!r}")
    intent = intent or {}
    if all(intent.get(name) is True for name in LICENSES):
        raise ValueError("Standard and Premium are both TRUE")
    held = {current}
    for name in LICENSES:
        action = cell_action(intent.get(name), mode)
        if action == "add":
            held.add(name)
        elif action == "remove":
            held.discard(name)
    if "premium" in held:
        return "premium"
    return "standard" if "standard" in held else "none"


def desired_subscription(intent: Mapping[str, Any] | None, license_name: str) -> str | None:
    """The subscription whose column is TRUE for that license; None where the headers carry no subscription."""
    by_license = (intent or {}).get("subscriptions") or {}
    return next((name for name, value in (by_license.get(license_name) or {}).items() if value is True), None)


# --- Files ------------------------------------------------------------------------------------------------------------


@dataclass
class CsvFile:
    """One file, read. people: those whose rows are not refused, in the file's order, each address once.

    refused: line -> the errors of that row. columns_used, columns_left: headers as they stand; what is left is neither
    sent nor changed. rows: rows with anything in them. encoding: as people call it.
    """

    source: Source
    label: str
    kind: str = OTHER
    encoding: str = ""
    delimiter: str = ","
    header: list[str] = field(default_factory=list)
    header_line: int = 0
    address_index: int = 0
    sha256: str = ""
    rows: int = 0
    people: list[Person] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    refused: dict[int, list[Finding]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    columns_used: list[str] = field(default_factory=list)
    columns_left: list[str] = field(default_factory=list)
    table: Table | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing in it is refused."""
        return not self.counts.get(ERROR)

    def to_dict(self) -> dict[str, Any]:
        """What a module returns about the file; no people, no findings."""
        return {
            "path": self.source.path or self.source.name,
            "name": self.label,
            "kind": self.kind,
            "encoding": self.encoding,
            "delimiter": DELIMITER_NAMES.get(self.delimiter, self.delimiter),
            "rows": self.rows,
            "people": len(self.people),
            "refused": len(self.refused),
            "findings": dict(self.counts),
            "columns_used": self.columns_used,
            "columns_left": self.columns_left,
            "sha256": self.sha256,
        }


@dataclass
class CsvResult:
    """All the files. people: joined by address over all of them (for one file simply its people); for imports one after
    the other take `files[n].people` instead. findings: of every file in order, then of the joining. notes: what no file can
    say, in words for the admin.
    """

    files: list[CsvFile]
    people: list[Person]
    findings: list[Finding]
    notes: list[str]

    @property
    def ok(self) -> bool:
        """Whether no finding is an error."""
        return not any(finding.level == ERROR for finding in self.findings)

    def counts(self) -> dict[str, int]:
        """Findings by level, those that the list leaves out included."""
        totals = {ERROR: 0, WARNING: 0, REPAIRED: 0}
        own = 0
        for file in self.files:
            own += len(file.findings)
            for level, count in file.counts.items():
                totals[level] += count
        for finding in self.findings[own:]:
            totals[finding.level] += 1
        return totals

    def roster(self) -> dict[str, Any]:
        """The people as a roster document, ready for `json.dump` and `users_file`."""
        return {"format": ROSTER_FORMAT, "users": self.people}


def read_files(
    paths: Iterable[str | os.PathLike[str] | Source],
    *,
    known_numbers: Mapping[str, Collection[str]] | None = None,
    existing: Collection[str] | None = None,
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
    sources = [path if isinstance(path, Source) else Source.from_path(path) for path in paths]
    names = [source.name for source in sources]
    files = []
    for source in sources:
        clash = names.count(source.name) > 1
        files.append(read_file(source, options, source.path if clash and source.path else source.name, keep_columns))
    findings = [finding for file in files for finding in file.findings]
    if len(files) == 1:
        people = files[0].people
    else:
        people, joined = join_rosters([file.people for file in files], mode=mode)
        findings.extend(joined)
    notes = []
    if any(value for file in files for person in file.people for value in _truths(person)):
        notes.append(ROLE_NOTE)
    return CsvResult(files, people, findings, notes)


def _truths(person: Person) -> Iterable[bool]:
    intent = person.get("csv")
    return (intent[name] is True for name in LICENSES) if intent else ()


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
            people = _read_rows(file, table, layout, log, options, keep_columns)
            if not file.rows:
                log.take([find("no_rows", label, table.header_line)])
            file.people = people
    except CsvProblem as exc:
        # What was read so far is no whole file: nothing of it may be carried out.
        file.people = []
        log.take([exc.finding(label)])
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
    name = {"utf-8": "UTF-8", "utf-16-le": "UTF-16 LE", "utf-16-be": "UTF-16 BE", "cp1252": "Windows-1252"}[
        encoding.codec
    ]
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
) -> list[Person]:
    columns = layout.columns
    address = layout.of("email")
    file.address_index = address.index if address else 0
    people: list[Person] = []
    label = file.label
    if layout.kind == BULK_OPERATIONS:
        bulk = BulkChecker(layout, table.header, table.delimiter, log, options)
        used = [column for column in columns if column.field]
        _sort_columns(file, columns, used)
        for row in table.rows():
            taken = bulk.check(row.line, row.end_line, row.cells)
            if taken:
                people.append(
                    {"email": taken.email, "agent": taken.settings, "source": f"line {taken.line} of {label}"}
                )
        file.rows = bulk.rows
        bulk.finish()
        return people
    checker = UserChecker(layout, table.header, table.delimiter, log, options)
    used_fields = ("email", *LONGEST, *LICENSES)
    _sort_columns(file, columns, [column for column in columns if column.field in used_fields])
    plans = [_LicensePlan(name, checker.contact_center) for name in LICENSES]
    flags = {column.index for column in checker.services}
    kept = [column for column in columns if column.index not in flags]
    for row in table.rows():
        user = checker.check(row.line, row.end_line, row.cells)
        if user is None:
            continue
        person: Person = {"email": user.email, **user.values}
        intent: dict[str, Any] = {plan.name: plan.value(user.licenses) for plan in plans}
        subscriptions = {plan.name: plan.subscriptions(user.licenses) for plan in plans if plan.named}
        if subscriptions:
            intent["subscriptions"] = subscriptions
        person["csv"] = intent
        if keep_columns:
            person["columns"] = _columns(kept, checker.services, user, row.cells)
        person["source"] = f"line {user.line} of {label}"
        people.append(person)
    file.rows = checker.rows
    checker.finish()
    return people


def _columns(
    kept: Sequence[Column], services: Sequence[Column], user: UserRow, cells: Sequence[str]
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


def _sort_columns(file: CsvFile, columns: Sequence[Column], used: Sequence[Column]) -> None:
    indexes = {column.index for column in used}
    file.columns_used = [column.header.strip() for column in used]
    file.columns_left = [column.header.strip() for column in columns if column.index not in indexes]


class _LicensePlan:
    """The columns of one license: TRUE under any subscription is TRUE, else FALSE under any is FALSE."""

    def __init__(self, name: str, columns: Sequence[Column]) -> None:
        self.name = name
        self._places = [(i, column) for i, column in enumerate(columns) if column.field == name]
        self.named = any(column.subscription for _i, column in self._places)

    def value(self, cells: Sequence[bool | None]) -> bool | None:
        values = [cells[i] for i, _column in self._places]
        if True in values:
            return True
        return False if False in values else None

    def subscriptions(self, cells: Sequence[bool | None]) -> dict[str, bool | None]:
        return {column.subscription or "": cells[i] for i, column in self._places}


# --- Joining ----------------------------------------------------------------------------------------------------------

_PLACE = re.compile(r"line (\d+) of (.+)", re.DOTALL)
_ALONE = ("email", "source", "csv", "agent", "columns")


def join_rosters(
    rosters: Iterable[Sequence[Person] | Mapping[str, Any]], *, mode: str = ADD_AND_REMOVE
) -> tuple[list[Person], list[Finding]]:
    """Joins people of several sources by address, without case. Returns (people, contradictions).

    rosters: lists of people, or roster documents (their `defaults` fill what nobody says outright). Everybody keeps the
    place of his first mention, and its spelling of the address. Values that are missing, None or empty say nothing; equal
    ones agree; lists agree if they hold the same, in any order. Anything else is a finding of level error with both
    positions, and the first value stands. A `license` named in one source contradicts a CSV row that asks for another one,
    or (where the mode removes) has FALSE under it. The people passed in are not changed.
    """
    mode = normal_mode(mode)
    order: dict[str, list[Person]] = {}
    defaults: dict[str, dict[str, Any]] = {}
    for number, roster in enumerate(rosters):
        people: Sequence[Person]
        if isinstance(roster, Mapping):
            people = roster.get("users") or []
            fill = {key: value for key, value in (roster.get("defaults") or {}).items() if not _silent(value)}
        else:
            people, fill = roster, {}
        for index, person in enumerate(people):
            # Somebody without address is nobody's double.
            key = address_key(str(person.get("email") or "")) or f"\x00{len(order)}"
            if not person.get("source"):
                person = {**person, "source": f"users[{index}]" + (f" of roster {number + 1}" if number else "")}
            order.setdefault(key, []).append(person)
            if fill:
                for name, value in fill.items():
                    defaults.setdefault(key, {}).setdefault(name, value)
    findings: list[Finding] = []
    joined: list[Person] = []
    for key, people in order.items():
        person = people[0] if len(people) == 1 else _join(people, findings)
        missing = {name: value for name, value in defaults.get(key, {}).items() if _silent(person.get(name))}
        joined.append({**person, **missing} if missing else person)
        if person.get("csv") and (not _silent(person.get("license")) or person.get("role") == SUPERVISOR):
            _agree(person, people, mode, findings)
    return joined, findings


def _silent(value: Any) -> bool:
    return value is None or value == "" or value == [] or value == {}


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return sorted(map(str, one)) == sorted(map(str, other))
    # 1 is not True, nor is 0 False.
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


class _Joiner:
    """Puts values together under names, and remembers where each came from."""

    def __init__(self, email: str, findings: list[Finding]) -> None:
        self._email = email
        self._findings = findings
        self._origin: dict[str, str] = {}

    def put(self, into: dict[str, Any], key: str, value: Any, source: str, name: str) -> None:
        if _silent(value):
            return
        before = into.get(key)
        if _silent(before):
            into[key] = list(value) if isinstance(value, list) else value
            self._origin[name] = source
        elif not _same(before, value):
            self._findings.append(contradiction(self._email, name, before, self._origin.get(name, ""), value, source))


def contradiction(email: str, name: str, one: Any, one_source: str, other: Any, other_source: str) -> Finding:
    """The finding that two sources want different things of one person; it stands at the later one."""
    match = _PLACE.fullmatch(other_source)
    file, line = (match.group(2), int(match.group(1))) if match else (other_source, 0)
    words = {"one": show(_words(one)), "other": show(_words(other))}
    words |= {"one_source": one_source, "other_source": other_source}
    return find("contradiction", file, line, name, _words(other), email=email, **words)


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _join(people: Sequence[Person], findings: list[Finding]) -> Person:
    merged: Person = {"email": people[0].get("email", "")}
    joiner = _Joiner(merged["email"], findings)
    sources: list[str] = []
    for person in people:
        source = person["source"]
        if source not in sources:
            sources.append(source)
        for key, value in person.items():
            if key not in _ALONE:
                joiner.put(merged, key, value, source, key)
        for group in ("agent", "columns"):
            for key, value in (person.get(group) or {}).items():
                joiner.put(
                    merged.setdefault(group, {}), key, value, source, f"{group}.{key}" if group == "agent" else key
                )
        intent = person.get("csv")
        if intent is not None:
            own = merged.setdefault("csv", dict.fromkeys(LICENSES))
            for name in LICENSES:
                joiner.put(own, name, intent.get(name), source, name)
            for name, cells in (intent.get("subscriptions") or {}).items():
                into = own.setdefault("subscriptions", {}).setdefault(name, {})
                for subscription, value in cells.items():
                    into.setdefault(subscription, None)
                    joiner.put(into, subscription, value, source, f"{name} [{subscription}]")
    both = merged.get("csv") or {}
    if all(both.get(name) is True for name in LICENSES):
        rows = [person for person in people if person.get("csv")]
        first = next(person for person in rows if person["csv"].get("standard") or person["csv"].get("premium"))
        other = "premium" if first["csv"].get("standard") else "standard"
        second = next((person for person in rows if person["csv"].get(other)), first)
        findings.append(
            contradiction(
                merged["email"],
                "license",
                "standard" if other == "premium" else "premium",
                first["source"],
                other,
                second["source"],
            )
        )
    merged["source"] = " and ".join(sources)
    return merged


def _agree(person: Person, people: Sequence[Person], mode: str, findings: list[Finding]) -> None:
    """A license named outright, or the one that the role needs, against what the CSV rows ask for."""
    intent = person["csv"]
    if _silent(person.get("license")):
        what, wanted = "role", "premium"
        said = "supervisor, who needs premium"
    else:
        what, wanted = "license", str(person["license"])
        said = wanted
    named = next(one["source"] for one in people if not _silent(one.get(what)))
    for name in LICENSES:
        value = intent.get(name)
        against = (value is True and name != wanted) or (value is False and name == wanted and mode == ADD_AND_REMOVE)
        if against:
            row = next((one["source"] for one in people if (one.get("csv") or {}).get(name) is value), person["source"])
            findings.append(contradiction(person["email"], name, value, row, said, named))
