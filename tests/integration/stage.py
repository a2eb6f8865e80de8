"""The stage of all tests of playbooks: a simulator, a directory, an inventory, and ansible-playbook as people run it."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
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
#: As somebody sees a run who hides what went well: ansible.cfg of the demonstration, and of many a site.
QUIET = {"ANSIBLE_DISPLAY_OK_HOSTS": "false", "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "false"}
#: Requests that read, whatever their method.
HARMLESS = re.compile(r"/(access_token|\.search|_sim/.*)$")
#: Seconds after which a playbook counts as one that hangs.
PATIENCE = 400
#: Where runs go when nobody says where: below the working directory.
RUNS = "wxcc_onboarding_runs"
#: Answers in place of the Python that the modules run in, and notes each of their starts.
NOTING_PYTHON = '#!/bin/sh\necho "$@" >> "{notes}"\nexec "{python}" "$@"\n'

Hosts = dict[str, dict[str, Any]]


@dataclass
class Played:
    """One run of a playbook: exit status, what it said, and what it left."""

    status: int
    output: str
    #: The directory in which runs are made, and every run that came into it meanwhile.
    base: Path
    directories: list[Path]

    @property
    def directory(self) -> Path:
        """The directory of this run, over all its hosts."""
        (found,) = self.directories
        return found

    @property
    def report(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.directory / "report.json").read_text(encoding="utf-8"))
        return found

    @property
    def report_rows(self) -> list[dict[str, str]]:
        """The lines of report.csv."""
        with (self.directory / "report.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def organization(self, host: str) -> dict[str, Any]:
        return next(item for item in self.report["organizations"] if item["host"] == host)

    def summary(self, host: str) -> dict[str, int]:
        return dict(self.organization(host)["summary"])

    def users(self, host: str) -> dict[str, dict[str, Any]]:
        """The people of an organization's report by address; a refused row without one is not among them."""
        return {user["email"].lower(): user for user in self.organization(host)["users"] if user["email"]}

    def outcomes(self, host: str) -> dict[str, str]:
        """What became of them, by what stands before the @."""
        return {email.partition("@")[0]: user["outcome"] for email, user in self.users(host).items()}

    def recap(self, host: str) -> dict[str, int]:
        (line,) = re.findall(rf"^{re.escape(host)} +: (.*)$", self.output, re.MULTILINE)
        return {name: int(number) for name, number in re.findall(r"(\w+)=(\d+)", line)}

    @property
    def said(self) -> str:
        """What it said, in one line: where the terminal breaks lines is nobody's business."""
        return " ".join(self.output.split())

    # -- what it left for one organization -------------------------------------------------------------------------------

    def path(self, host: str, name: str = "") -> Path:
        """The directory of a host, found by what its record says; or a file in it."""
        for file in sorted(self.directory.glob("*/run.json")):
            if json.loads(file.read_text(encoding="utf-8"))["host"] == host:
                return file.parent / name
        raise LookupError(f"no run of {host} in {self.directory}")

    def text(self, host: str, name: str) -> str:
        """A file that was left for an organization."""
        return self.path(host, name).read_text(encoding="utf-8")

    def data(self, host: str, name: str) -> Any:
        """The same, where it is JSON."""
        return json.loads(self.text(host, name))

    def record(self, host: str) -> dict[str, Any]:
        """``run.json`` of an organization."""
        return dict(self.data(host, "run.json"))

    def stopped(self, host: str) -> dict[str, Any]:
        """Why an organization was refused or given up."""
        found = self.record(host)["stopped"]
        assert found is not None, f"{host} went through"
        return dict(found)

    def roster(self, host: str) -> list[dict[str, Any]]:
        """The people of ``roster.json``."""
        return list(self.data(host, "roster.json")["users"])

    def plan(self, host: str) -> dict[str, Any]:
        """``plan.json`` of an organization."""
        return dict(self.data(host, "plan.json"))

    def lines(self, host: str, name: str, email: str | None = None) -> list[dict[str, Any]]:
        """The lines of such a file, all or those about one person."""
        found = [json.loads(line) for line in self.text(host, name).splitlines()]
        return [line for line in found if email is None or line["email"] == email]


def new_runs(base: Path, before: frozenset[str] = frozenset()) -> list[Path]:
    """The directories of runs in a base directory that were not there before."""
    if not base.is_dir():
        return []
    return sorted(path for path in base.iterdir() if path.name not in before and any(path.glob("*/run.json")))


class Playing:
    """A playbook that is at work."""

    def __init__(self, command: list[str], stage: Stage, place: Path, base: Path, environment: dict[str, str]) -> None:
        self.base, self.before = base, listed(base)
        self.output = place / f"output{stage.runs}.txt"
        with self.output.open("w", encoding="utf-8") as file:
            self.process = subprocess.Popen(
                command,
                cwd=place,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def end(self) -> Played:
        """Wait for its end."""
        status = self.process.wait(PATIENCE)
        output = self.output.read_text(encoding="utf-8")
        return Played(status, output, self.base, new_runs(self.base, self.before))

    def kill(self) -> None:
        """End ansible-playbook at once, as the kernel does where memory is short; its modules are left behind."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)

    def clear(self) -> None:
        """End whatever is left of it."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return


def listed(base: Path) -> frozenset[str]:
    return frozenset(path.name for path in base.iterdir()) if base.is_dir() else frozenset()


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
            "XDG_STATE_HOME": str(self.base / "state"),
            # Not the working directory: services, containers and runners hand over any, and nothing may count from it.
            "PWD": str(self.base / "elsewhere"),
        }

    def ids(self) -> dict[str, str]:
        """The ids of the organizations by their keys."""
        return {item["key"]: item["id"] for item in self.simulator.state()["organizations"]}

    def common(self) -> dict[str, Any]:
        """The variables of all hosts."""
        return {
            "webex_api_url": self.simulator.url,
            "wxcc_api_url": self.simulator.url,
            "synchronize_gate": "hook",
            "synchronize_hook_tasks": str(ADMINISTRATOR),
            "synchronize_timeout": 3,
            "synchronize_interval": 0.2,
        }

    def inventory(self, hosts: Hosts) -> Path:
        """Write the inventory of a run. A host's own ``webex_org_id`` goes before that of the organization with its name; None: none."""
        ids = self.ids()
        own = {
            host: {
                k: v
                for k, v in {"webex_org_id": ids.get(host), **variables}.items()
                if (k, v) != ("webex_org_id", None)
            }
            for host, variables in hosts.items()
        }
        path = self.base / f"inventory{self.runs}.json"
        path.write_text(json.dumps({"all": {"vars": self.common(), "hosts": own}}), encoding="utf-8")
        return path

    def place(self, place: Path | None = None) -> Path:
        """Count a new run; return the working directory in which it leaves its files, made where none is given."""
        self.runs += 1
        place = place or self.base / f"run{self.runs}"
        place.mkdir(exist_ok=True)
        return place

    def command(self, playbook: str, inventory: Path, *arguments: str, **variables: Any) -> list[str]:
        """Return the command of a run; variables go as a person's extra variables do."""
        place = playbook if playbook.endswith(".yml") else f"wxcc.onboarding.{playbook}"
        extra = ["-e", json.dumps(variables)] if variables else []
        return ["ansible-playbook", place, "-i", str(inventory), *extra, *arguments]

    def start(
        self,
        playbook: str,
        hosts: Hosts | Path,
        *arguments: str,
        base: Path | None = None,
        place: Path | None = None,
        environment: dict[str, str | None] | None = None,
        **variables: Any,
    ) -> Playing:
        """Start a playbook (the collection's by name, another by path) where nobody sits at a terminal.

        ``hosts`` are variables by host, or an inventory's path. ``base`` is where runs go, in place of the default below the working
        directory; that is ``place``, or one of the run's own. ``environment`` changes that of the process; None takes a name out.
        """
        place = self.place(place)
        inventory = hosts if isinstance(hosts, Path) else self.inventory(hosts)
        more = {**variables, **({"onboard_run_directory": str(base)} if base else {})}
        command = self.command(playbook, inventory, *arguments, **more)
        surroundings = {k: v for k, v in {**self.environment, **(environment or {})}.items() if v is not None}
        return Playing(command, self, place, base or place / RUNS, surroundings)

    def play(self, playbook: str, hosts: Hosts | Path, *arguments: str, **more: Any) -> Played:
        """Run such a playbook to its end."""
        playing = self.start(playbook, hosts, *arguments, **more)
        try:
            return playing.end()
        finally:
            playing.clear()

    def spawn(self, playbook: str, hosts: Hosts, **variables: Any) -> Terminal:
        """Start a playbook with a terminal in front of it."""
        place = self.place()
        return Terminal(self.command(playbook, self.inventory(hosts), **variables), self, place)

    def noting_python(self) -> tuple[Path, Path]:
        """Return a Python for ``ansible_python_interpreter``, and the file in which it notes each start of a module."""
        program, notes = self.base / "noting-python", self.base / "starts.txt"
        python = Path(os.environ["PATH"].partition(os.pathsep)[0], "python")
        program.write_text(NOTING_PYTHON.format(notes=notes, python=python), encoding="utf-8")
        program.chmod(0o755)
        notes.write_text("", encoding="utf-8")
        return program, notes

    # -- organizations ---------------------------------------------------------------------------------------------------

    def exchanges(self, host: str | None = None) -> list[dict[str, Any]]:
        """The requests so far, without those of the tests themselves."""
        return [
            entry
            for entry in self.simulator.journal()
            if not entry["path"].startswith("/_sim") and (host is None or entry["organization"] == host)
        ]

    def entries(self, host: str | None = None) -> list[dict[str, Any]]:
        """The requests so far that may have written something, in one organization or in all."""
        return [
            entry
            for entry in self.exchanges(host)
            if entry["method"] not in ("GET", "HEAD") and not HARMLESS.search(entry["path"])
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

    def __init__(self, command: list[str], stage: Stage, place: Path) -> None:
        program, *arguments = command
        self.base = place / RUNS
        self.child = pexpect.spawn(
            program,
            arguments,
            cwd=str(place),
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
        return Played(
            self.child.exitstatus, str(self.child.before).replace("\r\n", "\n"), self.base, new_runs(self.base)
        )
