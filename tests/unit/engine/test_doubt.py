"""Yes, no and perhaps: what was sent and not surely refused is in doubt until somebody reads what became of it."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.context import Context, Policy, Progress, pauses
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.dispatch import Dispatch
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.outcomes import (
    UNANSWERED,
    Claim,
    Conclusion,
    Outcome,
    Seen,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.plan import Change, Plan
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.snapshot import Snapshot
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import (
    ApiError,
    Problem,
    UncertainError,
    WxccError,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.organization import Organization
from tests.unit.build import ORGANIZATION, change
from tests.unit.engine.test_engine import PEOPLE, Titles, accept, answering, codes, run

REFUSED = Problem("conflict", "There already.", http_status=409)
TOO_MANY = Problem("rate_limited", "Too many.", http_status=429)
NO_ANSWER = Claim(Problem("uncertain", "No answer."), certain=False)
OLD = dict.fromkeys(PEOPLE, "Old")
TRUTH = tuple[bool, bool, bool]


def truths(found: Any) -> list[TRUTH]:
    return [(o.changed, o.certain, o.failed) for o in found]


def dispatch_of(*changes: Change, **policy: Any) -> Dispatch:
    snapshot = Snapshot(None, organization=ORGANIZATION, api="", check_mode=False, max_age=1)
    nobody: Any = object()
    organization, rules = Organization(ORGANIZATION, named=False), Policy(**policy)
    context = Context(nobody, organization, snapshot, rules, False, Progress(None, 0), asyncio.sleep)
    return Dispatch(Plan(tuple(changes)), context, "title")


def twice(first: Claim, second: Claim, which: int = 1) -> Callable[[Sequence[Change], Dispatch], None]:
    """Everybody is taken; the one at ``which`` is sent twice, with these answers."""

    def send(changes: Sequence[Change], dispatch: Dispatch) -> None:
        for each in changes:
            dispatch.sending([each])
            if each.index == which:
                dispatch.note(each, first)
                dispatch.sending([each])
            dispatch.done(each, second if each.index == which else Claim())

    return send


# -- what is said -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("second", [REFUSED, TOO_MANY])
@pytest.mark.parametrize(
    "first", [NO_ANSWER, Claim(Problem("server_error", "Away.", 502)), Claim(Problem("server_error", "Away.", 408))]
)
@pytest.mark.parametrize("final", [True, False])
@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_refusal_after_a_doubtful_request_says_nothing_about_that_one(
    first: Claim, second: Problem, final: bool, which: int
) -> None:
    found = run(Titles(twice(first, Claim(second, final=final), which), shows=[{"fails": ""}]))
    assert truths(found)[which] == (True, False, True)
    assert codes(found)[which] == second.code


def test_a_refusal_that_nobody_read_is_no_sure_no() -> None:
    found = run(Titles(answering(Claim(), Claim(REFUSED), Claim()), shows=[{"fails": ""}]))
    assert truths(found) == [(True, False, True)] * 3
    assert codes(found)[1] == REFUSED.code


def test_a_refusal_whose_reading_is_odd_is_read_again() -> None:
    resource = Titles(
        answering(Claim(), Claim(REFUSED), Claim()), shows=[{PEOPLE[1]: "nothing"}, {PEOPLE[1]: "nothing"}, OLD]
    )
    assert truths(run(resource))[1] == (False, True, True)
    assert resource.lasts == [False, False, False]


@pytest.mark.parametrize(("shows", "expected"), [({}, (True, True, False)), (None, (False, True, True))])
def test_who_was_in_a_request_that_was_refused_as_a_whole_is_read_once_more(
    shows: dict[str, str] | None, expected: tuple[bool, bool, bool]
) -> None:
    """It may have taken effect all the same; whoever was not sent yet is not attempted."""

    class Whole(Titles):
        async def send(self, context: Context, facts: str, changes: Sequence[Change], dispatch: Dispatch) -> None:
            with dispatch.request(changes[:2]):
                raise ApiError(dataclasses.replace(REFUSED, http_status=401, code="token_invalid"))

    resource = Whole(accept, shows=[dict.fromkeys(PEOPLE, "Old") if shows is None else shows])
    found = run(resource)
    assert truths(found) == [expected, expected, (False, True, True)]
    assert codes(found) == [*[None if shows == {} else "token_invalid"] * 2, "not_attempted"]
    assert resource.lasts == [False]


@pytest.mark.parametrize("final", [True, False])
def test_what_is_read_ends_the_doubt_either_way(final: bool) -> None:
    found = run(Titles(twice(NO_ANSWER, Claim(REFUSED, final=final))))
    assert truths(found) == [(True, True, False)] * 3
    resource = Titles(twice(NO_ANSWER, Claim(REFUSED, final=final)), shows=[{PEOPLE[1]: "Old"}])
    found = run(resource)
    assert truths(found) == [(True, True, False), (False, True, True), (True, True, False)]
    assert codes(found) == [None, "conflict", None]


def test_what_is_in_doubt_is_read_for_the_whole_patience_whatever_came_last() -> None:
    resource = Titles(twice(NO_ANSWER, Claim(REFUSED)), shows=[OLD, OLD, OLD, OLD, {}])
    assert truths(run(resource)) == [(True, True, False)] * 3
    assert resource.lasts == [False, False, False, False, True]


def test_an_early_look_that_showed_nothing_is_no_answer() -> None:
    """The first look is too early, and the second finds nobody to ask."""
    found = run(Titles(twice(NO_ANSWER, Claim(REFUSED)), shows=[OLD, {"fails": ""}]))
    assert truths(found) == [(True, False, True)] * 3


def test_an_odd_answer_while_reading_again_is_followed_by_another_look() -> None:
    class Odd(Titles):
        async def reread(
            self, context: Context, facts: str, outcomes: Sequence[Outcome], last: bool
        ) -> dict[int, Seen]:
            if not self.lasts:
                self.lasts.append(last)
                raise WxccError.of("invalid_response", "The answer has no list.")
            return await super().reread(context, facts, outcomes, last)

    resource = Odd(accept)
    assert truths(run(resource)) == [(True, True, False)] * 3
    assert resource.lasts == [False, False]


def test_an_answer_that_stays_odd_leaves_everybody_in_doubt() -> None:
    class Odd(Titles):
        async def reread(
            self, context: Context, facts: str, outcomes: Sequence[Outcome], last: bool
        ) -> dict[int, Seen]:
            self.lasts.append(last)
            raise WxccError.of("invalid_response", "The answer has no list.")

    resource = Odd(accept)
    found = run(resource)
    assert truths(found) == [(True, False, True)] * 3
    assert resource.lasts == [False, False, False, False, True]
    assert all("has no list" in o.error.message for o in found if o.error)


def test_somebody_who_cannot_be_judged_spoils_nobody_elses_outcome() -> None:
    class Odd(Titles):
        def judge(self, facts: str, outcome: Outcome, last: bool) -> Conclusion:
            if outcome.index == 1:
                raise KeyError("s3cret")
            return super().judge(facts, outcome, last)

    found = run(Odd(accept))
    assert truths(found) == [(True, True, False), (True, False, True), (True, True, False)]
    assert found.aborted is not None
    assert (found.aborted.code, found.trace is not None) == ("unexpected", True)
    assert "s3cret" not in json.dumps([o.result() for o in found])


def test_whoever_ends_the_task_learns_what_was_sent() -> None:
    class Stopped(Titles):
        async def send(self, context: Context, facts: str, changes: Sequence[Change], dispatch: Dispatch) -> None:
            dispatch.done(changes[0], Claim())
            dispatch.sending([changes[1]])
            raise asyncio.CancelledError

    resource = Stopped(accept, shows=[{PEOPLE[1]: "Old"}])
    found = run(resource)
    assert truths(found) == [(True, True, False), (False, True, True), (False, True, True)]
    assert codes(found) == [None, "not_verified", "not_attempted"]
    assert found.aborted is not None
    assert (found.aborted.code, found.trace) == ("interrupted", None)
    # There is no time to wait for what lags.
    assert resource.lasts == [False]


def test_whoever_ends_the_task_while_it_waits_leaves_doubt_and_no_loss() -> None:
    class Stopped(Titles):
        async def reread(
            self, context: Context, facts: str, outcomes: Sequence[Outcome], last: bool
        ) -> dict[int, Seen]:
            raise asyncio.CancelledError

    found = run(Stopped(accept))
    assert truths(found) == [(True, False, True)] * 3
    assert found.aborted is not None
    assert (found.aborted.code, found.trace) == ("interrupted", None)


# -- the book -----------------------------------------------------------------------------------------------------------


def test_a_request_that_is_refused_as_a_whole_may_have_taken_effect() -> None:
    first, second = change("a@example.com"), change("b@example.com", index=1)
    dispatch = dispatch_of(first, second)
    dispatch.note(second, NO_ANSWER)
    with pytest.raises(ApiError), dispatch.request([first, second]):
        assert dispatch.answer(0) is UNANSWERED
        raise ApiError(REFUSED)
    assert dispatch.answer(0) == Claim(REFUSED)
    assert dispatch.answer(1) == Claim(REFUSED, certain=False)


def test_who_was_answered_before_the_request_was_refused_keeps_the_answer() -> None:
    first, second = change("a@example.com"), change("b@example.com", index=1)
    dispatch = dispatch_of(first, second)
    with pytest.raises(ApiError), dispatch.request([first, second]):
        dispatch.done(first, Claim())
        raise ApiError(REFUSED)
    assert (dispatch.answer(0), dispatch.answer(1)) == (Claim(), Claim(REFUSED))


def test_a_yes_after_a_doubtful_request_is_a_yes() -> None:
    dispatch = dispatch_of(first := change("a@example.com"))
    dispatch.note(first, NO_ANSWER)
    dispatch.note(first, Claim())
    assert (dispatch.answer(0), dispatch.in_doubt(first)) == (Claim(), True)


def test_sending_that_is_given_up_has_ended_for_the_first_reason() -> None:
    dispatch = dispatch_of(change("a@example.com"))
    for problem in (TOO_MANY, REFUSED):
        dispatch.give_up(problem)
        assert (dispatch.cause, dispatch.ended) == (TOO_MANY, True)


def test_a_request_that_never_left_was_not_sent() -> None:
    first, second = change("a@example.com"), change("b@example.com", index=1)
    dispatch = dispatch_of(first, second)
    dispatch.note(second, NO_ANSWER)
    with pytest.raises(ApiError), dispatch.request([first, second]):
        raise ApiError.of("connection", "Nobody there.")
    assert (dispatch.answer(0), dispatch.answer(1)) == (None, NO_ANSWER)


@pytest.mark.parametrize("error", [UncertainError(TOO_MANY), asyncio.CancelledError(), ValueError()])
def test_a_request_that_ends_otherwise_may_have_been_sent(error: BaseException) -> None:
    first = change("a@example.com")
    dispatch = dispatch_of(first)
    with pytest.raises(type(error)), dispatch.request([first]):
        raise error
    assert dispatch.answer(0) is UNANSWERED


def test_who_has_no_answer_when_all_requests_are_through_was_not_sent() -> None:
    first, second = change("a@example.com"), change("b@example.com", index=1)
    dispatch = dispatch_of(first, second)
    with dispatch.request([first, second]):
        dispatch.done(first, Claim())
    assert (dispatch.answer(0), dispatch.answer(1)) == (Claim(), None)


def test_a_change_in_the_place_of_another_begins_anew() -> None:
    """Somebody else was faster: what the row still needs is another change, of which nothing was sent."""
    first = change("a@example.com", "create")
    dispatch = dispatch_of(first)
    dispatch.note(first, NO_ANSWER)
    instead = change("a@example.com", "update")
    dispatch.instead(instead)
    assert (dispatch.change(0), dispatch.answer(0), dispatch.in_doubt(instead)) == (instead, None, False)


def test_a_final_answer_is_what_the_resource_vouches_for() -> None:
    known = Claim(Problem("bad_request", "Not created.", http_status=200), final=True)
    dispatch = dispatch_of(first := change("a@example.com"))
    dispatch.note(first, known)
    assert (dispatch.answer(0), dispatch.in_doubt(first)) == (known, False)


# -- when sending ends --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", [0, 1, 2])
def test_on_error_stop_ends_with_the_failure_wherever_it_stands(which: int) -> None:
    answers = [Claim(), Claim(), Claim()]
    answers[which] = Claim(REFUSED)
    found = run(Titles(answering(*answers), shows=[{PEOPLE[which]: "Old"}]), on_error="stop")
    expected = [None] * which + ["conflict"] + ["not_attempted"] * (len(PEOPLE) - which - 1)
    assert codes(found) == expected
    assert [o.changed for o in found] == [code is None for code in expected]


def test_whoever_was_not_reached_is_told_the_first_reason() -> None:
    def send(changes: Sequence[Change], dispatch: Dispatch) -> None:
        dispatch.done(changes[0], Claim(Problem("token_invalid", "Expired.", http_status=401)))
        dispatch.done(changes[1], Claim(Problem("connection", "Cut.")))
        raise WxccError.of("connection", "Away.")

    found = run(Titles(send, shows=[OLD]))
    assert codes(found) == ["token_invalid", "connection", "not_attempted"]
    last = found.outcomes[2].error
    assert last is not None
    assert "Expired." in last.message

    def away(changes: Sequence[Change], dispatch: Dispatch) -> None:
        raise WxccError.of("server_error", "Away.")

    found = run(Titles(away))
    assert [o.error.message for o in found if o.error] == [
        f"Nothing was done for {email} in this step, because the run had to end: Away." for email in PEOPLE
    ]


def test_who_is_blocked_ends_nothing() -> None:
    def send(changes: Sequence[Change], dispatch: Dispatch) -> None:
        assert not dispatch.instead(changes[0].blocked(Problem("address_taken", "Taken.")))
        assert not dispatch.done(changes[1], Claim())
        assert dispatch.done(changes[2], Claim(REFUSED))

    found = run(Titles(send, shows=[{PEOPLE[2]: "Old"}]), on_error="stop")
    assert codes(found) == ["address_taken", None, "conflict"]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_403_is_everybodys_only_where_nobody_was_let_through(place: int) -> None:
    forbidden = Problem("forbidden", "Not you.", http_status=403)
    answers = [Claim(), Claim(), Claim()]
    answers[place] = Claim(forbidden)
    found = run(Titles(answering(*answers), shows=[{PEOPLE[place]: "Old"}]))
    everybodys = place == 0
    assert codes(found) == [
        "forbidden" if n == place else "not_attempted" if everybodys else None for n in range(len(PEOPLE))
    ]


def test_progress_counts_blocked_and_failed_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    dispatch = dispatch_of(*(change(email, index=n) for n, email in enumerate(PEOPLE)))
    shown: list[tuple[int, int, int]] = []

    def show(_self: Progress, _phase: str, done: int, *, blocked: int, failed: int) -> None:
        shown.append((done, blocked, failed))

    monkeypatch.setattr(Progress, "show", show)
    dispatch.done(dispatch.change(0), Claim(REFUSED, final=True))
    dispatch.instead(dispatch.change(1).blocked(Problem("address_taken", "Taken.")))
    dispatch.done(dispatch.change(2), Claim())
    dispatch.done(dispatch.change(2), Claim())
    assert shown == [(1, 0, 1), (2, 1, 1), (3, 1, 1), (3, 1, 1)]


# -- patience -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("patience", [0.2, 1.0, 2.0, 15.0, 61.3])
def test_the_pauses_are_the_whole_patience_and_grow(patience: float) -> None:
    found = list(pauses(patience))
    assert sum(found) == pytest.approx(patience)
    assert found[:-1] == sorted(found[:-1])
    assert max(found) <= 5.0


def test_without_patience_there_is_no_pause() -> None:
    assert list(pauses(0)) == []
