"""Users against scripted answers: exactly which requests, in which order, with which bodies."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._client.library import httpx
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.context import Context, Policy, Progress
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.outcomes import Outcomes
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.snapshot import Snapshot
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.user import Users
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.organization import Organization
from tests.unit.build import ORGANIZATION, person_id, wanted
from tests.unit.resources.scripted import (
    ADA,
    BRUNO,
    SCIM,
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
from tests.unit.script import Script, Step, expect, get


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
        search(BRUNO),
        bulk([creation(1, BRUNO, attempt=1)], [created(1, BRUNO, attempt=1)]),
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


# -- creates in doubt ------------------------------------------------------------------------------------------------------

LOST = httpx.ReadError("gone")
TAKEN = {"status": "409", "response": {"detail": "User already exists", "scimType": "uniqueness"}}
ELSEWHERE = {"status": "409", "response": {"detail": "The address belongs to another org"}}
ONE = [{"email": ADA}]


def lost(attempt: int = 0) -> Step:
    return expect("POST", f"{SCIM}/Bulk", LOST, body=bulk([creation(0, ADA, attempt)], None).body)


def answered(*entries: dict[str, Any], attempt: int = 0) -> Step:
    own = {"method": "POST", "bulkId": f"add-{attempt}-0"}
    return bulk([creation(0, ADA, attempt)], [{**own, **entry} for entry in entries])


def not_there(times: int) -> list[Step]:
    return [search(ADA) for _n in range(times)]


#: Looks within the patience of one second that the tests here have: at once, and after each pause.
LOOKS = 3


def seen() -> Step:
    return by_ids(ADA, found=[rest_user(ADA)])


def told(found: Outcomes) -> tuple[str, bool, bool, bool, str | None]:
    # A request beyond the script would count as an answer that never came.
    assert found.trace is None, found.trace
    [one] = found
    return one.kind, one.changed, one.certain, one.failed, one.error.code if one.error else None


OURS = ("create", True, True, False, None)


@pytest.mark.parametrize("hidden", [6, 7])
def test_a_lost_answer_is_waited_out_and_the_create_is_ours_once(hidden: int) -> None:
    """People became visible 8 to 14 seconds after a Bulk request without an answer."""
    script = Script(search(ADA), lost(), *not_there(hidden - 1), search(ADA, found=[scim_user(ADA)]), seen())
    assert told(run(script, Users("present"), ONE, settle_timeout=15.0)) == OURS
    assert sum(script.slept) == {6: 12.5, 7: 15.0}[hidden]


def test_what_exists_already_after_a_doubtful_create_is_ours() -> None:
    script = Script(
        search(ADA),
        lost(),
        *not_there(LOOKS),
        answered(TAKEN, attempt=1),
        search(ADA, found=[scim_user(ADA)]),
        seen(),
    )
    assert told(run(script, Users("present"), ONE)) == OURS


def test_what_exists_already_after_a_doubtful_create_and_never_shows_is_in_doubt() -> None:
    script = Script(
        search(ADA),
        lost(),
        *not_there(LOOKS),
        answered(TAKEN, attempt=1),
        *not_there(LOOKS),
        # Nothing is sent again: it exists. The engine's own reading looks by the address too.
        *not_there(LOOKS + 1),
    )
    found = run(script, Users("present"), ONE)
    assert told(found) == ("create", True, False, True, "uncertain")
    [one] = found
    assert one.error is not None
    assert one.error.message == (
        f"{ADA} may have been added by a request without a trustworthy answer. "
        "The next one: Webex refused: User already exists (status 409)"
    )
    assert "Run again" in one.error.advice


def test_what_shows_at_the_very_end_is_ours() -> None:
    script = Script(
        search(ADA),
        lost(),
        *not_there(LOOKS),
        answered(TAKEN, attempt=1),
        *not_there(LOOKS + LOOKS),
        search(ADA, found=[scim_user(ADA)]),
    )
    assert told(run(script, Users("present"), ONE)) == OURS


@pytest.mark.parametrize("shows", [True, False])
def test_a_rate_limit_after_a_doubtful_create_is_no_refusal_of_it(shows: bool) -> None:
    limited = bulk([creation(0, ADA, 1)], None, status=429)
    last = [search(ADA, found=[scim_user(ADA)]), seen()] if shows else not_there(LOOKS + LOOKS + 1)
    script = Script(search(ADA), lost(), *not_there(LOOKS), limited, *last)
    found = told(run(script, Users("present"), ONE, retry_deadline=0.0))
    assert found == (OURS if shows else ("create", True, False, True, "uncertain"))


@pytest.mark.parametrize(
    ("status", "code"), [(429, "rate_limited"), (400, "bad_request"), (401, "token_invalid"), (409, "conflict")]
)
def test_a_create_that_is_refused_as_a_whole_is_looked_for(status: int, code: str) -> None:
    """It was seen to take effect all the same. Who never shows was not added."""
    refused = bulk([creation(0, ADA)], None, status=status)
    ours = Script(search(ADA), refused, *not_there(LOOKS - 1), search(ADA, found=[scim_user(ADA)]), seen())
    assert told(run(ours, Users("present"), ONE, retry_deadline=0.0)) == OURS
    none = Script(search(ADA), refused, *not_there(LOOKS))
    assert told(run(none, Users("present"), ONE, retry_deadline=0.0)) == ("create", False, True, True, code)


def test_a_create_that_is_refused_as_a_whole_and_cannot_be_looked_for_is_in_doubt() -> None:
    """A dead token: neither this request nor any reading says more."""
    refused = bulk([creation(0, ADA)], None, status=401)
    dead = dataclasses.replace(search(ADA), answer=httpx.Response(401, json={}))
    script = Script(search(ADA), refused, dead, dead)
    found = run(script, Users("present"), ONE)
    assert told(found) == ("create", True, False, True, "token_invalid")


def test_what_exists_already_after_a_refusal_for_the_rate_is_ours() -> None:
    limited = bulk([creation(0, ADA)], None, status=429)
    script = Script(search(ADA), limited, answered(TAKEN), search(ADA, found=[scim_user(ADA)]), seen())
    assert told(run(script, Users("present"), ONE)) == OURS


def test_who_lives_elsewhere_was_not_added_by_a_doubtful_request_either() -> None:
    script = Script(search(ADA), lost(), *not_there(LOOKS), answered(ELSEWHERE, attempt=1), *not_there(1))
    assert told(run(script, Users("present"), ONE)) == ("blocked", False, True, False, "other_organization")


def test_what_exists_elsewhere_after_a_refusal_for_the_rate_is_not_ours() -> None:
    limited = bulk([creation(0, ADA)], None, status=429)
    script = Script(search(ADA), limited, answered(ELSEWHERE), *not_there(1))
    assert told(run(script, Users("present"), ONE)) == ("blocked", False, True, False, "other_organization")


def test_a_create_that_never_gets_an_answer_is_in_doubt_after_all_rounds() -> None:
    rounds = [step for attempt in range(3) for step in (lost(attempt), *not_there(LOOKS))]
    script = Script(search(ADA), *rounds, *not_there(LOOKS + 1))
    assert told(run(script, Users("present"), ONE)) == ("create", True, False, True, "uncertain")


@pytest.mark.parametrize(
    "entry", [{"status": "503", "response": {"detail": "away"}}, {"response": {"detail": "odd"}}, {"status": "201"}]
)
def test_an_entry_that_says_neither_yes_nor_no_is_looked_up(entry: dict[str, Any]) -> None:
    script = Script(search(ADA), answered(entry), search(ADA, found=[scim_user(ADA)]), seen())
    assert told(run(script, Users("present"), ONE)) == OURS
    again = Script(search(ADA), answered(entry), *not_there(LOOKS), answered(created(0, ADA, 1), attempt=1), seen())
    assert told(run(again, Users("present"), ONE)) == OURS


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_somebody_whom_the_answer_leaves_out_is_in_doubt_wherever_the_row_stands(missing: int) -> None:
    people = [ADA, BRUNO, "cleo@example.com"]
    who = people[missing]
    entries = [created(n, email) for n, email in enumerate(people) if n != missing]
    script = Script(
        search(*people),
        bulk([creation(n, email) for n, email in enumerate(people)], entries),
        *[search(who) for _n in range(LOOKS)],
        bulk([creation(missing, who, 1)], [created(missing, who, 1)]),
        by_ids(*people, found=[rest_user(email) for email in people]),
    )
    found = run(script, Users("present"), [{"email": email} for email in people])
    assert [o.words() for o in found] == [["created"]] * 3


ELSEWHERE = {"status": "409", "response": {"detail": "The address is in use in another organization."}}


def test_who_turns_out_to_live_elsewhere_was_not_added_by_the_request_that_left_them_out() -> None:
    script = Script(search(ADA), answered(), *not_there(LOOKS), answered(ELSEWHERE, attempt=1), *not_there(1))
    assert told(run(script, Users("present"), ONE)) == ("blocked", False, True, False, "other_organization")


def alone(status: int, body: dict[str, Any]) -> Step:
    return expect("POST", f"{SCIM}/Users", body, body=creation(0, ADA)["data"], status=status)


def test_whom_every_answer_leaves_out_is_asked_for_alone_at_last() -> None:
    before = [search(ADA), answered(), *not_there(LOOKS), answered(attempt=1), *not_there(LOOKS)]
    added = Script(*before, alone(201, {"id": person_id(ADA)}), seen())
    assert told(run(added, Users("present"), ONE)) == OURS
    elsewhere = Script(*before, alone(409, ELSEWHERE["response"]), *not_there(1))
    assert told(run(elsewhere, Users("present"), ONE)) == ("blocked", False, True, False, "other_organization")
    # Somebody has the address: this run's own person, perhaps.
    taken = Script(*before, alone(409, {"detail": "User already exists"}), *not_there(LOOKS + LOOKS + 1))
    kind, changed, certain, failed, code = told(run(taken, Users("present"), ONE))
    assert (kind, changed, certain, failed, code) == ("create", True, False, True, "uncertain")
    odd = Script(*before, alone(201, {}), *not_there(LOOKS + LOOKS + 1))
    assert told(run(odd, Users("present"), ONE)) == ("create", True, False, True, "uncertain")
    silent = Script(*before, alone(502, {}), *not_there(LOOKS + LOOKS + 1))
    assert told(run(silent, Users("present"), ONE))[:4] == ("create", True, False, True)
    dead = Script(*before, alone(401, {"message": "no"}), *not_there(LOOKS + LOOKS + 1))
    assert told(run(dead, Users("present"), ONE))[:4] == ("create", True, False, True)


def test_somebody_elses_person_is_not_ours() -> None:
    script = Script(search(ADA), answered(TAKEN), search(ADA, found=[scim_user(ADA)]))
    assert told(run(script, Users("present"), ONE)) == ("none", False, True, False, None)


def test_an_address_that_is_taken_and_shows_nobody_blocks_after_the_whole_patience() -> None:
    script = Script(search(ADA), answered(TAKEN), *not_there(LOOKS))
    assert told(run(script, Users("present"), ONE)) == ("blocked", False, True, False, "address_taken")
    assert sum(script.slept) == 1.0


def test_a_search_that_fails_after_a_doubtful_create_leaves_it_in_doubt() -> None:
    away = get(search(ADA).url, None, status=400)
    script = Script(search(ADA), lost(), away, get(search(ADA).url, None, status=400))
    assert told(run(script, Users("present"), ONE)) == ("create", True, False, True, "uncertain")


def test_whoever_is_in_doubt_is_read_anew_by_the_next_step() -> None:
    known = Snapshot(None, organization=ORGANIZATION, api="", check_mode=False, max_age=1)
    rounds = [step for attempt in range(3) for step in (lost(attempt), *not_there(LOOKS))]
    run(Script(search(ADA), *rounds, *not_there(LOOKS + 1)), Users("present"), ONE, snapshot=known)
    assert ADA not in known.people
    run(Script(search(ADA), answered(created(0, ADA)), seen()), Users("present"), ONE, snapshot=known)
    assert known.people[ADA] is not None


def test_on_error_stop_waits_for_the_truth_before_others_are_sent() -> None:
    people = [f"p{n}@example.com" for n in range(101)]
    first = bulk(
        [creation(n, email) for n, email in enumerate(people[:100])],
        [
            {"bulkId": f"add-0-{n}", "status": "400", "response": {"detail": "bad"}} if n == 99 else created(n, email)
            for n, email in enumerate(people[:100])
        ],
    )
    there = dict.fromkeys(people)
    known = Snapshot(None, organization=ORGANIZATION, api="", check_mode=False, max_age=1)
    known.people.update(there)

    class Known(Users):
        async def read(self, context: Any, wanted: Any) -> Any:
            return dict(there)

    seen_again = [
        by_ids(*people[:85], found=[rest_user(email) for email in people[:85]]),
        by_ids(*people[85:99], found=[rest_user(email) for email in people[85:99]]),
    ]
    script = Script(first, *[search(people[99]) for _n in range(LOOKS)], *seen_again)
    found = run(script, Known("present"), [{"email": email} for email in people], on_error="stop", snapshot=known)
    assert [o.words() for o in found] == [["created"]] * 99 + [["failed"]] * 2
    assert [o.error.code for o in found if o.error] == ["bad_request", "not_attempted"]


# -- reading again ---------------------------------------------------------------------------------------------------------


def gone(times: int) -> list[Step]:
    return [by_ids(ADA, found=[]) for _n in range(times)]


def identity(email: str, **more: Any) -> Step:
    return get(f"{SCIM}/Users/{person_id(email)}", **more)


def test_somebody_gone_right_after_the_create_is_not_called_created() -> None:
    script = Script(search(ADA), answered(created(0, ADA)), *gone(LOOKS), identity(ADA, answer={}, status=404))
    found = run(script, Users("present"), ONE)
    assert told(found) == ("create", False, True, True, "not_verified")
    assert found.outcomes[0].after == {"state": "absent"}


def test_somebody_whom_the_list_does_not_show_yet_is_read_by_id_in_the_end() -> None:
    script = Script(search(ADA), answered(created(0, ADA)), *gone(LOOKS), identity(ADA, answer=scim_user(ADA)))
    assert told(run(script, Users("present"), ONE)) == OURS


def test_a_list_of_nothing_while_reading_again_loses_nobody() -> None:
    odd = get(seen().url, {"items": [None]})
    script = Script(
        search(ADA), answered(created(0, ADA)), *[odd for _n in range(LOOKS)], identity(ADA, answer=scim_user(ADA))
    )
    [one] = run(script, Users("present"), ONE)
    assert (one.kind, one.changed, one.certain, one.failed) == OURS[:4]
    script = Script(search(ADA), answered(created(0, ADA)), *[odd for _n in range(LOOKS)], identity(ADA, text="<p>"))
    # What is no JSON is asked for again by the client itself.
    script.steps += [identity(ADA, text="<p>"), identity(ADA, text="<p>")]
    [one] = run(script, Users("present"), ONE)
    assert (one.kind, one.changed, one.certain, one.failed) == ("create", True, False, True)


def test_somebody_who_is_still_there_was_not_removed() -> None:
    delete = {"method": "DELETE", "path": f"/Users/{person_id(ADA)}", "bulkId": "change-0"}
    script = Script(
        search(ADA, found=[scim_user(ADA)]),
        get("/v1/people/me", {"id": rest_id("me@example.com"), "emails": ["me@example.com"]}),
        bulk([delete], [{"bulkId": "change-0", "status": "204"}]),
        *[seen() for _n in range(LOOKS)],
        identity(ADA, answer=scim_user(ADA)),
    )
    found = run(script, Users("absent"), ONE, allow_removals=True)
    assert told(found) == ("remove", False, True, True, "not_verified")
    assert (found.outcomes[0].before, found.outcomes[0].after) == ({"state": "present"}, {"state": "present"})


def test_a_removal_whose_first_attempt_got_no_answer_is_in_doubt_where_the_second_finds_nobody() -> None:
    delete = {"method": "DELETE", "path": f"/Users/{person_id(ADA)}", "bulkId": "change-0"}
    entry = {"bulkId": "change-0", "status": "404", "response": {"detail": "no such user"}}
    steps = [
        search(ADA, found=[scim_user(ADA)]),
        get("/v1/people/me", {"id": rest_id("me@example.com"), "emails": ["me@example.com"]}),
        expect("POST", f"{SCIM}/Bulk", LOST, body=bulk([delete], None).body),
        bulk([delete], [entry]),
    ]
    found = run(Script(*steps, by_ids(ADA, found=[])), Users("absent"), ONE, allow_removals=True)
    assert told(found) == ("remove", True, True, False, None)
    sought = get(f"{SCIM}/Users?filter=id%20eq%20%22{person_id(ADA)}%22&count=1&startIndex=1", None, status=403)
    found = run(Script(*steps, get(seen().url, None, status=403), sought), Users("absent"), ONE, allow_removals=True)
    assert told(found)[:4] == ("remove", True, False, True)


@pytest.mark.parametrize("planned", [True, False])
def test_what_an_earlier_step_remembered_is_used_only_where_a_plan_has_just_read_it(planned: bool) -> None:
    script = Script(*([] if planned else [search(ADA, found=[scim_user(ADA)])]))

    async def work(client: Any) -> Any:
        known = Snapshot(None, organization=ORGANIZATION, api="", check_mode=False, max_age=1)
        known.people[ADA] = None
        organization = Organization(ORGANIZATION, named=False)
        context = Context(client, organization, known, Policy(), False, Progress(None, 0), script.sleep)
        plan: Any = object() if planned else None
        context.plan = plan
        return await Users("present").read(context, wanted(ADA))

    assert (script.play(work)[ADA] is None) is planned


@pytest.mark.parametrize(
    ("status", "text", "kind", "code"),
    [
        ("400", "bad request", "create", "bad_request"),
        ("400", "User already exists", "blocked", "address_taken"),
        ("400", "the address belongs to another org", "blocked", "other_organization"),
        ("403", "no", "blocked", "address_taken"),
        ("422", "User already exists", "create", "bad_request"),
    ],
)
def test_a_refusal_is_a_taken_address_only_where_it_says_so(status: str, text: str, kind: str, code: str) -> None:
    looks = 1 if code == "other_organization" else LOOKS
    script = Script(search(ADA), answered({"status": status, "response": {"detail": text}}), *not_there(looks))
    [one] = run(script, Users("present"), ONE)
    assert (one.kind, one.changed, one.certain, one.error and one.error.code) == (kind, False, True, code)
    assert one.failed is (kind == "create")


def test_a_check_run_leaves_its_planned_people_to_the_later_steps() -> None:
    known = Snapshot(None, organization=ORGANIZATION, api="", check_mode=True, max_age=1)
    rows = [{"email": ADA, "first_name": "Ada"}, {"email": BRUNO, "title": "Lead"}]
    script = Script(search(ADA, BRUNO, found=[scim_user(BRUNO)]))
    found = run(script, Users("present"), rows, check=True, snapshot=known)
    assert [o.kind for o in found] == ["create", "update"]
    ada, bruno = known.people[ADA], known.people[BRUNO]
    assert ada is not None
    assert bruno is not None
    assert (ada.planned, ada.active, ada.pending, ada.first_name, ada.license_ids) == (True, True, True, "Ada", ())
    assert (bruno.planned, bruno.id) == (False, person_id(BRUNO))
