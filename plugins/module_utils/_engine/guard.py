# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Guard rails: what must not happen whatever the roster says. Pure. Private to this collection."""

from __future__ import annotations

import dataclasses
import math
import typing as t

from .._errors import InputError, Problem, WxccError
from .._model import Item, address_key


@dataclasses.dataclass(slots=True)
class Policy:
    """What a run may do. ``max_removals`` is a number of people or a percentage of the roster, for example ``5%``."""

    on_error: str = "continue"
    fail_on_blocked: bool = True
    max_removals: str = "10"
    protected: t.Sequence[str] = ()
    #: Seconds to read again until a change shows, before it counts as not done.
    settle_timeout: float = 15.0


def removal_limit(text: str, people: int) -> int:
    """Return how many people may lose something.

    :raises InputError: neither a number nor a percentage.
    """
    value = str(text).strip()
    try:
        if value.endswith("%"):
            percent = float(value[:-1])
            if 0 <= percent <= 100:
                return math.floor(people * percent / 100)
        elif int(value) >= 0:
            return int(value)
    except ValueError:
        pass
    raise InputError(
        Problem("invalid_input", f"max_removals is {text!r}: write a number of people, or a percentage such as 5%.")
    )


def protect(items: t.Iterable[Item], policy: Policy, own_keys: t.Container[str]) -> None:
    """Block what would take something from a protected person, or touch the access of the run's own account."""
    protected = {address_key(p) for p in policy.protected}
    for item in items:
        if not item.pending:
            continue
        if item.key in own_keys and (item.removal or item.touches_access):
            item.block(Problem("own_account", f"{item.email} is the account that this run uses."))
        elif item.removal and item.key in protected:
            item.block(Problem("protected", f"{item.email} is protected."))


def keep_an_administrator(items: t.Iterable[Item], administrators: t.Container[str], count: int) -> None:
    """Block the items that would leave the organization without a Full Administrator.

    :param items: those that take the role or the person away.
    :param administrators: keys of today's Full Administrators; ``count`` how many there are.
    """
    affected = [i for i in items if i.pending and i.key in administrators]
    if affected and len(affected) >= count:
        for item in affected:
            item.block(
                Problem(
                    "last_full_administrator",
                    f"Without {item.email} the organization would have no Full Administrator left.",
                )
            )


def check_removals(items: t.Sequence[Item], policy: Policy) -> None:
    """Refuse the run if more people would lose something than allowed.

    :raises WxccError: names the people, the first twenty of them.
    """
    limit = removal_limit(policy.max_removals, len(items))
    victims = [i for i in items if i.pending and i.removal]
    if len(victims) <= limit:
        return
    names = ", ".join(i.email for i in victims[:20]) + (f" and {len(victims) - 20} more" if len(victims) > 20 else "")
    text = (
        f"{len(victims)} people would lose something, max_removals allows {limit} ({policy.max_removals}). "
        f"Nothing was sent. They are: {names}."
    )
    raise WxccError(Problem("too_many_removals", text))
