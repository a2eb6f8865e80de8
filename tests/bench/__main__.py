"""Runs every measurement and gathers the figures in build/bench.json. A measurement is no test: it says, and judges only its own limit."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: Name of the figure, and the command that measures it.
MEASUREMENTS = {
    "csv_check_clean": ["csv_check.py"],
    "csv_check_damaged": ["csv_check.py", "--damaged"],
}


def main() -> int:
    """Measure, write, and return 1 if a measurement went beyond its own limit."""
    target = ROOT / "build" / "bench.json"
    target.parent.mkdir(exist_ok=True)
    figures: dict[str, object] = {"python": platform.python_version(), "machine": platform.machine()}
    status = 0
    for name, (script, *options) in MEASUREMENTS.items():
        part = target.with_name(f"bench.{name}.json")
        command = [sys.executable, str(ROOT / "tests" / "bench" / script), *options, "--json", str(part)]
        status |= subprocess.run(command, cwd=ROOT, check=False).returncode
        if part.exists():
            figures[name] = json.loads(part.read_text(encoding="utf-8"))
            part.unlink()
    target.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(f"Figures: {target.relative_to(ROOT)}")
    return int(bool(status))


if __name__ == "__main__":
    sys.exit(main())
