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
  - >-
    Repairs only what is certain, and says so; a row with an error is refused, the other rows can be used. Cells are text and are never
    evaluated.
  - >-
    With O(run_directory) the people become the run's roster, joined with the lists that M(wxcc.onboarding.roster) left there, in parts
    in the order of import. Without it they come back as a variable.
  - >-
    Every row is either one person's, whose row in the roster names its place in C(sources), or is refused. Rows that contradict each
    other are refused, all of them, and nothing is done for that person; rows of one file that agree are one person. A file that is no
    table is one refused row.
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
      - Without a run, a roster file whose people are joined by address, for what a CSV file cannot say (supervisors, administrators).
      - Who stands only there comes last.
    type: path
  ignore_keys:
    description: Keys of the rows of O(users_file) that are your own, beside those that begin with C(x_).
    type: list
    elements: str
    default: []
  defaults:
    description:
      - C(license) and C(role) of people who do not declare them, those of lists beside the files among them.
      - >-
        A row under contact center columns is governed by its cells, blank ones too, which leave the license as it is. So the license goes
        for people of files without such columns, and of lists. The role goes for everybody but those whose cells are FALSE and not TRUE.
        Neither goes for who stands in Bulk Operations files alone. Where a file's rows go before a default, a finding says so, once.
    type: dict
    default: {}
  check_organization:
    description:
      - Whether to read the organization's people, so that damaged numbers can be settled by its own record and new people be told from old.
      - Only then is a connection needed.
    type: bool
    default: false
  run_directory:
    description: The directory of a run, as M(wxcc.onboarding.run) returns it; the roster is written there.
    type: path
  part_size:
    description: At most that many people a part; 1,000 is what Control Hub takes for the contact center at once.
    type: int
    default: 1000
  refused_rows:
    description: With O(run_directory), whether refused rows stop the run, or are left out and reported as failed.
    type: str
    choices: [skip, stop]
    default: skip
  max_refused_rows:
    description:
      - With O(refused_rows=skip), at most that many rows may be refused, those of lists included, as a number or as a percentage of all
        rows. Blank is any number.
    type: raw
  results_directory:
    description:
      - Where result and retry files of the run will be written; it must exist.
      - Without it where the run's own options say (C(onboard_csv_results_directory)), else beside each file.
      - Two files whose results would have one name are refused.
    type: path
  shared_with:
    description:
      - >-
        Other hosts of the same C(ansible-playbook) that read one of these files. That is refused unless each of them names its
        organization, and then result files carry the host's name.
      - Filled in by itself where hosts of a play name the same file.
    type: list
    elements: str
    default: []
  return_users:
    description: Whether the people come back as a variable where there is no run.
    type: bool
    default: true
attributes:
  check_mode:
    support: full
    description: The directory of a check run takes its roster; nothing else is written.
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

- name: The roster of a run
  wxcc.onboarding.csv_info:
    files: [agents.csv, more-agents.csv]
    run_directory: "{{ wxcc_onboarding_run.directory }}"

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
  returned: success, and where refused rows stop it
  type: int
  sample: 300
rows:
  description: How many rows there were in files and lists; a file that is no table counts as one.
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
  sample: 0
parts:
  description: The numbers of the parts that are carried out one after the other; V([0]) is everybody at once.
  returned: success, and where refused rows stop it
  type: list
  elements: int
  sample: [0]
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
lines:
  description:
    - At most 15 lines for a terminal, errors first, then repairs, then warnings. What recurs in a column stands there once.
    - After them come the notes.
  returned: success, and where refused rows stop it
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
  sample: [{email: ada.marlowe@example.com, first_name: Ada, csv: {standard: false, premium: true}, source: "agents.csv:2"}]
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
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.verdict import SKIP, STOP
from ansible_collections.wxcc.onboarding.plugins.module_utils._views.csv_info import check, check_with_organization

SPEC = CONNECTION.merge(
    ArgumentSpec(
        {
            "files": {"type": "list", "elements": "path", "required": True},
            "mode": one_of(MODES, default=ADD_ONLY),
            "users_file": {"type": "path"},
            "ignore_keys": {"type": "list", "elements": "str", "default": [], "no_log": False},
            "defaults": {"type": "dict", "default": {}},
            "check_organization": {"type": "bool", "default": False},
            "run_directory": {"type": "path"},
            "part_size": {"type": "int", "default": 1000},
            "refused_rows": one_of((SKIP, STOP), default=SKIP),
            "max_refused_rows": {"type": "raw"},
            "results_directory": {"type": "path"},
            "shared_with": {"type": "list", "elements": "str", "default": []},
            "return_users": {"type": "bool", "default": True},
        },
        mutually_exclusive=(("run_directory", "users_file"),),
    )
)


def main() -> None:
    module = make_module(SPEC)
    params = module.params
    if params["check_organization"]:
        run_reader(module, functools.partial(check_with_organization, options=params, check_mode=module.check_mode))
    else:
        run_local(module, functools.partial(check, params, check_mode=module.check_mode))


if __name__ == "__main__":
    main()
