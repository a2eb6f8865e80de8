"""Faults that a test orders: which, on which route, how often, before or after the effect."""

from __future__ import annotations

import itertools
import random
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_plus

KINDS = ("status", "html", "truncated", "disconnect", "slow", "bulk_item", "skip_license")
FIELDS = {
    "method",
    "path",
    "times",
    "skip",
    "when",
    "match",
    "kind",
    "status",
    "body",
    "headers",
    "delay",
    "item_status",
    "item_shape",
    "seed",
    "probability",
}
#: kinds that end the answer; of these one applies to a request
ENDING = ("status", "html", "truncated", "disconnect")


class BadFault(ValueError):
    """A fault that cannot be understood."""


@dataclass
class Fault:
    """One order; ``times`` -1 is for ever, ``match`` is text that the raw body or query must hold."""

    id: int
    kind: str
    method: str | None = None
    path: re.Pattern[str] = field(default_factory=lambda: re.compile(""))
    times: int = 1
    skip: int = 0
    when: str = "before"
    match: str | None = None
    status: int = 503
    body: Any = None
    has_body: bool = False
    headers: dict[str, str] | None = None
    delay: float = 1.0
    item_status: int = 500
    item_shape: str | None = None
    probability: float = 1.0
    rng: random.Random = field(default_factory=random.Random)
    hits: int = 0

    def applies(self, method: str, path: str, body: bytes, query: str) -> bool:
        """Whether the fault hits this request; counts ``skip`` and ``times`` down."""
        if self.times == 0 or (self.method and self.method != method) or not self.path.search(path):
            return False
        if self.match is not None and not self._held(body, query):
            return False
        if self.probability < 1 and self.rng.random() >= self.probability:
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.times > 0:
            self.times -= 1
        self.hits += 1
        return True

    def _held(self, body: bytes, query: str) -> bool:
        """Whether the body or the query, as sent or decoded, holds the text."""
        text = self.match or ""
        return text.encode() in body or text in query or text in unquote_plus(query)

    def as_dict(self) -> dict[str, Any]:
        """Return the state of the order, for GET /_sim/faults."""
        return {
            "id": self.id,
            "kind": self.kind,
            "method": self.method,
            "path": self.path.pattern,
            "times": self.times,
            "skip": self.skip,
            "when": self.when,
            "match": self.match,
            "status": self.status,
            "hits": self.hits,
        }


class Faults:
    """The orders in force."""

    def __init__(self) -> None:
        self.orders: list[Fault] = []
        self._ids = itertools.count(1)

    def add(self, order: dict[str, Any]) -> Fault:
        """Take an order; raises BadFault."""
        unknown = set(order) - FIELDS
        if unknown:
            raise BadFault(f"unknown fields: {', '.join(sorted(unknown))}")
        kind = order.get("kind", "status")
        if kind not in KINDS:
            raise BadFault(f"kind {kind!r} is none of {', '.join(KINDS)}")
        when = order.get("when", "before")
        if when not in ("before", "after"):
            raise BadFault("when is before or after")
        try:
            pattern = re.compile(order.get("path", ""))
        except re.error as error:
            raise BadFault(f"path: {error}") from None
        method = order.get("method")
        default_status = 502 if kind == "html" else 503
        fault = Fault(
            id=next(self._ids),
            kind=kind,
            method=method.upper() if method else None,
            path=pattern,
            times=int(order.get("times", 1)),
            skip=int(order.get("skip", 0)),
            when=when,
            match=order.get("match"),
            status=int(order.get("status", default_status)),
            body=order.get("body"),
            has_body="body" in order,
            headers=order.get("headers"),
            delay=float(order.get("delay", 1.0)),
            item_status=int(order.get("item_status", 500)),
            item_shape=order.get("item_shape"),
            probability=float(order.get("probability", 1.0)),
            rng=random.Random(order.get("seed", 0)),
        )
        self.orders.append(fault)
        return fault

    def pick(self, method: str, path: str, body: bytes, query: str) -> list[Fault]:
        """Return the faults for a request: any number that go with an answer, at most one that ends it."""
        if not self.orders:
            return []
        picked: list[Fault] = []
        ended = False
        for fault in self.orders:
            if fault.kind in ENDING and ended:
                continue
            if fault.applies(method, path, body, query):
                picked.append(fault)
                ended = ended or fault.kind in ENDING
        return picked

    def clear(self) -> None:
        """Withdraw all orders."""
        self.orders.clear()
