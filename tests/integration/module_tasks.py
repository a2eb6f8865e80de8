"""Tasks through the real ansible-playbook: what each of them returned, and everything that was printed."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.simulator.testing import PARTNER_TOKEN, RunningSimulator

Task = dict[str, Any]
Result = dict[str, Any]
PREFIX = "wxcc.onboarding."


@dataclass
class Played:
    """The tasks' results in order, and the output."""

    results: list[Result]
    output: str


def task(module: str, options: dict[str, Any] | None = None, **keywords: Any) -> Task:
    """Return a task of the collection; ``keywords`` are the task's own (check_mode, diff, environment, vars, ...)."""
    return {"name": module, PREFIX + module: options or {}, **keywords}


def control(url: str, path: str, body: Any = None, method: str = "POST") -> Task:
    """Return a task that calls a control route of the simulator."""
    return {
        "name": "control",
        "ansible.builtin.uri": {
            "url": f"{url}/_sim/{path}",
            "method": method,
            "body": body or {},
            "body_format": "json",
        },
    }


def play(
    simulator: RunningSimulator,
    directory: Path,
    *tasks: Task,
    arguments: tuple[str, ...] = (),
    defaults: dict[str, Any] | None = None,
    environment: dict[str, str] | None = None,
) -> Played:
    """Run the tasks one after the other, whatever becomes of each."""
    results = directory / "registered.json"
    connection = {"access_token": PARTNER_TOKEN, "webex_api_url": f"{simulator.url}/v1", "wxcc_api_url": simulator.url}
    steps = [{**step, "register": f"step_{n}", "ignore_errors": True} for n, step in enumerate(tasks)]
    names = ", ".join(f"step_{n}" for n in range(len(tasks)))
    steps.append(
        {
            "ansible.builtin.copy": {"content": f"{{{{ [{names}] | to_json }}}}", "dest": str(results), "mode": "0600"},
            "check_mode": False,
            "no_log": True,
        }
    )
    playbook = [
        {
            "hosts": "localhost",
            "connection": "local",
            "gather_facts": False,
            "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
            "module_defaults": {"group/wxcc.onboarding.all": connection if defaults is None else defaults},
            "tasks": steps,
        }
    ]
    file = directory / "playbook.yml"
    file.write_text(yaml.safe_dump(playbook, sort_keys=False), encoding="utf-8")
    done = subprocess.run(
        ["ansible-playbook", "-i", "localhost,", *arguments, str(file)],
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    output = done.stdout + done.stderr
    assert done.returncode == 0, output
    found: list[Result] = json.loads(results.read_text(encoding="utf-8"))
    return Played(found, output)
