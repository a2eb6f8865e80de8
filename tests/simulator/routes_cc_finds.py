"""Routes that find users of the contact center by what they have."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from . import cc_lists, cc_references, cc_skills
from .call import Call, answer, current_call
from .cc_lists import contact_center
from .contact_center import Record
from .errors import ApiError

router = APIRouter(prefix="/organization/{org_id}")
The = Annotated[Call, Depends(current_call)]
NAMES = ("id", "firstName", "lastName", "email")


def _searched(call: Call, users: list[Record]) -> list[Record]:
    search = call.query.get("search")
    if not search:
        return users
    columns, wanted = cc_lists.search_terms("user", search.strip())
    return [user for user in users if any(wanted in str(user.get(column, "")).lower() for column in columns)]


@router.get("/user/{user_id}/incoming-references")
async def incoming(call: The, org_id: str, user_id: str) -> Response:
    """What points to a user: queues and the like, which are not played, so nothing."""
    org, center = contact_center(call, org_id)
    if user_id not in center.users:
        raise ApiError(404, f"User {user_id} not found")
    return cc_references.page(call, org, center, "user", user_id)


@router.get("/user/by-dynamic-skill-id/{skill_id}")
async def by_dynamic_skill(call: The, org_id: str, skill_id: str) -> Response:
    """Users who have a dynamic skill, each with the value."""
    org, center = contact_center(call, org_id)
    if skill_id not in center.entities["skill"]:
        raise ApiError(404, f"skill {skill_id} not found")
    users = [user for user in center.users.values() if cc_skills.holds(user, skill_id)]
    meta, part = cc_lists.cut(call, org, _searched(call, users))
    data = [
        {
            **{name: user[name] for name in ("organizationId", *NAMES)},
            "dynamicSkill": cc_skills.holds(user, skill_id),
        }
        for user in part
    ]
    return answer({"meta": meta, "data": data})


@router.post("/user/fetch-by-skill-requirements")
async def by_requirements(call: The, org_id: str) -> Response:
    """Users whose skills are as wanted, at most 50 requirements."""
    org, center = contact_center(call, org_id)
    wanted = cc_skills.requirements(call.object())
    users = [user for user in center.users.values() if cc_skills.matches(center, user, wanted)]
    meta, part = cc_lists.cut(call, org, _searched(call, users))
    profiles = center.entities["skill-profile"]
    data = [
        {
            **{name: user[name] for name in (*cc_lists.COMMON, *NAMES)},
            **({"skillProfileName": profiles[user["skillProfileId"]]["name"]} if user.get("skillProfileId") else {}),
        }
        for user in part
    ]
    return answer({"meta": meta, "data": data})


@router.get("/user/by-call-monitoring-id/{monitoring_id}")
async def by_call_monitoring(call: The, org_id: str, monitoring_id: str) -> Response:
    """Users of a monitoring schedule (new in summer 2026): schedules are not played, so none is known."""
    contact_center(call, org_id)
    raise ApiError(404, f"call monitoring {monitoring_id} not found")
