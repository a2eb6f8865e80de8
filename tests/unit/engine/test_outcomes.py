"""Outcomes: what each word counts, what a step that could not begin says, and what a line of the file holds."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.outcomes import (
    Claim,
    Ledger,
    Outcome,
    Outcomes,
    empty_summary,
    write_outcomes,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.plan import Change, Plan
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import Problem
from ansible_collections.wxcc.onboarding.plugins.module_utils._model import Manual
from tests.unit.build import change, person, wanted

ADA, BRUNO = "ada@example.com", "bruno@example.com"
OLD, NEW = {"title": "Old"}, {"title": "New"}
NO = Problem("bad_request", "No.", advice="Mend it.", http_status=400)
MANUAL = Manual("Press.", "There.")
PLANNED = change(
    ADA, "update", before=OLD, after=NEW, person=person(ADA), payload=NEW, manual=MANUAL, extra={"ignored": ["site"]}
)


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("create", {"changed": True}, ["created"]),
        ("remove", {"changed": True}, ["removed"]),
        ("update", {"changed": True}, ["updated"]),
        ("manual", {"changed": True}, ["updated"]),
        ("create", {}, ["unchanged"]),
        ("none", {}, ["unchanged"]),
        ("create", {"certain": False}, ["uncertain"]),
        ("create", {"certain": False, "failed": True}, ["uncertain", "failed"]),
        ("create", {"changed": True, "failed": True}, ["created", "failed"]),
        ("none", {"failed": True}, ["failed"]),
        ("blocked", {}, ["blocked"]),
        ("blocked", {"failed": True}, ["failed"]),
    ],
)
def test_the_words_under_which_somebody_counts(kind: str, fields: dict[str, bool], words: list[str]) -> None:
    found = Outcome(change(ADA), kind, **fields)
    assert found.words() == words
    assert found.changed is (bool(fields.get("changed")) or not fields.get("certain", True))
    assert found.blocked is (kind == "blocked")
    counts = Outcomes((found, found)).summary()
    assert counts == {**empty_summary(), "total": 2, **dict.fromkeys(words, 2)}


def test_a_run_without_people_counts_nobody_under_every_word() -> None:
    words = ("total", "created", "updated", "removed", "unchanged", "blocked", "failed", "uncertain")
    assert Outcomes().summary() == empty_summary() == dict.fromkeys(words, 0)


@pytest.mark.parametrize(
    ("claim", "doubtful"),
    [
        (Claim(), False),
        (Claim(certain=False), True),
        (Claim(NO), False),
        (Claim(NO, certain=False), True),
        (Claim(Problem("server_error", "Away.", http_status=502)), True),
        (Claim(Problem("server_error", "Away.", http_status=502), final=True), False),
        (Claim(Problem("server_error", "Away.", http_status=502), certain=False, final=True), True),
    ],
)
def test_which_answer_leaves_a_doubt(claim: Claim, doubtful: bool) -> None:
    assert claim.doubtful is doubtful


def test_an_outcome_begins_as_its_change_was_planned() -> None:
    blocked = PLANNED.blocked(NO)
    more: dict[str, Any] = {"person": person(ADA), "manual": MANUAL, "extra": {"ignored": ["site"]}}
    assert Outcome.of(blocked) == Outcome(blocked, "blocked", error=NO, after=OLD, **{**more, "manual": None})
    assert Outcome.of(PLANNED, changed=True) == Outcome(PLANNED, "update", changed=True, after=NEW, **more)


def test_who_was_not_reached_has_what_was_there_and_nothing_to_press() -> None:
    stopped = f"Nothing was done for {ADA} in this step: an earlier person failed, and on_error is stop."
    ended = f"Nothing was done for {ADA} in this step, because the run had to end: No."
    for cause, problem in (
        (None, Problem("not_attempted", stopped)),
        (NO, dataclasses.replace(NO, code="not_attempted", message=ended)),
    ):
        assert Outcome.not_attempted(PLANNED, cause) == Outcome(
            PLANNED, "none", failed=True, after=OLD, error=problem, person=person(ADA)
        )


def test_a_step_that_could_not_begin_tried_nobody() -> None:
    rows = wanted(ADA, BRUNO)
    found = Outcomes.not_begun(rows, NO, warnings=("W",), trace="T")
    assert found == Outcomes(tuple(Outcome.not_attempted(Change(w), NO) for w in rows), NO, ("W",), "T")
    assert (found.changed, len(found), [o.email for o in found.failed], found.blocked) == (False, 2, [ADA, BRUNO], [])


def test_what_is_shown_is_nobody_s_to_alter() -> None:
    after, extra = dict(NEW), {"ignored": ["site"]}
    found = Outcome(PLANNED, "update", after=after, extra=extra)
    after["title"] = "Another"
    extra.clear()
    assert (found.after, found.extra) == (NEW, {"ignored": ["site"]})
    with pytest.raises(TypeError):
        vars_of: Any = found.after
        vars_of["title"] = "Another"


def test_a_ledger_knows_its_rows_alone_and_keeps_their_order() -> None:
    other = change(BRUNO, "none", index=1)
    ledger = Ledger(Plan((PLANNED, other)))
    assert ledger.outcomes() == (Outcome.not_attempted(PLANNED, None), Outcome.of(other))
    done = Outcome.of(PLANNED, changed=True)
    ledger.put(done)
    assert ledger.outcomes() == tuple(ledger) == (done, Outcome.of(other))
    with pytest.raises(KeyError):
        ledger.put(Outcome.of(change(BRUNO, index=7)))


@pytest.mark.parametrize(
    ("row", "sources"),
    [
        ({"sources": ["a.csv:2", "b.csv:3"]}, ["a.csv:2", "b.csv:3"]),
        ({"sources": ("a.csv:2",)}, ["a.csv:2"]),
        ({"sources": []}, ["users[0]"]),
        ({"sources": "a.csv:2"}, ["users[0]"]),
        ({}, ["users[0]"]),
    ],
)
def test_a_line_of_the_file_holds_everything(row: dict[str, Any], sources: list[str], tmp_path: Path) -> None:
    path = tmp_path / "title.jsonl"
    [want] = wanted({"email": ADA, **row})
    failed = Outcome.of(dataclasses.replace(PLANNED, wanted=want), failed=True, error=NO)
    for _ in range(2):
        write_outcomes(str(path), "title", [failed])
    first, second = map(json.loads, path.read_text("utf-8").splitlines())
    assert first.pop("time")
    assert second.pop("time")
    assert first == second
    assert first == {
        "module": "title",
        "index": 0,
        "source": "users[0]",
        "sources": sources,
        "email": ADA,
        "action": "update",
        "changed": False,
        "certain": True,
        "failed": True,
        "before": OLD,
        "after": NEW,
        "error": NO.as_dict(),
        "pending": False,
        "ignored": ["site"],
        "manual": MANUAL.as_dict(),
    }
