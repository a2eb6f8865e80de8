"""Guard rails: what each says, whom it counts, and each condition by itself."""

from __future__ import annotations

import asyncio
import dataclasses
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils import _ids
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.context import Policy
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.guard import (
    forbid,
    full_administrators,
    guard,
    is_own,
    keep_an_administrator,
    limit_removals,
    loses_full_administrator,
    may_be_administrator,
    protect,
    removals_problem,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.plan import Change, Plan
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import InputError
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.organization import Operator, Organization
from tests.unit.build import ORGANIZATION, change, person, person_id
from tests.unit.resources.scripted import rest_user
from tests.unit.script import Script, get

ADA, BRUNO, CHIDI = "ada@example.com", "bruno@example.com", "chidi@example.com"
FULL = ("id_full_admin",)


def losing(email: str, index: int = 0, **fields: Any) -> Change:
    return change(email, "remove", index=index, **{"removal": True, "person": person(email, roles=FULL), **fields})


class Asked:
    """A context whose administrators are known, and a run that is a service app's."""

    policy = Policy()
    plan = None

    def __init__(self, administrators: set[str] | None) -> None:
        self.administrators = administrators

    async def operator(self) -> None:
        return None


def forbidden(plan: Plan, administrators: set[str], lost: set[str]) -> Plan:
    context: Any = Asked(administrators)
    return asyncio.run(forbid(plan, context, lost))


def test_who_loses_the_role_in_this_step_is_added_to_those_of_earlier_ones() -> None:
    lost: set[str] = set()
    ada, bruno, chidi = map(person_id, (ADA, BRUNO, CHIDI))
    first = forbidden(
        Plan((change(CHIDI, "update", removal=True, person=person(CHIDI)), losing(ADA, 1, after={"state": "absent"}))),
        {ada, bruno},
        lost,
    )
    assert [c.kind for c in first] == ["update", "remove"]
    assert lost == {ada}
    # The other one would be the last: the first is as good as gone.
    second = forbidden(Plan((losing(BRUNO, after={"state": "absent"}),)), {ada, bruno}, lost)
    assert [c.problem.code if c.problem else None for c in second] == ["last_full_administrator"]
    # Who was kept is not lost.
    assert lost == {ada}
    third = forbidden(Plan((losing(BRUNO, after={"state": "absent"}),)), {ada, bruno, chidi}, lost)
    assert [c.kind for c in third] == ["remove"]
    assert lost == {ada, bruno}


def test_whom_nobody_knows_takes_no_administrator_away() -> None:
    plan = Plan((losing(ADA), losing(BRUNO, 1, person=None)))
    kept = keep_an_administrator(plan, plan.changes, {person_id(BRUNO)})
    assert [c.kind for c in kept] == ["remove", "remove"]
    blocked = keep_an_administrator(plan, plan.changes, {person_id(ADA)})
    assert [c.problem.code if c.problem else None for c in blocked] == ["last_full_administrator"] * 2
    assert [c.problem.message.split()[1] for c in blocked if c.problem] == [ADA, BRUNO]


@pytest.mark.parametrize(
    ("fields", "loses"),
    [
        ({}, True),
        ({"removal": False}, False),
        ({"person": None}, False),
        ({"kind": "update", "after": {"roles": ["User Administrator"]}}, True),
        # Another role goes, and what is given beside it is no loss.
        ({"kind": "update", "removal": False, "after": {"roles": []}}, False),
    ],
)
def test_who_would_be_no_full_administrator_any_more(fields: dict[str, Any], loses: bool) -> None:
    item = losing(ADA)
    item = dataclasses.replace(item, **{"after": {"state": "absent"}, **fields})
    assert loses_full_administrator(item) is loses


def test_whom_nobody_read_is_not_taken_for_an_administrator() -> None:
    assert not may_be_administrator(None)
    kept = protect(Plan((losing(ADA), losing(BRUNO, 1, person=None))), Policy(), Operator(None, None))
    assert [c.problem.code if c.problem else None for c in kept] == ["own_account_unknown", None]


@pytest.mark.parametrize("planned", [True, False])
def test_who_loses_something_is_counted_by_the_plan_of_the_run_where_there_is_one(planned: bool) -> None:
    plan = Plan(tuple(change(f"p{n}@example.com", "update", index=n, removal=True) for n in range(11)))
    context: Any = Asked(set())
    context.plan = object() if planned else None
    found = asyncio.run(guard(plan, context))
    assert found == (plan if planned else limit_removals(plan, Policy()))
    assert (found.refusal is None) is planned


@pytest.mark.parametrize(
    ("person_", "operator", "own"),
    [
        (person(ADA), Operator(None, person_id(ADA)), True),
        (person(ADA), Operator(None, None), False),
        (person(ADA), Operator(None, person_id(BRUNO)), False),
        (None, Operator(None, None), False),
        (None, Operator(None, person_id(ADA)), False),
        (None, Operator(ADA, None), True),
    ],
)
def test_whose_account_it_is(person_: Any, operator: Operator, own: bool) -> None:
    assert is_own(change(ADA, "remove", removal=True, person=person_), operator) is own


def test_protected_people_keep_what_they_have_whatever_else_may_happen_to_them() -> None:
    access = change(ADA, "update", touches_access=True)
    away = change(ADA, "update", index=1, removal=True)
    found = protect(Plan((access, away)), Policy(protected=[ADA]), None)
    assert [c.problem.code if c.problem else None for c in found] == [None, "protected"]


@pytest.mark.parametrize(
    ("limit", "told"), [(None, "allows 10. They"), ("1", "allows 1 (1). They"), ("10%", "allows 1 (10%). They")]
)
def test_the_limit_is_told_as_it_was_given(limit: str | None, told: str) -> None:
    found = removals_problem([f"p{n}@example.com" for n in range(11)], [], 11, limit, False)
    assert found is not None
    assert found.code == "too_many_removals"
    assert found.message.startswith("11 of 11 people would lose something, max_removals ")
    assert told in found.message


@pytest.mark.parametrize(("number", "who"), [(1, "1 person would"), (2, "2 people would")])
def test_who_would_lose_everything_is_counted_in_words(number: int, who: str) -> None:
    emails = [ADA, BRUNO][:number]
    found = removals_problem(emails, emails, 5, None, False)
    assert found is not None
    assert found.message.startswith(who)
    assert found.message.endswith(f"nobody has said so: {', '.join(emails)}.")


def test_a_limit_that_is_none_is_named() -> None:
    with pytest.raises(InputError) as caught:
        limit_removals(Plan((losing(ADA),)), Policy(max_removals="many"))
    assert caught.value.problem.code == "invalid_input"
    assert caught.value.problem.message.startswith("max_removals (variable onboard_max_removals) is 'many'")


def test_whose_roles_the_list_leaves_out_are_read_before_they_count() -> None:
    role = _ids.encode("ROLE", "id_full_admin")
    asked: list[list[str]] = []

    def listed(items: list[dict[str, Any]]) -> Script:
        return Script(get(f"/v1/people?roles={role}&excludeStatus=true&max=100", {"items": items}))

    async def search(ids: list[str]) -> dict[str, Any]:
        asked.append(list(ids))
        found = [person(ADA, roles=FULL), person(BRUNO, roles=None), person(CHIDI, roles=FULL, active=False)]
        return {p.id: p for p in found if p.id in ids}

    async def work(client: Any) -> set[str]:
        context: Any = SimpleNamespace(
            client=client,
            organization=Organization(ORGANIZATION, named=False),
            reader=SimpleNamespace(search_by_ids=search),
        )
        return await full_administrators(context)

    unread = [{**rest_user(email), "roles": None} for email in (ADA, BRUNO, CHIDI)]
    other = rest_user("other@example.com", roles=[_ids.encode("ROLE", "id_user_admin")])
    full = rest_user("full@example.com", roles=[role])
    off = rest_user("off@example.com", roles=[role], loginEnabled=False)
    assert listed([off, other, *unread, full]).play(work) == {person_id("full@example.com"), person_id(ADA)}
    assert asked == [[person_id(email) for email in (ADA, BRUNO, CHIDI)]]
    asked.clear()
    assert listed([other, full]).play(work) == {person_id("full@example.com")}
    assert asked == []
