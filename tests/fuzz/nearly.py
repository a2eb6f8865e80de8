"""Bodies that are nearly right: what is held, made into what an operation takes."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator
from typing import Any

from .world import ENTITIES, World

_SCIM = "urn:ietf:params:scim:schemas:core:2.0:User"
_ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
#: what people of the simulator do not have, and may be given
_USER: dict[str, Any] = {
    "active": True,
    "title": "T",
    "locale": "en_US",
    "timezone": "UTC",
    "phoneNumbers": [{"type": "work", "value": "1", "primary": True}],
    "photos": [{"type": "photo", "value": "x"}],
    "addresses": [{"type": "work", "country": "DE"}],
    _ENTERPRISE: {"department": "D", "costCenter": "C", "manager": {"value": "m"}},
}
_PERSON: dict[str, Any] = {
    "title": "T",
    "department": "D",
    "extension": "1",
    "phoneNumbers": [{"type": "work", "value": "1"}],
    "addresses": [{"type": "work", "country": "DE"}],
    "siteUrls": ["x"],
}
_OPERATIONS: list[dict[str, Any]] = [
    {"op": "replace", "path": "title", "value": "T"},
    {"op": "add", "path": "roles", "value": [{"value": "id_user_admin"}]},
    {"op": "add", "path": 'phoneNumbers[type eq "work"].value', "value": "1"},
    {"op": "add", "path": "name.givenName", "value": "N"},
    {"op": "replace", "value": {"displayName": "D", "phoneNumbers": [{"type": "work", "value": "1"}]}},
]


class Bodies:
    """Bodies for one simulator; what is created has another name every time."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._numbers: Iterator[int] = itertools.count(1)

    def __call__(self, method: str, path: str, parameters: dict[str, Any]) -> dict[str, Any] | None:
        """Return a body for an operation, or None where nothing like it is held."""
        if path.endswith("/bulk"):
            item = self(method, path.removesuffix("/bulk"), parameters)
            return {"items": [{"itemIdentifier": 1, "item": item, "requestAction": "SAVE"}]} if item else None
        entity = path.rsplit("/", 1)[-1]
        if entity in ENTITIES:
            return self._new(self._entity(entity))
        known = self._known(method, path)
        if known is not None:
            return known
        held = self.world.record(path, parameters)
        if held and method == "POST":
            return self._new(held)
        more = _USER if held and "schemas" in held else _PERSON if held and "emails" in held else {}
        return {**more, **held} if held else None

    def _entity(self, entity: str) -> dict[str, Any]:
        """Return a record of the contact center with everything in it, but for ids inside: a clone may not have them."""
        center = self.world.org.contact_center
        assert center is not None
        chosen = self.world.ids(f"/organization/{{orgid}}/{entity}/{{id}}", "id")[0]
        record = {"active": True, **copy.deepcopy(center.entities[entity][chosen])}
        for value in record.values():
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, dict):
                    item.pop("id", None)
        return record

    def _known(self, method: str, path: str) -> dict[str, Any] | None:
        org = self.world.org
        people = list(org.people.values())
        center = org.contact_center
        assert center is not None
        last = path.rsplit("/", 1)[-1]
        if method == "PATCH" and path.endswith("/Users/{userId}"):
            return {"schemas": [_SCIM], "Operations": _OPERATIONS}
        bodies: dict[str, dict[str, Any]] = {
            "Bulk": {
                "schemas": [_SCIM],
                "failOnErrors": 100,
                "operations": [
                    {"method": "POST", "path": "/Users", "bulkId": "a", "data": self._new({"schemas": [_SCIM]})},
                    {"method": "PATCH", "path": "/Users/bulkId:a", "data": {"Operations": _OPERATIONS}},
                    {"method": "DELETE", "path": "/Users/bulkId:a"},
                ],
            },
            "users": {
                "email": people[-1].email,
                "orgId": org.id,
                "licenses": [{"id": item.rest, "operation": "add"} for item in list(org.licenses.values())[:1]],
            },
            "settings": {"key": "allow-admin-invite-emails", "value": True},
            "fetch-user-details-by-ids": {"userIds": list(center.users)[:2]},
            "fetch-by-skill-requirements": {
                "skillRequirements": [
                    {"skillId": skill, "condition": "IS", "skillValue": "5"} for skill in center.entities["skill"]
                ][:2]
            },
            "token": {"clientId": "sim-client", "clientSecret": "sim-secret", "targetOrgId": org.id},
        }
        return bodies.get(last)

    def _new(self, held: dict[str, Any]) -> dict[str, Any]:
        """Return what is held as something new: without its id, under a name and an address of its own."""
        number = next(self._numbers)
        made = {key: value for key, value in held.items() if key not in ("id", "emails")}
        if "schemas" in held:
            return {**_USER, **made, "userName": f"new{number}@alpha.example.com", "userType": "user"}
        if "emails" in held:
            return {**_PERSON, **made, "emails": [f"new{number}@alpha.example.com"]}
        return {**made, "name": f"New {number}"}
