"""Whatever a service answers and whatever breaks: every row ends in exactly one outcome, and nobody in doubt passes for untouched."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.context import Context
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.dispatch import Dispatch
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.outcomes import (
    WORDS,
    Claim,
    Conclusion,
    Outcome,
    Seen,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.plan import Change, Plan
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import Problem, WxccError
from tests.unit.build import person
from tests.unit.engine.test_engine import PEOPLE, Titles, run

PLANNED = ("update", "none", "blocked", "manual")
ANSWERS = ("nothing", "on its way", "taken", "refused", "lost", "final refusal", "final doubt", "blocked instead")
ENDS = ("well", "api", "bug")
LOOKS = ("new", "old", "left out", "api", "bug")


@dataclasses.dataclass
class Chaos(Titles):
    """A resource that does what it is told to, for each row and at each place."""

    kinds: Sequence[str] = ()
    answers: Sequence[str] = ()
    end: str = "well"
    looks: Sequence[str] = ()
    forgets: bool = False
    sent: set[int] = dataclasses.field(default_factory=set)
    read: set[int] = dataclasses.field(default_factory=set)

    def plan(self, wanted: Sequence[Any], facts: str) -> Plan:
        problem = Problem("protected", "Protected.")
        changes = []
        for want, kind in zip(wanted, self.kinds, strict=True):
            old = {"title": "Old"}
            changes.append(
                Change(want, kind, old, {"title": "New"}, person(want.email, title="Old"))
                if kind == "update"
                else Change(want, kind, old, old, problem=problem if kind == "blocked" else None)
            )
        return Plan(tuple(changes))

    async def send(self, context: Context, facts: str, changes: Sequence[Change], dispatch: Dispatch) -> None:
        refused = Problem("bad_request", "No.", http_status=400)
        lost = Problem("server_error", "Away.", http_status=502)
        claims = {
            "taken": Claim(),
            "refused": Claim(refused),
            "lost": Claim(lost, certain=False),
            "final refusal": Claim(refused, final=True),
            "final doubt": Claim(lost, certain=False, final=True),
        }
        for change in changes:
            answer = self.answers[change.index]
            if answer == "blocked instead":
                dispatch.instead(change.blocked(Problem("address_taken", "Taken.")))
            elif answer != "nothing":
                self.sent.add(change.index)
                dispatch.sending([change])
                if answer in claims:
                    dispatch.done(change, claims[answer])
        _break(self.end)

    async def reread(self, context: Context, facts: str, outcomes: Sequence[Outcome], last: bool) -> dict[int, Seen]:
        seen = {}
        for outcome in outcomes:
            look = self.looks[outcome.index]
            _break(look)
            if look in ("new", "old"):
                self.read.add(outcome.index)
                seen[outcome.index] = Seen(person(outcome.email, title=look.title()))
        return seen

    def judge(self, facts: str, outcome: Outcome, last: bool) -> Conclusion:
        return super().judge(facts, outcome, last)

    def remember(self, context: Context, outcome: Outcome) -> None:
        if self.forgets:
            raise KeyError("remember")


def _break(what: str) -> None:
    if what == "api":
        raise WxccError.of("connection", "No answer.")
    if what == "bug":
        raise TypeError("'NoneType' object is not subscriptable")


def for_each_row(words: Sequence[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(words), min_size=len(PEOPLE), max_size=len(PEOPLE))


@settings(max_examples=100, deadline=None)
@given(
    kinds=for_each_row(PLANNED),
    answers=for_each_row(ANSWERS),
    end=st.sampled_from(ENDS),
    looks=for_each_row(LOOKS),
    forgets=st.booleans(),
    on_error=st.sampled_from(["continue", "stop"]),
)
def test_every_row_has_one_outcome(
    kinds: list[str], answers: list[str], end: str, looks: list[str], forgets: bool, on_error: str
) -> None:
    resource = Chaos(lambda _c, _d: None, kinds=kinds, answers=answers, end=end, looks=looks, forgets=forgets)
    found = run(resource, on_error=on_error)
    assert [o.index for o in found] == list(range(len(PEOPLE)))
    for outcome in found:
        assert outcome.failed is (outcome.error is not None and outcome.kind != "blocked")
        assert outcome.certain or outcome.changed
        sent, read = outcome.index in resource.sent, outcome.index in resource.read
        if not sent:
            assert (outcome.changed, outcome.certain) == (False, True)
        elif answers[outcome.index] in ("lost", "taken", "on its way") and not read:
            assert not outcome.certain
        if read:
            assert outcome.certain
            assert outcome.changed is (looks[outcome.index] == "new")
    counts = found.summary()
    assert counts["total"] == len(PEOPLE)
    assert sum(counts[word] for word in WORDS) == sum(len(o.words()) for o in found)
    assert all(o.words() for o in found)
