"""The plan of agent settings: what is declared against what is held, rule by rule."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.names import Directory
from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.records import Record, record_from
from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.settings import parse_settings
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.plan import Change
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import Problem, WxccError
from ansible_collections.wxcc.onboarding.plugins.module_utils._model import Person, Wanted, address_key
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.agent import item_problems
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.agent_plan import (
    AgentFacts,
    declared_settings,
    plan_agents,
)

ADA = "ada.marlowe@example.com"
CI = "22222222-0000-4000-8000-000000000001"
DESK = {"contact_center_enabled": True, "site": "Lisboa", "teams": ["Service"], "desktop_profile": "Office"}
DIRECTORY = Directory(
    {
        "user-profile": [
            {"id": "up-agent", "name": "Premium Agent", "profileType": "PREMIUM_AGENT"},
            {"id": "up-night", "name": "Night Shift", "profileType": "PREMIUM_AGENT"},
            {"id": "up-super", "name": "Supervisor", "profileType": "SUPERVISOR"},
        ],
        "site": [{"id": "lisboa", "name": "Lisboa"}, {"id": "nairobi", "name": "Nairobi"}],
        "team": [
            {"id": "t-service", "name": "Service", "siteId": "lisboa", "teamType": "AGENT"},
            {"id": "t-sales", "name": "Sales", "siteId": "lisboa", "teamType": "AGENT"},
            {"id": "t-over", "name": "Overflow", "siteId": "lisboa", "teamType": "CAPACITY"},
            {"id": "t-night", "name": "Night", "siteId": "nairobi", "teamType": "AGENT"},
        ],
        "skill-profile": [{"id": "sp-1", "name": "Spanish"}, {"id": "sp-2", "name": "German"}],
        "agent-profile": [
            {"id": "dp-office", "name": "Office", "parentType": "ORGANIZATION"},
            {"id": "dp-lisboa", "name": "Lisboa desk", "parentType": "SITE", "siteId": "lisboa"},
        ],
        "multimedia-profile": [{"id": "mp-voice", "name": "Voice"}],
    }
)


def record(email: str = ADA, **fields: Any) -> Record:
    """A record as the service shows it: enabled, a premium agent, nothing else set."""
    return record_from(
        {
            "id": f"r-{email}",
            "ciUserId": CI,
            "email": email,
            "active": True,
            "userProfileId": "up-agent",
            "contactCenterEnabled": True,
            **fields,
        }
    )


def at_desk(**fields: Any) -> Record:
    return record(**{"siteId": "lisboa", "teamIds": ["t-service"], "agentProfileId": "dp-office", **fields})


def plan(agent: dict[str, Any], held: Record | None, row: dict[str, Any] | None = None, **read: Any) -> Change:
    """Plan one person."""
    want = Wanted(0, ADA, ADA, "users[0]", {"email": ADA, **(row or {})})
    facts = AgentFacts(DIRECTORY, {ADA: parse_settings(agent)}, {ADA: held} if held else {}, **read)
    return plan_agents([want], facts).changes[0]


def code(item: Change) -> str | None:
    return item.problem.code if item.kind == "blocked" and item.problem else None


# --- what is sent -----------------------------------------------------------------------------------------------------


def test_only_what_differs_is_sent() -> None:
    item = plan({**DESK, "external_id": "E-7"}, at_desk())
    assert item.kind == "update"
    assert item.payload.body == {"externalIdentifier": "E-7"}
    assert (item.before["external_id"], item.after["external_id"]) == (None, "E-7")


def test_teams_in_another_order_are_the_same() -> None:
    item = plan({"teams": ["Service", "Sales"]}, at_desk(teamIds=["t-sales", "t-service"]))
    assert item.kind == "none"


def test_an_omitted_field_is_an_empty_one() -> None:
    assert plan({"skill_profile": "", "external_id": ""}, at_desk()).kind == "none"


def test_an_empty_text_clears_with_null_and_empty_teams_with_a_list() -> None:
    item = plan({"skill_profile": "", "teams": []}, at_desk(skillProfileId="sp-1"))
    assert item.payload.body == {"skillProfileId": None, "teamIds": []}


def test_a_move_sends_site_teams_and_desktop_profile_together() -> None:
    item = plan({"site": "Nairobi", "teams": ["Night"]}, at_desk())
    assert item.payload.body == {"siteId": "nairobi", "teamIds": ["t-night"], "agentProfileId": "dp-office"}
    assert set(item.payload.wanted) == {"siteId", "teamIds"}


def test_being_switched_off_counts_as_taking_something_away() -> None:
    assert plan({"contact_center_enabled": False}, at_desk()).removal
    assert not plan({"contact_center_enabled": True}, record(contactCenterEnabled=False)).removal


def test_what_has_no_effect_while_switched_off_is_told_and_not_sent() -> None:
    item = plan({"contact_center_enabled": False, "site": "Nairobi", "teams": []}, at_desk())
    assert item.payload.body == {"contactCenterEnabled": False}
    assert item.extra["ignored"] == ["site", "teams"]


def test_nobody_is_touched_who_declares_nothing() -> None:
    item = plan({}, at_desk())
    assert (item.kind, item.before) == ("none", {})


# --- rules ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("agent", "held", "expected"),
    [
        ({"teams": ["Night"]}, at_desk(), "team_other_site"),
        ({"teams": ["Service"]}, record(), "team_other_site"),
        ({"teams": ["Overflow"]}, at_desk(), "team_capacity"),
        ({"site": "Nairobi"}, at_desk(), "teams_needed"),
        ({"site": "Nairobi", "teams": ["Night"]}, at_desk(agentProfileId="dp-lisboa"), "desktop_other_site"),
        ({"site": "Nairobi", "teams": ["Night"], "desktop_profile": "Lisboa desk"}, record(), "desktop_other_site"),
        ({"site": "Lisboa", "teams": ["Service"]}, record(), "desktop_profile_needed"),
        ({"user_profile": "Supervisor"}, at_desk(), "profile_type"),
        ({"site": "Lisboa"}, record(contactCenterEnabled=False), "not_enabled"),
    ],
)
def test_a_broken_rule_blocks_the_person(agent: dict[str, Any], held: Record, expected: str) -> None:
    item = plan(agent, held)
    assert code(item) == expected
    assert item.problem is not None
    assert item.problem.advice
    assert item.after == item.before


@pytest.mark.parametrize(
    ("agent", "held"),
    [
        (DESK, record(contactCenterEnabled=False)),
        ({"site": "Lisboa", "teams": ["Service", "Sales"]}, at_desk()),
        ({"site": "Nairobi", "teams": []}, at_desk()),
        ({"desktop_profile": "Lisboa desk"}, at_desk()),
        ({"user_profile": "night shift"}, at_desk()),
    ],
)
def test_what_obeys_the_rules_is_planned(agent: dict[str, Any], held: Record) -> None:
    assert plan(agent, held).kind == "update"


def test_a_broken_rule_that_is_there_already_is_not_our_business() -> None:
    held = at_desk(teamIds=["t-night"])
    assert plan({"external_id": "E-1"}, held).kind == "update"
    assert plan({"teams": ["Night"]}, held).kind == "none"


def test_the_profile_must_fit_the_license_and_role_that_are_declared() -> None:
    held = at_desk(userProfileId="up-super")
    item = plan({"user_profile": "Night Shift"}, held, {"license": "premium", "role": "supervisor"})
    assert code(item) == "profile_type"
    assert item.problem is not None
    assert "SUPERVISOR" in item.problem.message


# --- people -----------------------------------------------------------------------------------------------------------


def person(**fields: Any) -> Person:
    return Person(id=CI, email=ADA, **fields)


def test_without_a_record_synchronizing_is_the_way_out() -> None:
    item = plan(DESK, None, people={ADA: person()})
    assert code(item) == "record_missing"
    assert item.problem is not None
    assert "Synchronize Users" in item.problem.advice


def test_without_a_license_no_record_is_to_be_expected() -> None:
    assert code(plan(DESK, None, people={ADA: person(license_ids=())})) == "needs_license"


def test_somebody_who_is_not_there_is_blocked_for_the_first_reason() -> None:
    assert code(plan(DESK, None, people={ADA: None})) == "person_missing"
    trial = {ADA: Problem("trial_account", "an old trial")}
    assert code(plan(DESK, None, people={ADA: None}, blocked=trial)) == "trial_account"


def test_a_record_of_another_identity_with_this_address_is_not_written_to() -> None:
    other = dataclasses.replace(at_desk(), ci_user_id="33333333-0000-4000-8000-000000000001")
    assert code(plan({"external_id": "E-1"}, other, people={ADA: person()})) == "identity_mismatch"


def test_check_mode_plans_for_those_whom_the_chain_would_bring_in() -> None:
    item = plan(DESK, None, people={ADA: person(planned=True)}, planned={ADA})
    assert item.kind == "update"
    assert item.after["site"] == "Lisboa"
    assert code(plan({"site": "Lisboa"}, None, people={ADA: person(planned=True)}, planned={ADA})) == "not_enabled"


# --- skill profiles ---------------------------------------------------------------------------------------------------


def test_a_skill_profile_takes_five_hundred_and_what_the_plan_frees() -> None:
    emails = [f"a{n}@example.com" for n in range(4)]
    wants = [Wanted(n, e, address_key(e), f"users[{n}]", {"email": e}) for n, e in enumerate(emails)]
    agents = [
        {"skill_profile": "Spanish"},
        {"skill_profile": "Spanish"},
        {"skill_profile": "Spanish"},
        {"skill_profile": ""},
    ]
    records = {e: record(e, skillProfileId="sp-2" if n < 3 else "sp-1") for n, e in enumerate(emails)}
    declared = {e: parse_settings(a) for e, a in zip(emails, agents, strict=True)}
    items = plan_agents(wants, AgentFacts(DIRECTORY, declared, records, holders={"sp-1": 499})).changes
    assert [i.kind for i in items] == ["update", "update", "blocked", "update"]
    assert code(items[2]) == "skill_profile_full"


# --- names ------------------------------------------------------------------------------------------------------------


def test_unknown_names_among_the_settings_of_everybody_are_in_one_message_and_blame_nobody() -> None:
    wants = [Wanted(n, f"a{n}@example.com", f"a{n}@example.com", f"users[{n}]", {}) for n in range(5)]
    agents = {w.key: parse_settings({"site": "Lisbon", "skill_profile": "Spannish"}) for w in wants}
    with pytest.raises(WxccError) as caught:
        plan_agents(wants, AgentFacts(DIRECTORY, agents, {w.key: record(w.email) for w in wants}))
    problem = caught.value.problem
    assert problem.code == "unknown_name"
    assert "nearest: Lisboa" in problem.message
    assert "nearest: Spanish" in problem.message
    assert problem.message.count("variable onboard_agent_settings") == 2
    assert "users[0]" not in problem.message, "the first row has done nothing wrong"


def test_a_name_that_only_one_row_gives_blocks_that_row_alone() -> None:
    rows = [{"agent": {"site": "Lisbon"}}, {"agent": {"site": "Lisboa"}}]
    wants = [Wanted(n, f"a{n}@example.com", f"a{n}@example.com", f"users[{n}]", row) for n, row in enumerate(rows)]
    facts = AgentFacts(DIRECTORY, declared_settings(wants, None), {w.key: record(w.email) for w in wants})
    wrong, right = plan_agents(wants, facts)
    assert (wrong.kind, wrong.problem.code if wrong.problem else "") == ("blocked", "unknown_name")
    assert "nearest: Lisboa" in (wrong.problem.message if wrong.problem else "")
    assert right.problem is None or right.problem.code != "unknown_name"


# --- input ------------------------------------------------------------------------------------------------------------


def test_a_person_s_own_settings_go_before_those_of_everybody() -> None:
    want = Wanted(
        0, ADA, ADA, "users[0]", {"email": ADA, "agent": {"site": "Nairobi", "skill_profile": "", "external_id": None}}
    )
    declared = declared_settings(
        [want], {"site": "Lisboa", "external_id": "E", "skill_profile": "Spanish", "teams": None}
    )
    assert declared == {ADA: {"site": "Nairobi", "external_id": "E", "skill_profile": ""}}


@pytest.mark.parametrize("row", [{"state": "absent"}, {"license": "none"}])
def test_people_who_leave_are_left_alone(row: dict[str, Any]) -> None:
    want = Wanted(0, ADA, ADA, "users[0]", {"email": ADA, "agent": {"site": "Lisboa"}, **row})
    assert declared_settings([want], None) == {ADA: {}}


# --- answers ----------------------------------------------------------------------------------------------------------


def test_answers_are_told_apart_by_their_number_and_silence_is_not_consent() -> None:
    answer = {
        "items": [
            {"itemIdentifier": 2, "status": 200},
            {
                "itemIdentifier": "0",
                "status": 400,
                "apiError": {"trackingId": "ccconfig_1", "error": {"key": "400", "reason": "siteId: not found"}},
            },
        ]
    }
    first, second, third = item_problems(answer, ["a", "b", "c"])
    assert first is not None
    assert second is not None
    assert (first.code, first.http_status, first.tracking_id) == ("refused", 400, "ccconfig_1")
    assert "siteId: not found" in first.message
    assert second.code == "bulk_item_missing"
    assert third is None


@pytest.mark.parametrize("answer", [None, {}, {"items": None}, {"items": []}, [], {"items": ["x", {"status": 200}]}])
def test_an_answer_without_items_means_nothing_was_done(answer: Any) -> None:
    found = item_problems(answer, ["a"])
    assert [p.code for p in found if p] == ["bulk_item_missing"]
