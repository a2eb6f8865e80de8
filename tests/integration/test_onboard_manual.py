"""The playbook onboard_manual, as people run it: ansible-playbook against a simulator of its own."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pexpect
import pytest

from tests.simulator.testing import PARTNER_TOKEN, RunningSimulator, running_simulator

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
    """A simulator, an inventory of its organisations, and ways to run the playbook over them."""

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


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    with running_simulator(SCENARIO) as running:
        yield running


@pytest.fixture
def stage(simulator: RunningSimulator, tmp_path: Path, collections_path: Path) -> Stage:
    simulator.reset(SCENARIO)
    simulator.clear_faults()
    simulator.clear_journal()
    return Stage(simulator, tmp_path, collections_path)


def truth(simulator: RunningSimulator, email: str) -> tuple[list[str], bool, list[str]]:
    person = simulator.person(email)
    assert person is not None, email
    return person["licenses"], person["supervisor"], [role for role in person["roles"] if role.startswith("id_")]


def told(user: dict[str, Any]) -> dict[str, Any]:
    """What a check run says beforehand and a real run afterwards about a person."""
    return {name: user[name] for name in ("user", "license", "changes")}


def test_check_then_run_then_run_again(stage: Stage) -> None:
    """The plan writes nothing and is what the run does; the run makes it so; the second run finds nothing to do."""
    simulator = stage.simulator
    inventory = stage.inventory(
        alpha={"onboard_users": PEOPLE}, beta={"onboard_addresses": BETA, "onboard_license": "premium"}
    )
    start = simulator.state()

    plan = stage.play(inventory, "--check", "--diff", onboard_fail_on_blocked=False)
    assert plan.status == 0, plan.output
    assert [write for write in stage.writes() if "POST" not in write or "Bulk" in write or "people" in write] == []
    assert simulator.state() == start
    assert plan.report["check"] is True

    run = stage.play(inventory, onboard_fail_on_blocked=False)
    assert run.status == 0, run.output
    planned, done = plan.users("alpha"), run.users("alpha")
    assert list(planned) == list(done)
    foreseeable = [email for email in done if not email.startswith(("trial", "taken"))]
    assert {email: told(planned[email]) for email in foreseeable} == {email: told(done[email]) for email in foreseeable}
    assert {email: told(user) for email, user in plan.users("beta").items()} == {
        email: told(user) for email, user in run.users("beta").items()
    }

    assert truth(simulator, "new.agent@alpha.example.com") == (["premium"], False, [])
    assert truth(simulator, "new.standard@alpha.example.com") == (["standard"], False, [])
    assert truth(simulator, "new.supervisor@alpha.example.com") == (["premium"], True, [])
    assert truth(simulator, "new.admin@alpha.example.com") == (["premium"], False, ["id_full_admin"])
    assert truth(simulator, "old.none@alpha.example.com") == (["standard"], False, [])
    assert truth(simulator, "old.standard@alpha.example.com") == (["premium"], True, [])
    assert truth(simulator, "second@beta.example.com") == (["premium"], False, [])

    assert run.organization("alpha")["name"] == "Alpha <Travel>"
    assert {email: user["outcome"] for email, user in done.items()} == {
        "new.agent@alpha.example.com": "ready",
        "new.standard@alpha.example.com": "ready",
        "new.supervisor@alpha.example.com": "ready",
        "new.admin@alpha.example.com": "ready",
        "old.none@alpha.example.com": "ready",
        "old.standard@alpha.example.com": "ready",
        "old.premium@alpha.example.com": "ready",
        "trial.user@alpha.example.com": "blocked",
        "taken.user@partner.example.com": "blocked",
    }
    summary = run.organization("alpha")["summary"]
    assert (summary["created"], summary["updated"], summary["unchanged"], summary["blocked"]) == (4, 2, 1, 2)
    assert done["new.supervisor@alpha.example.com"]["role"] == "supervisor"
    assert done["trial.user@alpha.example.com"]["action"], "the way out must be named"
    assert run.organization("beta")["summary"]["ready"] == 3
    for path in run.directory.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path

    simulator.clear_journal()
    again = stage.play(inventory, onboard_fail_on_blocked=False)
    assert again.status == 0, again.output
    assert [user for host in ("alpha", "beta") for user in again.users(host).values() if user["changes"]] == []
    assert again.recap("alpha")["changed"] == again.recap("beta")["changed"] == 0
    assert [write for write in stage.writes() if "PATCH" in write] == []
    assert again.organization("alpha")["summary"]["ready"] == 7


def test_answers_of_a_survey_are_text(stage: Stage) -> None:
    """A controller hands over text for everything, and the run stays as quiet about its token as it can be loud otherwise."""
    inventory = stage.inventory(beta={})
    run = stage.play(
        inventory,
        "-vvvv",
        onboard_addresses="first@beta.example.com, second@beta.example.com",
        onboard_users="",
        onboard_license="premium",
        onboard_role="",
        onboard_preflight="true",
        onboard_synchronize="true",
        onboard_fail_on_blocked="false",
        onboard_allow_shortage="false",
        onboard_max_removals="10",
        onboard_protected="boss@beta.example.com second@beta.example.com",
        synchronize_retries="2",
        synchronize_timeout="3",
        synchronize_interval="1",
        webex_concurrency="4",
        report_max_lines="5",
    )
    assert run.status == 0, run.output[-3000:]
    assert run.organization("beta")["summary"]["ready"] == 2
    assert PARTNER_TOKEN not in run.output
    for path in run.directory.rglob("*"):
        assert path.is_dir() or PARTNER_TOKEN not in path.read_text(encoding="utf-8"), path


def test_one_organisation_that_stops_does_not_stop_the_other(stage: Stage) -> None:
    inventory = stage.inventory(
        alpha={"onboard_users": PEOPLE[:2], "webex_access_token": "not-a-token"},
        beta={"onboard_addresses": BETA, "onboard_license": "standard"},
    )
    run = stage.play(inventory)
    assert run.status != 0
    alpha, beta = run.organization("alpha"), run.organization("beta")
    assert alpha["aborted"]["step"] == "preflight"
    assert {user["outcome"] for user in alpha["users"]} == {"failed"}
    assert beta["aborted"] is None
    assert beta["summary"]["ready"] == beta["summary"]["created"] == 3
    assert run.recap("alpha")["failed"] == 1
    assert run.recap("beta")["failed"] == 0
    assert "not-a-token" not in run.output


def test_input_is_refused_before_the_first_request(stage: Stage) -> None:
    twice = [PEOPLE[0], {**PEOPLE[0], "email": PEOPLE[0]["email"].upper()}]
    inventory = stage.inventory(alpha={"onboard_users": twice})
    run = stage.play(inventory)
    assert run.status != 0
    aborted = run.organization("alpha")["aborted"]
    assert aborted["step"] == "roster"
    assert "users[0]" in aborted["message"] and "users[1]" in aborted["message"]
    assert stage.simulator.journal() == []
    assert stage.play(inventory, "--check", onboard_duplicates="merge").status == 0


def test_blocked_people_fail_the_run_unless_told_otherwise(stage: Stage) -> None:
    inventory = stage.inventory(alpha={"onboard_users": [PEOPLE[0], PEOPLE[7]]})
    run = stage.play(inventory)
    assert run.status != 0
    assert run.users("alpha")["new.agent@alpha.example.com"]["outcome"] == "ready"
    assert "1 blocked" in run.output
    page = (run.directory / "report.html").read_text(encoding="utf-8")
    assert "Alpha &lt;Travel&gt;" in page
    assert "Alpha <Travel>" not in page


def test_gate_nobody_sits_at(stage: Stage) -> None:
    """Without a terminal the gate says what is to be done, leaves word for the next node, and does not hang."""
    inventory = stage.inventory(alpha={"onboard_users": [PEOPLE[0], PEOPLE[2]], "synchronize_gate": "pause"})
    run = stage.play(inventory)
    assert run.status == 0, run.output
    users = run.users("alpha")
    assert {user["outcome"] for user in users.values()} == {"waiting"}
    assert users["new.supervisor@alpha.example.com"]["lacks"] == ["role", "sync"]
    assert "Press Synchronize Users" in run.output
    assert "wxcc_onboarding_waiting" in run.output.partition("CUSTOM STATS")[2]
    stage.simulator.supervisors("new.supervisor@alpha.example.com")
    stage.simulator.click("alpha")
    again = stage.play(inventory)
    assert {user["outcome"] for user in again.users("alpha").values()} == {"ready"}


def spawn(stage: Stage, inventory: Path, **variables: Any) -> tuple[Any, Path]:
    """The playbook with a terminal in front of it."""
    (program, *arguments), run = stage.command(inventory, **variables)
    more: dict[str, Any] = {"encoding": "utf-8", "timeout": 120, "dimensions": (50, 220)}
    return pexpect.spawn(program, arguments, cwd=str(stage.base), env=stage.environment(), **more), run


def test_gate_with_an_administrator_at_the_terminal(stage: Stage) -> None:
    inventory = stage.inventory(
        alpha={"onboard_users": [PEOPLE[2]], "synchronize_gate": "pause"},
        beta={"onboard_addresses": BETA, "onboard_license": "premium", "synchronize_gate": "pause"},
    )
    child, run = spawn(stage, inventory)
    child.expect("Press Enter when this is done")
    asked = child.before
    stage.simulator.supervisors("new.supervisor@alpha.example.com")
    stage.simulator.click()
    # An empty answer at once would be taken for that of a terminal at which nobody sits.
    time.sleep(1.5)
    child.send("\r")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0, child.before
    assert "alpha: 1 of 1 people" in asked
    assert "beta: 3 of 3 people" in asked
    assert "new.supervisor@alpha.example.com" in asked
    played = Played(0, "", run)
    assert {user["outcome"] for host in ("alpha", "beta") for user in played.users(host).values()} == {"ready"}


def test_gate_in_a_job_of_a_controller(stage: Stage) -> None:
    """Such a job has a terminal that nobody sits at: asking would wait for ever."""
    inventory = stage.inventory(alpha={"onboard_users": [PEOPLE[0]], "synchronize_gate": "pause"})
    child, run = spawn(stage, inventory, awx_job_id=17)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0, child.before
    assert {user["outcome"] for user in Played(0, "", run).users("alpha").values()} == {"waiting"}


def test_those_who_never_come_into_sync_fail_with_a_support_bundle(stage: Stage) -> None:
    stage.simulator.settings(sync_stay_missing=["new.agent@alpha.example.com"])
    inventory = stage.inventory(alpha={"onboard_users": PEOPLE[:2]})
    run = stage.play(inventory, synchronize_retries=2, synchronize_timeout=1)
    assert run.status != 0
    users = run.users("alpha")
    assert users["new.standard@alpha.example.com"]["outcome"] == "ready"
    assert users["new.agent@alpha.example.com"]["outcome"] == "failed"
    assert users["new.agent@alpha.example.com"]["sync_state"] == "missing"
    bundle = json.loads((run.directory / "alpha" / "support.json").read_text(encoding="utf-8"))
    assert bundle["rounds"] == 2
    assert {entry["email"] for entry in bundle["seen"]} == {"New.Agent@alpha.example.com"}
    assert any(entry["tracking_id"] for entry in bundle["requests"])


def test_a_hook_that_refuses_stops_the_organisation(stage: Stage) -> None:
    inventory = stage.inventory(alpha={"onboard_users": PEOPLE[:1]})
    run = stage.play(
        inventory,
        synchronize_hook_tasks="",
        synchronize_hook_url=f"{stage.simulator.url}/nowhere?key=hidden",
        synchronize_hook_header="Authorization: Bearer hook-secret",
    )
    assert run.status != 0
    assert run.organization("alpha")["aborted"]["step"] == "synchronize"
    assert "hook-secret" not in run.output
    assert "key=hidden" not in run.organization("alpha")["aborted"]["message"]


def test_progress_is_shown_while_a_task_runs(stage: Stage) -> None:
    people = [{"email": f"slow{number}@alpha.example.com", "license": "standard"} for number in range(40)]
    tasks = [
        {"wxcc.onboarding.user": {"users": people, "results": "none"}},
        {"wxcc.onboarding.license": {"users": people, "results": "none"}},
        {"wxcc.onboarding.license": {"users": people, "results": "none", "mode": "add_only", "progress": False}},
    ]
    connection = {
        "webex_api_url": "{{ webex_api_url }}",
        "wxcc_api_url": "{{ wxcc_api_url }}",
        "org_id": "{{ webex_org_id }}",
        "concurrency": 4,
    }
    play = {
        "hosts": "all",
        "connection": "local",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
        "module_defaults": {"group/wxcc.onboarding.all": connection},
        "tasks": tasks,
    }
    stage.playbook = str(stage.base / "progress.yml")
    Path(stage.playbook).write_text(json.dumps([play]), encoding="utf-8")
    inventory = stage.inventory(alpha={})
    stage.simulator.settings(latency_ms=700)
    try:
        run = stage.play(inventory)
    finally:
        stage.simulator.settings(latency_ms=0)
    assert run.status == 0, run.output
    _before, user, first, second = run.output.split("TASK [")
    assert re.search(r"^\[alpha\] \d+ of 40 people, about \d+ s left$", first, re.MULTILINE), first
    assert "[alpha]" in user
    assert "of 40 people" not in second
