"""The gates of "Synchronize Users" (wait, pause, hook, none), where nobody is asked and where somebody sits at a terminal."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from tests.integration.stage import Hosts, Played, Stage
from tests.integration.worlds import agents, organization, roster, scenario, three
from tests.simulator.testing import PARTNER_TOKEN, RunningSimulator, running_simulator

SCENARIO = scenario(organization("alpha", agents()), organization("beta", 8))
#: What may become of a gate at which nobody is asked: an organization for each.
WAYS = ("itself", "never", "pause", "tasks", "url", "none")
ASK = "Press Enter when this is done"


def gate(name: str, **more: Any) -> dict[str, Any]:
    return {
        "synchronize_gate": name,
        "synchronize_hook_tasks": "",
        "synchronize_interval": 1,
        "synchronize_timeout": 20,
        "synchronize_retries": 1,
        **more,
    }


def newcomer(key: str) -> str:
    return f"new.agent@{key}.example.com"


def states(run: Played, host: str) -> list[str]:
    """What was seen of the newcomer, look by look."""
    return [str(line["after"]["sync_state"]) for line in run.lines(host, "sync.jsonl", newcomer(host))]


@contextlib.contextmanager
def by_itself(simulator: RunningSimulator, host: str) -> Iterator[None]:
    """An organization that synchronizes by itself: soon after the first look at its records."""
    over = threading.Event()

    def press() -> None:
        while not over.wait(0.3):
            if any(e["path"].endswith("/v2/user") and e["organization"] == host for e in simulator.journal()):
                over.wait(1)
                simulator.click(host)
                return

    thread = threading.Thread(target=press)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextlib.contextmanager
def hook(simulator: RunningSimulator, host: str) -> Iterator[tuple[str, list[tuple[dict[str, str], dict[str, Any]]]]]:
    """A site's own hook: notes what it gets, and has somebody press the button."""
    got: list[tuple[dict[str, str], dict[str, Any]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"{}")
            got.append((dict(self.headers.items()), body))
            simulator.click(host)
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


Ways = tuple[Stage, Played, list[tuple[dict[str, str], dict[str, Any]]]]


@pytest.fixture(scope="class")
def ways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ways]:
    """One run of the playbook synchronize: everybody is in sync but one newcomer in each organization."""
    with running_simulator(scenario(*(organization(way, agents()) for way in WAYS))) as simulator:
        stage = Stage(simulator, tmp_path_factory.mktemp("ways"))
        simulator.click()
        for way in WAYS:
            stage.newcomer(way)
        tasks = stage.base / "press.yml"
        tasks.write_text(
            "- name: Press it\n"
            "  ansible.builtin.uri:\n"
            f"    url: {simulator.url}/_sim/synchronize-users\n"
            "    method: POST\n"
            "    body_format: json\n"
            "    body:\n"
            '      organization: "{{ inventory_hostname }}"\n'
        )
        simulator.clear_journal()
        with by_itself(simulator, "itself"), hook(simulator, "url") as (url, got):
            hosts = {
                "itself": gate("wait", synchronize_timeout=40),
                "never": gate("wait", synchronize_timeout=2, synchronize_retries=2),
                "pause": gate("pause"),
                "tasks": gate("hook", synchronize_hook_tasks=str(tasks)),
                "url": gate("hook", synchronize_hook_url=url, synchronize_hook_header="X-Key: very-secret"),
                "none": gate("none"),
            }
            run = stage.play("synchronize", hosts, "-vvv")
        yield stage, run, got


class TestNobodyIsAsked:
    """Where no terminal is, each gate comes to its end."""

    def test_only_the_one_for_whom_nothing_came_fails(self, ways: Ways) -> None:
        _stage, run, _got = ways
        assert {way: run.recap(way)["failed"] for way in WAYS} == {way: int(way == "never") for way in WAYS}
        assert run.status != 0

    def test_wait_looks_until_the_record_has_come_by_itself(self, ways: Ways) -> None:
        stage, run, _got = ways
        assert states(run, "itself")[-1] == "in_sync"
        (line,) = run.lines("itself", "sync.jsonl", newcomer("itself"))[-1:]
        assert next(look["state"] for look in line["timeline"]) == "missing"
        assert stage.writes("itself") == []

    def test_each_organization_says_in_one_line_what_it_saw(self, ways: Ways) -> None:
        _stage, run, _got = ways
        assert "[itself] 5 of 5 people are in sync" in run.output
        assert "[never] 4 of 5 people are in sync; 1 not yet: 1 without a record" in run.output
        assert f"attach {run.path('never', 'support.json')}." in run.output

    def test_it_leaves_a_report(self, ways: Ways) -> None:
        _stage, run, _got = ways
        outcomes = {way: run.users(way)[newcomer(way)]["outcome"] for way in WAYS}
        assert outcomes == {
            way: {"never": "failed", "pause": "waiting", "none": "waiting"}.get(way, "ready") for way in WAYS
        }
        assert f"Report: {run.directory / 'report.html'}" in run.said

    def test_wait_ends_with_a_support_bundle_when_nothing_comes(self, ways: Ways) -> None:
        _stage, run, _got = ways
        assert "not in sync" in run.said
        content = run.text("never", "support.json")
        assert newcomer("never") in content
        assert "missing" in content
        assert "tracking_id" in content
        assert PARTNER_TOKEN not in content

    def test_pause_does_not_hang_and_leaves_word(self, ways: Ways) -> None:
        stage, run, _got = ways
        assert "Press Synchronize Users" in run.output
        assert "left for later" in run.output
        users = stage.simulator.state("pause")["contact_center"]["users"]
        assert not any(user["email"] == newcomer("pause") for user in users)

    def test_hook_runs_the_site_s_own_tasks(self, ways: Ways) -> None:
        _stage, run, _got = ways
        assert states(run, "tasks")[-1] == "in_sync"

    def test_hook_calls_the_site_s_own_address_with_its_own_secret(self, ways: Ways) -> None:
        _stage, run, got = ways
        ((headers, body),) = got
        assert headers["X-Key"] == "very-secret"
        # A number, whatever the version of Ansible makes of a number in a template.
        assert body["not_in_sync"] == 1 and body["round"] == 1
        assert PARTNER_TOKEN not in json.dumps([headers, body])
        assert "very-secret" not in run.output
        assert states(run, "url")[-1] == "in_sync"

    def test_none_looks_once_and_waits_for_nobody(self, ways: Ways) -> None:
        stage, run, _got = ways
        assert states(run, "none") == ["missing"]
        assert stage.writes("none") == []
        # Left for a later run, so nobody has failed yet: an approval stands between two jobs.
        assert run.record("none")["gate"] == "open"


@pytest.fixture(scope="class")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """The whole chain over three organizations, as the job of a controller: it has a terminal that nobody sits at."""
    world = scenario(*(organization(name, 2) for name in ("job", "missing", "refused")))
    with running_simulator(world, sync_stay_missing=["new.agent@missing.example.com"]) as simulator:
        stage = Stage(simulator, tmp_path_factory.mktemp("chain"))
        hosts: Hosts = {
            "job": {"onboard_users": roster("job", 0), "synchronize_gate": "pause"},
            "missing": {"onboard_users": roster("missing", 0, 1), "synchronize_retries": 2, "synchronize_timeout": 1},
            "refused": {
                "onboard_users": roster("refused", 0),
                "synchronize_hook_tasks": "",
                "synchronize_retries": 2,
                "synchronize_hook_url": f"{simulator.url}/nowhere?key=hidden",
                "synchronize_hook_header": "Authorization: Bearer hook-secret",
            },
        }
        yield stage.spawn("onboard_manual", hosts, awx_job_id=17).end()


class TestGatesInTheChain:
    """What a gate means for a report."""

    def test_a_controller_s_job_asks_nobody_though_there_is_a_terminal(self, chain: Played) -> None:
        """Asking would wait for ever."""
        assert chain.recap("job")["failed"] == 0, chain.output
        assert ASK not in chain.output
        assert "left for later" in chain.output
        assert {user["outcome"] for user in chain.users("job").values()} == {"waiting"}

    def test_those_who_never_come_into_sync_fail_with_a_support_bundle(self, chain: Played) -> None:
        assert chain.status != 0
        assert chain.recap("missing")["failed"] == 1
        users = chain.users("missing")
        assert users["new.standard@missing.example.com"]["outcome"] == "ready"
        assert users["new.agent@missing.example.com"]["outcome"] == "failed"
        assert users["new.agent@missing.example.com"]["sync_state"] == "missing"
        bundle = json.loads(chain.text("missing", "support.json"))
        assert (bundle["tried"]["round"], bundle["tried"]["gate"]) == (2, "hook")
        assert {entry["email"] for entry in bundle["people"]} == {"New.Agent@missing.example.com"}
        assert any(entry["tracking_id"] for entry in bundle["requests"])

    def test_a_hook_that_refuses_is_told_and_tried_again(self, chain: Played) -> None:
        assert chain.recap("refused")["failed"] == 1
        assert chain.said.count("The hook answered 401. It is called again in the next round.") == 1
        user = chain.users("refused")["new.agent@refused.example.com"]
        assert user["outcome"] == "failed"
        assert "The hook answered 401." in user["message"]
        assert user["action"].startswith("Press Synchronize Users")
        bundle = chain.data("refused", "support.json")
        assert (bundle["tried"]["hook"], bundle["tried"]["round"]) == ("The hook answered 401.", 2)
        assert "hook-secret" not in chain.output
        assert "key=hidden" not in json.dumps([bundle, chain.report])

    def test_after_the_last_round_a_support_case_is_the_way_out(self, chain: Played) -> None:
        """In the terminal, the report and its pages, with the file to attach, which knows whose it is."""
        path = str(chain.path("missing", "support.json"))
        case = f"open a support case with Webex and attach {path}"
        assert case in chain.said
        assert case in chain.users("missing")["new.agent@missing.example.com"]["action"]
        assert chain.organization("missing")["support_bundle"] == path
        assert path in (chain.directory / "report.html").read_text(encoding="utf-8")
        assert chain.data("missing", "support.json")["organization"]["name"] == "Missing"
        assert chain.organization("job")["support_bundle"] is None


# -- somebody sits at a terminal -------------------------------------------------------------------------------------------


def paused(stage: Stage) -> Any:
    """The playbook synchronize at the gate "pause", with one newcomer, in front of a terminal."""
    stage.simulator.click()
    stage.newcomer("alpha")
    return stage.spawn("synchronize", {"alpha": gate("pause")})


def test_pause_says_what_to_press_and_goes_on_when_it_is_answered(stage: Stage) -> None:
    terminal = paused(stage)
    asked = terminal.until(ASK)
    stage.simulator.click()
    # At once: whoever has pressed the button before is quick.
    terminal.type("\r")
    run = terminal.end()
    assert run.status == 0, run.output
    assert "1 of 5 people are not in sync yet" in asked
    assert "Tenant settings > General > Synchronize Users" in asked
    assert "older Control Hub" in asked
    lines = [line.strip() for line in asked.splitlines()]
    assert any(line.endswith("1 of 5 people are not in sync yet.") for line in lines), "each on a line of its own"
    assert any(line.startswith("- Press Synchronize Users") for line in lines)
    assert states(run, "alpha")[-1] == "in_sync"


def test_pause_can_be_left_for_later(stage: Stage) -> None:
    terminal = paused(stage)
    terminal.until(ASK)
    terminal.type("later\r")
    run = terminal.end()
    assert run.status == 0, run.output
    assert "Run again when it is done" in run.output
    assert states(run, "alpha")[-1] == "missing"


@pytest.mark.slow
def test_a_gate_that_nobody_sits_at_is_passed_by_the_next_run(stage: Stage) -> None:
    """Without a terminal the gate says what is to be done, leaves word for the next node, and does not hang."""
    hosts = {"alpha": {"onboard_users": roster("alpha", 0, 2), "synchronize_gate": "pause"}}
    run = stage.play("onboard_manual", hosts)
    assert run.status == 0, run.output
    users = run.users("alpha")
    assert {user["outcome"] for user in users.values()} == {"waiting"}
    assert users["new.supervisor@alpha.example.com"]["lacks"] == ["role", "sync"]
    assert "Press Synchronize Users" in run.output
    assert "wxcc_onboarding_waiting" in run.output.partition("CUSTOM STATS")[2]
    stage.simulator.supervisors("new.supervisor@alpha.example.com")
    stage.simulator.click("alpha")
    again = stage.play("onboard_manual", hosts)
    assert {user["outcome"] for user in again.users("alpha").values()} == {"ready"}


@pytest.mark.slow
def test_an_administrator_at_the_terminal_answers_for_all_organizations(stage: Stage) -> None:
    hosts: Hosts = {
        "alpha": {"onboard_users": roster("alpha", 2), "synchronize_gate": "pause"},
        "beta": {"onboard_addresses": three("beta"), "onboard_license": "premium", "synchronize_gate": "pause"},
    }
    terminal = stage.spawn("onboard_manual", hosts)
    asked = terminal.until(ASK)
    stage.simulator.supervisors("new.supervisor@alpha.example.com")
    stage.simulator.click()
    terminal.type("\r")
    run = terminal.end()
    assert run.status == 0, run.output
    assert "alpha: 1 of 1 people" in asked
    assert "beta: 3 of 3 people" in asked
    assert "new.supervisor@alpha.example.com" in asked
    assert {user["outcome"] for host in ("alpha", "beta") for user in run.users(host).values()} == {"ready"}
