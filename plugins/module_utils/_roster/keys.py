# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which keys a row may have, and what is said of one that nobody knows. Pure. Private to this collection."""

from __future__ import annotations

import difflib
import typing as t

from .._contact_center.settings import BY_WORD
from .._model import LONGEST
from .fields import CHOICES

#: What people write of a person. The options of the modules have the same.
PERSON_KEYS = ("email", *LONGEST, *CHOICES, "administrator_roles", "agent")
#: The name that stood beside a pasted address: for somebody who is added, and never against a name on record.
IF_NEW = "name_if_new"
#: What only our own roster files carry: where a row came from, its number and part, the cells of a CSV row, when that file was saved,
#: that it creates nobody, and the name beside a pasted address.
OWN_KEYS = ("source", "sources", "row", "part", "csv", "csv_time", "columns", "creates", IF_NEW)
#: Keys that begin like this are the site's own.
SITE_PREFIX = "x_"

#: What is wrong, and what to do.
Complaint = tuple[str, str]


def is_site_key(key: str, ignored: t.Container[str]) -> bool:
    """Return whether a key is the site's own: left out of what goes on, and never complained about."""
    return key.startswith(SITE_PREFIX) or key in ignored


def without_site_keys(row: t.Mapping[str, t.Any], ignored: t.Container[str]) -> dict[str, t.Any]:
    """Return the row without the site's own keys, those inside ``agent`` included."""
    kept = {key: value for key, value in row.items() if not is_site_key(str(key), ignored)}
    agent = kept.get("agent")
    if isinstance(agent, dict):
        kept["agent"] = {key: value for key, value in agent.items() if not is_site_key(str(key), ignored)}
    return kept


def unknown_keys(row: t.Mapping[str, t.Any], *, own: bool) -> list[Complaint]:
    """Return what is to be said of the keys of a row that nobody knows, those inside ``agent`` included.

    :param own: the row comes from a roster file of ours.
    """
    found = [
        unknown_key(str(key), PERSON_KEYS) for key in row if key not in PERSON_KEYS and not (own and key in OWN_KEYS)
    ]
    agent = row.get("agent")
    if isinstance(agent, dict):
        found += [unknown_key(str(key), tuple(BY_WORD), "agent") for key in agent if key not in BY_WORD]
    return found


def unknown_key(key: str, known: t.Sequence[str], whose: str = "a person") -> Complaint:
    """Return what is to be said of a key that nobody knows: the nearest one, or all that there are."""
    near = nearest(key, known)
    if near:
        text = f"{key} is no key of {whose}: did you mean {near}?"
        return text, f"Correct it, or begin it with {SITE_PREFIX} if it is your own."
    return f"{key} is no key of {whose}", f"Use {', '.join(known)}, or begin it with {SITE_PREFIX} if it is your own."


def nearest(word: str, known: t.Sequence[str]) -> str | None:
    """Return the known word that is nearest to this one, if any is near."""
    close = difflib.get_close_matches(word.strip().lower(), known, n=1, cutoff=0.6)
    return close[0] if close else None
