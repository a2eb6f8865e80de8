"""A stage for tests of playbooks: a small simulated world, an inventory of it, and ansible-playbook as people run it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.simulator.testing import PARTNER_TOKEN, RunningSimulator

PLAYBOOK = "wxcc.onboarding.onboard_manual"
ADMINISTRATOR = Path(__file__).parents[1] / "demo" / "administrator.yml"

#: The people of alpha before the first run, beside the operator.
ALPHA = [
    {"email": "old.none@alpha.example.com", "first_name": "Old", "last_name": "None"},
    {"email": "old.standard@alpha.example.com", "first_name": "Old", "last_name": "Standard", "licenses": ["standard"]},
    {"email": "old.premium@alpha.example.com", "first_name": "Old", "last_name": "Premium", "licenses": ["premium"]},
    {"email": "old.admin@alpha.example.com", "first_name": "Old", "last_name": "Admin", "roles": ["id_full_admin"]},
]
SEATS = [
    {"type": "CJPPRM", "total": 50, "subscription": "Sub111111"},
    {"type": "CJPSTD", "total": 50, "subscription": "Sub111111"},
]
SCENARIO: dict[str, Any] = {
    "seed": 7,
    "organizations": [
        {
            "key": "alpha",
            "name": "Alpha <Travel>",
            "domains": ["alpha.example.com"],
            "people": ALPHA,
            "licenses": SEATS,
        },
        {"key": "beta", "name": "Beta", "domains": ["beta.example.com"], "people": 8, "licenses": SEATS},
    ],
    "accounts_elsewhere": [
        {"email": "trial.user@alpha.example.com", "kind": "trial"},
        {"email": "taken.user@partner.example.com", "kind": "other_org"},
    ],
    "tokens": [
        {
            "token": PARTNER_TOKEN,
            "kind": "user",
            "email": "partner@alpha.example.com",
            "organization": "alpha",
            "manages": ["beta"],
            "scopes": "all",
            "cc_admin": True,
        }
    ],
}

PEOPLE: list[dict[str, Any]] = [
    {
        "email": "New.Agent@alpha.example.com",
        "first_name": "Nia",
        "last_name": "Agent",
        "license": "premium",
        "role": "agent",
    },
    {
        "email": "new.standard@alpha.example.com",
        "first_name": "Ned",
        "last_name": "Robles, Inés",
        "license": "standard",
    },
    {"email": "new.supervisor@alpha.example.com", "license": "premium", "role": "supervisor"},
    {"email": "new.admin@alpha.example.com", "license": "premium", "role": "administrator"},
    {"email": "old.none@alpha.example.com", "license": "standard", "role": "agent"},
    {"email": "OLD.standard@alpha.example.com", "license": "premium", "role": "supervisor"},
    {"email": "old.premium@alpha.example.com", "license": "premium", "role": "agent"},
    {"email": "trial.user@alpha.example.com", "license": "premium"},
    {"email": "taken.user@partner.example.com", "license": "standard"},
]
BETA = "first@beta.example.com; Second@beta.example.com\nthird@beta.example.com,"


@dataclass
class Played:
    """One run of the playbook: exit status, what it said, and the directory that it left."""

    status: int
    output: str
    directory: Path

    @property
    def report(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.directory / "report.json").read_text(encoding="utf-8"))
        return found

    def organization(self, host: str) -> dict[str, Any]:
        return next(item for item in self.report["organizations"] if item["host"] == host)

    def users(self, host: str) -> dict[str, dict[str, Any]]:
        return {user["email"].lower(): user for user in self.organization(host)["users"]}

    def recap(self, host: str) -> dict[str, int]:
        (line,) = re.findall(rf"^{host} +: (.*)$", self.output, re.MULTILINE)
        return {name: int(number) for name, number in re.findall(r"(\w+)=(\d+)", line)}


class Stage:
    """A simulator, an inventory of its organizations, and ways to run the playbook over them."""

    def __init__(self, simulator: RunningSimulator, base: Path, collections: Path) -> None:
        self.simulator = simulator
        self.base = base
        self.collections = collections
        self.playbook = PLAYBOOK
        self.runs = 0

    def inventory(self, **hosts: dict[str, Any]) -> Path:
        ids = {item["key"]: item["id"] for item in self.simulator.state()["organizations"]}
        content = {
            "all": {
                "vars": {
                    "webex_api_url": self.simulator.url,
                    "wxcc_api_url": self.simulator.url,
                    "synchronize_gate": "hook",
                    "synchronize_hook_tasks": str(ADMINISTRATOR),
                    "synchronize_timeout": 3,
                    "synchronize_interval": 0.2,
                },
                "hosts": {host: {"webex_org_id": ids.get(host), **values} for host, values in hosts.items()},
            }
        }
        path = self.base / f"inventory{self.runs}.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        return path

    def environment(self) -> dict[str, str]:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "WEBEX_", "WXCC_"))
        }
        (self.base / "ansible.cfg").write_text("[defaults]\nshow_custom_stats = true\n", encoding="utf-8")
        return kept | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '')}",
            "ANSIBLE_CONFIG": str(self.base / "ansible.cfg"),
            "ANSIBLE_HOME": str(self.base / "home"),
            "ANSIBLE_COLLECTIONS_PATH": str(self.collections),
            "ANSIBLE_NOCOLOR": "true",
            "WEBEX_ACCESS_TOKEN": PARTNER_TOKEN,
            "COLUMNS": "200",
        }

    def command(self, inventory: Path, *arguments: str, **variables: Any) -> tuple[list[str], Path]:
        self.runs += 1
        run = self.base / f"run{self.runs}"
        extra = json.dumps({"onboard_run_directory": str(run), **variables})
        return ["ansible-playbook", self.playbook, "-i", str(inventory), "-e", extra, *arguments], run

    def play(self, inventory: Path, *arguments: str, **variables: Any) -> Played:
        command, run = self.command(inventory, *arguments, **variables)
        done = subprocess.run(
            command,
            cwd=self.base,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=300,
        )
        return Played(done.returncode, done.stdout, run)

    def writes(self) -> list[str]:
        """The requests so far that may have written something."""
        harmless = re.compile(r"/(access_token|\.search|_sim/.*)$")
        return [
            f"{entry['method']} {entry['path']}"
            for entry in self.simulator.journal()
            if entry["method"] != "GET" and not harmless.search(entry["path"])
        ]
