"""Each playbook comes through with the scopes and the role that docs/security.md says are enough."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.conftest import ROOT
from tests.integration.stage import Stage
from tests.integration.worlds import Row, agents, organization, scenario
from tests.simulator.testing import running_simulator

pytestmark = pytest.mark.slow

ROLES = {"full administrator": "id_full_admin", "user administrator": "id_user_admin"}
DESK: Row = {
    "contact_center_enabled": True,
    "site": "Lisboa",
    "teams": ["Lisboa Service"],
    "desktop_profile": "Office desktop",
}


def table() -> dict[str, tuple[list[str], str]]:
    """What the page says: scopes and role by playbook."""
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    section = page.split("| playbook |", 1)[1].split("\n\n", 1)[0]
    rows = [line.strip("|").split("|") for line in section.splitlines()[2:]]
    return {
        name: (re.findall(r"`([^`]+)`", scopes), ROLES[role.strip()])
        for names, scopes, role in rows
        for name in re.findall(r"`([^`]+)`", names)
    }


LEAST = table()


def variables(playbook: str, stage: Stage) -> Row:
    new = {"email": "nia@alpha.example.com", "last_name": "New", "license": "premium"}
    if playbook == "invite":
        return {"invite_mails": "off"}
    if playbook == "onboard_csv":
        return {"onboard_csv_files": [stage.put("alpha", "agents.csv", CSV)]}
    if playbook == "export_csv":
        return {"csv_directory": str(stage.base / "exports")}
    if playbook == "change_licenses":
        return {"onboard_users": [{"email": "agent0@alpha.example.com", "license": "standard"}]}
    if playbook == "onboard_manual":
        return {"onboard_users": [{**new, "agent": DESK}]}
    return {"onboard_users": [{"email": "agent0@alpha.example.com", "license": "premium", "agent": DESK}]}


CSV = (
    b"First Name,Last Name,Display Name,User ID/Email (Required),Contact Center Premium Agent,Contact Center Standard Agent\n"
    b"Nia,New,Nia New,nia@alpha.example.com,TRUE,FALSE\n"
)


@pytest.fixture(params=sorted(LEAST))
def least(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Stage]]:
    scopes, role = LEAST[request.param]
    world = scenario(organization("alpha", agents(2)))
    world["tokens"].append(
        {
            "token": "sim-least",
            "kind": "user",
            "email": "runner@alpha.example.com",
            "organization": "alpha",
            "scopes": scopes,
            "roles": [role],
        }
    )
    with running_simulator(world) as simulator:
        stage = Stage(simulator, tmp_path_factory.mktemp("least"))
        stage.token = "sim-least"
        yield request.param, stage


def test_the_scopes_of_the_page_are_enough(least: tuple[str, Stage]) -> None:
    playbook, stage = least
    played = stage.play(playbook, {"alpha": variables(playbook, stage)})
    assert played.status == 0, played.output
    refused = [entry["path"] for entry in stage.exchanges() if entry["status"] in (401, 403)]
    # People and licenses need nothing of the contact center; that it cannot be seen is said, and is no error.
    assert not [path for path in refused if playbook != "change_licenses" or not path.startswith("/organization/")]
