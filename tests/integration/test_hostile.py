"""Texts of a service that would be more than text: templates, escapes of a terminal, pages; through a whole run of the playbook."""

from __future__ import annotations

import re
from typing import Any

from tests.integration.modules import play_tasks, task
from tests.integration.stage import Stage

TEMPLATE = "{{ 6 * 7 }}{% raw %}"
ESCAPE = "\x1b[2J\x9b31m\u202e"
#: What a terminal obeys; Ansible's own colors are off.
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|\\\\u001b|\\\\u009b|\\\\x1b")
PERSON = {"organization": "alpha", "email": "odd@alpha.example.com", "first_name": "Odd", "active": True}

ROSTER = [{"email": "nia@alpha.example.com", "first_name": "Nia", "last_name": "New", "license": "premium"}]


def fault(stage: Stage, path: str, **more: Any) -> None:
    stage.simulator.control("POST", "faults", {"path": path, "times": -1, **more})


def test_texts_of_people_and_errors_stay_texts(stage: Stage) -> None:
    """What a module returned is used in another task, as a playbook's author would."""
    stage.simulator.control("POST", "people", {**PERSON, "last_name": TEMPLATE + ESCAPE})
    fault(stage, "/v1/roles", status=400, body={"message": TEMPLATE + ESCAPE})
    told = {"ansible.builtin.debug": {"msg": "{{ step_0.users[0].last_name }} and {{ step_1.msg }}"}, "name": "told"}
    addresses = {"addresses": [PERSON["email"]]}
    ran = play_tasks(stage, task("user_info", addresses), task("role_info"), told, arguments=("-v",))
    assert not ran.results[0].get("failed"), ran.results[0]
    assert ran.results[0]["users"][0]["last_name"] == f"{TEMPLATE}\u2426[2J\u242631m\u2426"
    assert TEMPLATE in ran.results[1]["msg"]
    assert ran.results[2]["msg"].count(TEMPLATE) == 2
    assert not OBEYED.search(ran.output)


def test_a_run_among_them_ends_as_any_other(stage: Stage) -> None:
    fault(stage, "/v1/licenses", method="PATCH", status=400, body={"message": TEMPLATE + ESCAPE + "<b>x</b>"})
    done = stage.play("onboard_manual", {"alpha": {"onboard_users": ROSTER}}, "-v")
    assert done.status == 2, done.output
    assert TEMPLATE in done.said
    assert not OBEYED.search(done.output)
    for path in done.directory.rglob("*"):
        if path.is_file():
            assert not OBEYED.search(path.read_text(encoding="utf-8")), path.name


def test_a_page_in_place_of_an_answer_is_one_sentence(stage: Stage) -> None:
    fault(stage, "", kind="html")
    done = stage.play("onboard_manual", {"alpha": {"onboard_users": ROSTER, "webex_retry_deadline": 1}}, "--check")
    assert done.status == 2, done.output
    assert "not JSON" in done.stopped("alpha")["message"] or "HTML page" in done.stopped("alpha")["message"]
    assert "<html" not in done.output.lower()


def test_a_token_inside_of_good_data_goes_into_no_file(stage: Stage) -> None:
    assert stage.token is not None
    row = {**ROSTER[0], "email": PERSON["email"], "last_name": "New"}
    stage.simulator.control("POST", "people", {**PERSON, "last_name": f"x {stage.token} x"})
    done = stage.play("onboard_manual", {"alpha": {"onboard_users": [row]}}, "--diff")
    texts = {p.name: p.read_text(encoding="utf-8") for p in done.directory.rglob("*") if p.is_file()}
    assert "x ******** x" in texts["plan.json"]
    assert [name for name, text in texts.items() if stage.token in text] == []
    assert stage.token not in done.output
