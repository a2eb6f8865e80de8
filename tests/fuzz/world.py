"""A small simulator in this process, and the ids in it that requests should hit now and then."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import quote, unquote, urlencode

from tests.simulator.app import create_app
from tests.simulator.simulator import Simulator

TOKEN = "sim-partner-token"
SCENARIO: dict[str, Any] = {
    "seed": 5,
    "organizations": [
        {"key": "alpha", "domains": ["alpha.example.com"], "people": 12},
        {"key": "beta", "domains": ["beta.example.com"], "people": 3},
    ],
    # a fuzzer that takes its own role away would see nothing but 401
    "settings": {"role_change_kills_token": False, "capabilities": "effective", "list_arrays": "always"},
}
ENTITIES = ("site", "team", "skill", "skill-profile", "multimedia-profile", "agent-profile", "user-profile")


class Answered:
    """What the simulator answered; ``error`` is what it raised."""

    def __init__(self, status: int, body: bytes, error: BaseException | None = None) -> None:
        self.status = status
        self.body = body
        self.error = error

    def json(self) -> Any:
        """Return the body; ValueError where it is no JSON."""
        return json.loads(self.body)


class World:
    """A fresh simulator."""

    def __init__(self) -> None:
        self.simulator = Simulator(SCENARIO)
        self.app = create_app(self.simulator)
        self.org = self.simulator.world.by_key["alpha"]

    def ids(self, path: str, name: str) -> list[str]:
        """Return values of a path parameter that name something."""
        center = self.org.contact_center
        assert center is not None
        if name.lower() == "orgid":
            return [self.org.rest if path.startswith("/organizations/") else self.org.id]
        before = path.partition("{" + name + "}")[0].rstrip("/").rsplit("/", 1)[-1]
        people = list(self.org.people.values())
        values: dict[str, list[str]] = {
            "people": [person.rest for person in people],
            "Users": [person.id for person in people],
            "licenses": [item.rest for item in self.org.licenses.values()],
            "user": list(center.users),
            "with-user-profile": list(center.users),
            "by-ci-user-id": list(center.by_ci),
            "by-dynamic-skill-id": list(center.entities["skill"]),
            "by-call-monitoring-id": ["af9eecc5-0472-4549-9a83-2afdae0d4ba0"],
            "settings": ["webexConnectEnabled"],
            "applications": ["sim-application"],
            **{entity: list(center.entities[entity]) for entity in ENTITIES},
        }
        return values.get(before, [])[:5]

    def record(self, path: str, path_parameters: dict[str, Any]) -> dict[str, Any] | None:
        """Return what is held under a path, as a start for a body that is nearly right."""
        place = path.format(**{key: quote(str(value), safe="") for key, value in path_parameters.items()})
        answered = self.ask("GET", place, {}, None)
        try:
            found = answered.json()
        except ValueError:
            return None
        if isinstance(found, dict):
            rows = next(
                (found[key] for key in ("data", "items", "Resources") if isinstance(found.get(key), list)), None
            )
            found = rows[-1] if rows else (None if rows is not None else found)
        elif isinstance(found, list):
            found = found[-1] if found else None
        return found if answered.status == 200 and isinstance(found, dict) else None

    def ask(self, method: str, path: str, query: dict[str, Any], body: bytes | None) -> Answered:
        """Send one request. ``path`` is quoted already; /v1 is put in front of the admin routes that have it."""
        if not path.startswith(("/organization/", "/identity/")):
            path = f"/v1{path}"
        return asyncio.run(self._send(method, path, urlencode(query, doseq=True).encode(), body or b""))

    async def _send(self, method: str, path: str, query: bytes, body: bytes) -> Answered:
        status, chunks = 0, []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                chunks.append(message.get("body", b""))

        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "scheme": "http",
            "method": method,
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query,
            "headers": [
                (b"host", b"sim.test"),
                (b"authorization", f"Bearer {TOKEN}".encode()),
                (b"content-type", b"application/json"),
            ],
        }
        try:
            await self.app(scope, receive, send)
        except Exception as error:  # what a server would turn into a 500
            return Answered(500, b"", error)
        return Answered(status, b"".join(chunks))
