"""People's entries on their way into files: the People API's own, of any shape."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._client.client import Client
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import ApiError
from ansible_collections.wxcc.onboarding.plugins.module_utils._views.csv_export import (
    Export,
    export,
    export_row,
    other_headers,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._views.csv_info import read_on_record
from ansible_collections.wxcc.onboarding.plugins.module_utils._views.people import PeopleFilter
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.licenses import list_licenses
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.organization import Organization
from tests.unit.build import ORGANIZATION, PREMIUM_1, license_id, person
from tests.unit.script import Script, get

PEOPLE = "/v1/people?max=1000&excludeStatus=true"
HERE = Organization(ORGANIZATION, named=False)
ADA: dict[str, Any] = {"id": "1", "emails": ["ada@example.com"], "licenses": [PREMIUM_1], "type": "person"}
NUMBERS = [{"type": "mobile", "value": "+3"}, {"type": "work", "value": "+1"}, {"type": "work", "value": "+2"}]
NO_PEOPLE = ["text", 5, ["list"], None, {**ADA, "emails": 5}, {**ADA, "emails": [{}]}]
ODD: list[dict[str, Any]] = [
    {"licenses": 5},
    {"licenses": [["list"]]},
    {"phoneNumbers": 5},
    {"phoneNumbers": ["text"]},
    {"phoneNumbers": [{"type": "work", "value": ["list"]}]},
    {"manager": {}},
    {"extension": [1]},
]


def exported(entry: Any, dest: Path) -> dict[str, Any]:
    license_entry = {"id": PREMIUM_1, "name": "Premium", "subscriptionId": "Sub1", "totalUnits": 5, "consumedUnits": 1}
    script = Script(get("/v1/licenses", {"items": [license_entry]}), get(PEOPLE, {"items": [entry]}))
    wanted = Export(str(dest), None, PeopleFilter(None, None, None), full=True, row_limit=0)

    async def work(client: Client) -> dict[str, Any]:
        return await export(client, HERE, wanted, check_mode=False)

    return dict(script.play(work))


@pytest.mark.parametrize("entry", [*NO_PEOPLE, *({**ADA, **odd} for odd in ODD), {**ADA, "type": 5}])
def test_an_entry_that_is_no_person_is_told_and_nothing_is_written(entry: Any, tmp_path: Path) -> None:
    with pytest.raises(ApiError) as caught:
        exported(entry, tmp_path / "people.csv")
    assert caught.value.problem.code == "invalid_response"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("kind", "count"), [("person", 1), (None, 1), ("bot", 0)])
def test_machines_are_left_out(kind: str | None, count: int, tmp_path: Path) -> None:
    assert exported({**ADA, "type": kind}, tmp_path / "people.csv")["count"] == count


def test_the_work_number_is_the_first_of_that_type() -> None:
    row = export_row(person("ada@example.com"), {**ADA, "phoneNumbers": NUMBERS, "extension": "77"}, [], {})
    assert (row["columns"]["Phone Number"], row["columns"]["Extension"]) == ("+1", "77")


def on_record(entry: Any) -> Any:
    async def work(client: Client) -> Any:
        return await read_on_record(client, HERE)

    return Script(get(PEOPLE, {"items": [entry]})).play(work)


@pytest.mark.parametrize("entry", [*NO_PEOPLE, *({**ADA, **odd} for odd in ODD if "phoneNumbers" in odd)])
def test_numbers_on_record_are_taken_of_people_alone(entry: Any) -> None:
    with pytest.raises(ApiError) as caught:
        on_record(entry)
    assert caught.value.problem.code == "invalid_response"


def test_numbers_on_record_are_those_of_the_whole_world() -> None:
    found = on_record({**ADA, "phoneNumbers": [*NUMBERS, {"type": "work_extension", "value": "77"}, {}]})
    assert found.numbers == {"ada@example.com": ["+3", "+1", "+2"]}


def test_a_meetings_license_has_the_column_of_its_site() -> None:
    meetings = license_id("EE")
    entry = {"id": meetings, "name": "Meetings", "subscriptionId": "Sub1", "siteUrl": "one.example.com"}

    async def work(client: Client) -> Any:
        return await list_licenses(client, HERE)

    listed = Script(get("/v1/licenses", {"items": [entry]})).play(work)
    assert other_headers(listed, several=False) == {meetings: "one.example.com - WebEx Enterprise Edition"}
