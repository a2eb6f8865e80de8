"""One seed: a chain with faults, a rerun without, a third run, and what of all that must not be."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.chaos import checks
from tests.chaos.chain import ChainRun, Desk
from tests.chaos.checks import Violation
from tests.chaos.faults import CONSISTENT_LIES, faults
from tests.chaos.world import World, world

Row = dict[str, Any]

#: Seconds between two runs of one chain.
BETWEEN_S = 120.0


@dataclass
class Played:
    """What a seed came to."""

    seed: int
    kinds: list[str]
    switches: Row
    hits: int = 0
    runs: int = 0
    violations: list[Violation] = field(default_factory=list)
    #: Seconds that would have passed.
    virtual_s: float = 0.0

    @property
    def lied_to(self) -> bool:
        """Whether a read lied consistently."""
        return bool(CONSISTENT_LIES & set(self.kinds))


def play(seed: int) -> Played:
    """Play a seed from its beginning."""
    given = world(seed)
    planned = faults(seed)
    played = Played(seed, planned.kinds, given.switches)
    with tempfile.TemporaryDirectory(prefix="chaos-") as base:
        desk = Desk(given.scenario, Path(base), seed)
        start = desk.truth()
        first = desk.run(given.roster, given.options, trouble=planned)
        played.hits = sum(fault.hits for fault in desk.simulator.faults.orders)
        desk.end = None
        desk.simulator.faults.clear()
        if played.lied_to:
            found = list(checks.destructive(start, first.after, given.roster, given.options))
            runs = [first]
        else:
            # Whoever runs again has read what was said; by then searches show everybody.
            desk.clock.passed += BETWEEN_S
            second = desk.run(given.roster, given.options)
            desk.clock.passed += BETWEEN_S
            third = desk.run(given.roster, given.options)
            runs = [first, second, third]
            found = list(_judged(desk, given, runs))
            if any(told["outcome"] != "ready" for told in third.people.values()) or third.stopped:
                found += checks.as_without_faults(third, _twin(given, Path(base), seed))
                played.runs += 3
        played.runs += len(runs)
        played.virtual_s = desk.clock.passed
    played.violations = list(dict.fromkeys(found))
    return played


def _judged(desk: Desk, given: World, runs: list[ChainRun]) -> Iterator[Violation]:
    for run in runs:
        yield from checks.steps_tell_the_truth(run)
        yield from checks.report_tells_the_truth(run, given.roster, given.options, desk.names)
        yield from checks.nothing_beyond(run.before, run.after, given.roster, given.options)
    yield from checks.third_run_is_quiet(runs[1], runs[2])


def _twin(given: World, base: Path, seed: int) -> ChainRun:
    """Return the third run of the same chain in a world without faults."""
    place = base / "twin"
    place.mkdir()
    desk = Desk(given.scenario, place, seed)
    for _number in range(2):
        desk.run(given.roster, given.options)
        desk.clock.passed += BETWEEN_S
    return desk.run(given.roster, given.options)
