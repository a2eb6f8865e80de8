"""Small things about reading: filters, what costs less, people as they come."""

from __future__ import annotations

import re
import urllib.parse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.wxcc.onboarding.plugins.module_utils._client.client import Client
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import ApiError
from ansible_collections.wxcc.onboarding.plugins.module_utils._model import Person
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.licenses import list_licenses, seats
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.organization import Organization
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.people import (
    PeopleReader,
    filter_chunks,
    license_pages,
    person_from_rest,
    person_from_scim,
    search_is_cheaper,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.roles import is_administrator_role, roles_shown
from tests.unit.build import ORGANIZATION, PREMIUM_1, person, person_id
from tests.unit.resources.scripted import ADA, BRUNO, SCIM, by_ids, rest_id, rest_user, scim_user, search
from tests.unit.script import Script, Step, expect, get

HERE, CUSTOMER = Organization(ORGANIZATION, named=False), Organization(ORGANIZATION, named=True)

_TERM = re.compile(r'userName eq "((?:[^"\\]|\\.)*)"')


@given(st.lists(st.text(min_size=1, max_size=80), max_size=300), st.integers(1, 120))
def test_filters_hold_every_value_once_and_stay_short(values: list[str], terms: int) -> None:
    chunks = list(filter_chunks("userName", values, terms=terms))
    assert [v for chunk, _text in chunks for v in chunk] == values
    for chunk, text in chunks:
        assert 0 < len(chunk) <= terms
        assert len(urllib.parse.quote(text)) <= 6000 or len(chunk) == 1
        found = [t.replace('\\"', '"').replace("\\\\", "\\") for t in _TERM.findall(text)]
        if not any("\\" in v for v in chunk):
            assert found == chunk


def test_a_filter_with_quotes_cannot_be_broken_out_of() -> None:
    [(_chunk, text)] = filter_chunks("userName", ['a" or userName pr or "', "b\\"])
    assert text == r'userName eq "a\" or userName pr or \"" or userName eq "b\\"'


@pytest.mark.parametrize(
    ("data", "active"),
    [
        ({"invitePending": True, "loginEnabled": False}, None),
        ({"invitePending": "true", "loginEnabled": "false"}, None),
        ({"invitePending": False, "loginEnabled": False}, False),
        ({"invitePending": False, "loginEnabled": True}, True),
        ({"loginEnabled": "true"}, True),
        ({}, None),
    ],
)
def test_who_can_sign_in(data: dict[str, object], active: bool | None) -> None:
    found = person_from_rest({"id": person_id("a@b.c"), "emails": ["a@b.c"], **data})
    assert found.active is active
    assert found.license_ids is None
    assert found.roles is None


def test_a_person_of_scim() -> None:
    found = person_from_scim(
        {
            "id": person_id("a@b.c").upper(),
            "userName": "a@b.c",
            "active": True,
            "name": {"givenName": "A"},
            "roles": [{"value": "id_full_admin"}, {"value": "cjp.premium_agent", "type": "cirole"}],
            "urn:scim:schemas:extension:cisco:webexidentity:2.0:User": {"accountStatus": "pending"},
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Desk"},
        }
    )
    assert (found.id, found.first_name, found.roles, found.pending, found.department) == (
        person_id("a@b.c"),
        "A",
        ("id_full_admin", "cjp.premium_agent"),
        True,
        "Desk",
    )
    assert found.license_ids is None


def test_pages_of_holders() -> None:
    assert license_pages([{"consumedUnits": None}, {"consumedUnits": 300}, {"consumedUnits": 301}]) == 4


@pytest.mark.parametrize(
    ("missing", "unread", "page", "license_requests", "cheaper"),
    [
        (10, 9000, 1000, 0, True),
        (10, 2000, 1000, 0, False),
        (10, 2001, 1000, 0, True),
        (90, 2001, 1000, 0, True),
        (91, 3000, 1000, 0, False),
        (10, 9000, 1000, 20, False),
        (10, 12001, 1000, 20, True),
        (5, 9000, 1000, 200, True),
        (3000, 30000, 1000, 0, False),
    ],
)
def test_searching_has_to_take_fewer_requests_than_reading_on(
    missing: int, unread: int, page: int, license_requests: int, cheaper: bool
) -> None:
    """Licenses are to be read apart then, and never one by one for more people than are looked for."""
    assert search_is_cheaper(missing=missing, unread=unread, page=page, license_requests=license_requests) is cheaper


# --- what is odd, and what is left out --------------------------------------------------------------------------------


def read(*steps: Step, organization: Organization = HERE) -> tuple[dict[str, Person | None], set[str]]:
    async def work(client: Client) -> tuple[dict[str, Person | None], set[str]]:
        reader = PeopleReader(client, organization)
        return await reader.read([ADA, BRUNO]), set(reader.odd)

    return Script(*steps).play(work)


@pytest.mark.parametrize(
    "odd",
    [
        {"name": []},
        {"displayName": 7},
        {"roles": "id_full_admin"},
        {"roles": [None]},
        {"roles": [{"display": "Full Administrator"}]},
        {"active": "maybe"},
        {"id": None},
        {"urn:scim:schemas:extension:cisco:webexidentity:2.0:User": {"meta": {"organizationId": person_id("other")}}},
    ],
)
def test_somebody_with_an_odd_record_is_there_but_unknown_and_others_are_read(odd: dict[str, object]) -> None:
    """Taken for absent, the person would be created a second time."""
    found, keys = read(search(ADA, BRUNO, found=[scim_user(ADA, **odd), scim_user(BRUNO)]))
    assert ADA in keys
    assert (found[ADA], found[BRUNO].id) == (Person("", ADA), person_id(BRUNO))


@pytest.mark.parametrize("nobody_s", [None, 7, [], {}, {"name": {}}])
def test_a_record_that_may_be_anybody_s_ends_the_reading(nobody_s: object) -> None:
    with pytest.raises(ApiError) as raised:
        read(search(ADA, BRUNO, found=[nobody_s, scim_user(BRUNO)]))
    assert raised.value.problem.code == "invalid_response"


def test_two_people_with_one_id_are_both_unknown_and_one_person_twice_is_no_harm() -> None:
    found, keys = read(search(ADA, BRUNO, found=[scim_user(ADA), scim_user(BRUNO, id=person_id(ADA))]))
    assert {ADA, BRUNO} < keys
    assert [p.id for p in found.values() if p] == ["", ""]
    found, keys = read(search(ADA, BRUNO, found=[scim_user(ADA), scim_user(ADA)]))
    assert (keys, found[BRUNO]) == (set(), None)


def ids(*steps: Step, organization: Organization = HERE) -> list[str]:
    async def work(client: Client) -> list[str]:
        reader = PeopleReader(client, organization)
        asked = [(person_id(e), rest_id(e)) for e in (ADA, BRUNO)]
        return sorted(await reader.by_ids(asked))

    return Script(*steps).play(work)


def by_scim(*emails: str, found: list[dict[str, object]]) -> Step:
    expression = "%20or%20".join(f"id%20eq%20%22{person_id(e)}%22" for e in emails)
    url = f"{SCIM}/Users?filter={expression}&count={len(emails)}&startIndex=1"
    return get(url, {"totalResults": len(found), "Resources": found})


def test_ids_are_asked_for_alone_and_whom_they_do_not_show_is_gone() -> None:
    assert ids(by_ids(ADA, BRUNO, found=[rest_user(ADA)])) == [person_id(ADA)]


def test_ids_that_are_refused_are_looked_up_as_identities() -> None:
    refused = expect("GET", f"/v1/people?id={rest_id(ADA)}%2C{rest_id(BRUNO)}", {"message": "no"}, status=400)
    both = [scim_user(ADA), scim_user(BRUNO)]
    assert ids(refused, by_scim(ADA, BRUNO, found=both)) == sorted(map(person_id, (ADA, BRUNO)))


def test_whom_a_customer_s_ids_do_not_show_is_looked_up_as_an_identity() -> None:
    steps = (by_ids(ADA, BRUNO, found=[rest_user(ADA)]), by_scim(BRUNO, found=[scim_user(BRUNO)]))
    assert ids(*steps, organization=CUSTOMER) == sorted(map(person_id, (ADA, BRUNO)))


def test_counts_that_the_list_of_licenses_leaves_out_are_not_zero() -> None:
    async def work(client: Client) -> list[int | None]:
        listed = await list_licenses(client, HERE)
        return [seat.free for seat in seats(listed)]

    assert Script(get("/v1/licenses", {"items": [{"id": PREMIUM_1, "name": "Premium"}]})).play(work) == [None]
    assert license_pages([{"consumedUnits": None}]) == 1


def test_agent_roles_of_an_identity_are_no_administrator_roles() -> None:
    roles = ("cjp.premium_agent", "cjp.standard_agent")
    assert not any(map(is_administrator_role, roles))
    assert roles_shown(person(ADA, PREMIUM_1, roles=roles), False) == {"role": "agent", "roles": []}


def test_a_page_that_is_refused_for_its_size_is_asked_for_in_the_usual_one() -> None:
    async def work(client: Client) -> list[str]:
        return [p.email async for people in PeopleReader(client, HERE).everybody() for p in people]

    refused = expect("GET", "/v1/people?max=1000&excludeStatus=true", {"message": "max"}, status=400)
    taken = get("/v1/people?max=500&excludeStatus=true", {"items": [rest_user(ADA)]})
    assert Script(refused, taken).play(work) == [ADA]
