"""What became of one person over the whole chain: ready only when everything declared was observed."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.join import ReportPerson
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.judge import (
    Circumstances,
    Judgment,
    Reason,
    judge,
)
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.load import RunFiles
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.words import OUTCOMES
from tests.unit.plugin_utils.runs import (
    CHAIN,
    PRESENT,
    chain,
    counts,
    line,
    one,
    plan_of,
    planned,
    record,
    refused,
    report_of,
    stopped,
)


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
    assert one(outcomes, wanted, options={**CHAIN, "license_mode": "add_only"})["outcome"] == "ready"


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


def test_an_administrator_who_is_a_supervisor_too_is_what_was_wanted() -> None:
    wanted = {"license": "premium", "role": "supervisor"}
    for roles, expected in ((["Full Administrator", "Supervisor"], "ready"), (["Full Administrator"], "failed")):
        role = [line("kim@example.com", "none", after={"role": "administrator", "roles": roles})]
        assert one({**chain("kim@example.com"), "role": role}, wanted)["outcome"] == expected


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
    assert one(outcomes, options={"identities": True, "synchronize": False})["outcome"] == "ready"


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
    assert user["message"] == "Not reached: the run stopped at the step user. The token is not valid."
    assert user["action"] == "Get a new one."


def test_a_plan_that_was_refused_is_no_failure_of_its_people() -> None:
    intended = {
        **line("kim@example.com", "create", before={"state": "absent"}, after={"state": "absent"}),
        "changed": False,
    }
    user = one({"user": [intended]}, stopped=stopped("plan", "Too many removals."))
    assert user["message"] == "Not reached: the run stopped at the plan. Too many removals."
    assert user["changes"] == []


def test_a_refused_row_of_a_csv_file_has_failed_whatever_else_is_true() -> None:
    error = {"code": "bad_number", "message": "agents.csv line 3: no number.", "advice": "Mend it."}
    user = one({"row": [line("kim@example.com", failed=True, after={}, error=error)], **chain("kim@example.com")})
    assert (user["outcome"], user["message"], user["action"]) == ("failed", "agents.csv line 3: no number.", "Mend it.")
    assert user["lacks"] == []


def test_what_was_planned_before_the_run_stopped_was_not_done() -> None:
    intended = {**line("kim@example.com", "update", after={"license": "premium"}), "changed": False}
    outcomes = {"user": [line("kim@example.com", after=PRESENT)], "license": [intended]}
    user = one(outcomes, stopped=stopped("license", "Too few seats.", "Buy some."))
    assert user["lacks"] == ["license", "role", "sync"]
    assert user["message"] == "Not reached: the run stopped at the step license. Too few seats."
    assert user["action"] == "Buy some."


def test_an_agent_with_finer_administrator_roles_is_as_declared() -> None:
    outcomes = {
        **chain("kim@example.com"),
        "role": [line("kim@example.com", after={"role": "administrator", "roles": ["User Administrator"]})],
    }
    wanted = {"license": "premium", "role": "agent"}
    assert one(outcomes, wanted)["outcome"] == "failed"
    assert one(outcomes, {**wanted, "administrator_roles": ["User Administrator"]})["outcome"] == "ready"
    outcomes["role"][0]["after"]["roles"].append("Supervisor")
    assert one(outcomes, {**wanted, "administrator_roles": ["User Administrator"]})["outcome"] == "failed"


def test_adding_only_is_content_with_a_higher_role_unless_it_is_to_be_given_by_hand() -> None:
    outcomes = {**chain("kim@example.com"), "role": [line("kim@example.com", after={"role": "supervisor"})]}
    options = {**CHAIN, "role_mode": "add_only"}
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


@pytest.mark.parametrize("step", ["row", "user", "license", "role", "sync", "agent"])
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


@pytest.mark.parametrize(
    ("role", "options", "done", "steps"),
    [
        ("onboard", {}, [], {"row", "user", "license", "role", "agent"}),
        ("onboard", {"synchronize": True}, [], {"row", "user", "license", "role", "sync", "agent"}),
        ("onboard", {"identities": False}, [], {"row", "license", "role", "agent"}),
        ("agent_settings", CHAIN, ["row"], {"row", "agent"}),
        ("synchronize", CHAIN, [], {"sync"}),
        ("audit", CHAIN, [], set()),
    ],
)
def test_what_a_run_is_about(role: str, options: dict[str, t.Any], done: list[str], steps: set[str]) -> None:
    run = RunFiles(record(role=role, options=options), outcomes={name: [] for name in done})
    assert Circumstances.of(run).steps == steps


def test_another_role_s_run_asks_for_its_own_steps_alone() -> None:
    outcomes = {"agent": [line("kim@example.com", "update", index=0, after={"site": "Porto"})]}
    wanted = {"license": "premium", "role": "supervisor", "agent": {"site": "Porto"}}
    assert one(outcomes, wanted, role="agent_settings")["outcome"] == "ready"


def test_a_plan_says_what_a_run_is_about() -> None:
    plan = plan_of(planned("kim@example.com", agent=("none", {}, {})))
    assert Circumstances.of(RunFiles(record(), plan=plan)).steps == {"agent", "sync"}


def test_a_plan_that_knows_nobody_leaves_nobody_ready() -> None:
    roster = [{"row": 0, "email": "kim@example.com"}]
    report = report_of(RunFiles(record(stopped=stopped()), roster, plan=plan_of()))
    assert report["summary"]["failed"] == 1


def test_nobody_is_judged_by_a_run_that_did_nothing_and_was_to_do_nothing() -> None:
    run = RunFiles(record(options={}))
    assert judge(ReportPerson("kim@example.com"), Circumstances.of(run), None).outcome == "ready"


# --- The plan's word --------------------------------------------------------------------------------------------------

HELD = {"license": "premium"}
AS_DECLARED = {
    "user": ("none", PRESENT, PRESENT),
    "license": ("none", HELD, HELD),
    "role": ("none", {"role": "agent"}, {"role": "agent"}),
    "sync": ("none", {"sync_state": "in_sync"}, {"sync_state": "in_sync"}),
}


def test_what_the_plan_found_as_declared_needs_no_step() -> None:
    user = one({}, plan=planned("kim@example.com", **AS_DECLARED))
    assert (user["outcome"], user["license"], user["sync_state"]) == ("ready", "premium", "in_sync")
    assert user["summary"] == counts(total=1, unchanged=1, ready=1)


def test_what_the_plan_blocked_is_final() -> None:
    error = {"code": "no_seat", "message": "Standard beside Premium.", "advice": "Run with another mode."}
    steps = {**AS_DECLARED, "license": {"action": "blocked", "before": {"license": "standard"}, "error": error}}
    user = one({}, plan=planned("kim@example.com", **steps))
    assert (user["outcome"], user["message"], user["action"]) == ("blocked", error["message"], error["advice"])
    assert user["license"] == "standard"


def test_a_planned_change_that_was_not_carried_out_was_not_reached() -> None:
    steps = {**AS_DECLARED, "license": ("update", {"license": "none"}, HELD)}
    user = one({}, plan=planned("kim@example.com", **steps))
    assert (user["outcome"], user["lacks"], user["license"]) == ("failed", ["license"], "none")
    assert (user["message"], user["action"]) == (
        "Not reached: the run ended before this person's license.",
        "Run again.",
    )
    assert user["summary"] == counts(total=1, failed=1)
    halted = one(
        {}, plan=planned("kim@example.com", **steps), stopped=stopped("license", "Too few seats.", "Buy some.")
    )
    assert halted["message"] == "Not reached: the run stopped at the step license. Too few seats."


@pytest.mark.parametrize("step", ["user", "license", "role", "sync", "agent"])
def test_whom_a_step_did_not_come_to_hears_why_the_run_stopped(step: str) -> None:
    error = {"code": "not_attempted", "message": "An earlier one failed.", "advice": "Run again: not reached."}
    outcomes = {**chain("kim@example.com"), step: [line("kim@example.com", failed=True, after={}, error=error)]}
    user = one(outcomes)
    assert (user["outcome"], user["lacks"]) == ("failed", [step])
    assert (user["message"], user["action"]) == (error["message"], error["advice"])
    assert one(outcomes, stopped=stopped("license", "Too few seats."))["message"].startswith(
        "Not reached: the run stopped"
    )


def test_what_went_wrong_before_is_the_cause_of_what_was_not_reached() -> None:
    error = {"code": "trial_account", "message": "Belongs to a trial.", "advice": "Delete it."}
    steps = {
        "user": ("create", {}, PRESENT),
        "license": ("update", {}, HELD),
        "agent": ("update", {}, {"site": "Porto"}),
    }
    outcomes = {"user": [line("kim@example.com", "blocked", after={}, error=error)]}
    user = one(outcomes, plan=planned("kim@example.com", **steps))
    assert (user["outcome"], user["message"], user["lacks"]) == (
        "blocked",
        "Belongs to a trial.",
        ["user", "license", "sync", "agent"],
    )


def test_an_outcome_goes_before_the_plan() -> None:
    steps = {**AS_DECLARED, "license": ("update", {"license": "none"}, HELD)}
    outcomes = {"license": [line("kim@example.com", "update", index=0, before={"license": "none"}, after=HELD)]}
    user = one(outcomes, plan=planned("kim@example.com", **steps))
    assert (user["outcome"], user["changes"]) == ("ready", ["license premium"])


def test_a_check_run_says_what_the_plan_foresees() -> None:
    steps = {
        "user": ("create", {}, PRESENT),
        "license": ("update", {}, HELD),
        "sync": ("update", {}, {"sync_state": "in_sync"}),
    }
    forecast = ("waiting", "A new person may prove to belong to a trial.", "Nothing yet.")
    user = one({}, plan=planned("kim@example.com", forecast, **steps), check_mode=True)
    assert (user["outcome"], user["message"], user["action"]) == forecast
    assert user["changes"] == ["created", "license premium"]
    assert user["summary"] == counts(total=1, created=1, waiting=1)


def test_a_check_run_of_a_refused_plan_reaches_nobody() -> None:
    steps = {"user": ("create", {}, PRESENT)}
    user = one({}, plan=planned("kim@example.com", **steps), check_mode=True, stopped=stopped())
    assert user["message"] == "Not reached: the run stopped at the plan. The token is not valid."


def test_a_refused_row_is_worse_than_any_forecast() -> None:
    outcomes = {"row": [refused("agents.csv:3", "kim@example.com")]}
    user = one(outcomes, plan=planned("kim@example.com"), check_mode=True)
    assert (user["outcome"], user["places"]) == ("failed", ["onboard_users[0]", "agents.csv:3"])


# --- What happened, and what may have ---------------------------------------------------------------------------------


def test_who_was_created_and_then_failed_counts_in_both() -> None:
    error = {"code": "no_seat", "message": "No seat.", "advice": "Buy some."}
    outcomes = {
        **chain("kim@example.com", action="create"),
        "license": [line("kim@example.com", failed=True, error=error)],
    }
    assert one(outcomes)["summary"] == counts(total=1, created=1, failed=1)


def test_a_doubt_is_told_as_one() -> None:
    outcomes = chain("kim@example.com")
    doubt = line(
        "kim@example.com", "create", certain=False, failed=True, after=PRESENT, error={"message": "No answer."}
    )
    user = one({**outcomes, "user": [doubt]})
    assert (user["certain"], user["changes"], user["outcome"]) == (False, ["perhaps created"], "failed")
    assert user["summary"] == counts(total=1, uncertain=1, failed=1)


def test_a_doubt_stands_until_the_change_is_seen() -> None:
    doubt = line("kim@example.com", "update", certain=False, after=HELD)
    outcomes = {**chain("kim@example.com"), "license": [doubt, line("kim@example.com", after=HELD)]}
    assert one(outcomes)["summary"] == counts(total=1, uncertain=1, ready=1)
    outcomes["license"][1] = line("kim@example.com", "update", after=HELD)
    assert one(outcomes)["summary"] == counts(total=1, updated=1, ready=1)


def test_an_unfinished_synchronization_is_not_the_story_of_a_run_that_stopped() -> None:
    steps = {**AS_DECLARED, "sync": ("none", {"sync_state": "missing"}, {"sync_state": "missing"})}
    user = one({}, plan=planned("kim@example.com", **steps), stopped=stopped())
    assert (user["outcome"], user["lacks"]) == ("failed", ["sync"])
    assert one({}, plan=planned("kim@example.com", **steps))["outcome"] == "waiting"


def test_options_of_the_plan_decide_what_is_enough() -> None:
    plan = planned("kim@example.com", **AS_DECLARED)
    run = RunFiles(record(options=CHAIN), plan=plan_of(plan, license={"mode": "add_only"}))
    assert Circumstances.of(run).licenses_only_added
    assert not Circumstances.of(run).roles_only_added


BLOCKED = {"action": "blocked", "before": {}, "after": {}, "error": {"code": "x", "message": "No.", "advice": ""}}


@pytest.mark.parametrize(
    ("wanted", "lacks"),
    [
        ({"license": "premium"}, ["user", "license", "sync"]),
        ({"license": None, "administrator_roles": ["Full Administrator"]}, ["user", "role"]),
        ({"license": None, "agent": {"site": "Lisboa"}}, ["user", "agent"]),
    ],
)
@pytest.mark.parametrize("check", [False, True])
def test_a_row_that_is_left_alone_lacks_what_it_asked_for(
    wanted: dict[str, t.Any], lacks: list[str], check: bool
) -> None:
    everything = dict.fromkeys(("user", "license", "role", "sync", "agent"), BLOCKED)
    entry = planned("kim@example.com", ("blocked", "No.", ""), **everything)
    user = one({}, {"role": None, **wanted}, plan=entry, check_mode=check)
    assert (user["outcome"], user["lacks"]) == ("blocked", lacks)


def test_whom_the_plan_blocked_is_blocked_whatever_stopped_the_run() -> None:
    """Too few seats: the plan says who gets none, and so does the report."""
    steps = {"user": ("create", {}, PRESENT), "license": BLOCKED}
    user = one({}, plan=planned("kim@example.com", ("blocked", "No.", ""), **steps), stopped=stopped())
    assert (user["outcome"], user["message"]) == ("blocked", "No.")
    user = one({}, plan=planned("kim@example.com", user=("create", {}, PRESENT)), stopped=stopped())
    assert user["outcome"] == "failed"


def test_what_a_run_that_stopped_would_have_had_done_by_hand_is_asked_of_nobody() -> None:
    by_hand = ("manual", {"role": "supervisor"}, {"role": "supervisor"})
    asked = line(
        "kim@example.com", "manual", after={"role": "supervisor"}, manual={"what": "Take it.", "where": "There"}
    )
    wanted = {"license": "premium", "role": "agent"}
    held = {"license": ("none", {"license": "premium"}, {"license": "premium"}), "role": by_hand}
    entry = planned("kim@example.com", user=("none", PRESENT, PRESENT), **held)
    user = one({}, wanted, plan=entry, stopped=stopped("plan", "Too many removals."))
    assert (user["outcome"], user["message"]) == (
        "failed",
        "Not reached: the run stopped at the plan. Too many removals.",
    )
    # Once the role step has asked, it stands.
    user = one({"role": [asked]}, wanted, plan=entry, stopped=stopped("sync", "The token is not valid."))
    assert (user["outcome"], "There" in user["action"]) == ("waiting", True)


@pytest.mark.parametrize(
    ("step", "before", "after"),
    [
        ("license", {"license": "premium"}, {"license": "standard"}),
        ("user", PRESENT, {"state": "disabled"}),
        ("role", {"role": "administrator"}, {"role": "agent"}),
    ],
)
@pytest.mark.parametrize("check", [False, True])
def test_who_loses_something_counts_as_in_the_plan(
    step: str, before: dict[str, str], after: dict[str, str], check: bool
) -> None:
    entry = {"action": "update", "before": before, "after": after, "removal": True}
    outcomes = {} if check else {step: [line("kim@example.com", "update", before=before, after=after)]}
    summary = one(outcomes, plan=planned("kim@example.com", **{step: entry}), check_mode=check)["summary"]
    assert (summary["updated"], summary["removed"]) == (0, 1)


def test_what_follows_from_an_account_that_is_blocked_is_not_told_in_its_place() -> None:
    error = {"code": "trial", "message": "Belongs to a trial.", "advice": "Delete the trial."}
    outcomes = {
        "user": [line("kim@example.com", "blocked", after=PRESENT, error=error)],
        "license": [line("kim@example.com", after={"license": "none"})],
        "role": [line("kim@example.com", after={"role": "agent"})],
    }
    user = one(outcomes, {"license": "premium", "role": "supervisor"})
    assert (user["outcome"], user["message"], user["action"]) == ("blocked", error["message"], error["advice"])
    assert user["lacks"][:3] == ["user", "license", "role"]


def test_a_role_to_be_given_by_hand_says_so_and_where() -> None:
    manual = {"what": "Tick the box.", "where": "Control Hub"}
    role = line("kim@example.com", "manual", after={"role": "agent"}, manual=manual)
    user = one({**chain("kim@example.com"), "role": [role]}, {"license": "premium", "role": "supervisor"})
    assert (user["outcome"], user["action"]) == ("waiting", "Tick the box: Control Hub")
    assert user["message"] == "The role supervisor is still to be given by an administrator."


@pytest.mark.parametrize(
    ("wanted", "state", "told"),
    [
        ({"csv": {"premium": None}}, "absent", "The account is absent, not present."),
        ({"state": "disabled"}, "present", "The account is present, not disabled."),
    ],
)
def test_an_account_that_is_not_as_declared(wanted: dict[str, t.Any], state: str, told: str) -> None:
    user = one({"user": [line("kim@example.com", after={"state": state})]}, wanted)
    assert (user["outcome"], user["message"], user["action"]) == ("failed", told, "Run again.")
