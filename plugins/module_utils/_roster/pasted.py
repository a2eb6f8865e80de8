# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses as people paste them: read line by line. Pure. Private to this collection.

Plain lists, mail programs' ``Ana Ruiz <ana@example.com>; "Okafor, Ben" <ben@example.com>``, lines of a mail, bulleted and numbered lists,
cells of a spreadsheet. Everything in which there is an @ becomes an entry, valid or not, and so does every other piece that is not
plainly a mark, a label or somebody's name: nobody who was pasted is lost without a word. What one piece is stands in `pieces.py`.
"""

from __future__ import annotations

import csv
import dataclasses
import itertools
import re
import typing as t

from .address import INVALID, AddressProblem
from .called import Name, declared_name, plain_name
from .pieces import RECIPIENTS, TWO, Piece, cleaned, pieces_of

_LINES = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
#: What typewriters, mail programs and browsers write for the same marks.
_MARKS = str.maketrans(
    {
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\uff02", '"'),
        "\uff0c": ",", "\u3001": ",", "\uff1b": ";", "\uff1c": "<", "\uff1e": ">", "\uff1a": ":",
    }
)  # fmt: skip
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&nbsp;": " ", "&amp;": "&"}
_MARKDOWN = re.compile(r"\[([^\]\n]*)\]\(mailto:([^)\s]*)\)", re.IGNORECASE)

#: What a list begins its lines with; where an address could begin so, only with a blank behind it.
_BULLETS = re.compile(
    r"(?:[\s\u200b\u200e\u200f\u2060\ufeff]|[-*>\u2022\u2023\u25e6\u2043\u00b7\u25aa\u25cf\u25cb\u25a0\u25a1\u25ba\u2013\u2014\u2610\u2611\u2713\u2714]"
    r"|[+#](?=\s)|\[[ xX]?\]|\(\d{1,4}\)|\d{1,4}\)|\d{1,4}[.:-](?=\s)|\d{1,4}(?=\s+\S)|[A-Za-z]\)(?=\s))+"
)
#: Numbers that touch the addresses: ``1.ana@example.com`` may be an address, so only a list that counts on is numbered.
_TOUCHING = re.compile(r"(\s*)(\d{1,4})\.(?=[^\s.]\S*@)")
_NUMBER_ALONE = re.compile(r"\s*(?:#\d{1,4}|\d{1,4}[.)]|\(\d{1,4}\))\s*")

_LABEL = re.compile(r"([^\W\d_][\w .-]{0,20}?)\s*:\s*(.*)", re.DOTALL)
_SENDERS = frozenset(
    (
        "from", "von", "de", "van", "da", "fra", "od", "sender", "reply-to", "absender", "remitente", "expéditeur",
    )
)  # fmt: skip
#: Lines of a mail that name nobody.
_ABOUT = frozenset(
    (
        "subject", "betreff", "asunto", "objet", "oggetto", "onderwerp", "assunto", "date", "datum", "fecha", "data", "sent",
        "gesendet", "enviado", "envoyé", "inviato", "importance", "priority", "attachments", "anlagen", "adjuntos",
    )
)  # fmt: skip
_OF_SENDER = AddressProblem(
    "address_of_sender",
    "This is who sent the mail, who may not be meant.",
    "Write the address without what stands before it, or take the line out.",
)

#: Headers of a table, as they are compared: in small letters, without stars and remarks in parentheses.
_HEADERS: t.Mapping[str, t.Collection[str]] = {
    "email": frozenset(
        ("email", "e-mail", "mail", "email address", "e-mail address", "address", "user id/email", "user id", "correo", "e-mail-adresse",
         "correo electrónico", "dirección de correo electrónico", "adresse e-mail", "emails", "email addresses", "work email")
    ),
    "first_name": frozenset(("first name", "firstname", "first_name", "given name", "forename", "nombre", "vorname", "prénom", "nome")),
    "last_name": frozenset(
        ("last name", "lastname", "last_name", "surname", "family name", "apellido", "apellidos", "nachname", "nom", "cognome")
    ),
    "name": frozenset(("name", "full name", "display name", "display_name", "nombre completo")),
}  # fmt: skip


_OF_NAMES = ("first_name", "last_name", "name")
_TOO_MANY_CELLS = AddressProblem(
    INVALID,
    "The row has more cells than the header of the pasted table.",
    "Paste the table anew, or the addresses alone.",
)


class Pasted(t.NamedTuple):
    """One entry of a text.

    text: as it stands, but for blanks; line: which of several lines, from 1, else 0; address: what it names, valid or not, or the text
    itself where there is no @ in it; name: first and last, where they are plain; unclear: a name that is not taken; problem: why the
    entry is refused although its address may be one.
    """

    text: str
    line: int
    address: str
    name: Name
    unclear: str = ""
    problem: AddressProblem | None = None


@dataclasses.dataclass(slots=True)
class Pastings:
    """What texts hold. unread: lines that name nobody, as ``line 2: 'Subject: ...'``; columns: headers of a table that are not read."""

    entries: list[Pasted] = dataclasses.field(default_factory=list)
    unread: list[str] = dataclasses.field(default_factory=list)
    columns: list[str] = dataclasses.field(default_factory=list)


def read_pasted(texts: str | t.Iterable[t.Any]) -> Pastings:
    """Return what a text, or each of several texts, holds, in order."""
    found = Pastings()
    for text in [texts] if isinstance(texts, str) else texts:
        _Reader(found).read(_tidy(str(text)))
    return found


def _tidy(text: str) -> str:
    """Return the text with one spelling of each mark, and without what HTML and Markdown write around addresses."""
    if "&lt;" in text or "&nbsp;" in text:
        for entity, meant in _ENTITIES.items():
            text = text.replace(entity, meant)
    return _MARKDOWN.sub(r"\1 <\2>", text.translate(_MARKS))


class _Reader:
    """Reads one text."""

    def __init__(self, found: Pastings) -> None:
        self._found = found
        self._line = 0
        self._delimiter = ""
        self._columns: list[str] = []
        #: A header can only stand above everything else.
        self._first = True

    def read(self, text: str) -> None:
        lines = _unnumbered(_LINES.split(text))
        several = sum(bool(line.strip()) for line in lines) > 1
        for number, line in enumerate(lines, 1):
            self._line = number if several else 0
            if not line.strip() or _NUMBER_ALONE.fullmatch(line):
                continue
            if self._first and self._is_header(line):
                self._first = False
                continue
            self._first = False
            if not (self._columns and self._read_row(line)):
                self._read_line(line)

    def _read_line(self, line: str) -> None:
        bullets = _BULLETS.match(line)
        rest = line[bullets.end() :] if bullets else line
        label, behind = _labelled(rest)
        if label in RECIPIENTS and label != "mailto":
            rest = behind
        elif label in _ABOUT and "@" not in behind:
            self._found.unread.append(self._placed(rest))
            return
        for piece in pieces_of(behind if label in _SENDERS else rest):
            self._add(piece, _OF_SENDER if label in _SENDERS else None)

    def _placed(self, text: str) -> str:
        shown = repr(" ".join(text.split())[:60])
        return f"line {self._line}: {shown}" if self._line else shown

    def _add(self, piece: Piece, problem: AddressProblem | None) -> None:
        name = plain_name(piece.name, piece.address) if piece.plain and piece.name and piece.address else None
        unclear = piece.name if piece.address and name is None else ""
        self._found.entries.append(
            Pasted(piece.text, self._line, piece.address or piece.text, name or {}, unclear, piece.problem or problem)
        )

    # -- tables ----------------------------------------------------------------------------------------------------------

    def _is_header(self, line: str) -> bool:
        """Return whether a line is the header of a table, whose columns are known from here on."""
        if "@" in line:
            return False
        for delimiter in ("\t", ";", ",", "|"):
            cells = _cells(line, delimiter)
            words = [_header_word(cell) for cell in cells]
            if "email" not in words:
                continue
            if len(cells) > 1:
                self._delimiter, self._columns = delimiter, words
                self._found.columns += [
                    c.strip() for c, word in zip(cells, words, strict=True) if c.strip() and not word
                ]
            return True
        return False

    def _read_row(self, line: str) -> bool:
        """Read a row of the table; return False where it is none, and is read as any other line."""
        cells = [cell.strip() for cell in _cells(line, self._delimiter)]
        while cells and not cells[-1]:
            del cells[-1]
        text = " ".join(line.split())
        if sum(any(c.isalnum() for c in cell) for cell in cells) < 2:
            # The rule below the header of a table in Markdown, or a line of another kind.
            return False
        if len(cells) > len(self._columns):
            self._found.entries.append(Pasted(text, self._line, text, {}, "", _TOO_MANY_CELLS))
            return True
        named = [(word, cell) for word, cell in zip(self._columns, cells, strict=False) if cell]
        addresses = [cleaned(cell) for word, cell in named if word == "email"]
        first, last, whole = (next((cell for word, cell in named if word == one), "") for one in _OF_NAMES)
        if not any((*addresses, first, last, whole)):
            return False
        address = addresses[0] if addresses else ""
        name = declared_name(first, last) if first or last else plain_name(whole, address)
        written = " ".join(part for part in (first, last) if part) or whole
        problem = TWO if len(addresses) > 1 else None
        self._found.entries.append(
            Pasted(text, self._line, address or text, name or {}, "" if name else written, problem)
        )
        return True


def _labelled(line: str) -> tuple[str, str]:
    """Return (label in small letters, what stands behind it) of a line; no label: ("", line)."""
    match = _LABEL.fullmatch(line.strip())
    return (match[1].strip().casefold(), match[2]) if match else ("", line)


def _cells(line: str, delimiter: str) -> list[str]:
    if delimiter == "|":
        line = line.strip().strip("|")
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        # Longer than any cell may be.
        return []


def _header_word(cell: str) -> str:
    plain = re.sub(r"\([^)]*\)|[*:\u200b\ufeff]", "", cell).strip().casefold()
    return next((word for word, spellings in _HEADERS.items() if plain in spellings), "")


def _unnumbered(lines: list[str]) -> list[str]:
    """Return the lines without numbers that touch the addresses, where each line has the number after the one before."""
    filled = [line for line in lines if line.strip()]
    found = [_TOUCHING.match(line) for line in filled]
    numbers = [int(match[2]) for match in found if match]
    counts_on = len(numbers) == len(filled) > 1 and all(b == a + 1 for a, b in itertools.pairwise(numbers))
    return [_TOUCHING.sub("", line, count=1) for line in lines] if counts_on else lines
