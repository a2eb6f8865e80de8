"""What points to what in a contact center."""

from __future__ import annotations

from starlette.responses import Response

from . import cc_lists
from .call import Call, answer
from .contact_center import ContactCenter, Record
from .state import Organization

#: (entity, field) of what may point to an entity
POINTERS: dict[str, tuple[tuple[str, str], ...]] = {
    "site": (("team", "siteId"), ("user", "siteId"), ("agent-profile", "siteId")),
    "team": (("user", "teamIds"),),
    "skill": (("skill-profile", "activeSkills"),),
    "skill-profile": (("user", "skillProfileId"), ("team", "skillProfileId")),
    "multimedia-profile": (
        ("site", "multimediaProfileId"),
        ("user", "multimediaProfileId"),
        ("team", "multiMediaProfileId"),
    ),
    "agent-profile": (("user", "agentProfileId"),),
    "user-profile": (("user", "userProfileId"),),
    # queues and the like are not played
    "user": (),
}


def references(center: ContactCenter, entity: str, entity_id: str) -> dict[str, list[Record]]:
    """Return what points to an entity, by kind."""
    found: dict[str, list[Record]] = {}
    for kind, field in POINTERS[entity]:
        records = center.users if kind == "user" else center.entities[kind]
        for record in records.values():
            value = record.get(field)
            if isinstance(value, list):
                value = [item.get("skillId") if isinstance(item, dict) else item for item in value]
                hit = entity_id in value
            else:
                hit = value == entity_id
            if hit:
                found.setdefault(kind, []).append(record)
    return found


def page(call: Call, org: Organization, center: ContactCenter, entity: str, entity_id: str) -> Response:
    """Answer a page of what points to an entity."""
    found = references(center, entity, entity_id)
    kind = call.query.get("type") or next(iter(found), "")
    data = [
        {"id": item["id"], "name": item.get("name", item.get("email", "")), "version": item["version"]}
        for item in found.get(kind, [])
    ]
    meta, part = cc_lists.cut(call, org, data)
    # the type that data holds, not the one asked about (observed)
    meta |= {"referencedEntities": list(found), "currentEntity": kind}
    return answer({"description": "", "meta": meta, "data": part})
