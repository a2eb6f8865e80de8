"""``python -m tests.chaos``; what it does stands in program.py."""

from __future__ import annotations

import importlib
import os
import sys

if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":
        # The order of sets decides over the order of requests: a seed is to mean the same everywhere.
        os.execve(
            sys.executable, [sys.executable, "-m", "tests.chaos", *sys.argv[1:]], {**os.environ, "PYTHONHASHSEED": "0"}
        )
    # The collection under its own name, and nothing of the person's own settings.
    importlib.import_module("tests.conftest")
    sys.exit(importlib.import_module("tests.chaos.program").main())
