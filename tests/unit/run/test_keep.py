"""Old runs go as a whole and only if they surely are runs that are over; nothing that somebody put there is ever removed."""

from __future__ import annotations

import json
import os
import typing as t
from pathlib import Path

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._files import timestamp
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.keep import remove_old_runs
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.record import RUN_FORMAT

NOW = 1_800_000_000.0
DAY = 86400.0
OWN, OLD = "20270101T000000Z-0f0e0d", "20260101T000000Z-3f9a1c"


def lay(base: Path, run: str = OLD, host: str = "alpha", *, age: float = 40 * DAY, **more: t.Any) -> Path:
    """Make what a run of one host leaves; return the host's directory."""
    directory = base / run / host
    directory.mkdir(parents=True)
    record = {
        "format": RUN_FORMAT,
        "run": run,
        "directory": str(directory),
        "state": "finished",
        "finished": timestamp(NOW - age),
        "gate": "passed",
        "csv": [{"file": "/in/agents.csv", "result": "/in/agents.alpha.result.csv", "retry": None}],
        "options": {},
        **more,
    }
    (directory / "run.json").write_text(json.dumps(record), encoding="utf-8")
    names = (
        "roster.json",
        "roster-001.json",
        "user.jsonl",
        "requests.jsonl",
        "agents.result.csv",
        "agents.2.retry.csv",
    )
    for name in names:
        (directory / name).write_text("", encoding="utf-8")
    os.utime(directory / "requests.jsonl", (NOW - age, NOW - age))
    (base / run / "report.html").write_text("", encoding="utf-8")
    return directory


def remove(base: Path) -> int:
    return remove_old_runs(str(base), 30 * DAY, own=OWN, now=NOW)


def everything(base: Path) -> set[str]:
    return {str(path.relative_to(base)) for path in base.rglob("*")}


def test_a_run_that_is_over_goes_as_a_whole(tmp_path: Path) -> None:
    lay(tmp_path)
    lay(tmp_path, host="beta")
    lay(tmp_path, "20260102T000000Z-aaaaaa")
    assert remove(tmp_path) == 2
    assert everything(tmp_path) == set()


def test_a_base_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert remove(tmp_path / "nowhere") == 0


KEPT: dict[str, dict[str, t.Any]] = {
    "young": {"age": 29 * DAY},
    "unfinished": {"state": "started"},
    "no time": {"finished": None},
    "open gate": {"gate": "open"},
    "moved here": {"directory": "/elsewhere"},
    "another run's": {"run_": "20260101T000000Z-ffffff"},
    "another format": {"format": "x"},
}


@pytest.mark.parametrize("why", KEPT)
def test_it_stays_where_it_is_not_surely_over(tmp_path: Path, why: str) -> None:
    more = dict(KEPT[why])
    run = more.pop("run_", None)
    directory = lay(tmp_path, **more)
    if run:
        record = json.loads((directory / "run.json").read_text(encoding="utf-8"))
        (directory / "run.json").write_text(json.dumps({**record, "run": run}), encoding="utf-8")
    before = everything(tmp_path)
    assert remove(tmp_path) == 0
    assert everything(tmp_path) == before


@pytest.mark.parametrize(
    "name", ["notes.txt", f"{OLD}/notes.txt", f"{OLD}/alpha/notes.txt", f"{OLD}/alpha/x.retry.csv"]
)
def test_what_somebody_put_there_is_left_alone(tmp_path: Path, name: str) -> None:
    lay(tmp_path)
    (tmp_path / name).write_text("mine", encoding="utf-8")
    kept = "/" in name
    assert remove(tmp_path) == (0 if kept else 1)
    assert (tmp_path / name).read_text(encoding="utf-8") == "mine"


def test_one_host_that_is_not_over_keeps_all(tmp_path: Path) -> None:
    lay(tmp_path)
    lay(tmp_path, host="beta", state="started")
    assert remove(tmp_path) == 0


def test_links_are_never_followed(tmp_path: Path) -> None:
    base, beside = tmp_path / "runs", tmp_path / "beside"
    base.mkdir()
    lay(beside)
    (base / OLD).symlink_to(beside / OLD)
    inside = lay(base, "20260102T000000Z-aaaaaa")
    (inside / "user.jsonl").unlink()
    (inside / "user.jsonl").symlink_to(beside)
    assert remove(base) == 0
    assert (beside / OLD / "alpha" / "run.json").exists()


def test_the_run_that_asks_stays(tmp_path: Path) -> None:
    lay(tmp_path, OWN)
    assert remove(tmp_path) == 0


@pytest.mark.parametrize(("valid", "gone"), [(50 * DAY, 0), (DAY, 1)])
def test_a_plan_that_may_still_be_carried_out_stays(tmp_path: Path, valid: float, gone: int) -> None:
    directory = lay(tmp_path, check_mode=True, options={"plan_valid": valid})
    (directory / "plan.json").write_text(json.dumps({"made": timestamp(NOW - 40 * DAY)}), encoding="utf-8")
    assert remove(tmp_path) == gone


def test_a_journal_that_may_still_be_rolled_back_stays(tmp_path: Path) -> None:
    directory = lay(tmp_path)
    os.utime(directory / "requests.jsonl", (NOW - DAY, NOW - DAY))
    assert remove(tmp_path) == 0


def test_a_removal_that_was_cut_off_is_finished(tmp_path: Path) -> None:
    (tmp_path / f".removing-{OLD}" / "alpha").mkdir(parents=True)
    (tmp_path / ".removing-mine").mkdir()
    assert remove(tmp_path) == 0
    assert everything(tmp_path) == {".removing-mine"}
