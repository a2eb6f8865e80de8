# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The doctor: what is wrong with the rows of a Control Hub user file, cell by cell.

Three levels. *error*: the row is refused (all its errors are listed, not just the first); *warning*: the row is taken, look
at it; *repaired*: what was meant is certain, and is what is read.

The files are read for people and contact center licenses; numbers, locations and other licenses are checked, because a
spreadsheet program that spoiled them has been over the whole file, but they are not sent anywhere from here.

    checker = UserChecker(layout, headers, ",", FindingLog("users.csv"), CheckOptions(...))
    row = checker.check(line, end_line, cells)                          # UserRow or None
    checker.finish()                                                    # what only the whole file can tell
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from .._model import LONGEST, address_key
from .._roster.finding import ERROR, REPAIRED, WARNING
from .cells import (
    CONTROL,
    EXTENSION_DIGITS,
    FORBIDDEN,
    GOOD_NUMBER,
    REMOVE,
    SCIENTIFIC,
    SHEET_ERROR,
    SUSPECT,
    UNSENDABLE,
    check_number,
    looks_like_formula,
    mended,
    read_truth,
)
from .findings import (
    Addresses,
    CheckOptions,
    FindingLog,
    Width,
)
from .headers import (
    CONTACT_CENTER,
    LICENSE,
    NAME,
    NUMBER,
    READ_ONLY,
    SERVICE,
    TEXT,
    Column,
    Layout,
)
from .table import show

# Vendor's documentation: the whole file, and the part of it for contact center users.
ROWS_GENERAL = 20_000
ROWS_CONTACT_CENTER = 1_000
NAME_LENGTH = 30
# Vendor's SCIM schema. What is longer is refused there, whoever sends it.
NAME_FORBIDDEN = '%#<>\\/"'
STATUSES = frozenset({"active", "verified", "not verified", "inactive", "pending", "delayed claim", ""})


class UserRow(NamedTuple):
    """A row that is taken. values: trimmed cells by our field names, blank ones left out. licenses: what the contact
    center columns say, in the order of `UserChecker.contact_center`; services: the same for `UserChecker.services`, all
    columns of TRUE and FALSE. numbers: the number fields that can be relied on."""

    line: int
    email: str
    values: dict[str, str]
    licenses: tuple[bool | None, ...]
    services: tuple[bool | None, ...]
    numbers: dict[str, str]


def _getter(indexes: Sequence[int]) -> Any:
    """A function from a row to the tuple of those cells."""
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
        self, layout: Layout, headers: Sequence[str], delimiter: str, log: FindingLog, options: CheckOptions
    ) -> None:
        address = layout.of("email")
        if address is None:
            raise ValueError("a user file without address column cannot be checked")
        self._log = log
        self._options = options
        self._address = address
        self._addresses = Addresses(address, log)
        self._width = Width(headers, delimiter, log)
        self._rows = 0
        self._row_20001 = 0
        self._row_1001 = 0
        self.contact_center = layout.kinds(CONTACT_CENTER)
        self.services = layout.kinds(CONTACT_CENTER, LICENSE, SERVICE)
        self._agents = [i for i, column in enumerate(self.services) if column.kind == CONTACT_CENTER]
        self._flag_cells = _getter([column.index for column in self.services])
        self._flag_cache: dict[tuple[str, ...], tuple[tuple[bool | None, ...], bool]] = {}
        self._numbers = layout.kinds(NUMBER)
        self._number_cells = _getter([column.index for column in self._numbers])
        self._extension = layout.of("extension")
        self._names = layout.kinds(NAME)
        self._name_cells = _getter([column.index for column in self._names])
        self._texts = [column for column in layout.columns if column.kind in (NAME, TEXT)]
        self._text_cells = _getter([column.index for column in self._texts])
        self._status = layout.of("status")
        self._read_only = layout.kinds(READ_ONLY)
        self._days = layout.of("days_since_accessed")
        self._location = layout.of("location")
        self._calling = [i for i, column in enumerate(self.services) if column.field == "calling"]
        self._values = [
            (column.field, column.index, LONGEST[column.field], column.header.strip())
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
        email = self._addresses.check(line, cells[self._address.index])
        spelled = email or cells[self._address.index].strip()
        flags = self._check_flags(line, cells, spelled)
        calling = any(flags[i] for i in self._calling)
        # Of somebody who is there already it is the organization's own export that says so: nothing is turned on.
        there = self._options.existing is not None and address_key(spelled) in self._options.existing
        self._check_names(line, cells, calling and not there, spelled)
        self._check_texts(line, cells, spelled)
        numbers = self._check_numbers(line, cells, email, spelled)
        self._check_read_only(line, cells, email)
        if calling:
            self._check_calling(line, cells, flags, spelled)
        values = {}
        for name, index, limit, header in self._values:
            value = cells[index].strip()
            if value:
                values[name] = value
                if len(value) > limit:
                    self._log.add(
                        ERROR,
                        "text_long",
                        line,
                        header,
                        value,
                        f"The text is {len(value)} characters long; {limit} are possible.",
                        "Shorten it. Is a quotation mark missing in this row?",
                        spelled,
                    )
        if email is None or line in self._log.refused:
            return None
        return UserRow(line, email, values, tuple([flags[i] for i in self._agents]), flags, numbers)

    def _check_flags(self, line: int, cells: list[str], email: str) -> tuple[bool | None, ...]:
        key = self._flag_cells(cells)
        cached = self._flag_cache.get(key)
        if cached is None:
            truths = [read_truth(cell) for cell in key]
            values = tuple(truth.value for truth in truths)
            clean = not any(truth.level for truth in truths) and not self._combination(values)
            cached = (values, clean)
            if len(self._flag_cache) < 4096 and all(len(cell) < 20 for cell in key):
                self._flag_cache[key] = cached
        values, clean = cached
        if clean:
            return values
        log = self._log
        for column, cell in zip(self.services, key, strict=True):
            truth = read_truth(cell)
            if truth.level:
                # Only the contact center's licenses are carried out: elsewhere such a value harms nobody here.
                level = WARNING if truth.level == ERROR and column.kind != CONTACT_CENTER else truth.level
                log.add(level, truth.code, line, column.header.strip(), cell, truth.meaning, truth.action, email)
        for level, code, column, meaning, action in self._combination(values):
            log.add(level, code, line, column.header.strip(), cells[column.index], meaning, action, email)
        return values

    def _combination(self, values: Sequence[bool | None]) -> list[tuple[str, str, Column, str, str]]:
        """What is wrong with TRUE values that are each right."""
        problems: list[tuple[str, str, Column, str, str]] = []
        true = [column for column, value in zip(self.services, values, strict=True) if value]
        for column in true:
            if column.suspended:
                problems.append(
                    (
                        ERROR if column.kind == CONTACT_CENTER else WARNING,
                        "license_suspended",
                        column,
                        "The service of this column is suspended, and Control Hub refuses a file with TRUE under it.",
                        "Write FALSE or leave it blank, and use the column of a subscription that is not suspended.",
                    )
                )
        agents = [column for column in true if column.field in ("standard", "premium") and not column.suspended]
        if len({column.field for column in agents}) > 1:
            problems.append(
                (
                    ERROR,
                    "license_both",
                    agents[-1],
                    "Standard and Premium are both TRUE; a person holds one of the two.",
                    "Leave TRUE under the one that is meant, and write FALSE or leave blank under the other.",
                )
            )
        elif len(agents) > 1:
            problems.append(
                (
                    ERROR,
                    "license_two_subscriptions",
                    agents[-1],
                    "The same license is TRUE under two subscriptions; it would take two seats for one person.",
                    "Leave TRUE under one subscription.",
                )
            )
        calling = [column for column in true if column.field == "calling"]
        if len(calling) > 1:
            problems.append(
                (
                    WARNING,
                    "calling_two_licenses",
                    calling[-1],
                    "Two Webex Calling licenses are TRUE, which Control Hub refuses. They are not sent from here.",
                    "Leave TRUE under one of them.",
                )
            )
        return problems

    def _check_names(self, line: int, cells: list[str], calling: bool, email: str) -> None:
        for column, cell in zip(self._names, self._name_cells(cells), strict=True):
            name = cell.strip()
            if len(name) <= NAME_LENGTH and not FORBIDDEN.search(name):
                continue
            level = ERROR if calling else WARNING
            why = (
                "and Webex Calling, which this row turns on, refuses it"
                if calling
                else "which matters to people with Webex Calling"
            )
            if len(name) > NAME_LENGTH:
                self._log.add(
                    level,
                    "name_long",
                    line,
                    column.header.strip(),
                    cell,
                    f"The name is {len(name)} characters long, over the {NAME_LENGTH} that are allowed, {why}.",
                    "Shorten it.",
                    email,
                )
            found = "".join(dict.fromkeys(FORBIDDEN.findall(name)))
            if found:
                self._log.add(
                    level,
                    "name_characters",
                    line,
                    column.header.strip(),
                    cell,
                    f"The name holds {' '.join(found)}, of the characters {' '.join(NAME_FORBIDDEN)} that are not allowed, "
                    f"{why}.",
                    "Write the name without them.",
                    email,
                )

    def _check_texts(self, line: int, cells: list[str], email: str) -> None:
        texts = self._text_cells(cells)
        # One look at all of them together: nearly every row is done with it.
        if SUSPECT.search("\x00".join(texts)):
            for column, cell in zip(self._texts, texts, strict=True):
                if cell and SUSPECT.search(cell):
                    self._check_text(line, column, cell, email)

    def _check_text(self, line: int, column: Column, cell: str, email: str) -> None:
        log, header = self._log, column.header.strip()
        text = cell.strip()
        if looks_like_formula(text):
            log.add(
                WARNING,
                "formula",
                line,
                header,
                cell,
                "A spreadsheet program takes this cell for a formula. It is not evaluated here, but read as the text that "
                "it is.",
                "Check that it is what the text ought to be before you open the file in a spreadsheet program.",
                email,
            )
        elif SHEET_ERROR.fullmatch(text):
            log.add(
                WARNING,
                "sheet_error",
                line,
                header,
                cell,
                "This is an error message of a spreadsheet program.",
                "Write what ought to stand there.",
                email,
            )
        if "\ufffd" in text:
            log.add(
                WARNING,
                "character_lost",
                line,
                header,
                cell,
                "A character was lost here when the file was saved in another encoding.",
                "Write the text anew.",
                email,
            )
        before = mended(text)
        if before:
            log.add(
                WARNING,
                "character_garbled",
                line,
                header,
                cell,
                f"This looks like '{show(before)}', saved as UTF-8 and opened as Windows-1252. It is read as it stands.",
                "Open the file as UTF-8, or export it again.",
                email,
            )
        if column.kind == NAME or column.field in LONGEST:
            if UNSENDABLE.search(text):
                log.add(
                    ERROR,
                    "control_character",
                    line,
                    header,
                    cell,
                    "The cell holds a control character, which cannot be seen and which no name or title may hold.",
                    "Type the text anew.",
                    email,
                )
            elif text and CONTROL.search(text):
                log.add(
                    WARNING,
                    "line_break",
                    line,
                    header,
                    cell,
                    "The cell holds a line end or another control character. It is read as it stands.",
                    "Write the text in one line.",
                    email,
                )
            if text and text != cell:
                log.add(
                    REPAIRED,
                    "stray_blanks",
                    line,
                    header,
                    cell,
                    "Blanks around the text are left out.",
                    "Take them away.",
                    email,
                )

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
            if number.level:
                self._log.add(
                    number.level, number.code, line, column.header.strip(), cell, number.meaning, number.action, spelled
                )
        if self._extension:
            cell = cells[self._extension.index].strip()
            if cell and not EXTENSION_DIGITS.fullmatch(cell):
                self._check_extension(line, cell, spelled)
            elif cell:
                numbers["extension"] = cell
        return numbers

    def _check_extension(self, line: int, cell: str, email: str) -> None:
        header = self._extension.header.strip() if self._extension else ""
        if SCIENTIFIC.fullmatch(cell):
            self._log.add(
                ERROR,
                "number_scientific",
                line,
                header,
                cell,
                "The extension was turned into scientific notation, and digits are lost.",
                "Format the column as text before you save the sheet; the digits must come from a fresh export.",
                email,
            )
        elif not REMOVE.match(cell):
            self._log.add(
                WARNING,
                "extension_invalid",
                line,
                header,
                cell,
                "An extension is two to ten digits. It is not used.",
                "Write the digits alone.",
                email,
            )

    def _check_read_only(self, line: int, cells: list[str], email: str | None) -> None:
        if self._status:
            cell = cells[self._status.index]
            if cell.strip().lower() not in STATUSES:
                self._log.add(
                    WARNING,
                    "read_only_edited",
                    line,
                    self._status.header.strip(),
                    cell,
                    "Control Hub knows no such status: the cell was edited. The column can only be read; a status cannot "
                    "be set by a file.",
                    "Take the change back, or delete the column.",
                    email or "",
                )
        if self._days:
            cell = cells[self._days.index].strip()
            if cell and not cell.isdigit():
                self._log.add(
                    WARNING,
                    "read_only_edited",
                    line,
                    self._days.header.strip(),
                    cell,
                    "This is no number of days: the cell was edited. The column can only be read.",
                    "Take the change back, or delete the column.",
                    email or "",
                )
        existing = self._options.existing
        if existing is None or email is None or address_key(email) in existing:
            return
        for column in self._read_only:
            cell = cells[column.index]
            # One finding a row says it; the other read-only columns would only repeat it.
            if cell.strip():
                self._log.add(
                    WARNING,
                    "read_only_new",
                    line,
                    column.header.strip(),
                    cell,
                    "This person is new in the organization, yet a column that can only be read is filled in. Was the row "
                    "copied from another person's, or the address changed? A changed address makes a new person and "
                    "renames nobody.",
                    "Leave the column blank for new people; rename people in Control Hub.",
                    email,
                )
                break
        if self._names and not all(cell.strip() for cell in self._name_cells(cells)):
            self._log.add(
                WARNING,
                "name_missing",
                line,
                self._names[0].header.strip(),
                "",
                "This person is new in the organization, and first or last name is missing.",
                "Give both, or neither column, for new people.",
                email,
            )

    def _check_calling(self, line: int, cells: list[str], flags: Sequence[bool | None], email: str) -> None:
        column = next(self.services[i] for i in self._calling if flags[i])
        missing = []
        if self._location is None or not cells[self._location.index].strip():
            missing.append("a location")
        phone = any(
            cell.strip()
            for c, cell in zip(self._numbers, self._number_cells(cells), strict=True)
            if c.field == "phone_number"
        )
        extension = self._extension is not None and cells[self._extension.index].strip()
        if not phone and not extension:
            missing.append("a phone number or an extension")
        if missing:
            self._log.add(
                WARNING,
                "calling_incomplete",
                line,
                column.header.strip(),
                cells[column.index],
                f"Webex Calling is TRUE without {' and '.join(missing)}; Control Hub may then pass over the row's other "
                "changes. Calling is not sent from here.",
                f"Add {' and '.join(missing)}, or leave the Calling column out of the file.",
                email,
            )

    def finish(self) -> None:
        """The limits of Control Hub's own import, which this collection does not go through."""
        if self._row_20001:
            self._log.add(
                WARNING,
                "rows_general",
                self._row_20001,
                "",
                "",
                f"The file has {self._rows:,} rows; Control Hub imports {ROWS_GENERAL:,} at most. Nothing is uploaded from "
                "here, so all rows are taken.",
                f"Split the file after {ROWS_GENERAL:,} rows if it is also to be imported in Control Hub.",
            )
        if self._row_1001 and self.contact_center:
            self._log.add(
                WARNING,
                "rows_contact_center",
                self._row_1001,
                "",
                "",
                f"The file has {self._rows:,} rows; Control Hub takes {ROWS_CONTACT_CENTER:,} contact center users a file. "
                "Nothing is uploaded from here, so all rows are taken, in parts.",
                f"Split the file after {ROWS_CONTACT_CENTER:,} rows if it is also to be imported in Control Hub.",
            )
        self._log.close()
