"""What agent settings must obey: a rule a row, and the order in which rules are told."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.names import Directory
from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.records import record_from
from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.rules import rule_violation
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import Problem
from tests.unit.build import PREMIUM_1, STANDARD_1, person

ADA = "ada@example.com"
DIRECTORY = Directory(
    {
        "user-profile": [
            {"id": "up-agent", "name": "Agents", "profileType": "PREMIUM_AGENT"},
            {"id": "up-night", "name": "Night", "profileType": "PREMIUM_AGENT"},
            {"id": "up-super", "name": "Supervisors", "profileType": "SUPERVISOR"},
        ],
        "site": [{"id": "lisboa", "name": "Lisboa"}, {"id": "nairobi", "name": "Nairobi"}],
        "team": [
            {"id": "t-service", "name": "Service", "siteId": "lisboa", "teamType": "AGENT"},
            {"id": "t-over", "name": "Overflow", "siteId": "nairobi", "teamType": "CAPACITY"},
            {"id": "t-night", "name": "Night", "siteId": "nairobi", "teamType": "AGENT"},
        ],
        "agent-profile": [
            {"id": "dp-office", "name": "Office", "parentType": "ORGANIZATION"},
            {"id": "dp-lisboa", "name": "Lisboa desk", "parentType": "SITE", "siteId": "lisboa"},
        ],
    }
)
DESK = {"siteId": "lisboa", "teamIds": ["t-service"], "agentProfileId": "dp-office"}


def rule(
    target: dict[str, t.Any], row: dict[str, t.Any] | None = None, who: t.Any = None, **held: t.Any
) -> Problem | None:
    """What ``target`` breaks for somebody whose record is that of an enabled premium agent, with ``held``."""
    record = record_from({"id": "r", "userProfileId": "up-agent", "contactCenterEnabled": True, **held})
    return rule_violation(ADA, row or {}, who, record, target, DIRECTORY)


@pytest.mark.parametrize(
    ("target", "held", "code", "words"),
    [
        ({"siteId": "lisboa"}, {"contactCenterEnabled": False}, "not_enabled", "so site would"),
        ({"teamIds": ["t-night"]}, DESK, "team_other_site", "Night belongs to the site Nairobi; the person's site is"),
        ({"teamIds": ["t-night"]}, {}, "team_other_site", "the person has no site"),
        ({"teamIds": ["t-over"]}, DESK, "team_capacity", "Overflow is a capacity team"),
        ({"siteId": "nairobi"}, DESK, "teams_needed", "keeps the team Service of the site Lisboa"),
        (
            {"siteId": "nairobi", "teamIds": []},
            {**DESK, "agentProfileId": "dp-lisboa"},
            "desktop_other_site",
            "Lisboa desk belongs to the site Lisboa, not to Nairobi",
        ),
        ({"siteId": "lisboa", "teamIds": ["t-service"]}, {}, "desktop_profile_needed", "has no desktop profile"),
        ({"agentProfileId": None, **DESK, "siteId": "nairobi"}, {}, "team_other_site", "Service"),
        ({"userProfileId": "up-super"}, {}, "profile_type", "holds this person as PREMIUM_AGENT (Agents)"),
    ],
)
def test_a_broken_rule_is_told(target: dict[str, t.Any], held: dict[str, t.Any], code: str, words: str) -> None:
    problem = rule(target, **held)
    assert problem is not None
    assert problem.code == code
    assert words in problem.message
    assert problem.advice


@pytest.mark.parametrize(
    ("target", "held"),
    [
        ({}, {}),
        ({"userProfileId": "up-night"}, {}),
        ({"userProfileId": "up-super"}, {"userProfileId": "unknown"}),
        (DESK, {}),
        ({"siteId": "nairobi", "teamIds": []}, DESK),
        ({"teamIds": ["unknown"]}, DESK),
        # What is wrong already, and not touched, is not the business of the change.
        ({"externalIdentifier": "E"}, {**DESK, "teamIds": ["t-night"]}),
        ({"teamIds": ["t-night"]}, {**DESK, "teamIds": ["t-night"]}),
        # Without effect, and said to be so elsewhere.
        ({"contactCenterEnabled": False, "teamIds": ["t-over"]}, DESK),
        ({"siteId": "lisboa"}, {**DESK, "contactCenterEnabled": False}),
        ({"externalIdentifier": "E"}, {"contactCenterEnabled": False}),
        ({"contactCenterEnabled": True, **DESK}, {"contactCenterEnabled": False}),
    ],
)
def test_everything_else_obeys(target: dict[str, t.Any], held: dict[str, t.Any]) -> None:
    assert rule(target, **held) is None


@pytest.mark.parametrize(
    ("who", "row", "fits"),
    [
        (None, {}, True),
        (None, {"license": "premium"}, True),
        (None, {"license": "standard"}, False),
        (None, {"license": "premium", "role": "supervisor"}, False),
        # What is held goes before what is declared.
        (person(ADA, PREMIUM_1), {"license": "standard", "role": "agent"}, True),
        (person(ADA, STANDARD_1), {"license": "premium"}, False),
    ],
)
def test_the_profile_fits_license_and_role(who: t.Any, row: dict[str, t.Any], fits: bool) -> None:
    problem = rule({"userProfileId": "up-night"}, row, who)
    assert (problem is None) is fits
    if problem is not None:
        assert "license and role need" in problem.message


def test_the_profile_is_told_before_everything_else() -> None:
    problem = rule({"userProfileId": "up-super", "teamIds": ["t-over"]}, **DESK)
    assert problem is not None
    assert problem.code == "profile_type"
