# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which first and last name a name beside an address plainly is. Pure. Private to this collection.

``Ana Ruiz`` and ``Ruiz, Ana`` are plain. Which of three words is whose, what a title or a team stands for, in which order a script that
puts the family first was written: nobody can tell from the text, so such a name is not taken at all.
"""

from __future__ import annotations

import typing as t
import unicodedata

from .._model import LONGEST

#: Words that belong to no name, or say that one is not plain: titles, what stands behind names, what a mailbox is for.
_NO_NAMES = frozenset(
    (
        "dr", "prof", "mr", "mrs", "ms", "miss", "sir", "herr", "frau", "sr", "sra", "srta", "don", "doña", "ing", "lic", "mme",
        "mlle", "dott", "jr", "ii", "iii", "iv", "phd", "md", "mba", "esq", "team", "group", "support", "sales", "service",
        "services", "help", "desk", "office", "center", "centre", "contact", "call", "info", "admin", "hr", "it", "dept",
        "department", "equipo", "grupo", "soporte", "ventas", "servicio", "servicios", "oficina", "centro", "equipe", "vertrieb",
        "kundendienst", "gruppe", "external", "extern", "externo", "ext", "guest", "contractor", "test", "user", "agent",
        "agente", "supervisor",
    )
)  # fmt: skip
#: Where one of these comes first, the first name is missing.
_PARTICLES = frozenset(
    (
        "van", "von", "der", "den", "de", "del", "della", "da", "do", "dos", "di", "la", "le", "el", "al", "bin", "ibn", "mac",
        "ter", "ten", "zu",
    )
)  # fmt: skip
#: Scripts, by what the names of their letters begin with, in which the family may well come first.
_FAMILY_FIRST = ("CJK", "HANGUL", "HIRAGANA", "KATAKANA")
_INSIDE = "-'\u2019\u2010\u00b7"
#: More words than that in one half are a remark, not a name.
_WORDS = 3

Name: t.TypeAlias = "dict[str, str]"


def plain_name(text: str, address: str) -> Name | None:
    """Return ``{first_name, last_name}`` of a name written beside an address, or None where it is not plain which is which."""
    halves = [" ".join(half.split()) for half in text.split(",")]
    if len(halves) == 2:
        last, first = halves
    elif len(halves) == 1 and len(halves[0].split()) == 2:
        first, last = halves[0].split()
        if _family_first(halves[0]) or not _in_this_order(first, last, address):
            return None
    else:
        return None
    return {"first_name": first, "last_name": last} if _is_name(first) and _is_name(last) else None


def declared_name(first: str, last: str) -> Name | None:
    """Return a name whose two halves stood under headers of their own, or None where one of them is no text for a name."""
    first, last = " ".join(first.split()), " ".join(last.split())
    return {"first_name": first, "last_name": last} if _fits(first) and _fits(last) else None


def _fits(half: str) -> bool:
    return bool(half) and len(half) <= LONGEST["first_name"] and half.isprintable() and "@" not in half


def _is_name(half: str) -> bool:
    words = half.split()
    if not _fits(half) or len(words) > _WORDS or (len(words) == 1 and words[0].casefold() in _PARTICLES):
        return False
    return all(_is_word(word) for word in words)


def _is_word(word: str) -> bool:
    """Return whether a word is one of a name: letters, more than one, and a capital first where the script has capitals."""
    letters = [c for c in word if c not in _INSIDE]
    if not letters or any(unicodedata.category(c)[0] not in "LM" for c in letters):
        return False
    if word.casefold() in _NO_NAMES:
        return False
    cased = letters[0].lower() != letters[0].upper()
    alone = cased and len(letters) < 2
    return not alone and (not letters[0].islower() or word.casefold() in _PARTICLES)


def _family_first(text: str) -> bool:
    """Return whether the family may stand first: by the script, or where one of two words is in capitals as families are."""
    if any(unicodedata.name(c, "").startswith(_FAMILY_FIRST) for c in text):
        return True
    one, other = text.split()
    return one.casefold() in _PARTICLES or one.isupper() != other.isupper()


def _in_this_order(first: str, last: str, address: str) -> bool:
    """Return whether the address says nothing against the order: ``nagy.anna@`` agrees with Nagy Anna, ``anna.nagy@`` does not."""
    parts = [p for p in _folded(address.partition("@")[0]).replace("_", ".").replace("-", ".").split(".") if p]
    if len(parts) < 2:
        return True
    return not (parts[0] == _folded(last) != parts[-1] or parts[-1] == _folded(first) != parts[0])


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if unicodedata.category(c)[0] != "M")
