# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of lists as they stand, and what pasted text becomes: a row for each entry, and what is to be said of the text. Pure.

Private to this collection.
"""

from __future__ import annotations

import typing as t

from .._listed import listed
from .address import NOT_VALID, AddressProblem, address_problem
from .finding import ERROR, WARNING, Finding, place_of, show
from .keys import IF_NEW
from .pasted import Pasted, read_pasted

#: What a check says of a row: level, code, what is wrong, what to do.
Said = tuple[str, str, str, str]
#: So many names, lines and columns are named in one sentence.
_NAMED = 5


def at_place(position: str, email: str, said: Said) -> Finding:
    """Return what a check says of a row as a finding at its place."""
    level, code, meaning, action = said
    return Finding(level, code, *place_of(position), "", "", meaning, action, email)


def no_address(quoted: str, problem: AddressProblem) -> Said:
    """Return what is to be said of a text that is no address."""
    return ERROR, problem.code, f"{quoted} is not an e-mail address{_reason(problem)}", problem.action


def _reason(problem: AddressProblem) -> str:
    reason = problem.meaning.removesuffix(".")
    return "" if problem.meaning == NOT_VALID else f": {reason[0].lower()}{reason[1:]}"


class Entry(t.NamedTuple):
    """A row of a list as it stands. own: it may have the keys of a roster file of ours; pasted: the entry of a text that it comes from."""

    place: str
    raw: t.Any
    own: bool = False
    pasted: Pasted | None = None

    def refused(self) -> Finding | None:
        """Return why an entry of pasted text is refused, with its line and its text; None: it is not, or it comes from no text."""
        one = self.pasted
        if one is None:
            return None
        unusable = address_problem(one.address)
        quoted = f"{f'line {one.line}: ' if one.line else ''}'{show(one.text)}'"
        if unusable:
            return at_place(self.place, "", no_address(quoted, one.problem or unusable))
        if one.problem is None:
            return None
        said = ERROR, one.problem.code, f"{quoted} is not taken{_reason(one.problem)}", one.problem.action
        return at_place(self.place, one.address, said)


def address_entries(texts: str | t.Iterable[str], *, label: str = "addresses") -> tuple[list[Entry], list[Finding]]:
    """Return the rows that texts of addresses stand for, and what is to be said of the texts as a whole."""
    found = read_pasted(texts)
    entries = []
    for number, one in enumerate(found.entries):
        row: dict[str, t.Any] = {"email": one.address, **({IF_NEW: one.name} if one.name else {})}
        entries.append(Entry(f"{label}[{number}]", row, True, one))
    return entries, [*_unclear_names(found.entries, label), *_not_read(found.unread, found.columns, label)]


def _unclear_names(entries: t.Iterable[Pasted], label: str) -> list[Finding]:
    unclear = [one for one in entries if one.unclear and not one.problem]
    if not unclear:
        return []
    names = listed([f"'{show(one.unclear)}'{f' in line {one.line}' if one.line else ''}" for one in unclear], _NAMED)
    text = f"which is the first name and which the last is not plain, so no name is taken from {names}"
    action = (
        "Whoever is new is added with the address alone; to give a name, declare first_name and last_name in users."
    )
    return [Finding(WARNING, "name_unclear", label, 0, "", "", text, action)]


def _not_read(lines: t.Sequence[str], columns: t.Sequence[str], label: str) -> list[Finding]:
    found = []
    if lines:
        text = f"there is no address in {listed(lines, _NAMED)}"
        found.append(
            Finding(WARNING, "line_not_read", label, 0, "", "", text, "Nothing is to be done if none was meant.")
        )
    if columns:
        text = (
            f"of the columns {listed(columns, _NAMED)} nothing is read; of pasted tables only addresses and names are"
        )
        action = "Declare the rest in users, or save the table as CSV for csv_files."
        found.append(Finding(WARNING, "columns_not_read", label, 0, "", "", text, action))
    return found
