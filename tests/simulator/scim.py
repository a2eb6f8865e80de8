"""SCIM: how a person looks there, and what a write changes."""

from __future__ import annotations

import copy
import re
from typing import Any

from . import identity, roles
from .call import Call
from .described import Described
from .errors import ApiError
from .state import Lag, Organization, Person, iso

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
CISCO = "urn:scim:schemas:extension:cisco:webexidentity:2.0:User"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
USER_TYPES = ("user", "room", "external_calling", "calling_service")
#: attributes kept as they come
KEPT = ("preferredLanguage", "locale", "timezone", "profileUrl", "externalId", "phoneNumbers", "photos", "addresses")
#: attributes with a place of their own, or that lie deeper
WRITTEN = ("active", "name", "displayName", "nickName", "title", ENTERPRISE)
ADMIN = Described("webex-admin.json", "invalidValue")
#: the description calls these required in answers, so no selection of attributes leaves them out
ALWAYS = ("schemas", "id", "userName", "userType", "meta")
_FILTERED = re.compile(r'^(?P<attribute>[\w:.]+)\[(?P<key>\w+)\s+eq\s+"(?P<value>[^"]*)"\](?:\.(?P<sub>\w+))?$')
_BOOLEANS = {"true": True, "false": False}


def user(call: Call, org: Organization, person: Person) -> dict[str, Any]:
    """Return a person as a SCIM user."""
    content: dict[str, Any] = {
        "schemas": [CORE, ENTERPRISE, CISCO],
        "id": person.id,
        "userName": person.email,
        "active": person.active,
    }
    sparse = call.simulator.settings.identities == "sparse"
    visible = [role for role in person.roles if _shown(call, role)]
    if sparse:
        visible += [roles.BY_LICENSE[word] for word in org.words(person)]
    if visible:
        listed = roles.names(True)
        content["roles"] = [{"value": role, "type": "cirole", "display": listed.get(role, role)} for role in visible]
    name = {key: value for key, value in (("givenName", person.first_name), ("familyName", person.last_name)) if value}
    if name:
        content["name"] = name
    content["displayName"] = person.display_name
    if person.nick_name:
        content["nickName"] = person.nick_name
    content["emails"] = [{"value": person.email, "type": "work", "primary": True}]
    content["userType"] = "user"
    if person.title:
        content["title"] = person.title
    enterprise: dict[str, Any] = {"department": person.department} if person.department else {}
    if person.extra:
        kept = dict(person.extra.get("scim", {}))
        enterprise |= kept.pop(ENTERPRISE, {})
        content |= kept
    if enterprise:
        content[ENTERPRISE] = enterprise
    status = "pending" if person.pending and person.active else "active" if person.active else "disabled"
    told = {} if sparse and status == "active" else {"accountStatus": [status]}
    content[CISCO] = {**told, "meta": {"organizationId": org.id}}
    content["meta"] = {
        "resourceType": "User",
        "organizationID": org.id,
        "created": iso(person.created),
        "lastModified": iso(person.modified),
        "version": f'W/"{person.version}"',
        "location": f"{call.base}/identity/scim/{org.id}/v2/Users/{person.id}",
    }
    return content


def _shown(call: Call, role: str) -> bool:
    return call.simulator.settings.cjp_roles_visible or not roles.is_contact_center(role)


def chosen(content: dict[str, Any], attributes: list[str], excluded: list[str]) -> dict[str, Any]:
    """Return the part of a user that ``attributes`` or ``excludedAttributes`` ask for."""
    if attributes:
        wanted = {_top(name).lower() for name in attributes} | {name.lower() for name in ALWAYS}
        return {key: value for key, value in content.items() if key.lower() in wanted}
    if excluded:
        left = {_top(name).lower() for name in excluded} - {name.lower() for name in ALWAYS}
        return {key: value for key, value in content.items() if key.lower() not in left}
    return content


def _top(name: str) -> str:
    """Return the attribute of the first level that a name belongs to."""
    for urn in (CORE, ENTERPRISE, CISCO):
        if name.lower().startswith(urn.lower()):
            if urn != CORE:
                return urn
            name = name[len(urn) :].lstrip(":")
    return name.split(".")[0]


def create(call: Call, org: Organization, content: dict[str, Any]) -> Person:
    """Create a person from the body of a POST."""
    _check(content)
    address = _address(content)
    identity.refuse_address(call, address)
    settings, world = call.simulator.settings, call.simulator.world
    wanted = _roles(call, content.get("roles", []))
    name = content.get("name") or {}
    person = world.add_person(
        org,
        address,
        name.get("givenName"),
        name.get("familyName"),
        content.get("displayName"),
        lag=Lag(settings.search_lag_s, settings.people_list_lag_s),
    )
    _plain(person, content)
    person.roles = wanted
    if org.contact_center:
        org.contact_center.person_changed(person)
    return person


def replace(call: Call, org: Organization, person: Person, content: dict[str, Any]) -> None:
    """Carry out a PUT: a full replace."""
    _check(content)
    _write(call, org, person, content)


def _write(call: Call, org: Organization, person: Person, content: dict[str, Any]) -> None:
    address = _address(content)
    world = call.simulator.world
    if address.lower() != person.email.lower():
        identity.refuse_address(call, address)
    wanted = _roles(call, content.get("roles", []), person.roles)
    if address != person.email:
        world.change_address(org, person, address)
    name = content.get("name") or {}
    person.first_name, person.last_name = name.get("givenName") or None, name.get("familyName") or None
    person.display_name = (
        content.get("displayName")
        or " ".join(part for part in (person.first_name, person.last_name) if part)
        or address.split("@")[0]
    )
    _plain(person, content)
    identity.set_roles(call, org, person, [*wanted, *(role for role in person.roles if not _shown(call, role))])
    world.touched(org, person)


def patch(call: Call, org: Organization, person: Person, content: dict[str, Any]) -> None:
    """Carry out the operations of a PATCH, all or none."""
    operations = content.get("Operations")
    if not isinstance(operations, list) or not operations:
        raise ApiError(400, "Operations is required", "invalidSyntax")
    before = user(call, org, person)
    after = copy.deepcopy(before)
    for operation in operations:
        _apply(after, operation)
    if after != before:
        _write(call, org, person, after)


def _check(content: dict[str, Any]) -> None:
    schemas = content.get("schemas")
    if not isinstance(schemas, list) or CORE not in schemas:
        raise ApiError(400, f"schemas must hold {CORE}", "invalidValue")
    if not isinstance(content.get("userName"), str) or not content["userName"]:
        raise ApiError(400, "userName is required", "invalidValue")
    if content.get("userType") not in USER_TYPES:
        raise ApiError(400, "userType is required", "invalidValue")


def _address(content: dict[str, Any]) -> str:
    """Return the address of a user whose fields are of the right types; 400 otherwise, before anything is written."""
    known = ADMIN.fields("GetUserResponse")
    for name in (*KEPT, *WRITTEN):
        if content.get(name) is not None:
            ADMIN.check(name, content[name], known[name])
    manager = (content.get(ENTERPRISE) or {}).get("manager")
    if manager is not None and not manager.get("value"):
        raise ApiError(400, "manager: value is required", "invalidValue")
    address = content.get("userName")
    if not isinstance(address, str) or not identity.ADDRESS.match(address):
        raise ApiError(
            400, "The request could not be understood by the server due to malformed syntax.", "invalidValue"
        )
    return address


def _plain(person: Person, content: dict[str, Any]) -> None:
    person.active = content.get("active") is not False
    person.nick_name = content.get("nickName") or None
    person.title = content.get("title") or None
    known = ADMIN.fields("GetUserResponse")
    enterprise = ADMIN.named(content.get(ENTERPRISE) or {}, known[ENTERPRISE])
    person.department = enterprise.pop("department", None)
    kept = {key: ADMIN.named(content[key], known[key]) for key in KEPT if content.get(key)}
    if enterprise:
        kept[ENTERPRISE] = enterprise
    extra = person.extra or {}
    extra["scim"] = kept
    person.extra = extra if kept or "people" in extra else None


def _roles(call: Call, declared: Any, held: list[str] | None = None) -> list[str]:
    """Return the identity names of declared roles; what cannot be assigned is 400, cjp.* is a switch (nobody knows)."""
    if not isinstance(declared, list):
        raise ApiError(400, "roles must be an array", "invalidValue")
    known = {**roles.names(True), roles.GROUP_ADMIN: ""}
    found = []
    for entry in declared:
        role = entry.get("value") if isinstance(entry, dict) else entry
        if isinstance(role, str) and role in roles.BY_LICENSE.values():
            # they follow the license
            continue
        if held and role in held:
            found.append(role)
            continue
        if isinstance(role, str) and roles.is_contact_center(role):
            accepts = call.simulator.settings.scim_accepts_cjp_roles
            if accepts == "ignore":
                continue
            if not accepts:
                raise ApiError(400, f"Invalid role {role}", "invalidValue")
        if not isinstance(role, str) or role in roles.NOT_BY_SCIM or role not in known:
            raise ApiError(400, f"Invalid role {role}", "invalidValue")
        found.append(role)
    return found


# PATCH: the operations work on the SCIM form of the person


def _apply(target: dict[str, Any], operation: Any) -> None:
    if not isinstance(operation, dict):
        raise ApiError(400, "Invalid operation", "invalidSyntax")
    op = str(operation.get("op", "")).lower()
    path = operation.get("path")
    value = operation.get("value")
    if op not in ("add", "replace", "remove"):
        raise ApiError(400, f"Invalid op {operation.get('op')}", "invalidSyntax")
    if path is not None and not isinstance(path, str):
        raise ApiError(400, "path must be a string", "invalidPath")
    if not path:
        if op == "remove":
            raise ApiError(400, "remove needs a path", "noTarget")
        if not isinstance(value, dict):
            raise ApiError(400, "value must be an object", "invalidValue")
        for name, inner in value.items():
            _set(target, op, name, inner)
        return
    match = _FILTERED.match(path)
    if match:
        _filtered(target, op, match, value)
    else:
        _set(target, op, path, value)


def _steps(path: str) -> list[str]:
    for urn in (CORE, ENTERPRISE, CISCO):
        if path.lower().startswith(urn.lower()):
            rest = path[len(urn) :].lstrip(":.")
            inner = rest.split(".") if rest else []
            return inner if urn == CORE else [urn, *inner]
    return path.split(".")


def _canonical(name: str, target: dict[str, Any]) -> str:
    return next((key for key in target if key.lower() == name.lower()), name)


def _set(target: dict[str, Any], op: str, path: str, value: Any) -> None:
    steps = _steps(path)
    if not steps:
        raise ApiError(400, f"Invalid path {path}", "invalidPath")
    for step in steps[:-1]:
        step = _canonical(step, target)
        inner = target.get(step)
        if not isinstance(inner, dict):
            if op == "remove":
                return
            inner = target[step] = {}
        target = inner
    name = _canonical(steps[-1], target)
    held = target.get(name)
    multi = isinstance(held, list) or name in ("roles", "emails", "phoneNumbers", "photos", "addresses")
    if op == "remove":
        if multi and value:
            gone = _values(value)
            target[name] = [item for item in held or [] if not isinstance(item, dict) or item.get("value") not in gone]
        else:
            target.pop(name, None)
        return
    if multi:
        value = value if isinstance(value, list) else [value]
        if op == "add":
            held = held if isinstance(held, list) else []
            there = [item.get("value") for item in held if isinstance(item, dict)]
            value = [
                *held,
                *(item for item in value if not isinstance(item, dict) or item.get("value") not in there),
            ]
        target[name] = value
    elif isinstance(held, dict) and isinstance(value, dict):
        target[name] = {**held, **value} if op == "add" else value
    else:
        value = _unwrapped(value)
        target[name] = _BOOLEANS.get(value.lower(), value) if name == "active" and isinstance(value, str) else value


def _unwrapped(value: Any) -> Any:
    """Return the value of [{"value": x}]: the description declares every value of an operation that way."""
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict) and "value" in value[0]:
        return value[0]["value"]
    return value


def _values(value: Any) -> list[Any]:
    entries = value if isinstance(value, list) else [value]
    return [item.get("value") if isinstance(item, dict) else item for item in entries]


def _filtered(target: dict[str, Any], op: str, match: re.Match[str], value: Any) -> None:
    """attribute[key eq "value"] with or without .sub."""
    name = _canonical(match["attribute"], target)
    held = target.get(name)
    items = held if isinstance(held, list) else []
    hits = [
        item
        for item in items
        if isinstance(item, dict) and str(item.get(match["key"], "")).lower() == match["value"].lower()
    ]
    if op == "remove":
        if match["sub"]:
            for item in hits:
                item.pop(match["sub"], None)
        else:
            target[name] = [item for item in items if item not in hits]
        return
    if not match["sub"] and value is not None and not isinstance(value, dict):
        raise ApiError(400, "value must be an object", "invalidValue")
    if not hits:
        if op == "replace":
            raise ApiError(400, f"No value matches {match.group(0)}", "noTarget")
        target[name] = [
            *items,
            {match["key"]: match["value"], **({match["sub"]: value} if match["sub"] else value or {})},
        ]
        return
    for item in hits:
        if match["sub"]:
            item[match["sub"]] = value
        elif isinstance(value, dict):
            item.update(value)
