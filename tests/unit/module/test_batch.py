"""One step over a roster: which people it takes, what it leaves in its run's directory, and that no row is lost."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._client.client import Client
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.context import Context
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.dispatch import Dispatch
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.engine import reconcile
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.outcomes import Claim, Outcome, Outcomes
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.plan import Change
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import Problem, WxccError
from ansible_collections.wxcc.onboarding.plugins.module_utils._files import read_json, read_lines, write_json
from ansible_collections.wxcc.onboarding.plugins.module_utils._model import Wanted
from ansible_collections.wxcc.onboarding.plugins.module_utils._module import run
from ansible_collections.wxcc.onboarding.plugins.module_utils._module.batch import run_batch
from ansible_collections.wxcc.onboarding.plugins.module_utils._progress_line import PROGRESS_FILE
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.lock import OrganizationLock, Writer
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.record import (
    FINISHED,
    RunRecord,
    note_rosters,
    read_record,
    update_record,
    write_record,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._steps import SYNC, USER
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.organization import Organization
from tests.unit.engine.test_engine import Titles, accept
from tests.unit.module.fake import ORGANIZATION, ends

ADA, BO, CY = "ada@example.com", "bo@example.com", "cy@example.com"
Seen = list[tuple[list[Wanted], Context]]


@pytest.fixture(autouse=True)
def known_organization(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here asks a service which organization it is."""

    async def resolve(_client: Any, org_id: str) -> Organization:
        return Organization(org_id, named=True)

    monkeypatch.setattr(run, "resolve", resolve)


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "wxcc_onboarding"


def rows(*emails: str, first: int = 0) -> list[dict[str, Any]]:
    return [
        {"row": first + n, "email": email, "source": f"list[{first + n}]", "sources": [f"list[{first + n}]", "again"]}
        for n, email in enumerate(emails)
    ]


def run_directory(tmp_path: Path, *, check_mode: bool = False, name: str = "run") -> Path:
    """A run of two parts: Ada and Bo, and Cy."""
    directory = tmp_path / name
    directory.mkdir()
    organization = {"id": ORGANIZATION, "name": "Acme", "named": True}
    write_record(
        RunRecord(run="R1", directory=str(directory), host="acme", check_mode=check_mode, organization=organization)
    )
    parts = {"roster.json": rows(ADA, BO, CY), "roster-001.json": rows(ADA, BO), "roster-002.json": rows(CY, first=2)}
    for file, people in parts.items():
        write_json(directory / file, {"format": "wxcc.onboarding/roster/1", "users": people})
    note_rosters(directory, parts)
    return directory


def plan_file(directory: Path, **more: Any) -> None:
    record = read_record(directory)
    content = {
        "format": "wxcc.onboarding/plan/1",
        "run": record.run,
        "host": record.host,
        "organization": {"id": ORGANIZATION, "name": "Acme"},
        "made": "T",
        "check_mode": record.check_mode,
        "digest": "d",
        "roster": dict(record.rosters),
        "options": {"user": {"state": "present"}},
        "people": [],
    }
    write_json(directory / "plan.json", {**content, **more})


def step(
    answer: Callable[[list[Wanted]], Outcomes] | Exception | None = None, *, writes: bool = True, **more: Any
) -> tuple[Callable[[Any], None], Seen]:
    """Return a module's work, and what it was given."""
    seen: Seen = []

    async def work(wanted: Sequence[Wanted], context: Context) -> Outcomes:
        seen.append((list(wanted), context))
        if isinstance(answer, Exception):
            raise answer
        return answer(list(wanted)) if answer else Outcomes(tuple(Outcome.of(Change(w)) for w in wanted))

    more = {"options": {"state": "present"}, **more}
    return lambda module: run_batch(module, work, USER if writes else SYNC, writes=writes, **more), seen


def lines(directory: Path, name: str = "user.jsonl") -> list[dict[str, Any]]:
    return list(read_lines(directory / name))


# -- people by hand --------------------------------------------------------------------------------------------------------


def test_people_by_hand_need_no_run_and_come_back_as_variables() -> None:
    module = ends(step()[0])
    assert not module.said.get("failed")
    assert [r["email"] for r in module.said["results"]] == [ADA]
    assert module.said["summary"]["unchanged"] == 1


def test_a_file_s_people_come_back_only_where_something_is_wrong(tmp_path: Path) -> None:
    write_json(tmp_path / "people.json", {"users": rows(ADA)})
    work, seen = step()
    said = ends(work, users=None, users_file=str(tmp_path / "people.json")).said
    assert said["results"] == []
    assert [w.email for w in seen[0][0]] == [ADA]


def test_a_roster_that_cannot_be_used_ends_before_anything() -> None:
    work, seen = step()
    said = ends(work, users=[{"email": "nobody"}]).said
    assert (said["changed"], said["aborted"], said["summary"]["total"]) == (False, True, 0)
    assert [f["position"] for f in said["findings"]] == ["users[0]"]
    assert seen == []


@pytest.mark.parametrize("entry", ["Ada <ada@example.com>", "ada", "jos\u00e9@example.com"])
def test_a_protected_address_that_is_none_ends_before_anything(entry: str) -> None:
    work, seen = step()
    said = ends(work, protected=["bo@example.com", entry]).said
    assert (said["changed"], said["aborted"], said["error"]["code"]) == (False, True, "invalid_input")
    assert said["findings"][0]["position"] == "protected[1]"
    assert seen == []


def test_protected_addresses_are_read_as_all_others() -> None:
    work, seen = step()
    ends(work, protected=["\u200bAda@example.com ", "bo@example.com; cy@example.com", "ADA@example.com"])
    assert list(seen[0][1].policy.protected) == ["Ada@example.com", "bo@example.com", "cy@example.com"]


def test_a_part_is_a_part_of_a_run() -> None:
    said = ends(step()[0], part=2).said
    assert "run_directory" in said["msg"]


# -- a run's directory -----------------------------------------------------------------------------------------------------


def test_a_run_s_people_organization_and_files(tmp_path: Path) -> None:
    directory = run_directory(tmp_path)
    work, seen = step()
    module = ends(work, users=None, run_directory=str(directory), org_id=None)
    assert not module.said.get("failed"), module.said
    [(wanted, context)] = seen
    assert [(w.index, w.email) for w in wanted] == [(0, ADA), (1, BO), (2, CY)]
    assert (context.organization.uuid, context.organization.named) == (ORGANIZATION, True)
    assert context.run is not None
    assert context.plan is None
    assert [(one["index"], one["source"], one["sources"]) for one in lines(directory)] == [
        (n, f"list[{n}]", [f"list[{n}]", "again"]) for n in range(3)
    ]
    assert (directory / "snapshot.json").stat().st_mode & 0o777 == 0o600
    assert (directory / "requests.jsonl").exists()
    assert module.said["results"] == []


def test_a_part_of_a_run_keeps_the_numbers_of_the_whole(tmp_path: Path) -> None:
    directory = run_directory(tmp_path)
    work, seen = step()
    ends(work, users=None, run_directory=str(directory), part=2)
    assert [(w.index, w.email) for w in seen[0][0]] == [(2, CY)]
    assert [line["index"] for line in lines(directory)] == [2]


def test_a_check_task_leaves_a_real_run_s_directory_as_it_is(tmp_path: Path) -> None:
    directory = run_directory(tmp_path)
    before = {path.name: path.read_bytes() for path in directory.iterdir()}
    refused = Problem("token_invalid", "Expired.")
    for work, _seen in (step(), step(WxccError(refused))):
        ends(work, users=None, run_directory=str(directory), check_mode=True)
    assert {path.name: path.read_bytes() for path in directory.iterdir()} == before


def test_a_check_task_writes_into_a_check_run_s_directory(tmp_path: Path) -> None:
    directory = run_directory(tmp_path, check_mode=True)
    ends(step()[0], users=None, run_directory=str(directory), check_mode=True)
    assert len(lines(directory)) == 3


@pytest.mark.parametrize("wrong", ["organization", "check", "finished", "roster", "part"])
def test_a_directory_that_is_not_the_step_s_own_is_refused_and_left_alone(tmp_path: Path, wrong: str) -> None:
    directory = run_directory(tmp_path, check_mode=wrong == "check")
    params: dict[str, Any] = {"users": None, "run_directory": str(directory)}
    if wrong == "organization":
        params["org_id"] = ORGANIZATION.replace("a", "b")
    elif wrong == "finished":
        update_record(directory, state=FINISHED)
    elif wrong == "roster":
        write_json(directory / "roster.json", {"users": rows("other@example.com")})
    elif wrong == "part":
        params["part"] = 3
    record = (directory / "run.json").read_bytes()
    work, seen = step()
    said = ends(work, **params).said
    assert (said["error"]["code"], said["aborted"], seen) == ("other_run", True, [])
    assert (directory / "run.json").read_bytes() == record
    assert not (directory / "user.jsonl").exists()


def test_a_step_that_cannot_begin_stops_the_run_and_tries_nobody(tmp_path: Path) -> None:
    directory = run_directory(tmp_path)
    problem = Problem("token_invalid", "Expired.", tracking_id="NA_1")
    said = ends(step(WxccError(problem))[0], users=None, run_directory=str(directory), fail_on=[]).said
    assert said["failed"]
    assert said["msg"].startswith("Expired.")
    assert said["msg"].endswith("(tracking id NA_1)")
    assert (said["changed"], said["aborted"], said["summary"]["failed"]) == (False, True, 3)
    assert [(o["action"], o["changed"], o["error"]["code"]) for o in lines(directory)] == [
        ("none", False, "not_attempted")
    ] * 3
    assert read_record(directory).stopped == {
        "step": "user",
        "code": "token_invalid",
        "message": "Expired.",
        "advice": problem.advice,
    }


def test_an_error_that_nobody_foresaw_stops_the_run_too(tmp_path: Path) -> None:
    directory = run_directory(tmp_path)
    said = ends(step(ValueError("oops"))[0], users=None, run_directory=str(directory)).said
    assert said["error"]["code"] == "unexpected"
    assert "Traceback" in said["exception"]
    assert len(lines(directory)) == 3
    stopped = read_record(directory).stopped
    assert stopped is not None
    assert stopped["code"] == "unexpected"


def test_outcomes_that_cannot_be_written_come_back_all_the_same(tmp_path: Path) -> None:
    directory = run_directory(tmp_path)
    (directory / "user.jsonl").mkdir()
    said = ends(step()[0], users=None, run_directory=str(directory), results="none").said
    assert said["failed"]
    assert "user.jsonl" in said["msg"]
    assert len(said["results"]) == 3


@pytest.mark.parametrize(
    ("fail_on", "failed", "blocked", "fails"),
    [
        (["failed", "blocked"], True, False, True),
        (["failed", "blocked"], False, True, True),
        (["failed"], False, True, False),
        (["blocked"], True, False, False),
        (["blocked"], False, True, True),
        ([], True, True, False),
    ],
)
def test_who_makes_the_task_fail(fail_on: list[str], failed: bool, blocked: bool, fails: bool) -> None:
    problem = Problem("bad_request", "No.")

    def answer(wanted: list[Wanted]) -> Outcomes:
        one, other = Change(wanted[0]), Change(wanted[1])
        found = [
            Outcome.of(one, failed=failed, error=problem if failed else None),
            Outcome.of(other.blocked(problem) if blocked else other),
        ]
        return Outcomes(tuple(found))

    said = ends(step(answer)[0], users=[{"email": ADA}, {"email": BO}], fail_on=fail_on).said
    assert said.get("failed", False) is fails


def test_warnings_beyond_twenty_are_counted() -> None:
    work, _seen = step(lambda _wanted: Outcomes(warnings=tuple(f"Warning {n}." for n in range(25))))
    module = ends(work)
    assert len(module.warned) == 21
    assert module.warned[-1] == "and 5 more warnings of this kind"


def test_progress_goes_where_the_action_looks(tmp_path: Path) -> None:
    def told(progress: bool) -> str:
        (tmp_path / PROGRESS_FILE).touch()
        work, seen = step()
        with (tmp_path / PROGRESS_FILE).open(encoding="utf-8") as watched:
            ends(work, tmpdir=str(tmp_path), progress=progress)
            seen[0][1].progress.show("user", 1, blocked=0, failed=0, force=True)
            return watched.read()

    assert told(progress=False) == ""
    assert json.loads(told(progress=True))["done"] == 1


# -- the plan of the run ---------------------------------------------------------------------------------------------------


def test_a_step_is_held_to_the_plan_of_its_run(tmp_path: Path) -> None:
    directory = run_directory(tmp_path)
    plan_file(directory)
    work, seen = step()
    ends(work, users=None, run_directory=str(directory))
    assert seen[0][1].plan is not None
    reading, seen = step(writes=False)
    ends(reading, users=None, run_directory=str(directory))
    assert seen[0][1].plan is None


@pytest.mark.parametrize(
    "more",
    [
        {"options": {"user": {"state": "absent"}}},
        {"organization": {"id": "other", "name": "Other"}},
        {"run": "R2"},
        {"roster": {"roster.json": "0" * 64}},
        {"refusal": {"code": "no_seat", "message": "Too few.", "advice": "Buy."}},
    ],
)
def test_another_plan_is_refused(tmp_path: Path, more: dict[str, Any]) -> None:
    directory = run_directory(tmp_path)
    plan_file(directory, **more)
    work, seen = step()
    said = ends(work, users=None, run_directory=str(directory)).said
    assert (said["error"]["code"], said["aborted"], seen) == ("other_plan", True, [])
    assert read_json(directory / "run.json")["stopped"]["code"] == "other_plan"


# -- the lock --------------------------------------------------------------------------------------------------------------


def lock(state: Path, name: str = "another run") -> OrganizationLock:
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    return OrganizationLock(ORGANIZATION, Writer(name), directory=str(state))


def test_a_step_waits_for_whoever_writes_and_says_for_whom(tmp_path: Path, state: Path) -> None:
    directory = run_directory(tmp_path)
    holder = lock(state)._open("lock")
    try:
        fcntl.flock(holder, fcntl.LOCK_EX)
        work, seen = step()
        said = ends(work, users=None, run_directory=str(directory)).said
        assert (said["error"]["code"], said["aborted"], seen) == ("locked_by_run", True, [])
        for (work, seen), check_mode in ((step(writes=False), False), (step(), True)):
            ends(work, users=None, run_directory=str(directory), check_mode=check_mode)
            assert len(seen) == 1, "who does not write does not wait"
    finally:
        os.close(holder)


def test_what_was_read_before_somebody_else_wrote_is_not_used(tmp_path: Path, state: Path) -> None:
    directory = run_directory(tmp_path)

    def people(writer: str | None = None) -> dict[str, Any]:
        def answer(wanted: list[Wanted]) -> Outcomes:
            context = seen[-1][1]
            found.update(context.snapshot.people)
            context.snapshot.people[ADA] = None
            context.begin_writing()
            return Outcomes(tuple(Outcome.of(Change(w)) for w in wanted))

        found: dict[str, Any] = {}
        work, seen = step(answer)
        if writer:
            lock(state, writer).note_end()
        ends(work, users=None, run_directory=str(directory))
        return found

    assert people() == {}
    assert people() == {ADA: None}
    assert people("somebody else") == {}
    assert people() == {ADA: None}
    assert lock(state).last_writer().startswith("R1 acme ")


def test_the_run_says_what_is_being_sent_until_it_is_told_what_became_of_it(tmp_path: Path) -> None:
    directory = run_directory(tmp_path)
    noted: list[Any] = []

    def answer(wanted: list[Wanted]) -> Outcomes:
        noted.append(read_record(directory).writing)
        seen[-1][1].begin_writing()
        noted.append(read_record(directory).writing)
        return Outcomes(tuple(Outcome.of(Change(w)) for w in wanted))

    work, seen = step(answer)
    ends(work, users=None, run_directory=str(directory), part=2)
    assert noted == [None, {"step": "user", "part": 2}]
    assert read_record(directory).writing is None


# -- whatever ends a step --------------------------------------------------------------------------------------------------


def changed(wanted: Sequence[Wanted]) -> Outcomes:
    changes = (Change(w, "update", {"title": "Old"}, {"title": "New"}) for w in wanted)
    return Outcomes(tuple(Outcome.of(c, changed=True) for c in changes))


@pytest.mark.parametrize("place", ["note_end", "close"])
def test_what_goes_wrong_after_the_work_takes_nobody_s_outcome_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    def breaks(*_any: Any) -> Any:
        raise OSError(28, "No space left on device")

    if place == "note_end":
        monkeypatch.setattr(OrganizationLock, "note_end", breaks)
    else:
        monkeypatch.setattr(Client, "__aexit__", breaks)

    def answer(wanted: list[Wanted]) -> Outcomes:
        seen[-1][1].begin_writing()
        return changed(wanted)

    directory = run_directory(tmp_path)
    work, seen = step(answer)
    said = ends(work, users=None, run_directory=str(directory)).said
    assert (said["failed"], said["aborted"], said["changed"]) == (True, True, True)
    assert said["error"]["code"] == "unexpected"
    assert said["summary"]["updated"] == 3
    assert [(one["changed"], one["after"]) for one in lines(directory)] == [(True, {"title": "New"})] * 3
    assert read_record(directory).stopped is not None


def test_what_goes_wrong_while_it_is_told_takes_nobody_s_outcome_away(tmp_path: Path) -> None:
    def more(_outcomes: Outcomes) -> dict[str, Any]:
        raise KeyError("more")

    directory = run_directory(tmp_path)
    work, _seen = step(changed, more=more)
    said = ends(work, users=None, run_directory=str(directory)).said
    assert (said["error"]["code"], said["aborted"], said["summary"]["updated"]) == ("unexpected", True, 3)
    assert "KeyError" in said["exception"]
    assert [one["changed"] for one in lines(directory)] == [True] * 3


def signalled() -> None:
    """Have the process be asked to end, where somebody listens."""
    assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
    os.kill(os.getpid(), signal.SIGTERM)


def test_a_signal_before_anything_was_sent_is_told_in_one_sentence(tmp_path: Path) -> None:
    async def work(wanted: Sequence[Wanted], context: Context) -> Outcomes:
        signalled()
        await asyncio.sleep(60)
        raise AssertionError("nobody listened")

    directory = run_directory(tmp_path)
    said = ends(
        lambda module: run_batch(module, work, USER, options={"state": "present"}, writes=True),
        users=None,
        run_directory=str(directory),
    ).said
    assert (said["aborted"], said["changed"], said["error"]["code"]) == (True, False, "interrupted")
    assert said["msg"].startswith("The task was interrupted before it began.")
    assert [one["error"]["code"] for one in lines(directory)] == ["not_attempted"] * 3


def test_a_signal_while_it_sends_loses_nobody(tmp_path: Path) -> None:
    class Stopped(Titles):
        async def send(self, context: Context, facts: str, changes: Sequence[Change], dispatch: Dispatch) -> None:
            dispatch.done(changes[0], Claim())
            dispatch.sending([changes[1]])
            signalled()
            await asyncio.sleep(60)

    async def work(wanted: Sequence[Wanted], context: Context) -> Outcomes:
        return await reconcile(Stopped(accept, shows=[{BO: "nothing"}]), wanted, context)

    directory = run_directory(tmp_path)
    said = ends(
        lambda module: run_batch(module, work, USER, options={"state": "present"}, writes=True),
        users=None,
        run_directory=str(directory),
    ).said
    assert (said["aborted"], said["changed"], said["error"]["code"]) == (True, True, "interrupted")
    assert [(one["changed"], one["certain"], one["failed"]) for one in lines(directory)] == [
        (True, True, False),
        (True, False, True),
        (False, True, True),
    ]
    assert "exception" not in said
