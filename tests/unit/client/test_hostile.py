"""A service that means harm: one clear error each, the token nowhere else, and an end in time and memory."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._client import pages, unpack
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.bodies import MAX_DEPTH, cut
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.client import Client
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.library import httpx
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.pace import MAX_RETRY_AFTER_S
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.routes import CENTER_USERS, Route
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.settings import Settings
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import UNSAFE, ApiError, Problem, UncertainError
from tests.unit.script import Script, expect, get

PEOPLE = "/v1/people"
READ = Route("admin", "GET", PEOPLE, "reading people", repeatable=True)
CREATE = Route("admin", "POST", PEOPLE, "adding people")
#: A color, a cursor's way home, C1's own, a turned direction, a bell, and half a character.
NASTY = "a\x1b[31mb\x9b2Jc\u202ed\u2066e\x07f\x00g\x7fh\ud800"
PLAIN = "a\u2426[31mb\u24262Jc\u2426d\u2426e\u2426f\u2426g\u2426h\u2426"

Work = Callable[[Client], Awaitable[Any]]


def answering(
    answer: Callable[[int, httpx.Request], httpx.Response], work: Work, **settings: Any
) -> list[httpx.Request]:
    """Run some work where every request is answered so, by its number; return the requests."""
    asked: list[httpx.Request] = []
    script = Script()

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        assert len(asked) < 1000, "it has no end"
        return answer(len(asked), request)

    async def main() -> None:
        chosen = Settings(**{"access_token": "token-1", "concurrency": 1, **settings})
        client = Client(chosen, transport=httpx.MockTransport(handle), sleep=script.sleep, clock=lambda: script.now)
        async with client:
            await work(client)

    asyncio.run(main())
    return asked


def reading(client: Client) -> Awaitable[Any]:
    return client.call(READ)


def listing(kind: Any, route: Route = READ, **more: Any) -> Work:
    async def work(client: Client) -> None:
        async for _page in kind(client, route, **{"params": {}, **more}):
            pass

    return work


def refused(answer: Callable[[int, httpx.Request], httpx.Response], work: Work = reading, **settings: Any) -> Problem:
    with pytest.raises(ApiError) as caught:
        answering(answer, work, **settings)
    return caught.value.problem


# -- bytes -----------------------------------------------------------------------------------------------------------------


class Streamed(httpx.AsyncByteStream):
    """A body that comes in parts, and that counts how many were taken."""

    def __init__(self, part: bytes, times: int = 10**9, first: bytes = b"") -> None:
        self.part, self.times, self.first, self.taken = part, times, first, 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self.first
        for _number in range(self.times):
            self.taken += 1
            yield self.part


def bomb(packed: str, size: int) -> bytes:
    plain = b"[" + b" " * size + b"]"
    return gzip.compress(plain, mtime=0) if packed == "gzip" else zlib.compress(plain)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(unpack, "MAX_ANSWER_BYTES", 10_000)
    return 10_000


def test_an_answer_without_end_is_left(small: int) -> None:
    body = Streamed(b" " * 100)
    problem = refused(lambda _n, _r: httpx.Response(200, stream=body))
    assert (problem.code, problem.message) == ("invalid_response", "reading people: the answer holds more than 9 KiB.")
    assert body.taken <= small / 100 + 1


@pytest.mark.parametrize("packed", ["gzip", "deflate", "GZIP"])
def test_a_few_packed_bytes_do_not_fill_the_memory(packed: str, small: int) -> None:
    def answer(size: int) -> httpx.Response:
        content = bomb(packed.lower(), size)
        assert len(content) < small / 10
        return httpx.Response(200, stream=Streamed(content, 1), headers={"Content-Encoding": packed})

    assert "more than 9 KiB" in refused(lambda _n, _r: answer(small)).message
    answering(lambda _n, _r: answer(small - 10), reading)


def test_what_follows_a_packed_answer_counts_too(small: int) -> None:
    body = Streamed(b"x" * 100, first=gzip.compress(b"{}", mtime=0))
    assert (
        "more than 9 KiB"
        in refused(lambda _n, _r: httpx.Response(200, stream=body, headers={"Content-Encoding": "gzip"})).message
    )
    assert body.taken <= small / 100 + 1


@pytest.mark.parametrize(
    ("packed", "content"),
    [
        ("gzip, gzip", gzip.compress(gzip.compress(b"{}", mtime=0), mtime=0)),
        ("br", b"{}"),
        ("zstd", b"{}"),
        ("gzip", b"{}"),
        ("gzip", gzip.compress(b"{}", mtime=0)[:-4]),
        ("deflate", b"\x00"),
    ],
)
def test_what_cannot_be_unpacked_is_said_once(packed: str, content: bytes) -> None:
    asked: list[int] = []

    def answer(number: int, _request: httpx.Request) -> httpx.Response:
        asked.append(number)
        return httpx.Response(200, stream=Streamed(content, 1), headers={"Content-Encoding": packed})

    problem = refused(answer)
    assert problem.code == "invalid_response"
    assert problem.message.startswith("reading people: the answer ")
    assert asked == [1]


def test_a_create_whose_answer_is_not_read_is_in_doubt(small: int) -> None:
    with pytest.raises(UncertainError):
        answering(
            lambda _n, _r: httpx.Response(200, stream=Streamed(b" " * 100)), lambda client: client.call(CREATE, body={})
        )


def test_cookies_are_not_kept() -> None:
    async def twice(client: Client) -> None:
        await reading(client)
        await reading(client)

    asked = answering(lambda n, _r: httpx.Response(200, json={}, headers={"Set-Cookie": f"c{n}={'x' * 4000}"}), twice)
    assert [request.headers.get("Cookie") for request in asked] == [None, None]


# -- time ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "before", [b"", b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"]
)
def test_a_byte_now_and_then_is_no_answer(before: bytes) -> None:
    """The library's own timeouts begin anew with each byte."""

    async def drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(before)
        with contextlib.suppress(ConnectionError):
            for _number in range(10_000):
                writer.write(b"H" if not before else b" ")
                await writer.drain()
                await asyncio.sleep(0.01)

    async def main() -> None:
        server = await asyncio.start_server(drip, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        settings = Settings(access_token="t", webex_api_url=url, wxcc_api_url=url, timeout=0.1, retry_deadline=0.0)
        async with server, Client(settings) as client:
            await client.call(READ)

    with pytest.raises(ApiError) as caught:
        asyncio.run(asyncio.wait_for(main(), 20))
    assert caught.value.problem.code == "connection"
    if before:
        assert "no whole answer in 0.2 seconds" in str(caught.value)


@pytest.mark.parametrize("value", ["86400", "1e300", "Fri, 31 Dec 9999 23:59:59 GMT", "120.5"])
def test_a_service_that_always_asks_to_wait_is_given_up_and_says_so(value: str) -> None:
    script = Script(*(get(PEOPLE, status=429, headers={"Retry-After": value}) for _ in range(3)))
    with pytest.raises(ApiError) as caught:
        script.play(reading)
    assert sum(script.slept) <= 300
    assert f"seconds, of which {MAX_RETRY_AFTER_S:.0f} are waited at once. Given up after 3 attempts." in str(
        caught.value
    )


@pytest.mark.parametrize(
    "value",
    [
        "-5",
        "soon",
        "",
        "nan",
        "inf",
        "-inf",
        "1e999",
        "5, 5",
        "Mon, 99 Foo",
        "5e-400",
        "0x10",
        "9" * 5000,
        "Mon, 01 Jan 0001 00:00:00 GMT",
    ],
)
def test_a_wait_that_is_none_is_no_leave_to_hammer(value: str) -> None:
    limited = get(PEOPLE, status=429, headers={"Retry-After": value})
    script = Script(limited, get(PEOPLE, {"ok": 1}))
    assert script.play(reading).body == {"ok": 1}
    assert 0 < sum(script.slept) <= MAX_RETRY_AFTER_S


# -- lists -----------------------------------------------------------------------------------------------------------------


def linked(number: int, _request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"items": [number]}, headers={"Link": f'<{PEOPLE}?cursor={number}>; rel="next"'})


def numbered(number: int, _request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"totalResults": 10**9, "Resources": [number]})


def centered(number: int, _request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"data": [number], "meta": {"totalPages": number + 1}})


LISTS = [(listing(pages.link_pages), linked), (listing(pages.scim_pages), numbered)]
LISTS += [(listing(pages.contact_center_pages, CENTER_USERS, values={"org": "x"}), centered)]


@pytest.mark.parametrize("limit", ["MAX_PAGES", "MAX_RECORDS"])
@pytest.mark.parametrize(("work", "answer"), LISTS)
def test_a_list_without_end_is_left(work: Work, answer: Any, limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, limit, 5)
    problem = refused(answer, work)
    assert problem.code == "invalid_response"
    assert "the list has no end" in problem.message


@pytest.mark.parametrize(("work", "answer"), LISTS)
def test_the_same_page_again_is_no_next_page(work: Work, answer: Any) -> None:
    """What the service says of itself grows, and what it gives does not."""

    def again(number: int, request: httpx.Request) -> httpx.Response:
        body = {**answer(number, request).json(), **{key: [1] for key in ("items", "Resources", "data")}}
        return httpx.Response(200, json=body, headers=answer(number, request).headers)

    assert "the same page came twice" in refused(lambda n, r: again(n, r), work).message


@pytest.mark.parametrize("total", ["many", "-7", 1.5, [], {}, True, -1])
@pytest.mark.parametrize("kind", [pages.scim_pages, pages.contact_center_pages])
def test_a_count_that_is_none(kind: Any, total: Any) -> None:
    body = {"totalResults": total, "Resources": [1], "data": [1], "meta": {"totalPages": total}}
    work = listing(kind, CENTER_USERS, values={"org": "x"})
    assert refused(lambda _n, _r: httpx.Response(200, json=body), work).code == "invalid_response"


@pytest.mark.parametrize("meta", [[1], "text", 7])
def test_a_page_without_its_own_data(meta: Any) -> None:
    work = listing(pages.contact_center_pages, CENTER_USERS, values={"org": "x"})
    assert (
        refused(lambda _n, _r: httpx.Response(200, json={"data": [1], "meta": meta}), work).code == "invalid_response"
    )


def test_a_link_to_the_first_page_is_a_circle() -> None:
    headers = {"Link": f'<{PEOPLE}>; rel="next"'}
    problem = refused(
        lambda n, _r: httpx.Response(200, json={"items": [n]}, headers=headers), listing(pages.link_pages)
    )
    assert "circle" in problem.message


@pytest.mark.parametrize(
    "link",
    [
        "https://me:word@webexapis.com/v1/people",
        "https://evil.example.com\\@webexapis.com/",
        "https://webexapis.com\\@evil.example.com/",
        "https://webexapis.com.evil.example.com#@webexapis.com",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https:////evil.example.com/",
        "https://webexapis.com:0/",
        "https://\u2024webexapis.com/",
    ],
)
def test_a_link_of_another_kind_leads_nowhere(link: str) -> None:
    asked: list[str] = []

    def answer(number: int, request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        headers = [(b"Link", f'<{link}>; rel="next"'.encode())]
        return httpx.Response(200, json={"items": [number]}, headers=headers if number == 1 else None)

    with contextlib.suppress(ApiError):
        answering(answer, listing(pages.link_pages))
    assert set(asked) == {"webexapis.com"}


@pytest.mark.parametrize(
    "link",
    [
        '<{}>; rel="next"',
        "<{}>; rel=next",
        "<{}>;rel='next'",
        '<{}>; rel="Next"',
        '<{}> ; REL = "next"',
        '<{}>; rel="last next"',
        '<{}>; title="a, b; c"; rel="next"',
        '</v1/other>; rel="prev", <{}>; rel="next"',
        '</v1/other>; rel="nextbest", <{}>; rel="next", </v1/other>; rel="next"',
        '{}; rel="next"',
    ],
)
def test_a_next_page_is_found_however_it_is_named(link: str) -> None:
    def answer(number: int, _request: httpx.Request) -> httpx.Response:
        headers = {"Link": link.format(f"{PEOPLE}?cursor=1")} if number == 1 else {}
        return httpx.Response(200, json={"items": [number]}, headers=headers)

    assert [str(request.url) for request in answering(answer, listing(pages.link_pages))] == [
        f"https://webexapis.com{PEOPLE}",
        f"https://webexapis.com{PEOPLE}?cursor=1",
    ]


@pytest.mark.parametrize("link", ['<{}>; rel="prev"', '<{}>; title="rel=next"; rel="last"', "<{}>", "", "<" * 1000])
def test_another_link_is_no_next_page(link: str) -> None:
    headers = {"Link": link.format(f"{PEOPLE}?cursor=1")}
    asked = answering(
        lambda n, _r: httpx.Response(200, json={"items": [n]}, headers=headers), listing(pages.link_pages)
    )
    assert len(asked) == 1


def test_a_next_page_that_is_nowhere_is_no_end() -> None:
    problem = refused(
        lambda n, _r: httpx.Response(200, json={"items": [n]}, headers={"Link": '<>; rel="next"'}),
        listing(pages.link_pages),
    )
    assert problem.code == "invalid_response"


# -- what is in an answer --------------------------------------------------------------------------------------------------


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


@pytest.mark.parametrize(
    "content",
    [
        nested(MAX_DEPTH + 2),
        nested(100_000),
        '{"a":' * 100_000,
        '{"a": NaN}',
        "[Infinity]",
        '{"a": ' + "9" * 5000 + "}",
        '{"a": "\x1b"}',
        "<html><body>{{ 7 * 7 }}</body></html>",
        b'{"a": "\xff"}',
        '{"a": 1}'.encode("utf-16"),
    ],
)
def test_what_is_no_decent_json_is_no_answer(content: str | bytes) -> None:
    raw = content if isinstance(content, bytes) else content.encode()
    headers = {"Content-Type": f"text/html\x1b[2J;{'x' * 10_000}"}
    problem = refused(lambda _n, _r: httpx.Response(200, content=raw, headers=headers))
    assert problem.code == "invalid_response"
    assert len(problem.message) < 400
    assert not UNSAFE.search(problem.message)


def test_as_deep_as_allowed_is_an_answer() -> None:
    answering(lambda _n, _r: httpx.Response(200, content=nested(MAX_DEPTH)), reading)


@pytest.mark.parametrize("ascii_only", [True, False])
def test_texts_come_in_without_what_a_terminal_obeys(ascii_only: bool) -> None:
    nasty = (
        NASTY if ascii_only else NASTY.replace("\ud800", "").replace("\x1b", "").replace("\x07", "").replace("\x00", "")
    )
    plain = PLAIN if ascii_only else nasty.translate(dict.fromkeys([0x9B, 0x202E, 0x2066, 0x7F], 0x2426))
    body = {"name": nasty, "list": [{nasty: nasty}], "fine": "tab\tline\nümlaut \u200f\U0001f600"}
    script = Script(get(PEOPLE, text=json.dumps(body, ensure_ascii=ascii_only)))
    assert script.play(reading).body == {"name": plain, "list": [{plain: plain}], "fine": body["fine"]}


@pytest.mark.parametrize("as_json", [True, False])
def test_errors_are_told_without_what_a_terminal_obeys(as_json: bool) -> None:
    body = {"message": NASTY, "errorCode": NASTY, "trackingId": NASTY}
    text = json.dumps(body) if as_json else NASTY.replace("\ud800", "")
    headers = [] if as_json else [(b"Trackingid", b"NA_1\x1b[2J\xc2\x9b")]
    problem = refused(lambda _n, _r: httpx.Response(400, content=text.encode(), headers=headers))
    told = [problem.message, problem.vendor_code or "", problem.tracking_id or ""]
    assert not any(UNSAFE.search(text) for text in told)
    assert "a\u2426[31mb" in problem.message
    assert problem.tracking_id


def test_a_problem_is_harmless_wherever_its_words_come_from() -> None:
    assert Problem("unexpected", f"KeyError: {NASTY}\r\nand more").message == f"KeyError: {PLAIN}\nand more"


@pytest.mark.parametrize("encoding", ["hex", "rot13", "punycode", "utf-7", "\x1b", "no-such"])
def test_an_odd_encoding_of_an_error_is_read_as_the_usual_one(encoding: str) -> None:
    headers = {"Content-Type": f"text/plain; charset={encoding}"}
    problem = refused(lambda _n, _r: httpx.Response(400, content=b"No +AGEAYg- such \xff", headers=headers))
    assert problem.message == "reading people: 400 No +AGEAYg- such \ufffd"


def test_an_error_in_an_error_in_an_error() -> None:
    body = '{"urn:x": ' * 5000 + "1" + "}" * 5000
    problem = refused(lambda _n, _r: httpx.Response(400, content=body))
    assert problem.code == "bad_request"
    assert len(problem.message) < 600


@pytest.mark.parametrize("url", ["/v1/people\n", "/v1/\x00", "/v1/" + "x" * 70_000])
def test_an_address_that_cannot_be_asked_is_an_error_in_our_words(url: str) -> None:
    problem = refused(
        lambda _n, _r: httpx.Response(200, json={}), lambda client: client.call(Route("admin", "GET", url, "asking"))
    )
    assert problem.message.startswith("asking: no answer from webexapis.com (InvalidURL")
    assert "Invalid non-printable" not in problem.message


def test_the_token_is_where_it_was_sent_and_in_no_error_and_no_journal(tmp_path: Path) -> None:
    def echo(_number: int, request: httpx.Request) -> httpx.Response:
        sent = request.headers["Authorization"]
        return httpx.Response(400, json={"message": f"bad {sent}", "errorCode": sent, "trackingId": f"NA_{sent[7:]}"})

    journal = tmp_path / "requests.jsonl"
    problem = refused(echo, access_token="token-of-somebody", journal_file=str(journal))
    assert "token-of-somebody" not in str(problem.as_dict())
    assert "NA_********" in journal.read_text(encoding="utf-8")


@pytest.mark.parametrize("shape", ["message", "errorCode", "trackingId", "detail", "text", "header"])
def test_no_part_of_the_token_is_left_where_a_long_text_is_cut(shape: str) -> None:
    token = "token-of-somebody-" + "x" * 40

    def told(before: int) -> str:
        text = "y" * before + token
        content = text if shape == "text" else json.dumps({shape: text})
        headers = {"Trackingid": text} if shape == "header" else {}
        problem = refused(lambda _n, _r: httpx.Response(400, text=content, headers=headers), access_token=token)
        return str(problem.as_dict())

    assert not [before for before in range(0, 520, 20) if "token-of" in told(before)]


@pytest.mark.parametrize(
    ("text", "at", "left"),
    [
        ("as it is", 8, "as it is"),
        ("one two", 6, "one"),
        ("one two", 3, "one"),
        ("onetwo", 3, ""),
        ("\u4e00\u4e8c\u4e09", 2, "\u4e00\u4e8c"),
    ],
)
def test_a_long_text_is_cut_between_words(text: str, at: int, left: str) -> None:
    assert cut(text, at) == left


def test_a_link_carries_nothing_into_the_journal(tmp_path: Path) -> None:
    journal = tmp_path / "requests.jsonl"

    def answer(number: int, request: httpx.Request) -> httpx.Response:
        token = request.headers["Authorization"][7:]
        link = f"/v1/{token}/\u202e".encode()
        headers = [(b"Link", b"<" + link + b'>; rel="next"')] if number == 1 else []
        return httpx.Response(200, json={"items": [number]}, headers=headers)

    work = listing(pages.link_pages)
    answering(answer, work, access_token="token-of-somebody", journal_file=str(journal))
    paths = [json.loads(line)["path"] for line in journal.read_text(encoding="utf-8").splitlines()]
    assert paths == [PEOPLE, "/v1/********/\u2426"]


def test_expected_requests_go_as_before() -> None:
    """The bounds above stand in nobody's way."""
    script = Script(expect("POST", PEOPLE, {"id": 1}))
    assert script.play(lambda client: client.call(CREATE, body={"a": 1})).body == {"id": 1}


LONG = "a-token-of-many/letters-1"


@pytest.mark.parametrize("escape", [lambda text: text, lambda text: text.replace("/", "\\/").replace("-", "\\u002d")])
def test_a_secret_inside_of_good_data_is_hidden_where_it_comes_in(escape: Callable[[str], str]) -> None:
    body = {"name": f"Ada {LONG}", "list": [{LONG: [f"x{LONG}y", "fine"]}], "number": 7}
    step = get(PEOPLE, text=escape(json.dumps(body)), token=LONG)
    there = {"name": "Ada ********", "list": [{"********": ["x********y", "fine"]}], "number": 7}
    assert Script(step).play(reading, access_token=LONG).body == there


def test_a_short_secret_may_be_what_somebody_is_called() -> None:
    body = {"name": "Lisboa", "site": "Lisboa Norte"}
    assert Script(get(PEOPLE, body)).play(reading, proxy="http://admin:Lisboa@proxy.example.com:1").body == body


def test_a_token_that_is_given_out_once_more_is_taken() -> None:
    settings = {"refresh_token": "a-refresh-token-of-many-letters", "client_id": "c", "client_secret": "client-word"}
    granted = {"access_token": LONG, "refresh_token": settings["refresh_token"]}
    script = Script(
        get(PEOPLE, {}, status=401, token=LONG),
        expect("POST", "/v1/access_token", granted, token=None),
        get(PEOPLE, {"fine": True}, token=LONG),
    )
    assert script.play(reading, access_token=LONG, **settings).body == {"fine": True}
