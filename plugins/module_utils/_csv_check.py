# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The doctor: what is wrong with the rows of a Control Hub user file or a Bulk Operations file, cell by cell.

Three levels. *error*: the row is refused (all its errors are listed, not just the first); *warning*: the row is taken, look
at it; *repaired*: what was meant is certain, and is what is read. Nothing is ever evaluated, and nothing is repaired by
likelihood: a number is put right only where a second record holds the same digits.

The files are read for people and contact center licenses; numbers, locations and other licenses are checked, because a
spreadsheet program that spoiled them has been over the whole file, but they are not sent anywhere from here.

Entry points:

    log = FindingLog("users.csv")
    checker = UserChecker(layout, log, CheckOptions(...)); row = checker.check(line, end_line, cells)   # UserRow or None
    checker = BulkChecker(layout, log, CheckOptions(...)); row = checker.check(line, end_line, cells)   # BulkRow or None
    checker.finish()                                                    # what only the whole file can tell
    check_address("a@b.example"), read_truth(" Wahr "), check_number(...)
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, NamedTuple

from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_headers import (
    CONTACT_CENTER,
    LICENSE,
    NAME,
    NUMBER,
    READ_ONLY,
    SERVICE,
    TEXT,
    Column,
    Layout,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_read import (
    DELIMITER_NAMES,
    ERROR,
    REPAIRED,
    WARNING,
    Finding,
    show,
)

# Vendor's documentation: the whole file, the part of it for contact center users, a Bulk Operations job.
ROWS_GENERAL = 20_000
ROWS_CONTACT_CENTER = 1_000
ROWS_BULK = 5_000
LOCAL_PART = 64
ADDRESS_LENGTH = 254
NAME_LENGTH = 30
# Vendor's SCIM schema. What is longer is refused there, whoever sends it.
TEXT_LENGTHS = {"first_name": 256, "last_name": 256, "display_name": 512, "title": 512, "department": 512}
NAME_FORBIDDEN = '%#<>\\/"'
STATUSES = frozenset({"active", "verified", "not verified", "inactive", "pending", "delayed claim", ""})


@dataclass(frozen=True)
class CheckOptions:
    """What the checks may lean on beside the file itself.

    known_numbers: the organisation's own record, address in lower case -> numbers with their +. existing: addresses in
    lower case of the people that there are; None where that is not known, and then nobody counts as new.
    strict_numbers: a + that is lost and cannot be put back with certainty is an error instead of a warning (for callers
    that send numbers). max_per_rule: how many warnings or repairs of one rule in one column are listed one by one; the rest
    are counted in one finding more. Errors are always listed. 0 lists all.
    """

    known_numbers: Mapping[str, Collection[str]] = field(default_factory=dict)
    existing: Collection[str] | None = None
    strict_numbers: bool = False
    max_per_rule: int = 1000


class FindingLog:
    """Collects findings about one file; keeps the number of warnings of one kind within bounds, and the refused lines."""

    def __init__(self, file: str, max_per_rule: int = 1000) -> None:
        self.file = file
        self.findings: list[Finding] = []
        self.refused: dict[int, list[Finding]] = {}
        self._limit = max_per_rule
        self._counts: dict[tuple[str, str, str], int] = {}
        self._last: dict[tuple[str, str, str], int] = {}

    def add(
        self, level: str, code: str, line: int, column: str, found: str, meaning: str, action: str, email: str = ""
    ) -> None:
        """Adds a finding; an error refuses its line."""
        if level == ERROR:
            finding = Finding(level, code, self.file, line, column, show(found), meaning, action, email)
            self.findings.append(finding)
            self.refused.setdefault(line, []).append(finding)
            return
        key = (level, code, column)
        count = self._counts.get(key, 0) + 1
        self._counts[key] = count
        if self._limit and count > self._limit:
            self._last[key] = line
            return
        self.findings.append(Finding(level, code, self.file, line, column, show(found), meaning, action, email))

    def take(self, findings: Iterable[Finding]) -> None:
        """Adds findings made elsewhere (about headers, or the file as a whole); they refuse no line."""
        for finding in findings:
            key = (finding.level, finding.code, finding.column)
            if finding.level != ERROR:
                self._counts[key] = self._counts.get(key, 0) + 1
            self.findings.append(finding)

    def close(self) -> None:
        """Adds what the bound left out, a finding per rule and column, and puts everything in the order of the lines."""
        for key, line in self._last.items():
            level, code, column = key
            more = self._counts[key] - self._limit
            self.findings.append(
                Finding(
                    level,
                    code,
                    self.file,
                    line,
                    column,
                    "",
                    f"The same stands in {more} more rows, the last of them in this line.",
                    "See the first of these findings.",
                )
            )
        self._last.clear()
        self.findings.sort(key=lambda finding: finding.line)

    def counts(self) -> dict[str, int]:
        """How many findings of each level there are, those left out of the list included."""
        totals = {ERROR: 0, WARNING: 0, REPAIRED: 0}
        for level, _code, _column in self._counts:
            totals[level] += self._counts[level, _code, _column]
        totals[ERROR] = sum(1 for finding in self.findings if finding.level == ERROR)
        return totals


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
_SHEET_ERROR = re.compile(r"#[A-ZÄÖÜÉ/0!?]{2,}[!?]?", re.IGNORECASE)


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
    return _read_truth(_trimmed(cell)[:40])


def _trimmed(cell: str) -> str:
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
    if _SHEET_ERROR.fullmatch(text):
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

_GOOD_NUMBER = re.compile(r"\+[1-9][0-9]{2,14}")
_REMOVE = re.compile(r"REMOVE(?:\||$)", re.IGNORECASE)
_SCIENTIFIC = re.compile(r"([0-9])(?:[.,]([0-9]+))?[eE]\+?([0-9]{1,2})")
_DIGITS = re.compile(r"[0-9]{7,15}")
_DECIMAL = re.compile(r"([0-9]{7,15})[.,]0+")
_PUNCTUATED = re.compile(r"\+?[0-9][0-9 .\u00a0\u202f/()-]*")
_EXTENSION = re.compile(r"[0-9]{1,10}")


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

    others: the row's other number cells, known: the organisation's record of this person, both as they stand. A lost + is
    put back if any of them holds the same digits with a +. A number in scientific notation is put back only if the
    organisation's record holds exactly one number that a spreadsheet would show so: the row's other number often is
    another one (two numbers of one block differ in the digits that were lost). `REMOVE` and `REMOVE|+...` pass.
    """
    text = cell.strip()
    if not text:
        return _NO_NUMBER
    if _GOOD_NUMBER.fullmatch(text) or _REMOVE.match(text):
        return Number(text)
    if text[0] == "'" and _GOOD_NUMBER.fullmatch(text[1:]):
        return Number(
            text[1:],
            REPAIRED,
            "number_apostrophe",
            f"The apostrophe is a spreadsheet's mark for text; the number is read as {text[1:]}.",
            "Take it away.",
        )
    certain = {plain for plain in (_plain(number) for number in known) if plain.startswith("+")}
    scientific = _SCIENTIFIC.fullmatch(text)
    if scientific:
        return _scientific(scientific, certain, others)
    decimal = _DECIMAL.fullmatch(text)
    digits = decimal.group(1) if decimal else text
    if _DIGITS.fullmatch(digits):
        candidates = certain | {plain for plain in (_plain(other) for other in others) if plain.startswith("+")}
        if f"+{digits}" in candidates:
            where = "the organisation's record" if f"+{digits}" in certain else "another column of this row"
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
            "organisation's record proves which number it was. The number is not used.",
            f"{_FORMAT_AS_TEXT}: +{digits}, if these are its country code and number.",
        )
    if _PUNCTUATED.fullmatch(text):
        plain = _plain(text)
        if _GOOD_NUMBER.fullmatch(plain) and "(0)" not in text:
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
            f"The number was turned into scientific notation; the organisation's record holds {fitting[0]}, which it "
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
_FORBIDDEN = re.compile(r"[%#<>\\/\"]")
# The beginnings of UTF-8 sequences of European letters, read as Windows-1252.
_MOJIBAKE = re.compile(r"[ÃÂâÄÅÐÑ][^\x00-\x7f]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# What no service takes in a name or title; line ends and tabs are not among them.
_UNSENDABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# A cell worth a closer look: perhaps a formula, an error message, spoiled, with control characters or blanks at an end.
# Cells are joined by NUL, which no file that is read can hold.
_SUSPECT = re.compile(r"(?:^|\x00)[\s=+\-@#]|\s(?:\x00|$)|[\x01-\x1f\x7f-\x9f\ufffd]|[ÃÂâÄÅÐÑ][^\x00-\x7f]")


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


# --- Rows -------------------------------------------------------------------------------------------------------------


class UserRow(NamedTuple):
    """A row that is taken. values: trimmed cells by our field names, blank ones left out. licenses: what the contact
    center columns say, in the order of `UserChecker.contact_center`; services: the same for `UserChecker.services`, all
    columns of TRUE and FALSE. numbers: the number fields that can be relied on."""

    line: int
    email: str
    values: dict[str, str]
    licenses: tuple[bool | None, ...]
    services: tuple[bool | None, ...]
    numbers: dict[str, str]


class BulkRow(NamedTuple):
    """A row of a Bulk Operations file that is taken; `settings` as the agent settings of a roster."""

    line: int
    email: str
    settings: dict[str, Any]


class _Addresses:
    """Addresses seen in this file, without case: the first row counts."""

    def __init__(self, column: Column, log: FindingLog) -> None:
        self._column = column
        self._header = column.header.strip()
        self._log = log
        self._seen: dict[str, int] = {}
        self._spelling: dict[str, str] = {}

    def check(self, line: int, cell: str) -> str | None:
        """The address, trimmed; None if the row has none that can be used."""
        address = _trimmed(cell)
        problem = check_address(address)
        if problem:
            self._log.add(ERROR, problem[0], line, self._header, cell, problem[1], problem[2], address)
            return None
        key = address.lower()
        first = self._seen.setdefault(key, line)
        if first != line:
            before = self._spelling.get(key, key)
            same = "" if before == address else f", there written '{before}' (addresses are compared without case)"
            self._log.add(
                ERROR,
                "address_duplicate",
                line,
                self._header,
                cell,
                f"This address stands in line {first} already{same}. The first row counts, as in Control Hub; this one, "
                f"line {line}, is refused.",
                "Delete one of the two rows.",
                address,
            )
            return None
        if address != key:
            self._spelling[key] = address
        if address[0] in "=+-" and looks_like_formula(address):
            self._log.add(
                WARNING,
                "formula",
                line,
                self._header,
                cell,
                "A spreadsheet program takes this address for a formula. It is not evaluated here, but read as it stands.",
                "Check that the address is right.",
                address,
            )
        if cell != address:
            self._log.add(
                REPAIRED,
                "stray_blanks",
                line,
                self._header,
                cell,
                "Blanks around the address are left out.",
                "Take them away.",
                address,
            )
        return address


class _Width:
    """Rows with too few or too many cells."""

    def __init__(self, headers: Sequence[str], delimiter: str, log: FindingLog) -> None:
        self._width = len(headers)
        self._delimiter = delimiter
        self._log = log

    def check(self, line: int, end_line: int, cells: list[str]) -> bool:
        width = len(cells)
        if width == self._width:
            return True
        # Blank cells beyond the last header are what a spreadsheet leaves behind when a column is emptied.
        if width > self._width and not any(cell.strip() for cell in cells[self._width :]):
            return True
        name = DELIMITER_NAMES.get(self._delimiter, "delimiters")
        if width == 1 and re.search(r"[,;\t]", cells[0]):
            meaning = (
                "The whole row stands in one cell: it was put in quotation marks as a whole, or its cells are not "
                f"divided by {name} as the header's are."
            )
            action = "Take the outer quotation marks away, or use one delimiter in the whole file."
        elif end_line > line:
            meaning = (
                f"The row has {width} cells under {self._width} headers and runs on to line {end_line}: a quotation "
                "mark was opened and not closed in its line."
            )
            action = 'Close the quotation mark, or double it ("") where it belongs to the text.'
        elif width > self._width:
            meaning = (
                f"The row has {width} cells under {self._width} headers, so it cannot be told which cell belongs to "
                f"which column. A cell that holds one of the {name} needs quotation marks around it."
            )
            action = 'Put that cell in quotation marks, as in "Robles, Inés".'
        else:
            meaning = (
                f"The row has {width} cells under {self._width} headers, so it cannot be told which cell belongs to "
                "which column."
            )
            action = f"Fill the row up with {name} for the cells that are blank."
        self._log.add(ERROR, "row_width", line, "", show(self._delimiter.join(cells)), meaning, action)
        return False


def _getter(indexes: Sequence[int]) -> Any:
    """A function from a row to the tuple of those cells."""
    if not indexes:
        return lambda cells: ()
    if len(indexes) == 1:
        index = indexes[0]
        return lambda cells: (cells[index],)
    return itemgetter(*indexes)


class UserChecker:
    """Checks the rows of a Control Hub user file, one at a time and in order.

    contact_center: the contact center license columns, in the file's order; `UserRow.licenses` follows it. services: all
    columns of TRUE and FALSE, those included; `UserRow.services` follows it.
    """

    def __init__(
        self, layout: Layout, headers: Sequence[str], delimiter: str, log: FindingLog, options: CheckOptions
    ) -> None:
        address = layout.of("email")
        if address is None:
            raise ValueError("a user file without address column cannot be checked")
        self._log = log
        self._options = options
        self._address = address
        self._addresses = _Addresses(address, log)
        self._width = _Width(headers, delimiter, log)
        self._rows = 0
        self._row_20001 = 0
        self._row_1001 = 0
        self.contact_center = layout.kinds(CONTACT_CENTER)
        self.services = layout.kinds(CONTACT_CENTER, LICENSE, SERVICE)
        self._agents = [i for i, column in enumerate(self.services) if column.kind == CONTACT_CENTER]
        self._flag_cells = _getter([column.index for column in self.services])
        self._flag_cache: dict[tuple[str, ...], tuple[tuple[bool | None, ...], bool]] = {}
        self._numbers = layout.kinds(NUMBER)
        self._number_cells = _getter([column.index for column in self._numbers])
        self._extension = layout.of("extension")
        self._names = layout.kinds(NAME)
        self._name_cells = _getter([column.index for column in self._names])
        self._texts = [column for column in layout.columns if column.kind in (NAME, TEXT)]
        self._text_cells = _getter([column.index for column in self._texts])
        self._status = layout.of("status")
        self._read_only = layout.kinds(READ_ONLY)
        self._days = layout.of("days_since_accessed")
        self._location = layout.of("location")
        self._calling = [i for i, column in enumerate(self.services) if column.field == "calling"]
        self._values = [
            (column.field, column.index, TEXT_LENGTHS[column.field], column.header.strip())
            for column in layout.columns
            if column.field in TEXT_LENGTHS
        ]

    @property
    def rows(self) -> int:
        """How many rows with anything in them were seen."""
        return self._rows

    def check(self, line: int, end_line: int, cells: list[str]) -> UserRow | None:
        """All checks on one row. None if it is refused; the log then says why."""
        self._rows += 1
        if self._rows == ROWS_CONTACT_CENTER + 1:
            self._row_1001 = line
        elif self._rows == ROWS_GENERAL + 1:
            self._row_20001 = line
        if not self._width.check(line, end_line, cells):
            return None
        email = self._addresses.check(line, cells[self._address.index])
        spelled = email or cells[self._address.index].strip()
        flags = self._check_flags(line, cells, spelled)
        calling = any(flags[i] for i in self._calling)
        self._check_names(line, cells, calling, spelled)
        self._check_texts(line, cells, spelled)
        numbers = self._check_numbers(line, cells, email, spelled)
        self._check_read_only(line, cells, email)
        if calling:
            self._check_calling(line, cells, flags, spelled)
        values = {}
        for name, index, limit, header in self._values:
            value = cells[index].strip()
            if value:
                values[name] = value
                if len(value) > limit:
                    self._log.add(
                        ERROR,
                        "text_long",
                        line,
                        header,
                        value,
                        f"The text is {len(value)} characters long; {limit} are possible.",
                        "Shorten it. Is a quotation mark missing in this row?",
                        spelled,
                    )
        if email is None or line in self._log.refused:
            return None
        return UserRow(line, email, values, tuple([flags[i] for i in self._agents]), flags, numbers)

    def _check_flags(self, line: int, cells: list[str], email: str) -> tuple[bool | None, ...]:
        key = self._flag_cells(cells)
        cached = self._flag_cache.get(key)
        if cached is None:
            truths = [read_truth(cell) for cell in key]
            values = tuple(truth.value for truth in truths)
            clean = not any(truth.level for truth in truths) and not self._combination(values)
            cached = (values, clean)
            if len(self._flag_cache) < 4096 and all(len(cell) < 20 for cell in key):
                self._flag_cache[key] = cached
        values, clean = cached
        if clean:
            return values
        log = self._log
        for column, cell in zip(self.services, key, strict=True):
            truth = read_truth(cell)
            if truth.level:
                # Only the contact center's licenses are carried out: elsewhere such a value harms nobody here.
                level = WARNING if truth.level == ERROR and column.kind != CONTACT_CENTER else truth.level
                log.add(level, truth.code, line, column.header.strip(), cell, truth.meaning, truth.action, email)
        for level, code, column, meaning, action in self._combination(values):
            log.add(level, code, line, column.header.strip(), cells[column.index], meaning, action, email)
        return values

    def _combination(self, values: Sequence[bool | None]) -> list[tuple[str, str, Column, str, str]]:
        """What is wrong with TRUE values that are each right."""
        problems: list[tuple[str, str, Column, str, str]] = []
        true = [column for column, value in zip(self.services, values, strict=True) if value]
        for column in true:
            if column.suspended:
                problems.append(
                    (
                        ERROR if column.kind == CONTACT_CENTER else WARNING,
                        "license_suspended",
                        column,
                        "The service of this column is suspended, and Control Hub refuses a file with TRUE under it.",
                        "Write FALSE or leave it blank, and use the column of a subscription that is not suspended.",
                    )
                )
        agents = [column for column in true if column.field in ("standard", "premium") and not column.suspended]
        if len({column.field for column in agents}) > 1:
            problems.append(
                (
                    ERROR,
                    "license_both",
                    agents[-1],
                    "Standard and Premium are both TRUE; a person holds one of the two.",
                    "Leave TRUE under the one that is meant, and write FALSE or leave blank under the other.",
                )
            )
        elif len(agents) > 1:
            problems.append(
                (
                    ERROR,
                    "license_two_subscriptions",
                    agents[-1],
                    "The same license is TRUE under two subscriptions; it would take two seats for one person.",
                    "Leave TRUE under one subscription.",
                )
            )
        calling = [column for column in true if column.field == "calling"]
        if len(calling) > 1:
            problems.append(
                (
                    WARNING,
                    "calling_two_licenses",
                    calling[-1],
                    "Two Webex Calling licenses are TRUE, which Control Hub refuses. They are not sent from here.",
                    "Leave TRUE under one of them.",
                )
            )
        return problems

    def _check_names(self, line: int, cells: list[str], calling: bool, email: str) -> None:
        for column, cell in zip(self._names, self._name_cells(cells), strict=True):
            name = cell.strip()
            if len(name) <= NAME_LENGTH and not _FORBIDDEN.search(name):
                continue
            level = ERROR if calling else WARNING
            why = (
                "and Webex Calling, which this row turns on, refuses it"
                if calling
                else "which matters to people with Webex Calling"
            )
            if len(name) > NAME_LENGTH:
                self._log.add(
                    level,
                    "name_long",
                    line,
                    column.header.strip(),
                    cell,
                    f"The name is {len(name)} characters long, over the {NAME_LENGTH} that are allowed, {why}.",
                    "Shorten it.",
                    email,
                )
            found = "".join(dict.fromkeys(_FORBIDDEN.findall(name)))
            if found:
                self._log.add(
                    level,
                    "name_characters",
                    line,
                    column.header.strip(),
                    cell,
                    f"The name holds {' '.join(found)}, of the characters {' '.join(NAME_FORBIDDEN)} that are not allowed, "
                    f"{why}.",
                    "Write the name without them.",
                    email,
                )

    def _check_texts(self, line: int, cells: list[str], email: str) -> None:
        texts = self._text_cells(cells)
        # One look at all of them together: nearly every row is done with it.
        if _SUSPECT.search("\x00".join(texts)):
            for column, cell in zip(self._texts, texts, strict=True):
                if cell and _SUSPECT.search(cell):
                    self._check_text(line, column, cell, email)

    def _check_text(self, line: int, column: Column, cell: str, email: str) -> None:
        log, header = self._log, column.header.strip()
        text = cell.strip()
        if looks_like_formula(text):
            log.add(
                WARNING,
                "formula",
                line,
                header,
                cell,
                "A spreadsheet program takes this cell for a formula. It is not evaluated here, but read as the text that "
                "it is.",
                "Check that it is what the text ought to be before you open the file in a spreadsheet program.",
                email,
            )
        elif _SHEET_ERROR.fullmatch(text):
            log.add(
                WARNING,
                "sheet_error",
                line,
                header,
                cell,
                "This is an error message of a spreadsheet program.",
                "Write what ought to stand there.",
                email,
            )
        if "\ufffd" in text:
            log.add(
                WARNING,
                "character_lost",
                line,
                header,
                cell,
                "A character was lost here when the file was saved in another encoding.",
                "Write the text anew.",
                email,
            )
        before = mended(text)
        if before:
            log.add(
                WARNING,
                "character_garbled",
                line,
                header,
                cell,
                f"This looks like '{show(before)}', saved as UTF-8 and opened as Windows-1252. It is read as it stands.",
                "Open the file as UTF-8, or export it again.",
                email,
            )
        if column.kind == NAME or column.field in ("display_name", "title", "department"):
            if _UNSENDABLE.search(text):
                log.add(
                    ERROR,
                    "control_character",
                    line,
                    header,
                    cell,
                    "The cell holds a control character, which cannot be seen and which no name or title may hold.",
                    "Type the text anew.",
                    email,
                )
            elif text and _CONTROL.search(text):
                log.add(
                    WARNING,
                    "line_break",
                    line,
                    header,
                    cell,
                    "The cell holds a line end or another control character. It is read as it stands.",
                    "Write the text in one line.",
                    email,
                )
            if text and text != cell:
                log.add(
                    REPAIRED,
                    "stray_blanks",
                    line,
                    header,
                    cell,
                    "Blanks around the text are left out.",
                    "Take them away.",
                    email,
                )

    def _check_numbers(self, line: int, cells: list[str], email: str | None, spelled: str) -> dict[str, str]:
        numbers: dict[str, str] = {}
        own = self._number_cells(cells)
        for place, (column, cell) in enumerate(zip(self._numbers, own, strict=True)):
            if not cell:
                continue
            if _GOOD_NUMBER.fullmatch(cell):
                numbers[column.field] = cell
                continue
            known = self._options.known_numbers.get(email.lower(), ()) if email else ()
            others = [other for i, other in enumerate(own) if i != place]
            number = check_number(cell, others, known, self._options.strict_numbers)
            if number.value:
                numbers[column.field] = number.value
            if number.level:
                self._log.add(
                    number.level, number.code, line, column.header.strip(), cell, number.meaning, number.action, spelled
                )
        if self._extension:
            cell = cells[self._extension.index].strip()
            if cell and not _EXTENSION.fullmatch(cell):
                self._check_extension(line, cell, spelled)
            elif cell:
                numbers["extension"] = cell
        return numbers

    def _check_extension(self, line: int, cell: str, email: str) -> None:
        header = self._extension.header.strip() if self._extension else ""
        if _SCIENTIFIC.fullmatch(cell):
            self._log.add(
                ERROR,
                "number_scientific",
                line,
                header,
                cell,
                "The extension was turned into scientific notation, and digits are lost.",
                "Format the column as text before you save the sheet; the digits must come from a fresh export.",
                email,
            )
        elif not _REMOVE.match(cell):
            self._log.add(
                WARNING,
                "extension_invalid",
                line,
                header,
                cell,
                "An extension is two to ten digits. It is not used.",
                "Write the digits alone.",
                email,
            )

    def _check_read_only(self, line: int, cells: list[str], email: str | None) -> None:
        if self._status:
            cell = cells[self._status.index]
            if cell.strip().lower() not in STATUSES:
                self._log.add(
                    WARNING,
                    "read_only_edited",
                    line,
                    self._status.header.strip(),
                    cell,
                    "Control Hub knows no such status: the cell was edited. The column can only be read; a status cannot "
                    "be set by a file.",
                    "Take the change back, or delete the column.",
                    email or "",
                )
        if self._days:
            cell = cells[self._days.index].strip()
            if cell and not cell.isdigit():
                self._log.add(
                    WARNING,
                    "read_only_edited",
                    line,
                    self._days.header.strip(),
                    cell,
                    "This is no number of days: the cell was edited. The column can only be read.",
                    "Take the change back, or delete the column.",
                    email or "",
                )
        existing = self._options.existing
        if existing is None or email is None or email.lower() in existing:
            return
        for column in self._read_only:
            cell = cells[column.index]
            # One finding a row says it; the other read-only columns would only repeat it.
            if cell.strip():
                self._log.add(
                    WARNING,
                    "read_only_new",
                    line,
                    column.header.strip(),
                    cell,
                    "This person is new in the organisation, yet a column that can only be read is filled in. Was the row "
                    "copied from another person's, or the address changed? A changed address makes a new person and "
                    "renames nobody.",
                    "Leave the column blank for new people; rename people in Control Hub.",
                    email,
                )
                break
        if self._names and not all(cell.strip() for cell in self._name_cells(cells)):
            self._log.add(
                WARNING,
                "name_missing",
                line,
                self._names[0].header.strip(),
                "",
                "This person is new in the organisation, and first or last name is missing.",
                "Give both, or neither column, for new people.",
                email,
            )

    def _check_calling(self, line: int, cells: list[str], flags: Sequence[bool | None], email: str) -> None:
        column = next(self.services[i] for i in self._calling if flags[i])
        missing = []
        if self._location is None or not cells[self._location.index].strip():
            missing.append("a location")
        phone = any(
            cell.strip()
            for c, cell in zip(self._numbers, self._number_cells(cells), strict=True)
            if c.field == "phone_number"
        )
        extension = self._extension is not None and cells[self._extension.index].strip()
        if not phone and not extension:
            missing.append("a phone number or an extension")
        if missing:
            self._log.add(
                WARNING,
                "calling_incomplete",
                line,
                column.header.strip(),
                cells[column.index],
                f"Webex Calling is TRUE without {' and '.join(missing)}; Control Hub may then pass over the row's other "
                "changes. Calling is not sent from here.",
                f"Add {' and '.join(missing)}, or leave the Calling column out of the file.",
                email,
            )

    def finish(self) -> None:
        """The limits of Control Hub's own import, which this collection does not go through."""
        if self._row_20001:
            self._log.add(
                WARNING,
                "rows_general",
                self._row_20001,
                "",
                "",
                f"The file has {self._rows:,} rows; Control Hub imports {ROWS_GENERAL:,} at most. Nothing is uploaded from "
                "here, so all rows are taken.",
                f"Split the file after {ROWS_GENERAL:,} rows if it is also to be imported in Control Hub.",
            )
        if self._row_1001 and self.contact_center:
            self._log.add(
                WARNING,
                "rows_contact_center",
                self._row_1001,
                "",
                "",
                f"The file has {self._rows:,} rows; Control Hub takes {ROWS_CONTACT_CENTER:,} contact center users a file. "
                "Nothing is uploaded from here, so all rows are taken, in parts.",
                f"Split the file after {ROWS_CONTACT_CENTER:,} rows if it is also to be imported in Control Hub.",
            )
        self._log.close()


class BulkChecker:
    """Checks the rows of a Bulk Operations file of users, one at a time and in order."""

    def __init__(
        self, layout: Layout, headers: Sequence[str], delimiter: str, log: FindingLog, options: CheckOptions
    ) -> None:
        address = layout.of("email")
        if address is None:
            raise ValueError("a Bulk Operations file without address column cannot be checked")
        self._log = log
        self._options = options
        self._address = address
        self._addresses = _Addresses(address, log)
        self._width = _Width(headers, delimiter, log)
        self._columns = [column for column in layout.columns if column.field and column.field != "email"]
        self._rows = 0
        self._row_5001 = 0

    @property
    def rows(self) -> int:
        """How many rows with anything in them were seen."""
        return self._rows

    def check(self, line: int, end_line: int, cells: list[str]) -> BulkRow | None:
        """All checks on one row. None if it is refused; the log then says why."""
        self._rows += 1
        if self._rows == ROWS_BULK + 1:
            self._row_5001 = line
        if not self._width.check(line, end_line, cells):
            return None
        email = self._addresses.check(line, cells[self._address.index])
        spelled = email or cells[self._address.index].strip()
        settings: dict[str, Any] = {}
        for column in self._columns:
            cell = cells[column.index]
            text = cell.strip()
            if not text:
                continue
            if column.field == "contact_center_enabled":
                enabled = self._enabled(line, column, cell, spelled)
                if enabled is not None:
                    settings[column.field] = enabled
                continue
            if column.field == "teams":
                teams = list(dict.fromkeys(part.strip() for part in text.split("|") if part.strip()))
                if teams:
                    settings["teams"] = teams
            elif column.field == "default_number" and not self._number(line, column, cell, spelled):
                continue
            else:
                settings[column.field] = text
            if column.field != "default_number":
                self._text(line, column, cell, spelled)
        if "site" in settings and "teams" in settings and "desktop_profile" not in settings:
            self._log.add(
                WARNING,
                "desktop_profile_missing",
                line,
                "Desktop Profile",
                "",
                "Site and Teams are given without a Desktop Profile, which the vendor's file asks for with them. An agent "
                "who has one already keeps it.",
                "Fill in Desktop Profile.",
                spelled,
            )
        if email is None or line in self._log.refused:
            return None
        return BulkRow(line, email, settings)

    def _enabled(self, line: int, column: Column, cell: str, email: str) -> bool | None:
        text = cell.strip().lower()
        if text in ("on", "off"):
            return text == "on"
        truth = read_truth(cell)
        if truth.value is None:
            self._log.add(
                ERROR,
                "enabled_value",
                line,
                column.header.strip(),
                cell,
                "This is neither On nor Off nor blank.",
                "Write On or Off.",
                email,
            )
            return None
        word = "On" if truth.value else "Off"
        self._log.add(
            REPAIRED,
            "enabled_value",
            line,
            column.header.strip(),
            cell,
            f"The vendor's file knows On and Off here; it is read as {word}.",
            f"Write {word}.",
            email,
        )
        return truth.value

    def _number(self, line: int, column: Column, cell: str, email: str) -> bool:
        text = cell.strip()
        # A dial number need not carry a +, so its absence proves nothing.
        if re.fullmatch(r"\+?[0-9]{2,15}", text):
            return True
        known = self._options.known_numbers.get(email.lower(), ())
        number = check_number(cell, (), known, strict=True)
        self._log.add(
            ERROR,
            number.code or "number_invalid",
            line,
            column.header.strip(),
            cell,
            number.meaning or "This is no number.",
            number.action or "Write the digits, with or without +.",
            email,
        )
        return False

    def _text(self, line: int, column: Column, cell: str, email: str) -> None:
        text = cell.strip()
        if looks_like_formula(text):
            self._log.add(
                WARNING,
                "formula",
                line,
                column.header.strip(),
                cell,
                "A spreadsheet program takes this cell for a formula. It is not evaluated here, but read as the text that "
                "it is.",
                "Check that it is the name that is meant.",
                email,
            )
        if "\ufffd" in text or mended(text):
            self._log.add(
                WARNING,
                "character_lost",
                line,
                column.header.strip(),
                cell,
                "Characters were spoiled here when the file was saved in another encoding.",
                "Write the text anew.",
                email,
            )

    def finish(self) -> None:
        """The limit of a Bulk Operations job, which this collection does not go through."""
        if self._row_5001:
            self._log.add(
                WARNING,
                "rows_bulk",
                self._row_5001,
                "",
                "",
                f"The file has {self._rows:,} rows; a Bulk Operations job takes {ROWS_BULK:,}. Nothing is uploaded from "
                "here, so all rows are taken.",
                f"Split the file after {ROWS_BULK:,} rows if it is also to be imported in Control Hub.",
            )
        self._log.close()
