# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of values that variables have, and how each is read. Private to this collection.

Extra vars and surveys bring everything as text, so ``"false"``, ``"10"``, JSON and lists with commas between are read as what they mean.
"""

from __future__ import annotations

import dataclasses
import json
import math
import os
import re
import typing as t

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw]?)", re.IGNORECASE)
_PERCENT = re.compile(r"\d+(?:\.\d+)?\s*%")
#: What parts addresses in a text, and what parts files and words (a file's name may hold a blank).
_BETWEEN_ADDRESSES, _BETWEEN_WORDS = re.compile(r"[\s,;]+"), re.compile(r"[,\n\r]+")
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


def _whole(least: int) -> Reader:
    advice = f"use a whole number, at least {least}"

    def read(value: t.Any) -> int:
        number = _number(value, advice)
        if number != int(number) or number < least:
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


def _mapping(value: t.Any) -> dict[str, t.Any]:
    found: dict[str, t.Any] = _from_json(value, dict, "{", "use a mapping")
    return found


def _people(value: t.Any) -> list[t.Any]:
    advice = "use a list of people, each with email; addresses alone belong into onboard_addresses"
    found: list[t.Any] = _from_json(value, list, "[", advice)
    return found


def _list_of_texts(between: re.Pattern[str], advice: str) -> Reader:
    def read(value: t.Any) -> list[str]:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and not value.strip().startswith("["):
            value = between.split(value)
        entries = _from_json(value, list, "[", advice)
        if any(isinstance(entry, bool) or not isinstance(entry, (str, int, float)) for entry in entries):
            raise Wrong(advice)
        return [str(entry).strip() for entry in entries if str(entry).strip()]

    return read


def absolute(path: str) -> str:
    """Return a path from the real working directory; ``~`` is somebody's home."""
    return os.path.abspath(os.path.expanduser(path))


def _path(value: t.Any) -> str:
    return absolute(_text(value))


_words = _list_of_texts(_BETWEEN_WORDS, "use a list, or text with commas between")


def _paths(value: t.Any) -> list[str]:
    return [absolute(path) for path in _words(value)]


TEXT = Kind("text", _text)
BOOL = Kind("yes or no", _bool)
FLOAT = Kind("number", _float)
COUNT = Kind("whole number", _whole(0))
POSITIVE = Kind("whole number from 1", _whole(1))
SHARE = Kind("number or percentage", _share)
DURATION = Kind("time in seconds, or such as 30d", _duration)
MAPPING = Kind("mapping", _mapping)
PEOPLE = Kind("list of people", _people)
ADDRESSES = Kind("list of addresses", _list_of_texts(_BETWEEN_ADDRESSES, "use addresses, as a list or as text"))
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
