"""The playbooks configure_agents and audit, as people run them: ansible-playbook against a simulator."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.integration.stage import Hosts, Played, Stage
from tests.integration.worlds import address, agents, organization, scenario
from tests.simulator.testing import RunningSimulator, running_simulator

DESK = {
    "contact_center_enabled": True,
    "site": "Lisboa",
    "teams": ["Lisboa Service"],
    "desktop_profile": "Office desktop",
}
#: An organization for each case.
CASES = ("desks", "file", "blocked", "audited", "whole")
BULK_OPERATIONS = (
    "Email,User Profile,Contact Center Enabled,Site,Teams,Skill Profile,Desktop Profile,Multimedia Profile,"
    "External Id,Default DN\r\n"
    f"{address(0, 'file')},Premium Agent Profile,On,Lisboa,Lisboa Service|Lisboa Sales,,Office desktop,Voice Only,,5550101\r\n"
)


@dataclass
class Runs:
    """The plan, the run, the run once more, and an audit."""

    simulator: RunningSimulator
    plan: Played
    run: Played
    again: Played
    audit: Played
    newcomer: str

    def audited(self, host: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.audit.text(host, "audit.json"))
        return found


@pytest.fixture(scope="class")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    with running_simulator(scenario(*(organization(key, agents()) for key in CASES))) as simulator:
        stage = Stage(simulator, tmp_path_factory.mktemp("desks"))
        simulator.click()
        desks = {
            "onboard_users": [{"email": address(n, "desks"), "agent": {"external_id": f"E-{n}"}} for n in range(4)],
            "onboard_agent_settings": DESK,
        }
        plan = stage.play("configure_agents", {"desks": desks}, "--check", "--diff")
        assert stage.writes() == []
        blocked = [
            {"email": stage.newcomer("blocked"), "agent": DESK},
            {"email": address(0, "blocked"), "agent": DESK},
        ]
        hosts: Hosts = {
            "desks": desks,
            "file": {"onboard_csv_files": stage.put("file", "agents.csv", BULK_OPERATIONS.encode())},
            "blocked": {"onboard_users": blocked},
            "audited": {"onboard_users": [{"email": address(0, "audited"), "agent": DESK}]},
        }
        run = stage.play("configure_agents", hosts)
        again = stage.play("configure_agents", {"desks": desks})
        newcomer = stage.newcomer("audited")
        simulator.clear_journal()
        roster = [
            {"email": address(0, "audited"), "license": "premium", "agent": {"site": "Lisboa", "external_id": "E-1"}},
            {"email": address(1, "audited"), "license": "none"},
            {"email": "absent@audited.example.com", "license": "premium"},
        ]
        audit = stage.play("audit", {"audited": {"onboard_users": roster}, "whole": {"audit_fail": True}})
        assert stage.writes() == [], "an audit writes nothing"
        yield Runs(simulator, plan, run, again, audit, newcomer)


class TestConfigureAgents:
    """People get their desks, from lists and from files."""

    def test_it_sets_desks_and_then_changes_nothing(self, runs: Runs) -> None:
        assert runs.plan.status == 0, runs.plan.output
        assert "Lisboa Service" in runs.plan.output
        assert runs.run.recap("desks")["failed"] == 0, runs.run.output
        held = runs.simulator.state("desks")["contact_center"]["users"]
        assert {u["external_id"] for u in held if u["email"].startswith("agent")} == {f"E-{n}" for n in range(4)}
        assert runs.again.recap("desks")["changed"] == 0

    def test_it_takes_a_bulk_operations_file(self, runs: Runs) -> None:
        assert runs.run.recap("file")["failed"] == 0, runs.run.output
        (line,) = runs.run.lines("file", "agent.jsonl")
        assert line["after"]["teams"] == ["Lisboa Sales", "Lisboa Service"]
        assert line["after"]["default_number"] == "5550101"

    def test_it_fails_at_the_end_for_the_blocked_and_serves_the_others(self, runs: Runs) -> None:
        assert runs.run.status != 0
        assert runs.run.recap("blocked")["failed"] == 1
        assert "1 person is blocked" in runs.run.said
        assert "new.agent@blocked.example.com" in runs.run.output
        assert "The contact center has no record" in runs.run.said
        assert [line["action"] for line in runs.run.lines("blocked", "agent.jsonl")] == ["blocked", "update"]

    def test_an_audit_says_what_lacks_and_where_the_roster_differs(self, runs: Runs) -> None:
        assert runs.audit.recap("audited")["failed"] == 0, runs.audit.output
        found = runs.audited("audited")
        lacks = {p["email"]: p["lacks"] for p in found["not_ready"]}
        assert lacks[runs.newcomer] == "sync"
        assert lacks[address(1, "audited")] == "enabled"
        assert address(0, "audited") not in lacks
        drift = {(d["email"], d["step"]): d["action"] for d in found["drift"]}
        assert drift[(address(0, "audited"), "agent")] == "update"
        assert drift[(address(1, "audited"), "license")] == "remove"
        assert drift[("absent@audited.example.com", "user")] == "create"
        assert (address(0, "audited"), "license") not in drift
        assert "differences from the roster" in runs.audit.output

    def test_an_audit_of_the_whole_organization_can_fail(self, runs: Runs) -> None:
        assert runs.audit.status != 0
        assert runs.audit.recap("whole")["failed"] == 1
        found = runs.audited("whole")
        assert found["people"] == found["lacks"]["enabled"] == 4
        assert found["drift"] == []
