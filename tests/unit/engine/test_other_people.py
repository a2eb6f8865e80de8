"""Two people whose addresses look alike: the service may show either, and only the one that was named is touched."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._model import address_key
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.user import Users
from tests.unit.build import person_id
from tests.unit.resources.scripted import SCIM, bulk, by_ids, rest_id, rest_user, run, scim_user, search
from tests.unit.script import Script, get

GROSS, GROSZ = "gross@example.com", "gro\u00df@example.com"
#: Pairs that Unicode's rules of case and form join, and that are two people here.
PAIRS = [
    (GROSS, GROSZ),
    ("kim@example.com", "\u212aim@example.com"),
    ("sam@example.com", "\u017fam@example.com"),
    ("ida@example.com", "\u0130da@example.com"),
    ("ida@example.com", "\u0131da@example.com"),
    ("fi@example.com", "\ufb01@example.com"),
    ("ada@example.com", "\uff41da@example.com"),
    ("jose\u0301@example.com", "jos\u00e9@example.com"),
    ("\u00c9va@example.com", "\u00e9va@example.com"),
]
ME = get("/v1/people/me", {"id": rest_id("me@example.com"), "emails": ["me@example.com"]})


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_only_ascii_letters_are_compared_without_case(one: str, other: str) -> None:
    assert address_key(one) != address_key(other)
    assert address_key(" ADA@Example.COM ") == "ada@example.com"


def gone(email: str) -> dict[str, Any]:
    return {"email": email, "state": "absent"}


@pytest.mark.parametrize(("named", "near"), [pair for pair in PAIRS if pair[0].isascii()])
def test_a_filter_that_answers_with_a_near_match_deletes_nobody(named: str, near: str) -> None:
    script = Script(search(named, found=[scim_user(near)]))
    found = run(script, Users("present"), [gone(named)], allow_removals=True)
    assert found.summary()["unchanged"] == 1
    assert found.outcomes[0].person is None


def test_a_list_that_holds_a_near_match_deletes_nobody() -> None:
    others = [f"p{i}@example.com" for i in range(20)]
    script = Script(
        get("/v1/people?max=1000&excludeStatus=true", {"items": [rest_user(e) for e in (GROSZ, *others)]}),
        get(f"{SCIM}/Users?count=1", {"totalResults": 21, "Resources": []}),
    )
    rows = [gone(GROSS), *({"email": e} for e in others)]
    assert run(script, Users("present"), rows, allow_removals=True).summary()["unchanged"] == 21


def test_beside_a_near_match_the_one_who_was_named_is_deleted() -> None:
    operations = [{"method": "DELETE", "path": f"/Users/{person_id(GROSS)}", "bulkId": "change-0"}]
    script = Script(
        search(GROSS, found=[scim_user(GROSZ), scim_user(GROSS)]),
        ME,
        bulk(operations, [{"bulkId": "change-0", "status": "204"}]),
        # Asked for by id, the service shows somebody else: that is not the one who went.
        by_ids(GROSS, found=[rest_user(GROSZ)]),
    )
    found = run(script, Users("present"), [gone(GROSS)], allow_removals=True)
    assert found.summary()["removed"] == 1


def test_the_run_s_own_account_is_not_disabled_under_its_other_address() -> None:
    me = get("/v1/people/me", {"id": rest_id(GROSS), "emails": ["alias@example.com"]})
    script = Script(search(GROSS, found=[scim_user(GROSS)]), me)
    found = run(script, Users("present"), [{"email": GROSS, "state": "disabled"}], allow_removals=True)
    assert [o.error.code if o.error else None for o in found] == ["own_account"]


@pytest.mark.parametrize("answers", ["no id", "nobody may say"])
def test_where_nobody_says_whose_the_token_is_administrators_stay(answers: str) -> None:
    administrator = scim_user(GROSS, roles=[{"value": "id_user_admin"}])
    of = {"no id": ({"emails": ["me@example.com"]}, 200), "nobody may say": ({"message": "no"}, 403)}
    body, status = of[answers]
    me = get("/v1/people/me", body, status=status)
    script = Script(
        search(GROSS, found=[administrator]), me, get("/identity/scim/v2/Users/me", {"message": "no"}, status=403)
    )
    found = run(script, Users("present"), [gone(GROSS)], allow_removals=True)
    assert [o.error.code if o.error else None for o in found] == ["own_account_unknown"]


def test_who_holds_the_last_license_needs_a_word() -> None:
    found = run(Script(search(GROSS, found=[scim_user(GROSS)]), ME), Users("present"), [gone(GROSS)])
    assert found.aborted is not None
    assert found.aborted.code == "removals_not_allowed"


FULL_ROLE = "Y2lzY29zcGFyazovL3VzL1JPTEUvaWRfZnVsbF9hZG1pbg"
BOSS = "boss@example.com"


def full(*people: dict[str, Any]) -> Any:
    return get(f"/v1/people?roles={FULL_ROLE}&excludeStatus=true&max=100", {"items": list(people)})


@pytest.mark.parametrize(
    ("shown", "read"),
    [
        # The service selects nobody, somebody without the role, somebody who cannot sign in, or somebody whose roles it does not show.
        ([], None),
        ([rest_user(BOSS)], None),
        ([rest_user(BOSS, roles=[FULL_ROLE], loginEnabled=False)], None),
        ([rest_user(BOSS, roles=None)], scim_user(BOSS)),
        ([rest_user(BOSS, roles=None)], scim_user(BOSS, roles=[{"value": "id_full_admin"}], active=False)),
    ],
)
def test_the_last_full_administrator_is_told_by_the_roles_that_were_read(
    shown: list[dict[str, Any]], read: dict[str, Any] | None
) -> None:
    steps = [search(GROSS, found=[scim_user(GROSS, roles=[{"value": "id_full_admin"}])]), ME, full(*shown)]
    if read is not None:
        url = f"{SCIM}/Users?filter=id%20eq%20%22{person_id(BOSS)}%22&count=1&startIndex=1"
        steps.append(get(url, {"totalResults": 1, "Resources": [read]}))
    found = run(Script(*steps), Users("present"), [gone(GROSS)], allow_removals=True)
    assert [o.error.code if o.error else None for o in found] == ["last_full_administrator"]
