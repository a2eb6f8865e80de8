"""Requests that a generator working from a description hardly makes: odd paths, queries, bodies and headers.

It needs nothing but Python, and draws everything from one ``random.Random``, so the same seed makes the same requests.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, quote_plus

#: bodies as bytes: absent, no JSON, JSON of another kind, too long, too deep
RAW = (
    b"",
    b"{",
    b"\xff\xfe",
    b"null",
    b"7",
    b'"x"',
    b"[]",
    b"[null]",
    b"{}",
    b"NaN",
    b"1e999",
    b"9" * 5000,
    b"[" * 100_000,
    b'{"a":' * 400 + b"1" + b"}" * 400,
    b'{"items":[{"item":' + b"[" * 150 + b"]" * 150 + b"}]}",
    b'{"userName":"\\ud800","emails":["\\udfff"],"name":"\\ud83d"}',
    b'{"name":"a","name":7}',
    "{“name”:1}".encode(),
    b"\xef\xbb\xbf{}",
)
#: values of a field in a body that is right elsewhere
VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    2**31,
    10**400,
    1.5,
    float("inf"),
    "",
    " ",
    "x",
    "x" * 5000,
    "\x00",
    "é😀",
    "\ud800",
    "7",
    [],
    [None],
    [7],
    ["x"],
    [[]],
    [{}],
    {},
    {"a": 1},
    {"value": []},
    [{"value": 7, "type": []}],
)
#: segments of a path, quoted already
SEGMENTS = (
    "",
    "%20",
    ".",
    "..",
    "0",
    "-1",
    "9" * 400,
    "null",
    "true",
    "me",
    "bulk",
    "%00",
    "%0A",
    "%0D%0AX-Odd:%201",
    "%FF",
    "%E0%A4%A",
    "%",
    "%2F",
    "a%2Fb",
    "%C3%A9%F0%9F%98%80",
    "%EF%BC%97",
    "%7B%7D",
    "%22",
    "a;b=c",
    "Y2lzY29zcGFyazovLw",
    "Y2lzY29zcGFyazovL3VzL1JPTEUvNw",
    "Y2lzY29zcGFyazovL3VzL1JPTEUvw_8",
    "00000000-0000-0000-0000-000000000000",
)
TEXTS = (
    "",
    " ",
    "\x00",
    "\n",
    "é😀",
    "%",
    "%%41",
    '"',
    "'",
    "\\",
    "(",
    "[]",
    "{}",
    "null",
    "true",
    "-1",
    "a" * 10_000,
    ",",
    ",,,",
    "*",
    "a,b,a",
    "Y2lzY29zcGFyazovL3VzL1JPTEUvNw",
)
NUMBERS = (
    "",
    "0",
    "-0",
    "-1",
    "-99999999999",
    "1",
    "2147483648",
    "9" * 20,
    "9" * 4300,
    "9" * 5000,
    "1.5",
    "1e9",
    "NaN",
    "inf",
    "abc",
    "0x10",
    "1_000",
    "+5",
    " 7 ",
    "\uff17",
    "[]",
    "true",
)
BOOLEANS = ("", "TRUE", "yes", "1", "0", "null", "[]", "True ", "é")
FILTERS = (
    "id",
    "id==",
    "==x",
    'id=="',
    "id==x;",
    "id==x,,name==y",
    "id=in=()",
    "id=in=(",
    "id=in=(a,)",
    "id=out=(a);name!=b",
    "(" * 3000,
    "(" * 3000 + "id==x" + ")" * 3000,
    ";".join(["id==x"] * 500),
    "(id==x;" * 200 + "id==x" + ")" * 200,
    "é==x",
    "name=='😀'",
    "name=='\x00'",
    "id!=x",
    "active==true",
    "active==7",
    "teamIds==x",
    "name==a+b",
    "name=like=x",
    "userId==x",
    "userId!=x",
    'userName eq "x"',
    'userName eq "\\ud800"',
    'userName eq "\\u00e9"',
    'userName eq "a\nb"',
    "userName eq x",
    'userName co "x"',
    "userName eq",
    'userName eq "x" and',
    'not (userName eq "x")',
    '(userName eq "x"',
    'phoneNumbers[type eq "work" and value eq "1"]',
    'phoneNumbers[type eq "work"',
    'phoneNumbers [type eq "work"]',
    "phoneNumbers[",
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "m"',
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department sw "D"',
    'id eq "x" or displayName sw ""',
    " or ".join(['userName eq "x"'] * 300),
)
SEARCHES = (
    '"',
    '""',
    '"a" "b"',
    'field=="id";value=="x"',
    'field=="name";value==""',
    'fields=in=("name");value=="x"',
    'fields=in=();value=="x"',
    "a b",
    "é",
    "field==",
)
CURSORS = (
    "YWZ0ZXI6LTU",
    "YWZ0ZXI6eA",
    "YWZ0ZXI6Li4",
    "L3gvLTk5OTk5OTk",
    "L3gvOTk5OTk5OTk5OTk5OTk5OTk5OTk5",
    "é",
    "=",
    "a",
)
ATTRIBUTES = ("id,id", "name,", "nothing", "name.x", "urn:x:y", "userIds,name", "ID", "meta,schemas")
ENUMS = ("user", "USER", "ascending", "descending", "userName", "meta.lastModified", "x")
#: what a parameter of this name can be, besides any text
BY_NAME: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("page", "pageSize", "max", "limit", "startIndex", "count"), NUMBERS),
    "filter": FILTERS,
    "search": SEARCHES,
    **dict.fromkeys(("cursor", "next"), (*CURSORS, *NUMBERS)),
    **dict.fromkeys(("attributes", "excludedAttributes"), ATTRIBUTES),
    **dict.fromkeys(("sortBy", "sortOrder", "includeAssignedTo", "type"), ENUMS),
}
BY_TYPE = {"number": NUMBERS, "integer": NUMBERS, "boolean": BOOLEANS}
QUERIES = (
    b"&&&==",
    b"=",
    b"filter",
    b"filter=%",
    b"filter=%ff%fe",
    b"%66ilter=x",
    b"\xff\xfe=\x80",
    b"page=1;page=2",
    b"a" * 20_000,
    b"page[]=1&page[0]=2",
    b"filter=id==a+b",
    b'filter=id=="x"',
    b"&".join([b"page=1"] * 500),
)
HEADERS: tuple[dict[str, bytes | None], ...] = (
    {"content-type": None},
    {"content-type": b""},
    {"content-type": b"text/plain"},
    {"content-type": b"application/xml"},
    {"content-type": b"multipart/form-data"},
    {"content-type": b"application/x-www-form-urlencoded"},
    {"content-type": b"application/json; charset=utf-16"},
    {"content-type": b"\xff"},
    {"accept": b"text/html"},
    {"accept-encoding": b"\xff"},
    {"trackingid": b""},
    {"trackingid": b"\xe9"},
    {"authorization": None},
    {"authorization": b"Bearer"},
    {"authorization": b"Basic eA=="},
    {"authorization": b"\xff \xff"},
    {"host": None},
)


@dataclass(frozen=True)
class Place:
    """What an operation takes: its method and path, and the names and types of its query parameters."""

    method: str
    path: str
    names: tuple[str, ...] = ()
    query: tuple[tuple[str, str], ...] = ()

    @property
    def writes(self) -> bool:
        """Whether a body belongs to it."""
        return self.method in ("POST", "PUT", "PATCH")


@dataclass
class Request:
    """One request; the values of the path are quoted already. ``reached`` is false where the route may be another's."""

    values: dict[str, str]
    query: bytes = b""
    body: bytes | None = None
    headers: dict[str, bytes | None] = field(default_factory=dict)
    reached: bool = True


def place(method: str, path: str, document: dict[str, Any]) -> Place:
    """Return what a description says of an operation; a body that it calls a parameter is none."""
    described = document["paths"][path][method.lower()].get("parameters", [])
    query = tuple(
        (item["name"], item.get("schema", {}).get("type", "string"))
        for item in described
        if item["in"] == "query" and not item["name"].endswith("DTO")
    )
    names = tuple(part.split("}")[0] for part in path.split("{")[1:])
    return Place(method.upper(), path, names, query)


def once(at: Place, right: dict[str, list[str]], held: Any) -> Iterator[Request]:
    """Yield every odd body and every odd header.

    ``right`` has values that name something for each name in the path, ``held`` is a body that is nearly right.
    """
    good = {name: quote((right.get(name) or ["x"])[0], safe="") for name in at.names}
    if at.writes:
        for raw in (None, *RAW):
            yield Request(good, body=raw)
    for headers in HEADERS:
        yield Request(good, body=json.dumps(held).encode() if at.writes and held is not None else None, headers=headers)


def mixed(at: Place, right: dict[str, list[str]], held: Any, rng: random.Random) -> Request:
    """Return one request with oddities here and there."""
    values, reached = _path(at, right, rng)
    made = Request(values, reached=reached)
    if rng.random() < 0.9:
        made.query = _query(at, rng)
    if at.writes:
        made.body = json.dumps(with_odd(held, rng)).encode() if held is not None else rng.choice(RAW)
    if rng.random() < 0.1:
        made.headers = rng.choice(HEADERS)
    return made


def _path(at: Place, right: dict[str, list[str]], rng: random.Random) -> tuple[dict[str, str], bool]:
    """Return values for the path: mostly right ones, else odd ones, another's, or right ones with something added."""
    every = [value for name in at.names for value in right.get(name, [])]
    values, reached = {}, True
    for name in at.names:
        known = right.get(name) or ["x"]
        chance = rng.random()
        if chance < 0.7:
            values[name] = quote(rng.choice(known), safe="")
        elif chance < 0.85:
            values[name] = rng.choice(SEGMENTS)
        elif chance < 0.95 and every:
            values[name] = quote(rng.choice(every), safe="")
        else:
            values[name] = quote(rng.choice(known).upper() + rng.choice(("", "\n", " ", "=", "%00")), safe="")
        reached = reached and values[name] not in ("", "me", "bulk") and "%2F" not in values[name].upper()
    return values, reached


def _query(at: Place, rng: random.Random) -> bytes:
    if rng.random() < 0.1:
        return rng.choice(QUERIES)
    described = dict(at.query)
    # what other operations take is sent too: unknown here, or taken without being described
    names = [*described, *described, *described, *BY_NAME]
    parts = []
    for name in rng.choices(names, k=rng.randint(1, 3)):
        for _ in range(rng.choice((1, 1, 1, 2))):
            known = BY_NAME.get(name) or BY_TYPE.get(described.get(name, ""), TEXTS)
            value = rng.choice(known if rng.random() < 0.8 else TEXTS)
            parts.append(f"{quote_plus(name)}={rng.choice((quote, quote_plus))(value)}")
    return "&".join(parts).encode()


def with_odd(held: Any, rng: random.Random) -> Any:
    """Return a body with another value in one to three places."""
    changed = copy.deepcopy(held)
    for _ in range(rng.randint(1, 3)):
        places = list(_places(changed))
        if not places:
            return rng.choice(VALUES)
        container, key = rng.choice(places)
        container[key] = copy.deepcopy(rng.choice(VALUES))
    return changed


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in list(inner):
        yield value, key
        yield from _places(item)
