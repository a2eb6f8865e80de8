"""The small simulator that the fuzzing asks."""

from __future__ import annotations

import logging

import pytest

from tests.fuzz.world import Answered, World

from .broken import answering, raising

USERS = "/organization/{orgid}/user/{id}"


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/people/{personId}", "personId"),
        ("/identity/scim/{orgId}/v2/Users/{userId}", "userId"),
        ("/licenses/{licenseId}", "licenseId"),
        (USERS, "id"),
        ("/organization/{orgid}/user/by-ci-user-id/{id}", "id"),
        ("/organization/{orgid}/user/by-dynamic-skill-id/{skillId}", "skillId"),
        ("/organization/{orgid}/team/{id}", "id"),
        ("/organization/{orgid}/v3/user-profile/{id}", "id"),
        ("/organizations/{orgId}", "orgId"),
    ],
)
def test_ids_name_something(world: World, path: str, name: str) -> None:
    values = {"orgid": world.org.id, "orgId": world.org.id}
    found = world.ids(path, name)
    assert found
    for value in found:
        assert world.ask("GET", path.format(**{**values, name: value})).status == 200


@pytest.mark.parametrize("path", ["/people/{personId}", "/identity/scim/{orgId}/v2/Users/{userId}"])
def test_whoever_asks_is_not_among_those_who_may_be_ended(world: World, path: str) -> None:
    name = path.split("{")[-1].rstrip("}")
    while found := world.ids(path, name):
        for value in found:
            assert world.ask("DELETE", path.format(**{name: value, "orgId": world.org.id})).status == 204
    assert world.ask("GET", "/people").status == 200


def test_what_can_be_changed_comes_first(world: World) -> None:
    center = world.org.contact_center
    assert center is not None
    first = world.ids("/organization/{orgid}/v3/user-profile/{id}", "id")[0]
    assert not center.entities["user-profile"][first].get("systemDefault")


def test_an_unknown_name_has_no_ids(world: World) -> None:
    assert world.ids("/nothing/{x}", "x") == []


def test_a_record_is_one_of_a_list_or_the_thing_itself(world: World) -> None:
    user = world.ids(USERS, "id")[0]
    alone = world.record(USERS, {"orgid": world.org.id, "id": user})
    assert alone is not None
    assert alone["id"] == user
    assert "displayName" in (world.record("/people", {}) or {})
    assert "name" in (world.record("/organization/{orgid}/v2/team", {"orgid": world.org.id}) or {})
    assert "name" in (world.record("/organization/{orgid}/team", {"orgid": world.org.id}) or {})
    assert world.record(USERS, {"orgid": world.org.id, "id": "nobody / here"}) is None


@pytest.mark.parametrize("body", [b"{", b"7", b"[]", b'{"data":[]}'])
def test_nothing_is_no_record(body: bytes) -> None:
    assert World(answering("/things", body)).record("/things", {}) is None


def test_headers_take_the_place_of_others(world: World) -> None:
    assert world.ask("GET", "/people").status == 200
    assert world.ask("GET", "/people", headers={"authorization": None}).status == 401
    answered = world.ask("GET", "/people", headers={"trackingid": b"mine"})
    assert (b"trackingid", b"mine") in answered.headers


def test_a_query_may_be_bytes_or_a_mapping(world: World) -> None:
    assert len(world.ask("GET", "/people", b"max=2").json()["items"]) == 2
    assert len(world.ask("GET", "/people", {"max": ["7", "2"]}).json()["items"]) == 2


def test_what_is_raised_is_a_500_with_its_error() -> None:
    logging.disable(logging.CRITICAL)
    error = ZeroDivisionError()
    answered = World(raising("/people", error)).ask("GET", "/people")
    logging.disable(logging.NOTSET)
    assert (answered.status, answered.error) == (500, error)


@pytest.mark.parametrize("body", [b"NaN", b'{"a":Infinity}', b"", b"{"])
def test_no_json_is_an_error(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"JSON|Expect"):
        Answered(200, body).json()
