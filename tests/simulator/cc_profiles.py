"""Rules of profiles: levels and permissions, ids of what lies inside, and the shape of before v3."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import cc_lists, ids
from .contact_center import ContactCenter, Record
from .errors import ApiError

#: "some types" were seen to need permissions; that it is these is an assumption
NEED_PERMISSIONS = ("ADMINISTRATOR", "ADMINISTRATOR_ONLY", "SUPERVISOR")
#: permission -> the only type of profile that may have it (described since summer 2026)
ONLY_FOR = {"schedule-listening": "SUPERVISOR"}


def check_levels(fields: dict[str, Any]) -> None:
    """Refuse a new profile that grants without saying what (observed; the field is named otherwise there)."""
    level = fields["permissionAccessLevel"]
    if fields["profileType"] in NEED_PERMISSIONS and level in ("ALL", "SPECIFIC") and not fields.get("permissions"):
        raise ApiError(400, "userProfilePermissions: must not be empty.")


def check_permissions(fields: dict[str, Any]) -> None:
    """Refuse a permission that another type of profile alone may have."""
    for item in fields.get("permissions") or []:
        kind = ONLY_FOR.get(item.get("name"))
        if kind is not None and kind != fields["profileType"]:
            raise ApiError(400, f"permissions: {item['name']} is for {kind} only.")


def number_inner(center: ContactCenter, entity: str, own: dict[str, Any]) -> None:
    """Give what lies inside a new record ids of its own; 409 where a clone brings those of another (observed)."""
    held = {item["id"] for record in center.entities[entity].values() for item in _inner(record) if "id" in item}
    for item in _inner(own):
        if item.get("id") in held:
            raise ApiError(409, "Internal error. Please contact Cisco Support Team")
        item.setdefault("id", ids.new_uuid(center.rng))


def _inner(record: Record) -> Iterator[dict[str, Any]]:
    for value in record.values():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                yield item


def old_shape(profile: Record) -> Record:
    """Return a user profile in the shape of before v3."""
    kept = (*cc_lists.COMMON, "name", "description", "profileType", "active", "systemDefault")
    levels = ("accessAllModules", "accessAllEntryPoints", "accessAllSites", "accessAllQueues", "accessAllTeams")
    return {
        **{key: profile[key] for key in kept if key in profile},
        **dict.fromkeys(levels, profile["resourceAccessLevel"]),
        "userProfileAppModules": [],
    }
