"""A limit that people write as a number or as a percentage."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import InputError
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.limit import limit_of


@pytest.mark.parametrize(
    ("text", "people", "limit"),
    [("10", 3, 10), ("0", 100, 0), ("5%", 100, 5), ("5%", 19, 0), ("2.5%", 200, 5), ("100%", 7, 7), (" 3 ", 9, 3)],
)
def test_limits(text: str, people: int, limit: int) -> None:
    assert limit_of(text, people, option="max_changes") == limit


@pytest.mark.parametrize("text", ["-1", "many", "101%", "-5%", "%", "1.5", "None"])
def test_a_limit_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="max_changes"):
        limit_of(text, 10, option="max_changes")


@given(st.integers(0, 100), st.integers(0, 10_000))
def test_a_percentage_never_allows_more_than_its_part(percent: int, people: int) -> None:
    assert (limit_of(f"{percent}%", people, option="max_changes") or 0) <= people * percent / 100


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_a_blank_limit_is_none(blank: str | None) -> None:
    assert limit_of(blank, 10, option="max_changes") is None
