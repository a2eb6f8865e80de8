"""Skills of users: those of their skill profile, and dynamic ones of their own."""

from __future__ import annotations

from typing import Any

from . import cc_types, ids
from .contact_center import ContactCenter, Record
from .errors import ApiError

#: where a skill keeps its value
VALUES = ("textValue", "booleanValue", "proficiencyValue", "enumSkillValues", "enumValue")
MAX_REQUIREMENTS = 50
#: which conditions there are is not public; these two stand in the description's examples
CONDITIONS = {"IS": True, "IS_NOT": False}


def assigned(center: ContactCenter, record: Record, given: Any) -> list[Record]:
    """Return the dynamic skills that a write gives a user; one that stays keeps its id.

    A skill is named by its id, or by ``skillName`` (described for the upload in bulk); it must be a dynamic one.
    """
    cc_types.check_dynamic_skills(given)
    held = {item["skillId"]: item for item in record.get("dynamicSkills") or []}
    found: dict[str, Record] = {}
    for item in given:
        skill = _dynamic(center, item)
        new = {key: item[key] for key in VALUES if item.get(key) is not None}
        new_id = held.get(skill["id"], {}).get("id") or ids.new_uuid(center.rng)
        found[skill["id"]] = {"id": new_id, "skillId": skill["id"], **new}
    return list(found.values())


def _dynamic(center: ContactCenter, item: Record) -> Record:
    skills = center.entities["skill"]
    skill = skills.get(item.get("skillId", ""))
    if item.get("skillId") is None:
        skill = next((one for one in skills.values() if one["name"] == item.get("skillName")), None)
    if skill is None or not skill.get("dynamicSkill"):
        raise ApiError(400, "dynamicSkills: not found for given orgId.")
    return skill


def detailed(center: ContactCenter, shown: Record) -> Record:
    """Return a user with the name of each dynamic skill (``includeSkillDetails``)."""
    if "dynamicSkills" not in shown:
        return shown
    skills = center.entities["skill"]
    items = [
        {**item, "skillName": skills[item["skillId"]]["name"]} if item["skillId"] in skills else item
        for item in shown["dynamicSkills"]
    ]
    return {**shown, "dynamicSkills": items}


def holds(user: Record, skill_id: str) -> Record | None:
    """Return a user's dynamic skill, or None."""
    return next((item for item in user.get("dynamicSkills") or [] if item["skillId"] == skill_id), None)


def requirements(content: dict[str, Any]) -> list[Record]:
    """Return the requirements of a body: the list of the description's example, or one alone as its schema says."""
    items = content.get("skillRequirements", [content])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise ApiError(400, "skillRequirements: must be an array of objects.")
    if len(items) > MAX_REQUIREMENTS:
        raise ApiError(400, f"At most {MAX_REQUIREMENTS} skill requirements are allowed.")
    for item in items:
        for name in ("skillId", "condition", "skillValue"):
            if not isinstance(item.get(name), str) or not item[name]:
                raise ApiError(400, f"{name}: must not be blank.")
        if item["condition"] not in CONDITIONS:
            raise ApiError(400, f"condition: {item['condition']} is not allowed.")
    return items


def matches(center: ContactCenter, user: Record, wanted: list[Record]) -> bool:
    """Return whether a user has every skill as it is wanted."""
    profile = center.entities["skill-profile"].get(user.get("skillProfileId") or "", {})
    held = {
        item["skillId"]: {_text(item[name]) for name in VALUES if name in item}
        for item in (*(profile.get("activeSkills") or ()), *(user.get("dynamicSkills") or ()))
    }
    return all(
        item["skillId"] in held
        and (_text(item["skillValue"]) in held[item["skillId"]]) is CONDITIONS[item["condition"]]
        for item in wanted
    )


def _text(value: Any) -> str:
    return str(value).lower()
