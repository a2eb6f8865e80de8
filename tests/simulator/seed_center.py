"""The start of a contact center: what every tenant has, some of its own making, and desks for invented people."""

from __future__ import annotations

import random
import uuid
from typing import Any

from . import ids
from .contact_center import PROFILE_TYPES, ContactCenter

#: seeded people and records are that old
START = 1767258000.0


def configure(center: ContactCenter) -> None:
    """Fill the contact center with what every tenant has, and some of its own making."""
    for code, name in PROFILE_TYPES.items():
        profile = center.new("user-profile", _profile(f"{name} Profile", code, True), START)
        center.default_profiles[code] = profile["id"]
    center.new("user-profile", _profile("Night Shift Agents", "PREMIUM_AGENT", False), START)
    center.new("user-profile", _profile("Floor Supervisors", "SUPERVISOR", False), START)
    media = [
        center.new("multimedia-profile", _media(name, chat, default), START)["id"]
        for name, chat, default in (("Default_Multimedia_Profile", 3, True), ("Voice Only", 0, False))
    ]
    sites = [
        center.new(
            "site",
            {
                "name": name,
                "active": True,
                "multimediaProfileId": media[0],
                "description": "",
                "systemDefault": name == "Site-1",
            },
            START,
        )["id"]
        for name in ("Site-1", "Lisboa", "Nairobi")
    ]
    skills = []
    for name, kind in (("Spanish", "Proficiency"), ("Billing", "Boolean"), ("Product", "enum"), ("Region", "Text")):
        fields: dict[str, Any] = {
            "name": name,
            "serviceLevelThreshold": 20,
            "active": True,
            "dynamicSkill": False,
            "skillType": kind,
        }
        if kind == "enum":
            fields["enumSkillValues"] = [
                {"id": ids.new_uuid(center.rng), "name": value} for value in ("Cards", "Loans")
            ]
        skills.append(center.new("skill", fields, START))
    for name, value in (("Spanish speakers", 8), ("Spanish beginners", 3)):
        center.new(
            "skill-profile",
            {
                "name": name,
                "activeSkills": [
                    {
                        "id": ids.new_uuid(center.rng),
                        "skillId": skills[0]["id"],
                        "booleanValue": False,
                        "proficiencyValue": value,
                    }
                ],
            },
            START,
        )
    center.new("agent-profile", _desktop("Agent-Profile", None, True), START)
    center.new("agent-profile", _desktop("Office desktop", None, False), START)
    center.new("agent-profile", _desktop("Lisboa desktop", sites[1], False), START)
    for profile in center.entities["agent-profile"].values():
        # what lies inside has an id, which a clone must not bring along (observed)
        profile["viewableStatistics"]["id"] = str(uuid.uuid5(uuid.UUID(profile["id"]), "viewableStatistics"))
    for site_id, label in zip(sites, ("HQ", "Lisboa", "Nairobi"), strict=True):
        for kind, name in (
            ("AGENT", f"{label} Service"),
            ("AGENT", f"{label} Sales"),
            ("CAPACITY", f"{label} Overflow"),
        ):
            fields = {
                "name": name,
                "active": True,
                "siteId": site_id,
                "teamStatus": "IN_SERVICE",
                "teamType": kind,
                "rankQueuesForTeam": False,
            }
            if kind == "CAPACITY":
                fields |= {"dialedNumber": "5550199", "capacity": 10}
            center.new("team", fields, START)


def _profile(name: str, code: str, default: bool) -> dict[str, Any]:
    return {
        "name": name,
        "description": "",
        "profileType": code,
        "active": True,
        "permissionAccessLevel": "ALL",
        "resourceAccessLevel": "ALL",
        "permissions": [],
        "systemDefault": default,
    }


def _media(name: str, chat: int, default: bool) -> dict[str, Any]:
    return {
        "name": name,
        "description": "",
        "chat": chat,
        "email": chat,
        "telephony": 1,
        "social": chat,
        "active": True,
        "blendingModeEnabled": False,
        "blendingMode": "BLENDED",
        "systemDefault": default,
    }


def _desktop(name: str, site_id: str | None, default: bool) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "name": name,
        "parentType": "SITE" if site_id else "ORGANIZATION",
        "accessWrapUpCode": "ALL",
        "accessIdleCode": "ALL",
        "accessQueue": "ALL",
        "accessEntryPoint": "ALL",
        "accessBuddyTeam": "ALL",
        "agentDNValidation": "ALL",
        "loginVoiceOptions": ["AGENT_DN", "BROWSER"],
        "active": True,
        "systemDefault": default,
        "viewableStatistics": {
            "agentStats": True,
            "accessQueueStats": "ALL",
            "contactServiceQueues": [],
            "loggedInTeamStats": True,
            "accessTeamStats": "ALL",
            "teams": [],
        },
    }
    if site_id:
        fields["siteId"] = site_id
    return fields


def equip(center: ContactCenter, record: dict[str, Any], rng: random.Random) -> None:
    """Give a seeded user a desk: site, team, profiles."""
    if center.profile_type(record) == "ADMINISTRATOR_ONLY":
        return
    teams = [team for team in center.entities["team"].values() if team["teamType"] == "AGENT"]
    team = rng.choice(teams)
    desktops = [item for item in center.entities["agent-profile"].values() if "siteId" not in item]
    record |= {
        "contactCenterEnabled": True,
        "siteId": team["siteId"],
        "teamIds": [team["id"]],
        "agentProfileId": rng.choice(desktops)["id"],
        "multimediaProfileId": next(iter(center.entities["multimedia-profile"])),
        "version": 1,
    }
