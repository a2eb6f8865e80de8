"""The report as plain data: a row a person, the counts, and what is known of each organization."""

from __future__ import annotations

import dataclasses
import typing as t
from datetime import UTC, datetime

import pytest

from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.build import COUNTS, build_report
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.load import RunFiles
from tests.unit.plugin_utils.runs import (
    PRESENT,
    RUN,
    chain,
    counts,
    crowd,
    line,
    one,
    record,
    refused,
    report_of,
    stopped,
)


def test_agent_settings() -> None:
    wanted = {"license": "premium", "agent": {"site": "Porto"}}
    outcomes = chain("kim@example.com")
    user = one(outcomes, wanted)
    assert (user["outcome"], user["lacks"], user["agent"]) == ("waiting", ["agent"], None)
    user = one({**outcomes, "agent": [line("kim@example.com", "update", after={"site": "Porto"})]}, wanted)
    assert (user["outcome"], user["agent"], user["changes"]) == ("ready", "changed", ["agent settings"])
    error = {"code": "unknown_site", "message": "There is no site Porto.", "advice": "Make it."}
    user = one({**outcomes, "agent": [line("kim@example.com", "blocked", after=None, error=error)]}, wanted)
    assert (user["outcome"], user["agent"], user["action"]) == ("blocked", "blocked", "Make it.")


@pytest.mark.parametrize(
    ("change", "pending", "desk"),
    [
        ({}, False, "ready"),
        ({"site": None}, False, "site"),
        ({"teams": []}, False, "team"),
        ({"desktop_profile": None}, False, "profile"),
        ({"contact_center_enabled": False}, False, "enabled"),
        ({}, True, "first_sign_in"),
    ],
)
def test_what_still_lacks_for_the_desk(change: dict[str, t.Any], pending: bool, desk: str) -> None:
    settings = {"contact_center_enabled": True, "site": "Porto", "teams": ["Night"], "desktop_profile": "Agent"}
    outcomes = chain("kim@example.com")
    assert one(outcomes)["desk"] is None
    outcomes["sync"][0]["pending"] = pending
    outcomes["agent"] = [line("kim@example.com", "update", before={}, after={**settings, **change})]
    assert one(outcomes)["desk"] == desk
    assert one(outcomes)["desk_message"]


@pytest.mark.parametrize("unread", ["contact_center_enabled", "site", "teams", "desktop_profile"])
def test_what_was_not_read_is_not_said_to_be_empty(unread: str) -> None:
    settings = {"contact_center_enabled": True, "site": "Porto", "teams": ["Night"], "desktop_profile": "Agent"}
    shown = {name: value for name, value in settings.items() if name != unread}
    user = one({**chain("kim@example.com"), "agent": [line("kim@example.com", before=shown, after=shown)]})
    assert (user["desk"], user["desk_message"]) == ("not_read", f"Not read: {unread.replace('_', ' ')}.")


def test_what_was_taken_away_is_not_there_any_more() -> None:
    settings = {"contact_center_enabled": True, "site": "Porto", "teams": ["Night"], "desktop_profile": "Agent"}
    cleared = {**settings, "desktop_profile": None}
    user = one(
        {**chain("kim@example.com"), "agent": [line("kim@example.com", "update", before=settings, after=cleared)]}
    )
    assert user["desk"] == "profile"


def test_of_settings_that_nobody_looked_at_nothing_is_said() -> None:
    outcomes = {**chain("kim@example.com"), "agent": [line("kim@example.com", "none", before={}, after={})]}
    user = one(outcomes)
    assert (user["agent"], user["desk"], user["desk_message"]) == (None, None, None)


def test_the_summary_adds_up_both_ways() -> None:
    report = crowd()
    for summary in (report["summary"], *(o["summary"] for o in report["organizations"])):
        done = ("created", "updated", "removed", "unchanged", "blocked", "failed")
        assert sum(summary[name] for name in done) == summary["total"]
        assert sum(summary[name] for name in ("ready", "waiting", "blocked", "failed")) == summary["total"]
    assert report["summary"] == {name: sum(o["summary"][name] for o in report["organizations"]) for name in COUNTS}


def test_what_was_changed_is_told_in_words() -> None:
    disabled = {"user": [line("kim@example.com", "update", before=PRESENT, after={"state": "disabled"})]}
    assert one(disabled, {"state": "disabled"})["changes"] == ["disabled"]
    renamed = {**chain("kim@example.com"), "user": [line("kim@example.com", "update", after=PRESENT)]}
    renamed["role"] = [line("kim@example.com", "update", after={"role": "agent"})]
    assert one(renamed)["changes"] == ["updated", "role agent"]
    assert one(renamed)["summary"] == counts(total=1, updated=1, ready=1)


def test_who_is_gone_has_no_role() -> None:
    outcomes = {
        "user": [line("kim@example.com", "remove", before=PRESENT, after={"state": "absent"})],
        "role": [line("kim@example.com", before={"role": "agent"}, after=None)],
    }
    assert one(outcomes, {"state": "absent"})["role"] is None


def test_a_run_that_was_refused_says_why_and_what_to_do() -> None:
    report = report_of(RunFiles(record("beta", organization=None, stopped=stopped("start"))))
    (organization,) = report["organizations"]
    assert organization["stopped"] == stopped("start")
    assert (organization["name"], organization["id"], organization["users"]) == ("beta", None, [])


def test_refused_rows_count_as_entries_and_as_rows() -> None:
    roster = [{"row": 0, "email": "kim@example.com", "sources": ["a.csv:2", "a.csv:3"]}]
    outcomes = {
        "user": [line("kim@example.com", after=PRESENT)],
        "row": [refused("a.csv:4"), refused("a.csv:5", "x@y")],
    }
    report = report_of(RunFiles(record(options={"identities": True}), roster, outcomes))
    assert report["summary"] == counts(total=3, unchanged=1, ready=1, failed=2, rows=4)
    assert [user["email"] for user in report["organizations"][0]["users"]] == ["kim@example.com", None, "x@y"]


@pytest.mark.parametrize("checked", [[], [False], [False, True]])
def test_a_report_is_of_a_check_run_as_soon_as_one_organization_is(checked: list[bool]) -> None:
    runs = [RunFiles(record(check_mode=check)) for check in checked]
    assert build_report(runs)["check"] is any(checked)


KIM, LEE = "kim@example.com", "lee@example.com"
SETTINGS = {"contact_center_enabled": True, "site": "Porto", "teams": ["Night"], "desktop_profile": "Agent"}


def test_a_report_as_a_whole() -> None:
    mails = {"before": True, "during": True, "after": True}
    finding = {"level": "warning", "message": "Look.", "action": ""}
    roster = [
        {"row": 0, "email": KIM, "license": "premium", "role": "agent", "sources": ["a.csv:2", "a.csv:5"]},
        {"row": 1, "email": LEE, "license": "premium", "role": "supervisor", "sources": ["a.csv:3"]},
    ]
    outcomes: dict[str, list[dict[str, t.Any]]] = chain(KIM, action="create")
    outcomes["license"][0]["before"] = {"license": "none"}
    outcomes["agent"] = [line(KIM, "update", before={}, after=SETTINGS)]
    error = {"code": "locked", "message": "Locked.", "advice": "Unlock it."}
    outcomes["user"].append(line(LEE, "update", certain=False, failed=True, before=PRESENT, error=error))
    run = RunFiles(record(mails=mails, findings=[finding]), roster, outcomes)
    nobody = RunFiles(record("beta", organization={"id": "", "name": " "}, check_mode=True, options={}))
    now = datetime(2026, 3, 1, 8, tzinfo=UTC)
    kim = {
        "email": KIM,
        "places": ["a.csv:2", "a.csv:5"],
        "outcome": "ready",
        "certain": True,
        "user": "present",
        "license": "premium",
        "role": "agent",
        "sync_state": "in_sync",
        "agent": "changed",
        "signed_in": False,
        "mail": "expected",
        "changes": ["created", "license premium", "agent settings"],
        "lacks": [],
        "message": "",
        "action": "",
        "desk": "first_sign_in",
        "desk_message": "Everything is set; the person has never signed in.",
    }
    lee = {
        **dict.fromkeys(("license", "role", "sync_state", "agent", "signed_in", "mail", "desk", "desk_message")),
        "email": LEE,
        "places": ["a.csv:3"],
        "outcome": "failed",
        "certain": False,
        "user": "present",
        "changes": ["perhaps updated"],
        "lacks": ["user", "license", "role", "sync"],
        "message": "Locked.",
        "action": "Unlock it.",
    }
    summary = {**counts(total=2, created=1, failed=1, uncertain=1, ready=1), "rows": 3}
    alpha = {
        "id": "0f0e",
        "name": "Alpha",
        "host": "alpha",
        "run": RUN,
        "directory": f"/runs/{RUN}/alpha",
        "check": False,
        "stopped": None,
        "support_bundle": None,
        "mails": mails,
        "findings": [finding],
        "summary": summary,
        "users": [kim, lee],
    }
    beta = {
        **alpha,
        "id": None,
        "name": "beta",
        "host": "beta",
        "directory": f"/runs/{RUN}/beta",
        "check": True,
        "mails": None,
        "findings": [],
        "summary": dict.fromkeys(COUNTS, 0),
        "users": [],
    }
    assert build_report([run, nobody], now) == {
        "format": "wxcc.onboarding/report/1",
        "time": "2026-03-01T08:00:00Z",
        "check": True,
        "summary": summary,
        "organizations": [alpha, beta],
    }
    assert build_report([])["time"] > "2026-03-01T08:00:00Z", "now, where nobody says when"
    [unknown] = build_report([RunFiles(dataclasses.replace(record(), run=""))])["organizations"]
    assert (unknown["run"], unknown["directory"]) == (None, f"/runs/{RUN}/alpha")


@pytest.mark.parametrize(
    ("agent", "shown", "desk"),
    [
        ({"failed": True}, "failed", "not_read"),
        ({"action": "blocked"}, "blocked", "not_read"),
        ({"action": "manual"}, "as declared", "not_read"),
        ({"action": "none"}, None, None),
        ({"action": "update", "changed": False}, "as declared", "not_read"),
        ({"action": "none", "failed": True, "error": {"code": "not_attempted"}}, None, "not_read"),
    ],
)
def test_what_became_of_settings_of_which_nothing_was_seen(agent: t.Any, shown: str | None, desk: str | None) -> None:
    user = one({**chain(KIM), "agent": [{**line(KIM), "before": None, "after": None, **agent}]})
    assert (user["agent"], user["desk"]) == (shown, desk)


@pytest.mark.parametrize(
    ("action", "certain", "word"),
    [
        ("none", True, []),
        ("create", True, ["created"]),
        ("remove", True, ["removed"]),
        ("create", False, ["perhaps created"]),
        ("remove", False, ["perhaps removed"]),
    ],
)
def test_what_happened_to_an_account_in_words(action: str, certain: bool, word: list[str]) -> None:
    more = {} if certain else {"certain": False}
    assert one({"user": [line(KIM, action, after=PRESENT, **more)]})["changes"] == word


def test_an_account_that_was_changed_and_is_planned_to_go_was_not_removed() -> None:
    first = line(KIM, "update", before=PRESENT, after=PRESENT)
    for action in ("create", "remove"):
        last = {**line(KIM, action, after=PRESENT), "changed": False}
        assert one({"user": [first, last]})["changes"] == ["updated"]


def test_a_license_that_was_changed_to_nobody_knows_what() -> None:
    outcomes = {**chain(KIM), "license": [line(KIM, "update", before={}, after={})]}
    assert one(outcomes)["changes"] == ["license changed"]


def test_the_desk_is_judged_by_what_is_declared_and_what_the_contact_center_says() -> None:
    def desk(wanted: t.Any = None, step: str = "role", after: t.Any = None, **more: t.Any) -> tuple[str, str]:
        outcomes = {**chain(KIM), "agent": [line(KIM, "update", before={}, after=more.pop("settings", SETTINGS))]}
        if after is not None:
            outcomes[step] = [line(KIM, after=after)]
        elif step == "none":
            del outcomes["sync"]
        user = one(outcomes, wanted, **more)
        return user["desk"], user["desk_message"]

    ready = ("ready", "Desk-ready.")
    assert desk() == ready
    assert desk({"license": "standard"}) == ("license", "The license is premium, not standard.")
    only_added = {"identities": True, "synchronize": True, "license_mode": "add_only", "role_mode": "add_only"}
    assert desk({"license": "standard"}, options=only_added) == ready
    assert desk({"role": "supervisor"}) == ("role", "The role is agent, not supervisor.")
    higher = {"role": "supervisor", "roles": ["Supervisor"]}
    assert desk({"role": "agent"}, after=higher)[0] == "role"
    assert desk({"role": "agent"}, after=higher, options=only_added) == ready
    # Whoever is to have finer roles has them, and stays an agent.
    named = {"role": "agent", "administrator_roles": ["User Administrator"]}
    admin = {"role": "administrator", "roles": ["User Administrator"]}
    assert desk(named, after=admin) == ready
    assert desk({"role": "agent"}, after=admin)[0] == "role"
    assert desk(step="sync", after={"sync_state": "missing", "message": "No record."}) == ("sync", "No record.")
    assert desk(step="none") == ("sync", "The contact center was not looked at.")
    of_supervisor = {"sync_state": "in_sync", "profile_type": "SUPERVISOR"}
    off = {**SETTINGS, "contact_center_enabled": False}
    assert desk(settings=off)[0] == "enabled"
    assert desk(step="sync", after=of_supervisor, settings=off) == (
        "ready",
        "Ready, without a desk: the user profile is of type SUPERVISOR.",
    )
