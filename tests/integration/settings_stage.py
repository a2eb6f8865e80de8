"""A simulator, an inventory with one organization, and ways to run the collection's playbooks over it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pexpect

from tests.simulator.testing import RunningSimulator

SCENARIO: dict[str, Any] = {
    "seed": 9,
    "organizations": [
        {
            "key": "alpha",
            "name": "Alpha Travel",
            "domains": ["alpha.example.com"],
            "people": [
                {
                    "email": f"agent{n}@alpha.example.com",
                    "first_name": "Agent",
                    "last_name": str(n),
                    "licenses": ["premium"],
                }
                for n in range(4)
            ],
            "licenses": [{"type": "CJPPRM", "total": 50, "subscription": "Sub111111"}],
        }
    ],
}


def address(number: int) -> str:
    return f"agent{number}@alpha.example.com"


class Stage:
    """A simulator, an inventory with one organization, and ways to run a playbook over it."""

    def __init__(self, simulator: RunningSimulator, base: Path, collections: Path) -> None:
        self.simulator = simulator
        self.base = base
        self.collections = collections
        host = {"webex_org_id": simulator.state("alpha")["id"]}
        (base / "inventory.json").write_text(json.dumps({"all": {"hosts": {"alpha": host}}}))

    def variables(self, **more: Any) -> dict[str, Any]:
        return {
            "webex_api_url": self.simulator.url,
            "wxcc_api_url": self.simulator.url,
            "webex_access_token": "sim-partner-token",
            **more,
        }

    def command(self, playbook: str, *options: str, **variables: Any) -> list[str]:
        file = self.base / "variables.json"
        file.write_text(json.dumps(self.variables(**variables)))
        start = [str(Path(sys.executable).with_name("ansible-playbook")), f"wxcc.onboarding.{playbook}"]
        return [*start, "-i", str(self.base / "inventory.json"), "-e", f"@{file}", *options]

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(self.collections)}

    def play(self, playbook: str, *options: str, **variables: Any) -> subprocess.CompletedProcess[str]:
        """Run a playbook where nobody sits at a terminal."""
        return subprocess.run(
            self.command(playbook, *options, **variables),
            cwd=self.base,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=150,
            check=False,
        )

    def lines(self, name: str) -> list[dict[str, Any]]:
        text = (self.base / "run" / "alpha" / name).read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def writes(self) -> list[str]:
        return [f"{e['method']} {e['path']}" for e in self.simulator.journal() if e["method"] not in ("GET", "HEAD")]

    def newcomer(self, email: str = "new.agent@alpha.example.com") -> str:
        """Somebody licensed whom the contact center does not know yet."""
        person = {"email": email, "first_name": "New", "last_name": "Agent", "active": True, "licenses": ["premium"]}
        self.simulator.control("POST", "people", {"organization": "alpha", **person})
        return email

    def spawn(self, playbook: str, *options: str, **variables: Any) -> Any:
        """Start a playbook at a terminal of its own; the answer is a pexpect child that speaks text."""
        program, *arguments = self.command(playbook, *options, **variables)
        return pexpect.spawn(
            program,
            [*arguments],
            cwd=str(self.base),
            env=self.environment,
            timeout=90,
            encoding="utf-8",
            dimensions=(50, 200),
        )
