# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What reading CSV files gives: a file and its people, and all the files together. Private to this collection."""

from __future__ import annotations

import dataclasses
import typing as t

from .._model import address_key
from .._roster.finding import ERROR, REPAIRED, WARNING, Finding, line_place, place_of
from .._roster.join import RosterRow
from .._roster.table import RefusedRow, RowTable
from .layout import OTHER
from .source import Source
from .table import DELIMITER_NAMES, Table


@dataclasses.dataclass
class CsvFile:
    """One file, read. people: the rows that are not refused by themselves, in the file's order.

    broken: why nothing of the file can be used. refused: line -> the errors of that row.
    columns_used, columns_left: headers as they stand; what is left is neither sent nor changed. rows: rows with anything in them.
    encoding: as people call it.
    """

    source: Source
    label: str
    kind: str = OTHER
    encoding: str = ""
    delimiter: str = ","
    header: list[str] = dataclasses.field(default_factory=list)
    header_line: int = 0
    address_index: int = 0
    sha256: str = ""
    rows: int = 0
    people: list[RosterRow] = dataclasses.field(default_factory=list)
    findings: list[Finding] = dataclasses.field(default_factory=list)
    refused: dict[int, list[Finding]] = dataclasses.field(default_factory=dict)
    broken: list[Finding] = dataclasses.field(default_factory=list)
    counts: dict[str, int] = dataclasses.field(default_factory=dict)
    columns_used: list[str] = dataclasses.field(default_factory=list)
    columns_left: list[str] = dataclasses.field(default_factory=list)
    #: It has columns of contact center licenses, so its cells say what becomes of them, blank ones too.
    governs: bool = False
    table: Table | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing in it is refused."""
        return not self.counts.get(ERROR)

    def to_dict(self) -> dict[str, t.Any]:
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


@dataclasses.dataclass
class CsvResult:
    """All the files, with the rows of lists beside them. people: joined by address over all of them. findings: of every file in order,
    then of the joining. notes: what no file can say, in words for the admin. contradicted: address key -> why nothing is done for that
    person. beside: rows of lists.
    """

    files: list[CsvFile]
    people: list[RosterRow]
    findings: list[Finding]
    notes: list[str]
    contradicted: t.Mapping[str, t.Sequence[Finding]] = dataclasses.field(default_factory=dict)
    beside: t.Sequence[RosterRow] = ()

    @property
    def ok(self) -> bool:
        """Whether no finding is an error."""
        return not any(finding.level == ERROR for finding in self.findings)

    def table(self) -> RowTable:
        """Return all rows: each is one person's, or refused. A file of which nothing can be used is one refused row."""
        rows: list[RosterRow] = []
        refused: list[RefusedRow] = []
        for file in self.files:
            if file.broken:
                refused.append(RefusedRow(file.label, "", tuple(file.broken)))
                continue
            of_file = [
                RefusedRow(line_place(file.label, line), found[0].email, tuple(found))
                for line, found in file.refused.items()
            ]
            self._sort(file.people, rows, of_file)
            refused += sorted(of_file, key=lambda row: place_of(row.place)[1])
        self._sort(self.beside, rows, refused)
        return RowTable(self.people, rows, refused, self.findings)

    def _sort(self, people: t.Iterable[RosterRow], rows: list[RosterRow], refused: list[RefusedRow]) -> None:
        for row in people:
            why = self.contradicted.get(address_key(row["email"]))
            if why:
                refused.append(RefusedRow(row["source"], row["email"], tuple(why)))
            else:
                rows.append(row)

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
