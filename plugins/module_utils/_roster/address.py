# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an address is: the one rule, for lists and for files. Pure. Private to this collection.

Entry points:

    trimmed(" ada@example.com\\u200b")
    address_problem("ada@example.com") -> None, or AddressProblem(code, meaning, action)

The address is the person's user name in the organization, so a typo makes a new, empty person (vendor's documentation). The vendor
publishes two lengths and no grammar. What is taken is therefore what mail systems take in practice: letters, digits and marks of
ASCII, no dot at the ends or doubled, and a whole domain. Everything else is refused, in words that say what it probably is.
"""

from __future__ import annotations

import re
import typing as t

#: Vendor's SCIM schema: a userName has at most 254 characters.
LONGEST_ADDRESS = 254
#: Vendor's rules for importing a file: the part before the @ has at most 64.
LONGEST_LOCAL_PART = 64
#: Beyond this it is no mistyped address but a row that runs on.
_ENDLESS = 1000

MISSING, LOCAL_PART, INVALID = "address_missing", "address_local_part", "address_invalid"
#: The meaning where no more can be said.
NOT_VALID = "This is not a valid address."

_LOCAL_CHARS = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
#: The last part of a domain; numbers alone would be a machine's address.
_TOP = r"[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"({_LOCAL_CHARS}(?:\.{_LOCAL_CHARS})*)@((?:{_LABEL}\.)+{_TOP})")
_IN_BRACKETS = re.compile(rf"<\s*(?:mailto:)?({_ADDRESS.pattern})\s*>")
#: Blanks, those without a width among them, at the ends of a text.
_BLANKS_AROUND = re.compile(r"\A[\s\u200b\u2060\ufeff]+|[\s\u200b\u2060\ufeff]+\Z")
_SEPARATOR = re.compile(r"[,;\s]")


class AddressProblem(t.NamedTuple):
    """Why a text is no address. code: MISSING, LOCAL_PART or INVALID. meaning, action: a sentence each, whole with its period."""

    code: str
    meaning: str
    action: str


def trimmed(text: str) -> str:
    """Return the text without blanks at its ends, those included that have no width and come along when text is copied."""
    return _BLANKS_AROUND.sub("", text)


def address_problem(text: str) -> AddressProblem | None:
    """Return what is wrong with an address that is `trimmed`, or None."""
    if not text:
        return AddressProblem(
            MISSING, "The row has no address, so it names nobody.", "Fill in the address or delete the row."
        )
    if len(text) > _ENDLESS:
        return AddressProblem(INVALID, "No address is as long as this.", "Is a quotation mark missing in this row?")
    match = _ADDRESS.fullmatch(text)
    if match:
        return _too_long(text, match.end(1))
    for look in (_wrapped, _formula, _unseen, _several, _foreign, _incomplete):
        found = look(text)
        if found:
            return AddressProblem(INVALID, *found)
    return AddressProblem(INVALID, NOT_VALID, "Correct the address.")


def _too_long(text: str, local_part: int) -> AddressProblem | None:
    if local_part > LONGEST_LOCAL_PART:
        return AddressProblem(
            LOCAL_PART,
            f"The part before the @ is {local_part} characters long; at most {LONGEST_LOCAL_PART} are allowed.",
            "Give the person a shorter address.",
        )
    if len(text) > LONGEST_ADDRESS:
        return AddressProblem(
            INVALID,
            f"The address is {len(text)} characters long; at most {LONGEST_ADDRESS} are possible.",
            "Give the person a shorter address.",
        )
    return None


#: What a look at a text that is no address finds: meaning and action.
_Found: t.TypeAlias = "tuple[str, str] | None"


def _wrapped(text: str) -> _Found:
    inner = _IN_BRACKETS.search(text)
    if inner:
        return "This is a name with an address in angle brackets.", f"Write '{inner.group(1)}' alone."
    if text.lower().startswith("mailto:"):
        return "This is a link, not an address.", "Take 'mailto:' away."
    return None


def _formula(text: str) -> _Found:
    if text[0] in "=@+":
        return "This is not an address; it may be a formula, and none is evaluated here.", "Write the address."
    return None


def _unseen(text: str) -> _Found:
    unseen = [c for c in text if not c.isprintable() or c == "\u00a0"]
    if not unseen:
        return None
    names = ", ".join(f"U+{ord(c):04X}" for c in dict.fromkeys(unseen))
    return f"The address holds characters that cannot be seen ({names}).", "Type the address anew."


def _several(text: str) -> _Found:
    if text.count("@") < 2 and not _SEPARATOR.search(text):
        return None
    return (
        "This is more than one address, or an address with a blank, comma or semicolon in it.",
        "Write one address and nothing else; a row is one person.",
    )


def _foreign(text: str) -> _Found:
    beyond = dict.fromkeys(c for c in text if not c.isascii())
    if not beyond:
        return None
    return (
        f"The address holds characters beyond ASCII ({', '.join(beyond)}).",
        "Write the address as the mail system knows it; look-alike letters of other scripts count as different.",
    )


def _incomplete(text: str) -> _Found:
    _local, at, domain = text.rpartition("@")
    if not at:
        return "There is no @ in it.", "Write the whole address."
    if "." not in domain:
        return "What follows the @ is no complete domain.", "Write the whole address."
    return None
