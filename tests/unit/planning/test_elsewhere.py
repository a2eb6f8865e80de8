"""What can be known of new people before they are added."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from ansible_collections.wxcc.onboarding.plugins.module_utils._client.client import Client
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.context import Context, Policy, Progress
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.snapshot import Snapshot
from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.elsewhere import Elsewhere, look_elsewhere
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.user import Users
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.organization import Organization
from tests.unit.build import ORGANIZATION, people, person, wanted
from tests.unit.resources.scripted import scim_user
from tests.unit.script import ADMIN, Script, Step, expect

OTHER = "22222222-aaaa-4bbb-8ccc-dddddddddddd"
NIA, OLU, KAI = "nia@example.com", "olu@gmail.example", "kai@gmail.example"


def organizations(*others: str, status: int = 200) -> Step:
    items = [{"id": i, "displayName": f"Org {i[:1]}"} for i in (ORGANIZATION, *others)]
    return expect("GET", f"{ADMIN}/v1/organizations", {"items": items}, status=status)


def domain(name: str, number: int | None, status: int = 200) -> Step:
    expression = quote('userName ew "@' + name + '"', safe="")
    url = f"{ADMIN}/identity/scim/{ORGANIZATION}/v2/Users?filter={expression}&count=1"
    return expect("GET", url, {"totalResults": number, "Resources": []}, status=status)


def search(organization: str, *emails: str, there: tuple[str, ...] = (), status: int = 200) -> Step:
    expression = quote(" or ".join(f'userName eq "{email}"' for email in emails), safe="")
    url = f"{ADMIN}/identity/scim/{organization}/v2/Users?filter={expression}&count={len(emails)}&startIndex=1"
    found = [scim_user(email) for email in there]
    return expect("GET", url, {"totalResults": len(found), "Resources": found}, status=status)


def look(*steps: Step, rows: Any = (NIA, OLU, KAI), there: Any = ()) -> Elsewhere:
    script = Script(*steps)

    async def work(client: Client) -> Elsewhere:
        snapshot = Snapshot(None, organization=ORGANIZATION, api="", check_mode=False)
        organization = Organization(ORGANIZATION, named=False, name="Alpha")
        context = Context(client, organization, snapshot, Policy(), False, Progress(None, 0), script.sleep)
        known = {**dict.fromkeys(w.key for w in wanted(*rows)), **people(*there)}
        return await look_elsewhere(context, wanted(*rows), known, Users("present"))

    return script.play(work)


def test_who_is_a_member_elsewhere_and_whose_domain_is_strange() -> None:
    found = look(
        organizations(OTHER),
        search(OTHER, NIA, OLU, KAI, there=(OLU,)),
        domain("gmail.example", 0),
        domain("example.com", 3),
    )
    assert list(found.members) == [OLU]
    assert found.members[OLU].code == "other_organization"
    assert "Org 2" in found.members[OLU].message
    assert "Org 2" in found.members[OLU].advice
    assert found.strange == {"gmail.example": 2}


def test_nobody_new_costs_nothing() -> None:
    assert look(rows=(NIA,), there=[person(NIA)]) == Elsewhere()
    assert look(rows=({"email": NIA, "state": "absent"},)) == Elsewhere()


def test_a_domain_of_somebody_who_is_there_is_not_looked_for() -> None:
    found = look(organizations(), rows=(NIA, "old@example.com"), there=[person("old@example.com")])
    assert found == Elsewhere()


def test_what_cannot_be_seen_stops_nothing() -> None:
    assert look(organizations(status=403), domain("gmail.example", 0, 403), domain("example.com", None)) == Elsewhere()
    found = look(organizations(OTHER), search(OTHER, NIA, status=403), domain("example.com", 1), rows=(NIA,))
    assert found == Elsewhere()


def test_a_token_of_many_organizations_asks_none_of_them() -> None:
    many = [f"{n}2222222-aaaa-4bbb-8ccc-dddddddddddd" for n in range(3, 9)]
    assert look(organizations(*many), domain("example.com", 1), rows=(NIA,)) == Elsewhere()


def test_what_is_said_of_strange_domains() -> None:
    assert Elsewhere().findings("Alpha") == []
    (one,) = Elsewhere(strange={"gmail.example": 1}).findings("Alpha")
    assert one["message"].startswith("The address of 1 new person is of gmail.example, where nobody of Alpha is.")
    (several,) = Elsewhere(strange={"b.example": 1, "a.example": 1, "c.example": 3}).findings("Alpha")
    assert several["message"].startswith("The addresses of 5 new people are of c.example, a.example, b.example")
    assert several["level"] == "info"
