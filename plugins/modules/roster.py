#!/usr/bin/python
# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: roster
short_description: Join people from lists and text into one checked roster file
version_added: 0.1.0
author:
  - Contributors to the wxcc.onboarding collection (@wxcc-onboarding)
description:
  - Takes people as a list, addresses as text, or both, checks every row, joins rows for the same address, and writes the roster
    file that the other modules take as C(users_file).
  - All findings are reported at once, each with its position. Nothing is written if there is an error.
options:
  users:
    description: People as a list of mappings with C(email) and the fields of the chain.
    type: list
    elements: dict
    default: []
  users_file:
    description: A roster file (JSON) whose people come first.
    type: path
  defaults:
    description: Values for rows that do not declare them.
    type: dict
    default: {}
    suboptions:
      license:
        description: The license.
        type: str
        choices: [standard, premium, none]
      role:
        description: The role.
        type: str
        choices: [agent, supervisor, administrator]
  duplicates:
    description:
      - V(refuse) makes an address that stands twice an error; V(merge) takes rows that agree as one and warns.
      - Rows that contradict each other are refused in both cases.
    type: str
    choices: [refuse, merge]
    default: refuse
  dest:
    description: The file to write; readable by its owner alone.
    type: path
    required: true
attributes:
  check_mode:
    support: full
    description: The file is written in check mode too, since the steps of a check run read it.
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
    dest: run/roster.json
"""

RETURN = r"""
count:
  description: How many people the roster has.
  returned: success
  type: int
  sample: 300
agents:
  description: How many of them declare agent settings.
  returned: success
  type: int
  sample: 300
findings:
  description: What was found, with position, level (error or warning), message and what to do.
  returned: always
  type: list
  elements: dict
  sample: []
dest:
  description: The file.
  returned: success
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
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.fields import CHOICES
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.file import write_roster

SPEC = ADDRESSES.merge(
    ArgumentSpec(
        {
            # Without suboptions: the roster's own checks name every row that is wrong, with its position.
            "users": {"type": "list", "elements": "dict", "default": []},
            "users_file": {"type": "path"},
            "defaults": {
                "type": "dict",
                "default": {},
                "options": {word: one_of(CHOICES[word]) for word in ("license", "role")},
            },
            "duplicates": one_of(("refuse", "merge"), default="refuse"),
            "dest": {"type": "path", "required": True},
        }
    )
)


def main() -> None:
    module = make_local_module(SPEC)
    params = module.params
    run_local(
        module,
        lambda: write_roster(
            users=params["users"],
            addresses=params["addresses"] or (),
            users_file=params["users_file"],
            defaults=params["defaults"],
            merge=params["duplicates"] == "merge",
            dest=params["dest"],
        ),
    )


if __name__ == "__main__":
    main()
