"""What the People, SCIM and license routes share: who may be created, found and changed."""

from __future__ import annotations

import re
import time

from . import ids
from .call import Call
from .errors import ApiError
from .state import PREMIUM, STANDARD, License, Organization, Person

ADDRESS = re.compile(r"^[^@\s<>\"(),:;]+@[^@\s<>\"(),:;]+\.[^@\s<>\"(),:;.]+$")
ELSEWHERE_TEXT = {
    "trial": "The email address belongs to a trial organization. That trial must be deleted before the user can be added.",
    "consumer": "The email address belongs to a free consumer account. Claim the user into the organization.",
    "other_org": "The email address is already in use in another organization.",
}


def refuse_address(call: Call, email: str) -> None:
    """Raise for an address that cannot be created: bad, taken here (409), or taken elsewhere (a switch: nobody says how)."""
    if not ADDRESS.match(email) or len(email) > 254:
        raise ApiError(
            400, "The request could not be understood by the server due to malformed syntax.", "invalidValue"
        )
    simulator = call.simulator
    held = simulator.world.addresses.get(email.lower())
    kind = simulator.world.elsewhere.get(email.lower())
    if held is None and kind is None:
        return
    if held is not None and held[0] is call.organization:
        raise ApiError(409, "User already exists", "uniqueness")
    text = (
        ELSEWHERE_TEXT[kind or "other_org"] if simulator.settings.other_org_text == "precise" else "User already exists"
    )
    raise ApiError(simulator.settings.other_org_status, text, "uniqueness")


def searchable(call: Call, person: Person, *, people_list: bool = False) -> bool:
    """Whether searches show a person already."""
    due = person.listed_at if people_list else person.visible_at
    return due == 0.0 or due <= time.time()


def find(org: Organization, value: str) -> Person | None:
    """Return the person with a REST id or a bare UUID; 400 for an id of another type."""
    try:
        bare = ids.bare(value, "PEOPLE")
    except ids.WrongType as error:
        raise ApiError(400, str(error)) from None
    return org.people.get(bare) if bare else None


def own_address(call: Call, org: Organization, email: str) -> Person | None:
    """Return the person of ``org`` with an address."""
    held = call.simulator.world.addresses.get(email.lower())
    return held[1] if held and held[0] is org else None


def set_roles(call: Call, org: Organization, person: Person, wanted: list[str]) -> bool:
    """Replace a person's roles; the person's tokens die with it where the switch says so."""
    return call.simulator.world.set_roles(
        org, person, wanted, kill_tokens=call.simulator.settings.role_change_kills_token
    )


def skim(org: Organization, wanted: list[License], both: str) -> list[License]:
    """Return the licenses without the standard one where premium is there too, unless the switch says to keep both."""
    types = {item.type for item in wanted}
    if both != "keep" and {PREMIUM, STANDARD} <= types:
        return [item for item in wanted if item.type != STANDARD]
    return wanted


def assign_what_fits(call: Call, org: Organization, person: Person, wanted: list[License]) -> None:
    """Make a person's licenses what People asks for; unavailable ones are silently skipped (documented)."""
    world = call.simulator.world
    skipped = person.email.lower() in call.simulator.settings.license_200_but_skipped or call.faults_of("skip_license")
    keep = {item.id for item in wanted}
    for license_id in list(person.license_ids):
        if license_id not in keep:
            world.take(org, person, org.licenses[license_id])
    for item in skim(org, wanted, call.simulator.settings.both_licenses):
        if item.id not in person.license_ids and not skipped and org.seats_left(item) != 0:
            world.give(org, person, item)
