"""What contact center entities are written with, held against the vendor's description: types, enumerations, bounds."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any

from tests.openapi import description

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
TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}
#: keyword -> (what a value must not be, how that is said)
BOUNDS: dict[str, tuple[Callable[[Any, Any], bool], str]] = {
    "enum": (lambda value, bound: value not in bound, "must be one of"),
    "maximum": (lambda value, bound: value > bound, "must not be above"),
    "minimum": (lambda value, bound: value < bound, "must not be below"),
    "maxLength": (lambda value, bound: len(value) > bound, "must not be longer than"),
    "minLength": (lambda value, bound: len(value) < bound, "must not be shorter than"),
    "maxItems": (lambda value, bound: len(value) > bound, "must not have more items than"),
    "minItems": (lambda value, bound: len(value) < bound, "must not have less items than"),
    "pattern": (lambda value, bound: not re.search(bound, value), "must match"),
}


@functools.cache
def _schemas() -> dict[str, dict[str, Any]]:
    content: dict[str, dict[str, Any]] = description("webex-contact-center.json")["components"]["schemas"]
    return content


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = _schemas()[schema["$ref"].rsplit("/", 1)[-1]]
    return schema


def check(entity: str, fields: dict[str, Any]) -> None:
    """Raise 400 for the first field whose value the description does not allow; null is nothing."""
    for name, schema in _schemas()[SCHEMAS[entity]]["properties"].items():
        if fields.get(name) is not None and (entity, name) not in LOOSE:
            _check(name, fields[name], _resolved(schema))
        elif fields.get(name) is not None and not isinstance(fields[name], str):
            raise ApiError(400, f"{name}: must be of type string.")


def check_dynamic_skills(value: Any) -> None:
    """Raise 400 where a user's dynamic skills are not as described."""
    _check("dynamicSkills", value, _schemas()["UserDTO"]["properties"]["dynamicSkills"])


def _check(place: str, value: Any, schema: dict[str, Any]) -> None:
    wanted = schema.get("type", "object")
    if not isinstance(value, TYPES[wanted]) or (wanted in ("integer", "number") and isinstance(value, bool)):
        raise ApiError(400, f"{place}: must be of type {wanted}.")
    for keyword, (wrong, words) in BOUNDS.items():
        if keyword in schema and wrong(value, schema[keyword]):
            raise ApiError(400, f"{place}: {words} {schema[keyword]}.")
    if wanted == "array":
        _check_items(place, value, schema)
    for name, inner in schema.get("properties", {}).items() if wanted == "object" else ():
        if value.get(name) is not None:
            _check(f"{place}.{name}", value[name], _resolved(inner))


def _check_items(place: str, value: list[Any], schema: dict[str, Any]) -> None:
    if schema.get("uniqueItems") and any(item in value[:index] for index, item in enumerate(value)):
        raise ApiError(400, f"{place}: items must differ.")
    for item in value:
        _check(f"{place}[]", item, _resolved(schema.get("items", {})))


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
    found: dict[str, Any] = _named(fields, _schemas()[schema])
    return found


def _named(value: Any, schema: dict[str, Any]) -> Any:
    schema = _resolved(schema)
    if isinstance(value, list):
        return [_named(item, schema.get("items", {})) for item in value]
    if not isinstance(value, dict) or "properties" not in schema:
        return value
    known = schema["properties"]
    return {key: _named(item, known[key]) for key, item in value.items() if key in known and item is not None}
