# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bytes -> text -> cells: the rows of a file, each with the lines on which it stands. Private to this collection.

Nothing here knows what a column means. What it does know is what spreadsheet programs make of a file: semicolons, tabs, a
``sep=;`` line, any of the three line ends; encodings are settled in encoding.py. Rows come as a stream, so that memory does not
grow with the file.

Entry points:

    source = Source.from_path("users.csv")          # or Source("users.csv", data=b"...")
    table = open_table(source, known=score)         # CsvProblem if it cannot be read as a table at all
    for row in table.rows(): row.line, row.end_line, row.cells
    for row, raw in table.raw_rows(): ...           # raw: the bytes of that row as they stand in the file

Whatever the bytes, the one exception is CsvProblem, which carries one message for people.
"""

from __future__ import annotations

import csv
import io
import typing as t

from .encoding import Encoding, inspect
from .source import CsvProblem, Source

DELIMITERS = (",", ";", "\t")
DELIMITER_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs"}
# No file that passed the inspection holds NUL, so this line can only be ours.
_SENTINEL = "\x00end"
_LONGEST_FIRST_LINE = 64 * 1024


class Row(t.NamedTuple):
    """A record: the lines of the file on which it begins and ends (a quoted cell may hold line ends), and its cells."""

    line: int
    end_line: int
    cells: list[str]


class Table:
    """A readable file: its header, and its rows as a stream.

    header: the cells of the first record that is not blank; header_line: its line. separator_line: the file began with a
    spreadsheet's ``sep=;`` line. encoding: see Encoding.
    """

    def __init__(
        self,
        source: Source,
        encoding: Encoding,
        delimiter: str,
        header: list[str],
        header_line: int,
        separator_line: bool,
    ) -> None:
        self.source = source
        self.encoding = encoding
        self.delimiter = delimiter
        self.header = header
        self.header_line = header_line
        self.separator_line = separator_line

    @property
    def name(self) -> str:
        """What messages call the file."""
        return self.source.name

    def rows(self) -> t.Iterator[Row]:
        """The rows below the header, as they come. Blank lines and rows of nothing but blank cells are left out.

        Raises CsvProblem where a quote is never closed, at the line of the row that it opened in.
        """
        with _text(self.source, self.encoding) as stream:
            for row in _records(stream, self.delimiter):
                if row.line > self.header_line:
                    yield row

    def raw_rows(self) -> t.Iterator[tuple[Row, bytes]]:
        """(row, its bytes as they stand in the file, line end included); the header comes first, with what precedes it.

        So the first bytes plus those of any choice of rows make a file in the same encoding, delimiter and spelling.
        Raises CsvProblem if the file is no longer the one that was opened.
        """
        if inspect(self.source).sha256 != self.encoding.sha256:
            raise CsvProblem("changed")
        codec = self.encoding.codec
        with _text(self.source, self.encoding) as stream:
            kept: list[str] = []

            def tee() -> t.Iterator[str]:
                for line in stream:
                    kept.append(line)
                    yield line

            for row in _records(tee(), self.delimiter, blanks=True):
                raw = "".join(kept).encode(codec)
                if row.line < self.header_line:
                    continue
                if row.line == self.header_line:
                    yield row, self.encoding.bom + raw
                elif any(cell.strip() for cell in row.cells):
                    yield row, raw
                kept.clear()


def _text(source: Source, encoding: Encoding) -> t.IO[str]:
    stream = source.open()
    stream.seek(len(encoding.bom))
    # newline="": line ends are seen but not translated, so that a quoted one survives and every line is counted.
    return io.TextIOWrapper(stream, encoding=encoding.codec, errors="strict", newline="")


def _with_sentinel(lines: t.Iterator[str]) -> t.Iterator[str]:
    yield from lines
    yield _SENTINEL


def _records(lines: t.Iterator[str], delimiter: str, blanks: bool = False) -> t.Iterator[Row]:
    """Records with their lines. A last line of our own, which a quote left open would swallow, shows such a quote."""
    reader = csv.reader(_with_sentinel(iter(lines)), delimiter=delimiter, quotechar='"', doublequote=True, strict=False)
    line = 0
    begin = 1
    try:
        for cells in reader:
            begin, line = line + 1, reader.line_num
            if cells and cells[-1].endswith(_SENTINEL):
                if len(cells) == 1 and cells[0] == _SENTINEL:
                    return
                raise CsvProblem("unclosed_quote", begin)
            if blanks or (any(cells) and any(map(str.strip, cells))):
                yield Row(begin, line, cells)
    except csv.Error as exc:
        raise CsvProblem("unclosed_quote", line + 1) from exc
    except UnicodeDecodeError as exc:
        raise CsvProblem("changed.reading") from exc


def open_table(source: Source, known: t.Callable[[t.Sequence[str]], int] | None = None) -> Table:
    """Settles encoding, header and delimiter.

    known: how many of these header cells mean something; the delimiter for which that is highest wins, then the one that
    makes the most cells. Raises CsvProblem for empty and binary files and where no header stands.
    """
    encoding = inspect(source)
    with _text(source, encoding) as stream:
        first = stream.readline(_LONGEST_FIRST_LINE).strip()
    separator_line = len(first) == 5 and first[:4].lower() == "sep=" and first[4] in DELIMITERS
    choices = (first[4],) if separator_line else DELIMITERS
    best: tuple[tuple[int, int], str, Row] | None = None
    problem: CsvProblem | None = None
    for delimiter in choices:
        try:
            row = _header(source, encoding, delimiter, separator_line)
        except CsvProblem as exc:
            problem = problem or exc
            continue
        if row is None:
            continue
        score = (known(row.cells) if known else 0, len(row.cells))
        if best is None or score > best[0]:
            best = (score, delimiter, row)
    if best is None:
        raise problem or CsvProblem("empty.blank")
    return Table(source, encoding, best[1], best[2].cells, best[2].line, separator_line)


def _header(source: Source, encoding: Encoding, delimiter: str, separator_line: bool) -> Row | None:
    with _text(source, encoding) as stream:
        for row in _records(stream, delimiter):
            if separator_line and row.line == 1:
                continue
            # A row of other delimiters is as blank as one of these.
            if not any(cell.strip(" ,;\t") for cell in row.cells):
                continue
            return row
    return None
