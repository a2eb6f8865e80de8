"""Days of an organization, as Hypothesis invents them: declare, run, be killed, click, edit by hand, run again."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import traceback
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.chaos import checks
from tests.chaos.chain import ChainRun, Desk
from tests.chaos.faults import CONSISTENT_LIES, KINDS, faults
from tests.chaos.world import DOMAIN, world
from tests.simulator import roles

Row = dict[str, Any]

NAMES = tuple(f"{name}@{DOMAIN}" for name in ("new0", "new1", "new2", "old0", "old1"))
OPTIONS: Row = {
    "license": {"mode": "add_and_remove"},
    "role": {"mode": "add_and_remove", "supervisor_via": "console"},
    "max_removals": "100%",
}
AGENT = {"contact_center_enabled": True, "site": "Site-1", "teams": ["HQ Service"], "desktop_profile": "Agent-Profile"}
ROWS = strategies.fixed_dictionaries(
    {
        "email": strategies.sampled_from(NAMES),
        "first_name": strategies.sampled_from(("Nia", "Old")),
        "last_name": strategies.sampled_from(("One", "Two")),
    },
    optional={
        "license": strategies.sampled_from(("premium", "standard", "none")),
        "role": strategies.sampled_from(("agent", "supervisor")),
        "agent": strategies.just(AGENT),
    },
)
#: Seeds of trouble that no consistent lie is among.
TROUBLE = [seed for seed in range(400) if not CONSISTENT_LIES & set(faults(seed).kinds)]


class Days(RuleBasedStateMachine):
    """One organization, and an administrator who trusts what is said."""

    def __init__(self) -> None:
        super().__init__()
        self.base = Path(tempfile.mkdtemp(prefix="chaos-days-"))
        scenario = {**world(1).scenario, "settings": {}}
        self.desk = Desk(scenario, self.base)
        self.rows: list[Row] = []
        #: What the last run said of people whom nobody has touched since.
        self.said: dict[str, Row] = {}
        self.settled = False

    def teardown(self) -> None:
        shutil.rmtree(self.base, ignore_errors=True)

    # -- what happens ------------------------------------------------------------------------------------------------------

    @rule(rows=strategies.lists(ROWS, min_size=1, max_size=4, unique_by=lambda row: row["email"]))
    def declare(self, rows: list[Row]) -> None:
        for row in rows:
            if row.get("role") == "supervisor":
                row["license"] = "premium"
            if row.get("license") not in ("premium", "standard"):
                row.pop("agent", None)
        self.rows, self.said, self.settled = rows, {}, False

    @precondition(lambda self: self.rows)
    @rule()
    def run_well(self) -> None:
        done = self._run(None)
        if self.settled:
            assert not done.writes, f"nothing had changed, and yet: {done.writes}"
        self.settled = all(told["outcome"] == "ready" for told in done.people.values()) and not done.stopped

    @precondition(lambda self: self.rows)
    @rule(seed=strategies.sampled_from(TROUBLE))
    def run_in_trouble(self, seed: int) -> None:
        self._run(seed)
        self.settled = False

    @precondition(lambda self: self.rows)
    @rule()
    def look(self) -> None:
        before = self.desk.truth()
        done = self.desk.run(self.rows, OPTIONS, check=True)
        assert not done.writes and self.desk.truth() == before

    @rule()
    def click(self) -> None:
        self.desk.click()

    @rule(hours=strategies.integers(1, 48))
    def wait(self, hours: int) -> None:
        self.desk.clock.passed += hours * 3600.0

    @rule(
        email=strategies.sampled_from(NAMES),
        what=strategies.sampled_from(("license", "title", "name", "off", "gone", "boss")),
    )
    def edit_by_hand(self, email: str, what: str) -> None:
        found = self.desk.simulator.world.addresses.get(email)
        if found is None:
            return
        org, person = found
        with self.desk.ruling():
            if what == "license":
                for item in [org.licenses[i] for i in person.license_ids]:
                    self.desk.simulator.world.take(org, person, item)
            elif what == "title":
                person.title = "Changed by hand"
            elif what == "name":
                person.last_name = "By Hand"
            elif what == "off":
                person.active = not person.active
            elif what == "boss":
                self.desk.simulator.world.set_roles(org, person, [*person.roles, roles.SUPERVISOR], kill_tokens=False)
            else:
                self.desk.simulator.world.remove_person(org, person)
            if what != "gone":
                self.desk.simulator.world.touched(org, person)
        self.said.pop(email, None)
        self.settled = False

    # -- what holds --------------------------------------------------------------------------------------------------------

    def _run(self, seed: int | None) -> ChainRun:
        done = self.desk.run(self.rows, OPTIONS, trouble=None if seed is None else faults(seed))
        self.desk.simulator.faults.clear()
        self.desk.end = None
        found = [
            *checks.steps_tell_the_truth(done),
            *checks.report_tells_the_truth(done, self.rows, OPTIONS, self.desk.names),
            *checks.nothing_beyond(done.before, done.after, self.rows, OPTIONS),
        ]
        assert not found, found
        self.said = {} if done.ended else dict(done.people)
        return done

    @invariant()
    def what_was_said_is_so(self) -> None:
        truth = self.desk.truth()
        wanted = checks.keyed(self.rows)
        for email, told in self.said.items():
            known = truth.get(email)
            if told["outcome"] == "ready":
                lacks = list(checks.lacking(wanted[email], known, OPTIONS, self.desk.names))
                assert not lacks, (email, told, lacks)
            if told["certain"] and told["user"] == "absent":
                assert known is None, (email, told)
            if told["certain"] and known is not None and told["license"] in ("premium", "standard", "none"):
                held = set(known["licenses"]) or {"none"}
                assert told["license"] in held, (email, told, held)


def explored(examples: int, steps: int = 14) -> Row:
    """Explore so many examples; return what ``build/chaos.json`` holds about it."""
    violations = []
    try:
        explore(examples, steps)
    except Exception as error:
        notes = "\n".join(getattr(error, "__notes__", ()))
        trace = traceback.format_exception(error)[-1]
        violations.append({"kind": "days", "said": f"{trace}\n{notes}"[:4000]})
    return {"examples": examples, "steps": steps, "kinds": len(KINDS), "violations": violations}


def explore(examples: int, steps: int = 14) -> None:
    """Explore so many examples, the same ones every time. Raises what Hypothesis found, made as small as it could."""
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=True,
        database=None,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    with contextlib.ExitStack():
        run_state_machine_as_test(Days, settings=chosen)
