# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a row of a roster may declare, and what it may say. One table for lists, files and options. Private to this collection."""

from __future__ import annotations

import re
import typing as t

from .._model import (
    ABSENT,
    ADD_AND_REMOVE,
    ADD_ONLY,
    ADMINISTRATOR,
    AGENT,
    DISABLED,
    NO_LICENSE,
    PREMIUM,
    PRESENT,
    STANDARD,
    SUPERVISOR,
)

#: The licenses that take a seat, in the order of Control Hub's columns.
SEAT_LICENSES = (STANDARD, PREMIUM)
LICENSES = (*SEAT_LICENSES, NO_LICENSE)
ROLES = (AGENT, SUPERVISOR, ADMINISTRATOR)
STATES = (PRESENT, DISABLED, ABSENT)

#: The fields that take one of a few words.
CHOICES = {"state": STATES, "license": LICENSES, "role": ROLES}

#: What a run may take away, in our words and in those of Control Hub's import dialog.
MODES = {
    ADD_ONLY: ADD_ONLY,
    ADD_AND_REMOVE: ADD_AND_REMOVE,
    "add_services_only": ADD_ONLY,
    "add_and_remove_services": ADD_AND_REMOVE,
}

#: What no service takes in a name or title, halves of characters among it; line ends and tabs are not among them.
UNSENDABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


def normal_mode(mode: str) -> str:
    """Return add_only or add_and_remove, also for Control Hub's words. :raises ValueError: it is none of these."""
    try:
        return MODES[mode]
    except KeyError:
        raise ValueError(f"mode must be one of {', '.join(MODES)}, not {mode!r}") from None


def license_for(role: t.Any) -> str | None:
    """Return the license that a role rests on: only somebody with Premium can be made a supervisor (vendor's rule)."""
    return PREMIUM if role == SUPERVISOR else None
