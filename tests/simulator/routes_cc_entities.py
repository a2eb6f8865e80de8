"""Sites, teams, skills and profiles of the contact center."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from . import cc_lists, cc_profiles, cc_references, cc_types
from .call import Call, answer, current_call, empty
from .cc_lists import contact_center
from .contact_center import PROFILE_TYPES, ContactCenter, Record
from .errors import ApiError

router = APIRouter(prefix="/organization/{org_id}")
The = Annotated[Call, Depends(current_call)]
REQUIRED: dict[str, tuple[str, ...]] = {
    "site": ("name", "active", "multimediaProfileId"),
    "team": ("name", "active", "siteId", "teamType"),
    "skill": ("name", "active", "serviceLevelThreshold", "skillType"),
    "skill-profile": ("name",),
    "multimedia-profile": (
        "name",
        "active",
        "telephony",
        "chat",
        "email",
        "social",
        "blendingMode",
        "blendingModeEnabled",
    ),
    "agent-profile": (
        "name",
        "active",
        "parentType",
        "accessWrapUpCode",
        "accessIdleCode",
        "accessQueue",
        "accessEntryPoint",
        "accessBuddyTeam",
        "agentDNValidation",
        "viewableStatistics",
    ),
    "user-profile": ("name", "profileType", "permissionAccessLevel", "resourceAccessLevel", "active"),
}
#: taken in capitals too (observed), answered as described
SKILL_TYPES = {"PROFICIENCY": "Proficiency", "BOOLEAN": "Boolean", "TEXT": "Text", "ENUM": "enum"}
#: cannot change after the creation
FIXED = {"team": ("siteId",), "skill": ("name", "skillType"), "user-profile": ("profileType",)}
NAMES = {
    "site": r"[a-zA-Z\d\-_\s]+",
    "user-profile": r"[a-zA-Z0-9,_\-\s]+",
    "multimedia-profile": r"[a-zA-Z0-9._\-\s]+",
}


def _check(center: ContactCenter, entity: str, fields: dict[str, Any], held: Record | None) -> None:
    missing = [name for name in REQUIRED[entity] if fields.get(name) is None]
    if missing:
        # all of them at once (observed for sites)
        raise ApiError(400, " ".join(f"{name}: must not be null." for name in missing))
    if entity == "team" and fields.get("teamStatus") is None:
        raise ApiError(409, "Internal error. Please contact Cisco Support Team")
    cc_types.check(entity, fields)
    name = str(fields["name"])
    if not 1 <= len(name) <= 80 or not re.fullmatch(NAMES.get(entity, r".+"), name):
        raise ApiError(400, f"name: {name} is not allowed.")
    for fixed in FIXED.get(entity, ()):
        movable = entity == "team" and center.settings.team_site == "changeable"
        if held is not None and not movable and fields.get(fixed) != held.get(fixed):
            raise ApiError(400, f"{fixed} cannot be changed. Original value: {held.get(fixed)}")
    _check_fields(center, entity, fields)
    for other in center.entities[entity].values():
        same_site = entity != "team" or other["siteId"] == fields["siteId"]
        if other is not held and other["name"].lower() == name.lower() and same_site:
            raise ApiError(409, "A similar entity already present")


def _check_fields(center: ContactCenter, entity: str, fields: dict[str, Any]) -> None:
    if entity == "team":
        if fields["siteId"] not in center.entities["site"]:
            raise ApiError(400, "siteId: not found for given orgId.")
        if fields["teamType"] not in ("AGENT", "CAPACITY"):
            raise ApiError(400, "teamType: must be AGENT or CAPACITY.")
    if entity == "site" and fields["multimediaProfileId"] not in center.entities["multimedia-profile"]:
        raise ApiError(400, "multimediaProfileId: not found for given orgId.")
    if entity == "user-profile" and fields["profileType"] not in PROFILE_TYPES:
        raise ApiError(400, f"profileType: {fields['profileType']} is not allowed.")
    if entity == "agent-profile" and fields["agentDNValidation"] == "SPECIFIC":
        # no longer supported (described since summer 2026)
        raise ApiError(400, "agentDNValidation: SPECIFIC is no longer supported.")
    if entity == "user-profile":
        cc_profiles.check_permissions(fields)
    if entity == "skill" and str(fields["skillType"]).upper() not in SKILL_TYPES:
        raise ApiError(400, f"skillType: {fields['skillType']} is not allowed.")
    if entity == "skill-profile" and not (fields.get("activeSkills") or fields.get("activeEnumSkills")):
        raise ApiError(400, "activeSkills: at least one skill is required.")


def _own(entity: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that a client may set; team.userIds cannot be written (observed)."""
    server = (
        "organizationId",
        "id",
        "version",
        "createdTime",
        "lastUpdatedTime",
        "systemDefault",
        "userIds",
        "siteName",
    )
    described = cc_types.described(entity, fields)
    return {key: value for key, value in described.items() if key in cc_lists.COLUMNS[entity] and key not in server}


def _item(center: ContactCenter, entity: str, entity_id: str) -> Record:
    record = center.entities[entity].get(entity_id)
    if record is None:
        raise ApiError(404, f"{entity} {entity_id} not found")
    return record


def _create(center: ContactCenter, entity: str, fields: dict[str, Any]) -> Record:
    if fields.get("id") is not None:
        raise ApiError(400, "New configuration cannot have an id")
    _check(center, entity, fields, None)
    if entity == "user-profile":
        cc_profiles.check_levels(fields)
    own = _own(entity, fields)
    cc_profiles.number_inner(center, entity, own)
    if "systemDefault" in cc_lists.COLUMNS[entity]:
        own["systemDefault"] = False
    if entity == "skill":
        own["skillType"] = SKILL_TYPES[str(own["skillType"]).upper()]
    return center.new(entity, own)


def _delete(center: ContactCenter, entity: str, entity_id: str) -> None:
    record = _item(center, entity, entity_id)
    if record.get("systemDefault"):
        raise ApiError(400, "System default configuration cannot be deleted")
    found = cc_references.references(center, entity, entity_id)
    if found:
        raise ApiError(412, "The entity is referenced by other entities.", extra={"referencedEntities": list(found)})
    del center.entities[entity][entity_id]


class EntityRoutes:
    """The routes of one entity."""

    def __init__(self, entity: str) -> None:
        self.entity = entity
        # the description gives this one 200 where it is created and where it is deleted
        self.created, self.deleted = (200, 200) if entity == "multimedia-profile" else (201, 204)

    def register(self) -> None:
        """Add them to the router."""
        v3 = self.entity == "user-profile"
        base = f"/v3/{self.entity}" if v3 else f"/{self.entity}"
        routes: list[tuple[str, Callable[..., Any], str]] = [
            (base if v3 else f"/v2/{self.entity}", self.listing, "GET"),
            *([] if v3 else [(base, self.bare, "GET")]),
            (base, self.create, "POST"),
            (f"{base}/bulk", self.bulk, "POST"),
            (f"{base}/{{entity_id}}", self.get, "GET"),
            (f"{base}/{{entity_id}}", self.put, "PUT"),
            (f"{base}/{{entity_id}}", self.delete, "DELETE"),
            (f"/{self.entity}/{{entity_id}}/incoming-references", self.incoming, "GET"),
        ]
        for path, handler, method in routes:
            router.add_api_route(path, handler, methods=[method], name=f"{method.lower()} {path}")

    def _shown(self, call: Call, record: Record, status: int = 200) -> Response:
        return answer(cc_lists.shown(call, self.entity, record), status)

    async def listing(self, call: The, org_id: str) -> Response:
        """A page of records."""
        org, center = contact_center(call, org_id)
        return cc_lists.listing(call, org, center, self.entity)

    async def bare(self, call: The, org_id: str) -> Response:
        """The records as a bare array."""
        _, center = contact_center(call, org_id)
        return cc_lists.bare_list(call, center, self.entity)

    async def create(self, call: The, org_id: str) -> Response:
        """A new record."""
        _, center = contact_center(call, org_id, write=True)
        return self._shown(call, _create(center, self.entity, call.object()), self.created)

    async def get(self, call: The, org_id: str, entity_id: str) -> Response:
        """One record."""
        _, center = contact_center(call, org_id)
        record = _item(center, self.entity, entity_id)
        if self.entity != "team" or call.simulator.settings.team_user_ids:
            record = cc_lists.full(center, self.entity, record)
        return self._shown(call, record)

    async def put(self, call: The, org_id: str, entity_id: str) -> Response:
        """Other contents for a record."""
        _, center = contact_center(call, org_id, write=True)
        record = _item(center, self.entity, entity_id)
        fields = call.object()
        if record.get("systemDefault") and self.entity in ("user-profile", "agent-profile"):
            raise ApiError(400, "System default configuration cannot be changed")
        if call.simulator.settings.cc_strict_version and fields.get("version") != record["version"]:
            raise ApiError(409, "The entity was changed by another request.")
        _check(center, self.entity, fields, record)
        own = _own(self.entity, fields)
        kept = {key: record[key] for key in (*cc_lists.COMMON, "systemDefault") if key in record}
        if {**record, **own} != record or set(record) - set(own) - set(kept):
            record.clear()
            record.update(kept | own)
            center.touch(record)
        return self._shown(call, record)

    async def delete(self, call: The, org_id: str, entity_id: str) -> Response:
        """The end of a record that nothing points to."""
        _, center = contact_center(call, org_id, write=True)
        _delete(center, self.entity, entity_id)
        return empty(self.deleted)

    async def incoming(self, call: The, org_id: str, entity_id: str) -> Response:
        """What points to a record."""
        org, center = contact_center(call, org_id)
        _item(center, self.entity, entity_id)
        return cc_references.page(call, org, center, self.entity, entity_id)

    async def bulk(self, call: The, org_id: str) -> Response:
        """Many records created or deleted."""
        org, center = contact_center(call, org_id, write=True)
        items = call.object().get("items")
        if not isinstance(items, list):
            raise ApiError(400, "items: must not be null.")
        if not all(isinstance(item, dict) and isinstance(item.get("item"), dict) for item in items):
            # the whole request, not the item alone (observed)
            raise ApiError(400, "items: item is null or blank.")
        cc_types.check_identifiers(items)
        return answer({"items": [_bulk_item(call, org.id, center, self.entity, item) for item in items]}, 207)


def _bulk_item(call: Call, org_id: str, center: ContactCenter, entity: str, entry: dict[str, Any]) -> dict[str, Any]:
    """Carry out one item: these entities are created and deleted in bulk, not changed (observed)."""
    number, fields = cc_types.identifier(entry), entry["item"]
    try:
        if entry.get("requestAction", "SAVE") == "DELETE":
            if fields.get("name") is None:
                # with the id alone: the service's own, misleading words (observed)
                raise ApiError(400, "System generated entities cannot be deleted")
            _check(center, entity, fields, center.entities[entity].get(str(fields.get("id"))))
            _delete(center, entity, str(fields.get("id")))
            return {**number, "status": 204, "operationType": "DELETE"}
        record = _create(center, entity, fields)
    except ApiError as error:
        return {
            **number,
            "status": error.status,
            "apiError": {
                "trackingId": call.tracking_id,
                "error": {
                    "key": str(error.status),
                    "reason": error.message,
                    "message": [{"description": error.message}],
                },
            },
        }
    return {
        **number,
        "status": 201,
        "operationType": "CREATE",
        "href": f"/api/organization/{org_id}/{entity}/{record['id']}",
    }


for _entity in REQUIRED:
    EntityRoutes(_entity).register()


@router.get("/user-profile/{entity_id}")
async def old_profile(call: The, org_id: str, entity_id: str) -> Response:
    """A profile in the shape of before v3: still there (observed)."""
    _, center = contact_center(call, org_id)
    return answer(cc_profiles.old_shape(_item(center, "user-profile", entity_id)))


@router.post("/user-profile")
async def create_old_profile(call: The, org_id: str) -> Response:
    """No profile is made in that shape any more (observed)."""
    contact_center(call, org_id, write=True)
    raise ApiError(400, "This API is decommissioned. Use /v3/user-profile instead.")


@router.get("")
async def tenant(call: The, org_id: str) -> Response:
    """The tenant itself: seen live, not in the description."""
    org, _ = contact_center(call, org_id)
    return answer(
        {"id": org.id, "name": org.name, "subscriptionType": "SUBSCRIPTION", "environment": f"prod{org.region}"}
    )
