"""The client against scripted answers: where the token goes, what is sent again, what is believed."""

from __future__ import annotations

import asyncio
import base64
import dataclasses
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._client.client import Client
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.library import httpx
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.pages import (
    contact_center_pages,
    link_pages,
    scim_pages,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.routes import CENTER_USERS, Route
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.settings import Settings
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import ApiError, UncertainError
from ansible_collections.wxcc.onboarding.plugins.module_utils._views.login import log_in
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.organization import read_operator
from tests.unit.script import CENTER, Script, expect, get

PEOPLE = "/v1/people"
READ = Route("admin", "GET", PEOPLE, repeatable=True)
CREATE = Route("admin", "POST", PEOPLE)


def reading(route: Route = READ, **more: Any) -> Any:
    return lambda client: client.call(route, **more)


def creating() -> Any:
    return lambda client: client.call(CREATE, body={"a": 1})


def collect(pages: Any, route: Route, **more: Any) -> Any:
    async def work(client: Client) -> list[Any]:
        return [item async for page in pages(client, route, **more) for item in page]

    return work


def linked() -> Any:
    return collect(link_pages, READ, params={"max": "1"})


def scim(**params: str) -> Any:
    return collect(scim_pages, Route("admin", "GET", "/scim", repeatable=True), params=params)


# -- where the token goes --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example.com/v1/people",
        "https://webexapis.com.evil.example.com/v1/people",
        "https://webexapis.com:8443/v1/people",
        "http://webexapis.com/v1/people",
        "//evil.example.com/people",
        "https://webexapis.com@evil.example.com/v1/people",
        "https://[::1/v1/people",
        "https://webexapis.com:99999/v1/people",
        "//[",
    ],
)
def test_a_link_to_another_place_is_not_followed(url: str) -> None:
    script = Script(get(f"{PEOPLE}?max=2", {"items": [1, 2]}, headers={"Link": f'<{url}>; rel="next"'}))
    with pytest.raises(ApiError) as caught:
        script.play(collect(link_pages, READ, params={"max": "2"}))
    assert caught.value.problem.code == "host_refused"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("target", ["https://evil.example.com/", "https://webexapis.com/v1/other"])
def test_redirects_are_refused(status: int, target: str) -> None:
    script = Script(get(PEOPLE, status=status, headers={"Location": target}))
    with pytest.raises(ApiError) as caught:
        script.play(reading())
    assert caught.value.problem.code == "redirect_refused"


def test_both_services_get_the_token_and_nobody_else() -> None:
    async def work(client: Client) -> None:
        await client.call(READ)
        await client.call(CENTER_USERS, {"org": "x"})
        with pytest.raises(ApiError):
            await client.follow(READ, "https://evil.example.com/")

    Script(get(PEOPLE, {}), get(f"{CENTER}/organization/x/v2/user", {})).play(work)


def test_query_values_are_escaped_once() -> None:
    url = "/v1/x?filter=userName%20eq%20%22a%2Bb%40example.com%22&n=%C3%A9"
    Script(get(url, {})).play(
        reading(Route("admin", "GET", "/v1/x"), params={"filter": 'userName eq "a+b@example.com"', "n": "é"})
    )


# -- pages -----------------------------------------------------------------------------------------------------------------


def link(url: str) -> dict[str, str]:
    return {"Link": f'<{url}>; rel="next"'}


def test_links_are_followed_as_they_come_also_relative_ones() -> None:
    script = Script(
        get(f"{PEOPLE}?max=1", {"items": [1]}, headers=link("https://webexapis.com/v1/people?cursor=a%2Bb")),
        get(f"{PEOPLE}?cursor=a%2Bb", {"items": [2]}, headers=link("/v1/people?cursor=c")),
        get(f"{PEOPLE}?cursor=c", {"items": [3]}),
    )
    assert script.play(linked()) == [1, 2, 3]


def test_an_empty_page_ends_even_if_it_names_another() -> None:
    script = Script(
        get(f"{PEOPLE}?max=1", {"items": [1]}, headers=link("/v1/people?cursor=a")),
        get(f"{PEOPLE}?cursor=a", {"items": []}, headers=link("/v1/people?cursor=b")),
    )
    assert script.play(linked()) == [1]


def test_pages_that_lead_in_a_circle_are_refused() -> None:
    script = Script(
        get(f"{PEOPLE}?max=1", {"items": [1]}, headers=link("/v1/people?cursor=a")),
        get(f"{PEOPLE}?cursor=a", {"items": [2]}, headers=link("/v1/people?cursor=a")),
    )
    with pytest.raises(ApiError, match="circle"):
        script.play(linked())


@pytest.mark.parametrize("body", [None, {}, {"items": None}, {"items": {}}, [], "text"])
def test_a_list_without_its_list_is_no_empty_list(body: Any) -> None:
    with pytest.raises(ApiError) as caught:
        Script(get(f"{PEOPLE}?max=1", body)).play(linked())
    assert caught.value.problem.code == "invalid_response"


def test_scim_pages_go_on_where_the_server_gave_fewer_than_asked() -> None:
    script = Script(
        get("/scim?count=5&startIndex=1", {"totalResults": 3, "itemsPerPage": 2, "Resources": [1, 2]}),
        get("/scim?count=5&startIndex=3", {"totalResults": 3, "itemsPerPage": 1, "Resources": [3]}),
    )
    assert script.play(scim(count="5")) == [1, 2, 3]


def test_scim_without_a_match_may_leave_the_list_out() -> None:
    script = Script(get("/scim?startIndex=1", {"totalResults": 0}))
    assert script.play(scim()) == []


def test_scim_pages_that_promise_more_than_they_give_end() -> None:
    script = Script(
        get("/scim?startIndex=1", {"totalResults": 9, "Resources": [1]}),
        get("/scim?startIndex=2", {"totalResults": 9, "Resources": []}),
    )
    assert script.play(scim()) == [1]


def test_contact_center_pages_go_by_what_came() -> None:
    url = f"{CENTER}/organization/x/v2/user"
    script = Script(
        get(f"{url}?page=0&pageSize=1000", {"data": [1, 2], "meta": {"totalPages": 2, "totalRecords": 3}}),
        get(f"{url}?page=1&pageSize=1000", {"data": [3], "meta": {"totalPages": 2, "totalRecords": 3}}),
    )
    assert script.play(collect(contact_center_pages, CENTER_USERS, values={"org": "x"}, params={})) == [1, 2, 3]


# -- waiting and sending again ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_429_is_waited_out_and_sent_again_also_for_creates(method: str) -> None:
    script = Script(
        expect(method, PEOPLE, status=429, headers={"Retry-After": "7"}),
        expect(method, PEOPLE, {"ok": True}),
    )
    answer = script.play(reading(Route("admin", method, PEOPLE)))
    assert answer.body == {"ok": True}
    assert sum(script.slept) >= 7


def test_429_without_a_header_waits_longer_each_time() -> None:
    script = Script(*(get(PEOPLE, status=429) for _ in range(3)), get(PEOPLE, {}))
    script.play(reading())
    assert sum(script.slept) >= 5 + 10 + 20


@pytest.mark.parametrize("status", [423, 503])
def test_a_busy_service_is_given_its_time(status: int) -> None:
    script = Script(get(PEOPLE, status=status, headers={"Retry-After": "4"}), get(PEOPLE, {}))
    script.play(reading())
    assert sum(script.slept) >= 4


def test_423_without_a_header_is_an_answer() -> None:
    with pytest.raises(ApiError) as caught:
        Script(get(PEOPLE, {"message": "Locked"}, status=423)).play(reading())
    assert caught.value.problem.code == "locked"


@pytest.mark.parametrize("failure", [500, 502, 503, 504, httpx.ReadTimeout("slow"), httpx.RemoteProtocolError("cut")])
def test_reading_is_repeated_after_faults(failure: Any) -> None:
    step = get(PEOPLE, failure) if isinstance(failure, Exception) else get(PEOPLE, status=failure)
    assert Script(step, get(PEOPLE, {"ok": 1})).play(reading()).body == {"ok": 1}


def test_reading_is_given_up_at_the_deadline() -> None:
    with pytest.raises(ApiError) as caught:
        Script(get(PEOPLE, {"message": "Overload"}, status=503)).play(reading(), retry_deadline=0.0)
    assert caught.value.problem.message == "GET /v1/people: 503 Overload. Given up after 1 attempt."
    assert caught.value.problem.code == "server_error"


@pytest.mark.parametrize(
    "failure",
    [
        500,
        502,
        503,
        504,
        httpx.ReadTimeout("slow"),
        httpx.ReadError("cut"),
        httpx.WriteError("cut"),
        httpx.RemoteProtocolError("cut"),
    ],
)
def test_a_create_is_never_sent_again_without_looking(failure: Any) -> None:
    step = expect("POST", PEOPLE, failure) if isinstance(failure, Exception) else expect("POST", PEOPLE, status=failure)
    with pytest.raises(UncertainError):
        Script(step).play(creating())


def test_503_with_a_wait_leaves_a_create_in_doubt_too() -> None:
    with pytest.raises(UncertainError):
        Script(expect("POST", PEOPLE, status=503, headers={"Retry-After": "1"})).play(creating())


@pytest.mark.parametrize("failure", [httpx.ConnectError("refused"), httpx.ConnectTimeout("slow")])
def test_a_create_that_never_left_is_sent_again(failure: Exception) -> None:
    assert Script(expect("POST", PEOPLE, failure), expect("POST", PEOPLE, {"id": 1})).play(creating()).body == {"id": 1}


@pytest.mark.parametrize("text", ["<!DOCTYPE html><html>Sign in</html>", '{"items": [{"id": "a', "\x00"])
def test_a_good_status_without_json(text: str) -> None:
    with pytest.raises(UncertainError) as uncertain:
        Script(expect("POST", PEOPLE, text=text)).play(creating())
    assert uncertain.value.problem.code == "invalid_response"
    with pytest.raises(ApiError) as caught:
        Script(*(get(PEOPLE, text=text) for _ in range(3))).play(reading())
    assert caught.value.problem.code == "invalid_response"
    assert Script(get(PEOPLE, text=text), get(PEOPLE, {"ok": 1})).play(reading()).body == {"ok": 1}


def test_an_html_error_page_is_not_shown() -> None:
    with pytest.raises(ApiError) as caught:
        Script(get(PEOPLE, status=403, text="<html><body>Blocked by the proxy</body></html>")).play(reading())
    assert caught.value.problem.message == "GET /v1/people: 403 an HTML page of webexapis.com instead of JSON"


def test_the_tracking_id_and_the_vendors_words_are_kept() -> None:
    body = {
        "message": "Bad",
        "errors": [{"errorCode": 400000, "description": "License not recognized"}],
        "trackingId": "NA_2",
    }
    with pytest.raises(ApiError) as caught:
        Script(get(PEOPLE, body, status=400, headers={"Trackingid": "NA_1,NA_1"})).play(reading(doing="reading people"))
    problem = caught.value.problem
    assert (problem.message, problem.vendor_code, problem.tracking_id, problem.http_status) == (
        "reading people: 400 License not recognized",
        "400000",
        "NA_1",
        400,
    )


# -- tokens ----------------------------------------------------------------------------------------------------------------

REFRESH = {"refresh_token": "refresh-word", "client_id": "client-1", "client_secret": "client-word"}
FORM = "grant_type=refresh_token&client_id=client-1&client_secret=client-word&refresh_token=refresh-word"


def exchange(token: str, **more: Any) -> Any:
    answer = {"access_token": token, "refresh_token": "refresh-2", "expires_in": 1209599}
    return expect("POST", "/v1/access_token", answer, body=FORM, token=None, **more)


def test_a_refresh_token_is_exchanged_when_there_is_no_other() -> None:
    script = Script(exchange("token-2"), get(PEOPLE, {}, token="token-2"))
    script.play(reading(), access_token=None, **REFRESH)


@pytest.mark.parametrize(
    ("said", "known"), [(1209600, True), (10**9, False), (10**30, False), (0, False), (True, False), ("9", False)]
)
def test_a_life_that_no_calendar_holds_is_not_known(said: Any, known: bool) -> None:
    answer = {"access_token": "token-2", "expires_in": said}
    script = Script(expect("POST", "/v1/access_token", answer, body=FORM, token=None))

    async def work(client: Client) -> Any:
        return await log_in(client, given=None, renewable=True, application=None)

    result = script.play(work, access_token=None, **REFRESH)
    assert (result["access_token"], result["expires_in"]) == ("token-2", said if known else None)
    assert (result["expires_at"] is not None) is known


def test_401_is_answered_with_one_new_token() -> None:
    script = Script(get(PEOPLE, status=401), exchange("token-2"), get(PEOPLE, {}, token="token-2"))
    script.play(reading(), **REFRESH)
    script = Script(get(PEOPLE, status=401), exchange("token-2"), get(PEOPLE, status=401, token="token-2"))
    with pytest.raises(ApiError) as caught:
        script.play(reading(), **REFRESH)
    assert caught.value.problem.code == "token_invalid"


def test_401_without_a_refresh_token_is_final() -> None:
    with pytest.raises(ApiError) as caught:
        Script(get(PEOPLE, status=401)).play(reading())
    assert caught.value.problem.code == "token_invalid"


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, "token_invalid"), (401, "token_invalid"), (404, "not_found"), (503, "server_error"), (429, "rate_limited")],
)
def test_a_refused_exchange(status: int, code: str) -> None:
    body = {"error": "invalid_grant", "message": "no client-word here"}
    step = expect("POST", "/v1/access_token", body, status=status, token=None)
    with pytest.raises(ApiError) as caught:
        Script(step).play(reading(), access_token=None, retry_deadline=0.0, **REFRESH)
    problem = caught.value.problem
    assert problem.code == code
    assert "client-word" not in str(problem.as_dict())
    refused = code == "token_invalid"
    assert problem.message.startswith("The refresh token was refused: ") is refused
    assert ("90 days" in problem.advice) is refused


@pytest.mark.parametrize("fault", [503, 500, 429, httpx.ReadTimeout("slow"), httpx.ConnectError("no")])
def test_the_exchange_is_sent_again_and_waits_as_all_do(fault: Any) -> None:
    again = (
        expect("POST", "/v1/access_token", fault, token=None)
        if isinstance(fault, Exception)
        else expect("POST", "/v1/access_token", status=fault, headers={"Retry-After": "3"}, token=None)
    )
    script = Script(again, exchange("token-2"), get(PEOPLE, {}, token="token-2"))
    script.play(reading(), access_token=None, **REFRESH)
    assert (sum(script.slept) >= 3) is (fault in (503, 429))


@pytest.mark.parametrize(
    "text", ["<html>", "{}", '{"access_token": 7}', '{"access_token": "a b"}', '{"access_token": ""}']
)
def test_an_exchange_that_gives_no_token(text: str) -> None:
    step = expect("POST", "/v1/access_token", text=text, token=None)
    times = 3 if text == "<html>" else 1
    with pytest.raises(ApiError) as caught:
        Script(*(dataclasses.replace(step) for _ in range(times))).play(reading(), access_token=None, **REFRESH)
    assert caught.value.problem.code == "invalid_response"


def test_a_token_that_cannot_be_had_again_takes_no_doubt_away() -> None:
    route = Route("admin", "PATCH", PEOPLE, repeatable=True)
    steps = [expect("PATCH", PEOPLE, status=503), expect("PATCH", PEOPLE, status=401)]
    refusal = expect("POST", "/v1/access_token", {"message": "invalid_grant"}, status=400, token=None)
    with pytest.raises(UncertainError, match="The refresh token was refused"):
        Script(*steps, refusal).play(lambda client: client.call(route, body={}), **REFRESH)


def test_what_a_new_token_lacks_is_named() -> None:
    settings = {"refresh_token": "r", "client_id": "c"}
    with pytest.raises(ApiError, match=r"No new token can be had: client_secret is not given.$"):
        Script().play(reading(), access_token=None, **settings)
    with pytest.raises(ApiError, match=r"401\. No new token can be had: client_id and client_secret are not given.$"):
        Script(get(PEOPLE, status=401)).play(reading(), refresh_token="r")


def test_new_secrets_are_announced_so_that_they_can_be_hidden() -> None:
    announced: list[str] = []
    script = Script(exchange("token-2"), get(PEOPLE, {}, token="token-2"))

    async def main() -> None:
        settings = Settings(access_token=None, **REFRESH)
        client = Client(settings, transport=httpx.MockTransport(script._handle), on_secret=announced.append)
        async with client:
            await client.call(READ)

    asyncio.run(main())
    assert {"token-2", "refresh-2", base64.b64encode(b"refresh-2").decode()} <= set(announced)


def test_no_secret_stands_in_a_message() -> None:
    words = {"access_token": "access-word", **REFRESH, "proxy": "http://me:proxy-word@proxy.example.com:8080"}
    echo = "you sent access-word refresh-word client-word proxy-word"
    messages: list[str] = []
    for step in (
        get(PEOPLE, {"message": echo}, status=400, token="access-word"),
        get(PEOPLE, text=f"<p>{echo}", status=403, token="access-word"),
        get(PEOPLE, httpx.UnsupportedProtocol(echo), token="access-word"),
    ):
        with pytest.raises(ApiError) as caught:
            Script(step).play(reading(), retry_deadline=0.0, **words)
        messages += [
            str(caught.value),
            repr(caught.value),
            repr(caught.value.problem),
            str(caught.value.problem.as_dict()),
        ]
    settings = Settings(**words)
    messages += [repr(settings), repr(Client(settings)), str(vars(Client(settings)))]
    for message in messages:
        assert not any(word in message for word in ("access-word", "refresh-word", "client-word", "proxy-word")), (
            message
        )


@pytest.mark.parametrize(
    "settings", [{}, {"refresh_token": "r"}, {"refresh_token": "r", "client_id": "c"}, {"access_token": ""}]
)
def test_without_a_token_nothing_is_sent(settings: dict[str, str]) -> None:
    with pytest.raises(ApiError) as caught:
        Script().play(reading(), **{"access_token": None, **settings})
    assert caught.value.problem.code == "no_token"


# -- many requests ----------------------------------------------------------------------------------------------------


def test_the_first_error_of_many_ends_them_all() -> None:
    begun: list[int] = []

    async def work(client: Client) -> None:
        async def one(number: int) -> None:
            begun.append(number)
            await asyncio.sleep(0)
            if number == 2:
                raise ApiError.of("refused", "enough")

        await client.for_each(range(1000), one)

    with pytest.raises(ApiError, match="enough"):
        Script().play(work, concurrency=4)
    assert len(begun) < 20


# -- whose token it is -----------------------------------------------------------------------------------------------------


def test_a_person_without_the_people_scopes_is_still_known_through_scim() -> None:
    me = {
        "id": "11111111-2222-4333-8444-555555555555",
        "userName": "Me@example.com",
        "roles": [{"value": "id_full_admin"}],
    }
    script = Script(get("/v1/people/me", status=403), get("/identity/scim/v2/Users/me", me))
    operator = script.play(read_operator)
    assert (operator.email, operator.addresses, operator.roles) == (
        "Me@example.com",
        {"me@example.com"},
        ("id_full_admin",),
    )


def test_a_service_app_has_no_account() -> None:
    script = Script(get("/v1/people/me", status=404), get("/identity/scim/v2/Users/me", status=403))
    assert script.play(read_operator) is None
