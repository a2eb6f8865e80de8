"""What a run last read, kept for the steps behind: for whom it holds, how long, and what it carries."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.snapshot import Snapshot
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import Problem
from tests.unit.build import PREMIUM_1, person

ADA, BRUNO, CHIDI = "ada@example.com", "bruno@example.com", "chidi@example.com"
WHOSE = {"organization": "o", "api": "a", "check_mode": False, "writer": "w"}


def opened(path: Path, **other: Any) -> Snapshot:
    return Snapshot(str(path), **{**WHOSE, **other})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = opened(tmp_path / "snapshot.json")
    made.people = {ADA: person(ADA, PREMIUM_1), BRUNO: None}
    made.blocked = {CHIDI: Problem("trial_account", "A trial.")}
    made.facts = {"people": 3}
    made.save()
    return tmp_path / "snapshot.json"


def alter(path: Path, **other: Any) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **other}), "utf-8")


def test_the_steps_behind_know_what_was_read(path: Path) -> None:
    found = opened(path)
    assert found.people == {ADA: person(ADA, PREMIUM_1), BRUNO: None}
    assert found.blocked == {CHIDI: Problem("trial_account", "A trial.")}
    assert found.facts == {"people": 3}
    assert found.time == json.loads(path.read_text("utf-8"))["time"]
    data = json.loads(path.read_text("utf-8"))
    assert {k: data[k] for k in WHOSE} == WHOSE
    assert data["format"] == "wxcc.onboarding/snapshot/2"


@pytest.mark.parametrize("other", [{"organization": "x"}, {"api": "x"}, {"check_mode": True}, {"writer": "x"}])
def test_another_s_is_not_used(path: Path, other: dict[str, Any]) -> None:
    found = opened(path, **other)
    assert (found.people, found.blocked, found.facts) == ({}, {}, {})


@pytest.mark.parametrize(("age", "used"), [(590, True), (610, False), (-60, False)])
def test_what_is_old_or_from_the_future_is_not_used(path: Path, age: float, used: bool) -> None:
    alter(path, time=time.time() - age)
    assert bool(opened(path).people) is used


@pytest.mark.parametrize("text", ["", "[]", "null", "[1]", '"text"', '{"format": "other"}'])
def test_what_is_no_snapshot_is_not_used(tmp_path: Path, text: str) -> None:
    path = tmp_path / "snapshot.json"
    path.write_text(text, "utf-8")
    assert opened(path).people == {}


def test_without_a_path_nothing_is_kept(tmp_path: Path) -> None:
    made = Snapshot(None, **WHOSE)
    made.people = {ADA: None}
    made.save()
    assert list(tmp_path.iterdir()) == []


def test_who_is_forgotten_is_read_anew_and_the_others_stay(path: Path) -> None:
    alter(path, time=time.time() - 100)
    found = opened(path)
    before = found.time
    found.forget({ADA, CHIDI})
    assert (found.people, found.blocked, found.time) == ({BRUNO: None}, {}, before)
    found.blocked = {CHIDI: Problem("trial_account", "A trial.")}
    found.forget({BRUNO})
    assert (found.people, set(found.blocked)) == ({}, {CHIDI})
    assert found.time > before
