"""The gate of Synchronize Users, with and without somebody at a terminal, and with a hook."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pexpect
import pytest

from tests.integration.onboarding_stage import BETA, PEOPLE, SCENARIO, Played, Stage
from tests.simulator.testing import RunningSimulator, running_simulator


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    with running_simulator(SCENARIO) as running:
        yield running


@pytest.fixture
def stage(simulator: RunningSimulator, tmp_path: Path, collections_path: Path) -> Stage:
    simulator.reset(SCENARIO)
    simulator.clear_faults()
    simulator.clear_journal()
    return Stage(simulator, tmp_path, collections_path)


@pytest.mark.slow
def test_gate_nobody_sits_at(stage: Stage) -> None:
    """Without a terminal the gate says what is to be done, leaves word for the next node, and does not hang."""
    inventory = stage.inventory(alpha={"onboard_users": [PEOPLE[0], PEOPLE[2]], "synchronize_gate": "pause"})
    run = stage.play(inventory)
    assert run.status == 0, run.output
    users = run.users("alpha")
    assert {user["outcome"] for user in users.values()} == {"waiting"}
    assert users["new.supervisor@alpha.example.com"]["lacks"] == ["role", "sync"]
    assert "Press Synchronize Users" in run.output
    assert "wxcc_onboarding_waiting" in run.output.partition("CUSTOM STATS")[2]
    stage.simulator.supervisors("new.supervisor@alpha.example.com")
    stage.simulator.click("alpha")
    again = stage.play(inventory)
    assert {user["outcome"] for user in again.users("alpha").values()} == {"ready"}


def spawn(stage: Stage, inventory: Path, **variables: Any) -> tuple[Any, Path]:
    """The playbook with a terminal in front of it."""
    (program, *arguments), run = stage.command(inventory, **variables)
    more: dict[str, Any] = {"encoding": "utf-8", "timeout": 120, "dimensions": (50, 220)}
    return pexpect.spawn(program, arguments, cwd=str(stage.base), env=stage.environment(), **more), run


@pytest.mark.slow
def test_gate_with_an_administrator_at_the_terminal(stage: Stage) -> None:
    inventory = stage.inventory(
        alpha={"onboard_users": [PEOPLE[2]], "synchronize_gate": "pause"},
        beta={"onboard_addresses": BETA, "onboard_license": "premium", "synchronize_gate": "pause"},
    )
    child, run = spawn(stage, inventory)
    child.expect("Press Enter when this is done")
    asked = child.before
    stage.simulator.supervisors("new.supervisor@alpha.example.com")
    stage.simulator.click()
    # An empty answer at once would be taken for that of a terminal at which nobody sits.
    time.sleep(1.5)
    child.send("\r")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0, child.before
    assert "alpha: 1 of 1 people" in asked
    assert "beta: 3 of 3 people" in asked
    assert "new.supervisor@alpha.example.com" in asked
    played = Played(0, "", run)
    assert {user["outcome"] for host in ("alpha", "beta") for user in played.users(host).values()} == {"ready"}


def test_gate_in_a_job_of_a_controller(stage: Stage) -> None:
    """Such a job has a terminal that nobody sits at: asking would wait for ever."""
    inventory = stage.inventory(alpha={"onboard_users": [PEOPLE[0]], "synchronize_gate": "pause"})
    child, run = spawn(stage, inventory, awx_job_id=17)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0, child.before
    assert {user["outcome"] for user in Played(0, "", run).users("alpha").values()} == {"waiting"}


def test_those_who_never_come_into_sync_fail_with_a_support_bundle(stage: Stage) -> None:
    stage.simulator.settings(sync_stay_missing=["new.agent@alpha.example.com"])
    inventory = stage.inventory(alpha={"onboard_users": PEOPLE[:2]})
    run = stage.play(inventory, synchronize_retries=2, synchronize_timeout=1)
    assert run.status != 0
    users = run.users("alpha")
    assert users["new.standard@alpha.example.com"]["outcome"] == "ready"
    assert users["new.agent@alpha.example.com"]["outcome"] == "failed"
    assert users["new.agent@alpha.example.com"]["sync_state"] == "missing"
    bundle = json.loads((run.directory / "alpha" / "support.json").read_text(encoding="utf-8"))
    assert (bundle["tried"]["rounds"], bundle["tried"]["gate"]) == (2, "hook")
    assert {entry["email"] for entry in bundle["people"]} == {"New.Agent@alpha.example.com"}
    assert any(entry["tracking_id"] for entry in bundle["requests"])


def test_a_hook_that_refuses_stops_the_organization(stage: Stage) -> None:
    inventory = stage.inventory(alpha={"onboard_users": PEOPLE[:1]})
    run = stage.play(
        inventory,
        synchronize_hook_tasks="",
        synchronize_hook_url=f"{stage.simulator.url}/nowhere?key=hidden",
        synchronize_hook_header="Authorization: Bearer hook-secret",
    )
    assert run.status != 0
    assert run.organization("alpha")["aborted"]["step"] == "synchronize"
    assert "hook-secret" not in run.output
    assert "key=hidden" not in run.organization("alpha")["aborted"]["message"]
