"""People as user_info shows them: joined with license, role, sync state and what they still lack."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._client.client import Client
from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.names import Directory
from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.records import record_from
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import ApiError, InputError
from ansible_collections.wxcc.onboarding.plugins.module_utils._model import LONGEST, Person
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.file import read_people
from ansible_collections.wxcc.onboarding.plugins.module_utils._views.people import (
    CenterData,
    Destination,
    PeopleFilter,
    describe_people,
    describe_person,
    read_users,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.organization import Organization
from tests.unit.build import ORGANIZATION, PREMIUM_1, people, person, person_id
from tests.unit.script import Script, get

ADA, BOB = "ada@example.com", "Bob@example.com"
SUBSCRIPTIONS: dict[str, str | None] = {PREMIUM_1: "Sub1"}
DIRECTORY = Directory(
    {
        "site": [{"id": "s1", "name": "Lisboa"}],
        "team": [{"id": "t1", "name": "Service"}],
        "user-profile": [
            {"id": "up-agent", "name": "Agents", "profileType": "PREMIUM_AGENT"},
            {"id": "up-super", "name": "Supervisors", "profileType": "SUPERVISOR"},
        ],
    }
)


def center(**fields: t.Any) -> CenterData:
    """Ada's record, and nobody else's."""
    record = record_from({"id": "r", "ciUserId": person_id(ADA), "email": ADA, "userProfileId": "up-agent", **fields})
    return CenterData(DIRECTORY, {ADA: record})


def test_identity_license_and_roles_are_shown_and_nothing_else_without_desks() -> None:
    ada = person(ADA, PREMIUM_1, first_name="Ada", title="Agent", roles=("id_full_admin",))
    (entry,) = describe_people(people(ada), [], SUBSCRIPTIONS, None)
    assert entry == {
        "email": ADA,
        "state": "present",
        "id": person_id(ADA),
        **dict.fromkeys(LONGEST),
        "first_name": "Ada",
        "title": "Agent",
        "pending": False,
        "license": "premium",
        "subscriptions": ["Sub1"],
        "role": "administrator",
        "roles": ["Full Administrator"],
    }


def test_who_is_not_there_is_shown_as_the_row_spells_the_address() -> None:
    shown = describe_people({ADA: None, "bob@example.com": None}, [{"email": BOB}], {}, None)
    assert shown == [{"email": ADA, "state": "absent"}, {"email": BOB, "state": "absent"}]


def test_who_is_not_there_has_no_sync_state_but_lacks_the_account() -> None:
    (entry,) = describe_people({ADA: None}, [], {}, CenterData(Directory({}), {}))
    assert (entry["desk_ready"], entry["lacks"]) == (False, "user")
    assert "sync_state" not in entry


def test_the_record_tells_sync_state_settings_and_what_lacks() -> None:
    ada = person(ADA, PREMIUM_1)
    record = center(contactCenterEnabled=True, siteId="s1", supervisorCapabilitiesEnabled=False)
    (entry,) = describe_people(people(ada), [], SUBSCRIPTIONS, record)
    assert entry["reported"] == {"supervisor": False}
    assert (entry["sync_state"], entry["sync_message"]) == ("in_sync", "In sync.")
    assert entry["profile_type"] == "PREMIUM_AGENT"
    assert (entry["agent"]["site"], entry["agent"]["contact_center_enabled"]) == ("Lisboa", True)
    assert (entry["lacks"], entry["lacks_message"]) == ("team", "The person is in no team.")


def test_without_a_record_the_sync_is_what_lacks() -> None:
    (entry,) = describe_people(people(person(BOB, PREMIUM_1)), [], SUBSCRIPTIONS, center())
    assert (entry["sync_state"], entry["lacks"], entry["profile_type"]) == ("missing", "sync", None)


@pytest.mark.parametrize(
    ("row", "lacks"),
    [
        ({"license": "standard"}, "license"),
        ({"role": "supervisor"}, "role"),
        ({"license": "premium"}, "enabled"),
        ({"csv": {"standard": True, "premium": False}}, "license"),
        ({"csv": {"standard": False, "premium": True}}, "enabled"),
    ],
)
def test_license_and_role_are_compared_with_what_the_row_declares(row: dict[str, t.Any], lacks: str) -> None:
    (entry,) = describe_people(people(person(ADA, PREMIUM_1)), [{"email": "ADA@example.com", **row}], {}, center())
    assert entry["lacks"] == lacks


def test_the_user_profile_tells_a_supervisor() -> None:
    (entry,) = describe_people(people(person(ADA, PREMIUM_1)), [], {}, center(userProfileId="up-super"))
    assert entry["role"] == "supervisor"
    assert describe_person(person(ADA, PREMIUM_1), ADA, {}, None)["role"] == "agent"


@pytest.mark.parametrize(
    ("filters", "passes"),
    [
        (PeopleFilter(None, None, None), True),
        (PeopleFilter(["premium", "none"], ["agent"], ["present"]), True),
        (PeopleFilter(["standard"], None, None), False),
        (PeopleFilter(None, ["supervisor"], None), False),
        (PeopleFilter(None, None, ["absent", "disabled"]), False),
        (PeopleFilter([], None, None), True),
    ],
)
def test_filters_let_pass_who_has_one_of_the_values(filters: PeopleFilter, passes: bool) -> None:
    assert filters.passes({"license": "premium", "role": "agent", "state": "present"}) is passes


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    dest = Destination(str(tmp_path / "missing" / "people.json"))
    options: dict[str, t.Any] = {"addresses": [], "users_file": None, "sync_state": False, "dest": dest}
    organization = Organization(ORGANIZATION, named=False)
    everybody = PeopleFilter(None, None, None)
    with pytest.raises(InputError, match=r"dest .*people\.json: No such file or directory"):
        Script(get("/v1/licenses", {"items": []})).play(
            lambda client: read_users(client, organization, filters=everybody, **options)
        )


def test_a_roster_holds_addresses_alone(tmp_path: Path) -> None:
    path = tmp_path / "everybody.json"
    Destination(str(path), roster=True).write([{"email": ADA, "license": "premium", "lacks": None}])
    assert read_people(str(path)) == [{"email": ADA}]


# -- records that cannot be used -------------------------------------------------------------------------------------------

EVERYBODY = "/v1/people?max=1000&excludeStatus=true"


def entry_of(email: str, **fields: t.Any) -> dict[str, t.Any]:
    return {"id": person_id(email), "emails": [email], "licenses": [], "roles": [], **fields}


def everybody(*entries: dict[str, t.Any], dest: Destination | None = None) -> dict[str, t.Any]:
    """Return what is shown of everybody with a license, where the service lists these."""
    script = Script(get("/v1/licenses", {"items": []}), get(EVERYBODY, {"items": list(entries)}))
    chosen = PeopleFilter(["premium"], None, None)
    organization = Organization(ORGANIZATION, named=False)

    async def work(client: Client) -> dict[str, t.Any]:
        return await read_users(
            client, organization, addresses=None, users_file=None, filters=chosen, sync_state=False, dest=dest
        )

    return dict(script.play(work))


ODD: list[dict[str, t.Any]] = [{"emails": 5}, {"emails": []}, {"emails": ["  "]}, {"emails": [ADA]}, {"roles": 5}]


@pytest.mark.parametrize("odd", ODD)
def test_nobody_is_left_out_of_everybody_because_of_an_odd_record(odd: dict[str, t.Any], tmp_path: Path) -> None:
    entries = [entry_of(ADA), {**entry_of("carla@example.com"), **odd}]
    shown = everybody(*entries)["users"]
    assert shown
    assert {entry["error"]["code"] for entry in shown} == {"invalid_response"}
    assert not any(entry["state"] or entry["role"] or entry["license"] for entry in shown)
    with pytest.raises(ApiError) as caught:
        everybody(*entries, dest=Destination(str(tmp_path / "people.json")))
    assert caught.value.problem.code == "invalid_response"
    assert not list(tmp_path.iterdir())


def test_an_odd_record_claims_nothing_of_the_desk() -> None:
    (entry,) = describe_people({ADA: Person("", ADA)}, [], {}, center())
    assert (entry["state"], entry["lacks"], entry["desk_ready"]) == (None, "user", False)
    assert entry["lacks_message"].startswith("Not read")
    assert "sync_state" not in entry
