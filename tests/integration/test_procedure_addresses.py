"""Step M1 of the vendor's procedure by its command: addresses that belong elsewhere, and what is known of them beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.stage import Played, Stage
from tests.integration.worlds import organization, person, scenario
from tests.simulator.testing import running_simulator

pytestmark = pytest.mark.procedure

NIA, TRIAL, MEMBER, FREE = (
    "nia@alpha.example.com",
    "trial@alpha.example.com",
    "agent0@beta.example.com",
    "kai@mail.example.net",
)
ROWS: list[dict[str, Any]] = [{"email": email, "license": "premium"} for email in (NIA, TRIAL, MEMBER, FREE)]
PLAYBOOK = "onboard_manual"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    base: Path = tmp_path_factory.mktemp("addresses")
    elsewhere = [{"email": TRIAL, "kind": "trial"}, {"email": FREE, "kind": "consumer"}]
    world = scenario(
        organization("alpha", [person("old", "O", "Ld")], name="Alpha Travel"),
        organization("beta", 1, name="Beta Insurance"),
        accounts_elsewhere=elsewhere,
    )
    for one in world["organizations"][1]["people"] if isinstance(world["organizations"][1]["people"], list) else []:
        one["email"] = MEMBER
    with running_simulator(world) as simulator:
        yield Stage(simulator, base)


def play(stage: Stage, *arguments: str) -> Played:
    return stage.play(PLAYBOOK, {"alpha": {"onboard_users": ROWS}}, *arguments)


def test_what_can_be_known_is_planned_and_the_rest_said_to_be_unknown(stage: Stage) -> None:
    stage.simulator.control(
        "POST", "people", {"organization": "beta", "email": MEMBER, "first_name": "A", "last_name": "B", "active": True}
    )
    plan = play(stage, "--check")
    assert not stage.writes()
    assert plan.outcomes("alpha") == {"nia": "waiting", "trial": "waiting", "agent0": "blocked", "kai": "waiting"}
    assert "Beta Insurance" in plan.users("alpha")[MEMBER]["message"]
    assert "may prove to belong to a trial" in plan.users("alpha")[TRIAL]["message"]
    page = plan.text("alpha", "plan.md")
    assert "mail.example.net, where nobody of Alpha Travel is" in page
    assert "alpha.example.com, where" not in page
    assert "mail.example.net, where nobody of Alpha Travel is" in plan.said

    run = play(stage)
    assert run.status == 2
    assert run.outcomes("alpha") == {"nia": "ready", "trial": "blocked", "agent0": "blocked", "kai": "blocked"}
    ways = {email: run.users("alpha")[email]["action"] for email in (TRIAL, MEMBER, FREE)}
    assert "trial organization must be deleted" in ways[TRIAL]
    assert "have Beta Insurance release the address" in ways[MEMBER]
    assert "free" in ways[FREE]
    created = {one["email"] for one in stage.simulator.state("alpha")["people"]}
    assert NIA in created
    assert not {TRIAL, MEMBER, FREE} & created
    # Nobody whom the plan knew to be elsewhere was sent.
    assert not [line for line in run.lines("alpha", "user.jsonl", MEMBER) if line["action"] == "create"]
