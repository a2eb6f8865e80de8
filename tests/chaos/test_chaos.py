"""A small share of ``make chaos``, and that it can fail: modules that were broken on purpose are found out."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._engine import engine
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources import user as users
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.license import Licenses
from tests.chaos import clock, days, play, program, world
from tests.chaos.checks import Violation
from tests.chaos.faults import KINDS, faults
from tests.simulator.settings import SETTINGS

#: So many that `make test` does not wait for them; all kinds of faults are among them.
SHARE = list(range(41))
DOUBTFUL = [seed for seed in SHARE if {"doubt", "gone_after_write"} & set(faults(seed).kinds)]
#: The same for the days.
EXAMPLES = 6


@pytest.mark.parametrize("seed", SHARE)
def test_nothing_that_must_not_be(seed: int) -> None:
    assert play.play(seed).violations == []


def test_what_is_said_over_days_is_so() -> None:
    days.explore(EXAMPLES, 10)


def test_a_seed_means_the_same_every_time() -> None:
    first, second = play.play(1), play.play(1)
    assert (first.hits, first.virtual_s, first.runs) == (second.hits, second.virtual_s, second.runs)


def test_every_kind_of_fault_comes_and_hits() -> None:
    assert {kind for seed in SHARE for kind in faults(seed).kinds} >= set(KINDS) - {"none"}
    assert any(play.play(seed).hits for seed in SHARE)


def test_every_switch_is_turned() -> None:
    turned = Counter(name for seed in range(600) for name in world.world(seed).switches)
    assert set(turned) == set(SETTINGS) - world.NO_SERVICE


def test_hours_cost_nothing() -> None:
    """The clock alone moves."""
    told = clock.Clock()
    with clock.ruling(told):
        begun = time.monotonic()
        asyncio.run(asyncio.sleep(86_400))
        assert time.monotonic() - begun == pytest.approx(86_400)


# -- broken on purpose -----------------------------------------------------------------------------------------------------------


def found(*kinds: str, seeds: list[int] = SHARE) -> bool:
    """Whether any of these kinds is found in the share."""
    return any(violation.kind.startswith(kinds) for seed in seeds for violation in play.play(seed).violations)


def test_a_module_that_calls_the_changed_unchanged_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = engine._Work._judged

    def lie(self: Any, outcome: Any, *more: Any) -> Any:
        return dataclasses.replace(honest(self, outcome, *more), changed=False)

    monkeypatch.setattr(engine._Work, "_judged", lie)
    assert found("changed, called unchanged: user")


def test_a_module_that_calls_doubt_certain_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def certain(_self: Any, outcome: Any, _cause: Any) -> Any:
        return dataclasses.replace(outcome, changed=False, certain=True, failed=True, after=outcome.before)

    monkeypatch.setattr(engine._Work, "_not_read", certain)
    assert found("changed, called unchanged", seeds=DOUBTFUL)


def test_a_module_that_gives_what_nobody_declared_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = Licenses.plan

    def generous(self: Any, wanted: Any, facts: Any) -> Any:
        more = [dataclasses.replace(want, row={**want.row, "license": "premium"}) for want in wanted]
        return honest(self, more, facts)

    monkeypatch.setattr(Licenses, "plan", generous)
    assert found("beyond what was declared")


def test_a_module_that_creates_without_looking_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = users.plan_users
    monkeypatch.setattr(users, "plan_users", lambda wanted, _people, state: honest(wanted, {}, state))
    assert found("adds who is there")


def test_a_module_that_ends_with_an_error_nobody_foresaw_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: Any) -> Any:
        raise KeyError("id")

    monkeypatch.setattr(Licenses, "judge", broken)
    assert found("crash")


def test_the_program_fails_and_says_how_to_see_it_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = play.Played(7, ["reset"], {}, violations=[Violation("crash", "user", "said", "true")])
    content = program.summary([found, play.Played(8, ["none"], {})], 1.0)
    assert content["violations"] == [
        {"seed": 7, "faults": ["reset"], "kind": "crash", "who": "user", "said": "said", "true": "true"}
    ]
    assert program.written(content, tmp_path / "chaos.json") == 1
    assert program.written(program.summary([play.Played(8, ["none"], {})], 1.0), tmp_path / "chaos.json") == 0
