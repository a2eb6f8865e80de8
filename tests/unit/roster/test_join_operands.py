"""Rows of one person from two rosters, each condition by itself."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.roster.test_join import join_all

EMAIL = "ada@example.com"


@pytest.mark.parametrize(
    ("one", "two", "joined"),
    [
        (["Sales"], ["Sales"], ["Sales"]),
        (["Sales", "Travel"], ["Sales", "Travel"], ["Sales", "Travel"]),
        (["Sales", "Travel"], ["Travel", "Sales"], ["Sales", "Travel"]),
        ([], [], []),
        (None, ["Sales"], ["Sales"]),
        (["Sales"], None, ["Sales"]),
    ],
)
def test_the_same_teams_named_by_two_rosters_are_no_contradiction(one: Any, two: Any, joined: list[str]) -> None:
    first = [{"email": EMAIL, "source": "a.csv:2", "agent": {"teams": one}}]
    second = [{"email": EMAIL, "source": "b.csv:5", "agent": {"teams": two}}]
    people, findings = join_all([first, second])
    assert findings == []
    assert [person["agent"] for person in people] == [{"teams": joined}]
    assert people[0]["sources"] == ["a.csv:2", "b.csv:5"]


@pytest.mark.parametrize("two", [["Travel"], ["Sales", "Travel"], []])
def test_other_teams_are_a_contradiction_whichever_roster_comes_first(two: list[str]) -> None:
    rosters = [
        [{"email": EMAIL, "source": "a.csv:2", "agent": {"teams": ["Sales"]}}],
        [{"email": EMAIL, "source": "b.csv:5", "agent": {"teams": two}}],
    ]
    for order in (rosters, rosters[::-1]):
        _people, [finding] = join_all(order)
        assert (finding.code, finding.column) == ("contradiction", "agent.teams")


def test_places_that_were_joined_before_stay() -> None:
    first = [{"email": EMAIL, "source": "a.csv:2", "sources": ["a.csv:2", "a.csv:9"]}]
    people, _findings = join_all([first, [{"email": EMAIL, "source": "b.csv:5"}]])
    assert people[0]["sources"] == ["a.csv:2", "a.csv:9", "b.csv:5"]
