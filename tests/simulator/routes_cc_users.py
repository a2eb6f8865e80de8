"""Users of the contact center. They are made and deleted in Control Hub alone."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from . import cc_lists, cc_profiles, cc_skills, cc_types, cc_users
from .call import Call, answer, current_call
from .cc_lists import contact_center
from .contact_center import ContactCenter, Record
from .errors import ApiError
from .faults import Fault
from .state import Organization

router = APIRouter(prefix="/organization/{org_id}")
The = Annotated[Call, Depends(current_call)]
GRANULAR = "UserResponseDTO_UserResponseWithUserProfileGranularAccess"
NOT_ONE = '400 BAD_REQUEST "Entity not found or more than one entity found on the unique fields"'


@router.get("/v2/user")
async def list_users(call: The, org_id: str) -> Response:
    """List users in pages."""
    org, center = contact_center(call, org_id)
    return cc_lists.listing(call, org, center, "user")


@router.get("/user")
async def list_users_old(call: The, org_id: str) -> Response:
    """The deprecated list: an array, filter on id alone."""
    _, center = contact_center(call, org_id)
    return cc_lists.bare_list(call, center, "user")


@router.get("/user/with-user-profile")
async def list_with_profile(call: The, org_id: str) -> Response:
    """All users with their profiles, an array without pages."""
    _, center = contact_center(call, org_id)
    return answer(
        [_with_profile(call, center, user, "userProfileGranularAccessData") for user in center.users.values()]
    )


@router.get("/user/by-ci-user-id/{ci_user_id}")
async def by_ci(call: The, org_id: str, ci_user_id: str) -> Response:
    """The user of an identity; 404 before it is synchronized. Its profile comes in the old shape."""
    return _by_ci(call, org_id, ci_user_id, "userProfileData")


@router.get("/v2/user/by-ci-user-id/{ci_user_id}")
async def by_ci_2(call: The, org_id: str, ci_user_id: str) -> Response:
    """The same with granular profile data and names."""
    return _by_ci(call, org_id, ci_user_id, "userProfileGranularAccessData")


def _by_ci(call: Call, org_id: str, ci_user_id: str, profile_field: str) -> Response:
    _, center = contact_center(call, org_id)
    user = center.user_by_ci(ci_user_id.lower())
    if user is None:
        raise ApiError(404, f"User with ciUserId {ci_user_id} not found")
    content = _named(center, user) if call.flag("includeNames") else user
    shown = cc_lists.shown(call, "user", content)
    if call.flag("includeUserProfile"):
        shown = _with_profile(call, center, user, profile_field)
    if call.flag("includeSkillDetails"):
        shown = cc_skills.detailed(center, shown)
    if profile_field == "userProfileGranularAccessData":
        # neither the description nor its example of v2 has what came with summer 2026
        shown = cc_types.named(GRANULAR, shown)
    return answer(shown)


def _named(center: ContactCenter, user: Record) -> Record:
    site = center.entities["site"].get(user.get("siteId") or "")
    return {**user, "siteName": site["name"]} if site else user


def _with_profile(call: Call, center: ContactCenter, user: Record, field: str) -> Record:
    profile = center.entities["user-profile"][user["userProfileId"]]
    return {
        **cc_lists.shown(call, "user", _named(center, user)),
        "userProfileType": center.profile_type(user),
        field: profile if field == "userProfileGranularAccessData" else cc_profiles.old_shape(profile),
    }


def _user(center: ContactCenter, user_id: str) -> Record:
    user = center.users.get(user_id)
    if user is None:
        raise ApiError(404, f"User {user_id} not found")
    return user


@router.patch("/user/bulk")
async def bulk(call: The, org_id: str) -> Response:
    """Change many users: 207 whenever the body could be read, even when every item failed."""
    org, center = contact_center(call, org_id, write=True)
    content = call.object()
    items = content.get("items")
    if not isinstance(items, list):
        raise ApiError(400, "items: must not be null.")
    if not all(isinstance(entry, dict) and isinstance(entry.get("item"), dict) for entry in items):
        # the whole request, not the item alone (observed)
        raise ApiError(400, "items: item is null or blank.")
    cc_types.check_identifiers(items)
    settings = call.simulator.settings
    if settings.cc_bulk_max_items and len(items) > settings.cc_bulk_max_items:
        raise ApiError(400, f"At most {settings.cc_bulk_max_items} items are allowed.")
    if settings.bulk_omit_items:
        # an item without a result is silently not processed (observed)
        items = items[: -settings.bulk_omit_items]
    faults = call.faults_of("bulk_item")
    results = [_bulk_item(call, org, center, entry, faults) for entry in items]
    return answer({"items": [result for result in results if result is not None]}, 207)


def _bulk_item(
    call: Call, org: Organization, center: ContactCenter, entry: dict[str, Any], faults: list[Fault]
) -> dict[str, Any] | None:
    number = cc_types.identifier(entry)
    fault = next(
        (item for item in faults if item.match is None or item.match in json.dumps(entry, ensure_ascii=False)), None
    )
    if fault and fault.match is None:
        faults.remove(fault)
    if fault and fault.when == "before":
        return (
            _failed(call, number, ApiError(fault.item_status, "The simulator was ordered to fail."))
            if fault.item_status
            else None
        )
    fields = entry["item"]
    try:
        if entry.get("requestAction", "SAVE") != "SAVE":
            raise ApiError(400, "Only SAVE of an item is supported")
        user = center.users.get(str(fields.get("id")))
        if user is None:
            raise ApiError(400, NOT_ONE)
        cc_users.update(center, user, fields, call.simulator.settings, replace=False)
    except ApiError as error:
        return _failed(call, number, error)
    if fault:
        return (
            _failed(call, number, ApiError(fault.item_status, "The simulator was ordered to fail."))
            if fault.item_status
            else None
        )
    return {
        **number,
        "status": 200,
        "operationType": "UPDATE",
        "href": f"/api/organization/{org.id}/user/{user['id']}",
    }


def _failed(call: Call, number: Record, error: ApiError) -> dict[str, Any]:
    return {
        **number,
        "status": error.status,
        "apiError": {
            "trackingId": call.tracking_id,
            "error": {"key": str(error.status), "reason": error.message, "message": [{"description": error.message}]},
        },
    }


@router.get("/user/with-user-profile/{user_id}")
async def one_with_profile(call: The, org_id: str, user_id: str) -> Response:
    """One user with the profile."""
    _, center = contact_center(call, org_id)
    return answer(_with_profile(call, center, _user(center, user_id), "userProfileGranularAccessData"))


@router.post("/user/bulk")
async def create_bulk(call: The, org_id: str) -> Response:
    """Nobody is created here; without an item it answers 207 all the same (observed)."""
    contact_center(call, org_id, write=True)
    items = call.object().get("items")
    if not isinstance(items, list):
        raise ApiError(400, "items: must not be null.")
    if items:
        raise ApiError(405, "Method Not Allowed")
    return answer({"items": []}, 207)


@router.post("/user/fetch-user-details-by-ids")
async def details(call: The, org_id: str) -> Response:
    """Names and addresses of users; ten a page unless asked otherwise."""
    org, center = contact_center(call, org_id)
    wanted = call.object().get("userIds")
    if not isinstance(wanted, list) or not all(isinstance(item, str) for item in wanted):
        raise ApiError(400, "userIds: must be an array of strings.")
    size, page = min(call.number("pageSize", 10, 1), call.simulator.settings.cc_max_page_size), call.number("page", 0)
    found = [center.users[user_id] for user_id in wanted if user_id in center.users]
    data = [
        {key: user[key] for key in ("id", "firstName", "lastName", "email")}
        for user in found[page * size : (page + 1) * size]
    ]
    return answer({"meta": {"orgid": org.id, "page": page, "pageSize": size, "totalRecords": len(found)}, "data": data})


@router.get("/user/{user_id}")
async def get_user(call: The, org_id: str, user_id: str) -> Response:
    """One user with everything."""
    _, center = contact_center(call, org_id)
    user = _user(center, user_id)
    content = cc_lists.shown(call, "user", user)
    if call.flag("includeUserProfileType"):
        content = {**content, "userProfileType": center.profile_type(user)}
    if call.flag("includeSkillDetails"):
        content = cc_skills.detailed(center, content)
    if call.flag("checkIfUserHasDynamicSkill"):
        skill_id = call.query.get("dynamicSkillId")
        if not skill_id:
            raise ApiError(400, "dynamicSkillId: is required when checkIfUserHasDynamicSkill is true.")
        content = {**content, "dynamicSkillAssigned": cc_skills.holds(user, skill_id) is not None}
    return answer(content)


@router.put("/user/{user_id}")
async def put_user(call: The, org_id: str, user_id: str) -> Response:
    """Replace a user: what is left out is cleared."""
    _, center = contact_center(call, org_id, write=True)
    user = _user(center, user_id)
    cc_users.update(center, user, call.object(), call.simulator.settings, replace=True)
    return answer(cc_lists.shown(call, "user", user))


@router.patch("/user/{user_id}")
async def patch_user(call: The, org_id: str, user_id: str) -> Response:
    """Change a user: left out is kept, null clears; a JSON Patch array is a 500 (observed)."""
    _, center = contact_center(call, org_id, write=True)
    user = _user(center, user_id)
    content = call.json()
    if not isinstance(content, dict):
        raise ApiError(500, "Internal error. Please contact Cisco Support Team")
    cc_users.update(center, user, content, call.simulator.settings, replace=False)
    return answer(cc_lists.shown(call, "user", user))


@router.patch("/user/{user_id}/reskill")
async def reskill(call: The, org_id: str, user_id: str) -> Response:
    """Only for supervisors (observed)."""
    _, center = contact_center(call, org_id, write=True)
    _user(center, user_id)
    raise ApiError(403, "User must have a supervisor profile to reskill agents")
