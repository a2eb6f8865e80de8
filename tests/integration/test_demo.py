"""The demonstration runs, and keeps the number of requests within its budget."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

#: Requests for each person who is changed, over the whole chain, and for each person where nothing is to be done.
CHANGED, UNCHANGED = 1.25, 0.20


@pytest.mark.slow
def test_demo(tmp_path: Path, repository: Path) -> None:
    base = tmp_path / "demo"
    done = subprocess.run(
        [sys.executable, "-m", "tests.demo", str(base)],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    reports = [json.loads((base / run / "report.json").read_text(encoding="utf-8")) for run in ("run1", "run2")]
    first, second = ({o["host"]: o for o in report["organizations"]} for report in reports)
    expected = {"total": 300, "created": 200, "updated": 60, "unchanged": 38, "blocked": 2, "ready": 298}
    assert {name: first["alpha"]["summary"][name] for name in expected} == expected
    assert second["alpha"]["summary"]["unchanged"] == 298
    assert first["beta"]["summary"]["ready"] == second["beta"]["summary"]["unchanged"] == 20

    journal = [json.loads(line) for line in (base / "journal.jsonl").read_text(encoding="utf-8").split("\n") if line]
    assert all(entry["status"] < 500 and entry["status"] != 429 for entry in journal)
    figures = json.loads((base / "figures.json").read_text(encoding="utf-8"))
    assert figures["run1"]["changed"] == 260
    assert figures["run1"]["requests"] / 260 <= CHANGED
    assert figures["run2"]["changed"] == 0
    assert figures["run2"]["requests"] / 300 <= UNCHANGED
