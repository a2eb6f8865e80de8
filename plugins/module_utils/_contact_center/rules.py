# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What agent settings must obey before they are sent. Pure. Private to this collection.

The service refuses some of this with a text of its own, takes some of it and changes nothing, and takes some of it and resets something
else (vendor's documentation, observed). Here each is found beforehand and said in words.
"""

from __future__ import annotations

import typing as t

from .._errors import Problem
from .._model import Person
from . import settings as _agent_settings
from .names import Directory
from .records import Record
from .settings import held, same
from .sync_state import (
    PROFILE,
    expected_profiles,
    what_to_press,
)

#: How many people may share one skill profile (vendor's documentation).
MAX_OF_SKILL_PROFILE = 500


def broken(
    email: str,
    row: t.Mapping[str, t.Any],
    person: Person | None,
    record: Record,
    target: t.Mapping[str, t.Any],
    directory: Directory,
) -> Problem | None:
    """Return the first rule that ``target`` (the vendor's fields -> ids and values) breaks for this person, or None."""

    def result(field: str) -> t.Any:
        return target[field] if field in target else held(record, field)

    problem = _profile(email, row, person, record, target, directory)
    if problem is not None:
        return problem
    if not result("contactCenterEnabled"):
        return _not_enabled(email, record, target)
    return _placement(email, record, target, directory, result("siteId"), result("teamIds"), result("agentProfileId"))


def _profile(
    email: str,
    row: t.Mapping[str, t.Any],
    person: Person | None,
    record: Record,
    target: t.Mapping[str, t.Any],
    directory: Directory,
) -> Problem | None:
    """A profile's type must be that of license and role; changing the type is Control Hub's alone (vendor's documentation)."""
    if "userProfileId" not in target:
        return None
    entry = directory.get(_agent_settings.USER_PROFILE, target["userProfileId"]) or {}
    kind, name = str(entry.get("profileType", "")), entry.get("name")
    license_name = (person.license() if person else None) or row.get("license")
    expected: tuple[str, ...] = ()
    if license_name:
        expected = expected_profiles(license_name, row.get("role"), person.roles if person else None)
    if expected and kind not in expected:
        fits = " or ".join(expected)
        return Problem("profile_type", f"The user profile {name} is of type {kind}; license and role need {fits}.")
    current = directory.get(_agent_settings.USER_PROFILE, record.user_profile_id)
    if current is not None and current.get("profileType") != kind:
        text = (
            f"The user profile {name} is of type {kind}, but the contact center holds this person as "
            f"{current.get('profileType')} ({current.get('name')})."
        )
        return Problem("profile_type", text, advice=what_to_press(PROFILE))
    return None


def _not_enabled(email: str, record: Record, target: t.Mapping[str, t.Any]) -> Problem | None:
    if target.get("contactCenterEnabled") is False:
        # Said aloud in the roster: the rest is left out, and told as ignored.
        return None
    words = [
        word
        for word in _agent_settings.NEED_ENABLED
        if (field := _agent_settings.BY_WORD[word].field) in target
        and not same(field, target[field], held(record, field))
    ]
    if not words:
        return None
    text = f"{email} is not enabled for the contact center, so {', '.join(words)} would have no effect."
    return Problem("not_enabled", text)


def _placement(
    email: str,
    record: Record,
    target: t.Mapping[str, t.Any],
    directory: Directory,
    site_id: str | None,
    team_ids: list[str],
    desktop_id: str | None,
) -> Problem | None:
    """Site, teams and desktop profile go together."""
    touched = [f for f in ("siteId", "teamIds", "agentProfileId") if f in target]
    if not touched or all(same(f, target[f], held(record, f)) for f in touched):
        return None
    site = directory.name(_agent_settings.SITE, site_id)
    moved = "siteId" in target and not same("siteId", site_id, held(record, "siteId"))
    for team_id in team_ids:
        team = directory.get(_agent_settings.TEAM, team_id) or {}
        name = team.get("name", team_id)
        if team.get("teamType") == "CAPACITY":
            return Problem("team_capacity", f"{name} is a capacity team; people belong to teams of type agent only.")
        if team and team.get("siteId") != site_id:
            of = directory.name(_agent_settings.SITE, team.get("siteId"))
            if moved and "teamIds" not in target:
                return Problem(
                    "teams_needed", f"{email} moves to the site {site}, but keeps the team {name} of the site {of}."
                )
            where = f"the person's site is {site}" if site_id else "the person has no site"
            return Problem("team_other_site", f"The team {name} belongs to the site {of}; {where}.")
    desktop = directory.get(_agent_settings.DESKTOP_PROFILE, desktop_id)
    if desktop and desktop.get("parentType") == "SITE" and desktop.get("siteId") != site_id:
        of = directory.name(_agent_settings.SITE, desktop.get("siteId"))
        text = f"The desktop profile {desktop.get('name')} belongs to the site {of}, not to {site}."
        return Problem("desktop_other_site", text)
    if target.get("siteId") and target.get("teamIds") and not desktop_id:
        return Problem("desktop_profile_needed", f"{email} gets a site and teams, but has no desktop profile.")
    return None
