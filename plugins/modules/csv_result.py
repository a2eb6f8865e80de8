#!/usr/bin/python
# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: csv_result
short_description: Write result and retry files beside imported CSV files
version_added: 0.1.0
author:
  - Contributors to the wxcc.onboarding collection (@wxcc-onboarding)
description:
  - >-
    Writes C(FILE.result.csv), a line for every row of the file with its outcome, tracking id and advice, and
    C(FILE.retry.csv), the rows that did not succeed, in their original columns and spelling, ready to run again when the
    cause is gone.
  - Where no row needs to run again, no retry file is left.
  - >-
    In check mode it writes C(FILE.plan.csv) instead, which says what would become of every row, and leaves the files of a
    real run alone.
options:
  files:
    description: The CSV files that were imported, unchanged since.
    type: list
    elements: path
    required: true
  results_files:
    description: The results files of the modules that worked on them; one that does not exist is passed over.
    type: list
    elements: path
    required: true
  checks_file:
    description:
      - What the checks of M(wxcc.onboarding.csv_info) refused, as it returns it in RV(wxcc.onboarding.csv_info#module:checks).
      - Without it the files are checked anew, without what the organization's record and the other files know.
    type: path
  modules:
    description: Modules that had to work on everybody; a row of which one of them did not leave an outcome was not reached.
    type: list
    elements: str
    default: []
  directory:
    description: Where to write; without it beside each file.
    type: path
attributes:
  check_mode:
    support: full
    description: The plan is written, and nothing else.
  diff_mode:
    support: none
    description: The files hold personal data, which does not belong on the screen.
  idempotent:
    support: none
    description: The files are written anew each time.
extends_documentation_fragment:
  - wxcc.onboarding.attributes
"""

EXAMPLES = r"""
- name: What became of every row
  wxcc.onboarding.csv_result:
    files: [agents.csv]
    results_files: [run/user.jsonl, run/license.jsonl]
"""

RETURN = r"""
files:
  description: What was written for each file.
  returned: success
  type: list
  elements: dict
  contains:
    file: {description: The file that was imported., type: str, returned: always, sample: agents.csv}
    result:
      description: The result file, or in check mode the plan; null for a file that could not be read.
      type: str
      returned: always
      sample: agents.result.csv
    retry: {description: 'The retry file, or null.', type: str, returned: always, sample: agents.retry.csv}
    counts: {description: Rows by outcome., type: dict, returned: always, sample: {changed: 280, unchanged: 17, blocked: 2, refused: 1}}
error:
  description: Why nothing was written.
  returned: failure
  type: dict
  sample: {code: invalid_input, message: "...", advice: "..."}
findings:
  description: Every place of the input that cannot be used, where there are several.
  returned: failure
  type: list
  elements: dict
  sample: []
"""

from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.results import write_result_files
from ansible_collections.wxcc.onboarding.plugins.module_utils._module.run import make_local_module, run_local
from ansible_collections.wxcc.onboarding.plugins.module_utils._module.spec import ArgumentSpec

SPEC = ArgumentSpec(
    {
        "files": {"type": "list", "elements": "path", "required": True},
        "results_files": {"type": "list", "elements": "path", "required": True},
        "checks_file": {"type": "path"},
        "modules": {"type": "list", "elements": "str", "default": []},
        "directory": {"type": "path"},
    }
)


def main() -> None:
    module = make_local_module(SPEC)
    params = module.params
    run_local(
        module,
        lambda: {
            "changed": True,
            "files": write_result_files(
                params["files"],
                params["results_files"],
                directory=params["directory"],
                checks_file=params["checks_file"],
                needed=params["modules"],
                planned=module.check_mode,
            ),
        },
    )


if __name__ == "__main__":
    main()
