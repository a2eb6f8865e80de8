"""/identity/scim users."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Clock, Lab, scim_user

CISCO = "urn:scim:schemas:extension:cisco:webexidentity:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


def search(lab: Lab, text: str, **more: Any) -> list[str]:
    answer = lab.get(f"/identity/scim/{lab.org}/v2/Users", filter=text, **more)
    assert answer.status_code == 200, answer.text
    return [item["userName"] for item in answer.json()["Resources"]]


def patch(lab: Lab, email: str, *operations: dict[str, Any]) -> Any:
    user = lab.person(email)["id"]
    body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": list(operations)}
    return lab("PATCH", f"/identity/scim/{lab.org}/v2/Users/{user}", body)


def test_creates_a_pending_user_without_licenses(lab: Lab) -> None:
    answer = lab.create("new@alpha.example.com", name={"givenName": "Nía", "familyName": "O'Neil"})
    assert answer.status_code == 201
    user = answer.json()
    assert user[CISCO]["accountStatus"] == ["pending"]
    assert user["meta"]["location"].endswith(f"/identity/scim/{lab.org}/v2/Users/{user['id']}")
    assert user["displayName"] == "Nía O'Neil"
    assert lab.person("new@alpha.example.com")["licenses"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"userName": "x@alpha.example.com", "userType": "user"},
        {**scim_user("x@alpha.example.com"), "userType": "robot"},
        scim_user("no address"),
        {**scim_user("x@alpha.example.com"), "active": "yes"},
        {**scim_user("x@alpha.example.com"), "roles": [{"value": "location_admin"}]},
    ],
)
def test_bad_users_are_refused(lab: Lab, body: dict[str, Any]) -> None:
    answer = lab("POST", f"/identity/scim/{lab.org}/v2/Users", body)
    assert answer.status_code == 400
    assert answer.json()["status"] == "400"
    assert "details" in answer.json()
    assert "x@alpha.example.com" not in lab.simulator.world.addresses


def test_conflicts(lab: Lab) -> None:
    assert lab.create("ANA@alpha.example.com").status_code == 409
    assert lab.create("free@alpha.example.com").status_code == 409


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('userName eq "BEN@alpha.example.com"', ["ben"]),
        ('userName eq "cai@alpha.example.com" or emails.value eq "ana@alpha.example.com"', ["ana", "cai"]),
        ('userName sw "b" and userName ew "alpha.example.com"', ["ben", "boss"]),
        ('name.familyName eq "wu"', ["cai"]),
        ('(userName sw "ana" or userName sw "ben") and displayName sw "Ben"', ["ben"]),
        ('userName eq "partner@beta.example.com"', []),
    ],
)
def test_filters(lab: Lab, text: str, found: list[str]) -> None:
    wanted = [f"{name}@alpha.example.com" for name in found]
    assert sorted(search(lab, text)) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "externalId pr",
        'phoneNumbers.value eq "+1"',
        'userName co "a"',
        'userName eq "a',
        "userName eq a",
        'name.givenName ew "a"',
        'phoneNumbers [type eq "work" and value eq "1"]',
        'userName eq "a" or',
        '(userName eq "a"',
    ],
)
def test_filters_that_the_service_refuses(lab: Lab, text: str) -> None:
    answer = lab.get(f"/identity/scim/{lab.org}/v2/Users", filter=text)
    assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidFilter")


def test_a_filter_on_the_work_number(lab: Lab) -> None:
    lab.create("tel@alpha.example.com", phoneNumbers=[{"type": "work", "value": "+34911"}])
    assert search(lab, 'phoneNumbers[type eq "work" and value eq "+34911"]') == ["tel@alpha.example.com"]


def test_too_many_terms(lab: Lab) -> None:
    lab.set(scim_filter_max_terms=2)
    terms = ['userName eq "a@b.c"'] * 3
    assert lab.get(f"/identity/scim/{lab.org}/v2/Users", filter=" or ".join(terms)).status_code == 400
    assert search(lab, " or ".join(terms[:2])) == []


def test_pages_and_their_clamp(lab: Lab) -> None:
    lab.set(scim_max_count=4)
    seen: list[str] = []
    start = 1
    while True:
        page = lab.get(f"/identity/scim/{lab.org}/v2/Users", startIndex=start, count=1000, sortBy="userName").json()
        seen += [item["userName"].lower() for item in page["Resources"]]
        start += page["itemsPerPage"]
        if start > page["totalResults"]:
            break
    assert page["totalResults"] == len(seen) == len(lab.simulator.world.by_id[lab.org].people)
    assert seen == sorted(seen)


def test_attributes(lab: Lab) -> None:
    page = lab.get(f"/identity/scim/{lab.org}/v2/Users", attributes="roles,name.givenName", count=1).json()
    assert set(page["Resources"][0]) == {"schemas", "id", "userName", "userType", "meta", "name", "roles"}


def test_searches_lag_but_reads_do_not(lab: Lab, clock: Clock) -> None:
    lab.set(search_lag_s=3)
    user = lab.create("new@alpha.example.com").json()["id"]
    assert search(lab, 'userName eq "new@alpha.example.com"') == []
    assert lab.get(f"/identity/scim/{lab.org}/v2/Users/{user}").status_code == 200
    assert lab.create("new@alpha.example.com").status_code == 409
    clock.now += 4
    assert search(lab, 'userName eq "new@alpha.example.com"') == ["new@alpha.example.com"]


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "replace", "path": "active", "value": False},
        {"op": "replace", "path": "active", "value": [{"value": False}]},
        {"op": "replace", "value": {"active": False}},
        {"op": "Replace", "path": "active", "value": "False"},
    ],
)
def test_deactivates(lab: Lab, operation: dict[str, Any]) -> None:
    answer = patch(lab, "ana@alpha.example.com", operation)
    assert answer.status_code == 200
    assert answer.json()[CISCO]["accountStatus"] == ["disabled"]
    assert lab.person("ana@alpha.example.com")["active"] is False
    assert lab.person("ana@alpha.example.com")["licenses"] == ["premium"]


def test_patches_attributes(lab: Lab) -> None:
    answer = patch(
        lab,
        "ana@alpha.example.com",
        {"op": "replace", "path": "name.familyName", "value": "Ruiz-Peña"},
        {"op": "add", "path": "title", "value": "Lead"},
        {"op": "add", "path": f"{ENTERPRISE}:department", "value": "Sales"},
    )
    assert answer.json()["name"] == {"givenName": "Ana", "familyName": "Ruiz-Peña"}
    now = lab.person("ana@alpha.example.com")
    assert (now["last_name"], now["title"], now["department"]) == ("Ruiz-Peña", "Lead", "Sales")
    patch(lab, "ana@alpha.example.com", {"op": "remove", "path": "title"})
    assert lab.person("ana@alpha.example.com")["title"] is None


def test_roles_are_added_replaced_and_removed(lab: Lab) -> None:
    def role(name: str) -> list[dict[str, str]]:
        return [{"value": name, "type": "cirole"}]

    patch(lab, "ana@alpha.example.com", {"op": "add", "path": "roles", "value": role("id_full_admin")})
    patch(lab, "ana@alpha.example.com", {"op": "add", "path": "roles", "value": role("id_user_admin")})
    assert set(lab.person("ana@alpha.example.com")["roles"]) == {"id_full_admin", "id_user_admin"}
    patch(lab, "ana@alpha.example.com", {"op": "remove", "path": 'roles[value eq "id_full_admin"]'})
    assert lab.person("ana@alpha.example.com")["roles"] == ["id_user_admin"]
    patch(lab, "ana@alpha.example.com", {"op": "replace", "path": "roles", "value": role("id_readonly_admin")})
    assert lab.person("ana@alpha.example.com")["roles"] == ["id_readonly_admin"]
    patch(lab, "ana@alpha.example.com", {"op": "remove", "path": "roles", "value": role("id_readonly_admin")})
    assert lab.person("ana@alpha.example.com")["roles"] == []


@pytest.mark.parametrize(
    "operation", [{"op": "remove"}, {"op": "replace", "path": 'emails[type eq "home"].value', "value": "x@y.zz"}]
)
def test_no_target(lab: Lab, operation: dict[str, Any]) -> None:
    answer = patch(lab, "ana@alpha.example.com", operation)
    assert (answer.status_code, answer.json()["scimType"]) == (400, "noTarget")


@pytest.mark.parametrize(
    ("switch", "status", "supervisor"), [(True, 200, True), (False, 400, False), ("ignore", 200, False)]
)
def test_the_supervisor_role_is_a_switch(lab: Lab, switch: bool | str, status: int, supervisor: bool) -> None:
    lab.set(scim_accepts_cjp_roles=switch)
    answer = patch(lab, "ana@alpha.example.com", {"op": "add", "path": "roles", "value": [{"value": "cjp.supervisor"}]})
    assert answer.status_code == status
    assert lab.person("ana@alpha.example.com")["supervisor"] is supervisor


def test_hidden_roles_survive_other_writes(lab: Lab) -> None:
    lab("POST", "/_sim/supervisors", {"emails": ["ana@alpha.example.com"]})
    lab.set(cjp_roles_visible=False)
    user = lab.person("ana@alpha.example.com")["id"]
    assert "roles" not in lab.get(f"/identity/scim/{lab.org}/v2/Users/{user}").json()
    patch(lab, "ana@alpha.example.com", {"op": "replace", "path": "title", "value": "X"})
    assert lab.person("ana@alpha.example.com")["supervisor"] is True
    lab.set(cjp_roles_visible=True)
    assert lab.get(f"/identity/scim/{lab.org}/v2/Users/{user}").json()["roles"][0]["value"] == "cjp.supervisor"


def test_put_replaces_everything(lab: Lab) -> None:
    patch(lab, "ana@alpha.example.com", {"op": "add", "path": "title", "value": "Lead"})
    user = lab.person("ana@alpha.example.com")["id"]
    body = scim_user("ana.new@alpha.example.com", displayName="Ana", active=True)
    assert lab("PUT", f"/identity/scim/{lab.org}/v2/Users/{user}", body).status_code == 200
    now = lab.person("ana.new@alpha.example.com")
    assert (now["id"], now["title"], now["licenses"]) == (user, None, ["premium"])
    assert lab.create("ana@alpha.example.com").status_code == 201


def test_deletes(lab: Lab) -> None:
    user = lab.person("ana@alpha.example.com")["id"]
    assert lab("DELETE", f"/identity/scim/{lab.org}/v2/Users/{user}").status_code == 204
    assert lab.get(f"/identity/scim/{lab.org}/v2/Users/{user}").status_code == 404


def test_me(lab: Lab) -> None:
    assert lab.get("/identity/scim/v2/Users/me").json()["userName"] == "partner@alpha.example.com"
    assert lab.get("/identity/scim/v2/Users/me", token="app").status_code == 403


def test_no_version_in_front(lab: Lab) -> None:
    assert lab.get(f"/v1/identity/scim/{lab.org}/v2/Users").status_code == 404
