# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of rows: each row that somebody wrote is one person's, or refused. Private to this collection.

A row's place is where it stands: ``agents.csv:12``, ``onboard_users[3]``, ``people.json[0]``; a file that is no table has one place, its
name. People carry all their places in ``sources``; every other place has a line in ``row.jsonl``. Summary, report, result and retry
files are views of these two, so they add up to the same numbers.
"""

from __future__ import annotations

import dataclasses
import typing as t

from .._errors import Problem
from .._files import timestamp, write_lines
from .._model import address_key
from .._steps import ROW
from .address import address_problem
from .finding import ERROR, Finding, ended
from .join import RosterRow

REFUSED = "refused"


@dataclasses.dataclass(slots=True, frozen=True)
class RefusedRow:
    """A row that is not carried out. findings: why, at least one; email: as it was written, empty where there is none."""

    place: str
    email: str
    findings: tuple[Finding, ...]

    @property
    def code(self) -> str:
        """The code of the first reason."""
        return self.findings[0].code

    @property
    def message(self) -> str:
        """Why, in sentences; the column is named where there is one."""
        texts = (f"{f.column}: {ended(f.meaning)}" if f.column else ended(f.meaning) for f in self.findings)
        return " ".join(dict.fromkeys(texts))

    @property
    def advice(self) -> str:
        """What to do, in sentences."""
        return " ".join(dict.fromkeys(f.action for f in self.findings))

    def as_line(self) -> dict[str, t.Any]:
        """Return the line of ``row.jsonl``. Something that is no address names nobody, so ``email`` is null then."""
        usable = bool(self.email) and address_problem(self.email) is None
        return {
            "time": timestamp(),
            "module": ROW.name,
            "index": None,
            "source": self.place,
            "sources": [self.place],
            "email": self.email if usable else None,
            "action": REFUSED,
            "changed": False,
            "certain": True,
            "failed": True,
            "before": {},
            "after": {},
            "error": Problem(self.code, self.message, advice=self.advice).as_dict(),
            "manual": None,
        }


@dataclasses.dataclass(slots=True)
class RowTable:
    """All rows of some lists or files. people: joined; rows: those of them as each stood; refused: the others."""

    people: list[RosterRow] = dataclasses.field(default_factory=list)
    rows: list[RosterRow] = dataclasses.field(default_factory=list)
    refused: list[RefusedRow] = dataclasses.field(default_factory=list)
    findings: list[Finding] = dataclasses.field(default_factory=list)

    @property
    def total(self) -> int:
        """How many rows there are; a file that is no table counts as one."""
        return len(self.rows) + len(self.refused)

    @property
    def errors(self) -> list[Finding]:
        """The findings that refused something."""
        return [f for f in self.findings if f.level == ERROR]


def places_of(row: t.Mapping[str, t.Any]) -> list[str]:
    """Return all the places of a row of a roster, or of an outcome's line."""
    return list(row.get("sources") or ([row["source"]] if row.get("source") else []))


def numbered(people: t.Iterable[RosterRow], parts: t.Mapping[str, int] | None = None) -> list[RosterRow]:
    """Return the people as the roster of a run holds them: with ``row``, their number over all parts, and ``part``."""
    of = parts or {}
    return [{"row": n, **row, "part": of.get(address_key(str(row["email"])), 0)} for n, row in enumerate(people)]


def write_refused(path: str, refused: t.Iterable[RefusedRow]) -> None:
    """Write the lines of all refused rows in place of those before. :raises OSError: it cannot be written."""
    write_lines(path, (row.as_line() for row in refused))
