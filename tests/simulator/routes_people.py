"""/v1/people."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from . import identity, ids, roles
from .call import Call, answer, current_call, empty, split, text_list
from .described import Described
from .errors import ApiError
from .state import Lag, License, Organization, Person, iso
from .tokens import PEOPLE_ADMINS, READ_ADMINS

router = APIRouter()
The = Annotated[Call, Depends(current_call)]
READ = ("spark-admin:people_read",)
WRITE = ("spark-admin:people_write",)
#: fields of People without an attribute of their own
EXTRA = ("phoneNumbers", "extension", "locationId", "avatar", "manager", "managerId", "addresses", "siteUrls")
ADMIN = Described("webex-admin.json")
PLAIN = {"firstName": "first_name", "lastName": "last_name", "title": "title", "department": "department"}
MAX_IDS = 85
#: what the switch people_page refuses begins above it (practitioners use 500 and 1000; the vendor gives no figure)
MAX_PAGE = 500


def person_json(
    call: Call, org: Organization, person: Person, *, admin: bool = True, status: bool = True
) -> dict[str, Any]:
    """Return a person as People shows it: unset fields are left out, booleans are booleans (observed)."""
    identity = (person.extra or {}).get("scim", {})
    content: dict[str, Any] = {"id": person.rest, "emails": [person.email], "displayName": person.display_name}
    for key, value in (
        ("nickName", person.nick_name),
        ("firstName", person.first_name),
        ("lastName", person.last_name),
        ("title", person.title),
        ("department", person.department),
        ("timezone", identity.get("timezone")),
    ):
        if value is not None:
            content[key] = value
    if person.extra:
        content |= person.extra.get("people", {})
    content["orgId"] = org.rest
    if admin:
        content["roles"] = [roles.rest_role(role) for role in person.roles if _shown(call, role)]
        content["licenses"] = org.rest_licenses(person)
    content["created"] = iso(person.created)
    content["lastModified"] = iso(person.modified)
    if status:
        content["status"] = "pending" if person.pending else "unknown" if person.active else "inactive"
    content["invitePending"] = person.pending
    content["loginEnabled"] = person.active and not person.pending
    content["type"] = "person"
    return content


def _shown(call: Call, role: str) -> bool:
    settings = call.simulator.settings
    return not roles.is_contact_center(role) or (settings.roles_list_contact_center and settings.cjp_roles_visible)


def _page(call: Call, people: list[Person], org: Organization, *, admin: bool, more: int | None = None) -> Response:
    status = not call.flag("excludeStatus")
    content = {"items": [person_json(call, org, person, admin=admin, status=status) for person in people]}
    headers = {}
    if more is not None:
        cursor = base64.urlsafe_b64encode(f"after:{more}".encode()).decode().rstrip("=")
        headers["Link"] = f'<{call.link({"cursor": cursor})}>; rel="next"'
    return answer(content, headers=headers)


@router.get("/v1/people")
async def list_people(call: The) -> Response:
    """List or search people; pages follow the Link header."""
    query = call.query
    org = call.org(query.get("orgId"))
    lookup = "email" in query or "displayName" in query
    # Whoever is no administrator may still look somebody up.
    if not (lookup and "spark:people_read" in call.who.scopes and not call.who.scopes.intersection(READ)):
        call.who.need(READ, READ_ADMINS)
    settings = call.simulator.settings
    if "id" in query:
        if settings.people_by_id == "alone" and set(query) != {"id"}:
            raise ApiError(400, "No other parameter is allowed with id")
        return _by_id(call, org, split(query["id"]))
    if "email" in query:
        person = identity.own_address(call, org, query["email"])
        found = [person] if person and identity.searchable(call, person, people_list=True) else []
        return _page(call, found, org, admin=settings.people_list_admin_fields)
    size = _size(call)
    # One more than the page holds tells whether there is another page.
    found = list(itertools.islice(_matching(call, org), size + 1))
    page = found[:size]
    more = page[-1].seq if len(found) > size else None
    return _page(call, page, org, admin=settings.people_list_admin_fields, more=more)


def _size(call: Call) -> int:
    """Return how many people a page holds; some parameters make it smaller."""
    settings = call.simulator.settings
    wanted = call.number("max", 100, 1)
    if settings.people_page == "refused" and wanted > MAX_PAGE:
        raise ApiError(400, f"Invalid value for parameter max: {wanted}")
    sizes: list[int] = [wanted, settings.people_max_page]
    if call.flag("callingData"):
        sizes.append(100)
    if "locationId" in call.query:
        sizes.append(50)
    return max(1, min(sizes))


def _matching(call: Call, org: Organization) -> Iterator[Person]:
    """Yield the people behind the cursor whom the parameters and the lag of the list let through."""
    wanted_roles = set(split(call.query.get("roles")))
    prefix = call.query.get("displayName", "").lower()
    for person in org.people_after(_after(call.query.get("cursor"))):
        named = person.display_name.lower().startswith(prefix)
        fitting = not wanted_roles or wanted_roles.intersection(roles.rest_role(role) for role in person.roles)
        if named and fitting and identity.searchable(call, person, people_list=True):
            yield person


def _after(cursor: str | None) -> int:
    if cursor is None:
        return 0
    try:
        return int(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().removeprefix("after:"))
    except ValueError:
        raise ApiError(400, "Invalid cursor") from None


def _by_id(call: Call, org: Organization, wanted: list[str]) -> Response:
    if len(wanted) > MAX_IDS:
        raise ApiError(400, f"At most {MAX_IDS} ids are allowed")
    settings = call.simulator.settings
    items, missing = [], []
    for value in wanted:
        person = identity.find(org, value)
        if person is None:
            missing.append(value)
            continue
        item = person_json(call, org, person, admin=settings.people_by_id_admin_fields, status=False)
        if settings.people_by_id_user_name:
            item["userName"] = person.email
        items.append(item)
    content: dict[str, Any] = {"items": items}
    if missing:
        content["notFoundIds"] = missing
    return answer(content)


@router.get("/v1/people/me")
async def me(call: The) -> Response:
    """The person behind the token; a service app is nobody (observed)."""
    token = call.who
    if token.person is None:
        raise ApiError(404, "User not found")
    if not token.scopes.intersection((*READ, "spark:people_read")):
        raise ApiError(403, "The access token is missing required scopes.")
    call.organization = token.organization
    return answer(person_json(call, token.organization, token.person))


def _reach(call: Call, value: str) -> tuple[Organization, Person]:
    """Return somebody in any organization that the token may touch, or raise 404."""
    for org in call.who.organizations():
        person = identity.find(org, value)
        if person:
            call.organization = org
            return org, person
    call.organization = call.who.organization
    raise ApiError(404, f"Person not found: {value}")


@router.get("/v1/people/{person_id}")
async def get_person(call: The, person_id: str) -> Response:
    """One person with everything."""
    call.who.need(READ, READ_ADMINS)
    org, person = _reach(call, person_id)
    return answer(person_json(call, org, person))


@router.post("/v1/people")
async def create_person(call: The) -> Response:
    """Create somebody: 200, not 201 (documented)."""
    content = _checked(call)
    org = call.org(content.get("orgId"))
    _need_write(call)
    emails = text_list(content.get("emails"), "emails")
    if len(emails) != 1:
        raise ApiError(400, "Exactly one email address is required")
    if not any(content.get(key) for key in ("displayName", "firstName", "lastName")):
        raise ApiError(400, "At least one of displayName, firstName, lastName is required")
    identity.refuse_address(call, emails[0])
    wanted = _known_licenses(org, content.get("licenses", []))
    wanted_roles = _known_roles(content.get("roles", []))
    settings, world = call.simulator.settings, call.simulator.world
    person = world.add_person(
        org,
        emails[0],
        content.get("firstName"),
        content.get("lastName"),
        content.get("displayName"),
        lag=Lag(settings.search_lag_s, settings.people_list_lag_s),
    )
    _take_over(person, content)
    person.roles = wanted_roles
    identity.assign_what_fits(call, org, person, wanted)
    if org.contact_center:
        org.contact_center.person_changed(person)
    if settings.people_create_400_but_created:
        raise ApiError(400, "POST failed: HTTP/1.1 400 Bad Request")
    if call.flag("minResponse"):
        return answer({"id": person.rest})
    return answer(person_json(call, org, person))


@router.put("/v1/people/{person_id}")
async def replace_person(call: The, person_id: str) -> Response:
    """Replace somebody. Whether left-out roles and licenses are cleared is unknown: a switch."""
    _need_write(call)
    org, person = _reach(call, person_id)
    content = _checked(call)
    if not content.get("displayName"):
        raise ApiError(400, "displayName is required")
    world, settings = call.simulator.world, call.simulator.settings
    emails = text_list(content.get("emails", [person.email]), "emails")
    address = emails[0] if emails else person.email
    if address.lower() != person.email.lower():
        identity.refuse_address(call, address)
    clear = settings.people_put_omitted == "clear"
    wanted = _known_licenses(org, content["licenses"]) if "licenses" in content else None
    wanted_roles = _known_roles(content["roles"]) if "roles" in content else None
    if address != person.email:
        world.change_address(org, person, address)
    _take_over(person, content)
    if "loginEnabled" in content:
        if not isinstance(content["loginEnabled"], bool):
            raise ApiError(400, "loginEnabled must be a boolean")
        if not content["loginEnabled"] or not person.pending:
            person.active = content["loginEnabled"]
    if wanted is not None or clear:
        identity.assign_what_fits(call, org, person, wanted or [])
    if wanted_roles is not None or clear:
        hidden = [role for role in person.roles if not _shown(call, role)]
        identity.set_roles(call, org, person, [*(wanted_roles or []), *hidden])
    world.touched(org, person)
    if call.flag("minResponse"):
        return answer({"id": person.rest})
    return answer(person_json(call, org, person))


@router.delete("/v1/people/{person_id}")
async def delete_person(call: The, person_id: str) -> Response:
    """Delete somebody."""
    _need_write(call)
    org, person = _reach(call, person_id)
    call.simulator.world.remove_person(org, person)
    return empty()


def _checked(call: Call) -> dict[str, Any]:
    """Return the body with its fields as described; 400 otherwise."""
    content = call.object()
    known = ADMIN.fields("Person")
    for name in (*PLAIN, "displayName", *EXTRA):
        if content.get(name) is not None:
            ADMIN.check(name, content[name], known[name])
    return content


def _need_write(call: Call) -> None:
    """Both scopes are needed to write (documented); a contact center service administrator may not."""
    call.who.need(READ, READ_ADMINS)
    call.who.need(WRITE, PEOPLE_ADMINS)


def _take_over(person: Person, content: dict[str, Any]) -> None:
    for key, attribute in PLAIN.items():
        if key in content:
            setattr(person, attribute, content[key] or None)
    if content.get("displayName"):
        person.display_name = content["displayName"]
    known = ADMIN.fields("Person")
    kept = {key: ADMIN.named(content[key], known[key]) for key in EXTRA if content.get(key) is not None}
    if kept:
        extra = person.extra or {}
        extra["people"] = {**extra.get("people", {}), **kept}
        person.extra = extra


def _known_licenses(org: Organization, wanted: Any) -> list[License]:
    found = []
    for value in text_list(wanted, "licenses"):
        item = org.licenses_by_rest.get(value)
        if item is None:
            raise ApiError(400, "License not recognized", 400000, description=f"License not recognized {value}")
        found.append(item)
    return found


def _known_roles(wanted: Any) -> list[str]:
    found = []
    for value in text_list(wanted, "roles"):
        try:
            role = ids.bare(value, "ROLE")
        except ids.WrongType as error:
            raise ApiError(400, str(error)) from None
        if role is None or role not in roles.names(True):
            raise ApiError(400, f"Role not recognized {value}")
        found.append(role)
    return found
