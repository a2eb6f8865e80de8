#!/usr/bin/python
# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of ``wxcc.onboarding.run`` that asks the service which organization a run is about; the rest is the action's."""

from __future__ import annotations

DOCUMENTATION = r"""
module: run
short_description: Begin and finish a run for one organization
version_added: 0.1.0
author:
  - Contributors to the wxcc.onboarding collection (@wxcc-onboarding)
description:
  - >-
    With O(state=started) it makes a directory that no other run has, settles which organization the host stands for, and checks the
    variables of the role. With O(state=finished) it writes what became of the rows of CSV files, marks the run as finished, and
    fails where people failed or are blocked.
  - The directory is C(<base>/<run id>/<host>). The run's id, time and a random part, is the same for all hosts of one
    C(ansible-playbook) process, so that one report can be made of them. Nothing that stands in O(base) is ever reused or cleared.
  - The organization is the one that O(org_id) or O(org_name) names, else the only one that the token shows. Where the token shows
    several and none is named, the task fails and lists them.
  - It runs on the controller, as the user who runs the playbook. Another connection than C(local), and C(become), are refused.
extends_documentation_fragment:
  - wxcc.onboarding.attributes
  - wxcc.onboarding.attributes.info
  - wxcc.onboarding.attributes.action_group
  - wxcc.onboarding.connection
attributes:
  check_mode:
    details:
      - The directory is made in check mode too, and nothing is written outside of it; old runs are left alone.
  action:
    description: Has an action plugin of the same name, which runs on the controller.
    support: full
options:
  state:
    description:
      - Whether the run begins or ends.
      - V(open) notes that the gate of Synchronize Users is left for somebody to pass, says what is to be done, and leaves it as the
        artifact C(wxcc_onboarding_waiting) for the next node of a workflow.
      - V(ask) shows what is to be done (O(todo)) and waits for somebody at the terminal to press Enter; see RV(answer).
    type: str
    choices: [started, ask, open, finished]
    default: started
  org_name:
    description:
      - The name of the organization, in place of O(org_id) or beside it. It must be the whole name; the case of the letters A to Z
        does not matter.
    type: str
  role:
    description:
      - Whose variables are read and checked; see RV(options).
      - The variables of the roster begin with C(onboard_) for every role.
    type: str
    choices: [onboard, roster, preflight, synchronize, agent_settings, audit, export, invite]
    default: onboard
  base:
    description:
      - A place for runs. Without it the variable C(onboard_run_directory) counts, and without that C(wxcc_onboarding_runs) below
        the directory in which the playbook was started.
    type: path
  keep_runs:
    description:
      - How long finished runs stay in O(base), for example V(30d), V(12h) or a number of seconds. Older ones are removed.
      - Without it the variable C(onboard_keep_runs) counts, and without that all are kept.
      - A run is kept whose gate is still open, whose plan may still be carried out, or which holds a file that is not the run's own.
        In check mode none is removed.
    type: str
  writable:
    description:
      - Whether this organization may be changed. With V(false) it is only looked at, and a run that would change anything stops
        before it does.
      - Without it the variable C(onboard_writable) counts, and without that V(true).
    type: bool
  run_directory:
    description:
      - For O(state=finished), the directory of the run. Without it that of the run which this playbook has begun for the host.
    type: path
  todo:
    description: For O(state=open) and O(state=ask), what is to be done, in lines, as RV(wxcc.onboarding.sync#module:todo) has it.
    type: list
    elements: str
  show:
    description: For O(state=finished), whether lines tell what became of everybody; not needed where a report follows.
    type: bool
    default: true
  failure:
    description:
      - For O(state=finished), what a task said that ended the chain. It is kept as the reason unless a step left one itself.
      - The task that failed has told it, so this one does not fail; the next that finishes the run gives the verdict.
    type: str
  failed_task:
    description: For O(state=finished), the module of that task.
    type: str
  failed_name:
    description:
      - For O(state=finished), what that task is called. It is told where the task is none of the collection's, as one of
        C(synchronize_hook_tasks).
    type: str
  fail_on:
    description:
      - For O(state=finished), which people make the task fail. A run that was stopped always does.
      - Without it the variable C(onboard_fail_on) counts, and without that both.
    type: list
    elements: str
    choices: [failed, blocked]
seealso:
  - module: wxcc.onboarding.roster
  - module: wxcc.onboarding.report
"""

EXAMPLES = r"""
- name: Begin
  wxcc.onboarding.run:
    org_name: Alpha Industries
  register: begun

- name: Bring them in
  wxcc.onboarding.user:
    run_directory: "{{ begun.directory }}"

- name: End, and fail for people who failed
  wxcc.onboarding.run:
    state: finished
    fail_on: [failed]
"""

RETURN = r"""
directory:
  description: The directory of the run, absolute.
  returned: whenever there is one
  type: str
  sample: /srv/onboarding/wxcc_onboarding_runs/20261125T043028Z-3f9a1c/alpha
run:
  description: The run's id, the same for all hosts of one process.
  returned: whenever there is a directory
  type: str
  sample: 20261125T043028Z-3f9a1c
base:
  description: The place for runs, absolute. The report of the run goes into the directory with the run's id in it.
  returned: whenever there is a directory
  type: str
  sample: /srv/onboarding/wxcc_onboarding_runs
host:
  description: The inventory's name of the organization.
  returned: whenever there is a directory
  type: str
  sample: alpha
check_mode:
  description: Whether it is a check run, in which nothing is written elsewhere.
  returned: whenever there is a directory
  type: bool
  sample: false
organization:
  description: The organization, with the question whether requests have to name it.
  returned: when it was found
  type: dict
  sample: {id: aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee, name: Alpha Industries, named: true}
options:
  description:
    - The variables of O(role), typed. What begins with C(onboard_), or with the name of O(role), stands here without that. A blank
      variable counts as not given and has its default; lists given as text are lists, paths are absolute, and times are seconds.
    - The people of C(onboard_users) are checked and not returned, since there may be thousands of them.
    - The variables of the gate, which begin with C(synchronize_), stand in C(gate), but for the secret header, which is not
      handed on.
  returned: when the run was begun
  type: dict
  contains:
    addresses: {description: Texts of addresses as they were given., type: list, sample: []}
    users_file: {description: 'A roster file, or null.', type: str, sample: null}
    csv_files: {description: CSV files in the order of import., type: list, sample: [/srv/onboarding/agents.csv]}
    csv_mode: {description: What the files are for., type: str, sample: add_services_only}
    csv_results_directory: {description: 'Where result and retry files go, or null: beside each file.', type: str, sample: null}
    refused_rows: {description: 'What refused rows do, skip or stop.', type: str, sample: skip}
    max_refused_rows: {description: 'How many refused rows are too many, as text, or null.', type: str, sample: 5%}
    ignore_keys: {description: Keys of rows that are the site's own., type: list, sample: []}
    duplicates: {description: 'What is done with rows of one person, refuse or merge.', type: str, sample: refuse}
    check_organization: {description: Whether the organization's record may settle damaged numbers., type: bool, sample: true}
    part_size: {description: At most that many people of a CSV file at once., type: int, sample: 1000}
    identities: {description: Whether people are added., type: bool, sample: true}
    license: {description: 'The license of those who declare none, or null.', type: str, sample: premium}
    role: {description: 'The role of those who declare none, or null.', type: str, sample: null}
    license_mode: {description: What the run may take away of licenses., type: str, sample: add_and_remove}
    role_mode: {description: What the run may take away of roles., type: str, sample: add_and_remove}
    supervisor_via: {description: 'How supervisors are made, console, scim or capabilities.', type: str, sample: console}
    subscription_id: {description: 'The subscription whose licenses are given, or null.', type: str, sample: null}
    agent_settings: {description: Agent settings of those who declare none., type: dict, sample: {site: Lisboa}}
    mails: {description: "What the run does about activation mails: as_is, on or off.", type: str, sample: as_is}
    mails_restore: {description: Whether their setting is put back once people have their licenses., type: bool, sample: true}
    synchronize: {description: Whether the chain comes to the gate., type: bool, sample: true}
    allow_shortage: {description: Whether it may begin with too few seats., type: bool, sample: false}
    max_removals: {description: 'How many removals are allowed, as text, or null: the default of the modules.', type: str, sample: "10"}
    allow_removals: {description: Whether people may lose everything although no number is given., type: bool, sample: false}
    max_changes: {description: 'How many changes are allowed, as text, or null: any number.', type: str, sample: null}
    protected: {description: Addresses from which nothing is taken., type: list, sample: []}
    writable: {description: Whether the organization may be changed., type: bool, sample: true}
    plan: {description: 'The file of an approved plan, or null.', type: str, sample: null}
    plan_digest: {description: 'The digest of an approved plan, or null.', type: str, sample: null}
    plan_valid: {description: Seconds for which an approved plan may be carried out., type: int, sample: 86400}
    run_directory: {description: 'The place for runs, or null.', type: str, sample: null}
    keep_runs: {description: 'Seconds for which finished runs are kept, or null: for ever.', type: int, sample: 2592000}
    fail_on: {description: Which people make the run fail., type: list, sample: [failed, blocked]}
    gate:
      description: How the gate is passed, for O(role=onboard) and O(role=synchronize).
      type: dict
      sample: {gate: wait, hook_tasks: null, hook_url: null, retries: 3, timeout: 600.0, interval: 15.0, terminal: auto}
    unknown_variables:
      description: Variables that begin like the collection's and that nobody reads, with the nearest name that there is, or null.
      type: list
      sample: [{name: onboard_user, nearest: onboard_users}]
answer:
  description: What was answered, C(done) or C(later); C(nobody) where there is no terminal to ask at.
  returned: with O(state=ask)
  type: str
  sample: done
findings:
  description: What is to be looked at.
  returned: when the run was begun
  type: list
  elements: dict
  sample:
    - level: warning
      position: onboard_user
      message: Nobody reads the variable onboard_user.
      action: Did you mean onboard_users?
removed_runs:
  description: How many old runs were removed.
  returned: when the run was begun
  type: int
  sample: 0
summary:
  description: How many people there are by what became of them, as in the report.
  returned: when the run is finished
  type: dict
  sample: {total: 40, ready: 38, waiting: 1, blocked: 1, failed: 0}
outcome:
  description: The worst that became of anybody, or C(stopped) where the run was given up, or C(ready).
  returned: when the run is finished
  type: str
  sample: blocked
lines:
  description: What became of the organization, as the report shows it in the terminal.
  returned: when the run is finished and the task does not fail
  type: list
  elements: str
  sample: ["alpha: 40 people: 38 ready, 1 waiting, 1 blocked"]
csv:
  description: What was written for each CSV file.
  returned: when the run is finished and the task does not fail
  type: list
  elements: dict
  sample: []
stopped:
  description: At which step the run was given up and why, or null.
  returned: when the run is finished and the task does not fail
  type: dict
  sample: {step: license, code: no_seat, message: There are 2 seats too few., advice: Free or buy licenses.}
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

from ansible_collections.wxcc.onboarding.plugins.module_utils._module.run import make_module, run_reader
from ansible_collections.wxcc.onboarding.plugins.module_utils._module.spec import CONNECTION, ArgumentSpec
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.options import RUN_OPTIONS
from ansible_collections.wxcc.onboarding.plugins.module_utils._views.organization import finder

SPEC = CONNECTION.merge(ArgumentSpec(RUN_OPTIONS))


def main() -> None:
    module = make_module(SPEC)
    run_reader(module, finder(module.params["org_id"], module.params["org_name"]), needs_organization=False)


if __name__ == "__main__":
    main()
