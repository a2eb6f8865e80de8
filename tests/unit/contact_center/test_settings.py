"""Agent settings: the table, what may be declared, what is left alone and what clears, and how values are compared."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.names import LISTS, Directory
from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.records import record_from
from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.settings import (
    BY_WORD,
    ENTITIES,
    NEED_ENABLED,
    SETTINGS,
    TEXT,
    parse_settings,
    problems,
    same_value,
    settings_shown,
    value_in_record,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.columns import BULK_COLUMNS
from ansible_collections.wxcc.onboarding.plugins.module_utils._module.spec import AGENT_SETTINGS

LISBOA, NAIROBI = "11111111-0000-4000-8000-000000000001", "11111111-0000-4000-8000-000000000002"
VALUES = {setting.word: {"str": "x", "list": ["x"], "bool": True}[setting.type] for setting in SETTINGS} | {
    "default_number": "5550101"
}
CLEARABLE = [setting.word for setting in SETTINGS if setting.clearable]
LASTING = [setting.word for setting in SETTINGS if not setting.clearable]

# --- one table --------------------------------------------------------------------------------------------------------


def test_options_and_columns_hold_the_settings_of_the_table() -> None:
    assert {word: option["type"] for word, option in AGENT_SETTINGS.items()} == {s.word: s.type for s in SETTINGS}
    assert [column.field for column in BULK_COLUMNS if column.field != "email"] == list(BY_WORD)


def test_every_list_that_settings_are_names_of_can_be_read() -> None:
    assert set(ENTITIES) < set(LISTS)


def test_what_takes_effect_only_while_enabled_is_the_vendor_s_list() -> None:
    assert NEED_ENABLED == (
        "site",
        "teams",
        "skill_profile",
        "desktop_profile",
        "multimedia_profile",
        "default_number",
    )


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda s: s.word)
def test_every_setting_is_read_from_a_record(setting: t.Any) -> None:
    """Lists of records leave out what is not asked for by name, so that a field that is forgotten there would look unset."""
    value = VALUES[setting.word]
    assert value_in_record(record_from({"id": "r", setting.field: value}), setting.field) == value


# --- what may be declared ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", list(BY_WORD))
def test_null_is_the_same_as_not_named(word: str) -> None:
    assert problems({word: None}) == []
    assert parse_settings({word: None}) == parse_settings({}) == parse_settings(None) == {}


@pytest.mark.parametrize("word", CLEARABLE)
@pytest.mark.parametrize("empty", ["", "  ", []])
def test_empty_clears(word: str, empty: t.Any) -> None:
    if empty == [] and BY_WORD[word].type == TEXT:
        assert "not text" in problems({word: empty})[0][0]
        return
    assert problems({word: empty}) == []
    assert parse_settings({word: empty}) == {word: "" if BY_WORD[word].type == TEXT else []}


@pytest.mark.parametrize("word", LASTING)
def test_what_cannot_be_empty_refuses_an_empty_text(word: str) -> None:
    assert len(problems({word: ""})) == 1


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ({"sites": "Lisboa"}, "'sites'"),
        ({"sites": None}, "'sites'"),
        ({"external_id": 7}, "quotes"),
        ({"teams": [1]}, "list"),
        ({"teams": [None]}, "list"),
        ({"teams": {"Service": True}}, "list"),
        ({"contact_center_enabled": "maybe"}, "true or false"),
        ({"contact_center_enabled": 1}, "true or false"),
        ({"user_profile": " "}, "cannot be cleared"),
        ("Lisboa", "mapping"),
        ({"default_number": "call me"}, "which is no number"),
        ({"default_number": "+1 202"}, "which is no number"),
        ({"default_number": "7"}, "2 to 15 digits"),
    ],
)
def test_what_cannot_be_used_is_said(agent: t.Any, words: str) -> None:
    assert words in " ".join(" ".join(p) for p in problems(agent))


def test_everything_that_is_wrong_is_said_at_once() -> None:
    assert (
        len(problems({"sites": "Lisboa", "site": 7, "teams": 7, "contact_center_enabled": 7, "external_id": "E"})) == 4
    )
    assert problems(None) == problems({}) == problems(VALUES) == []


def test_on_and_off_and_joined_teams_of_a_file_are_understood() -> None:
    assert parse_settings({"contact_center_enabled": "Off", "teams": "Service| Sales|Service|"}) == {
        "contact_center_enabled": False,
        "teams": ["Service", "Sales"],
    }


# --- comparing and showing --------------------------------------------------------------------------------------------


def test_values_are_compared_by_what_they_mean() -> None:
    assert same_value("siteId", None, "")
    assert same_value("contactCenterEnabled", None, False)
    assert not same_value("contactCenterEnabled", True, None)
    assert same_value("teamIds", ["a", "b"], ["b", "a"])
    assert same_value("teamIds", None, [])
    assert not same_value("teamIds", ["a"], ["a", "b"])


def test_names_are_shown_in_place_of_ids_and_what_was_not_read_is_left_out() -> None:
    directory = Directory(
        {
            "site": [{"id": LISBOA, "name": "Lisboa"}],
            "team": [{"id": "t1", "name": "Service"}, {"id": "t2", "name": "Sales"}],
            "user-profile": [{"id": "p1", "name": "Agents", "profileType": "PREMIUM_AGENT"}],
        }
    )
    record = record_from(
        {
            "id": "r",
            "userProfileId": "p1",
            "contactCenterEnabled": True,
            "siteId": NAIROBI,
            "teamIds": ["t1", "t2"],
            "skillProfileId": "s1",
            "externalIdentifier": "E-7",
        }
    )
    assert settings_shown(record, directory) == {
        "user_profile": "Agents",
        "contact_center_enabled": True,
        "site": NAIROBI,
        "teams": ["Sales", "Service"],
        "external_id": "E-7",
        "default_number": None,
        "profile_type": "PREMIUM_AGENT",
    }
    assert settings_shown(None, directory) == {}
