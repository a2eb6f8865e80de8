"""Those who are not ready, by what they need, and what a terminal shows of them."""

from __future__ import annotations

from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.build import build_report
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.groups import groups, lines
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.load import RunRecord
from tests.unit.plugin_utils.runs import ORGANIZATION, chain, crowd


def test_one_line_each_with_what_to_do() -> None:
    assert lines(crowd()) == [
        "alpha: 26 people: 20 ready, 5 blocked, 1 failed; created 20",
        "  failed: =cmd|'/c calc'!a<script>alert(1)</script>@example.com: Not an address.",
        "  blocked: trial0@example.com, trial1@example.com, trial2@example.com and 2 more: "
        "This person belongs to a trial <b>bold</b>.",
        "    to do: Delete the trial.",
        "beta: 0 people: none",
        "  stopped at preflight: The token is not valid.",
    ]


def test_the_rest_is_counted() -> None:
    assert lines(crowd(), at_most=1)[2] == "  and 5 more: see the report"


def test_an_address_in_a_message_does_not_part_those_who_need_the_same() -> None:
    (first, second) = groups(crowd()["organizations"][0])
    assert (first.outcome, first.emails) == ("failed", ["=cmd|'/c calc'!a<script>alert(1)</script>@example.com"])
    assert (second.outcome, len(second.emails)) == ("blocked", 5)


def test_those_whom_a_stopped_run_did_not_reach_are_no_group() -> None:
    roster = [{"email": "kim@example.com", "license": "premium"}]
    aborted = {"step": "user", "message": "The token is not valid."}
    report = build_report([RunRecord({**ORGANIZATION, "aborted": aborted}, roster)])
    assert lines(report) == ["alpha: 1 person: 1 failed", "  stopped at user: The token is not valid."]


def test_a_check_run_says_that_nothing_was_written() -> None:
    outcomes = chain("kim@example.com", action="create")
    report = build_report([RunRecord({**ORGANIZATION, "check_mode": True}, outcomes=outcomes)])
    assert lines(report) == ["alpha: check, nothing written: 1 people: 1 ready; created 1"]
