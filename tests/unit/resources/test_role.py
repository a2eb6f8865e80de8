"""Roles against scripted answers: exactly which requests, in which order, with which bodies."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center import records
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.outcomes import Outcomes
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.snapshot import Snapshot
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.role import Roles
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.plan_file import PlanDocument
from tests.unit.build import ORGANIZATION, PREMIUM_1, people, person, person_id
from tests.unit.resources.scripted import (
    ADA,
    BRUNO,
    SCIM,
    bulk,
    licenses,
    rest_id,
    rest_user,
    run,
    scim_user,
    search,
)
from tests.unit.script import CENTER, Script, Step, expect, get


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


# -- supervisors, by SCIM and by the switch on the contact center's record ---------------------------------------------------

ME = get("/v1/people/me", {"id": rest_id("me@example.com"), "emails": ["me@example.com"]})
SWITCH = "supervisorCapabilitiesEnabled"
OWN = f"{CENTER}/organization/{ORGANIZATION}"
PROFILES = f"{OWN}/v3/user-profile?attributes=id%2Cname%2Cdescription%2CprofileType%2Cactive%2CsystemDefault&page=0&pageSize=1000"


def records_by(field: str, value: str) -> str:
    attributes = records._ATTRIBUTES.replace(",", "%2C")
    return (
        f"{OWN}/v2/user?filter={field}%3Din%3D%28%22{value.replace('@', '%40')}%22%29"
        f"&attributes={attributes}&page=0&pageSize=11"
    )


BY_IDENTITY, BY_ADDRESS = records_by("ciUserId", person_id(ADA)), records_by("email", ADA)


def by_id(email: str, *roles: str) -> Step:
    return get(
        f"{SCIM}/Users?filter=id%20eq%20%22{person_id(email)}%22&count=1&startIndex=1",
        {"totalResults": 1, "Resources": [scim_user(email, roles=[{"value": r} for r in roles])]},
    )


def record(says: Any = None, profile: str = "agents") -> dict[str, Any]:
    found = {"id": "r-ada", "ciUserId": person_id(ADA), "email": ADA, "userProfileId": profile}
    return found if says is None else {**found, SWITCH: says}


def reading(word: str, says: Any, *, listed: Any = None, there: bool = True, profile: str = "agents") -> list[Step]:
    """What is read before anything is sent: the person, the license of a supervisor, the record from the list, and then by id."""
    profiles = [{"id": "agents", "profileType": "PREMIUM_AGENT"}, {"id": "leads", "profileType": "SUPERVISOR"}]
    steps = [search(ADA, found=[scim_user(ADA)])]
    if word == "supervisor":
        steps += [licenses(), get(f"/v1/people/{rest_id(ADA)}", rest_user(ADA, PREMIUM_1))]
    steps += [
        get(PROFILES, {"data": profiles, "meta": {"totalPages": 1}}),
        get(BY_IDENTITY, {"data": [record(listed, profile)] if there else [], "meta": {"totalPages": 1}}),
    ]
    if not there:
        steps.append(get(BY_ADDRESS, {"data": [], "meta": {"totalPages": 1}}))
    elif listed is None and (word == "supervisor") != (profile == "leads"):
        steps.append(get(f"{OWN}/user/r-ada", record(says, profile)))
    return steps


def patch(value: bool, answer: Any = None, **more: Any) -> Step:
    item = {"itemIdentifier": 0, "requestAction": "SAVE", "item": {"id": "r-ada", SWITCH: value}}
    told = answer or {"items": [{"itemIdentifier": 0, "status": 200}]}
    return expect("PATCH", f"{OWN}/user/bulk", told, body={"items": [item]}, **more)


def again(says: Any, profile: str = "agents") -> Step:
    return get(f"{OWN}/user/r-ada", record(says, profile))


def by_switch(word: str, *steps: Step, mode: str = "add_and_remove", **rules: Any) -> Any:
    work = Roles(default=None, mode=mode, supervisor_via="capabilities")
    found: Outcomes = run(Script(*steps), work, [{"email": ADA, "role": word}], **rules)
    return found.outcomes[0]


@pytest.mark.parametrize("listed", [None, False])
def test_the_switch_is_set_and_believed_once_the_record_shows_it(listed: bool | None) -> None:
    found = by_switch(
        "supervisor",
        *reading("supervisor", False, listed=listed),
        ME,
        patch(True),
        # It may take a while to show.
        again(False),
        again(True),
    )
    assert (found.kind, found.changed, found.error, found.manual) == ("update", True, None, None)
    assert found.before == {"role": "agent", "roles": [], "supervisor_capabilities": False}
    assert found.after == {"role": "supervisor", "roles": [], "supervisor_capabilities": True}


def test_a_switch_that_is_on_is_left_alone() -> None:
    found = by_switch("supervisor", *reading("supervisor", True))
    assert (found.kind, found.changed, found.manual, found.before["role"]) == ("none", False, None, "supervisor")


@pytest.mark.parametrize(
    ("there", "says", "why"),
    [
        (False, None, "has no record of this person yet"),
        (True, None, "does not show the switch"),
        (True, "yes", "does not show"),
    ],
)
def test_without_a_switch_a_person_presses_and_nothing_is_sent(there: bool, says: Any, why: str) -> None:
    found = by_switch("supervisor", *reading("supervisor", says, there=there))
    assert (found.kind, found.changed, found.failed) == ("manual", False, False)
    assert why in found.manual.what
    assert "Premium Agent - Supervisor Role" in found.manual.where


REFUSED = {"items": [{"itemIdentifier": 0, "status": 400, "apiError": {"error": {"reason": "read-only"}}}]}


@pytest.mark.parametrize(
    ("answer", "status"), [(REFUSED, 207), ({"message": "read-only"}, 400), ({"message": "no scope"}, 403)]
)
def test_a_switch_that_is_refused_is_left_to_a_person_at_once(answer: Any, status: int) -> None:
    found = by_switch("supervisor", *reading("supervisor", False), ME, patch(True, answer, status=status), again(False))
    assert (found.kind, found.changed, found.failed, found.error) == ("manual", False, False, None)
    assert found.manual.what.startswith("Make this person a supervisor: the contact center did not (")
    assert found.after == found.before


def test_a_switch_that_is_ignored_is_waited_for_and_then_left_to_a_person() -> None:
    found = by_switch("supervisor", *reading("supervisor", False), ME, patch(True), *[again(False)] * 4)
    assert (found.kind, found.changed, found.failed) == ("manual", False, False)
    assert found.manual.what == "Make this person a supervisor: the contact center did not."


def test_what_became_of_a_switch_that_nobody_can_read_is_in_doubt() -> None:
    lost = get(f"{OWN}/user/r-ada", {"message": "gone"}, status=404)
    found = by_switch("supervisor", *reading("supervisor", False), ME, patch(True), lost, lost, lost)
    assert (found.changed, found.certain, found.failed) == (True, False, True)


@pytest.mark.parametrize("profile", ["agents", "leads"])
def test_an_agent_loses_the_switch(profile: str) -> None:
    found = by_switch(
        "agent",
        *reading("agent", True, listed=True, profile=profile),
        ME,
        patch(False),
        again(False, "agents"),
        max_removals="1",
    )
    assert (found.kind, found.changed, found.change.removal) == ("remove", True, True)
    assert found.after == {"role": "agent", "roles": [], "supervisor_capabilities": False}


def test_the_switch_that_is_taken_counts_as_a_removal() -> None:
    work = Roles(default=None, mode="add_and_remove", supervisor_via="capabilities")
    script = Script(*reading("agent", True, listed=True), ME)
    found = run(script, work, [{"email": ADA, "role": "agent"}], max_removals="0")
    assert found.aborted is not None
    assert found.aborted.code == "too_many_removals"


def test_a_supervisor_who_keeps_the_switch_is_left_to_a_person() -> None:
    found = by_switch(
        "agent", *reading("agent", True, profile="leads"), ME, patch(False, REFUSED), again(True, "leads")
    )
    assert (found.kind, found.changed) == ("manual", False)
    assert found.manual.what.startswith("Take the supervisor role away from this person: the contact center did not (")
    assert "choose Premium Agent." in found.manual.where


def test_in_add_only_nobody_s_switch_is_looked_at_to_take_it() -> None:
    found = by_switch("agent", *reading("agent", None), mode="add_only")
    assert (found.kind, found.error) == ("none", None)


# -- supervisors by Control Hub's hand whose rows say agent -------------------------------------------------------------------


def by_console(*steps: Step, mode: str = "add_and_remove", **more: Any) -> Any:
    work = Roles(default=None, mode=mode, supervisor_via="console")
    found: Outcomes = run(Script(*steps), work, [{"email": ADA, "role": "agent"}], **more)
    assert found.aborted is None, found.aborted
    return found.outcomes[0]


@pytest.mark.parametrize(("mode", "kind"), [("add_and_remove", "manual"), ("add_only", "none")])
def test_a_supervisor_whose_row_says_agent_is_seen_to_be_one(mode: str, kind: str) -> None:
    """One request for all of them tells: nothing else shows it."""
    steps = reading("agent", None, listed=False, profile="leads")
    found = by_console(*steps, *([ME] if kind == "manual" else []), mode=mode)
    assert (found.kind, found.before["role"], found.changed) == (kind, "supervisor", False)
    assert by_console(*reading("agent", None), mode=mode).before["role"] == "agent"


def test_without_a_right_to_the_contact_center_agents_are_what_control_hub_says() -> None:
    found = by_console(search(ADA, found=[scim_user(ADA)]), get(PROFILES, {}, status=403))
    assert (found.kind, found.before["role"], found.error) == ("none", "agent", None)


def test_of_whom_the_plan_holds_nothing_the_contact_center_is_not_asked() -> None:
    entry = {"action": "none", "before": {"role": "agent"}, "after": {"role": "agent"}}
    people = [{"row": 0, "email": ADA, "steps": {"role": entry}}]
    plan = PlanDocument("R1", "acme", {"id": ORGANIZATION}, "T", False, "", people=people)
    found = by_console(search(ADA, found=[scim_user(ADA)]), plan=plan)
    assert (found.kind, found.error) == ("none", None)


def test_an_identity_role_and_the_switch_are_judged_each() -> None:
    """What SCIM took is told although the contact center did not follow."""
    work = Roles(default=None, mode="add_and_remove", supervisor_via="capabilities")
    row = {"email": ADA, "role": "supervisor", "administrator_roles": ["User Administrator"]}
    roles = get("/v1/roles", {"items": []})
    taken = expect("POST", f"{SCIM}/Bulk", {"operations": [{"bulkId": "role-0-0", "status": "200"}]})
    script = Script(
        roles,
        *reading("supervisor", False),
        ME,
        taken,
        patch(True, REFUSED),
        by_id(ADA, "id_user_admin"),
        again(False),
    )
    [found] = run(script, work, [row]).outcomes
    assert (found.kind, found.changed, found.failed) == ("update", True, False)
    assert found.after["roles"] == ["User Administrator"]
    assert found.manual is not None


def supervisor_by_scim(*answers: Step, answer: Any = None, status: int = 200, **rules: Any) -> Any:
    value = [{"value": "cjp.supervisor", "type": "cirole", "display": "cjp.supervisor"}]
    data = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "add", "path": "roles", "value": value}],
    }
    operations = [{"method": "PATCH", "path": f"/Users/{person_id(ADA)}", "bulkId": "role-0-0", "data": data}]
    before = reading("supervisor", None)[:-1]
    sent = bulk(operations, [answer or {"bulkId": "role-0-0", "status": "200"}], status=status)
    work = Roles(default=None, mode="add_and_remove", supervisor_via="scim")
    return run(Script(*before, ME, sent, *answers), work, [{"email": ADA, "role": "supervisor"}], **rules).outcomes[0]


def test_the_supervisor_role_by_scim_is_waited_for_as_long_as_everything_else() -> None:
    late = [by_id(ADA), by_id(ADA), by_id(ADA), by_id(ADA, "cjp.supervisor")]
    found = supervisor_by_scim(*late, settle_timeout=4.0)
    assert (found.kind, found.changed, found.manual) == ("update", True, None)
    assert found.after["role"] == "supervisor"


def test_a_supervisor_role_that_scim_refuses_is_not_waited_for() -> None:
    refused = {"bulkId": "role-0-0", "status": "400", "response": {"detail": "not assignable"}}
    found = supervisor_by_scim(by_id(ADA), answer=refused, settle_timeout=4.0)
    assert (found.kind, found.changed, found.failed) == ("manual", False, False)
    assert "not assignable" in found.manual.what


def test_a_supervisor_role_that_scim_took_and_does_not_show_is_in_doubt() -> None:
    """Whether SCIM shows roles of the contact center is not known: it may stand where nobody sees it."""
    for by_license in ((), ("cjp.premium_agent",)):
        alone = get(f"{SCIM}/Users/{person_id(ADA)}", scim_user(ADA, roles=[{"value": r} for r in by_license]))
        found = supervisor_by_scim(*[by_id(ADA, *by_license)] * 3, alone, settle_timeout=1.0)
        assert (found.kind, found.changed, found.certain) == ("manual", True, False)
    shown = [by_id(ADA, "cjp.admin")] * 3
    alone = get(f"{SCIM}/Users/{person_id(ADA)}", scim_user(ADA, roles=[{"value": "cjp.admin"}]))
    found = supervisor_by_scim(*shown, alone, settle_timeout=1.0)
    assert (found.kind, found.certain) == ("manual", True), (
        "such roles are shown, and the supervisor's is not among them"
    )


def test_a_supervisor_role_refused_with_the_whole_request_is_in_doubt_where_it_does_not_show() -> None:
    unseen = [by_id(ADA)] * 3
    alone = get(f"{SCIM}/Users/{person_id(ADA)}", scim_user(ADA))
    found = supervisor_by_scim(*unseen, alone, status=400, settle_timeout=1.0)
    assert (found.kind, found.changed, found.certain) == ("manual", True, False)
    found = supervisor_by_scim(by_id(ADA, "cjp.supervisor"), status=400)
    assert (found.kind, found.changed, found.certain, found.error) == ("update", True, True, None)


def test_people_whom_a_search_does_not_show_yet_are_read_one_by_one_while_they_are_few() -> None:
    lagging = get(
        f"{SCIM}/Users?filter=id%20eq%20%22{person_id(ADA)}%22&count=1&startIndex=1",
        {"totalResults": 0, "Resources": []},
    )
    alone = get(f"{SCIM}/Users/{person_id(ADA)}", scim_user(ADA, roles=[{"value": "cjp.supervisor"}]))
    found = supervisor_by_scim(lagging, alone)
    assert (found.kind, found.changed) == ("update", True)


# -- several people --------------------------------------------------------------------------------------------------------

CHIDI = "chidi@example.com"
THREE = (ADA, BRUNO, CHIDI)


def by_ids_of(*people: dict[str, Any], asked: tuple[str, ...] = THREE) -> Step:
    expression = "%20or%20".join(f"id%20eq%20%22{person_id(e)}%22" for e in asked)
    return get(
        f"{SCIM}/Users?filter={expression}&count={len(asked)}&startIndex=1",
        {"totalResults": len(people), "Resources": list(people)},
    )


def holding(email: str, *roles: str) -> dict[str, Any]:
    return scim_user(email, roles=[{"value": r} for r in roles])


def answers(*statuses: str) -> Step:
    results = [
        {"bulkId": f"role-{n}-0", "status": status, **({} if status == "200" else {"response": {"detail": "no"}})}
        for n, status in enumerate(statuses)
    ]
    return expect("POST", f"{SCIM}/Bulk", {"operations": results})


@pytest.mark.parametrize("place", [0, 1, 2])
def test_one_refusal_among_several_is_that_person_s_wherever_it_stands(place: int) -> None:
    statuses = ["403" if n == place else "200" for n in range(3)]
    after = [holding(e, *([] if n == place else ["id_user_admin"])) for n, e in enumerate(THREE)]
    script = Script(
        get("/v1/roles", {"items": []}),
        search(*THREE, found=[holding(e) for e in THREE]),
        ME,
        answers(*statuses),
        by_ids_of(*after),
    )
    rows = [{"email": e, "administrator_roles": ["User Administrator"]} for e in THREE]
    found = run(script, Roles(default=None, mode="add_and_remove", supervisor_via="console"), rows)
    assert found.aborted is None
    assert [(o.changed, o.failed, o.certain) for o in found] == [(n != place, n == place, True) for n in range(3)]
    assert [o.error.code for o in found if o.error] == ["refused"]


@pytest.mark.parametrize("status", [400, 401, 404, 429])
def test_roles_refused_as_a_whole_are_read_again(status: int) -> None:
    """The whole request may have taken effect: whoever shows the role has it, the others were refused."""
    script = Script(
        get("/v1/roles", {"items": []}),
        search(*THREE, found=[holding(e) for e in THREE]),
        ME,
        expect("POST", f"{SCIM}/Bulk", {}, status=status),
        by_ids_of(holding(ADA, "id_user_admin"), holding(BRUNO), holding(CHIDI)),
    )
    rows = [{"email": e, "administrator_roles": ["User Administrator"]} for e in THREE]
    work = Roles(default=None, mode="add_and_remove", supervisor_via="console")
    found = run(script, work, rows, retry_deadline=0.0)
    assert [(o.changed, o.failed, o.certain) for o in found] == [
        (True, False, True),
        (False, True, True),
        (False, True, True),
    ]
    assert {o.error.http_status for o in found if o.error} == {status}


def test_what_became_of_roles_that_nobody_can_read_the_next_step_must_read() -> None:
    script = Script(
        get("/v1/roles", {"items": []}),
        search(ADA, found=[holding(ADA)]),
        ME,
        expect("POST", f"{SCIM}/Bulk", {}, status=401),
        expect("GET", f"{SCIM}/Users?filter=id%20eq%20%22{person_id(ADA)}%22&count=1&startIndex=1", {}, status=401),
    )
    snapshot = Snapshot(None, organization=ORGANIZATION, api="", check_mode=False)
    work = Roles(default=None, mode="add_and_remove", supervisor_via="console")
    rows = [{"email": ADA, "administrator_roles": ["User Administrator"]}]
    [found] = run(script, work, rows, snapshot=snapshot).outcomes
    assert (found.changed, found.certain, found.failed) == (True, False, True)
    kept = snapshot.people[ADA]
    assert kept is not None
    assert kept.roles is None


def test_a_role_that_stays_although_the_service_says_yes_was_not_taken() -> None:
    script = Script(
        search(*THREE[:2], found=[holding(e, "id_user_admin") for e in THREE[:2]]),
        ME,
        answers("200", "200"),
        by_ids_of(holding(ADA), holding(BRUNO, "id_user_admin"), asked=THREE[:2]),
        *[by_ids_of(holding(BRUNO, "id_user_admin"), asked=(BRUNO,))] * 2,
        get(f"{SCIM}/Users/{person_id(BRUNO)}", holding(BRUNO, "id_user_admin")),
    )
    rows = [{"email": e, "administrator_roles": []} for e in THREE[:2]]
    taken, kept = run(script, Roles(default=None, mode="add_and_remove", supervisor_via="console"), rows)
    assert (taken.kind, taken.changed, taken.failed, taken.after["roles"]) == ("remove", True, False, [])
    assert (kept.changed, kept.failed, kept.certain) == (False, True, True)
    assert kept.after["roles"] == ["User Administrator"]
    assert kept.error is not None
    assert kept.error.code == "not_verified"
    assert "User Administrator" in kept.error.message


def test_people_without_roles_in_what_was_remembered_are_read_in_one_search_and_else_one_by_one() -> None:
    """Who cannot be read at all is blocked, and the others go on."""
    snapshot = Snapshot(None, organization=ORGANIZATION, api="", check_mode=False)
    snapshot.people = people(*(person(e, PREMIUM_1, roles=None) for e in THREE))
    script = Script(
        by_ids_of(holding(ADA, "id_full_admin")),
        get(f"{SCIM}/Users/{person_id(BRUNO)}", holding(BRUNO, "id_user_admin")),
        get(f"{SCIM}/Users/{person_id(CHIDI)}", {"message": "gone"}, status=404),
    )
    rows = [{"email": e, "role": "administrator"} for e in THREE]
    work = Roles(default=None, mode="add_and_remove", supervisor_via="console")
    full, finer, unread = run(script, work, rows, snapshot=snapshot)
    assert (full.kind, full.before["roles"]) == ("none", ["Full Administrator"])
    assert (finer.error and finer.error.code, finer.before["roles"]) == (
        "administrator_roles_needed",
        ["User Administrator"],
    )
    assert unread.error and unread.error.code == "roles_unread"
