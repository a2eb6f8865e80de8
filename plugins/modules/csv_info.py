#!/usr/bin/python
# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: csv_info
short_description: Read and check Control Hub user files and Bulk Operations files
version_added: 0.1.0
author:
  - Contributors to the wxcc.onboarding collection (@wxcc-onboarding)
description:
  - >-
    Reads one or several CSV files, as Control Hub writes them or as a spreadsheet program left them, and says everything
    that is wrong or doubtful, with file, line, column, what was found, what it means and what to do.
  - Repairs only what is certain, and says so; a row with an error is refused, the other rows can be used.
  - >-
    The people come back as a roster, or are written as roster files in the order of import. Cells are text and are never
    evaluated.
options:
  files:
    description: The files, in the order of import.
    type: list
    elements: path
    required: true
  mode:
    description:
      - What the files are for. Control Hub's own words V(add_services_only) and V(add_and_remove_services) mean the same two.
    type: str
    choices: [add_only, add_and_remove, add_services_only, add_and_remove_services]
    default: add_only
  users_file:
    description:
      - A roster file whose people are joined by address, for what a CSV file cannot say (supervisors, administrators).
      - Who stands only there comes last.
    type: path
  check_organization:
    description:
      - Whether to read the organization's people, so that damaged numbers can be settled by its own record and new people be told from old.
      - Only then is a connection needed.
    type: bool
    default: false
  dest:
    description: A directory to which the roster files are written, one for each file and part.
    type: path
  part_size:
    description: At most that many people a roster file; 1,000 is what Control Hub takes for the contact center at once.
    type: int
    default: 1000
  results_file:
    description: Append an outcome line for each address that was refused altogether.
    type: path
  return_users:
    description: Whether the people come back as a variable; with many people use O(dest).
    type: bool
    default: true
attributes:
  check_mode:
    support: full
    description: The files named for results are written in check mode too, since the steps of a check run read them.
  diff_mode:
    support: N/A
    description: Nothing is changed.
  idempotent:
    support: full
extends_documentation_fragment:
  - wxcc.onboarding.attributes
  - wxcc.onboarding.attributes.action_group
  - wxcc.onboarding.connection
"""

EXAMPLES = r"""
- name: What is wrong with these files
  wxcc.onboarding.csv_info:
    files: [agents.csv, more-agents.csv]
  register: checked

- name: Everything that was found
  ansible.builtin.debug:
    msg: "{{ checked.findings | map(attribute='message') | list }}"
"""

RETURN = r"""
ok:
  description: Whether no finding is an error.
  returned: success
  type: bool
  sample: true
count:
  description: How many people can be used.
  returned: success
  type: int
  sample: 300
agents:
  description: How many of them declare agent settings.
  returned: success
  type: int
  sample: 0
counts:
  description: Findings by level.
  returned: success
  type: dict
  sample: {error: 0, warning: 2, repaired: 1}
findings:
  description: Every finding.
  returned: success, and where the input cannot be used
  type: list
  elements: dict
  contains:
    level: {description: 'error (refused), warning, or repaired.', type: str, returned: always, sample: repaired}
    code: {description: A stable word for the kind., type: str, returned: always, sample: lost_plus}
    file: {description: The file., type: str, returned: always, sample: agents.csv}
    line: {description: The line in the file; the header is usually line 1., type: int, returned: always, sample: 7}
    column: {description: The header as it stands in the file., type: str, returned: always, sample: Phone Number}
    found: {description: What stands there., type: str, returned: always, sample: "12025550101"}
    meaning: {description: What it means., type: str, returned: always, sample: "..."}
    action: {description: What to do., type: str, returned: always, sample: "..."}
    email: {description: The person., type: str, returned: always, sample: ada.marlowe@example.com}
    position: {description: Line and column in words., type: str, returned: always, sample: "line 7 of agents.csv"}
    message: {description: All of it in one sentence., type: str, returned: always, sample: "..."}
files:
  description: What was found out about each file.
  returned: success
  type: list
  elements: dict
  sample: [{name: agents.csv, kind: user, encoding: UTF-8, delimiter: comma, rows: 300, people: 299, refused: 1}]
rosters:
  description: The roster files in the order of import, each with C(path), the C(file) that it came from, and C(count).
  returned: success
  type: list
  elements: dict
  sample: [{path: run/roster-001-agents.json, file: agents.csv, count: 299}]
joined:
  description: The roster file that holds everybody; null without O(dest).
  returned: success
  type: str
  sample: run/roster.json
checks:
  description: The file that tells M(wxcc.onboarding.csv_result) which rows were refused, and why; null without O(dest).
  returned: success
  type: str
  sample: run/csv.json
lines:
  description:
    - The findings in a few lines for a terminal, errors first, then repairs, then warnings. What recurs in a column stands there once.
    - After them come the notes.
  returned: success
  type: list
  elements: str
  sample: ["error: line 7 of agents.csv, column 'Webex Contact Center Premium': 'x' ..."]
notes:
  description: What no CSV file can say.
  returned: success
  type: list
  elements: str
  sample: []
users:
  description: The people, joined over all files.
  returned: success
  type: list
  elements: dict
  sample: [{email: ada.marlowe@example.com, first_name: Ada, csv: {standard: false, premium: true}, source: line 2 of agents.csv}]
# -- reader: written by "make returns" --
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
# -- end of reader --
"""

import functools

from ansible_collections.wxcc.onboarding.plugins.module_utils._model import ADD_ONLY
from ansible_collections.wxcc.onboarding.plugins.module_utils._module.run import make_module, run_local, run_reader
from ansible_collections.wxcc.onboarding.plugins.module_utils._module.spec import CONNECTION, ArgumentSpec, one_of
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.fields import MODES
from ansible_collections.wxcc.onboarding.plugins.module_utils._views.csv_info import check, check_with_organization

SPEC = CONNECTION.merge(
    ArgumentSpec(
        {
            "files": {"type": "list", "elements": "path", "required": True},
            "mode": one_of(MODES, default=ADD_ONLY),
            "users_file": {"type": "path"},
            "check_organization": {"type": "bool", "default": False},
            "dest": {"type": "path"},
            "part_size": {"type": "int", "default": 1000},
            "results_file": {"type": "path"},
            "return_users": {"type": "bool", "default": True},
        }
    )
)


def main() -> None:
    module = make_module(SPEC)
    params = module.params
    if params["check_organization"]:
        run_reader(module, functools.partial(check_with_organization, options=params))
    else:
        run_local(module, functools.partial(check, params))


if __name__ == "__main__":
    main()
