"""Every message that there is, word for word, as files/messages.txt has them.

A message changed on purpose? `python -m pytest tests/unit/csv_files/test_messages.py` shows the line; correct it in that file.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import typing as t
from pathlib import Path

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files import encoding
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.defaults import fill
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.findings import RULES
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.people import read_file, read_files
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.rows import CheckOptions
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.source import CsvProblem, Source
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.finding import Finding

NAMES = ["First Name", "Last Name", "User ID/Email (Required)"]
STANDARD, PREMIUM = "Webex Contact Center Standard", "Webex Contact Center Premium"
CALLING, OTHER_CALLING = "Webex Calling VAR Professional", "Webex Calling VAR Basic"
ADA = ["Ada", "Marlowe", "ada@example.com"]
BULK = ["Email", "Contact Center Enabled", "Site", "Teams", "Desktop Profile", "Default DN"]
NUMBERS = [*NAMES, "Phone Number", "Caller ID Number", "Extension"]
Cells = t.Sequence[t.Sequence[str]]


def sheet(*rows: t.Sequence[str]) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode()


def people(*names: str) -> Cells:
    return [["A", "B", f"{name}@example.com"] for name in names]


GOOD = sheet(NAMES, ADA)
#: Files, each with what is wrong in it.
FILES: dict[str, bytes] = {
    "empty": b"",
    "blank": b"\r\n,,\r\n",
    "zip": b"PK\x03\x04rest",
    "web": b"<!DOCTYPE html>",
    "binary": b"\x81" + bytes(range(1, 256)) * 4,
    "utf-32": codecs.BOM_UTF32_LE + b"A\x00\x00\x00",
    "mixed encodings": codecs.BOM_UTF8 + GOOD + b"In\xe9s,c,d@example.com\r\n",
    "no encoding": GOOD + b"\x81\x8d,c,d@example.com\r\n",
    "latin": "First Name,Last Name,User ID/Email (Required)\r\nInés,c,d@example.com\r\n".encode("cp1252"),
    "nul": GOOD + b"a\x00b",
    "open quote": GOOD + b'"Ada,b,c@example.com\r\n',
    "no rows": sheet(NAMES),
    "semicolons": codecs.BOM_UTF8 + b"sep=;\r\n" + GOOD.replace(b",", b";"),
    "fruit": b"Fruit,Color\nApple,red\n",
    "address only": b"Email,Phone\na@example.com,1\n",
    "two kinds": sheet([*NAMES, PREMIUM, *BULK[1:5]], [*ADA, *[""] * 5]),
    "no header": sheet([*ADA, "TRUE"]),
    "quoted header": b'"First Name,Last Name"\n',
    "address typo": b"First Name,Last Name,User ID/Emial (Required)\nA,B,a@example.com\n",
    "premium typo": sheet([*NAMES, "Webex Contact Center Premum"], [*ADA, "TRUE"]),
    "odd headers": sheet(
        [
            "Given Name",
            "last name",
            "User ID/Email (Required)",
            "E-mail",
            "Departmant",
            "Shoe size",
            "",
            "Manager",
            "Manager",
        ],
        [*ADA, *[""] * 6],
    ),
    "premium twice": sheet([*NAMES, PREMIUM, PREMIUM], [*ADA, "", ""]),
    "widths": sheet(
        NAMES,
        [*ADA, "more"],
        ADA[:2],
        ["Bo;Li;bo@example.com"],
    )
    + b'Bo,"Li,bo@example.com\r\nCy,Lo,"cy@example.com\r\n',
    "addresses": sheet(
        NAMES,
        *[["A", "B", a] for a in ("", "ada", "a" * 65 + "@example.com", "Cy@example.com", "cy@example.com")],
        *[["A", "B", a] for a in ("bo@example.com ", "bo@example.com", "=bo@example.com")],
    ),
    "values": sheet(
        [*NAMES, STANDARD, PREMIUM],
        *[["A", "B", f"a{i}@example.com", v, ""] for i, v in enumerate(("Premium", "x", "=1", "#REF!", "Wahr"))],
        [*ADA, "TRUE", "TRUE"],
    ),
    "subscriptions": sheet(
        [*NAMES, f"{PREMIUM} [Sub1]", f"{PREMIUM} [Sub2]", f"{STANDARD} (Suspended)"],
        [*ADA, "TRUE", "TRUE", ""],
        ["B", "C", "b@example.com", "", "", "TRUE"],
    ),
    "services": sheet(
        [*NAMES, CALLING, OTHER_CALLING, "Webex Teams (Suspended)"],
        ["A#", "B" * 31, "a@example.com", "TRUE", "TRUE", "yes"],
        ["A#", "B" * 31, "b@example.com", "", "", "TRUE"],
    ),
    "numbers": sheet(
        NUMBERS,
        *[
            ["A", "B", f"n{i}@example.com", *cells]
            for i, cells in enumerate(
                [
                    ("12025550101", "+12025550101", ""),
                    ("12025550101", "", "1.2E+10"),
                    ("'+12025550101", "+1 (202) 555-0101", "21O1"),
                    ("1.20256E+10", "+12025550101", ""),
                    ("1.20256E+10", "", ""),
                    ("call me", "=1", ""),
                ]
            )
        ],
        [*ADA, "12025550102", "1.20256E+10", ""],
    ),
    "texts": sheet(
        [*NAMES, "Title"],
        ["=1+1", " Marlowe", "a@example.com", "T" * 513],
        ["#REF!", "M\ufffdller", "b@example.com", "a\nb"],
        ["InÃ©s", "B", "c@example.com", "\x07"],
        ["\u2426B", "B", "d@example.com", ""],
    ),
    "new people": sheet(
        [*NAMES, "User Status", "Days since Last Service Accessed"], ["New", "", "new@example.com", "Delete", "never"]
    ),
    "agents": sheet(
        BULK,
        ["a@example.com", "Wahr", "=Site", "Day", "", "REMOVE"],
        ["b@example.com", "x", "InÃ©s", "", "", "call me"],
        ["c@example.com", "", "", "", "", "'+12025550101"],
        ["d@example.com", "", "", "", "", "=1"],
    ),
    "external ids": sheet(["Email", "Site", "Teams", "External Id"], ["a@example.com", "HQ", "Day", "1.2E+10"]),
    "20001 people": sheet([*NAMES, PREMIUM], *[[*row, ""] for row in people(*map(str, range(20_001)))]),
    "5001 agents": sheet(BULK, *[[f"a{i}@example.com", *[""] * 5] for i in range(5001)]),
    "many repairs": sheet([*NAMES, PREMIUM], *[[*row, "WAHR"] for row in people("a", "b", "c")]),
}


class _Broken(io.BytesIO):
    def read(self, size: int | None = -1, /) -> bytes:
        raise OSError("Input/output error")


def all_findings(tmp_path: Path, patch: pytest.MonkeyPatch) -> list[Finding]:
    options: dict[str, t.Any] = {
        "known_numbers": {"ada@example.com": ["+12025550102"]},
        "existing": [f"{name}@example.com" for name in ("ada", "a", "b", "c", "bo", "cy")],
        "max_per_rule": 2,
    }
    found = []
    for name, data in FILES.items():
        if name not in ("new people", "many repairs"):
            found += read_files([Source(name, data=data)], **{**options, "existing": None, "max_per_rule": 0}).findings
        else:
            found += read_files([Source(name, data=data)], **options).findings
    found += read_files(
        [
            Source("one", data=sheet([*NAMES, PREMIUM], [*ADA, "TRUE"])),
            Source("two", data=sheet([*NAMES, PREMIUM], [*ADA, "FALSE"])),
        ]
    ).findings
    found += defaults_beside()
    found += read_files([tmp_path, tmp_path / "none.csv"]).findings
    found += problems(tmp_path)
    with patch.context() as patched:
        patched.setattr(encoding, "MAX_BYTES", 50)
        found += read_files([Source("big", data=GOOD)]).findings
    with patch.context() as patched:
        patched.setattr(Source, "open", lambda _self: _Broken())
        found += read_files([Source("broken", data=GOOD)]).findings
    return found


def defaults_beside() -> list[Finding]:
    """What keeps a license or role for everybody from rows of files."""
    cells = [["A", "B", "a@example.com", "FALSE"], ["C", "D", "c@example.com", ""]]
    users = Source("users", data=sheet([*NAMES, PREMIUM], *cells))
    standard = Source("standard", data=sheet([*NAMES, STANDARD], [*ADA, "TRUE"]))
    agents = Source("agents", data=sheet(BULK, ["b@example.com", *[""] * 5]))
    result = fill(read_files([users, standard, agents]), {"license": "premium", "role": "supervisor"})
    return [f for f in result.findings if f.code.startswith(("default_", "needs_"))]


def problems(tmp_path: Path) -> list[Finding]:
    """What only comes up when results are written, or a file changes under one's hands."""
    found = []
    path = tmp_path / "changed.csv"
    path.write_bytes(GOOD)
    file = read_file(Source.from_path(path), CheckOptions(), path.name)
    assert file.table is not None
    path.write_bytes(GOOD + b"\xff\r\n")
    for attempt in (lambda: list(file.table.raw_rows()), lambda: list(file.table.rows())):
        with pytest.raises(CsvProblem) as caught:
            attempt()
        found.append(caught.value.finding("changed.csv"))
    return found


def test_messages(tmp_path: Path, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = all_findings(tmp_path, monkeypatch)
    told = [f"{f.level} {f.code}: {f.message}".replace(str(tmp_path), "directory") for f in found]
    assert told == (files / "messages.txt").read_text(encoding="utf-8").splitlines()


def test_every_rule_has_a_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = all_findings(tmp_path, monkeypatch)
    for rule in RULES.values():
        words = re.compile(re.sub(r"\\\{.+?\\\}", ".+", re.escape(rule.meaning)))
        assert any(f.code == rule.code and words.fullmatch(f.meaning) for f in found), rule.name
