"""Every text that is kept of a person makes the whole round: declared, kept, read, shown, and taken away again where that can be."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._model import ATTRIBUTES, Attribute
from tests.integration.modules import run_module
from tests.simulator.testing import RunningSimulator

PERSON = {"email": "ada@alpha.example.com", "first_name": "Ada", "last_name": "Marlowe"}
SCENARIO: dict[str, Any] = {
    "seed": 4,
    "organizations": [{"key": "alpha", "name": "Alpha", "domains": ["alpha.example.com"], "people": [PERSON]}],
}


def declare(simulator: RunningSimulator, value: Any, attribute: Attribute, *, check: bool = False) -> dict[str, Any]:
    users = [{"email": PERSON["email"], attribute.word: value}]
    result = run_module("user", url=simulator.url, org_id=simulator.state("alpha")["id"], check=check, users=users)
    assert not result.get("failed"), result["msg"]
    return result


def shown(simulator: RunningSimulator, attribute: Attribute) -> str | None:
    asked = {"url": simulator.url, "org_id": simulator.state("alpha")["id"], "addresses": [PERSON["email"]]}
    (person,) = run_module("user_info", **asked)["users"]
    return person[attribute.word] or None


@pytest.mark.parametrize("attribute", ATTRIBUTES, ids=lambda attribute: attribute.word)
def test_it_makes_the_round(simulator: RunningSimulator, attribute: Attribute) -> None:
    before = shown(simulator, attribute)
    assert declare(simulator, "Europe/Lisbon", attribute, check=True)["changed"]
    assert shown(simulator, attribute) == before, "check mode wrote"
    assert declare(simulator, "Europe/Lisbon", attribute)["changed"]
    assert shown(simulator, attribute) == "Europe/Lisbon"
    assert not declare(simulator, "Europe/Lisbon", attribute)["changed"]
    assert not declare(simulator, None, attribute)["changed"], "null leaves alone"
    assert declare(simulator, "", attribute)["changed"] is attribute.clearable
    assert shown(simulator, attribute) == (None if attribute.clearable else "Europe/Lisbon")
