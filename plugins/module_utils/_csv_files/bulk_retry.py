# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of a Bulk Operations file that are to run again, as the vendor's job gives them back. Private to this collection.

Control Hub adds a last column, ``Error Message``, to the rows that failed (vendor's documentation); so does the retry file here. A file
that has the column already, as one that came back, gets new texts in it. Everything else of a row is as it came.
"""

from __future__ import annotations

import typing as t

from .cells import harmless
from .columns import ERROR_MESSAGE_HEADER
from .headers import header_key, parse_header
from .layout import known_score
from .source import CsvProblem, Source
from .table import Row, Table, open_table
from .write import encode_rows


class BulkRetry:
    """Makes the header and rows of a retry file, and knows one that was made here."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._place = _error_place(table.header)
        self._width = len(table.header)
        self._rows: list[list[str]] = []

    def header(self, raw: bytes) -> bytes:
        """Return the header line with the column; raw: its bytes, and what stands before it."""
        if self._place is not None:
            return raw
        bom = self._table.encoding.bom
        return bom + self._appended(raw[len(bom) :], ERROR_MESSAGE_HEADER, "\r\n")

    def row(self, row: Row, raw: bytes, message: str) -> bytes:
        """Return a row with what went wrong in the column."""
        text = harmless(" ".join(message.split()))
        cells = self._trimmed(row.cells)
        if self._place is not None and self._place < len(cells):
            return self._encoded([*cells[: self._place], text, *cells[self._place + 1 :]])
        if self._place is None and len(cells) == len(row.cells):
            return self._appended(raw, text, "")
        # Its width is wrong, so it can be told by no column; it goes back as it came.
        return raw if self._place is not None else self._encoded([*cells, text])

    def add(self, row: Row) -> None:
        """Note a row of the file, for `is_ours`."""
        self._rows.append(_without(self._trimmed(row.cells), self._place))

    def is_ours(self, path: str) -> bool:
        """Return whether a file holds this file's header and some of its rows, apart from the texts of the column."""
        try:
            there = open_table(Source.from_path(path), known_score)
            place = _error_place(there.header)
            if place is None or _without(there.header, place) != _without(self._table.header, self._place):
                return False
            known = iter(self._rows)
            # Rows in their order: each is looked for behind the one before.
            return all(any(_without(row.cells, place) == one for one in known) for row in there.rows())
        except CsvProblem:
            return False

    def _trimmed(self, cells: list[str]) -> list[str]:
        """Return the cells without blank ones beyond the last header, which a spreadsheet leaves behind."""
        beyond = cells[self._width :]
        return cells if any(cell.strip() for cell in beyond) else cells[: self._width]

    def _appended(self, raw: bytes, text: str, ending: str) -> bytes:
        codec, delimiter = self._table.encoding.codec, self._table.delimiter
        line = raw.decode(codec)
        body = line.rstrip("\r\n")
        cell = encode_rows([[text, ""]], delimiter).decode("utf-8").rstrip("\r\n").removesuffix(delimiter)
        return f"{body}{delimiter}{cell}{line[len(body) :] or ending}".encode(codec, "replace")

    def _encoded(self, cells: t.Sequence[str]) -> bytes:
        return encode_rows([cells], self._table.delimiter).decode("utf-8").encode(self._table.encoding.codec, "replace")


def _error_place(header: t.Sequence[str]) -> int | None:
    keys = [header_key(parse_header(cell).base) for cell in header]
    key = header_key(ERROR_MESSAGE_HEADER)
    return keys.index(key) if key in keys else None


def _without(cells: t.Sequence[str], place: int | None) -> list[str]:
    return [cell for i, cell in enumerate(cells) if i != place]
