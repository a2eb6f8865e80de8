# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which encoding a file's bytes are in: UTF-8, UTF-16 or Windows-1252, with or without byte order mark. Private to this collection.

A file is read twice, both times as a stream: here once to settle the encoding (and to take its SHA-256), once for the rows (see
table.py), so that memory does not grow with the file.
"""

from __future__ import annotations

import codecs
import dataclasses
import hashlib

from .source import MAX_BYTES, CsvProblem, Source

_HEAD = 64 * 1024
_CHUNK = 1024 * 1024


@dataclasses.dataclass(frozen=True)
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
_NAMES = {"utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}


def inspect(source: Source) -> Encoding:
    """Settles the encoding in one pass over the bytes (two for Windows-1252). Raises CsvProblem for what is no text."""
    head = _head(source)
    codec, bom = _guess(head)
    try:
        size, digest = _validate(source, codec, len(bom))
    except _Undecodable as exc:
        if codec != "utf-8" or bom or exc.mixed:
            raise CsvProblem("encoding.mixed", exc.line, encoding=_NAMES[codec]) from exc
        return _windows_1252(source, head)
    return Encoding(codec, bom, True, size, digest)


def _head(source: Source) -> bytes:
    """The first bytes. Raises CsvProblem where they show that this is something else than a CSV file."""
    with source.open() as stream:
        try:
            head = stream.read(_HEAD)
        except OSError as exc:
            raise CsvProblem("unreadable.stream", reason=exc) from exc
    if not head:
        raise CsvProblem("empty")
    for magic, what in _MAGIC:
        if head.startswith(magic):
            raise CsvProblem("not_csv", 1, what=what)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:64].lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        raise CsvProblem("not_csv.markup", 1)
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise CsvProblem("encoding.utf_32", 1)
    return head


def _windows_1252(source: Source, head: bytes) -> Encoding:
    """The last guess, since nearly any bytes fit it; many control characters speak against any text."""
    controls = sum(head.count(bytes((byte,))) for byte in range(32) if byte not in (9, 10, 13))
    if controls > len(head) * 0.02:
        raise CsvProblem("not_csv.binary")
    try:
        size, digest = _validate(source, "cp1252", 0)
    except _Undecodable as exc:
        raise CsvProblem("encoding", exc.line) from exc
    return Encoding("cp1252", b"", False, size, digest)


def _guess(head: bytes) -> tuple[str, bytes]:
    """(codec, byte order mark) from the first bytes; utf-8 where nothing speaks for UTF-16."""
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
    rest = ""
    with source.open() as stream:
        digest.update(stream.read(skip))
        size = skip
        while True:
            chunk = stream.read(_CHUNK)
            size += len(chunk)
            if size > MAX_BYTES:
                raise CsvProblem("too_big", limit=MAX_BYTES // 1024 // 1024)
            digest.update(chunk)
            try:
                text = rest + decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as exc:
                before = rest + bytes(exc.object)[: int(exc.start)].decode(codec, "replace")
                mixed = beyond_ascii or not before.isascii()
                raise _Undecodable(lines + _line_ends(before), mixed) from exc
            rest = ""
            if "\x00" in text:
                line = lines + _line_ends(text[: text.index("\x00")])
                raise CsvProblem("nul", line)
            if not chunk:
                return size, digest.hexdigest()
            if text.endswith("\r"):
                text, rest = text[:-1], "\r"
            lines += _line_ends(text)
            beyond_ascii = beyond_ascii or not text.isascii()
