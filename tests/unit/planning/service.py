"""An organization that answers whatever a plan reads, in any order; what is asked is noted, and what is not foreseen fails."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from ansible_collections.wxcc.onboarding.plugins.module_utils import _ids
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.library import httpx
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.settings import Settings
from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.reading import ReadingClient
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.file import write_people
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.record import (
    RunRecord,
    note_rosters,
    read_record,
    write_record,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.organization import Organization
from tests.unit.build import ORGANIZATION, PREMIUM_1, STANDARD_1, person_id
from tests.unit.planning.chains import PROFILES, SITES, TEAMS
from tests.unit.resources.scripted import rest_id, rest_user, scim_user

Row = dict[str, Any]
BOSS = "boss@example.com"
RUN = "20261125T043028Z-3f9a1c"
_SCIM = f"/identity/scim/{ORGANIZATION}/v2/Users"
_CENTER = f"/organization/{ORGANIZATION}"
_LISTS = {
    "v2/site": SITES,
    "v2/team": TEAMS,
    "v3/user-profile": PROFILES,
    "v2/skill-profile": [],
    "v2/agent-profile": [{"id": "d1", "name": "Desk"}],
    "v2/multimedia-profile": [],
    "v2/skill": [],
}


class Service:
    """People with their licenses, and their records in the contact center, by address."""

    def __init__(self, people: dict[str, tuple[str, ...]] | None = None, records: dict[str, Row] | None = None) -> None:
        self.people = people or {}
        self.records = records or {}
        self.premium = 10
        #: Who is in another organization that the token shows.
        self.others: dict[str, list[str]] = {}
        self.mails: bool = True
        self.roles: dict[str, list[str]] = {BOSS: [_ids.encode("ROLE", "id_full_admin")]}
        #: Paths that are refused, by how they begin, with the status.
        self.refused: dict[str, int] = {}
        self.allowed: set[str] = set()
        self.asked: list[str] = []

    def count(self, path: str) -> int:
        """How often something was asked for, by the path without its query."""
        return sum(url.split("?")[0] == path for url in self.asked)

    def handle(self, request: httpx.Request) -> httpx.Response:
        url, query = request.url, dict(request.url.params)
        assert request.method == "GET", f"a plan sends {request.method} {url}"
        self.asked.append(f"{url.path}?{url.query.decode()}")
        for path, status in self.refused.items():
            if url.path.startswith(path) and url.path not in self.allowed:
                return httpx.Response(status, json={"message": "no"})
        for pattern, answer in self._answers():
            if found := re.fullmatch(pattern, url.path):
                return httpx.Response(200, json=answer(query, *found.groups()))
        raise AssertionError(f"not foreseen: {url}")

    def _answers(self) -> list[tuple[str, Callable[..., Any]]]:
        return [
            ("/v1/people/me", lambda query: rest_user(BOSS, roles=self.roles[BOSS], orgId=self._organization())),
            ("/v1/people", self._people),
            ("/v1/people/(.+)", lambda query, one: self._person(next(e for e in self.people if rest_id(e) == one))),
            ("/v1/roles", lambda query: {"items": [{"id": r, "name": "Full Administrator"} for r in self.roles[BOSS]]}),
            ("/v1/licenses", lambda query: {"items": self._licenses()}),
            ("/v1/licenses/(.+)", self._holders),
            ("/v1/organizations", lambda query: {"items": self._organizations()}),
            ("/v1/settings/.*", lambda query: {"value": self.mails}),
            (_SCIM, self._identities),
            ("/identity/scim/([^/]+)/v2/Users", self._elsewhere),
            (f"{_SCIM}/(.+)", lambda query, one: scim_user(next(e for e in self.people if person_id(e) == one))),
            (f"{_CENTER}/v2/user", self._records),
            (f"{_CENTER}/user/(.+)", lambda query, one: next(r for r in self.records.values() if r["id"] == one)),
            (f"{_CENTER}/(.+)", lambda query, name: _page(_LISTS[name])),
        ]

    def _organization(self) -> str:
        return _ids.encode("ORGANIZATION", ORGANIZATION)

    def _organizations(self) -> list[Row]:
        others = [{"id": i, "displayName": f"Other {i[:1]}"} for i in self.others]
        return [{"id": self._organization(), "displayName": "Alpha"}, *others]

    def _elsewhere(self, query: Row, one: str) -> Row:
        found = [scim_user(e) for e in self.others[one] if f'"{e}"' in query["filter"]]
        return {"totalResults": len(found), "Resources": found}

    def _person(self, email: str) -> Row:
        modified = "2026-11-20T08:00:00.000Z"
        return rest_user(email, *self.people[email], roles=self.roles.get(email, []), lastModified=modified)

    def _people(self, query: Row) -> Row:
        ids = query["id"].split(",") if "id" in query else None
        return {"items": [self._person(e) for e in self.people if ids is None or rest_id(e) in ids]}

    def _identities(self, query: Row) -> Row:
        found = [scim_user(e) for e in self.people if f'"{e}"' in query.get("filter", f'"{e}"')]
        if " ew " in query.get("filter", ""):
            found = [scim_user(e) for e in self.people if e.endswith(query["filter"].split('"')[1])]
        return {"totalResults": len(found), "Resources": found}

    def _licenses(self) -> list[Row]:
        def used(license_id: str) -> int:
            return sum(license_id in held for held in self.people.values())

        return [
            {"id": i, "name": n, "totalUnits": total, "consumedUnits": used(i), "subscriptionId": "Sub1"}
            for i, n, total in (
                (PREMIUM_1, "Contact Center Premium Agent", self.premium),
                (STANDARD_1, "Contact center Standard Agent", 10),
            )
        ]

    def _holders(self, query: Row, one: str) -> Row:
        return {"users": [{"id": rest_id(e), "email": e} for e, held in self.people.items() if one in held]}

    def _records(self, query: Row) -> Row:
        asked = query.get("filter", "")
        return _page([r for r in self.records.values() if not asked or r["ciUserId"] in asked or r["email"] in asked])


def _page(found: list[Row]) -> Row:
    return {"data": found, "meta": {"page": 0, "totalPages": 1, "totalRecords": len(found)}}


def center_record(email: str, **more: Any) -> Row:
    """The record of somebody who is as a Premium agent should be."""
    given = {"active": True, "contactCenterEnabled": True, "imiUserCreated": True, "userProfileId": "p1"}
    ids = {"id": f"r-{email}", "ciUserId": person_id(email), "email": email}
    return {**ids, **given, "siteId": "s1", "teamIds": ["t1"], "agentProfileId": "d1", **more}


@dataclasses.dataclass
class Task:
    """What the module hands to the planning."""

    client: ReadingClient
    organization: Organization
    record: RunRecord
    check_mode: bool
    keep: bool


@dataclasses.dataclass
class Run:
    """A run's directory over an organization."""

    directory: Path
    service: Service
    check_mode: bool = False
    keep: bool = True
    name: str | None = "Alpha"

    def begin(self, rows: list[Row] | None, refused: int = 0, **options: Any) -> Run:
        """Make the directory with its roster; None: it has none."""
        self.directory.mkdir(parents=True)
        organization = {"id": ORGANIZATION, "name": "Alpha", "named": False}
        record = RunRecord(RUN, str(self.directory), "alpha", organization=organization, options=options)
        write_record(record)
        lines = "".join(json.dumps({"action": "refused", "email": None}) + "\n" for _ in range(refused))
        (self.directory / "row.jsonl").write_text(lines, encoding="utf-8")
        if rows is not None:
            write_people(record.roster_path(), [{**row, "row": n, "part": 0} for n, row in enumerate(rows)])
            note_rosters(self.directory, ["roster.json"])
        return self

    @property
    def record(self) -> RunRecord:
        return read_record(self.directory)

    def file(self, name: str) -> Any:
        return json.loads((self.directory / name).read_text(encoding="utf-8"))

    def play(self, work: Callable[[Task], Awaitable[Any]]) -> Any:
        """Do what a module does."""
        settings = Settings(access_token="token-1", concurrency=1)

        async def main() -> Any:
            transport = httpx.MockTransport(self.service.handle)
            async with ReadingClient(settings, transport=transport) as client:
                organization = Organization(ORGANIZATION, named=False, name=self.name)
                return await work(Task(client, organization, self.record, self.check_mode, self.keep))

        return asyncio.run(main())
