"""The CSV procedure from end to end: ansible-playbook, real files, a simulator, and the truth in it afterwards."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.integration.csv_stage import (
    TWO_SUBSCRIPTIONS,
    CsvStage,
    Row,
    codes,
    organization,
    person,
    scenario,
    sheet,
)
from tests.integration.stage import Played
from tests.simulator.testing import PARTNER_TOKEN, RunningSimulator, running_simulator

SAMPLE, SEVERAL, DAMAGED = (
    "sample_control_hub_export.csv",
    "sample_control_hub_export_multisub.csv",
    "sample_damaged_by_spreadsheet.csv",
)
PIPE = "{{ lookup('pipe', 'id') }}"
RAW = "{% raw %}{{ 7 * 7 }}"
TRIAL = "trial.user@text.example.com"

#: Those of the sample's people who are there before; the others are new.
THERE = [
    person("ada.marlowe", "Ada", "Marlowe", "premium"),
    person("bruno.keane", "Bruno", "Keane"),
    person("ines.robles", "Ines", "Robles", "standard"),
    person("dev.anand", "Dev", "Anand", "premium", active=False),
    person("erin.odell@emea", "Erin", "O'Dell", "premium"),
    person("fay.lind", "Fay", "Lind", "standard"),
]
#: What everybody holds after the sample was imported, by what the import may do.
AFTER_ADD = {
    "ada.marlowe": "premium",
    "bruno.keane": "standard",
    "carla.vidal+pilot": "premium",
    "ines.robles": "standard",
    "dev.anand": "premium",
    "erin.odell": "premium",
    "fay.lind": "standard",
    "svc-recorder": "none",
}
AFTER_EXACT = {**AFTER_ADD, "erin.odell": "none", "fay.lind": "none"}
#: More people than one line of a message should name, all of whom a stale file would strip.
STRIPPED = [f"agent{number:02d}" for number in range(25)]

FILES = scenario(
    organization("add", THERE),
    organization("exact", THERE),
    organization(
        "several",
        [
            person("ada.marlowe", "Ada", "Marlowe"),
            person("carla.vidal+pilot", "Carla", "Vidal", "premium"),
            person("bruno.keane", "Bruno", "Keane", "premium"),
        ],
        TWO_SUBSCRIPTIONS,
    ),
    organization("damaged", [person("ada.marlowe", "Ada", "Marlowe"), person("bruno.keane", "Bruno", "Keane")]),
    organization("guard", [person(local, "Ag", "Ent", "premium") for local in STRIPPED]),
    organization("text", [person("lead", "Le", "Ad", "premium")]),
    organization("torn", [person("calm", "Ca", "Lm")]),
    organization("strict", [person("calm", "Ca", "Lm")]),
    organization("broken", [person("calm", "Ca", "Lm")]),
    accounts_elsewhere=[{"email": TRIAL, "kind": "trial"}],
)


@dataclass
class Acts:
    """One story in three runs: the plan, the run, and the rows that did not succeed once more, the others as they were."""

    stage: CsvStage
    plan: Played
    planned: dict[str, Any]
    run: Played
    writes: dict[str, list[Row]]
    done: dict[str, dict[str, str]]
    tables: dict[str, list[dict[str, str]]]
    again: Played = field(init=False)
    later: dict[str, list[Row]] = field(default_factory=dict)


def hosts(stage: CsvStage) -> dict[str, dict[str, Any]]:
    """Every organisation with its files and what else its administrator would say."""
    small = {"onboard_synchronize": "false", "onboard_preflight": "false"}
    one = sheet(
        [PIPE, RAW, "first.new@text.example.com", "", "TRUE"],
        ["Tri", "Al", TRIAL, "TRUE", ""],
        ["Le", "Ad", "LEAD@text.example.com", "FALSE", "TRUE"],
    )
    two = sheet(["Se", "Cond", "second.new@text.example.com", "TRUE", "FALSE"])
    calm = ["Ca", "Lm", "calm@{}.example.com", "TRUE", ""]
    torn = {}
    for host in ("torn", "strict"):
        own = [cell.format(host) for cell in calm]
        stage.put(host, "early.csv", sheet(own, ["Nia", "Ro", f"nia@{host}.example.com", "", "TRUE"]))
        stage.put(host, "late.csv", sheet(["Nia", "Roo", f"NIA@{host}.example.com", "TRUE", ""]))
        torn[host] = ",".join(str(stage.base / host / name) for name in ("early.csv", "late.csv"))
    header = ["User ID/Email (Required)", "Webex Contact Center Premium"]
    stale = sheet(*([f"{local}@guard.example.com", "FALSE"] for local in STRIPPED), header=header)
    day = 86_400
    return {
        "add": {"csv_files": stage.sample("add", SAMPLE)},
        "exact": {
            **small,
            "csv_files": [stage.sample("exact", SAMPLE, age_s=day)],
            "csv_mode": "add_and_remove_services",
        },
        "several": {
            **small,
            "csv_files": stage.sample("several", SEVERAL),
            "csv_mode": "add_and_remove_services",
        },
        "damaged": {**small, "csv_files": stage.sample("damaged", DAMAGED)},
        "guard": {
            **small,
            "csv_files": stage.put("guard", "stale.csv", stale, age_s=day),
            "csv_mode": "add_and_remove_services",
            "onboard_max_removals": "24",
        },
        # Text throughout, as a controller's survey hands it over.
        "text": {
            "csv_files": f"{stage.put('text', 'one.csv', one)}, {stage.put('text', 'two.csv', two)},",
            "csv_mode": "add_services_only",
            "onboard_users": [{"email": "First.New@text.example.com", "role": "supervisor"}],
            "onboard_refused_rows": "skip",
            "onboard_part_size": "500",
            "onboard_check_organization": "true",
            "onboard_max_removals": "",
        },
        "torn": {**small, "csv_files": torn["torn"]},
        "strict": {**small, "csv_files": torn["strict"], "onboard_refused_rows": "stop"},
        "broken": {**small, "csv_files": stage.put("broken", "picture.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" * 9)},
    }


def give_number(simulator: RunningSimulator, email: str, number: str) -> None:
    """Note somebody's number in the organisation's record."""
    known = simulator.person(email)
    assert known is not None
    listed = simulator.get("/v1/people", orgId=_org(simulator, email), max="1000").json()["items"]
    entry = next(one for one in listed if email in one["emails"])
    entry["phoneNumbers"] = [{"type": "work", "value": number}]
    answer = simulator.request("PUT", f"/v1/people/{entry['id']}", json=entry)
    assert answer.is_success, answer.text


def _org(simulator: RunningSimulator, email: str) -> str:
    return next(
        org["id"]
        for org in simulator.state()["organizations"]
        if any(one["email"].lower() == email.lower() for one in org["people"])
    )


class TestFiles:
    """Every kind of file in an organisation of its own."""

    @pytest.fixture(scope="class")
    def acts(self, tmp_path_factory: pytest.TempPathFactory, collections_path: Path) -> Iterator[Acts]:
        with running_simulator(FILES) as simulator:
            stage = CsvStage(simulator, tmp_path_factory.mktemp("files"), collections_path)
            wanted = hosts(stage)
            give_number(simulator, "ada.marlowe@damaged.example.com", "+12025550101")
            inventory = stage.inventory(**wanted)
            start = simulator.state()
            simulator.clear_journal()
            plan = stage.play(inventory, "--check")
            assert simulator.state() == start, "a check run writes nothing"
            assert [stage.writes_of(host) for host in wanted] == [[]] * len(wanted)
            simulator.clear_journal()
            run = stage.play(inventory)
            tables = {
                str(path.relative_to(stage.base)): stage.table(*path.relative_to(stage.base).parts)
                for path in stage.base.glob("*/*.result.csv")
            }
            acts = Acts(
                stage,
                plan,
                {},
                run,
                {host: stage.writes_of(host) for host in wanted},
                {host: stage.licenses(host) for host in wanted},
                tables,
            )
            yield acts

    def test_debug(self, acts: Acts) -> None:
        Path("/tmp/csvtry/plan.txt").write_text(acts.plan.output)
        Path("/tmp/csvtry/run.txt").write_text(acts.run.output)
        import json
        Path("/tmp/csvtry/report.json").write_text(json.dumps(acts.run.report, indent=1))
        Path("/tmp/csvtry/planreport.json").write_text(json.dumps(acts.plan.report, indent=1))
        Path("/tmp/csvtry/done.json").write_text(json.dumps([acts.done, acts.tables], indent=1))
        import shutil; shutil.rmtree("/tmp/csvtry/stage", ignore_errors=True); shutil.copytree(acts.stage.base, "/tmp/csvtry/stage")
