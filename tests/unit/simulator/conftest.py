"""The simulator in this process, without a socket."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from tests.simulator.app import create_app
from tests.simulator.http_library import httpx
from tests.simulator.simulator import Simulator

PARTNER = "sim-partner-token"
SCENARIO: dict[str, Any] = {
    "seed": 7,
    "organizations": [
        {
            "key": "alpha",
            "name": "Alpha",
            "domains": ["alpha.example.com"],
            "people": [
                {"email": "ana@alpha.example.com", "first_name": "Ana", "last_name": "Ruiz", "licenses": ["premium"]},
                {"email": "ben@alpha.example.com", "first_name": "Ben", "last_name": "Osei", "licenses": ["standard"]},
                {"email": "cai@alpha.example.com", "first_name": "Cai", "last_name": "Wu"},
                {"email": "dee@alpha.example.com", "first_name": "Dee", "last_name": "Roy", "pending": True},
                {"email": "eva@alpha.example.com", "first_name": "Eva", "last_name": "Kos", "active": False},
            ],
            "licenses": [
                {"type": "CJPPRM", "total": 3, "subscription": "Sub1"},
                {"type": "CJPSTD", "total": 3, "subscription": "Sub1"},
                {"type": "MS", "total": 50, "subscription": "Sub2"},
            ],
        },
        {"key": "beta", "name": "Beta", "domains": ["beta.example.com"], "people": 12},
        {"key": "gamma", "name": "Gamma", "domains": ["gamma.example.com"], "people": 3, "contact_center": False},
    ],
    "accounts_elsewhere": [
        {"email": "trial@alpha.example.com", "kind": "trial"},
        {"email": "free@alpha.example.com", "kind": "consumer"},
        {"email": "other@alpha.example.com", "kind": "other_org"},
    ],
    "tokens": [
        {"token": PARTNER, "email": "partner@alpha.example.com", "manages": ["beta"]},
        {"token": "full", "email": "boss@alpha.example.com"},
        {"token": "readonly", "email": "readonly@alpha.example.com", "roles": ["id_readonly_admin"]},
        {"token": "users", "email": "users@alpha.example.com", "roles": ["id_user_admin"]},
        {"token": "ccadmin", "email": "ccadmin@alpha.example.com", "roles": ["cjp.admin"]},
        {"token": "nobody", "email": "plain@alpha.example.com", "roles": []},
        {"token": "noscope", "email": "boss@alpha.example.com", "scopes": []},
        {"token": "expired", "email": "boss@alpha.example.com", "expired": True},
        {"token": "app", "kind": "service_app", "organization": "alpha"},
    ],
}


class Lab:
    """A simulator to ask, with its inside at hand."""

    def __init__(self, scenario: dict[str, Any] | None = None) -> None:
        self.simulator = Simulator(scenario if scenario is not None else SCENARIO)
        self.app = create_app(self.simulator)

    @property
    def org(self) -> str:
        """The UUID of the first organization."""
        return next(iter(self.simulator.world.by_id))

    def org_of(self, key: str) -> str:
        """The UUID of an organization."""
        return self.simulator.world.by_key[key].id

    def __call__(
        self, method: str, path: str, content: Any = None, *, token: str | None = PARTNER, **more: Any
    ) -> httpx.Response:
        """Send a request, with bytes as they are and anything else as JSON; ``more`` goes to httpx."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers |= more.pop("headers", {})
        if content is not None:
            more["content" if isinstance(content, bytes) else "json"] = content

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://sim.test") as client:
                return await client.request(method, path, headers=headers, **more)

        return asyncio.run(send())

    def get(self, path: str, *, token: str | None = PARTNER, **params: Any) -> httpx.Response:
        """GET with parameters."""
        return self("GET", path, token=token, params=params or None)

    def set(self, **values: Any) -> None:
        """Change settings."""
        answer = self("PATCH", "/_sim/settings", values)
        assert answer.status_code == 200, answer.text

    def fault(self, **order: Any) -> None:
        """Order a fault."""
        answer = self("POST", "/_sim/faults", order)
        assert answer.status_code == 200, answer.text

    def person(self, email: str) -> dict[str, Any]:
        """The truth about somebody."""
        return next(
            found
            for org in self.get("/_sim/state").json()["organizations"]
            for found in org["people"]
            if found["email"] == email
        )

    def license(self, word: str, key: str = "alpha") -> str:
        """The REST id of an organization's premium, standard or other license."""
        licenses = self.simulator.world.by_key[key].licenses.values()
        return next(item.rest for item in licenses if word in (item.word, item.type))

    def assign(self, email: str, *, token: str = PARTNER, **operations: str) -> httpx.Response:
        """PATCH licenses: lab.assign(email, premium="add", standard="remove")."""
        wanted = [{"id": self.license(word), "operation": operation} for word, operation in operations.items()]
        return self("PATCH", "/v1/licenses/users", {"email": email, "licenses": wanted}, token=token)

    def create(self, email: str, **more: Any) -> httpx.Response:
        """POST a SCIM user."""
        return self("POST", f"/identity/scim/{self.org}/v2/Users", scim_user(email, **more))

    def record(self, email: str) -> dict[str, Any] | None:
        """The contact center's record of somebody, as the list shows it."""
        rows = self.get(f"/organization/{self.org}/v2/user", filter=f'email=="{email}"').json()["data"]
        return rows[0] if rows else None

    def click(self) -> None:
        """Press "Synchronize Users"."""
        assert self("POST", "/_sim/synchronize-users", {}).status_code == 200


def scim_user(email: str, **more: Any) -> dict[str, Any]:
    """The body of a SCIM user."""
    return {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": email, "userType": "user", **more}


@pytest.fixture
def lab() -> Lab:
    """A fresh simulator."""
    return Lab()


class Clock:
    """A time that tests move."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        """Return the time."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Hold the time still until the test moves it."""
    found = Clock()
    monkeypatch.setattr(time, "time", found)
    return found
