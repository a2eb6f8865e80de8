"""What a plan reads: everything once, and nothing but reading."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._client import routes
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.library import httpx
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.settings import Settings
from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.records import ContactCenter, Identity
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.context import Policy, Progress
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.snapshot import Snapshot
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import ApiError
from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.reading import (
    PlanContext,
    ReadingClient,
    SharedCenter,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.organization import Organization
from tests.unit.build import ORGANIZATION, person_id
from tests.unit.planning.service import Service, center_record

ADA, BRUNO = "ada@example.com", "bruno@example.com"
OF = {"org": ORGANIZATION}


def play(service: Service, work: Any) -> Any:
    async def main() -> Any:
        settings = Settings(access_token="token-1", concurrency=1)
        async with ReadingClient(settings, transport=httpx.MockTransport(service.handle)) as client:
            return await work(client)

    return asyncio.run(main())


@pytest.mark.parametrize("route", [routes.CREATE_IDENTITY, routes.CHANGE_LICENSES])
def test_a_plan_writes_nothing(route: routes.Route) -> None:
    service = Service()
    with pytest.raises(RuntimeError, match=f"^a plan writes nothing, and {route.doing} was asked for$"):
        play(service, lambda client: client.call(route, OF, body={}))
    assert service.asked == []


@pytest.mark.parametrize(
    ("route", "values", "params", "asked"),
    [
        (routes.OWN_PERSON, None, None, 1),
        (routes.LICENSES, {}, {"orgId": "x"}, 1),
        (routes.ROLES, None, None, 1),
        (routes.ORGANIZATIONS, None, None, 1),
        (routes.MAIL_SETTING, {**OF, "key": "mails"}, None, 1),
        (routes.SITES, OF, {"page": "0"}, 1),
        (routes.IDENTITIES, OF, {"count": "1"}, 1),
        (routes.IDENTITIES, OF, {"count": "1", "filter": "x"}, 2),
        (routes.IDENTITIES, OF, None, 2),
        (routes.PEOPLE, None, {"count": "1"}, 2),
        (routes.CENTER_USERS, OF, None, 2),
    ],
)
def test_what_is_the_same_for_all_is_asked_for_once(route: routes.Route, values: Any, params: Any, asked: int) -> None:
    service = Service({ADA: ()})

    async def twice(client: ReadingClient) -> None:
        first = await client.call(route, values, params=params)
        second = await client.call(route, values and dict(values), params=params and dict(params))
        assert first.body == second.body
        assert first.body is not None

    play(service, twice)
    assert len(service.asked) == asked
    if params:
        assert all(f"{key}={value}" in url for url in service.asked for key, value in params.items())


def test_what_is_asked_for_in_another_way_is_asked_for_again() -> None:
    service = Service()

    async def several(client: ReadingClient) -> None:
        for values, params in ((OF, {"page": "0"}), (OF, {"page": "1"}), ({**OF, "x": "y"}, {"page": "0"})):
            await client.call(routes.SITES, values, params=params)
        await client.call(routes.TEAMS, OF, params={"page": "0"})

    play(service, several)
    assert len(service.asked) == 4


def test_a_refusal_is_remembered_and_says_what_was_done() -> None:
    service = Service()
    service.refused = {"/v1/roles": 403, "/v1/people": 403}

    async def twice(client: ReadingClient) -> list[str]:
        told = []
        for route in (routes.ROLES, routes.ROLES, routes.PEOPLE):
            with pytest.raises(ApiError) as caught:
                await client.call(route, doing="looking around")
            assert caught.value.status == 403
            told.append(str(caught.value.problem.message))
        return told

    first, second, other = play(service, twice)
    assert first == second
    assert "ooking around" in first and "ooking around" in other
    assert len(service.asked) == 2


def identities(*emails: str) -> list[Identity]:
    return [Identity(e, e, person_id(e)) for e in emails]


@pytest.mark.parametrize(("declared", "wanted"), [(True, False), (False, True), (False, False)])
def test_each_record_is_looked_for_once(declared: bool, wanted: bool) -> None:
    service = Service({ADA: (), BRUNO: ()}, {ADA: center_record(ADA)})

    async def look(client: ReadingClient) -> None:
        center = SharedCenter(client, ORGANIZATION, settings=declared)
        first = await center.find(identities(ADA), **({"settings": True} if wanted else {}))
        number = len(service.asked)
        assert (list(first), number > 0) == ([ADA], True)
        assert ("siteId" in service.asked[0]) is (declared or wanted)
        assert await center.find(identities(ADA), settings=wanted) == first
        assert len(service.asked) == number
        both = await center.find(identities(ADA, BRUNO), settings=wanted)
        assert both == first
        assert len(service.asked) > number
        assert all(person_id(ADA) not in url for url in service.asked[number:])
        number = len(service.asked)
        assert await center.find(identities(BRUNO)) == {}
        assert len(service.asked) == number, "nor whoever was not found"

    play(service, look)


def test_what_was_found_out_on_the_way_stays_known(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[tuple[set[str], Any]] = [({ADA}, {"r1": "record"}), ({BRUNO}, None)]

    async def find(self: ContactCenter, asked: Any, *, settings: bool = False) -> dict[str, Any]:
        self.ambiguous, self.whole = found.pop(0)
        return {}

    monkeypatch.setattr(ContactCenter, "find", find)

    async def look(client: ReadingClient) -> None:
        center = SharedCenter(client, ORGANIZATION, settings=False)
        await center.find(identities(ADA))
        await center.find(identities(BRUNO))
        await center.find(identities(BRUNO))
        assert (center.ambiguous, center.whole) == ({ADA, BRUNO}, {"r1": "record"})

    play(Service(), look)


def test_there_is_one_reader_of_records_and_none_before_it_is_looked_at() -> None:
    async def look(client: ReadingClient) -> None:
        snapshot = Snapshot(None, organization=ORGANIZATION, api="", check_mode=False)
        organization = Organization(ORGANIZATION, named=False)
        context = PlanContext(client, organization, snapshot, Policy(), False, Progress(None, 0), asyncio.sleep)
        with pytest.raises(RuntimeError, match=r"^the contact center is not looked at$"):
            context.center()
        context.shared = SharedCenter(client, ORGANIZATION, settings=False)
        assert context.center() is context.shared

    play(Service(), look)
