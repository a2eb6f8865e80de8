"""Agent settings against the simulator: what is sent, what it costs, and what becomes of it when the service misbehaves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._files import read_lines
from tests.integration.modules import run_folder, run_module
from tests.simulator.testing import RunningSimulator

DESK = {
    "contact_center_enabled": True,
    "site": "Lisboa",
    "teams": ["Lisboa Service"],
    "desktop_profile": "Office desktop",
    "multimedia_profile": "Voice Only",
}
COUNT = 12


def scenario(count: int) -> dict[str, Any]:
    """One organization with ``count`` premium agents whom the contact center does not know yet."""
    people = [
        {
            "email": f"agent{n:04}@alpha.example.com",
            "first_name": "Agent",
            "last_name": f"Number {n}",
            "active": True,
            "pending": False,
            "licenses": ["premium"],
        }
        for n in range(count)
    ]
    licenses = [{"type": "CJPPRM", "total": count + 50, "subscription": "Sub111111"}]
    organization = {
        "key": "alpha",
        "name": "Alpha Travel",
        "domains": ["alpha.example.com"],
        "people": people,
        "licenses": licenses,
        "contact_center": True,
    }
    return {"seed": 4, "organizations": [organization]}


SCENARIO = scenario(COUNT)


def address(number: int) -> str:
    return f"agent{number:04}@alpha.example.com"


def roster(count: int = COUNT, **agent: Any) -> list[dict[str, Any]]:
    return [{"email": address(n), "agent": agent} if agent else {"email": address(n)} for n in range(count)]


class World:
    """A simulator, and the module on it."""

    def __init__(self, simulator: RunningSimulator) -> None:
        self.simulator = simulator
        self.org_id = str(simulator.state("alpha")["id"])

    def agent(self, users: Any, *, settings: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
        options = {"settle_timeout": 1.0, **options}
        if settings is not None:
            options["settings"] = settings
        where = {"users_file": users} if isinstance(users, str) else {"users": users} if users else {}
        return run_module("agent", url=self.simulator.url, org_id=self.org_id, **where, **options)

    def record(self, email: str) -> dict[str, Any]:
        users = self.simulator.state("alpha")["contact_center"]["users"]
        return next(dict(u) for u in users if u["email"].lower() == email.lower())

    def names(self, email: str) -> dict[str, Any]:
        """What the contact center truly holds, with names."""
        center = self.simulator.state("alpha")["contact_center"]
        by_id = {e["id"]: e["name"] for kind in center if kind != "users" for e in center[kind]}
        held = self.record(email)
        return {
            "enabled": held["contact_center_enabled"],
            "site": by_id.get(held["site_id"]),
            "teams": sorted(by_id[i] for i in held["team_ids"]),
            "skill_profile": by_id.get(held["skill_profile_id"]),
            "desktop_profile": by_id.get(held["agent_profile_id"]),
            "user_profile": by_id.get(held["user_profile_id"]),
        }

    def writes(self) -> list[dict[str, Any]]:
        return [entry for entry in self.simulator.journal() if entry["method"] != "GET"]


@pytest.fixture
def world(simulator: RunningSimulator) -> World:
    """Everybody synchronized, nobody with a desk."""
    simulator.click()
    simulator.clear_journal()
    return World(simulator)


def test_everybody_gets_a_desk_and_the_second_run_changes_nothing(world: World) -> None:
    first = world.agent(roster(), settings=DESK)
    assert first["summary"] == {**first["summary"], "total": COUNT, "updated": COUNT, "failed": 0, "blocked": 0}
    assert world.names(address(3)) == {
        "enabled": True,
        "site": "Lisboa",
        "teams": ["Lisboa Service"],
        "skill_profile": None,
        "desktop_profile": "Office desktop",
        "user_profile": "Premium Agent Profile",
    }
    world.simulator.clear_journal()
    second = world.agent(roster(), settings=DESK)
    assert not second["changed"]
    assert world.writes() == []


def test_check_mode_writes_nothing_and_says_what_the_run_then_does(world: World) -> None:
    planned = world.agent(roster(), settings=DESK, check=True, diff=True)
    assert world.writes() == []
    done = world.agent(roster(), settings=DESK, diff=True)
    assert planned["changed"]
    assert planned["diff"] == done["diff"]
    assert [r["after"] for r in planned["results"]] == [r["after"] for r in done["results"]]


def test_a_name_that_nobody_has_leaves_its_person_alone_and_sets_the_others(world: World) -> None:
    users = [*roster(3, **DESK), {"email": address(5), "agent": {"site": "Lisbon", "skill_profile": "Spanish speaker"}}]
    result = world.agent(users)
    assert result["failed"]
    assert not result["aborted"]
    assert (result["summary"]["updated"], result["summary"]["blocked"]) == (3, 1)
    (error,) = [r["error"] for r in result["results"] if r["action"] == "blocked"]
    assert error["code"] == "unknown_name"
    for words in ("nearest: Lisboa", "Spanish speakers", "users[3]"):
        assert words in error["message"]
    assert world.names(address(5))["site"] is None


def test_a_name_that_nobody_has_in_the_settings_of_all_stops_the_step(world: World) -> None:
    result = world.agent(roster(3), settings={"site": "Lisbon"})
    assert (result["failed"], result["aborted"], result["error"]["code"]) == (True, True, "unknown_name")
    assert {r["error"]["code"] for r in result["results"]} == {"not_attempted"}
    assert world.writes() == []


def test_ids_do_as_well_as_names(world: World) -> None:
    center = world.simulator.state("alpha")["contact_center"]
    site = next(s["id"] for s in center["sites"] if s["name"] == "Lisboa")
    team = next(t["id"] for t in center["teams"] if t["name"] == "Lisboa Sales")
    world.agent(roster(1, **{**DESK, "site": site, "teams": [team]}))
    assert world.names(address(0))["teams"] == ["Lisboa Sales"]


def test_only_what_differs_is_sent(world: World) -> None:
    world.agent(roster(2), settings=DESK)
    world.simulator.clear_journal()
    world.agent(roster(2), settings={**DESK, "external_id": "E-1"})
    (write,) = world.writes()
    assert [set(i["item"]) for i in write["request"]["items"]] == [{"id", "externalIdentifier"}] * 2


def test_an_empty_text_clears_and_what_is_not_named_stays(world: World) -> None:
    world.agent(roster(1, **DESK, skill_profile="Spanish speakers", default_number="5550101"))
    result = world.agent(roster(1, skill_profile=""))
    assert result["summary"]["updated"] == 1
    assert world.names(address(0))["skill_profile"] is None
    assert world.record(address(0))["default_dn"] == "5550101"


@pytest.mark.parametrize("as_file", [False, True])
def test_in_lists_and_files_empty_clears_and_null_leaves_alone(world: World, tmp_path: Path, as_file: bool) -> None:
    def agent(**settings: Any) -> dict[str, Any]:
        people = [{"email": address(0), "agent": settings}]
        if not as_file:
            return world.agent(people)
        file = tmp_path / "roster.json"
        file.write_text(json.dumps({"users": people}))
        return world.agent(str(file))

    desk = {**DESK, "skill_profile": "Spanish speakers", "external_id": "E-1"}
    agent(**desk)
    assert not agent(**dict.fromkeys(desk))["changed"]
    assert world.record(address(0))["external_id"] == "E-1"
    assert agent(external_id="", skill_profile="", teams=[], site=None)["changed"]
    assert world.record(address(0))["external_id"] is None
    assert {k: world.names(address(0))[k] for k in ("skill_profile", "teams", "site")} == {
        "skill_profile": None,
        "teams": [],
        "site": DESK["site"],
    }


def test_teams_that_the_service_reorders_are_no_difference(world: World) -> None:
    for teams in (["Lisboa Service", "Lisboa Sales"], ["Lisboa Sales", "Lisboa Service"]):
        result = world.agent(roster(1, **{**DESK, "teams": teams}))
        assert not result.get("failed"), result.get("msg")
    assert not result["changed"]


# --- people -----------------------------------------------------------------------------------------------------------


def test_a_record_that_never_appears_blocks_that_person_only(world: World) -> None:
    new = "new.agent@alpha.example.com"
    world.simulator.settings(sync_stay_missing=[new])
    world.simulator.control(
        "POST", "people", {"organization": "alpha", "email": new, "active": True, "licenses": ["premium"]}
    )
    world.simulator.click()
    users = [*roster(), {"email": new}]
    result = world.agent(users, settings=DESK)
    (blocked,) = [r for r in result["results"] if r["action"] == "blocked"]
    assert blocked["email"] == new
    assert blocked["error"]["code"] == "record_missing"
    assert "Synchronize Users" in blocked["error"]["advice"]
    assert result["summary"]["updated"] == COUNT
    assert result["failed"]
    assert not world.agent(users, settings=DESK, fail_on=["failed"]).get("failed")


def test_a_record_under_another_address_is_found_by_the_identity(world: World) -> None:
    world.simulator.change(address(1), new_email="renamed@alpha.example.com")
    users = [{"email": "renamed@alpha.example.com", "agent": DESK}, *roster(1, **DESK)]
    result = world.agent(users)
    assert result["summary"]["updated"] == 2
    assert world.names(address(1))["site"] == "Lisboa"


def test_somebody_who_does_not_exist_is_blocked(world: World) -> None:
    result = world.agent([{"email": "nobody@alpha.example.com", "agent": DESK}])
    assert result["results"][0]["error"]["code"] == "person_missing"


def test_a_profile_of_the_wrong_type_is_not_sent(world: World) -> None:
    result = world.agent(roster(1, **{**DESK, "user_profile": "Floor Supervisors"}))
    assert result["results"][0]["error"]["code"] == "profile_type"
    assert world.writes() == []


def test_a_profile_of_the_right_type_is(world: World) -> None:
    world.agent(roster(1, **{**DESK, "user_profile": "Night Shift Agents"}))
    assert world.names(address(0))["user_profile"] == "Night Shift Agents"


def test_a_broken_rule_blocks_one_and_the_others_get_theirs(world: World) -> None:
    users = roster(3, **DESK)
    users[1] = {"email": address(1), "agent": {**DESK, "teams": ["Nairobi Sales"]}}
    result = world.agent(users)
    assert [r["action"] for r in result["results"]] == ["update", "blocked", "update"]
    assert world.names(address(1))["site"] is None


# --- the service misbehaves -------------------------------------------------------------------------------------------


def test_one_item_that_is_refused_is_that_person_s_failure(world: World) -> None:
    record = world.record(address(4))["id"]
    world.simulator.faults(
        method="PATCH", path="user/bulk", kind="bulk_item", match=record, item_status=400, times=-1, when="before"
    )
    result = world.agent(roster(), settings=DESK)
    (failed,) = [r for r in result["results"] if r["failed"]]
    assert failed["email"] == address(4)
    assert failed["error"]["code"] == "refused"
    assert failed["error"]["tracking_id"]
    assert not failed["changed"]
    assert result["summary"]["updated"] == COUNT - 1


@pytest.mark.parametrize("status", [0, 500])
def test_an_item_without_result_or_with_a_fault_is_sent_once_more(world: World, status: int) -> None:
    record = world.record(address(4))["id"]
    world.simulator.faults(
        method="PATCH", path="user/bulk", kind="bulk_item", match=record, item_status=status, times=1, when="before"
    )
    result = world.agent(roster(), settings=DESK)
    assert result["summary"]["updated"] == COUNT, result.get("msg")
    assert len(world.writes()) == 2


@pytest.mark.parametrize("status", [0, 500])
def test_an_item_that_was_carried_out_against_its_answer_counts_as_done(world: World, status: int) -> None:
    record = world.record(address(4))["id"]
    world.simulator.faults(
        method="PATCH", path="user/bulk", kind="bulk_item", match=record, item_status=status, times=-1, when="after"
    )
    result = world.agent(roster(), settings=DESK)
    assert result["summary"]["updated"] == COUNT, result.get("msg")


def test_an_item_that_is_left_out_for_good_is_not_done(world: World) -> None:
    world.simulator.settings(bulk_omit_items=1)
    result = world.agent(roster(), settings=DESK)
    (failed,) = [r for r in result["results"] if r["failed"]]
    assert failed["error"]["code"] == "bulk_item_missing"
    assert not failed["changed"]
    assert world.names(failed["email"])["site"] is None


def test_fields_that_are_taken_and_ignored_are_named(world: World) -> None:
    world.simulator.faults(
        method="PATCH",
        path="user/bulk",
        kind="status",
        status=207,
        body={"items": [{"itemIdentifier": 0, "status": 200}]},
        when="before",
        times=-1,
    )
    result = world.agent(roster(1, **DESK))
    (person,) = result["results"]
    assert person["failed"]
    assert person["error"]["code"] == "ignored"
    assert set(person["ignored"]) == set(DESK)
    assert not result["changed"]


def test_a_request_whose_answer_is_lost_is_repeated_without_harm(world: World) -> None:
    world.simulator.faults(method="PATCH", path="user/bulk", kind="disconnect", when="after", times=1)
    result = world.agent(roster(), settings=DESK)
    assert result["summary"]["updated"] == COUNT
    assert world.record(address(0))["version"] == 1


def test_a_service_that_takes_fewer_at_once_gets_fewer(world: World) -> None:
    world.simulator.settings(cc_bulk_max_items=3)
    result = world.agent(roster(), settings=DESK)
    assert result["summary"]["updated"] == COUNT, result.get("msg")


def test_a_request_that_is_refused_whatever_its_size_is_given_up_soon(world: World) -> None:
    world.simulator.faults(method="PATCH", path="user/bulk", kind="status", status=400, when="before", times=-1)
    result = world.agent(roster(), settings=DESK)
    assert result["summary"]["failed"] == COUNT
    assert len(world.writes()) <= 5


@pytest.mark.parametrize(
    "settings",
    [
        {"cc_max_page_size": 5},
        {"page_links": "absolute"},
        {"page_links": "relative"},
        {"cc_omit_fields": False},
        {"cc_omit_fields": True},
        {"cc_lone_site": "reset_teams"},
        {"list_arrays": "always"},
        {"cc_strict_version": True},
        {"cc_429_body": True, "cc_limit_per_minute": 10000},
    ],
    ids=str,
)
def test_it_converges_on_every_setting_of_the_service(world: World, settings: dict[str, Any]) -> None:
    world.simulator.settings(**settings)
    first = world.agent(roster(), settings=DESK)
    assert first["summary"]["updated"] == COUNT, first.get("msg")
    moved = {**DESK, "site": "Nairobi", "teams": ["Nairobi Sales", "Nairobi Service"]}
    assert world.agent(roster(), settings=moved)["summary"]["updated"] == COUNT
    assert world.names(address(7))["teams"] == ["Nairobi Sales", "Nairobi Service"]
    assert not world.agent(roster(), settings=moved)["changed"]


# --- guard rails ------------------------------------------------------------------------------------------------------


def test_switching_many_off_needs_leave(world: World) -> None:
    world.agent(roster(), settings=DESK)
    world.simulator.clear_journal()
    off = {"contact_center_enabled": False}
    assert world.agent(roster(), settings=off, max_removals="3")["error"]["code"] == "too_many_removals"
    assert world.writes() == []
    result = world.agent(roster(3), settings=off, protected=[address(1)])
    assert [r["action"] for r in result["results"]] == ["update", "blocked", "update"]


def test_outcomes_carry_names_before_and_after(world: World, tmp_path: Path) -> None:
    directory = run_folder(tmp_path / "run", roster(2), world.simulator.state("alpha")["id"])
    world.agent(None, run_directory=str(directory), settings=DESK)
    lines = list(read_lines(directory / "agent.jsonl"))
    assert [line["module"] for line in lines] == ["agent", "agent"]
    assert lines[0]["before"]["site"] is None
    assert lines[0]["after"]["site"] == "Lisboa"
    assert lines[0]["after"]["teams"] == ["Lisboa Service"]


# --- what it costs ----------------------------------------------------------------------------------------------------


def test_a_thousand_people_cost_forty_requests_and_a_rerun_twenty(simulator: RunningSimulator) -> None:
    simulator.reset(scenario(1000))
    simulator.click()
    world = World(simulator)
    users = roster(1000)
    for number, user in enumerate(users):
        skills = "Spanish speakers" if number % 2 else "Spanish beginners"
        user["agent"] = {"skill_profile": skills, "external_id": f"E-{number}"}
    everything = {**DESK, "user_profile": "Premium Agent Profile"}
    for most, updated in ((40, 1000), (20, 0)):
        simulator.clear_journal()
        result = world.agent(users, settings=everything, results="none")
        assert result["summary"] == {**result["summary"], "updated": updated, "failed": 0, "blocked": 0}
        assert len(simulator.journal()) <= most
        assert result["requests"]["sent"] == len(simulator.journal())
    one_more = {"skill_profile": "Spanish speakers"}
    (result_of_one,) = world.agent([{"email": address(0), "agent": one_more}])["results"]
    assert result_of_one["error"]["code"] == "skill_profile_full"
