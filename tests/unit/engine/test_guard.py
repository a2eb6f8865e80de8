"""Guard rails."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.wxcc.onboarding.plugins.module_utils._engine import guard as _guard
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.engine import loses_full_administrator
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import InputError, WxccError
from tests.unit.build import item, person

ADA, BRUNO = "ada@example.com", "bruno@example.com"


@pytest.mark.parametrize(
    ("text", "people", "limit"),
    [("10", 3, 10), ("0", 100, 0), ("5%", 100, 5), ("5%", 19, 0), ("2.5%", 200, 5), ("100%", 7, 7), (" 3 ", 9, 3)],
)
def test_limits(text: str, people: int, limit: int) -> None:
    assert _guard.removal_limit(text, people) == limit


@pytest.mark.parametrize("text", ["", "-1", "many", "101%", "-5%", "%", "1.5", "None"])
def test_a_limit_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="max_removals"):
        _guard.removal_limit(text, 10)


@given(st.integers(0, 100), st.integers(0, 10_000))
def test_a_percentage_never_allows_more_than_its_part(percent: int, people: int) -> None:
    assert _guard.removal_limit(f"{percent}%", people) <= people * percent / 100


def test_too_many_removals_name_the_people() -> None:
    items = [item(f"p{i}@example.com", "remove", removal=True) for i in range(25)]
    with pytest.raises(WxccError) as caught:
        _guard.check_removals(items, _guard.Policy(max_removals="24"))
    message = caught.value.problem.message
    assert "25 people" in message
    assert "p19@example.com and 5 more" in message
    _guard.check_removals(items, _guard.Policy(max_removals="25"))


def test_who_gains_or_is_blocked_is_no_removal() -> None:
    items = [item(ADA, "update"), item(BRUNO, "remove", removal=True)]
    _guard.protect(items, _guard.Policy(protected=[BRUNO.upper()]), ())
    assert items[1].action == "blocked"
    _guard.check_removals(items, _guard.Policy(max_removals="0"))


def test_protected_people_may_still_gain() -> None:
    gaining = item(ADA, "update")
    _guard.protect([gaining], _guard.Policy(protected=[ADA]), ())
    assert gaining.pending


@pytest.mark.parametrize(
    ("fields", "blocked"), [({"removal": True}, True), ({"touches_access": True}, True), ({}, False)]
)
def test_the_runs_own_account_loses_nothing(fields: dict[str, bool], blocked: bool) -> None:
    own = item(ADA, "update", **fields)
    _guard.protect([own], _guard.Policy(), {ADA})
    assert (own.error.code if own.error else None) == ("own_account" if blocked else None)


@pytest.mark.parametrize(("administrators", "blocked"), [({ADA, BRUNO}, False), ({ADA}, True)])
def test_somebody_stays_administrator(administrators: set[str], blocked: bool) -> None:
    losing = item(ADA, "update", removal=True)
    _guard.keep_an_administrator([losing], administrators, len(administrators))
    assert (losing.action == "blocked") is blocked


def test_all_administrators_at_once_are_kept() -> None:
    items = [item(ADA, "remove", removal=True), item(BRUNO, "remove", removal=True)]
    _guard.keep_an_administrator(items, {ADA, BRUNO}, 2)
    assert [i.error.code if i.error else None for i in items] == ["last_full_administrator"] * 2


@pytest.mark.parametrize(
    ("roles", "after", "loses"),
    [
        (("id_full_admin",), {"state": "absent"}, True),
        (("id_full_admin",), {"state": "disabled"}, True),
        (("id_full_admin",), {"role": "agent", "roles": []}, True),
        (("id_full_admin",), {"role": "administrator", "roles": ["Full Administrator"]}, False),
        (("id_full_admin",), {"license": "none", "subscriptions": []}, False),
        (("id_user_admin",), {"state": "absent"}, False),
        ((), {"state": "absent"}, False),
        (None, {"state": "absent"}, True),
        (None, {"license": "none"}, False),
    ],
)
def test_who_would_stop_being_an_administrator(
    roles: tuple[str, ...] | None, after: dict[str, object], loses: bool
) -> None:
    losing = item(ADA, "remove", removal=True, after=after, person=person(ADA, roles=roles))
    assert loses_full_administrator(losing) is loses
