#!/usr/bin/python
# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: csv_export
short_description: Write the organization's people as a Control Hub user file
version_added: 0.1.0
author:
  - Contributors to the wxcc.onboarding collection (@wxcc-onboarding)
description:
  - >-
    Writes the same columns as Control Hub's export, byte for byte the same for the same people, split where a file grows
    too long.
  - A file that goes out and straight back in plans no change.
  - >-
    A file that somebody has edited since the last export is not written over, unless O(force) is set; digests of what was written stand
    beside it, in C(.agents.csv.sha256). Parts of the export before that do not belong to this one are taken away.
options:
  dest:
    description: The file; with several parts C(agents.csv) becomes C(agents.part-1-of-2.csv) and so on. Readable by its owner alone.
    type: path
  directory:
    description:
      - A directory, made where it is missing, for a file that is named after O(host).
      - Without it and without O(dest) it is the one in which the playbook was started.
    type: path
  host:
    description: The name of the organization in the inventory, which the file is named after; two hosts never have one file.
    type: str
  force:
    description: Whether files that somebody has edited are written over.
    type: bool
    default: false
  columns:
    description:
      - V(minimal) writes names, address and the contact center licenses, so that an import can change nothing else.
      - V(full) writes every column of an export; what the public APIs do not tell stays blank, which changes nothing.
    type: str
    choices: [minimal, full]
    default: minimal
  state:
    description: Only people in one of these states.
    type: list
    elements: str
    choices: [present, disabled]
  row_limit:
    description: At most that many people a file; V(0) writes one file.
    type: int
    default: 1000
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
    description: The files hold personal data, which does not belong on the screen.
  idempotent:
    support: full
extends_documentation_fragment:
  - wxcc.onboarding.attributes
  - wxcc.onboarding.attributes.action_group
  - wxcc.onboarding.connection
  - wxcc.onboarding.people.filters
"""

EXAMPLES = r"""
- name: Everybody with a contact center license
  wxcc.onboarding.csv_export:
    directory: exports
    license: [standard, premium]
"""

RETURN = r"""
files:
  description: The files, in order.
  returned: success
  type: list
  elements: str
  sample: [agents.csv]
count:
  description: How many people were written.
  returned: success
  type: int
  sample: 190
missing:
  description: Addresses that were asked for and that the organization does not have, or not with that license and state.
  returned: success
  type: list
  elements: str
  sample: []
kept:
  description: Files of the export before that do not belong to this one, and stay because somebody edited them.
  returned: success
  type: list
  elements: str
  sample: []
lines:
  description: The same in a few lines, which are shown.
  returned: success
  type: list
  elements: str
  sample: [190 people in exports/acme.csv]
findings:
  description: Every error and warning of the input, with its position.
  returned: when the input cannot be used
  type: list
  elements: dict
  sample: []
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
import os

from ansible_collections.wxcc.onboarding.plugins.module_utils._module.run import make_module, run_reader
from ansible_collections.wxcc.onboarding.plugins.module_utils._module.spec import (
    ADDRESSES,
    CONNECTION,
    ArgumentSpec,
    one_of,
    some_of,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.fields import LICENSES
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.names import spelled
from ansible_collections.wxcc.onboarding.plugins.module_utils._views.csv_export import Export, export
from ansible_collections.wxcc.onboarding.plugins.module_utils._views.people import PeopleFilter

SPEC = CONNECTION.merge(
    ADDRESSES,
    ArgumentSpec(
        {
            "dest": {"type": "path"},
            "directory": {"type": "path"},
            "host": {"type": "str"},
            "force": {"type": "bool", "default": False},
            "columns": one_of(("minimal", "full"), default="minimal"),
            "license": some_of(LICENSES),
            "state": some_of(("present", "disabled")),
            "row_limit": {"type": "int", "default": 1000},
        },
        mutually_exclusive=(("dest", "directory"),),
        required_one_of=(("dest", "directory"),),
        required_by={"directory": ("host",)},
    ),
)


def main() -> None:
    module = make_module(SPEC)
    params = module.params
    wanted = Export(
        dest=params["dest"] or os.path.join(params["directory"], f"{spelled(params['host'])}.csv"),
        addresses=params["addresses"],
        filters=PeopleFilter(params["license"], None, params["state"]),
        full=params["columns"] == "full",
        row_limit=max(params["row_limit"], 0),
        force=params["force"],
    )
    run_reader(module, functools.partial(export, wanted=wanted, check_mode=module.check_mode))


if __name__ == "__main__":
    main()
