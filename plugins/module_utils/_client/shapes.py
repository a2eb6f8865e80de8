# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What answers hold is taken by its shape, here and nowhere else. Private to this collection.

Absent and null are the same: not read. Everything else that is not of the expected shape raises ``invalid_response``, which says which
field it was and never quotes it. A record of a list is one person's (or one thing's) matter: see :func:`sorted_out`.
"""

from __future__ import annotations

import typing as t

from .._errors import ApiError, Problem

Json = t.Any
T = t.TypeVar("T")

_TRUTHS = {"true": True, "false": False}
#: More digits than any count of a service has.
_DIGITS = 18
_STATUSES = (100, 599)
#: Said of a record that cannot be used.
_SHAPE = "the answer does not have the expected shape"


def misshapen(what: str, why: str) -> ApiError:
    """Return the error of an answer that cannot be used; ``what`` names the thing, ``why`` the field and its shape."""
    return ApiError.of("invalid_response", f"{what}: {_SHAPE}: {why}.")


class Fields:
    """An object of an answer, whose fields are taken by shape; ``what`` says what it is, for messages."""

    __slots__ = ("_data", "_what")

    def __init__(self, data: Json, what: str) -> None:
        """:raises ApiError: it is no object."""
        if not isinstance(data, dict):
            raise misshapen(what, "it is no object")
        self._data: dict[str, Json] = data
        self._what = what

    def wrong(self, name: str, expected: str) -> ApiError:
        """Return the error of a field that is not what is expected."""
        return misshapen(self._what, f"{name} is not {expected}")

    def has(self, name: str) -> bool:
        """Return whether the field was given, be it as null."""
        return name in self._data

    def text(self, name: str) -> str | None:
        """Return a text. :raises ApiError: it is something else, or cannot be written as UTF-8."""
        value = self._data.get(name)
        if value is None:
            return None
        if not _is_text(value):
            raise self.wrong(name, "a text")
        return str(value)

    def needed(self, name: str) -> str:
        """Return a text that nothing goes without: an id. :raises ApiError: it is missing, empty, or no text."""
        value = self.text(name)
        if not value or not value.strip():
            raise self.wrong(name, "given")
        return value

    def flag(self, name: str) -> bool | None:
        """Return a boolean, which the wire shows as such and some descriptions as text. :raises ApiError: it is something else."""
        value = self._data.get(name)
        if isinstance(value, str):
            value = _TRUTHS.get(value.strip().lower(), value)
        if value is None or isinstance(value, bool):
            return value
        raise self.wrong(name, "true or false")

    def number(self, name: str) -> int | None:
        """Return a count: a whole number from 0 up, also as text. :raises ApiError: it is something else."""
        value = self._data.get(name)
        if value is None:
            return None
        if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= _DIGITS:
            return int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**_DIGITS:
            raise self.wrong(name, "a whole number")
        return value

    def texts(self, name: str) -> tuple[str, ...] | None:
        """Return an array of texts. :raises ApiError: it is something else, or holds anything else."""
        value = self._data.get(name)
        if value is None:
            return None
        if not isinstance(value, list) or not all(map(_is_text, value)):
            raise self.wrong(name, "an array of texts")
        return tuple(value)

    def text_or_texts(self, name: str) -> tuple[str, ...]:
        """Return a field that is one text or an array of them; nothing where it is absent. :raises ApiError: it is neither."""
        if isinstance(self._data.get(name), list):
            return self.texts(name) or ()
        one = self.text(name)
        return () if one is None else (one,)

    def objects(self, name: str) -> list[Fields] | None:
        """Return an array of objects. :raises ApiError: it is something else, or holds anything else."""
        value = self._data.get(name)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise self.wrong(name, "an array of objects")
        return [Fields(one, f"{self._what}, {name}") for one in value]

    def inner(self, name: str) -> Fields:
        """Return an object within; an empty one where it is absent. :raises ApiError: it is something else."""
        value = self._data.get(name)
        return Fields({} if value is None else value, f"{self._what}, {name}")

    def at(self, *steps: str) -> str | None:
        """Return the text at the end of these steps. :raises ApiError: a step on the way is no object, or the last no text."""
        *outer, name = steps
        place = self
        for step in outer:
            place = place.inner(step)
        return place.text(name)


def loose_text(data: Json, *path: str | int) -> str | None:
    """Return the text at a place of a record that may be of any shape: to tell whose a record is that cannot be used otherwise."""
    for step in path:
        if isinstance(step, int):
            data = data[step] if isinstance(data, list) and len(data) > step else None
        else:
            data = data.get(step) if isinstance(data, dict) else None
    return data if _is_text(data) else None


def status_of(value: Json) -> int | None:
    """Return an HTTP status that stands in an answer as a number, or as text with or without words behind it; None: it is none."""
    first = str(value).split()[:1] if isinstance(value, (str, int)) and not isinstance(value, bool) else []
    number = int(first[0]) if first and first[0].isascii() and first[0].isdecimal() and len(first[0]) <= _DIGITS else 0
    return number if _STATUSES[0] <= number <= _STATUSES[1] else None


def sorted_out(
    entries: t.Iterable[Json],
    decode: t.Callable[[Json], T],
    whose: t.Callable[[Json], t.Collection[str]],
) -> tuple[list[T], dict[str, Problem]]:
    """Return (the records of a list, what is wrong with the others by whose they are). Pure.

    :param whose: returns the ids and addresses that tell whose a record is.
    :raises ApiError: nobody can tell whose a record is that cannot be used: it may be anybody's.
    """
    found: list[T] = []
    odd: dict[str, Problem] = {}
    for entry in entries:
        try:
            found.append(decode(entry))
        except ApiError as error:
            owners = whose(entry)
            if not owners:
                raise
            odd.update(dict.fromkeys(owners, error.problem))
    return found, odd


def _is_text(value: Json) -> bool:
    if not isinstance(value, str):
        return False
    # Half of a surrogate pair is valid JSON, but no text that a file could hold.
    return value.isascii() or not any("\ud800" <= c <= "\udfff" for c in value)
