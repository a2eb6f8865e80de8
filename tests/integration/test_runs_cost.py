"""What a run costs: requests, starts of modules, and lines at the terminal."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.integration.stage import QUIET, Hosts, Played, Stage
from tests.integration.worlds import ONE_SUBSCRIPTION, Row, address, agents, organization, scenario
from tests.simulator.testing import PARTNER_TOKEN, running_simulator

#: Whole runs, many of them.
pytestmark = pytest.mark.slow

PLAYBOOK = "onboard_manual"
DESK: Row = {
    "contact_center_enabled": True,
    "site": "Lisboa",
    "teams": ["Lisboa Service"],
    "desktop_profile": "Office desktop",
}
PEOPLE = 100
#: Beside one request for each license: what a run of a hundred new people asks and sends, and the same with agent settings.
FIRST, FIRST_WITH_AGENTS = 23, 30
#: What it asks where nothing is to be done for them.
NOTHING, NOTHING_WITH_AGENTS = 13, 18
#: Starts of modules where nothing is to be done: run, roster, plan, and the CSV files where there are some.
STARTS = 4
PLENTY = [{**entry, "total": 500} for entry in ONE_SUBSCRIPTION]


def joiners(key: str, count: int) -> list[Row]:
    """People whom no organization knows yet."""
    return [
        {"email": f"joiner{n:03d}@{key}.example.com", "last_name": f"Joiner {n}", "license": "premium", "role": "agent"}
        for n in range(count)
    ]


def lines(played: Played) -> int:
    """What somebody has to read; an empty line is none."""
    return len([line for line in played.output.splitlines() if line.strip()])


@dataclass
class Cost:
    """Runs of one roster, with the requests and module starts of each."""

    played: list[Played]
    requests: list[int]
    starts: list[list[str]]


@pytest.fixture(scope="class")
def cost(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cost]:
    with running_simulator(
        scenario(organization("alpha", agents(2), PLENTY), organization("beta", 2, PLENTY))
    ) as simulator:
        stage = Stage(simulator, tmp_path_factory.mktemp("cost"))
        plain: Hosts = {"alpha": {"onboard_users": joiners("alpha", PEOPLE)}}
        agent: Hosts = {"beta": {"onboard_users": joiners("beta", PEOPLE), "onboard_agent_settings": DESK}}
        found = Cost([], [], [])
        for hosts in (plain, plain, agent, agent):
            python, notes = stage.noting_python()
            simulator.clear_journal()
            found.played.append(stage.play(PLAYBOOK, hosts, ansible_python_interpreter=str(python)))
            found.requests.append(len(stage.exchanges()))
            found.starts.append(notes.read_text(encoding="utf-8").splitlines())
        yield found


class TestRequestsAndStarts:
    """No more than before there was a plan."""

    def test_all_went_well(self, cost: Cost) -> None:
        for played in cost.played:
            assert played.status == 0, played.output
            assert {user["outcome"] for one in played.report["organizations"] for user in one["users"]} == {"ready"}

    def test_new_people(self, cost: Cost) -> None:
        assert cost.requests[0] <= PEOPLE + FIRST
        assert cost.requests[2] <= PEOPLE + FIRST_WITH_AGENTS

    def test_nothing_to_do(self, cost: Cost) -> None:
        assert cost.requests[1] <= NOTHING
        assert cost.requests[3] <= NOTHING_WITH_AGENTS
        for starts in (cost.starts[1], cost.starts[3]):
            assert 0 < len(starts) <= STARTS, starts

    def test_the_first_look_is_the_only_one(self, cost: Cost) -> None:
        """Writing steps use what the plan has read."""
        assert len(cost.starts[0]) <= STARTS + 6, cost.starts[0]


# -- lines -----------------------------------------------------------------------------------------------------------------

#: As Ansible shows it by default, and with ok and skipped hosts hidden; a missing token; twenty organizations.
DEFAULT, HIDDEN, NO_TOKEN = 60, 25, 40
TWENTY, TWENTY_HIDDEN = 400, 300
NO_STATS = {"ANSIBLE_SHOW_CUSTOM_STATS": "false"}


@dataclass
class Shown:
    stage: Stage
    default: Played
    hidden: Played
    nothing: Played
    refused: Played
    audit: Played
    export: Played


@pytest.fixture(scope="class")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    with running_simulator(scenario(organization("alpha", agents(4), name="Alpha Travel"))) as simulator:
        stage = Stage(simulator, tmp_path_factory.mktemp("shown"))
        quiet = {**QUIET, **NO_STATS}

        def hosts(*numbers: int) -> Hosts:
            people = joiners("alpha", 12)
            return {"alpha": {"onboard_users": [people[n] for n in numbers], "onboard_agent_settings": DESK}}

        default = stage.play(PLAYBOOK, hosts(0, 1, 2), environment=NO_STATS)
        hidden = stage.play(PLAYBOOK, hosts(3, 4, 5), environment=quiet)
        nothing = stage.play(PLAYBOOK, hosts(0, 1, 2), environment=quiet)
        stage.token = None
        refused = stage.play(PLAYBOOK, hosts(6, 7), environment=quiet)
        stage.token = PARTNER_TOKEN
        audit = stage.play(
            "audit", {"alpha": {"onboard_users": [{"email": address(0), "license": "none"}]}}, environment=quiet
        )
        export = stage.play("export_csv", {"alpha": {}}, environment=quiet, csv_directory=str(stage.base / "out"))
        yield Shown(stage, default, hidden, nothing, refused, audit, export)


class TestLines:
    """What somebody has to read."""

    def test_one_organization(self, shown: Shown) -> None:
        for played, budget in ((shown.default, DEFAULT), (shown.hidden, HIDDEN), (shown.nothing, HIDDEN)):
            assert played.status == 0, played.output
            assert lines(played) <= budget, played.output

    def test_a_missing_token_is_told_once_with_what_to_do(self, shown: Shown) -> None:
        assert shown.refused.status != 0
        assert lines(shown.refused) <= NO_TOKEN, shown.refused.output
        assert "WEBEX_ACCESS_TOKEN" in shown.refused.said
        assert "left no files" not in shown.refused.said
        assert shown.stage.writes() != []

    def test_what_matters_is_in_the_lines_that_remain(self, shown: Shown) -> None:
        output = shown.hidden.output
        assert "Alpha Travel" in output
        first = output.index("Alpha Travel")
        assert output.startswith(output[:first]) and "of 3 people" not in output[:first]
        last = "\n".join(line for line in output.splitlines() if line.startswith("[alpha]"))
        assert re.search(r"3 (people|ready|persons)|3: 3 ready|3 ready", last), output
        assert str(shown.hidden.directory) in output, "where the report is"

    def test_results_of_audit_and_export_are_visible(self, shown: Shown) -> None:
        assert shown.audit.status == 0, shown.audit.output
        assert address(0) in shown.audit.output
        assert shown.export.status == 0, shown.export.output
        assert str(shown.stage.base / "out") in shown.export.output


@pytest.mark.slow
class TestTwentyOrganizations:
    """A partner's evening."""

    def test_lines(self, tmp_path: Path) -> None:
        keys = [f"org{n:02d}" for n in range(20)]
        world = scenario(*(organization(key, 3) for key in keys))
        # The organizations synchronize by themselves: lines of a site's own tasks at the gate are the site's.
        with running_simulator(world, sync_mode="auto") as simulator:
            stage = Stage(simulator, tmp_path)

            def hosts(start: int) -> Hosts:
                return {
                    key: {"onboard_users": joiners(key, 6)[start : start + 3], "synchronize_gate": "wait"}
                    for key in keys
                }

            default = stage.play(PLAYBOOK, hosts(0), "--forks", "10", environment=NO_STATS)
            hidden = stage.play(PLAYBOOK, hosts(3), "--forks", "10", environment={**QUIET, **NO_STATS})
            for played, budget in ((default, TWENTY), (hidden, TWENTY_HIDDEN)):
                assert played.status == 0, played.output
                assert lines(played) <= budget, played.output
                assert played.report["summary"]["ready"] == 60


# -- the inventory of the README -------------------------------------------------------------------------------------------


def test_the_inventory_of_the_readme_serves_all_playbooks(tmp_path: Path, repository: Path) -> None:
    """Onboarding, agent settings and an audit read the people by the same names."""
    readme = (repository / "README.md").read_text(encoding="utf-8")
    (block,) = [b for b in re.findall(r"```yaml\n(.*?)```", readme, re.DOTALL) if "# inventory.yml" in b]
    people = yaml.safe_load(block)["all"]["hosts"]["example"]["onboard_users"]
    world = {
        "seed": 5,
        "organizations": [
            {"key": "example", "name": "Example", "domains": ["example.com"], "people": 3, "licenses": PLENTY}
        ],
        "tokens": [{"token": PARTNER_TOKEN, "email": "boss@example.com", "organization": "example", "scopes": "all"}],
    }
    with running_simulator(world) as simulator:
        stage = Stage(simulator, tmp_path)
        inventory = tmp_path / "inventory.yml"
        inventory.write_text(block, encoding="utf-8")
        surroundings: dict[str, str | None] = {"WEBEX_API_URL": simulator.url, "WXCC_API_URL": simulator.url}
        run = stage.play(PLAYBOOK, inventory, environment=surroundings, synchronize_gate="none")
        assert run.status == 0, run.output
        assert set(run.users("example")) == {one["email"] for one in people}
        simulator.click()
        simulator.supervisors(*[one["email"] for one in people if one.get("role") == "supervisor"])
        before = len(stage.writes())
        for playbook in ("configure_agents", "audit"):
            played = stage.play(playbook, inventory, environment=surroundings)
            assert played.status == 0, played.output
            assert {one["email"] for one in played.roster("example")} == {one["email"] for one in people}
        assert len(stage.writes()) == before
        assert json.loads(played.text("example", "audit.json"))["drift"] == []
