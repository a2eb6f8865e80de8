"""When sending ends, wherever in the roster the failure stands, and what is left in doubt."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.context import Progress, pauses
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.dispatch import Dispatch
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.engine import unusable
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.outcomes import Claim, is_refusal
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.plan import Change
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import Problem
from tests.unit.build import change, wanted
from tests.unit.engine.test_engine import PEOPLE, REFUSED, Titles, answering, codes, run

FORBIDDEN = Problem("forbidden", "The door is shut.", http_status=403)


@pytest.mark.parametrize("place", range(len(PEOPLE)))
def test_on_error_stop_ends_behind_the_failure_wherever_it_stands(place: int) -> None:
    answers = [Claim(REFUSED) if n == place else Claim() for n in range(len(PEOPLE))]
    found = run(Titles(answering(*answers), shows=[{PEOPLE[place]: "Old"}]), on_error="stop")
    assert codes(found) == [
        None if n < place else "bad_request" if n == place else "not_attempted" for n in range(len(PEOPLE))
    ]
    assert [o.changed for o in found] == [n < place for n in range(len(PEOPLE))]
    go_on = run(Titles(answering(*answers), shows=[{PEOPLE[place]: "Old"}]))
    assert codes(go_on) == ["bad_request" if n == place else None for n in range(len(PEOPLE))]


@pytest.mark.parametrize("place", range(len(PEOPLE)))
def test_a_403_is_about_everybody_only_where_nobody_was_let_through(place: int) -> None:
    answers = [Claim(FORBIDDEN) if n == place else Claim() for n in range(len(PEOPLE))]
    found = run(Titles(answering(*answers), shows=[{PEOPLE[place]: "Old"}]))
    behind = "not_attempted" if place == 0 else None
    assert codes(found) == [None if n < place else "forbidden" if n == place else behind for n in range(len(PEOPLE))]


def test_a_403_for_everybody_is_the_reason_for_all_behind() -> None:
    found = run(Titles(answering(Claim(FORBIDDEN)), shows=[dict.fromkeys(PEOPLE, "Old")]))
    assert codes(found) == ["forbidden", "not_attempted", "not_attempted"]
    assert all("The door is shut." in o.error.message for o in found if o.error)
    assert [o.changed for o in found] == [False] * 3


def test_who_is_blocked_while_it_is_tried_stops_nobody() -> None:
    told: list[bool] = []

    def send(changes: Sequence[Change], dispatch: Dispatch) -> None:
        for one in changes:
            if one.index == 1:
                told.append(dispatch.instead(one.blocked(Problem("address_taken", "Taken."))))
            else:
                told.append(dispatch.done(one, Claim()))

    found = run(Titles(send), on_error="stop")
    assert told == [False, False, False]
    assert codes(found) == [None, "address_taken", None]


def test_sending_that_has_ended_stays_ended() -> None:
    told: list[bool] = []

    def send(changes: Sequence[Change], dispatch: Dispatch) -> None:
        for one, claim in zip(changes, (Claim(REFUSED), Claim(), Claim()), strict=True):
            told.append(dispatch.done(one, claim))

    run(Titles(send, shows=[{PEOPLE[0]: "Old"}]), on_error="stop")
    assert told == [True, True, True]


def test_what_the_service_took_and_does_not_show_is_no_success() -> None:
    """Whatever the answer said: the person still holds what was there before."""
    found = run(Titles(answering(Claim(), Claim(), Claim()), shows=[{PEOPLE[1]: "Old"}]))
    assert [(o.failed, o.changed, o.certain) for o in found] == [
        (False, True, True),
        (True, False, True),
        (False, True, True),
    ]
    assert found.outcomes[1].after == {"title": "Old"}


def test_a_refusal_that_nobody_could_read_again_may_have_taken_effect() -> None:
    found = run(Titles(answering(Claim(REFUSED), Claim(), Claim()), shows=[{"fails": ""}]))
    assert [o.after["title"] for o in found] == ["New", "New", "New"]
    assert (found.outcomes[0].changed, found.outcomes[0].certain) == (True, False)


@pytest.mark.parametrize(
    ("status", "sure"), [(None, False), (299, False), (302, True), (400, True), (408, False), (499, True), (500, False)]
)
def test_what_is_surely_refused(status: int | None, sure: bool) -> None:
    assert is_refusal(Problem("x", "X.", http_status=status)) is sure


def test_only_a_record_that_cannot_be_used_blocks_by_itself() -> None:
    [ada, bruno, chidi] = wanted(*PEOPLE)
    odd, other = Problem("invalid_response", "Odd."), Problem("trial_account", "A trial.")
    assert unusable([ada, bruno, chidi], {ada.key: other, chidi.key: odd}) == {chidi.index: odd}


@pytest.mark.parametrize(
    ("kind", "fields", "sensitive"),
    [
        ("update", {"removal": True}, True),
        ("update", {"touches_access": True}, True),
        ("none", {"touches_access": True}, False),
        ("manual", {"touches_access": True}, False),
        ("manual", {"removal": True}, True),
        ("blocked", {"removal": True, "touches_access": True}, False),
        ("update", {}, False),
    ],
)
def test_what_a_guard_rail_looks_at(kind: str, fields: dict[str, bool], sensitive: bool) -> None:
    assert change(PEOPLE[0], kind, **fields).sensitive is sensitive


def test_progress_is_told_seldom_unless_forced(tmp_path: Path) -> None:
    path = tmp_path / "progress"
    path.touch()
    with path.open(encoding="utf-8") as watched:
        shown = Progress(str(path), 3)
        shown.show("title", 1, blocked=0, failed=0)
        for _ in range(50):
            shown.show("title", 2, blocked=0, failed=0)
        assert len(watched.readlines()) < 50
        shown.show("title", 3, blocked=0, failed=0, force=True)
        shown.show("title", 3, blocked=0, failed=0, force=True)
        assert len(watched.readlines()) == 2
    assert not path.exists(), "whoever is killed leaves nothing behind"


def test_progress_that_cannot_be_shown_ends_nothing(tmp_path: Path) -> None:
    Progress(str(tmp_path / "nowhere" / "progress"), 3).show("title", 1, blocked=0, failed=0, force=True)
    Progress(None, 3).wait("for another run")


@pytest.mark.parametrize("patience", [0, 0.2, 1.0, 15.0, 61.0])
def test_the_pauses_are_the_whole_patience(patience: float) -> None:
    found = list(pauses(patience))
    assert sum(found) == pytest.approx(patience)
    assert all(0 < pause <= 5.0 for pause in found)
    assert found[:1] == ([min(0.5, patience)] if patience else [])
