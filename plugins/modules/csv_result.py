#!/usr/bin/python
# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: csv_result
short_description: Write result and retry files of a run's CSV files
version_added: 0.1.0
author:
  - Contributors to the wxcc.onboarding collection (@wxcc-onboarding)
description:
  - >-
    Writes C(FILE.result.csv), a line for every row of the file with its outcome, what was changed from what to what, tracking id and
    advice, and C(FILE.retry.csv), the rows that are not done, in their original columns and spelling, ready to run again when the cause
    is gone. A row is done when everything that it asked for is done, and the contact center has taken the person over where the run looked.
  - >-
    Whoever is only waiting for Synchronize Users (an open gate) is C(waiting), which is no error; such a row is to be run again only where
    agent settings wait, too. The retry file of a Bulk Operations file has the vendor's column C(Error Message) as well.
  - >-
    The files are always written into the run's directory, and beside each file (or into O(results_directory)) as well. Where no row
    needs to run again, no retry file is left, and one that somebody has edited is left alone.
  - >-
    A check run gets C(FILE.plan.csv) instead, in its directory alone, which says what would become of every row.
  - M(wxcc.onboarding.run) does the same at the end of a run; this module is for playbooks of your own.
options:
  run_directory:
    description: The directory of the run in which M(wxcc.onboarding.csv_info) read the files.
    type: path
    required: true
  results_directory:
    description: Where to write; without it where M(wxcc.onboarding.csv_info) was told, else beside each file.
    type: path
attributes:
  check_mode:
    support: full
    description: Only the directory of a check run is written to.
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
    run_directory: "{{ wxcc_onboarding_run.directory }}"
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
    message: {description: 'Why a file is not where it was wanted, or not written; else null.', type: str, returned: always, sample: null}
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

from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.results import write_results_of_run
from ansible_collections.wxcc.onboarding.plugins.module_utils._module.run import make_local_module, run_local
from ansible_collections.wxcc.onboarding.plugins.module_utils._module.spec import ArgumentSpec

SPEC = ArgumentSpec({"run_directory": {"type": "path", "required": True}, "results_directory": {"type": "path"}})


def main() -> None:
    module = make_local_module(SPEC)
    directory, results = module.params["run_directory"], module.params["results_directory"]

    def write() -> dict[str, object]:
        files = write_results_of_run(directory, results, check_mode=module.check_mode)
        return {"changed": any(entry["result"] for entry in files), "files": files}

    run_local(module, write)


if __name__ == "__main__":
    main()
