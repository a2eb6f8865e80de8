"""What a SCIM Bulk answer claims, in every shape that was described or seen."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._model import ENTERPRISE_URN
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex import scim
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.scim import (
    Operation,
    OperationOutcome,
    read_outcomes,
)

ID = "11111111-2222-4333-8444-555555555555"
LOCATION = f"https://webexapis.com/identity/scim/org/v2/Users/{ID}"
CREATE = Operation("add-1", "POST", "/Users", {})
CHANGE = Operation("change-1", "PATCH", f"/Users/{ID}", {})
DELETE = Operation("delete-1", "DELETE", f"/Users/{ID}")
CISCO = "urn:scim:schemas:extension:cisco:webexidentity:api:messages:2.0:Error"


def outcome(operation: Operation, entry: dict[str, Any] | None, key: str = "operations") -> OperationOutcome:
    entries = [] if entry is None else [{"method": operation.method, "bulkId": operation.key, **entry}]
    return read_outcomes([operation], {key: entries}, "NA_1")[operation.key]


@pytest.mark.parametrize("key", ["operations", "Operations"])
@pytest.mark.parametrize("status", ["201", 201, {"code": "201"}, "201 Created"])
def test_created(key: str, status: Any) -> None:
    found = outcome(CREATE, {"status": status, "location": LOCATION}, key)
    assert (found.status, found.id, found.problem, found.uncertain) == (201, ID, None, False)


@pytest.mark.parametrize("operation", [CHANGE, DELETE])
@pytest.mark.parametrize("status", ["200", "204"])
def test_changed(operation: Operation, status: str) -> None:
    assert outcome(operation, {"status": status}).problem is None


def test_a_create_answered_200_created_nobody() -> None:
    found = outcome(CREATE, {"status": "200"})
    assert found.problem is not None
    assert not found.uncertain


@pytest.mark.parametrize(
    "response",
    [
        {"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "409", "detail": "Taken"},
        {"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "409", "details": "Taken"},
        {"schemas": [CISCO], "status": "409", CISCO: {"trackingId": "S_1", "errorCode": 409, "details": "Taken"}},
        {"message": "Taken", "trackingId": "S_1"},
        "Taken",
    ],
)
def test_a_refusal_in_every_shape(response: Any) -> None:
    found = outcome(CREATE, {"status": "409", "response": response})
    assert found.problem is not None
    assert found.status == 409
    assert "Taken" in found.problem.message
    assert found.problem.tracking_id in ("S_1", "NA_1")
    assert not found.uncertain


def test_a_good_status_with_an_error_inside_is_no_success() -> None:
    response = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "detail": "No"}
    assert outcome(CHANGE, {"status": "200", "response": response}).problem is not None


def test_a_whole_person_in_the_response_is_no_error() -> None:
    response = {"schemas": [scim.CORE_URN], "id": ID, "userName": "ada@example.com"}
    assert outcome(CHANGE, {"status": "200", "response": response}).problem is None


def test_the_status_may_stand_in_the_response_alone() -> None:
    found = outcome(CREATE, {"response": {"status": "400", "detail": "Bad"}})
    assert (found.status, found.uncertain) == (400, False)


@pytest.mark.parametrize("entry", [None, {"status": None}, {"status": ""}, {"status": "??"}])
def test_without_a_status_nobody_knows(entry: dict[str, Any] | None) -> None:
    found = outcome(CREATE, entry)
    assert found.uncertain
    assert found.problem is not None


@pytest.mark.parametrize("body", [None, [], "text", {}, {"operations": None}, {"operations": ["text", None]}])
def test_an_answer_without_operations_leaves_all_in_doubt(body: Any) -> None:
    assert all(o.uncertain for o in read_outcomes([CREATE, CHANGE], body, None).values())


def test_found_by_location_where_the_bulk_id_is_missing() -> None:
    found = read_outcomes([CHANGE], {"operations": [{"location": LOCATION, "status": "200"}]}, None)
    assert found[CHANGE.key].problem is None


def test_results_in_another_order_are_not_mixed_up() -> None:
    operations = [Operation(f"add-{i}", "POST", "/Users", {}) for i in range(3)]
    entries = [
        {"bulkId": "add-2", "status": "409", "response": "Taken"},
        {"bulkId": "add-0", "status": "201", "location": LOCATION},
    ]
    found = read_outcomes(operations, {"operations": entries}, None)
    assert [found[o.key].status for o in operations] == [201, None, 409]
    assert found["add-1"].uncertain


@pytest.mark.parametrize("status", ["401", "403", "429"])
def test_a_refused_operation_says_nothing_about_the_run(status: str) -> None:
    found = outcome(CHANGE, {"status": status, "response": "No"})
    assert found.problem is not None
    assert found.problem.code == "refused"


def test_what_is_sent() -> None:
    create = scim.create_operation(
        "k", "ada@example.com", {"first_name": "Ada", "last_name": "Marlowe", "department": "Desk"}
    )
    assert create.data is not None
    assert create.data["displayName"] == "Ada Marlowe"
    assert create.data["name"] == {"givenName": "Ada", "familyName": "Marlowe"}
    assert create.data[ENTERPRISE_URN] == {"department": "Desk"}
    alone = scim.create_operation("k", "ada@example.com", {})
    assert alone.data is not None
    assert alone.data["displayName"] == "ada@example.com"
    assert "name" not in alone.data
    update = scim.update_operation("k", ID, {"title": "", "first_name": "Ada", "active": False})
    assert update.data is not None
    assert update.data["Operations"] == [
        {"op": "remove", "path": "title"},
        {"op": "replace", "path": "name.givenName", "value": "Ada"},
        {"op": "replace", "path": "active", "value": False},
    ]
    roles = scim.roles_operation("k", ID, {"id_user_admin": "User Administrator"}, ["id_full_admin"])
    assert roles.data is not None
    assert roles.data["Operations"] == [
        {"op": "remove", "path": 'roles[value eq "id_full_admin"]'},
        {
            "op": "add",
            "path": "roles",
            "value": [{"value": "id_user_admin", "type": "cirole", "display": "User Administrator"}],
        },
    ]
