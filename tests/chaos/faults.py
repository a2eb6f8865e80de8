"""What goes wrong in a chain of a seed: kinds of faults on every route, before and after the effect, and kills."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

Order = dict[str, Any]

#: Method and path of everything that a chain calls.
ROUTES: tuple[tuple[str, str], ...] = (
    ("GET", r"/people$"),
    ("GET", r"/people/"),
    ("GET", r"/people/me$"),
    ("POST", r"/people$"),
    ("PUT", r"/people/"),
    ("GET", r"/licenses"),
    ("PATCH", r"/licenses/users$"),
    ("GET", r"/roles"),
    ("GET", r"/organizations"),
    ("GET", r"/v2/Users"),
    ("POST", r"/v2/Users/\.search$"),
    ("POST", r"/Bulk$"),
    ("PATCH", r"/v2/Users/"),
    ("DELETE", r"/v2/Users/"),
    ("GET", r"/user(/|$|\?)"),
    ("GET", r"/v2/user"),
    ("PUT", r"/user/"),
    ("PATCH", r"/user/bulk$"),
    ("GET", r"/(site|team|skill-profile|user-profile|agent-profile|multimedia-profile)"),
)
READS = [route for route in ROUTES if route[0] == "GET" or "search" in route[1]]
WRITES = [route for route in ROUTES if route not in READS]
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


def _times(rng: random.Random) -> int:
    return rng.choice((1, 1, 2, 3, 6, -1))


def _on(rng: random.Random, routes: list[tuple[str, str]] | tuple[tuple[str, str], ...] = ROUTES) -> Order:
    method, path = rng.choice(routes)
    return {"method": method, "path": path, "times": _times(rng), "skip": rng.choice((0, 0, 0, 1, 2, 5))}


def _when(rng: random.Random) -> str:
    return rng.choice(("before", "after", "after"))


def _reset(rng: random.Random) -> list[Order]:
    return [{**_on(rng), "kind": "disconnect", "when": _when(rng)}]


def _timeout(rng: random.Random) -> list[Order]:
    """An answer that comes late or too late; what was given up takes effect a second later all the same."""
    when = _when(rng)
    delay = rng.choice((5.0, 61.0) if when == "before" else (5.0, 61.0, 400.0))
    return [{**_on(rng), "kind": "slow", "delay": delay, "when": when}]


def _status(*values: int) -> Callable[[random.Random], list[Order]]:
    def make(rng: random.Random) -> list[Order]:
        return [{**_on(rng), "kind": "status", "status": rng.choice(values), "when": _when(rng)}]

    return make


def _storm(rng: random.Random) -> list[Order]:
    order = {**_on(rng), "kind": "status", "status": 429, "times": rng.choice((3, 8, 30)), "when": _when(rng)}
    headers: list[dict[str, str]] = [{}, {"Retry-After": "0"}, {"Retry-After": "3"}, {"Retry-After": "90"}]
    headers += [{"Retry-After": "86400"}, {"Retry-After": "soon"}, {"Retry-After": "-5"}]
    return [{**order, "headers": rng.choice(headers)}]


def _lie(rng: random.Random) -> list[Order]:
    """An answer of 2xx to something that was not done, or that says nothing of what was done."""
    order = {**_on(rng, WRITES), "kind": "status", "status": rng.choice((200, 201, 202, 204)), "when": _when(rng)}
    return [{**order, "body": rng.choice(ODD)}]


def _odd(rng: random.Random) -> list[Order]:
    return [{**_on(rng, READS), "kind": "status", "status": 200, "body": rng.choice(ODD), "when": "before"}]


def _html(rng: random.Random) -> list[Order]:
    return [{**_on(rng), "kind": "html", "status": rng.choice((200, 502, 403)), "when": _when(rng)}]


def _cut(rng: random.Random) -> list[Order]:
    return [{**_on(rng), "kind": "truncated"}]


def _item(rng: random.Random) -> list[Order]:
    order = {"kind": "bulk_item", "path": "/Bulk$", "times": _times(rng), "match": f"new{rng.randint(0, 3)}@"}
    return [{**order, "item_status": rng.choice((400, 403, 409, 429, 500, 503))}]


def _skip(rng: random.Random) -> list[Order]:
    return [{"kind": "skip_license", "method": "PATCH", "path": "licenses/users", "times": _times(rng)}]


def _away(rng: random.Random) -> list[Order]:
    """From some write on the service takes what is sent and answers nothing, and then it cannot be read."""
    method, path = rng.choice(WRITES)
    status = rng.choice((500, 503, 403, 404))
    return [
        {"kind": "disconnect", "method": method, "path": path, "when": "after", "times": _times(rng)},
        *({"kind": "status", "status": status, "method": m, "path": p, "skip": 2, "times": -1} for m, p in READS[:2]),
        {"kind": "status", "status": status, "method": "POST", "path": "search$", "skip": 1, "times": -1},
        {"kind": "status", "status": status, "method": "GET", "path": "/v2/Users", "skip": 1, "times": -1},
    ]


def _empty(rng: random.Random) -> list[Order]:
    """A read that lies consistently: it cannot be found out."""
    kind, body = rng.choice(sorted(EMPTY.items()))
    paths = {"people": [("GET", "/people$")], "user": [("GET", r"/v2/user"), ("GET", r"/user(/|$)")]}
    routes = paths.get(kind, [("GET", "/v2/Users$"), ("POST", r"/v2/Users/\.search$")])
    return [{"kind": "status", "status": 200, "method": m, "path": p, "times": -1, "body": body} for m, p in routes]


KINDS: dict[str, Callable[[random.Random], list[Order]]] = {
    "none": lambda _rng: [],
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
    "gone_after_write": _away,
    "empty_read": _empty,
}
#: Whoever is lied to in this way cannot know: there only harm is counted.
CONSISTENT_LIES = {"empty_read"}
#: How a chain ends before its end: at once, as the kernel ends it, or interrupted, as Control-C does.
KILL, INTERRUPT = "kill", "interrupt"


def faults(seed: int) -> tuple[list[str], list[Order], tuple[str, int] | None]:
    """Return the kinds of faults of a seed, the orders, and (how, at which request) the chain ends, or None."""
    rng = random.Random(f"faults {seed}")
    # Every kind comes in turn; a second one joins it now and then.
    kinds = [list(KINDS)[seed % len(KINDS)]]
    if rng.random() < 0.25:
        kinds.append(rng.choice([kind for kind in KINDS if kind not in (*CONSISTENT_LIES, *kinds)]))
    orders = [order for kind in kinds for order in KINDS[kind](rng)]
    end = None
    if rng.random() < 0.15 or kinds == ["none"]:
        end = (rng.choice((KILL, INTERRUPT)), rng.randint(1, 45))
        kinds.append(end[0])
    return [kind for kind in kinds if kind != "none"] or ["none"], orders, end
