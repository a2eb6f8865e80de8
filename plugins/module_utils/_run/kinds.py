# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of values that variables have, and how each is read. Private to this collection.

Extra vars and surveys bring everything as text, so ``"false"``, ``"10"``, JSON and lists with commas between are read as what they mean;
people may be YAML as well.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import math
import os
import re
import typing as t

from .written import NotReadable, read_text

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw]?)", re.IGNORECASE)
_PERCENT = re.compile(r"\d+(?:\.\d+)?\s*%")
#: What parts files and words in a text (a file's name may hold a blank).
_BETWEEN_WORDS = re.compile(r"[,\n\r]+")
_YES, _NO = frozenset({"yes", "true", "on", "1", "y", "t"}), frozenset({"no", "false", "off", "0", "n", "f"})
#: What older releases of Ansible put where a variable says ``omit``.
_OMITTED = "__omit_place_holder__"


class Wrong(ValueError):
    """A value that a kind does not take; the text says what to use: ``use yes or no``."""


Reader = t.Callable[[t.Any], t.Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Kind:
    """How a value is read, and in words what it is."""

    name: str
    read: Reader


def is_blank(value: t.Any) -> bool:
    """Return whether a value counts as not given: null, or text of nothing but blanks."""
    return value is None or (isinstance(value, str) and (not value.strip() or value.startswith(_OMITTED)))


def _text(value: t.Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise Wrong("use a text")
    return str(value).strip()


def _bool(value: t.Any) -> bool:
    word = str(value).strip().lower()
    if word in _YES or word in _NO:
        return word in _YES
    raise Wrong("use yes or no")


def _number(value: t.Any, advice: str) -> float:
    try:
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise ValueError
        number = float(value)
    except ValueError:
        raise Wrong(advice) from None
    if not math.isfinite(number) or number < 0:
        raise Wrong(advice)
    return number


def _float(value: t.Any) -> float:
    return _number(value, "use a number")


def _whole(least: int, most: float = math.inf) -> Reader:
    advice = f"use a whole number, at least {least}" + (f" and at most {most}" if most < math.inf else "")

    def read(value: t.Any) -> int:
        number = _number(value, advice)
        if number != int(number) or not least <= number <= most:
            raise Wrong(advice)
        return int(number)

    return read


def _share(value: t.Any) -> str:
    """Return a number or a percentage as the modules take it."""
    text = _text(value) if not isinstance(value, bool) else ""
    if _PERCENT.fullmatch(text) and float(text.rstrip("% ")) <= 100:
        return text.replace(" ", "")
    return (
        str(_whole(0)(value)) if text.isascii() and text.isdigit() else _refuse("use a number, or a share such as 5%")
    )


def _refuse(advice: str) -> t.NoReturn:
    raise Wrong(advice)


def _duration(value: t.Any) -> int:
    advice = "use a time such as 30d, 12h, 45m or a number of seconds"
    match = _DURATION.fullmatch(str(value).strip()) if not isinstance(value, bool) else None
    seconds = float(match[1]) * _SECONDS[match[2].lower() or "s"] if match else 0
    if seconds < 1:
        raise Wrong(advice)
    return int(seconds)


def _from_json(value: t.Any, kind: type[t.Any], opening: str, advice: str) -> t.Any:
    """Return a value of a kind, also where it is JSON text."""
    if isinstance(value, str) and value.strip().startswith(opening):
        try:
            value = json.loads(value)
        except ValueError:
            raise Wrong(f"{advice}; as text it must be JSON") from None
    if not isinstance(value, kind):
        raise Wrong(advice)
    return value


def _from_text(value: t.Any, advice: str) -> t.Any:
    """Return a value, also where it is YAML or JSON text."""
    if not isinstance(value, str):
        return value
    try:
        return read_text(value)
    except NotReadable as error:
        raise Wrong(f"{advice}; as text it must be YAML or JSON ({error})") from None


def _mapping(value: t.Any) -> dict[str, t.Any]:
    found = _from_text(value, "use a mapping")
    if not isinstance(found, dict):
        raise Wrong("use a mapping")
    return found


_PEOPLE = "use a list of people, each with email; addresses alone belong into onboard_addresses"


def _people(value: t.Any) -> list[t.Any]:
    value = _from_text(value, _PEOPLE)
    if isinstance(value, dict) and "email" in value:
        raise Wrong(f"{_PEOPLE}; begin each of them with '- '")
    if not isinstance(value, list):
        raise Wrong(_PEOPLE)
    return value


_ADDRESSES = "use addresses, as text or as a list; people with more than an address belong into onboard_users"


def _addresses(value: t.Any) -> list[str]:
    """Return texts as they stand: what is in them is read line by line where the roster is made."""
    if isinstance(value, str) and value.strip().startswith("["):
        # Anything else that begins so is pasted text.
        with contextlib.suppress(ValueError):
            value = json.loads(value)
    entries = [value] if isinstance(value, str) or _is_number(value) else value
    return [text for text in _texts(entries, _ADDRESSES) if text.strip()]


def _is_number(value: t.Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _texts(entries: t.Any, advice: str) -> list[str]:
    if not isinstance(entries, list) or any(not isinstance(e, str) and not _is_number(e) for e in entries):
        raise Wrong(advice)
    return [str(entry) for entry in entries]


def _words(value: t.Any) -> list[str]:
    advice = "use a list, or text with commas between"
    if _is_number(value):
        value = str(value)
    if isinstance(value, str) and not value.strip().startswith("["):
        value = _BETWEEN_WORDS.split(value)
    entries = _texts(_from_json(value, list, "[", advice), advice)
    return [entry.strip() for entry in entries if entry.strip()]


def absolute(path: str) -> str:
    """Return a path from the real working directory; ``~`` is somebody's home."""
    return os.path.abspath(os.path.expanduser(path))


def _path(value: t.Any) -> str:
    return absolute(_text(value))


def _paths(value: t.Any) -> list[str]:
    return [absolute(path) for path in _words(value)]


TEXT = Kind("text", _text)
BOOL = Kind("yes or no", _bool)
FLOAT = Kind("number", _float)
COUNT = Kind("whole number", _whole(0))
POSITIVE = Kind("whole number from 1", _whole(1))
#: Requests at once. Each takes a connection, of which a process may have about a thousand; the services' limits bind long before.
MAX_CONCURRENCY = 100
CONCURRENCY = Kind(f"whole number from 1 to {MAX_CONCURRENCY}", _whole(1, MAX_CONCURRENCY))
SHARE = Kind("number or percentage", _share)
DURATION = Kind("time in seconds, or such as 30d", _duration)
MAPPING = Kind("mapping", _mapping)
PEOPLE = Kind("list of people", _people)
ADDRESSES = Kind("addresses", _addresses)
WORDS = Kind("list", _words)
PATH = Kind("path", _path)
PATHS = Kind("list of paths", _paths)


def one_of(*words: str) -> Kind:
    """Return the kind of a variable that takes one of a few words; YAML makes a boolean of an unquoted yes, no, on or off."""
    advice = f"use one of {', '.join(words)}"
    yes, no = ("on", "off") if "on" in words else ("yes", "no")

    def read(value: t.Any) -> str:
        word = (yes if value else no) if isinstance(value, bool) else str(value).strip().lower()
        if word not in words:
            raise Wrong(advice)
        return word

    return Kind(f"one of {', '.join(words)}", read)


def some_of(*words: str) -> Kind:
    """Return the kind of a variable that takes a list of some of a few words."""
    advice = f"use a list of some of {', '.join(words)}"

    def read(value: t.Any) -> list[str]:
        found = [word.lower() for word in _words(value)]
        if not set(found) <= set(words):
            raise Wrong(advice)
        return list(dict.fromkeys(found))

    return Kind(f"list of some of {', '.join(words)}", read)
