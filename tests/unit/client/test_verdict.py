"""What becomes of one attempt, as a table: taken, sent again, with a new token, or raised, and what the pace is told."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._client.bodies import GARBLED
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.library import Failure, Reply
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.verdict import Act, Attempt, Request, Told, judge

URL = "https://webexapis.com/v1/people?max=1"
READ, CREATE = Request("GET", URL, True, "reading"), Request("POST", URL, False, "creating")
BOTH = (READ, CREATE)
ANSWER, AGAIN, RENEW, RAISE = Act.ANSWER, Act.AGAIN, Act.RENEW, Act.RAISE
NOTHING, TAKEN, LIMITED = Told.NOTHING, Told.TAKEN, Told.RATE_LIMITED


def reply(status: int, body: Any = None, **more: Any) -> Attempt:
    return Attempt(Reply(status, {}), body, **more)


NEVER_LEFT = Attempt(Failure("ConnectError", "no route", left=False))
REFUSED = Attempt(Failure("ConnectError", "its certificate has expired", left=False, final=True))
CUT = Attempt(Failure("ReadTimeout", "slow"))
#: For whom, after what: what to do, what the pace is told, our code, whether it is left in doubt.
TABLE: list[tuple[tuple[Request, ...], Attempt, Act, Told, str | None, bool]] = [
    (BOTH, reply(200, {}), ANSWER, TAKEN, None, False),
    (BOTH, reply(204), ANSWER, TAKEN, None, False),
    (BOTH, reply(207, {"items": []}), ANSWER, TAKEN, None, False),
    ((READ,), reply(200, GARBLED), AGAIN, TAKEN, "invalid_response", False),
    ((READ,), reply(200, GARBLED, garbled=1), AGAIN, TAKEN, "invalid_response", False),
    ((READ,), reply(200, GARBLED, garbled=2), RAISE, TAKEN, "invalid_response", False),
    ((CREATE,), reply(200, GARBLED), RAISE, TAKEN, "invalid_response", True),
    (BOTH, reply(302), RAISE, TAKEN, "redirect_refused", False),
    (BOTH, reply(400), RAISE, TAKEN, "bad_request", False),
    (BOTH, reply(401), RAISE, TAKEN, "token_invalid", False),
    (BOTH, reply(401, renewable=True), RENEW, NOTHING, "token_invalid", False),
    (BOTH, reply(403, renewable=True), RAISE, TAKEN, "forbidden", False),
    (BOTH, reply(404), RAISE, TAKEN, "not_found", False),
    (BOTH, reply(409), RAISE, TAKEN, "conflict", False),
    (BOTH, reply(423), RAISE, TAKEN, "locked", False),
    (BOTH, reply(423, retry_after=4.0), AGAIN, LIMITED, "locked", False),
    (BOTH, reply(429), AGAIN, LIMITED, "rate_limited", False),
    (BOTH, reply(429, retry_after=7.0), AGAIN, LIMITED, "rate_limited", False),
    ((READ,), reply(500), AGAIN, NOTHING, "server_error", False),
    ((READ,), reply(500, retry_after=3.0), AGAIN, NOTHING, "server_error", False),
    ((READ,), reply(503), AGAIN, NOTHING, "server_error", False),
    ((READ,), reply(503, retry_after=0.0), AGAIN, LIMITED, "server_error", False),
    ((CREATE,), reply(500), RAISE, NOTHING, "server_error", True),
    ((CREATE,), reply(503), RAISE, NOTHING, "server_error", True),
    ((CREATE,), reply(503, retry_after=1.0), RAISE, LIMITED, "server_error", True),
    ((READ,), CUT, AGAIN, NOTHING, "connection", False),
    ((READ,), NEVER_LEFT, AGAIN, NOTHING, "connection", False),
    ((READ,), REFUSED, RAISE, NOTHING, "connection", False),
    ((CREATE,), CUT, RAISE, NOTHING, "uncertain", True),
    ((CREATE,), REFUSED, RAISE, NOTHING, "uncertain", True),
    ((CREATE,), NEVER_LEFT, AGAIN, NOTHING, "uncertain", True),
]


@pytest.mark.parametrize(
    ("request_", "attempt", "act", "told", "code", "uncertain"),
    [(request, *rest) for requests, *rest in TABLE for request in requests],
)
def test_the_table(
    request_: Request, attempt: Attempt, act: Act, told: Told, code: str | None, uncertain: bool
) -> None:
    verdict = judge(request_, attempt)
    assert (verdict.act, verdict.told, verdict.uncertain) == (act, told, uncertain)
    assert (verdict.problem.code if verdict.problem else None) == code
    assert verdict.retry_after == (attempt.retry_after if told is LIMITED else None)


@pytest.mark.parametrize("retry_after", [None, 2.0])
def test_a_create_is_sent_again_only_where_it_was_surely_not_carried_out(retry_after: float | None) -> None:
    again = {s for s in range(300, 600) if judge(CREATE, reply(s, retry_after=retry_after)).act is AGAIN}
    assert again == ({429} if retry_after is None else {423, 429})


def test_what_is_said_of_it() -> None:
    def text(request: Request, attempt: Attempt) -> str:
        problem = judge(request, attempt).problem
        assert problem is not None
        return problem.message

    nameless = dataclasses.replace(READ, doing="")
    assert text(READ, reply(403, {"message": "No"})) == "reading: 403 No"
    assert text(nameless, reply(403, {"message": "No"})) == "GET /v1/people: 403 No"
    assert text(READ, reply(502, "<!DOCTYPE html>")) == "reading: 502 an HTML page of webexapis.com instead of JSON"
    assert text(READ, reply(302)) == "reading: webexapis.com answered with a redirect (302)."
    assert text(READ, CUT) == "reading: no answer from webexapis.com (ReadTimeout: slow)."
    garbled = Attempt(Reply(200, {"Content-Type": "text/html"}, b"<html>"), GARBLED)
    assert text(nameless, garbled) == "GET: the answer of webexapis.com (200, text/html, 6 bytes) is not JSON."


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://WebexAPIs.com/v1/people", "webexapis.com"),
        ("https://api.example.com:8443/v1", "api.example.com:8443"),
        ("http://[::1]:1/v1", "[::1]:1"),
        ("https://me:word@webexapis.com/v1", "webexapis.com"),
        ("https://webexapis.com:none/v1", "webexapis.com:none"),
    ],
)
def test_messages_name_who_was_asked_with_the_port(url: str, place: str) -> None:
    asked = dataclasses.replace(READ, url=url)
    for attempt in (reply(302), CUT, reply(404, "<html>"), Attempt(Reply(200, {}, b"<html>"), GARBLED)):
        problem = judge(asked, attempt).problem
        assert problem is not None
        assert f" {place} " in problem.message


def test_the_tracking_id_of_the_header_comes_first() -> None:
    body = {"trackingId": "NA_2", "errorCode": 7}
    found = judge(READ, reply(400, body, tracking_id="NA_1")).problem
    assert found is not None
    assert (found.tracking_id, found.vendor_code, found.http_status) == ("NA_1", "7", 400)
