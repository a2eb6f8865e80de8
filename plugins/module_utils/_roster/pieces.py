# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in one line of pasted addresses: which address has which name, and what is neither. Pure. Private to this collection."""

from __future__ import annotations

import re
import typing as t

from .address import INVALID, AddressProblem

_TOKEN = re.compile(r'"(?P<quoted>[^"]*)"|<(?P<angle>[^<>]*)>|(?P<mark>[,;\t])|(?P<open>[<>"])|(?P<word>[^\s,;<>"]+)')
_AT = "@\uff20"
#: Quotes and what has no width, around a word; with brackets, around an address.
_QUOTES = (
    "'`\u00b4\u2018\u2019\u201a\u2039\u203a*\u2026 \t\u00a0\u00ad\u200b\u200c\u200d\u200e\u200f"
    "\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
_AROUND = f"{_QUOTES}()[]{{}}"
_BEHIND = ".:!?\u2026"
_PREFIX = re.compile(r"([^\W\d_]{1,12}|e-mail|correo-e):(.*[@\uff20].*)", re.DOTALL | re.IGNORECASE)
#: So many labels in a row are taken off: ``To:mailto:ana@example.com``.
_PREFIXES = 4
#: What stands before those who get a mail, in the words of mail programs, and before an address.
RECIPIENTS = frozenset(
    (
        "to", "cc", "bcc", "an", "kopie", "blindkopie", "para", "cco", "a", "à", "cci", "pour", "aan", "kopi", "til", "do", "dw",
        "udw", "e-mail", "email", "mail", "mails", "emails", "address", "addresses", "adresse", "adressen", "correo", "correos",
        "correo-e", "mailto", "smtp",
    )
)  # fmt: skip
#: What may stand between a name and its address.
_BESIDE = "-\u2013\u2014:|/=\u2192 \t"
#: Words between addresses that name nobody.
_BETWEEN = frozenset(
    (
        "and", "or", "y", "e", "o", "u", "und", "oder", "et", "ou", "en", "i", "&", "+", "/", "-", "–", "—", "|",
    )
)  # fmt: skip

TWO = AddressProblem(
    INVALID, "Two addresses stand for one person here.", "Write the one that is meant, or both with a comma between."
)
_NONE = AddressProblem(INVALID, "There is no @ in it.", "Write the whole address, or take this out if nobody is meant.")
_HALF = AddressProblem(
    INVALID, "One side of the @ is missing, or a blank stands beside it.", "Write the whole address."
)
_CUT = AddressProblem(
    INVALID,
    "The angle bracket before the address is not closed, so the text may be cut off.",
    "Write the whole address.",
)


class Piece(t.NamedTuple):
    """A part of a line that is one person's.

    text: as it stands; address: empty where there is none; name: what stands beside it; plain: it is this person's and nobody else's.
    """

    text: str
    address: str = ""
    name: str = ""
    plain: bool = True
    problem: AddressProblem | None = None


class _Token(t.NamedTuple):
    """kind: ``at`` (something with an @), ``angle`` (the same in angle brackets), ``mark`` (what separates) or ``word``."""

    kind: str
    text: str
    raw: str
    problem: AddressProblem | None = None


_Tokens: t.TypeAlias = "list[_Token]"


def cleaned(text: str) -> str:
    """Return an address without what is written around one: quotes, brackets, a label such as ``mailto:``, a period behind it."""
    text = _bare(text)
    for _layer in range(_PREFIXES):
        match = _PREFIX.fullmatch(text)
        if not match or match[1].casefold() not in RECIPIENTS:
            break
        before, _mark, query = match[2].partition("?")
        # Whoever stands in the query of a link would be lost with it.
        text = _bare(match[2] if any(at in query for at in _AT) else before)
    return text


def _bare(text: str) -> str:
    before = None
    while before != text:
        before, text = text, text.strip(_AROUND).rstrip(_BEHIND)
    return text


def pieces_of(line: str) -> list[Piece]:
    """Return the pieces of a line, in order."""
    found: list[Piece] = []
    for part in _split(_tokens(line), ";"):
        found += _of_part(part)
    return found


# -- tokens --------------------------------------------------------------------------------------------------------------------


def _tokens(line: str) -> _Tokens:
    found: _Tokens = []
    cut = False
    for match in _TOKEN.finditer(line):
        kind, text = str(match.lastgroup), match[0]
        if kind == "open":
            cut = cut or text == "<"
            continue
        made = _token(kind, match)
        if cut:
            made = [one._replace(problem=_CUT) if one.kind == "at" else one for one in made]
            cut = not made
        found += made
    return _displays(found)


def _token(kind: str, match: re.Match[str]) -> _Tokens:
    text, inner = match[0], str(match[kind])
    if kind == "mark" or not text.strip("|"):
        return [_Token("mark", text if text in ",;" else "\t", text)]
    if any(at in inner for at in _AT):
        if kind == "quoted":
            # A whole entry, several, or an address in the place of a name.
            return _tokens(inner)
        address = cleaned(inner)
        half = _HALF if address.startswith("@") or address.endswith("@") else None
        return [_Token("angle" if kind == "angle" else "at", address, text, half)]
    if not inner.strip() or (text.endswith(":") and text[:-1].casefold() in RECIPIENTS):
        return []
    return [_Token("word", inner, text)]


def _displays(tokens: _Tokens) -> _Tokens:
    """Return the tokens with an address that stands for a name (``ana@example.com <ana@example.com>``) gone into the one behind it."""
    found: _Tokens = []
    for token in tokens:
        before = found[-1] if found else None
        if token.kind == "angle" and before is not None and before.kind == "at":
            same = before.text.casefold() == token.text.casefold()
            token = token._replace(raw=f"{before.raw} {token.raw}", problem=None if same else TWO)
            found[-1] = token
        else:
            found.append(token)
    return found


def _split(tokens: _Tokens, marks: str) -> list[_Tokens]:
    found: list[_Tokens] = [[]]
    for token in tokens:
        if token.kind == "mark" and token.text in marks:
            found.append([])
        else:
            found[-1].append(token)
    return [part for part in found if part]


def _text(tokens: _Tokens) -> str:
    return " ".join(token.raw for token in tokens)


def _name(tokens: _Tokens) -> str:
    """Return what stands beside an address as a name, without marks and quotes around it; empty where there is no letter in it."""
    words = [token.text for token in tokens]
    while words and words[0].casefold() in _BETWEEN:
        del words[0]
    while words and words[-1].casefold() in _BETWEEN:
        del words[-1]
    before, text = None, " ".join(words)
    while before != text:
        before, text = text, text.strip(_QUOTES).strip(_BESIDE)
        text = text[1:-1] if text[:1] + text[-1:] in ("()", "[]") else text
    return " ".join(text.split()) if any(c.isalnum() for c in text) else ""


# -- pieces --------------------------------------------------------------------------------------------------------------------


def _of_part(tokens: _Tokens) -> list[Piece]:
    """Return the pieces between two semicolons."""
    kinds = [token.kind for token in tokens]
    if any(token.kind == "mark" and token.text == "\t" for token in tokens):
        return _of_row(tokens)
    if "angle" in kinds and "at" not in kinds and (kinds.count("angle") > 1 or "mark" in kinds):
        return _of_brackets(tokens)
    return [piece for part in _split(tokens, ",\t") for piece in _of_plain(part)]


def _of_row(tokens: _Tokens) -> list[Piece]:
    """Return the pieces of a spreadsheet's row: one address, and a name in one cell or in two; or addresses alone."""
    cells = _split(tokens, "\t")
    names = [name for cell in cells if (name := _name([token for token in cell if token.kind in ("word", "mark")]))]
    names = [name for name in names if not name.isdecimal()]
    anchors = [token for token in tokens if token.kind in ("at", "angle")]
    if len(anchors) == 1:
        return [Piece(_text(tokens), anchors[0].text, " ".join(names), problem=anchors[0].problem)]
    found = [piece for cell in cells for part in _split(cell, ",") for piece in _of_plain(part)]
    apart = any(all(token.kind == "word" for token in cell) and _name(cell) for cell in cells)
    # Somebody's manager, or an address of old: not everybody in a row of a table is meant.
    return [piece._replace(problem=TWO if apart and piece.address else piece.problem) for piece in found]


def _of_brackets(tokens: _Tokens) -> list[Piece]:
    """Return the pieces of ``Ana Ruiz <...>, Ben Okafor <...>``, or of ``Ruiz, Ana <...>, Okafor, Ben <...>``: all of them so."""
    groups: list[tuple[list[_Tokens], _Token]] = []
    pending: _Tokens = []
    for token in tokens:
        if token.kind == "angle":
            groups.append((_split(pending, ",\t"), token))
            pending = []
        else:
            pending.append(token)
    last_first = all(len(parts) == 2 for parts, _anchor in groups if parts)
    found: list[Piece] = []
    for parts, anchor in groups:
        beside = parts if last_first else parts[-1:]
        found += [piece for part in parts[: len(parts) - len(beside)] for piece in _of_plain(part)]
        name = ", ".join(_name(part) for part in beside)
        text = f"{', '.join(map(_text, beside))} {anchor.raw}".strip()
        found.append(Piece(text, anchor.text, name, problem=anchor.problem))
    return [*found, *(piece for part in _split(pending, ",\t") for piece in _of_plain(part))]


def _of_plain(tokens: _Tokens) -> list[Piece]:
    """Return the pieces between two separators: an address with a name beside it, several addresses, or no address."""
    anchors = [token for token in tokens if token.kind != "word"]
    name = _name([token for token in tokens if token.kind == "word"])
    if not anchors:
        return [Piece(_text(tokens), problem=_NONE)] if name else []
    if len(anchors) == 1:
        return [Piece(_text(tokens), anchors[0].text, name, problem=anchors[0].problem)]
    # Whose name it is cannot be told; it is said once.
    first, *others = (Piece(token.raw, token.text, problem=token.problem) for token in anchors)
    return [first._replace(name=name, plain=False), *others]
