"""What one attempt of a request leaves open stays open, whatever a later one is answered."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._client.client import Client
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.library import httpx
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.routes import CHANGE_LICENSES, OWN_PERSON
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import ApiError, UncertainError
from tests.unit.script import Script, expect, get

GONE = httpx.ReadError("gone")


@pytest.mark.parametrize("first", [{"answer": GONE}, {"status": 502}, {"text": "<p>"}])
@pytest.mark.parametrize("second", [400, 404, 409])
def test_a_refusal_after_an_attempt_that_may_have_taken_effect_leaves_it_open(first: Any, second: int) -> None:
    script = Script(
        expect("PATCH", "/v1/licenses/users", **first), expect("PATCH", "/v1/licenses/users", status=second)
    )
    with pytest.raises(UncertainError) as caught:
        script.play(lambda c: c.call(CHANGE_LICENSES, body={}))
    assert caught.value.status == second


def test_an_answer_says_whether_an_earlier_attempt_may_have_taken_effect() -> None:
    url = "/v1/licenses/users"
    script = Script(expect("PATCH", url, GONE), expect("PATCH", url, {}), expect("PATCH", url, {}))

    async def work(client: Client) -> list[bool]:
        return [(await client.call(CHANGE_LICENSES, body={})).doubted for _n in range(2)]

    assert script.play(work) == [True, False]


@pytest.mark.parametrize("first", [{"answer": httpx.ConnectError("none")}, {"status": 429}])
def test_what_never_left_or_was_refused_for_its_rate_leaves_nothing_open(first: Any) -> None:
    url = "/v1/licenses/users"
    script = Script(expect("PATCH", url, **first), expect("PATCH", url, status=409))
    with pytest.raises(ApiError) as caught:
        script.play(lambda c: c.call(CHANGE_LICENSES, body={}))
    assert not isinstance(caught.value, UncertainError)


@pytest.mark.parametrize("second", [httpx.ConnectError("none"), {"error": "slow down"}])
def test_no_answer_after_a_refusal_for_the_rate_leaves_it_open(second: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The refused attempt may have taken effect; a last refusal is the caller's to look after."""
    url = "/v1/licenses/users"
    last = {"answer": second} if isinstance(second, Exception) else {"answer": second, "status": 429}
    script = Script(expect("PATCH", url, status=429, headers={"Retry-After": "2"}), expect("PATCH", url, **last))
    monkeypatch.setattr("random.uniform", lambda _least, most: most)
    with pytest.raises(ApiError) as caught:
        script.play(lambda c: c.call(CHANGE_LICENSES, body={}), retry_deadline=3.0)
    assert isinstance(caught.value, UncertainError) is isinstance(second, Exception)


def test_an_answer_says_whether_an_earlier_attempt_was_refused() -> None:
    url = "/v1/licenses/users"
    script = Script(expect("PATCH", url, status=429), expect("PATCH", url, {}), expect("PATCH", url, {}))

    async def work(client: Client) -> list[tuple[bool, bool]]:
        answers = [await client.call(CHANGE_LICENSES, body={}) for _n in range(2)]
        return [(answer.doubted, answer.repeated) for answer in answers]

    assert script.play(work) == [(False, True), (False, False)]


def test_reading_leaves_nothing_open() -> None:
    script = Script(get("/v1/people/me", status=502), get("/v1/people/me", status=404))
    with pytest.raises(ApiError) as caught:
        script.play(lambda c: c.call(OWN_PERSON))
    assert not isinstance(caught.value, UncertainError)
