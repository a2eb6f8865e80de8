"""The modules' resources against the simulator in one process, on one clock that jumps over every wait.

Nothing but the option parsing of Ansible is left out, so that hundreds of runs take seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._client.client import Client
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.library import httpx
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.settings import Settings
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.context import Context, Policy, Progress
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.engine import reconcile
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.outcomes import Outcome, Outcomes
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.snapshot import Snapshot
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import Problem
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.agent import Agents
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.license import Licenses
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.role import Roles
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.sync import Waiting, synchronize
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.user import Users
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.rows import compose, raise_for_errors, to_wanted
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.organization import resolve
from tests.simulator.app import create_app
from tests.simulator.simulator import Simulator

URL = "http://127.0.0.1:9"
Row = dict[str, Any]


class Clock:
    """The time of both sides: whoever waits moves it on."""

    def __init__(self) -> None:
        self.offset = 0.0
        self._monotonic, self._time = time.monotonic, time.time

    def monotonic(self) -> float:
        return self._monotonic() + self.offset

    def time(self) -> float:
        return self._time() + self.offset

    async def sleep(self, seconds: float) -> None:
        until = self.monotonic() + seconds
        for _ in range(5):
            await asyncio.sleep(0)
        # Those who wait at the same time wait for the same time.
        self.offset += max(until - self.monotonic(), 0.0)

    @contextlib.contextmanager
    def ruling(self) -> Iterator[None]:
        """Let the simulator live by this clock too."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("tests.simulator.limits.time.monotonic", self.monotonic)
            patch.setattr("time.time", self.time)
            yield


class Transport(httpx.ASGITransport):
    """Calls the simulator directly; a socket that it closes is what a client would see."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return await super().handle_async_request(request)
        except ConnectionResetError as error:
            raise httpx.ReadError(str(error), request=request) from None


@dataclasses.dataclass
class Observed:
    """What a run says, and what really changed meanwhile."""

    run: Outcomes
    before: dict[str, Row]
    after: dict[str, Row]
    requests: list[Row]
    sent: int

    @property
    def by_email(self) -> dict[str, Outcome]:
        return {o.email: o for o in self.run}

    @property
    def writes(self) -> list[Row]:
        return [r for r in self.requests if r["method"] != "GET"]

    def problem(self, email: str) -> Problem:
        """Return what stands against somebody."""
        found = self.by_email[email].error
        assert found is not None
        return found

    def codes(self) -> dict[str, str]:
        """Return the error code of everybody who is blocked or failed."""
        return {o.email: o.error.code for o in self.run if o.error}


class Desk:
    """An administrator's desk: one simulated world, and the modules to work on it."""

    def __init__(self, scenario: dict[str, Any], clock: Clock, directory: Path) -> None:
        self.simulator = Simulator(scenario)
        self.app = create_app(self.simulator)
        self.clock = clock
        self.directory = directory
        self.token = "sim-partner-token"

    # -- the simulator ---------------------------------------------------------------------------------------------------

    def control(self, method: str, path: str, content: Any = None) -> Any:
        async def call() -> Any:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=URL) as client:
                answer = await client.request(method, f"/_sim/{path}", json=content)
                assert answer.is_success, answer.text
                return answer.json()

        return asyncio.run(call())

    def settings(self, **values: Any) -> None:
        self.control("PATCH", "settings", values)

    def faults(self, *orders: Row) -> None:
        self.control("POST", "faults", list(orders))

    def click(self) -> None:
        self.control("POST", "synchronize-users", {})

    def truth(self, key: str = "alpha") -> dict[str, Row]:
        """Return everybody as they are, by address in lower case."""
        state = self.control("GET", "state")
        organization = next(o for o in state["organizations"] if o["key"] == key)
        return {p["email"].lower(): p for p in organization["people"]}

    def records(self, key: str = "alpha") -> dict[str, Row]:
        """Return the contact center's records as they are, with names in the place of ids, by address in lower case."""
        state = self.control("GET", "state")
        center = next(o for o in state["organizations"] if o["key"] == key)["contact_center"]
        names = {e["id"]: e["name"] for kind, entries in center.items() if kind != "users" for e in entries}
        return {
            u["email"].lower(): {
                "contact_center_enabled": u["contact_center_enabled"],
                "site": names.get(u["site_id"]),
                "teams": sorted(names[i] for i in u["team_ids"]),
                "desktop_profile": names.get(u["agent_profile_id"]),
                "multimedia_profile": names.get(u["multimedia_profile_id"]),
            }
            for u in center["users"]
        }

    # -- the modules -----------------------------------------------------------------------------------------------------

    def run(
        self,
        work: Callable[[list[Any], Context], Awaitable[Outcomes]],
        rows: list[Row],
        *,
        check: bool = False,
        snapshot: str | None = None,
        **options: Any,
    ) -> Observed:
        """Run something over the rows as a module does, and see what really happened meanwhile."""
        cleaned, findings = compose(rows)
        raise_for_errors(findings)
        connection = {k: options.pop(k) for k in list(options) if k in Settings.__dataclass_fields__}
        settings = Settings(**{"access_token": self.token, "webex_api_url": URL, "wxcc_api_url": URL, **connection})
        policy = Policy(**{"settle_timeout": 4.0, "max_removals": "100%", **options})
        before = self.truth()
        self.simulator.journal.clear()

        async def main() -> tuple[Outcomes, int]:
            client = Client(
                settings,
                module="test",
                transport=Transport(self.app),
                sleep=self.clock.sleep,
                clock=self.clock.monotonic,
            )
            async with client:
                organization = await resolve(client, None)
                kept = Snapshot(
                    str(self.directory / snapshot) if snapshot else None,
                    organization=organization.uuid,
                    api=client.admin_base,
                    check_mode=check,
                    max_age=10_000,
                )
                context = Context(
                    client, organization, kept, policy, check, Progress(None, len(rows)), self.clock.sleep
                )
                run = await work(to_wanted(cleaned), context)
                if run.aborted is None:
                    kept.save()
                return run, client.counters.sent

        run, sent = asyncio.run(main())
        requests = [json.loads(line) for line in "".join(self._journal()).splitlines() if line]
        return Observed(run, before, self.truth(), requests, sent)

    def _journal(self) -> Iterator[str]:
        async def read() -> str:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=URL) as client:
                return (await client.get("/_sim/journal")).text

        yield asyncio.run(read())

    def users(self, rows: list[Row], state: str = "present", **options: Any) -> Observed:
        return self.run(lambda w, c: reconcile(Users(state), w, c), rows, **options)

    def licenses(self, rows: list[Row], **options: Any) -> Observed:
        own = {"mode": "add_and_remove", "default": None, "subscription_id": None, "allow_shortage": False}
        chosen = {k: options.pop(k, v) for k, v in own.items()}
        return self.run(lambda w, c: reconcile(Licenses(**chosen), w, c), rows, **options)

    def roles(self, rows: list[Row], **options: Any) -> Observed:
        own = {"mode": "add_and_remove", "default": None, "supervisor_via": "console"}
        chosen = {k: options.pop(k, v) for k, v in own.items()}
        return self.run(lambda w, c: reconcile(Roles(**chosen), w, c), rows, **options)

    def agents(self, rows: list[Row], **options: Any) -> Observed:
        return self.run(lambda w, c: reconcile(Agents(defaults=None, chunk_size=100), w, c), rows, **options)

    def sync(self, rows: list[Row], *, timeout: float = 60, wait: bool = True, **options: Any) -> Observed:
        waiting = Waiting(timeout, 5, wait)
        return self.run(lambda w, c: synchronize(w, c, waiting, clock=self.clock.monotonic), rows, **options)
