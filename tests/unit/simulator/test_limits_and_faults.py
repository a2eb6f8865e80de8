"""Rate limits, faults and the journal."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from tests.simulator.http_library import httpx
from tests.simulator.limits import Limiter
from tests.simulator.settings import Settings

from .conftest import Lab


def journal(lab: Lab) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lab.get("/_sim/journal", token=None).text.splitlines()]


def test_a_window_lets_its_number_pass_and_names_the_wait() -> None:
    limiter, settings = Limiter(), Settings({"limit_per_minute": 3})
    assert [limiter.refuse("t", False, settings, now) for now in (100.0, 100.5, 110.0)] == [None] * 3
    assert limiter.refuse("t", False, settings, 120.0) == 40
    assert limiter.refuse("t", False, settings, 159.5) == 1
    assert limiter.refuse("t", False, settings, 160.0) is None


def test_a_bucket_fills_evenly() -> None:
    limiter, settings = Limiter(), Settings({"limit_per_minute": 60, "limit_kind": "bucket", "limit_burst": 2})
    assert [limiter.refuse("t", False, settings, 10.0) for _ in range(3)] == [None, None, 1]
    assert limiter.refuse("t", False, settings, 11.0) is None
    assert limiter.refuse("t", False, settings, 11.1) == 1


def test_tokens_and_families_are_counted_apart(lab: Lab) -> None:
    lab.set(limit_per_minute=2, cc_limit_per_minute=1)
    user_list = f"/organization/{lab.org}/v2/user"
    assert [lab.get("/v1/roles").status_code for _ in range(3)] == [200, 200, 429]
    assert lab.get("/v1/roles", token="full").status_code == 200
    assert [lab.get(user_list).status_code for _ in range(2)] == [200, 429]


def test_refusals_name_the_wait_unless_switched_off(lab: Lab) -> None:
    lab.set(limit_per_minute=1, cc_limit_per_minute=1)
    user_list = f"/organization/{lab.org}/v2/user"
    lab.get("/v1/roles")
    lab.get(user_list)
    refused = lab.get("/v1/roles")
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert "message" in refused.json()
    assert lab.get(user_list).content == b""
    lab.set(retry_after_s=7, cc_429_body=True)
    assert lab.get("/v1/roles").headers["retry-after"] == "7"
    assert lab.get(user_list).json()["error"]["key"] == "429"
    lab.set(retry_after_header=False)
    assert "retry-after" not in lab.get("/v1/roles").headers


@pytest.mark.parametrize(("when", "created"), [("before", False), ("after", True)])
@pytest.mark.parametrize("kind", ["status", "html", "disconnect"])
def test_a_fault_strikes_before_or_after_the_effect(lab: Lab, kind: str, when: str, created: bool) -> None:
    lab.fault(method="POST", path="^/v1/people$", kind=kind, when=when)
    body = {"emails": ["new@alpha.example.com"], "displayName": "N"}
    if kind == "disconnect":
        with pytest.raises((ConnectionError, httpx.TransportError)):
            lab("POST", "/v1/people", body)
    else:
        answer = lab("POST", "/v1/people", body)
        assert answer.status_code == {"status": 503, "html": 502}[kind]
        assert answer.headers["content-type"].startswith("text/html" if kind == "html" else "application/json")
    assert ("new@alpha.example.com" in lab.simulator.world.addresses) is created
    [entry] = journal(lab)
    assert entry["fault"] == f"{kind} {when}"
    assert entry["request"] == body
    assert (entry["status"] is None) is (kind == "disconnect")


def test_a_truncated_answer(lab: Lab) -> None:
    lab.fault(path="/v1/roles", kind="truncated")
    answer = lab.get("/v1/roles")
    assert answer.status_code == 200
    with pytest.raises(ValueError):
        answer.json()
    [entry] = journal(lab)
    assert entry["response"] is None
    assert entry["response_text"] == answer.text


def test_how_often_and_for_what(lab: Lab) -> None:
    lab.fault(path="^/v1/people", kind="status", status=500, skip=1, times=2, match="ana@alpha")
    seen = [lab.get("/v1/people", email="ana@alpha.example.com").status_code for _ in range(5)]
    assert seen == [200, 500, 500, 200, 200]
    assert lab.get("/_sim/faults", token=None).json()[0]["hits"] == 2
    lab.fault(path="^/v1/roles", kind="status", status=500, times=-1)
    assert {lab.get("/v1/roles").status_code for _ in range(4)} == {500}
    lab("DELETE", "/_sim/faults")
    assert lab.get("/v1/roles").status_code == 200


def test_chance_is_seeded() -> None:
    def run() -> list[int]:
        lab = Lab()
        lab.fault(path="^/v1/roles", kind="status", status=500, times=-1, probability=0.5, seed=11)
        return [lab.get("/v1/roles").status_code for _ in range(12)]

    first = run()
    assert run() == first
    assert set(first) == {200, 500}


def test_the_body_and_headers_of_a_fault(lab: Lab) -> None:
    lab.fault(path="^/v1/roles", kind="status", status=429)
    assert lab.get("/v1/roles").headers["retry-after"] == "1"
    lab.fault(path="^/v1/roles", kind="status", status=429, headers={}, body="")
    bare = lab.get("/v1/roles")
    assert (bare.content, "retry-after" in bare.headers) == (b"", False)
    lab.fault(path="^/v1/roles", kind="status", status=423, headers={"Retry-After": "9"}, body={"message": "locked"})
    locked = lab.get("/v1/roles")
    assert (locked.status_code, locked.headers["retry-after"], locked.json()) == (423, "9", {"message": "locked"})


def test_a_license_request_that_does_nothing(lab: Lab) -> None:
    lab.fault(path="/licenses/users$", kind="skip_license")
    assert lab.assign("cai@alpha.example.com", premium="add").status_code == 200
    assert lab.person("cai@alpha.example.com")["licenses"] == []
    lab.assign("cai@alpha.example.com", premium="add")
    assert lab.person("cai@alpha.example.com")["licenses"] == ["premium"]


def test_a_slow_answer_and_latency(lab: Lab) -> None:
    lab.fault(path="^/v1/roles", kind="slow", delay=0.05)
    lab.set(latency_ms=30)
    started = time.perf_counter()
    assert lab.get("/v1/roles").status_code == 200
    assert time.perf_counter() - started >= 0.08
    assert journal(lab)[0]["ms"] >= 80


@pytest.mark.parametrize(
    "order", [{"kind": "flood"}, {"when": "never"}, {"path": "("}, {"color": "red"}, {"times": "many"}]
)
def test_faults_that_make_no_sense(lab: Lab, order: dict[str, Any]) -> None:
    assert lab("POST", "/_sim/faults", order).status_code == 400
    assert lab.get("/_sim/faults").json() == []


def test_the_journal_tells_who_asked_for_what(lab: Lab) -> None:
    beta = lab.simulator.world.by_key["beta"]
    lab.get("/v1/people", orgId=beta.rest, max=2)
    lab.get(f"/organization/{lab.org}/v2/user", filter='email=="a+b@c.de"', token="app")
    lab.get("/v1/roles", token=None)
    lab.assign("cai@alpha.example.com", premium="add")
    first, second, third, fourth = journal(lab)
    assert (first["organization"], first["token_kind"], first["query"]) == (
        "beta",
        "user",
        {"orgId": [beta.rest], "max": ["2"]},
    )
    assert first["response"]["items"][0]["orgId"] == beta.rest
    assert (second["organization"], second["token_kind"]) == ("alpha", "service_app")
    assert second["query"] == {"filter": ['email=="a+b@c.de"']}
    assert (third["status"], third["organization"], third["request"]) == (401, None, None)
    assert fourth["request"]["email"] == "cai@alpha.example.com"
    assert {"time", "ms", "method", "path"} <= set(fourth)
    lab("DELETE", "/_sim/journal")
    assert journal(lab) == []


def test_page_cursors_stand_apart_in_the_journal(lab: Lab) -> None:
    url = lab.get("/v1/people", max=2).links["next"]["url"]
    lab("GET", url)
    entry = journal(lab)[1]
    assert entry["query"] == {"max": ["2"]}
    assert entry["cursor"] in url


def test_answers_in_the_journal_may_be_capped(lab: Lab) -> None:
    lab.set(journal_response_max=50)
    lab.get("/v1/roles")
    assert journal(lab)[0]["response"] is None


def test_the_clients_tracking_id_comes_back(lab: Lab) -> None:
    answer = lab("GET", "/v1/roles", headers={"TrackingID": "MINE_1"}, token=None)
    assert answer.headers["trackingid"] == "MINE_1"
    assert answer.json()["trackingId"] == "MINE_1"
