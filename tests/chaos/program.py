"""Plays seeds, writes ``build/chaos.json``, and fails where anything must not be; ``--seed N`` plays one and tells all."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.chaos import days, playbooks
from tests.chaos.play import Played, play

TARGET = Path(__file__).resolve().parents[2] / "build" / "chaos.json"


def summary(played: list[Played], seconds: float) -> dict[str, Any]:
    """Return what ``build/chaos.json`` holds."""
    lied = [one for one in played if one.lied_to]
    violations = [{"seed": p.seed, "faults": p.kinds, **v.as_dict()} for p in played for v in p.violations]
    return {
        "seeds": len(played),
        "runs": sum(one.runs for one in played),
        "seconds": round(seconds, 1),
        "virtual_hours": round(sum(one.virtual_s for one in played) / 3600, 1),
        "faults": dict(Counter(kind for one in played for kind in one.kinds).most_common()),
        "requests_hit": sum(one.hits for one in played),
        "switches": dict(Counter(name for one in played for name in one.switches).most_common()),
        "consistent_lies": {"seeds": len(lied), "destructive": sum(bool(one.violations) for one in lied)},
        "seeds_with_violations": sum(bool(one.violations) for one in played),
        "violations_by_kind": dict(Counter(v["kind"] for v in violations).most_common()),
        "violations": violations,
    }


def _tell(played: Played) -> None:
    """Show one seed with everything that must not be."""
    print(f"seed {played.seed}: faults {', '.join(played.kinds)}; switches {json.dumps(played.switches)}")
    for violation in played.violations:
        print(f"  {violation.kind}: {violation.who}\n    said: {violation.said}\n    true: {violation.true}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.chaos", description="Seeded chains with faults, on virtual time."
    )
    parser.add_argument("--seed", type=int, help="play this seed alone, and tell everything")
    parser.add_argument("--seeds", type=int, default=10_000, help="how many seeds (%(default)s)")
    parser.add_argument("--first", type=int, default=0, help="the first of them (%(default)s)")
    parser.add_argument("--workers", type=int, default=1, help="processes (%(default)s)")
    parser.add_argument(
        "--playbooks", type=int, default=0, help="so many runs of ansible-playbook too, in real time (%(default)s)"
    )
    parser.add_argument(
        "--days", type=int, default=0, help="so many examples of the days of an organization (%(default)s)"
    )
    return parser.parse_args()


def _played(seeds: range, workers: int) -> list[Played]:
    found: list[Played] = []
    begun = time.perf_counter()
    with multiprocessing.Pool(workers) as pool:
        for one in pool.imap_unordered(play, seeds, chunksize=8):
            found.append(one)
            if len(found) % 500 == 0:
                bad = sum(bool(p.violations) for p in found)
                print(f"{len(found)} seeds, {bad} with violations, {time.perf_counter() - begun:.0f} s", flush=True)
    return sorted(found, key=lambda one: one.seed)


def main() -> int:
    """Play, write, tell; return the exit status."""
    told = _arguments()
    if told.seed is not None:
        one = play(told.seed)
        _tell(one)
        return bool(one.violations)
    begun = time.perf_counter()
    played = _played(range(told.first, told.first + told.seeds), told.workers)
    content = summary(played, time.perf_counter() - begun)
    if told.days:
        content["days"] = days.explored(told.days)
    if told.playbooks:
        content["playbooks"] = playbooks.played(range(told.playbooks))
    return written(content, TARGET)


def written(content: dict[str, Any], target: Path) -> int:
    """Write the file, tell the sums, and return the exit status: not 0 with violations."""
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(
        f"{content['runs']} runs of {content['seeds']} seeds in {content['seconds']} s: {content['virtual_hours']} hours passed"
    )
    for kind, count in content["violations_by_kind"].items():
        first = next(v for v in content["violations"] if v["kind"] == kind)
        print(f"{count} x {kind}: python -m tests.chaos --seed {first['seed']}")
    others = [v for name in ("days", "playbooks") for v in content.get(name, {}).get("violations", ())]
    for violation in others:
        print(json.dumps(violation, ensure_ascii=False))
    return int(bool(content["violations"] or others))
