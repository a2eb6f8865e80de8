"""What a row asks for in licenses: a word and cells come to the same."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.intent import Intent, declared_license

BOTH, ADD = "add_and_remove", "add_only"


def of(row: dict[str, Any], default: str | None = None) -> Intent:
    found = Intent.of(row, default)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("word", "cells"),
    [
        ("premium", {"premium": True, "standard": False}),
        ("standard", {"premium": False, "standard": True}),
        ("none", {"premium": False, "standard": False}),
    ],
)
def test_a_word_asks_for_what_these_cells_ask_for(word: str, cells: dict[str, bool]) -> None:
    by_word, by_cells = of({"license": word}), of({"csv": cells})
    assert dataclasses.replace(by_word, by_cells=True) == by_cells
    assert by_word.target == by_cells.target == word
    assert by_word.wanted == (word if word != "none" else None)


def test_a_word_goes_before_cells_and_both_before_the_default() -> None:
    cells = {"premium": True, "standard": None}
    assert of({"license": "none", "csv": cells}, "standard").target == "none"
    assert of({"csv": cells}, "standard").wanted == "premium"
    assert of({}, "standard").wanted == "standard"
    assert of({"csv": {"premium": None, "standard": None}}, "standard").wanted is None
    assert Intent.of({}) is None


@pytest.mark.parametrize(
    ("cell", "mode", "takes"),
    [(False, BOTH, True), (False, ADD, False), (True, BOTH, False), (None, BOTH, False), (None, ADD, False)],
)
def test_only_false_takes_away_and_never_where_a_run_only_adds(cell: bool | None, mode: str, takes: bool) -> None:
    intent = of({"csv": {"premium": cell, "standard": None}})
    assert intent.takes("premium", "Sub1", mode) is takes
    assert not intent.takes("standard", "Sub1", mode)


def test_a_column_that_names_a_subscription_concerns_that_one_alone() -> None:
    by_license = {"premium": {"Sub1": False, "Sub2": True, "Sub3": None}}
    intent = of({"csv": {"premium": True, "standard": False, "subscriptions": by_license}})
    assert (intent.wanted, intent.subscription) == ("premium", "Sub2")
    assert [intent.takes("premium", s, BOTH) for s in ("Sub1", "Sub2", "Sub3", "Sub9", None)] == [True] + [False] * 4
    # Standard has no columns of its own for each subscription.
    assert intent.takes("standard", "Sub1", BOTH)


def test_false_under_named_subscriptions_does_not_say_that_nothing_is_left() -> None:
    cells = {"premium": False, "standard": False}
    assert of({"csv": cells}).target == "none"
    assert of({"csv": {**cells, "subscriptions": {"premium": {"Sub1": False}}}}).target is None


def test_what_was_read_cannot_be_altered_through_the_row() -> None:
    by_license = {"premium": {"Sub1": True}}
    intent = of({"csv": {"premium": True, "standard": None, "subscriptions": by_license}})
    by_license["premium"]["Sub1"] = False
    assert intent.subscription == "Sub1"
    with pytest.raises(dataclasses.FrozenInstanceError):
        intent.__setattr__("premium", None)


@pytest.mark.parametrize(
    ("row", "adds", "takes_away"),
    [
        ({}, None, None),
        ({"license": "none"}, "none", "none"),
        ({"license": "standard", "csv": {"standard": None, "premium": True}}, "standard", "standard"),
        ({"csv": {"standard": None, "premium": True}}, "premium", "premium"),
        ({"csv": {"standard": False, "premium": False}}, None, "none"),
        ({"csv": {"standard": False, "premium": None}}, None, None),
    ],
)
def test_what_a_row_declares_by_a_word_or_by_cells(
    row: dict[str, Any], adds: str | None, takes_away: str | None
) -> None:
    assert (declared_license(row), declared_license(row, takes_away=True)) == (adds, takes_away)


@pytest.mark.parametrize(
    ("intent", "target", "subscription"),
    [
        (Intent(premium=False, standard=False), "none", None),
        (Intent(premium=False), None, None),
        (Intent(standard=False), None, None),
        (Intent(), None, None),
        (Intent(premium=True, standard=False), "premium", None),
        (Intent(premium=False, standard=False, subscriptions={"premium": {"S": None}}), None, None),
        (Intent(premium=True, subscriptions={"premium": {"R": False, "S": True}}), "premium", "S"),
        # A column without a subscription's name leaves open from which.
        (Intent(premium=True, subscriptions={"premium": {"": True}}), "premium", None),
        (Intent(standard=True, subscriptions={"premium": {"S": True}}), "standard", None),
    ],
)
def test_what_a_row_comes_to_and_from_where(intent: Intent, target: str | None, subscription: str | None) -> None:
    assert (intent.target, intent.subscription) == (target, subscription)
