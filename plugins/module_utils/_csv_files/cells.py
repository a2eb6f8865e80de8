# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Single cells: TRUE and FALSE in every language, addresses, numbers, and what a spreadsheet program does to text.

Nothing is ever evaluated, and nothing is repaired by likelihood: a number is put right only where a second record holds the
same digits.

Entry points:

    read_truth(" Wahr "), check_address("a@b.example"), check_number("12025550101", others, known)
    looks_like_formula("=1+1"), mended("InÃ©s")
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Collection, Iterable
from typing import NamedTuple

from .._roster.finding import ERROR, REPAIRED, WARNING

LOCAL_PART = 64
ADDRESS_LENGTH = 254


# --- TRUE and FALSE ---------------------------------------------------------------------------------------------------

_TRUTH = {"true": True, "t": True, "false": False, "f": False}
# What spreadsheet programs show, and save, for TRUE and FALSE in their languages.
_LOCAL_WORDS: tuple[tuple[str, str, str], ...] = (
    ("German", "WAHR", "FALSCH"),
    ("French", "VRAI", "FAUX"),
    ("Spanish", "VERDADERO", "FALSO"),
    ("Italian", "VERO", "FALSO"),
    ("Portuguese", "VERDADEIRO", "FALSO"),
    ("Catalan", "CERT", "FALS"),
    ("Romanian", "ADEVĂRAT", "FALS"),
    ("Dutch", "WAAR", "ONWAAR"),
    ("Swedish", "SANT", "FALSKT"),
    ("Norwegian", "SANN", "USANN"),
    ("Danish", "SAND", "FALSK"),
    ("Finnish", "TOSI", "EPÄTOSI"),
    ("Estonian", "TÕENE", "VÄÄR"),
    ("Latvian", "PATIESS", "APLAMS"),
    ("Lithuanian", "TIESA", "NETIESA"),
    ("Polish", "PRAWDA", "FAŁSZ"),
    ("Czech", "PRAVDA", "NEPRAVDA"),
    ("Slovak", "PRAVDA", "NEPRAVDA"),
    ("Croatian", "ISTINA", "LAŽ"),
    ("Hungarian", "IGAZ", "HAMIS"),
    ("Russian", "ИСТИНА", "ЛОЖЬ"),
    ("Ukrainian", "ІСТИНА", "ХИБНІСТЬ"),
    ("Bulgarian", "ИСТИНА", "ЛЪЖА"),
    ("Greek", "ΑΛΗΘΕΣ", "ΨΕΥΔΕΣ"),
    ("Greek", "ΑΛΗΘΗΣ", "ΨΕΥΔΗΣ"),
    ("Turkish", "DOĞRU", "YANLIŞ"),
    ("Indonesian", "BENAR", "SALAH"),
    ("Malay", "BENAR", "PALSU"),
    ("Korean", "참", "거짓"),
)
# Marks that people put instead. Likely enough, but a likelihood is no license.
_MARKS = frozenset(
    {
        "1",
        "0",
        "-1",
        "x",
        "y",
        "n",
        "j",
        "yes",
        "no",
        "ja",
        "nein",
        "si",
        "sí",
        "oui",
        "non",
        "sim",
        "não",
        "on",
        "off",
        "ok",
        "done",
        "+",
        "-",
        "✓",
        "✔",
        "☑",
        "☒",
        "✗",
        "✘",
        "*",
        "да",
        "нет",
    }
)
SHEET_ERROR = re.compile(r"#[A-ZÄÖÜÉ/0!?]{2,}[!?]?", re.IGNORECASE)


def _fold(word: str) -> str:
    """Without case and accents; the dotless i and the barred l, which are no accents, included."""
    word = word.casefold().replace("ı", "i").replace("ł", "l")
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


_LOCAL: dict[str, tuple[str, bool]] = {}
for _language, _true, _false in _LOCAL_WORDS:
    _LOCAL.setdefault(_fold(_true), (_language, True))
    _LOCAL.setdefault(_fold(_false), (_language, False))


class Truth(NamedTuple):
    """A TRUE/FALSE cell, read. value: None where it is blank or no such value. level: '' where there is nothing to say."""

    value: bool | None
    level: str = ""
    code: str = ""
    meaning: str = ""
    action: str = ""


_BLANK = Truth(None)
_WRITE_TRUE_FALSE = "Write TRUE or FALSE, or leave the cell blank to leave the service as it is."


def read_truth(cell: str) -> Truth:
    """TRUE, T, FALSE, F in any case, trimmed; blank leaves as it is. A spreadsheet's own word for either is repaired;
    everything else is an error that says what it probably is."""
    # No word is that long; so what is remembered stays small.
    return _read_truth(trimmed(cell)[:40])


def trimmed(cell: str) -> str:
    """Without blanks at the ends, those included that have no width and come along when text is copied."""
    return cell.strip().strip("\u200b\ufeff").strip()


@functools.lru_cache(maxsize=1024)
def _read_truth(text: str) -> Truth:
    if not text:
        return _BLANK
    value = _TRUTH.get(text.casefold())
    if value is not None:
        return Truth(value)
    local = _LOCAL.get(_fold(text))
    if local:
        language, value = local
        word = "TRUE" if value else "FALSE"
        return Truth(
            value,
            REPAIRED,
            "license_value_local",
            f"This is what a spreadsheet program writes for {word} in {language}; it is read as {word}.",
            f"Write {word} if the file is also to be imported in Control Hub, which does not know the word.",
        )
    if text.casefold() in _MARKS:
        return Truth(
            None,
            ERROR,
            "license_value_mark",
            "A mark like this may well stand for TRUE or FALSE, but it may stand for something else, and no license is "
            "given or taken on a guess. Control Hub refuses it too.",
            _WRITE_TRUE_FALSE,
        )
    if text[0] == "=":
        return Truth(
            None,
            ERROR,
            "license_value_formula",
            "This is a formula. Formulas are never evaluated here.",
            _WRITE_TRUE_FALSE,
        )
    if SHEET_ERROR.fullmatch(text):
        return Truth(
            None, ERROR, "license_value_error", "This is an error message of a spreadsheet program.", _WRITE_TRUE_FALSE
        )
    return Truth(None, ERROR, "license_value", "This is neither TRUE nor FALSE nor blank.", _WRITE_TRUE_FALSE)


# --- Addresses --------------------------------------------------------------------------------------------------------

_LOCAL_CHARS = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"({_LOCAL_CHARS}(?:\.{_LOCAL_CHARS})*)@((?:{_LABEL}\.)+{_LABEL})")


def check_address(text: str) -> tuple[str, str, str] | None:
    """None if the trimmed text is an address, else (code, meaning, action)."""
    if len(text) > 1000:
        return "address_invalid", "No address is as long as this.", "Is a quotation mark missing in this row?"
    match = _ADDRESS.fullmatch(text)
    if match:
        if match.end(1) > LOCAL_PART:
            return (
                "address_local_part",
                f"The part before the @ is {match.end(1)} characters long; at most {LOCAL_PART} are allowed.",
                "Give the person a shorter address.",
            )
        if len(text) > ADDRESS_LENGTH:
            return (
                "address_invalid",
                f"The address is {len(text)} characters long; at most {ADDRESS_LENGTH} are possible.",
                "Give the person a shorter address.",
            )
        return None
    if not text:
        return (
            "address_missing",
            "The row has no address, so it names nobody.",
            "Fill in the address or delete the row.",
        )
    strange = [c for c in text if not c.isprintable() or c == "\u00a0"]
    beyond = [c for c in text if ord(c) > 127]
    inner = re.search(rf"<\s*(?:mailto:)?({_ADDRESS.pattern})\s*>", text)
    if inner:
        reason, action = "This is a name with an address in angle brackets.", f"Write '{inner.group(1)}' alone."
    elif text.lower().startswith("mailto:"):
        reason, action = "This is a link, not an address.", "Take 'mailto:' away."
    elif text[0] in "=@" or text.startswith("+"):
        reason, action = (
            "This is not an address; it may be a formula, and none is evaluated here.",
            "Write the address.",
        )
    elif strange:
        names = ", ".join(f"U+{ord(c):04X}" for c in dict.fromkeys(strange))
        reason, action = f"The address holds characters that cannot be seen ({names}).", "Type the address anew."
    elif text.count("@") > 1 or re.search(r"[,;\s]", text):
        reason, action = (
            "This is more than one address, or an address with a blank, comma or semicolon in it.",
            "Write one address and nothing else; a row is one person.",
        )
    elif beyond:
        names = ", ".join(dict.fromkeys(beyond))
        reason, action = (
            f"The address holds characters beyond ASCII ({names}).",
            "Write the address as the mail system knows it; look-alike letters of other scripts count as different.",
        )
    elif "@" not in text:
        reason, action = "There is no @ in it.", "Write the whole address."
    elif "." not in text.rsplit("@", 1)[1]:
        reason, action = "What follows the @ is no complete domain.", "Write the whole address."
    else:
        reason, action = "This is not a valid address.", "Correct the address."
    return "address_invalid", reason, action


# --- Numbers ----------------------------------------------------------------------------------------------------------

GOOD_NUMBER = re.compile(r"\+[1-9][0-9]{2,14}")
REMOVE = re.compile(r"REMOVE(?:\||$)", re.IGNORECASE)
SCIENTIFIC = re.compile(r"([0-9])(?:[.,]([0-9]+))?[eE]\+?([0-9]{1,2})")
_DIGITS = re.compile(r"[0-9]{7,15}")
_DECIMAL = re.compile(r"([0-9]{7,15})[.,]0+")
_PUNCTUATED = re.compile(r"\+?[0-9][0-9 .\u00a0\u202f/()-]*")
EXTENSION_DIGITS = re.compile(r"[0-9]{1,10}")


class Number(NamedTuple):
    """A number cell, read. value: the number, or None where it is blank or withheld. level '' where nothing is to say."""

    value: str | None
    level: str = ""
    code: str = ""
    meaning: str = ""
    action: str = ""


_NO_NUMBER = Number(None)
_FORMAT_AS_TEXT = "Format the column as text before you save the sheet, and put the number back with its +"


def _rounds_to(digits: str, lead: str, places: int) -> bool:
    """Whether a spreadsheet that shows `places` digits after the first would show `lead` for these digits."""
    kept = places + 1
    if len(digits) <= kept:
        return digits.ljust(kept, "0") == lead
    rounded = int(digits[:kept]) + (1 if digits[kept] >= "5" else 0)
    return str(rounded) == lead


def check_number(cell: str, others: Iterable[str], known: Collection[str], strict: bool = False) -> Number:
    """Reads a number that ought to be ``+`` and digits.

    others: the row's other number cells, known: the organization's record of this person, both as they stand. A lost + is
    put back if any of them holds the same digits with a +. A number in scientific notation is put back only if the
    organization's record holds exactly one number that a spreadsheet would show so: the row's other number often is
    another one (two numbers of one block differ in the digits that were lost). `REMOVE` and `REMOVE|+...` pass.
    """
    text = cell.strip()
    if not text:
        return _NO_NUMBER
    if GOOD_NUMBER.fullmatch(text) or REMOVE.match(text):
        return Number(text)
    if text[0] == "'" and GOOD_NUMBER.fullmatch(text[1:]):
        return Number(
            text[1:],
            REPAIRED,
            "number_apostrophe",
            f"The apostrophe is a spreadsheet's mark for text; the number is read as {text[1:]}.",
            "Take it away.",
        )
    certain = {plain for plain in (_plain(number) for number in known) if plain.startswith("+")}
    scientific = SCIENTIFIC.fullmatch(text)
    if scientific:
        return _scientific(scientific, certain, others)
    decimal = _DECIMAL.fullmatch(text)
    digits = decimal.group(1) if decimal else text
    if _DIGITS.fullmatch(digits):
        candidates = certain | {plain for plain in (_plain(other) for other in others) if plain.startswith("+")}
        if f"+{digits}" in candidates:
            where = "the organization's record" if f"+{digits}" in certain else "another column of this row"
            return Number(
                f"+{digits}",
                REPAIRED,
                "number_plus_lost",
                f"The leading + was lost; {where} holds the same digits with it, so the number is read as +{digits}.",
                f"{_FORMAT_AS_TEXT} if the file is also to be imported in Control Hub.",
            )
        return Number(
            None,
            ERROR if strict else WARNING,
            "number_plus_lost",
            "The leading + is missing, as spreadsheet programs leave it out, and nothing in the row or in the "
            "organization's record proves which number it was. The number is not used.",
            f"{_FORMAT_AS_TEXT}: +{digits}, if these are its country code and number.",
        )
    if _PUNCTUATED.fullmatch(text):
        plain = _plain(text)
        if GOOD_NUMBER.fullmatch(plain) and "(0)" not in text:
            return Number(
                plain,
                REPAIRED,
                "number_punctuation",
                f"Numbers are a + and digits, nothing between; it is read as {plain}.",
                f"Write {plain}.",
            )
    if text[0] == "=":
        return Number(
            None,
            WARNING,
            "formula",
            "This is a formula. It is not evaluated, and the number is not used.",
            "Write the number itself, with its +.",
        )
    return Number(
        None,
        ERROR if strict else WARNING,
        "number_invalid",
        "This is no number with country code (a + and digits, nothing between). The number is not used.",
        "Write it as +12025550101.",
    )


def _plain(number: str) -> str:
    """The number without blanks and punctuation."""
    return re.sub(r"[ .\u00a0\u202f/()-]", "", number.strip().removeprefix("'"))


def _scientific(match: re.Match[str], certain: set[str], others: Iterable[str]) -> Number:
    lead, fraction, exponent = match.group(1), match.group(2) or "", int(match.group(3))
    length = exponent + 1
    fitting = sorted(
        number
        for number in certain
        if len(number) == length + 1 and _rounds_to(number[1:], lead + fraction, len(fraction))
    )
    if len(fitting) == 1:
        return Number(
            fitting[0],
            REPAIRED,
            "number_scientific",
            f"The number was turned into scientific notation; the organization's record holds {fitting[0]}, which it "
            "agrees with, so that is read.",
            f"{_FORMAT_AS_TEXT} if the file is also to be imported in Control Hub.",
        )
    hint = ""
    for other in others:
        plain = _plain(other)
        if len(plain.lstrip("+")) == length and _rounds_to(plain.lstrip("+"), lead + fraction, len(fraction)):
            hint = (
                f" Another column of this row holds {plain}, which begins alike, but two numbers of one block begin alike "
                "as well."
            )
            break
    return Number(
        None,
        ERROR,
        "number_scientific",
        f"The number was turned into scientific notation, and all but its first {len(lead + fraction)} digits are lost."
        + hint,
        f"{_FORMAT_AS_TEXT}; the digits must come from a fresh export.",
    )


# --- Text -------------------------------------------------------------------------------------------------------------

_FORMULA = re.compile(r"=\s*[^\s=]|[+\-@]\s*(?:[^\W\d_]|[(=@\"'$]|[+\-]+[\w(])|[+\-][\d.,]+\s*[-+*/^(]")
FORBIDDEN = re.compile(r"[%#<>\\/\"]")
# The beginnings of UTF-8 sequences of European letters, read as Windows-1252.
_MOJIBAKE = re.compile(r"[ÃÂâÄÅÐÑ][^\x00-\x7f]")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# What no service takes in a name or title; line ends and tabs are not among them.
UNSENDABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# A cell worth a closer look: perhaps a formula, an error message, spoiled, with control characters or blanks at an end.
# Cells are joined by NUL, which no file that is read can hold.
SUSPECT = re.compile(r"(?:^|\x00)[\s=+\-@#]|\s(?:\x00|$)|[\x01-\x1f\x7f-\x9f\ufffd]|[ÃÂâÄÅÐÑ][^\x00-\x7f]")


def looks_like_formula(cell: str) -> bool:
    """Whether a spreadsheet program might take the cell for a formula: `=1+1`, `@SUM(A1)`, `+cmd|...`; never `+12025550101`
    and never a lone dash."""
    return _FORMULA.match(cell) is not None


def mended(text: str) -> str | None:
    """What the text was before UTF-8 was read as Windows-1252, if that is what happened to it."""
    if text.isascii() or not _MOJIBAKE.search(text):
        return None
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return None
