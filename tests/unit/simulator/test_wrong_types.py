"""Whatever type a value has, the simulator answers, and never with its own failure."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

import pytest

from .conftest import Lab, scim_user

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
ODD: list[Any] = [None, True, 7, -1, 1.5, "", "x", [], [1], ["x"], [{}], [[]], {}, {"a": 1}, {"value": []}]


def _paths(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield at
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from _paths(item, (*at, key))


def _with(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    changed = copy.deepcopy(value)
    target = changed
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = new
    return changed


def _bodies(lab: Lab) -> list[tuple[str, str, Any]]:
    """Return a right body for every route that takes one."""
    org, world = lab.org, lab.simulator.world
    alpha = world.by_key["alpha"]
    ben, cai = (world.addresses[f"{name}@alpha.example.com"][1] for name in ("ben", "cai"))
    center = alpha.contact_center
    assert center is not None
    record = center.user_by_ci(ben.id)
    assert record is not None
    base, scim = f"/organization/{org}", f"/identity/scim/{org}/v2"
    full = scim_user(
        cai.email,
        displayName="Cai",
        active=True,
        title="T",
        name={"givenName": "Cai", "familyName": "Wu"},
        roles=[{"value": "id_user_admin"}],
        emails=[{"value": cai.email, "type": "work"}],
        phoneNumbers=[{"value": "1", "type": "work"}],
        **{ENTERPRISE: {"department": "D", "manager": {"value": "m"}}},
    )
    operations = [
        {"op": "add", "path": "roles", "value": [{"value": "id_user_admin"}]},
        {"op": "replace", "path": 'emails[type eq "work"].value', "value": cai.email},
        {"op": "remove", "path": 'roles[value eq "id_user_admin"]'},
        {"op": "replace", "value": {"title": "X", "name": {"givenName": "C"}}},
        {"op": "replace", "path": f"{ENTERPRISE}:department", "value": "D"},
    ]
    found: list[tuple[str, str, Any]] = [
        ("PUT", f"{scim}/Users/{cai.id}", full),
        ("POST", f"{scim}/Users", {**full, "userName": "new@alpha.example.com"}),
        ("PATCH", f"{scim}/Users/{cai.id}", {"schemas": [USER], "Operations": operations}),
        (
            "POST",
            f"{scim}/Bulk",
            {
                "schemas": [USER],
                "failOnErrors": 100,
                "operations": [
                    {"method": "POST", "path": "/Users", "bulkId": "a", "data": scim_user("b@alpha.example.com")},
                    {"method": "PATCH", "path": f"/Users/{cai.id}", "data": {"Operations": operations}},
                    {"method": "DELETE", "path": "/Users/bulkId:a"},
                ],
            },
        ),
        ("PATCH", "/v1/licenses/users", {"email": cai.email, "orgId": org, "licenses": [{"id": lab.license("MS")}]}),
        ("PATCH", "/v1/licenses/users", {"personId": cai.rest, "licenses": [], "siteUrls": [{"siteUrl": "x"}]}),
        (
            "POST",
            "/v1/people",
            {
                "emails": ["p@alpha.example.com"],
                "displayName": "P",
                "firstName": "P",
                "orgId": org,
                "licenses": [],
                "roles": [],
                "phoneNumbers": [{"type": "work"}],
            },
        ),
        (
            "PUT",
            f"/v1/people/{cai.rest}",
            {"displayName": "C", "emails": [cai.email], "licenses": [], "roles": [], "loginEnabled": True},
        ),
        (
            "POST",
            f"/v1/settings/organizations/{org}/settings",
            {"key": "allow-admin-invite-emails", "value": True},
        ),
        ("PATCH", f"{base}/user/bulk", {"items": [{"itemIdentifier": 1, "item": dict(record)}]}),
        ("POST", f"{base}/user/bulk", {"items": []}),
        ("PUT", f"{base}/user/{record['id']}", {**record, "teamIds": ["x"], "siteId": "x", "workPhone": "1"}),
        ("POST", f"{base}/user/fetch-user-details-by-ids", {"userIds": [record["id"]]}),
    ]
    for entity, records in center.entities.items():
        held = next(iter(records.values()), None)
        if held is None:
            continue
        address = f"{base}/v3/{entity}" if entity == "user-profile" else f"{base}/{entity}"
        fields = {key: value for key, value in held.items() if key not in ("id", "organizationId")}
        found += [
            ("POST", address, {**fields, "name": "Another"}),
            ("PUT", f"{address}/{held['id']}", fields),
            ("POST", f"{address}/bulk", {"items": [{"itemIdentifier": 1, "item": {**fields, "name": "More"}}]}),
        ]
    return found


@pytest.mark.parametrize("seed", range(3))
def test_no_value_of_a_wrong_type_breaks_a_route(lab: Lab, seed: int) -> None:
    rng = random.Random(seed)
    broken = []
    for method, path, body in _bodies(lab):
        for at in rng.sample(places := list(_paths(body)), min(len(places), 12)):
            odd = rng.choice(ODD)
            try:
                status = lab(method, path, _with(body, at, odd)).status_code
            except Exception as error:  # the application's own failure
                broken.append((method, path, at, odd, repr(error)))
                continue
            if status >= 500:
                broken.append((method, path, at, odd, status))
    assert not broken


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/people", {"orgId": 7, "emails": ["p@alpha.example.com"], "displayName": "P"}),
        ("PATCH", "/v1/licenses/users", {"orgId": 7, "email": "cai@alpha.example.com"}),
        ("POST", "/organization/{org}/user/fetch-user-details-by-ids", {"userIds": [{}]}),
        ("PATCH", "/organization/{org}/user/bulk", {"items": [7]}),
        ("PATCH", "/organization/{org}/user/bulk", {"items": [{"id": "x"}]}),
        ("POST", "/organization/{org}/site/bulk", {"items": [[]]}),
        ("POST", "/organization/{org}/site", {"name": 7, "active": "yes", "multimediaProfileId": []}),
    ],
)
def test_a_wrong_type_is_400_with_a_tracking_id(lab: Lab, method: str, path: str, body: Any) -> None:
    refused = lab(method, path.format(org=lab.org), body)
    assert (refused.status_code, bool(refused.json()["trackingId"])) == (400, True)


@pytest.mark.parametrize("field", [{"bulkId": []}, {"path": []}, {"method": {}}])
def test_a_bulk_item_of_a_wrong_type_fails_alone(lab: Lab, field: dict[str, Any]) -> None:
    item = {"method": "POST", "path": "/Users", "bulkId": "a", "data": scim_user("b@alpha.example.com"), **field}
    answer = lab("POST", f"/identity/scim/{lab.org}/v2/Bulk", {"operations": [item]})
    assert [entry["status"] for entry in answer.json()["operations"]] == ["400"]
