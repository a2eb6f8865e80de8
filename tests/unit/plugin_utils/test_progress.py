"""Progress: what is shown of a module's own count while it runs."""

from __future__ import annotations

import importlib
import json
import time
from pathlib import Path

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._progress_line import ProgressLine
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._progress import (
    ProgressAction,
    Teller,
    Watcher,
    duration,
)
from tests.unit.module.documented import MODULES, PLUGINS, fragments, module


def progress(done: int, total: int = 1000, **more: object) -> ProgressLine:
    found = ProgressLine.parse(json.dumps({"done": done, "total": total, "phase": "apply", **more}).encode())
    assert found is not None
    return found


def test_what_the_module_writes_is_what_the_action_reads() -> None:
    line = ProgressLine(done=3, total=9, blocked=1, failed=2, phase="license")
    assert line.encode().endswith("\n")
    assert ProgressLine.parse(line.encode().encode()) == line


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_line_with_pace() -> None:
    clock = Clock()
    teller = Teller("alpha", clock)
    assert teller.line(progress(0)) == "[alpha] 0 of 1,000 people"
    clock.now = 29
    line = teller.line(progress(420, blocked=3, failed=1))
    assert line == "[alpha] 420 of 1,000 people, 3 blocked, 1 failed, about 40 s left"


def test_first_look_has_a_pace_already() -> None:
    clock = Clock()
    teller = Teller("alpha", clock)
    clock.now = 2
    assert teller.line(progress(100)) == "[alpha] 100 of 1,000 people, about 20 s left"


def test_all_sent_is_not_yet_all_seen() -> None:
    teller = Teller("alpha", Clock())
    assert teller.line(progress(1000)) == "[alpha] 1,000 of 1,000 people, reading them again"
    for phase in ("done", "sync"):
        assert teller.line(progress(1000, phase=phase)) == "[alpha] 1,000 of 1,000 people"


def test_pace_is_that_of_the_phase() -> None:
    clock = Clock()
    teller = Teller("alpha", clock)
    teller.line(progress(0, phase="read"))
    clock.now = 100
    teller.line(progress(0))
    clock.now = 110
    assert teller.line(progress(500)) == "[alpha] 500 of 1,000 people, about 10 s left"


def test_nothing_new_is_said_once_and_again_as_a_sign_of_life() -> None:
    clock = Clock()
    teller = Teller("alpha", clock)
    assert teller.line(progress(5)) is not None
    clock.now = 3
    assert teller.line(progress(5)) is None
    clock.now = 40
    assert teller.line(progress(5)) is not None


@pytest.mark.parametrize(
    ("seconds", "words"), [(1, "5 s"), (41, "40 s"), (89, "90 s"), (170, "3 min"), (7200, "2 h"), (7800, "2 h 10 min")]
)
def test_duration(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize("line", [b"", b"{", b"[]", b'{"done": 1}', b'{"done": null, "total": 3}'])
def test_what_is_no_progress_is_ignored(line: bytes) -> None:
    assert ProgressLine.parse(line) is None


def wait_for(shown: list[str], number: int) -> None:
    until = time.monotonic() + 5
    while len(shown) < number and time.monotonic() < until:
        time.sleep(0.01)


def test_watcher_reads_appended_and_rewritten_files(tmp_path: Path) -> None:
    path = tmp_path / "progress"
    path.touch()
    shown: list[str] = []
    with Watcher(path, "alpha", shown.append, first_after=0.01, every=0.01):
        path.write_text('{"done": 1, "total": 3}\n{"done": 2, "to')
        wait_for(shown, 1)
        with path.open("a") as file:
            file.write('tal": 3}\n')
        wait_for(shown, 2)
        path.write_text('{"done": 3, "total": 3}')
        wait_for(shown, 3)
    assert [line.partition(" people")[0] for line in shown] == ["[alpha] 1 of 3", "[alpha] 2 of 3", "[alpha] 3 of 3"]


@pytest.mark.parametrize("name", [name for name in MODULES if "batch" in fragments(name)])
def test_an_action_knows_every_path_of_its_module(name: str) -> None:
    options = module(name).SPEC.options
    paths = {n for n, o in options.items() if "path" in (o.get("type"), o.get("elements"))}
    action = importlib.import_module(f"{PLUGINS}.action.{name}").ActionModule
    assert issubclass(action, ProgressAction)
    assert set(action.PATHS) == paths


def test_whoever_waits_for_another_run_says_so() -> None:
    line = Teller("alpha", Clock()).line(progress(0, phase="waiting", note="run R1, process 7"))
    assert line == "[alpha] waiting for another run that writes to this organization: run R1, process 7"


def test_the_last_line_is_where_it_ended(tmp_path: Path) -> None:
    path = tmp_path / "progress"
    path.touch()
    shown: list[str] = []
    with Watcher(path, "alpha", shown.append, first_after=0.01, every=60), path.open("a") as file:
        # Whoever writes takes the file's name away: nothing is left behind whoever is killed.
        path.unlink()
        file.write('{"done": 1, "total": 3}\n')
        file.flush()
        wait_for(shown, 1)
        file.write('{"done": 3, "total": 3, "phase": "done"}\n')
    assert shown[-1] == "[alpha] 3 of 3 people"


def test_watcher_of_a_short_task_says_nothing(tmp_path: Path) -> None:
    shown: list[str] = []
    path = tmp_path / "progress"
    path.write_text('{"done": 1, "total": 3}\n')
    with Watcher(path, "alpha", shown.append):
        pass
    assert shown == []
