"""What became of one person over the whole chain: ready only when everything declared was observed."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.join import ReportPerson
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.judge import (
    OUTCOMES,
    Circumstances,
    Judgment,
    Reason,
    judge,
)
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.load import RunFiles
from tests.unit.plugin_utils.runs import PRESENT, chain, counts, line, one


def test_everything_observed_is_ready() -> None:
    user = one(chain("kim@example.com", action="create"))
    assert user["outcome"] == "ready"
    assert user["lacks"] == []
    assert user["changes"] == ["created", "license premium"]
    states = {name: user[name] for name in ("user", "license", "role", "sync_state")}
    assert states == {"user": "present", "license": "premium", "role": "agent", "sync_state": "in_sync"}
    assert user["summary"] == counts(total=1, created=1, ready=1)


@pytest.mark.parametrize("step", ["user", "license", "role", "sync"])
def test_a_step_that_never_ran_is_not_ready(step: str) -> None:
    outcomes = chain("kim@example.com")
    del outcomes[step]
    user = one(outcomes)
    assert user["outcome"] == "waiting"
    assert user["lacks"] == [step]


def test_nothing_declared_but_the_person_needs_only_the_person() -> None:
    user = one({"user": [line("kim@example.com", after=PRESENT)]}, {"license": None, "role": None})
    assert user["outcome"] == "ready"


@pytest.mark.parametrize(
    ("step", "after"),
    [("user", {"state": "disabled"}), ("license", {"license": "none"}), ("role", {"role": "administrator"})],
)
def test_what_was_seen_must_be_what_was_declared(step: str, after: dict[str, str]) -> None:
    user = one({**chain("kim@example.com"), step: [line("kim@example.com", after=after)]})
    assert user["outcome"] == "failed"
    assert user["lacks"] == [step]


@pytest.mark.parametrize("held", ["standard", "premium"])
def test_adding_only_is_content_with_more(held: str) -> None:
    outcomes = {**chain("kim@example.com"), "license": [line("kim@example.com", after={"license": held})]}
    wanted = {"license": "standard"}
    assert one(outcomes, wanted, options={"license_mode": "add_only"})["outcome"] == "ready"


def test_a_blocked_person_is_told_by_the_first_cause() -> None:
    error = {"code": "trial", "message": "Belongs to a trial.", "advice": "Delete the trial."}
    missing = {"code": "not_found", "message": "No such person.", "advice": ""}
    user = one(
        {
            "user": [line("kim@example.com", "blocked", after={"state": "absent"}, error=error)],
            "license": [line("kim@example.com", "blocked", after=None, error=missing)],
            "role": [line("kim@example.com", failed=True, after=None, error=missing)],
            "sync": [line("kim@example.com", failed=True, after={"sync_state": "missing"}, error=missing)],
        }
    )
    assert user["outcome"] == "blocked"
    assert (user["message"], user["action"]) == ("Belongs to a trial.", "Delete the trial.")
    assert user["lacks"] == ["user", "license", "role", "sync"]
    assert user["summary"] == counts(total=1, blocked=1)


def test_failed_is_worse_than_blocked_and_blocked_than_waiting() -> None:
    blocked = line("kim@example.com", "blocked", after={"license": "none"}, error={"message": "No seat."})
    failed = line("kim@example.com", failed=True, after=None, error={"message": "Server error."})
    manual = line("kim@example.com", "manual", after={"role": "agent"}, manual={"what": "Press.", "where": "There"})
    outcomes = chain("kim@example.com")
    assert one({**outcomes, "role": [manual]}, {"license": "premium", "role": "supervisor"})["outcome"] == "waiting"
    assert one({**outcomes, "license": [blocked], "role": [manual]})["outcome"] == "blocked"
    user = one({**outcomes, "license": [blocked], "role": [failed]})
    assert (user["outcome"], user["message"]) == ("failed", "Server error.")


def test_supervisor_by_hand_waits_until_the_contact_center_shows_it() -> None:
    manual = {"what": "Choose Premium Agent - Supervisor Role.", "where": "Users > the person > Edit licenses"}
    wanted = {"license": "premium", "role": "supervisor"}
    role = [line("kim@example.com", "manual", after={"role": "agent"}, manual=manual)]
    user = one({**chain("kim@example.com"), "role": role}, wanted)
    assert user["outcome"] == "waiting"
    assert user["lacks"] == ["role"]
    assert user["action"] == "Choose Premium Agent - Supervisor Role: Users > the person > Edit licenses"
    user = one({**chain("kim@example.com", profile_type="supervisor"), "role": role}, wanted)
    assert (user["outcome"], user["role"]) == ("ready", "supervisor")


def test_out_of_sync_says_what_to_press() -> None:
    outcomes = chain("kim@example.com", sync_state="missing")
    user = one(outcomes)
    assert user["outcome"] == "waiting"
    assert "Synchronize Users" in user["action"]
    outcomes["sync"][0]["failed"] = True
    assert one(outcomes)["outcome"] == "failed"


def test_nobody_fails_at_a_gate_that_nobody_has_passed() -> None:
    outcomes = chain("kim@example.com", sync_state="missing")
    outcomes["sync"][0] |= {
        "failed": True,
        "error": {"code": "not_in_sync", "message": "Missing.", "advice": "Press."},
    }
    assert one(outcomes, gate="open")["outcome"] == "waiting"
    assert one(outcomes, gate="passed")["outcome"] == "failed"


@pytest.mark.parametrize("state", ["in_sync", "not_expected", "digital_pending"])
def test_in_sync(state: str) -> None:
    assert one(chain("kim@example.com", sync_state=state))["outcome"] == "ready"


def test_without_a_synchronization_nobody_waits_for_one() -> None:
    outcomes = chain("kim@example.com")
    del outcomes["sync"]
    assert one(outcomes, options={"synchronize": False})["outcome"] == "ready"


def test_check_run_tells_what_would_be() -> None:
    outcomes = chain("kim@example.com", action="create", sync_state="missing")
    user = one(outcomes, check_mode=True)
    assert user["outcome"] == "ready"
    assert user["changes"] == ["created", "license premium"]


def test_absent_needs_no_license() -> None:
    user = one(
        {"user": [line("kim@example.com", "remove", before=PRESENT, after={"state": "absent"})]},
        {"state": "absent", "license": "none"},
    )
    assert (user["outcome"], user["user"], user["changes"]) == ("ready", "absent", ["removed"])
    assert user["summary"] == counts(total=1, removed=1, ready=1)


def test_identities_from_elsewhere_need_no_step() -> None:
    outcomes = chain("kim@example.com")
    del outcomes["user"]
    assert one(outcomes, options={"identities": False, "synchronize": True})["outcome"] == "ready"


def test_a_chain_that_stopped_left_everybody_behind() -> None:
    user = one({}, stopped=stopped("user"))
    assert user["outcome"] == "failed"
    assert user["lacks"] == ["user", "license", "role", "sync"]
    assert user["action"] == "The token is not valid."


def test_a_plan_that_was_refused_is_no_failure_of_its_people() -> None:
    planned = {
        **line("kim@example.com", "create", before={"state": "absent"}, after={"state": "absent"}),
        "changed": False,
    }
    user = one({"user": [planned]}, aborted={"step": "user", "message": "Too many removals."})
    assert user["message"] == "Not reached: the run stopped at user."
    assert user["changes"] == []


def test_a_refused_row_of_a_csv_file_has_failed_whatever_else_is_true() -> None:
    error = {"code": "bad_number", "message": "agents.csv line 3: no number.", "advice": "Mend it."}
    user = one({"csv": [line("kim@example.com", failed=True, after={}, error=error)], **chain("kim@example.com")})
    assert (user["outcome"], user["message"], user["action"]) == ("failed", "agents.csv line 3: no number.", "Mend it.")
    assert user["lacks"] == []


def test_what_was_planned_before_the_run_stopped_was_not_done() -> None:
    planned = {**line("kim@example.com", "update", after={"license": "premium"}), "changed": False}
    aborted = {"step": "license", "message": "Too few seats."}
    user = one({"user": [line("kim@example.com", after=PRESENT)], "license": [planned]}, aborted=aborted)
    assert "license" in user["lacks"]
    assert (user["message"], user["action"]) == ("Not reached: the run stopped at license.", "Too few seats.")


def test_adding_only_is_content_with_a_higher_role_unless_it_is_to_be_given_by_hand() -> None:
    outcomes = {**chain("kim@example.com"), "role": [line("kim@example.com", after={"role": "supervisor"})]}
    options = {"role_mode": "add_only"}
    assert one(outcomes, options=options)["outcome"] == "ready"
    outcomes["role"][0]["action"] = "manual"
    assert one(outcomes, options=options)["outcome"] == "waiting"


def test_a_disabled_person_needs_no_record() -> None:
    outcomes = chain("kim@example.com", sync_state="missing")
    outcomes["user"][0]["after"] = {"state": "disabled"}
    assert one(outcomes, {"state": "disabled"})["outcome"] == "ready"


def test_the_settings_of_somebody_who_failed_earlier_are_not_the_story() -> None:
    error = {"code": "x", "message": "No seat.", "advice": ""}
    outcomes = chain("kim@example.com")
    outcomes["license"] = [line("kim@example.com", "blocked", after={}, error=error)]
    outcomes["agent"] = [line("kim@example.com", failed=True, after={}, error={**error, "message": "No record."})]
    user = one(outcomes)
    assert (user["outcome"], user["message"], user["lacks"]) == ("blocked", "No seat.", ["license", "agent"])


@pytest.mark.parametrize("step", ["csv", "user", "license", "role", "sync", "agent"])
def test_a_step_that_gives_no_reason_has_one_all_the_same(step: str) -> None:
    outcomes = {**chain("kim@example.com"), step: [line("kim@example.com", failed=True, after={})]}
    user = one(outcomes)
    assert user["outcome"] == "failed"
    assert user["message"].endswith(".")


def test_only_something_worse_replaces_what_is_known() -> None:
    judgment = Judgment()
    for outcome in reversed(OUTCOMES):
        judgment.note(Reason(outcome, f"first {outcome}", ""))
        judgment.note(Reason(outcome, f"second {outcome}", ""))
    assert (judgment.outcome, judgment.message) == ("failed", "first failed")


@pytest.mark.parametrize(("options", "identities"), [({}, True), ({"identities": False}, False), (None, True)])
def test_a_run_brings_accounts_into_their_state_unless_it_says_otherwise(
    options: dict[str, t.Any] | None, identities: bool
) -> None:
    assert Circumstances.of(RunFiles({"options": options})).identities is identities


def test_nobody_is_judged_by_a_run_that_did_nothing_and_was_to_do_nothing() -> None:
    assert judge(ReportPerson("kim@example.com"), Circumstances.of(RunFiles({})), None).outcome == "ready"
