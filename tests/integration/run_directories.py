"""Directories of runs for tests of single modules: what the module run would have begun, and roster has read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible_collections.wxcc.onboarding.plugins.module_utils._run.record import RunRecord, note_rosters, write_record


def begin_run(
    directory: Path, organization: dict[str, Any], rows: list[dict[str, Any]], *, check_mode: bool = False
) -> dict[str, str]:
    """Make the directory of a run over ``organization`` (of the simulator's state) with these people; return the option for modules."""
    directory.mkdir(mode=0o700, parents=True)
    named = [{"row": n, "source": f"users[{n}]", "sources": [f"users[{n}]"], **row} for n, row in enumerate(rows)]
    (directory / "roster.json").write_text(json.dumps(named), encoding="utf-8")
    write_record(
        RunRecord(
            run="20261125T043028Z-3f9a1c",
            directory=str(directory),
            host=organization["key"],
            check_mode=check_mode,
            started="2026-11-25T04:30:28Z",
            organization={"id": organization["id"], "name": organization["name"], "named": True},
        )
    )
    note_rosters(directory, ["roster.json"])
    return {"run_directory": str(directory)}
