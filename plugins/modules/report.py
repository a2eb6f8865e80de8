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
  - Reads the run directories that the role P(wxcc.onboarding.onboard#role) (or a playbook of your own) left, one for
    each organization, and joins the outcomes of all steps by address into one result per person.
  - A person is V(ready) only when everything that was declared for that person was observed; otherwise the outcome is
    V(waiting) (somebody must do something first), V(blocked) (only a person can help) or V(failed), and the report says
    what to do and where.
  - Writes C(report.json) for programs, C(report.csv) for spreadsheets and C(report.html) for people, readable by their
    owner only, and shows a few lines per organization in the terminal.
  - Runs on the controller and talks to no service. Run it once for all organizations, with C(run_once).
options:
  run_directories:
    description:
      - The run directories, one for each organization. They are read, never changed.
      - Of each, the files C(organization.json), C(roster.json), C(csv.jsonl), C(user.jsonl), C(license.jsonl),
        C(role.jsonl), C(sync.jsonl) and C(agent.jsonl) are read, as far as they exist.
      - A directory without C(organization.json) appears in the report as an organization that left nothing.
    type: list
    elements: path
    required: true
  dest:
    description:
      - Directory for the report. It is made, open to its owner only, if it does not exist.
    type: path
    required: true
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
    description: How many groups of people who need something are shown for each organization.
    type: int
    default: 10
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
  - module: wxcc.onboarding.user
  - module: wxcc.onboarding.license
  - module: wxcc.onboarding.role
  - module: wxcc.onboarding.sync
"""

EXAMPLES = r"""
- name: Write the report over all organizations
  wxcc.onboarding.report:
    run_directories:
      - runs/20260301T080000Z/alpha
      - runs/20260301T080000Z/beta
    dest: runs/20260301T080000Z
  run_once: true

- name: Only the file that a program reads on
  wxcc.onboarding.report:
    run_directories: [runs/20260301T080000Z/alpha]
    dest: runs/20260301T080000Z
    formats: [json]
    show: false
"""

RETURN = r"""
summary:
  description:
    - How many people there are, by what was done and by what became of them, over all organizations.
    - RV(summary.created), RV(summary.updated), RV(summary.removed), RV(summary.unchanged), RV(summary.blocked) and
      RV(summary.failed) count everybody once; so do RV(summary.ready), RV(summary.waiting), RV(summary.blocked) and
      RV(summary.failed).
  returned: success
  type: dict
  contains:
    total: {description: All of them., type: int, sample: 320}
    created: {description: People who were created., type: int, sample: 200}
    updated: {description: People of whom something else was changed., type: int, sample: 78}
    removed: {description: People of whom something was taken away., type: int, sample: 0}
    unchanged: {description: People who already were as declared., type: int, sample: 40}
    blocked: {description: People whom only a person can help., type: int, sample: 2}
    failed: {description: People for whom a step went wrong., type: int, sample: 0}
    ready: {description: People of whom everything declared was observed., type: int, sample: 318}
    waiting: {description: People for whom somebody must do something first., type: int, sample: 0}
organizations:
  description: The same for each organization, in the order of O(run_directories).
  returned: success
  type: list
  elements: dict
  contains:
    id: {description: The organization's id., type: str, sample: 7d2a6a1c-0a9b-4f5a-9f0e-6a5f1f6f0b11}
    name: {description: The organization's name., type: str, sample: Alpha Industries}
    host: {description: The inventory host that stands for it., type: str, sample: alpha}
    check: {description: Whether it was a check run., type: bool, sample: false}
    aborted:
      description: At which step the whole organization stopped, and why; null where the chain went through.
      type: dict
      sample: {step: preflight, message: The token is not valid.}
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
  sample: {json: runs/20260301T080000Z/report.json, html: runs/20260301T080000Z/report.html}
lines:
  description: What an administrator wants to see in the terminal.
  returned: success
  type: list
  elements: str
  sample:
    - "alpha: 300 people: 298 ready, 2 blocked; created 200, updated 60, unchanged 38"
"""
