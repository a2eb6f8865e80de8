"""Time and peak memory of checking a Control Hub user file, each measured as a whole process.

    python tests/bench/csv_check.py [--rows 100000] [--damaged] [--runs 3] [--json FILE]

A file with all 42 columns of an export is written to a temporary directory; then a fresh process reads and checks it, as
`csv_info` does, and its wall time (start of the interpreter and imports included) and its highest resident memory are taken.
With --damaged every row carries what a spreadsheet program does to it. Exits with 1 where 10 s or 400 MB are exceeded at
100,000 rows.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEADER_SAMPLE = ROOT / "tests" / "unit" / "csv_files" / "files" / "sample_control_hub_export.csv"
LIMIT_SECONDS = 10.0
LIMIT_MEGABYTES = 400.0
CHILD = """
import json, resource, sys
sys.path.insert(0, sys.argv[1])
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.people import read_files
result = read_files([sys.argv[2]])
file = result.files[0]
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"rows": file.rows, "people": len(result.people), "findings": result.counts(), "peak_mb": peak}))
"""


def write_file(path: Path, rows: int, damaged: bool) -> None:
    """Writes `rows` invented people under the header of the sample export."""
    header = HEADER_SAMPLE.read_text(encoding="utf-8").splitlines()[0]
    services = "FALSE,FALSE,FALSE,,FALSE,FALSE,FALSE,FALSE,FALSE,FALSE,FALSE,TRUE,TRUE,TRUE"
    delimiter = ";" if damaged else ","
    plus = "" if damaged else "+"
    with path.open("w", encoding="utf-8-sig" if damaged else "utf-8", newline="") as stream:
        stream.write(header.replace(",", delimiter) + "\r\n")
        for number in range(rows):
            phone = f"{plus}1202{number:07d}"
            premium = number % 3 == 0
            line = (
                f"Anna{number},Müller-Ångström {number % 977},Anna{number} Müller-Ångström,anna{number}@example.com,Active,"
                f"2026-11-20T15:04:11.118Z,{number % 90},{number % 9000 + 1000},Agent,Support,boss@example.com,{phone},"
                f"{phone},Anna{number},Müller,HQ,English,Europe/Berlin,Office,DE,BE,Berlin,Beispielweg {number % 300},10115,,,"
                f"{services},{'FALSE' if premium else 'TRUE'},{'TRUE' if premium else 'FALSE'}"
            )
            if damaged:
                line = line.replace("TRUE", "WAHR").replace("FALSE", "FALSCH")
            stream.write(line.replace(",", delimiter) + "\r\n")


def main() -> int:
    """Runs the measurement and prints its figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--damaged", action="store_true", help="every row as a spreadsheet program leaves it")
    parser.add_argument("--json", type=Path, help="write the figures to this file as well")
    options = parser.parse_args()
    figures = []
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "users.csv"
        write_file(path, options.rows, options.damaged)
        size = path.stat().st_size / 1024 / 1024
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        for _run in range(options.runs):
            begin = time.perf_counter()
            child = subprocess.run(
                [sys.executable, "-c", CHILD, str(ROOT / "build" / "collections"), str(path)],
                capture_output=True,
                text=True,
                check=False,
                env=environment,
            )
            seconds = time.perf_counter() - begin
            if child.returncode:
                print(child.stderr, file=sys.stderr)
                return 2
            figures.append({"seconds": round(seconds, 2), **json.loads(child.stdout)})
    seconds = sorted(run["seconds"] for run in figures)[len(figures) // 2]
    peak = max(run["peak_mb"] for run in figures)
    summary = {
        "rows": options.rows,
        "damaged": options.damaged,
        "file_mb": round(size, 1),
        "seconds": seconds,
        "peak_mb": round(peak, 1),
        "runs": figures,
    }
    print(json.dumps(summary, indent=2))
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    if options.rows <= 100_000 and (seconds > LIMIT_SECONDS or peak > LIMIT_MEGABYTES):
        print(f"over the limit of {LIMIT_SECONDS:g} s and {LIMIT_MEGABYTES:g} MB", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
