# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The doctor for contact center Bulk Operations files of users: agent settings, row by row. See `_csv_check` for the levels.

checker = BulkChecker(layout, headers, ",", FindingLog("agents.csv"), CheckOptions(...))
row = checker.check(line, end_line, cells)                          # BulkRow or None
checker.finish()                                                    # what only the whole file can tell
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from .._roster.finding import ERROR, REPAIRED, WARNING
from .cells import (
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
    Column,
    Layout,
)

ROWS_BULK = 5_000  # vendor's documentation


class BulkRow(NamedTuple):
    """A row of a Bulk Operations file that is taken; `settings` as the agent settings of a roster."""

    line: int
    email: str
    settings: dict[str, Any]


class BulkChecker:
    """Checks the rows of a Bulk Operations file of users, one at a time and in order."""

    def __init__(
        self, layout: Layout, headers: Sequence[str], delimiter: str, log: FindingLog, options: CheckOptions
    ) -> None:
        address = layout.of("email")
        if address is None:
            raise ValueError("a Bulk Operations file without address column cannot be checked")
        self._log = log
        self._options = options
        self._address = address
        self._addresses = Addresses(address, log)
        self._width = Width(headers, delimiter, log)
        self._columns = [column for column in layout.columns if column.field and column.field != "email"]
        self._rows = 0
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
        settings: dict[str, Any] = {}
        for column in self._columns:
            cell = cells[column.index]
            text = cell.strip()
            if not text:
                continue
            if column.field == "contact_center_enabled":
                enabled = self._enabled(line, column, cell, spelled)
                if enabled is not None:
                    settings[column.field] = enabled
                continue
            if column.field == "teams":
                teams = list(dict.fromkeys(part.strip() for part in text.split("|") if part.strip()))
                if teams:
                    settings["teams"] = teams
            elif column.field == "default_number" and not self._number(line, column, cell, spelled):
                continue
            else:
                settings[column.field] = text
            if column.field != "default_number":
                self._text(line, column, cell, spelled)
        if "site" in settings and "teams" in settings and "desktop_profile" not in settings:
            self._log.add(
                WARNING,
                "desktop_profile_missing",
                line,
                "Desktop Profile",
                "",
                "Site and Teams are given without a Desktop Profile, which the vendor's file asks for with them. An agent "
                "who has one already keeps it.",
                "Fill in Desktop Profile.",
                spelled,
            )
        if email is None or line in self._log.refused:
            return None
        return BulkRow(line, email, settings)

    def _enabled(self, line: int, column: Column, cell: str, email: str) -> bool | None:
        text = cell.strip().lower()
        if text in ("on", "off"):
            return text == "on"
        truth = read_truth(cell)
        if truth.value is None:
            self._log.add(
                ERROR,
                "enabled_value",
                line,
                column.header.strip(),
                cell,
                "This is neither On nor Off nor blank.",
                "Write On or Off.",
                email,
            )
            return None
        word = "On" if truth.value else "Off"
        self._log.add(
            REPAIRED,
            "enabled_value",
            line,
            column.header.strip(),
            cell,
            f"The vendor's file knows On and Off here; it is read as {word}.",
            f"Write {word}.",
            email,
        )
        return truth.value

    def _number(self, line: int, column: Column, cell: str, email: str) -> bool:
        text = cell.strip()
        # A dial number need not carry a +, so its absence proves nothing.
        if re.fullmatch(r"\+?[0-9]{2,15}", text):
            return True
        known = self._options.known_numbers.get(email.lower(), ())
        number = check_number(cell, (), known, strict=True)
        self._log.add(
            ERROR,
            number.code or "number_invalid",
            line,
            column.header.strip(),
            cell,
            number.meaning or "This is no number.",
            number.action or "Write the digits, with or without +.",
            email,
        )
        return False

    def _text(self, line: int, column: Column, cell: str, email: str) -> None:
        text = cell.strip()
        if looks_like_formula(text):
            self._log.add(
                WARNING,
                "formula",
                line,
                column.header.strip(),
                cell,
                "A spreadsheet program takes this cell for a formula. It is not evaluated here, but read as the text that "
                "it is.",
                "Check that it is the name that is meant.",
                email,
            )
        if "\ufffd" in text or mended(text):
            self._log.add(
                WARNING,
                "character_lost",
                line,
                column.header.strip(),
                cell,
                "Characters were spoiled here when the file was saved in another encoding.",
                "Write the text anew.",
                email,
            )

    def finish(self) -> None:
        """The limit of a Bulk Operations job, which this collection does not go through."""
        if self._row_5001:
            self._log.add(
                WARNING,
                "rows_bulk",
                self._row_5001,
                "",
                "",
                f"The file has {self._rows:,} rows; a Bulk Operations job takes {ROWS_BULK:,}. Nothing is uploaded from "
                "here, so all rows are taken.",
                f"Split the file after {ROWS_BULK:,} rows if it is also to be imported in Control Hub.",
            )
        self._log.close()
