"""A few chains as people run them: ``ansible-playbook`` and a simulator in a process of its own, in real time, kills included."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.chaos import checks
from tests.chaos.chain import SETTINGS, ChainRun, Truth
from tests.chaos.checks import Violation
from tests.chaos.faults import CONSISTENT_LIES, Plan, faults
from tests.chaos.world import World, world
from tests.integration.stage import Hosts, Played, Stage
from tests.simulator import roles
from tests.simulator.testing import RunningSimulator, running_simulator

Row = dict[str, Any]

PLAYBOOK = "onboard_manual"
#: What makes them quick to give up: here patience costs time.
PATIENCE: Row = {"webex_retry_deadline": 2.0, "webex_timeout": 3.0, "onboard_fail_on": [], "synchronize_timeout": 2}
#: Fields of the simulator's state by those of a contact center record.
STATE_OF = dict(
    zip(
        SETTINGS,
        (
            "contact_center_enabled",
            "site_id",
            "team_ids",
            "skill_profile_id",
            "agent_profile_id",
            "multimedia_profile_id",
            "external_id",
            "default_dn",
        ),
        strict=True,
    )
)
#: The longest that a fault makes somebody wait here, in seconds.
SLOW_S = 4.0
#: Seconds after which a chain counts as one that never wrote.
BEGUN_S = 60.0


def truth(state: Mapping[str, Any]) -> Truth:
    """Return everybody of an organization as :meth:`Desk.truth` does, from the simulator's state."""
    words = {item["id"] for item in state["licenses"] if item["type"] in ("CJPPRM", "CJPSTD")}
    records = {record["ci_user_id"]: record for record in state["contact_center"]["users"]}
    found: Truth = {}
    for person in state["people"]:
        record = records.get(person["id"])
        key = person["email"].lower()
        found[f"{key} once more" if key in found else key] = {
            "id": person["id"],
            "names": (person["first_name"], person["last_name"], person["display_name"]),
            "title": person["title"],
            "department": person["department"],
            "active": person["active"],
            "licenses": tuple(person["licenses"]),
            "license_ids": tuple(sorted(person["license_ids"])),
            "others": tuple(sorted(i for i in person["license_ids"] if i not in words)),
            "roles": tuple(sorted([*person["roles"], *([roles.SUPERVISOR] if person["supervisor"] else [])])),
            "record": None if record is None else _record(record),
            "in_sync": record is not None and record["active"],
        }
    return found


def _record(record: Row) -> Row:
    kept = {name: record.get(word) or None for name, word in STATE_OF.items()}
    return {**kept, "teamIds": tuple(sorted(record.get("team_ids") or ()))}


class Scene:
    """One seed's organization, its simulator, and the playbook."""

    def __init__(self, seed: int, given: World, simulator: RunningSimulator, base: Path) -> None:
        self.given, self.simulator = given, simulator
        self.stage = Stage(simulator, base)
        self.rng = random.Random(f"playbook {seed}")
        options = given.options
        self.hosts: Hosts = {
            "alpha": {
                **PATIENCE,
                "onboard_users": given.roster,
                "onboard_license_mode": options["license"]["mode"],
                "onboard_role_mode": options["role"]["mode"],
                "onboard_supervisor_via": options["role"]["supervisor_via"],
                "onboard_max_removals": options["max_removals"],
            }
        }

    def truth(self) -> Truth:
        return truth(self.simulator.state("alpha"))

    def names(self, entity: str) -> dict[str, str]:
        """Return the names of one of the contact center's lists by id."""
        center = self.simulator.state("alpha")["contact_center"]
        return {item["id"]: item["name"] for item in center[entity.replace("-", "_") + "s"]}

    def run(self, *, kill: bool = False) -> ChainRun:
        """Run the playbook to its end, or kill it in the middle of its writing."""
        self.simulator.clear_journal()
        done = ChainRun(self.truth())
        if kill:
            self._killed()
            done.ended = "kill"
        else:
            self._heard(done, self.stage.play(PLAYBOOK, self.hosts))
        done.after, done.writes = self.truth(), self.stage.writes("alpha")
        return done

    def _killed(self) -> None:
        playing = self.stage.start(PLAYBOOK, self.hosts)
        wanted, patience = self.rng.randint(1, 4), time.monotonic() + BEGUN_S
        try:
            while len(self.stage.writes()) < wanted and playing.process.poll() is None and time.monotonic() < patience:
                time.sleep(0.05)
            if playing.process.poll() is None:
                playing.kill()
            # A module may be left behind: half of the time it goes on beside the next run.
            if self.rng.random() < 0.5:
                playing.clear()
        finally:
            self.simulator.clear_faults()

    def _heard(self, done: ChainRun, played: Played) -> None:
        if not played.directories or not (played.directory / "report.json").exists():
            done.stopped = f"no report: {played.said[-300:]}"
            return
        done.people = played.users("alpha")
        done.stopped = (played.organization("alpha")["stopped"] or {}).get("code")


def _orders(trouble: Plan) -> Iterator[Row]:
    for order in trouble.orders:
        yield {**order, "delay": min(order["delay"], SLOW_S)} if "delay" in order else order


def _unsaid(done: ChainRun, scene: Scene) -> Iterator[Violation]:
    """Whoever was changed is reported so. What the administrator at the gate did is none of it."""
    by_hand = scene.given.options["role"]["supervisor_via"] == "console"
    for email, told in done.people.items():
        had, has = (_identity(side.get(email), by_hand) for side in (done.before, done.after))
        if had != has and not told["changes"] and told["certain"]:
            yield Violation(
                "changed, report says no change", email, f"{told['outcome']}: {told['message']}", f"{had} -> {has}"
            )


def _identity(known: Row | None, by_hand: bool) -> Row | None:
    if known is None:
        return None
    kept = {name: known[name] for name in checks.IDENTITY}
    return {**kept, "roles": tuple(r for r in known["roles"] if not by_hand or r != roles.SUPERVISOR)}


def play(seed: int) -> list[Violation]:
    """Play a seed: a run with faults or a kill, a rerun, a third run."""
    given, trouble = world(seed), faults(seed)
    # In real time every lag is waited for.
    given.scenario["settings"] = {}
    kill = seed % 3 == 0
    with tempfile.TemporaryDirectory(prefix="chaos-") as base, running_simulator(given.scenario) as simulator:
        scene = Scene(seed, given, simulator, Path(base))
        if kill:
            simulator.faults(
                {"kind": "slow", "method": "PATCH", "path": "licenses/users|/user/bulk", "delay": 0.3, "times": -1}
            )
        else:
            simulator.faults(*({**order, "seed": seed} for order in _orders(trouble)))
        runs = [scene.run(kill=kill)]
        simulator.clear_faults()
        if CONSISTENT_LIES & set(trouble.kinds) and not kill:
            return list(checks.destructive(runs[0].before, runs[0].after, given.roster, given.options))
        runs += [scene.run(), scene.run()]
        found = list(checks.third_run_is_quiet(runs[1], runs[2]))
        for done in runs:
            found += checks.nothing_beyond(done.before, done.after, given.roster, given.options)
            found += checks.report_tells_the_truth(done, given.roster, given.options, scene.names)
            found += _unsaid(done, scene)
            if (done.stopped or "").startswith("no report"):
                found.append(Violation("no report", "", str(done.stopped), ""))
    return list(dict.fromkeys(found))


def played(seeds: range) -> Row:
    """Play these seeds; return what ``build/chaos.json`` holds about them."""
    violations = [{"seed": seed, **violation.as_dict()} for seed in seeds for violation in play(seed)]
    return {"seeds": len(seeds), "killed": len([s for s in seeds if s % 3 == 0]), "violations": violations}
