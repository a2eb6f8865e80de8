"""The four gates of "Synchronize Users", each with the real ansible-playbook: wait, pause, hook, none."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pexpect
import pytest

from tests.integration.settings_stage import SCENARIO, Stage
from tests.simulator.testing import PARTNER_TOKEN, RunningSimulator, running_simulator


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    with running_simulator(SCENARIO) as running:
        yield running


@pytest.fixture
def stage(simulator: RunningSimulator, tmp_path: Path, collections_path: Path) -> Stage:
    """Everybody is in sync but one newcomer."""
    simulator.reset()
    simulator.click()
    staged = Stage(simulator, tmp_path, collections_path)
    staged.newcomer()
    simulator.clear_journal()
    return staged


def gate(stage: Stage, name: str, **more: Any) -> dict[str, Any]:
    return {
        "synchronize_gate": name,
        "synchronize_directory": str(stage.base / "run"),
        "synchronize_interval": 1,
        "synchronize_timeout": 20,
        "synchronize_retries": 1,
        **more,
    }


def known(stage: Stage) -> bool:
    users = stage.simulator.state("alpha")["contact_center"]["users"]
    return any(u["email"] == "new.agent@alpha.example.com" for u in users)


def last_state(stage: Stage) -> str:
    lines = [line for line in stage.lines("sync.jsonl") if line["email"] == "new.agent@alpha.example.com"]
    return str(lines[-1]["after"]["sync_state"])


@contextlib.contextmanager
def by_itself(stage: Stage) -> Iterator[None]:
    """An organization that synchronizes by itself: soon after the first look at its records."""
    over = threading.Event()

    def press() -> None:
        while not over.wait(0.3):
            if any(e["path"].endswith("/v2/user") for e in stage.simulator.journal()):
                over.wait(1)
                stage.simulator.click()
                return

    thread = threading.Thread(target=press)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_wait_looks_until_the_record_has_come_by_itself(stage: Stage) -> None:
    with by_itself(stage):
        done = stage.play("synchronize", **gate(stage, "wait", synchronize_timeout=40))
    assert done.returncode == 0, done.stdout + done.stderr
    looked = [line for line in stage.lines("sync.jsonl") if line["email"] == "new.agent@alpha.example.com"]
    assert [line["after"]["sync_state"] for line in looked] == ["missing", "in_sync"]
    assert stage.writes() == []


def test_wait_ends_with_a_support_bundle_when_nothing_comes(stage: Stage) -> None:
    done = stage.play("synchronize", **gate(stage, "wait", synchronize_timeout=2, synchronize_retries=2))
    assert done.returncode != 0
    assert "1 people are not in sync after 2 rounds" in done.stdout
    content = (stage.base / "run/alpha/support.json").read_text(encoding="utf-8")
    assert "new.agent@alpha.example.com" in content
    assert "missing" in content
    assert "tracking_id" in content
    assert PARTNER_TOKEN not in content


def test_pause_says_what_to_press_and_goes_on_when_it_is_answered(stage: Stage) -> None:
    child = stage.spawn("synchronize", **gate(stage, "pause"))
    child.expect("Press Enter when this is done")
    asked = child.before
    stage.simulator.click()
    time.sleep(1.5)
    child.send("\r")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0, child.before
    assert "1 of 5 people are not in sync yet" in asked
    assert "Tenant settings > General > Synchronize Users" in asked
    assert "older Control Hub" in asked
    assert last_state(stage) == "in_sync"


def test_pause_can_be_left_for_later(stage: Stage) -> None:
    child = stage.spawn("synchronize", **gate(stage, "pause"))
    child.expect("Press Enter when this is done")
    child.send("later\r")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0, child.before
    assert "Run again when it is done" in child.before
    assert last_state(stage) == "missing"


def test_pause_without_a_terminal_does_not_hang_and_leaves_word(stage: Stage) -> None:
    begun = time.monotonic()
    done = stage.play("synchronize", **gate(stage, "pause"))
    assert time.monotonic() - begun < 60
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Press Synchronize Users" in done.stdout
    assert "left for later" in done.stdout
    assert not known(stage)


def test_pause_in_a_controller_s_job_asks_nobody_though_there_is_a_terminal(stage: Stage) -> None:
    child = stage.spawn("synchronize", **gate(stage, "pause", awx_job_id=17))
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0, child.before
    assert "Press Enter when this is done" not in child.before
    assert "left for later" in child.before


def test_hook_runs_the_site_s_own_tasks(stage: Stage) -> None:
    tasks = stage.base / "press.yml"
    tasks.write_text(
        "- name: Press it\n"
        "  ansible.builtin.uri:\n"
        f"    url: {stage.simulator.url}/_sim/synchronize-users\n"
        "    method: POST\n"
    )
    done = stage.play("synchronize", **gate(stage, "hook", synchronize_hook_tasks=str(tasks)))
    assert done.returncode == 0, done.stdout + done.stderr
    assert last_state(stage) == "in_sync"


@contextlib.contextmanager
def hook(simulator: RunningSimulator) -> Iterator[tuple[str, list[tuple[dict[str, str], dict[str, Any]]]]]:
    """A site's own hook: notes what it gets, and has somebody press the button."""
    got: list[tuple[dict[str, str], dict[str, Any]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"{}")
            got.append((dict(self.headers.items()), body))
            simulator.click()
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/sync", got
    finally:
        server.shutdown()
        server.server_close()


def test_hook_calls_the_site_s_own_address_with_its_own_secret(stage: Stage) -> None:
    with hook(stage.simulator) as (url, got):
        done = stage.play(
            "synchronize",
            "-vvv",
            **gate(stage, "hook", synchronize_hook_url=url, synchronize_hook_header="X-Key: very-secret"),
        )
    assert done.returncode == 0, done.stdout + done.stderr
    ((headers, body),) = got
    assert headers["X-Key"] == "very-secret"
    assert body["not_in_sync"] == 1
    assert PARTNER_TOKEN not in json.dumps([headers, body])
    assert "very-secret" not in done.stdout + done.stderr
    assert last_state(stage) == "in_sync"


def test_none_looks_once_and_waits_for_nobody(stage: Stage) -> None:
    done = stage.play("synchronize", **gate(stage, "none", synchronize_fail_at_end=False))
    assert done.returncode == 0, done.stdout + done.stderr
    assert last_state(stage) == "missing"
    assert len([line for line in stage.lines("sync.jsonl") if line["email"].startswith("new.agent")]) == 1
    assert stage.writes() == []
