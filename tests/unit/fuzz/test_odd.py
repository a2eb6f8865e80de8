"""The odd requests: every kind of them is made, the same by the same seed, and any server could receive them."""

from __future__ import annotations

import json
import random
from typing import Any
from urllib.parse import parse_qsl, unquote

import pytest

from tests.fuzz.odd import FILTERS, HEADERS, NUMBERS, RAW, Place, Request, mixed, once, place, with_odd

AT = Place(
    "PUT", "/a/{orgid}/b/{id}", ("orgid", "id"), (("page", "integer"), ("filter", "string"), ("flag", "boolean"))
)
RIGHT = {"orgid": ["o1"], "id": ["i1", "i2"]}
HELD: dict[str, Any] = {"name": "a", "items": [{"id": 1}], "inner": {"deep": True}}


def made(seed: int, number: int = 400, at: Place = AT) -> list[Request]:
    rng = random.Random(seed)
    return [mixed(at, RIGHT, HELD, rng) for _ in range(number)]


def test_the_same_seed_makes_the_same() -> None:
    assert made(1) == made(1)
    assert made(1) != made(2)


def test_paths_and_queries_are_what_goes_over_a_wire() -> None:
    for request in made(1):
        assert all(value.isascii() and "/" not in value and " " not in value for value in request.values.values())
        assert b" " not in request.query.replace(b'"', b"")


def test_every_kind_of_oddity_is_made() -> None:
    found = made(1, 2000)
    values = {value for request in found for value in request.values.values()}
    assert {"o1", "i1", "i2", "", "%00", "%FF", "bulk", "..", "I1%0A"} <= values
    assert "i1" in {request.values["orgid"] for request in found}
    queries = [parse_qsl(request.query.decode("latin-1"), keep_blank_values=True) for request in found]
    pairs = {pair for query in queries for pair in query}
    assert {value for name, value in pairs if name == "page"} >= set(NUMBERS) - {"\uff17"}
    assert len({value for name, value in pairs if name == "filter"} & set(FILTERS)) > len(FILTERS) / 2
    assert any(len(query) != len({name for name, _ in query}) for query in queries)
    assert {"page", "filter", "flag", "cursor", "sortBy"} <= {name for name, _ in pairs}
    assert any(not request.query for request in found)
    assert any(request.headers for request in found)


@pytest.mark.parametrize("value", ["", "me", "bulk", "%2F", "a%2Fb"])
def test_what_may_be_another_route_is_not_held_against_this_one(value: str) -> None:
    requests = [request for request in made(1, 2000) if value in request.values.values()]
    assert requests
    assert not any(request.reached for request in requests)


def test_what_is_odd_but_no_other_route_is_held_against_it() -> None:
    requests = [request for request in made(1, 2000) if "%00" in request.values.values()]
    assert any(request.reached for request in requests)


def test_once_has_every_body_and_every_header() -> None:
    requests = list(once(AT, RIGHT, HELD))
    assert {request.body for request in requests} >= {None, *RAW}
    assert [request.headers for request in requests if request.headers] == list(HEADERS)
    assert {unquote(request.values["id"]) for request in requests} == {"i1"}
    assert all(json.loads(request.body or b"") == HELD for request in requests if request.headers)


def test_what_only_reads_has_no_body() -> None:
    at = Place("GET", AT.path, AT.names, AT.query)
    assert {request.body for request in (*once(at, RIGHT, None), *made(1, at=at))} == {None}


def test_a_body_differs_in_few_places_and_the_held_one_stays() -> None:
    before, rng = json.dumps(HELD), random.Random(1)
    changed = [with_odd(HELD, rng) for _ in range(200)]
    assert json.dumps(HELD) == before
    assert sum(one != HELD for one in changed) > 190
    assert any(isinstance(one["items"], list) and one["items"] != HELD["items"] for one in changed)
    assert with_odd(7, rng) != HELD


def test_a_place_is_read_from_a_description() -> None:
    parameters = [
        {"name": "orgid", "in": "path", "schema": {"type": "string"}},
        {"name": "page", "in": "query", "schema": {"type": "integer"}},
        {"name": "text", "in": "query"},
        {"name": "payloadDTO", "in": "query", "schema": {"$ref": "#/x"}},
    ]
    document = {"paths": {"/a/{orgid}/b/{id}": {"put": {"parameters": parameters}}}}
    found = place("put", "/a/{orgid}/b/{id}", document)
    assert found == Place("PUT", "/a/{orgid}/b/{id}", ("orgid", "id"), (("page", "integer"), ("text", "string")))
    assert found.writes
