"""The playbooks configure_agents, synchronize and audit, and the gates, as people run them: ansible-playbook against a simulator."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.settings_stage import SCENARIO, Stage, address
from tests.simulator.testing import RunningSimulator, running_simulator

DESK = {
    "contact_center_enabled": True,
    "site": "Lisboa",
    "teams": ["Lisboa Service"],
    "desktop_profile": "Office desktop",
}


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    with running_simulator(SCENARIO) as running:
        yield running


@pytest.fixture
def stage(simulator: RunningSimulator, tmp_path: Path, collections_path: Path) -> Stage:
    simulator.reset()
    simulator.click()
    simulator.clear_journal()
    return Stage(simulator, tmp_path, collections_path)


# --- configure_agents -------------------------------------------------------------------------------------------------


def configure(stage: Stage, *options: str, **variables: Any) -> subprocess.CompletedProcess[str]:
    return stage.play(
        "configure_agents", *options, agent_settings_run_directory=str(stage.base / "run/alpha"), **variables
    )


def test_configure_agents_sets_desks_and_then_changes_nothing(stage: Stage) -> None:
    users = [{"email": address(n), "agent": {"external_id": f"E-{n}"}} for n in range(4)]
    variables = {"agent_settings_users": users, "agent_settings_defaults": DESK}
    planned = configure(stage, "--check", "--diff", **variables)
    assert planned.returncode == 0, planned.stdout + planned.stderr
    assert "Lisboa Service" in planned.stdout
    assert stage.writes() == []
    done = configure(stage, **variables)
    assert done.returncode == 0, done.stdout + done.stderr
    held = stage.simulator.state("alpha")["contact_center"]["users"]
    assert {u["external_id"] for u in held if u["email"].startswith("agent")} == {f"E-{n}" for n in range(4)}
    again = configure(stage, **variables)
    assert "changed=0" in again.stdout


def test_configure_agents_takes_a_bulk_operations_file(stage: Stage) -> None:
    file = stage.base / "agents.csv"
    file.write_text(
        "Email,User Profile,Contact Center Enabled,Site,Teams,Skill Profile,Desktop Profile,Multimedia Profile,"
        "External Id,Default DN\r\n"
        f"{address(0)},Premium Agent Profile,On,Lisboa,Lisboa Service|Lisboa Sales,,Office desktop,Voice Only,,5550101\r\n"
    )
    done = configure(stage, agent_settings_csv_files=str(file))
    assert done.returncode == 0, done.stdout + done.stderr
    (line,) = stage.lines("agent.jsonl")
    assert line["after"]["teams"] == ["Lisboa Sales", "Lisboa Service"]
    assert line["after"]["default_number"] == "5550101"


def test_configure_agents_fails_at_the_end_for_the_blocked_and_serves_the_others(stage: Stage) -> None:
    new = stage.newcomer()
    users = [{"email": new, "agent": DESK}, {"email": address(0), "agent": DESK}]
    done = configure(stage, agent_settings_users=users)
    assert done.returncode != 0
    assert "1 people are blocked" in done.stdout
    assert f"{new}: The contact center has no record" in done.stdout
    assert [line["action"] for line in stage.lines("agent.jsonl")] == ["blocked", "update"]


# --- audit ------------------------------------------------------------------------------------------------------------


def audit(stage: Stage, **variables: Any) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    done = stage.play("audit", audit_directory=str(stage.base / "run"), **variables)
    file = stage.base / "run" / "alpha" / "audit.json"
    assert file.exists(), done.stdout + done.stderr
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return done, found


def test_audit_says_what_lacks_and_where_the_roster_differs_and_writes_nothing(stage: Stage) -> None:
    assert configure(stage, agent_settings_users=[{"email": address(0), "agent": DESK}]).returncode == 0
    new = stage.newcomer()
    stage.simulator.clear_journal()
    roster = [
        {"email": address(0), "license": "premium", "agent": {"site": "Lisboa", "external_id": "E-1"}},
        {"email": address(1), "license": "none"},
        {"email": "absent@alpha.example.com", "license": "premium"},
    ]
    done, found = audit(stage, roster_users=roster)
    assert done.returncode == 0, done.stdout + done.stderr
    assert stage.writes() == []
    lacks = {p["email"]: p["lacks"] for p in found["not_ready"]}
    assert lacks[new] == "sync"
    assert lacks[address(1)] == "enabled"
    assert address(0) not in lacks
    drift = {(d["email"], d["step"]): d["action"] for d in found["drift"]}
    assert drift[(address(0), "agent")] == "update"
    assert drift[(address(1), "license")] == "remove"
    assert drift[("absent@alpha.example.com", "user")] == "create"
    assert (address(0), "license") not in drift
    assert "differences from the roster" in done.stdout


def test_audit_of_the_whole_organization_can_fail(stage: Stage) -> None:
    done, found = audit(stage, audit_fail=True)
    assert done.returncode != 0
    assert found["people"] == found["lacks"]["enabled"] == 4
    assert found["drift"] == []
