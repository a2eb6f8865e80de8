"""What tests of whole runs share: one simulator process for all tests of a worker, and a stage on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.stage import Stage
from tests.simulator.testing import RunningSimulator, running_simulator


@pytest.fixture(scope="session")
def simulator_process() -> Iterator[RunningSimulator]:
    with running_simulator() as running:
        yield running


@pytest.fixture
def simulator(request: pytest.FixtureRequest, simulator_process: RunningSimulator) -> RunningSimulator:
    """A simulator at the beginning of the module's SCENARIO, or of the simulator's own where there is none."""
    simulator_process.reset(getattr(request.module, "SCENARIO", None))
    return simulator_process


@pytest.fixture
def stage(simulator: RunningSimulator, tmp_path: Path) -> Stage:
    return Stage(simulator, tmp_path)
