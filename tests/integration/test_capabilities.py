"""Supervisors by the contact center's own switch, however the service treats a write of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.chain_in_process import Clock, Desk
from tests.simulator.settings import SETTINGS

DOMAIN = "alpha.example.com"
LEAD, AGENT = f"lead@{DOMAIN}", f"agent@{DOMAIN}"
SCENARIO: dict[str, Any] = {
    "organizations": [
        {
            "key": "alpha",
            "name": "Alpha",
            "domains": [DOMAIN],
            "people": [{"email": LEAD, "licenses": ["premium"]}, {"email": AGENT, "licenses": ["premium"]}],
            "licenses": [{"type": "CJPPRM", "total": 9}, {"type": "CJPSTD", "total": 9}],
        }
    ]
}
ROWS = [{"email": LEAD, "role": "supervisor"}, {"email": AGENT, "role": "agent"}]
#: Without the switch the simulator knows no such field, which is ``absent``.
KINDS = ["absent", "read_only", "ignored", "effective"] if "capabilities" in SETTINGS else ["absent"]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    clock = Clock()
    with clock.ruling():
        yield Desk(SCENARIO, clock, tmp_path)


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_said_truly_what_came_of_the_switch(desk: Desk, kind: str) -> None:
    if "capabilities" in SETTINGS:
        desk.settings(capabilities=kind)
    desk.click()
    first = desk.roles(ROWS, supervisor_via="capabilities")
    lead, other = first.by_email[LEAD], first.by_email[AGENT]
    assert (other.kind, other.changed, other.error) == ("none", False, None)
    assert (lead.failed, lead.error) == (False, None)
    if kind == "effective":
        assert (lead.kind, lead.changed, lead.manual) == ("update", True, None)
        assert lead.after["role"] == "supervisor"
        assert not desk.roles(ROWS, supervisor_via="capabilities").writes
    else:
        assert (lead.kind, lead.changed) == ("manual", False)
        assert lead.manual is not None
        assert "Control Hub" in lead.manual.where
        assert len(first.writes) == (0 if kind == "absent" else 1)
    assert not [r for r in first.requests if r["method"] == "PUT"]


def test_who_has_no_record_yet_is_left_to_a_person(desk: Desk) -> None:
    found = desk.roles(ROWS[:1], supervisor_via="capabilities")
    assert found.by_email[LEAD].kind == "manual"
    assert not found.writes
