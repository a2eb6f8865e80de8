"""Records of the contact center: whether they are listed or filtered, and whose they are."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.records import (
    ContactCenter,
    Identity,
    by_filter_chunks,
    list_is_cheaper,
    record_from,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.settings import reported
from tests.unit.build import ORGANIZATION, person_id
from tests.unit.script import CENTER, Script, expect, get

ADA, BRUNO = "ada@example.com", "bruno@example.com"


@given(st.lists(st.text(min_size=1, max_size=400), max_size=250))
def test_every_value_is_asked_for_once(values: list[str]) -> None:
    chunks = by_filter_chunks(values)
    assert [v for chunk in chunks for v in chunk] == values
    assert all(0 < len(chunk) <= 100 for chunk in chunks)


@pytest.mark.parametrize(
    ("by_filter", "unread", "cheaper"),
    [(1, None, False), (2, None, False), (3, None, True), (3, 3, True), (3, 4, False), (30, 0, True)],
)
def test_the_list_is_read_where_it_takes_no_more_requests(by_filter: int, unread: int | None, cheaper: bool) -> None:
    assert list_is_cheaper(by_filter, unread) is cheaper


def record(number: int, email: str, ci_user_id: str | None = None) -> dict[str, Any]:
    return {"id": f"record-{number}", "email": email, **({"ciUserId": ci_user_id} if ci_user_id else {})}


def find(identities: list[Identity], *records: dict[str, Any]) -> tuple[dict[str, str], set[str]]:
    """Play a search by id, or by address where nobody has one, that finds ``records``."""
    field = "ciUserId" if identities[0].id else "email"
    values = "%2C".join(f"%22{(i.id or i.email).replace('@', '%40')}%22" for i in identities)
    attributes = (
        "id,ciUserId,email,firstName,lastName,active,userProfileId,contactCenterEnabled,imiUserCreated,lastUpdatedTime"
    )
    url = (
        f"{CENTER}/organization/{ORGANIZATION}/v2/user?filter={field}%3Din%3D%28{values}%29"
        f"&attributes={attributes.replace(',', '%2C')}&page=0&pageSize={len(identities) + 10}"
    )

    async def work(client: Any) -> tuple[dict[str, str], set[str]]:
        center = ContactCenter(client, ORGANIZATION)
        found = await center.find(identities)
        return {key: r.id for key, r in found.items()}, center.ambiguous

    return Script(get(url, {"data": list(records), "meta": {"totalPages": 1}})).play(work)


def test_the_identitys_id_decides_whatever_the_address_is() -> None:
    ada = Identity(ADA, ADA, person_id(ADA))
    renamed = record(2, "earlier@example.com", person_id(ADA))
    assert find([ada], record(1, ADA, person_id(BRUNO)), renamed) == ({ADA: "record-2"}, set())
    assert find([ada], renamed, record(1, ADA, person_id(BRUNO))) == ({ADA: "record-2"}, set())


def test_an_address_alone_with_several_records_is_ambiguous() -> None:
    found, ambiguous = find(
        [Identity(ADA, ADA), Identity(BRUNO, BRUNO)], record(1, ADA), record(2, ADA), record(3, BRUNO)
    )
    assert found == {ADA: "record-1", BRUNO: "record-3"}
    assert ambiguous == {ADA}


def test_a_service_that_does_not_know_the_capabilities_is_asked_without_them_from_then_on() -> None:
    fields = (
        "id,ciUserId,email,firstName,lastName,active,userProfileId,contactCenterEnabled,imiUserCreated,lastUpdatedTime,"
        "siteId,teamIds,skillProfileId,agentProfileId,multimediaProfileId,externalIdentifier,deafultDialledNumber"
    )
    more = f"{fields},supervisorCapabilitiesEnabled,agentCapabilitiesEnabled"

    def page(number: int, asked: str, answer: Any, **given: Any) -> Any:
        url = f"{CENTER}/organization/{ORGANIZATION}/v2/user?attributes={asked.replace(',', '%2C')}"
        return expect("GET", f"{url}&page={number}&pageSize=1000", answer, **given)

    found = [{"data": [record(n, f"{n}@example.com")], "meta": {"totalPages": 2}} for n in range(2)]
    steps = (page(0, more, {"message": "Invalid"}, status=400), page(0, fields, found[0]), page(1, fields, found[1]))

    async def work(client: Any) -> list[str]:
        return [r.id for r in await ContactCenter(client, ORGANIZATION, capabilities=True).all_records()]

    assert Script(*steps).play(work) == ["record-0", "record-1"]


@pytest.mark.parametrize("left_out", [{}, {"teamIds": None}])
@pytest.mark.parametrize(
    ("others", "unread"), [({}, {"teamIds"}), ({"teamIds": ["team"]}, set()), ({"teamIds": []}, set())]
)
def test_teams_that_a_list_leaves_out_or_tells_as_null_are_not_read_unless_it_shows_somebody_elses(
    left_out: dict[str, Any], others: dict[str, Any], unread: set[str]
) -> None:
    set_up = {"siteId": "site", "userProfileId": "profile"}
    people = [{**record(0, ADA), **set_up, **left_out}, {**record(1, BRUNO), **set_up, **others}]

    async def work(client: Any) -> list[Any]:
        return await ContactCenter(client, ORGANIZATION).all_records()

    url = (
        f"{CENTER}/organization/{ORGANIZATION}/v2/user?attributes=id%2CciUserId%2Cemail%2CfirstName%2ClastName%2Cactive"
        "%2CuserProfileId%2CcontactCenterEnabled%2CimiUserCreated%2ClastUpdatedTime%2CsiteId%2CteamIds%2CskillProfileId"
        "%2CagentProfileId%2CmultimediaProfileId%2CexternalIdentifier%2CdeafultDialledNumber&page=0&pageSize=1000"
    )
    ada, _bruno = Script(get(url, {"data": people, "meta": {"totalPages": 1}})).play(work)
    assert ada.unread == unread
    assert ada.unread_teams is bool(unread)


def test_capabilities_are_read_where_they_are_told() -> None:
    told = record_from({"id": "r", "supervisorCapabilitiesEnabled": True, "agentCapabilitiesEnabled": False})
    assert reported(told) == {"supervisor": True, "agent": False}
    assert reported(record_from({"id": "r"})) == {}
