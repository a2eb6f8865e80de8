"""The report as plain data: a row a person, the counts, and what is known of each organization."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.build import COUNTS, build_report
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.load import RunFiles
from tests.unit.plugin_utils.runs import PRESENT, chain, counts, crowd, line, one, record, refused, report_of, stopped


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
