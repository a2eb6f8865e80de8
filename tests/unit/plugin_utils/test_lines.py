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
    assert told[-5:] == [
        "beta: 0 people; stopped at the start",
        "  stopped: The token is not valid.",
        "    to do: Get a new one.",
        "  20 people have never signed in; whether Webex mails 20 of them, who got a license, is not known",
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


def trouble(host: str, *reasons: str, stop: str = "") -> RunFiles:
    """A run in which somebody failed for each reason; with a reason to stop it stopped."""
    users = [
        line(f"u{i}@{host}.example.com", failed=True, error={"message": text, "advice": ""})
        for i, text in enumerate(reasons)
    ]
    outcomes = {"user": users}
    return RunFiles(record(host, stopped=stopped(message=stop, advice="") if stop else None), outcomes=outcomes)


def reasons(number: int, of: str = "") -> list[str]:
    return [f"Reason {of}{i:02}." for i in range(number)]


def test_no_organization_at_all() -> None:
    assert lines(report_of()) == ["0 organizations: 0 people"]


@pytest.mark.parametrize(("number", "shown"), [(9, 9), (10, 10), (11, 9), (40, 9)])
def test_how_many_lines_an_organization_alone_has(number: int, shown: int) -> None:
    told = lines(report_of(trouble("alpha", *reasons(number))))
    assert told == [
        *(f"  failed: u{i}@alpha.example.com: Reason {i:02}." for i in range(shown)),
        *([f"  and {number - shown} more: see the report"] if number > shown else []),
        f"alpha: {number} people: {number} failed",
    ]


def test_the_advice_of_a_reason_stays_with_it() -> None:
    told = lines(report_of(failing("alpha", 6, reasons=6)))
    assert (len(told), told[-2]) == (10, "  and 2 more: see the report")
    assert len(lines(report_of(failing("alpha", 5, reasons=5)))) == 11
    first = ["  failed: user0@alpha.example.com: Alpha: reason 0.", "    to do: Do it."]
    assert lines(report_of(failing("alpha", 3, reasons=3)), 1)[:3] == [*first, "  and 2 more: see the report"]


@pytest.mark.parametrize(("number", "most"), [(2, 6), (20, 6), (24, 5), (40, 3), (60, 2), (130, 2)])
def test_how_many_lines_one_among_others_has(number: int, most: int) -> None:
    told = lines(report_of(*(trouble(f"o{n:03}", *reasons(10, f"{n} ")) for n in range(number))))
    own = told[: told.index("o001: 10 people: 10 failed")]
    assert own == [
        "o000: 10 people: 10 failed",
        *(f"  failed: u{i}@o000.example.com: Reason 0 {i:02}." for i in range(most - 1)),
        f"  and {11 - most} more: see the report",
    ]


@pytest.mark.parametrize("number", [3, 4])
def test_so_many_addresses_are_named(number: int) -> None:
    told = lines(report_of(trouble("alpha", *["No."] * number)))
    more = " and 1 more" if number == 4 else ""
    named = ", ".join(f"u{i}@alpha.example.com" for i in range(3))
    assert told[0] == f"  failed: {named}{more}: No."


@pytest.mark.parametrize("number", [2, 20, 21])
def test_what_several_need_names_them(number: int) -> None:
    hosts = [f"o{n:02}" for n in range(number)]
    told = lines(report_of(*(trouble(host, stop="No token.") for host in hosts)))
    more = " and 1 more" if number == 21 else ""
    assert f"  {number} organizations ({', '.join(hosts[:20])}{more}): stopped: No token." in told


def test_how_many_lines_there_are_of_what_several_need() -> None:
    shared = [trouble(host, *reasons(21)) for host in ("alpha", "beta")]
    told = lines(report_of(*shared))
    assert told[:2] == ["alpha: 21 people: 21 failed", "beta: 21 people: 21 failed"]
    where = "2 organizations (alpha, beta)"
    assert told[2:21] == [
        f"  {where}: failed: u{i}@alpha.example.com, u{i}@beta.example.com: Reason {i:02}." for i in range(19)
    ]
    assert told[21:] == ["  and 4 more: see the report", "2 organizations: 42 people: 42 failed"]
    # Of those that stopped the organizations are counted.
    stops = [trouble(f"o{n:02}{half}", stop=f"Reason {n:02}.") for n in range(21) for half in "ab"]
    assert "  and 4 more: see the report" in lines(report_of(*stops))


def test_several_organizations_line_by_line() -> None:
    new = chain("lee@beta.example.com", action="create")
    report = report_of(trouble("alpha", "No."), RunFiles(record("beta"), outcomes=new), ready("gamma"))
    assert lines(report) == [
        "alpha: 1 person: 1 failed",
        "  failed: u0@alpha.example.com: No.",
        "beta: 1 person: 1 ready; created 1",
        "gamma: 1 person: 1 ready; created 1",
        "  2 people have never signed in; whether Webex mails 2 of them, who got a license, is not known",
        "3 organizations: 3 people: 2 ready, 1 failed",
    ]


@pytest.mark.parametrize(("number", "bad"), [(5, 5), (6, 0), (6, 1), (6, 5), (6, 6), (7, 7)])
def test_where_there_are_many_the_essence_is_repeated(number: int, bad: int) -> None:
    runs = [
        *(trouble(f"bad{n}", *["No."] * (n + 1)) for n in range(bad)),
        *(ready(f"ok{n}") for n in range(number - bad)),
    ]
    told = lines(report_of(*runs))
    # The lines of groups stand before.
    essence = told[max(i for i, text in enumerate(told) if text.startswith("  ")) + 1 : -1]
    worst = [f"bad{n}: {n + 1} {'person' if n == 0 else 'people'}: {n + 1} failed" for n in reversed(range(bad))][:5]
    more = {6: ["and 1 more organization not all ready"], 7: ["and 2 more organizations not all ready"]}
    assert essence == ([*worst, *more.get(bad, [])] if number > 5 else [])


@pytest.mark.parametrize("number", [20, 21])
def test_of_very_many_only_those_have_lines_that_need_something(number: int) -> None:
    runs = [ready(f"ok{n}") for n in range(number - 3)]
    runs += [trouble("one", "No."), trouble("gone", stop="No token."), trouble("two", "No way.", "Never.")]
    told = lines(report_of(*runs))
    heads = [text.partition(":")[0] for text in told if not text.startswith(" ")]
    named = ["gone", "two", "one"]
    if number == 20:
        assert heads == [*(f"ok{n}" for n in range(17)), "one", "gone", "two", *named, "20 organizations"]
    else:
        assert heads == [*named, *named, "21 organizations"]
    assert told[-1] == f"{number} organizations: {number} people: {number - 3} ready, 3 failed; 1 stopped"


def test_at_most_so_many_have_lines_of_their_own() -> None:
    told = lines(report_of(*(trouble(f"o{n:02}", f"Reason {n}.") for n in range(22))))
    assert told.index("  failed: u0@o00.example.com: Reason 0.") == 1
    assert sum(text.startswith("  failed") for text in told) == 20


def test_a_check_run_says_who_stays_as_is() -> None:
    roster = [{"row": 0, "email": "kim@e.com", "sources": ["a:1"]}]
    same = planned("kim@e.com", ("ready", "", ""), 0, license=("none", {"license": "none"}, {"license": "none"}))
    report = report_of(RunFiles(record(check_mode=True), roster, plan=plan_of(same)))
    assert lines(report) == ["alpha: check run: 1 person: 1 would be ready; unchanged 1"]


def test_where_it_stopped_stands_behind_the_numbers() -> None:
    told = lines(report_of(trouble("alpha", "No.", stop="No token.")))
    assert told == [
        "  stopped: No token.",
        "  failed: u0@alpha.example.com: No.",
        "alpha: 1 person: 1 failed; stopped at the plan",
    ]
