# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The header row of a file: which of the two kinds it is, and which column is which. Private to this collection.

The header as it stands is always kept, for messages and for writing back. Order never matters.

Entry points:

    layout = identify(header_cells, "users.csv", line=1)   # Layout: kind, columns, findings
    known_score(header_cells)                              # for open_table(known=...)
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from .._model import LONGEST, PREMIUM, STANDARD
from .._roster.finding import ERROR, Finding, show
from .columns import (
    BULK_COLUMNS,
    BULK_FILE_COLUMNS,
    CONTACT_CENTER,
    EMAIL_HEADER,
    FIRST_NAME_HEADER,
    LAST_NAME_HEADER,
    LICENSE,
    UNKNOWN,
    USER_FILE_COLUMNS,
    KnownColumn,
)
from .findings import find
from .headers import Header, canonical_header, header_key, nearest, parse_header

# Kinds of files
CONTROL_HUB = "control_hub"
BULK_OPERATIONS = "bulk_operations"
OTHER = "other"


def _by_key(columns: t.Sequence[KnownColumn]) -> dict[str, KnownColumn]:
    by_key: dict[str, KnownColumn] = {}
    for column in columns:
        for alias in column.aliases:
            by_key.setdefault(header_key(alias), column)
    # A proper name goes before anybody's alias.
    by_key.update({header_key(column.header): column for column in columns})
    return by_key


_USER_COLUMNS = _by_key(USER_FILE_COLUMNS)
_BULK_COLUMNS = _by_key(BULK_FILE_COLUMNS)
# Two of these, and a file can only be one of Bulk Operations: Control Hub's user file has none of them.
_BULK_MARKS = frozenset(column.field for column in BULK_COLUMNS if column.field not in ("email", "external_id"))
# What is read of a user file: twice the same column would be two answers.
_USED = frozenset({"email", *LONGEST, STANDARD, PREMIUM})
# A typing error in one of these would pass over in silence what most files are for.
_VITAL = frozenset({"email", "first_name", "last_name", STANDARD, PREMIUM})
_USED_BULK = frozenset(column.field for column in BULK_COLUMNS)
_MEETING = re.compile(r"^\S+\s+-\s+.*\b(?:webex|edition|meeting|event|training|support|suite)", re.IGNORECASE)
# Organizations hold licenses that are not listed here, by the vendor's names; those of the contact center are never guessed.
_PRODUCT = re.compile(r"(?:cisco|webex|hybrid|jabber)\b(?!.*\b(?:contact|customer) ?(?:cent|care))", re.IGNORECASE)
# Above this nobody can mean something else: one letter missing, doubled or swapped in a name of that length.
_TYPO = 0.92
_TYPO_SHORT = 0.85
# A file with that many strange columns has other troubles than typing errors, and comparing takes its time.
_MOST_COMPARED = 200


@dataclasses.dataclass(frozen=True)
class Column:
    """One column of a file. header: as it stands there. field: our name ('' if nothing here uses it). kind: see columns.py."""

    index: int
    header: str
    base: str
    field: str
    kind: str
    subscription: str | None = None
    suspended: bool = False

    @property
    def name(self) -> str:
        """The header as findings name it, without blanks around."""
        return self.header.strip()


@dataclasses.dataclass
class Layout:
    """What a header row turned out to be.

    kind: control_hub, bulk_operations or other (refused; the findings say why). columns: those that are known or at least
    named, in the file's order. findings: about headers alone.
    """

    kind: str
    columns: list[Column]
    findings: list[Finding] = dataclasses.field(default_factory=list)
    #: Where the header stands.
    line: int = 1

    def of(self, name: str) -> Column | None:
        """The first column of that field."""
        return next((column for column in self.columns if column.field == name), None)

    def kinds(self, *kinds: str) -> list[Column]:
        """The columns of these kinds, in the file's order."""
        return [column for column in self.columns if column.kind in kinds]

    @property
    def ok(self) -> bool:
        """Whether rows can be read with it."""
        return self.kind != OTHER and not any(finding.level == ERROR for finding in self.findings)


def known_score(headers: t.Sequence[str]) -> int:
    """How many of these header cells are known columns of either kind of file."""
    keys = [header_key(parse_header(header).base) for header in headers]
    return sum(1 for key in keys if key in _USER_COLUMNS or key in _BULK_COLUMNS)


class _HeaderRow:
    """A header row, and what of either kind of file stands in it."""

    def __init__(self, headers: t.Sequence[str], file: str, line: int) -> None:
        self.headers = headers
        self.file = file
        self.line = line
        self.parsed = [parse_header(header) for header in headers]
        self.keys = [header_key(part.base) for part in self.parsed]
        self.user = [_USER_COLUMNS.get(key) for key in self.keys]
        self.bulk = [_BULK_COLUMNS.get(key) for key in self.keys]
        self._user_fields = {known.field for known in self.user if known and known.field}
        self._bulk_fields = {known.field for known in self.bulk if known and known.field}
        self._marks = len(self._bulk_fields & _BULK_MARKS)
        # It cannot be anything but a user file's.
        self._plain = (
            header_key(EMAIL_HEADER) in self.keys
            or header_key("User ID/Email") in self.keys
            or bool(self._user_fields & {STANDARD, PREMIUM})
        )

    def is_bulk_file(self) -> bool:
        return "email" in self._bulk_fields and self.looks_like_bulk_file() and not self._plain

    def looks_like_bulk_file(self) -> bool:
        return self._marks >= 2

    def is_mixed(self) -> bool:
        return self._plain and self._marks >= 3

    def is_user_file(self) -> bool:
        return self.has_address() and (self._plain or {"first_name", "last_name"} <= self._user_fields)

    def has_address(self) -> bool:
        return "email" in self._user_fields

    def find(self, name: str, column: str = "", found: str = "", **words: t.Any) -> Finding:
        return find(name, self.file, self.line, column, found, **words)


def identify(headers: t.Sequence[str], file: str, line: int = 1) -> Layout:
    """Tells the two kinds of file apart by their headers, names every column, and says what is wrong with any.

    A Control Hub user file has the address column `User ID/Email (Required)`, or a column that is plainly the address
    (`Email`, say) next to names or a contact center license. A Bulk Operations file has `Email` and two or more of its own
    columns. Anything else is refused.
    """
    row = _HeaderRow(headers, file, line)
    if row.is_bulk_file():
        return _ColumnNamer(BULK_OPERATIONS, row).name_all()
    if row.is_mixed():
        return Layout(OTHER, [], [row.find("mixed_file")])
    if row.is_user_file():
        return _ColumnNamer(CONTROL_HUB, row).name_all()
    return Layout(OTHER, [], [_refusal(row)])


def _refusal(row: _HeaderRow) -> Finding:
    """Why a row is no header row of either kind of file."""
    headers = row.headers
    if len(headers) == 1 and re.search(r"[,;\t]", headers[0]):
        return row.find("header_quoted", found=headers[0])
    wanted = "Email" if row.looks_like_bulk_file() else EMAIL_HEADER
    typo = None if row.has_address() else _mistyped_address(row, wanted)
    if typo is not None:
        return row.find("header_typo.address", show(typo), typo, wanted=wanted)
    if any("@" in header and " " not in header.strip() for header in headers):
        return row.find(
            "no_header",
            found=headers[0],
            first_name=FIRST_NAME_HEADER,
            last_name=LAST_NAME_HEADER,
            address=EMAIL_HEADER,
        )
    name = "unknown_file.address_only" if row.has_address() else "unknown_file"
    return row.find(name, found=", ".join(headers), wanted=wanted)


def _mistyped_address(row: _HeaderRow, wanted: str) -> str | None:
    names = (wanted, "User ID/Email", "Email Address")
    pairs = list(zip(row.headers, row.parsed, strict=True))[:_MOST_COMPARED]
    return next((header for header, part in pairs if nearest(part.base, names)), None)


class _ColumnNamer:
    """Names the columns of one file, from left to right."""

    def __init__(self, kind: str, row: _HeaderRow) -> None:
        self._row = row
        self._keys = set(row.keys)
        self._layout = Layout(kind, [], line=row.line)
        known: tuple[KnownColumn, ...]
        if kind == BULK_OPERATIONS:
            known, found, self._used, self._vital = BULK_FILE_COLUMNS, row.bulk, _USED_BULK, _USED_BULK
        else:
            known, found, self._used, self._vital = USER_FILE_COLUMNS, row.user, _USED, _VITAL
        self._known = {column.header: column for column in known}
        self._found = found
        self._present = {column.header for column in found if column}
        self._seen: dict[tuple[str, str | None], str] = {}
        self._strange = 0

    def name_all(self) -> Layout:
        """The layout with all columns and what is to be said of any."""
        parsed = self._row.parsed
        last_named = max((i for i, part in enumerate(parsed) if part.base), default=-1)
        for index, (part, known) in enumerate(zip(parsed, self._found, strict=True)):
            if not part.base:
                # Blank headers at the end are what a spreadsheet leaves behind when a column is emptied.
                if index < last_named:
                    self._layout.findings.append(self._row.find("header_blank", f"column {index + 1}"))
            elif known is None:
                self._take(index, "", _kind_of_unknown(part))
                self._tell_unknown(index, part)
            elif header_key(known.header) != self._row.keys[index] and header_key(known.header) in self._keys:
                self._take(index, "", UNKNOWN)
                self._tell("header_alias.beside", index, known=known.header)
            else:
                self._name(index, part, known)
        return self._layout

    def _take(self, index: int, field: str, kind: str) -> None:
        part = self._row.parsed[index]
        header = self._row.headers[index]
        self._layout.columns.append(Column(index, header, part.base, field, kind, part.subscription, part.suspended))

    def _tell(self, name: str, index: int, **words: t.Any) -> None:
        header = self._row.headers[index].strip()
        self._layout.findings.append(self._row.find(name, show(header), header, **words))

    def _name(self, index: int, part: Header, known: KnownColumn) -> None:
        """A column that is known; the first of two that mean the same."""
        identity = (known.header, part.subscription)
        first = self._seen.get(identity)
        if first is not None:
            used = known.field in self._used
            self._tell("header_duplicate.used" if used else "header_duplicate", index, first=first)
            return
        self._seen[identity] = show(self._row.headers[index].strip())
        self._take(index, known.field, known.kind)
        if part.base != known.header:
            alias = self._row.keys[index] != header_key(known.header)
            wanted = canonical_header(known.header, part.subscription, part.suspended)
            self._tell("header_alias" if alias else "header_spelling", index, known=known.header, wanted=wanted)

    def _tell_unknown(self, index: int, part: Header) -> None:
        """What is to be said of a column that is not known: nothing where it may be a license, since organizations hold some
        that are not listed here."""
        self._strange += 1
        is_license = _kind_of_unknown(part) == LICENSE
        near = nearest(part.base, self._known) if self._strange <= _MOST_COMPARED else None
        if near and is_license and (near[1] < _TYPO or _MEETING.search(part.base)):
            near = None
        name = self._typo(self._known[near[0]], near[1]) if near else ""
        if near and name:
            wanted = canonical_header(near[0], part.subscription, part.suspended)
            self._tell(name, index, known=near[0], wanted=wanted)
        elif not is_license:
            self._tell("header_unknown", index)

    def _typo(self, meant: KnownColumn, ratio: float) -> str:
        """The rule for a header that is that near to a known one; '' with the proper column there as well, since this one is
        then something else of a similar name."""
        is_contact_center = meant.kind == CONTACT_CENTER
        missing = meant.header not in self._present
        sure = ratio >= (_TYPO if is_contact_center else _TYPO_SHORT)
        if sure and meant.field in self._vital and (missing or is_contact_center):
            return "header_typo.used"
        return "header_typo" if missing else ""


def _kind_of_unknown(header: Header) -> str:
    named = _MEETING.search(header.base) or _PRODUCT.match(header.base)
    return LICENSE if header.subscription or header.suspended or named else UNKNOWN
