"""Codes of problems: what a status and a refused address mean, and that there is advice for each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._advice import ADVICE
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import Problem, classify_taken, code_for_status

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("message", "vendor_code", "expected"),
    [
        ("The email address belongs to a trial organization.", "uniqueness", "trial_account"),
        ("already in use in another organization", None, "other_organization"),
        ("User belongs to a different org", None, "other_organization"),
        ("belongs to a free consumer account", None, "free_account"),
        ("The domain is claimed by somebody else", None, "domain_claimed"),
        ("Users are managed by a directory", None, "directory_managed"),
        ("User already exists", "uniqueness", "address_taken"),
        ("", None, "address_taken"),
        ("whatever", "400090", "other_organization"),
        ("whatever", "400091", "domain_claimed"),
        ("whatever", "400110", "directory_managed"),
    ],
)
def test_a_refused_address_is_told_apart(message: str, vendor_code: str | None, expected: str) -> None:
    assert classify_taken(message, vendor_code) == expected
    assert ADVICE[expected]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "bad_request"),
        (401, "token_invalid"),
        (403, "forbidden"),
        (404, "not_found"),
        (409, "conflict"),
        (410, "not_found"),
        (423, "locked"),
        (429, "rate_limited"),
        (500, "server_error"),
        (504, "server_error"),
    ],
)
def test_every_status_has_a_code_with_advice(status: int, code: str) -> None:
    assert code_for_status(status) == code
    assert Problem(code, "").advice


def test_a_problem_travels_as_a_plain_value() -> None:
    problem = Problem("no_seat", "No seat.", 409, "400413", "NA_1")
    assert Problem.from_dict({**problem.as_dict(), "later": "field"}) == problem


def test_troubleshooting_explains_no_code_that_nobody_knows() -> None:
    """The other direction is held by the test of the frame: every code with an advice is explained."""
    explained: set[str] = set()
    inside = False
    for line in (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8").splitlines():
        first = line.split("|")[1].strip() if line.startswith("|") else ""
        inside = first.startswith("code") or (inside and bool(first))
        if inside and first.startswith("`"):
            explained.update(re.findall(r"`(\w+)`", first))
    assert explained
    assert explained - set(ADVICE) == set()
