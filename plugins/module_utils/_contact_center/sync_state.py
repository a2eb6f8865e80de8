# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sync state of a person: what a client can observe of "Synchronize Users". Pure. Private to this collection.

No public API shows a sync status, so the state is derived: missing, identity_mismatch, inactive, profile_mismatch, digital_pending,
in_sync. ``not_expected`` is ours: the person has no license that would bring a record.
"""

from __future__ import annotations

import typing as t

from .._model import NO_LICENSE, PREMIUM, STANDARD, SUPERVISOR, Person, address_key
from .._webex.roles import FULL_ADMINISTRATOR, SERVICE_ADMINISTRATOR
from .records import Record

MISSING, IDENTITY, INACTIVE, PROFILE, DIGITAL, IN_SYNC, NOT_EXPECTED = (
    "missing",
    "identity_mismatch",
    "inactive",
    "profile_mismatch",
    "digital_pending",
    "in_sync",
    "not_expected",
)
#: The type of user profile that supervisors have.
SUPERVISOR_PROFILE = "SUPERVISOR"
#: States that need no further waiting; digital_pending is information.
SETTLED = (IN_SYNC, DIGITAL, NOT_EXPECTED)
#: Where the button is that no public API presses.
WHERE_TO_SYNCHRONIZE = (
    "Control Hub > Services > Contact Center > Tenant settings > General > Synchronize Users "
    "(older Control Hub: Contact Center > Settings > General > Synchronize Users)"
)


def expected_profiles(license_name: str, role: str | None, roles: t.Container[str] | None) -> tuple[str, ...]:
    """Return the user profile types that fit license and role (vendor's table of default profiles).

    :param role: the declared word, or None where the roster does not say; then every type that the license allows fits.
    :param roles: identity roles held, or None if unknown.
    """
    service = roles is not None and (FULL_ADMINISTRATOR in roles or SERVICE_ADMINISTRATOR in roles)
    if license_name == STANDARD:
        return ("STANDARD_AGENT",)
    if license_name == PREMIUM:
        if role == SUPERVISOR:
            return (SUPERVISOR_PROFILE,)
        if service:
            return ("ADMINISTRATOR",)
        if role is None or roles is None:
            return ("PREMIUM_AGENT", SUPERVISOR_PROFILE, "ADMINISTRATOR")
        return ("PREMIUM_AGENT",)
    return ("ADMINISTRATOR_ONLY",) if service else ()


def sync_state_of(
    person: Person, license_name: str, role: str | None, record: Record | None, profile_type: str | None
) -> tuple[str, str]:
    """Return (sync state, one sentence): the first of the states in this order that holds.

    :param license_name: the license that the person holds.
    :param role: the declared word, or None where the roster does not say.
    :param profile_type: the type of the record's user profile, or None if unknown.
    """
    if reason := _why_not_expected(person, license_name):
        return NOT_EXPECTED, reason
    if record is None:
        return MISSING, "The contact center has no record of this person yet."
    checks = (
        (IDENTITY, _identity_mismatch(person, record)),
        (INACTIVE, "The record is inactive." if record.active is False else None),
        (PROFILE, _profile_mismatch(expected_profiles(license_name, role, person.roles), profile_type)),
        (DIGITAL, _digital_pending(license_name, record)),
    )
    return next(((state, sentence) for state, sentence in checks if sentence), (IN_SYNC, "In sync."))


def _why_not_expected(person: Person, license_name: str) -> str | None:
    if license_name == NO_LICENSE:
        return "Without a license no record is expected."
    if person.active is False:
        return "The person is disabled, so that no active record is expected."
    return None


def _identity_mismatch(person: Person, record: Record) -> str | None:
    if record.ci_user_id is not None and record.ci_user_id != person.id:
        return f"The record with this address belongs to another identity ({record.ci_user_id})."
    pairs = (
        ("address", address_key(person.email), address_key(record.email)),
        ("first name", person.first_name, record.first_name),
        ("last name", person.last_name, record.last_name),
    )
    # A field that one side leaves out says nothing.
    differing = [name for name, ours, theirs in pairs if ours and theirs and ours != theirs]
    return f"The record differs in {', '.join(differing)}." if differing else None


def _profile_mismatch(expected: tuple[str, ...], profile_type: str | None) -> str | None:
    if not profile_type or not expected or profile_type in expected:
        return None
    return f"The user profile is of type {profile_type}; {' or '.join(expected)} fits license and role."


def _digital_pending(license_name: str, record: Record) -> str | None:
    if license_name == PREMIUM and record.digital is False:
        return "In sync; the digital channels' own list does not have the person yet."
    return None


def what_to_press(state: str, *, synchronized: bool | None = None, bundle: str | None = None) -> str:
    """Return the way out of a state that does not settle by itself, by what happened before.

    After a change of license or role the button alone heals (seen in every case); editing by hand is for where it did not, a support case
    (the vendor's last step) for where nothing did.

    :param synchronized: whether somebody pressed the button since the last change; None: nobody knows.
    :param bundle: the support bundle's file, after the last round.
    """
    press = f"Press Synchronize Users: {WHERE_TO_SYNCHRONIZE}."
    by_hand = _BY_HAND.get(state, "")
    parts = {
        True: ["Synchronize Users did not help.", by_hand],
        False: [press, "Then run again."],
        None: [press, by_hand and f"Only if that was done since the last change, and did not help: {by_hand}"],
    }[synchronized]
    if bundle or synchronized:
        parts.append(case_with(bundle))
    return " ".join(part for part in parts if part)


def case_with(bundle: str | None) -> str:
    """Return what to do when nothing helped."""
    attach = f" and attach {bundle}" if bundle else ", with the support bundle of the run"
    return f"If it stays so, open a support case with Webex{attach}."


#: What is done by hand where the button did not help.
_BY_HAND = {
    PROFILE: (
        "In Control Hub open Management > Users, the person, Edit licenses, and choose the variant that fits the role; give the "
        "user profile of that type in Contact Center > Users; then press it again."
    ),
    INACTIVE: "In Control Hub check that the person is active and licensed (Management > Users); then press it again.",
}
