# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Single headers: taken apart, compared, put together again. Private to this collection.

Control Hub itself wants headers exactly as exported. Here a header is matched by its base name: without the ``[Sub111111]`` that
picks a subscription and the ``(Suspended)`` of a suspended service (either may come first), without case, blanks and punctuation,
and through the names that older exports used.

Entry points:

    parse_header("Webex Contact Center Premium [Sub222222] (Suspended)")
    canonical_header("Webex Contact Center Premium", "Sub222222")
    nearest("Fist Name", ["First Name", "Last Name"])
"""

from __future__ import annotations

import difflib
import re
import typing as t

from .._roster.address import trimmed

_SUBSCRIPTION = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]\s*$")
_SUSPENDED = re.compile(r"\s*\(\s*suspended\s*\)\s*$", re.IGNORECASE)
# No column that is known has so long a name, and comparing takes its time.
_LONGEST_COMPARED = 100
_NEAR = 0.8


def header_key(text: str) -> str:
    """What headers are compared by: letters and digits only, without case."""
    return "".join(filter(str.isalnum, text.casefold()))


class Header(t.NamedTuple):
    """A header taken apart. ``Webex Teams [Sub1] (Suspended)`` -> base ``Webex Teams``, subscription ``Sub1``, suspended."""

    base: str
    subscription: str | None
    suspended: bool


def parse_header(text: str) -> Header:
    """Takes ``[Sub...]`` and ``(Suspended)`` off the end, in either order. What is left is never empty."""
    base = trimmed(text)
    subscription: str | None = None
    suspended = False
    while True:
        match = _SUSPENDED.search(base)
        if match and not suspended and match.start():
            suspended = True
        else:
            match = _SUBSCRIPTION.search(base)
            if not match or subscription is not None or not match.start():
                return Header(base, subscription, suspended)
            subscription = match.group(1)
        base = base[: match.start()]


def canonical_header(base: str, subscription: str | None = None, suspended: bool = False) -> str:
    """The header with its suffixes in the order of Control Hub's exports (assumed: subscription first)."""
    text = f"{base} [{subscription}]" if subscription else base
    return f"{text} (Suspended)" if suspended else text


def nearest(base: str, headers: t.Iterable[str]) -> tuple[str, float] | None:
    """The one of these headers that is nearest to this name, and how near (0 to 1); None where none is near."""
    key = header_key(base) if len(base) < _LONGEST_COMPARED else ""
    if not key:
        return None
    by_key = {header_key(header): header for header in headers}
    found = difflib.get_close_matches(key, list(by_key), n=1, cutoff=_NEAR)
    if not found:
        return None
    return by_key[found[0]], difflib.SequenceMatcher(None, found[0], key).ratio()
