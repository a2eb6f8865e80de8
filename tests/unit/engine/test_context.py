"""What the steps take from the snapshot, and what they read of people whom it knows only in part."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.names import LISTS
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.context import Context, Policy, Progress
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.snapshot import Snapshot
from ansible_collections.wxcc.onboarding.plugins.module_utils._model import Person
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.organization import Organization
from tests.unit.build import ORGANIZATION, PREMIUM_1, STANDARD_1, person, person_id, wanted
from tests.unit.resources.scripted import ADA, BRUNO, SCIM, licenses, rest_id, rest_user, scim_user, search
from tests.unit.script import CENTER, Script, Step, get

CLEO = "cleo@example.com"
ROLE = [{"value": "id_user_admin"}]


def play(script: Script, work: Any, known: Snapshot | None = None, **policy: Any) -> Any:
    """Do some work in a context."""
    snapshot = known or Snapshot(None, organization=ORGANIZATION, api="", check_mode=False, max_age=1)

    async def job(client: Any) -> Any:
        organization, rules = Organization(ORGANIZATION, named=False), Policy(**policy)
        return await work(Context(client, organization, snapshot, rules, False, Progress(None, 0), script.sleep))

    return script.play(job)


def people(script: Script, known: dict[str, Person | None], *emails: str, **needs: Any) -> dict[str, Person | None]:
    snapshot = Snapshot(None, organization=ORGANIZATION, api="", check_mode=False, max_age=1)
    snapshot.people.update(known)
    found: dict[str, Person | None] = play(script, lambda c: c.people(wanted(*emails), **needs), snapshot)
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


def test_what_is_the_same_for_all_steps_is_asked_once() -> None:
    me = get("/v1/people/me", {"id": rest_id(ADA), "emails": [ADA]})

    async def work(context: Context) -> None:
        assert await context.operator() == await context.operator()
        assert [entry["id"] for entry in await context.licenses()] == [PREMIUM_1, STANDARD_1]
        assert await context.licenses() is await context.licenses()

    play(Script(me, licenses()), work)


def test_a_service_app_is_asked_once_too() -> None:
    nobody = [
        get("/v1/people/me", {"message": "no"}, status=404),
        get("/identity/scim/v2/Users/me", {"message": "no"}, status=404),
    ]

    async def work(context: Context) -> None:
        assert await context.operator() is None
        assert await context.operator() is None

    play(Script(*nobody), work)


def test_names_that_an_earlier_step_read_are_not_read_again() -> None:
    def listed(kind: str) -> Step:
        attributes = LISTS[kind][1].replace(",", "%2C")
        url = f"{CENTER}/organization/{ORGANIZATION}/v2/{kind}?attributes={attributes}&page=0&pageSize=1000"
        return get(url, {"data": [{"id": f"{kind}-1", "name": kind.title()}], "meta": {"totalPages": 1}})

    known = Snapshot(None, organization=ORGANIZATION, api="", check_mode=False, max_age=1)

    async def work(context: Context) -> None:
        first = await context.directory(["site", "site"])
        assert first.lists == {"site": {"site-1": {"id": "site-1", "name": "Site"}}}
        both = await context.directory(["team", "site"])
        assert list(both.lists) == ["team", "site"]
        assert both.name("team", "team-1") == "Team"
        assert list((await context.directory(["site"])).lists) == ["site"]

    play(Script(listed("site"), listed("team")), work, known)
    assert known.facts == {
        "lists": {"site": [{"id": "site-1", "name": "Site"}], "team": [{"id": "team-1", "name": "Team"}]}
    }


def test_how_many_people_there_are_is_known_from_an_earlier_step() -> None:
    known = Snapshot(None, organization=ORGANIZATION, api="", check_mode=False, max_age=1)
    known.facts["people"] = 7

    async def work(context: Context) -> tuple[int | None, list[float]]:
        return context.reader.total, list(context.pauses())

    assert play(Script(), work, known, settle_timeout=2.0) == (7, [0.5, 1.0, 0.5])


def test_licenses_that_are_not_known_are_read_of_those_alone() -> None:
    unread = person(ADA)
    unread.license_ids = None
    one = get(f"/v1/people/{rest_id(ADA)}", rest_user(ADA, PREMIUM_1))
    entries = [{"id": PREMIUM_1, "consumedUnits": 1}]
    found = people(Script(one), {ADA: unread, BRUNO: person(BRUNO), CLEO: None}, ADA, BRUNO, CLEO, licenses=entries)
    assert [p.license_ids if p else None for p in found.values()] == [(PREMIUM_1,), (), None]


def test_of_whom_a_record_cannot_be_used_nothing_more_is_read() -> None:
    known = Snapshot(None, organization=ORGANIZATION, api="", check_mode=False, max_age=1)
    odd = {**scim_user(ADA), "active": "perhaps"}

    async def work(context: Context) -> dict[str, Person | None]:
        return await context.people(wanted(ADA), roles=True)

    found = play(Script(search(ADA, found=[odd])), work, known)
    assert [p.id for p in found.values()] == [""]
    assert {key: p.code for key, p in known.blocked.items()} == {ADA: "invalid_response"}


def test_what_a_run_waits_for_is_told(tmp_path: Path) -> None:
    path = tmp_path / "progress"
    path.touch()
    with path.open(encoding="utf-8") as watched:
        Progress(str(path), 3).wait("Another run writes.")
        told = watched.read()
    line = '{"done": 0, "total": 3, "blocked": 0, "failed": 0, "phase": "waiting", "note": "Another run writes."}\n'
    assert told == line
    # Nobody's run ends because that cannot be shown.
    Progress(str(tmp_path / "nowhere" / "progress"), 3).wait("Another run writes.")
