"""Licenses against scripted answers: exactly which requests, in which order, with which bodies."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._client.library import httpx
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.snapshot import Snapshot
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.license import Licenses
from tests.unit.build import MESSAGING, ORGANIZATION, PREMIUM_1, STANDARD_1
from tests.unit.resources.scripted import (
    ADA,
    BRUNO,
    licenses,
    rest_id,
    rest_user,
    run,
    scim_user,
    search,
)
from tests.unit.script import Script, Step, expect, get


@pytest.mark.parametrize("status", [200, 206])
def test_a_license_that_was_skipped_is_found_out_and_not_claimed(status: int) -> None:
    change = {"email": ADA, "personId": rest_id(ADA), "licenses": [{"id": PREMIUM_1, "operation": "add"}]}
    answer = {"personId": rest_id(ADA), "email": ADA, "licenses": []}
    one = f"/v1/people/{rest_id(ADA)}"
    script = Script(
        licenses(),
        search(ADA, found=[scim_user(ADA)]),
        get(one, rest_user(ADA)),
        expect("PATCH", "/v1/licenses/users", answer, status=status, body=change, headers={"Trackingid": "NA_7"}),
        get(one, rest_user(ADA)),
        get(one, rest_user(ADA)),
        get(one, rest_user(ADA)),
        get(one, rest_user(ADA)),
    )
    found = run(
        script,
        Licenses(mode="add_and_remove", default="premium", subscription_id=None, allow_shortage=False),
        [{"email": ADA}],
    )
    [item] = found
    assert (item.failed, item.changed, item.after["license"]) == (True, False, "none")
    assert item.error is not None
    assert (item.error.code, item.error.http_status, item.error.tracking_id) == ("license_skipped", status, "NA_7")


def test_a_swap_of_licenses_is_one_request_that_removes_first() -> None:
    operations = [{"id": STANDARD_1, "operation": "remove"}, {"id": PREMIUM_1, "operation": "add"}]
    change = {"email": ADA, "personId": rest_id(ADA), "licenses": operations}
    one = f"/v1/people/{rest_id(ADA)}"
    script = Script(
        licenses(),
        search(ADA, found=[scim_user(ADA)]),
        get(one, rest_user(ADA, STANDARD_1)),
        expect("PATCH", "/v1/licenses/users", {"licenses": [PREMIUM_1]}, body=change),
        get(one, rest_user(ADA, PREMIUM_1)),
    )
    found = run(
        script,
        Licenses(mode="add_and_remove", default="premium", subscription_id=None, allow_shortage=False),
        [{"email": ADA}],
    )
    assert found.outcomes[0].after == {"license": "premium", "subscriptions": ["Sub1"]}


# -- doubt, races and empty words ------------------------------------------------------------------------------------------

#: Looks within the patience of one second: at once, after each pause, and the last one.
LOOKS = 4
LOST = httpx.ReadError("gone")
FULL = {"message": "Not enough licenses available"}


def resource(mode: str = "add_and_remove") -> Licenses:
    return Licenses(mode=mode, default=None, subscription_id=None, allow_shortage=False)


def one(email: str, *held: str, **more: Any) -> Step:
    path = f"/v1/people/{rest_id(email)}"
    return get(path, **more) if more else get(path, rest_user(email, *held))


def me() -> Step:
    return get("/v1/people/me", {"id": rest_id("me@example.com"), "emails": ["me@example.com"]})


def patch(
    email: str, *, add: str | None = None, remove: str | None = None, answer: Any = None, status: int = 200
) -> Step:
    operations = [{"id": i, "operation": word} for i, word in ((remove, "remove"), (add, "add")) if i]
    body = {"email": email, "personId": rest_id(email), "licenses": operations}
    return expect("PATCH", "/v1/licenses/users", answer if answer is not None else {}, body=body, status=status)


def give(**more: Any) -> Step:
    return patch(ADA, add=PREMIUM_1, **more)


def told(found: Any) -> list[tuple[str, bool, bool, bool, str | None]]:
    return [(o.kind, o.changed, o.certain, o.failed, o.error.code if o.error else None) for o in found]


def read_ada(*held: str) -> list[Step]:
    return [licenses(), search(ADA, found=[scim_user(ADA)]), one(ADA, *held)]


TO_PREMIUM = [{"email": ADA, "license": "premium"}]


def test_a_license_that_webex_says_it_took_and_the_person_still_holds_is_not_gone() -> None:
    rows = [{"email": ADA, "license": "none"}]
    script = Script(
        *read_ada(PREMIUM_1),
        me(),
        patch(ADA, remove=PREMIUM_1, answer={"licenses": []}),
        *[one(ADA, PREMIUM_1) for _n in range(LOOKS)],
    )
    found = run(script, resource(), rows, max_removals="100%")
    assert told(found) == [("remove", False, True, True, "not_verified")]
    held = {"license": "premium", "subscriptions": ["Sub1"]}
    assert (found.outcomes[0].before, found.outcomes[0].after) == (held, held)
    assert sum(script.slept) == 1.0


def test_a_license_that_goes_late_is_gone() -> None:
    rows = [{"email": ADA, "license": "none"}]
    script = Script(
        *read_ada(PREMIUM_1), me(), patch(ADA, remove=PREMIUM_1), one(ADA, PREMIUM_1), one(ADA, PREMIUM_1), one(ADA)
    )
    found = run(script, resource(), rows, max_removals="100%")
    assert told(found) == [("remove", True, True, False, None)]
    assert found.outcomes[0].after == {"license": "none", "subscriptions": []}


AWAY = {"answer": {}, "status": 403}


@pytest.mark.parametrize("last", [409, 429])
def test_a_refusal_after_an_attempt_without_an_answer_leaves_the_license_in_doubt(last: int) -> None:
    script = Script(*read_ada(), give(answer=LOST), give(status=last), one(ADA, **AWAY))
    found = run(script, resource(), TO_PREMIUM, retry_deadline=1.0 if last == 429 else 120.0)
    [(kind, changed, certain, failed, _code)] = told(found)
    assert (kind, changed, certain, failed) == ("update", True, False, True)


def test_a_refused_license_that_cannot_be_read_again_is_in_doubt() -> None:
    script = Script(*read_ada(), give(status=409), one(ADA, **AWAY))
    [(_kind, changed, certain, failed, code)] = told(run(script, resource(), TO_PREMIUM))
    assert (changed, certain, failed, code) == (True, False, True, "conflict")


def test_a_refused_license_that_is_not_there_was_not_given() -> None:
    script = Script(*read_ada(), give(status=409), one(ADA))
    assert told(run(script, resource(), TO_PREMIUM)) == [("update", False, True, True, "conflict")]


def test_a_license_in_doubt_is_waited_for() -> None:
    script = Script(*read_ada(), give(answer=LOST), give(status=409), one(ADA), one(ADA), one(ADA, PREMIUM_1))
    assert told(run(script, resource(), TO_PREMIUM)) == [("update", True, True, False, None)]


def test_a_license_in_doubt_is_read_anew_by_the_next_step() -> None:
    known = Snapshot(None, organization=ORGANIZATION, api="", check_mode=False, max_age=1)
    run(Script(*read_ada(), give(), one(ADA, **AWAY)), resource(), TO_PREMIUM, snapshot=known)
    person = known.people[ADA]
    assert person is not None
    assert person.license_ids is None


# A swap in a full organization: Ada goes from Premium to Standard, Bruno the other way, and no seat is free.

SWAP = [{"email": ADA, "license": "standard"}, {"email": BRUNO, "license": "premium"}]


def down(**more: Any) -> Step:
    return patch(ADA, remove=PREMIUM_1, add=STANDARD_1, **more)


def up(**more: Any) -> Step:
    return patch(BRUNO, remove=STANDARD_1, add=PREMIUM_1, **more)


def until_both_are_without() -> list[Step]:
    """Both are refused twice, since each waits for the other's seat; then both licenses are taken away."""
    refused = {"answer": FULL, "status": 400}
    seats = {"totalUnits": 1, "consumedUnits": 1, "subscriptionId": "Sub1"}
    names = ((PREMIUM_1, "Contact Center Premium Agent"), (STANDARD_1, "Contact Center Standard Agent"))
    return [
        get("/v1/licenses", {"items": [{"id": i, "name": name, **seats} for i, name in names]}),
        search(ADA, BRUNO, found=[scim_user(ADA), scim_user(BRUNO)]),
        one(ADA, PREMIUM_1),
        one(BRUNO, STANDARD_1),
        me(),
        down(**refused),
        up(**refused),
        down(**refused),
        up(**refused),
        patch(ADA, remove=PREMIUM_1),
        patch(BRUNO, remove=STANDARD_1),
    ]


def test_a_swap_in_a_full_organization_takes_first_and_gives_then() -> None:
    script = Script(
        *until_both_are_without(),
        patch(ADA, add=STANDARD_1, answer={"licenses": [STANDARD_1]}),
        patch(BRUNO, add=PREMIUM_1, answer={"licenses": [PREMIUM_1]}),
        one(ADA, STANDARD_1),
        one(BRUNO, PREMIUM_1),
    )
    assert told(run(script, resource(), SWAP, max_removals="100%")) == [("update", True, True, False, None)] * 2


def lost_race(*after: Step) -> Script:
    """Somebody else is faster: Bruno gets no Premium, and his Standard is given back."""
    return Script(
        *until_both_are_without(),
        patch(ADA, add=STANDARD_1),
        patch(BRUNO, add=PREMIUM_1, answer=FULL, status=400),
        patch(BRUNO, add=STANDARD_1),
        *after,
    )


def test_whoever_loses_the_race_for_a_seat_gets_the_old_license_back() -> None:
    found = run(lost_race(one(ADA, STANDARD_1), *held_by_bruno(STANDARD_1)), resource(), SWAP, max_removals="100%")
    assert told(found) == [("update", True, True, False, None), ("update", False, True, True, "no_seat")]
    assert found.outcomes[1].after == {"license": "standard", "subscriptions": ["Sub1"]}


def held_by_bruno(*held: str) -> list[Step]:
    return [one(BRUNO, *held) for _n in range(LOOKS)]


def test_whoever_cannot_even_have_the_old_license_back_has_lost_it() -> None:
    found = run(lost_race(one(ADA, STANDARD_1), *held_by_bruno()), resource(), SWAP, max_removals="100%")
    assert told(found)[1] == ("update", True, True, True, "no_seat")
    assert found.outcomes[1].after == {"license": "none", "subscriptions": []}


def test_whose_license_was_taken_and_who_cannot_be_read_again_is_in_doubt() -> None:
    """The last answer was a sure refusal; the license had been taken before."""
    found = run(lost_race(one(ADA, **AWAY)), resource(), SWAP, max_removals="100%")
    assert [t[1:4] for t in told(found)] == [(True, False, True)] * 2


@pytest.mark.parametrize("place", [0, 1])
def test_on_error_stop_leaves_later_people_without_a_request(place: int) -> None:
    people = [ADA, BRUNO]
    sent, refused = people[: place + 1], people[place]
    no = {"answer": {"message": "No."}, "status": 400}
    script = Script(
        licenses(),
        search(*people, found=[scim_user(e) for e in people]),
        *[one(e) for e in people],
        *[patch(e, add=PREMIUM_1, **(no if e == refused else {})) for e in sent],
        *[one(e, *([] if e == refused else [PREMIUM_1])) for e in sent],
    )
    found = run(script, resource(), [{"email": e, "license": "premium"} for e in people], on_error="stop")
    codes = [code for *_rest, code in told(found)]
    assert codes == [["bad_request", "not_attempted"], [None, "bad_request"]][place]
    assert [o.changed for o in found] == [code is None for code in codes]


GIVEN = [{"email": ADA, "license": "premium"}]


def test_nobody_s_license_is_taken_where_no_seat_comes_of_it() -> None:
    """A swap that meets a full license is tried once more; alone it frees nothing for itself."""
    swap = {"add": PREMIUM_1, "remove": STANDARD_1, "answer": FULL, "status": 400}
    script = Script(*read_ada(STANDARD_1), patch(ADA, **swap), patch(ADA, **swap), one(ADA, STANDARD_1))
    found = run(script, resource(), GIVEN)
    assert told(found) == [("update", False, True, True, "no_seat")]
    assert found.outcomes[0].after == {"license": "standard", "subscriptions": ["Sub1"]}


def test_what_was_refused_for_another_reason_is_not_tried_once_more() -> None:
    swap = patch(ADA, add=PREMIUM_1, remove=STANDARD_1, answer={"message": "No."}, status=400)
    found = run(Script(*read_ada(STANDARD_1), swap, one(ADA, STANDARD_1)), resource(), GIVEN)
    assert told(found) == [("update", False, True, True, "bad_request")]


def test_with_on_error_stop_nothing_is_tried_once_more() -> None:
    swap = patch(ADA, add=PREMIUM_1, remove=STANDARD_1, answer=FULL, status=400)
    script = Script(*read_ada(STANDARD_1), swap, one(ADA, STANDARD_1))
    found = run(script, resource(), [{"email": ADA, "license": "premium"}], on_error="stop")
    assert told(found) == [("update", False, True, True, "no_seat")]


def test_whose_license_could_not_be_taken_gets_no_other_one() -> None:
    *before, _ada, _bruno = until_both_are_without()
    script = Script(
        *before,
        patch(ADA, remove=PREMIUM_1, answer={"message": "No."}, status=400),
        patch(BRUNO, remove=STANDARD_1),
        patch(BRUNO, add=PREMIUM_1, answer=FULL, status=400),
        patch(BRUNO, add=STANDARD_1),
        one(ADA, PREMIUM_1),
        one(BRUNO, STANDARD_1),
        *[one(BRUNO, STANDARD_1) for _n in range(LOOKS - 1)],
    )
    found = run(script, resource(), SWAP, max_removals="100%")
    assert told(found) == [("update", False, True, True, "bad_request"), ("update", False, True, True, "no_seat")]
    assert [o.after["license"] for o in found] == ["premium", "standard"]


@pytest.mark.parametrize("answer", [{}, [], {"licenses": None}])
def test_a_yes_without_the_list_of_licenses_is_believed_once_it_shows(answer: Any) -> None:
    found = run(Script(*read_ada(), give(answer=answer), one(ADA, PREMIUM_1)), resource(), GIVEN)
    assert told(found) == [("update", True, True, False, None)]


def test_a_yes_that_nothing_shows_is_a_license_that_was_skipped() -> None:
    script = Script(*read_ada(), give(), *[one(ADA) for _n in range(LOOKS)])
    found = run(script, resource(), [{"email": ADA, "license": "premium"}])
    assert told(found) == [("update", False, True, True, "license_skipped")]
    assert found.outcomes[0].error is not None
    assert found.outcomes[0].error.message == f"{ADA} does not hold the premium license after it was given."


@pytest.mark.parametrize("check", [True, False])
def test_the_steps_behind_know_the_license_that_was_given_or_would_be(check: bool) -> None:
    known = Snapshot(None, organization=ORGANIZATION, api="", check_mode=check, max_age=1)
    script = Script(*read_ada(), *([] if check else [give(), one(ADA, PREMIUM_1)]))
    run(script, resource(), [{"email": ADA, "license": "premium"}], check=check, snapshot=known)
    ada = known.people[ADA]
    assert ada is not None
    assert ada.license_ids == (PREMIUM_1,)


# -- what the organization does not have at all ------------------------------------------------------------------------------


def by_cells(license_name: str, **cells: bool) -> dict[str, Any]:
    """A row of a file with these cells under a license's subscriptions."""
    return {"email": ADA, "csv": {license_name: any(cells.values()) or None, "subscriptions": {license_name: cells}}}


@pytest.mark.parametrize(
    ("rows", "options", "code", "message"),
    [
        (
            [by_cells("premium", Sub9=True), {**by_cells("standard", Sub8=False, Sub1=True), "email": BRUNO}],
            {},
            "unknown_subscription",
            "The organization has no subscription Sub8, Sub9; the file is another organization's, or old. It has: Sub1.",
        ),
        (
            [{"email": ADA, "license": "premium"}, {"email": BRUNO, "license": "standard"}],
            {"subscription_id": "Sub9"},
            "unknown_subscription",
            "Subscription Sub9 has no contact center license of kind premium, standard. "
            "The organization has: premium in Sub1, standard in Sub1.",
        ),
        (
            [{"email": ADA}],
            {"default": "premium", "subscription_id": "Sub9"},
            "unknown_subscription",
            "Subscription Sub9 has no contact center license of kind premium. "
            "The organization has: premium in Sub1, standard in Sub1.",
        ),
    ],
)
def test_a_subscription_that_is_not_there_ends_the_run(
    rows: list[dict[str, Any]], options: dict[str, str], code: str, message: str
) -> None:
    told_ = {"mode": "add_and_remove", "default": None, "subscription_id": None, "allow_shortage": False, **options}
    found = run(Script(licenses()), Licenses(**told_), rows)
    assert found.aborted is not None
    assert (found.aborted.code, found.aborted.message) == (code, message)
    assert [(o.changed, o.failed) for o in found] == [(False, True)] * len(rows)


def test_a_license_that_is_not_there_ends_the_run_and_names_those_that_are() -> None:
    items = [{"id": MESSAGING, "name": "Messaging"}, {"id": STANDARD_1, "name": "Standard Agent"}]
    found = run(Script(get("/v1/licenses", {"items": items})), resource(), [{"email": ADA, "license": "premium"}])
    text = "The organization has no contact center license of kind premium. It has: Messaging, Standard Agent."
    assert found.aborted is not None
    assert (found.aborted.code, found.aborted.message) == ("license_not_found", text)
    found = run(Script(get("/v1/licenses", {"items": []})), resource(), [by_cells("premium", Sub9=True)])
    assert found.aborted is not None
    assert found.aborted.message.endswith("It has: none that is named.")


def test_who_asks_for_nothing_needs_no_license_there() -> None:
    script = Script(get("/v1/licenses", {"items": []}), search(ADA, found=[]))
    found = run(script, resource(), [{"email": ADA, "license": "none"}])
    assert told(found) == [("none", False, True, False, None)]
    # An empty text names no subscription.
    assert Licenses(mode="add_only", default=None, subscription_id="", allow_shortage=True).options == {
        "mode": "add_only",
        "default": None,
        "subscription_id": None,
        "allow_shortage": True,
    }
