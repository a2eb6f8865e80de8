"""What holds for every file: no bytes bring the reader down, nothing is lost on the way out and in."""

from __future__ import annotations

import codecs
import re
import string
import typing as t

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.headers import parse_header
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.layout import identify
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.people import (
    CsvResult,
    read_files,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.source import Source
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.table import open_table
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.write import encode_rows, user_files
from tests.unit.awkward import AWKWARD

quick = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
HEADER = b"First Name,Last Name,User ID/Email (Required),Webex Contact Center Premium\r\n"
cells = st.one_of(
    st.lists(st.sampled_from([*AWKWARD, "a", "Z", " "]), max_size=8).map("".join),
    st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=20),
)
# What a name may hold: anything but characters that no service takes.
texts = cells.filter(lambda cell: not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", cell.strip()))


def read(data: bytes) -> CsvResult:
    return read_files([Source("x.csv", data=data)])


def check_result(result: CsvResult) -> None:
    """What every result holds."""
    file = result.files[0]
    assert result.ok == (result.counts()["error"] == 0)
    for finding in result.findings:
        assert finding.file == "x.csv"
        assert finding.meaning
        assert finding.action
        assert finding.line >= 0
    if file.kind == "other" or not file.rows:
        assert sum(1 for finding in result.findings if finding.level == "error") >= 1
        assert result.people == []
    assert len(file.people) + len(file.refused) <= max(file.rows, len(file.people))


@quick
@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    result = read(data)
    check_result(result)
    # Nobody gets a header right by accident.
    assert sum(1 for finding in result.findings if finding.level == "error") == 1


@quick
@given(
    st.binary(max_size=200),
    st.sampled_from([b"", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE]),
    st.sampled_from(["utf-8", "utf-16-le", "utf-16-be"]),
)
def test_any_bytes_below_a_header(data: bytes, bom: bytes, codec: str) -> None:
    check_result(read(bom + HEADER.decode().encode(codec) + data))


@quick
@given(st.lists(st.lists(cells, min_size=1, max_size=6), max_size=5), st.sampled_from([",", ";", "\t"]))
def test_any_cells_below_a_header(lines: list[list[str]], delimiter: str) -> None:
    header = HEADER.decode().strip().split(",")
    check_result(read(encode_rows([header, *lines], delimiter)))


@quick
@given(st.lists(cells, min_size=1, max_size=8))
def test_any_header(headers: list[str]) -> None:
    layout = identify(headers, "x.csv")
    assert all(parse_header(header).base or not header.strip("\ufeff\u200b").strip() for header in headers)
    assert len(layout.columns) <= len(headers)


@quick
@given(st.data())
def test_bytes_of_a_good_file_spoiled_anywhere(data: st.DataObject) -> None:
    good = bytearray(HEADER + "Inés,Robles,ines@example.com,TRUE\r\nAda,M,ada@example.com,FALSE\r\n".encode())
    for _time in range(data.draw(st.integers(1, 4))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    check_result(read(bytes(good)))


@quick
@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=5), st.sampled_from(["utf-8", "utf-16-le", "utf-16-be"]))
def test_cells_go_round(names: list[tuple[str, str]], codec: str) -> None:
    people = [
        {"email": f"a{number}@example.com", "first_name": first, "last_name": last, "license": "premium"}
        for number, (first, last) in enumerate(names)
    ]
    (part,) = user_files(people)
    data = codecs.BOM_UTF16_LE + part.decode().encode(codec) if codec == "utf-16-le" else part.decode().encode(codec)
    table = open_table(Source("x.csv", data=data))
    assert [(row.cells[0], row.cells[1]) for row in table.rows()] == names
    result = read(data)
    assert [person["email"] for person in result.people] == [person["email"] for person in people]
    for person, (first, last) in zip(result.people, names, strict=True):
        assert (person.get("first_name", ""), person.get("last_name", "")) == (first.strip(), last.strip())


@quick
@given(st.lists(st.tuples(texts, texts), max_size=4))
def test_full_files_are_stable(names: list[tuple[str, str]]) -> None:
    people: list[dict[str, t.Any]] = [
        {"email": f"a{number}@example.com", "first_name": first.strip(), "title": last.strip(), "license": "standard"}
        for number, (first, last) in enumerate(names)
    ]
    (once,) = user_files(people, full=True)
    assert user_files(people, full=True) == [once]
    if people:
        again = read_files([Source("x.csv", data=once)], keep_columns=True).people
        assert user_files(again, full=True) == [once]


@quick
@given(
    st.lists(st.lists(cells, min_size=2, max_size=2), max_size=6), st.sampled_from(["\r\n", "\n", "\r"]), st.booleans()
)
def test_raw_rows_make_up_the_file(lines: list[list[str]], line_end: str, ended: bool) -> None:
    text = encode_rows([["First Name", "Last Name"], *lines]).decode()
    data = (text if ended else text[:-2]).replace("\r\n", line_end).encode()
    table = open_table(Source("x.csv", data=data))
    raw = list(table.raw_rows())
    rows = list(table.rows())
    assert [row for row, _bytes in raw[1:]] == rows
    for row, part in raw[1:]:
        (alone,) = (one.cells for one in open_table(Source("y", data=raw[0][1] + part)).rows())
        assert alone == row.cells
    if len(rows) == len(lines):
        assert b"".join(part for _row, part in raw) == data


@quick
@given(st.text(string.ascii_letters + string.digits + "@.+-_'", max_size=80))
def test_an_address_is_taken_or_explained(address: str) -> None:
    result = read(encode_rows([HEADER.decode().strip().split(","), ["A", "B", address, "TRUE"]]))
    assert bool(result.people) != bool(result.files[0].refused)
