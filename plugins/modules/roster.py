#!/usr/bin/python
# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: roster
short_description: Join people from lists and text into one checked roster
version_added: 0.1.0
author:
  - Contributors to the wxcc.onboarding collection (@wxcc-onboarding)
description:
  - Takes people as a list, addresses as text, and a roster file, checks every row, joins rows of the same person, and writes the roster
    into a run's directory or into a file of its own.
  - >-
    Every row is either one person's, whose row in the roster names its place in C(sources), or is refused: then it has a line in the
    run's C(row.jsonl). Rows of one person that contradict each other are refused, all of them, and nothing is done for that person.
  - >-
    A key that nobody knows refuses its row, and the nearest one is named. Keys that begin with C(x_) and those of O(ignore_keys) are
    your own.
options:
  users:
    description: People as a list of mappings with C(email) and the fields of the chain, or as text that is such a list in YAML or JSON.
    type: list
    elements: raw
    default: []
  users_file:
    description: A file whose people come first, as YAML where its name ends with C(.yml) or C(.yaml), else as JSON.
    type: path
  defaults:
    description: C(license) and C(role) of people who do not declare them.
    type: dict
    default: {}
  duplicates:
    description:
      - V(refuse) refuses the rows of an address that stands twice; V(merge) takes rows that agree as one person and warns.
      - Whoever stands twice in O(addresses) alone, as in To and Cc of a mail, is always one person, with a warning.
      - Rows that contradict each other are refused in both cases.
    type: str
    choices: [refuse, merge]
    default: refuse
  ignore_keys:
    description: Keys of rows that are your own, beside those that begin with C(x_); they are left out of the roster.
    type: list
    elements: str
    default: []
  refused_rows:
    description: Whether refused rows stop the run, or are left out and reported as failed.
    type: str
    choices: [skip, stop]
    default: stop
  max_refused_rows:
    description:
      - With O(refused_rows=skip), at most that many rows may be refused, as a number or as a percentage of all rows. Blank is any number.
    type: raw
  prefix:
    description:
      - What stands before C(users) and C(addresses) where the place of a row is named. In a run it is C(onboard_), as the variables begin,
        else nothing.
    type: str
  run_directory:
    description: The directory of a run, as M(wxcc.onboarding.run) returns it; the roster is written there.
    type: path
  dest:
    description: The file to write where there is no run; readable by its owner alone.
    type: path
attributes:
  check_mode:
    support: full
    description: The directory of a check run takes its roster; nothing else is written.
  diff_mode:
    support: none
  idempotent:
    support: full
extends_documentation_fragment:
  - wxcc.onboarding.attributes
  - wxcc.onboarding.people.addresses
"""

EXAMPLES = r"""
- name: A roster from a survey
  wxcc.onboarding.roster:
    addresses: "{{ new_people }}"
    defaults: {license: premium, role: agent}
    run_directory: "{{ wxcc_onboarding_run.directory }}"
"""

RETURN = r"""
count:
  description: How many people the roster has.
  returned: success, and where refused rows stop it
  type: int
  sample: 300
rows:
  description: How many rows there were.
  returned: success, and where refused rows stop it
  type: int
  sample: 302
refused:
  description: How many of them are refused.
  returned: success, and where refused rows stop it
  type: int
  sample: 2
agents:
  description: How many people declare agent settings.
  returned: success, and where refused rows stop it
  type: int
  sample: 300
parts:
  description: The numbers of the parts that are carried out one after the other; V([0]) is everybody at once.
  returned: success, and where refused rows stop it
  type: list
  elements: int
  sample: [0]
findings:
  description: What was found, each with level (error or warning), code, position, email, meaning, action, and all of it as message.
  returned: always
  type: list
  elements: dict
  sample: []
lines:
  description: The same in at most 15 lines for a terminal.
  returned: success, and where refused rows stop it
  type: list
  elements: str
  sample: ["2 of 302 rows are refused; the report names each"]
dest:
  description: The file.
  returned: success, with O(dest)
  type: str
  sample: run/roster.json
error:
  description: Why the roster was refused.
  returned: failure
  type: dict
  sample: {code: invalid_input, message: "...", advice: "..."}
"""

from ansible_collections.wxcc.onboarding.plugins.module_utils._module.run import make_local_module, run_local
from ansible_collections.wxcc.onboarding.plugins.module_utils._module.spec import ADDRESSES, ArgumentSpec, one_of
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.file import (
    Lists,
    write_roster,
    write_roster_of_run,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.verdict import SKIP, STOP, RefusalRule

SPEC = ADDRESSES.merge(
    ArgumentSpec(
        {
            # Raw: the roster's own checks name every row that is wrong, with its place, and the others go on.
            "users": {"type": "list", "elements": "raw", "default": []},
            "users_file": {"type": "path"},
            "defaults": {"type": "dict", "default": {}},
            "duplicates": one_of(("refuse", "merge"), default="refuse"),
            "ignore_keys": {"type": "list", "elements": "str", "default": [], "no_log": False},
            "refused_rows": one_of((SKIP, STOP), default=STOP),
            "max_refused_rows": {"type": "raw"},
            "prefix": {"type": "str"},
            "run_directory": {"type": "path"},
            "dest": {"type": "path"},
        },
        mutually_exclusive=(("run_directory", "dest"),),
        required_one_of=(("run_directory", "dest"),),
    )
)


def main() -> None:
    module = make_local_module(SPEC)
    params = module.params
    lists = Lists(
        users=params["users"],
        addresses=params["addresses"] or (),
        users_file=params["users_file"],
        defaults=params["defaults"],
        merge=params["duplicates"] == "merge",
        ignored=params["ignore_keys"],
        prefix=("onboard_" if params["run_directory"] else "") if params["prefix"] is None else params["prefix"],
    )
    rule = RefusalRule(params["refused_rows"], params["max_refused_rows"])
    write, where = (
        (write_roster_of_run, params["run_directory"]) if params["run_directory"] else (write_roster, params["dest"])
    )
    run_local(module, lambda: write(lists, where, rule, check_mode=module.check_mode))


if __name__ == "__main__":
    main()
