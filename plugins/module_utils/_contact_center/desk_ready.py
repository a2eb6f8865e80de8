# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Desk-ready: what a person still lacks before taking contacts, in one word and one sentence. Pure. Private to this collection."""

from __future__ import annotations

import typing as t

from .._model import DISABLED, NO_LICENSE, PRESENT, SUPERVISOR
from .as_declared import license_suffices, role_suffices
from .sync_state import SETTLED, SUPERVISOR_PROFILE

#: Nobody knows whether this lacks.
NOT_READ = "not_read"
#: What may lack, in the order in which it has to be put right.
LACKS = ("user", "license", "role", "sync", "enabled", "site", "team", "profile", "first_sign_in", NOT_READ)
#: They supervise and administer without a desk; only to take contacts do they need one.
_DESKLESS = (SUPERVISOR_PROFILE, "ADMINISTRATOR", "ADMINISTRATOR_ONLY")
#: What makes the desk of somebody who takes contacts: the setting, the word where it lacks, and the sentence.
_DESK = (
    ("site", "site", "The person has no site."),
    ("teams", "team", "The person is in no team."),
    ("desktop_profile", "profile", "The person has no desktop profile."),
)
_ENABLED = "contact_center_enabled"
_NOT_PRESENT = {DISABLED: "The account is deactivated."}


def what_lacks(seen: t.Mapping[str, t.Any], wanted: t.Mapping[str, t.Any] | None = None) -> tuple[str | None, str]:
    """Return (the first thing that lacks, or None if the person is desk-ready; one sentence).

    :param seen: what was observed: ``state``, ``pending``, ``license``, ``role``, ``sync_state``, ``sync_message``, ``profile_type``
        and ``agent`` (the settings, with names). What is left out was not read, and is :data:`NOT_READ` where it is needed.
    :param wanted: the row of the roster, where there is one: its license, role and ``administrator_roles`` are compared with; with
        ``licenses_only_added`` and ``roles_only_added`` where nothing is taken away.
    """
    wanted = wanted or {}
    if seen.get("state") != PRESENT:
        return "user", _NOT_PRESENT.get(str(seen.get("state")), "The organization has no such person.")
    license_name = seen.get("license")
    if license_name in (None, NO_LICENSE):
        none = "The person has no contact center license."
        return _not_read("license") if license_name is None else ("license", none)
    if not license_suffices(wanted.get("license"), license_name, only_added=bool(wanted.get("licenses_only_added"))):
        return "license", f"The license is {license_name}, not {wanted['license']}."
    if not _role_suffices(seen, wanted):
        return "role", f"The role is {seen.get('role') or 'unknown'}, not {wanted['role']}."
    if seen.get("sync_state") not in SETTLED:
        return "sync", str(seen.get("sync_message") or "The contact center was not looked at.")
    return _desk(seen)


def _role_suffices(seen: t.Mapping[str, t.Any], wanted: t.Mapping[str, t.Any]) -> bool:
    role = seen.get("role")
    return role_suffices(
        wanted.get("role"),
        role,
        named=wanted.get("administrator_roles"),
        supervises=role == SUPERVISOR or seen.get("profile_type") == SUPERVISOR_PROFILE,
        only_added=bool(wanted.get("roles_only_added")),
    )


def _desk(seen: t.Mapping[str, t.Any]) -> tuple[str | None, str]:
    """Return the same of somebody who is in sync: the desk itself, and whether the person ever signed in."""
    agent = seen.get("agent") or {}
    profile = seen.get("profile_type") or agent.get("profile_type")
    if _ENABLED not in agent:
        return _not_read(_ENABLED)
    enabled = bool(agent[_ENABLED])
    if not enabled and profile not in _DESKLESS:
        return "enabled", "The person is not enabled for the contact center (contact_center_enabled)."
    for setting, word, sentence in _DESK if enabled else ():
        if setting not in agent:
            return _not_read(setting)
        if not agent[setting]:
            return word, sentence
    if seen.get("pending"):
        return "first_sign_in", "Everything is set; the person has never signed in."
    return None, "Desk-ready." if enabled else f"Ready, without a desk: the user profile is of type {profile}."


def _not_read(fact: str) -> tuple[str, str]:
    return NOT_READ, f"Not read: {fact.replace('_', ' ')}."
