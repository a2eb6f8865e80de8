"""Step M5 of the vendor's procedure by its command: roles of administrators, given, finer ones, and taken away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.stage import Played, Stage
from tests.integration.worlds import organization, person, scenario
from tests.simulator.testing import running_simulator

pytestmark = pytest.mark.procedure

DOMAIN = "alpha.example.com"
NEW, HELPER, OLD, WRONG = (f"{name}@{DOMAIN}" for name in ("lea", "helper", "old", "wrong"))
FULL, FINE = "id_full_admin", "id_user_admin"
ROWS: list[dict[str, Any]] = [
    {"email": NEW, "first_name": "Lea", "last_name": "Moreau", "license": "premium", "role": "administrator"},
    {"email": HELPER, "license": "premium", "role": "agent", "administrator_roles": ["User Administrator"]},
    {"email": OLD, "license": "premium", "role": "agent", "administrator_roles": []},
    {"email": WRONG, "license": "premium", "role": "agent", "administrator_roles": ["Sales Administrator"]},
]
PLAYBOOK = "onboard_manual"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    there = [
        person("boss", "Bo", "Ss", roles=[FULL]),
        person("helper", "Hel", "Per"),
        person("old", "O", "Ld", "premium", roles=[FULL, FINE]),
        person("wrong", "Wro", "Ng"),
    ]
    base: Path = tmp_path_factory.mktemp("roles")
    with running_simulator(scenario(organization("alpha", there))) as simulator:
        yield Stage(simulator, base)


def roles(stage: Stage, email: str) -> list[str]:
    found = stage.simulator.person(email)
    return sorted(r for r in found["roles"] if r.startswith("id_")) if found else []


def play(stage: Stage, *arguments: str) -> Played:
    return stage.play(PLAYBOOK, {"alpha": {"onboard_users": ROWS}}, *arguments)


def test_roles_are_given_and_taken_and_judged_once(stage: Stage) -> None:
    plan = play(stage, "--check")
    assert not stage.writes()
    foreseen = plan.users("alpha")
    assert "cannot be given through the API" in plan.text("alpha", "plan.md")
    assert "Management > Users" in foreseen[WRONG]["action"]

    first = play(stage)
    assert (roles(stage, NEW), roles(stage, HELPER), roles(stage, OLD)) == ([FULL], [FINE], [])
    assert first.outcomes("alpha") == {"lea": "ready", "helper": "ready", "old": "ready", "wrong": "blocked"}
    assert roles(stage, WRONG) == []
    # Who is blocked stands in the terminal with the way, and fails the run.
    assert first.status == 2
    assert "the role 'Sales Administrator' cannot be given through the API" in first.said
    shown = {row["email"]: row["role"] for row in first.report_rows}
    assert (shown[NEW], shown[HELPER], shown[OLD]) == ("administrator", "administrator", "agent")

    sent = len(stage.writes())
    again = play(stage)
    assert len(stage.writes()) == sent
    assert again.outcomes("alpha") == first.outcomes("alpha")
    assert "failed" not in again.outcomes("alpha").values()

    audit = stage.play("audit", {"alpha": {"onboard_users": ROWS}})
    assert {one["email"] for one in audit.data("alpha", "audit.json")["drift"]} == {WRONG}
    lacking = {one["email"]: one["lacks"] for one in audit.data("alpha", "audit.json")["not_ready"]}
    assert lacking.get(HELPER) != "role"
