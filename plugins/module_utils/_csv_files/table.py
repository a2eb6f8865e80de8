# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bytes -> text -> cells: the lowest floor of the CSV files.

Nothing here knows what a column means. What it does know is what spreadsheet programs make of a file: byte order marks,
UTF-16, Windows-1252, semicolons, tabs, a ``sep=;`` line, any of the three line ends. A file is read twice, both times as a
stream: once to settle the encoding (and to take its SHA-256), once for the rows, so that memory does not grow with the file.

Entry points:

    source = Source.from_path("users.csv")          # or Source("users.csv", data=b"...")
    table = open_table(source, known=score)         # CsvProblem if it cannot be read as a table at all
    for row in table.rows(): row.line, row.end_line, row.cells
    for row, raw in table.raw_rows(): ...           # raw: the bytes of that row as they stand in the file

Whatever the bytes, the one exception is CsvProblem, which carries one message for people.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, NamedTuple

from .._roster.finding import ERROR, Finding

DELIMITERS = (",", ";", "\t")
DELIMITER_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs"}
MAX_BYTES = 512 * 1024 * 1024
_HEAD = 64 * 1024
_CHUNK = 1024 * 1024
# No file that passed the inspection holds NUL, so this line can only be ours.
_SENTINEL = "\x00end"
_MAX_FOUND = 120


class CsvProblem(Exception):
    """The file cannot be read as a table. `line` is 0 where no line can be named."""

    def __init__(self, code: str, meaning: str, action: str, line: int = 0, found: str = "") -> None:
        super().__init__(f"{meaning} {action}")
        self.code = code
        self.meaning = meaning
        self.action = action
        self.line = line
        self.found = found

    def finding(self, file: str) -> Finding:
        """The same as a finding of level error."""
        return Finding(ERROR, self.code, file, self.line, "", self.found, self.meaning, self.action)


def show(cell: str) -> str:
    """A cell as a message may quote it: shortened, control characters escaped, everything else as it is."""
    if len(cell) > _MAX_FOUND:
        cell = cell[: _MAX_FOUND - 1] + "…"
    if cell.isprintable():
        return cell
    # Only control characters and lone separators are escaped: joiners belong to emoji and to right-to-left names.
    return "".join(c if c >= " " and c != "\x7f" and c not in "\x85\u2028\u2029" else _escape(c) for c in cell)


def _escape(char: str) -> str:
    return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(char, f"\\x{ord(char):02x}")


class Source:
    """Where the bytes come from: a path that is read as a stream, or bytes at hand.

    name: what messages call it. Anything that is not a regular file (a pipe, say) is read once and kept, since the
    inspection and the rows each need a pass.
    """

    def __init__(self, name: str, data: bytes | None = None, path: str | None = None) -> None:
        if (data is None) == (path is None):
            raise ValueError("a Source takes either data or path")
        self.name = name
        self.path = path
        self._data = data

    @classmethod
    def from_path(cls, path: str | os.PathLike[str], name: str | None = None) -> Source:
        """A source over a file; `name` defaults to the last part of the path."""
        text = os.fspath(path)
        return cls(name or os.path.basename(text) or text, path=text)

    def open(self) -> IO[bytes]:
        """A fresh binary stream from the first byte. Raises CsvProblem if the file cannot be opened."""
        if self._data is not None:
            return io.BytesIO(self._data)
        path = self.path or ""
        try:
            mode = os.stat(path).st_mode
            if stat.S_ISDIR(mode):
                raise CsvProblem("unreadable", "This is a directory, not a file.", "Name the CSV file itself.")
            if not stat.S_ISREG(mode):
                with open(path, "rb") as stream:
                    self._data = stream.read(MAX_BYTES + 1)
                return io.BytesIO(self._data)
            return open(path, "rb")
        except (OSError, ValueError) as exc:
            reason = exc.strerror if isinstance(exc, OSError) and exc.strerror else str(exc)
            raise CsvProblem(
                "unreadable", f"The file cannot be read: {reason}.", "Check the path and the permissions."
            ) from exc


@dataclass(frozen=True)
class Encoding:
    """How a file's bytes become text, and what identifies the file.

    codec: a Python codec without byte order mark (utf-8, utf-16-le, utf-16-be, cp1252). bom: the mark's bytes, or b"".
    sure: False when the encoding is a guess (Windows-1252, which fits nearly any bytes).
    """

    codec: str
    bom: bytes
    sure: bool
    size: int
    sha256: str


_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "an Excel workbook or a zip archive"),
    (b"PK\x05\x06", "a zip archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"%PDF-", "a PDF document"),
    (b"{\\rtf", "a rich text document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
)
_SAVE_AS = "Save the sheet as CSV (UTF-8) and name that file, or unpack the archive first."
_NOT_TEXT = "Export the file again from Control Hub, or save it as CSV in UTF-8."


def inspect(source: Source) -> Encoding:
    """Settles the encoding in one pass over the bytes (two for Windows-1252). Raises CsvProblem for what is no text."""
    with source.open() as stream:
        try:
            head = stream.read(_HEAD)
        except OSError as exc:
            raise CsvProblem("unreadable", f"The file cannot be read: {exc}.", "Check the file.") from exc
    if not head:
        raise CsvProblem("empty", "The file is empty.", "Export it again from Control Hub.")
    for magic, what in _MAGIC:
        if head.startswith(magic):
            raise CsvProblem("not_csv", f"This is {what}, not a CSV file.", _SAVE_AS, 1)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:64].lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        raise CsvProblem("not_csv", "This is a web page or XML, not a CSV file.", _NOT_TEXT, 1)
    codec, bom = _guess(head)
    if codec == "utf-32":
        raise CsvProblem("encoding", "The file is in UTF-32, which is not read here.", "Save it as CSV in UTF-8.", 1)
    try:
        size, digest = _validate(source, codec, len(bom))
        return Encoding(codec, bom, True, size, digest)
    except _Undecodable as exc:
        if codec != "utf-8" or bom or exc.mixed:
            name = {"utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}[codec]
            raise CsvProblem(
                "encoding",
                f"The file is in {name}, but from this line on its bytes are not: it is damaged, or two files in "
                "different encodings were joined.",
                _NOT_TEXT,
                exc.line,
            ) from exc
    controls = sum(head.count(bytes((byte,))) for byte in range(32) if byte not in (9, 10, 13))
    if controls > len(head) * 0.02:
        raise CsvProblem("not_csv", "The file is not text.", _NOT_TEXT)
    try:
        size, digest = _validate(source, "cp1252", 0)
    except _Undecodable as exc:
        raise CsvProblem(
            "encoding",
            "The file is not in UTF-8, UTF-16 or Windows-1252: this line holds bytes that none of them knows.",
            "Save it as CSV in UTF-8.",
            exc.line,
        ) from exc
    return Encoding("cp1252", b"", False, size, digest)


def _guess(head: bytes) -> tuple[str, bytes]:
    """(codec, byte order mark) from the first bytes; utf-8 where nothing speaks for UTF-16."""
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32", b""
    for codec, bom in (
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
    ):
        if head.startswith(bom):
            return codec, bom
    # UTF-16 without a mark: headers are ASCII, so every other byte of the beginning is NUL.
    sample = head[:1000]
    pairs = len(sample) // 2
    if pairs >= 4:
        even, odd = sample[0::2].count(0), sample[1::2].count(0)
        if odd >= pairs * 0.6 and even <= pairs * 0.1:
            return "utf-16-le", b""
        if even >= pairs * 0.6 and odd <= pairs * 0.1:
            return "utf-16-be", b""
    return "utf-8", b""


class _Undecodable(Exception):
    """The codec does not fit. line: where; mixed: valid characters beyond ASCII came before, so it fitted until there."""

    def __init__(self, line: int, mixed: bool) -> None:
        super().__init__(line)
        self.line = line
        self.mixed = mixed


def _line_ends(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def _validate(source: Source, codec: str, skip: int) -> tuple[int, str]:
    """Decodes the whole file once, keeping nothing. Returns (bytes, SHA-256 in hex)."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    digest = hashlib.sha256()
    size = 0
    lines = 1
    beyond_ascii = False
    # A CR at a chunk's end may be half of a CRLF: it is counted with the next chunk.
    held = ""
    with source.open() as stream:
        digest.update(stream.read(skip))
        size = skip
        while True:
            chunk = stream.read(_CHUNK)
            size += len(chunk)
            if size > MAX_BYTES:
                raise CsvProblem(
                    "too_big",
                    f"The file is bigger than {MAX_BYTES // 1024 // 1024} MB.",
                    "A user file of that size cannot come from Control Hub: check that it is the right one.",
                )
            digest.update(chunk)
            try:
                text = held + decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as exc:
                before = held + bytes(exc.object)[: int(exc.start)].decode(codec, "replace")
                mixed = beyond_ascii or not before.isascii()
                raise _Undecodable(lines + _line_ends(before), mixed) from exc
            held = ""
            if "\x00" in text:
                line = lines + _line_ends(text[: text.index("\x00")])
                raise CsvProblem(
                    "nul",
                    "The file holds a NUL byte here, which no CSV file does: it is damaged, or it is not text.",
                    _NOT_TEXT,
                    line,
                )
            if not chunk:
                return size, digest.hexdigest()
            if text.endswith("\r"):
                text, held = text[:-1], "\r"
            lines += _line_ends(text)
            beyond_ascii = beyond_ascii or not text.isascii()


class Row(NamedTuple):
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
        return self.source.name

    def rows(self) -> Iterator[Row]:
        """The rows below the header, as they come. Blank lines and rows of nothing but blank cells are left out.

        Raises CsvProblem where a quote is never closed, at the line of the row that it opened in.
        """
        with _text(self.source, self.encoding) as stream:
            for row in _records(stream, self.delimiter):
                if row.line > self.header_line:
                    yield row

    def raw_rows(self) -> Iterator[tuple[Row, bytes]]:
        """(row, its bytes as they stand in the file, line end included); the header comes first, with what precedes it.

        So the first bytes plus those of any choice of rows make a file in the same encoding, delimiter and spelling.
        Raises CsvProblem if the file is no longer the one that was opened.
        """
        if inspect(self.source).sha256 != self.encoding.sha256:
            raise CsvProblem(
                "changed", "The file has changed since it was read.", "Read it again before writing its results."
            )
        codec = self.encoding.codec
        with _text(self.source, self.encoding) as stream:
            kept: list[str] = []

            def tee() -> Iterator[str]:
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


def _text(source: Source, encoding: Encoding) -> IO[str]:
    stream = source.open()
    stream.seek(len(encoding.bom))
    # newline="": line ends are seen but not translated, so that a quoted one survives and every line is counted.
    return io.TextIOWrapper(stream, encoding=encoding.codec, errors="strict", newline="")


def _with_sentinel(lines: Iterator[str]) -> Iterator[str]:
    yield from lines
    yield _SENTINEL


def _records(lines: Iterator[str], delimiter: str, blanks: bool = False) -> Iterator[Row]:
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
                raise _unclosed(begin)
            if blanks or (any(cells) and any(map(str.strip, cells))):
                yield Row(begin, line, cells)
    except csv.Error as exc:
        raise _unclosed(line + 1) from exc
    except UnicodeDecodeError as exc:
        raise CsvProblem("changed", "The file has changed while it was read.", "Read it again.") from exc


def _unclosed(line: int) -> CsvProblem:
    return CsvProblem(
        "unclosed_quote",
        "A quotation mark opens in this row and is never closed, so that the rest of the file would be one cell.",
        'Close the quotation mark, or double it ("") where it belongs to the text.',
        line,
    )


def open_table(source: Source, known: Callable[[Sequence[str]], int] | None = None) -> Table:
    """Settles encoding, header and delimiter.

    known: how many of these header cells mean something; the delimiter for which that is highest wins, then the one that
    makes the most cells. Raises CsvProblem for empty and binary files and where no header stands.
    """
    encoding = inspect(source)
    with _text(source, encoding) as stream:
        first = stream.readline(_HEAD).strip()
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
        raise problem or CsvProblem(
            "empty", "The file holds nothing but blank lines.", "Export it again from Control Hub."
        )
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
