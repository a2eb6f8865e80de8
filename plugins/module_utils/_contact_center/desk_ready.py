# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Desk-ready: what a person still lacks before taking contacts, in one word and one sentence. Pure. Private to this collection."""

from __future__ import annotations

import typing as t

from .sync_state import SETTLED

#: What may lack, in the order in which it has to be put right.
LACKS = ("user", "license", "role", "sync", "enabled", "site", "team", "profile", "first_sign_in")
#: They supervise and administer without a desk; only to take contacts do they need one.
_DESKLESS = ("SUPERVISOR", "ADMINISTRATOR", "ADMINISTRATOR_ONLY")


def lacking(seen: t.Mapping[str, t.Any], wanted: t.Mapping[str, t.Any] | None = None) -> tuple[str | None, str]:
    """Return (the first thing that lacks, or None if the person is desk-ready; one sentence).

    :param seen: what was observed: ``state``, ``pending``, ``license``, ``role``, ``sync_state``, ``sync_message``, ``profile_type``
        and ``agent`` (the settings, with names). What is left out was not looked at, and counts as lacking where it is needed.
    :param wanted: the row of the roster, where there is one: its license and role are what is compared with.
    """
    wanted = wanted or {}
    state = seen.get("state")
    if state != "present":
        word = {"disabled": "The account is deactivated."}.get(str(state), "The organization has no such person.")
        return "user", word
    license_name = seen.get("license") or "none"
    expected = wanted.get("license")
    if license_name == "none":
        return "license", "The person has no contact center license."
    if expected not in (None, license_name):
        return "license", f"The license is {license_name}, not {expected}."
    role = seen.get("role")
    if wanted.get("role") not in (None, role):
        return "role", f"The role is {role or 'unknown'}, not {wanted['role']}."
    if seen.get("sync_state") not in SETTLED:
        return "sync", str(seen.get("sync_message") or "The contact center was not looked at.")
    return _desk(seen)


def _desk(seen: t.Mapping[str, t.Any]) -> tuple[str | None, str]:
    agent = seen.get("agent") or {}
    profile = seen.get("profile_type") or agent.get("profile_type")
    lack: tuple[str | None, str] = (None, "Desk-ready.")
    if not agent.get("contact_center_enabled"):
        if profile not in _DESKLESS:
            return "enabled", "The person is not enabled for the contact center (contact_center_enabled)."
        lack = (None, f"Ready, without a desk: the user profile is of type {profile}.")
    elif not agent.get("site"):
        return "site", "The person has no site."
    elif not agent.get("teams"):
        return "team", "The person is in no team."
    elif not agent.get("desktop_profile"):
        return "profile", "The person has no desktop profile."
    if seen.get("pending"):
        return "first_sign_in", "Everything is set; the person has never signed in."
    return lack
