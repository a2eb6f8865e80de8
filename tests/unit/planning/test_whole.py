"""The module ``plan`` from its options to its result, over a service that answers whatever is read."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import InputError
from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.options import plan_work
from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.plan import PlanRefused
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.lock import OrganizationLock, Writer
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.plan_file import digest_of_changes
from tests.unit.build import ORGANIZATION, PREMIUM_1, STANDARD_1
from tests.unit.planning.service import BOSS, RUN, Run, Service, center_record

ADA, BRUNO, CHIDI, NIA = "ada@example.com", "bruno@example.com", "chidi@example.com", "nia@example.com"
CENTER = f"/organization/{ORGANIZATION}"
PLACE = {"site": "Lisbon", "teams": ["Sales"], "desktop_profile": "Desk", "contact_center_enabled": True}
SETTLED = {"email": ADA, "license": "premium", "agent": PLACE}
#: What the module is told where nobody tells it anything.
OPTIONS: dict[str, Any] = {
    "state": "present",
    "identities": True,
    "license": {"mode": "add_and_remove", "default": None, "subscription_id": None, "allow_shortage": False},
    "role": {"default": None, "mode": "add_and_remove", "supervisor_via": "console"},
    "agent": {"settings": None},
    "protected": [],
    "max_removals": None,
    "allow_removals": False,
    "max_changes": None,
    "refused_rows": None,
    "max_refused_rows": None,
    "writable": True,
    "synchronize": True,
    "approved_digest": None,
    "approved_plan": None,
    "valid_for": "1d",
    "results": "none",
    "fail_on": [],
    "mails": "as_is",
}
MAILED = {
    "level": "info",
    "check": "mail setting",
    "message": "Activation mails are on. Webex mails whoever gets a license and has never signed in.",
    "action": "",
}


def alpha() -> Service:
    """Ada, who is settled, and Bruno, who has nothing."""
    return Service({ADA: (PREMIUM_1,), BRUNO: ()}, {ADA: center_record(ADA)})


def options(**given: Any) -> dict[str, Any]:
    inner = {name: {**OPTIONS[name], **given.pop(name, {})} for name in ("license", "role", "agent")}
    return {**OPTIONS, **inner, **given}


def plan(run: Run, *, diff: bool = False, **given: Any) -> dict[str, Any]:
    result: dict[str, Any] = run.play(plan_work(options(**given), diff=diff))
    return result


def refused(run: Run, **given: Any) -> PlanRefused:
    with pytest.raises(PlanRefused) as caught:
        plan(run, **given)
    found = caught.value
    result = found.result
    assert (result["changed"], result["aborted"], result["lines"]) == (False, True, [])
    told = {"code": found.problem.code, "message": found.problem.message, "advice": found.problem.advice}
    assert result["refusal"] == told
    if run.keep:
        assert run.file("plan.json")["refusal"] == told
    return found


def actions(result: dict[str, Any]) -> dict[str, dict[str, str]]:
    return {p["email"]: {step: e["action"] for step, e in p["steps"].items()} for p in result["results"]}


NOTHING = dict.fromkeys(("user", "license", "role", "sync", "agent"), "none")


def test_a_plan_as_a_whole(tmp_path: Path) -> None:
    run = Run(tmp_path / "run", alpha()).begin([SETTLED, {"email": BRUNO, "license": "premium"}, {"email": NIA}])
    result = plan(run, results="all", diff=True)
    people = result.pop("results")
    assert actions({"results": people}) == {
        ADA: NOTHING,
        BRUNO: {**NOTHING, "license": "update"},
        NIA: {**NOTHING, "user": "create"},
    }
    none, premium = ({"license": name, "subscriptions": subs} for name, subs in (("none", []), ("premium", ["Sub1"])))
    text = "3 people: 1 as declared, 1 new (the service may still refuse some), 1 to be changed"
    files = {name: str(run.directory / file) for name, file in (("plan", "plan.json"), ("table", "plan.csv"))}
    summary = dict.fromkeys(("losing", "by_hand", "waiting", "blocked", "unplanned", "blocked_in_part"), 0)
    assert result == {
        "changed": False,
        "aborted": False,
        "digest": digest_of_changes(ORGANIZATION, people),
        "steps": ["user", "license", "sync"],
        "parts": [0],
        "work": {"0": ["user", "license", "sync"]},
        "summary": {
            **summary,
            "people": 3,
            "as_declared": 1,
            "new": 1,
            "changed": 1,
            "refused_rows": 0,
            "text": text,
        },
        "findings": [MAILED],
        "lines": [f"Alpha: {text}. {MAILED['message']}"],
        "refusal": None,
        "files": {**files, "page": str(run.directory / "plan.md")},
        "manual_actions": [],
        "diff": {
            "before": {BRUNO: {"license": none}, NIA: {"user": {"state": "absent"}}},
            "after": {BRUNO: {"license": premium}, NIA: {"user": {"state": "present"}}},
        },
    }
    kept = run.file("plan.json")
    assert (kept["people"], kept["digest"], kept["findings"]) == (people, result["digest"], [MAILED])
    assert (kept["run"], kept["host"], kept["check_mode"]) == (RUN, "alpha", False)
    assert kept["organization"] == {"id": ORGANIZATION, "name": "Alpha"}
    assert kept["roster"] == run.record.rosters
    assert kept["options"] == {
        "user": {"state": "present"},
        "license": {"mode": "add_and_remove", "default": None, "subscription_id": None, "allow_shortage": False},
        "role": {"default": None, "mode": "add_and_remove", "supervisor_via": "console"},
        "agent": {"settings": None},
    }
    assert (run.directory / "plan.csv").read_text(encoding="utf-8-sig").count(NIA) == 1
    assert NIA in (run.directory / "plan.md").read_text()
    assert files["plan"] in (run.directory / "plan.md").read_text()
    assert (run.record.findings, run.record.mails) == ([MAILED], dict.fromkeys(("before", "during", "after"), True))
    snapshot = run.file("snapshot.json")
    assert (set(snapshot["people"]), snapshot["writer"]) == ({ADA, BRUNO, NIA}, "")
    # Preflight and the steps ask for the same lists.
    assert run.service.count("/v1/people/me") == run.service.count("/v1/licenses") == 1
    assert run.service.count(f"{CENTER}/v3/user-profile") == 1


def test_how_many_people_there_are_is_kept_where_it_was_read(tmp_path: Path) -> None:
    emails = [f"p{n}@example.com" for n in range(21)]
    run = Run(tmp_path / "run", Service(dict.fromkeys(emails, ()))).begin([{"email": e} for e in (*emails, NIA)])
    plan(run)
    assert run.file("snapshot.json")["facts"]["people"] == 21


def test_what_is_told_to_the_steps(tmp_path: Path) -> None:
    run = Run(tmp_path / "run", alpha()).begin([{"email": BRUNO}])
    plan(
        run,
        identities=False,
        license={"mode": "add_only", "default": "premium", "subscription_id": "Sub1", "allow_shortage": True},
        role={"default": "agent", "mode": "add_only", "supervisor_via": "scim"},
        agent={"settings": {**PLACE, "default_number": None}},
        synchronize=False,
    )
    kept = run.file("plan.json")
    assert kept["options"] == {
        "license": {"mode": "add_only", "default": "premium", "subscription_id": "Sub1", "allow_shortage": True},
        "role": {"default": "agent", "mode": "add_only", "supervisor_via": "scim"},
        "agent": {"settings": PLACE},
    }
    [person] = kept["people"]
    assert "user" not in person["steps"]
    assert kept["steps"] == ["license", "agent"], "the gate is another run's"
    assert "Synchronize" not in person["forecast"]["message"]
    assert run.service.count("/v1/organizations") == 0


def test_the_state_that_is_told(tmp_path: Path) -> None:
    run = Run(tmp_path / "run", alpha()).begin([{"email": BRUNO}])
    result = plan(run, state="absent", allow_removals=True, results="changed")
    assert actions(result)[BRUNO]["user"] == "remove"
    assert result["summary"]["losing"] == 1


def test_a_check_run_keeps_its_plan_and_no_readings(tmp_path: Path) -> None:
    run = Run(tmp_path / "run", alpha(), check_mode=True).begin([{"email": BRUNO, "license": "premium"}])
    run.service.roles[BOSS] = []
    result = plan(run, results="changed", approved_digest=None)
    assert (result["changed"], list(actions(result)), run.file("plan.json")["check_mode"]) == (True, [BRUNO], True)
    assert result["lines"][-1] == f"  plan {run.directory / 'plan.md'}, digest {result['digest']}"
    assert [f["level"] for f in result["findings"]] == ["warning", "info"], "an account that may only look"
    assert not (run.directory / "snapshot.json").exists()
    settled = Run(tmp_path / "settled", alpha(), check_mode=True).begin([SETTLED])
    result = plan(settled)
    assert (result["changed"], result["findings"], "diff" in result) == (False, [], False)


def test_where_nothing_may_be_kept_nothing_is(tmp_path: Path) -> None:
    run = Run(tmp_path / "run", alpha(), keep=False).begin([{"email": BRUNO, "license": "premium"}])
    before = sorted(os.listdir(run.directory))
    for run.check_mode in (True, False):
        result = plan(run)
        assert result["files"] == {"plan": None, "table": None, "page": None}
        assert result["summary"]["changed"] == 1
        assert "digest" not in result["lines"][-1]
        assert sorted(os.listdir(run.directory)) == before
        assert (run.record.findings, run.record.mails) == ([], None)


def test_what_is_read_is_of_whoever_wrote_last(tmp_path: Path) -> None:
    run = Run(tmp_path / "run", alpha()).begin([{"email": BRUNO}])
    mark = OrganizationLock(ORGANIZATION, Writer("R0", "alpha")).note_end()
    plan(run)
    assert run.file("snapshot.json")["writer"] == mark


def test_an_account_that_may_not_write_refuses_a_real_run(tmp_path: Path) -> None:
    run = Run(tmp_path / "run", alpha()).begin([{"email": BRUNO, "license": "premium"}])
    run.service.roles[BOSS] = []
    found = refused(run)
    assert "no Full or User Administrator" in found.problem.message
    assert found.result["summary"]["unplanned"] == found.result["summary"]["people"] == 1
    assert [f["level"] for f in found.result["findings"]] == ["error"]
    assert run.service.count(f"{CENTER}/v2/user") == 0, "people are not even looked for"


@pytest.mark.parametrize(
    ("row", "given", "needed"),
    [
        ({"email": BRUNO, "license": "premium"}, {}, False),
        ({"email": BRUNO, "role": "agent"}, {"role": {"default": "supervisor"}}, False),
        ({"email": ADA, "agent": {"site": "Lisbon"}}, {}, True),
        ({"email": BRUNO}, {"agent": {"settings": {"site": "Lisbon"}}}, True),
        ({"email": BRUNO, "role": "supervisor"}, {}, True),
        ({"email": BRUNO}, {"role": {"default": "supervisor"}}, True),
        ({"email": BRUNO}, {"role": {"supervisor_via": "capabilities"}}, True),
    ],
)
def test_who_needs_the_contact_center(row: Any, given: Any, needed: bool, tmp_path: Path) -> None:
    run = Run(tmp_path / "run", alpha()).begin([row])
    run.service.refused = {f"{CENTER}/v3": 403}
    if needed:
        assert "cjp:config_read" in refused(run, **given).problem.message
        return
    result = plan(run, **given)
    assert [f["level"] for f in result["findings"]][:1] == ["warning"]
    assert "sync" not in result["steps"], "nobody could see what becomes of the gate"
    assert run.service.count(f"{CENTER}/v2/user") == 0


@pytest.mark.parametrize("needed", [True, False])
def test_who_needs_the_roles(needed: bool, tmp_path: Path) -> None:
    row = {"email": BRUNO, **({"administrator_roles": ["Full Administrator"]} if needed else {})}
    run = Run(tmp_path / "run", alpha()).begin([row])
    run.service.refused = {"/v1/roles": 403}
    if needed:
        assert "spark-admin:roles_read" in refused(run).problem.message
    else:
        assert [f["level"] for f in plan(run)["findings"]] == ["warning"]


def test_what_is_wrong_for_all_refuses_the_run(tmp_path: Path) -> None:
    run = Run(tmp_path / "run", alpha()).begin([{"email": BRUNO, "license": "premium"}])
    found = refused(run, license={"subscription_id": "Sub9"})
    assert "Sub9" in found.problem.message
    assert found.result["summary"]["unplanned"] == 1


def test_what_stands_against_the_run_as_a_whole(tmp_path: Path) -> None:
    rows = [{"email": BRUNO, "license": "premium"}, {"email": NIA}]
    run = Run(tmp_path / "run", alpha()).begin(rows, refused=2)
    found = refused(run, max_changes="1", results="changed")
    assert found.problem.code == "too_many_changes"
    assert actions(found.result) == {BRUNO: {**NOTHING, "license": "update"}, NIA: {**NOTHING, "user": "create"}}
    assert found.result["summary"]["refused_rows"] == 2
    assert plan(run, max_changes="2")["refusal"] is None
    run.check_mode = True
    assert refused(run, max_changes="1").problem == found.problem, "nor would a check run change anything then"


@pytest.mark.parametrize(
    ("given", "begun", "code"),
    [
        ({"writable": False}, {}, "not_writable"),
        ({}, {"writable": False}, "not_writable"),
        ({}, {"writable": True}, None),
        ({}, {"max_refused_rows": "2"}, "refused_rows"),
        ({"max_refused_rows": "3"}, {"max_refused_rows": "2"}, None),
        ({"max_refused_rows": "2"}, {}, "refused_rows"),
        ({}, {"refused_rows": "stop"}, "refused_rows"),
        ({"refused_rows": "stop"}, {}, "refused_rows"),
        ({"refused_rows": "skip"}, {"refused_rows": "stop"}, None),
        ({"max_removals": "0"}, {}, None),
    ],
)
def test_the_rails_are_those_of_the_task_else_of_the_run(
    given: Any, begun: Any, code: str | None, tmp_path: Path
) -> None:
    mistaken = {"email": ADA, "license": "premium", "agent": {"site": "Lisbona"}}
    run = Run(tmp_path / "run", alpha()).begin([mistaken, {"email": BRUNO, "license": "premium"}], refused=2, **begun)
    if code is None:
        assert plan(run, **given)["summary"]["blocked"] == 1
        return
    found = refused(run, **given)
    assert found.problem.code == code
    if "max_refused_rows" in {**given, **begun}:
        assert found.problem.message.startswith("3 rows are refused, and max_refused_rows allows 2.")
    run.check_mode = True
    if code == "not_writable":
        assert plan(run, **given)["refusal"] is None, "a check run only looks"


@pytest.mark.parametrize("number", [20, 22])
def test_what_is_to_be_known_although_nothing_is_wrong(number: int, tmp_path: Path) -> None:
    people: dict[str, tuple[str, ...]] = {f"p{n}@example.com": (PREMIUM_1,) for n in range(number)}
    rows = [{"email": e, "license": "none", "csv_time": "2026-11-19T08:00:00Z"} for e in people]
    run = Run(tmp_path / "run", Service(people)).begin(rows)
    findings = plan(run, allow_removals=True, max_removals="100%")["findings"]
    warnings = [f["message"] for f in findings if f["level"] == "warning"]
    assert {f["action"] for f in findings} == {""}
    assert warnings[0].startswith("p0@example.com was changed at 2026-11-20T08:00:00.000Z, after the file was saved")
    assert len(warnings) == min(number, 21)
    assert (warnings[-1] == "and 2 more warnings of this kind") is (number == 22)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"max_removals": "0"}, "too_many_removals"),
        ({}, "removals_not_allowed"),
        ({"allow_removals": True}, None),
        ({"max_removals": "1"}, None),
        ({"protected": [ADA.upper()], "max_removals": "1"}, "blocked"),
    ],
)
def test_who_loses_something(given: Any, code: str | None, tmp_path: Path) -> None:
    run = Run(tmp_path / "run", alpha()).begin([{"email": ADA, "license": "none"}])
    if code in (None, "blocked"):
        result = plan(run, results="failed", **given)
        assert result["summary"]["losing"] == (code is None)
        assert [p["steps"]["license"]["error"]["code"] for p in result["results"]] == ["protected"] * (code is not None)
    else:
        assert refused(run, **given).problem.code == code


def test_wrong_options_are_named() -> None:
    for given, name in (({"valid_for": "soon"}, "valid_for is"), ({"protected": ["nobody"]}, r"protected\[0\]")):
        with pytest.raises(InputError, match=name):
            plan_work(options(**given), diff=False)


def test_settings_that_are_null_are_none(tmp_path: Path) -> None:
    run = Run(tmp_path / "run", alpha()).begin([SETTLED])
    run.play(plan_work({**options(), "agent": None}, diff=False))
    assert run.file("plan.json")["options"]["agent"] == {"settings": None}


def test_what_is_said_of_mails(tmp_path: Path) -> None:
    run = Run(tmp_path / "run", alpha()).begin([{"email": BRUNO, "license": "premium"}])
    run.service.mails = False
    [found] = plan(run, mails="on")["findings"]
    assert found == {
        "level": "info",
        "check": "mail setting",
        "message": "Activation mails are off, and are switched on for this run. "
        "Webex mails whoever gets a license and has never signed in.",
        "action": "",
    }
    assert run.record.mails == dict.fromkeys(("before", "during", "after"), False)


def test_who_is_a_member_elsewhere_is_left_alone(tmp_path: Path) -> None:
    run = Run(tmp_path / "run", alpha()).begin([{"email": BRUNO}, {"email": NIA}, {"email": "olu@strange.example"}])
    run.service.others = {"22222222-aaaa-4bbb-8ccc-dddddddddddd": [NIA]}
    result = plan(run, results="failed", fail_on=["blocked"])
    [person] = result["results"]
    assert (person["email"], person["steps"]["user"]["error"]["code"]) == (NIA, "other_organization")
    message, action = person["forecast"]["message"], person["forecast"]["action"]
    assert result["lines"][1] == f"  blocked: {NIA}: {message} {action}"
    assert result["failure"] == f"plan: {result['summary']['text']}. {NIA}: {message}"
    [finding] = result["findings"]
    assert "strange.example, where nobody of Alpha is" in finding["message"]
    run.name = None
    assert "strange.example, where nobody of this organization is" in plan(run)["findings"][0]["message"]
    for fail_on in ([], ["failed"]):
        assert "failure" not in plan(run, fail_on=fail_on)
    settled = Run(tmp_path / "settled", alpha()).begin([SETTLED])
    assert "failure" not in plan(settled, fail_on=["blocked"])


class TestApproved:
    """What was approved by a check run, and is carried out by a real one."""

    rows = ({"email": BRUNO, "license": "premium"}, {"email": NIA, "license": "premium"})

    def approve(self, tmp_path: Path, *rows: Any, service: Service | None = None) -> tuple[str, str]:
        """Return the file of a check run's plan, and its digest."""
        run = Run(tmp_path / "approved", service or alpha(), check_mode=True).begin(list(rows or self.rows))
        result = plan(run)
        return result["files"]["plan"], result["digest"]

    def real(self, tmp_path: Path, *rows: Any, **more: Any) -> Run:
        return Run(tmp_path / f"real{len(os.listdir(tmp_path))}", alpha(), **more).begin(list(rows or self.rows))

    def test_it_is_carried_out_once(self, tmp_path: Path) -> None:
        path, digest = self.approve(tmp_path)
        for check_mode in (True, True, False):
            run = self.real(tmp_path, check_mode=check_mode)
            result = plan(run, approved_plan=path, approved_digest=digest, results="changed")
            assert (result["digest"], result["findings"], len(result["results"])) == (digest, [MAILED], 2)
            assert result["refusal"] is None
        found = refused(self.real(tmp_path), approved_plan=path, results="changed")
        assert found.problem.code == "plan_refused"
        assert "it was carried out already" in found.problem.message
        assert len(found.result["results"]) == 2, "what would be done is told all the same"

    def test_of_two_at_the_same_moment_one_is_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path, _digest = self.approve(tmp_path)
        plan(self.real(tmp_path), approved_plan=path)
        of_approval = "ansible_collections.wxcc.onboarding.plugins.module_utils._planning.approval.applied"
        monkeypatch.setattr(of_approval, lambda organization, plan_id: None)
        found = refused(self.real(tmp_path), approved_plan=path)
        assert "it was carried out already" in found.problem.message

    def test_a_run_that_is_refused_does_not_count(self, tmp_path: Path) -> None:
        path, _digest = self.approve(tmp_path)
        assert refused(self.real(tmp_path), approved_plan=path, max_changes="1").problem.code == "too_many_changes"
        assert refused(self.real(tmp_path), approved_plan=path, approved_digest="0" * 64).problem.code == "other_digest"
        assert plan(self.real(tmp_path), approved_plan=path)["refusal"] is None

    def test_how_long_it_is_valid(self, tmp_path: Path) -> None:
        path, _digest = self.approve(tmp_path)
        data = json.loads(Path(path).read_text())
        Path(path).write_text(json.dumps({**data, "made": "2020-01-01T00:00:00Z"}))
        stranger = {"email": CHIDI, "license": "premium"}
        found = refused(self.real(tmp_path, self.rows[1], stranger), approved_plan=path, valid_for="2d", results="all")
        assert found.problem.message.endswith("may be carried out for 2 days.")
        # A file that approves nothing says nothing about anybody either.
        assert [p["forecast"]["outcome"] for p in found.result["results"]] == ["waiting", "waiting"]
        assert found.result["findings"] == [MAILED]

    def test_who_moved_is_left_alone_and_so_is_who_would_get_the_seat(self, tmp_path: Path) -> None:
        rows = ({"email": BRUNO, "license": "premium"}, {"email": CHIDI, "license": "premium"})
        before = Service({ADA: (PREMIUM_1,), BRUNO: (), CHIDI: ()})
        before.premium = 2
        path, _digest = self.approve(tmp_path, {**rows[0]}, {"email": CHIDI}, service=before)
        run = self.real(tmp_path, *rows)
        run.service.people = {ADA: (PREMIUM_1,), BRUNO: (STANDARD_1,), CHIDI: ()}
        run.service.premium = 2
        result = plan(run, approved_plan=path, results="failed")
        told = {p["email"]: p["steps"]["license"]["error"]["message"] for p in result["results"]}
        assert told == {
            BRUNO: f"{BRUNO} would now get other changes than those that were approved; nothing is done for this person.",
            CHIDI: f"{CHIDI} is to be changed, which the approved plan does not hold; nothing is done for this person.",
        }
        assert result["steps"] == []

    def test_who_is_not_in_the_roster_is_said(self, tmp_path: Path) -> None:
        path, _digest = self.approve(tmp_path)
        run = self.real(tmp_path, self.rows[1])
        result = plan(run, approved_plan=path)
        text = f"The approved plan holds changes of 1 person who is not in the roster: {BRUNO}."
        assert result["findings"] == [MAILED, {"level": "warning", "message": text, "action": ""}]
        assert run.record.findings == result["findings"]

    def test_what_others_have_done_meanwhile_changes_no_approval(self, tmp_path: Path) -> None:
        path, digest = self.approve(tmp_path)
        run = self.real(tmp_path)
        run.service.people[BRUNO] = (PREMIUM_1,)
        result = plan(run, approved_plan=path, approved_digest=digest, results="changed")
        assert list(actions(result)) == [NIA]
        assert result["digest"] != digest

    def test_a_digest_alone(self, tmp_path: Path) -> None:
        _path, digest = self.approve(tmp_path)
        assert plan(self.real(tmp_path), approved_digest=digest)["digest"] == digest
        found = refused(self.real(tmp_path, self.rows[0]), approved_digest=digest)
        assert found.problem.code == "other_digest"
        assert found.problem.message.startswith("What this run would do is not what was approved")
