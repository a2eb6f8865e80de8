"""Numbers, steps and outcomes in words."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import one_line
from ansible_collections.wxcc.onboarding.plugins.module_utils._listed import counted, people
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.words import (
    count,
    nameless,
    outcome_word,
    said,
    stopped_at,
    who,
)


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ((0, 0), "0 people"),
        ((0, 0, 1), "0 people in 1 row"),
        ((1, 0), "1 person"),
        ((2, 0, 2), "2 people"),
        ((1, 0, 2), "1 person in 2 rows"),
        ((1200, 0, 1201), "1,200 people in 1,201 rows"),
        ((0, 1), "1 row that names nobody"),
        ((0, 1200), "1,200 rows that name nobody"),
        ((2, 1, 3), "2 people in 3 rows and 1 row that names nobody"),
    ],
)
def test_how_many_there_are(numbers: t.Any, told: str) -> None:
    assert who(*numbers) == told


def test_numbers() -> None:
    assert (count(0), count(1000)) == ("0", "1,000")
    assert (people(1), people(0), people(2000)) == ("1 person", "0 people", "2,000 people")
    assert (counted(1, "row", "rows"), counted(0, "row", "rows"), counted(2000, "row", "rows")) == (
        "1 row",
        "0 rows",
        "2,000 rows",
    )


def test_rows_that_name_nobody() -> None:
    rows = [{"email": e, "outcome": o} for e in ("kim@e.com", None, "") for o in ("failed", "blocked")]
    assert nameless(rows) == rows[2:]
    assert nameless(rows, "failed") == [rows[2], rows[4]]


@pytest.mark.parametrize(
    ("outcome", "foreseen"),
    [
        ("ready", "would be ready"),
        ("waiting", "would wait"),
        ("blocked", "would be blocked"),
        ("failed", "would fail"),
        ("stopped", "stopped"),
    ],
)
def test_outcomes(outcome: str, foreseen: str) -> None:
    assert (outcome_word(outcome, True), outcome_word(outcome, False)) == (foreseen, outcome)


@pytest.mark.parametrize(
    ("step", "place"),
    [
        ("", "an unknown step"),
        (None, "an unknown step"),
        ("start", "the start"),
        ("run", "the start"),
        ("roster", "the roster"),
        ("row", "the roster"),
        ("csv_info", "the files"),
        ("plan", "the plan"),
        ("playbook", "a task of the playbook"),
        ("sync", "the synchronization"),
        ("agent", "the agent settings"),
        ("license", "the step license"),
    ],
)
def test_where_a_run_stopped(step: str | None, place: str) -> None:
    assert stopped_at({"step": step}) == place


def test_a_message_is_a_sentence_that_ends() -> None:
    assert [said(text) for text in (None, "", "  ")] == ["No reason was given."] * 3
    assert [said(f" It failed{end} ") for end in ("", ".", "!", "?", ":", ";")] == [
        f"It failed{end}" for end in (".", ".", "!", "?", ":", ";.")
    ]
    assert said(7) == "7."


def test_one_line_that_steers_nothing() -> None:
    assert one_line("a\tb\r\nc\u2028d\u2029e\x1b[2Jf\u202eg h") == "a b c d e [2Jf g h"
