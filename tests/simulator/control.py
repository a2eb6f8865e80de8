"""The simulator's own routes, plainly not the vendor's: state, settings, faults, the administrator's clicks."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from . import roles, seed
from .call import answer
from .faults import BadFault
from .seed import BadScenario
from .settings import SETTINGS, BadSetting
from .simulator import Simulator
from .state import Organization, Person, World

router = APIRouter(prefix="/_sim")
FIELDS = ("first_name", "last_name", "display_name", "title", "department", "active", "pending")
CHANGES = {"organization", "email", "new_email", "licenses", "roles", "supervisor", "deleted", *FIELDS}


class Refused(Exception):
    """A control request that makes no sense: 400."""


def simulator(request: Request) -> Simulator:
    """Return the simulator behind a request."""
    found: Simulator = request.scope["simulator"]
    return found


async def _object(request: Request) -> dict[str, Any]:
    body = await request.body()
    if not body:
        return {}
    try:
        content = json.loads(body)
    except ValueError:
        raise Refused("the body is no JSON") from None
    if not isinstance(content, dict):
        raise Refused("the body is no JSON object")
    return content


def _org(request: Request, content: dict[str, Any]) -> Organization:
    org = simulator(request).world.organization(content.get("organization"))
    if org is None:
        raise Refused(f"no organization {content.get('organization')!r}")
    return org


def _person(request: Request, content: dict[str, Any], email: str) -> tuple[Organization, Person]:
    held = simulator(request).world.addresses.get(email.lower())
    if held is None or (content.get("organization") and held[0] is not _org(request, content)):
        raise Refused(f"nobody with the address {email!r}")
    return held


@router.get("/health")
async def health() -> Response:
    """Answers when the simulator is ready."""
    return answer({"status": "ready"})


@router.get("/journal")
async def read_journal(request: Request) -> Response:
    """The journal as JSON lines."""
    return StreamingResponse(simulator(request).journal.lines(), media_type="application/x-ndjson")


@router.delete("/journal")
async def clear_journal(request: Request) -> Response:
    """Forget the journal."""
    simulator(request).journal.clear()
    return answer({})


@router.get("/settings")
async def read_settings(request: Request) -> Response:
    """All settings; with ?describe=true their meanings."""
    if request.query_params.get("describe") == "true":
        return answer(
            {
                name: {
                    "default": None if item.optional else item.default,
                    "choices": list(item.choices),
                    "meaning": item.meaning,
                }
                for name, item in SETTINGS.items()
            }
        )
    return answer(simulator(request).settings.as_dict())


@router.patch("/settings")
async def change_settings(request: Request) -> Response:
    """Change settings, all or none."""
    sim = simulator(request)
    sim.settings.update(await _object(request))
    for org in sim.world.by_id.values():
        if org.contact_center:
            org.contact_center.settings_changed()
    return answer(sim.settings.as_dict())


@router.get("/faults")
async def read_faults(request: Request) -> Response:
    """The faults in force, with their hits."""
    return answer([fault.as_dict() for fault in simulator(request).faults.orders])


@router.post("/faults")
async def add_fault(request: Request) -> Response:
    """Order one fault, or several in an array; all or none."""
    try:
        content = json.loads(await request.body())
    except ValueError:
        raise Refused("the body is no JSON") from None
    orders = content if isinstance(content, list) else [content]
    faults = simulator(request).faults
    before = list(faults.orders)
    try:
        added = [faults.add(order).as_dict() for order in orders]
    except (BadFault, TypeError, ValueError, AttributeError) as error:
        faults.orders = before
        raise Refused(str(error)) from None
    return answer(added if isinstance(content, list) else added[0])


@router.delete("/faults")
async def clear_faults(request: Request) -> Response:
    """Withdraw all faults."""
    simulator(request).faults.clear()
    return answer({})


@router.post("/synchronize-users")
async def synchronize(request: Request) -> Response:
    """The administrator's click on "Synchronize Users", in one organization or in all."""
    content = await _object(request)
    key = content.get("organization")
    orgs = [_org(request, content)] if key else list(simulator(request).world.by_id.values())
    for org in orgs:
        if org.contact_center:
            org.contact_center.click()
    return answer({"organizations": [org.key for org in orgs]})


@router.post("/supervisors")
async def supervisors(request: Request) -> Response:
    """An administrator's click on "Premium Agent - Supervisor Role" (or its end)."""
    content = await _object(request)
    wanted = content.get("supervisor", True)
    people = [_person(request, content, email) for email in content.get("emails", [])]
    for org, person in people:
        held = [role for role in person.roles if role != roles.SUPERVISOR]
        _roles(request, org, person, [*held, roles.SUPERVISOR] if wanted else held)
    return answer({"changed": len(people)})


def _roles(request: Request, org: Organization, person: Person, wanted: list[str]) -> None:
    sim = simulator(request)
    if sim.world.set_roles(org, person, wanted, kill_tokens=sim.settings.role_change_kills_token):
        sim.world.touched(org, person)


def _address(world: World, org: Organization, person: Person, email: str) -> None:
    if email.lower() in world.addresses and email.lower() != person.email.lower():
        raise Refused(f"{email} is taken")
    world.change_address(org, person, email)


def _licenses(world: World, org: Organization, person: Person, words: list[str]) -> None:
    """Take all of somebody's licenses, and give those named."""
    for license_id in list(person.license_ids):
        world.take(org, person, org.licenses[license_id])
    for word in words:
        found = seed.find_licenses(org, word)
        if not found:
            raise Refused(f"no license {word!r}")
        world.give(org, person, found[0])


@router.post("/licenses")
async def add_license(request: Request) -> Response:
    """A license more, as a scenario gives them: a second subscription brings the same type code again."""
    content = await _object(request)
    org = _org(request, content)
    declared = {key: value for key, value in content.items() if key != "organization"}
    code, total = declared.get("type"), declared.get("total")
    if not isinstance(code, str) or (total is not None and type(total) is not int):
        raise Refused("type must be a string, total an integer")
    item = seed.add_license(org, declared)
    return answer({"id": item.rest, "subscription": item.subscription})


@router.patch("/people")
async def change_person(request: Request) -> Response:
    """A change made by hand in Control Hub; {"deleted": true} deletes."""
    content = await _object(request)
    org, person = _person(request, content, str(content.get("email")))
    world = simulator(request).world
    unknown = set(content) - CHANGES
    if unknown:
        raise Refused(f"unknown fields: {', '.join(sorted(unknown))}")
    if content.get("deleted"):
        world.remove_person(org, person)
        return answer({})
    for name in FIELDS:
        if name in content:
            setattr(person, name, content[name])
    if "new_email" in content:
        _address(world, org, person, content["new_email"])
    if "licenses" in content:
        _licenses(world, org, person, content["licenses"])
    if "roles" in content or "supervisor" in content:
        wanted = list(content.get("roles", [role for role in person.roles if role != roles.SUPERVISOR]))
        if content.get("supervisor", person.supervisor):
            wanted.append(roles.SUPERVISOR)
        _roles(request, org, person, wanted)
    world.touched(org, person)
    return answer(_person_state(org, person))


@router.post("/people")
async def add_person(request: Request) -> Response:
    """Somebody added by hand in Control Hub: the fields of a scenario's person."""
    content = await _object(request)
    org = _org(request, content)
    person = seed.declare_person(simulator(request).world, org, content)
    if org.contact_center:
        org.contact_center.person_changed(person)
    return answer(_person_state(org, person))


@router.post("/accounts-elsewhere")
async def account_elsewhere(request: Request) -> Response:
    """An account of somebody else's: {"email", "kind"}; kind null ends it (the trial was deleted, say)."""
    content = await _object(request)
    elsewhere = simulator(request).world.elsewhere
    email = str(content.get("email", "")).lower()
    if content.get("kind"):
        elsewhere[email] = str(content["kind"])
    else:
        elsewhere.pop(email, None)
    return answer([{"email": key, "kind": kind} for key, kind in elsewhere.items()])


@router.post("/tokens")
async def add_token(request: Request) -> Response:
    """Another access token, as a scenario declares it: somebody signs in again, or loses a scope."""
    content = await _object(request)
    sim = simulator(request)
    org = _org(request, content)
    try:
        seed.add_token({**content, "organization": org.key}, sim.world, sim.tokens)
    except (KeyError, TypeError) as error:
        raise Refused(f"{type(error).__name__}: {error}") from None
    return answer({})


@router.post("/reset")
async def reset(request: Request) -> Response:
    """Play the scenario of the body, or the first one again."""
    content = await _object(request)
    simulator(request).reset(content or None)
    return answer({})


@router.get("/state")
async def state(request: Request) -> Response:
    """The truth about everything, for assertions."""
    sim = simulator(request)
    return answer(
        {
            "organizations": [_state(org) for org in sim.world.by_id.values()],
            "accounts_elsewhere": [{"email": email, "kind": kind} for email, kind in sim.world.elsewhere.items()],
        }
    )


def _person_state(org: Organization, person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "email": person.email,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "display_name": person.display_name,
        "title": person.title,
        "department": person.department,
        "active": person.active,
        "pending": person.pending,
        "licenses": org.words(person),
        "license_ids": [org.licenses[item].rest for item in person.license_ids],
        "roles": [role for role in person.roles if role != roles.SUPERVISOR],
        "supervisor": person.supervisor,
        "mailed": person.mailed_at is not None,
    }


def _state(org: Organization) -> dict[str, Any]:
    content: dict[str, Any] = {
        "key": org.key,
        "id": org.id,
        "name": org.name,
        "region": org.region,
        "people": [_person_state(org, person) for person in org.order],
        "licenses": [
            {
                "id": item.rest,
                "type": item.type,
                "name": item.name,
                "subscription": item.subscription,
                "total": item.total,
                "consumed": org.consumed(item),
            }
            for item in org.licenses.values()
        ],
        "settings": {"allow-admin-invite-emails": org.mail_invitations},
    }
    center = org.contact_center
    if center:
        center.settle()
        content["contact_center"] = {
            "users": [
                {
                    "id": user["id"],
                    "ci_user_id": user["ciUserId"],
                    "email": user["email"],
                    "first_name": user["firstName"],
                    "last_name": user["lastName"],
                    "active": user["active"],
                    "profile_type": center.profile_type(user),
                    "user_profile_id": user["userProfileId"],
                    "contact_center_enabled": user["contactCenterEnabled"],
                    "site_id": user.get("siteId"),
                    "team_ids": user.get("teamIds", []),
                    "skill_profile_id": user.get("skillProfileId"),
                    "agent_profile_id": user.get("agentProfileId"),
                    "multimedia_profile_id": user.get("multimediaProfileId"),
                    "default_dn": user.get("deafultDialledNumber"),
                    "external_id": user.get("externalIdentifier"),
                    "imi_user_created": user.get("imiUserCreated"),
                    "version": user["version"],
                }
                for user in center.users.values()
            ],
            **{name.replace("-", "_") + "s": list(center.entities[name].values()) for name in center.entities},
        }
    return content


async def refused(request: Request, error: Exception) -> Response:
    """Answer a control request that makes no sense."""
    return JSONResponse({"error": str(error)}, 400)


ERRORS = (Refused, BadScenario, BadSetting, BadFault)
