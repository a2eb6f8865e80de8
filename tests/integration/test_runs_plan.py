"""The whole chain is planned before the first write: what is found then, what a plan is worth, and what an approval allows."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.integration.stage import Hosts, Played, Stage
from tests.integration.worlds import (
    ONE_SUBSCRIPTION,
    TWO_SUBSCRIPTIONS,
    Row,
    address,
    agents,
    organization,
    person,
    scenario,
)
from tests.simulator.testing import running_simulator

#: Whole runs, many of them.
pytestmark = pytest.mark.slow

PLAYBOOK = "onboard_manual"
SHORT: Row = {"onboard_synchronize": False}
DESK: Row = {
    "contact_center_enabled": True,
    "site": "Lisboa",
    "teams": ["Lisboa Service"],
    "desktop_profile": "Office desktop",
}


def new(name: str, key: str, **more: Any) -> Row:
    return {
        "email": f"{name}@{key}.example.com",
        "first_name": name.title(),
        "last_name": "New",
        "license": "premium",
        **more,
    }


# -- found before anything is written --------------------------------------------------------------------------------------

#: Stopped as a whole, or only for the person whom it concerns.
STOPPED = ("seats", "default", "changes", "share", "removals", "two")
GOES_ON = ("site", "partnerrole", "unknownrole", "chosen", "swap")
ONE_SEAT = [{"type": "CJPPRM", "total": 1, "subscription": "Sub111111"}, ONE_SUBSCRIPTION[1]]


@dataclass
class Found:
    stage: Stage
    start: dict[str, Row]
    check: Played
    run: Played

    def stopped(self, host: str) -> str:
        """What is said of an organization that was stopped; nothing in it has changed, and the counts say so."""
        assert self.run.recap(host)["failed"] == 1, self.run.output
        assert self.stage.writes(host) == []
        assert self.stage.simulator.state(host) == self.start[host]
        summary = self.run.summary(host)
        assert (summary["created"], summary["updated"], summary["removed"], summary["ready"]) == (0, 0, 0, 0)
        assert self.run.plan(host)["refusal"]
        assert self.run.plan(host)["refusal"] == self.check.plan(host)["refusal"], "check mode knows it already"
        return json.dumps(self.run.stopped(host), ensure_ascii=False)

    def left_out(self, host: str) -> str:
        """What is said of the one person who was left out from the beginning, while the other one went through."""
        assert self.run.recap(host)["failed"] == 1, self.run.output
        outcomes = self.run.outcomes(host)
        assert outcomes["good"] == "ready"
        assert outcomes["bad"] in ("failed", "blocked")
        assert "bad" not in self.stage.licenses(host), "somebody was created who could not be served"
        assert self.check.outcomes(host)["bad"] == outcomes["bad"]
        user = self.run.users(host)[f"bad@{host}.example.com"]
        return f"{user['message']} {user['action']}"


@pytest.fixture(scope="class")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Found]:
    there = {"swap": [person("good", "Good", "Swap", "standard")]}
    seats = {"seats": ONE_SEAT, "two": TWO_SUBSCRIPTIONS, "chosen": TWO_SUBSCRIPTIONS}
    world = scenario(
        *(
            organization(key, there.get(key, agents(3) if key != "seats" else 2), seats.get(key))
            for key in (*STOPPED, *GOES_ON)
        )
    )
    with running_simulator(world) as simulator:
        stage = Stage(simulator, tmp_path_factory.mktemp("found"))

        def pair(key: str, **more: Any) -> list[Row]:
            return [new("bad", key, **more), new("good", key)]

        removed = [
            {"email": address(0, "removals"), "license": "none"},
            {"email": address(1, "removals"), "license": "premium", "state": "disabled"},
        ]
        hosts: Hosts = {
            "seats": {"onboard_users": [new(f"p{n}", "seats") for n in range(10)]},
            "default": {"onboard_users": pair("default"), "onboard_agent_settings": {**DESK, "site": "Lisbona"}},
            "changes": {"onboard_users": pair("changes"), "onboard_max_changes": 1},
            "share": {"onboard_users": pair("share"), "onboard_max_changes": "50%"},
            "removals": {"onboard_users": removed, "onboard_max_removals": 1},
            "two": {"onboard_users": pair("two")},
            "site": {"onboard_users": pair("site", agent={**DESK, "site": "Lisbona"})},
            "partnerrole": {"onboard_users": pair("partnerrole", administrator_roles=["Sales Administrator"])},
            "unknownrole": {"onboard_users": pair("unknownrole", administrator_roles=["Full Administator"])},
            "chosen": {"onboard_users": [new("good", "chosen")], "onboard_subscription_id": "Sub222222"},
            "swap": {"onboard_users": [{"email": "good@swap.example.com", "license": "premium"}]},
        }
        hosts = {host: {**SHORT, **more} for host, more in hosts.items()}
        start = {one["key"]: one for one in simulator.state()["organizations"]}
        check = stage.play(PLAYBOOK, hosts, "--check")
        assert stage.writes() == []
        assert {one["key"]: one for one in simulator.state()["organizations"]} == start
        yield Found(stage, start, check, stage.play(PLAYBOOK, hosts))


class TestFoundBeforeTheFirstWrite:
    """What concerns a row leaves that row out; what concerns all stops the run."""

    def test_ten_new_people_and_one_free_seat(self, found: Found) -> None:
        said = found.stopped("seats")
        assert "10" in said and "1" in said and "Premium" in said
        assert len(found.run.users("seats")) == 10

    def test_a_default_that_nobody_has_is_everybody_s(self, found: Found) -> None:
        said = found.stopped("default")
        assert "Lisbona" in said and "Lisboa" in said.replace("Lisbona", "")

    @pytest.mark.parametrize("host", ["changes", "share"])
    def test_too_many_changes(self, found: Found, host: str) -> None:
        assert "max_changes" in found.stopped(host)

    def test_people_who_lose_something_are_counted_over_all_steps(self, found: Found) -> None:
        assert "max_removals" in found.stopped("removals")

    def test_two_subscriptions_of_one_kind_are_asked_about(self, found: Found) -> None:
        said = found.stopped("two")
        assert "Sub111111" in said and "Sub222222" in said
        assert found.run.recap("chosen")["failed"] == 0, found.run.output
        state = found.stage.simulator.state("chosen")
        by_id = {one["id"]: one["subscription"] for one in state["licenses"]}
        (good,) = [one for one in state["people"] if one["email"].startswith("good@")]
        assert "Sub222222" in {by_id[i] for i in good["license_ids"] if i in by_id}

    def test_a_site_that_nobody_has(self, found: Found) -> None:
        said = found.left_out("site")
        assert "Lisbona" in said and "Lisboa" in said.replace("Lisbona", "")

    def test_a_role_that_cannot_be_given_is_not_advised_either(self, found: Found) -> None:
        said = found.left_out("partnerrole")
        assert said.count("Sales Administrator") == 1, said

    def test_a_role_that_nobody_knows(self, found: Found) -> None:
        assert "Full Administrator" in found.left_out("unknownrole")

    def test_no_word_of_nothing_after_something(self, found: Found) -> None:
        for host in GOES_ON:
            for user in found.run.users(host).values():
                assert "othing was sent" not in f"{user['message']} {user['action']}"


# -- plan equals run -------------------------------------------------------------------------------------------------------


def told(step: str, entry: Row) -> Row:
    """What a plan and an outcome line must agree on. Of agent settings those that were declared: no record is there beforehand."""
    before, after = (entry[when] for when in ("before", "after"))
    if step == "agent":
        return {"action": entry["action"], "after": {name: after.get(name) for name in DESK}}
    return {"action": entry["action"], "before": before, "after": after}


@dataclass
class Twice:
    stage: Stage
    check: Played
    run: Played
    again: Played
    left_by_check: list[Path]


def everybody(key: str) -> list[Row]:
    """Somebody for each kind of change."""
    return [
        new("nia", key, agent=DESK),
        new("sup", key, role="supervisor"),
        new("adm", key, license="standard", role="administrator"),
        {"email": address(0, key), "license": "standard"},
        {"email": address(1, key), "license": "none"},
        {
            "email": address(2, key),
            "license": "premium",
            "agent": {**DESK, "external_id": "E-2"},
        },
        {"email": address(3, key), "license": "premium", "title": "Team Lead"},
        {"email": address(4, key), "license": "premium"},
        {"email": f"taken@{key}.example.com", "license": "premium", "last_name": "Taken"},
    ]


@pytest.fixture(scope="class")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twice]:
    world = scenario(
        organization("alpha", agents(6)), accounts_elsewhere=[{"email": "taken@alpha.example.com", "kind": "trial"}]
    )
    with running_simulator(world) as simulator:
        simulator.click()
        stage = Stage(simulator, tmp_path_factory.mktemp("twice"))
        hosts: Hosts = {"alpha": {"onboard_users": everybody("alpha"), "onboard_license_mode": "add_and_remove"}}
        before = set(stage.base.rglob("*"))
        start = simulator.state()
        check = stage.play(PLAYBOOK, hosts, "--check", "--diff")
        assert stage.writes() == []
        assert simulator.state() == start
        left = [path for path in stage.base.rglob("*") if path not in before and path.is_file()]
        yield Twice(
            stage, check, stage.play(PLAYBOOK, hosts, onboard_fail_on=["failed"]), stage.play(PLAYBOOK, hosts), left
        )


class TestPlanEqualsRun:
    """Check mode is the plan, and the plan is what the run does, person by person."""

    def test_both_runs_plan_the_same(self, twice: Twice) -> None:
        one, two = twice.check.plan("alpha"), twice.run.plan("alpha")
        assert one["digest"] == two["digest"]
        for name in ("summary", "steps", "work", "people", "options"):
            assert one[name] == two[name], name

    def test_the_run_does_what_the_plan_says(self, twice: Twice) -> None:
        assert twice.run.status == 0, twice.run.output
        compared = 0
        for step in ("user", "license", "role", "agent"):
            if not twice.run.path("alpha", f"{step}.jsonl").exists():
                continue
            done = {line["index"]: line for line in twice.run.lines("alpha", f"{step}.jsonl")}
            for planned in twice.run.plan("alpha")["people"]:
                entry, line = planned["steps"].get(step), done.get(planned["row"])
                if entry is None or line is None or planned["email"].startswith("taken"):
                    continue
                compared += 1
                assert told(step, line) == told(step, entry), (step, planned["email"])
        assert compared >= 15

    def test_whom_the_plan_leaves_alone_nobody_touches(self, twice: Twice) -> None:
        touched = {
            line["email"]
            for name in ("user", "license")
            for line in twice.run.lines("alpha", f"{name}.jsonl")
            if line["changed"]
        }
        assert address(4) not in touched

    def test_people_get_what_was_planned(self, twice: Twice) -> None:
        held = twice.stage.licenses("alpha")
        expected = {"nia": "premium", "sup": "premium", "adm": "standard", "agent0": "standard", "agent1": "none"}
        assert {name: held[name] for name in expected} == expected
        users = twice.stage.simulator.state("alpha")["contact_center"]["users"]
        (second,) = [one for one in users if one["email"] == address(2)]
        assert second["external_id"] == "E-2"

    def test_the_forecast_says_no_more_than_can_be_known(self, twice: Twice) -> None:
        """Who is new may prove to be somebody else's, and a license waits for the gate."""
        forecast = {one["email"].partition("@")[0]: one["forecast"] for one in twice.check.plan("alpha")["people"]}
        assert forecast["taken"]["outcome"] != "ready"
        assert forecast["nia"]["outcome"] != "ready"
        assert forecast["agent4"]["outcome"] == "ready"
        assert twice.check.summary("alpha")["ready"] <= sum(o == "ready" for o in twice.run.outcomes("alpha").values())

    def test_a_table_and_a_page_show_it(self, twice: Twice) -> None:
        table = twice.check.text("alpha", "plan.csv")
        assert "nia@alpha.example.com" in table and "Lisboa" in table
        page = twice.check.text("alpha", "plan.md").splitlines()
        assert len(page) <= 60
        removal = next(
            n for n, line in enumerate(page) if "agent1@" in line or "remov" in line.lower() or "lose" in line.lower()
        )
        creation = next(n for n, line in enumerate(page) if ("create" in line.lower() and n > 8) or "nia@" in line)
        assert removal < creation, "removals come first"

    def test_check_mode_writes_into_its_own_directory_alone(self, twice: Twice) -> None:
        outside = [p.name for p in twice.left_by_check if not p.is_relative_to(twice.check.directory)]
        assert sorted(outside) == ["inventory1.json", "output1.txt"]

    def test_the_second_run_finds_nothing_to_do(self, twice: Twice) -> None:
        plan = twice.again.plan("alpha")
        assert [
            p["email"] for p in plan["people"] if any(s["action"] in ("create", "update") for s in p["steps"].values())
        ] in (
            [],
            ["taken@alpha.example.com"],
        )
        changed = {e for e, u in twice.again.users("alpha").items() if u["changes"]}
        assert changed == set()


# -- approval --------------------------------------------------------------------------------------------------------------

APPROVED = ("digest", "moved", "byfile", "person", "edited", "foreign", "stale", "wrong")


@dataclass
class Approval:
    stage: Stage
    plans: dict[str, dict[str, Any]]
    run: Played
    after: dict[str, dict[str, str]]
    again: Played
    writes_again: list[str]

    def refused(self, host: str) -> str:
        assert self.run.recap(host)["failed"] == 1, self.run.output
        assert self.stage.writes(host) == []
        assert {name: self.after[host][name] for name in ("agent0", "agent1")} == dict.fromkeys(
            ("agent0", "agent1"), "premium"
        ) or (host == "moved")
        return json.dumps(self.run.stopped(host), ensure_ascii=False)


@pytest.fixture(scope="class")
def approval(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Approval]:
    """Everybody's plan is made in check mode; then the world moves in two organizations; then each is carried out."""
    with running_simulator(scenario(*(organization(key, agents(4)) for key in APPROVED))) as simulator:
        stage = Stage(simulator, tmp_path_factory.mktemp("approval"))
        hosts: Hosts = {
            key: {
                **SHORT,
                "onboard_users": [
                    {"email": address(0, key), "license": "standard"},
                    {"email": address(1, key), "license": "standard"},
                    new("nia", key),
                ],
            }
            for key in APPROVED
        }
        check = stage.play(PLAYBOOK, hosts, "--check")
        assert check.status == 0, check.output
        plans = {key: check.plan(key) for key in APPROVED}
        kept = stage.base / "approved"
        kept.mkdir()
        for key in APPROVED:
            shutil.copy(check.path(key, "plan.json"), kept / f"{key}.json")
        for key in ("moved", "person"):
            # Somebody else has taken this license meanwhile.
            center = next(one for one in simulator.state(key)["people"] if one["email"] == address(0, key))
            assert center["licenses"] == ["premium"]
            simulator.change(address(0, key), licenses=[])
        text = (kept / "edited.json").read_text(encoding="utf-8")
        (kept / "edited.json").write_text(text.replace('"standard"', '"none"', 1), encoding="utf-8")
        assert (kept / "edited.json").read_text(encoding="utf-8") != text
        simulator.clear_journal()
        for key in ("digest", "moved"):
            hosts[key]["onboard_plan_digest"] = plans[key]["digest"]
        hosts["wrong"]["onboard_plan_digest"] = plans["digest"]["digest"][::-1]
        for key in ("byfile", "person", "edited", "stale"):
            hosts[key]["onboard_plan"] = str(kept / f"{key}.json")
        hosts["foreign"]["onboard_plan"] = str(kept / "byfile.json")
        hosts["stale"]["onboard_plan_valid"] = "1s"
        run = stage.play(PLAYBOOK, hosts)
        after = {key: stage.licenses(key) for key in APPROVED}
        before = len(stage.writes())
        some = {key: hosts[key] for key in ("digest", "byfile")}
        again = stage.play(PLAYBOOK, some)
        yield Approval(stage, plans, run, after, again, stage.writes()[before:])


class TestApproval:
    """What was approved is what is done, or nothing."""

    @pytest.mark.parametrize("host", ["digest", "byfile"])
    def test_an_approved_plan_is_carried_out(self, approval: Approval, host: str) -> None:
        assert approval.run.recap(host)["failed"] == 0, approval.run.output
        held = approval.after[host]
        assert (held["agent0"], held["agent1"], held["nia"]) == ("standard", "standard", "premium")

    def test_a_digest_holds_for_the_world_that_it_saw(self, approval: Approval) -> None:
        said = approval.refused("moved")
        assert "plan" in said
        assert "nia" not in approval.after["moved"] and approval.after["moved"]["agent1"] == "premium"

    def test_another_digest_is_none(self, approval: Approval) -> None:
        approval.refused("wrong")

    def test_a_plan_in_a_file_leaves_alone_for_whom_the_world_has_moved(self, approval: Approval) -> None:
        held = approval.after["person"]
        assert (held["agent0"], held["agent1"], held["nia"]) == ("none", "standard", "premium")
        assert approval.run.outcomes("person")["agent0"] == "blocked"
        assert approval.run.recap("person")["failed"] == 1

    @pytest.mark.parametrize("host", ["edited", "foreign", "stale"])
    def test_a_plan_that_is_not_the_approved_one_changes_nobody(self, approval: Approval, host: str) -> None:
        approval.refused(host)
        assert "nia" not in approval.after[host]

    def test_a_stale_plan_can_still_be_read(self, approval: Approval) -> None:
        assert approval.plans["stale"]["people"]

    def test_applied_twice_it_changes_nobody(self, approval: Approval) -> None:
        assert approval.writes_again == []
        for host in ("digest", "byfile"):
            held = approval.stage.licenses(host)
            assert (held["agent0"], held["agent1"], held["nia"]) == ("standard", "standard", "premium")


def test_of_two_runs_with_one_approved_plan_one_carries_it_out(tmp_path: Path) -> None:
    with running_simulator(scenario(organization("alpha", agents(2)))) as simulator:
        stage = Stage(simulator, tmp_path)
        hosts: Hosts = {"alpha": {**SHORT, "onboard_users": [new("nia", "alpha")]}}
        check = stage.play(PLAYBOOK, hosts, "--check")
        kept = shutil.copy(check.path("alpha", "plan.json"), tmp_path / "approved.json")
        hosts["alpha"]["onboard_plan"] = str(kept)
        both = [stage.start(PLAYBOOK, hosts) for _ in range(2)]
        try:
            runs = [playing.end() for playing in both]
        finally:
            for playing in both:
                playing.clear()
        written = stage.entries("alpha")
    assert sorted(run.status == 0 for run in runs) == [False, True], [run.output for run in runs]
    (refused,) = [run for run in runs if run.status != 0]
    assert refused.stopped("alpha")["code"] == "plan_refused"
    assert "carried out already" in refused.stopped("alpha")["message"]
    assert sum("/Bulk" in entry["path"] for entry in written) == 1


# -- two hosts of one organization -----------------------------------------------------------------------------------------

#: What each of two rosters says of one person, and what the person has at first.
CONTRADICTIONS: dict[str, tuple[Row, Row, list[str]]] = {
    "license": ({"license": "premium"}, {"license": "standard"}, []),
    "title": (
        {"license": "premium", "title": "Team Lead"},
        {"license": "premium", "title": "Trainer"},
        ["premium"],
    ),
}


@pytest.mark.parametrize(
    "rail", [{}, {"onboard_max_removals": 0}, {"onboard_protected": ["license@alpha.example.com"]}]
)
def test_two_hosts_of_one_organization_do_not_undo_each_other(rail: Row, tmp_path: Path) -> None:
    """Both plans are made before either writes. Whoever comes second finds another world, and says so."""
    people = [person(name, "Nia", name.title(), *start) for name, (_1, _2, start) in CONTRADICTIONS.items()]
    with running_simulator(scenario(organization("alpha", people))) as simulator:
        stage = Stage(simulator, tmp_path)
        shared = {**SHORT, "onboard_license_mode": "add_and_remove", "webex_org_id": stage.ids()["alpha"], **rail}
        hosts: Hosts = {
            host: {
                **shared,
                "onboard_users": [
                    {"email": f"{name}@alpha.example.com", **rows[number]} for name, rows in CONTRADICTIONS.items()
                ],
            }
            for number, host in enumerate(("one", "two"))
        }
        run = stage.play(PLAYBOOK, hosts)
        there = {p["email"].partition("@")[0]: p for p in simulator.state("alpha")["people"]}
        held = {"license": stage.licenses("alpha")["license"], "title": there["title"].get("title")}
        written = [e for e in stage.entries("alpha") if "licenses/users" in e["path"]]
    assert run.status != 0
    assert len(written) == 1, "one gave it, and nobody took it away"
    for name, rows in CONTRADICTIONS.items():
        outcomes = {host: run.outcomes(host)[name] for host in hosts}
        assert sorted(outcomes.values()) == ["blocked", "ready"], (name, run.output)
        (first,) = [number for number, host in enumerate(hosts) if outcomes[host] == "ready"]
        assert held[name] == rows[first][name]
        told = run.users(("two", "one")[first])[f"{name}@alpha.example.com"]
        assert "Since the plan was made" in told["message"]
        assert told["changes"] == []
