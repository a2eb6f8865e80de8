"""What a person still lacks, in one word and one sentence."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.desk_ready import LACKS, what_lacks

AGENT = {"contact_center_enabled": True, "site": "Lisboa", "teams": ["Service"], "desktop_profile": "Office"}
READY = {
    "state": "present",
    "pending": False,
    "license": "premium",
    "role": "agent",
    "sync_state": "in_sync",
    "profile_type": "PREMIUM_AGENT",
    "agent": AGENT,
}


def test_nothing_lacks() -> None:
    assert what_lacks(READY) == (None, "Desk-ready.")


@pytest.mark.parametrize(
    ("change", "wanted", "word"),
    [
        ({"state": "absent"}, {}, "user"),
        ({"state": "disabled"}, {}, "user"),
        ({"license": "none"}, {}, "license"),
        ({"license": "standard"}, {"license": "premium"}, "license"),
        ({}, {"role": "supervisor"}, "role"),
        ({"sync_state": "missing", "sync_message": "Not there yet."}, {}, "sync"),
        ({"sync_state": None}, {}, "sync"),
        ({"agent": {**AGENT, "contact_center_enabled": False}}, {}, "enabled"),
        ({"agent": {**AGENT, "site": None}}, {}, "site"),
        ({"agent": {**AGENT, "teams": []}}, {}, "team"),
        ({"agent": {**AGENT, "desktop_profile": None}}, {}, "profile"),
        ({"pending": True}, {}, "first_sign_in"),
        ({"agent": {}}, {}, "not_read"),
        ({"license": None}, {}, "not_read"),
        ({"profile_type": "SUPERVISOR", "agent": {}}, {}, "not_read"),
        *(({"agent": {k: v for k, v in AGENT.items() if k != name}}, {}, "not_read") for name in AGENT),
    ],
)
def test_what_lacks_first_is_named(change: dict[str, t.Any], wanted: dict[str, t.Any], word: str) -> None:
    found, sentence = what_lacks({**READY, **change}, wanted)
    assert found == word
    assert found in LACKS
    assert sentence.endswith(".")
    assert len(sentence.split()) > 2


def test_the_sentence_of_the_sync_state_is_the_one_that_was_observed() -> None:
    assert what_lacks({**READY, "sync_state": "missing", "sync_message": "Not there yet."})[1] == "Not there yet."


def test_digital_pending_is_information() -> None:
    assert what_lacks({**READY, "sync_state": "digital_pending"})[0] is None


@pytest.mark.parametrize("profile", ["SUPERVISOR", "ADMINISTRATOR"])
def test_supervisors_and_administrators_need_no_desk(profile: str) -> None:
    word, sentence = what_lacks({**READY, "profile_type": profile, "agent": {"contact_center_enabled": False}})
    assert word is None
    assert "without a desk" in sentence
    assert what_lacks({**READY, "profile_type": profile, "agent": {**AGENT, "site": None}})[0] == "site"


def test_as_declared_is_ready() -> None:
    assert what_lacks(READY, {"license": "premium", "role": "agent"})[0] is None


def test_what_is_declared_is_judged_as_everywhere() -> None:
    helper = {**READY, "role": "administrator"}
    assert what_lacks(helper, {"role": "agent"})[0] == "role"
    assert what_lacks(helper, {"role": "agent", "administrator_roles": ["User Administrator"]})[0] is None
    assert what_lacks({**helper, "profile_type": "SUPERVISOR"}, {"role": "supervisor"})[0] is None
    assert what_lacks(helper, {"role": "agent", "roles_only_added": True})[0] is None
    assert what_lacks(READY, {"license": "standard"})[0] == "license"
    assert what_lacks(READY, {"license": "standard", "licenses_only_added": True})[0] is None
