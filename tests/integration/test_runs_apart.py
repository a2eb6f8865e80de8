"""Runs do not meet: side by side in one directory, with hosts that look alike, over one organization, or after a kill."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.integration.stage import RUNS, Hosts, Played, Stage
from tests.integration.worlds import Row, address, agents, organization, scenario
from tests.simulator.testing import running_simulator

SCENARIO = scenario(organization("alpha", agents(), name="Alpha Travel"))
#: Whole runs, many of them.
pytestmark = pytest.mark.slow

PLAYBOOK = "onboard_manual"
#: Licenses go one by one, so this makes the step that gives them a long one.
SLOW_LICENSES = {"kind": "slow", "method": "PATCH", "path": "^/v1/licenses/users$", "delay": 0.3, "times": -1}
#: A time long ago, in seconds since the epoch.
JANUARY = 1767323045
#: What makes a run short: the gate is no part of these stories.
SHORT: Row = {"onboard_synchronize": False}
#: Two names of one person or city each, as inventories have them; what organization each host means.
ALIKE = {
    "東京": "tokyo",
    "大阪": "osaka",
    "acme eu": "blank",
    "acme_eu": "under",
    "Acme_eu": "upper",
}


def new(name: str, key: str, license_name: str = "premium") -> Row:
    """Somebody whom no organization knows yet."""
    row = {"email": f"{name}@{key}.example.com", "first_name": name.title(), "last_name": "New"}
    return {**row, "license": license_name}


def wait_for(what: Any, seconds: float = 60) -> None:
    """Wait until ``what()`` is true."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


def records(base: Path) -> list[dict[str, Any]]:
    """The records of all runs below a base directory."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(base.glob("*/*/run.json"))]


# -- side by side --------------------------------------------------------------------------------------------------------


@dataclass
class Together:
    """Two runs and a check run, begun at once from one working directory."""

    stage: Stage
    one: Played
    two: Played
    check: Played
    base: Path


@pytest.fixture(scope="class")
def together(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Together]:
    with running_simulator(scenario(organization("alpha", agents())), latency_ms=60) as simulator:
        stage = Stage(simulator, tmp_path_factory.mktemp("together"))
        place = stage.place()
        rosters: list[list[Row]] = [
            [new("one", "alpha"), new("uno", "alpha", "standard")],
            [new("two", "alpha"), new("dos", "alpha", "standard")],
            # The check run would take licenses from everybody whom it names.
            [{"email": address(n), "license": "none"} for n in range(4)],
        ]
        allowed = {**SHORT, "onboard_allow_removals": True}
        hosts: list[Hosts] = [{"alpha": {**allowed, "onboard_users": rows}} for rows in rosters]
        playing = [
            stage.start(PLAYBOOK, hosts[0], place=place, environment={"PWD": None}),
            stage.start(PLAYBOOK, hosts[1], place=place),
            stage.start(PLAYBOOK, hosts[2], "--check", place=place),
        ]
        one, two, check = [each.end() for each in playing]
        yield Together(stage, one, two, check, place / RUNS)


class TestBegunAtOnce:
    """Neither can touch the other."""

    def test_each_carries_out_its_own_roster(self, together: Together) -> None:
        for played in (together.one, together.two, together.check):
            assert played.status == 0, played.output
        held = together.stage.licenses("alpha")
        assert {name: held.get(name) for name in ("one", "uno", "two", "dos")} == {
            "one": "premium",
            "uno": "standard",
            "two": "premium",
            "dos": "standard",
        }

    def test_what_the_check_run_would_do_nobody_does(self, together: Together) -> None:
        held = together.stage.licenses("alpha")
        assert {held[f"agent{n}"] for n in range(4)} == {"premium"}

    def test_each_has_a_directory_and_a_report_of_its_own(self, together: Together) -> None:
        found = records(together.base)
        assert len({record["run"] for record in found}) == len(found) == 3
        assert sorted(record["check_mode"] for record in found) == [False, False, True]
        people = []
        for record in found:
            assert Path(record["directory"]).parent.parent == together.base
            report = json.loads((Path(record["directory"]).parent / "report.json").read_text(encoding="utf-8"))
            (one,) = report["organizations"]
            people.append(sorted(user["email"].partition("@")[0] for user in one["users"]))
        assert sorted(people) == [["agent0", "agent1", "agent2", "agent3"], ["dos", "two"], ["one", "uno"]]

    def test_the_working_directory_is_the_real_one(self, together: Together) -> None:
        """The shell's word for it was missing for one of them, and wrong for the others."""
        assert not (together.stage.base / "elsewhere").exists()
        assert not list((Path(__file__).parents[2] / "playbooks").glob("wxcc_*"))
        assert {path.name for path in together.base.parent.iterdir() if path.is_dir()} == {RUNS}


# -- hosts that look alike -----------------------------------------------------------------------------------------------


@dataclass
class Alike:
    stage: Stage
    check: Played
    written_by_check: list[str]
    run: Played
    export: Played
    mine: dict[Path, str]


@pytest.fixture(scope="class")
def alike(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alike]:
    world = scenario(*(organization(key, 2) for key in ALIKE.values()))
    with running_simulator(world) as simulator:
        stage = Stage(simulator, tmp_path_factory.mktemp("alike"))
        ids = stage.ids()
        hosts: Hosts = {
            host: {**SHORT, "webex_org_id": ids[key], "onboard_users": [new("nia", key)]} for host, key in ALIKE.items()
        }
        base = stage.base / "mine"
        # The user's own files stand exactly where a run could think that its own stand.
        mine = {base / host / name: f"{host} {name}" for host in ALIKE for name in ("people.json", "user.jsonl")}
        for path, content in mine.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        there = files(stage.base)
        check = stage.play(PLAYBOOK, hosts, "--check", base=base)
        outside = [
            str(path)
            for path in files(stage.base) - there
            if not path.is_relative_to(check.directory) and path.name not in ("inventory1.json", "output1.txt")
        ]
        run = stage.play(PLAYBOOK, hosts, base=base)
        export = stage.play("export_csv", hosts, csv_directory=str(stage.base / "exports"))
        yield Alike(stage, check, outside, run, export, mine)


def files(base: Path) -> set[Path]:
    return {path for path in base.rglob("*") if path.is_file()}


class TestHostsThatLookAlike:
    """Each has its own, in runs, exports and reports."""

    def test_people_come_into_their_own_organization(self, alike: Alike) -> None:
        assert alike.run.status == 0, alike.run.output
        for key in ALIKE.values():
            held = alike.stage.licenses(key)
            assert held["nia"] == "premium"
            assert [
                p["email"] for p in alike.stage.simulator.state(key)["people"] if p["email"].startswith("nia@")
            ] == [f"nia@{key}.example.com"]

    def test_no_two_hosts_share_a_directory(self, alike: Alike) -> None:
        ids = alike.stage.ids()
        places = {host: alike.run.path(host) for host in ALIKE}
        assert len({str(path).casefold() for path in places.values()}) == len(ALIKE)
        for host, key in ALIKE.items():
            assert alike.run.record(host)["organization"]["id"] == ids[key]
            (row,) = alike.run.roster(host)
            assert row["email"] == f"nia@{key}.example.com"
        # Letters of any script stay readable.
        assert places["東京"].name.startswith("東京")
        assert places["acme_eu"].name == "acme_eu"

    def test_the_report_tells_them_apart(self, alike: Alike) -> None:
        assert [one["host"] for one in alike.run.report["organizations"]] == list(ALIKE)
        assert [len(one["users"]) for one in alike.run.report["organizations"]] == [1] * len(ALIKE)

    def test_every_host_has_an_export(self, alike: Alike) -> None:
        assert alike.export.status == 0, alike.export.output
        exported = list((alike.stage.base / "exports").glob("*.csv"))
        assert len(exported) == len(ALIKE)
        for key in ALIKE.values():
            (_one,) = [path for path in exported if f"nia@{key}.example.com" in path.read_text(encoding="utf-8")]

    def test_what_the_user_put_there_stays(self, alike: Alike) -> None:
        assert {path: path.read_text(encoding="utf-8") for path in alike.mine} == alike.mine

    def test_a_check_run_writes_nothing_outside_its_own_directory(self, alike: Alike) -> None:
        assert alike.check.status == 0, alike.check.output
        assert alike.written_by_check == []
        assert all(record["check_mode"] for record in map(alike.check.record, ALIKE))


# -- one organization, several who want it -------------------------------------------------------------------------------


def test_two_runs_that_take_two_organizations_in_opposite_order(tmp_path: Path) -> None:
    """Two hosts may name one organization, too. Everybody takes turns, step by step, and nobody waits for ever."""
    with running_simulator(scenario(organization("alpha", 2), organization("beta", 2)), latency_ms=120) as simulator:
        stage = Stage(simulator, tmp_path)
        ids = stage.ids()

        def site(name: str, key: str) -> Row:
            return {**SHORT, "webex_org_id": ids[key], "onboard_users": [new(name, key), new(f"{name}.b", key)]}

        first = {"lisboa": site("lis", "alpha"), "nairobi": site("nai", "alpha"), "beta": site("ber", "beta")}
        second = {"beta": site("bonn", "beta"), "porto": site("por", "alpha")}
        playing = [stage.start(PLAYBOOK, hosts, "--forks", forks) for hosts, forks in ((first, "2"), (second, "1"))]
        for one in playing:
            played = one.end()
            assert played.status == 0, played.output
        for key, names in (("alpha", ("lis", "nai", "por")), ("beta", ("ber", "bonn"))):
            held = stage.licenses(key)
            assert {held.get(name + more) for name in names for more in ("", ".b")} == {"premium"}


def test_a_killed_playbook_and_the_module_that_it_left_behind(tmp_path: Path) -> None:
    """The next run waits for it, reads anew, and finishes what it began; nobody is changed twice."""
    count = 24
    people = [new(f"p{n:02d}", "alpha") for n in range(count)]
    hosts: Hosts = {"alpha": {**SHORT, "onboard_users": people, "webex_concurrency": 1}}
    with running_simulator(scenario(organization("alpha", 2))) as simulator:
        stage = Stage(simulator, tmp_path)
        simulator.faults(SLOW_LICENSES)
        killed = stage.start(PLAYBOOK, hosts)
        try:
            wait_for(lambda: licenses(stage))
            killed.kill()
            assert len(licenses(stage)) < count / 2, "it was through before it was killed"
            again = stage.play(PLAYBOOK, hosts)
        finally:
            killed.clear()
        assert again.status == 0, again.output
        held = stage.licenses("alpha")
        assert [held.get(f"p{n:02d}") for n in range(count)] == ["premium"] * count
        licensed = [
            e["request"]["email"] if "email" in e["request"] else e["request"]["personId"] for e in licenses(stage)
        ]
        assert len(licensed) == len(set(licensed)) == count, "somebody was licensed twice"
        assert set(again.outcomes("alpha").values()) == {"ready"}
        first, second = records(killed.base) + records(again.base)
        assert (first["state"], second["state"]) == ("started", "finished")


def test_waiting_is_bounded_and_says_for_whom(tmp_path: Path) -> None:
    """A step that may not wait long is told who writes; who only looks waits for nobody."""
    with running_simulator(scenario(organization("alpha", 2))) as simulator:
        stage = Stage(simulator, tmp_path)
        people = [new(f"p{n:02d}", "alpha") for n in range(30)]
        simulator.faults(SLOW_LICENSES)
        slow = stage.start(PLAYBOOK, {"alpha": {**SHORT, "onboard_users": people, "webex_concurrency": 1}})
        try:
            wait_for(lambda: licenses(stage))
            step = {"users": [{"email": address(0), "title": "Team Lead"}], "lock_timeout": 1}
            tasks: list[Row] = [
                {"name": "Look", "wxcc.onboarding.user": step, "check_mode": True, "register": "looked"},
                {"name": "Write", "wxcc.onboarding.user": step, "when": "looked is changed"},
            ]
            playbook = stage.base / "step.yml"
            playbook.write_text(json.dumps([own_play("alpha", *tasks)]), encoding="utf-8")
            played = stage.play(str(playbook), {"alpha": {}})
            simulator.clear_faults()
            first = slow.end()
        finally:
            slow.clear()
        assert played.status != 0
        assert re.search(r"another run still writes to this organization: run \S+ of host alpha", played.said), (
            played.output
        )
        assert first.status == 0, first.output


def licenses(stage: Stage) -> list[dict[str, Any]]:
    """The requests that gave a license."""
    return [entry for entry in stage.entries("alpha") if entry["path"] == "/v1/licenses/users"]


# -- strategies ----------------------------------------------------------------------------------------------------------

DEFAULTS = {
    "webex_api_url": "{{ webex_api_url }}",
    "wxcc_api_url": "{{ wxcc_api_url }}",
    "org_id": "{{ webex_org_id }}",
}


def own_play(hosts: str, *tasks: Row, **keywords: Any) -> Row:
    """A play of a site's own over the role, as the README of the role shows it."""
    return {
        "name": f"Onboard {hosts}",
        "hosts": hosts,
        "connection": "local",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
        "module_defaults": {"group/wxcc.onboarding.all": DEFAULTS},
        "tasks": list(tasks),
        **keywords,
    }


def role(name: str) -> Row:
    return {"name": f"Role {name}", "ansible.builtin.include_role": {"name": f"wxcc.onboarding.{name}"}}


@pytest.fixture(scope="class")
def strategies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stage, Played]]:
    """One playbook: one host after the other, then freely, then one that joins late; the roles are used alone."""
    keys = ("alpha", "beta", "gamma", "delta", "late")
    with running_simulator(scenario(*(organization(key, 2) for key in keys))) as simulator:
        stage = Stage(simulator, tmp_path_factory.mktemp("strategies"))
        late = {"late_id": stage.ids()["late"], "late_users": [new("nia", "late")]}
        hosts: Hosts = {key: {**SHORT, "onboard_users": [new("nia", key)]} for key in keys[:4]}
        hosts["delta"]["onboard_users"] = [{**new("nia", "delta"), "licence": "premium"}]
        join = {
            "name": "Somebody found another organization",
            "ansible.builtin.add_host": {
                "name": "late",
                "webex_org_id": "{{ late_id }}",
                "onboard_users": "{{ late_users }}",
                "webex_api_url": simulator.url,
                "wxcc_api_url": simulator.url,
                "onboard_synchronize": False,
            },
        }
        playbook = stage.base / "site.yml"
        plays = [
            own_play("alpha,beta", role("onboard"), serial=1),
            own_play("gamma,delta", role("onboard"), strategy="free"),
            own_play("alpha", join),
            own_play("late", role("onboard")),
            own_play("all", role("report")),
        ]
        playbook.write_text(json.dumps(plays), encoding="utf-8")
        yield stage, stage.play(str(playbook), hosts, **late)


class TestStrategies:
    """One ansible-playbook is one run, whatever the order in which hosts go through it."""

    def test_all_hosts_are_of_one_run(self, strategies: tuple[Stage, Played]) -> None:
        stage, run = strategies
        found = records(run.base)
        assert {record["host"] for record in found} == {"alpha", "beta", "gamma", "delta", "late"}, run.output
        assert len({record["run"] for record in found}) == 1
        assert {record["state"] for record in found} == {"finished"}
        for key in ("alpha", "beta", "gamma", "late"):
            assert stage.licenses(key)["nia"] == "premium"

    def test_a_role_used_alone_fails_by_itself_and_for_its_host_alone(self, strategies: tuple[Stage, Played]) -> None:
        stage, run = strategies
        assert run.status != 0
        assert run.recap("delta")["failed"] == 1
        assert [run.recap(host)["failed"] for host in ("alpha", "beta", "gamma", "late")] == [0, 0, 0, 0]
        assert "nia" not in stage.licenses("delta")


# -- old runs ------------------------------------------------------------------------------------------------------------


def aged(source: Path, base: Path, name: str, **changes: Any) -> Path:
    """Lay down a run like ``source`` that is over since January; ``changes`` go into its records."""
    target = base / name
    for file in source.rglob("*"):
        if file.is_file():
            copy = target / file.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            copy.write_bytes(file.read_bytes())
    for file in target.glob("*/run.json"):
        old = {"run": name, "directory": str(file.parent), "started": "2026-01-02T03:04:05Z"}
        record = json.loads(file.read_text(encoding="utf-8"))
        finished = {"finished": "2026-01-02T03:05:06Z"} if record["finished"] else {}
        file.write_text(json.dumps({**record, **old, **finished, **changes}), encoding="utf-8")
        for path in (*file.parent.iterdir(), file.parent, target):
            os.utime(path, (JANUARY, JANUARY))
    return target


def test_old_runs_are_cleared_away_and_nothing_else(stage: Stage) -> None:
    """Only what names itself as a run that is over, and that nobody may still need."""
    base = stage.base / "runs"
    hosts: Hosts = {"alpha": {**SHORT, "onboard_users": [{"email": address(0), "license": "premium"}]}}
    fresh = stage.play(PLAYBOOK, hosts, base=base)
    assert fresh.status == 0, fresh.output
    old = aged(fresh.directory, base, "20260102T030405Z-aaaaaa")
    kept = [
        aged(fresh.directory, base, "20260102T030405Z-bbbbbb", gate="open"),
        aged(fresh.directory, base, "20260102T030405Z-cccccc", state="started", finished=None),
        aged(fresh.directory, base, "20260102T030405Z-dddddd", directory="/somewhere/else"),
        aged(fresh.directory, stage.base / "beside", "20260102T030405Z-eeeeee"),
        fresh.directory,
    ]
    link = base / "20260102T030405Z-eeeeee"
    link.symlink_to(stage.base / "beside" / "20260102T030405Z-eeeeee")
    mine = base / "notes"
    mine.mkdir()
    (mine / "run.json").write_text("{}", encoding="utf-8")
    check = stage.play(PLAYBOOK, hosts, "--check", base=base, onboard_keep_runs="30d")
    assert check.status == 0, check.output
    assert old.is_dir(), "check mode removes nothing"
    run = stage.play(PLAYBOOK, hosts, base=base, onboard_keep_runs="30d")
    assert run.status == 0, run.output
    assert not old.exists()
    for path in (*kept, check.directory, link, mine / "run.json"):
        assert path.exists(), path
    assert "1 old run" in run.said or "1 run" in run.said, "how many were removed is said"
