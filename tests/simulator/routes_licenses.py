"""/v1/licenses."""

from __future__ import annotations

import base64
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from . import identity
from .call import Call, answer, current_call
from .errors import ApiError
from .settings import Settings
from .state import PREMIUM, STANDARD, License, Organization, Person
from .tokens import LICENSE_ADMINS, READ_ADMINS

router = APIRouter()
The = Annotated[Call, Depends(current_call)]
READ = ("spark-admin:licenses_read",)
MAX_USERS = 300


def license_json(org: Organization, item: License) -> dict[str, Any]:
    """Return a license; properties that do not apply are left out, route lists count null (observed)."""
    used = org.consumed(item)
    content: dict[str, Any] = {
        "id": item.rest,
        "name": item.name,
        "totalUnits": used if item.free or item.total is None else item.total,
        "consumedUnits": used,
        "consumedByUsers": None if item.null_counters else used,
        "consumedByWorkspaces": None if item.null_counters else 0,
    }
    if item.subscription:
        content["subscriptionId"] = item.subscription
    if item.site_url:
        content |= {"siteUrl": item.site_url, "siteType": "Control Hub managed site"}
    return content


@router.get("/v1/licenses")
async def list_licenses(call: The) -> Response:
    """All licenses of an organization, without pages."""
    org = call.org(call.query.get("orgId"))
    call.who.need(READ, READ_ADMINS)
    return answer({"items": [license_json(org, item) for item in org.licenses.values()]})


@router.get("/v1/licenses/{license_id}")
async def get_license(call: The, license_id: str) -> Response:
    """One license, on demand with its holders page by page."""
    call.who.need(READ, READ_ADMINS)
    org, item = _reach(call, license_id)
    content = license_json(org, item)
    if "includeAssignedTo" not in call.query:
        if "next" in call.query or "limit" in call.query:
            raise ApiError(400, "limit and next are valid only with includeAssignedTo")
        return answer(content)
    if call.query["includeAssignedTo"] != "user":
        raise ApiError(400, "Invalid value for parameter includeAssignedTo")
    limit = min(call.number("limit", MAX_USERS, 1), MAX_USERS)
    holders = list(org.people) if item.free else list(item.holders)
    start = _start(call.query.get("next"))
    people = [org.people[person_id] for person_id in holders[start : start + limit]]
    content["users"] = [
        {"id": person.rest, "type": "INTERNAL", "displayName": person.display_name, "email": person.email}
        for person in people
    ]
    headers = {}
    if start + limit < len(holders):
        cursor = (
            base64.urlsafe_b64encode(f"ciscospark://us/LICENSE_USER_PAGING/{start + limit}".encode())
            .decode()
            .rstrip("=")
        )
        headers["Link"] = f'<{call.link({"next": cursor})}>; rel="next"'
    return answer(content, headers=headers)


def _start(cursor: str | None) -> int:
    if not cursor:
        return 0
    try:
        start = int(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().rsplit("/", 1)[1])
    except (ValueError, IndexError):
        start = -1
    if start < 0:
        raise ApiError(400, "Invalid value for parameter next")
    return start


def _reach(call: Call, license_id: str) -> tuple[Organization, License]:
    for org in call.who.organizations():
        item = org.licenses_by_rest.get(license_id)
        if item:
            call.organization = org
            return org, item
    raise ApiError(404, f"License not found: {license_id}")


@router.patch("/v1/licenses/users")
async def assign(call: The) -> Response:
    """Add and remove licenses of one person; 206 where some could not be assigned."""
    content = call.object()
    org = call.org(content.get("orgId"))
    call.who.need(("spark-admin:people_write",), LICENSE_ADMINS)
    person = _person(call, org, content)
    adds, removes = _operations(org, content.get("licenses") or [])
    status, skip = _skipped(call, person.email.lower(), adds)
    held = [org.licenses[item] for item in person.license_ids if org.licenses[item] not in removes]
    gained = [item for item in adds if item not in held]
    if skip:
        _carry_out(call, org, person, removes, [])
    else:
        dropped, gained = _exclusive(call.simulator.settings, held, gained)
        seated = _seated(call.simulator.settings, org, gained)
        if len(seated) < len(gained):
            status = 200 if call.simulator.settings.no_seats_status == "skip_200" else 206
        _carry_out(call, org, person, [*removes, *dropped], seated)
    body = {
        "orgId": org.rest,
        "personId": person.rest,
        "email": person.email,
        "licenses": org.rest_licenses(person),
        "siteUrls": [],
    }
    return answer(body, status)


def _skipped(call: Call, address: str, adds: list[License]) -> tuple[int, bool]:
    """Return the status of somebody's answer, and whether what is to be added stays undone, as ordered."""
    settings = call.simulator.settings
    if address in settings.license_206:
        return 206, bool(adds)
    ordered = address in settings.license_200_but_skipped or bool(call.faults_of("skip_license"))
    return 200, ordered and bool(adds)


def _exclusive(settings: Settings, held: list[License], gained: list[License]) -> tuple[list[License], list[License]]:
    """Return what Premium drives out, and what is still to be given: what two licenses of the offer do is a switch."""
    both = {PREMIUM, STANDARD} <= {item.type for item in [*held, *gained]}
    if not both or settings.both_licenses == "keep":
        return [], gained
    if settings.both_licenses == "reject":
        raise ApiError(400, "Only one license of the exclusive offer codes may be assigned", 400413)
    dropped = [item for item in [*held, *gained] if item.type == STANDARD]
    return dropped, [item for item in gained if item.type != STANDARD]


def _seated(settings: Settings, org: Organization, gained: list[License]) -> list[License]:
    """Return those that have a seat left; where none of them has, some services refuse."""
    short = [item for item in gained if not item.free and org.seats_left(item) == 0]
    seated = [item for item in gained if item not in short]
    if short and not seated and settings.no_seats_status in (400, 409):
        raise _no_seats(settings.no_seats_status, short[0])
    return seated


def _carry_out(call: Call, org: Organization, person: Person, lost: list[License], gained: list[License]) -> None:
    before = list(person.license_ids)
    world = call.simulator.world
    for item in lost:
        world.take(org, person, item)
    for item in gained:
        world.give(org, person, item)
    if person.license_ids != before:
        world.touched(org, person)


def _no_seats(status: int, item: License) -> ApiError:
    return ApiError(status, f"Not enough licenses available: {item.name}", 400112 if status == 400 else None)


def _person(call: Call, org: Organization, content: dict[str, Any]) -> Person:
    person: Person | None = None
    if content.get("personId"):
        person = identity.find(org, str(content["personId"]))
    elif content.get("email"):
        person = identity.own_address(call, org, str(content["email"]))
    else:
        raise ApiError(400, "Either email or personId is required")
    if person is None:
        raise ApiError(404, "User not found")
    return person


def _operations(org: Organization, declared: Any) -> tuple[list[License], list[License]]:
    adds: list[License] = []
    removes: list[License] = []
    if not isinstance(declared, list) or not all(isinstance(entry, dict) for entry in declared):
        raise ApiError(400, "licenses must be an array of objects")
    for entry in declared:
        item = org.licenses_by_rest.get(str(entry.get("id")))
        if item is None:
            raise ApiError(
                400, "License not recognized", 400000, description=f"License not recognized {entry.get('id')}"
            )
        operation = entry.get("operation", "add")
        if operation not in ("add", "remove"):
            raise ApiError(400, f"Invalid operation {operation}")
        if operation == "remove" and item.type == "FSS":
            raise ApiError(400, "Implicit license Free screen share cannot be removed", 700006)
        if operation == "remove" and item.free:
            raise ApiError(400, "Messenger license not manageable", 400118)
        (adds if operation == "add" else removes).append(item)
    return adds, removes
