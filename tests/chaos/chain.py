"""One chain in this process: the modules of the collection as the role ``onboard`` calls them, against the simulator's application."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from ansible_collections.wxcc.onboarding.plugins.module_utils._client import library
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.library import httpx
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.record import RunRecord, write_record
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.variables import names_of, options_of, typed
from ansible_collections.wxcc.onboarding.plugins.modules import agent, license, plan, role, roster, sync, user
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.build import build_report
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.load import load_run
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._run.finish import Ending, finish
from tests.chaos.clock import Clock, ruling
from tests.chaos.faults import KILL, STEPS, Plan
from tests.integration.modules import run_module
from tests.simulator import roles
from tests.simulator.app import create_app
from tests.simulator.simulator import Simulator
from tests.simulator.state import Organization, Person

Row = dict[str, Any]
Truth = dict[str, Row]

URL = "http://127.0.0.1:9"
MODULES = {m.__name__.rpartition(".")[2]: m for m in (agent, license, plan, role, roster, sync, user)}
#: What the modules set in the contact center; the rest of a record follows the identity.
SETTINGS = (
    "contactCenterEnabled",
    "siteId",
    "teamIds",
    "skillProfileId",
    "agentProfileId",
    "multimediaProfileId",
    "externalIdentifier",
    "deafultDialledNumber",
)


class Killed(BaseException):
    """The process ends at once: nothing more is written or said."""


class _Wire(httpx.AsyncBaseTransport):
    """Between client and application: timeouts, a broken socket, and the end of the process at a chosen request."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._way = httpx.ASGITransport(desk.app)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        desk = self._desk
        desk.sent += 1
        if desk.end is not None and desk.sent >= desk.end[1] > 0:
            how, _number = desk.end
            # Once before the effect, once after it.
            early = desk.rng.random() < 0.5
            if not early:
                with contextlib.suppress(ConnectionResetError):
                    await self._way.handle_async_request(request)
            desk.end = None
            desk.ended = how
            if how == KILL:
                raise Killed
            desk.main.cancel()
        seconds = (request.extensions.get("timeout") or {}).get("read") or 3600.0
        # What was given up goes on at the other side.
        work = asyncio.ensure_future(self._way.handle_async_request(request))
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.shield(work)
        except TimeoutError:
            raise httpx.ReadTimeout("no answer in time", request=request) from None
        except ConnectionResetError as error:
            raise httpx.ReadError(str(error), request=request) from None


@dataclass
class StepRun:
    """One module's call: what it returned (None: it was ended), and the truth before and after it."""

    name: str
    result: Row | None
    before: Truth
    after: Truth


@dataclass
class ChainRun:
    """What one run of the chain did and said."""

    before: Truth
    after: Truth = field(default_factory=dict)
    steps: list[StepRun] = field(default_factory=list)
    report: Row = field(default_factory=dict)
    #: What it said of each of its people, by address in lower case.
    people: dict[str, Row] = field(default_factory=dict)
    #: How it was ended from outside.
    ended: str | None = None
    writes: list[str] = field(default_factory=list)
    #: Whom it asked the service to add, by address in lower case.
    asked_to_add: list[str] = field(default_factory=list)
    stopped: str | None = None


class Desk:
    """One world and its clock, and the administrator who sits before it."""

    def __init__(self, scenario: Row, base: Path, seed: int = 0) -> None:
        self.clock = Clock()
        self.base = base
        self.seed = seed
        self.rng = random.Random(f"desk {seed}")
        self.runs = itertools.count()
        #: How, and at which request, the chain ends before its end.
        self.end: tuple[str, int] | None = None
        self.ended: str | None = None
        self.sent = 0
        self.main: Any = None
        with self.ruling():
            self.simulator = Simulator(scenario)
        self.app = create_app(self.simulator)

    @contextlib.contextmanager
    def ruling(self) -> Iterator[None]:
        """Let everything live by this desk's clock, and every request go to its world."""
        real = library.connection_options

        def options(settings: Any, **more: Any) -> Any:
            return real(settings, **{**more, "transport": _Wire(self)})

        # Locks of organizations: other processes have worlds of the same names, and would be waited for.
        places = {"XDG_STATE_HOME": str(self.base / "state")}
        state = random.getstate()
        random.seed(f"jitter {self.seed}")
        with (
            mock.patch.dict("os.environ", places),
            ruling(self.clock, self.began),
            mock.patch.object(library, "connection_options", options),
        ):
            try:
                yield
            finally:
                random.setstate(state)

    def began(self, task: Any) -> None:
        """Note the task that an interrupt would end."""
        self.main = task

    # -- the truth -----------------------------------------------------------------------------------------------------------

    @property
    def organization(self) -> Organization:
        return self.simulator.world.by_key["alpha"]

    def truth(self) -> Truth:
        """Return everybody as they are, by address in lower case."""
        found: Truth = {}
        for person in self.organization.order:
            key = person.email.lower()
            if key in found:
                key = f"{key} once more"
            found[key] = self._person(person)
        return found

    def _person(self, person: Person) -> Row:
        org = self.organization
        center = org.contact_center
        assert center is not None
        center.settle()
        record = center.user_by_ci(person.id)
        return {
            "id": person.id,
            "names": (person.first_name, person.last_name, person.display_name),
            "title": person.title,
            "department": person.department,
            "active": person.active,
            "licenses": tuple(org.words(person)),
            "license_ids": tuple(sorted(person.license_ids)),
            "others": tuple(sorted(i for i in person.license_ids if org.licenses[i].word is None)),
            "roles": tuple(sorted(person.roles)),
            "record": None if record is None else _record(record),
            "in_sync": record is not None and bool(record["active"]),
        }

    def names(self, entity: str) -> dict[str, str]:
        """Return the names of one of the contact center's lists by id."""
        center = self.organization.contact_center
        assert center is not None
        return {key: str(item["name"]) for key, item in center.entities[entity].items()}

    # -- by hand -------------------------------------------------------------------------------------------------------------

    def click(self) -> None:
        center = self.organization.contact_center
        assert center is not None
        center.click()

    def make_supervisor(self, email: str) -> None:
        """What the modules leave to a person."""
        found = self.simulator.world.addresses.get(email.lower())
        if found is None or found[0] is not self.organization or roles.SUPERVISOR in found[1].roles:
            return
        org, person = found
        if self.simulator.world.set_roles(org, person, [*person.roles, roles.SUPERVISOR], kill_tokens=False):
            self.simulator.world.touched(org, person)

    # -- the chain -----------------------------------------------------------------------------------------------------------

    def run(self, rows: list[Row], options: Row, *, check: bool = False, trouble: Plan | None = None) -> ChainRun:
        """Run the chain once, to its end or until it is ended. ``trouble`` begins with its step."""
        with self.ruling():
            return _Chain(self, rows, options, check, trouble).go()


def _record(record: Row) -> Row:
    kept = {name: record.get(name) or None for name in SETTINGS}
    kept["teamIds"] = tuple(sorted(record.get("teamIds") or ()))
    return kept


def _added(method: str, path: str, content: bytes) -> Iterator[str]:
    """Yield whom a request asks the service to add."""
    if method != "POST" or not path.endswith(("/Bulk", "/Users", "/people")):
        return
    body = json.loads(content)
    for item in [o.get("data") or {} for o in body.get("operations", ()) if o["method"] == "POST"] or [body]:
        address = item.get("userName") or next(iter(item.get("emails") or ()), None)
        if isinstance(address, str):
            yield address.lower()


class _Chain:
    """A run with a directory of its own."""

    def __init__(self, desk: Desk, rows: list[Row], options: Row, check: bool, trouble: Plan | None) -> None:
        self.desk, self.rows, self.options, self.check = desk, rows, options, check
        self.trouble = trouble
        number = next(desk.runs)
        self.directory = desk.base / f"run{number}"
        self.directory.mkdir(mode=0o700)
        desk.simulator.journal.clear()
        desk.sent, desk.ended = 0, None
        self.found = ChainRun(desk.truth())
        chosen = options_of("onboard", typed({"onboard_users": rows, **self._variables()}, names_of("onboard")))
        write_record(
            RunRecord(
                run=f"20261125T043028Z-{number:06x}",
                directory=str(self.directory),
                host="alpha",
                check_mode=check,
                organization={"id": desk.organization.id, "name": "Alpha", "named": True},
                options={name: value for name, value in chosen.items() if name != "users"},
            )
        )

    def _variables(self) -> Row:
        options = self.options
        return {"onboard_license_mode": options["license"]["mode"], "onboard_role_mode": options["role"]["mode"]}

    def module(self, name: str, **options: Any) -> Row:
        """Call a module as the role does; raises Killed."""
        self._begin_trouble(name)
        known = MODULES[name].SPEC.options
        options = {
            "results": "all",
            "fail_on": [],
            "run_directory": str(self.directory),
            "max_removals": self.options.get("max_removals", "100%"),
            **options,
        }
        told = {key: value for key, value in options.items() if key in known}
        org_id = self.desk.organization.id if "org_id" in known else None
        before, result = self.desk.truth(), None
        try:
            result = run_module(name, url=URL, org_id=org_id, check=self.check, **told)
        finally:
            self.found.steps.append(StepRun(name, result, before, self.desk.truth()))
        return result

    def _begin_trouble(self, name: str) -> None:
        """Let things go wrong from a step on, or from the first one after it that the plan holds."""
        trouble = self.trouble
        if trouble is None or name == "roster" or STEPS.index(name) < STEPS.index(trouble.step):
            return
        self.trouble = None
        for order in trouble.orders:
            self.desk.simulator.faults.add({**order, "seed": self.desk.seed})
        if trouble.end is not None:
            self.desk.end = (trouble.end[0], self.desk.sent + trouble.end[1])

    def go(self) -> ChainRun:
        failure = None
        try:
            failure = self._steps()
        except (Killed, KeyboardInterrupt, asyncio.CancelledError):
            self.found.ended = self.desk.ended
        if self.desk.ended is not None:
            # Control-C ends the playbook too, whatever the module still said.
            self.found.ended = self.desk.ended
        else:
            told = (failure[1].get("msg"), f"wxcc.onboarding.{failure[0]}") if failure else (None, None)
            finish(Ending(str(self.directory), *told, [], self.check), lambda _line: None)
        self.found.report = build_report([load_run(str(self.directory))])
        (one,) = self.found.report["organizations"]
        self.found.people = {u["email"].lower(): u for u in one["users"] if u["email"]}
        self.found.stopped = (one["stopped"] or {}).get("code")
        self.found.after = self.desk.truth()
        for entry in self.desk.simulator.journal.entries:
            if entry.method != "GET" and not entry.path.endswith((".search", "/access_token")):
                self.found.writes.append(f"{entry.method} {entry.path} {entry.request.decode(errors='replace')[:300]}")
                self.found.asked_to_add += _added(entry.method, entry.path, entry.request)
        return self.found

    def _steps(self) -> tuple[str, Row] | None:
        """Go through the chain; return the module that stopped it, and what that said."""
        lists = {"duplicates": "merge", "refused_rows": "skip", "prefix": "onboard_"}
        own = {"license": self.options["license"], "role": self.options["role"]}
        result = self.module("roster", users=self.rows, **lists)
        if result.get("failed"):
            return "roster", result
        planned = self.module("plan", **own, agent={}, synchronize=True)
        if planned.get("failed"):
            return "plan", planned
        if self.check:
            return None
        for part in planned["parts"]:
            for step in planned["work"][str(part)]:
                if step in ("user", "license", "role"):
                    result = self.module(step, part=part, **own.get(step, {}))
                    if result.get("failed"):
                        return step, result
        return self._gate(planned["steps"])

    def _gate(self, steps: list[str]) -> tuple[str, Row] | None:
        if "sync" in steps:
            seen = self.module("sync", wait=False, contact_center="optional")
            if not seen.get("failed") and seen["todo"]:
                for action in seen["manual_actions"]:
                    if "supervisor" in action["what"]:
                        self.desk.make_supervisor(action["email"])
                self.desk.click()
                last = {"round": 1, "last_round": True}
                seen = self.module("sync", wait_timeout=60.0, interval=15.0, contact_center="optional", **last)
            if seen.get("failed"):
                return "sync", seen
        if "agent" in steps:
            result = self.module("agent")
            if result.get("failed"):
                return "agent", result
        return None
