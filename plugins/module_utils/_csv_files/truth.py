# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TRUE and FALSE in a cell, in every language that spreadsheet programs write them in. Private to this collection.

read_truth(" Wahr ")     # Truth(True, "license_value_local", {...})
"""

from __future__ import annotations

import functools
import typing as t
import unicodedata

from .._roster.address import trimmed
from .cells import SHEET_ERROR

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


def _fold(word: str) -> str:
    """Without case and accents; the dotless i and the barred l, which are no accents, included."""
    word = word.casefold().replace("ı", "i").replace("ł", "l")
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


_LOCAL: dict[str, tuple[str, bool]] = {}
for _language, _true, _false in _LOCAL_WORDS:
    _LOCAL.setdefault(_fold(_true), (_language, True))
    _LOCAL.setdefault(_fold(_false), (_language, False))


class Truth(t.NamedTuple):
    """A TRUE/FALSE cell, read. value: None where it is blank or no such value. rule: the name of what is to be said of it in
    findings.py, '' where nothing is; words: what that text names."""

    value: bool | None
    rule: str = ""
    words: t.Mapping[str, t.Any] = {}


def read_truth(cell: str) -> Truth:
    """TRUE, T, FALSE, F in any case, trimmed; blank leaves as it is. A spreadsheet's own word for either is repaired;
    everything else is an error that says what it probably is."""
    # No word is that long; so what is remembered stays small.
    return _read_truth(trimmed(cell)[:40])


@functools.lru_cache(maxsize=1024)
def _read_truth(text: str) -> Truth:
    if not text:
        return Truth(None)
    value = _TRUTH.get(text.casefold())
    if value is not None:
        return Truth(value)
    local = _LOCAL.get(_fold(text))
    if local:
        language, value = local
        return Truth(value, "license_value_local", {"word": "TRUE" if value else "FALSE", "language": language})
    return Truth(None, _rule_for_no_truth(text))


def _rule_for_no_truth(text: str) -> str:
    if text.casefold() in _MARKS:
        return "license_value_mark"
    if text[0] == "=":
        return "license_value_formula"
    return "license_value_error" if SHEET_ERROR.fullmatch(text) else "license_value"
