# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the license and the role that were seen are what a row declares. Pure. Private to this collection.

A role is seen as one word, and ``administrator`` outweighs the others in it; so whoever is to be an agent with a User Administrator's role
is seen as an administrator, and is as declared.
"""

from __future__ import annotations

import typing as t

from .._model import ADMINISTRATOR, AGENT, NO_LICENSE, PREMIUM, STANDARD, SUPERVISOR


def license_suffices(wanted: str | None, seen: object, *, only_added: bool = False) -> bool:
    """Return whether a license fulfills what is wanted (None: nothing is).

    :param only_added: nothing is ever taken away, so that more than wanted is enough.
    """
    if wanted is None or seen == wanted:
        return True
    return only_added and (wanted == NO_LICENSE or (wanted == STANDARD and seen == PREMIUM))


def role_suffices(
    wanted: str | None,
    seen: object,
    *,
    named: t.Collection[str] | None = None,
    supervises: bool = False,
    only_added: bool = False,
) -> bool:
    """Return whether a role is the one that is wanted (None: none is).

    :param seen: agent, supervisor or administrator, as the module ``role`` shows it.
    :param named: the row's ``administrator_roles``; None where it has none. Whether these very roles are held is the role step's business.
    :param supervises: the person is seen to be a supervisor, by the identity role or by the contact center's user profile.
    :param only_added: nothing is ever taken away, so that somebody who is more than an agent is one, too.
    """
    if wanted is None or seen == wanted:
        return True
    if wanted == SUPERVISOR:
        return supervises
    if wanted != AGENT:
        return False
    return (only_added and seen in (SUPERVISOR, ADMINISTRATOR)) or (
        bool(named) and seen == ADMINISTRATOR and not supervises
    )
