"""The simulator as a process, over a real socket."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.simulator.http_library import httpx
from tests.simulator.testing import ROOT, running_simulator


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_closed_socket_reaches_the_client_as_such(when: str) -> None:
    with running_simulator({"organizations": [{"key": "alpha", "people": 8}]}) as simulator:
        simulator.faults(method="POST", path="^/v1/people$", kind="disconnect", when=when)
        body = {"emails": ["new@alpha.example.com"], "displayName": "N"}
        with pytest.raises(httpx.RemoteProtocolError):
            simulator.request("POST", "/v1/people", json=body)
        assert (simulator.person("new@alpha.example.com") is not None) is (when == "after")
        assert simulator.request("POST", "/v1/people", json=body).status_code == (409 if when == "after" else 200)


def test_many_at_once() -> None:
    """Latency is waited for side by side, and every request reaches the journal."""
    with running_simulator({"organizations": [{"key": "alpha", "people": 8}]}, latency_ms=100) as simulator:
        with ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(lambda _: simulator.get("/v1/roles"), range(40)))
        assert {answer.status_code for answer in answers} == {200}
        assert sum(answer.elapsed.total_seconds() for answer in answers) / 40 < 0.5
        assert len(simulator.journal()) == 40


def test_the_address_is_all_it_says() -> None:
    command = [sys.executable, "-m", "tests.simulator", "--port", "0", "--seed", "5"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert httpx.get(f"{url}/_sim/health").json() == {"status": "ready"}
        process.terminate()
        assert process.stdout.read() == ""


def test_a_bad_scenario_is_told(tmp_path: Path) -> None:
    file = tmp_path / "bad.json"
    file.write_text('{"settings": {"nothing": 1}}')
    command = [sys.executable, "-m", "tests.simulator", "--port", "0", "--scenario", str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert "nothing" in done.stderr


def test_settings_of_the_fixture_outlive_a_reset() -> None:
    with running_simulator(search_lag_s=3) as simulator:
        simulator.settings(search_lag_s=1)
        simulator.reset()
        assert simulator.settings()["search_lag_s"] == 3
