"""The engine with a resource of a few lines: who writes what, and when sending ends."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.context import Context, Policy, Progress
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.dispatch import Dispatch
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.engine import reconcile
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.outcomes import (
    Claim,
    Conclusion,
    Outcome,
    Outcomes,
    Seen,
    empty_summary,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.plan import Change, Plan
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.snapshot import Snapshot
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import Problem, WxccError
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.organization import Organization
from tests.unit.build import ORGANIZATION, person, wanted
from tests.unit.script import Script

SECRET = "s3cret"
PEOPLE = [f"p{n}@example.com" for n in range(3)]
REFUSED = Problem("bad_request", "No.", http_status=400)
Send = Callable[[Sequence[Change], Dispatch], None]


@dataclasses.dataclass
class Titles:
    """Gives everybody the title New. ``shows``: what reading again shows, one mapping a reading, the last one for ever."""

    send_all: Send
    shows: list[dict[str, str]] = dataclasses.field(default_factory=lambda: [{}])
    remembered: list[Outcome] = dataclasses.field(default_factory=list)
    lasts: list[bool] = dataclasses.field(default_factory=list)
    name: str = "title"
    options: dict[str, Any] = dataclasses.field(default_factory=dict)

    async def read(self, context: Context, wanted: Sequence[Any]) -> str:
        return "New"

    def plan(self, wanted: Sequence[Any], facts: str) -> Plan:
        changes = (
            Change(w, "update", {"title": "Old"}, {"title": facts}, person(w.email, title="Old")) for w in wanted
        )
        return Plan(tuple(changes), warnings=("Look out.",))

    def check(self, plan: Plan, facts: str) -> Plan:
        return plan

    async def send(self, context: Context, facts: str, changes: Sequence[Change], dispatch: Dispatch) -> None:
        self.send_all(changes, dispatch)

    async def reread(self, context: Context, facts: str, outcomes: Sequence[Outcome], last: bool) -> dict[int, Seen]:
        self.lasts.append(last)
        shown = self.shows.pop(0) if len(self.shows) > 1 else self.shows[0]
        if "fails" in shown:
            raise WxccError.of("connection", "No answer.")
        if "breaks" in shown:
            raise AttributeError(SECRET)
        return {
            o.index: Seen(person(o.email, title=shown.get(o.email, "New")))
            for o in outcomes
            if shown.get(o.email) != "nothing"
        }

    def judge(self, facts: str, outcome: Outcome, last: bool) -> Conclusion:
        title = outcome.person.title if outcome.person else None
        missing = Problem("not_verified", f"{outcome.email} does not show it.")
        return Conclusion({"title": title}, None if title == facts else missing)

    def remember(self, context: Context, outcome: Outcome) -> None:
        self.remembered.append(outcome)


def accept(changes: Sequence[Change], dispatch: Dispatch) -> None:
    for change in changes:
        dispatch.done(change, Claim())


def answering(*answers: Claim) -> Send:
    """Answer one after the other, as long as sending has not ended."""

    def send(changes: Sequence[Change], dispatch: Dispatch) -> None:
        for change, answer in zip(changes, answers, strict=False):
            if not dispatch.ended:
                dispatch.done(change, answer)

    return send


def run(
    resource: Titles,
    *,
    check: bool = False,
    progress: Path | None = None,
    begin: Callable[[], None] = lambda: None,
    **policy: Any,
) -> Outcomes:
    async def job(client: Any) -> Outcomes:
        snapshot = Snapshot(None, organization=ORGANIZATION, api="", check_mode=check, max_age=1)
        shown = Progress(str(progress) if progress else None, len(PEOPLE))
        rules = Policy(**{"settle_timeout": 2.0, **policy})
        organization = Organization(ORGANIZATION, named=False)
        context = Context(client, organization, snapshot, rules, check, shown, script.sleep, begin_writing=begin)
        return await reconcile(resource, wanted(*PEOPLE), context)

    script = Script()
    found: Outcomes = script.play(job)
    return found


def codes(found: Outcomes) -> list[str | None]:
    return [o.error.code if o.error else None for o in found]


def test_what_is_seen_is_done() -> None:
    resource = Titles(accept)
    found = run(resource)
    assert [(o.words(), o.before, o.after) for o in found] == [(["updated"], {"title": "Old"}, {"title": "New"})] * 3
    assert found.warnings == ("Look out.",)
    assert [o.person.title for o in resource.remembered if o.person] == ["New"] * 3
    assert resource.lasts == [False]


def test_check_mode_sends_nothing_and_tells_the_plan() -> None:
    def send(changes: Sequence[Change], dispatch: Dispatch) -> None:
        raise AssertionError("sent")

    found = run(Titles(send), check=True)
    assert [(o.changed, o.after) for o in found] == [(True, {"title": "New"})] * 3


def test_reading_wins_over_a_refusal() -> None:
    found = run(Titles(answering(Claim(REFUSED), Claim(), Claim()), shows=[{PEOPLE[1]: "Old"}]))
    assert codes(found) == [None, "not_verified", None]
    assert [o.changed for o in found] == [True, False, True]


def test_what_does_not_show_is_read_again_until_the_patience_ends_and_then_exactly() -> None:
    resource = Titles(accept, shows=[{PEOPLE[0]: "Old"}])
    assert codes(run(resource)) == ["not_verified", None, None]
    assert resource.lasts == [False, False, False, False, True]
    late = Titles(accept, shows=[{PEOPLE[0]: "Old"}, {}])
    assert codes(run(late)) == [None] * 3


def test_what_was_refused_for_good_is_not_waited_for() -> None:
    resource = Titles(answering(Claim(REFUSED), Claim(), Claim()), shows=[{PEOPLE[0]: "Old"}])
    assert codes(run(resource)) == ["bad_request", None, None]
    assert resource.lasts == [False]


def test_what_cannot_be_read_again_counts_as_done_even_if_it_was_refused() -> None:
    found = run(Titles(answering(Claim(REFUSED), Claim(), Claim()), shows=[{"fails": ""}]))
    assert codes(found) == ["bad_request", "not_verified", "not_verified"]
    assert [(o.changed, o.failed, o.certain) for o in found] == [
        (True, True, False),
        (True, True, False),
        (True, True, False),
    ]
    assert found.summary() == {**empty_summary(), "total": 3, "failed": 3, "uncertain": 3}


@pytest.mark.parametrize("shown", [{"breaks": ""}, dict.fromkeys(PEOPLE, "nothing")])
def test_what_nobody_could_read_is_in_doubt_whatever_went_wrong(shown: dict[str, str]) -> None:
    found = run(Titles(accept, shows=[shown]))
    assert [(o.changed, o.failed, o.certain) for o in found] == [(True, True, False)] * 3
    assert codes(found) == ["not_verified"] * 3
    assert (found.trace is not None) == ("breaks" in shown)
    assert SECRET not in str([o.result() for o in found])


def test_a_500_is_no_refusal() -> None:
    away = Problem("server_error", "Away.", http_status=502)
    found = run(Titles(answering(*[Claim(away)] * 3), shows=[{"fails": ""}]))
    assert [(o.changed, o.certain) for o in found] == [(True, False)] * 3


def test_an_error_that_nobody_foresaw_while_sending_loses_no_row() -> None:
    def send(changes: Sequence[Change], dispatch: Dispatch) -> None:
        dispatch.sending(changes[:1])
        raise ValueError(SECRET)

    found = run(Titles(send))
    assert codes(found) == [None, "not_attempted", "not_attempted"]
    assert [o.kind for o in found] == ["update", "none", "none"]
    assert found.trace is not None


def test_what_cannot_be_read_at_all_attempts_nobody() -> None:
    failures = [(WxccError.of("token_invalid", "Expired."), "token_invalid"), (KeyError("x"), "unexpected")]
    current: list[Exception] = []

    class Broken(Titles):
        async def read(self, context: Context, wanted: Sequence[Any]) -> str:
            raise current[-1]

    for error, code in failures:
        current.append(error)
        found = run(Broken(accept))
        assert found.aborted is not None
        assert found.aborted.code == code
        assert [(o.kind, o.changed, o.failed, o.error.code if o.error else "") for o in found] == [
            ("none", False, True, "not_attempted")
        ] * 3


def test_nobody_is_told_of_writing_where_nothing_is_to_be_written() -> None:
    begun: list[str] = []
    run(Titles(accept), begin=lambda: begun.append("now"))
    assert begun == ["now"]

    class Settled(Titles):
        def plan(self, wanted: Sequence[Any], facts: str) -> Plan:
            return Plan(tuple(Change(w) for w in wanted))

    run(Settled(accept), begin=lambda: begun.append("again"))
    run(Titles(accept), begin=lambda: begun.append("again"), check=True)
    assert begun == ["now"]


def test_on_error_stop_leaves_the_others_alone() -> None:
    shows = [{PEOPLE[0]: "Old"}]
    found = run(Titles(answering(Claim(REFUSED), Claim(), Claim()), shows), on_error="stop")
    assert codes(found) == ["bad_request", "not_attempted", "not_attempted"]
    assert [o.after for o in found][1:] == [{"title": "Old"}] * 2


@pytest.mark.parametrize(
    ("code", "first", "ends"), [("forbidden", False, False), ("forbidden", True, True), ("token_invalid", False, True)]
)
def test_what_would_meet_everybody_ends_the_sending(code: str, first: bool, ends: bool) -> None:
    problem = Problem(code, "The door is shut.", http_status=403)
    answers = [Claim(problem), Claim(), Claim()] if first else [Claim(), Claim(problem), Claim()]
    found = run(Titles(answering(*answers), shows=[dict.fromkeys(PEOPLE, "Old")]))
    assert codes(found)[2] == ("not_attempted" if ends else "not_verified")
    if ends:
        last = found.outcomes[2].error
        assert last is not None
        assert PEOPLE[2] in last.message
        assert "The door is shut." in last.message


def test_a_sending_that_breaks_off_keeps_what_was_on_its_way() -> None:
    def send(changes: Sequence[Change], dispatch: Dispatch) -> None:
        dispatch.sending(changes[:1])
        raise WxccError.of("connection", "No answer.")

    found = run(Titles(send))
    assert codes(found) == [None, "not_attempted", "not_attempted"]
    assert [o.changed for o in found] == [True, False, False]


def test_an_answer_that_is_final_is_not_read_again() -> None:
    lost = Problem("uncertain", "Nobody knows.")

    def send(changes: Sequence[Change], dispatch: Dispatch) -> None:
        dispatch.done(changes[0], Claim(lost, certain=False, final=True))
        dispatch.done(changes[1], Claim(REFUSED, final=True))
        dispatch.instead(changes[2].blocked(Problem("address_taken", "Taken.")))

    resource = Titles(send)
    found = run(resource)
    assert [(o.words(), o.changed, o.certain) for o in found] == [
        (["uncertain", "failed"], True, False),
        (["failed"], False, True),
        (["blocked"], False, True),
    ]
    assert [o.after for o in found] == [{"title": "Old"}] * 3
    assert resource.lasts == []


def test_a_refused_plan_changes_nobody() -> None:
    class Refusing(Titles):
        def check(self, plan: Plan, facts: str) -> Plan:
            return plan.with_blocked({0: REFUSED}).refused(Problem("no_seat", "Too few."))

    found = run(Refusing(accept))
    assert found.aborted == Problem("no_seat", "Too few.")
    assert [(o.kind, o.changed, o.after) for o in found] == [
        ("blocked", False, {"title": "Old"}),
        ("none", False, {"title": "Old"}),
        ("none", False, {"title": "Old"}),
    ]
    assert codes(found) == ["bad_request", "not_attempted", "not_attempted"]
    assert "Too few." in (found.outcomes[2].error.message if found.outcomes[2].error else "")


def test_an_outcome_cannot_be_altered_and_its_result_is_plain() -> None:
    [outcome, *_others] = run(Titles(accept))
    for field in dataclasses.fields(Outcome):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(outcome, field.name, None)
    assert outcome.result() == {
        "index": 0,
        "source": "users[0]",
        "sources": ["users[0]"],
        "email": PEOPLE[0],
        "action": "update",
        "changed": True,
        "certain": True,
        "failed": False,
        "before": {"title": "Old"},
        "after": {"title": "New"},
        "error": None,
    }
    line = outcome.line("title", "T")
    assert {k: line[k] for k in ("time", "module", "manual", "source")} == {
        "time": "T",
        "module": "title",
        "manual": None,
        "source": "users[0]",
    }


def test_progress_tells_how_far_it_is(tmp_path: Path) -> None:
    path = tmp_path / "progress"
    path.touch()
    with path.open(encoding="utf-8") as watched:
        run(Titles(answering(Claim(REFUSED, final=True), Claim(), Claim())), progress=path)
        last = watched.readlines()[-1].rstrip()
    assert last == '{"done": 3, "total": 3, "blocked": 0, "failed": 1, "phase": "done", "note": ""}'
