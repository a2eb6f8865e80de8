"""The whole chain, agent settings included, under each of what the vendor changed or left open in 2026: it converges, and tells the truth.

A person does between two runs what a run asks for: presses Synchronize, and makes supervisors where the service did not.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.chain_in_process import Clock, Desk, Observed, Row
from tests.integration.test_switches import (
    ELSEWHERE,
    NEW,
    PEOPLE,
    SCENARIO,
    TAKEN,
    TRIAL,
    at,
    check_truth,
    license_of,
    state_of,
)
from tests.integration.test_switches import ROSTER as WITHOUT_SETTINGS

#: Somebody who is a supervisor and is to be an agent.
EXLEAD = at("exlead")
#: Rounds until nothing is left to do: somebody new must be synchronized before the contact center's switch can be set.
ROUNDS = 3
LISBOA: Row = {
    "contact_center_enabled": True,
    "site": "Lisboa",
    "teams": ["Lisboa Service"],
    "desktop_profile": "Office desktop",
    "multimedia_profile": "Voice Only",
}
NAIROBI: Row = {
    "contact_center_enabled": True,
    "site": "Nairobi",
    "teams": ["Nairobi Service"],
    "desktop_profile": "Agent-Profile",
}
#: Whose settings stand in the roster of the first day, and of the second.
FIRST = {NEW[0]: LISBOA, NEW[4]: NAIROBI, at("up"): LISBOA, at("same"): LISBOA, at("lead"): NAIROBI, TAKEN: LISBOA}
SECOND = {
    **FIRST,
    # Moved to another site, with the teams named and without; to another team of the same site; to none.
    NEW[0]: NAIROBI,
    at("up"): {**LISBOA, "teams": ["HQ Service"], "site": "Site-1"},
    at("same"): {"teams": []},
    at("lead"): {"multimedia_profile": "Voice Only"},
}
WORLD: dict[str, Any] = {
    **SCENARIO,
    "organizations": [
        {
            **SCENARIO["organizations"][0],
            "people": [
                *PEOPLE,
                {"email": EXLEAD, "first_name": "Ex", "last_name": "Lead", "licenses": ["premium"], "supervisor": True},
            ],
        }
    ],
}


def roster(settings: dict[str, Row]) -> list[Row]:
    rows = [*WITHOUT_SETTINGS, {"email": EXLEAD, "license": "premium", "role": "agent"}]
    return [{**row, "agent": settings[row["email"]]} if row["email"] in settings else row for row in rows]


@pytest.fixture
def clock() -> Iterator[Clock]:
    clock = Clock()
    with clock.ruling():
        yield clock


@dataclasses.dataclass
class Days:
    """An administrator who runs the chain day by day."""

    desk: Desk
    #: Options of the steps.
    options: dict[str, dict[str, Any]]
    round: int = 0

    def play(self, rows: list[Row]) -> dict[str, Observed]:
        """Run the chain once; do by hand what it asks for."""
        self.round += 1
        desk, more = self.desk, {"snapshot": f"{self.round}.json"}
        steps = {"user": desk.users(rows, **more)}
        steps["license"] = desk.licenses(rows, **more, **self.options.get("license", {}))
        steps["role"] = desk.roles(rows, **more, **self.options.get("role", {}))
        for step, outcome in steps.items():
            check_truth(step, outcome)
        self.by_hand(steps["role"])
        desk.click()
        desk.clock.offset += 5
        steps["sync"] = desk.sync(rows, **more)
        check_truth("sync", steps["sync"])
        for email, problem in steps["sync"].codes().items():
            # Without the switch only the contact center's record tells that somebody is a supervisor still.
            if problem == "not_in_sync" and email == EXLEAD:
                desk.control("POST", "supervisors", {"emails": [EXLEAD], "supervisor": False})
        before = desk.records()
        planned = desk.agents(rows, check=True)
        assert not planned.writes
        steps["agent"] = desk.agents(rows, **more)
        forecast, real = (
            [(i.email, i.kind, i.changed, i.before, i.after) for i in o.run] for o in (planned, steps["agent"])
        )
        assert forecast == real
        self.check_settings(rows, steps["agent"], before)
        return steps

    def by_hand(self, outcome: Observed) -> None:
        """Make and unmake supervisors as asked, but for what a later run does by itself."""
        if self.desk.simulator.settings.capabilities == "effective" and self.options.get("role"):
            return
        for item in outcome.run:
            if item.manual is not None:
                wanted = item.email != EXLEAD
                self.desk.control("POST", "supervisors", {"emails": [item.email], "supervisor": wanted})

    def check_settings(self, rows: list[Row], outcome: Observed, before: dict[str, Row]) -> None:
        """What the agent step says is true, and who is not blocked is as the row says."""
        after = self.desk.records()
        assert outcome.run.aborted is None, outcome.run.aborted
        declared = {r["email"]: r.get("agent", {}) for r in rows}
        for item in outcome.run:
            told = (item.email, item.error, item.before, item.after, item.change.payload)
            assert item.changed == (before.get(item.key) != after.get(item.key)), told
            assert item.certain
            if item.email in ELSEWHERE:
                continue
            assert not (item.failed or item.blocked), (item.email, item.error)
            there = after.get(item.key, {})
            for word, value in declared[item.email].items():
                assert there[word] == value, (item.email, word)
            for word, value in item.after.items():
                if word in there:
                    assert (sorted(value or []) if word == "teams" else value or None) == there[word], (
                        item.email,
                        word,
                    )

    def until_nothing_is_left(self, rows: list[Row]) -> dict[str, Observed]:
        """Run it again and again; return the last run, which changed nothing."""
        for _number in range(ROUNDS):
            steps = self.play(rows)
            if not any(outcome.run.changed for outcome in steps.values()):
                break
        left = [(s, i.email, i.before, i.after) for s, o in steps.items() for i in o.run if i.changed]
        assert not left
        assert {i.email: i.error for o in steps.values() for i in o.run if i.error and i.email not in ELSEWHERE} == {}
        return steps


def check_all(rows: list[Row], desk: Desk) -> None:
    """Everybody is as the roster says."""
    truth = desk.truth()
    for row in rows:
        person = truth.get(row["email"].lower())
        if row["email"] in ELSEWHERE:
            assert person is None
            continue
        assert state_of(person) == row.get("state", "present")
        if "license" in row:
            assert license_of(person) == row["license"]
        if "role" in row:
            assert person is not None
            assert person["supervisor"] == (row["role"] == "supervisor"), row["email"]
            assert person["roles"] == (["id_full_admin"] if row["role"] == "administrator" else [])


CAPABILITIES = {"role": {"supervisor_via": "capabilities"}}
STRICT: dict[str, Any] = {
    "list_arrays": "never",
    "people_by_id": "alone",
    "identities": "sparse",
    "people_page": "refused",
    "team_user_ids": False,
}
WORLDS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    *(({"list_arrays": value}, {}) for value in ("never", "attributes", "always")),
    *(({"capabilities": value}, CAPABILITIES) for value in ("absent", "read_only", "ignored", "effective")),
    *(({"capabilities": value}, {}) for value in ("read_only", "ignored", "effective")),
    ({"people_by_id": "alone"}, {}),
    ({"identities": "sparse"}, {}),
    ({"people_page": "refused"}, {}),
    ({"team_site": "changeable"}, {}),
    ({"team_user_ids": True}, {}),
    ({"team_user_ids": False}, {}),
    (STRICT, {}),
    ({**STRICT, "capabilities": "effective"}, CAPABILITIES),
    ({**STRICT, "capabilities": "effective", "cc_omit_fields": False, "cjp_roles_visible": False}, CAPABILITIES),
    ({**STRICT, "capabilities": "ignored", "cc_max_page_size": 5, "search_lag_s": 2.0}, CAPABILITIES),
]


def named(value: Any) -> str:
    return ",".join(f"{k}={v}" for k, v in value.items() if not isinstance(v, dict)) or ("via" if value else "console")


@pytest.mark.parametrize(("switches", "options"), WORLDS, ids=named)
def test_it_converges_and_what_it_says_is_true(
    clock: Clock, tmp_path: Path, switches: dict[str, Any], options: dict[str, Any]
) -> None:
    desk = Desk(WORLD, clock, tmp_path)
    desk.settings(**switches)
    days = Days(desk, options)
    for settings in (FIRST, SECOND):
        rows = roster(settings)
        last = days.until_nothing_is_left(rows)
        check_all(rows, desk)
        assert not last["agent"].writes


# -- several subscriptions with one type code ------------------------------------------------------------------------------

OTHER = "Sub222222"


def with_two_subscriptions() -> dict[str, Any]:
    """A world whose licenses come in two subscriptions."""
    (organization,) = WORLD["organizations"]
    more = [{"type": code, "total": 30, "subscription": OTHER} for code in ("CJPPRM", "CJPSTD")]
    return {**WORLD, "organizations": [{**organization, "licenses": [*organization["licenses"], *more]}]}


def held_from(desk: Desk, subscription: str) -> set[str]:
    (organization,) = desk.control("GET", "state")["organizations"]
    ids = {item["id"] for item in organization["licenses"] if item["subscription"] == subscription}
    return {p["email"].lower() for p in organization["people"] if ids & set(p["license_ids"])}


def test_two_subscriptions_of_one_type_are_asked_about(clock: Clock, tmp_path: Path) -> None:
    desk = Desk(with_two_subscriptions(), clock, tmp_path)
    rows = roster(FIRST)
    desk.users(rows, snapshot="s")
    outcome = desk.licenses(rows, snapshot="s")
    assert outcome.before == outcome.after
    assert not outcome.run.changed
    assert outcome.run.aborted is not None
    assert outcome.run.aborted.code == "several_subscriptions"
    assert OTHER in outcome.run.aborted.message


@pytest.mark.parametrize("switches", [{}, STRICT], ids=named)
def test_a_subscription_is_used_where_it_is_named(clock: Clock, tmp_path: Path, switches: dict[str, Any]) -> None:
    desk = Desk(with_two_subscriptions(), clock, tmp_path)
    desk.settings(**switches)
    days = Days(desk, {"license": {"subscription_id": "Sub111111"}})
    rows = roster(FIRST)
    days.until_nothing_is_left(rows)
    check_all(rows, desk)
    assert held_from(desk, OTHER) == set()
    # Whoever holds a license of the one is not given another of the other.
    kept = held_from(desk, "Sub111111")
    days.options["license"]["subscription_id"] = OTHER
    last = days.until_nothing_is_left(rows)
    assert not last["license"].writes
    assert held_from(desk, "Sub111111") == kept
    assert TRIAL not in kept
