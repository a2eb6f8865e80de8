"""What answers hold: lists or none, and error bodies in every shape of the vendor's."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.wxcc.onboarding.plugins.module_utils._client.bodies import (
    GARBLED,
    Answer,
    describe_body,
    parse_body,
    tracking_id_of,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.library import Reply
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import ApiError

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
    ("status", "content", "body"),
    [
        (200, b"", None),
        (200, b'{"a": 1}', {"a": 1}),
        (200, b"<html>", GARBLED),
        (207, b"\xff", GARBLED),
        (404, b"<html>", "<html>"),
        (404, b"\xff", "\ufffd"),
        (404, b'{"a": 1}', {"a": 1}),
    ],
)
def test_what_is_no_json_is_text_after_a_refusal_and_marked_after_a_good_status(
    status: int, content: bytes, body: Any
) -> None:
    assert parse_body(Reply(status, {}, content)) == body


def test_the_tracking_id_is_the_headers_first_else_the_bodys() -> None:
    assert tracking_id_of(Reply(200, {"Trackingid": "NA_1,NA_1"}), None) == "NA_1"
    assert tracking_id_of(Reply(200, {}), {"trackingId": "NA_2"}) == "NA_2"
    assert tracking_id_of(Reply(200, {}), [1]) is None


def test_a_list_is_a_list_and_nothing_else() -> None:
    assert Answer(200, {"items": []}, None).items() == []
    for body in (None, [], "text", {}, {"items": None}, {"items": {}}):
        with pytest.raises(ApiError) as caught:
            Answer(200, body, "NA_1", doing="reading the roles").items()
        problem = caught.value.problem
        assert (problem.code, problem.http_status, problem.tracking_id) == ("invalid_response", 200, "NA_1")
        assert problem.message == "reading the roles: the answer has no list 'items'."
