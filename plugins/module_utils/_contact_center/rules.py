# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What agent settings must obey before they are sent. Pure. Private to this collection.

The service refuses some of this with a text of its own, takes some of it and changes nothing, and takes some of it and resets something
else (vendor's documentation, observed). Here each is found beforehand and said in words.
"""

from __future__ import annotations

import dataclasses
import typing as t

from .._errors import Problem
from .._model import Person
from .names import Directory
from .records import Record
from .settings import (
    BY_WORD,
    DESKTOP_PROFILE,
    NEED_ENABLED,
    SITE,
    TEAM,
    USER_PROFILE,
    differs,
    value_in_record,
)
from .sync_state import (
    PROFILE,
    expected_profiles,
    what_to_press,
)

#: How many people may share one skill profile (vendor's documentation).
MAX_OF_SKILL_PROFILE = 500
#: These go together.
_PLACEMENT = ("siteId", "teamIds", "agentProfileId")


@dataclasses.dataclass(slots=True, frozen=True)
class _Change:
    """What one person is to get, beside what there is."""

    email: str
    row: t.Mapping[str, t.Any]
    person: Person | None
    record: Record
    #: The vendor's fields that are declared -> ids and values.
    target: t.Mapping[str, t.Any]
    directory: Directory

    def after(self, field: str) -> t.Any:
        """Return what the record will hold."""
        return self.target[field] if field in self.target else value_in_record(self.record, field)

    def changes(self, field: str) -> bool:
        """Return whether a field is declared with another value than the record's."""
        return field in self.target and differs(self.record, field, self.target[field])

    def site_name(self, site_id: str | None) -> str | None:
        return self.directory.name(SITE, site_id)


def rule_violation(
    email: str,
    row: t.Mapping[str, t.Any],
    person: Person | None,
    record: Record,
    target: t.Mapping[str, t.Any],
    directory: Directory,
) -> Problem | None:
    """Return the first rule that ``target`` (the vendor's fields -> ids and values) breaks for this person, or None.

    :param row: the person's row of the roster; its license and role are what a user profile has to fit.
    :param person: the identity, where it was read.
    """
    change = _Change(email, row, person, record, target, directory)
    return next((problem for rule in _rules_for(change) if (problem := rule(change))), None)


def _rules_for(change: _Change) -> t.Iterator[t.Callable[[_Change], Problem | None]]:
    """Yield the rules that concern a change, in the order in which they are told."""
    if "userProfileId" in change.target:
        yield _profile_fits_license_and_role
        yield _profile_type_stays
    if not change.after("contactCenterEnabled"):
        yield _enabled_for_what_needs_it
    elif any(change.changes(field) for field in _PLACEMENT):
        # What was wrong before, and is not touched, is not the business of this change.
        yield _teams_fit
        yield _desktop_profile_fits_site
        yield _desktop_profile_beside_teams


def _profile_fits_license_and_role(change: _Change) -> Problem | None:
    license_name = (change.person.license() if change.person else None) or change.row.get("license")
    if not license_name:
        return None
    roles = change.person.roles if change.person else None
    expected = expected_profiles(license_name, change.row.get("role"), roles)
    profile = change.directory.get(USER_PROFILE, change.target["userProfileId"]) or {}
    kind = profile.get("profileType")
    if not expected or kind is None or kind in expected:
        return None
    fits = " or ".join(expected)
    text = f"The user profile {profile.get('name')} is of type {kind}; license and role need {fits}."
    return Problem("profile_type", text)


def _profile_type_stays(change: _Change) -> Problem | None:
    """Changing the type of somebody's profile is Control Hub's alone (vendor's documentation)."""
    profile = change.directory.get(USER_PROFILE, change.target["userProfileId"]) or {}
    current = change.directory.get(USER_PROFILE, change.record.user_profile_id)
    kind = profile.get("profileType")
    if current is None or None in (kind, current.get("profileType")) or current["profileType"] == kind:
        return None
    text = (
        f"The user profile {profile.get('name')} is of type {kind}, but the contact center holds this person as "
        f"{current.get('profileType')} ({current.get('name')})."
    )
    return Problem("profile_type", text, advice=what_to_press(PROFILE))


def _enabled_for_what_needs_it(change: _Change) -> Problem | None:
    if change.target.get("contactCenterEnabled") is False:
        # Said aloud in the roster: the rest is left out, and told as ignored.
        return None
    words = [word for word in NEED_ENABLED if change.changes(BY_WORD[word].field)]
    if not words:
        return None
    text = f"{change.email} is not enabled for the contact center, so {', '.join(words)} would have no effect."
    return Problem("not_enabled", text)


def _teams_fit(change: _Change) -> Problem | None:
    return next(
        (problem for team_id in change.after("teamIds") or () if (problem := _team_fits(change, team_id))), None
    )


def _team_fits(change: _Change, team_id: str) -> Problem | None:
    """The service refuses teams of type capacity and teams of another site than the person's (observed)."""
    team = change.directory.get(TEAM, team_id)
    if team is None:
        return None
    name, site_id = team.get("name", team_id), change.after("siteId")
    if team.get("teamType") == "CAPACITY":
        return Problem("team_capacity", f"{name} is a capacity team; people belong to teams of type agent only.")
    if team.get("siteId") in (None, site_id):
        # Where the list does not tell the team's site, the service decides.
        return None
    site, team_site = change.site_name(site_id), change.site_name(team.get("siteId"))
    if change.changes("siteId") and "teamIds" not in change.target:
        text = f"{change.email} moves to the site {site}, but keeps the team {name} of the site {team_site}."
        return Problem("teams_needed", text)
    where = f"the person's site is {site}" if site_id else "the person has no site"
    return Problem("team_other_site", f"The team {name} belongs to the site {team_site}; {where}.")


def _desktop_profile_fits_site(change: _Change) -> Problem | None:
    """Another site resets a desktop profile that belongs to the old one (vendor's documentation)."""
    desktop = change.directory.get(DESKTOP_PROFILE, change.after("agentProfileId"))
    site_id = change.after("siteId")
    if not desktop or desktop.get("parentType") != "SITE" or desktop.get("siteId") in (None, site_id):
        return None
    desktop_site, site = change.site_name(desktop.get("siteId")), change.site_name(site_id)
    text = f"The desktop profile {desktop.get('name')} belongs to the site {desktop_site}, not to {site}."
    return Problem("desktop_other_site", text)


def _desktop_profile_beside_teams(change: _Change) -> Problem | None:
    """Bulk Operations files need a desktop profile wherever site and teams are given (vendor's CSV definition)."""
    if not change.target.get("siteId") or not change.target.get("teamIds") or change.after("agentProfileId"):
        return None
    return Problem("desktop_profile_needed", f"{change.email} gets a site and teams, but has no desktop profile.")
