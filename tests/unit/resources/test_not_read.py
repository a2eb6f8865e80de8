"""What a list leaves out is not read: it is read by id where the plan rests on it, and is never sent back."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._client.client import Client
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.library import httpx
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.settings import Settings
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.context import Context, Policy, Progress
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.engine import reconcile
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.outcomes import Outcomes
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.snapshot import Snapshot
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.agent import Agents
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.organization import Organization
from tests.unit.build import ORGANIZATION, PREMIUM_1, people, person, person_id, wanted

ADA, BRUNO = "ada@example.com", "bruno@example.com"
LISTS: dict[str, list[dict[str, Any]]] = {
    "site": [{"id": "s1", "name": "Lisboa"}, {"id": "s2", "name": "Nairobi"}],
    "team": [{"id": "t1", "name": "Service", "siteId": "s1"}, {"id": "t2", "name": "Sales", "siteId": "s2"}],
    "user-profile": [{"id": "p1", "name": "Agents", "profileType": "PREMIUM_AGENT"}],
    "agent-profile": [{"id": "d1", "name": "Desk"}],
    "skill-profile": [{"id": "k1", "name": "Skilled"}],
}


class Center:
    """A contact center whose list leaves fields out, and takes what it is sent; it counts what it is asked."""

    def __init__(
        self, *records: dict[str, Any], left_out: tuple[str, ...] = ("teamIds",), as_null: tuple[str, ...] = ()
    ) -> None:
        self.records = {r["id"]: r for r in records}
        self.left_out, self.as_null = left_out, dict.fromkeys(as_null)
        self.by_id: list[str] = []
        self.sent: list[dict[str, Any]] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix(f"/organization/{ORGANIZATION}/").removeprefix("v2/").removeprefix("v3/")
        if path == "user/bulk":
            items = json.loads(request.content)["items"]
            for item in items:
                self.sent.append(item["item"])
                self.records[item["item"]["id"]].update(item["item"])
            return httpx.Response(
                207, json={"items": [{"itemIdentifier": i["itemIdentifier"], "status": 200} for i in items]}
            )
        if path.startswith("user/"):
            self.by_id.append(path.removeprefix("user/"))
            return httpx.Response(200, json=self.records[self.by_id[-1]])
        users = [
            {**{k: v for k, v in r.items() if k not in self.left_out}, **self.as_null} for r in self.records.values()
        ]
        data = users if path == "user" else LISTS[path]
        return httpx.Response(200, json={"data": data, "meta": {"totalPages": 1, "totalRecords": len(data)}})


def record(email: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": f"r-{email[:3]}",
        "ciUserId": person_id(email),
        "email": email,
        "userProfileId": "p1",
        "contactCenterEnabled": True,
        "agentProfileId": "d1",
        **fields,
    }


async def _no_sleep(_seconds: float) -> None:
    return None


def run(center: Center, *rows: dict[str, Any]) -> Outcomes:

    async def main() -> Outcomes:
        transport = httpx.MockTransport(center.answer)
        async with Client(Settings(access_token="t"), transport=transport, sleep=_no_sleep) as client:
            context = Context(
                client,
                Organization(ORGANIZATION, named=False),
                Snapshot(None, organization=ORGANIZATION, api="", check_mode=False),
                Policy(),
                False,
                Progress(None, len(rows)),
                _no_sleep,
            )
            context.snapshot.people = people(*(person(r["email"], PREMIUM_1) for r in rows))
            return await reconcile(Agents(defaults=None, chunk_size=100), wanted(*rows), context)

    return asyncio.run(main())


def agent(email: str, **settings: Any) -> dict[str, Any]:
    return {"email": email, "agent": settings}


@pytest.mark.parametrize("as_null", [(), ("teamIds",)])
def test_teams_that_the_list_leaves_out_are_read_and_nothing_is_sent_where_they_are_as_declared(
    as_null: tuple[str, ...],
) -> None:
    center = Center(record(ADA, siteId="s1", teamIds=["t1"]), as_null=as_null)
    outcomes = run(center, agent(ADA, site="Lisboa", teams=["Service"]))
    assert (center.by_id, center.sent, outcomes.changed) == (["r-ada"], [], False)


def test_whoever_moves_takes_along_the_teams_that_were_read() -> None:
    center = Center(record(ADA, siteId="s1", teamIds=["t9"]))
    outcomes = run(center, agent(ADA, site="Nairobi"))
    assert outcomes.summary()["updated"] == 1
    assert center.by_id[0] == "r-ada"
    assert center.sent == [{"id": "r-ada", "siteId": "s2", "teamIds": ["t9"], "agentProfileId": "d1"}]


@pytest.mark.parametrize(
    ("declared", "sent"),
    [
        ({"skill_profile": "Skilled"}, {"skillProfileId": "k1"}),
        ({"external_id": "E-1"}, {"externalIdentifier": "E-1"}),
    ],
)
def test_nobody_is_read_by_id_for_what_does_not_rest_on_it(declared: dict[str, str], sent: dict[str, str]) -> None:
    center = Center(record(ADA, siteId="s1", teamIds=["t1"]))
    outcomes = run(center, agent(ADA, **declared))
    assert (center.by_id, center.sent) == ([], [{"id": "r-ada", **sent}])
    (outcome,) = outcomes
    assert "teams" not in outcome.before
    assert "teams" not in outcome.after


def test_a_new_person_costs_no_request_before_the_change_and_is_verified_by_id() -> None:
    center = Center(record(ADA))
    outcomes = run(center, agent(ADA, site="Lisboa", teams=["Service"]))
    assert center.by_id == ["r-ada"]
    assert center.sent == [{"id": "r-ada", "siteId": "s1", "teamIds": ["t1"], "agentProfileId": "d1"}]
    (outcome,) = outcomes
    assert (outcome.changed, outcome.failed, outcome.after["teams"]) == (True, False, ["Service"])


def test_a_site_for_somebody_without_teams_never_sends_empty_teams() -> None:
    center = Center(record(ADA))
    assert run(center, agent(ADA, site="Lisboa")).summary()["updated"] == 1
    assert center.sent == [{"id": "r-ada", "siteId": "s1", "agentProfileId": "d1"}]


def test_where_the_list_shows_teams_nobody_is_read_by_id() -> None:
    center = Center(record(ADA, siteId="s1"), record(BRUNO, siteId="s1", teamIds=["t1"]), left_out=())
    outcomes = run(center, agent(ADA, teams=["Service"]), agent(BRUNO, teams=["Service"]))
    assert (center.by_id, center.sent) == ([], [{"id": "r-ada", "teamIds": ["t1"]}])
    assert [o.changed for o in outcomes] == [True, False]


def test_a_list_without_the_profile_leaves_everything_open() -> None:
    everything = ("teamIds", "siteId", "userProfileId", "agentProfileId", "contactCenterEnabled")
    center = Center(record(ADA, siteId="s1", teamIds=["t1"]), left_out=everything)
    outcomes = run(
        center, agent(ADA, site="Lisboa", teams=["Service"], desktop_profile="Desk", contact_center_enabled=True)
    )
    assert (center.by_id, center.sent, outcomes.changed) == (["r-ada"], [], False)


@pytest.mark.parametrize(
    "odd",
    [
        {"teamIds": "t1"},
        {"teamIds": [None]},
        {"siteId": 7},
        {"contactCenterEnabled": "perhaps"},
        {"organizationId": "11111111-2222-4333-8444-555555555555"},
    ],
)
def test_an_odd_record_stops_its_person_and_nobody_else(odd: dict[str, Any]) -> None:
    center = Center(record(ADA, **{"siteId": "s1", **odd}), record(BRUNO, siteId="s1", teamIds=[]), left_out=())
    ada, bruno = run(center, agent(ADA, teams=["Service"]), agent(BRUNO, teams=["Service"]))
    assert ada.error is not None
    assert (ada.error.code, ada.blocked, ada.changed) == ("invalid_response", True, False)
    assert (bruno.changed, bruno.failed) == (True, False)
    assert [item["id"] for item in center.sent] == ["r-bru"]


def test_two_identities_with_one_record_are_both_left_alone() -> None:
    center = Center(record(ADA, siteId="s1"), left_out=())
    twice = [record(ADA, siteId="s1"), {**record(BRUNO, siteId="s1"), "id": "r-ada"}]
    center.records = {str(n): r for n, r in enumerate(twice)}
    outcomes = run(center, agent(ADA, teams=["Service"]), agent(BRUNO, teams=["Service"]))
    assert [o.error.code for o in outcomes if o.error] == ["invalid_response", "invalid_response"]
    assert center.sent == []
