"""A client that others wrote, and that talks to the real service, must find its way in the simulator."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from wxc_sdk import WebexSimpleApi
from wxc_sdk.base import webex_id_to_uuid
from wxc_sdk.licenses import LicenseRequest
from wxc_sdk.people import Person
from wxc_sdk.rest import RestError
from wxc_sdk.scim.bulk import BulkOperation
from wxc_sdk.scim.users import PatchUserOperation, ScimUser

from tests.simulator.testing import PARTNER_TOKEN, RunningSimulator


class _ToSimulator(HTTPAdapter):
    """Carries what is meant for the vendor's host to the simulator: the client itself stays as it is."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    def send(self, request: PreparedRequest, *arguments: Any, **more: Any) -> Response:
        parts = urlsplit(str(request.url))
        request.url = self.url + parts.path + (f"?{parts.query}" if parts.query else "")
        return super().send(request, *arguments, **more)


@pytest.fixture
def api(simulator: RunningSimulator) -> WebexSimpleApi:
    return client(simulator)


def client(simulator: RunningSimulator, token: str = PARTNER_TOKEN) -> WebexSimpleApi:
    found = WebexSimpleApi(tokens=token)
    found.session.mount("https://webexapis.com", _ToSimulator(simulator.url))
    return found


def user(address: str, display_name: str) -> ScimUser:
    content = {"userName": address, "userType": "user", "displayName": display_name}
    return ScimUser.model_validate(content)


def change(license_id: str | None, operation: str) -> LicenseRequest:
    return LicenseRequest.model_validate({"id": license_id, "operation": operation})


def organization(api: WebexSimpleApi) -> str:
    return str(
        webex_id_to_uuid(next(org for org in api.organizations.list() if org.display_name == "Alpha Travel").org_id)
    )


def test_lists_everybody_page_by_page(api: WebexSimpleApi, simulator: RunningSimulator) -> None:
    people = list(api.people.list(max=120))
    assert [(person.emails or [""])[0] for person in people] == [
        person["email"] for person in simulator.state("alpha")["people"]
    ]
    pages = [entry for entry in simulator.journal() if entry["path"] == "/v1/people"]
    assert len(pages) == 5


def test_finds_a_person_by_address_and_by_uuid(api: WebexSimpleApi) -> None:
    [person] = api.people.list(email="PARTNER@alpha.example.com")
    assert api.people.details(person_id=person.person_id_uuid).emails == ["partner@alpha.example.com"]
    assert api.people.me().person_id == person.person_id


def test_reads_licenses_and_their_holders(api: WebexSimpleApi, simulator: RunningSimulator) -> None:
    premium = next(item for item in api.licenses.list() if item.lic_type == "CJPPRM")
    assert premium.name == "Contact Center Premium Agent"
    holders = [user.email for user in api.licenses.assigned_users(premium.license_id, limit=20)]
    truth = [person["email"] for person in simulator.state("alpha")["people"] if "premium" in person["licenses"]]
    assert set(holders) == set(truth)
    assert premium.consumed_units == len(holders) == len(truth) > 20


def test_reads_the_roles(api: WebexSimpleApi) -> None:
    found = {role.name: role.id for role in api.roles.list()}
    assert found["Full Administrator"] == "Y2lzY29zcGFyazovL3VzL1JPTEUvaWRfZnVsbF9hZG1pbg"


def test_creates_changes_and_deletes_through_scim(api: WebexSimpleApi, simulator: RunningSimulator) -> None:
    org = organization(api)
    wanted = user("zoe.test@alpha.example.com", "Zoë Test")
    created = api.scim.users.create(org, wanted)
    assert created.display_name == "Zoë Test"
    assert created.id is not None
    [found] = api.scim.users.search_all(org, filter='userName eq "zoe.test@alpha.example.com"')
    assert found.id == created.id
    operation = PatchUserOperation.model_validate({"op": "replace", "path": "displayName", "value": "Zoë Ågren"})
    assert api.scim.users.patch(org, created.id, operations=[operation]).display_name == "Zoë Ågren"
    assert _truth(simulator, "zoe.test@alpha.example.com")["display_name"] == "Zoë Ågren"
    api.scim.users.delete(org, created.id)
    assert simulator.person("zoe.test@alpha.example.com") is None


def test_changes_roles_through_people(api: WebexSimpleApi, simulator: RunningSimulator) -> None:
    email = next(person["email"] for person in simulator.state("alpha")["people"] if "premium" in person["licenses"])
    before = _truth(simulator, email)
    person = next(iter(api.people.list(email=email)))
    roles = {role.name: role.id for role in api.roles.list()}
    person.roles = [roles["User Administrator"]]
    api.people.update(person=person)
    after = _truth(simulator, email)
    assert after["roles"] == ["id_user_admin"]
    assert after["licenses"] == before["licenses"]
    assert after["title"] == before["title"]


def test_creates_many_through_bulk(api: WebexSimpleApi, simulator: RunningSimulator) -> None:
    addresses = [f"bulk.{number}@alpha.example.com" for number in range(3)] + ["trial.user@alpha.example.com"]
    operations = [
        BulkOperation.model_validate(
            {"method": "POST", "path": "/Users", "bulkId": address, "data": user(address, "Bulk").create_update()}
        )
        for address in addresses
    ]
    answer = api.scim.bulk.bulk_request(organization(api), operations)
    assert answer.operations is not None
    assert [operation.status for operation in answer.operations] == [201, 201, 201, 409]
    assert answer.operations[0].user_id == _truth(simulator, addresses[0])["id"]


def test_assigns_a_license(api: WebexSimpleApi, simulator: RunningSimulator) -> None:
    api.people.create(settings=Person(emails=["lee.desk@alpha.example.com"], display_name="Lee Desk"))
    licenses = {item.lic_type: item.license_id for item in api.licenses.list()}
    email = "lee.desk@alpha.example.com"
    add_standard = change(licenses["CJPSTD"], "add")
    api.licenses.assign_licenses_to_users(email=email, licenses=[add_standard])
    switch = [change(licenses["CJPPRM"], "add"), change(licenses["CJPSTD"], "remove")]
    answer = api.licenses.assign_licenses_to_users(email=email, licenses=switch)
    assert answer.licenses is not None
    assert licenses["CJPPRM"] in answer.licenses
    assert _truth(simulator, "lee.desk@alpha.example.com")["licenses"] == ["premium"]


def test_follows_retry_after(api: WebexSimpleApi, simulator: RunningSimulator) -> None:
    simulator.faults(path="^/v1/roles$", kind="status", status=429, times=1)
    assert len(list(api.roles.list())) > 5
    assert [entry["status"] for entry in simulator.journal() if entry["path"] == "/v1/roles"] == [429, 200]


def test_understands_the_errors(api: WebexSimpleApi) -> None:
    with pytest.raises(RestError) as caught:
        api.people.create(settings=Person(emails=["partner@alpha.example.com"], display_name="Again"))
    assert caught.value.response.status_code == 409
    assert caught.value.description == "User already exists"


def test_an_unknown_token_is_refused(simulator: RunningSimulator) -> None:
    with pytest.raises(RestError) as caught:
        list(client(simulator, "nobody").people.list())
    assert caught.value.response.status_code == 401


def _truth(simulator: RunningSimulator, email: str) -> dict[str, Any]:
    person = simulator.person(email)
    assert person is not None
    return person
