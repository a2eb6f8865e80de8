"""Roles against scripted answers: exactly which requests, in which order, with which bodies."""

from __future__ import annotations

from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.role import Roles
from tests.unit.build import person_id
from tests.unit.resources.scripted import (
    ADA,
    SCIM,
    bulk,
    rest_id,
    run,
    scim_user,
    search,
)
from tests.unit.script import Script, get


def test_a_role_goes_through_bulk_and_is_read_again() -> None:
    operations = [
        {
            "method": "PATCH",
            "path": f"/Users/{person_id(ADA)}",
            "bulkId": "role-0-0",
            "data": {
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                "Operations": [
                    {
                        "op": "add",
                        "path": "roles",
                        "value": [{"value": "id_full_admin", "type": "cirole", "display": "Full Administrator"}],
                    }
                ],
            },
        }
    ]
    again = get(
        f"{SCIM}/Users?filter=id%20eq%20%22{person_id(ADA)}%22&count=1&startIndex=1",
        {"totalResults": 1, "Resources": [scim_user(ADA, roles=[{"value": "id_full_admin"}])]},
    )
    script = Script(
        search(ADA, found=[scim_user(ADA)]),
        get("/v1/people/me", {"id": rest_id("me@example.com"), "emails": ["me@example.com"]}),
        bulk(operations, [{"bulkId": "role-0-0", "status": "200"}]),
        again,
    )
    found = run(
        script,
        Roles(default=None, mode="add_and_remove", supervisor_via="console"),
        [{"email": ADA, "role": "administrator"}],
    )
    assert found.outcomes[0].after == {"role": "administrator", "roles": ["Full Administrator"]}
