"""/identity/scim Bulk."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Lab, scim_user

BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"


def post(email: str, bulk_id: str | None = None) -> dict[str, Any]:
    return {"method": "POST", "path": "/Users", "bulkId": bulk_id or email, "data": scim_user(email)}


def bulk(lab: Lab, *operations: dict[str, Any], **more: Any) -> Any:
    body = {"schemas": [BULK], "failOnErrors": 100, "operations": list(operations), **more}
    return lab(
        "POST", f"/identity/scim/{lab.org}/v2/Bulk", {key: value for key, value in body.items() if value is not None}
    )


def statuses(answer: Any) -> list[str]:
    return [item["status"] for item in answer.json()["operations"]]


def exists(lab: Lab, email: str) -> bool:
    return email in lab.simulator.world.addresses


def test_every_operation_has_its_own_string_status(lab: Lab) -> None:
    ana = lab.person("ana@alpha.example.com")["id"]
    ben = lab.person("ben@alpha.example.com")["id"]
    answer = bulk(
        lab,
        post("n1@alpha.example.com", "one"),
        post("ana@alpha.example.com"),
        post("trial@alpha.example.com"),
        {
            "method": "PATCH",
            "path": f"/Users/{ana}",
            "data": {"Operations": [{"op": "replace", "path": "title", "value": "T"}]},
        },
        {"method": "DELETE", "path": f"/Users/{ben}"},
        {"method": "DELETE", "path": f"/Users/{ben}"},
        {"method": "PUT", "path": f"/Users/{ana}", "data": {}},
    )
    assert answer.status_code == 200
    assert statuses(answer) == ["201", "409", "409", "200", "204", "404", "400"]
    first = answer.json()["operations"][0]
    assert first["bulkId"] == "one"
    assert first["location"].endswith(lab.person("n1@alpha.example.com")["id"])
    assert "response" not in first
    assert lab.person("ana@alpha.example.com")["title"] == "T"


def test_more_than_a_hundred_operations_are_refused(lab: Lab) -> None:
    operations = [post(f"p{number}@alpha.example.com") for number in range(101)]
    assert bulk(lab, *operations).status_code == 400
    assert not exists(lab, "p0@alpha.example.com")
    assert statuses(bulk(lab, *operations[:100])) == ["201"] * 100
    lab.set(bulk_over_limit_status=413)
    assert bulk(lab, *operations).status_code == 413


def test_it_stops_at_the_limit_of_errors(lab: Lab) -> None:
    answer = bulk(
        lab, post("ana@alpha.example.com"), post("ben@alpha.example.com"), post("n@alpha.example.com"), failOnErrors=2
    )
    assert statuses(answer) == ["409", "409"]
    assert not exists(lab, "n@alpha.example.com")


def test_the_limit_of_errors_may_be_demanded(lab: Lab) -> None:
    assert bulk(lab, post("n@alpha.example.com"), failOnErrors=None).status_code == 200
    lab.set(bulk_requires_fail_on_errors=True)
    assert bulk(lab, post("m@alpha.example.com"), failOnErrors=None).status_code == 400
    assert bulk(lab, post("m@alpha.example.com"), failOnErrors=101).status_code == 400


def test_either_spelling_is_taken_and_the_answer_is_switched(lab: Lab) -> None:
    body = {"schemas": [BULK], "failOnErrors": 1, "Operations": [post("n@alpha.example.com")]}
    for switch, keys in (("lower", {"operations"}), ("upper", {"Operations"}), ("both", {"operations", "Operations"})):
        lab.set(bulk_key=switch)
        answer = lab("POST", f"/identity/scim/{lab.org}/v2/Bulk", body)
        assert set(answer.json()) - {"schemas"} == keys


def test_an_existing_user_may_be_a_200(lab: Lab) -> None:
    lab.set(existing_status_scim=200)
    [item] = bulk(lab, post("ana@alpha.example.com")).json()["operations"]
    assert item["status"] == "200"
    assert "location" not in item


@pytest.mark.parametrize("shape", ["detail", "details", "cisco_urn", "message", "string"])
def test_where_the_text_stands(lab: Lab, shape: str) -> None:
    lab.set(bulk_error_shape=shape)
    response = bulk(lab, post("ana@alpha.example.com")).json()["operations"][0]["response"]
    if shape == "cisco_urn":
        response = response["urn:scim:schemas:extension:cisco:webexidentity:api:messages:2.0:Error"]["details"]
    elif shape != "string":
        response = response[shape]
    assert response == "User already exists"


def test_results_may_be_missing(lab: Lab) -> None:
    lab.set(bulk_omit_items=1)
    answer = bulk(lab, post("n@alpha.example.com"), post("m@alpha.example.com"))
    assert statuses(answer) == ["201"]
    assert exists(lab, "m@alpha.example.com")


@pytest.mark.parametrize(("when", "created"), [("before", False), ("after", True)])
@pytest.mark.parametrize("status", [500, 0])
def test_a_fault_on_one_item(lab: Lab, when: str, created: bool, status: int) -> None:
    lab.fault(method="POST", path="/Bulk$", kind="bulk_item", match="bad@alpha", when=when, item_status=status)
    answer = bulk(lab, post("n@alpha.example.com"), post("bad@alpha.example.com"), post("m@alpha.example.com"))
    assert statuses(answer) == (["201", "500", "201"] if status else ["201", "201"])
    assert exists(lab, "bad@alpha.example.com") is created


def test_bulk_ids_are_needed_once_and_refer(lab: Lab) -> None:
    nameless = post("n@alpha.example.com")
    del nameless["bulkId"]
    answer = bulk(
        lab,
        nameless,
        post("a1@alpha.example.com", "x"),
        post("a2@alpha.example.com", "x"),
        {
            "method": "PATCH",
            "path": "/Users/bulkId:x",
            "data": {"Operations": [{"op": "add", "path": "title", "value": "T"}]},
        },
    )
    assert statuses(answer) == ["400", "201", "400", "200"]
    assert lab.person("a1@alpha.example.com")["title"] == "T"


def test_data_may_be_text(lab: Lab) -> None:
    import json

    operation = {**post("n@alpha.example.com"), "data": json.dumps(scim_user("n@alpha.example.com"))}
    assert statuses(bulk(lab, operation)) == ["201"]
