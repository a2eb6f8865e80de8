"""Scenarios of tests, as data: people, organizations that hold them, and a partner who manages all of these."""

from __future__ import annotations

from typing import Any

from tests.simulator.testing import PARTNER_TOKEN

Row = dict[str, Any]

ONE_SUBSCRIPTION = [
    {"type": "CJPPRM", "total": 50, "subscription": "Sub111111"},
    {"type": "CJPSTD", "total": 50, "subscription": "Sub111111"},
]
TWO_SUBSCRIPTIONS = [*ONE_SUBSCRIPTION, {"type": "CJPPRM", "total": 50, "subscription": "Sub222222"}]


def person(local: str, first: str = "", last: str = "", *licenses: str, **more: Any) -> Row:
    """Somebody of a scenario; the domain follows from the organization."""
    return {"local": local, "first_name": first, "last_name": last, "licenses": list(licenses), **more}


def agents(count: int = 4) -> list[Row]:
    """People with Premium: agent0, agent1, ..."""
    return [person(f"agent{n}", "Agent", str(n), "premium") for n in range(count)]


def address(number: int, key: str = "alpha") -> str:
    """The address of one of them."""
    return f"agent{number}@{key}.example.com"


def organization(key: str, people: list[Row] | int, licenses: list[Row] | None = None, name: str = "") -> Row:
    """An organization whose domain is its own, so that all of them can hold the same people; a number invents some."""
    named: list[Row] | int = people if isinstance(people, int) else []
    for one in people if isinstance(people, list) else []:
        entry = dict(one)
        local, _at, sub = entry.pop("local").partition("@")
        assert isinstance(named, list)
        named.append({**entry, "email": f"{local}@{sub + '.' if sub else ''}{key}.example.com"})
    domains = [f"{key}.example.com", f"emea.{key}.example.com"]
    seats = ONE_SUBSCRIPTION if licenses is None else licenses
    return {"key": key, "name": name or key.title(), "domains": domains, "people": named, "licenses": seats}


def scenario(*organizations: Row, **more: Any) -> Row:
    """A world in which one partner, who is a member of the first organization, manages all of them."""
    first, *others = [one["key"] for one in organizations]
    token = {
        "token": PARTNER_TOKEN,
        "kind": "user",
        "email": f"partner@{first}.example.com",
        "organization": first,
        "manages": others,
        "scopes": "all",
        "cc_admin": True,
    }
    return {"seed": 5, "organizations": list(organizations), "tokens": [token], **more}


#: One organization with four agents.
FOUR_AGENTS = scenario(organization("alpha", agents(), name="Alpha Travel"))

# -- onboarding by hand --------------------------------------------------------------------------------------------------

#: Accounts that somebody else holds.
ELSEWHERE = [
    {"email": "trial.user@alpha.example.com", "kind": "trial"},
    {"email": "trial.user@blocked.example.com", "kind": "trial"},
    {"email": "taken.user@partner.example.com", "kind": "other_org"},
]
#: Those of alpha who are there before the first run, beside the operator.
THERE = [
    person("old.none", "Old", "None"),
    person("old.standard", "Old", "Standard", "standard"),
    person("old.premium", "Old", "Premium", "premium"),
    person("old.admin", "Old", "Admin", roles=["id_full_admin"]),
]
#: What a roster of alpha says.
ROSTER: list[Row] = [
    {
        "email": "New.Agent@alpha.example.com",
        "first_name": "Nia",
        "last_name": "Agent",
        "license": "premium",
        "role": "agent",
    },
    {
        "email": "new.standard@alpha.example.com",
        "first_name": "Ned",
        "last_name": "Robles, Inés",
        "license": "standard",
    },
    {"email": "new.supervisor@alpha.example.com", "license": "premium", "role": "supervisor"},
    {"email": "new.admin@alpha.example.com", "license": "premium", "role": "administrator"},
    {"email": "old.none@alpha.example.com", "license": "standard", "role": "agent"},
    {"email": "OLD.standard@alpha.example.com", "license": "premium", "role": "supervisor"},
    {"email": "old.premium@alpha.example.com", "license": "premium", "role": "agent"},
    {"email": "trial.user@alpha.example.com", "license": "premium"},
    {"email": "taken.user@partner.example.com", "license": "standard"},
]


def roster(key: str, *numbers: int) -> list[Row]:
    """Some rows of that roster, for another organization."""
    return [{**ROSTER[n], "email": ROSTER[n]["email"].replace("@alpha.", f"@{key}.")} for n in numbers]


def three(key: str) -> str:
    """Three addresses of an organization, as people paste them."""
    return f"first@{key}.example.com; Second@{key}.example.com\nthird@{key}.example.com,"
