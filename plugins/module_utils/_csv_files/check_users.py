# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The doctor: what is wrong with the rows of a Control Hub user file, cell by cell. Private to this collection.

Three levels. *error*: the row is refused (all its errors are listed, not just the first); *warning*: the row is taken, look
at it; *repaired*: what was meant is certain, and is what is read.

The files are read for people and contact center licenses; numbers, locations and other licenses are checked, because a
spreadsheet program that spoiled them has been over the whole file, but they are not sent anywhere from here.

    checker = UserChecker(layout, headers, ",", FindingLog("users.csv"), CheckOptions(...))
    row = checker.check(line, end_line, cells)                          # UserRow or None
    checker.finish()                                                    # what only the whole file can tell
"""

from __future__ import annotations

import typing as t
from operator import itemgetter

from .._errors import SUBSTITUTE
from .._model import LONGEST, PREMIUM, STANDARD, address_key
from .._roster.fields import UNSENDABLE
from .._roster.finding import ERROR, WARNING, show
from .cells import CONTROL, FORBIDDEN, SHEET_ERROR, SUSPECT, looks_like_formula, mended
from .columns import CONTACT_CENTER, LICENSE, NAME, NUMBER, READ_ONLY, SERVICE, TEXT, UNKNOWN
from .findings import RULES
from .layout import Column, Layout
from .log import FindingLog
from .numbers import EXTENSION_DIGITS, GOOD_NUMBER, REMOVE, SCIENTIFIC, check_number
from .rows import Addresses, CheckOptions, Width
from .truth import read_truth

# Vendor's documentation: the whole file, and the part of it for contact center users.
ROWS_GENERAL = 20_000
ROWS_CONTACT_CENTER = 1_000
NAME_LENGTH = 30
# Vendor's SCIM schema. What is longer is refused there, whoever sends it.
NAME_FORBIDDEN = '%#<>\\/"'
STATUSES = frozenset({"active", "verified", "not verified", "inactive", "pending", "delayed claim", ""})


class UserRow(t.NamedTuple):
    """A row that is taken. values: trimmed cells by our field names, blank ones left out. licenses: what the contact
    center columns say, in the order of `UserChecker.contact_center`; services: the same for `UserChecker.services`, all
    columns of TRUE and FALSE. numbers: the number fields that can be relied on."""

    line: int
    email: str
    values: dict[str, str]
    licenses: tuple[bool | None, ...]
    services: tuple[bool | None, ...]
    numbers: dict[str, str]


class _Flags(t.NamedTuple):
    """A row's cells of TRUE and FALSE, read. problems: rule, place among the cells, level and the values of the text."""

    values: tuple[bool | None, ...]
    problems: list[tuple[str, int, str, t.Mapping[str, t.Any]]]


def _picker(columns: t.Sequence[Column]) -> t.Callable[[t.Sequence[str]], tuple[str, ...]]:
    """A function from a row to the tuple of the cells under these columns."""
    indexes = [column.index for column in columns]
    if not indexes:
        return lambda cells: ()
    if len(indexes) == 1:
        index = indexes[0]
        return lambda cells: (cells[index],)
    return itemgetter(*indexes)


class UserChecker:
    """Checks the rows of a Control Hub user file, one at a time and in order.

    contact_center: the contact center license columns, in the file's order; `UserRow.licenses` follows it. services: all
    columns of TRUE and FALSE, those included; `UserRow.services` follows it.
    """

    def __init__(
        self, layout: Layout, headers: t.Sequence[str], delimiter: str, log: FindingLog, options: CheckOptions
    ) -> None:
        address = layout.of("email")
        if address is None:
            raise ValueError("a user file without address column cannot be checked")
        self._log = log
        self._options = options
        self._header_line = layout.line
        self._address = address
        self._addresses = Addresses(address, log)
        self._width = Width(headers, address, delimiter, log)
        self._rows = 0
        # The lines of the first rows beyond Control Hub's limits; 0 where there is none.
        self._row_20001 = 0
        self._row_1001 = 0
        self.contact_center = layout.kinds(CONTACT_CENTER)
        self.services = layout.kinds(CONTACT_CENTER, LICENSE, SERVICE)
        self._agents = [i for i, column in enumerate(self.services) if column.kind == CONTACT_CENTER]
        self._flag_cells = _picker(self.services)
        self._flag_names = [column.name for column in self.services]
        self._flag_cache: dict[tuple[str, ...], _Flags] = {}
        self._numbers = layout.kinds(NUMBER)
        self._number_cells = _picker(self._numbers)
        self._extension = layout.of("extension")
        self._names = layout.kinds(NAME)
        self._name_cells = _picker(self._names)
        self._texts = [column for column in layout.columns if column.kind in (NAME, TEXT)]
        self._text_cells = _picker(self._texts)
        self._status = layout.of("status")
        self._read_only = layout.kinds(READ_ONLY)
        self._days = layout.of("days_since_accessed")
        self._location = layout.of("location")
        self._used = _used(layout)
        # Columns that are not carried out, while no row has anything under them.
        self._left = [column for column in layout.columns if column not in self._used and column.kind != READ_ONLY]
        # Those that nobody knows are told by their headers.
        self._left = [column for column in self._left if column.kind != UNKNOWN]
        self._filled: list[Column] = []
        self._calling = [i for i, column in enumerate(self.services) if column.field == "calling"]
        self._values = [
            (column.field, column.index, LONGEST[column.field], column.name)
            for column in layout.columns
            if column.field in LONGEST
        ]

    @property
    def rows(self) -> int:
        """How many rows with anything in them were seen."""
        return self._rows

    def check(self, line: int, end_line: int, cells: list[str]) -> UserRow | None:
        """All checks on one row. None if it is refused; the log then says why."""
        self._rows += 1
        if self._rows == ROWS_CONTACT_CENTER + 1:
            self._row_1001 = line
        elif self._rows == ROWS_GENERAL + 1:
            self._row_20001 = line
        if not self._width.check(line, end_line, cells):
            return None
        if self._left:
            self._look_at_left(cells)
        email = self._addresses.check(line, cells[self._address.index])
        spelled = email or cells[self._address.index].strip()
        flags = self._check_flags(line, cells, spelled)
        calling = any(flags[i] for i in self._calling)
        self._check_names(line, cells, calling, spelled)
        self._check_texts(line, cells, spelled)
        numbers = self._check_numbers(line, cells, email, spelled)
        self._check_read_only(line, cells, email or "")
        if email and self._is_new(email):
            self._check_new(line, cells, email)
        if calling:
            self._check_calling(line, cells, flags, spelled)
        values = self._read_values(line, cells, spelled)
        if email is None or line in self._log.refused:
            return None
        return UserRow(line, email, values, tuple([flags[i] for i in self._agents]), flags, numbers)

    def _look_at_left(self, cells: list[str]) -> None:
        """Note under which of the columns that are not carried out anything stands."""
        found = [column for column in self._left if cells[column.index] and not cells[column.index].isspace()]
        if found:
            self._filled += found
            self._left = [column for column in self._left if column not in found]

    def _is_new(self, email: str) -> bool:
        """Whether the organization is known to have nobody of that address."""
        return self._options.existing is not None and address_key(email) not in self._options.existing

    def _check_flags(self, line: int, cells: list[str], email: str) -> tuple[bool | None, ...]:
        key = self._flag_cells(cells)
        flags = self._flag_cache.get(key)
        if flags is None:
            flags = self._read_flags(key)
            if len(self._flag_cache) < 4096 and all(len(cell) < 20 for cell in key):
                self._flag_cache[key] = flags
        for name, place, level, words in flags.problems:
            self._log.add(name, line, self._flag_names[place], key[place], email=email, level=level, **words)
        return flags.values

    def _read_flags(self, cells: t.Sequence[str]) -> _Flags:
        truths = [read_truth(cell) for cell in cells]
        values = tuple([truth.value for truth in truths])
        problems = [(truth.rule, place, truth.words) for place, truth in enumerate(truths) if truth.rule]
        problems += [(name, self.services.index(column), {}) for name, column in self._combination(values)]
        return _Flags(values, [(name, i, _level(name, self.services[i]), words) for name, i, words in problems])

    def _combination(self, values: t.Sequence[bool | None]) -> t.Iterator[tuple[str, Column]]:
        """What is wrong with TRUE values that are each right: the rule, and the column where it is told."""
        true = [column for column, value in zip(self.services, values, strict=True) if value]
        yield from (("license_suspended", column) for column in true if column.suspended)
        agents = [column for column in true if column.field in (STANDARD, PREMIUM) and not column.suspended]
        if len({column.field for column in agents}) > 1:
            yield "license_both", agents[-1]
        elif len(agents) > 1:
            yield "license_two_subscriptions", agents[-1]
        calling = [column for column in true if column.field == "calling"]
        if len(calling) > 1:
            yield "calling_two_licenses", calling[-1]

    def _check_names(self, line: int, cells: list[str], calling: bool, email: str) -> None:
        """What Webex Calling takes in a name. Of somebody who is there already it is the organization's own export that says
        TRUE under Calling: nothing is turned on."""
        for column, cell in zip(self._names, self._name_cells(cells), strict=True):
            name = cell.strip()
            if len(name) <= NAME_LENGTH and not FORBIDDEN.search(name):
                continue
            there = self._options.existing is not None and address_key(email) in self._options.existing
            case = ".calling" if calling and not there else ""
            length, found = len(name), " ".join(dict.fromkeys(FORBIDDEN.findall(name)))
            if length > NAME_LENGTH:
                limits: dict[str, t.Any] = {"length": length, "limit": NAME_LENGTH}
                self._log.add(f"name_long{case}", line, column.name, cell, email=email, **limits)
            if found:
                texts = {"characters": found, "forbidden": " ".join(NAME_FORBIDDEN)}
                self._log.add(f"name_characters{case}", line, column.name, cell, email=email, **texts)

    def _check_texts(self, line: int, cells: list[str], email: str) -> None:
        texts = self._text_cells(cells)
        # One look at all of them together: nearly every row is done with it.
        if SUSPECT.search("\x00".join(texts)):
            for column, cell in zip(self._texts, texts, strict=True):
                if cell and SUSPECT.search(cell):
                    self._check_text(line, column, cell, email)

    def _check_text(self, line: int, column: Column, cell: str, email: str) -> None:
        """What a spreadsheet program has done to a text, or would do with it."""
        log, text = self._log, cell.strip()
        if looks_like_formula(text):
            log.add("formula", line, column.name, cell, email=email)
        elif SHEET_ERROR.fullmatch(text):
            log.add("sheet_error", line, column.name, cell, email=email)
        if "\ufffd" in text:
            log.add("character_lost", line, column.name, cell, email=email)
        if SUBSTITUTE in text:
            log.add("character_replaced", line, column.name, cell, email=email)
        before = mended(text)
        if before:
            log.add("character_garbled", line, column.name, cell, email=email, before=show(before))
        if column.kind == NAME or column.field in LONGEST:
            self._check_sent(line, column, cell, email)

    def _check_sent(self, line: int, column: Column, cell: str, email: str) -> None:
        """What matters only in a text that is sent from here."""
        text = cell.strip()
        if UNSENDABLE.search(text):
            self._log.add("control_character", line, column.name, cell, email=email)
        elif text and CONTROL.search(text):
            self._log.add("line_break", line, column.name, cell, email=email)
        if text and text != cell:
            self._log.add("stray_blanks", line, column.name, cell, email=email)

    def _read_values(self, line: int, cells: list[str], email: str) -> dict[str, str]:
        """The texts that are sent from here, by our names; blank ones left out."""
        values = {}
        for name, index, limit, header in self._values:
            value = cells[index].strip()
            if value:
                values[name] = value
                if len(value) > limit:
                    self._log.add("text_long", line, header, value, email=email, length=len(value), limit=limit)
        return values

    def _check_numbers(self, line: int, cells: list[str], email: str | None, spelled: str) -> dict[str, str]:
        numbers: dict[str, str] = {}
        own = self._number_cells(cells)
        for place, (column, cell) in enumerate(zip(self._numbers, own, strict=True)):
            if not cell:
                continue
            if GOOD_NUMBER.fullmatch(cell):
                numbers[column.field] = cell
                continue
            known = self._options.known_numbers.get(address_key(email), ()) if email else ()
            others = [other for i, other in enumerate(own) if i != place]
            number = check_number(cell, others, known, self._options.strict_numbers)
            if number.value:
                numbers[column.field] = number.value
            if number.rule:
                level = number.level or RULES[number.rule].level
                if level == ERROR and not self._options.strict_numbers:
                    # No number is sent from here, so a spoiled one harms nobody.
                    level = WARNING
                self._log.add(number.rule, line, column.name, cell, email=spelled, level=level, **number.words)
        if self._extension:
            cell = cells[self._extension.index].strip()
            if EXTENSION_DIGITS.fullmatch(cell):
                numbers["extension"] = cell
            elif cell:
                self._tell_extension(line, self._extension, cell, spelled)
        return numbers

    def _tell_extension(self, line: int, column: Column, cell: str, email: str) -> None:
        if SCIENTIFIC.fullmatch(cell):
            self._log.add("number_scientific.extension", line, column.name, cell, email=email)
        elif not REMOVE.match(cell):
            self._log.add("extension_invalid", line, column.name, cell, email=email)

    def _check_read_only(self, line: int, cells: list[str], email: str) -> None:
        if self._status:
            cell = cells[self._status.index]
            if cell.strip().lower() not in STATUSES:
                self._log.add("read_only_edited", line, self._status.name, cell, email=email)
        if self._days:
            cell = cells[self._days.index].strip()
            if cell and not cell.isdigit():
                self._log.add("read_only_edited.days", line, self._days.name, cell, email=email)

    def _check_new(self, line: int, cells: list[str], email: str) -> None:
        """What cannot be said of somebody whom the organization does not have yet."""
        filled = next((column for column in self._read_only if cells[column.index].strip()), None)
        # One finding a row says it; the other read-only columns would only repeat it.
        if filled:
            self._log.add("read_only_new", line, filled.name, cells[filled.index], email=email)
        if self._names and not all(cell.strip() for cell in self._name_cells(cells)):
            self._log.add("name_missing", line, self._names[0].name, email=email)

    def _check_calling(self, line: int, cells: list[str], flags: t.Sequence[bool | None], email: str) -> None:
        column = next(self.services[i] for i in self._calling if flags[i])
        reachable = [number for number in self._numbers if number.field == "phone_number"]
        if self._extension:
            reachable.append(self._extension)
        missing = []
        if self._location is None or not cells[self._location.index].strip():
            missing.append("a location")
        if not any(cells[number.index].strip() for number in reachable):
            missing.append("a phone number or an extension")
        if missing:
            cell, needs = cells[column.index], " and ".join(missing)
            self._log.add("calling_incomplete", line, column.name, cell, email=email, missing=needs)

    def finish(self) -> None:
        """The limits of Control Hub's own import, which this collection does not go through, and what is not carried out."""
        if self._filled:
            names = ", ".join(column.name for column in sorted(self._filled, key=lambda column: column.index))
            self._log.add("columns_left", self._header_line, columns=names)
        if self._row_20001:
            self._log.add("rows_general", self._row_20001, rows=self._rows, limit=ROWS_GENERAL)
        if self._row_1001 and self.contact_center:
            self._log.add("rows_contact_center", self._row_1001, rows=self._rows, limit=ROWS_CONTACT_CENTER)
        self._log.close()


def _used(layout: Layout) -> list[Column]:
    """The columns of a user file that are carried out."""
    return [column for column in layout.columns if column.field in ("email", *LONGEST, STANDARD, PREMIUM)]


def _level(name: str, column: Column) -> str:
    """The rule's own level. Only the contact center's licenses are carried out: elsewhere an error harms nobody here."""
    level = RULES[name].level
    return WARNING if level == ERROR and column.kind != CONTACT_CENTER else level
