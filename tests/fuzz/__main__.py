"""Fuzz the simulator with the vendor's descriptions, in this process.

Requests are made by schemathesis from the kept descriptions, by them and against them, half of them with ids that name
something and bodies that are nearly right; then some bodies that are no JSON that anybody could use. The same seed asks the
same. Exit status: 0 nothing found, 1 something found or an operation that was never asked.

python -m tests.fuzz [--seed 1] [--examples 40] [--seconds 240] [--only REGEX]
"""

from __future__ import annotations

import argparse
import json
import logging
import re
import sys
import time
from collections import Counter
from typing import Any
from urllib.parse import quote

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core import NOT_SET

from tests.openapi import FILES, description

from .judge import Judge
from .world import Answered, World

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
)
#: requests to every operation, however little time there is
ENOUGH = 6


class OutOfTimeError(BaseException):
    """The share of an operation is used up; Hypothesis lets it pass as it would a keyboard interrupt."""


class Fuzzer:
    """Asks, and keeps the smallest request for each kind of thing that is wrong."""

    def __init__(self, seed_number: int, examples: int, seconds: float) -> None:
        self.seed = seed_number
        self.examples = examples
        self.end = time.monotonic() + seconds
        self.found: dict[str, str] = {}
        self.statuses: Counter[int] = Counter()
        self.asked: Counter[str] = Counter()
        self.cut_short: list[str] = []

    def operation(self, operation: Any, judge: Judge, share: float) -> None:
        """Fuzz one operation for at most ``share`` seconds, on a fresh simulator."""
        world = World()
        label = operation.label
        until = time.monotonic() + share
        self.asked[label] += 0
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            self._mode(operation, mode, world, judge, until)
        if operation.method.lower() in ("post", "put", "patch"):
            for body in RAW:
                parameters = {
                    name: (world.ids(operation.path, name) or ["x"])[0]
                    for name in re.findall(r"\{(\w+)\}", operation.path)
                }
                self._ask(world, judge, operation, parameters, {}, body)

    def _mode(self, operation: Any, mode: GenerationMode, world: World, judge: Judge, until: float) -> None:
        label, names = operation.label, re.findall(r"\{(\w+)\}", operation.path)

        @seed(self.seed)
        @settings(
            max_examples=self.examples,
            phases=[Phase.generate],
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(st.data())
        def ask(data: st.DataObject) -> None:
            # what is drawn must not hang on the simulator's state or the time, so all is drawn before anything is looked at
            case = data.draw(operation.as_strategy(generation_mode=mode))
            chances = {name: data.draw(st.tuples(st.integers(0, 9), st.integers(0, 4))) for name in names}
            nearly, taken = data.draw(st.booleans()), data.draw(st.lists(st.integers(0, 99), max_size=3))
            if time.monotonic() > until and self.asked[label] >= ENOUGH:
                raise OutOfTimeError
            parameters = dict(case.path_parameters or {})
            for name, (chance, number) in chances.items():
                known = world.ids(operation.path, name)
                if known and chance < (9 if name.lower() == "orgid" else 6):
                    parameters[name] = known[number % len(known)]
            body = case.body
            if nearly and isinstance(body, dict):
                body = self._nearly(world, operation, parameters, body, taken)
            self._send(world, judge, operation, parameters, case, body)

        try:
            ask()
        except OutOfTimeError:
            self.cut_short.append(label)
        except Unsatisfiable:
            # nothing in this operation can be wrong, or be as described
            return

    def _nearly(
        self, world: World, operation: Any, parameters: dict[str, Any], body: dict[str, Any], taken: list[int]
    ) -> dict[str, Any]:
        """Return what is held under the path, with a few fields of a body that was made."""
        held = world.record(operation.path, parameters)
        if held is None:
            return body
        given = sorted(body, key=str)
        mixed = {**held, **{given[number % len(given)]: body[given[number % len(given)]] for number in taken if given}}
        if operation.method.lower() == "post":
            mixed.pop("id", None)
        return mixed

    def _send(
        self, world: World, judge: Judge, operation: Any, parameters: dict[str, Any], case: Any, body: Any
    ) -> None:
        try:
            query = dict(case.query or {})
            if "teamDTO" in query:
                # described as a parameter, really the body
                body = query.pop("teamDTO")
            content = None if body is NOT_SET else json.dumps(body).encode()
            self._ask(world, judge, operation, parameters, query, content)
        except (UnicodeEncodeError, TypeError, ValueError):
            # no HTTP client could send it
            return

    def _ask(
        self,
        world: World,
        judge: Judge,
        operation: Any,
        parameters: dict[str, Any],
        query: dict[str, Any],
        body: bytes | None,
    ) -> None:
        path = re.sub(r"\{(\w+)\}", lambda match: quote(str(parameters[match[1]]), safe=""), operation.path)
        method = operation.method.upper()
        answered: Answered = world.ask(method, path, query, body)
        self.asked[operation.label] += 1
        self.statuses[answered.status] += 1
        object_sent = (body or b"").lstrip().startswith(b"{")
        for text in judge.faults(method, operation.path, answered, object_sent=object_sent):
            shown = f"{path} {query or ''} {(body or b'')[:400].decode('utf-8', 'replace')}"
            kind = f"{operation.label}: {text}"
            if kind not in self.found:
                print(f"found: {kind}", flush=True)
            if kind not in self.found or len(shown) < len(self.found[kind]):
                self.found[kind] = shown


def main() -> int:
    """Fuzz all operations, or those that ``--only`` names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--examples", type=int, default=40, help="requests by and against the description, each")
    parser.add_argument("--seconds", type=float, default=240, help="when to come to an end")
    parser.add_argument("--only", default="", help="regular expression over METHOD PATH")
    chosen = parser.parse_args()
    logging.disable(logging.CRITICAL)
    started = time.monotonic()
    fuzzer = Fuzzer(chosen.seed, chosen.examples, chosen.seconds)
    work = []
    for name in FILES:
        document = description(name)
        judge = Judge(document)
        for result in schemathesis.openapi.from_dict(document).get_all_operations():
            operation = result.ok()
            if re.search(chosen.only, operation.label):
                work.append((operation, judge))
    for number, (operation, judge) in enumerate(work):
        if number % 20 == 0:
            print(f"{number} of {len(work)} operations, {time.monotonic() - started:.0f} s", flush=True)
        fuzzer.operation(operation, judge, (fuzzer.end - time.monotonic()) / (len(work) - number))
    return report(fuzzer, time.monotonic() - started)


def report(fuzzer: Fuzzer, seconds: float) -> int:
    """Print what was asked and found; return the exit status."""
    for kind, request in sorted(fuzzer.found.items()):
        print(f"{kind}\n    {request}")
    never = [label for label, count in fuzzer.asked.items() if not count]
    for label in never:
        print(f"{label}: was never asked")
    if fuzzer.cut_short:
        print(f"Fewer requests than wanted, for want of time: {', '.join(dict.fromkeys(fuzzer.cut_short))}")
    statuses = ", ".join(f"{count} times {status}" for status, count in sorted(fuzzer.statuses.items()))
    print(
        f"Seed {fuzzer.seed}: {sum(fuzzer.asked.values())} requests to {len(fuzzer.asked)} operations in {seconds:.0f} s "
        f"({statuses}); {len(fuzzer.found)} kinds of fault."
    )
    return int(bool(fuzzer.found or never or not fuzzer.asked))


if __name__ == "__main__":
    sys.exit(main())
