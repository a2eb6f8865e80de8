"""/v1/people."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator import ids

from .conftest import Clock, Lab

ADMIN_ROLE = "Y2lzY29zcGFyazovL3VzL1JPTEUvaWRfZnVsbF9hZG1pbg"


def addresses(lab: Lab, **params: Any) -> list[str]:
    return [item["emails"][0] for item in lab.get("/v1/people", **params).json()["items"]]


def test_pages_hold_everybody_once_even_while_people_come_and_go(lab: Lab) -> None:
    first = lab.get("/v1/people", max=4)
    url = first.links["next"]["url"]
    gone = first.json()["items"][1]["id"]
    assert lab("DELETE", f"/v1/people/{gone}").status_code == 204
    seen = [item["emails"][0] for item in first.json()["items"]]
    while url:
        page = lab("GET", url)
        seen += [item["emails"][0] for item in page.json()["items"]]
        url = page.links.get("next", {}).get("url", "")
    assert len(seen) == len(set(seen)) == 11
    assert "eva@alpha.example.com" in seen


def test_a_page_is_clamped(lab: Lab) -> None:
    lab.set(people_max_page=3)
    assert len(addresses(lab, max=1000)) == 3


def test_the_states_of_a_person(lab: Lab) -> None:
    found = {item["emails"][0]: item for item in lab.get("/v1/people", max=100).json()["items"]}
    pending, idle, off = (found[f"{name}@alpha.example.com"] for name in ("dee", "ana", "eva"))
    assert (pending["status"], pending["invitePending"], pending["loginEnabled"]) == ("pending", True, False)
    assert (idle["status"], idle["invitePending"], idle["loginEnabled"]) == ("unknown", False, True)
    assert (off["status"], off["invitePending"], off["loginEnabled"]) == ("inactive", False, False)
    assert "nickName" not in idle and "title" not in idle


def test_the_plain_list_carries_roles_and_licenses_by_a_switch(lab: Lab) -> None:
    assert "licenses" in lab.get("/v1/people", max=1).json()["items"][0]
    lab.set(people_list_admin_fields=False)
    assert "licenses" not in lab.get("/v1/people", max=1).json()["items"][0]
    someone = lab.get("/v1/people", max=1).json()["items"][0]["id"]
    assert "licenses" in lab.get(f"/v1/people/{someone}").json()


def test_lists_by_id(lab: Lab) -> None:
    ana, missing = lab.person("ana@alpha.example.com")["id"], "00000000-0000-4000-8000-000000000000"
    wanted = f"{ids.rest_id('PEOPLE', ana)},{missing}"
    answer = lab.get("/v1/people", id=wanted).json()
    assert [item["emails"] for item in answer["items"]] == [["ana@alpha.example.com"]]
    assert answer["notFoundIds"] == [missing]
    assert "licenses" not in answer["items"][0] and "status" not in answer["items"][0]
    lab.set(people_by_id_admin_fields=True)
    assert "licenses" in lab.get("/v1/people", id=wanted).json()["items"][0]
    assert lab.get("/v1/people", id=",".join([missing] * 86)).status_code == 400


def test_searches_by_address_name_and_role(lab: Lab) -> None:
    assert addresses(lab, email="ANA@alpha.example.com") == ["ana@alpha.example.com"]
    assert addresses(lab, email="trial@alpha.example.com") == []
    assert addresses(lab, displayName="ben") == ["ben@alpha.example.com"]
    assert set(addresses(lab, roles=ADMIN_ROLE)) == {"partner@alpha.example.com", "boss@alpha.example.com"}


def test_a_new_person_appears_in_searches_later_but_by_id_at_once(lab: Lab, clock: Clock) -> None:
    lab.set(search_lag_s=5, people_list_lag_s=9)
    new = lab("POST", "/v1/people", {"emails": ["new@alpha.example.com"], "displayName": "New"})
    assert new.status_code == 200
    assert addresses(lab, email="new@alpha.example.com") == []
    assert lab.get(f"/v1/people/{new.json()['id']}").status_code == 200
    clock.now += 6
    assert addresses(lab, email="new@alpha.example.com") == []
    clock.now += 4
    assert addresses(lab, email="new@alpha.example.com") == ["new@alpha.example.com"]


def test_creation_skips_licenses_that_do_not_fit_without_a_word(lab: Lab) -> None:
    wanted = [lab.license("premium"), lab.license("standard")]
    new = lab("POST", "/v1/people", {"emails": ["new@alpha.example.com"], "displayName": "New", "licenses": wanted})
    assert new.status_code == 200
    assert lab.license("premium") in new.json()["licenses"]
    assert lab.license("standard") not in new.json()["licenses"]
    lab("POST", "/v1/people", {"emails": ["n2@alpha.example.com"], "displayName": "N", "licenses": wanted[:1]})
    third = lab("POST", "/v1/people", {"emails": ["n3@alpha.example.com"], "displayName": "N", "licenses": wanted[:1]})
    assert (third.status_code, lab.license("premium") in third.json()["licenses"]) == (200, False)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("ANA@alpha.example.com", 409),
        ("trial@alpha.example.com", 409),
        ("other@alpha.example.com", 409),
        ("no-address", 400),
        ("two words@alpha.example.com", 400),
    ],
)
def test_addresses_that_cannot_be_created(lab: Lab, address: str, status: int) -> None:
    assert lab("POST", "/v1/people", {"emails": [address], "displayName": "X"}).status_code == status


def test_an_address_elsewhere_is_told_precisely_or_not(lab: Lab) -> None:
    body = {"emails": ["trial@alpha.example.com"], "displayName": "X"}
    assert "trial" in lab("POST", "/v1/people", body).json()["message"]
    lab.set(other_org_text="vague", other_org_status=403)
    refused = lab("POST", "/v1/people", body)
    assert (refused.status_code, refused.json()["message"]) == (403, "User already exists")


def test_somebody_of_another_organization_is_taken(lab: Lab) -> None:
    theirs = lab.get("/_sim/state").json()["organizations"][1]["people"][0]["email"]
    refused = lab("POST", "/v1/people", {"emails": [theirs], "displayName": "X"})
    assert (refused.status_code, "another organization" in refused.json()["message"]) == (409, True)


def test_a_400_can_have_created_the_person(lab: Lab) -> None:
    lab.set(people_create_400_but_created=True)
    body = {"emails": ["new@alpha.example.com"], "displayName": "New"}
    assert lab("POST", "/v1/people", body).status_code == 400
    assert addresses(lab, email="new@alpha.example.com") == ["new@alpha.example.com"]
    assert lab("POST", "/v1/people", body).status_code == 409


def test_put_replaces_licenses_and_roles(lab: Lab) -> None:
    ana = lab.person("ana@alpha.example.com")
    body = {"displayName": "Ana R", "roles": [ADMIN_ROLE], "licenses": ana["license_ids"], "title": "Boss"}
    assert lab("PUT", f"/v1/people/{ana['id']}", body).status_code == 200
    now = lab.person("ana@alpha.example.com")
    assert (now["display_name"], now["roles"], now["licenses"], now["title"]) == (
        "Ana R",
        ["id_full_admin"],
        ["premium"],
        "Boss",
    )
    assert now["first_name"] == "Ana"


def test_put_without_licenses_clears_them_unless_switched(lab: Lab) -> None:
    lab.set(people_put_omitted="keep")
    ana = lab.person("ana@alpha.example.com")["id"]
    lab("PUT", f"/v1/people/{ana}", {"displayName": "Ana"})
    assert lab.person("ana@alpha.example.com")["licenses"] == ["premium"]
    lab.set(people_put_omitted="clear")
    lab("PUT", f"/v1/people/{ana}", {"displayName": "Ana"})
    assert lab.person("ana@alpha.example.com")["licenses"] == []


def test_put_deactivates(lab: Lab) -> None:
    ana = lab.person("ana@alpha.example.com")
    lab("PUT", f"/v1/people/{ana['id']}", {"displayName": "Ana", "loginEnabled": False, "licenses": ana["license_ids"]})
    assert lab.person("ana@alpha.example.com")["active"] is False
    assert lab.person("ana@alpha.example.com")["licenses"] == ["premium"]


def test_deleting_frees_the_seat_and_the_address(lab: Lab) -> None:
    ana = lab.person("ana@alpha.example.com")["id"]
    assert lab("DELETE", f"/v1/people/{ana}").status_code == 204
    assert lab("DELETE", f"/v1/people/{ana}").status_code == 404
    assert lab.get("/v1/licenses").json()["items"][0]["consumedUnits"] == 0
    assert lab("POST", "/v1/people", {"emails": ["ana@alpha.example.com"], "displayName": "A"}).status_code == 200


def test_me(lab: Lab) -> None:
    assert lab.get("/v1/people/me").json()["emails"] == ["partner@alpha.example.com"]
    assert lab.get("/v1/people/me", token="app").status_code == 404


def test_an_id_of_another_type_is_refused(lab: Lab) -> None:
    refused = lab.get(f"/v1/people/{lab.license('premium')}")
    assert refused.status_code == 400
    assert "Wrong type" in refused.json()["message"]
