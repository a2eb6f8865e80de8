"""Writes to contact center users: what may change, what is silently ignored, what is refused."""

from __future__ import annotations

from typing import Any

from . import cc_skills, roles
from .contact_center import ContactCenter, Record
from .errors import ApiError
from .settings import Settings

#: mirrored from Control Hub
CAPABILITIES = ("supervisorCapabilitiesEnabled", "agentCapabilitiesEnabled")
MIRRORED = ("firstName", "lastName", "email", "active", "ciUserId")
REQUIRED = ("active", "ciUserId", "contactCenterEnabled", "email", "firstName", "lastName", "userProfileId")
#: they apply to people with contactCenterEnabled alone (documented)
AGENT_FIELDS = (
    "siteId",
    "teamIds",
    "skillProfileId",
    "agentProfileId",
    "multimediaProfileId",
    "deafultDialledNumber",
    "dynamicSkills",
)
OTHER_FIELDS = ("externalIdentifier", "workPhone", "mobile", "timezone", "preferredSupervisorTeamId")
REFERENCES = {
    "siteId": "site",
    "skillProfileId": "skill-profile",
    "agentProfileId": "agent-profile",
    "multimediaProfileId": "multimedia-profile",
    "preferredSupervisorTeamId": "team",
}
#: checked by type before anything looks at their value
TEXTS = (*OTHER_FIELDS, *(name for name in AGENT_FIELDS if name not in ("teamIds", "dynamicSkills")))
MAX_SKILL_PROFILE_USERS = 500


def _missing(field: str) -> ApiError:
    return ApiError(400, f"{field}: not found for given orgId.")


def update(center: ContactCenter, record: Record, fields: dict[str, Any], settings: Settings, *, replace: bool) -> bool:
    """Carry out PUT (``replace``) or PATCH; returns whether anything changed. Fields of no meaning are ignored.

    userLevelSummariesInclusion and its like are accepted and change nothing (observed).
    """
    _capabilities(fields, settings)
    if replace:
        _complete(record, fields, settings)
    _mirrored(record, fields)
    wanted = _wanted(record, fields, replace=replace)
    if "userProfileId" in fields:
        wanted["userProfileId"] = _profile(center, record, fields["userProfileId"])
    _numbers(wanted)
    if wanted.get("dynamicSkills") is not None:
        wanted["dynamicSkills"] = cc_skills.assigned(center, record, wanted["dynamicSkills"])
    _references(center, record, wanted)
    if wanted["contactCenterEnabled"]:
        _placement(center, record, wanted, settings)
    changed = _changes(record, wanted)
    if changed:
        _keep(record, changed)
        center.touch(record)
    wanted_role = fields.get(CAPABILITIES[0])
    if settings.capabilities == "effective" and isinstance(wanted_role, bool):
        return _supervisor(center, record, settings, wanted=wanted_role) or bool(changed)
    return bool(changed)


def _capabilities(fields: dict[str, Any], settings: Settings) -> None:
    """Refuse a write where the switch says so; elsewhere it must at least be a boolean."""
    if settings.capabilities == "absent":
        return
    for name in CAPABILITIES:
        if name in fields and settings.capabilities == "read_only":
            raise ApiError(400, f"User configuration {name} cannot be changed.")
        if fields.get(name) is not None and not isinstance(fields[name], bool):
            raise ApiError(400, f"{name}: must be a boolean.")


def _supervisor(center: ContactCenter, record: Record, settings: Settings, *, wanted: bool) -> bool:
    """Give or take the supervisor role, with the profile that follows from it (assumption: for Premium alone)."""
    person = center.org.people.get(record["ciUserId"])
    if person is None or "premium" not in center.org.words(person):
        return False
    held = [role for role in person.roles if role != roles.SUPERVISOR]
    after = [*held, roles.SUPERVISOR] if wanted else held
    if set(after) == set(person.roles):
        return False
    person.roles = after
    if settings.role_change_kills_token:
        person.token_epoch += 1
    center.synchronize(person)
    return True


def _keep(record: Record, changed: Record) -> None:
    """Write into the record what differs; what is cleared is left out of it."""
    for name, value in changed.items():
        if value is None or value == []:
            record.pop(name, None)
        else:
            record[name] = value


def _mirrored(record: Record, fields: dict[str, Any]) -> None:
    for name in MIRRORED:
        if name in fields and fields[name] != record.get(name):
            raise ApiError(400, f"User configuration {name} cannot be changed. Original value: {record.get(name)}")


def _wanted(record: Record, fields: dict[str, Any], *, replace: bool) -> Record:
    """Return the fields that a request speaks of; one that replaces speaks of all that apply to this person."""
    enabled = fields.get("contactCenterEnabled", record["contactCenterEnabled"])
    if not isinstance(enabled, bool):
        raise ApiError(400, "contactCenterEnabled: must be a boolean.")
    names = (*OTHER_FIELDS, *(AGENT_FIELDS if enabled else ()))
    return {"contactCenterEnabled": enabled, **{n: fields.get(n) for n in names if replace or n in fields}}


def _numbers(wanted: Record) -> None:
    for name in TEXTS:
        if wanted.get(name) is not None and not isinstance(wanted[name], str):
            raise ApiError(400, f"{name}: must be a string.")
    for name in ("workPhone", "mobile"):
        if wanted.get(name) is not None and len(str(wanted[name])) > 20:
            raise ApiError(400, f"{name}: size must be between 0 and 20.")


def _complete(record: Record, fields: dict[str, Any], settings: Settings) -> None:
    for name in REQUIRED:
        if fields.get(name) is None:
            raise ApiError(400, f"{name}: must not be null.")
    # whether a stale version is refused is unknown: a switch
    if settings.cc_strict_version and fields.get("version") != record["version"]:
        raise ApiError(409, "The entity was changed by another request.")


def _changes(record: Record, wanted: Record) -> Record:
    """Return what differs; left out, null and an empty list are the same."""
    return {
        name: value
        for name, value in wanted.items()
        if (value != record.get(name) if isinstance(value, bool) else (value or None) != (record.get(name) or None))
    }


def _profile(center: ContactCenter, record: Record, profile_id: Any) -> str:
    """Return the id of a profile of the same type; another type is only for Control Hub (documented)."""
    profile = center.entities["user-profile"].get(str(profile_id))
    if profile is None:
        raise _missing("userProfileId")
    if profile["profileType"] != center.profile_type(record):
        raise ApiError(400, "userProfileId: the profile type cannot be changed.")
    return str(profile["id"])


def _references(center: ContactCenter, record: Record, wanted: Record) -> None:
    for name, entity in REFERENCES.items():
        value = wanted.get(name)
        if value is not None and str(value) not in center.entities[entity]:
            raise _missing(name)
    profile = wanted.get("skillProfileId")
    if profile is not None and profile != record.get("skillProfileId"):
        used = sum(1 for user in center.users.values() if user.get("skillProfileId") == profile)
        if used >= MAX_SKILL_PROFILE_USERS:
            raise ApiError(400, f"A skill profile is limited to {MAX_SKILL_PROFILE_USERS} users.")


def _placement(center: ContactCenter, record: Record, wanted: Record, settings: Settings) -> None:
    """Check site, teams and desktop profile together; teams are kept in an order of the server's own."""
    site = wanted.get("siteId", record.get("siteId"))
    moved = "siteId" in wanted and wanted["siteId"] != record.get("siteId")
    teams = wanted.get("teamIds", record.get("teamIds"))
    if teams is not None and not (isinstance(teams, list) and all(isinstance(team, str) for team in teams)):
        raise ApiError(400, "teamIds: must be an array of strings.")
    if moved and "teamIds" not in wanted and teams and settings.cc_lone_site == "reset_teams":
        teams = wanted["teamIds"] = None
    for team_id in teams or []:
        team = center.entities["team"].get(str(team_id))
        if team is None:
            raise _missing("teamIds")
        if team["teamType"] == "CAPACITY":
            raise ApiError(400, "Capacity based teams are not allowed")
        if team["siteId"] != site:
            raise ApiError(400, f"teamIds: {team_id} not found for given site.")
    if wanted.get("teamIds"):
        wanted["teamIds"] = sorted(set(wanted["teamIds"]))
    desktop_id = wanted.get("agentProfileId", record.get("agentProfileId"))
    desktop = center.entities["agent-profile"].get(str(desktop_id)) if desktop_id else None
    if desktop and desktop["parentType"] == "SITE" and desktop.get("siteId") != site:
        if (
            "agentProfileId" in wanted
            and wanted["agentProfileId"] is not None
            and not (moved and wanted["agentProfileId"] == record.get("agentProfileId"))
        ):
            raise ApiError(400, "agentProfileId: not found for given site.")
        # the desktop profile of a site does not move with its user
        wanted["agentProfileId"] = None
