"""Bytes -> cells: encodings, delimiters, line ends, broken files."""

from __future__ import annotations

import codecs
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files import encoding
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.layout import known_score
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.people import CsvResult, read_files
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.source import CsvProblem, Source
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.table import Table, open_table
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.finding import Finding, show

HEADER = "First Name,Last Name,User ID/Email (Required),Webex Contact Center Premium"
TEXT = f"{HEADER}\r\nInés,Robles,ines@example.com,TRUE\r\n"
Only = Callable[[CsvResult, str], Finding]
Read = Callable[..., CsvResult]


def table(data: bytes) -> Table:
    return open_table(Source("x.csv", data=data), known_score)


@pytest.mark.parametrize(
    ("data", "called"),
    [
        (TEXT.encode("utf-8"), "UTF-8"),
        (codecs.BOM_UTF8 + TEXT.encode("utf-8"), "UTF-8 with byte order mark"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "UTF-16 LE with byte order mark"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "UTF-16 BE with byte order mark"),
        (TEXT.encode("utf-16-le"), "UTF-16 LE"),
        (TEXT.encode("utf-16-be"), "UTF-16 BE"),
        (TEXT.encode("cp1252"), "Windows-1252"),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_same_people_in_every_format(read: Read, data: bytes, called: str, delimiter: str, line_end: str) -> None:
    codec = {"UTF-16 LE": "utf-16-le", "UTF-16 BE": "utf-16-be", "Windows-1252": "cp1252"}.get(
        called.removesuffix(" with byte order mark"), "utf-8"
    )
    bom = next(
        (mark for mark in (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) if data.startswith(mark)), b""
    )
    text = data[len(bom) :].decode(codec).replace(",", delimiter).replace("\r\n", line_end)
    result = read(bom + text.encode(codec))
    assert result.ok
    assert result.files[0].encoding == called
    assert result.files[0].delimiter == delimiter
    assert [(person["first_name"], person["email"], person["csv"]) for person in result.people] == [
        ("Inés", "ines@example.com", {"standard": None, "premium": True})
    ]
    assert result.people[0]["source"] == "x.csv:2"


def test_windows_1252_is_a_guess_and_says_so(read: Read, only: Only) -> None:
    finding = only(read(TEXT.encode("cp1252")), "encoding_guessed")
    assert (finding.level, finding.file, finding.line) == ("warning", "x.csv", 1)


def test_spreadsheet_format_is_told_once(read: Read, only: Only) -> None:
    finding = only(read(codecs.BOM_UTF8 + TEXT.replace(",", ";").encode()), "file_format")
    assert (finding.level, finding.line) == ("repaired", 1)
    assert "semicolons" in finding.meaning
    assert "byte order mark" in finding.meaning


def test_separator_line_of_a_spreadsheet(read: Read) -> None:
    result = read("sep=;\r\n" + TEXT.replace(",", ";"))
    assert result.ok
    assert result.people[0]["source"] == "x.csv:3"


@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_line_numbers_count_lines_of_the_file(line_end: str) -> None:
    text = '\nA,B\n1,"two\nlines"\n\n ,\n3,4\n"5\n\n",6\n7,8'.replace("\n", line_end)
    found = [(row.line, row.end_line, row.cells) for row in table(text.encode()).rows()]
    assert found == [
        (3, 4, ["1", f"two{line_end}lines"]),
        (7, 7, ["3", "4"]),
        (8, 10, [f"5{line_end}{line_end}", "6"]),
        (11, 11, ["7", "8"]),
    ]


def test_quoted_delimiters_and_quotes() -> None:
    found = [row.cells for row in table(b'A,B\n"Robles, In","say ""hi"""\n').rows()]
    assert found == [["Robles, In", 'say "hi"']]


def workbook() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"", "empty", 0),
        (b"\r\n \r\n,,\r\n", "empty", 0),
        (codecs.BOM_UTF8, "empty", 0),
        (workbook(), "not_csv", 1),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "not_csv", 1),
        (b"<!DOCTYPE html><html></html>", "not_csv", 1),
        (bytes(range(256)) * 4, "not_csv", 0),
        (codecs.BOM_UTF32_LE + "a".encode("utf-32-le"), "encoding", 1),
        (codecs.BOM_UTF16_LE + b"a\x00b", "encoding", 1),
        (TEXT.encode() + b"a\x00b,c,d@example.com,TRUE\r\n", "nul", 3),
        (TEXT.encode() + "Zoë".encode("latin-1") + b",c,d@example.com,TRUE\r\n", "encoding", 3),
        (codecs.BOM_UTF8 + HEADER.encode() + b"\r\nIn\xe9s,c,d@example.com,\r\n", "encoding", 2),
        (HEADER.encode() + b"\r\n\x81\x8d,c,d@example.com,\r\n", "encoding", 2),
        (TEXT.encode() + b'"Ada,b,c@example.com,TRUE\r\nd,e,f@example.com,\r\n', "unclosed_quote", 3),
        (TEXT.encode() + b'"Ada' + b"x" * 200_000, "unclosed_quote", 3),
        (HEADER.encode() + b"\r\n", "no_rows", 1),
        (b"Fruit,Color\nApple,red\n", "unknown_file", 1),
    ],
)
def test_broken_files_get_one_clear_message(read: Read, data: bytes, code: str, line: int) -> None:
    result = read(data)
    errors = [finding for finding in result.findings if finding.level == "error"]
    assert [(finding.code, finding.file, finding.line) for finding in errors] == [(code, "x.csv", line)]
    assert errors[0].meaning.endswith(".")
    assert errors[0].action.endswith(".")
    assert not result.ok
    assert result.people == []


def test_nothing_of_a_file_with_an_open_quote_is_taken(read: Read) -> None:
    assert read(TEXT + '"open,a,b@example.com,TRUE\r\n').people == []


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    result = read_files([tmp_path / "none.csv", tmp_path])
    assert [finding.code for finding in result.findings] == ["unreadable", "unreadable"]
    assert "No such file" in result.findings[0].meaning
    assert not result.ok


def test_a_file_that_is_too_big(monkeypatch: pytest.MonkeyPatch, read: Read) -> None:
    monkeypatch.setattr(encoding, "MAX_BYTES", 50)
    assert [finding.code for finding in read(TEXT).findings] == ["too_big"]


def test_nul_far_into_a_big_file_keeps_its_line(read: Read, only: Only) -> None:
    line = "Ada,Marlowe,a@example.com,\r\n"
    count = 2 * 1024 * 1024 // len(line) + 7
    assert only(read((HEADER + "\r\n" + line * count).encode() + b"\x00"), "nul").line == count + 2


def test_raw_rows_are_the_bytes_of_the_file() -> None:
    data = codecs.BOM_UTF16_LE + 'sep=;\r\nA;B\r\n\r\n1;"2\n2"\r\n;\r\n3;4'.encode("utf-16-le")
    raw = list(open_table(Source("x", data=data)).raw_rows())
    assert raw[0][1].decode("utf-16") == "sep=;\r\nA;B\r\n"
    assert [part.decode("utf-16-le") for _row, part in raw[1:]] == ['1;"2\n2"\r\n', "3;4"]


def test_raw_rows_of_a_file_that_changed(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(TEXT, encoding="utf-8")
    found = open_table(Source.from_path(path))
    path.write_text(TEXT + "more\r\n", encoding="utf-8")
    with pytest.raises(CsvProblem, match="has changed"):
        list(found.raw_rows())


def test_cells_in_messages_are_short_and_printable() -> None:
    assert show("a\r\n\tb\x07") == "a\\r\\n\\tb\\x07"
    assert len(show("x" * 1000)) == 120
    assert show("مرحبا 👩‍💻") == "مرحبا 👩‍💻"


def test_finding_in_words() -> None:
    finding = Finding("error", "c", "x.csv", 7, "Phone Number", "123", "Is wrong.", "Mend it.")
    assert finding.position == "line 7 of x.csv, column 'Phone Number'"
    assert finding.message == "line 7 of x.csv, column 'Phone Number': '123' Is wrong. Mend it."
    assert finding.to_dict()["position"] == finding.position
