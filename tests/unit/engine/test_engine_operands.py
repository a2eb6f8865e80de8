"""The engine, each condition by itself: what a plan allows, what the steps behind are told, and outcomes as a whole."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.context import Context
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.dispatch import Dispatch
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.outcomes import Claim, Conclusion, Outcome, Seen
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.plan import Change, Plan
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.snapshot import Snapshot
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import Problem, WxccError
from ansible_collections.wxcc.onboarding.plugins.module_utils._model import Manual
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.plan_file import PlanDocument
from tests.unit.build import ORGANIZATION, person, wanted
from tests.unit.engine.test_engine import PEOPLE, REFUSED, Titles, accept, answering, codes, run

OLD, NEW = {"title": "Old"}, {"title": "New"}
PROTECTED = Problem("protected", "Protected.")
TAKEN = Problem("address_taken", "Taken.")
NOT_READ = "It could not be read again whether the change took effect"


def snapshot() -> Snapshot:
    return Snapshot(None, organization=ORGANIZATION, api="", check_mode=False, max_age=1)


class Mixed(Titles):
    """The first is to be changed, the second is as wanted, the third blocked."""

    def plan(self, wanted: Sequence[Any], facts: str) -> Plan:
        first, second, third = super().plan(wanted, facts)
        return Plan((first, dataclasses.replace(second, kind="none", after=OLD), third.blocked(PROTECTED)))


# -- before anything is sent ---------------------------------------------------------------------------------------------


def test_a_step_carries_out_what_the_plan_of_the_run_holds() -> None:
    error = {"code": "needs_remove", "message": "M.", "advice": "A."}
    entries: list[dict[str, Any]] = [{"action": "update"}, {"action": "blocked", "error": error}, {"action": "none"}]
    people = [{"row": n, "email": e, "steps": {"title": entries[n]}} for n, e in enumerate(PEOPLE)]
    plan = PlanDocument("R1", "acme", {"id": "o"}, "T", False, "d", options={}, people=people)
    found = run(Titles(accept), plan=plan)
    assert codes(found) == [None, "needs_remove", "moved"]
    assert [o.changed for o in found] == [True, False, False]


def test_what_the_guard_rails_refuse_is_not_asked_for_seats() -> None:
    class Taking(Titles):
        def plan(self, wanted: Sequence[Any], facts: str) -> Plan:
            return Plan(tuple(dataclasses.replace(c, removal=True) for c in super().plan(wanted, facts)))

        def check(self, plan: Plan, facts: str) -> Plan:
            return plan.refused(Problem("no_seat", "Too few."))

        async def read(self, context: Context, wanted: Sequence[Any]) -> str:
            # Nobody's account, and nobody's to be asked for.
            context._operator_read = True
            return "New"

    for limit, code in (("0", "too_many_removals"), ("3", "no_seat")):
        found = run(Taking(accept), max_removals=limit)
        assert found.aborted is not None
        assert found.aborted.code == code
        assert found.warnings == ()


def test_a_check_run_changes_whom_the_plan_would_change() -> None:
    found = run(Mixed(accept), check=True)
    assert [(o.kind, o.changed, o.error) for o in found] == [
        ("update", True, None),
        ("none", False, None),
        ("blocked", False, PROTECTED),
    ]


def test_what_nobody_foresaw_while_it_was_planned_is_told_without_its_words() -> None:
    class Broken(Titles):
        def plan(self, wanted: Sequence[Any], facts: str) -> Plan:
            raise error

    error: Exception = KeyError("s3cret")
    found = run(Broken(accept))
    assert found.aborted == Problem("unexpected", "The module failed unexpectedly while it was planned (KeyError).")
    assert "KeyError" in (found.trace or "")
    error = WxccError.of("unknown_name", "No such site.")
    found = run(Broken(accept))
    assert (found.aborted, found.trace) == (error.problem, None)


# -- what the steps behind are told ----------------------------------------------------------------------------------------


def test_who_is_blocked_stays_so_for_the_steps_behind_with_the_first_reason() -> None:
    def send(changes: Sequence[Change], dispatch: Dispatch) -> None:
        dispatch.instead(changes[0].blocked(TAKEN))
        dispatch.done(changes[1], Claim(REFUSED))

    class Two(Titles):
        def plan(self, wanted: Sequence[Any], facts: str) -> Plan:
            first, second, third = super().plan(wanted, facts)
            return Plan((first, second, third.blocked(PROTECTED)))

    known = snapshot()
    known.facts["people"] = 7
    first = Problem("trial_account", "A trial.")
    run(Two(send, shows=[{PEOPLE[1]: "Old"}]), snapshot=known)
    # Who failed may be tried by the next step.
    assert known.blocked == {PEOPLE[0]: TAKEN, PEOPLE[2]: PROTECTED}
    assert known.facts == {"people": 7}
    known.blocked = {PEOPLE[2]: first}
    run(Two(send, shows=[{PEOPLE[1]: "Old"}]), snapshot=known)
    assert known.blocked == {PEOPLE[0]: TAKEN, PEOPLE[2]: first}


def test_who_cannot_be_noted_is_forgotten_alone() -> None:
    class Forgetful(Titles):
        def remember(self, context: Context, outcome: Outcome) -> None:
            if outcome.index == 1:
                raise KeyError("s3cret")

    known = snapshot()
    known.people = {email: person(email) for email in PEOPLE}
    found = run(Forgetful(accept), snapshot=known)
    assert list(known.people) == [PEOPLE[0], PEOPLE[2]]
    text = "The module failed unexpectedly while it noted what is true (KeyError)."
    assert found.aborted == Problem("unexpected", text)
    assert [o.failed for o in found] == [False] * 3


def test_of_several_errors_that_nobody_foresaw_the_first_is_told() -> None:
    class Odd(Titles):
        def judge(self, facts: str, outcome: Outcome, last: bool) -> Conclusion:
            raise KeyError("second")

    def send(changes: Sequence[Change], dispatch: Dispatch) -> None:
        dispatch.sending(changes)
        raise ValueError("first")

    found = run(Odd(send))
    assert found.aborted == Problem("unexpected", "The module failed unexpectedly while it was sending (ValueError).")
    assert "KeyError" not in (found.trace or "")
    judging = "The module failed unexpectedly while it compared what it had read (KeyError)."
    assert [o.error for o in found] == [Problem("not_verified", f"{NOT_READ}: {judging}")] * 3


def test_the_last_line_of_progress_counts_everybody(tmp_path: Path) -> None:
    path = tmp_path / "progress"
    path.touch()
    with path.open(encoding="utf-8") as watched:
        run(Mixed(accept), progress=path)
        last = watched.readlines()[-1].rstrip()
    assert last == '{"done": 3, "total": 3, "blocked": 1, "failed": 0, "phase": "done", "note": ""}'


# -- outcomes as a whole -------------------------------------------------------------------------------------------------


def test_an_outcome_is_what_was_judged_over_what_was_planned() -> None:
    planned, judged = Manual("Press.", "There."), Manual("Tick.", "Here.")

    class Rich(Titles):
        def plan(self, wanted: Sequence[Any], facts: str) -> Plan:
            more: dict[str, Any] = {"manual": planned, "extra": {"ignored": ["site"]}}
            return Plan(tuple(dataclasses.replace(c, **more) for c in super().plan(wanted, facts)))

        def judge(self, facts: str, outcome: Outcome, last: bool) -> Conclusion:
            if outcome.index == 0:
                return Conclusion(OLD, manual=judged, kind="manual", extra={}, certain=False)
            return super().judge(facts, outcome, last)

    resource = Rich(accept)
    first, second, _third = run(resource)
    seen = [Seen(person(email, title="New")) for email in PEOPLE]
    want = wanted(*PEOPLE)
    change = Change(
        want[0], "update", OLD, NEW, person(PEOPLE[0], title="Old"), manual=planned, extra={"ignored": ["site"]}
    )
    more: dict[str, Any] = {"person": seen[0].person, "seen": seen[0]}
    assert first == Outcome(change, "manual", True, certain=False, after=OLD, manual=judged, **more)
    change = dataclasses.replace(change, wanted=want[1], person=person(PEOPLE[1], title="Old"))
    more = {"person": seen[1].person, "seen": seen[1], "extra": {"ignored": ["site"]}}
    assert second == Outcome(change, "update", True, after=NEW, manual=planned, **more)


def test_who_is_left_out_of_a_later_reading_stays_as_seen() -> None:
    resource = Titles(accept, shows=[{PEOPLE[1]: "Old"}, {PEOPLE[1]: "nothing"}])
    found = run(resource)
    assert [(o.changed, o.certain, o.failed) for o in found][1] == (False, True, True)
    assert found.outcomes[1].error == Problem("not_verified", f"{PEOPLE[1]} does not show it.")
    assert found.outcomes[1].after == OLD


def test_what_stands_against_it_is_the_refusal_else_what_was_seen_last() -> None:
    class Counting(Titles):
        def judge(self, facts: str, outcome: Outcome, last: bool) -> Conclusion:
            return Conclusion(OLD, Problem("not_verified", f"Look {len(self.lasts)}."))

    doubt = Claim(Problem("conflict", "No.", http_status=409), certain=False)
    found = run(Counting(answering(Claim(), doubt, Claim())))
    assert [o.error.message if o.error else "" for o in found] == ["Look 5.", "No.", "Look 5."]


@pytest.mark.parametrize(
    ("shown", "why", "looks"), [({"fails": ""}, ": No answer.", 1), (dict.fromkeys(PEOPLE, "nothing"), ".", 5)]
)
def test_why_nothing_could_be_read_again_is_told(shown: dict[str, str], why: str, looks: int) -> None:
    resource = Titles(accept, shows=[shown])
    found = run(resource)
    # Whom no request reaches, the client has tried to reach for long enough.
    assert len(resource.lasts) == looks
    assert [o.error for o in found] == [Problem("not_verified", NOT_READ + why)] * 3
    assert [(o.kind, o.after, o.seen) for o in found] == [("update", NEW, None)] * 3


@pytest.mark.parametrize("code", ["uncertain", "not_verified"])
def test_what_is_called_uncertain_is_waited_for_whatever_its_status(code: str) -> None:
    claim = Claim(Problem(code, "Perhaps.", http_status=409))
    resource = Titles(answering(Claim(), claim, Claim()), shows=[{PEOPLE[1]: "Old"}, {}])
    assert codes(run(resource)) == [None] * 3
    assert resource.lasts == [False, False]


def test_whom_the_answer_showed_is_read_again() -> None:
    asked: list[str | None] = []

    class Asking(Titles):
        async def reread(
            self, context: Context, facts: str, outcomes: Sequence[Outcome], last: bool
        ) -> dict[int, Seen]:
            asked.extend(o.person.id if o.person else None for o in outcomes)
            return await super().reread(context, facts, outcomes, last)

    made = dataclasses.replace(person(PEOPLE[1]), id="made")
    run(Asking(answering(Claim(), Claim(person=made), Claim())))
    assert asked == [person(PEOPLE[0]).id, "made", person(PEOPLE[2]).id]


def test_whoever_ends_the_task_between_two_readings_keeps_what_was_seen() -> None:
    async def sleep(_seconds: float) -> None:
        raise asyncio.CancelledError

    resource = Titles(accept, shows=[{PEOPLE[2]: "Old"}])
    found = run(resource, sleep=sleep)
    assert codes(found) == [None, None, "not_verified"]
    text = "The task was interrupted while it waited for what was sent to show."
    assert (found.aborted, found.trace, resource.lasts) == (Problem("interrupted", text), None, [False])


def test_where_everything_shows_at_once_nobody_waits() -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    run(Titles(accept), sleep=sleep)
    assert slept == []
    run(Titles(accept, shows=[{PEOPLE[2]: "Old"}, {}]), sleep=sleep)
    assert slept == [0.5]


def test_what_was_sent_before_an_error_that_nobody_foresaw_is_waited_for() -> None:
    def send(changes: Sequence[Change], dispatch: Dispatch) -> None:
        dispatch.sending(changes)
        raise ValueError("s3cret")

    resource = Titles(send, shows=[{PEOPLE[1]: "Old"}, {}])
    found = run(resource)
    assert (codes(found), resource.lasts) == ([None] * 3, [False, False])
    assert found.aborted is not None
