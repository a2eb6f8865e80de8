"""Users against scripted answers: exactly which requests, in which order, with which bodies."""

from __future__ import annotations

from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.user import Users
from tests.unit.build import person_id
from tests.unit.resources.scripted import (
    ADA,
    BRUNO,
    bulk,
    by_ids,
    created,
    creation,
    rest_id,
    rest_user,
    run,
    scim_user,
    search,
)
from tests.unit.script import Script, get


def test_two_people_take_four_requests() -> None:
    script = Script(
        search(ADA, BRUNO),
        bulk([creation(0, ADA), creation(1, BRUNO)], [created(0, ADA), created(1, BRUNO)]),
        by_ids(ADA, BRUNO, found=[rest_user(ADA), rest_user(BRUNO)]),
    )
    assert run(script, Users("present"), [{"email": ADA}, {"email": BRUNO}]).summary()["created"] == 2


def test_somebody_there_takes_one_request() -> None:
    script = Script(search(ADA, found=[scim_user(ADA)]))
    assert run(script, Users("present"), [{"email": ADA}]).summary()["unchanged"] == 1


def test_a_create_in_doubt_is_looked_up_and_only_the_missing_are_sent_again() -> None:
    script = Script(
        search(ADA, BRUNO),
        bulk([creation(0, ADA), creation(1, BRUNO)], None, status=502),
        # The search may lag: it is repeated before anything is sent again.
        search(ADA, BRUNO, found=[scim_user(ADA)]),
        search(BRUNO),
        bulk([creation(1, BRUNO, attempt=1)], [{**created(1, BRUNO), "bulkId": "add-1-1"}]),
        by_ids(ADA, BRUNO, found=[rest_user(ADA), rest_user(BRUNO)]),
    )
    assert run(script, Users("present"), [{"email": ADA}, {"email": BRUNO}]).summary()["created"] == 2


def test_a_change_and_a_removal_in_one_request() -> None:
    patch = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": "title", "value": "Lead"}],
    }
    operations = [
        {"method": "PATCH", "path": f"/Users/{person_id(ADA)}", "bulkId": "change-0", "data": patch},
        {"method": "DELETE", "path": f"/Users/{person_id(BRUNO)}", "bulkId": "change-1"},
    ]
    script = Script(
        search(ADA, BRUNO, found=[scim_user(ADA), scim_user(BRUNO)]),
        get("/v1/people/me", {"id": rest_id("me@example.com"), "emails": ["me@example.com"]}),
        bulk(operations, [{"bulkId": "change-0", "status": "200"}, {"bulkId": "change-1", "status": "204"}]),
        by_ids(ADA, BRUNO, found=[rest_user(ADA, title="Lead")]),
    )
    rows = [{"email": ADA, "title": "Lead"}, {"email": BRUNO, "state": "absent"}]
    found = run(script, Users("present"), rows, allow_removals=True)
    assert (found.summary()["updated"], found.summary()["removed"]) == (1, 1)
