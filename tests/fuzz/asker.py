"""Asks the simulator, has the answers judged, and keeps the shortest request for each kind of fault."""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from .judge import Judge
from .nearly import Bodies
from .odd import Place, Request, mixed, once, place
from .world import Answered, World

#: asked after an operation that writes, so that what it left behind is looked at in every way
FILTERS = {
    "/identity/scim/{orgId}/v2/Users": (
        'phoneNumbers[type eq "work" and value eq "1"]',
        'displayName sw "x"',
        'name.familyName ew "x"',
        'nickName eq "x"',
        'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "x"',
        'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "x"',
    ),
    "/organization/{orgid}/v2/user": ("firstName==x", "workPhone==x", "siteId==x", "active==true"),
    "/organization/{orgid}/v2/team": ("userId==x", "name==x"),
}


def places(document: dict[str, Any]) -> Iterator[Place]:
    """Yield all operations of a description."""
    for path, methods in document["paths"].items():
        for method in methods:
            yield place(method, path, document)


def journal_faults(world: World) -> Iterator[str]:
    """Yield what is wrong with the simulator's own journal: each line must be JSON."""
    answered = world.ask("GET", "/_sim/journal")
    if answered.error is not None or answered.status != 200:
        yield f"answered {answered.status} {answered.error!r:.80}"
        return
    for line in answered.body.splitlines():
        try:
            Answered(200, line).json()
        except ValueError as error:
            yield f"a line is no JSON ({error!s:.60})"


class Asker:
    """Counts what was asked and answered, and holds what was found wrong."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.found: dict[str, str] = {}
        self.statuses: Counter[int] = Counter()
        self.asked: Counter[str] = Counter()

    def ask(self, world: World, judge: Judge, at: Place, request: Request, *, cause: str = "") -> None:
        """Send one request; ``cause`` names the operation whose traces it looks at, if it does."""
        path = re.sub(r"\{(\w+)\}", lambda match: request.values[match[1]], at.path)
        answered = world.ask(at.method, path, request.query, request.body, request.headers)
        label = f"{at.method} {at.path}"
        self.asked[label] += 1
        self.statuses[answered.status] += 1
        object_sent = (request.body or b"").lstrip().startswith(b"{")
        for text in judge.faults(at.method, at.path, answered, object_sent=object_sent, reached=request.reached):
            shown = " ".join(
                part
                for part in (
                    path[:200],
                    request.query[:200].decode("utf-8", "replace"),
                    (request.body or b"")[:400].decode("utf-8", "replace"),
                    str(request.headers or ""),
                )
                if part
            )
            kind = f"{label}{cause}: {text}"
            if kind not in self.found:
                print(f"found: {kind}", flush=True)
            if kind not in self.found or len(shown) < len(self.found[kind]):
                self.found[kind] = shown

    def odd(self, world: World, judge: Judge, at: Place, number: int) -> None:
        """Ask one operation oddly, ``number`` times besides the bodies and headers that are asked anyway."""
        rng = random.Random(f"{self.seed} {at.method} {at.path}")
        bodies = Bodies(world)
        for index in range(number):
            right = {name: world.ids(at.path, name) for name in at.names}
            chosen = {name: values[0] if values else "x" for name, values in right.items()}
            held = bodies(at.method, at.path, chosen) if at.writes else None
            if not index:
                for request in once(at, right, held):
                    self.ask(world, judge, at, request)
            self.ask(world, judge, at, mixed(at, right, held, rng))

    def afterwards(self, world: World, judge: Judge, at: Place) -> None:
        """Read everything that the description names, and the journal, after ``at`` has written."""
        for other in places(judge.document):
            if other.method != "GET":
                continue
            for values in self._values(world, other):
                self.ask(world, judge, other, Request(values), cause=f" after {at.method} {at.path}")
                for text in FILTERS.get(other.path, ()):
                    query = f"filter={quote(text)}".encode()
                    self.ask(world, judge, other, Request(values, query), cause=f" after {at.method} {at.path}")

        for fault in journal_faults(world):
            self.found.setdefault(f"the journal after {at.method} {at.path}: {fault}", "/_sim/journal")

    @staticmethod
    def _values(world: World, at: Place) -> Iterator[dict[str, str]]:
        """Yield values for a path that name something: the first and the last that there is."""
        right = {name: world.ids(at.path, name) for name in at.names}
        if not all(right.values()):
            return
        made = [{name: quote(values[index], safe="") for name, values in right.items()} for index in (0, -1)]
        yield from made[: 1 if made[0] == made[1] else 2]

    def verdict(self, started: float) -> int:
        """Print what was asked and found; return the exit status."""
        for kind, request in sorted(self.found.items()):
            print(f"{kind}\n    {request}")
        never = [label for label, count in self.asked.items() if not count]
        for label in never:
            print(f"{label}: was never asked")
        statuses = ", ".join(f"{count} times {status}" for status, count in sorted(self.statuses.items()))
        print(
            f"Seed {self.seed}: {sum(self.asked.values())} requests to {len(self.asked)} operations in "
            f"{time.monotonic() - started:.0f} s ({statuses}); {len(self.found)} kinds of fault."
        )
        return int(bool(self.found or never or not self.asked))
