"""The stage of all tests of playbooks: a simulator, a directory, an inventory, and ansible-playbook as people run it."""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pexpect

from tests.simulator.testing import PARTNER_TOKEN, RunningSimulator

#: Stands for the administrator at the gate "hook": a file of tasks.
ADMINISTRATOR = Path(__file__).parents[1] / "demo" / "administrator.yml"
#: Ansible's own process looks a thousand times a second whether a task is through, which costs as much as the tasks.
CONFIGURATION = "[defaults]\nshow_custom_stats = true\ninternal_poll_interval = 0.02\n"
#: Requests that read, whatever their method.
HARMLESS = re.compile(r"/(access_token|\.search|_sim/.*)$")
#: Seconds after which a playbook counts as one that hangs.
PATIENCE = 400

Hosts = dict[str, dict[str, Any]]


@dataclass
class Played:
    """One run of a playbook: exit status, what it said, and the directory that it left."""

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

    def text(self, host: str, name: str) -> str:
        """A file that was left for an organization."""
        return (self.directory / host / name).read_text(encoding="utf-8")

    def lines(self, host: str, name: str, email: str | None = None) -> list[dict[str, Any]]:
        """The lines of such a file, all or those about one person."""
        found = [json.loads(line) for line in self.text(host, name).splitlines()]
        return [line for line in found if email is None or line["email"] == email]


class Stage:
    """A simulator and a directory; a host of the inventory is the organization with that key."""

    def __init__(self, simulator: RunningSimulator, base: Path) -> None:
        self.simulator = simulator
        self.base = base
        self.runs = 0
        #: The token in the environment of the playbooks; None: there is none.
        self.token: str | None = PARTNER_TOKEN
        (base / "ansible.cfg").write_text(CONFIGURATION, encoding="utf-8")

    # -- playbooks -------------------------------------------------------------------------------------------------------

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            **({"WEBEX_ACCESS_TOKEN": self.token} if self.token else {}),
            "ANSIBLE_CONFIG": str(self.base / "ansible.cfg"),
            "COLUMNS": "200",
            # As a shell sets it; paths that are not absolute count from there.
            "PWD": str(self.base),
        }

    def inventory(self, hosts: Hosts, directory: Path) -> Path:
        """Write the inventory of a run that leaves its files in ``directory``."""
        ids = {item["key"]: item["id"] for item in self.simulator.state()["organizations"]}
        common = {
            "webex_api_url": self.simulator.url,
            "wxcc_api_url": self.simulator.url,
            "synchronize_gate": "hook",
            "synchronize_hook_tasks": str(ADMINISTRATOR),
            "synchronize_timeout": 3,
            "synchronize_interval": 0.2,
        }
        own = {
            host: {"webex_org_id": ids.get(host), "agent_settings_run_directory": str(directory / host), **variables}
            for host, variables in hosts.items()
        }
        path = self.base / f"{directory.name}.inventory.json"
        path.write_text(json.dumps({"all": {"vars": common, "hosts": own}}), encoding="utf-8")
        return path

    def command(self, playbook: str, hosts: Hosts, *arguments: str, **variables: Any) -> tuple[list[str], Path]:
        """Return the command of a new run, and the directory that it will leave."""
        self.runs += 1
        run = self.base / f"run{self.runs}"
        names = ("onboard_run_directory", "synchronize_directory", "audit_directory")
        extra = json.dumps({**dict.fromkeys(names, str(run)), **variables})
        place = playbook if playbook.endswith(".yml") else f"wxcc.onboarding.{playbook}"
        return ["ansible-playbook", place, "-i", str(self.inventory(hosts, run)), "-e", extra, *arguments], run

    def play(self, playbook: str, hosts: Hosts, *arguments: str, **variables: Any) -> Played:
        """Run a playbook (the collection's by name, another by path) where nobody sits at a terminal."""
        command, run = self.command(playbook, hosts, *arguments, **variables)
        done = subprocess.run(
            command,
            cwd=self.base,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        return Played(done.returncode, done.stdout, run)

    def spawn(self, playbook: str, hosts: Hosts, **variables: Any) -> Terminal:
        """Start a playbook with a terminal in front of it."""
        command, run = self.command(playbook, hosts, **variables)
        return Terminal(command, self, run)

    # -- organizations ---------------------------------------------------------------------------------------------------

    def entries(self, host: str | None = None) -> list[dict[str, Any]]:
        """The requests so far that may have written something, in one organization or in all."""
        return [
            entry
            for entry in self.simulator.journal()
            if entry["method"] not in ("GET", "HEAD")
            and not HARMLESS.search(entry["path"])
            and (host is None or entry["organization"] == host)
        ]

    def writes(self, host: str | None = None) -> list[str]:
        """The same in short."""
        return [f"{entry['method']} {entry['path']}" for entry in self.entries(host)]

    def licenses(self, host: str) -> dict[str, str]:
        """What everybody of an organization really holds, by what stands before the @."""
        return {
            one["email"].partition("@")[0].lower(): " ".join(one["licenses"]) or "none"
            for one in self.simulator.state(host)["people"]
        }

    def newcomer(self, host: str) -> str:
        """Add somebody licensed whom the contact center does not know yet; return the address."""
        person = {"email": f"new.agent@{host}.example.com", "first_name": "New", "last_name": "Agent"}
        self.simulator.control(
            "POST", "people", {"organization": host, **person, "active": True, "licenses": ["premium"]}
        )
        return person["email"]

    def put(self, host: str, name: str, content: bytes, *, age_s: float = 0.0) -> str:
        """Lay a file into a directory of the organization's own; return its path."""
        path = self.base / host / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        if age_s:
            stamp = path.stat().st_mtime - age_s
            os.utime(path, (stamp, stamp))
        return str(path)


class Terminal:
    """A playbook at a terminal, and somebody who reads it and types."""

    def __init__(self, command: list[str], stage: Stage, run: Path) -> None:
        program, *arguments = command
        self.run = run
        self.child = pexpect.spawn(
            program,
            arguments,
            cwd=str(stage.base),
            env=stage.environment,
            timeout=PATIENCE,
            encoding="utf-8",
            dimensions=(50, 220),
        )

    def until(self, text: str) -> str:
        """Read on to ``text``; return what stood before it."""
        self.child.expect_exact(text)
        return str(self.child.before)

    def type(self, text: str) -> None:
        self.child.send(text)

    def end(self) -> Played:
        """Read to the end."""
        self.child.expect(pexpect.EOF)
        self.child.close()
        return Played(self.child.exitstatus, str(self.child.before).replace("\r\n", "\n"), self.run)
