"""Odd paths, queries and bodies get an answer, and leave nothing behind that breaks later ones."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.simulator import ids
from tests.simulator.strict_json import MAX_DEPTH, parsed

from .conftest import Lab, scim_user

DEEP = "[" * 200 + "]" * 200
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


@pytest.mark.parametrize(
    "filter_text",
    ["(" * 3000, "(" * 3000 + "id==x" + ")" * 3000, "(id==x;" * 200 + "id==x" + ")" * 200],
)
@pytest.mark.parametrize("path", ["v2/team", "user"])
def test_deep_parentheses_in_a_filter_are_400(lab: Lab, path: str, filter_text: str) -> None:
    assert lab.get(f"/organization/{lab.org}/{path}", filter=filter_text).status_code == 400


@pytest.mark.parametrize("filter_text", ["(" * 3000, "(" * 999 + 'userName eq "x"' + ")" * 999])
def test_deep_parentheses_in_a_scim_filter_are_400(lab: Lab, filter_text: str) -> None:
    refused = lab.get(f"/identity/scim/{lab.org}/v2/Users", filter=filter_text)
    assert (refused.status_code, refused.json()["scimType"]) == (400, "invalidFilter")


def test_some_parentheses_beside_and_inside_each_other_work(lab: Lab) -> None:
    one = "(" * 20 + 'email=="ana@alpha.example.com"' + ")" * 20
    text = ",".join([one] * 10)
    rows = lab.get(f"/organization/{lab.org}/v2/user", filter=text).json()["data"]
    assert [row["email"] for row in rows] == ["ana@alpha.example.com"]
    text = " or ".join(["((" + 'userName eq "ana@alpha.example.com"' + "))"] * 40)
    assert lab.get(f"/identity/scim/{lab.org}/v2/Users", filter=text).json()["totalResults"] == 1


@pytest.mark.parametrize(
    "text", ["9" * 20, "9" * 4300, "-" + "9" * 20, "2147483648", "1_0", " 7", "\uff17", "1.5", "NaN", "abc"]
)
@pytest.mark.parametrize(("path", "name"), [("v2/user", "page"), ("v2/site", "pageSize"), ("user", "page")])
def test_what_is_no_integer_of_32_bits_is_400(lab: Lab, path: str, name: str, text: str) -> None:
    assert lab.get(f"/organization/{lab.org}/{path}", **{name: text}).status_code == 400


def test_numbers_at_the_ends_of_their_range_work(lab: Lab) -> None:
    far = lab.get(f"/organization/{lab.org}/v2/user", page="2147483647").json()
    assert (far["data"], far["meta"]["page"]) == ([], 2147483647)
    users = lab.get(f"/identity/scim/{lab.org}/v2/Users", startIndex="-5", count="1").json()
    assert (users["startIndex"], users["itemsPerPage"]) == (1, 1)


@pytest.mark.parametrize("body", [b'{"displayName":"\\ud800"}', b'{"displayName":"\\uDFFF"}'])
def test_half_a_character_is_400(lab: Lab, body: bytes) -> None:
    person = lab.simulator.world.addresses["ana@alpha.example.com"][1]
    refused = lab("PUT", f"/v1/people/{person.rest}", body)
    assert refused.status_code == 400
    assert lab.get("/v1/people").status_code == 200


def test_a_whole_character_of_two_escapes_is_taken(lab: Lab) -> None:
    answer = lab("POST", "/v1/people", b'{"emails":["p@alpha.example.com"],"displayName":"\\ud83d\\ude00"}')
    assert (answer.status_code, answer.json()["displayName"]) == (200, "😀")


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999", DEEP])
def test_a_body_that_could_not_be_kept_is_400_and_nothing_is_kept(lab: Lab, value: str) -> None:
    body = json.dumps(scim_user("p@alpha.example.com", phoneNumbers=[{"type": "work", "value": "here"}]))
    refused = lab("POST", f"/identity/scim/{lab.org}/v2/Users", body.replace('"here"', value).encode())
    assert refused.status_code == 400
    assert "p@alpha.example.com" not in lab.simulator.world.addresses


@pytest.mark.parametrize("data", [DEEP, '{"userName":"\\ud800"}', "[" * 100_000, "NaN"])
def test_text_in_a_bulk_operation_is_read_as_strictly(lab: Lab, data: str) -> None:
    operation = {"method": "POST", "path": "/Users", "bulkId": "a", "data": data}
    answer = lab("POST", f"/identity/scim/{lab.org}/v2/Bulk", {"operations": [operation]})
    assert [entry["status"] for entry in answer.json()["operations"]] == ["400"]


@pytest.mark.parametrize("name", ["phoneNumbers", "photos", "addresses"])
@pytest.mark.parametrize("items", [["x"], [7], [None], [[]]])
def test_lists_of_a_scim_user_hold_objects(lab: Lab, name: str, items: list[Any]) -> None:
    created = lab.create("p@alpha.example.com", **{name: items})
    assert created.status_code == 400
    text = 'phoneNumbers[type eq "work" and value eq "1"]'
    assert lab.get(f"/identity/scim/{lab.org}/v2/Users", filter=text).json()["totalResults"] == 0


def test_a_page_mark_of_license_holders_before_the_first_is_400(lab: Lab) -> None:
    path = f"/v1/licenses/{lab.license('MS')}"
    assert lab.get(path, includeAssignedTo="user", next="L3gvLTk5OTk5OTk").status_code == 400


def test_of_a_repeated_filter_the_last_counts(lab: Lab) -> None:
    rows = lab(
        "GET",
        f"/organization/{lab.org}/v2/user",
        params=[("filter", "email==nobody"), ("filter", "email==ana@alpha.example.com")],
    ).json()["data"]
    assert [row["email"] for row in rows] == ["ana@alpha.example.com"]


def test_a_name_in_a_link_is_quoted(lab: Lab) -> None:
    links = lab.get(f"/organization/{lab.org}/v2/user", **{"a&page=7#": "x"}).json()["meta"]["links"]
    assert links["self"].endswith("?a%26page%3D7%23=x&page=0&pageSize=100")


@pytest.mark.parametrize("added", ["\n", "!", " ", "\r\nX-Odd: 1"])
def test_an_id_with_something_added_is_none(lab: Lab, added: str) -> None:
    rest = ids.rest_id("ORGANIZATION", lab.org)
    assert ids.bare(rest, "ORGANIZATION") == lab.org
    assert ids.bare(rest + added, "ORGANIZATION") is None
    assert ids.bare(lab.org + added, "ORGANIZATION") is None


@pytest.mark.parametrize(
    ("query", "body"),
    [(b"\xff=\xfe", b"{}"), (b"", b"[" * 100_000), (b"", DEEP.encode()), (b"", b'"\\ud800"'), (b"", b"NaN")],
)
def test_the_journal_keeps_what_is_odd_as_text(lab: Lab, query: bytes, body: bytes) -> None:
    lab("POST", f"/identity/scim/{lab.org}/v2/Users?" + query.decode("latin-1"), body)
    entry = lab.simulator.journal.entries[-1]
    entry.query = query
    lines = lab.get("/_sim/journal").text.splitlines()
    assert json.loads(lines[-1], parse_constant=pytest.fail)["status"] == 400


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_as_deep_as_allowed_and_one_more(opening: str) -> None:
    closing = "]" if opening == "[" else "}"
    assert parsed((opening * MAX_DEPTH + "1" + closing * MAX_DEPTH).encode())
    with pytest.raises(ValueError, match="nested too deep"):
        parsed((opening * (MAX_DEPTH + 1) + "1" + closing * (MAX_DEPTH + 1)).encode())
    assert parsed(b"[" + b",".join([b"[]"] * 500) + b"]")


@pytest.mark.parametrize(
    "fields",
    [
        {"phoneNumbers": [{"type": "brain", "value": "1"}]},
        {"phoneNumbers": [{"type": "work", "value": 1}]},
        {"photos": [{"type": "work", "value": "x"}]},
        {"addresses": [{"country": []}]},
        {"name": {"middleName": 7}},
        {ENTERPRISE: {"costCenter": 7}},
        {ENTERPRISE: {"manager": "m"}},
        {ENTERPRISE: {"manager": {}}},
    ],
)
def test_what_lies_inside_a_scim_user_is_as_described(lab: Lab, fields: dict[str, Any]) -> None:
    refused = lab.create("p@alpha.example.com", **fields)
    assert (refused.status_code, refused.json()["scimType"]) == (400, "invalidValue")
    person = lab.simulator.world.addresses["cai@alpha.example.com"][1]
    path = f"/identity/scim/{lab.org}/v2/Users/{person.id}"
    before = lab.get(path).json()
    assert lab("PUT", path, scim_user(person.email, **fields)).status_code == 400
    operations = [{"op": "replace", "path": name, "value": value} for name, value in fields.items()]
    assert lab("PATCH", path, {"Operations": operations}).status_code == 400
    assert lab.get(path).json() == before


@pytest.mark.parametrize(
    "fields",
    [
        {"phoneNumbers": [{"type": "brain", "value": "1"}]},
        {"phoneNumbers": ["1"]},
        {"addresses": [{"country": 7}]},
        {"siteUrls": [{"siteUrl": "x"}]},
        {"extension": 7},
    ],
)
def test_what_lies_inside_a_person_is_as_described(lab: Lab, fields: dict[str, Any]) -> None:
    body = {"emails": ["p@alpha.example.com"], "displayName": "P", **fields}
    assert lab("POST", "/v1/people", body).status_code == 400
    assert "p@alpha.example.com" not in lab.simulator.world.addresses


def test_what_is_not_described_or_null_inside_is_not_kept(lab: Lab) -> None:
    inside = [{"type": "work", "value": "1", "odd": 7, "primary": None}]
    created = lab.create("p@alpha.example.com", phoneNumbers=inside).json()
    assert created["phoneNumbers"] == [{"type": "work", "value": "1"}]
    body = {"emails": ["q@alpha.example.com"], "displayName": "Q", "phoneNumbers": inside, "avatar": None}
    made = lab("POST", "/v1/people", body).json()
    assert made["phoneNumbers"] == [{"type": "work", "value": "1"}]
    assert "avatar" not in made
