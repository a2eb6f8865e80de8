"""What the vendor may have changed by autumn 2026: each a switch."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Lab

ANA = "ana@alpha.example.com"
FIELD = "supervisorCapabilitiesEnabled"


def _write(lab: Lab) -> int:
    record = lab.record(ANA) or {}
    path = f"/organization/{lab.org}/user/{record['id']}"
    return lab("PATCH", path, {FIELD: True}).status_code


@pytest.mark.parametrize(
    ("switch", "status", "after"),
    [("absent", 200, None), ("read_only", 400, False), ("ignored", 200, False), ("effective", 200, True)],
)
def test_capabilities(lab: Lab, switch: str, status: int, after: bool | None) -> None:
    lab.set(capabilities=switch)
    assert _write(lab) == status
    assert (lab.record(ANA) or {}).get(FIELD) is after
    assert lab.person(ANA)["supervisor"] is (after is True)


def test_people_by_id_alone_and_page_size(lab: Lab) -> None:
    person = lab.simulator.world.addresses[ANA][1].rest
    lab.set(people_by_id="alone", people_page="refused")
    assert lab.get("/v1/people", id=person).status_code == 200
    assert lab.get("/v1/people", id=person, max=1).status_code == 400
    assert [lab.get("/v1/people", max=size).status_code for size in (500, 501)] == [200, 400]


def test_sparse_identities(lab: Lab) -> None:
    lab.set(identities="sparse")
    found: dict[str, Any] = lab.get(f"/identity/scim/{lab.org}/v2/Users", filter=f'userName eq "{ANA}"').json()
    user = found["Resources"][0]
    assert "accountStatus" not in user["urn:scim:schemas:extension:cisco:webexidentity:2.0:User"]
    assert "cjp.premium_agent" in [role["value"] for role in user["roles"]]


def test_arrays_never_come_in_lists_but_by_id(lab: Lab) -> None:
    lab.set(list_arrays="never")
    base = f"/organization/{lab.org}"
    (row, *_) = lab.get(f"{base}/v2/team", attributes="id,userIds").json()["data"]
    assert set(row) == {"id"}
    assert "userIds" in lab.get(f"{base}/team/{row['id']}").json()
    lab.set(team_user_ids=False)
    assert "userIds" not in lab.get(f"{base}/team/{row['id']}").json()


def test_a_second_subscription_brings_a_type_code_again(lab: Lab) -> None:
    answer = lab(
        "POST", "/_sim/licenses", {"organization": "alpha", "type": "CJPPRM", "total": 5, "subscription": "S9"}
    )
    assert answer.status_code == 200, answer.text
    items = lab.get("/v1/licenses", orgId=lab.org).json()["items"]
    assert [item.get("subscriptionId") for item in items if "Premium" in item["name"]] == ["Sub1", "S9"]
