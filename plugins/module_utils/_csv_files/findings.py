# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the checkers of both kinds of files share: the log of findings, addresses seen before, and rows of a wrong width."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .._model import address_key
from .._roster.finding import ERROR, REPAIRED, WARNING, Finding
from .cells import (
    check_address,
    looks_like_formula,
    trimmed,
)
from .headers import (
    Column,
)
from .table import DELIMITER_NAMES, show


@dataclass(frozen=True)
class CheckOptions:
    """What the checks may lean on beside the file itself.

    known_numbers: the organization's own record, address in lower case -> numbers with their +. existing: addresses in
    lower case of the people that there are; None where that is not known, and then nobody counts as new.
    strict_numbers: a + that is lost and cannot be put back with certainty is an error instead of a warning (for callers
    that send numbers). max_per_rule: how many warnings or repairs of one rule in one column are listed one by one; the rest
    are counted in one finding more. Errors are always listed. 0 lists all.
    """

    known_numbers: Mapping[str, Collection[str]] = field(default_factory=dict)
    existing: Collection[str] | None = None
    strict_numbers: bool = False
    max_per_rule: int = 1000


class FindingLog:
    """Collects findings about one file; keeps the number of warnings of one kind within bounds, and the refused lines."""

    def __init__(self, file: str, max_per_rule: int = 1000) -> None:
        self.file = file
        self.findings: list[Finding] = []
        self.refused: dict[int, list[Finding]] = {}
        self._limit = max_per_rule
        self._counts: dict[tuple[str, str, str], int] = {}
        self._last: dict[tuple[str, str, str], int] = {}

    def add(
        self, level: str, code: str, line: int, column: str, found: str, meaning: str, action: str, email: str = ""
    ) -> None:
        """Adds a finding; an error refuses its line."""
        if level == ERROR:
            finding = Finding(level, code, self.file, line, column, show(found), meaning, action, email)
            self.findings.append(finding)
            self.refused.setdefault(line, []).append(finding)
            return
        key = (level, code, column)
        count = self._counts.get(key, 0) + 1
        self._counts[key] = count
        if self._limit and count > self._limit:
            self._last[key] = line
            return
        self.findings.append(Finding(level, code, self.file, line, column, show(found), meaning, action, email))

    def take(self, findings: Iterable[Finding]) -> None:
        """Adds findings made elsewhere (about headers, or the file as a whole); they refuse no line."""
        for finding in findings:
            key = (finding.level, finding.code, finding.column)
            if finding.level != ERROR:
                self._counts[key] = self._counts.get(key, 0) + 1
            self.findings.append(finding)

    def close(self) -> None:
        """Adds what the bound left out, a finding per rule and column, and puts everything in the order of the lines."""
        for key, line in self._last.items():
            level, code, column = key
            more = self._counts[key] - self._limit
            self.findings.append(
                Finding(
                    level,
                    code,
                    self.file,
                    line,
                    column,
                    "",
                    f"The same stands in {more} more rows, the last of them in this line.",
                    "See the first of these findings.",
                )
            )
        self._last.clear()
        self.findings.sort(key=lambda finding: finding.line)

    def counts(self) -> dict[str, int]:
        """How many findings of each level there are, those left out of the list included."""
        totals = {ERROR: 0, WARNING: 0, REPAIRED: 0}
        for level, _code, _column in self._counts:
            totals[level] += self._counts[level, _code, _column]
        totals[ERROR] = sum(1 for finding in self.findings if finding.level == ERROR)
        return totals


class Addresses:
    """Addresses seen in this file, without case: the first row counts."""

    def __init__(self, column: Column, log: FindingLog) -> None:
        self._column = column
        self._header = column.header.strip()
        self._log = log
        self._seen: dict[str, int] = {}
        self._spelling: dict[str, str] = {}

    def check(self, line: int, cell: str) -> str | None:
        """The address, trimmed; None if the row has none that can be used."""
        address = trimmed(cell)
        problem = check_address(address)
        if problem:
            self._log.add(ERROR, problem[0], line, self._header, cell, problem[1], problem[2], address)
            return None
        key = address_key(address)
        first = self._seen.setdefault(key, line)
        if first != line:
            before = self._spelling.get(key, key)
            same = "" if before == address else f", there written '{before}' (addresses are compared without case)"
            self._log.add(
                ERROR,
                "address_duplicate",
                line,
                self._header,
                cell,
                f"This address stands in line {first} already{same}. The first row counts, as in Control Hub; this one, "
                f"line {line}, is refused.",
                "Delete one of the two rows.",
                address,
            )
            return None
        if address != key:
            self._spelling[key] = address
        if address[0] in "=+-" and looks_like_formula(address):
            self._log.add(
                WARNING,
                "formula",
                line,
                self._header,
                cell,
                "A spreadsheet program takes this address for a formula. It is not evaluated here, but read as it stands.",
                "Check that the address is right.",
                address,
            )
        if cell != address:
            self._log.add(
                REPAIRED,
                "stray_blanks",
                line,
                self._header,
                cell,
                "Blanks around the address are left out.",
                "Take them away.",
                address,
            )
        return address


class Width:
    """Rows with too few or too many cells."""

    def __init__(self, headers: Sequence[str], delimiter: str, log: FindingLog) -> None:
        self._width = len(headers)
        self._delimiter = delimiter
        self._log = log

    def check(self, line: int, end_line: int, cells: list[str]) -> bool:
        width = len(cells)
        if width == self._width:
            return True
        # Blank cells beyond the last header are what a spreadsheet leaves behind when a column is emptied.
        if width > self._width and not any(cell.strip() for cell in cells[self._width :]):
            return True
        name = DELIMITER_NAMES.get(self._delimiter, "delimiters")
        if width == 1 and re.search(r"[,;\t]", cells[0]):
            meaning = (
                "The whole row stands in one cell: it was put in quotation marks as a whole, or its cells are not "
                f"divided by {name} as the header's are."
            )
            action = "Take the outer quotation marks away, or use one delimiter in the whole file."
        elif end_line > line:
            meaning = (
                f"The row has {width} cells under {self._width} headers and runs on to line {end_line}: a quotation "
                "mark was opened and not closed in its line."
            )
            action = 'Close the quotation mark, or double it ("") where it belongs to the text.'
        elif width > self._width:
            meaning = (
                f"The row has {width} cells under {self._width} headers, so it cannot be told which cell belongs to "
                f"which column. A cell that holds one of the {name} needs quotation marks around it."
            )
            action = 'Put that cell in quotation marks, as in "Robles, Inés".'
        else:
            meaning = (
                f"The row has {width} cells under {self._width} headers, so it cannot be told which cell belongs to "
                "which column."
            )
            action = f"Fill the row up with {name} for the cells that are blank."
        self._log.add(ERROR, "row_width", line, "", show(self._delimiter.join(cells)), meaning, action)
        return False
