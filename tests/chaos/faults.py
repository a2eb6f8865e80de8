"""What goes wrong in a chain of a seed: kinds of faults on every route, before and after the effect, and kills."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Order = dict[str, Any]

#: What each step calls: reads, then writes, as method and path.
Route = tuple[str, str]
PEOPLE: list[Route] = [("GET", r"/v1/people$"), ("GET", r"/v2/Users$"), ("GET", r"/v1/people/(?!me)")]
CENTER: list[Route] = [("GET", r"/v2/user$"), ("GET", r"/user/[^/]+$")]
OWN: Route = ("GET", r"/people/me$")
LISTS: list[Route] = [("GET", r"/v3/user-profile$"), ("GET", r"/v2/(site|team|skill-profile|agent-profile)$")]
BULK: Route = ("POST", r"/v2/Bulk$")
READS: dict[str, list[Route]] = {
    "plan": [*PEOPLE, *CENTER, *LISTS, OWN, ("GET", r"/v1/(roles|licenses|organizations)"), ("GET", r"/settings/")],
    "user": [*PEOPLE, *PEOPLE, OWN],
    "license": [*PEOPLE, *PEOPLE, ("GET", r"/v1/licenses$"), ("GET", r"/v1/licenses/"), OWN],
    "role": [("GET", r"/v2/Users$"), ("GET", r"/v2/Users"), *CENTER, OWN, LISTS[0]],
    "sync": [*CENTER, ("GET", r"/v2/Users"), LISTS[0]],
    "agent": [*CENTER, *CENTER, *LISTS],
}
WRITES: dict[str, list[Route]] = {
    "user": [BULK, ("DELETE", r"/v2/Users/"), ("PATCH", r"/v2/Users/")],
    "license": [("PATCH", r"/licenses/users$")],
    "role": [BULK, ("PUT", r"/v1/people/"), ("PATCH", r"/v2/Users/")],
    "agent": [("PATCH", r"/user/bulk$"), ("PUT", r"/user/")],
}
STEPS = tuple(READS)
#: Answers of 2xx whose shape nobody expects.
ODD: tuple[Any, ...] = (
    {},
    [],
    None,
    "yes",
    7,
    "",
    {"items": None},
    {"items": [None]},
    {"items": {}},
    {"items": [7, "x"]},
    {"items": [{}]},
    {"items": [{"id": None}]},
    {"Operations": None},
    {"Operations": [None]},
    {"Operations": [{}]},
    {"Resources": None},
    {"Resources": [None]},
    {"Resources": [{}]},
    {"Resources": "x", "totalResults": "many"},
    {"data": None},
    {"data": [None]},
    {"data": [{}]},
    {"data": {}, "meta": None},
    {"message": "ok"},
    {"errors": []},
)
#: Empty lists that look quite right: whoever reads nothing else cannot know better.
EMPTY = {
    "people": {"items": []},
    "Users": {"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": 0, "Resources": []},
    "user": {"data": [], "meta": {"page": 0, "pageSize": 100, "totalPages": 0, "totalRecords": 0}},
}


@dataclass(frozen=True)
class Choice:
    """Chance, and the step whose requests go wrong."""

    rng: random.Random
    step: str

    def read(self) -> Order:
        return self._order(self.rng.choice(READS[self.step]))

    def write(self) -> Order:
        return self._order(self.rng.choice(WRITES.get(self.step, READS[self.step])))

    def any(self) -> Order:
        return self.write() if self.rng.random() < 0.6 else self.read()

    def _order(self, route: Route) -> Order:
        rng = self.rng
        times = rng.choice((1, 1, 2, 3, 6, -1))
        return {"method": route[0], "path": route[1], "times": times, "skip": rng.choice((0, 0, 0, 1, 2, 5))}


def _when(choice: Choice) -> str:
    return choice.rng.choice(("before", "after", "after"))


def _reset(choice: Choice) -> list[Order]:
    return [{**choice.any(), "kind": "disconnect", "when": _when(choice)}]


def _timeout(choice: Choice) -> list[Order]:
    """An answer that comes late or too late; what was given up takes effect a second later all the same."""
    when = _when(choice)
    delay = choice.rng.choice((5.0, 61.0) if when == "before" else (5.0, 61.0, 400.0))
    return [{**choice.any(), "kind": "slow", "delay": delay, "when": when}]


def _status(*values: int) -> Callable[[Choice], list[Order]]:
    def make(choice: Choice) -> list[Order]:
        return [{**choice.any(), "kind": "status", "status": choice.rng.choice(values), "when": _when(choice)}]

    return make


def _storm(choice: Choice) -> list[Order]:
    order = {
        **choice.any(),
        "kind": "status",
        "status": 429,
        "times": choice.rng.choice((3, 8, 30)),
        "when": _when(choice),
    }
    headers: list[dict[str, str]] = [{}, {"Retry-After": "0"}, {"Retry-After": "3"}, {"Retry-After": "90"}]
    headers += [{"Retry-After": "86400"}, {"Retry-After": "soon"}, {"Retry-After": "-5"}]
    return [{**order, "headers": choice.rng.choice(headers)}]


def _lie(choice: Choice) -> list[Order]:
    """An answer of 2xx to something that was not done, or that says nothing of what was done."""
    order = {
        **choice.write(),
        "kind": "status",
        "status": choice.rng.choice((200, 201, 202, 204)),
        "when": _when(choice),
    }
    return [{**order, "body": choice.rng.choice(ODD)}]


def _odd(choice: Choice) -> list[Order]:
    return [{**choice.read(), "kind": "status", "status": 200, "body": choice.rng.choice(ODD), "when": "before"}]


def _html(choice: Choice) -> list[Order]:
    return [{**choice.any(), "kind": "html", "status": choice.rng.choice((200, 502, 403)), "when": _when(choice)}]


def _cut(choice: Choice) -> list[Order]:
    return [{**choice.any(), "kind": "truncated"}]


def _item(choice: Choice) -> list[Order]:
    order = {
        "kind": "bulk_item",
        "path": "/Bulk$",
        "times": choice.rng.choice((1, 2, -1)),
        "match": f"new{choice.rng.randint(0, 3)}@",
    }
    return [{**order, "item_status": choice.rng.choice((400, 403, 409, 429, 500, 503))}]


def _skip(choice: Choice) -> list[Order]:
    return [
        {"kind": "skip_license", "method": "PATCH", "path": "licenses/users", "times": choice.rng.choice((1, 2, -1))}
    ]


def _gone(choice: Choice) -> list[Order]:
    """The service takes what is sent and answers nothing, and then it cannot be read."""
    status = choice.rng.choice((500, 503, 403, 404, 429))
    write = {**choice.write(), "kind": "disconnect", "when": "after"}
    skip = choice.rng.choice((0, 0, 1, 3))
    reads = READS[choice.step]
    return [
        write,
        *({"kind": "status", "status": status, "method": m, "path": p, "skip": skip, "times": -1} for m, p in reads),
    ]


def _doubt(choice: Choice) -> list[Order]:
    """A write that took effect and was answered badly, and readings after it that go wrong for a while."""
    rng = choice.rng
    bad: list[Order] = [
        {"kind": "disconnect"},
        {"kind": "status", "status": rng.choice((500, 502, 503, 504, 429, 409, 404, 400))},
        {"kind": "status", "status": 200, "body": rng.choice(ODD)},
        {"kind": "truncated"},
        {"kind": "slow", "delay": 61.0},
    ]
    read: Order = rng.choice(
        [
            {"kind": "status", "status": rng.choice((500, 503, 403, 404, 429))},
            {"kind": "status", "status": 200, "body": rng.choice(ODD)},
            {"kind": "disconnect"},
            {"kind": "html", "status": 200},
        ]
    )
    return [
        {**choice.write(), **rng.choice(bad), "when": "after"},
        {**choice.read(), **read},
        {**choice.read(), **read},
    ]


def _empty(choice: Choice) -> list[Order]:
    """A read that lies consistently: it cannot be found out."""
    kind, body = choice.rng.choice(sorted(EMPTY.items()))
    paths = {"people": [("GET", "/people$")], "user": [("GET", r"/v2/user$")]}
    routes = paths.get(kind, [("GET", "/v2/Users$")])
    return [{"kind": "status", "status": 200, "method": m, "path": p, "times": -1, "body": body} for m, p in routes]


KINDS: dict[str, Callable[[Choice], list[Order]]] = {
    "none": lambda _choice: [],
    "reset": _reset,
    "timeout": _timeout,
    "server_error": _status(500, 502, 503, 504),
    "client_error": _status(400, 403, 404, 409, 423),
    "token_refused": _status(401),
    "storm_of_429": _storm,
    "lying_write": _lie,
    "odd_shape": _odd,
    "html": _html,
    "truncated": _cut,
    "bulk_item": _item,
    "license_skipped": _skip,
    "gone_after_write": _gone,
    "doubt": _doubt,
    "empty_read": _empty,
}
#: Where a kind does something, if not everywhere.
ONLY_IN = {
    "license_skipped": ("license",),
    "bulk_item": ("user", "role"),
    **dict.fromkeys(("lying_write", "gone_after_write", "doubt"), tuple(WRITES)),
}
#: What is hardest comes more often.
IN_TURN = (*KINDS, "doubt", "gone_after_write", "lying_write", "doubt", "gone_after_write", "timeout", "storm_of_429")
#: Whoever is lied to in this way cannot know: there only harm is counted.
CONSISTENT_LIES = {"empty_read"}
#: How a chain ends before its end: at once, as the kernel ends it, or interrupted, as Control-C does.
KILL, INTERRUPT = "kill", "interrupt"


@dataclass(frozen=True)
class Plan:
    """What goes wrong in the chain of a seed."""

    kinds: list[str]
    orders: list[Order]
    #: The step from which on the orders hold.
    step: str
    #: How the chain ends before its end, and how many requests after that step began; None: it does not.
    end: tuple[str, int] | None


def faults(seed: int) -> Plan:
    """Return what goes wrong in the chain of a seed. Every kind comes in turn; a second one joins it now and then."""
    rng = random.Random(f"faults {seed}")
    kinds = [IN_TURN[seed % len(IN_TURN)]]
    usual = ("user", "user", "license", "license", "role", "agent", "agent", "sync", "plan")
    step = rng.choice(ONLY_IN.get(kinds[0], usual))
    if rng.random() < 0.35:
        kinds.append(rng.choice([kind for kind in KINDS if kind not in (*CONSISTENT_LIES, *kinds)]))
    orders = [order for kind in kinds for order in KINDS[kind](Choice(rng, step))]
    end = None
    if rng.random() < 0.12 or kinds[0] == "none":
        end = (rng.choice((KILL, INTERRUPT)), rng.randint(1, 15))
        kinds.append(end[0])
    return Plan([kind for kind in kinds if kind != "none"] or ["none"], orders, step, end)
