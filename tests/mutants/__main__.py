"""How much the unit tests notice: puts small faults into the code one at a time, and runs the tests that reach the line.

    python -m tests.mutants [--sample N] [--seed S] [--file PART ...] [--tests PATH ...] [--functions]

Each fault has a process of its own with a time limit; nothing in the checkout is changed. Faults in functions are put into a
process that has the tests loaded already; the few that only an import meets (constants, defaults, tables) begin a new one.
What stands by file at the end: faults, those on lines that a unit test reaches, those of them that a test noticed (or that took
far too long), and the share. build/mutants.json names those that nobody noticed.
"""

from __future__ import annotations

import argparse
import ast
import functools
import importlib.machinery
import json
import os
import random
import sys
import time
import typing as t
from pathlib import Path

import hypothesis
import pytest

from .faults import Fault, Source
from .session import KILLED, SLOW, SURVIVED, Reach, Session, in_fork

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "mutants"
UTILS = "plugins/module_utils"
FILES = (
    f"{UTILS}/_engine/*.py",
    f"{UTILS}/_resources/*_plan.py",
    f"{UTILS}/_roster/*.py",
    f"{UTILS}/_planning/*.py",
    "plugins/plugin_utils/_report/*.py",
)
# These reach none of the files, or only by way of a server.
TESTS = ("tests/unit", "--ignore=tests/unit/client", "--ignore=tests/unit/simulator", "--ignore=tests/unit/mutants")
_OPTIONS = ("-q", "-p", "no:xdist", "-p", "no:cacheprovider", "--capture=sys")

Chosen = dict[str, tuple[Source, list[Fault]]]


def _tell(text: str) -> None:
    print(text, file=sys.__stderr__, flush=True)


def _choose(parts: t.Sequence[str], sample: int, seed: int) -> Chosen:
    """Return the files and the faults to try: all, or `sample` of each file."""
    chosen: Chosen = {}
    for path in sorted(path for pattern in FILES for path in ROOT.glob(pattern)):
        name = str(path.relative_to(ROOT))
        if parts and not any(part in name for part in parts):
            continue
        source = Source(path.read_text(encoding="utf-8"), str(path))
        faults = source.faults
        if sample and len(faults) > sample:
            faults = sorted(random.Random(f"{seed} {name}").sample(faults, sample), key=lambda one: one.number)
        chosen[str(path.resolve())] = (source, faults)
    return chosen


def _pytest(arguments: t.Sequence[str], plugins: t.Sequence[object] = ()) -> bool:
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        sys.stdout = sys.stderr = nowhere
        return (
            pytest.main([*_OPTIONS, f"--basetemp={BUILD / f'tmp-{os.getpid()}'}", *arguments], plugins=list(plugins))
            == 0
        )


def _importers(name: str) -> set[str]:
    """Return the real paths of the files of plugins/ that import this module by name, and its own."""
    found = {str(path.resolve()) for path in ROOT.glob("plugins/**/*.py") if path.stem == name}
    for path in ROOT.glob("plugins/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (
                (node.module or "").split(".")[-1] == name or any(a.name == name for a in node.names)
            ):
                found.add(str(path.resolve()))
    return found


def _with_import(file: str, source: Source, fault: Fault, tests: t.Sequence[str]) -> bool:
    """Run these files of tests, with the fault in what is imported."""
    code = source.with_fault(fault)
    original = importlib.machinery.SourceFileLoader.get_code

    def get_code(self: importlib.machinery.SourceFileLoader, fullname: str) -> t.Any:
        return code if os.path.realpath(self.get_filename(fullname)) == file else original(self, fullname)

    importlib.machinery.SourceFileLoader.get_code = get_code  # only in this fork
    return _pytest(["-x", *tests])


def _try_imports(chosen: Chosen) -> dict[str, dict[int, str]]:
    """Try the faults that only an import meets."""
    reach: dict[str, Reach] = json.loads((BUILD / "reach.json").read_text())
    imported = set(json.loads((BUILD / "imported.json").read_text()))
    results: dict[str, dict[int, str]] = {}
    for file, (source, faults) in chosen.items():
        own = [fault for fault in faults if fault.function is None]
        near = _importers(Path(file).stem) if own else set()
        seconds: dict[str, float] = {}
        for name, one in reach.items():
            if near & set(one["lines"]):
                seconds[name.split("::")[0]] = seconds.get(name.split("::")[0], 0) + one["seconds"]
        tests = sorted(seconds, key=lambda name: seconds[name])
        for fault in own:
            result = ""
            if file in imported and tests:
                limit = 60 + int(5 * sum(seconds.values()))
                result = in_fork(functools.partial(_with_import, file, source, fault, tests), limit)
            results.setdefault(file, {})[fault.number] = result
        if own:
            _tell(f"{Path(file).parent.name}/{Path(file).name}: {len(own)} faults that an import meets")
    return results


def _write(chosen: Chosen, results: dict[str, dict[int, str]], arguments: argparse.Namespace) -> None:
    """Write build/mutants.json, and show the table and what survived."""
    rows, survivors = [], []
    for file, (_, faults) in chosen.items():
        name = str(Path(file).relative_to(ROOT))
        found = [results.get(file, {}).get(fault.number, "") for fault in faults]
        reached, killed = sum(bool(one) for one in found), sum(one in (KILLED, SLOW) for one in found)
        rows.append({"file": name, "mutants": len(faults), "reached": reached, "killed": killed})
        survivors += [
            {"file": name, "line": fault.line, "change": fault.what}
            for fault, one in zip(faults, found, strict=True)
            if one == SURVIVED
        ]
    document = {"sample": arguments.sample, "seed": arguments.seed, "files": rows, "survivors": survivors}
    (ROOT / "build" / "mutants.json").write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    for one in survivors:
        print(f"{one['file']}:{one['line']}: {one['change']}")
    print("| file | mutants | reached | killed | of reached |\n|---|---|---|---|---|")
    total = {key: sum(t.cast(int, row[key]) for row in rows) for key in ("mutants", "reached", "killed")}
    for row in [*rows, {"file": "all", **total}]:
        share = f"{100 * t.cast(int, row['killed']) / t.cast(int, row['reached']):.0f} %" if row["reached"] else "-"
        print(f"| `{row['file']}` | {row['mutants']} | {row['reached']} | {row['killed']} | {share} |")


def main() -> int:
    """Run."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.mutants", description="Small faults, and whether the tests notice."
    )
    parser.add_argument("--sample", type=int, default=0, help="at most so many faults of each file; 0 is all")
    parser.add_argument("--seed", type=int, default=1, help="which ones")
    parser.add_argument("--file", action="append", default=[], help="only files whose path holds this text")
    parser.add_argument("--tests", action="append", default=[], help="only these tests")
    parser.add_argument("--functions", action="store_true", help="without the faults that only an import meets")
    arguments = parser.parse_args()
    started = time.monotonic()
    BUILD.mkdir(parents=True, exist_ok=True)
    hypothesis.settings.register_profile("mutants", derandomize=True, database=None, deadline=None)
    hypothesis.settings.load_profile("mutants")
    chosen = _choose(arguments.file, arguments.sample, arguments.seed)
    for name in ("reach.json", "imported.json", "functions.json"):
        (BUILD / name).unlink(missing_ok=True)
    session = Session(chosen, BUILD, _tell)
    in_fork(lambda: _pytest(arguments.tests or TESTS, [session]), 7200)
    if not (BUILD / "functions.json").exists():
        _tell("The tests could not be collected: run them with pytest to see why.")
        return 1
    told: dict[str, dict[str, str]] = json.loads((BUILD / "functions.json").read_text())
    results = {file: {int(number): one for number, one in found.items()} for file, found in told.items()}
    for file, found in ({} if arguments.functions else _try_imports(chosen)).items():
        results.setdefault(file, {}).update(found)
    _write(chosen, results, arguments)
    _tell(f"{time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
