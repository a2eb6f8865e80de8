"""Error bodies in every shape of the vendor's, and what a refused address means."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import (
    ADVICE,
    Problem,
    classify_taken,
    code_for_status,
    describe_body,
)

TEXT = "License not recognized"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            {"message": "Bad", "errors": [{"errorCode": 400000, "description": TEXT}], "trackingId": "NA_1"},
            (TEXT, "400000", "NA_1"),
            id="admin",
        ),
        pytest.param({"message": TEXT, "errors": [{"description": ""}]}, (TEXT, None, None), id="admin without text"),
        pytest.param({"message": TEXT, "errorCode": 400413}, (TEXT, "400413", None), id="code at the top"),
        pytest.param(
            {"status": "400", "scimType": "invalidFilter", "details": TEXT}, (TEXT, "invalidFilter", None), id="details"
        ),
        pytest.param(
            {"status": "409", "scimType": "uniqueness", "detail": TEXT}, (TEXT, "uniqueness", None), id="detail"
        ),
        pytest.param(
            {
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
                "status": "409",
                "urn:scim:schemas:extension:cisco:webexidentity:api:messages:2.0:Error": {
                    "trackingId": "SCIM_1",
                    "errorCode": 409,
                    "details": TEXT,
                },
            },
            (TEXT, "409", "SCIM_1"),
            id="the vendor's URN",
        ),
        pytest.param(
            {"trackingId": "cc_1", "error": {"key": "400", "reason": "Bad", "message": [{"description": TEXT}]}},
            (TEXT, "400", "cc_1"),
            id="contact center",
        ),
        pytest.param({"error": {"key": "404", "reason": TEXT}}, (TEXT, "404", None), id="contact center, reason alone"),
        pytest.param({"status": 405, "error": TEXT}, (TEXT, None, None), id="contact center, bare text"),
        pytest.param(
            {"trackingId": "gw_1", "errors": [{"key": "401", "message": TEXT}]}, (TEXT, "401", "gw_1"), id="gateway"
        ),
        pytest.param({"message": TEXT, "trackingId": "ROUTER_1"}, (TEXT, None, "ROUTER_1"), id="message alone"),
        pytest.param(TEXT, (TEXT, None, None), id="plain text"),
        pytest.param(json.dumps({"message": TEXT, "trackingId": "T"}), (TEXT, None, "T"), id="JSON as text"),
        pytest.param("{broken", ("{broken", None, None), id="broken JSON"),
        pytest.param(None, ("", None, None), id="nothing"),
        pytest.param([], ("", None, None), id="a list"),
        pytest.param({}, ("", None, None), id="empty"),
        pytest.param({"errors": None, "message": None, "detail": 5}, ("", None, None), id="wrong types"),
    ],
)
def test_every_shape_is_described(body: Any, expected: tuple[str, str | None, str | None]) -> None:
    assert describe_body(body) == expected


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "error",
                    "errors",
                    "message",
                    "detail",
                    "details",
                    "trackingId",
                    "errorCode",
                    "key",
                    "urn:x",
                    "description",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(_json)
def test_no_body_breaks_the_reading(body: Any) -> None:
    message, code, tracking = describe_body(body)
    assert isinstance(message, str)
    assert code is None or isinstance(code, str)
    assert tracking is None or isinstance(tracking, str)


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
