# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What rows of both kinds of files are checked for: addresses, and the number of cells. Private to this collection."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from .._roster.address import address_problem, trimmed
from .._roster.finding import show
from .cells import looks_like_formula
from .layout import Column
from .log import FindingLog
from .table import DELIMITER_NAMES


@dataclasses.dataclass(frozen=True)
class CheckOptions:
    """What the checks may lean on beside the file itself.

    known_numbers: the organization's own record, address key -> numbers with their +. existing: address keys of the people
    that there are; None where that is not known, and then nobody counts as new. strict_numbers: a + that is lost and cannot
    be put back with certainty is an error instead of a warning (for callers that send numbers). max_per_rule: how many
    warnings or repairs of one code in one column are listed one by one; the rest are counted in one finding more. Errors are
    always listed. 0 lists all.
    """

    known_numbers: t.Mapping[str, t.Collection[str]] = dataclasses.field(default_factory=dict)
    existing: t.Collection[str] | None = None
    strict_numbers: bool = False
    max_per_rule: int = 1000


class Addresses:
    """The addresses of a file's rows. Whether one stands twice is told where rows are joined."""

    def __init__(self, column: Column, log: FindingLog) -> None:
        self._header = column.name
        self._log = log

    def check(self, line: int, cell: str) -> str | None:
        """The address, trimmed; None if the row has none that can be used."""
        address = trimmed(cell)
        problem = address_problem(address)
        if problem:
            self._add(problem.code, line, cell, address, problem=problem.meaning, remedy=problem.action)
            return None
        if address[0] in "=+-" and looks_like_formula(address):
            self._add("formula.address", line, cell, address)
        if cell != address:
            self._add("stray_blanks.address", line, cell, address)
        return address

    def _add(self, name: str, line: int, cell: str, address: str, **words: t.Any) -> None:
        self._log.add(name, line, self._header, cell, email=address, **words)


class Width:
    """Rows with too few or too many cells."""

    def __init__(self, headers: t.Sequence[str], address: Column, delimiter: str, log: FindingLog) -> None:
        self._width = len(headers)
        self._address = address.index
        self._delimiter = delimiter
        self._log = log

    def check(self, line: int, end_line: int, cells: list[str]) -> bool:
        """Whether the row has a cell for each header. Blank cells beyond the last header are what a spreadsheet leaves behind
        when a column is emptied."""
        width = len(cells)
        if width == self._width:
            return True
        if width > self._width and not any(cell.strip() for cell in cells[self._width :]):
            return True
        if width == 1 and re.search(r"[,;\t]", cells[0]):
            name = "row_width.one_cell"
        elif end_line > line:
            name = "row_width.runs_on"
        elif width > self._width:
            name = "row_width.more"
        else:
            name = "row_width"
        self._log.add(
            name,
            line,
            found=show(self._delimiter.join(cells)),
            email=self._whose(cells),
            width=width,
            headers=self._width,
            delimiters=DELIMITER_NAMES.get(self._delimiter, "delimiters"),
            end_line=end_line,
        )
        return False

    def _whose(self, cells: list[str]) -> str:
        """What stands in the place of the address, if that is one: cells may have moved, and then it is none."""
        address = trimmed(cells[self._address]) if self._address < len(cells) else ""
        return "" if address_problem(address) else address
