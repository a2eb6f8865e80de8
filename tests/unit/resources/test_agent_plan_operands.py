"""The plan of agent settings, each side of its conditions by itself: names, what was not read, odd records, full skill profiles."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.names import Directory
from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.records import Record
from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.settings import parse_settings
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.plan import Change
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import Problem, WxccError
from ansible_collections.wxcc.onboarding.plugins.module_utils._model import Wanted
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.agent_plan import (
    AgentChange,
    AgentFacts,
    declared_settings,
    must_be_read,
    plan_agents,
)
from tests.unit.build import wanted
from tests.unit.resources.test_agent_plan import ADA, DESK, DIRECTORY, at_desk, code, person, plan, record

ODD = Problem("invalid_response", "The record cannot be used.")
EARLIER = Problem("protected", "An earlier step stopped.")
#: Two teams of one name.
TWO = Directory(
    {
        "site": [{"id": "lisboa", "name": "Lisboa"}, {"id": "nairobi", "name": "Nairobi"}],
        "team": [
            {"id": "t-l", "name": "Service", "siteId": "lisboa", "teamType": "AGENT"},
            {"id": "t-n", "name": "Service", "siteId": "nairobi", "teamType": "AGENT"},
        ],
    }
)


def unread(*fields: str, held: Record | None = None) -> Record:
    """A record of which a list left these fields out."""
    return dataclasses.replace(held or at_desk(), unread=frozenset(fields))


def one(row: dict[str, Any], held: Record | None, directory: Directory = DIRECTORY, **read: Any) -> Change:
    """Plan a row as a roster has it."""
    wants = wanted({"email": ADA, **row})
    facts = AgentFacts(directory, declared_settings(wants, None), {ADA: held} if held else {}, **read)
    return plan_agents(wants, facts).changes[0]


# --- what is declared -------------------------------------------------------------------------------------------------


def test_every_place_that_cannot_be_used_is_named_up_to_ten() -> None:
    def said(rows: int, defaults: Any) -> str:
        with pytest.raises(WxccError) as caught:
            declared_settings(wanted(*[{"email": ADA, "agent": {"site": 5}}] * rows), defaults)
        assert caught.value.problem.code == "invalid_input"
        return caught.value.problem.message

    first, *others = said(2, {"user_profile": " "}).split(" | ")
    assert first.startswith("settings: agent.user_profile is empty, but cannot be cleared. ")
    assert others == [f"users[{n}] ({ADA}): agent.site is 5, not text. Put quotes around it." for n in range(2)]
    assert said(10, None).count("users[") == 10
    assert " more)" not in said(10, None)
    assert said(12, {"site": 5}).count("users[") == 9
    assert said(12, {"site": 5}).endswith(" (and 3 more)")


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("agent", "site", "team"),
    [
        ({"site": "Nairobi", "teams": ["Service"]}, "lisboa", "t-n"),
        ({"teams": ["Service"]}, "nairobi", "t-n"),
        ({"teams": ["Service"]}, "lisboa", "t-l"),
    ],
)
def test_of_teams_with_one_name_that_of_the_site_is_meant(agent: dict[str, Any], site: str, team: str) -> None:
    item = one({"agent": agent}, record(siteId=site, agentProfileId="dp"), TWO)
    assert (item.kind, item.payload.wanted["teamIds"]) == ("update", [team])


def test_a_name_that_nobody_has_and_one_that_two_have_are_told_with_the_row() -> None:
    item = one({"agent": {"teams": ["Service", "Sales"]}}, record(), TWO)
    assert item.problem is not None
    first, second = item.problem.message.split(" (users[0]). ")
    assert first == "The team 'Service' is ambiguous, write an id: t-l (site Lisboa), t-n (site Nairobi)"
    assert second == "The team 'Sales' does not exist; nearest: Service (users[0])."


# --- what a list left out ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("agent", "held", "must"),
    [
        ({"skill_profile": "Spanish"}, None, False),
        ({"skill_profile": "Spanish"}, at_desk(), False),
        ({"skill_profile": "Spanish"}, unread("skillProfileId"), True),
        ({"external_id": "E-7"}, unread("skillProfileId"), False),
        ({"site": "Nairobi"}, unread("skillProfileId"), True),
        ({"external_id": "E-7"}, unread("teamIds"), False),
        ({"teams": ["Service"]}, unread("teamIds"), True),
        ({"site": "Lisboa"}, unread("teamIds"), False),
        ({"site": "Lisboa", "teams": ["Service"]}, unread("teamIds"), True),
        ({"site": "Nairobi"}, unread("teamIds"), True),
        ({"site": "Nairobi", "teams": ["Night"]}, unread("teamIds"), False),
        ({"site": "Nairobi", "teams": ["Night"]}, unread("teamIds", "skillProfileId"), True),
        # Whoever has no site has no teams.
        ({"teams": ["Service"]}, unread("teamIds", held=record()), False),
        (None, unread("teamIds"), False),
    ],
)
def test_who_must_be_read_by_id(agent: dict[str, Any] | None, held: Record | None, must: bool) -> None:
    [want] = wanted(ADA)
    declared = {} if agent is None else {ADA: parse_settings(agent)}
    assert must_be_read(want, AgentFacts(DIRECTORY, declared, {ADA: held} if held else {})) is must


def test_what_was_not_read_is_sent_back_by_nobody_and_shown_afterwards_where_it_is_set() -> None:
    item = plan({"site": "Nairobi", "desktop_profile": ""}, unread("teamIds", held=record(siteId="lisboa")))
    assert item.payload == AgentChange(f"r-{ADA}", {"siteId": "nairobi"}, {"siteId": "nairobi"})
    item = plan({"skill_profile": "Spanish", "user_profile": "Night Shift"}, unread("skillProfileId"))
    assert "skill_profile" not in item.before
    assert item.after == {**item.before, "skill_profile": "Spanish", "user_profile": "Night Shift"}


# --- a change as a whole ----------------------------------------------------------------------------------------------


def test_a_change_is_shown_with_what_stays() -> None:
    [want] = wanted(ADA)
    before = {
        "user_profile": "Premium Agent",
        "contact_center_enabled": False,
        "site": "Lisboa",
        "teams": ["Service"],
        "skill_profile": None,
        "desktop_profile": "Office",
        "multimedia_profile": None,
        "external_id": "E-1",
        "default_number": None,
        "profile_type": "PREMIUM_AGENT",
    }
    declared = {"contact_center_enabled": True, "external_id": ""}
    item = plan(declared, at_desk(contactCenterEnabled=False, externalIdentifier="E-1"), people={ADA: person()})
    assert item == Change(
        dataclasses.replace(want, row={"email": ADA}),
        "update",
        before=before,
        after={**before, "contact_center_enabled": True, "external_id": None},
        person=person(),
        payload=AgentChange(
            f"r-{ADA}",
            {"contactCenterEnabled": True, "externalIdentifier": None},
            {"contactCenterEnabled": True, "externalIdentifier": None},
        ),
    )


# --- records that cannot be used --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("held", "planned"), [(at_desk(), ()), (None, ()), (None, (ADA,))])
def test_an_odd_record_is_the_reason_whatever_else_is_known(held: Record | None, planned: tuple[str, ...]) -> None:
    item = plan(DESK, held, odd={ADA: ODD}, planned=planned, people={ADA: None}, blocked={ADA: EARLIER})
    assert (item.kind, item.problem, dict(item.before)) == ("blocked", ODD, {})


def test_an_earlier_reason_goes_before_the_missing_license() -> None:
    nobody = {ADA: person(license_ids=())}
    assert plan(DESK, None, people=nobody, blocked={ADA: EARLIER}).problem == EARLIER
    # Of a license that nobody read nothing is claimed.
    assert code(plan(DESK, None, people={ADA: person()}, blocked={ADA: EARLIER})) == "record_missing"


# --- skill profiles ---------------------------------------------------------------------------------------------------


def test_who_finds_no_place_is_told_whoever_stands_before() -> None:
    skills = ["", "German", "Spanish", "Spanish", "Spanish"]
    emails = [f"a{n}@example.com" for n in range(len(skills))]
    wants = [Wanted(n, e, e, f"users[{n}]", {"email": e}) for n, e in enumerate(emails)]
    declared = {
        e: parse_settings({"skill_profile": s, "contact_center_enabled": True})
        for e, s in zip(emails, skills, strict=True)
    }
    # The third has no record yet, and the first gives up what does not count.
    records = {e: record(e, **({"skillProfileId": "sp-9"} if n == 0 else {})) for n, e in enumerate(emails) if n != 2}
    facts = AgentFacts(DIRECTORY, declared, records, holders={"sp-1": 499}, planned={emails[2]})
    plan_ = plan_agents(wants, facts)
    assert [c.kind for c in plan_] == ["update", "update", "update", "blocked", "blocked"]
    text = " finds no place in the skill profile Spanish: 500 people may share one, and 499 hold it now."
    assert [c.problem for c in plan_][3:] == [Problem("skill_profile_full", f"{e}{text}") for e in emails[3:]]
