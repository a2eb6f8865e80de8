# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a spreadsheet program does to the text of a cell. Nothing is ever evaluated. Private to this collection.

looks_like_formula("=1+1"), mended("InÃ©s")
"""

from __future__ import annotations

import re

from .._errors import SUBSTITUTE

_FORMULA = re.compile(r"=\s*[^\s=]|[+\-@]\s*(?:[^\W\d_]|[(=@\"'$]|[+\-]+[\w(])|[+\-][\d.,]+\s*[-+*/^(]")
SHEET_ERROR = re.compile(r"#[A-ZÄÖÜÉ/0!?]{2,}[!?]?", re.IGNORECASE)
# What Webex Calling refuses in a name.
FORBIDDEN = re.compile(r"[%#<>\\/\"]")
# The beginnings of UTF-8 sequences of European letters, read as Windows-1252.
_MOJIBAKE = re.compile(r"[ÃÂâÄÅÐÑ][^\x00-\x7f]")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# A cell worth a closer look: perhaps a formula, an error message, spoiled, with control characters or blanks at an end.
# Cells are joined by NUL, which no file that is read can hold.
SUSPECT = re.compile(rf"(?:^|\x00)[\s=+\-@#]|\s(?:\x00|$)|[\x01-\x1f\x7f-\x9f\ufffd{SUBSTITUTE}]|[ÃÂâÄÅÐÑ][^\x00-\x7f]")


def looks_like_formula(cell: str) -> bool:
    """Whether a spreadsheet program might take the cell for a formula: `=1+1`, `@SUM(A1)`, `+cmd|...`; never `+12025550101`
    and never a lone dash."""
    return _FORMULA.match(cell) is not None


def harmless(text: str) -> str:
    """A text that no spreadsheet program takes for a formula."""
    return f"'{text}" if looks_like_formula(text.lstrip()) else text


def mended(text: str) -> str | None:
    """What the text was before UTF-8 was read as Windows-1252, if that is what happened to it."""
    if text.isascii() or not _MOJIBAKE.search(text):
        return None
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return None
