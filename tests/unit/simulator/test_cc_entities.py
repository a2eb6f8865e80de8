"""Sites, teams, skills and profiles."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Lab

PATHS = [
    "v2/site",
    "v2/team",
    "v2/skill",
    "v2/skill-profile",
    "v2/multimedia-profile",
    "v2/agent-profile",
    "v3/user-profile",
]


def rows(lab: Lab, path: str) -> dict[str, dict[str, Any]]:
    return {item["name"]: item for item in lab.get(f"/organization/{lab.org}/{path}").json()["data"]}


@pytest.mark.parametrize("path", PATHS)
def test_every_kind_is_listed_and_read(lab: Lab, path: str) -> None:
    found = rows(lab, path)
    assert len(found) > 1
    item = next(iter(found.values()))
    item_path = path if path.startswith("v3") else path.removeprefix("v2/")
    assert lab.get(f"/organization/{lab.org}/{item_path}/{item['id']}").json()["name"] == item["name"]
    if path.startswith("v2"):
        assert lab.get(f"/organization/{lab.org}/{path}/{item['id']}").status_code == 404
        assert isinstance(lab.get(f"/organization/{lab.org}/{item_path}").json(), list)


def test_every_type_of_profile_has_its_default(lab: Lab) -> None:
    found = rows(lab, "v3/user-profile").values()
    assert len({item["profileType"] for item in found if item["systemDefault"]}) == 8
    assert [item["name"] for item in found if not item["systemDefault"]] == ["Night Shift Agents", "Floor Supervisors"]
    assert all("permissions" not in item for item in found)


def test_a_site_lives_and_dies(lab: Lab) -> None:
    base = f"/organization/{lab.org}/site"
    media = next(iter(rows(lab, "v2/multimedia-profile").values()))["id"]
    body = {"name": "Oslo", "active": True, "multimediaProfileId": media}
    made = lab("POST", base, body)
    assert (made.status_code, made.json()["version"]) == (201, 0)
    assert lab("POST", base, body).status_code == 409
    assert lab("POST", base, {**body, "name": "Bergen!"}).status_code == 400
    assert lab("POST", base, {**body, "name": "Bergen", "id": made.json()["id"]}).status_code == 400
    url = f"{base}/{made.json()['id']}"
    assert lab("PUT", url, {**made.json(), "description": "north"}).json()["version"] == 1
    assert lab("PUT", url, {**made.json(), "description": "north"}).json()["version"] == 1
    assert lab("DELETE", url).status_code == 204
    assert lab.get(url).status_code == 404


def test_what_is_in_use_cannot_go(lab: Lab) -> None:
    lisboa = rows(lab, "v2/site")["Lisboa"]["id"]
    refused = lab("DELETE", f"/organization/{lab.org}/site/{lisboa}")
    assert (refused.status_code, refused.json()["error"]["referencedEntities"]) == (412, ["team", "agent-profile"])
    references = lab.get(f"/organization/{lab.org}/site/{lisboa}/incoming-references", type="team").json()
    assert references["meta"]["totalRecords"] == 3


def test_a_team(lab: Lab) -> None:
    base = f"/organization/{lab.org}/team"
    sites = {name: item["id"] for name, item in rows(lab, "v2/site").items()}
    body = {"name": "Night", "active": True, "siteId": sites["Lisboa"], "teamStatus": "IN_SERVICE", "teamType": "AGENT"}
    made = lab("POST", base, {**body, "userIds": ["x"]}).json()
    assert "userIds" not in lab.get(f"/organization/{lab.org}/v2/team", filter="name==Night").json()["data"][0]
    assert lab.get(f"{base}/{made['id']}").json()["userIds"] == []
    assert lab("POST", base, {**body, "siteId": sites["Nairobi"]}).status_code == 201
    assert lab("POST", base, body).status_code == 409
    assert lab("PUT", f"{base}/{made['id']}", {**body, "siteId": sites["Nairobi"]}).status_code == 400
    assert lab("POST", base, {key: value for key, value in body.items() if key != "teamStatus"}).status_code == 409
    assert lab("POST", base, {key: value for key, value in body.items() if key != "active"}).status_code == 400


def test_the_teams_of_a_user(lab: Lab) -> None:
    ana = lab.record("ana@alpha.example.com")
    assert ana is not None
    team = rows(lab, "v2/team")["HQ Sales"]
    lab(
        "PATCH",
        f"/organization/{lab.org}/user/{ana['id']}",
        {"contactCenterEnabled": True, "siteId": team["siteId"], "teamIds": [team["id"]]},
    )
    found = lab.get(f"/organization/{lab.org}/v2/team", filter=f"userId=={ana['id']}").json()["data"]
    assert [item["name"] for item in found] == ["HQ Sales"]
    assert lab("DELETE", f"/organization/{lab.org}/team/{team['id']}").status_code == 412


def test_names_of_skills_and_types_of_profiles_are_fixed(lab: Lab) -> None:
    skill = rows(lab, "v2/skill")["Billing"]
    assert lab("PUT", f"/organization/{lab.org}/skill/{skill['id']}", {**skill, "name": "Bills"}).status_code == 400
    profile = rows(lab, "v3/user-profile")["Night Shift Agents"]
    url = f"/organization/{lab.org}/v3/user-profile/{profile['id']}"
    assert lab("PUT", url, {**profile, "profileType": "SUPERVISOR"}).status_code == 400
    assert lab("PUT", url, {**profile, "description": "x"}).status_code == 200
    default = rows(lab, "v3/user-profile")["Supervisor Profile"]
    assert lab("PUT", f"/organization/{lab.org}/v3/user-profile/{default['id']}", default).status_code == 400


def test_bulk_creates_and_deletes_but_changes_nothing(lab: Lab) -> None:
    media = next(iter(rows(lab, "v2/multimedia-profile").values()))["id"]
    body = {"name": "Oslo", "active": True, "multimediaProfileId": media}
    url = f"/organization/{lab.org}/site/bulk"
    made = lab("POST", url, {"items": [{"itemIdentifier": 3, "item": body}]})
    assert (made.status_code, made.json()["items"][0]["status"]) == (207, 201)
    oslo = rows(lab, "v2/site")["Oslo"]
    again = lab("POST", url, {"items": [{"itemIdentifier": 1, "item": oslo}]}).json()["items"][0]
    assert again["apiError"]["error"]["reason"] == "New configuration cannot have an id"
    gone = {"items": [{"itemIdentifier": 1, "item": oslo, "requestAction": "DELETE"}]}
    assert lab("POST", url, gone).json()["items"][0]["status"] == 204
    assert "Oslo" not in rows(lab, "v2/site")
