"""A run's directory serves its own run: what a step refuses to write from, and what a check task leaves as it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.integration.modules import run_folder, run_module
from tests.integration.worlds import FOUR_AGENTS, address
from tests.simulator.testing import RunningSimulator

SCENARIO = FOUR_AGENTS
ROWS = [{"email": "new.person@alpha.example.com", "last_name": "Person", "license": "premium"}]
NOBODYS_ID = "0b0b0b0b-1111-4222-8333-444444444444"


def user(simulator: RunningSimulator, directory: Path, **more: Any) -> dict[str, Any]:
    return run_module(
        "user", url=simulator.url, org_id=simulator.state("alpha")["id"], run_directory=str(directory), **more
    )


def test_no_other_run_s_directory_is_written_from(simulator: RunningSimulator, tmp_path: Path) -> None:
    """Another organization's, a check run's, one with another roster, none at all."""
    own = simulator.state("alpha")["id"]
    other = run_folder(tmp_path / "other", ROWS, NOBODYS_ID)
    check = run_folder(tmp_path / "check", ROWS, own, check=True)
    edited = run_folder(tmp_path / "edited", ROWS, own)
    (Path(edited) / "roster.json").write_text(json.dumps([{"email": address(0), "license": "none"}]))
    simulator.clear_journal()
    for directory in (other, check, edited, tmp_path):
        result = user(simulator, Path(directory))
        assert result["failed"], directory
        assert [e for e in simulator.journal() if e["method"] != "GET"] == []
        # Nobody was tried, so nobody is spoken of.
        assert result.get("results", []) == []


def test_a_check_task_leaves_a_real_run_s_directory_as_it_is(simulator: RunningSimulator, tmp_path: Path) -> None:
    directory = Path(run_folder(tmp_path / "real", ROWS, simulator.state("alpha")["id"]))
    before = {path.name: path.read_bytes() for path in directory.iterdir()}
    simulator.clear_journal()
    planned = user(simulator, directory, check=True, results="all")
    assert [one["action"] for one in planned["results"]] == ["create"], planned.get("msg")
    assert {entry["method"] for entry in simulator.journal()} == {"GET"}
    assert {path.name: path.read_bytes() for path in directory.iterdir()} == before
