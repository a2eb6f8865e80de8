"""/v1/licenses."""

from __future__ import annotations

import pytest

from tests.simulator import ids

from .conftest import Lab

CAI, ANA, BEN = "cai@alpha.example.com", "ana@alpha.example.com", "ben@alpha.example.com"


def units(lab: Lab, word: str) -> int:
    wanted = lab.license(word)
    return next(int(item["consumedUnits"]) for item in lab.get("/v1/licenses").json()["items"] if item["id"] == wanted)


def test_ids_hold_organization_type_and_uuid(lab: Lab) -> None:
    found = {item["name"]: item for item in lab.get("/v1/licenses").json()["items"]}
    kind, rest = ids.decode(found["Contact Center Premium Agent"]["id"]) or ("", "")
    assert kind == "LICENSE"
    assert rest.startswith(f"{lab.org}:CJPPRM_")
    assert "Contact center Standard Agent" in found
    assert "=" not in found["Contact Center Premium Agent"]["id"]


def test_free_licenses_are_always_full(lab: Lab) -> None:
    people = len(lab.get("/_sim/state").json()["organizations"][0]["people"])
    free = next(item for item in lab.get("/v1/licenses").json()["items"] if item["name"] == "Basic Messaging")
    assert free["totalUnits"] == free["consumedUnits"] == people
    assert "subscriptionId" not in free


def test_a_seat_is_taken_and_given_back(lab: Lab) -> None:
    answer = lab.assign(CAI, premium="add")
    assert answer.status_code == 200
    assert lab.license("premium") in answer.json()["licenses"]
    assert answer.json()["personId"] == ids.rest_id("PEOPLE", lab.person(CAI)["id"])
    assert units(lab, "premium") == 2
    assert lab.assign(CAI, premium="add").status_code == 200
    assert units(lab, "premium") == 2
    assert lab.assign(CAI, premium="remove").status_code == 200
    assert lab.assign(CAI, premium="remove").status_code == 200
    assert units(lab, "premium") == 1
    assert lab.person(CAI)["licenses"] == []


def test_one_request_switches_standard_to_premium(lab: Lab) -> None:
    assert lab.assign(BEN, premium="add", standard="remove").status_code == 200
    assert lab.person(BEN)["licenses"] == ["premium"]
    assert (units(lab, "premium"), units(lab, "standard")) == (2, 0)


@pytest.mark.parametrize(
    ("switch", "status", "licenses"),
    [("reject", 400, ["standard"]), ("resolve_premium", 200, ["premium"]), ("keep", 200, ["premium", "standard"])],
)
def test_both_licenses_at_once(lab: Lab, switch: str, status: int, licenses: list[str]) -> None:
    lab.set(both_licenses=switch)
    answer = lab.assign(BEN, premium="add")
    assert answer.status_code == status
    assert lab.person(BEN)["licenses"] == licenses
    if status == 400:
        assert answer.json()["errors"][0]["errorCode"] == 400413


@pytest.mark.parametrize(("switch", "status"), [(400, 400), (409, 409), (206, 206), ("skip_200", 200)])
def test_no_seat_left(lab: Lab, switch: int | str, status: int) -> None:
    lab.set(no_seats_status=switch)
    for email in (CAI, "dee@alpha.example.com"):
        assert lab.assign(email, premium="add").status_code == 200
    answer = lab.assign("eva@alpha.example.com", premium="add")
    assert answer.status_code == status
    assert lab.person("eva@alpha.example.com")["licenses"] == []
    assert units(lab, "premium") == 3


def test_a_refused_switch_leaves_the_old_license(lab: Lab) -> None:
    for email in (CAI, "dee@alpha.example.com"):
        lab.assign(email, premium="add")
    assert lab.assign(BEN, premium="add", standard="remove").status_code == 400
    assert lab.person(BEN)["licenses"] == ["standard"]
    lab.set(no_seats_status=206)
    assert lab.assign(BEN, premium="add", standard="remove").status_code == 206
    assert lab.person(BEN)["licenses"] == []


def test_some_of_several_fit(lab: Lab) -> None:
    for email in (CAI, "dee@alpha.example.com"):
        lab.assign(email, premium="add")
    answer = lab.assign("eva@alpha.example.com", premium="add", MS="add")
    assert answer.status_code == 206
    assert lab.license("MS") in answer.json()["licenses"]
    assert lab.license("premium") not in answer.json()["licenses"]


def test_answers_that_lie(lab: Lab) -> None:
    lab.set(license_200_but_skipped=["CAI@alpha.example.com"], license_206=["dee@alpha.example.com"])
    assert lab.assign(CAI, premium="add").status_code == 200
    assert lab.assign("dee@alpha.example.com", premium="add").status_code == 206
    assert units(lab, "premium") == 1


def test_a_person_is_named_by_rest_id_or_uuid(lab: Lab) -> None:
    uuid = lab.person(CAI)["id"]
    wanted = [{"id": lab.license("premium")}]
    for name in (uuid, ids.rest_id("PEOPLE", uuid)):
        answer = lab("PATCH", "/v1/licenses/users", {"personId": name, "licenses": wanted})
        assert answer.json()["email"] == CAI
    assert lab("PATCH", "/v1/licenses/users", {"licenses": wanted}).status_code == 400


def test_only_existing_people_of_this_organization(lab: Lab) -> None:
    assert lab.assign("nobody@alpha.example.com", premium="add").status_code == 404
    beta = lab.simulator.world.by_key["beta"]
    theirs = beta.order[0].email
    assert lab.assign(theirs, premium="add").status_code == 404
    body = {"email": theirs, "orgId": beta.rest, "licenses": [{"id": lab.license("MS", "beta")}]}
    assert lab("PATCH", "/v1/licenses/users", body).status_code == 200


def test_unknown_and_implicit_licenses(lab: Lab) -> None:
    body = {"email": CAI, "licenses": [{"id": lab.license("premium")[:-4]}]}
    refused = lab("PATCH", "/v1/licenses/users", body)
    assert (refused.status_code, refused.json()["errors"][0]["errorCode"]) == (400, 400000)
    assert lab.assign(ANA, FSS="remove").json()["errors"][0]["errorCode"] == 700006


def test_holders_page_by_page(lab: Lab) -> None:
    for number in range(5):
        lab.create(f"p{number}@alpha.example.com")
        lab.assign(f"p{number}@alpha.example.com", MS="add")
    first = lab.get(f"/v1/licenses/{lab.license('MS')}", includeAssignedTo="user", limit=2)
    seen = [user["email"] for user in first.json()["users"]]
    url = first.links["next"]["url"]
    while url:
        page = lab("GET", url)
        seen += [user["email"] for user in page.json()["users"]]
        url = page.links.get("next", {}).get("url", "")
    assert seen == [f"p{number}@alpha.example.com" for number in range(5)]
    assert lab.get(f"/v1/licenses/{lab.license('MS')}", limit=2).status_code == 400


def test_the_mail_follows_the_license(lab: Lab) -> None:
    lab.create("new@alpha.example.com")
    assert lab.person("new@alpha.example.com")["mailed"] is False
    lab.assign("new@alpha.example.com", premium="add")
    assert lab.person("new@alpha.example.com")["mailed"] is True
    lab("POST", f"/v1/settings/organizations/{lab.org}/settings", {"key": "allow-admin-invite-emails", "value": False})
    lab.create("mute@alpha.example.com")
    lab.assign("mute@alpha.example.com", premium="add")
    assert lab.person("mute@alpha.example.com")["mailed"] is False
