"""The fuzzing finds nothing in a sound simulator, and fails on one that is broken."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from tests.fuzz.asker import Asker, journal_faults, places
from tests.fuzz.judge import Judge
from tests.fuzz.nearly import Bodies
from tests.fuzz.odd import Place, Request, place
from tests.fuzz.world import World
from tests.openapi import FILES, description
from tests.simulator import cc_lists, journal
from tests.simulator.app import create_app

from .broken import Make, answering, raising

ADMIN, CENTER = FILES
TEAMS = "/organization/{orgid}/v2/team"


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def fuzzed(file: str, method: str, path: str, *, make: Make = create_app, number: int = 3) -> Asker:
    """Ask one operation of a simulator oddly, and look at what it left."""
    document, world, asker = description(file), World(make), Asker(1)
    at, judge = place(method, path, document), Judge(document)
    asker.odd(world, judge, at, number)
    if at.writes:
        asker.afterwards(world, judge, at)
    return asker


@pytest.mark.parametrize(
    ("file", "method", "path"),
    [
        (ADMIN, "GET", "/people"),
        (ADMIN, "POST", "/identity/scim/{orgId}/v2/Users"),
        (ADMIN, "GET", "/identity/scim/{orgId}/v2/Users"),
        (ADMIN, "DELETE", "/people/{personId}"),
        (CENTER, "GET", TEAMS),
        (CENTER, "POST", "/organization/{orgid}/skill-profile/bulk"),
        (CENTER, "PATCH", "/organization/{orgid}/user/{id}"),
    ],
)
def test_nothing_is_found_in_a_sound_simulator(
    capsys: pytest.CaptureFixture[str], file: str, method: str, path: str
) -> None:
    asker = fuzzed(file, method, path, number=15)
    assert asker.found == {}
    assert asker.asked[f"{method} {path}"] > 15
    assert asker.verdict(time.monotonic()) == 0
    assert "0 kinds of fault" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (raising("/v2/team", ZeroDivisionError()), "raised ZeroDivisionError in fail (broken.py)"),
        (answering("/v2/team", b"", 500), "answered 500"),
        (answering("/v2/team", b"[]"), "200: .: not of type 'object'"),
        (answering("/v2/team", b'{"data":[{"id":7}]}'), "200: .data[].id: not of type 'string'"),
        (answering("/v2/team", b'{"surprise":1}'), "200: .surprise: not described"),
        (answering("/v2/team", b"{}", 299), "status 299 is not described"),
        (answering("/v2/team", b"{}", 404), "404 without a tracking id"),
        (answering("/v2/team", b"{}", 204, ((b"link", b"a\nb"),)), "a header that no server sends"),
    ],
)
def test_a_broken_simulator_makes_it_fail(capsys: pytest.CaptureFixture[str], make: Make, expected: str) -> None:
    asker = fuzzed(CENTER, "GET", TEAMS, make=make)
    assert f"GET {TEAMS}: {expected}" in asker.found
    assert asker.verdict(time.monotonic()) == 1
    assert f"GET {TEAMS}: {expected}" in capsys.readouterr().out


def test_a_handler_of_the_simulators_own_that_raises_makes_it_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cc_lists, "search_terms", lambda entity, text: {}[text])
    asker = fuzzed(CENTER, "GET", TEAMS, number=40)
    assert any("raised KeyError in <lambda>" in kind for kind in asker.found)


def test_a_field_that_nobody_described_makes_it_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = cc_lists.shown
    monkeypatch.setattr(cc_lists, "shown", lambda *given: {**sound(*given), "surprise": 1})
    asker = fuzzed(CENTER, "GET", TEAMS)
    assert f"GET {TEAMS}: 200: .data[].surprise: not described" in asker.found


def test_what_a_write_left_behind_is_found_by_reading() -> None:
    asker = fuzzed(CENTER, "PUT", "/organization/{orgid}/site/{id}", make=raising("/v2/team", KeyError("a")))
    kind = f"GET {TEAMS} after PUT /organization/{{orgid}}/site/{{id}}: raised KeyError in fail (broken.py)"
    assert kind in asker.found


@pytest.mark.parametrize("rendered", [b'{"time":NaN}\n', b"{\n", pytest.param(UnicodeError("a"), id="raises")])
def test_a_journal_that_cannot_be_read_makes_it_fail(
    monkeypatch: pytest.MonkeyPatch, rendered: bytes | Exception
) -> None:
    def render(entry: journal.Entry) -> bytes:
        if isinstance(rendered, Exception):
            raise rendered
        return rendered

    monkeypatch.setattr(journal, "render", render)
    asker = fuzzed(CENTER, "PUT", "/organization/{orgid}/site/{id}", number=1)
    assert any(kind.startswith("the journal after PUT") for kind in asker.found)


def test_a_sound_journal_has_no_faults() -> None:
    world = World()
    world.ask("POST", "/people", b"\xff=%ff", b"[" * 100_000)
    assert list(journal_faults(world)) == []


def test_an_operation_that_was_never_asked_makes_it_fail(capsys: pytest.CaptureFixture[str]) -> None:
    asker = Asker(1)
    assert asker.verdict(time.monotonic()) == 1
    asker.asked["GET /x"] += 0
    assert asker.verdict(time.monotonic()) == 1
    assert "GET /x: was never asked" in capsys.readouterr().out
    asker.asked["GET /x"] += 1
    assert asker.verdict(time.monotonic()) == 0


def test_the_shortest_request_is_kept() -> None:
    world, asker = World(raising("/v2/team", KeyError("a"))), Asker(1)
    document = description(CENTER)
    at, judge = place("GET", TEAMS, document), Judge(document)
    for query in (b"page=12", b"page=1", b"page=123"):
        asker.ask(world, judge, at, Request({"orgid": "x"}, query))
    assert list(asker.found.values()) == ["/organization/x/v2/team page=1"]


#: an order that is no better served by a right body
REFUSED = ("PATCH /organization/{orgid}/user/{id}/reskill",)


@pytest.mark.parametrize("file", FILES)
def test_a_body_that_is_nearly_right_is_right(file: str) -> None:
    refused = []
    writing = [at for at in places(description(file)) if at.writes]
    assert writing
    for at in writing:
        world = World()
        values = {name: (world.ids(at.path, name) or ["x"])[0] for name in at.names}
        body = Bodies(world)(at.method, at.path, values)
        path = at.path.format(**{name: quote(value, safe="") for name, value in values.items()})
        answered = world.ask(at.method, path, b"", json.dumps(body).encode())
        label = f"{at.method} {at.path}"
        items = answered.json().get("items", answered.json().get("operations", []))
        if answered.status >= 400 or any(int(item.get("status", 200)) >= 400 for item in items):
            refused.append(label)
    assert [label for label in refused if label not in REFUSED] == []


def test_places_are_those_of_the_description() -> None:
    found = list(places(description(CENTER)))
    assert Place("DELETE", "/organization/{orgid}/site/{id}", ("orgid", "id"), ()) in found
    assert len(found) == len(set(found)) > 50
