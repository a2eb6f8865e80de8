"""The checks before a run: what is judged without asking anybody, and what stops the asking."""

from __future__ import annotations

import asyncio
import json
import typing as t
from pathlib import Path

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import Problem
from ansible_collections.wxcc.onboarding.plugins.module_utils._views.preflight import (
    SCOPES,
    Check,
    check_domains,
    check_operator,
    check_roster,
    check_seats,
    describe_operator,
    preflight,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.organization import Operator
from tests.unit.build import ORGANIZATION, PREMIUM_1, PREMIUM_2, STANDARD_1, person_id, seat
from tests.unit.script import Script, get

PREMIUM = {"license": "premium"}
CELLS = {"csv": {"standard": False, "premium": True}}


def column_of(subscription: str) -> dict[str, t.Any]:
    """A CSV row that asks for Premium in the column of one subscription."""
    return {"csv": {**CELLS["csv"], "subscriptions": {"premium": {subscription: True}}}}


def look(*steps: t.Any, **options: t.Any) -> dict[str, t.Any]:
    """Run all the checks against a service that plays ``steps``."""
    options = {"org_id": None, "users_file": None, "subscription_id": None, **options}
    result: dict[str, t.Any] = Script(*steps).play(lambda client: preflight(client, None, **options))
    return result


# --- which checks are made --------------------------------------------------------------------------------------------


def test_without_a_client_the_roster_is_checked_and_the_reason_told(tmp_path: Path) -> None:
    file = tmp_path / "roster.json"
    file.write_text(json.dumps([{"email": "bad"}]))
    problem = Problem("no_token", "There is no token.")
    result = asyncio.run(preflight(None, problem, org_id=None, users_file=str(file), subscription_id=None))
    assert result["ok"] is False
    assert [(f["check"], f["level"]) for f in result["findings"]] == [("roster", "error"), ("token", "error")]
    assert result["findings"][1]["action"] == problem.advice
    assert (result["organization"], result["operator"]) == ({"id": None, "name": None}, {})


def test_with_a_token_that_is_refused_nothing_else_is_asked() -> None:
    result = look(get("/v1/people/me", {"message": "no"}, status=401))
    assert [(f["check"], f["level"]) for f in result["findings"]] == [("token", "error")]


def test_without_an_organization_nothing_else_is_asked() -> None:
    me = {"id": person_id("boss@example.com"), "emails": ["boss@example.com"], "roles": []}
    result = look(get("/v1/people/me", me), org_id="neither")
    assert [f["check"] for f in result["findings"]] == ["token", "operator", "organization"]
    assert result["operator"] == {"email": "boss@example.com", "kind": "user", "roles": []}
    assert result["organization"]["id"] is None


def test_several_organizations_and_none_named_is_an_error_and_no_choice() -> None:
    me = {"id": person_id("boss@example.com"), "emails": ["boss@example.com"], "roles": []}
    shown = [
        {"id": ORGANIZATION, "displayName": "Alpha"},
        {"id": ORGANIZATION.replace("a", "b"), "displayName": "Beta"},
    ]
    result = look(get("/v1/people/me", me), get("/v1/organizations", {"items": shown}))
    last = result["findings"][-2] if result["findings"][-1]["check"] == "domain" else result["findings"][-1]
    assert (last["check"], last["level"]) == ("organization", "error")
    assert "Alpha" in last["message"] and "Beta" in last["message"]
    assert result["organization"]["id"] is None


# --- one check --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", sorted(SCOPES))
def test_a_refusal_names_the_scope(check: str) -> None:
    failed = Check.failed(check, Problem("forbidden", "No.", 403))
    assert (failed.level, failed.message) == ("error", "No.")
    assert SCOPES[check] in failed.action


def test_every_other_failure_keeps_its_advice() -> None:
    assert Check.failed("people", Problem("server_error", "No.", 500, advice="Later.")).action == "Later."
    assert Check.failed("token", Problem("forbidden", "No.", 403, advice="Later.")).action == "Later."


@pytest.mark.parametrize(
    ("roles", "level", "words"),
    [
        (("id_full_admin",), "ok", "Full Administrator"),
        (("id_readonly_admin", "id_user_admin"), "ok", "User Administrator"),
        (("atlas-portal.partner.provision_admin",), "ok", "Provisioning Administrator"),
        (("cjp.admin", "id_readonly_admin"), "error", "cannot add, disable or remove people"),
        (("id_readonly_admin",), "error", "may only read"),
        (("id_device_admin",), "error", "(Device Administrator)"),
        ((), "error", "(no administrator role)"),
    ],
)
def test_the_account_needs_a_role_that_may_onboard(roles: tuple[str, ...], level: str, words: str) -> None:
    check = check_operator(Operator("boss@example.com", "id", roles, ORGANIZATION))
    assert check.level == level
    assert words in check.message
    assert bool(check.action) is (level == "error")


def test_a_service_app_has_no_account() -> None:
    assert check_operator(None).level == "info"
    assert describe_operator(None) == {"email": None, "kind": "service_app", "roles": []}


@pytest.mark.parametrize(
    ("wanted", "subscription", "expected"),
    [
        ([], None, [("ok", "4 of 6 premium seats are free."), ("ok", "2 of 2 standard seats are free.")]),
        ([PREMIUM] * 4, None, [("ok", "4 of 6 premium"), ("ok", "2 of 2 standard")]),
        ([PREMIUM] * 5, None, [("warning", "free; 5 people want one"), ("ok", "2 of 2 standard")]),
        # Of one subscription alone.
        ([PREMIUM] * 3, "Sub2", [("warning", "1 of 3 premium seats are free; 3 people")]),
        ([{"license": "standard"}], "Sub2", [("ok", "1 of 3 premium"), ("error", "1 person wants standard, which")]),
        ([], "Sub9", [("error", "no contact center license in subscription Sub9")]),
        # The cells of a CSV row ask for a seat as a word does, from their own subscription where the column names one.
        ([CELLS] * 5, None, [("warning", "free; 5 people want one"), ("ok", "2 of 2 standard")]),
        ([{"csv": {"standard": False, "premium": None}}] * 9, "Sub2", [("ok", "1 of 3 premium")]),
        ([column_of("Sub2")] * 2, "Sub2", [("warning", "1 of 3 premium seats are free; 2 people")]),
        ([column_of("Sub1")] * 2, "Sub2", [("ok", "1 of 3 premium")]),
        # Who names no license, or none, needs no seat.
        ([{}, {"license": "none"}] * 9, "Sub2", [("ok", "1 of 3 premium")]),
    ],
)
def test_seats_are_counted_by_license(
    wanted: list[dict[str, t.Any]], subscription: str | None, expected: list[tuple[str, str]]
) -> None:
    found = [seat(PREMIUM_1, 3, 0), seat(PREMIUM_2, 3, 2, "Sub2"), seat(STANDARD_1, 2, 0)]
    checks = check_seats(found, wanted, subscription)
    assert [check.level for check in checks] == [level for level, _words in expected]
    for check, (_level, words) in zip(checks, expected, strict=True):
        assert words in check.message


def test_an_organization_without_the_contact_center_is_an_error() -> None:
    (check,) = check_seats([], [PREMIUM], None)
    assert (check.level, check.message) == ("error", "The organization has no contact center license.")


def test_domains_are_named_once_each_and_left_to_a_person() -> None:
    assert check_domains([]) == []
    rows = [{"email": "a@Two.example"}, {"email": "b@two.example"}, {"email": "c@one.example"}]
    (check,) = check_domains(rows)
    assert check.level == "info"
    assert "People of one.example, two.example start" in check.message


def test_the_findings_of_a_roster_are_checks(tmp_path: Path) -> None:
    assert check_roster(None) == ([], [])
    file = tmp_path / "roster.json"
    file.write_text(json.dumps([{"email": "a@example.com"}, {"email": "A@example.com"}, {"email": "bad"}]))
    rows, checks = check_roster(str(file))
    assert [row["email"] for row in rows] == ["a@example.com"]
    assert sorted(check.level for check in checks) == ["error", "warning"]
    assert all(check.check == "roster" and check.action for check in checks)
    rows, (check,) = check_roster(str(tmp_path / "missing.json"))
    assert (rows, check.level) == ([], "error")
