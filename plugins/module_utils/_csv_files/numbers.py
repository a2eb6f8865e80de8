# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Telephone numbers in a cell, and what a spreadsheet program makes of them. Private to this collection.

Nothing is repaired by likelihood: a number is put right only where a second record holds the same digits.

    check_number("12025550101", others, known)     # Number("+12025550101", "number_plus_lost", {...})
"""

from __future__ import annotations

import re
import typing as t

from .._roster.finding import ERROR

GOOD_NUMBER = re.compile(r"\+[1-9][0-9]{2,14}")
REMOVE = re.compile(r"REMOVE(?:\||$)", re.IGNORECASE)
SCIENTIFIC = re.compile(r"([0-9])(?:[.,]([0-9]+))?[eE]\+?([0-9]{1,2})")
_DIGITS = re.compile(r"[0-9]{7,15}")
_DECIMAL = re.compile(r"([0-9]{7,15})[.,]0+")
_BETWEEN = re.compile(r"[ .\u00a0\u202f/()-]")
_PUNCTUATED = re.compile(r"\+?[0-9][0-9 .\u00a0\u202f/()-]*")
EXTENSION_DIGITS = re.compile(r"[0-9]{1,10}")


class Number(t.NamedTuple):
    """A number cell, read. value: the number, or None where it is blank or withheld. rule: the name of what is to be said of
    it in findings.py, '' where nothing is; words: what that text names; level: another than the rule's own, or ''."""

    value: str | None
    rule: str = ""
    words: t.Mapping[str, t.Any] = {}
    level: str = ""


class _Records(t.NamedTuple):
    """What else is known. others: the row's other number cells, as they stand; known: the organization's numbers of this
    person, plain and with their +."""

    others: t.Collection[str]
    known: t.Collection[str]


def check_number(cell: str, others: t.Collection[str], known: t.Collection[str], strict: bool = False) -> Number:
    """Reads a number that ought to be ``+`` and digits.

    others: the row's other number cells, known: the organization's record of this person, both as they stand. A lost + is
    put back if any of them holds the same digits with a +. A number in scientific notation is put back only if the
    organization's record holds exactly one number that a spreadsheet would show so: the row's other number often is
    another one (two numbers of one block differ in the digits that were lost). `REMOVE` and `REMOVE|+...` pass. strict: what
    is no number is an error.
    """
    text = cell.strip()
    if not text or GOOD_NUMBER.fullmatch(text) or REMOVE.match(text):
        return Number(text or None)
    records = _Records(others, _with_plus(known))
    for read in (_apostrophe, _scientific, _digits, _punctuated, _formula):
        number = read(text, records)
        if number:
            break
    else:
        number = Number(None, "number_invalid")
    is_doubtful = number.rule in ("number_invalid", "number_plus_lost.unproven")
    return number._replace(level=ERROR) if strict and is_doubtful else number


def _plain(number: str) -> str:
    """The number without blanks and punctuation."""
    return _BETWEEN.sub("", number.strip().removeprefix("'"))


def _with_plus(numbers: t.Iterable[str]) -> set[str]:
    return {plain for plain in map(_plain, numbers) if plain[:1] == "+"}


def _apostrophe(text: str, _records: _Records) -> Number | None:
    if text[0] == "'" and GOOD_NUMBER.fullmatch(text[1:]):
        return Number(text[1:], "number_apostrophe", {"number": text[1:]})
    return None


def _scientific(text: str, records: _Records) -> Number | None:
    match = SCIENTIFIC.fullmatch(text)
    if not match:
        return None
    fraction = match.group(2) or ""
    lead, length = match.group(1) + fraction, int(match.group(3)) + 1

    def agrees(digits: str) -> bool:
        return len(digits) == length and _rounds_to(digits, lead, len(fraction))

    fitting = [number for number in records.known if agrees(number[1:])]
    if len(fitting) == 1:
        return Number(fitting[0], "number_scientific", {"number": fitting[0]})
    alike = next((plain for plain in map(_plain, records.others) if agrees(plain.lstrip("+"))), None)
    if alike:
        return Number(None, "number_scientific.alike", {"kept": len(lead), "other": alike})
    return Number(None, "number_scientific.lost", {"kept": len(lead)})


def _rounds_to(digits: str, lead: str, places: int) -> bool:
    """Whether a spreadsheet that shows `places` digits after the first would show `lead` for these digits."""
    kept = places + 1
    if len(digits) <= kept:
        return digits.ljust(kept, "0") == lead
    rounded = int(digits[:kept]) + (1 if digits[kept] >= "5" else 0)
    return str(rounded) == lead


def _digits(text: str, records: _Records) -> Number | None:
    """Digits alone, which may be a number that lost its +; a spreadsheet may have put a decimal point behind them."""
    decimal = _DECIMAL.fullmatch(text)
    digits = decimal.group(1) if decimal else text
    if not _DIGITS.fullmatch(digits):
        return None
    number = f"+{digits}"
    if number in records.known:
        return Number(number, "number_plus_lost", {"number": number, "where": "the organization's record"})
    if number in _with_plus(records.others):
        return Number(number, "number_plus_lost", {"number": number, "where": "another column of this row"})
    return Number(None, "number_plus_lost.unproven", {"digits": digits})


def _punctuated(text: str, _records: _Records) -> Number | None:
    if not _PUNCTUATED.fullmatch(text) or "(0)" in text:
        return None
    plain = _plain(text)
    return Number(plain, "number_punctuation", {"number": plain}) if GOOD_NUMBER.fullmatch(plain) else None


def _formula(text: str, _records: _Records) -> Number | None:
    return Number(None, "formula.number") if text[0] == "=" else None
