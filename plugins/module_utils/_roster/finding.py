# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A finding: one thing that is to be said of what somebody wrote. Private to this collection."""

from __future__ import annotations

import re
import typing as t

ERROR = "error"
WARNING = "warning"
REPAIRED = "repaired"

#: So much of a cell is quoted.
_LONGEST_FOUND = 120
_ESCAPED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_LINE_OF = re.compile(r"(.+):(\d+)", re.DOTALL)


def shortened(text: str) -> str:
    """Return a text, or its beginning and three dots where it is too long for a message."""
    return text if len(text) <= _LONGEST_FOUND else text[: _LONGEST_FOUND - 1] + "…"


def show(text: str) -> str:
    """Return a text as a message may quote it: shortened, control characters escaped, everything else as it is."""
    text = shortened(text)
    if text.isprintable():
        return text
    # Only control characters and lone separators are escaped: joiners belong to emoji and to right-to-left names.
    return "".join(c if c >= " " and c != "\x7f" and c not in "\x85\u2028\u2029" else _escape(c) for c in text)


def _escape(char: str) -> str:
    return _ESCAPED.get(char, f"\\x{ord(char):02x}")


def line_place(file: str, line: int) -> str:
    """Return the place of a row of a file: ``x.csv:7``."""
    return f"{file}:{line}"


def place_of(source: str) -> tuple[str, int]:
    """Return (file, line) of a row's place: ``x.csv:7`` -> ``("x.csv", 7)``; ``users[3]`` -> ``("users[3]", 0)``."""
    match = _LINE_OF.fullmatch(source)
    return (match.group(1), int(match.group(2))) if match else (source, 0)


def ended(text: str) -> str:
    """Return a text with its period, where it ends without a mark."""
    return text if text.endswith((".", "?", "!")) else f"{text}."


class Finding(t.NamedTuple):
    """One thing that is to be said of what somebody wrote.

    level: error (the row, or the file, is refused), warning (taken as it stands, look at it) or repaired (was certain, and
    is read as `meaning` says). line: the line of the file, counted from 1, on which the row begins. column: the header as it
    stands in the file, empty where the whole row or file is meant. found: the cell, shortened, control characters escaped.
    """

    level: str
    code: str
    file: str
    line: int
    column: str
    found: str
    meaning: str
    action: str
    email: str = ""

    @property
    def position(self) -> str:
        """Where it is, in words: ``line 7 of x.csv, column 'Phone Number'``."""
        where = f"line {self.line} of {self.file}" if self.line else self.file
        return f"{where}, column '{self.column}'" if self.column else where

    @property
    def message(self) -> str:
        """One line for a person: where, what was found, what it means, what to do."""
        found = f" '{self.found}'" if self.found else ""
        return f"{self.position}:{found} {ended(self.meaning)} {self.action}".strip()

    def to_dict(self) -> dict[str, t.Any]:
        """The finding as plain data; `position` and `message` included, for roster findings and reports."""
        return {
            "level": self.level,
            "code": self.code,
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "found": self.found,
            "meaning": self.meaning,
            "action": self.action,
            "email": self.email,
            "position": self.position,
            "message": self.message,
        }

    @property
    def sentence(self) -> str:
        """One line about a row of a list: where, what it means, what to do."""
        return f"{self.position}: {ended(self.meaning)} {self.action}"

    def short(self) -> dict[str, t.Any]:
        """The finding about a row of a list, as results show it."""
        return {
            "level": self.level,
            "position": self.position,
            "email": self.email,
            "message": self.meaning,
            "action": self.action,
        }
