# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who has signed in, and whom Webex mails, as far as that can be known. Pure. Private to this collection.

Webex mails by itself whoever is given a license and has never signed in, where the organization's setting is on (vendor's documentation).
No API says of one person whether a mail was sent.
"""

from __future__ import annotations

import typing as t

from ...module_utils._listed import counted
from ...module_utils._model import NO_LICENSE, PREMIUM, STANDARD
from ...module_utils._steps import LICENSE, ROLE, SYNC, USER
from .join import ReportPerson
from .words import count

#: Of somebody who was given a license and has never signed in: Webex mails by itself, mails nobody, or nobody could see the setting.
EXPECTED, OFF, UNKNOWN = "expected", "off", "unknown"


def signed_in(person: ReportPerson) -> bool | None:
    """Return whether somebody has ever signed in; None: not read."""
    for step in (SYNC, LICENSE, ROLE, USER):
        outcome = person.outcome(step)
        if outcome is not None and outcome.pending is not None:
            return not outcome.pending
    user = person.outcome(USER)
    return False if user is not None and user.created else None


def mail_of(person: ReportPerson, mails: t.Mapping[str, bool | None] | None) -> str | None:
    """Return what Webex does about mailing somebody; None where there was no occasion.

    :param mails: how the setting was, as the run's record has it.
    """
    outcome = person.outcome(LICENSE)
    if outcome is None or not outcome.changed or signed_in(person):
        return None
    before = (outcome.before or {}).get(LICENSE.fact)
    if before not in (None, NO_LICENSE) or outcome.seen(LICENSE.fact) not in (STANDARD, PREMIUM):
        return None
    return {True: EXPECTED, False: OFF, None: UNKNOWN}[mails["during"] if mails else None]


def line_of(organizations: t.Sequence[t.Mapping[str, t.Any]]) -> str | None:
    """Return one line about it, over some organizations, for terminal and page; None where everybody has signed in, or nobody knows."""
    users = [user for organization in organizations for user in organization["users"]]
    never = sum(user["signed_in"] is False for user in users)
    number = {word: sum(user["mail"] == word for user in users) for word in (EXPECTED, OFF, UNKNOWN)}
    if not never:
        return None
    check = any(organization["check"] for organization in organizations)
    parts = [f"{counted(never, 'person has', 'people have')} never signed in"]
    if number[EXPECTED]:
        parts.append(f"Webex {'would mail' if check else 'mails'} {count(number[EXPECTED])} of them, who {_got(check)}")
    if number[OFF]:
        parts.append(f"nobody mails {count(number[OFF])} of them, who {_got(check)}: activation mails are off")
    if number[UNKNOWN]:
        parts.append(f"whether Webex mails {count(number[UNKNOWN])} of them, who {_got(check)}, is not known")
    return "; ".join(parts)


def _got(check: bool) -> str:
    return "would get a license" if check else "got a license"
