"""Scripted answers for the resources: people, licenses and bulk requests as the services tell them."""

from __future__ import annotations

from typing import Any

from ansible_collections.wxcc.onboarding.plugins.module_utils import _ids
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.client import Client
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.context import Context, Policy, Progress
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.engine import reconcile
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.outcomes import Outcomes
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.snapshot import Snapshot
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.sync import Waiting, synchronize
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.rows import compose, to_wanted
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.plan_file import PlanDocument
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
    return get(f"/v1/people?id={ids}", {"items": found})


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


def created(index: int, email: str, attempt: int = 0) -> dict[str, Any]:
    location = f"https://webexapis.com{SCIM}/Users/{person_id(email)}"
    return {"method": "POST", "bulkId": f"add-{attempt}-{index}", "status": "201", "location": location}


def run(
    script: Script,
    work: Any,
    rows: list[dict[str, Any]],
    *,
    check: bool = False,
    snapshot: Snapshot | None = None,
    retry_deadline: float = 120.0,
    plan: PlanDocument | None = None,
    **policy: Any,
) -> Outcomes:
    cleaned, _findings = compose(rows)

    async def job(client: Client) -> Outcomes:
        organization = Organization(ORGANIZATION, named=False)
        known = snapshot or Snapshot(None, organization=ORGANIZATION, api="", check_mode=check, max_age=1)
        rules = Policy(**{"settle_timeout": 1.0, **policy})
        context = Context(client, organization, known, rules, check, Progress(None, 0), script.sleep, plan=plan)
        wanted = to_wanted(cleaned)
        if isinstance(work, Waiting):
            return await synchronize(wanted, context, work, clock=lambda: script.now)
        return await reconcile(work, wanted, context)

    found: Outcomes = script.play(job, retry_deadline=retry_deadline)
    return found
