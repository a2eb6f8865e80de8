"""What a contact center has, and the way of agent settings through a Bulk Operations file and back."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.people import read_files
from tests.integration.modules import run_module
from tests.simulator.testing import RunningSimulator

HEADER = "Email,User Profile,Contact Center Enabled,Site,Teams,Skill Profile,Desktop Profile,Multimedia Profile,External Id,Default DN"


def look(simulator: RunningSimulator, module: str = "contact_center_info", **options: Any) -> dict[str, Any]:
    result = run_module(module, url=simulator.url, org_id=simulator.state("beta")["id"], **options)
    assert not result.get("failed"), result.get("msg")
    return result


def test_lists_hold_names_ids_types_and_sites(simulator: RunningSimulator) -> None:
    seen = look(simulator)
    truth = simulator.state("beta")["contact_center"]
    assert {s["id"]: s["name"] for s in seen["sites"]} == {s["id"]: s["name"] for s in truth["sites"]}
    assert seen["counts"]["teams"] == len(truth["teams"]) == 9
    overflow = next(t for t in seen["teams"] if t["name"] == "Lisboa Overflow")
    assert (overflow["type"], overflow["site"]) == ("CAPACITY", "Lisboa")
    night = next(p for p in seen["user_profiles"] if p["name"] == "Night Shift Agents")
    assert night["type"] == "PREMIUM_AGENT"
    assert next(d for d in seen["desktop_profiles"] if d["name"] == "Lisboa desktop")["site"] == "Lisboa"
    assert {s["name"] for s in seen["skills"]} == {"Spanish", "Billing", "Product", "Region"}
    assert seen["requests"]["sent"] == 8, "the organization is looked up first"


def test_only_what_is_asked_for_is_read(simulator: RunningSimulator) -> None:
    seen = look(simulator, gather=["sites"])
    assert seen["counts"] == {"sites": 3}
    assert seen["requests"]["sent"] == 2
    assert "teams" not in seen


def test_people_are_counted_where_they_are(simulator: RunningSimulator) -> None:
    seen = look(simulator, gather=["teams"], count_people=True)
    users = simulator.state("beta")["contact_center"]["users"]
    for team in seen["teams"]:
        assert team["people"] == sum(team["id"] in u["team_ids"] for u in users)
    assert seen["people"]["total"] == len(users)


def test_small_pages_lose_nothing(simulator: RunningSimulator) -> None:
    simulator.settings(cc_max_page_size=4)
    seen = look(simulator, count_people=True)
    assert seen["counts"]["teams"] == 9
    assert seen["people"]["total"] == len(simulator.state("beta")["contact_center"]["users"])


def test_the_file_has_the_vendor_s_columns_and_words(simulator: RunningSimulator, tmp_path: Path) -> None:
    file = tmp_path / "agents.csv"
    seen = look(simulator, gather=[], dest=str(file))
    assert seen["files"] == [str(file)]
    text = file.read_bytes().decode("utf-8")
    assert text.split("\r\n")[0] == HEADER
    rows = list(csv.DictReader(text.splitlines()))
    users = {u["email"]: u for u in simulator.state("beta")["contact_center"]["users"]}
    assert len(rows) == len(users) == seen["rows"]
    for row in rows:
        assert row["Contact Center Enabled"] == ("On" if users[row["Email"]]["contact_center_enabled"] else "Off")
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_file_comes_back_as_it_went_and_changes_nothing(simulator: RunningSimulator, tmp_path: Path) -> None:
    file, roster = tmp_path / "agents.csv", tmp_path / "roster.json"
    # Somebody with two teams, so that the bar is on the way too.
    email = next(
        u["email"]
        for u in simulator.state("beta")["contact_center"]["users"]
        if u["contact_center_enabled"] and u["profile_type"] == "PREMIUM_AGENT"
    )
    desk = {
        "site": "Lisboa",
        "teams": ["Lisboa Service", "Lisboa Sales"],
        "desktop_profile": "Office desktop",
        "skill_profile": "Spanish speakers",
        "external_id": "E 1, Lisboa",
        "default_number": "5550101",
    }
    look(simulator, "agent", users=[{"email": email, "agent": desk}])
    look(simulator, gather=[], dest=str(file))
    got = read_files([str(file)])
    assert got.ok, got.findings
    back = next(p for p in got.people if p["email"] == email)["agent"]
    assert sorted(back["teams"]) == ["Lisboa Sales", "Lisboa Service"]
    assert {k: back[k] for k in desk if k != "teams"} == {k: desk[k] for k in desk if k != "teams"}
    roster.write_text(json.dumps({"users": got.people}))
    result = look(simulator, "agent", users_file=str(roster))
    assert result["summary"]["unchanged"] == result["summary"]["total"] == len(got.people)
