"""The resources against scripted answers: exactly which requests, in which order, with which bodies; and none that write in check mode."""

from __future__ import annotations

import asyncio
import json
from typing import Any, ClassVar

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils import _ids
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.client import Client
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.http import httpx
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.settings import Settings
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.context import Context, Policy, Progress
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.engine import Resource, reconcile
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.outcomes import Outcomes
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.snapshot import Snapshot
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.license import Licenses
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.role import Roles
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.sync import Waiting, synchronize
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.user import Users
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.rows import compose, to_wanted
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.organization import Organization
from tests.unit.build import ORGANIZATION, PREMIUM_1, STANDARD_1, person_id
from tests.unit.script import Script, Step, expect, get

ADA, BRUNO = "ada@example.com", "bruno@example.com"
SCIM = f"/identity/scim/{ORGANIZATION}/v2"
CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
WEBEX = "urn:scim:schemas:extension:cisco:webexidentity:2.0:User"


def rest_id(email: str) -> str:
    return _ids.encode("PEOPLE", person_id(email))


def scim_user(email: str, **fields: Any) -> dict[str, Any]:
    return {"id": person_id(email), "userName": email, "active": True, "displayName": email, **fields}


def rest_user(email: str, *licenses: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": rest_id(email),
        "emails": [email],
        "licenses": list(licenses),
        "roles": [],
        "invitePending": False,
        "loginEnabled": True,
        **fields,
    }


def search(*emails: str, found: list[dict[str, Any]] | None = None) -> Step:
    expression = "%20or%20".join(f"userName%20eq%20%22{e.replace('@', '%40')}%22" for e in emails)
    resources = found or []
    return get(
        f"{SCIM}/Users?filter={expression}&count={len(emails)}&startIndex=1",
        {"totalResults": len(resources), "Resources": resources},
    )


def by_ids(*emails: str, found: list[dict[str, Any]]) -> Step:
    ids = "%2C".join(rest_id(e) for e in emails)
    return get(f"/v1/people?id={ids}&max={len(emails)}&excludeStatus=true", {"items": found})


def licenses(premium: int = 5, consumed: int = 1) -> Step:
    return get(
        "/v1/licenses",
        {
            "items": [
                {
                    "id": PREMIUM_1,
                    "name": "Contact Center Premium Agent",
                    "totalUnits": premium,
                    "consumedUnits": consumed,
                    "subscriptionId": "Sub1",
                },
                {
                    "id": STANDARD_1,
                    "name": "Contact center Standard Agent",
                    "totalUnits": 5,
                    "consumedUnits": 0,
                    "subscriptionId": "Sub1",
                },
            ]
        },
    )


def bulk(operations: list[dict[str, Any]], results: Any, **more: Any) -> Step:
    body = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "failOnErrors": 100,
        "operations": operations,
    }
    return expect("POST", f"{SCIM}/Bulk", {"operations": results}, body=body, **more)


def creation(index: int, email: str, attempt: int = 0) -> dict[str, Any]:
    data = {
        "schemas": [CORE, WEBEX],
        "userName": email,
        "userType": "user",
        "active": True,
        "displayName": email,
        "emails": [{"value": email, "type": "work", "primary": True}],
    }
    return {"method": "POST", "path": "/Users", "bulkId": f"add-{attempt}-{index}", "data": data}


def created(index: int, email: str) -> dict[str, Any]:
    location = f"https://webexapis.com{SCIM}/Users/{person_id(email)}"
    return {"method": "POST", "bulkId": f"add-0-{index}", "status": "201", "location": location}


def run(script: Script, work: Any, rows: list[dict[str, Any]], *, check: bool = False) -> Outcomes:
    cleaned, _findings = compose(rows)

    async def job(client: Client) -> Outcomes:
        organization = Organization(ORGANIZATION, named=False)
        snapshot = Snapshot(None, organization=ORGANIZATION, api="", check_mode=check, max_age=1)
        policy = Policy(settle_timeout=1.0)
        context = Context(client, organization, snapshot, policy, check, Progress(None, 0), script.sleep)
        wanted = to_wanted(cleaned)
        if isinstance(work, Waiting):
            return await synchronize(wanted, context, work, lambda: script.now)
        return await reconcile(work, wanted, context)

    found: Outcomes = script.play(job)
    return found


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
    found = run(script, Users("present"), [{"email": ADA, "title": "Lead"}, {"email": BRUNO, "state": "absent"}])
    assert (found.summary()["updated"], found.summary()["removed"]) == (1, 1)


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


def test_a_role_goes_through_bulk_and_is_read_again() -> None:
    operations = [
        {
            "method": "PATCH",
            "path": f"/Users/{person_id(ADA)}",
            "bulkId": "role-0-0",
            "data": {
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                "Operations": [
                    {
                        "op": "add",
                        "path": "roles",
                        "value": [{"value": "id_full_admin", "type": "cirole", "display": "Full Administrator"}],
                    }
                ],
            },
        }
    ]
    again = get(
        f"{SCIM}/Users?filter=id%20eq%20%22{person_id(ADA)}%22&count=1&startIndex=1",
        {"totalResults": 1, "Resources": [scim_user(ADA, roles=[{"value": "id_full_admin"}])]},
    )
    script = Script(
        search(ADA, found=[scim_user(ADA)]),
        get("/v1/people/me", {"id": rest_id("me@example.com"), "emails": ["me@example.com"]}),
        bulk(operations, [{"bulkId": "role-0-0", "status": "200"}]),
        again,
    )
    found = run(
        script,
        Roles(default=None, mode="add_and_remove", supervisor_via="console"),
        [{"email": ADA, "role": "administrator"}],
    )
    assert found.outcomes[0].after == {"role": "administrator", "roles": ["Full Administrator"]}


# -- check mode ------------------------------------------------------------------------------------------------------------


class ReadOnlyService:
    """Answers readings of a small organization, and fails the test for anything else."""

    #: By the beginning of the path; the first that fits.
    answers: ClassVar[dict[str, Any]] = {
        "/v1/licenses/": {"users": []},
        "/v1/licenses": licenses().answer.json(),
        "/v1/people/me": {"id": rest_id("me@example.com"), "emails": ["me@example.com"]},
        f"/v1/people/{rest_id(ADA)}": rest_user(ADA, PREMIUM_1),
        "/v1/people/": rest_user(BRUNO),
        "/v1/people": {"items": [rest_user("other@example.com")]},
        "/organization/": {"data": [], "meta": {"totalPages": 0, "totalRecords": 0}},
    }

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.asked.append(f"{request.method} {path}")
        assert request.method == "GET", f"check mode sent {request.method} {path}"
        if path.endswith("/Users"):
            return httpx.Response(200, json=self._search(request.url.params.get("filter", "")))
        found = next((answer for start, answer in self.answers.items() if path.startswith(start)), None)
        return httpx.Response(404, json={"message": "not there"}) if found is None else httpx.Response(200, json=found)

    @staticmethod
    def _search(asked: str) -> dict[str, Any]:
        people = [scim_user(ADA, roles=[{"value": "id_full_admin"}], title="Old"), scim_user(BRUNO)]
        hits = [p for p in people if p["userName"] in asked or p["id"] in asked]
        return {"totalResults": len(hits), "Resources": hits}


ROWS: list[dict[str, Any]] = [
    {"email": "new@example.com", "license": "premium", "role": "administrator"},
    {"email": ADA, "title": "New", "license": "none", "role": "agent"},
    {"email": BRUNO, "state": "disabled", "license": "premium", "role": "supervisor"},
]


@pytest.mark.parametrize(
    "work",
    [
        Users("present"),
        Users("absent"),
        Users("disabled"),
        Licenses(mode="add_and_remove", default="standard", subscription_id=None, allow_shortage=True),
        Licenses(mode="add_only", default="premium", subscription_id=None, allow_shortage=True),
        Roles(default="agent", mode="add_and_remove", supervisor_via="scim"),
        Roles(default="administrator", mode="add_only", supervisor_via="console"),
        Waiting(60, 5),
    ],
    ids=lambda w: type(w).__name__,
)
def test_check_mode_only_reads(work: Resource[Any] | Waiting) -> None:
    service = ReadOnlyService()
    script = Script()

    def client() -> Client:
        return Client(
            Settings(access_token="t"),
            transport=httpx.MockTransport(service),
            sleep=script.sleep,
            clock=lambda: script.now,
        )

    async def main() -> Outcomes:
        cleaned, _findings = compose(ROWS)
        wanted = to_wanted(cleaned)
        async with client() as opened:
            snapshot = Snapshot(None, organization=ORGANIZATION, api="", check_mode=True, max_age=1)
            policy = Policy(max_removals="100%")
            context = Context(
                opened, Organization(ORGANIZATION, named=False), snapshot, policy, True, Progress(None, 0), script.sleep
            )
            if isinstance(work, Waiting):
                return await synchronize(wanted, context, work, lambda: script.now)
            return await reconcile(work, wanted, context)

    found = asyncio.run(main())
    assert found.aborted is None
    assert service.asked
    assert isinstance(work, Waiting) or found.changed or any(i.error for i in found)
    assert json.dumps([i.result() for i in found])
