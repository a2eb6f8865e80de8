"""A small simulator in this process, and the ids in it that requests should hit now and then."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
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
HEADERS: dict[str, bytes] = {
    "host": b"sim.test",
    "authorization": f"Bearer {TOKEN}".encode(),
    "content-type": b"application/json",
}
ENTITIES = ("site", "team", "skill", "skill-profile", "multimedia-profile", "agent-profile", "user-profile")


class Answered:
    """What the simulator answered; ``error`` is what it raised."""

    def __init__(
        self,
        status: int,
        body: bytes,
        error: BaseException | None = None,
        headers: Iterable[tuple[bytes, bytes]] = (),
    ) -> None:
        self.status = status
        self.body = body
        self.error = error
        self.headers = list(headers)

    def json(self) -> Any:
        """Return the body; ValueError where it is no JSON, which NaN and Infinity are not."""
        return json.loads(self.body, parse_constant=_no_json)


def _no_json(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


class World:
    """A fresh simulator; ``make`` is what makes its application."""

    def __init__(self, make: Callable[[Simulator], Any] = create_app) -> None:
        self.simulator = Simulator(SCENARIO)
        self.app = make(self.simulator)
        self.org = self.simulator.world.by_key["alpha"]

    def ids(self, path: str, name: str) -> list[str]:
        """Return values of a path parameter that name something."""
        center = self.org.contact_center
        assert center is not None
        if name.lower() == "orgid":
            return [self.org.rest if path.startswith("/organizations/") else self.org.id]
        before = path.partition("{" + name + "}")[0].rstrip("/").rsplit("/", 1)[-1]
        # whoever ends the account that asks would see nothing but 401
        asking = self.simulator.tokens.access[TOKEN].person
        people = [person for person in self.org.people.values() if person is not asking]
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
            **{entity: self._entities(entity) for entity in ENTITIES},
        }
        return values.get(before, [])[:5]

    def _entities(self, entity: str) -> list[str]:
        """Return the ids of an entity's records; those that cannot be changed come last."""
        center = self.org.contact_center
        assert center is not None
        return sorted(
            center.entities[entity], key=lambda item: bool(center.entities[entity][item].get("systemDefault"))
        )

    def record(self, path: str, path_parameters: dict[str, Any]) -> dict[str, Any] | None:
        """Return what is held under a path, as a start for a body that is nearly right."""
        place = path.format(**{key: quote(str(value), safe="") for key, value in path_parameters.items()})
        answered = self.ask("GET", place)
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

    def ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | bytes = b"",
        body: bytes | None = None,
        headers: Mapping[str, bytes | None] | None = None,
    ) -> Answered:
        """Send one request. ``path`` is quoted already; /v1 is put in front of the admin routes that have it.

        ``headers`` stand in for those that are sent anyway; None leaves one out.
        """
        if not path.startswith(("/organization/", "/identity/", "/_sim/")):
            path = f"/v1{path}"
        text = query if isinstance(query, bytes) else urlencode(query, doseq=True).encode()
        sent = {**HEADERS, **(headers or {})}
        listed = [(name.encode(), value) for name, value in sent.items() if value is not None]
        return asyncio.run(self._send(method, path, text, listed, body or b""))

    async def _send(
        self, method: str, path: str, query: bytes, sent: list[tuple[bytes, bytes]], body: bytes
    ) -> Answered:
        status, chunks, headers = 0, [], []

        messages = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def receive() -> dict[str, Any]:
            for message in messages:
                return message
            # a client that stays: answers in pieces listen whether it goes
            return await asyncio.Future()

        async def send(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers.extend(message.get("headers", ()))
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
            "headers": sent,
        }
        try:
            await self.app(scope, receive, send)
        except Exception as error:  # what a server would turn into a 500
            return Answered(500, b"", error)
        return Answered(status, b"".join(chunks), headers=headers)
