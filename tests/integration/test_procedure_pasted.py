"""Step M2 of the vendor's procedure by its command: people as they are pasted, written as YAML, and given on the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.stage import Hosts, Played, Stage
from tests.integration.worlds import organization, person, scenario
from tests.simulator.testing import running_simulator

PLAYBOOK = "onboard_manual"
LICENSE = {"onboard_license": "standard", "onboard_synchronize": False}
ORGANIZATIONS = ("mail", "sheet", "survey", "file", "broken", "line", "extra", "cut", "csv", "agents")


def at(name: str, key: str) -> str:
    return f"{name}@{key}.example.com"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    old = person("old", "Olda", "Recorded")
    worlds = scenario(organization("mail", [old]), *(organization(key, 1) for key in ORGANIZATIONS[1:]))
    with running_simulator(worlds) as simulator:
        yield Stage(simulator, tmp_path_factory.mktemp("pasted"))


def names(stage: Stage, key: str) -> dict[str, str]:
    """What everybody of an organization is called, by what stands before the @."""
    return {
        one["email"].partition("@")[0]: f"{one['first_name'] or ''} {one['last_name'] or ''}".strip()
        for one in stage.simulator.state(key)["people"]
    }


MAIL = f"""Subject: New agents
From: Boss <{at("boss", "mail")}>
To: Ana Ruiz <{at("ana", "mail")}>; "Okafor, Ben" <{at("ben", "mail")}>;\u00a0\u201cSales Team\u201d <{at("sales", "mail")}>
Cc: mailto:{at("chi", "mail")}, {at("ANA", "mail")}

 1. Olda Other <{at("old", "mail")}>
 - Dee Fox
"""
SHEET = (
    f"E-mail\tFirst name\tLast name\r\n{at('ana', 'sheet')}\tAna Mar\u00eda\tRuiz Gil\r\n{at('ben', 'sheet')}\t\t\r\n"
)
PEOPLE = """
- email: ana@{key}.example.com
  first_name: Ana
  last_name: No
  license: premium
- {{email: ben@{key}.example.com}}
"""


@pytest.fixture(scope="module")
def run(stage: Stage) -> Played:
    """One run over organizations that are given their people in different ways."""
    broken = stage.put("broken", "people.yml", b"- email: a@broken.example.com\n  email: b@broken.example.com\n")
    hosts: Hosts = {
        "mail": {"onboard_addresses": MAIL},
        "sheet": {"onboard_addresses": SHEET},
        "survey": {"onboard_users": PEOPLE.format(key="survey"), "onboard_agent_settings": ""},
        "file": {"onboard_users_file": stage.put("file", "people.yaml", PEOPLE.format(key="file").encode())},
        "broken": {"onboard_users_file": broken},
        "line": {"onboard_addresses": [at("ana", "line"), f"Ruiz, Ben <{at('ben', 'line')}>"]},
    }
    return stage.play(PLAYBOOK, {host: {**LICENSE, **variables} for host, variables in hosts.items()})


def test_a_mail_becomes_people_and_whoever_is_unclear_is_told(stage: Stage, run: Played) -> None:
    assert run.outcomes("mail") == {
        "ana": "ready", "ben": "ready", "sales": "ready", "chi": "ready", "old": "ready", "boss": "failed",
    }  # fmt: skip
    there = names(stage, "mail")
    assert {name: there[name] for name in ("ana", "ben", "sales", "chi")} == {
        "ana": "Ana Ruiz",
        "ben": "Ben Okafor",
        "sales": "",
        "chi": "",
    }
    # Whoever is there keeps the name on record: only an address was pasted.
    assert there["old"] == "Olda Recorded"
    assert stage.licenses("mail")["old"] == "standard"
    assert "boss" not in there
    summary = run.summary("mail")
    assert (summary["rows"], summary["ready"], summary["failed"], summary["created"]) == (8, 5, 2, 4)
    assert run.users("mail")[at("ana", "mail")]["places"] == ["onboard_addresses[1]", "onboard_addresses[5]"]
    page = run.text("mail", "run.json")
    for said in (
        "line 2: 'Boss <boss@mail.example.com>' is not taken: this is who sent the mail",
        "line 7: 'Dee Fox' is not an e-mail address: there is no @ in it",
        "no name is taken from 'Sales Team' in line 3",
        "there is no address in line 1: 'Subject: New agents'",
    ):
        assert said in page
        assert said in run.said
    row = next(row for row in run.report_rows if "Dee Fox" in json.dumps(row))
    assert "Write the whole address" in json.dumps(row)


def test_cells_of_a_spreadsheet(stage: Stage, run: Played) -> None:
    assert run.outcomes("sheet") == {"ana": "ready", "ben": "ready"}
    assert names(stage, "sheet")["ana"] == "Ana Mar\u00eda Ruiz Gil"
    assert run.recap("sheet")["failed"] == 0


@pytest.mark.parametrize("host", ["survey", "file"])
def test_people_as_yaml(stage: Stage, run: Played, host: str) -> None:
    assert run.recap(host)["failed"] == 0, run.output
    assert names(stage, host)["ana"] == "Ana No"
    assert {name: stage.licenses(host)[name] for name in ("ana", "ben")} == {"ana": "premium", "ben": "standard"}


def test_a_yaml_file_that_would_lose_somebody_stops_its_organization(stage: Stage, run: Played) -> None:
    stopped = run.stopped("broken")
    assert "people.yml is not YAML: line 2, column 3: the key email stands twice in one mapping" in stopped["message"]
    assert stage.writes("broken") == []


def test_a_list_of_pasted_entries(stage: Stage, run: Played) -> None:
    assert run.outcomes("line") == {"ana": "ready", "ben": "ready"}
    assert names(stage, "line")["ben"] == "Ben Ruiz"


# -- the command line --------------------------------------------------------------------------------------------------------

TWO = f"{at('ana', 'extra')}, {at('ben', 'extra')}"


@pytest.mark.parametrize(
    "extra",
    [
        json.dumps({"onboard_addresses": f"Ana Ruiz <{at('ana', 'extra')}>, {at('ben', 'extra')}"}),
        f"onboard_addresses={TWO.replace(' ', '')}",
        f"onboard_addresses='{TWO}'",
        f"{{onboard_addresses: [{TWO}]}}",
        "@people.yml",
    ],
)
def test_forms_of_the_command_line_that_work(stage: Stage, extra: str) -> None:
    place = stage.place()
    (place / "people.yml").write_text(
        f"onboard_addresses: |\n  {at('ana', 'extra')}\n  {at('ben', 'extra')}\n", "utf-8"
    )
    run = stage.play(PLAYBOOK, {"extra": LICENSE}, "-e", extra, "--check", place=place)
    assert run.status == 0, run.output
    assert [row["email"] for row in run.roster("extra")] == [at("ana", "extra"), at("ben", "extra")]


@pytest.mark.parametrize(
    ("playbook", "extra", "shown"),
    [
        (PLAYBOOK, f"onboard_addresses={at('ana', 'cut')} {at('ben', 'cut')}, chi", f"'{at('ben', 'cut')},' and 1 other word"),
        (PLAYBOOK, f"onboard_addresses=Ana Ruiz <{at('ana', 'cut')}>", f"'<{at('ana', 'cut')}>' and 1 other word"),
        (PLAYBOOK, f"onboard_addresses: {at('ana', 'cut')}", f"'{at('ana', 'cut')}' and 1 other word"),
        (PLAYBOOK, f"onboard_addresses={at('ana', 'cut')} {at('ben', 'cut')}=", f"'{at('ben', 'cut')}='"),
        ("onboard_csv", "csv_files=a.csv b.csv", "'b.csv'"),
        ("onboard_csv", "csv_files=a.csv, b.csv", "'b.csv'"),
        ("export_csv", f"csv_addresses={at('ana', 'cut')}, {at('ben', 'cut')}", f"'{at('ben', 'cut')}'"),
    ],
)  # fmt: skip
def test_what_ansible_cuts_off_stops_the_run(stage: Stage, playbook: str, extra: str, shown: str) -> None:
    place = stage.place()
    for name in ("a.csv", "b.csv"):
        (place / name).write_text("Email\n", encoding="utf-8")
    run = stage.play(playbook, {"cut": LICENSE}, "-e", extra, place=place)
    assert run.status != 0
    assert f"The command line holds what belongs to no variable: {shown}. A value is cut off." in run.said
    assert """-e '{"onboard_addresses": """ in run.said
    assert stage.writes("cut") == []


def test_addresses_that_are_given_to_modules_are_read_alike(stage: Stage) -> None:
    """A text in a task of one's own, too, is not cut at the commas within names."""
    connection: dict[str, Any] = {
        "webex_api_url": "{{ webex_api_url }}",
        "wxcc_api_url": "{{ wxcc_api_url }}",
        "org_id": "{{ webex_org_id }}",
    }
    task = {
        "wxcc.onboarding.user": {
            "addresses": f'"Ruiz, Ana" <{at("ana", "agents")}>, Ben <{at("ben", "agents")}>',
            **connection,
        }
    }
    playbook = Path(stage.base / "own.yml")
    play = {"hosts": "all", "connection": "local", "gather_facts": False, "tasks": [task]}
    here = {"ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    playbook.write_text(json.dumps([{**play, "vars": here}]), encoding="utf-8")
    run = stage.play(str(playbook), {"agents": {}})
    assert run.status == 0, run.output
    there = names(stage, "agents")
    assert (there["ana"], there["ben"]) == ("Ana Ruiz", "")
