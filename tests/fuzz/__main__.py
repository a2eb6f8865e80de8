"""Fuzz the simulator with the vendor's descriptions, in this process.

Each operation is asked on a fresh simulator: by schemathesis from the kept description, rightly and wrongly, half of the
requests with ids that name something and bodies that are nearly right; then with odd paths, queries, bodies and headers;
and after an operation that writes everything is read. The same seed asks the same, unless the time comes to its end:
seconds of processor time, so that other work on the machine changes nothing. Exit status: 0 nothing found, 1 something
found or an operation that was never asked.

python -m tests.fuzz [--seed 1] [--examples 40] [--odd 60] [--seconds 300] [--only REGEX]
"""

from __future__ import annotations

import argparse
import json
import logging
import re
import sys
import time
from typing import Any
from urllib.parse import quote, urlencode

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core import NOT_SET

from tests.openapi import FILES, description

from .asker import Asker
from .judge import Judge
from .nearly import Bodies
from .odd import Place, Request, place
from .world import World

#: requests to every operation, however little time there is
ENOUGH = 6


class OutOfTimeError(BaseException):
    """The share of an operation is used up; Hypothesis lets it pass as it would a keyboard interrupt."""


class Fuzzer(Asker):
    """Asks what schemathesis makes of a description, and what it does not."""

    def __init__(self, seed_number: int, examples: int, odd: int, seconds: float) -> None:
        super().__init__(seed_number)
        self.examples = examples
        self.oddities = odd
        self.end = time.process_time() + seconds
        self.cut_short: list[str] = []

    def operation(self, operation: Any, judge: Judge, share: float) -> None:
        """Fuzz one operation, with what is described for at most ``share`` seconds."""
        at = place(operation.method, operation.path, judge.document)
        until = time.process_time() + share
        self.asked[f"{at.method} {at.path}"] += 0
        world = World()
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            self._mode(operation, at, mode, world, judge, until)
        self._looked(world, judge, at)
        # what was written before would be in the way
        world = World()
        self.odd(world, judge, at, self.oddities)
        self._looked(world, judge, at)

    def _looked(self, world: World, judge: Judge, at: Place) -> None:
        if at.method != "GET":
            self.afterwards(world, judge, at)

    def _mode(self, operation: Any, at: Place, mode: GenerationMode, world: World, judge: Judge, until: float) -> None:
        label, bodies = f"{at.method} {at.path}", Bodies(world)

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
            chances = {name: data.draw(st.tuples(st.integers(0, 9), st.integers(0, 4))) for name in at.names}
            nearly, taken = data.draw(st.booleans()), data.draw(st.lists(st.integers(0, 99), max_size=3))
            if time.process_time() > until and self.asked[label] >= ENOUGH:
                raise OutOfTimeError
            parameters = dict(case.path_parameters or {})
            for name, (chance, number) in chances.items():
                known = world.ids(at.path, name)
                if known and chance < (9 if name.lower() == "orgid" else 6):
                    parameters[name] = known[number % len(known)]
            query, body = _parts(case)
            if nearly and isinstance(body, dict):
                body = _mixed(bodies(at.method, at.path, parameters), body, taken)
            request = _request(parameters, query, body)
            if request is not None:
                self.ask(world, judge, at, request)

        try:
            ask()
        except OutOfTimeError:
            self.cut_short.append(label)
        except Unsatisfiable:
            # nothing in this operation can be wrong, or be as described
            return

    def verdict(self, started: float) -> int:
        """Say what time cut short, too."""
        if self.cut_short:
            print(f"Fewer requests than wanted, for want of time: {', '.join(dict.fromkeys(self.cut_short))}")
        return super().verdict(started)


def _parts(case: Any) -> tuple[dict[str, Any], Any]:
    """Return query and body of a case; a parameter that is an object by name is really the body."""
    query, body = dict(case.query or {}), case.body
    for name in [name for name in query if name.endswith("DTO")]:
        body = query.pop(name)
    return query, body


def _mixed(held: dict[str, Any] | None, made: dict[str, Any], taken: list[int]) -> dict[str, Any]:
    """Return a body that is nearly right, with a few fields of one that was made."""
    names = sorted(made, key=str)
    if held is None or not names:
        return made if held is None else held
    return {**held, **{names[number % len(names)]: made[names[number % len(names)]] for number in taken}}


def _request(parameters: dict[str, Any], query: dict[str, Any], body: Any) -> Request | None:
    """Return a request, or None for one that no HTTP client could send."""
    try:
        values = {name: quote(str(value), safe="") for name, value in parameters.items()}
        content = None if body is NOT_SET else json.dumps(body).encode()
        text = urlencode(query, doseq=True).encode()
    except (UnicodeEncodeError, TypeError, ValueError):
        return None
    reached = all(value and "%2F" not in value for value in values.values())
    return Request(values, text, content, reached=reached)


def main() -> int:
    """Fuzz all operations, or those that ``--only`` names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--examples", type=int, default=40, help="requests by and against the description, each")
    parser.add_argument("--odd", type=int, default=60, help="requests with something odd")
    parser.add_argument("--seconds", type=float, default=300, help="processor time, when to come to an end")
    parser.add_argument("--only", default="", help="regular expression over METHOD PATH")
    chosen = parser.parse_args()
    logging.disable(logging.CRITICAL)
    started = time.monotonic()
    fuzzer = Fuzzer(chosen.seed, chosen.examples, chosen.odd, chosen.seconds)
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
        fuzzer.operation(operation, judge, (fuzzer.end - time.process_time()) / (len(work) - number))
    return fuzzer.verdict(started)


if __name__ == "__main__":
    sys.exit(main())
