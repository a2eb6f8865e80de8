"""What the steps take from the snapshot, and what they read of people whom it knows only in part."""

from __future__ import annotations

from typing import Any

from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.context import Context, Policy, Progress
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.snapshot import Snapshot
from ansible_collections.wxcc.onboarding.plugins.module_utils._model import Person
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.organization import Organization
from tests.unit.build import ORGANIZATION, person, person_id, wanted
from tests.unit.resources.scripted import ADA, BRUNO, SCIM, scim_user, search
from tests.unit.script import Script, Step, get

CLEO = "cleo@example.com"
ROLE = [{"value": "id_user_admin"}]


def people(script: Script, known: dict[str, Person | None], *emails: str, **needs: Any) -> dict[str, Person | None]:
    async def work(client: Any) -> dict[str, Person | None]:
        snapshot = Snapshot(None, organization=ORGANIZATION, api="", check_mode=False, max_age=1)
        snapshot.people.update(known)
        organization = Organization(ORGANIZATION, named=False)
        context = Context(client, organization, snapshot, Policy(), False, Progress(None, 0), script.sleep)
        return await context.people(wanted(*emails), **needs)

    found: dict[str, Person | None] = script.play(work)
    return found


def by_ids(*emails: str, found: list[dict[str, Any]]) -> Step:
    expression = "%20or%20".join(f"id%20eq%20%22{person_id(e)}%22" for e in emails)
    answer = {"totalResults": len(found), "Resources": found}
    return get(f"{SCIM}/Users?filter={expression}&count={len(emails)}&startIndex=1", answer)


def test_roles_that_are_not_known_are_searched_and_then_read_one_by_one() -> None:
    known: dict[str, Person | None] = {
        ADA: person(ADA, roles=None),
        BRUNO: person(BRUNO, roles=None),
        CLEO: person(CLEO, roles=("id_full_admin",)),
    }
    script = Script(
        by_ids(ADA, BRUNO, found=[scim_user(ADA, roles=ROLE)]),
        get(f"{SCIM}/Users/{person_id(BRUNO)}", scim_user(BRUNO, roles=[{"value": "id_full_admin"}])),
    )
    found = people(script, known, ADA, BRUNO, CLEO, roles=True)
    assert [p.roles for p in found.values() if p] == [("id_user_admin",), ("id_full_admin",), ("id_full_admin",)]


def test_the_roles_of_somebody_who_is_gone_meanwhile_are_not_read() -> None:
    gone = get(f"{SCIM}/Users/{person_id(ADA)}", {}, status=404)
    found = people(Script(by_ids(ADA, found=[]), gone), {ADA: person(ADA, roles=None)}, ADA, roles=True)
    assert [p.roles for p in found.values() if p] == [None], "blocked as not read, rather than taken for nobody"


def test_what_nobody_needs_is_not_read() -> None:
    known: dict[str, Person | None] = {ADA: person(ADA, roles=None), BRUNO: None}
    assert people(Script(), known, ADA, BRUNO) == known


def test_somebody_whom_only_a_plan_holds_is_not_read() -> None:
    planned = Person("", ADA, planned=True)
    assert people(Script(), {ADA: planned}, ADA, roles=True, licenses=[]) == {ADA: planned}


def test_only_whom_the_snapshot_does_not_know_is_read() -> None:
    script = Script(search(BRUNO, found=[scim_user(BRUNO)]))
    found = people(script, {ADA: person(ADA)}, ADA, BRUNO)
    assert {key: p.id if p else None for key, p in found.items()} == {ADA: person_id(ADA), BRUNO: person_id(BRUNO)}
