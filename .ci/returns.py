"""Compare the parts of RETURN that several modules share with the texts below, or write them.

Fragments for RETURN begin with ansible-core 2.20, so each module holds its copy between two comments inside of RETURN:

# -- outcomes: written by "make returns" --
# -- end of outcomes --

A part begins in the column of its first comment. What is the module's own stands outside of the comments, for keys of ``results``
right below the end of ``outcomes``. What ``user_info`` shows of a person's texts comes from the documentation fragment of ``users``.

python .ci/returns.py           says which modules differ and exits 1 if any does
python .ci/returns.py --write   writes them
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import sys
import textwrap
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "plugins" / "modules"
FRAGMENT = ROOT / "plugins" / "doc_fragments" / "batch.py"
PART = re.compile(
    r'^(?P<indent> *)# -- (?P<name>\w+): written by "make returns" --\n.*?^ *# -- end of (?P=name) --\n', re.M | re.S
)

#: The people of a writing module; ends inside of what ``results`` contains.
OUTCOMES = """\
summary:
  description: How many people, by what became of them. Somebody who was changed and is not as declared counts under both.
  returned: always
  type: dict
  contains:
    total: {description: People in the roster., type: int, returned: always, sample: 300}
    created: {description: 'People added, whatever became of them afterwards.', type: int, returned: always, sample: 200}
    updated: {description: 'People changed, whatever became of them afterwards.', type: int, returned: always, sample: 60}
    removed: {description: People from whom everything in question was taken., type: int, returned: always, sample: 0}
    unchanged: {description: 'People to whom nothing happened, and with whom nothing is wrong.', type: int, returned: always, sample: 38}
    blocked: {description: People whom only a person can help., type: int, returned: always, sample: 2}
    failed: {description: People for whom it went wrong., type: int, returned: always, sample: 0}
    uncertain: {description: People of whom nobody could see whether they were changed., type: int, returned: always, sample: 0}
results:
  description: What became of each person; which people are listed is the option O(results).
  returned: always
  type: list
  elements: dict
  contains:
    index: {description: The number of the row in the roster., type: int, returned: always, sample: 0}
    source: {description: Where the row stands in the input., type: str, returned: always, sample: "agents.csv:12"}
    sources:
      description: Every place in the input that the row was made of.
      type: list
      elements: str
      returned: always
      sample: ["agents.csv:12", "agents.csv:15"]
    email: {description: The address., type: str, returned: always, sample: ada.marlowe@example.com}
    action: {description: 'One of create, update, remove, none, blocked, manual.', type: str, returned: always, sample: none}
    changed: {description: 'Whether something is, may be or (in check mode) would be other.', type: bool, returned: always, sample: false}
    certain: {description: 'False: nobody could see whether what was sent took effect.', type: bool, returned: always, sample: true}
    failed: {description: Whether it went wrong., type: bool, returned: always, sample: false}
    error:
      description: What went wrong or stands in the way, or null.
      type: dict
      returned: always
      sample: {code: other_organization, message: "...", http_status: 409, vendor_code: "400090", tracking_id: NA_1, advice: "..."}
"""

#: The rest of what a writing module returns.
BATCH = """\
manual_actions:
  description: What only a person can do, and where to press.
  returned: always
  type: list
  elements: dict
  contains:
    email: {description: The address., type: str, returned: always, sample: ada.marlowe@example.com}
    what: {description: What to do., type: str, returned: always, sample: Make ada.marlowe@example.com a supervisor.}
    where: {description: Where to press., type: str, returned: always, sample: "Control Hub > Users"}
diff:
  description: The people who change, before and after.
  returned: in diff mode
  type: dict
  sample: {before: {}, after: {}}
requests:
  description: What the run cost in requests, retries among them, and in seconds of waiting for the services' limits.
  returned: always
  type: dict
  sample: {sent: 320, retried: 0, throttled_s: 0.0}
aborted:
  description: True if the task could not be carried out, because of the input, the token, the guard rails, the seats or the names.
  returned: always
  type: bool
  sample: false
error:
  description: Why the whole task could not be carried out.
  returned: when aborted
  type: dict
  sample: {code: token_invalid, message: "...", http_status: 401, vendor_code: null, tracking_id: NA_1, advice: "..."}
findings:
  description: Every error and warning of the input, with its position.
  returned: when the input cannot be used
  type: list
  elements: dict
  sample: []
"""

#: What every module returns that only looks.
READER = """\
requests:
  description: What the run cost in requests, retries among them, and in seconds of waiting for the services' limits.
  returned: success
  type: dict
  sample: {sent: 3, retried: 0, throttled_s: 0.0}
error:
  description: Why the task failed.
  returned: failure
  type: dict
  sample: {code: token_invalid, message: "...", http_status: 401, vendor_code: null, tracking_id: NA_1, advice: "..."}
"""

SAMPLES = {
    "first_name": "Ada",
    "last_name": "Marlowe",
    "display_name": "Ada Marlowe",
    "title": "Agent",
    "department": "Support",
}


def attributes() -> str:
    """Return an entry for each text of a person, in the words of the fragment up to the first semicolon or full stop."""
    spec = importlib.util.spec_from_file_location("batch_fragment", FRAGMENT)
    assert spec is not None
    assert spec.loader is not None
    fragment = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(fragment)
    person = yaml.safe_load(fragment.ModuleDocFragment.DOCUMENTATION)["options"]["users"]["suboptions"]
    lines = []
    for name, option in person.items():
        if option["type"] != "str" or "choices" in option or option.get("required"):
            continue
        text = re.split(r"[;.](?:\s|$)", option["description"], maxsplit=1)[0]
        sample = f", sample: {SAMPLES[name]}" if name in SAMPLES else ""
        words = f"{text}." if re.fullmatch(r"[\w ().;-]+", text) else "'" + f"{text}.".replace("'", "''") + "'"
        lines.append(f"{name}: {{description: {words}, type: str, returned: if there{sample}}}\n")
    return "".join(lines)


def main() -> int:
    """Compare or write; the exit code is 1 if a module differs and was not written."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    write = parser.parse_args().write
    parts = {"outcomes": OUTCOMES, "batch": BATCH, "reader": READER, "attributes": attributes()}

    def part(found: re.Match[str]) -> str:
        indent, name = found["indent"], found["name"]
        body = textwrap.indent(parts[name], indent)
        return f'{indent}# -- {name}: written by "make returns" --\n{body}{indent}# -- end of {name} --\n'

    wrong = False
    for path in sorted(MODULES.glob("*.py")):
        before = path.read_text(encoding="utf-8")
        after = PART.sub(part, before)
        if after == before:
            continue
        if write:
            path.write_text(after, encoding="utf-8")
        else:
            wrong = True
            print(f"{path.name} differs from .ci/returns.py in what RETURN shares. Write it with: make returns")
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main())
