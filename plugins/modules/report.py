#!/usr/bin/python
# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action ``wxcc.onboarding.report``, which runs on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: report
short_description: Write one report over all the organizations of a run
version_added: 0.1.0
author:
  - Contributors to the wxcc.onboarding collection (@wxcc-onboarding)
description:
  - Reads the run directories that M(wxcc.onboarding.run) made, one for each organization, and joins what every step left
    there by row and place into one entry per person. What a run did not carry out because its plan found nothing to do
    is told by the plan.
  - Everybody is in exactly one entry, and so is every refused row, also one that names nobody; each with the places where
    it was written. The numbers of the terminal, of the files and of RV(summary) are those of the same table.
  - A person is V(ready) only when everything that was declared for that person was observed; otherwise the outcome is
    V(waiting) (somebody must do something first), V(blocked) (only a person can help) or V(failed), and the report says
    what to do and where. Of a check run, the outcomes are the forecast of its plan.
  - Writes C(report.json) for programs (its JSON Schema is C(docs/schemas/report.json)), C(report.csv) for spreadsheets and
    C(report.html) for people, readable by their owner only, and shows a few lines in the terminal.
  - Hands the numbers of RV(summary) to later nodes of a workflow, as the artifact C(wxcc_onboarding_summary), with
    C(check), which is true where they are the forecast of a check run.
  - Runs on the controller and talks to no service. Run it once for all organizations, with C(run_once).
options:
  run_directories:
    description:
      - The run directories, one for each organization. They are read, never changed.
      - Of each, the files C(run.json), C(roster.json), C(plan.json), C(row.jsonl), C(user.jsonl), C(license.jsonl),
        C(role.jsonl), C(sync.jsonl) and C(agent.jsonl) are read, as far as they exist.
      - Without it, those of the runs that the hosts of the play began, and those beside them whose hosts were refused;
        where no host of the play began one, those of all hosts.
      - A directory that is no run's appears in the report as an organization that stopped at the start.
    type: list
    elements: path
  dest:
    description:
      - Directory for the report. It is made, open to its owner only, if it does not exist.
      - Without it, the directory above those of the runs. Where the runs have several base directories, the first of them,
        and the last lines say so.
    type: path
  formats:
    description: Which files to write.
    type: list
    elements: str
    choices: [json, csv, html]
    default: [json, csv, html]
  show:
    description: Whether to show the lines of RV(lines) in the terminal.
    type: bool
    default: true
  max_lines:
    description:
      - How many lines at most tell, for each organization, who needs what.
      - Without it, ten for a single organization, and the fewer, the more organizations there are.
    type: raw
attributes:
  check_mode:
    description: Whether it can run in check mode.
    support: full
    details:
      - The report is about the run, not part of what is being managed, so it is written in check mode too.
  diff_mode:
    description: Whether it can show what changed.
    support: none
  action:
    description: Has an action plugin of the same name, which runs on the controller.
    support: full
seealso:
  - module: wxcc.onboarding.run
  - module: wxcc.onboarding.user
  - module: wxcc.onboarding.license
  - module: wxcc.onboarding.role
  - module: wxcc.onboarding.sync
"""

EXAMPLES = r"""
- name: Write one report over the runs of all hosts
  wxcc.onboarding.report:
  run_once: true

- name: Write one report over the slices of a big inventory
  wxcc.onboarding.report:
    run_directories:
      - runs/20260301T080000Z-3f9a1c/alpha
      - runs/20260301T080500Z-77b0de/beta
    dest: reports
  run_once: true

- name: Only the file that a program reads on
  wxcc.onboarding.report:
    formats: [json]
    show: false
  run_once: true
"""

RETURN = r"""
summary:
  description:
    - How many people there are, by what was done and by what became of them, over all organizations.
    - RV(summary.ready), RV(summary.waiting), RV(summary.blocked) and RV(summary.failed) count everybody once.
      RV(summary.created), RV(summary.updated) and RV(summary.removed) count what happened, whatever became of the person
      afterwards, so who was created and then failed counts in both; in a check run, what would happen.
  returned: success
  type: dict
  contains:
    total: {description: "All entries: everybody, and every refused row that names nobody.", type: int, sample: 320}
    created: {description: People who were created., type: int, sample: 200}
    updated: {description: People of whom something else was changed., type: int, sample: 78}
    removed: {description: People of whom something was taken away., type: int, sample: 0}
    unchanged: {description: "People to whom nothing happened, and with whom nothing is wrong.", type: int, sample: 40}
    blocked: {description: People whom only a person can help., type: int, sample: 2}
    failed: {description: "People for whom a step went wrong, and refused rows.", type: int, sample: 0}
    uncertain: {description: "People to whom something may have happened, and nobody knows.", type: int, sample: 0}
    ready: {description: People of whom everything declared was observed., type: int, sample: 318}
    waiting: {description: People for whom somebody must do something first., type: int, sample: 0}
    rows: {description: "Places of the input: lines of files, elements of lists.", type: int, sample: 324}
organizations:
  description: The same for each organization, in the order of the run directories.
  returned: success
  type: list
  elements: dict
  contains:
    id: {description: The organization's id; null where none was found., type: str, sample: 7d2a6a1c-0a9b-4f5a-9f0e-6a5f1f6f0b11}
    name: {description: The organization's name., type: str, sample: Alpha Industries}
    host: {description: The inventory host that stands for it., type: str, sample: alpha}
    run: {description: The run's id., type: str, sample: 20260301T080000Z-3f9a1c}
    directory: {description: The run directory., type: str, sample: /srv/runs/20260301T080000Z-3f9a1c/alpha}
    check: {description: Whether it was a check run., type: bool, sample: false}
    stopped:
      description: Where the whole run stopped, why, and what to do; null where it went through.
      type: dict
      sample: {step: plan, code: token_invalid, message: The token is not valid., advice: Get a new one.}
    summary: {description: The counts as in RV(summary)., type: dict, sample: {total: 300, ready: 298, blocked: 2}}
check:
  description: Whether any of it was a check run, so that the report tells what would be done.
  returned: success
  type: bool
  sample: false
files:
  description: The files written, by format.
  returned: success
  type: dict
  sample: {json: /srv/runs/20260301T080000Z-3f9a1c/report.json, html: /srv/runs/20260301T080000Z-3f9a1c/report.html}
lines:
  description: What an administrator wants to see in the terminal; the last of them is the essence.
  returned: success
  type: list
  elements: str
  sample:
    - "alpha: 300 people: 298 ready, 2 blocked; created 200, unchanged 98. Report: /srv/runs/report.html"
"""
