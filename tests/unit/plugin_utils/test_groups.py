"""Those who are not ready, by what they need."""

from __future__ import annotations

from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.groups import STOPPED, grouped, groups
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.load import RunFiles
from tests.unit.plugin_utils.runs import ALPHA, crowd, line, record, refused, report_of, stopped


def test_an_address_in_a_message_does_not_part_those_who_need_the_same() -> None:
    (first, second) = groups(crowd()["organizations"][0])
    assert (first.outcome, first.emails) == ("failed", ["=cmd|'/c calc'!a<script>alert(1)</script>@example.com"])
    assert (second.outcome, len(second.emails)) == ("blocked", 5)


def test_a_row_that_names_nobody_is_told_by_its_place() -> None:
    report = report_of(RunFiles(record(), outcomes={"row": [refused("agents.csv:3"), refused("agents.csv:9")]}))
    (group,) = groups(report["organizations"][0])
    assert (group.emails, group.message) == (["agents.csv:3", "agents.csv:9"], "No such key.")


def test_those_whom_a_stopped_run_did_not_reach_are_no_group() -> None:
    roster = [{"row": 0, "email": "kim@example.com", "license": "premium"}]
    report = report_of(RunFiles(record(stopped=stopped()), roster))
    (group,) = grouped(report["organizations"])
    assert (group.outcome, group.message, group.action) == (STOPPED, "The token is not valid.", "Get a new one.")


def test_what_several_organizations_need_is_one_group() -> None:
    error = {"code": "no_seat", "message": "No seat.", "advice": "Buy some."}
    runs = [
        RunFiles(record(host), outcomes={"user": [line(f"kim@{host}.example.com", "blocked", error=error)]})
        for host in ("alpha", "beta")
    ]
    (group,) = grouped(report_of(*runs)["organizations"])
    assert group.members == {"alpha": ["kim@alpha.example.com"], "beta": ["kim@beta.example.com"]}


def test_the_place_of_a_run_does_not_part_those_that_stopped_for_the_same_reason() -> None:
    runs = [
        RunFiles(record(host, stopped=stopped(message=f"{record(host).directory}: there is no token.")))
        for host in ("alpha", "beta")
    ]
    (group,) = grouped(report_of(*runs)["organizations"])
    assert group.message == "the run directory: there is no token."
    assert list(group.members) == ["alpha", "beta"]


def test_an_id_is_folded_only_where_several_need_the_same() -> None:
    text = f"Organization {ALPHA['id']} is closed."
    runs = [RunFiles(record(host, stopped=stopped(message=text))) for host in ("alpha", "beta")]
    assert [group.message for group in grouped(report_of(runs[0])["organizations"])] == [text]
    (both,) = grouped(report_of(*runs)["organizations"])
    assert both.message == "Organization the organization is closed."
