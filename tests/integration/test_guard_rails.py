"""Guard rails that a person or another host could go around: what is blocked is asked of nobody, and a limit holds over hosts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.stage import Played, Stage
from tests.integration.worlds import agents, organization, person, scenario
from tests.simulator.testing import running_simulator

LEAD, OTHER = "lead", "agent0"
ASKED = "Take the supervisor role away"


def rows(key: str, **by_name: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"email": f"{name}@{key}.example.com", **row} for name, row in by_name.items()]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    people = [*agents(3), person(LEAD, "Le", "Ad", "premium", supervisor=True)]
    world = scenario(*(organization(key, people) for key in ("hub", "shield", "limit", "pair")))
    with running_simulator(world) as simulator:
        yield Stage(simulator, tmp_path_factory.mktemp("rails"))


@pytest.fixture(scope="module")
def played(stage: Stage) -> Played:
    ids = stage.ids()
    lead, other = {"role": "agent"}, {"license": "standard"}
    pair = {"webex_org_id": ids["pair"], "onboard_max_removals": 1, "onboard_max_changes": 5}
    hosts: dict[str, dict[str, Any]] = {
        "shield": {
            "onboard_users": rows("shield", lead=lead, agent0=other),
            "onboard_protected": f"{LEAD.upper()}@shield.example.com",
        },
        "limit": {"onboard_users": rows("limit", lead=lead), "onboard_max_removals": 0},
        "first": {**pair, "onboard_users": rows("pair", agent0=other)},
        "second": {**pair, "onboard_users": rows("pair", agent1=other)},
        "adding": {**pair, "onboard_users": rows("pair", new={"license": "premium"})},
    }
    # Nobody answers at the gate.
    hosts = {host: {"synchronize_gate": "none", **more} for host, more in hosts.items()}
    return stage.play("onboard_manual", hosts, "--forks", "3")


def test_a_protected_supervisor_is_asked_of_nobody_and_waited_for_by_nobody(played: Played) -> None:
    lead = played.users("shield")[f"{LEAD}@shield.example.com"]
    assert (lead["outcome"], lead["message"]) == ("blocked", f"{LEAD}@shield.example.com is protected.")
    assert played.users("shield")[f"{OTHER}@shield.example.com"]["changes"] == ["license standard"]
    told = [line for line in played.output.splitlines() if "shield" in line]
    shown = [played.text("shield", name) for name in ("plan.md", "plan.json", "sync.jsonl")]
    assert not any(ASKED in text for text in (*shown, *told))
    assert all(not line["failed"] for line in played.lines("shield", "sync.jsonl", f"{LEAD}@shield.example.com"))


def test_what_a_refused_run_would_ask_is_asked_of_nobody(played: Played) -> None:
    assert played.stopped("limit")["code"] == "too_many_removals"
    lead = played.users("limit")[f"{LEAD}@limit.example.com"]
    assert lead["outcome"] == "failed"
    assert lead["message"].startswith("Not reached")
    assert "choose Premium Agent" not in lead["action"]


def test_one_limit_holds_for_all_hosts_of_an_organization(stage: Stage, played: Played) -> None:
    lost = [name for name, held in stage.licenses("pair").items() if held == "standard"]
    assert len(lost) <= 1
    refused = [host for host in ("first", "second") if played.record(host)["stopped"]]
    assert refused
    said = played.stopped(refused[0])
    assert said["code"] == "too_many_removals"
    other = next(host for host in ("first", "second") if host != refused[0])
    assert "2 of " in said["message"]
    assert other in said["message"].partition("people would lose")[0]
    # Whoever takes nothing is not held back.
    assert not played.record("adding")["stopped"]
    assert stage.licenses("pair")["new"] == "premium"
