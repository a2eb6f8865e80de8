"""Tell age and hash of the kept descriptions, or make them anew from the vendor's.

python -m tests.openapi                    tell; exit status 1 where a hash is another one
python -m tests.openapi --reduce FOLDER    reduce the vendor's files in FOLDER into this one; the dates in hashes.json are yours to set
"""

from __future__ import annotations

import argparse
import datetime
import json
import pathlib
import sys

from . import FILES, FOLDER, HASHES, description, digest, known, operations


def tell(today: datetime.date) -> list[str]:
    """Return a line for each kept description."""
    lines = []
    for name, facts in known().items():
        dates = [("the vendor's text", facts["vendor"]), ("changes laid over it", facts["changes"])]
        ages = [
            f"{what} of {day} ({(today - datetime.date.fromisoformat(day)).days} days)" for what, day in dates if day
        ]
        state = "as noted" if digest(name) == facts["sha256"] else "NOT AS NOTED in hashes.json"
        lines.append(f"{name}: {len(operations(description(name)))} operations, {', '.join(ages)}")
        lines.append(f"  sha256 {digest(name)}, {state}")
    return lines


def reduce_into_here(folder: pathlib.Path) -> None:
    """Reduce the vendor's files and note the hashes; no file tells its dates, so those of before stay."""
    # the simulator's libraries are wanted for this alone
    from .reduce import reduced

    facts = known()
    for name in FILES:
        content = reduced(json.loads(folder.joinpath(name).read_text("utf-8")))
        FOLDER.joinpath(name).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        facts[name]["sha256"] = digest(name)
    HASHES.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reduce", type=pathlib.Path, metavar="FOLDER")
    chosen = parser.parse_args()
    if chosen.reduce:
        reduce_into_here(chosen.reduce)
    lines = tell(datetime.datetime.now(datetime.UTC).date())
    print("\n".join(lines))
    return int(any("NOT AS NOTED" in line for line in lines))


if __name__ == "__main__":
    sys.exit(main())
