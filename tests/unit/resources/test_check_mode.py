"""All resources in check mode: they read, and send nothing else."""

from __future__ import annotations

import asyncio
import json
from typing import Any, ClassVar

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._client.client import Client
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.library import httpx
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
from tests.unit.build import ORGANIZATION, PREMIUM_1
from tests.unit.resources.scripted import (
    ADA,
    BRUNO,
    licenses,
    rest_id,
    rest_user,
    scim_user,
)
from tests.unit.script import Script


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
                return await synchronize(wanted, context, work, clock=lambda: script.now)
            return await reconcile(work, wanted, context)

    found = asyncio.run(main())
    assert found.aborted is None
    assert service.asked
    assert isinstance(work, Waiting) or found.changed or any(i.error for i in found)
    assert json.dumps([i.result() for i in found])
