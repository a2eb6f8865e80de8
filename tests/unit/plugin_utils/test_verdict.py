"""The sentence with which a run ends."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.load import RunFiles
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.verdict import verdict
from tests.unit.plugin_utils.runs import PRESENT, line, plan_of, planned, record, refused, report_of, stopped

BOTH = ["failed", "blocked"]


def run(failed: int = 0, blocked: int = 0, **more: t.Any) -> dict[str, t.Any]:
    error = {"message": "No.", "advice": ""}
    outcomes = [line(f"f{i}@example.com", failed=True, error=error) for i in range(failed)]
    outcomes += [line(f"b{i}@example.com", "blocked", error=error) for i in range(blocked)]
    outcomes.append(line("ok@example.com", after=PRESENT))
    return report_of(RunFiles(record(options={}, **more), outcomes={"user": outcomes}))


SEE = f"The lines of this task and of the report say who and what to do; the files are in {record().directory}."


@pytest.mark.parametrize(
    ("failed", "blocked", "fail_on", "sentence"),
    [
        (0, 0, BOTH, None),
        (2, 1, [], None),
        (2, 1, BOTH, f"2 people failed, 1 is blocked. {SEE}"),
        (1, 0, BOTH, f"1 person failed. {SEE}"),
        (0, 3, BOTH, f"3 people are blocked. {SEE}"),
        (0, 3, ["failed"], None),
        (1, 1200, ["blocked"], f"1,200 people are blocked. {SEE}"),
    ],
)
def test_who_counts(failed: int, blocked: int, fail_on: list[str], sentence: str | None) -> None:
    assert verdict(run(failed, blocked), fail_on) == sentence


@pytest.mark.parametrize("fail_on", [[], BOTH])
def test_a_run_that_stopped_always_fails(fail_on: list[str]) -> None:
    for place, step in (("the plan", "plan"), ("the step license", "license")):
        said = verdict(run(1, stopped=stopped(step)), fail_on, told=True)
        assert said is not None
        assert said.startswith(f"Stopped at {place}; the task that failed says why")
        assert "The token is not valid." not in said, "one mistake is told once"
    assert verdict(run(1, stopped=stopped()), fail_on) == "Stopped at the plan: The token is not valid. Get a new one."


def test_a_check_run_says_would() -> None:
    roster = [{"row": 0, "email": "kim@example.com"}]
    plan = plan_of(planned("kim@example.com", ("blocked", "No.", "")))
    report = report_of(RunFiles(record(check_mode=True), roster, plan=plan))
    assert verdict(report, BOTH) == f"1 person would be blocked. {SEE}"


@pytest.mark.parametrize(
    ("emails", "told"),
    [
        ([None], "1 row that names nobody failed. "),
        (["kim@example.com", None, None], "1 person and 2 rows that name nobody failed. "),
    ],
)
def test_a_row_that_names_nobody_is_no_person(emails: list[str | None], told: str) -> None:
    rows = [refused(f"a.csv:{number + 2}", email) for number, email in enumerate(emails)]
    assert verdict(report_of(RunFiles(record(), outcomes={"row": rows})), BOTH) == told + SEE
