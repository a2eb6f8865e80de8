"""Routes and rules that live clients saw, or that the description has since summer 2026."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Lab

ANA = "ana@alpha.example.com"


def _base(lab: Lab) -> str:
    return f"/organization/{lab.org}"


def _named(lab: Lab, path: str, name: str) -> dict[str, Any]:
    rows = lab.get(f"{_base(lab)}/{path}").json()["data"]
    return dict(next(item for item in rows if item["name"] == name))


@pytest.fixture
def user(lab: Lab) -> str:
    """The address of somebody's record."""
    record = lab.record(ANA)
    assert record is not None
    return f"{_base(lab)}/user/{record['id']}"


@pytest.fixture
def skill(lab: Lab) -> str:
    """A dynamic skill that Ana has."""
    fields = {"name": "Shift", "active": True, "serviceLevelThreshold": 5, "skillType": "Text", "dynamicSkill": True}
    made = lab("POST", f"{_base(lab)}/skill", fields)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def _give(lab: Lab, user: str, *skills: dict[str, Any]) -> Any:
    return lab("PATCH", user, {"contactCenterEnabled": True, "dynamicSkills": list(skills)})


def test_nothing_points_to_a_user(lab: Lab, user: str) -> None:
    found = lab.get(f"{user}/incoming-references").json()
    assert (found["data"], found["meta"]["referencedEntities"], found["meta"]["totalRecords"]) == ([], [], 0)
    assert lab.get(f"{_base(lab)}/user/x/incoming-references").status_code == 404


def test_references_name_the_type_that_they_hold(lab: Lab) -> None:
    site = _named(lab, "v2/site", "Lisboa")["id"]
    found = lab.get(f"{_base(lab)}/site/{site}/incoming-references", type="agent-profile").json()
    assert [item["name"] for item in found["data"]] == ["Lisboa desktop"]
    assert found["meta"]["currentEntity"] == "agent-profile"


def test_dynamic_skills_are_given_found_and_named(lab: Lab, user: str, skill: str) -> None:
    held = _give(lab, user, {"skillId": skill, "textValue": "late"}).json()["dynamicSkills"]
    assert [(item["skillId"], item["textValue"], "skillName" in item) for item in held] == [(skill, "late", False)]
    assert _give(lab, user, {"skillName": "Shift", "textValue": "late"}).json()["dynamicSkills"] == held
    found = lab.get(f"{_base(lab)}/user/by-dynamic-skill-id/{skill}").json()
    assert [(row["email"], row["dynamicSkill"]) for row in found["data"]] == [(ANA, held[0])]
    assert lab.get(f"{_base(lab)}/user/by-dynamic-skill-id/{skill}", search="Nobody").json()["data"] == []
    assert lab.get(f"{_base(lab)}/user/by-dynamic-skill-id/x").status_code == 404
    ci = lab.get(user).json()["ciUserId"]
    for path in (user, f"{_base(lab)}/user/by-ci-user-id/{ci}", f"{_base(lab)}/v2/user/by-ci-user-id/{ci}"):
        assert lab.get(path, includeSkillDetails="true").json()["dynamicSkills"][0]["skillName"] == "Shift"
    assert lab("PATCH", user, {"dynamicSkills": None}).json().get("dynamicSkills") is None


def test_lists_leave_dynamic_skills_out(lab: Lab, user: str, skill: str) -> None:
    _give(lab, user, {"skillId": skill, "textValue": "late"})
    assert "dynamicSkills" not in (lab.record(ANA) or {})


def test_a_skill_that_is_not_dynamic_is_refused(lab: Lab, user: str) -> None:
    plain = _named(lab, "v2/skill", "Billing")["id"]
    assert _give(lab, user, {"skillId": plain, "booleanValue": True}).status_code == 400
    assert _give(lab, user, {"skillId": "x"}).status_code == 400


def test_whether_a_user_has_a_dynamic_skill(lab: Lab, user: str, skill: str) -> None:
    asked = {"checkIfUserHasDynamicSkill": "true", "dynamicSkillId": skill}
    assert lab.get(user, **asked).json()["dynamicSkillAssigned"] is False
    _give(lab, user, {"skillId": skill, "enumValue": "a|b"})
    assert lab.get(user, **asked).json()["dynamicSkillAssigned"] is True
    assert "dynamicSkillAssigned" not in lab.get(user).json()
    assert lab.get(user, checkIfUserHasDynamicSkill="true").status_code == 400


def test_the_granular_answer_lacks_what_is_new(lab: Lab, user: str, skill: str) -> None:
    lab.set(capabilities="ignored")
    _give(lab, user, {"skillId": skill, "enumValue": "a|b"})
    record = lab.get(user).json()
    old, new = (
        lab.get(f"{_base(lab)}/{version}user/by-ci-user-id/{record['ciUserId']}").json() for version in ("", "v2/")
    )
    assert "agentCapabilitiesEnabled" in old
    assert "agentCapabilitiesEnabled" not in new
    assert ["enumValue" in answer["dynamicSkills"][0] for answer in (old, new)] == [True, False]


def test_users_by_requirements(lab: Lab, user: str, skill: str) -> None:
    path = f"{_base(lab)}/user/fetch-by-skill-requirements"
    profile = _named(lab, "v2/skill-profile", "Spanish speakers")
    spanish = _named(lab, "v2/skill", "Spanish")["id"]
    _give(lab, user, {"skillId": skill, "textValue": "late"})
    assert lab("PATCH", user, {"skillProfileId": profile["id"]}).status_code == 200
    late = {"skillId": skill, "condition": "IS", "skillValue": "Late"}
    fluent = {"skillId": spanish, "condition": "IS", "skillValue": "8"}
    found = lab("POST", path, {"skillRequirements": [late, fluent]}).json()
    assert [(row["email"], row["skillProfileName"]) for row in found["data"]] == [(ANA, "Spanish speakers")]
    assert lab("POST", path, {"skillRequirements": [{**late, "condition": "IS_NOT"}]}).json()["data"] == []
    assert lab("POST", path, late).json()["meta"]["totalRecords"] == 1
    assert lab("POST", path, {"skillRequirements": [late] * 51}).status_code == 400
    assert lab("POST", path, {"skillRequirements": [{**late, "condition": "LIKE"}]}).status_code == 400


def test_no_monitoring_schedule_is_known(lab: Lab) -> None:
    refused = lab.get(f"{_base(lab)}/user/by-call-monitoring-id/x")
    assert (refused.status_code, refused.json()["error"]["key"]) == (404, "404")


def test_user_profiles_without_v3(lab: Lab) -> None:
    profile = _named(lab, "v3/user-profile", "Night Shift Agents")
    old = lab.get(f"{_base(lab)}/user-profile/{profile['id']}").json()
    assert (old["accessAllSites"], old["userProfileAppModules"], "permissions" in old) == ("ALL", [], False)
    refused = lab("POST", f"{_base(lab)}/user-profile", {"name": "X"})
    assert (refused.status_code, "decommissioned" in refused.text) == (400, True)


@pytest.mark.parametrize(
    ("kind", "level", "permissions", "status"),
    [
        ("SUPERVISOR", "ALL", [], 400),
        ("SUPERVISOR", "SPECIFIC", None, 400),
        ("SUPERVISOR", "NONE", [], 201),
        ("PREMIUM_AGENT", "ALL", [], 201),
        ("SUPERVISOR", "SPECIFIC", [{"name": "schedule-listening", "access": "ENABLED"}], 201),
        ("PREMIUM_AGENT", "SPECIFIC", [{"name": "schedule-listening", "access": "ENABLED"}], 400),
        ("PREMIUM_AGENT", "SPECIFIC", [{"name": "sites", "access": "SOMETIMES"}], 400),
    ],
)
def test_levels_and_permissions_of_new_profiles(lab: Lab, kind: str, level: str, permissions: Any, status: int) -> None:
    fields = {"name": "New", "profileType": kind, "permissionAccessLevel": level, "resourceAccessLevel": "ALL"}
    answer = lab("POST", f"{_base(lab)}/v3/user-profile", {**fields, "active": True, "permissions": permissions})
    assert answer.status_code == status, answer.text


def _desktop(lab: Lab) -> dict[str, Any]:
    found = lab.get(f"{_base(lab)}/agent-profile/{_named(lab, 'v2/agent-profile', 'Office desktop')['id']}").json()
    return {key: value for key, value in found.items() if key != "id"} | {"name": "Copy"}


def test_a_clone_with_the_ids_inside_is_refused(lab: Lab) -> None:
    clone = _desktop(lab)
    assert lab("POST", f"{_base(lab)}/agent-profile", clone).status_code == 409
    inside = clone["viewableStatistics"].pop("id")
    made = lab("POST", f"{_base(lab)}/agent-profile", clone)
    assert made.status_code == 201, made.text
    assert made.json()["viewableStatistics"]["id"] not in (None, inside)


def test_what_desktop_profiles_gained_and_lost(lab: Lab) -> None:
    clone = _desktop(lab) | {"agentPersonalGreeting": True, "scheduleAndManageCallBack": False}
    del clone["viewableStatistics"]["id"]
    refused = lab("POST", f"{_base(lab)}/agent-profile", {**clone, "agentDNValidation": "SPECIFIC"})
    assert (refused.status_code, "no longer supported" in refused.text) == (400, True)
    assert lab("POST", f"{_base(lab)}/agent-profile", {**clone, "autoAcceptDigitalInteractions": 1}).status_code == 400
    made = lab("POST", f"{_base(lab)}/agent-profile", clone).json()
    assert (made["agentPersonalGreeting"], made["scheduleAndManageCallBack"]) == (True, False)


@pytest.mark.parametrize("path", ["site/bulk", "user/bulk"])
def test_items_without_a_number_get_none_back_and_odd_numbers_are_refused(lab: Lab, path: str) -> None:
    method = "PATCH" if path.startswith("user") else "POST"
    (result,) = lab(method, f"{_base(lab)}/{path}", {"items": [{"item": {"name": "X"}}]}).json()["items"]
    assert "itemIdentifier" not in result
    odd = {"items": [{"itemIdentifier": "1", "item": {"name": "X"}}]}
    assert lab(method, f"{_base(lab)}/{path}", odd).status_code == 400


def test_what_lies_inside_a_profile_is_checked_and_cut_to_what_is_described(lab: Lab) -> None:
    clone = _desktop(lab)
    inside = {"accessQueueStats": "ALL", "accessTeamStats": "ALL"}
    for odd in ({"accessTeamStats": "SOME"}, {"agentStats": "yes"}, {"teams": ["a", "a"]}, {"teams": [1]}):
        body = {**clone, "viewableStatistics": {**inside, **odd}}
        assert lab("POST", f"{_base(lab)}/agent-profile", body).status_code == 400, odd
    made = lab("POST", f"{_base(lab)}/agent-profile", {**clone, "viewableStatistics": {**inside, "odd": 1}}).json()
    assert set(made["viewableStatistics"]) == {"id", *inside}
