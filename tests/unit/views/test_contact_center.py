"""What a contact center has, as the module shows it: names, types, sites, and how many people have what."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.names import LISTS, Directory
from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.records import Record, record_from
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import InputError
from ansible_collections.wxcc.onboarding.plugins.module_utils._views.contact_center import (
    KINDS,
    count_holders,
    list_entries,
    lists_to_read,
    write_settings,
)

DIRECTORY = Directory(
    {
        "site": [{"id": "s2", "name": "Nairobi"}, {"id": "s1", "name": "Lisboa", "active": False, "description": ""}],
        "team": [{"id": "t1", "name": "Service", "siteId": "s1", "teamType": "AGENT", "active": True}],
        "user-profile": [{"id": "u1", "name": "Agents", "profileType": "PREMIUM_AGENT", "systemDefault": True}],
        "agent-profile": [{"id": "d1", "name": "Office", "parentType": "SITE", "siteId": "gone"}],
        "skill-profile": [],
        "multimedia-profile": [],
        "skill": [{"id": "k1", "name": "Spanish", "skillType": "PROFICIENCY"}],
    }
)


def record(email: str, **fields: t.Any) -> Record:
    return record_from({"id": f"r-{email}", "email": email, "contactCenterEnabled": True, **fields})


def test_every_list_of_the_vendor_has_a_word() -> None:
    assert sorted(KINDS.values()) == sorted(LISTS)


@pytest.mark.parametrize(
    ("kinds", "settings", "needed"),
    [
        (["skills"], False, ["skill"]),
        (["teams"], False, ["site", "team"]),
        (["desktop_profiles"], False, ["agent-profile", "site"]),
        ([], False, []),
        (
            [],
            True,
            ["agent-profile", "multimedia-profile", "site", "skill-profile", "team", "user-profile"],
        ),
    ],
)
def test_only_what_is_needed_is_read(kinds: list[str], settings: bool, needed: list[str]) -> None:
    assert lists_to_read(kinds, settings=settings) == needed


def test_entries_have_our_words_and_names_and_are_sorted() -> None:
    assert list_entries("site", DIRECTORY, None) == [
        {"id": "s1", "name": "Lisboa", "active": False},
        {"id": "s2", "name": "Nairobi"},
    ]
    assert list_entries("team", DIRECTORY, {"t1": 4}) == [
        {"id": "t1", "name": "Service", "type": "AGENT", "active": True, "site": "Lisboa", "people": 4}
    ]
    assert list_entries("user-profile", DIRECTORY, {}) == [
        {"id": "u1", "name": "Agents", "type": "PREMIUM_AGENT", "system_default": True, "people": 0}
    ]
    assert list_entries("agent-profile", DIRECTORY, None) == [
        {"id": "d1", "name": "Office", "parent": "SITE", "site": "gone"}
    ]
    # Nobody has a skill but through a skill profile.
    assert list_entries("skill", DIRECTORY, {}) == [{"id": "k1", "name": "Spanish", "type": "PROFICIENCY"}]


def test_people_are_counted_under_everything_that_they_have() -> None:
    records = [
        record("a@example.com", userProfileId="u1", siteId="s1", teamIds=["t1", "t2"]),
        record("b@example.com", userProfileId="u1", teamIds=["t1"], externalIdentifier="s1"),
    ]
    assert count_holders(records) == {"u1": 2, "s1": 1, "t1": 2, "t2": 1}


def test_settings_go_to_a_file_by_name(tmp_path: Path) -> None:
    dest = str(tmp_path / "agents.csv")
    records = [record("b@example.com", siteId="s1", teamIds=["t1"]), record("a@example.com", userProfileId="u1")]
    assert write_settings(dest, records, DIRECTORY) == [dest]
    lines = Path(dest).read_text(encoding="utf-8").splitlines()
    assert lines[1:] == ["a@example.com,Agents,On,,,,,,,", "b@example.com,,On,Lisboa,Service,,,,,"]


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        write_settings(str(tmp_path / "missing" / "agents.csv"), [], DIRECTORY)
    assert "dest" in caught.value.problem.message
