"""What the judge of the fuzzing lets pass and what not, with answers made by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.fuzz.judge import LIVE_500, Judge
from tests.fuzz.world import Answered

DOCUMENT: dict[str, Any] = {
    "paths": {
        "/things": {
            "get": {
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Things"}}}},
                    "204": {},
                }
            }
        }
    },
    "components": {
        "schemas": {
            "Things": {
                "type": "object",
                "required": ["items"],
                "properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}},
            },
            "Thing": {
                "allOf": [{"type": "object", "properties": {"name": {"type": "string", "maxLength": 3}}}],
                "properties": {"count": {"type": "integer"}, "free": {"type": "object"}},
            },
        }
    },
}


def faults(answered: Answered, method: str = "GET", path: str = "/things", *, reached: bool = True) -> list[str]:
    return list(Judge(DOCUMENT).faults(method, path, answered, object_sent=False, reached=reached))


def good(content: Any) -> Answered:
    return Answered(200, json.dumps(content).encode())


@pytest.mark.parametrize(
    "answered",
    [
        good({"items": []}),
        good({"items": [{"name": "abc", "count": 7, "free": {"what": "ever"}}]}),
        Answered(204, b""),
        Answered(404, b'{"trackingId":"a"}'),
        Answered(401, b'{"trackingId":"a"}', headers=[(b"x", b"y")]),
    ],
)
def test_a_sound_answer_passes(answered: Answered) -> None:
    assert faults(answered) == []


@pytest.mark.parametrize(
    ("answered", "expected"),
    [
        (good({}), "200: .: 'items' is a required property"),
        (good({"items": 7}), "200: .items: not of type 'array'"),
        (good([]), "200: .: not of type 'object'"),
        (good({"items": [{"name": 7}]}), "200: .items[].name: not of type 'string'"),
        (good({"items": [{"name": "abcd"}]}), "200: .items[].name: "),
        (good({"items": [{"count": 1.5}]}), "200: .items[].count: not of type 'integer'"),
        (good({"items": [{"count": True}]}), "200: .items[].count: not of type 'integer'"),
        (good({"items": [], "more": 1}), "200: .more: not described"),
        (good({"items": [{"more": 1}]}), "200: .items[].more: not described"),
        (Answered(201, b"{}"), "status 201 is not described"),
        (Answered(200, b"{"), "a body that is no JSON"),
        (Answered(200, b'{"items":[{"count":NaN}]}'), "a body that is no JSON"),
        (Answered(500, b'{"trackingId":"a"}'), "answered 500"),
        (Answered(503, b""), "answered 503"),
        (Answered(404, b"{}"), "404 without a tracking id"),
        (Answered(404, b"[]"), "404 without a tracking id"),
        (Answered(400, b"<html>"), "400 with a body that is no JSON"),
        (Answered(405, b'{"trackingId":"a"}'), "answered 405, though it serves the route"),
        (Answered(204, b"", headers=[(b"link", b"a\r\nb: c")]), "a header that no server sends"),
    ],
)
def test_each_fault_is_named(answered: Answered, expected: str) -> None:
    found = faults(answered)
    assert len(found) == 1
    assert found[0].startswith(expected)


def _raised() -> Answered:
    try:
        raise KeyError("a")
    except KeyError as error:
        return Answered(500, b"", error)


def test_what_was_raised_is_named_by_its_place() -> None:
    assert faults(_raised()) == ["raised KeyError in _raised (test_judge.py)"]


def test_the_words_are_the_same_for_the_same_cause() -> None:
    assert faults(good({"items": ["a"]})) == faults(good({"items": ["b"]})) != []


@pytest.mark.parametrize("answered", [Answered(405, b""), Answered(201, b"{"), Answered(404, b"")])
def test_of_another_route_only_failures_count(answered: Answered) -> None:
    assert faults(answered, reached=False) == []


def test_another_route_may_not_fail_either() -> None:
    assert faults(Answered(500, b""), reached=False) == ["answered 500"]
    assert faults(_raised(), reached=False)


def test_a_500_seen_live_passes_only_where_and_when_it_was_seen() -> None:
    (method, path), judge = LIVE_500[0], Judge(DOCUMENT)
    answered = Answered(500, b'{"trackingId":"a"}')
    assert list(judge.faults(method, path, answered, object_sent=False)) == []
    assert list(judge.faults(method, path, answered, object_sent=True)) == ["answered 500"]
    assert list(judge.faults("GET", path, answered, object_sent=False)) == ["answered 500"]


def test_what_is_known_to_differ_live_passes_on_its_path_alone() -> None:
    document = {
        "paths": dict.fromkeys(("/people", "/things"), DOCUMENT["paths"]["/things"]),
        "components": DOCUMENT["components"],
    }
    answered, judge = good({"items": [], "notFoundIds": []}), Judge(document)
    assert list(judge.faults("GET", "/people", answered, object_sent=False)) == []
    assert list(judge.faults("GET", "/things", answered, object_sent=False)) == ["200: .notFoundIds: not described"]
