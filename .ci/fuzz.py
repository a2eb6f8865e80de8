"""Run python -m tests.fuzz in an environment of its own, build/fuzz, made from tests/requirements-fuzz.txt.

All arguments are handed on.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / "build" / "fuzz"
REQUIREMENTS = ROOT / "tests" / "requirements-fuzz.txt"


def make_environment() -> str:
    """Make the environment, unless it is there and made from the same requirements; return its Python.

    Raises subprocess.CalledProcessError.
    """
    program = str(ENVIRONMENT / "bin" / "python")
    made_from = hashlib.sha256(f"{sys.version} {REQUIREMENTS.read_text('utf-8')}".encode()).hexdigest()
    stamp = ENVIRONMENT / ".made-from"
    if not stamp.is_file() or stamp.read_text("utf-8") != made_from:
        print(f"Making {ENVIRONMENT.relative_to(ROOT)}", flush=True)
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        install = [program, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
        subprocess.run([*install, "--requirement", str(REQUIREMENTS)], stdin=subprocess.DEVNULL, check=True)
        stamp.write_text(made_from, encoding="utf-8")
    return program


def main() -> int:
    """Fuzz; the exit status is that of the fuzzing, or 2 without an environment."""
    try:
        program = make_environment()
    except subprocess.CalledProcessError as error:
        print(f"The environment could not be made; this failed: {' '.join(error.cmd)}", file=sys.stderr)
        return 2
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(
        [program, "-m", "tests.fuzz", *sys.argv[1:]], cwd=ROOT, env=environment, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
