"""Run the whole test suite on every ansible-core that stands for the supported ones, each in an environment of its own.

The environments lie in build/matrix; one cell runs after the other, and the end is a summary. A cell whose Python is not
there has failed: a version that was not tried must not look as if it had passed.

Arguments other than --core are handed on to pytest, for example:
python .ci/matrix.py --core 2.16 --core 2.18 tests/unit -x
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BASE = ROOT / "build" / "matrix"
REQUIREMENTS = ROOT / "tests" / "requirements-suite.txt"
#: ansible-core and the Python it is tried on: the lowest and the highest of both, and what lies between.
CELLS = {"2.16": "3.11", "2.18": "3.12", "2.20": "3.12", "2.21": "3.13"}
#: Where tools that install Pythons put them, below the home directory; their programs on the PATH may be mere stand-ins.
INSTALLED = (".pyenv/versions/{0}.*/bin/python{0}", ".local/share/uv/python/cpython-{0}*/bin/python{0}")
COUNTS = re.compile(r"\d+ (?:passed|failed|errors?|skipped|xfailed)")


class CellError(Exception):
    """A cell that cannot run; the text says what is missing and what to do."""


@dataclass
class Cell:
    """One combination of versions."""

    core: str
    python: str

    def __str__(self) -> str:
        return f"ansible-core {self.core} on Python {self.python}"

    @property
    def environment(self) -> Path:
        return BASE / self.core

    @property
    def program(self) -> str:
        return str(self.environment / "bin" / "python")


def candidates(version: str) -> Iterator[Path]:
    """Yield programs that may be this Python, best first."""
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        yield Path(folder, f"python{version}")
    for pattern in INSTALLED:
        yield from sorted(Path.home().glob(pattern.format(version)), reverse=True)


def find_python(cell: Cell) -> Path:
    """Return a Python of the cell's version that works and can make environments: pyenv's stand-ins often do not."""
    question = "import sys, ensurepip, venv; print('%d.%d' % sys.version_info[:2])"
    for program in candidates(cell.python):
        if program.is_file():
            asked = subprocess.run([program, "-c", question], capture_output=True, text=True, check=False)
            if asked.returncode == 0 and asked.stdout.strip() == cell.python:
                return program
    raise CellError(
        f"There is no working Python {cell.python} with venv and ensurepip, neither on the PATH nor installed by pyenv or uv. "
        f"Install one, or put its bin directory first on the PATH."
    )


def make_environment(cell: Cell) -> None:
    """Make the cell's environment, unless it is there and made from the same requirements."""
    python = find_python(cell)
    made_from = hashlib.sha256(f"{cell} {python.resolve()} {REQUIREMENTS.read_text('utf-8')}".encode()).hexdigest()
    stamp = cell.environment / ".made-from"
    if stamp.is_file() and stamp.read_text("utf-8") == made_from:
        return
    print(f"Making {cell.environment.relative_to(ROOT)} with {python}", flush=True)
    shutil.rmtree(cell.environment, ignore_errors=True)
    install = [cell.program, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for command in (
        [str(python), "-m", "venv", str(cell.environment)],
        [*install, f"ansible-core=={cell.core}.*", "--requirement", str(REQUIREMENTS)],
    ):
        if subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode:
            raise CellError(f"The environment could not be made; this failed: {' '.join(command)}")
    stamp.write_text(made_from, encoding="utf-8")


def run_suite(cell: Cell, arguments: list[str]) -> str:
    """Run pytest in the cell's environment, showing what it says; return its counts.

    :raises CellError: when a test failed, or none ran.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "PYTHON"))}
    environment |= {"VIRTUAL_ENV": str(cell.environment)}
    environment["PATH"] = os.pathsep.join([str(cell.environment / "bin"), environment.get("PATH", os.defpath)])
    command = [cell.program, "-m", "pytest", "-q", "--dist", "loadscope", "--no-loadscope-reorder", *arguments]
    last = ""
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    ) as running:
        for line in running.stdout or ():
            print(line, end="", flush=True)
            last = line if COUNTS.search(line) else last
    counts = ", ".join(COUNTS.findall(last)) or "no test ran"
    if running.returncode:
        raise CellError(counts)
    return counts


def main() -> int:
    """Run the cells that were asked for; the exit code is 0 when all of them passed."""
    parser = argparse.ArgumentParser(description="Run the tests on every supported ansible-core.")
    parser.add_argument("--core", action="append", choices=sorted(CELLS), help="only this one; may be repeated")
    parser.add_argument("--workers", default="auto", help="number of test processes")
    chosen, rest = parser.parse_known_args()
    paths = [] if any((ROOT / argument.partition("::")[0]).exists() for argument in rest) else ["tests"]

    summary, failed = [], False
    for core in chosen.core or CELLS:
        cell, started = Cell(core, CELLS[core]), time.monotonic()
        print(f"== {cell}", flush=True)
        try:
            make_environment(cell)
            word = "passed"
            text = run_suite(cell, ["-n", chosen.workers, *rest, *paths])
        except CellError as error:
            word, text, failed = "FAILED", str(error), True
        summary.append(f"== {cell}: {word} after {time.monotonic() - started:.0f} s: {text}")
        print(summary[-1], flush=True)
    print("\n".join(itertools.chain(["", "== the matrix"], summary)))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
