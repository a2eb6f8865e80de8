"""The gate: what is to be done by hand, what the hook is told, and what is left for a support case."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._client.client import Client
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.hook import Hook
from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.sync_state import WHERE_TO_SYNCHRONIZE
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.context import Context, Policy, Progress
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.outcomes import Outcome, Outcomes
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.plan import Change
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.snapshot import Snapshot
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import ApiError, Problem
from ansible_collections.wxcc.onboarding.plugins.module_utils._files import append_lines, read_json
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources import waiting
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.sync import History, Waiting
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.waiting import (
    Gate,
    Round,
    kept_roles,
    manual_actions,
    todo,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.record import RunRecord
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.organization import Organization
from tests.unit.build import ORGANIZATION, PREMIUM_1, people, person, wanted
from tests.unit.script import CENTER, Script, Step, expect

ADA, BO = "ada@example.com", "bo@example.com"
MANUAL = {"what": "Make this person a supervisor.", "where": "In Control Hub."}


def looked(*emails: str, failed: int = 0) -> Outcomes:
    problem = Problem("not_in_sync", "Not yet.")
    return Outcomes(
        tuple(
            Outcome.of(Change(w), failed=n < failed, error=problem if n < failed else None)
            for n, w in enumerate(wanted(*emails))
        )
    )


def test_nothing_is_to_be_done_where_everybody_is_in_sync() -> None:
    assert todo(looked(ADA, BO), [{"email": ADA, **MANUAL}], "acme") == []


def test_what_is_to_be_done_comes_in_groups_and_the_button_last() -> None:
    many = [f"p{n}@example.com" for n in range(14)]
    actions = [*({"email": e, **MANUAL} for e in many), {"email": BO, "what": "Press.", "where": "Here."}]
    assert todo(looked(*many, BO, failed=15), actions, "acme") == [
        "acme: 15 of 15 people are not in sync yet.",
        "  - Press. Here.",
        f"    {BO}",
        "  - Make this person a supervisor. In Control Hub.",
        f"    {', '.join(many[:12])}",
        "    and 2 more: see role.jsonl in the run directory",
        f"  - Press Synchronize Users. {WHERE_TO_SYNCHRONIZE}",
    ]
    assert todo(looked(ADA, failed=1), [], None)[0] == "1 of 1 people are not in sync yet."


def test_only_the_last_line_of_a_row_of_this_part_counts() -> None:
    lines: list[Mapping[str, Any]] = [
        {"index": 0, "email": ADA, "manual": MANUAL},
        {"index": 1, "email": BO, "manual": MANUAL},
        {"index": 0, "email": ADA, "manual": None},
        {"index": 7, "email": "other@example.com", "manual": MANUAL},
    ]
    assert manual_actions(lines, {0, 1}) == [{"email": BO, **MANUAL}]


@pytest.mark.parametrize(
    ("planned", "line", "stays"),
    [
        ({"action": "blocked"}, None, True),
        ({"action": "manual", "manual": MANUAL}, None, False),
        ({"action": "none"}, None, False),
        ({"action": "update"}, {"action": "update", "failed": True}, True),
        ({"action": "update"}, {"action": "update", "failed": True, "manual": MANUAL}, False),
        ({"action": "blocked"}, {"action": "manual", "manual": MANUAL}, False),
        (None, {"action": "blocked"}, True),
        (None, {"action": "update", "failed": False}, False),
    ],
)
def test_whose_role_stays_as_it_is(planned: Any, line: Any, stays: bool) -> None:
    plan = [{"row": 4, "steps": {"role": planned} if planned else {}}]
    assert kept_roles(plan, [{"index": 4, **line}] if line else []) == ({4} if stays else set())


def profiles(status: int = 200) -> Step:
    fields = "id%2Cname%2Cdescription%2CprofileType%2Cactive%2CsystemDefault"
    url = f"{CENTER}/organization/{ORGANIZATION}/v3/user-profile?attributes={fields}&page=0&pageSize=1000"
    return expect("GET", url, {"data": []}, status=status)


class Session:
    """A gate over a run's directory, with a hook that is only noted."""

    def __init__(self, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.directory = directory
        self.posted: list[Any] = []

        async def call(hook: Hook, body: Mapping[str, Any]) -> None:
            self.posted.append(json.loads(json.dumps(body)))

        async def look(_wanted: Any, _context: Context, _waiting: Waiting, history: History) -> Outcomes:
            self.history = history
            return self.found

        monkeypatch.setattr(waiting, "call_hook", call)
        monkeypatch.setattr(waiting, "synchronize", look)
        self.found = looked(ADA, BO, failed=1)

    def lines(self, name: str, *entries: Mapping[str, Any]) -> None:
        append_lines(self.directory / name, entries)

    def passes(self, round_: Round, *, check: bool = False, run: bool = True, hook: bool = True) -> dict[str, Any]:
        record = RunRecord("R1", str(self.directory), "acme", organization={"id": ORGANIZATION})
        gate = Gate(waiting=Waiting(1, 1), hook=Hook("https://hook") if hook else None, round_=round_)

        async def work(client: Client) -> Outcomes:
            snapshot = Snapshot(None, organization=ORGANIZATION, api="", check_mode=check)
            context = Context(
                client,
                Organization(ORGANIZATION, named=False),
                snapshot,
                Policy(),
                check,
                Progress(None, 0),
                script.sleep,
                run=record if run else None,
            )
            return await gate.pass_through(wanted(ADA, BO), context)

        script = Script()
        return gate.told(script.play(work))


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    return Session(tmp_path, monkeypatch)


def test_the_hook_is_told_in_numbers_and_nulls(session: Session) -> None:
    session.passes(Round(1))
    session.lines("role.jsonl", {"index": 0, "email": ADA, "manual": MANUAL})
    session.lines(
        "sync.jsonl", {"index": 0, "failed": True}, {"index": 1, "failed": True}, {"index": 1, "failed": False}
    )
    session.passes(Round(2))
    body = {"host": "acme", "organization": ORGANIZATION}
    assert session.posted == [
        {**body, "round": 1, "not_in_sync": None, "manual_actions": []},
        {**body, "round": 2, "not_in_sync": 1, "manual_actions": [{"email": ADA, **MANUAL}]},
    ]


def test_check_mode_calls_no_hook_and_leaves_no_bundle(session: Session) -> None:
    told = session.passes(Round(1, last=True), check=True)
    assert session.posted == []
    assert told["support_bundle"] is None
    assert list(session.directory.iterdir()) == []


def test_the_bundle_comes_with_the_last_round_alone(session: Session) -> None:
    assert session.passes(Round(1), hook=False)["support_bundle"] is None
    told = session.passes(Round(2, last=True, tried={"gate": "hook"}), hook=False)
    content = read_json(told["support_bundle"])
    assert content["tried"] == {"gate": "hook", "round": 2, "hook": None, "earlier_looks": 0}
    assert told["lines"][-1].endswith(f"attach {told['support_bundle']}.")
    assert [p["email"] for p in content["people"]] == [ADA]
    assert session.passes(Round(2, last=True), run=False)["support_bundle"] is None
    session.found = looked(ADA, BO)
    assert session.passes(Round(2, last=True))["support_bundle"] is None


def test_what_is_told(session: Session) -> None:
    told = session.passes(Round(3))
    assert {k: told[k] for k in ("open", "unseen", "round")} == {"open": 1, "unseen": 0, "round": 3}
    assert told["todo"][0] == "acme: 1 of 2 people are not in sync yet."


def test_a_hook_that_fails_is_told_and_called_again(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(_hook: Hook, _body: Mapping[str, Any]) -> None:
        raise ApiError.of("hook_failed", "The hook answered 500.")

    monkeypatch.setattr(waiting, "call_hook", refuse)
    told = session.passes(Round(1))
    assert told["hook_failure"] == "The hook answered 500."
    assert told["lines"][-1] == "The hook answered 500. It is called again in the next round."
    assert (session.history.pressed, session.history.failure) == (False, "The hook answered 500.")
    last = session.passes(Round(2, last=True))
    assert "The hook answered 500." in last["lines"]
    assert read_json(last["support_bundle"])["tried"]["hook"] == "The hook answered 500."
    with pytest.raises(ApiError):
        session.passes(Round(0), run=False)


def test_what_is_known_of_the_button(session: Session) -> None:
    session.lines("license.jsonl", {"index": 0, "changed": True}, {"index": 1, "changed": False})
    session.passes(Round(0), hook=False)
    assert [session.history.synchronized(row) for row in (0, 1)] == [False, None]
    session.passes(Round(1), hook=False)
    assert [session.history.synchronized(row) for row in (0, 1)] == [True, True]
    session.passes(Round(0), hook=False, run=False)
    assert session.history.synchronized(0) is None
    session.passes(Round(0), hook=True, run=False)
    assert session.history.synchronized(0)


def unseen_rows(must_see: bool) -> Outcomes:
    script = Script(profiles(403))

    async def work(client: Client) -> Outcomes:
        snapshot = Snapshot(None, organization=ORGANIZATION, api="", check_mode=False)
        snapshot.people = people(person(ADA, PREMIUM_1), person(BO, PREMIUM_1))
        context = Context(
            client, Organization(ORGANIZATION, named=False), snapshot, Policy(), False, Progress(None, 0), script.sleep
        )
        rows: Sequence[Any] = wanted(ADA, BO)
        return await waiting.synchronize(rows, context, Waiting(1, 1, must_see=must_see), clock=lambda: script.now)

    found: Outcomes = script.play(work)
    return found


def test_a_token_that_may_not_read_the_contact_center_ends_the_step_or_leaves_people_without_a_state() -> None:
    refused = unseen_rows(must_see=True)
    assert refused.aborted is not None
    assert {o.error.code for o in refused if o.error} == {"not_attempted"}
    found = unseen_rows(must_see=False)
    assert found.aborted is None
    assert [(o.kind, o.changed, o.failed, o.after["sync_state"]) for o in found] == [("none", False, False, None)] * 2
    lines = todo(found, [], "acme")
    assert lines[0] == "acme: Whether 2 of 2 people are in sync cannot be seen with this token."
    assert "Press Synchronize Users" in lines[-1]
