# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values in a sentence: names, of which there may be thousands, and what something is. Private to this collection."""

from __future__ import annotations

import typing as t


def listed(names: t.Sequence[str], at_most: int) -> str:
    """Return the first names with commas between, and how many more there are: ``ada, bruno and 3 more``."""
    more = len(names) - at_most
    return ", ".join(names[:at_most]) + (f" and {more} more" if more > 0 else "")


def counted(number: int, one: str, several: str) -> str:
    """Return a number with what it counts: ``1 row``, ``1,200 rows``."""
    return f"{number:,} {one if number == 1 else several}"


def people(number: int) -> str:
    """Return ``1 person``, ``1,200 people``."""
    return counted(number, "person", "people")


def cut(texts: t.Sequence[str], at_most: int, kind: str) -> list[str]:
    """Return the first texts, and one that says how many more of this kind there are."""
    more = len(texts) - at_most
    return [*texts[:at_most], *([f"and {more} more {kind}"] if more > 0 else [])]


#: What a value is, as people say it who write YAML.
_KINDS = (
    (bool, "yes or no"),
    (int, "a number"),
    (float, "a number"),
    (str, "a text"),
    (dict, "a mapping"),
    (list, "a list"),
)


def kind_of(value: t.Any) -> str:
    """Return what a value is in plain words: ``a number``, ``nothing`` for null."""
    return next(
        (words for kind, words in _KINDS if isinstance(value, kind)), "nothing" if value is None else "something else"
    )
