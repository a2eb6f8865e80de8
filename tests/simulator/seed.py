"""The start of a world: organizations, licenses, invented people and contact centers, the same for the same seed."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

from . import ids, names, roles
from .contact_center import ContactCenter
from .seed_center import START, configure, equip
from .settings import Settings
from .state import PREMIUM, STANDARD, TYPES, License, Organization, Person, World
from .tokens import ALL_SCOPES, RefreshToken, ServiceApp, Token, Tokens

Scenario = dict[str, Any]

DEFAULT_SCENARIO: Scenario = {
    "seed": 1,
    "organizations": [
        {"key": "alpha", "name": "Alpha Travel", "region": "us1", "domains": ["alpha.example.com"], "people": 500},
        {"key": "beta", "name": "Beta Insurance", "region": "us1", "domains": ["beta.example.com"], "people": 50},
    ],
    "accounts_elsewhere": [
        {"email": "trial.user@alpha.example.com", "kind": "trial"},
        {"email": "taken.user@partner.example.com", "kind": "other_org"},
    ],
    "tokens": [
        {
            "token": "sim-partner-token",
            "email": "partner@alpha.example.com",
            "roles": [roles.FULL_ADMIN],
            "manages": ["beta"],
        },
        {"token": "sim-readonly-token", "email": "readonly@alpha.example.com", "roles": [roles.READONLY_ADMIN]},
        {"token": "sim-ccadmin-token", "email": "ccadmin@alpha.example.com", "roles": [roles.SERVICE_ADMIN]},
        {"token": "sim-noscope-token", "email": "noscope@alpha.example.com", "roles": [roles.FULL_ADMIN], "scopes": []},
        {
            "token": "sim-expired-token",
            "email": "partner@alpha.example.com",
            "roles": [roles.FULL_ADMIN],
            "expired": True,
        },
        {"token": "sim-service-app-token", "kind": "service_app", "organization": "alpha", "manages": ["beta"]},
    ],
}

LICENSE_NAMES = {
    # the second name really has a small c
    PREMIUM: "Contact Center Premium Agent",
    STANDARD: "Contact center Standard Agent",
    "MS": "Advanced Messaging",
    "CF": "Advanced Space Meetings",
    "EE": "Webex Meetings Suite",
    "BCSTD": "Webex Calling - Professional",
    "BCRLC": "Webex Calling - Route List Calls",
    "FMS": "Basic Messaging",
    "FTM": "Basic Space Meetings",
    "FSS": "Free screen share",
}


class BadScenario(ValueError):
    """A scenario that cannot be played."""


def load(path: str) -> Scenario:
    """Read a scenario file; raises BadScenario."""
    try:
        with open(path, encoding="utf-8") as file:
            scenario = json.load(file)
    except (OSError, ValueError) as error:
        raise BadScenario(f"{path}: {error}") from None
    if not isinstance(scenario, dict):
        raise BadScenario(f"{path}: not a JSON object")
    return scenario


def build(scenario: Scenario, settings: Settings) -> tuple[World, Tokens]:
    """Return the world and the tokens of a scenario; what it leaves out comes from the default one.

    Raises BadScenario.
    """
    try:
        return _build(scenario, settings)
    except BadScenario:
        raise
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise BadScenario(f"{type(error).__name__}: {error}") from error


def _build(scenario: Scenario, settings: Settings) -> tuple[World, Tokens]:
    scenario = copy.deepcopy(scenario)
    seed = scenario.get("seed", 1)
    world, tokens = World(), Tokens()
    organizations: list[Scenario] = scenario.get("organizations") or copy.deepcopy(DEFAULT_SCENARIO["organizations"])
    keys = [str(item.get("key") or "") for item in organizations]
    if not keys or "" in keys or len(set(keys)) != len(keys):
        raise BadScenario("every organization needs a key of its own")
    token_list: list[Scenario] = scenario.get("tokens") or _default_tokens(organizations)
    operators: dict[str, list[Scenario]] = {key: [] for key in keys}
    for item in token_list:
        item.setdefault("organization", _home(item, organizations))
        if item["organization"] not in operators:
            raise BadScenario(f"token {item.get('token')}: no organization {item['organization']!r}")
        if item.get("email"):
            operators[item["organization"]].append(item)
    for item in organizations:
        world.add(_organization(world, item, seed, settings, operators[item["key"]]))
    for item in scenario.get("accounts_elsewhere", DEFAULT_SCENARIO["accounts_elsewhere"]) or []:
        world.elsewhere[item["email"].lower()] = item.get("kind", "other_org")
    for item in token_list:
        add_token(item, world, tokens)
    _integrations(scenario, world, tokens)
    return world, tokens


def _default_tokens(organizations: list[Scenario]) -> list[Scenario]:
    """Return the default tokens for any organizations: operators in the first one, which manages all the others."""
    first, *others = organizations
    domain = (first.get("domains") or [f"{first['key']}.example.com"])[0]
    found: list[Scenario] = copy.deepcopy(DEFAULT_SCENARIO["tokens"])
    for item in found:
        item["organization"] = first["key"]
        if "email" in item:
            item["email"] = f"{item['email'].split('@')[0]}@{domain}"
        if "manages" in item:
            item["manages"] = [org["key"] for org in others]
    return found


def _home(item: Scenario, organizations: list[Scenario]) -> str:
    domain = item.get("email", "@").rsplit("@", 1)[1].lower()
    for org in organizations:
        if domain in [name.lower() for name in org.get("domains", [])]:
            return str(org["key"])
    return str(organizations[0]["key"])


def _organization(
    world: World, item: Scenario, seed: Any, settings: Settings, operators: list[Scenario]
) -> Organization:
    key: str = item["key"]
    rng = random.Random(f"{seed}:{key}")
    org_id = ids.new_uuid(rng)
    org = Organization(
        key,
        str(item.get("id") or org_id).lower(),
        str(item.get("name") or key),
        str(item.get("region") or "us1"),
        item.get("domains") or [f"{key}.example.com"],
        rng,
    )
    people = item.get("people", 0)
    count = people if isinstance(people, int) else len(people)
    _licenses(org, item.get("licenses"), count)
    if item.get("contact_center", True):
        org.contact_center = ContactCenter(org, settings, rng)
        configure(org.contact_center)
    for operator in operators:
        if operator["email"].lower() not in world.addresses:
            first, _, last = operator["email"].split("@")[0].partition(".")
            person = world.add_person(
                org, operator["email"], first.capitalize(), (last or "operator").capitalize(), None, created=START
            )
            person.pending = False
            person.roles = list(operator.get("roles", [roles.FULL_ADMIN]))
    if isinstance(people, int):
        _invent_people(world, org, max(0, people - len(org.people)), item.get("people_mix") or {})
    else:
        for entry in people:
            declare_person(world, org, entry)
    for person in org.people.values():
        # old enough for an activation mail job to mail again
        person.mailed_at = START if person.mailed_at is not None else None
    if org.contact_center:
        center = org.contact_center
        for person in org.people.values():
            record = center.synchronize(person, moment=START)
            if record and isinstance(people, int) and rng.random() < 0.9:
                equip(center, record, rng)
        center.changed.clear()
    return org


def add_license(org: Organization, item: Scenario) -> License:
    """Add a license as a scenario describes it; one type code may come once for every subscription."""
    code = str(TYPES.get(item["type"], item["type"]))
    return org.add_license(
        code,
        item.get("name") or LICENSE_NAMES.get(code, code),
        item.get("total"),
        item.get("subscription"),
        site_url=item.get("site"),
        null_counters=code == "BCRLC",
        license_id=item.get("id"),
    )


def _licenses(org: Organization, declared: list[Scenario] | None, count: int) -> None:
    if declared is None:
        room = max(50, (count * 4) // 5)
        declared = [
            {"type": PREMIUM, "total": room, "subscription": "Sub111111"},
            {"type": STANDARD, "total": room, "subscription": "Sub111111"},
            {"type": "MS", "total": room * 2, "subscription": "Sub222222"},
            {"type": "EE", "total": room * 2, "subscription": "Sub222222", "site": f"{org.key}.webex.example.com"},
            {"type": "BCRLC", "total": 10, "subscription": "Sub222222"},
        ]
    for item in declared:
        add_license(org, item)
    for code in ("FMS", "FTM", "FSS"):
        org.add_license(code, LICENSE_NAMES[code], None, None)


def find_licenses(org: Organization, word: str) -> list[Any]:
    """Return the licenses that ``premium``, ``standard``, a type code or an id names, those with free seats first."""
    code = TYPES.get(word, word)
    found = [item for item in org.licenses.values() if code in (item.type, item.id, item.rest)]
    return sorted(found, key=lambda item: org.seats_left(item) == 0)


def declare_person(world: World, org: Organization, entry: Scenario) -> Person:
    """Add somebody as a scenario (or a test) declares it: {email, first_name, last_name, ..., licenses, roles, supervisor}."""
    address = entry["email"]
    if address.lower() in world.addresses:
        raise BadScenario(f"{address} is there already")
    person = world.add_person(
        org, address, entry.get("first_name"), entry.get("last_name"), entry.get("display_name"), created=START
    )
    person.title = entry.get("title")
    person.department = entry.get("department")
    person.active = entry.get("active", True)
    person.pending = entry.get("pending", False)
    person.roles = list(entry.get("roles", []))
    if entry.get("supervisor"):
        person.roles.append(roles.SUPERVISOR)
    for word in entry.get("licenses", []):
        found = find_licenses(org, word)
        if not found:
            raise BadScenario(f"{address}: no license {word!r} in {org.key}")
        world.give(org, person, found[0])
    return person


def _invent_people(world: World, org: Organization, count: int, mix: dict[str, float]) -> None:
    rng = org.rng
    premium, standard = mix.get("premium", 0.2), mix.get("standard", 0.2)
    domain = org.domains[0]
    licenses = {word: (find_licenses(org, word) or [None])[0] for word in ("premium", "standard", "MS")}
    for index in range(count):
        # the awkward ones are spread over the first people
        if index % 7 == 3 and index // 7 < len(names.AWKWARD):
            first, last, display, local = names.AWKWARD[index // 7]
        else:
            first, last = names.invent(rng)
            display, local = None, f"{names.fold(first)}.{names.fold(last)}"
        address, number = f"{local}@{domain}", 1
        while address.lower() in world.addresses:
            number += 1
            address = f"{local}{number}@{domain}"
        person = world.add_person(org, address, first, last, display, created=START + index)
        person.title = rng.choice(names.TITLES) if rng.random() < 0.7 else None
        person.department = rng.choice(names.DEPARTMENTS) if rng.random() < 0.7 else None
        state = rng.random()
        person.pending = state < 0.05
        person.active = not 0.05 <= state < 0.08
        draw = rng.random()
        word = "premium" if draw < premium else "standard" if draw < premium + standard else None
        for wanted in (word, "MS" if rng.random() < 0.5 else None):
            item = licenses.get(wanted) if wanted else None
            if item is not None and org.seats_left(item) != 0:
                world.give(org, person, item)
        draw = rng.random()
        if word == "premium" and draw < 0.1:
            person.roles.append(roles.SUPERVISOR)
        elif draw > 0.99 and word != "standard":
            person.roles.append(rng.choice((roles.FULL_ADMIN, roles.USER_ADMIN, roles.READONLY_ADMIN)))


def add_token(item: Scenario, world: World, tokens: Tokens) -> None:
    """Add an access token as a scenario declares it; its person exists already."""
    org = world.by_key[item["organization"]]
    address = item.get("email")
    person = world.addresses[address.lower()][1] if address else None
    scopes = item.get("scopes", "all")
    kind = item.get("kind", "user")
    if kind == "user" and person is None:
        raise BadScenario(f"token {item.get('token')}: a user token needs an email")
    try:
        manages = [world.by_key[key] for key in item.get("manages", [])]
    except KeyError as error:
        raise BadScenario(f"token {item.get('token')}: no organization {error}") from None
    tokens.access[item["token"]] = Token(
        item["token"],
        kind,
        org,
        None if kind == "service_app" else person,
        manages,
        ALL_SCOPES if scopes == "all" else frozenset(scopes),
        item.get("cc_admin"),
        item.get("expired", False),
    )


def _integrations(scenario: Scenario, world: World, tokens: Tokens) -> None:
    """Add the refresh tokens and the service app; by default they act for the first token of the scenario."""
    usable = [token for token in tokens.access.values() if not token.expired]
    if not usable:
        return
    for item in scenario.get("refresh_tokens", [{}]):
        like = tokens.access[item["token"]] if "token" in item else usable[0]
        refresh = RefreshToken(
            item.get("refresh_token", "sim-refresh-token"),
            item.get("client_id", "sim-client"),
            item.get("client_secret", "sim-secret"),
            like,
        )
        tokens.refresh[refresh.value] = refresh
    for item in scenario.get("service_apps", [{}]):
        keys = item.get("organizations")
        organizations = [world.by_key[key] for key in keys] if keys is not None else usable[0].organizations()
        app = ServiceApp(
            item.get("application_id", "sim-application"),
            item.get("client_id", "sim-client"),
            item.get("client_secret", "sim-secret"),
            organizations,
        )
        tokens.apps[app.application_id] = app
