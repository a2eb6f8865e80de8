"""Small things about reading: filters, what costs less, people as they come."""

from __future__ import annotations

import re
import urllib.parse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.people import (
    filter_chunks,
    license_pages,
    person_from_rest,
    person_from_scim,
    search_is_cheaper,
)
from tests.unit.build import person_id

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
