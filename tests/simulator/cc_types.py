"""What contact center entities are written with, held against the vendor's description: types, enumerations, bounds."""

from __future__ import annotations

from typing import Any

from .described import Described
from .errors import ApiError

#: entity -> its schema in the description
SCHEMAS = {
    "site": "SiteDTO",
    "team": "TeamDTO",
    "skill": "SkillDTO",
    "skill-profile": "SkillProfileDTO",
    "multimedia-profile": "MultimediaProfileDTO",
    "agent-profile": "AgentProfileDTO",
    "user-profile": "UserProfileGranularAccessDTO",
}
#: taken in other spellings too (observed)
LOOSE = (("skill", "skillType"),)
CENTER = Described("webex-contact-center.json")


def check(entity: str, fields: dict[str, Any]) -> None:
    """Raise 400 for the first field whose value the description does not allow; null is nothing."""
    for name, schema in CENTER.fields(SCHEMAS[entity]).items():
        if fields.get(name) is not None and (entity, name) not in LOOSE:
            CENTER.check(name, fields[name], schema)
        elif fields.get(name) is not None and not isinstance(fields[name], str):
            raise ApiError(400, f"{name}: must be of type string.")


def check_dynamic_skills(value: Any) -> None:
    """Raise 400 where a user's dynamic skills are not as described."""
    CENTER.check("dynamicSkills", value, CENTER.fields("UserDTO")["dynamicSkills"])


def check_identifiers(items: list[dict[str, Any]]) -> None:
    """Raise 400 where an item of a bulk request is numbered by something that is no number."""
    for item in items:
        number = item.get("itemIdentifier")
        if number is not None and (not isinstance(number, int) or isinstance(number, bool)):
            raise ApiError(400, "itemIdentifier: must be of type integer.")


def identifier(entry: dict[str, Any]) -> dict[str, Any]:
    """Return the number of an item as its result carries it: left out where there is none."""
    return {key: value for key, value in entry.items() if key == "itemIdentifier" and value is not None}


def described(entity: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Return fields without what the description does not name; unset fields are left out (observed)."""
    return named(SCHEMAS[entity], fields)


def named(schema: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Return fields without what a schema of the description does not name."""
    found: dict[str, Any] = CENTER.named(fields, CENTER.schemas[schema])
    return found
