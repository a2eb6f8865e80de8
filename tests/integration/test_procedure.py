"""The vendor's procedure, row by row: what the simulator holds, the terminal says, the report shows and the result file tells is one thing.

Each row of docs/procedure.md is an organization of its own, driven by the command that the page gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.integration.csv_files import results, sheet
from tests.integration.stage import Hosts, Played, Stage
from tests.integration.worlds import Row, organization, person, scenario
from tests.simulator.testing import running_simulator

pytestmark = pytest.mark.procedure

NAMES = {"first_name": "Nia", "last_name": "Nu"}
DESK: Row = {
    "contact_center_enabled": True,
    "site": "Lisboa",
    "teams": ["Lisboa Service"],
    "desktop_profile": "Office desktop",
}
FULL = "id_full_admin"


def at(row: str, local: str) -> str:
    return f"{local}@{row}.example.com"


@dataclass(frozen=True)
class Case:
    """A row of the procedure: how it is driven, and what must be so afterwards, told four ways."""

    playbook: str
    variables: Any
    #: By what stands before the @: licenses, supervisor, administrator roles; None: nobody.
    state: dict[str, Any]
    #: Words of the terminal, in lines of this host or of all.
    said: str
    #: By what stands before the @: what the report shows.
    shown: dict[str, Row]
    #: Files: name without ``.result.csv`` -> {what stands before the @: outcome}.
    files: dict[str, dict[str, str]] | None = None
    #: Whether the run of this organization fails.
    fails: bool = False


def holds(*licenses: str, supervisor: bool = False, roles: tuple[str, ...] = ()) -> Row:
    return {"licenses": list(licenses), "supervisor": supervisor, "roles": list(roles)}


def listed(row: str, *people: Row, **more: Any) -> Row:
    return {"onboard_users": [{**one, "email": at(row, one["email"])} for one in people], **more}


def ready(**more: Any) -> Row:
    return {"outcome": "ready", **more}


NIA = {"email": "nia", **NAMES, "license": "premium"}
CASES: dict[str, Case] = {
    "M1": Case(
        "onboard_manual",
        lambda row, _stage: listed(row, NIA, {**NIA, "email": "trial"}),
        {"nia": holds("premium"), "trial": None},
        "blocked: trial@m1.example.com",
        {"nia": ready(user="present"), "trial": {"outcome": "blocked", "user": "absent"}},
        fails=True,
    ),
    "M2": Case(
        "onboard_manual",
        lambda row, _stage: {
            "onboard_addresses": f"To: Nia Nu <{at(row, 'nia')}>; {at(row, 'olu')}\n{at(row, 'old')},",
            "onboard_license": "standard",
        },
        {"nia": holds("standard"), "olu": holds("standard"), "old": holds("standard")},
        "m2: 3 people: 3 ready; created 2, unchanged 1",
        {name: ready(license="standard") for name in ("nia", "olu", "old")},
    ),
    "M3": Case(
        "onboard_manual",
        lambda row, _stage: listed(row, NIA, onboard_mails="off"),
        {"nia": holds("premium")},
        "Activation mails are on, and are switched off for this run.",
        {"nia": ready(mail="off", signed_in=False)},
    ),
    "M4": Case(
        "onboard_manual",
        lambda row, _stage: listed(
            row,
            {"email": "nia", **NAMES, "license": "standard"},
            {"email": "olu", **NAMES, "license": "premium", "role": "agent"},
            {"email": "kai", **NAMES, "license": "premium", "role": "supervisor"},
        ),
        {"nia": holds("standard"), "olu": holds("premium"), "kai": holds("premium", supervisor=True)},
        "m4: 3 people: 3 ready; created 3",
        {"nia": ready(license="standard"), "olu": ready(role="agent"), "kai": ready(role="supervisor")},
    ),
    "M5": Case(
        "onboard_manual",
        lambda row, _stage: listed(
            row,
            {**NIA, "role": "administrator"},
            {"email": "admin", "license": "premium", "role": "agent", "administrator_roles": []},
        ),
        {"nia": holds("premium", roles=(FULL,)), "admin": holds("premium")},
        "m5: 2 people: 2 ready; created 1, removed 1",
        {"nia": ready(role="administrator"), "admin": ready(role="agent")},
    ),
    "M6": Case(
        "onboard_manual",
        lambda row, _stage: listed(row, NIA, {"email": "old", "license": "standard"}),
        {"nia": holds("premium"), "old": holds("standard")},
        "have never signed in; Webex mails",
        {"nia": ready(mail="expected", changes=["created", "license premium"]), "old": ready(changes=[])},
    ),
    "M7": Case(
        "synchronize",
        lambda row, _stage: listed(row, {"email": "late", "license": "premium"}, synchronize_retries=1),
        {"late": holds("premium")},
        "open a support case with Webex and attach",
        {"late": {"outcome": "failed", "sync_state": "missing"}},
        fails=True,
    ),
    "L1": Case(
        "change_licenses",
        lambda row, _stage: listed(row, {"email": "old", "license": "premium"}),
        {"old": holds("premium")},
        "1 of 1 person is in sync",
        {"old": ready(license="premium", sync_state="in_sync", changes=["license premium"])},
    ),
    "C1": Case(
        "onboard_csv",
        lambda row, stage: {"onboard_csv_files": [stage.put(row, "agents.csv", _exported(stage, row))]},
        {"old": holds("standard"), "nia": holds("premium")},
        "c1: 2 people: 2 ready; created 1, unchanged 1",
        {"old": ready(changes=[]), "nia": ready(license="premium")},
        {"agents": {"old": "unchanged", "nia": "changed"}},
    ),
    "C2": Case(
        "onboard_csv",
        lambda row, stage: {
            "onboard_csv_files": [
                _file(stage, row, ["nia", "TRUE", ""], ["olu", "", "TRUE"], ["old", "FALSE", "FALSE"])
            ],
            "onboard_csv_mode": "add_and_remove_services",
            "onboard_allow_removals": True,
        },
        {"nia": holds("standard"), "olu": holds("premium"), "old": holds()},
        "c2: 3 people: 3 ready; created 2, removed 1",
        {"nia": ready(license="standard"), "olu": ready(license="premium"), "old": ready(license="none")},
        {"agents": {"nia": "changed", "olu": "changed", "old": "changed"}},
    ),
    "C3": Case(
        "onboard_csv",
        lambda row, stage: {
            "onboard_csv_files": [_file(stage, row, ["nia", "", "TRUE"], ["olu", "", "TRUE"])],
            **listed(row, {"email": "nia", "role": "supervisor"}),
        },
        {"nia": holds("premium", supervisor=True), "olu": holds("premium")},
        "c3: 2 people in 3 rows: 2 ready; created 2",
        {"nia": ready(role="supervisor"), "olu": ready(license="premium")},
        {"agents": {"nia": "changed", "olu": "changed"}},
    ),
    "C4": Case(
        "onboard_csv",
        lambda row, stage: {
            "onboard_csv_files": [_file(stage, row, ["nia", "TRUE", "FALSE"], ["old", "FALSE", "FALSE"])],
            "onboard_csv_mode": "add_services_only",
        },
        {"nia": holds("standard"), "old": holds("standard")},
        "c4: 2 people: 2 ready; created 1, unchanged 1",
        {"nia": ready(license="standard"), "old": ready(license="standard")},
        {"agents": {"nia": "changed", "old": "unchanged"}},
    ),
    "C5": Case(
        "onboard_csv",
        lambda row, stage: {
            "onboard_csv_files": [
                _file(stage, row, ["nia", "TRUE", ""]),
                _file(stage, row, ["olu", "", "TRUE"], name="more.csv"),
            ]
        },
        {"nia": holds("standard"), "olu": holds("premium")},
        "c5: 2 people: 2 ready; created 2",
        {"nia": ready(license="standard"), "olu": ready(license="premium")},
        {"agents": {"nia": "changed"}, "more": {"olu": "changed"}},
    ),
    "C6": Case(
        "onboard_csv",
        lambda row, stage: {"onboard_csv_files": [_phones(stage, row)]},
        {"nia": holds("premium"), "olu": holds("premium")},
        "c6: 2 people: 2 ready; created 2",
        {"nia": ready(license="premium"), "olu": ready(license="premium")},
        {"agents": {"nia": "changed", "olu": "changed"}},
    ),
    "C7": Case(
        "onboard_csv",
        lambda row, stage: {"onboard_csv_files": [_file(stage, row, ["nia", "", "TRUE"], ["bad", "maybe", ""])]},
        {"nia": holds("premium"), "bad": None},
        "c7: 2 people: 1 ready, 1 failed; created 1",
        {"nia": ready(license="premium"), "bad": {"outcome": "failed"}},
        {"agents": {"nia": "changed", "bad": "refused"}},
        fails=True,
    ),
    "S1": Case(
        "synchronize",
        lambda row, _stage: listed(row, {"email": "old", "license": "standard"}),
        {"old": holds("standard")},
        "1 of 1 person is in sync",
        {"old": ready(sync_state="in_sync")},
    ),
    "A1": Case(
        "configure_agents",
        lambda row, stage: {"onboard_csv_files": [_bulk(stage, row, "old")]},
        {"old": holds("standard")},
        "a1: 1 person: 1 ready; updated 1",
        {"old": ready(agent="changed")},
        {"bulk": {"old": "changed"}},
    ),
}
PLAYBOOKS = sorted({case.playbook for case in CASES.values()})


def _file(stage: Stage, row: str, *rows: list[str], name: str = "agents.csv") -> str:
    lines = [
        ["Nia" if local != "old" else "O", "Nu" if local != "old" else "Ld", at(row, local), *cells]
        for local, *cells in rows
    ]
    return stage.put(row, name, sheet(*lines))


def _phones(stage: Stage, row: str) -> str:
    header = ["First Name", "Last Name", "User ID/Email (Required)", "Phone Number", "Webex Contact Center Premium"]
    lines = [
        ["Nia", "Nu", at(row, "nia"), "15551230001", "TRUE"],
        ["Olu", "Nu", at(row, "olu"), "+15551230002", "TRUE"],
    ]
    return stage.put(row, "agents.csv", sheet(*lines, header=header))


def _bulk(stage: Stage, row: str, local: str) -> str:
    header = ["Email", "Contact Center Enabled", "Site", "Teams", "Desktop Profile"]
    return stage.put(
        row, "bulk.csv", sheet([at(row, local), "On", "Lisboa", "Lisboa Service", "Office desktop"], header=header)
    )


def _exported(stage: Stage, row: str) -> bytes:
    """What export_csv writes, with a new person on a new line."""
    played = stage.play("export_csv", {row: {"csv_directory": str(stage.base / "exports")}})
    assert played.status == 0, played.output
    content = (stage.base / "exports" / f"{row}.csv").read_bytes()
    header = content.decode("utf-8-sig").splitlines()[0].split(",")
    new = {"First Name": "Nia", "Last Name": "Nu", "Display Name": "Nia Nu", "User ID/Email (Required)": at(row, "nia")}
    cells = [new.get(name, "TRUE" if "Premium" in name else "") for name in header]
    return content + (",".join(cells) + "\r\n").encode()


@dataclass
class Driven:
    """Every row, driven by its command."""

    stage: Stage
    played: dict[str, Played]

    def of(self, row: str) -> Played:
        return self.played[CASES[row].playbook]


@pytest.fixture(scope="module")
def driven(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driven]:
    people = [
        person("old", "O", "Ld", "standard"),
        person("admin", "Ad", "Min", "premium", roles=[FULL]),
        person("boss", "B", "S", roles=[FULL]),
    ]
    few = {"M5": people, "C1": people[:1]}
    organizations = [organization(row.lower(), few.get(row, people[:1])) for row in CASES]
    world = scenario(*organizations, accounts_elsewhere=[{"email": at("m1", "trial"), "kind": "trial"}])
    with running_simulator(world, sync_stay_missing=[at("m7", "late")]) as simulator:
        stage = Stage(simulator, tmp_path_factory.mktemp("procedure"))
        simulator.control(
            "POST", "people", {"organization": "m7", "email": at("m7", "late"), "licenses": ["premium"], "active": True}
        )
        simulator.click()
        played = {}
        for playbook in PLAYBOOKS:
            rows = [row for row, case in CASES.items() if case.playbook == playbook]
            hosts: Hosts = {row.lower(): CASES[row].variables(row.lower(), stage) for row in rows}
            played[playbook] = stage.play(playbook, hosts)
        yield Driven(stage, played)


def test_every_row_of_the_page_is_driven() -> None:
    page = (ROOT / "docs" / "procedure.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| ([A-Z]\d) \|(.*)$", page, re.MULTILINE))
    assert rows.keys() == CASES.keys()
    for row, case in CASES.items():
        assert f"`{case.playbook}`" in rows[row], f"{row}: the page gives another command"
        assert "`tests/integration/test_procedure.py`" in page


@pytest.mark.parametrize("row", CASES)
def test_it_is_one_thing_told_four_ways(driven: Driven, row: str) -> None:
    case, host, played = CASES[row], row.lower(), driven.of(row)
    there = {one["email"]: one for one in driven.stage.simulator.state(host)["people"]}
    for local, held in case.state.items():
        found = there.get(at(host, local))
        now = found and {
            "licenses": found["licenses"],
            "supervisor": found["supervisor"],
            "roles": [role for role in found["roles"] if role.startswith("id_")],
        }
        assert now == held, local
    assert case.said in played.said, played.output
    assert bool(played.recap(host)["failed"]) is case.fails
    users = played.users(host)
    for local, shown in case.shown.items():
        user = users[at(host, local)]
        assert {name: user[name] for name in shown} == shown, user
    for name, outcomes in (case.files or {}).items():
        rows = results(driven.stage.base / host / f"{name}.result.csv")
        assert {local: rows[local]["Outcome"] for local in outcomes} == outcomes
    if case.files:
        retry = [p.name for p in (driven.stage.base / host).glob("*.retry.csv")]
        assert bool(retry) is case.fails
