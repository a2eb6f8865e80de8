"""/identity/scim: users, bulk, and groups as far as they matter here. No /v1 in front (observed)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from . import identity, scim, scim_filter
from .call import Call, answer, current_call, empty, split
from .errors import CISCO_ERROR, SCIM_ERROR, ApiError
from .faults import Fault
from .settings import Settings
from .state import Organization, Person
from .strict_json import parsed
from .tokens import GROUP_ADMINS, PEOPLE_ADMINS, SCIM_READERS

router = APIRouter(prefix="/identity/scim")
The = Annotated[Call, Depends(current_call)]
READ = ("identity:people_read", "identity:people_rw")
WRITE = ("identity:people_rw",)
BULK_RESPONSE = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"
MAX_OPERATIONS = 100
SORT: dict[str, Callable[[Person], Any]] = {
    "username": lambda person: person.email.lower(),
    "id": lambda person: person.id,
    "meta.lastmodified": lambda person: person.modified,
}


def _org(call: Call, org_id: str, *, write: bool) -> Organization:
    org = call.org(org_id)
    if write:
        call.who.need(WRITE, PEOPLE_ADMINS)
    else:
        call.who.need(READ, SCIM_READERS)
    return org


def _person(org: Organization, user_id: str) -> Person:
    person = org.people.get(user_id.lower())
    if person is None:
        raise ApiError(404, f"User {user_id} not found")
    return person


@router.get("/v2/Users/me")
async def me(call: The) -> Response:
    """The user behind the token; fails for service apps (observed)."""
    token = call.who
    if token.person is None:
        raise ApiError(403, "Service apps have no user")
    if not token.scopes.intersection((*READ, "spark:people_read")):
        raise ApiError(403, "The access token is missing required scopes.")
    call.organization = token.organization
    return answer(scim.user(call, token.organization, token.person))


@router.get("/{org_id}/v2/Users")
async def search(call: The, org_id: str) -> Response:
    """Search users. New ones may be missing for a while."""
    org = _org(call, org_id, write=False)
    settings, query = call.simulator.settings, call.query
    text = query.get("filter")
    found = scim_filter.parse(text, settings.scim_filter_max_terms) if text else None
    people = [
        person
        for person in scim_filter.select(found, org, call.simulator.world.addresses)
        if identity.searchable(call, person)
    ]
    if "sortBy" in query:
        key = SORT.get(query["sortBy"].lower())
        if key is None:
            raise ApiError(400, f"Invalid sortBy {query['sortBy']}", "invalidValue")
        people.sort(key=key, reverse=query.get("sortOrder", "").lower() == "descending")
    start = call.number("startIndex", 1, 1)
    count = min(call.number("count", 100), settings.scim_max_count)
    page = people[start - 1 : start - 1 + count]
    attributes, excluded = split(query.get("attributes")), split(query.get("excludedAttributes"))
    return answer(
        {
            "schemas": [scim.LIST],
            "totalResults": len(people),
            "itemsPerPage": len(page),
            "startIndex": start,
            "Resources": [scim.chosen(scim.user(call, org, person), attributes, excluded) for person in page],
        }
    )


@router.post("/{org_id}/v2/Users")
async def create(call: The, org_id: str) -> Response:
    """Create one user: 201."""
    org = _org(call, org_id, write=True)
    person = scim.create(call, org, call.object())
    content = scim.user(call, org, person)
    return answer(content, 201, {"Location": content["meta"]["location"]})


@router.get("/{org_id}/v2/Users/{user_id}")
async def read(call: The, org_id: str, user_id: str) -> Response:
    """One user; there at once after the creation."""
    org = _org(call, org_id, write=False)
    content = scim.user(call, org, _person(org, user_id))
    return answer(
        scim.chosen(content, split(call.query.get("attributes")), split(call.query.get("excludedAttributes")))
    )


@router.put("/{org_id}/v2/Users/{user_id}")
async def replace(call: The, org_id: str, user_id: str) -> Response:
    """Replace a user."""
    org = _org(call, org_id, write=True)
    person = _person(org, user_id)
    scim.replace(call, org, person, call.object())
    return answer(scim.user(call, org, person))


@router.patch("/{org_id}/v2/Users/{user_id}")
async def patch(call: The, org_id: str, user_id: str) -> Response:
    """Change a user: 200 with all of it."""
    org = _org(call, org_id, write=True)
    person = _person(org, user_id)
    scim.patch(call, org, person, call.object())
    return answer(scim.user(call, org, person))


@router.delete("/{org_id}/v2/Users/{user_id}")
async def delete(call: The, org_id: str, user_id: str) -> Response:
    """Delete a user."""
    org = _org(call, org_id, write=True)
    call.simulator.world.remove_person(org, _person(org, user_id))
    return empty()


@router.get("/{org_id}/v2/Groups")
async def groups(call: The, org_id: str) -> Response:
    """List groups; the simulator has none but those that a test made."""
    org = call.org(org_id)
    call.who.need(READ, GROUP_ADMINS)
    start = call.number("startIndex", 1, 1)
    count = min(call.number("count", 100), call.simulator.settings.scim_max_count)
    page = list(org.groups.values())[start - 1 : start - 1 + count]
    return answer(
        {"schemas": [scim.LIST], "memberSize": 0, "itemsPerPage": len(page), "startIndex": start, "Resources": page}
    )


# Bulk


@router.post("/{org_id}/v2/Bulk")
async def bulk(call: The, org_id: str) -> Response:
    """Up to 100 operations; the answer is 200 even when all of them failed, the statuses in it are strings (observed)."""
    org = _org(call, org_id, write=True)
    content = call.object()
    settings = call.simulator.settings
    operations, limit = _operations(settings, content), _limit(settings, content)
    results: list[dict[str, Any]] = []
    failed = 0
    seen: dict[str, str] = {}
    faults = call.faults_of("bulk_item")
    for operation in operations:
        if limit is not None and failed >= limit:
            break
        result = _operation(call, org, operation, seen, faults)
        if result is None:
            continue
        failed += int(result["status"]) >= 400
        results.append(result)
    if settings.bulk_omit_items:
        results = results[: -settings.bulk_omit_items]
    body: dict[str, Any] = {"schemas": [BULK_RESPONSE]}
    if settings.bulk_key in ("lower", "both"):
        body["operations"] = results
    if settings.bulk_key in ("upper", "both"):
        body["Operations"] = results
    return answer(body)


def _operations(settings: Settings, content: dict[str, Any]) -> list[Any]:
    operations = content.get("operations", content.get("Operations"))
    if not isinstance(operations, list):
        raise ApiError(400, "operations is required", "invalidSyntax")
    if len(operations) > MAX_OPERATIONS:
        raise ApiError(
            settings.bulk_over_limit_status, f"The bulk request has more than {MAX_OPERATIONS} operations", "tooMany"
        )
    return operations


def _limit(settings: Settings, content: dict[str, Any]) -> int | None:
    limit = content.get("failOnErrors")
    if limit is None and settings.bulk_requires_fail_on_errors:
        raise ApiError(400, "failOnErrors is required", "invalidValue")
    if limit is not None and (not isinstance(limit, int) or isinstance(limit, bool) or not 1 <= limit <= 100):
        raise ApiError(400, "failOnErrors must be between 1 and 100", "invalidValue")
    return limit


def _operation(
    call: Call, org: Organization, operation: Any, seen: dict[str, str], faults: list[Fault]
) -> dict[str, Any] | None:
    """Carry out one operation; None where a fault swallows it."""
    if not isinstance(operation, dict):
        operation = {}
    result = {key: operation[key] for key in ("method", "bulkId") if key in operation}
    fault = _fault(operation, faults)
    if fault and fault.when == "before":
        return (
            _failed(call, result, ApiError(fault.item_status, "The simulator was ordered to fail."), fault.item_shape)
            if fault.item_status
            else None
        )
    try:
        result |= _carried_out(call, org, operation, seen)
    except ApiError as error:
        if (
            operation.get("method") == "POST"
            and error.status == 409
            and call.simulator.settings.existing_status_scim == 200
        ):
            # seen live: 200 for a POST whose user exists already, and was not created
            return {**result, "status": "200"}
        return _failed(call, result, error, None)
    if fault:
        return (
            _failed(call, result, ApiError(fault.item_status, "The simulator was ordered to fail."), fault.item_shape)
            if fault.item_status
            else None
        )
    return result


def _fault(operation: dict[str, Any], faults: list[Fault]) -> Fault | None:
    """Return the fault for an operation: the one whose text it holds, or the first operation's."""
    for fault in faults:
        if fault.match is None or fault.match in json.dumps(operation, ensure_ascii=False):
            if fault.match is None:
                faults.remove(fault)
            return fault
    return None


def _where(operation: dict[str, Any]) -> tuple[str, str]:
    method, path = operation.get("method"), operation.get("path", "")
    if not isinstance(method, str) or not isinstance(path, str):
        raise ApiError(400, "method and path must be strings", "invalidSyntax")
    return method, path


def _carried_out(call: Call, org: Organization, operation: dict[str, Any], seen: dict[str, str]) -> dict[str, Any]:
    method, path = _where(operation)
    data = operation.get("data")
    if isinstance(data, str):
        # the description says string, clients send objects
        try:
            data = parsed(data.encode())
        except ValueError:
            data = None
    parts = path.strip("/").split("/")
    if parts[0] != "Users" or method not in ("POST", "PATCH", "DELETE"):
        raise ApiError(400, f"Unsupported operation {method} {path}", "invalidPath")
    if method == "POST":
        bulk_id = operation.get("bulkId")
        if not isinstance(bulk_id, str) or not bulk_id or bulk_id in seen:
            raise ApiError(400, "bulkId is required and must be unique", "invalidValue")
        if not isinstance(data, dict):
            raise ApiError(400, "data is required", "invalidSyntax")
        person = scim.create(call, org, data)
        seen[bulk_id] = person.id
        return _done(call, org, person, "201")
    if len(parts) != 2:
        raise ApiError(400, f"Invalid path {path}", "invalidPath")
    wanted = seen.get(parts[1].removeprefix("bulkId:"), parts[1])
    person = _person(org, wanted)
    if method == "DELETE":
        call.simulator.world.remove_person(org, person)
        return {"location": _location(call, org, person), "status": "204"}
    if not isinstance(data, dict):
        raise ApiError(400, "data is required", "invalidSyntax")
    scim.patch(call, org, person, data)
    return _done(call, org, person, "200")


def _location(call: Call, org: Organization, person: Person) -> str:
    return f"{call.base}/identity/scim/{org.id}/v2/Users/{person.id}"


def _done(call: Call, org: Organization, person: Person, status: str) -> dict[str, Any]:
    return {"location": _location(call, org, person), "version": f'W/"{person.version}"', "status": status}


def _failed(call: Call, result: dict[str, Any], error: ApiError, shape: str | None) -> dict[str, Any]:
    shape = shape or call.simulator.settings.bulk_error_shape
    status = str(error.status)
    response: Any
    if shape == "string":
        response = error.message
    elif shape == "message":
        response = {"message": error.message, "trackingId": call.tracking_id}
    elif shape == "cisco_urn":
        response = {
            "schemas": [SCIM_ERROR, CISCO_ERROR],
            "status": status,
            CISCO_ERROR: {"trackingId": call.tracking_id, "errorCode": error.status, "details": error.message},
        }
    else:
        response = {"schemas": [SCIM_ERROR], "status": status, shape: error.message}
        if isinstance(error.code, str):
            response["scimType"] = error.code
    return {
        **{key: value for key, value in result.items() if key in ("method", "bulkId")},
        "status": status,
        "response": response,
    }
