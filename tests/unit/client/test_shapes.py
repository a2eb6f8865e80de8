"""What answers hold is taken by shape: whatever JSON a route answers, its reader returns or raises the collection's own error."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.wxcc.onboarding.plugins.module_utils._client.client import Client
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.library import httpx
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.settings import Settings
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.shapes import Fields, sorted_out, status_of
from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.names import LISTS, read_directory
from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.records import ContactCenter, Identity
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import ApiError, WxccError
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.agent import item_problems
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.licenses import list_licenses, seats
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.mails import read_invite_emails, read_job
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.organization import (
    Organization,
    list_organizations,
    read_operator,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.people import PeopleReader
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.roles import list_roles
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.scim import delete_operation, read_outcomes
from tests.unit.build import ORGANIZATION, PREMIUM_1, person, person_id

ADA = "ada@example.com"
HERE = Organization(ORGANIZATION, named=False)
EXTENSION = "urn:scim:schemas:extension:cisco:webexidentity:2.0:User"
#: Names that the readers look at, so that random objects are not only of unknown fields.
NAMES = (
    "id", "items", "data", "meta", "Resources", "totalResults", "totalPages", "totalRecords", "emails", "userName", "name",
    "roles", "licenses", "value", "email", "ciUserId", "teamIds", "siteId", "userProfileId", "contactCenterEnabled", "users",
    "totalUnits", "consumedUnits", "subscriptionId", "displayName", "orgId", "organizationId", "active", EXTENSION,
    "accountStatus", "profileType", "operations", "bulkId", "status", "location", "response", "schemas", "itemIdentifier",
    "apiError", "error", "message",
)  # fmt: skip
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from([ADA, person_id(ADA), PREMIUM_1, "true", ORGANIZATION, "\ud800", "9" * 30])
)  # fmt: skip
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=20,
)
#: Lists in the envelope of each service, so that odd records are met, and not only odd envelopes.
ANSWERS = JSON | st.lists(JSON, max_size=4).map(
    lambda found: {
        "items": found, "data": found, "Resources": found, "users": found, "totalResults": len(found), "meta": {"totalPages": 1}
    }
)  # fmt: skip

READERS: dict[str, Callable[[Client], Awaitable[Any]]] = {
    "people by address": lambda c: PeopleReader(c, HERE).read([ADA], roles=True, exact_active={ADA}),
    "people by id": lambda c: PeopleReader(c, HERE).by_ids([(person_id(ADA), None)]),
    "one person": lambda c: PeopleReader(c, HERE).one(person(ADA)),
    "one identity": lambda c: PeopleReader(c, HERE).one_identity(person_id(ADA)),
    "how many": lambda c: PeopleReader(c, HERE).count(),
    "holders": lambda c: PeopleReader(c, HERE).holders([PREMIUM_1]),
    "licenses": lambda c: _seats(c),
    "roles": list_roles,
    "organizations": list_organizations,
    "own account": read_operator,
    "mail setting": lambda c: read_invite_emails(c, HERE),
    "mail job": lambda c: read_job(c, HERE, "job"),
    "names": lambda c: read_directory(c, ORGANIZATION, LISTS),
    "records": lambda c: ContactCenter(c, ORGANIZATION).find([Identity(ADA, ADA, person_id(ADA))], settings=True),
    "all records": lambda c: ContactCenter(c, ORGANIZATION, capabilities=True).all_records(),
    "one record": lambda c: ContactCenter(c, ORGANIZATION).one("r"),
    "holders of a profile": lambda c: ContactCenter(c, ORGANIZATION).holders("skillProfileId", "s"),
}


async def _seats(client: Client) -> list[int | None]:
    return [seat.free for seat in seats(await list_licenses(client, HERE))]


def answered(work: Callable[[Client], Awaitable[Any]], answer: Any) -> Any:
    """Run a reader against a service that answers everything with the same JSON."""

    async def sleep(_seconds: float) -> None:
        await asyncio.sleep(0)

    async def main() -> Any:
        transport = httpx.MockTransport(lambda _request: httpx.Response(200, content=_written(answer)))
        client = Client(
            Settings(access_token="token", concurrency=1, retry_deadline=0), transport=transport, sleep=sleep
        )
        async with client:
            return await work(client)

    return asyncio.run(main())


def _written(answer: Any) -> bytes:
    return json.dumps(answer).encode("ascii")


@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(answer=ANSWERS)
def test_whatever_is_answered_a_reader_returns_or_raises_an_error_of_ours(reader: str, answer: Any) -> None:
    try:
        answered(READERS[reader], answer)
    except WxccError as error:
        assert error.problem.code == "invalid_response"


@given(answer=ANSWERS)
def test_answers_to_bulk_requests_never_break_their_readers(answer: Any) -> None:
    operations = [delete_operation("one", person_id(ADA)), delete_operation("two", person_id("b@example.com"))]
    assert set(read_outcomes(operations, answer, None)) == {"one", "two"}
    assert len(item_problems(answer, [ADA, "b@example.com"])) == 2


@pytest.mark.parametrize(
    ("value", "status"),
    [
        (200, 200),
        ("200", 200),
        ("201 Created", 201),
        (True, None),
        ("", None),
        ("9" * 5000, None),
        (2.5, None),
        ([], None),
        (0, None),
    ],
)
def test_a_status_is_three_digits(value: Any, status: int | None) -> None:
    assert status_of(value) == status


@pytest.mark.parametrize(
    ("take", "good", "bad"),
    [
        (lambda f: f.text("x"), ["", "a", None], [1, True, [], {}, "\ud800"]),
        (lambda f: f.needed("x"), ["a"], ["", " ", None, 1, ["a"]]),
        (lambda f: f.flag("x"), [True, False, None, "true", "FALSE"], ["yes", 1, 0, [], ""]),
        (lambda f: f.number("x"), [0, 3, None, "12"], [-1, 1.5, True, "1.5", "", "9" * 30, 10**30, []]),
        (lambda f: f.texts("x"), [[], ["a"], None], ["a", [1], [None], {}, [["a"]]]),
        (lambda f: f.objects("x"), [[], [{}], None], [[None], ["a"], {}, 1]),
        (lambda f: f.inner("x"), [{}, None], [[], "a", 1, False]),
    ],
)
def test_each_shape(take: Callable[[Fields], Any], good: list[Any], bad: list[Any]) -> None:
    for value in good:
        take(Fields({"x": value}, "A thing"))
    for value in bad:
        with pytest.raises(ApiError, match=r"A thing.* (x is not|it is no object)") as raised:
            take(Fields({"x": value}, "A thing"))
        assert raised.value.problem.code == "invalid_response"
        assert raised.value.problem.advice


def test_an_odd_record_is_its_owner_s_matter_and_one_without_owner_everybody_s() -> None:
    def decode(entry: Any) -> str:
        return Fields(entry, "A record").needed("name")

    def whose(entry: Any) -> list[str]:
        return [str(entry["id"])] if isinstance(entry, dict) and "id" in entry else []

    found, odd = sorted_out([{"id": "a", "name": "A"}, {"id": "b", "name": 2}], decode, whose)
    assert found == ["A"]
    assert list(odd) == ["b"]
    with pytest.raises(ApiError, match="it is no object"):
        sorted_out([{"id": "a", "name": "A"}, None], decode, whose)
