# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A limit that people write as a number or as a percentage. Pure. Private to this collection."""

from __future__ import annotations

import math
import typing as t

from .._errors import InputError, Problem


def limit_of(value: t.Any, total: int, *, option: str) -> int | None:
    """Return how many of ``total`` a limit allows: ``5``, ``"5"`` or ``"5%"``, rounded down; None where it is blank.

    :raises InputError: neither a number nor a percentage; ``option`` is named.
    """
    text = "" if value is None else str(value).strip()
    if not text:
        return None
    try:
        if text.endswith("%"):
            percent = float(text[:-1])
            if 0 <= percent <= 100:
                return math.floor(total * percent / 100)
        elif int(text) >= 0:
            return int(text)
    except ValueError:
        pass
    raise InputError(
        Problem(
            "invalid_input",
            f"{option} (variable onboard_{option}) is {text!r}: write a number, or a percentage such as 5%.",
        )
    )
