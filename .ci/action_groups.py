"""Compare the action groups in meta/runtime.yml with the modules in plugins/modules, or write them.

The group ``all`` lets a playbook give the connection once, so it holds the modules that have these options: those that use a
documentation fragment of the connection. The group ``batch`` holds those that say so in their attributes.

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
#: What stands in the documentation of a group's modules.
FRAGMENTS = {
    "all": re.compile(r"\n  - wxcc\.onboarding\.connection(?:\.reach)?\n"),
    "batch": re.compile(r"\n  - wxcc\.onboarding\.attributes\.batch_group\n"),
}
GROUPS = re.compile(r"(?<=^action_groups:\n)(?:  \w+:\n(?:    - \w+\n)*)*", re.MULTILINE)


def modules(group: str) -> list[str]:
    """Names of the modules of a group."""
    found = (ROOT / "plugins" / "modules").glob("*.py")
    return sorted(path.stem for path in found if FRAGMENTS[group].search(path.read_text(encoding="utf-8")))


def main() -> int:
    """Compare or write; the exit code is 1 if the list differs and was not written."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    write = parser.parse_args().write
    before = RUNTIME.read_text(encoding="utf-8")
    groups = "".join(f"  {group}:\n" + "".join(f"    - {name}\n" for name in modules(group)) for group in FRAGMENTS)
    after, found = GROUPS.subn(groups, before, count=1)
    if not found:
        print(f"{RUNTIME.name} has no action groups.")
        return 1
    if after == before:
        return 0
    if not write:
        print(f"The action groups in {RUNTIME.name} are not the lists of modules. Write them with: make groups")
        return 1
    RUNTIME.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
