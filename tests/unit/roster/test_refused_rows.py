"""Rows that are refused: the line of each, what is counted, and when the run must not go on."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import InputError
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.finding import ERROR, REPAIRED, WARNING, Finding
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.join import CONTRADICTION
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.table import (
    RefusedRow,
    RowTable,
    numbered,
    places_of,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.verdict import (
    RefusalRule,
    RowsRefused,
    conclude,
    empty_roster,
    row_lines,
    summary_lines,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.record import RunRecord


def finding(
    level: str = ERROR, code: str = "bad_cell", line: int = 2, column: str = "Email", email: str = ""
) -> Finding:
    return Finding(level, code, "x.csv", line, column, "", "It is wrong", "Correct it.", email)


def table(refused: int, good: int = 0) -> RowTable:
    rows = [RefusedRow(f"x.csv:{n + 2}", "", (finding(line=n + 2),)) for n in range(refused)]
    people = [{"email": f"p{n}@example.com", "agent": {"site": "Lisbon"} if n else None} for n in range(good)]
    return RowTable(people, list(people), rows, [f for row in rows for f in row.findings])


@pytest.mark.parametrize(("email", "shown"), [("ada@example.com", "ada@example.com"), ("no address", None), ("", None)])
def test_the_line_of_a_refused_row(email: str, shown: str | None) -> None:
    found = RefusedRow("x.csv:7", email, (finding(), finding(column=""), finding())).as_line()
    error = found.pop("error")
    assert found.pop("time")
    assert found == {
        "module": "row",
        "index": None,
        "source": "x.csv:7",
        "sources": ["x.csv:7"],
        "email": shown,
        "action": "refused",
        "changed": False,
        "certain": True,
        "failed": True,
        "before": {},
        "after": {},
        "manual": None,
    }
    assert (error["code"], error["message"], error["advice"]) == (
        "bad_cell",
        "Email: It is wrong. It is wrong.",
        "Correct it.",
    )


def test_only_errors_refuse() -> None:
    found = RowTable(findings=[finding(WARNING), finding(ERROR), finding(REPAIRED)])
    assert [f.level for f in found.errors] == [ERROR]


@pytest.mark.parametrize(
    ("row", "places"),
    [
        ({"sources": ["a:2", "b:3"], "source": "a:2"}, ["a:2", "b:3"]),
        ({"source": "a:2"}, ["a:2"]),
        ({"sources": [], "source": "a:2"}, ["a:2"]),
        ({"source": ""}, []),
        ({}, []),
    ],
)
def test_places_of_a_row(row: dict[str, Any], places: list[str]) -> None:
    assert places_of(row) == places


def test_people_are_numbered_over_all_parts() -> None:
    people = [{"email": "Ada@example.com"}, {"email": "bruno@example.com"}]
    found = numbered(people, {"ada@example.com": 3})
    assert [(one["row"], one["part"], one["email"]) for one in found] == [
        (0, 3, "Ada@example.com"),
        (1, 0, "bruno@example.com"),
    ]


@pytest.mark.parametrize(
    ("refused", "good", "said"),
    [
        (1, 0, "1 of 1 row is refused (x.csv:2)"),
        (1, 1, "1 of 2 rows is refused (x.csv:2)"),
        (2, 0, "2 of 2 rows are refused (x.csv:2, x.csv:3)"),
    ],
)
def test_why_the_run_must_not_go_on_is_said_in_numbers(refused: int, good: int, said: str) -> None:
    stop = RefusalRule(refused_rows="stop").refusal(table(refused, good))
    assert stop is not None
    assert stop.message == f"{said}, and refused_rows is stop."
    limit = RefusalRule(at_most="0").refusal(table(refused, good))
    assert limit is not None
    assert limit.message == f"{said}; max_refused_rows allows 0."
    assert (stop.code, limit.code) == ("invalid_input", "invalid_input")
    assert RefusalRule().refusal(table(refused, good)) is None
    assert RefusalRule(at_most=str(refused)).refusal(table(refused, good)) is None


def test_a_percentage_is_held_against_all_rows_alone() -> None:
    rule = RefusalRule(at_most="10%")
    assert rule.refusal(table(2, 8), final=False) is None
    assert rule.refusal(table(2, 8)) is not None
    assert RefusalRule(at_most="1").refusal(table(2, 8), final=False) is not None
    assert RefusalRule(refused_rows="stop", at_most="10%").refusal(table(0, 3)) is None


def record(*unknown: dict[str, Any]) -> RunRecord:
    return RunRecord("R", "/runs/acme", "acme", options={"unknown_variables": list(unknown)})


def test_an_empty_roster_names_the_variables_that_nobody_reads() -> None:
    meant = empty_roster(record())
    assert (meant.level, meant.position, meant.action) == (
        WARNING,
        "roster",
        "Where that is meant, nothing is to be done.",
    )
    assert empty_roster(None) == meant
    one = empty_roster(record({"name": "onboard_user", "nearest": "onboard_users"}))
    assert (one.level, one.position) == (ERROR, "roster")
    assert one.meaning.endswith("And onboard_user (did you mean onboard_users?) is a variable that nobody reads.")
    two = empty_roster(record({"name": "onboard_user"}, {"name": "onboard_x"}))
    assert two.meaning.endswith("And onboard_user and onboard_x are variables that nobody reads.")


def test_an_empty_roster_with_a_misspelt_name_ends_the_run_without_lines() -> None:
    with pytest.raises(RowsRefused) as caught:
        conclude(RowTable(), {"notes": ["N"]}, RefusalRule(), record({"name": "onboard_user"}))
    assert caught.value.problem.code == "invalid_input"
    assert caught.value.result == {"count": 0, "rows": 0, "refused": 0, "agents": 0, "notes": ["N"], "lines": []}
    found = conclude(RowTable(), {"notes": ["N"]}, RefusalRule(), None)
    assert (found["count"], found["rows"], found["refused"]) == (0, 0, 0)
    assert found["lines"][-1] == "N"
    assert [f["code"] for f in found["findings"]] == ["empty_roster"]
    # More may come.
    assert conclude(RowTable(), {}, RefusalRule(), None, final=False)["findings"] == []


def test_what_is_counted_and_what_is_told() -> None:
    found = conclude(table(2, 3), {}, RefusalRule(), None)
    assert {k: found[k] for k in ("count", "rows", "refused", "agents")} == {
        "count": 3,
        "rows": 5,
        "refused": 2,
        "agents": 2,
    }
    assert found["lines"] == [
        "2 of 5 rows are refused; the report names each",
        "error: line 2 of x.csv, column 'Email': It is wrong. Correct it. (also in line 3)",
    ]
    assert row_lines(table(1), []) == ["1 of 1 row is refused; the report names each"]
    assert row_lines(table(1, 1), []) == ["1 of 2 rows is refused; the report names each"]
    assert row_lines(table(1), [], counts=False) == []
    assert row_lines(table(0, 2), []) == []


def test_a_limit_that_is_none_is_named() -> None:
    with pytest.raises(InputError, match=r"^max_refused_rows \(variable onboard_max_refused_rows\) is 'some'"):
        RefusalRule(at_most="some").refusal(table(1))


def test_head_and_notes_count_among_the_lines() -> None:
    kinds = [finding(WARNING, f"w{n}") for n in range(20)]
    for rows, notes in ((table(0, 1), []), (table(1), []), (table(0, 1), ["N", "O"]), (table(1), ["N", "O"])):
        lines = row_lines(rows, kinds, notes)
        assert len(lines) == 15
        assert lines[len(lines) - len(notes) :] == notes


def test_lines_stay_within_their_number_and_a_contradiction_is_about_one_person() -> None:
    kinds = [finding(WARNING, f"w{n}") for n in range(3)]
    assert summary_lines(kinds, 3)[-1] == "warning: line 2 of x.csv, column 'Email': It is wrong."
    assert len(summary_lines(kinds, 3)) == 3
    assert summary_lines(kinds, 2)[1:] == ["and 2 more kinds of findings; the report has all of them"]
    same = [finding(code=CONTRADICTION, email=email) for email in ("ada@example.com", "bruno@example.com")]
    assert len(summary_lines(same)) == 2
    other = [finding(email=email) for email in ("ada@example.com", "bruno@example.com")]
    assert len(summary_lines(other)) == 1


@pytest.mark.parametrize(
    ("number", "also"),
    [
        (1, ""),
        (2, " (also in line 3)"),
        (3, " (also in lines 3, 4)"),
        (4, " (also in lines 3, 4, 5)"),
        (5, " (also in lines 3, 4, 5 and more)"),
    ],
)
def test_what_recurs_in_a_column_is_told_once(number: int, also: str) -> None:
    found = [finding(line=line)._replace(found="x") for line in range(2, 2 + number)]
    assert summary_lines(found) == [f"error: line 2 of x.csv, column 'Email': 'x' It is wrong. Correct it.{also}"]
    # What was read all the same asks nothing.
    told = summary_lines([one._replace(level=REPAIRED) for one in found])
    assert told == [f"repaired: line 2 of x.csv, column 'Email': 'x' It is wrong.{also}"]
