"""What becomes of each row: defaults for rows that declare none, the gate, and agent settings, held against the simulator's truth."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.csv_files import EMAIL, codes, results, sheet
from tests.integration.stage import Hosts, Played, Stage
from tests.integration.worlds import address, agents, organization, person, scenario
from tests.simulator.testing import running_simulator

KINDS = ("cells", "plain", "later", "never")
WORLD = scenario(*(organization(key, [person("there", "The", "Re")]) for key in KINDS))
WIDE = ["First Name", "Last Name", EMAIL, "Extension", "Manager", "Advanced Messaging"]


@dataclass
class Imported:
    """One run of onboard_csv over all of them."""

    stage: Stage
    played: Played

    def rows(self, host: str) -> dict[str, dict[str, str]]:
        return results(self.stage.base / host / "x.result.csv")

    def retry(self, host: str) -> list[str] | None:
        path = self.stage.base / host / "x.retry.csv"
        return path.read_text("utf-8").splitlines()[1:] if path.exists() else None

    def held(self, host: str) -> dict[str, str]:
        return {local: name for local, name in self.stage.licenses(host).items() if local != "partner"}


@pytest.fixture(scope="class")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Imported]:
    with running_simulator(WORLD) as simulator:
        stage = Stage(simulator, tmp_path_factory.mktemp("rows"))
        words = {"onboard_license": "premium", "onboard_role": "agent"}
        cells = sheet(
            ["Tru", "E", "true@cells.example.com", "TRUE", ""],
            ["Fal", "Se", "false@cells.example.com", "FALSE", "FALSE"],
            ["Bla", "Nk", "blank@cells.example.com", "", ""],
        )
        wide = sheet(
            ["Ne", "W", "new@plain.example.com", "2101", "boss@plain.example.com", "TRUE"],
            ["The", "Re", "there@plain.example.com", "1.2E+10", "", "FALSE"],
            header=WIDE,
        )
        hosts: Hosts = {
            "cells": {**words, "csv_files": stage.put("cells", "x.csv", cells)},
            "plain": {
                "onboard_license": "premium",
                "onboard_role": "supervisor",
                "csv_files": stage.put("plain", "x.csv", wide),
                "onboard_users": [{"email": "there@plain.example.com", "role": "agent"}],
            },
        }
        for host, gate in (("later", "none"), ("never", "wait")):
            file = sheet(
                ["The", "Re", f"there@{host}.example.com", "", "TRUE"], ["No", "Ne", f"none@{host}.example.com", "", ""]
            )
            hosts[host] = {
                "csv_files": stage.put(host, "x.csv", file),
                "synchronize_gate": gate,
                "synchronize_timeout": 0.4,
                "onboard_users": [{"email": f"there@{host}.example.com", "agent": {"external_id": "E-1"}}],
            }
        yield Imported(stage, stage.play("onboard_csv", hosts))


class TestRows:
    """Rows of Control Hub user files."""

    def test_cells_go_before_the_license_for_everybody(self, imported: Imported) -> None:
        assert imported.held("cells") == {"true": "standard", "false": "none", "blank": "none", "there": "none"}
        assert codes(imported.played, "cells")["warning"] == [
            "default_not_for_false",
            "default_not_for_blank",
            "default_role_not_for_false",
        ]
        users = imported.played.users("cells")
        assert {email.partition("@")[0]: (user["license"], user["role"]) for email, user in users.items()} == {
            "true": ("standard", "agent"),
            "false": ("none", "agent"),
            "blank": ("none", "agent"),
        }
        assert {row["Outcome"] for row in imported.rows("cells").values()} == {"changed"}
        assert imported.rows("cells")["true"]["Sync State"] == "in_sync"
        said = " ".join(imported.played.output.split())
        assert said.count("the cells of 1 person are FALSE and not TRUE") >= 1
        assert "the license cells of 1 person are blank" in said

    def test_a_file_without_license_columns_takes_license_and_role(self, imported: Imported) -> None:
        assert imported.held("plain") == {"new": "premium", "there": "premium"}
        users = imported.played.users("plain")
        assert (users["new@plain.example.com"]["role"], users["there@plain.example.com"]["role"]) == (
            "supervisor",
            "agent",
        )
        assert {user["outcome"] for user in users.values()} == {"ready"}
        assert all("license none -> premium" in row["Changes"] for row in imported.rows("plain").values())

    def test_columns_that_are_not_carried_out_refuse_nobody(self, imported: Imported) -> None:
        assert codes(imported.played, "plain")["warning"] == ["columns_left", "number_scientific"]
        assert "error" not in codes(imported.played, "plain")
        assert "Extension, Manager, Advanced Messaging" in " ".join(imported.played.output.split())
        assert imported.retry("plain") is None

    def test_an_open_gate_is_no_error(self, imported: Imported) -> None:
        row = imported.rows("later")["there"]
        assert (row["Outcome"], row["Sync State"]) == ("waiting", "missing")
        assert row["Changes"].startswith("license none -> premium")
        assert imported.played.recap("later")["failed"] == 0
        assert imported.played.users("later")["there@later.example.com"]["outcome"] == "waiting"
        # Its settings wait, too, so the row is to be run again.
        (again,) = imported.retry("later") or []
        assert "there@later" in again
        assert imported.rows("later")["none"]["Outcome"] == "changed"

    def test_who_failed_to_synchronize_stands_in_the_retry_file(self, imported: Imported) -> None:
        row = imported.rows("never")["there"]
        assert (row["Outcome"], row["Error Code"], row["Sync State"]) == ("failed", "not_in_sync", "missing")
        assert row["Changes"].startswith("license none -> premium")
        assert "Synchronize" in row["Advice"]
        user = imported.played.users("never")["there@never.example.com"]
        assert (user["outcome"], user["sync_state"]) == ("failed", row["Sync State"])
        (again,) = imported.retry("never") or []
        assert "there@never" in again
        assert imported.played.recap("never")["failed"] == 1


BULK = "Email,Contact Center Enabled,Site,Teams,Desktop Profile,External Id,Default DN\r\n"


def bulk_rows(key: str = "desks") -> list[str]:
    desk = "On,Lisboa,Lisboa Service,Office desktop"
    return [
        f"{address(0, key)},{desk},E-0,5550100",
        f'{address(1, key)},On,Lisboaa,Lisboa Service,Office desktop,"E-1",5550101',
        f"{address(2, key)},{desk},E-2,call me",
    ]


@dataclass
class Configured:
    """configure_agents with a file, and with its retry file once the causes are gone."""

    stage: Stage
    run: Played
    again: Played
    retry: str
    retry_left: bool

    def rows(self, name: str) -> list[dict[str, str]]:
        with (self.stage.base / "desks" / name).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def desks(self) -> dict[str, tuple[str | None, str | None]]:
        users = self.stage.simulator.state("desks")["contact_center"]["users"]
        return {u["email"].partition("@")[0]: (u["external_id"], u["default_dn"]) for u in users}


@pytest.fixture(scope="class")
def configured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Configured]:
    with running_simulator(scenario(organization("desks", agents()))) as simulator:
        stage = Stage(simulator, tmp_path_factory.mktemp("bulk"))
        simulator.click()
        file = stage.put("desks", "agents.csv", (BULK + "\r\n".join([*bulk_rows(), ""])).encode())
        run = stage.play("configure_agents", {"desks": {"onboard_csv_files": file}})
        path = Path(file).with_name("agents.retry.csv")
        retry = path.read_text("utf-8")
        path.write_text(retry.replace("Lisboaa", "Lisboa", 1).replace("call me", "5550102", 1), "utf-8", newline="")
        again = stage.play("configure_agents", {"desks": {"onboard_csv_files": str(path)}})
        yield Configured(stage, run, again, retry, Path(file).with_name("agents.retry.retry.csv").exists())


class TestBulkOperations:
    """Rows of Bulk Operations files."""

    def test_results_and_retry_in_the_words_of_the_file(self, configured: Configured) -> None:
        one, two, three = configured.rows("agents.result.csv")
        assert (one["Email"], one["Outcome"], one["Error Message"]) == (address(0, "desks"), "changed", "")
        assert "external_id nothing -> E-0" in one["Changes"]
        assert (two["Outcome"], "Lisboaa" in two["Error Message"]) == ("blocked", True)
        assert (three["Outcome"], three["Error Code"]) == ("refused", "number_invalid")
        header, *rows = configured.retry.splitlines()
        assert header == f"{BULK.strip()},Error Message"
        assert [row.startswith(f"{came},") for row, came in zip(rows, bulk_rows()[1:], strict=True)] == [True, True]
        assert "Lisboaa" in rows[0].removeprefix(bulk_rows()[1])
        assert "This is no number." in rows[1]

    def test_the_report_agrees(self, configured: Configured) -> None:
        assert configured.run.outcomes("desks") == {"agent0": "ready", "agent1": "blocked", "agent2": "failed"}
        assert {path.name for path in configured.run.directory.glob("report.*")} == {
            "report.json",
            "report.csv",
            "report.html",
        }
        assert configured.run.recap("desks")["failed"] == 1

    def test_the_retry_file_runs_when_the_causes_are_gone(self, configured: Configured) -> None:
        assert configured.again.recap("desks")["failed"] == 0, configured.again.output
        assert configured.again.outcomes("desks") == {"agent1": "ready", "agent2": "ready"}
        assert not configured.retry_left
        found = configured.desks()
        assert {name: found[name] for name in ("agent0", "agent1", "agent2")} == {
            "agent0": ("E-0", "5550100"),
            "agent1": ("E-1", "5550101"),
            "agent2": ("E-2", "5550102"),
        }
