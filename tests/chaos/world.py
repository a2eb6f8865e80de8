"""What a seed makes of the world: people, seats, switches, a roster, and how the chain is told to go about it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from tests.simulator.settings import SETTINGS

Row = dict[str, Any]

DOMAIN = "alpha.example.com"
OPERATOR = f"partner@{DOMAIN}"
TAKEN = f"taken@{DOMAIN}"
ADMIN = f"chief@{DOMAIN}"

#: Values of the switches that take numbers or addresses; those of the others stand in the simulator.
NUMBERS: dict[str, tuple[Any, ...]] = {
    "latency_ms": (0, 50, 3000),
    "limit_per_minute": (20, 60),
    "cc_limit_per_minute": (20, 60),
    "limit_burst": (0, 3),
    "retry_after_s": (0, 1, 7, None),
    "search_lag_s": (0.4, 3.0, 9.0, 40.0),
    "people_list_lag_s": (0.4, 3.0, 9.0, 40.0),
    "people_max_page": (2, 5),
    "scim_max_count": (2, 5),
    "scim_filter_max_terms": (1, 3),
    "bulk_omit_items": (1, 2),
    "activation_job_polls": (1,),
    "auto_sync_s": (0.0, 5.0),
    "sync_click_s": (0.0, 5.0, 30.0),
    "cc_max_page_size": (3, 10),
    "cc_bulk_max_items": (1, 2),
}
#: What concerns this process alone.
NO_SERVICE = {"journal_response_max"}


@dataclass
class World:
    """One seed's start."""

    scenario: Row
    roster: list[Row]
    #: Options of the chain: modes of licenses and roles, how supervisors are made, guard rails.
    options: Row = field(default_factory=dict)
    switches: Row = field(default_factory=dict)


def _value(rng: random.Random, name: str, addresses: list[str]) -> Any:
    setting = SETTINGS[name]
    if setting.choices:
        return rng.choice(setting.choices)
    if isinstance(setting.default, bool):
        return not setting.default
    if isinstance(setting.default, list):
        return rng.sample(addresses, min(len(addresses), rng.randint(1, 2)))
    return rng.choice(NUMBERS[name])


def switches(rng: random.Random, addresses: list[str]) -> Row:
    """Return a few switches that are set otherwise than usual."""
    names = sorted(set(SETTINGS) - NO_SERVICE)
    chosen = rng.sample(names, rng.choice((0, 1, 1, 2, 3, 5)))
    return {name: _value(rng, name, addresses) for name in chosen}


def _people(rng: random.Random) -> list[Row]:
    """Who is there: with and without licenses and roles, some disabled."""
    people: list[Row] = [
        {"email": ADMIN, "first_name": "Chief", "last_name": "Admin", "roles": ["id_full_admin"]},
        {"email": f"bystander@{DOMAIN}", "first_name": "By", "last_name": "Stander", "licenses": ["premium"]},
    ]
    for number in range(rng.randint(2, 7)):
        held = rng.choice(([], ["standard"], ["premium"], ["premium", "MS"], ["MS"]))
        person: Row = {
            "email": f"old{number}@{DOMAIN}",
            "first_name": "Old",
            "last_name": f"No{number}",
            "licenses": held,
            "title": rng.choice((None, "Agent")),
            "pending": rng.random() < 0.2,
            "active": rng.random() < 0.9,
        }
        if "premium" in held and rng.random() < 0.3:
            person["supervisor"] = True
        elif rng.random() < 0.15:
            person["roles"] = [rng.choice(("id_user_admin", "id_full_admin", "id_readonly_admin"))]
        people.append(person)
    return people


def _row(rng: random.Random, email: str, new: bool) -> Row:
    row: Row = {"email": email.upper() if rng.random() < 0.1 else email}
    if new or rng.random() < 0.4:
        row |= {"first_name": rng.choice(("Nia", "Zoë", "Old")), "last_name": f"No{rng.randint(0, 9)}"}
    if rng.random() < 0.2:
        row["title"] = rng.choice(("Agent", "Lead"))
    if rng.random() < 0.8:
        row["license"] = rng.choice(("premium", "premium", "standard", "none"))
    if rng.random() < 0.5:
        row["role"] = rng.choice(("agent", "supervisor", "administrator"))
        if row["role"] == "supervisor" and "license" in row:
            row["license"] = "premium"
    if rng.random() < 0.08 and not new:
        return {"email": row["email"], "state": rng.choice(("disabled", "absent"))}
    if rng.random() < 0.6 and row.get("license") in ("premium", "standard"):
        row["agent"] = _agent(rng)
    return row


def _agent(rng: random.Random) -> Row:
    chosen: Row = {"contact_center_enabled": True, "site": "Site-1", "teams": ["HQ Service"]}
    if rng.random() < 0.95:
        chosen["desktop_profile"] = rng.choice(("Agent-Profile", "Office desktop"))
    if rng.random() < 0.5:
        chosen["teams"] = ["HQ Service", "HQ Sales"]
    if rng.random() < 0.3:
        chosen["skill_profile"] = "Spanish speakers"
    if rng.random() < 0.2:
        chosen["external_id"] = f"x{rng.randint(0, 99)}"
    return chosen


def world(seed: int) -> World:
    """Return the world of a seed."""
    rng = random.Random(f"world {seed}")
    people = _people(rng)
    seats = rng.choice((50, 50, 50, 6))
    scenario: Row = {
        "seed": 5,
        "organizations": [
            {
                "key": "alpha",
                "domains": [DOMAIN],
                "people": people,
                "licenses": [
                    {"type": "CJPPRM", "total": seats, "subscription": "Sub111111"},
                    {"type": "CJPSTD", "total": seats, "subscription": "Sub111111"},
                    {"type": "MS", "total": 50, "subscription": "Sub222222"},
                ],
            }
        ],
        "accounts_elsewhere": [{"email": TAKEN, "kind": rng.choice(("other_org", "trial", "consumer"))}],
        "tokens": [
            {
                "token": "sim-partner-token",
                "email": OPERATOR,
                "organization": "alpha",
                "kind": "user",
                "scopes": "all",
                "cc_admin": True,
            }
        ],
    }
    there = [person["email"] for person in people if person["email"].startswith("old")]
    named = rng.sample(there, rng.randint(0, len(there)))
    fresh = [f"new{number}@{DOMAIN}" for number in range(rng.randint(1, 6))]
    addresses = [*fresh, *named, *([TAKEN] if rng.random() < 0.15 else [])]
    rng.shuffle(addresses)
    roster = [_row(rng, email, email in fresh or email == TAKEN) for email in addresses]
    options = {
        "license": {"mode": rng.choice(("add_only", "add_and_remove"))},
        "role": {
            "mode": rng.choice(("add_only", "add_and_remove")),
            "supervisor_via": rng.choice(("console", "scim")),
        },
        "max_removals": rng.choice(("100%", "100%", "1")),
    }
    chosen = switches(rng, addresses)
    scenario["settings"] = chosen
    return World(scenario, roster, options, chosen)
