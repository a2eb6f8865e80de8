"""From license to desk: the modules one after the other, what lacks in between, and the routes that they use."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.integration.modules import run_folder, run_module
from tests.integration.worlds import FOUR_AGENTS, address
from tests.simulator.testing import RunningSimulator

NEW = "new.person@alpha.example.com"
DESK = {
    "contact_center_enabled": True,
    "site": "Lisboa",
    "teams": ["Lisboa Service"],
    "desktop_profile": "Office desktop",
}
#: What the vendor's descriptions offer of the contact center, as far as this collection uses it.
ROUTES = {
    "GET v2/user",
    "GET user/{id}",
    "PATCH user/bulk",
    "GET v3/user-profile",
    "GET v2/site",
    "GET v2/team",
    "GET v2/skill",
    "GET v2/skill-profile",
    "GET v2/agent-profile",
    "GET v2/multimedia-profile",
}


SCENARIO = FOUR_AGENTS


@pytest.fixture
def simulator(simulator: RunningSimulator) -> RunningSimulator:
    """Everybody is in sync."""
    simulator.click()
    return simulator


def run(simulator: RunningSimulator, module: str, **options: Any) -> dict[str, Any]:
    return run_module(module, url=simulator.url, org_id=simulator.state("alpha")["id"], **options)


def lacks(simulator: RunningSimulator, email: str) -> str | None:
    result = run(simulator, "user_info", addresses=[email], sync_state=True)
    (person,) = result["users"]
    assert person["desk_ready"] is (person["lacks"] is None)
    assert result["lacks"] == {person["lacks"] or "nothing": 1}
    word: str | None = person["lacks"]
    return word


def test_step_by_step_something_else_lacks_until_nothing_does(simulator: RunningSimulator) -> None:
    assert lacks(simulator, NEW) == "user"
    assert not run(simulator, "user", users=[{"email": NEW, "first_name": "New", "last_name": "Person"}]).get("failed")
    assert lacks(simulator, NEW) == "license"
    assert not run(simulator, "license", users=[{"email": NEW, "license": "premium"}]).get("failed")
    assert lacks(simulator, NEW) == "sync"
    simulator.click()
    assert lacks(simulator, NEW) == "enabled"
    for step, word in (
        ({"contact_center_enabled": True}, "site"),
        ({"site": "Lisboa"}, "team"),
        ({"teams": ["Lisboa Service"]}, "profile"),
        ({"desktop_profile": "Office desktop"}, "first_sign_in"),
    ):
        result = run(simulator, "agent", users=[{"email": NEW, "agent": step}])
        assert not result.get("failed"), result.get("msg")
        assert lacks(simulator, NEW) == word
    simulator.change(NEW, pending=False)
    assert lacks(simulator, NEW) is None


def test_a_roster_tells_which_license_and_role_are_meant(simulator: RunningSimulator, tmp_path: Path) -> None:
    file = tmp_path / "roster.json"
    rows = [
        {"email": address(0), "license": "standard"},
        {"email": address(1), "license": "premium", "role": "supervisor"},
    ]
    file.write_text(json.dumps(rows))
    users = run(simulator, "user_info", users_file=str(file), sync_state=True)["users"]
    assert [u["lacks"] for u in users] == ["license", "role"]


def test_check_mode_plans_the_whole_chain_for_somebody_who_is_not_there_yet(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    rows = [{"email": NEW, "last_name": "Person", "license": "premium", "role": "agent", "agent": DESK}]
    org_id = simulator.state("alpha")["id"]
    looking = run_folder(tmp_path / "check", rows, org_id, check=True)
    files = {"run_directory": str(run_folder(tmp_path / "real", rows, org_id)), "results": "all"}
    simulator.clear_journal()
    planned = [
        run(simulator, m, check=True, **{**files, "run_directory": str(looking)})
        for m in ("user", "license", "role", "agent")
    ]
    assert [p.get("failed", False) for p in planned] == [False] * 4, [p.get("msg") for p in planned]
    assert {e["method"] for e in simulator.journal()} == {"GET"}
    for module in ("user", "license", "role"):
        run(simulator, module, **files)
    simulator.click()
    done = run(simulator, "agent", **files)
    (plan,), (truth,) = planned[-1]["results"], done["results"]
    assert plan["action"] == truth["action"] == "update"
    assert {k: plan["after"][k] for k in DESK} == {k: truth["after"][k] for k in DESK} == DESK


def test_later_steps_read_no_person_that_an_earlier_one_has_read(simulator: RunningSimulator, tmp_path: Path) -> None:
    rows = [{"email": address(n), "license": "premium", "agent": DESK} for n in range(4)]
    files = {"run_directory": str(run_folder(tmp_path / "run", rows, simulator.state("alpha")["id"]))}
    run(simulator, "license", **files)
    simulator.clear_journal()
    assert run(simulator, "agent", **files)["summary"]["updated"] == 4
    assert not [e["path"] for e in simulator.journal() if not e["path"].startswith("/organization/")]


def test_only_routes_of_the_vendor_s_descriptions_are_called(simulator: RunningSimulator, tmp_path: Path) -> None:
    simulator.clear_journal()
    run(simulator, "contact_center_info", dest=str(tmp_path / "agents.csv"))
    run(simulator, "user_info", sync_state=True)
    run(simulator, "sync", users=[{"email": address(0)}], wait=False)
    # One change that is ignored, so that the most exact reading is used too.
    body = {"items": [{"itemIdentifier": 0, "status": 200}]}
    simulator.faults(method="PATCH", path="user/bulk", kind="status", status=207, body=body, when="before", times=1)
    run(simulator, "agent", users=[{"email": address(0), "agent": DESK}], settle_timeout=0.6)
    used = set()
    for entry in simulator.journal():
        match = re.fullmatch(r"/organization/[0-9a-f-]{36}/(.*)", entry["path"])
        if match:
            used.add(f"{entry['method']} {re.sub(r'[0-9a-f-]{36}', '{id}', match[1])}")
    assert used == ROUTES
