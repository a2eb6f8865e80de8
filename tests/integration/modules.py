"""Modules as tests run them: inside the test's own process, or as the tasks of a real ansible-playbook."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import yaml
from ansible.module_utils import basic

from ansible_collections.wxcc.onboarding.plugins.module_utils._files import write_json
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.record import RunRecord, note_rosters, write_record
from ansible_collections.wxcc.onboarding.plugins.module_utils._steps import ROSTER_FILE
from tests.integration.stage import Stage
from tests.simulator.testing import PARTNER_TOKEN

Task = dict[str, Any]
Result = dict[str, Any]
PREFIX = "wxcc.onboarding."

try:
    from ansible.module_utils.testing import patch_module_args
except ImportError:  # ansible-core before 2.19

    @contextlib.contextmanager
    def patch_module_args(args: dict[str, Any] | None = None) -> Iterator[None]:
        content = json.dumps({"ANSIBLE_MODULE_ARGS": args or {}}).encode()
        with mock.patch.object(basic, "_ANSIBLE_ARGS", content):
            yield


def run_folder(directory: Path, rows: list[dict[str, Any]], org_id: str, *, check: bool = False) -> Path:
    """Make the directory of a run that has its roster, as the modules run and roster leave it, and return it."""
    directory.mkdir(mode=0o700)
    organization = {"id": org_id, "name": None, "named": True}
    write_record(RunRecord(directory.name, str(directory), "acme", check_mode=check, organization=organization))
    placed = [{"row": n, "source": f"list[{n}]", "sources": [f"list[{n}]"], **row} for n, row in enumerate(rows)]
    write_json(directory / ROSTER_FILE, {"format": "wxcc.onboarding/roster/1", "users": placed})
    note_rosters(directory, [ROSTER_FILE])
    return directory


def run_module(
    name: str, *, url: str, org_id: str | None = None, check: bool = False, diff: bool = False, **options: Any
) -> Result:
    """Run a module of the collection against the simulator at ``url`` as the partner; return what it returned.

    ``failed`` is in the result when the module failed, as it is in Ansible.
    """
    module = importlib.import_module(f"ansible_collections.wxcc.onboarding.plugins.modules.{name}")
    connection = {"access_token": PARTNER_TOKEN, "webex_api_url": url, "wxcc_api_url": url, "org_id": org_id}
    arguments = {
        **(connection if "access_token" in module.SPEC.options else {}),
        **options,
        "_ansible_check_mode": check,
        "_ansible_diff": diff,
        "_ansible_module_name": f"{PREFIX}{name}",
    }
    said = io.StringIO()
    with patch_module_args(arguments), contextlib.redirect_stdout(said), contextlib.suppress(SystemExit):
        module.main()
    return dict(json.loads(said.getvalue().strip().splitlines()[-1]))


@dataclass
class Tasks:
    """What each task returned, in order, and everything that was printed."""

    results: list[Result]
    output: str


def task(module: str, options: dict[str, Any] | None = None, **keywords: Any) -> Task:
    """Return a task of the collection; ``keywords`` are the task's own (check_mode, diff, environment, vars, ...)."""
    return {"name": module, PREFIX + module: options or {}, **keywords}


def control(url: str, path: str, body: Any = None, method: str = "POST") -> Task:
    """Return a task that calls a control route of the simulator."""
    request = {"url": f"{url}/_sim/{path}", "method": method, "body": body or {}, "body_format": "json"}
    return {"name": "control", "ansible.builtin.uri": request}


def play_of(tasks: list[Task], hosts: str, defaults: dict[str, Any]) -> dict[str, Any]:
    """Return a play of these tasks, in the controller's own Python, with ``defaults`` for the modules' options."""
    return {
        "hosts": hosts,
        "connection": "local",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
        "module_defaults": {"group/wxcc.onboarding.all": defaults},
        "tasks": tasks,
    }


def play_tasks(stage: Stage, *tasks: Task, arguments: tuple[str, ...] = (), token: str | None = None) -> Tasks:
    """Run the tasks one after the other, whatever becomes of each; ``token`` is the environment's, not the tasks'."""
    stage.token = token
    results = stage.base / "registered.json"
    steps = [{**step, "register": f"step_{n}", "ignore_errors": True} for n, step in enumerate(tasks)]
    names = ", ".join(f"step_{n}" for n in range(len(tasks)))
    steps.append(
        {
            "ansible.builtin.copy": {"content": f"{{{{ [{names}] | to_json }}}}", "dest": str(results), "mode": "0600"},
            "check_mode": False,
            "no_log": True,
        }
    )
    url = stage.simulator.url
    organization = stage.simulator.state("alpha")["id"]
    connection = {"webex_api_url": url if token else f"{url}/v1", "wxcc_api_url": url, "org_id": organization}
    playbook = stage.base / "playbook.yml"
    defaults = connection if token else {"access_token": PARTNER_TOKEN, **connection}
    playbook.write_text(yaml.safe_dump([play_of(steps, "localhost", defaults)], sort_keys=False), encoding="utf-8")
    played = stage.play(str(playbook), {"localhost": {}}, *arguments)
    assert played.status == 0, played.output
    return Tasks(json.loads(results.read_text(encoding="utf-8")), played.output)
