"""The lines of a report that a terminal shows: few, each mistake once, the essence at the end."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.lines import lines
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.load import RunFiles
from tests.unit.plugin_utils.runs import (
    PRESENT,
    chain,
    crowd,
    line,
    plan_of,
    planned,
    record,
    refused,
    report_of,
    stopped,
)


def failing(host: str, number: int, reasons: int = 1) -> RunFiles:
    """A run in which people failed, for so many different reasons."""
    outcomes = [
        line(
            f"user{i}@{host}.example.com",
            failed=True,
            error={"message": f"{host}: reason {i % reasons}.", "advice": "Do it."},
        )
        for i in range(number)
    ]
    return RunFiles(record(host), outcomes={"user": outcomes})


def ready(host: str) -> RunFiles:
    return RunFiles(record(host), outcomes=chain(f"kim@{host}.example.com", action="create"))


def test_one_organization_ends_with_how_it_stands() -> None:
    report = {**crowd(), "organizations": crowd()["organizations"][:1]}
    assert lines(report) == [
        "  failed: =cmd|'/c calc'!a<script>alert(1)</script>@example.com: Not an address.",
        "  blocked: trial0@example.com, trial1@example.com, trial2@example.com and 2 more: "
        "This person belongs to a trial <b>bold</b>.",
        "    to do: Delete the trial.",
        "  20 people have never signed in; whether Webex mails 20 of them, who got a license, is not known",
        "alpha: 26 people: 20 ready, 5 blocked, 1 failed; created 20",
    ]


def test_several_organizations_end_with_one_line_over_all() -> None:
    told = lines(crowd())
    assert told[-4:] == [
        "beta: 0 people; stopped at the start",
        "  stopped: The token is not valid.",
        "    to do: Get a new one.",
        "2 organizations: 26 people: 20 ready, 5 blocked, 1 failed; 1 stopped",
    ]
    assert told[0] == "alpha: 26 people: 20 ready, 5 blocked, 1 failed; created 20"


def test_the_rest_is_counted() -> None:
    report = {**crowd(), "organizations": crowd()["organizations"][:1]}
    assert lines(report, at_most=2)[1] == "  and 5 more: see the report"


def test_a_check_run_says_would() -> None:
    roster = [{"row": i, "email": email, "sources": [f"a:{i}"]} for i, email in enumerate(["kim@e.com", "lee@e.com"])]
    people = [
        planned("kim@e.com", ("ready", "", ""), 0, license=("update", {"license": "none"}, {"license": "premium"})),
        planned("lee@e.com", ("waiting", "Nobody can know yet.", "Run it."), 1, user=("create", {}, PRESENT)),
    ]
    report = report_of(RunFiles(record(check_mode=True), roster, plan=plan_of(*people)))
    assert lines(report) == [
        "  would wait: lee@e.com: Nobody can know yet.",
        "    to do: Run it.",
        "  1 person has never signed in; whether Webex mails 1 of them, who would get a license, is not known",
        "alpha: check run: 2 people: 1 would be ready, 1 would wait; would be created: 1, would be updated: 1",
    ]


def test_rows_and_doubts_are_counted() -> None:
    outcomes: dict[str, t.Any] = {
        "user": [line("kim@example.com", "update", certain=False, after=PRESENT, sources=["a.csv:2", "a.csv:3"])],
        "row": [refused("a.csv:4")],
    }
    report = report_of(RunFiles(record(options={}), outcomes=outcomes))
    assert lines(report)[-1] == "alpha: 1 person in 2 rows and 1 row that names nobody: 1 ready, 1 failed; in doubt 1"


@pytest.mark.parametrize("number", [2, 20, 200])
def test_one_token_that_is_missing_everywhere_is_told_once(number: int) -> None:
    hosts = [f"org{i}" for i in range(number)]
    report = report_of(*(RunFiles(record(host, organization=None, stopped=stopped("start"))) for host in hosts))
    told = lines(report)
    assert sum("The token is not valid." in text for text in told) == 1
    assert sum("Get a new one." in text for text in told) == 1
    assert len(told) <= 50
    assert any(text.startswith(f"  {number} organizations (org0, org1") for text in told)
    assert told[-1] == f"{number} organizations: 0 people; {number} stopped"


@pytest.mark.parametrize(("number", "bound"), [(1, 12), (5, 50), (20, 200), (200, 200)])
def test_many_reasons_keep_to_the_bound(number: int, bound: int) -> None:
    told = lines(report_of(*(failing(f"org{i}", 30, reasons=30) for i in range(number))))
    assert len(told) <= bound
    assert any(text.endswith("more: see the report") for text in told)


def test_where_there_are_many_the_worst_are_told_again_at_the_end() -> None:
    runs = [*(ready(f"ok{i}") for i in range(30)), *(failing(f"bad{i}", i + 1) for i in range(7))]
    told = lines(report_of(*runs))
    assert not any(text.startswith("ok") for text in told)
    assert told[-7:] == [
        *(f"bad{i}: {i + 1} people: {i + 1} failed" for i in (6, 5, 4, 3, 2)),
        "and 2 more organizations not all ready",
        "37 organizations: 58 people: 30 ready, 28 failed",
    ]


def test_what_others_wrote_steers_no_terminal() -> None:
    error = {"message": "Evil\x1b[2J\r\ntext", "advice": "a\u202eb"}
    run = RunFiles(record(), outcomes={"user": [line("kim@example.com", failed=True, error=error)]})
    assert all(text.isprintable() for text in lines(report_of(run)))


def test_rows_that_name_nobody_are_no_people() -> None:
    report = report_of(RunFiles(record(), outcomes={"row": [refused("a.csv:4"), refused("a.csv:5")]}))
    assert lines(report)[-1] == "alpha: 2 rows that name nobody: 2 failed"
