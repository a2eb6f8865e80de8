"""A run's directory, made without a playbook, and what stands in it afterwards."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any


@dataclasses.dataclass
class Outcomes:
    """The two sides of the table of rows."""

    people: list[dict[str, Any]]
    refused: list[dict[str, Any]]

    @classmethod
    def of(cls, directory: str) -> Outcomes:
        people = json.loads((Path(directory) / "roster.json").read_text(encoding="utf-8"))["users"]
        lines = (Path(directory) / "row.jsonl").read_text(encoding="utf-8").splitlines()
        return cls(people, [json.loads(line) for line in lines])

    @property
    def places(self) -> list[str]:
        """The places of all rows, of which none may stand twice."""
        return [place for row in [*self.people, *self.refused] for place in row["sources"]]


def begin(base: Path, *, host: str = "acme", named: bool = True, check_mode: bool = False, **options: Any) -> str:
    """Make the directory of a host's run, with these options of the role; return its path."""
    # Not at the top: a plugin of pytest may replace the way in which collections are imported after this file was loaded.
    from ansible_collections.wxcc.onboarding.plugins.module_utils._run.record import RunRecord, write_record

    directory = base / "20261125T043028Z-3f9a1c" / host
    directory.mkdir(parents=True)
    record = RunRecord(
        run=directory.parent.name,
        directory=str(directory),
        host=host,
        check_mode=check_mode,
        organization={"id": f"id of {host}", "name": host.title(), "named": named},
        options=options,
    )
    write_record(record)
    return str(directory)
