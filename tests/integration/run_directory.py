"""A run's directory as the module run and the roster leave it, made without a playbook; and the modules that work in it."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.file import write_people
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.rows import compose
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.table import numbered
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.plan_file import PlanDocument, read_plan
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.record import (
    RunRecord,
    note_rosters,
    read_record,
    write_record,
)
from tests.integration.modules import Result, run_module
from tests.simulator.testing import RunningSimulator

Row = dict[str, Any]


@dataclasses.dataclass
class RunDirectory:
    """The directory of one host's run."""

    simulator: RunningSimulator
    path: Path
    check: bool

    @property
    def record(self) -> RunRecord:
        return read_record(self.path)

    @property
    def document(self) -> PlanDocument:
        """The plan that stands there."""
        found = read_plan(self.path)
        assert found is not None
        return found

    def steps(self, email: str) -> dict[str, Any]:
        """What the plan holds for somebody, by step."""
        return dict(self.person(email)["steps"])

    def person(self, email: str) -> dict[str, Any]:
        return next(dict(p) for p in self.document.people if p["email"] == email)

    def outcomes(self) -> dict[str, str]:
        """What is foreseen of everybody, by address."""
        return {p["email"]: p["forecast"]["outcome"] for p in self.document.people}

    def plan(self, **options: Any) -> Result:
        return self.module("plan", **options)

    def module(self, name: str, **options: Any) -> Result:
        return run_module(
            name, url=self.simulator.url, check=self.check, run_directory=str(self.path), progress=False, **options
        )

    def look(self, **options: Any) -> Result:
        """Audit."""
        return run_module("audit_info", url=self.simulator.url, run_directory=str(self.path), **options)


def begin(
    simulator: RunningSimulator,
    base: Path,
    rows: list[Row],
    *,
    check: bool = False,
    organization: str = "alpha",
    run: str = "20261125T043028Z-3f9a1c",
    **options: Any,
) -> RunDirectory:
    """Make the directory of a run about an organization, with these people as its roster."""
    found = simulator.state(organization)
    path = base / run / organization
    path.mkdir(parents=True)
    whose = {"id": found["id"], "name": found["name"], "named": True}
    write_record(
        RunRecord(
            run=run, directory=str(path), host=organization, check_mode=check, organization=whose, options=options
        )
    )
    people, _findings = compose(rows, label="onboard_users")
    write_people(str(path / "roster.json"), numbered(people))
    note_rosters(path, ["roster.json"])
    return RunDirectory(simulator, path, check)


def requests(simulator: RunningSimulator) -> list[str]:
    """What was asked so far, as method and path."""
    return [f"{line['method']} {line['path']}" for line in simulator.journal()]


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
