"""The module sync: states, timeline, hook and support bundle, against the simulator."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.modules import run_folder, run_module
from tests.integration.worlds import FOUR_AGENTS, address
from tests.simulator.testing import PARTNER_TOKEN, RunningSimulator

NEW = "new.agent@alpha.example.com"


SCENARIO = FOUR_AGENTS


@pytest.fixture
def simulator(simulator: RunningSimulator) -> RunningSimulator:
    """Everybody is in sync."""
    simulator.click()
    return simulator


def add(simulator: RunningSimulator, email: str = NEW) -> None:
    person = {"email": email, "first_name": "New", "last_name": "Agent", "active": True, "licenses": ["premium"]}
    simulator.control("POST", "people", {"organization": "alpha", **person})


def sync(simulator: RunningSimulator, *people: dict[str, Any], **options: Any) -> dict[str, Any]:
    options = {"wait_timeout": 0.5, "interval": 0.2, **options}
    if people:
        options["users"] = list(people)
    return run_module("sync", url=simulator.url, org_id=simulator.state("alpha")["id"], results="all", **options)


@contextlib.contextmanager
def clicking_after_the_first_look(simulator: RunningSimulator) -> Iterator[None]:
    """The administrator presses the button once somebody has looked at the contact center's records, however long that takes."""
    over = threading.Event()

    def wait_and_click() -> None:
        while not any("/v2/user" in entry["path"] for entry in simulator.journal()):
            if over.wait(0.05):
                return
        simulator.click()

    thread = threading.Thread(target=wait_and_click)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_the_timeline_tells_when_the_state_became_another(simulator: RunningSimulator) -> None:
    add(simulator)
    simulator.clear_journal()
    with clicking_after_the_first_look(simulator):
        result = sync(simulator, {"email": NEW}, {"email": address(0)}, wait_timeout=60)
    assert not result.get("failed"), result.get("msg")
    new, old = result["results"]
    assert [step["state"] for step in new["timeline"]] == ["missing", "in_sync"]
    assert new["timeline"][0]["time"] <= new["timeline"][1]["time"]
    assert [step["state"] for step in old["timeline"]] == ["in_sync"]


def test_a_record_that_never_appears_fails_with_what_a_case_needs(simulator: RunningSimulator, tmp_path: Path) -> None:
    simulator.settings(sync_stay_missing=[NEW])
    add(simulator)
    simulator.click()
    directory = run_folder(tmp_path / "run", [{"email": NEW}, {"email": address(0)}], simulator.state("alpha")["id"])
    run = {"run_directory": str(directory)}
    for number in (1, 2):
        result = sync(simulator, **run, round=number, last_round=number == 2)
        assert result["failed"]
        assert (result["support_bundle"] is not None) is (number == 2)
    assert result["todo"][0] == "acme: 1 of 2 people are not in sync yet."
    file = directory / "support.json"
    text = file.read_text(encoding="utf-8")
    content = json.loads(text)
    assert PARTNER_TOKEN not in text
    assert content["counts"] == {"people": 2, "not_in_sync": 1}
    (person,) = content["people"]
    assert person["email"] == NEW
    truth = simulator.person(NEW)
    assert truth is not None
    assert person["person_id"] == truth["id"]
    assert person["timeline"][0]["state"] == "missing"
    assert content["tried"]["earlier_looks"] == 1
    assert content["tracking_ids"]
    assert file.stat().st_mode & 0o777 == 0o600


def test_no_bundle_is_left_where_everybody_is_in_sync(simulator: RunningSimulator, tmp_path: Path) -> None:
    directory = run_folder(tmp_path / "run", [{"email": address(0)}], simulator.state("alpha")["id"])
    result = sync(simulator, run_directory=str(directory), last_round=True)
    assert not result.get("failed")
    assert (result["support_bundle"], result["todo"], result["open"]) == (None, [], 0)
    assert not (directory / "support.json").exists()


def test_a_token_that_cannot_look_leaves_people_without_a_state(simulator: RunningSimulator) -> None:
    simulator.faults(method="GET", path="/organization/", kind="status", status=403, when="before", times=9)
    result = sync(simulator, {"email": address(0)}, contact_center="optional")
    assert not result.get("failed"), result.get("msg")
    assert (result["unseen"], result["open"], result["results"][0]["after"]["sync_state"]) == (1, 0, None)
    assert "cannot be seen" in result["todo"][0]
    refused = sync(simulator, {"email": address(0)})
    assert (refused["aborted"], refused["error"]["code"]) == (True, "forbidden")


def test_a_record_with_another_name_is_no_match(simulator: RunningSimulator) -> None:
    simulator.settings(sync_name_mismatch=[NEW])
    add(simulator)
    simulator.click()
    (person,) = sync(simulator, {"email": NEW})["results"]
    assert person["after"]["sync_state"] == "identity_mismatch"


def test_a_record_with_the_old_address_is_followed_by_the_identity(simulator: RunningSimulator) -> None:
    simulator.change(address(1), new_email="renamed@alpha.example.com")
    (before,) = sync(simulator, {"email": "renamed@alpha.example.com"})["results"]
    assert before["after"]["sync_state"] == "identity_mismatch"
    assert "address" in before["after"]["message"]
    assert before["record_id"]
    simulator.click()
    (after,) = sync(simulator, {"email": "renamed@alpha.example.com"})["results"]
    assert after["after"]["sync_state"] == "in_sync"
    assert after["record_id"] == before["record_id"]


def test_a_profile_of_the_wrong_type_is_told_with_the_way_out(simulator: RunningSimulator) -> None:
    (person,) = sync(simulator, {"email": address(0), "license": "premium", "role": "supervisor"})["results"]
    assert person["after"]["sync_state"] == "profile_mismatch"
    assert "Edit licenses" in person["error"]["advice"]


def test_digital_pending_is_information(simulator: RunningSimulator) -> None:
    simulator.settings(imi_pending=True)
    add(simulator)
    simulator.click()
    result = sync(simulator, {"email": NEW})
    assert not result.get("failed"), result.get("msg")
    assert result["results"][0]["after"]["sync_state"] == "digital_pending"


def test_an_inactive_record_is_not_in_sync(simulator: RunningSimulator) -> None:
    simulator.settings(sync_inactive=[NEW])
    add(simulator)
    simulator.click()
    (person,) = sync(simulator, {"email": NEW})["results"]
    assert person["after"]["sync_state"] == "inactive"


def test_the_hook_is_called_before_the_first_look(simulator: RunningSimulator) -> None:
    add(simulator)
    url = f"{simulator.url}/_sim/synchronize-users"
    result = sync(simulator, {"email": NEW}, trigger="hook", hook_url=url, hook_header="X-Key: very-secret")
    assert not result.get("failed"), result.get("msg")
    assert [step["state"] for step in result["results"][0]["timeline"]] == ["in_sync"]
    assert "very-secret" not in json.dumps(result)
