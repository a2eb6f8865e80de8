"""Rows of one person from two rosters, each condition by itself."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.join import in_words, join_people, join_rows
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


# --- single rules, whole contradictions -----------------------------------------------------------------------------------


def row(source: str, **fields: Any) -> dict[str, Any]:
    return {"email": EMAIL, "source": source, **fields}


def clashes(*rows: dict[str, Any], mode: str = "add_and_remove") -> list[tuple[Any, ...]]:
    return [tuple(clash)[1:] for clash in join_people(rows, mode=mode)[1]]


@pytest.mark.parametrize(
    ("value", "words"),
    [(True, "TRUE"), (False, "FALSE"), (["A", 5], "A, 5"), (("A",), "A"), ([], ""), ("a\nb", "a\\nb"), (5, "5")],
)
def test_a_value_in_words(value: Any, words: str) -> None:
    assert in_words(value) == words


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([{"title": "A"}, {}, {"title": "B"}], [("title", "A", "r0", "B", "r2")]),
        # What is said first stands, and each other is held against it.
        (
            [{"title": "A"}, {"title": "B"}, {"title": "B"}],
            [("title", "A", "r0", "B", "r1"), ("title", "A", "r0", "B", "r2")],
        ),
        ([{"x": 1}, {"x": True}], [("x", 1, "r0", True, "r1")]),
        ([{"x": 0}, {"x": False}], [("x", 0, "r0", False, "r1")]),
        ([{"x": True}, {"x": True}], []),
        ([{"columns": {"A": "1"}}, {"columns": {"A": "2", "B": "3"}}], [("A", "1", "r0", "2", "r1")]),
        ([{"row": 1, "part": 1, "sources": ["r0"]}, {"row": 2, "part": 2}], []),
        (
            [
                {"csv": {"subscriptions": {"premium": {"S": True}}}},
                {"csv": {"subscriptions": {"premium": {"S": False}}}},
            ],
            [("premium [S]", True, "r0", False, "r1")],
        ),
        # The one that was said first comes first.
        ([{"csv": {"premium": True}}, {"csv": {"standard": True}}], [("license", "premium", "r0", "standard", "r1")]),
        ([{"csv": {"standard": True}}, {"csv": {"premium": True}}], [("license", "standard", "r0", "premium", "r1")]),
        ([{"csv": {"standard": True}}, {"csv": {"premium": False}}], []),
    ],
)
def test_a_contradiction_names_what_stood_where(rows: list[dict[str, Any]], found: list[tuple[Any, ...]]) -> None:
    assert clashes(*[row(f"r{n}", **fields) for n, fields in enumerate(rows)]) == found


@pytest.mark.parametrize(
    ("said", "cells", "mode", "found"),
    [
        ({"license": "premium"}, {"standard": True}, "add_only", ("standard", True, "b", "premium", "a")),
        ({"license": "premium"}, {"premium": False}, "add_and_remove", ("premium", False, "b", "premium", "a")),
        ({"license": "premium"}, {"premium": False}, "add_only", None),
        ({"license": "premium"}, {"standard": False}, "add_and_remove", None),
        ({"license": "premium"}, {"premium": True}, "add_and_remove", None),
        ({"license": "none"}, {"premium": True}, "add_only", ("premium", True, "b", "none", "a")),
        (
            {"role": "supervisor"},
            {"standard": True},
            "add_only",
            ("standard", True, "b", "supervisor, who needs premium", "a"),
        ),
        ({"role": "supervisor"}, {"premium": None}, "add_and_remove", None),
        ({"role": "agent"}, {"premium": False}, "add_and_remove", None),
        ({"title": "A"}, {"premium": False}, "add_and_remove", None),
    ],
)
def test_a_license_or_role_against_the_cells_of_a_file(
    said: dict[str, Any], cells: dict[str, Any], mode: str, found: tuple[Any, ...] | None
) -> None:
    both = [row("a", **said), row("b", csv=cells)]
    for rows in (both, both[::-1], [row("c"), *both]):
        assert clashes(*rows, mode=mode) == ([found] if found else [])
    # The same row may say both.
    alone = clashes(row("a", **said, csv=cells), mode=mode)
    assert alone == ([(*found[:2], "a", *found[3:])] if found else [])


def test_one_row_stays_as_it_is_and_several_become_a_new_one() -> None:
    single = row("a", title=None)
    assert join_rows([single]) == (single, [])
    teams = ["Sales"]
    first = row("a", sources=["a", "b"], agent={"teams": teams, "site": None}, columns={"A": "1"}, title=None)
    second = row("c", agent=None, csv={"premium": True, "subscriptions": {"premium": {"S": None, "T": True}}})
    joined, none = join_rows([first, second, row("b", title="A")])
    assert none == []
    assert joined == {
        "email": EMAIL,
        "source": "a",
        "sources": ["a", "b", "c"],
        "agent": {"teams": teams},
        "columns": {"A": "1"},
        "title": "A",
        "csv": {"standard": None, "premium": True, "subscriptions": {"premium": {"S": None, "T": True}}},
    }
    joined["agent"]["teams"].append("Travel")
    assert teams == ["Sales"]
