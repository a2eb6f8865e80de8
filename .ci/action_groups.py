"""Compare the action group in meta/runtime.yml with the modules in plugins/modules, or write it.

The group lets a playbook give the connection once, so it holds the modules that have these options: those that use the
documentation fragment of the connection.

python .ci/action_groups.py           says what differs and exits 1 if anything does
python .ci/action_groups.py --write   writes the list
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNTIME = ROOT / "meta" / "runtime.yml"
FRAGMENT = "\n  - wxcc.onboarding.connection\n"
GROUP = re.compile(r"(?<=^action_groups:\n  all:\n)(?:    - \w+\n)*", re.MULTILINE)


def modules() -> list[str]:
    """Names of the modules that take the connection options."""
    found = (ROOT / "plugins" / "modules").glob("*.py")
    return sorted(path.stem for path in found if FRAGMENT in path.read_text(encoding="utf-8"))


def main() -> int:
    """Compare or write; the exit code is 1 if the list differs and was not written."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    write = parser.parse_args().write
    before = RUNTIME.read_text(encoding="utf-8")
    after, found = GROUP.subn("".join(f"    - {name}\n" for name in modules()), before, count=1)
    if not found:
        print(f"{RUNTIME.name} has no action group 'all'.")
        return 1
    if after == before:
        return 0
    if not write:
        print(f"The action group in {RUNTIME.name} is not the list of modules. Write it with: make groups")
        return 1
    RUNTIME.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
