# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The doctor for contact center Bulk Operations files of users: agent settings, row by row. Private to this collection.

See check_users.py for the levels.

    checker = BulkChecker(layout, headers, ",", FindingLog("agents.csv"), CheckOptions(...))
    row = checker.check(line, end_line, cells)                          # BulkRow or None
    checker.finish()                                                    # what only the whole file can tell
"""

from __future__ import annotations

import typing as t

from .._errors import SUBSTITUTE
from .._model import DIAL_NUMBER, address_key
from .._roster.finding import ERROR
from .cells import looks_like_formula, mended
from .layout import Column, Layout
from .log import FindingLog
from .numbers import SCIENTIFIC, check_number
from .rows import Addresses, CheckOptions, Width
from .truth import read_truth

ROWS_BULK = 5_000  # vendor's documentation


class BulkRow(t.NamedTuple):
    """A row of a Bulk Operations file that is taken; `settings` as the agent settings of a roster."""

    line: int
    email: str
    settings: dict[str, t.Any]


class BulkChecker:
    """Checks the rows of a Bulk Operations file of users, one at a time and in order."""

    def __init__(
        self, layout: Layout, headers: t.Sequence[str], delimiter: str, log: FindingLog, options: CheckOptions
    ) -> None:
        address = layout.of("email")
        if address is None:
            raise ValueError("a Bulk Operations file without address column cannot be checked")
        self._log = log
        self._options = options
        self._address = address
        self._addresses = Addresses(address, log)
        self._width = Width(headers, address, delimiter, log)
        self._columns = [column for column in layout.columns if column.field and column.field != "email"]
        self._rows = 0
        # The line of the first row beyond the limit of a job; 0 where there is none.
        self._row_5001 = 0

    @property
    def rows(self) -> int:
        """How many rows with anything in them were seen."""
        return self._rows

    def check(self, line: int, end_line: int, cells: list[str]) -> BulkRow | None:
        """All checks on one row. None if it is refused; the log then says why."""
        self._rows += 1
        if self._rows == ROWS_BULK + 1:
            self._row_5001 = line
        if not self._width.check(line, end_line, cells):
            return None
        email = self._addresses.check(line, cells[self._address.index])
        spelled = email or cells[self._address.index].strip()
        settings: dict[str, t.Any] = {}
        for column in self._columns:
            cell = cells[column.index]
            if cell.strip():
                value = self._read(line, column, cell, spelled)
                if value is not None:
                    settings[column.field] = value
        if "site" in settings and "teams" in settings and "desktop_profile" not in settings:
            self._log.add("desktop_profile_missing", line, "Desktop Profile", email=spelled)
        if email is None or line in self._log.refused:
            return None
        return BulkRow(line, email, settings)

    def _read(self, line: int, column: Column, cell: str, email: str) -> bool | str | list[str] | None:
        """The value of a cell that is not blank; None where it has none."""
        text = cell.strip()
        if column.field == "contact_center_enabled":
            return self._read_enabled(line, column, cell, email)
        if column.field == "default_number":
            return text if self._is_dial_number(line, column, cell, email) else None
        self._check_text(line, column, cell, email)
        if column.field == "teams":
            return list(dict.fromkeys(part.strip() for part in text.split("|") if part.strip())) or None
        return text

    def _read_enabled(self, line: int, column: Column, cell: str, email: str) -> bool | None:
        text = cell.strip().lower()
        if text in ("on", "off"):
            return text == "on"
        truth = read_truth(cell)
        if truth.value is None:
            self._log.add("enabled_value", line, column.name, cell, email=email)
        else:
            word = "On" if truth.value else "Off"
            self._log.add("enabled_value.truth", line, column.name, cell, email=email, word=word)
        return truth.value

    def _is_dial_number(self, line: int, column: Column, cell: str, email: str) -> bool:
        # A dial number need not carry a +, so its absence proves nothing.
        if DIAL_NUMBER.fullmatch(cell.strip()):
            return True
        known = self._options.known_numbers.get(address_key(email), ())
        number = check_number(cell, (), known, strict=True)
        rule = "number_invalid.dial_number" if number.rule in ("", "number_invalid") else number.rule
        self._log.add(rule, line, column.name, cell, email=email, level=ERROR, **number.words)
        return False

    def _check_text(self, line: int, column: Column, cell: str, email: str) -> None:
        text = cell.strip()
        if column.field == "external_id" and SCIENTIFIC.fullmatch(text):
            self._log.add("number_scientific.external_id", line, column.name, cell, email=email)
        if looks_like_formula(text):
            self._log.add("formula.setting", line, column.name, cell, email=email)
        if "\ufffd" in text or mended(text):
            self._log.add("character_lost.setting", line, column.name, cell, email=email)
        if SUBSTITUTE in text:
            self._log.add("character_replaced", line, column.name, cell, email=email)

    def finish(self) -> None:
        """The limit of a Bulk Operations job, which this collection does not go through."""
        if self._row_5001:
            self._log.add("rows_bulk", self._row_5001, rows=self._rows, limit=ROWS_BULK)
        self._log.close()
