"""Users of the contact center: synchronization, lists, writes."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Clock, Lab

ANA, BEN, CAI = "ana@alpha.example.com", "ben@alpha.example.com", "cai@alpha.example.com"


def base(lab: Lab) -> str:
    return f"/organization/{lab.org}"


def names(lab: Lab, entity: str, version: str = "v2") -> dict[str, dict[str, Any]]:
    return {item["name"]: item for item in lab.get(f"{base(lab)}/{version}/{entity}").json()["data"]}


def profile_type(lab: Lab, email: str) -> str:
    record = lab.record(email)
    assert record is not None
    profiles = {item["id"]: item["profileType"] for item in names(lab, "user-profile", "v3").values()}
    return str(profiles[record["userProfileId"]])


def user_id(lab: Lab, email: str) -> str:
    record = lab.record(email)
    assert record is not None
    return str(record["id"])


def read(lab: Lab, email: str) -> dict[str, Any]:
    return dict(lab.get(f"{base(lab)}/user/{user_id(lab, email)}").json())


def change(lab: Lab, email: str, **fields: Any) -> Any:
    return lab("PATCH", f"{base(lab)}/user/{user_id(lab, email)}", fields)


def enable(lab: Lab, email: str, site: str = "Site-1", *teams: str) -> None:
    team_ids = [names(lab, "team")[team]["id"] for team in teams]
    answer = change(lab, email, contactCenterEnabled=True, siteId=names(lab, "site")[site]["id"], teamIds=team_ids)
    assert answer.status_code == 200, answer.text


# synchronization


def test_a_record_comes_with_the_click_only(lab: Lab) -> None:
    lab.assign(CAI, premium="add")
    ci = lab.person(CAI)["id"]
    assert lab.get(f"{base(lab)}/user/by-ci-user-id/{ci}").status_code == 404
    assert lab.record(CAI) is None
    lab.click()
    record = lab.get(f"{base(lab)}/v2/user/by-ci-user-id/{ci}").json()
    assert (record["email"], record["active"], record["imiUserCreated"]) == (CAI, True, True)
    assert record["contactCenterEnabled"] is False
    assert profile_type(lab, CAI) == "PREMIUM_AGENT"


def test_a_record_comes_some_time_after_the_click(lab: Lab, clock: Clock) -> None:
    lab.set(sync_click_s=5)
    lab.assign(CAI, premium="add")
    lab.click()
    assert lab.record(CAI) is None
    clock.now += 6
    assert lab.record(CAI) is not None


def test_a_record_comes_by_itself(lab: Lab, clock: Clock) -> None:
    lab.set(sync_mode="auto", auto_sync_s=30)
    lab.assign(CAI, premium="add")
    clock.now += 29
    assert lab.record(CAI) is None
    clock.now += 2
    assert lab.record(CAI) is not None


@pytest.mark.parametrize(
    ("licenses", "roles", "supervisor", "expected"),
    [
        (["premium"], [], False, "PREMIUM_AGENT"),
        (["premium"], [], True, "SUPERVISOR"),
        (["premium"], ["id_full_admin"], False, "ADMINISTRATOR"),
        (["premium"], ["cjp.admin"], False, "ADMINISTRATOR"),
        (["premium"], ["id_readonly_admin"], False, "PREMIUM_AGENT"),
        (["standard"], ["id_full_admin"], False, "STANDARD_AGENT"),
        ([], ["id_full_admin"], False, "ADMINISTRATOR_ONLY"),
    ],
)
def test_the_default_profile(lab: Lab, licenses: list[str], roles: list[str], supervisor: bool, expected: str) -> None:
    body = {"email": CAI, "licenses": licenses, "roles": roles, "supervisor": supervisor}
    assert lab("PATCH", "/_sim/people", body).status_code == 200
    lab.click()
    assert profile_type(lab, CAI) == expected


def test_who_loses_the_license_keeps_an_inactive_record(lab: Lab) -> None:
    lab.assign(ANA, premium="remove")
    assert read(lab, ANA)["active"] is True
    lab.click()
    assert read(lab, ANA)["active"] is False


def test_a_deleted_person_is_gone_at_once(lab: Lab) -> None:
    lab("DELETE", f"/v1/people/{lab.person(ANA)['id']}")
    assert lab.record(ANA) is None


def test_a_custom_profile_stays_while_its_type_is_right(lab: Lab) -> None:
    custom = names(lab, "user-profile", "v3")["Night Shift Agents"]["id"]
    assert change(lab, ANA, userProfileId=custom).status_code == 200
    lab.click()
    assert read(lab, ANA)["userProfileId"] == custom
    lab("POST", "/_sim/supervisors", {"emails": [ANA]})
    lab.click()
    assert profile_type(lab, ANA) == "SUPERVISOR"


def test_synchronizations_that_fail(lab: Lab) -> None:
    lab.assign(CAI, standard="add")
    lab.set(sync_stay_missing=[CAI], sync_name_mismatch=[ANA], sync_inactive=[BEN], imi_pending=True)
    lab.click()
    assert lab.record(CAI) is None
    assert read(lab, ANA)["lastName"] == "Ruiz (old)"
    assert read(lab, ANA)["imiUserCreated"] is False
    assert read(lab, BEN)["active"] is False
    lab.set(sync_stay_missing=[], sync_name_mismatch=[], sync_inactive=[], imi_pending=False)
    lab.click()
    assert lab.record(CAI) is not None
    assert (read(lab, ANA)["lastName"], read(lab, ANA)["imiUserCreated"]) == ("Ruiz", True)
    assert read(lab, BEN)["active"] is True


def test_an_organization_without_contact_center(lab: Lab) -> None:
    lab.simulator.tokens.access["full"].manages.append(lab.simulator.world.by_key["gamma"])
    assert lab.get(f"/organization/{lab.org_of('gamma')}/v2/user", token="full").status_code == 404


# lists


def test_pages_are_clamped_and_linked_relatively(lab: Lab) -> None:
    lab.set(cc_max_page_size=2)
    url, seen = f"{base(lab)}/v2/user?pageSize=1000&attributes=email,teamIds", []
    while url:
        page = lab("GET", url).json()
        assert page["meta"]["pageSize"] == 2
        seen += [item["email"] for item in page["data"]]
        url = page["meta"]["links"].get("next", "")
        assert not url or url.startswith("/organization/")
    assert len(seen) == len(set(seen)) == page["meta"]["totalRecords"] > 2
    lab.set(page_links="absolute")
    assert lab.get(f"{base(lab)}/v2/user").json()["meta"]["links"]["self"].startswith("http://sim.test/organization/")


def test_unset_fields_are_left_out_by_a_switch(lab: Lab) -> None:
    assert "siteId" not in read(lab, ANA)
    lab.set(cc_omit_fields=False)
    assert read(lab, ANA)["siteId"] is None


def test_teams_of_users_have_to_be_asked_for(lab: Lab) -> None:
    enable(lab, ANA, "Site-1", "HQ Sales")
    assert "teamIds" not in (lab.record(ANA) or {})
    rows = lab.get(f"{base(lab)}/v2/user", attributes="email,teamIds").json()["data"]
    assert [row["teamIds"] for row in rows if row["email"] == ANA] == [[names(lab, "team")["HQ Sales"]["id"]]]
    lab.set(list_arrays="always")
    assert "teamIds" in (lab.record(ANA) or {})


def test_an_unknown_attribute(lab: Lab) -> None:
    refused = lab.get(f"{base(lab)}/v2/user", attributes="email,syncStatus")
    assert (refused.status_code, refused.json()["error"]["reason"]) == (400, "Invalid requested columns :syncStatus")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('email=="ana@alpha.example.com"', ["ana"]),
        ("email==ana@alpha.example.com", ["ana"]),
        ("email=in=(ana@alpha.example.com,ben@alpha.example.com)", ["ana", "ben"]),
        ('firstName=="Ana";lastName=="Ruiz"', ["ana"]),
        ('firstName=="Ana",firstName=="Ben"', ["ana", "ben"]),
        ('(firstName=="Ana",firstName=="Ben");lastName!="Ruiz"', ["ben"]),
        ('firstName=out=("Ana");imiUserCreated==true', []),
    ],
)
def test_filters(lab: Lab, text: str, found: list[str]) -> None:
    rows = lab.get(f"{base(lab)}/v2/user", filter=text).json()["data"]
    assert sorted(row["email"].split("@")[0] for row in rows) == found


@pytest.mark.parametrize(
    "text", ["teamIds==x", "createdTime==1", "nothing==1", "email=gt=1", "email==", 'email=="a";', "name==Agent One"]
)
def test_filters_that_are_refused(lab: Lab, text: str) -> None:
    assert lab.get(f"{base(lab)}/v2/user", filter=text).status_code == 400


def test_a_raw_plus_matches_nothing_and_an_encoded_one_does(lab: Lab) -> None:
    lab("POST", "/_sim/people", {"email": "bo+x@alpha.example.com", "first_name": "Bo", "licenses": ["premium"]})
    lab.click()
    assert lab("GET", f"{base(lab)}/v2/user?filter=email==bo+x@alpha.example.com").json()["data"] == []
    assert len(lab("GET", f"{base(lab)}/v2/user?filter=email==bo%2Bx@alpha.example.com").json()["data"]) == 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('"ruiz"', ["ana"]),
        ('field=="firstName";value=="ben"', ["ben"]),
        ('fields=in=("firstName","lastName");value=="osei"', ["ben"]),
    ],
)
def test_searches(lab: Lab, text: str, found: list[str]) -> None:
    rows = lab.get(f"{base(lab)}/v2/user", search=text).json()["data"]
    assert [row["email"].split("@")[0] for row in rows] == found


def test_the_old_list_is_an_array_with_one_filter(lab: Lab) -> None:
    rows = lab.get(f"{base(lab)}/user").json()
    assert {ANA, BEN} <= {row["email"] for row in rows}
    assert [row["email"] for row in lab.get(f"{base(lab)}/user", filter=f"id=={user_id(lab, ANA)}").json()] == [ANA]
    assert lab.get(f"{base(lab)}/user", filter=f"email=={ANA}").status_code == 400


# writes


def test_mirrored_fields_cannot_change(lab: Lab) -> None:
    refused = change(lab, ANA, firstName="Anna")
    assert refused.status_code == 400
    assert "Original value: Ana" in refused.json()["error"]["reason"]
    assert change(lab, ANA, firstName="Ana", active=True).status_code == 200


def test_versions_count_effective_writes(lab: Lab) -> None:
    before = read(lab, ANA)["version"]
    change(lab, ANA, externalIdentifier="E-1")
    change(lab, ANA, externalIdentifier="E-1")
    assert read(lab, ANA)["version"] == before + 1
    change(lab, ANA, externalIdentifier=None)
    assert "externalIdentifier" not in read(lab, ANA)


def test_agent_fields_need_an_enabled_user(lab: Lab) -> None:
    site = names(lab, "site")["Site-1"]["id"]
    assert change(lab, ANA, siteId=site).status_code == 200
    assert "siteId" not in read(lab, ANA)
    assert change(lab, ANA, contactCenterEnabled=True, siteId=site).status_code == 200
    assert read(lab, ANA)["siteId"] == site


def test_teams_are_replaced_and_checked_against_the_site(lab: Lab) -> None:
    teams = {name: item["id"] for name, item in names(lab, "team").items()}
    enable(lab, ANA, "Site-1", "HQ Sales")
    both = sorted([teams["HQ Sales"], teams["HQ Service"]])
    change(lab, ANA, teamIds=list(reversed(both)))
    assert read(lab, ANA)["teamIds"] == both
    other = change(lab, ANA, teamIds=[teams["Lisboa Sales"]])
    assert (other.status_code, "not found for given site" in other.text) == (400, True)
    capacity = change(lab, ANA, teamIds=[teams["HQ Overflow"]])
    assert (capacity.status_code, "Capacity based teams are not allowed" in capacity.text) == (400, True)
    assert change(lab, ANA, teamIds=["nothing"]).status_code == 400
    assert read(lab, ANA)["teamIds"] == both


@pytest.mark.parametrize(("switch", "status"), [("reject", 400), ("reset_teams", 200)])
def test_a_lone_site(lab: Lab, switch: str, status: int) -> None:
    lab.set(cc_lone_site=switch)
    enable(lab, ANA, "Site-1", "HQ Sales")
    lisboa = names(lab, "site")["Lisboa"]["id"]
    assert change(lab, ANA, siteId=lisboa).status_code == status
    now = read(lab, ANA)
    assert (now["siteId"] == lisboa, "teamIds" in now) == (switch == "reset_teams", switch == "reject")


def test_a_desktop_profile_of_a_site_stays_there(lab: Lab) -> None:
    desktop = names(lab, "agent-profile")["Lisboa desktop"]["id"]
    enable(lab, ANA, "Site-1")
    assert change(lab, ANA, agentProfileId=desktop).status_code == 400
    enable(lab, ANA, "Lisboa")
    assert change(lab, ANA, agentProfileId=desktop).status_code == 200
    enable(lab, ANA, "Site-1")
    assert "agentProfileId" not in read(lab, ANA)


def test_the_type_of_a_profile_is_kept(lab: Lab) -> None:
    supervisors = names(lab, "user-profile", "v3")["Floor Supervisors"]["id"]
    assert change(lab, ANA, userProfileId=supervisors).status_code == 400
    assert change(lab, ANA, userProfileId="nothing").status_code == 400


def test_inclusion_settings_change_nothing(lab: Lab) -> None:
    assert (
        change(lab, ANA, userLevelSummariesInclusion="EXCLUDED", userLevelAutoCSATInclusion="EXCLUDED").status_code
        == 200
    )
    assert not [key for key in read(lab, ANA) if key.startswith("userLevel")]


def test_unknown_references(lab: Lab) -> None:
    refused = change(lab, ANA, contactCenterEnabled=True, siteId="nothing")
    assert refused.json()["error"]["reason"] == "siteId: not found for given orgId."
    assert refused.json()["error"]["key"] == "400"


def test_a_json_patch_array_is_a_500(lab: Lab) -> None:
    assert lab("PATCH", f"{base(lab)}/user/{user_id(lab, ANA)}", [{"op": "replace"}]).status_code == 500


def test_put_replaces(lab: Lab) -> None:
    enable(lab, ANA, "Site-1", "HQ Sales")
    whole = read(lab, ANA)
    del whole["teamIds"]
    whole["externalIdentifier"] = "E-2"
    assert lab("PUT", f"{base(lab)}/user/{whole['id']}", whole).status_code == 200
    now = read(lab, ANA)
    assert (now["externalIdentifier"], "teamIds" in now) == ("E-2", False)
    del whole["ciUserId"]
    assert lab("PUT", f"{base(lab)}/user/{whole['id']}", whole).status_code == 400


def test_a_stale_version_may_be_refused(lab: Lab) -> None:
    whole = read(lab, ANA)
    change(lab, ANA, externalIdentifier="E-1")
    assert lab("PUT", f"{base(lab)}/user/{whole['id']}", whole).status_code == 200
    lab.set(cc_strict_version=True)
    assert lab("PUT", f"{base(lab)}/user/{whole['id']}", whole).status_code == 409


# bulk


def bulk(lab: Lab, *items: dict[str, Any]) -> Any:
    body = {"items": [{"itemIdentifier": number, "item": item} for number, item in enumerate(items)]}
    return lab("PATCH", f"{base(lab)}/user/bulk", body)


def test_bulk_answers_item_by_item(lab: Lab) -> None:
    ana, ben = user_id(lab, ANA), user_id(lab, BEN)
    answer = bulk(
        lab,
        {"id": ana, "externalIdentifier": "E-9"},
        {"id": "00000000-0000-4000-8000-000000000000", "externalIdentifier": "E-9"},
        {"id": ben, "email": "x@y.zz"},
    )
    assert answer.status_code == 207
    items = answer.json()["items"]
    assert [item["status"] for item in items] == [200, 400, 400]
    assert items[0]["href"] == f"/api/organization/{lab.org}/user/{ana}"
    assert "Entity not found or more than one entity found" in items[1]["apiError"]["error"]["reason"]
    assert read(lab, ANA)["externalIdentifier"] == "E-9"


def test_bulk_may_pass_over_items(lab: Lab) -> None:
    lab.set(bulk_omit_items=1)
    answer = bulk(
        lab, {"id": user_id(lab, ANA), "externalIdentifier": "1"}, {"id": user_id(lab, BEN), "externalIdentifier": "2"}
    )
    assert [item["itemIdentifier"] for item in answer.json()["items"]] == [0]
    assert "externalIdentifier" not in read(lab, BEN)


def test_bulk_may_be_limited(lab: Lab) -> None:
    lab.set(cc_bulk_max_items=1)
    ana = user_id(lab, ANA)
    assert bulk(lab, {"id": ana}, {"id": ana}).status_code == 400
    assert bulk(lab, {"id": ana}).status_code == 207


def test_a_fault_on_a_bulk_item(lab: Lab) -> None:
    ana, ben = user_id(lab, ANA), user_id(lab, BEN)
    lab.fault(method="PATCH", path="/user/bulk$", kind="bulk_item", match=ben, item_status=500, when="after")
    answer = bulk(lab, {"id": ana, "externalIdentifier": "1"}, {"id": ben, "externalIdentifier": "2"})
    assert [item["status"] for item in answer.json()["items"]] == [200, 500]
    assert read(lab, BEN)["externalIdentifier"] == "2"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("PATCH", "/v2/user/bulk", 404),
        ("GET", "/v2/user/x", 404),
        ("GET", "/user/x/y/z", 405),
        ("POST", "/user", 405),
        ("GET", "/user/00000000-0000-4000-8000-000000000000", 404),
    ],
)
def test_routes_that_are_not_there(lab: Lab, method: str, path: str, status: int) -> None:
    answer = lab(method, base(lab) + path, {} if method != "GET" else None)
    assert answer.status_code == status
    assert ("timestamp" in answer.json()) is (status == 405)


def test_reskilling_is_for_supervisors(lab: Lab) -> None:
    refused = lab("PATCH", f"{base(lab)}/user/{user_id(lab, ANA)}/reskill", {"skillProfileId": "x"})
    assert (refused.status_code, "supervisor profile" in refused.text) == (403, True)
