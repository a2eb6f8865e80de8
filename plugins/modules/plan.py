#!/usr/bin/python
# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: plan
short_description: Work out what the whole chain would do for a roster, before anything is written
version_added: 0.1.0
author:
  - Contributors to the wxcc.onboarding collection (@wxcc-onboarding)
description:
  - Plans people, licenses, roles, the gate of Synchronize Users and agent settings, each on what the step before would leave, for
    everybody of the run's roster; and looks at all that M(wxcc.onboarding.preflight_info) looks at. It only reads, and only once.
  - What a row asks for and nobody can give (an unknown team, site, profile or role; Standard beside Premium) blocks that row in all its
    steps, and the others go on. What concerns all (seats, guard rails in people over all steps, a subscription that does not exist, missing
    scopes) makes the task fail, and the run writes nothing.
  - Leaves C(plan.json) (see C(docs/schemas/plan.json)), C(plan.csv) for a spreadsheet and C(plan.md) for whoever approves it in the
    run's directory. The modules of the run carry out what stands in C(plan.json), and nothing else.
  - A forecast never calls somebody ready of whom only the service can know it. Who is new may prove to belong to a trial or another
    organization; who is licensed waits for the gate.
options:
  state:
    description: What people should be whose row does not say it.
    type: str
    choices: [present, disabled, absent]
    default: present
  license:
    description: How licenses are planned; the same that M(wxcc.onboarding.license) is told.
    type: dict
    default: {}
    suboptions:
      mode:
        description: V(add_only) never takes a license away; V(add_and_remove) makes it so.
        type: str
        choices: [add_only, add_and_remove]
        default: add_and_remove
      subscription_id:
        description: The subscription that licenses come from. Needed where several offer one kind.
        type: str
      allow_shortage:
        description: Whether the run may begin with too few seats; whoever gets none is blocked.
        type: bool
        default: false
      default:
        description: The license of those whose row does not declare one.
        type: str
        choices: [standard, premium, none]
  role:
    description: How roles are planned; the same that M(wxcc.onboarding.role) is told.
    type: dict
    default: {}
    suboptions:
      mode:
        description: V(add_only) never takes a role away; V(add_and_remove) makes it so.
        type: str
        choices: [add_only, add_and_remove]
        default: add_and_remove
      supervisor_via:
        description: How supervisors are made.
        type: str
        choices: [console, scim, capabilities]
        default: console
      default:
        description: The role of those whose row does not declare one.
        type: str
        choices: [agent, supervisor, administrator]
  agent:
    description: How agent settings are planned; the same that M(wxcc.onboarding.agent) is told.
    type: dict
    default: {}
    suboptions:
      settings:
        description: Settings of those who do not declare their own; see O(wxcc.onboarding.agent#module:settings).
        type: dict
        suboptions:
          user_profile: {description: "The user profile, by name or id.", type: str}
          contact_center_enabled: {description: Whether the person may use the Agent Desktop., type: bool}
          site: {description: "The site, by name or id.", type: str}
          teams: {description: "The teams, by name or id.", type: list, elements: str}
          skill_profile: {description: "The skill profile, by name or id.", type: str}
          desktop_profile: {description: "The desktop profile, by name or id.", type: str}
          multimedia_profile: {description: "The multimedia profile, by name or id.", type: str}
          external_id: {description: An id of your own., type: str}
          default_number: {description: The default dial number., type: str}
  identities:
    description: Whether people are added and their names kept. With V(false) only people who are there get licenses and roles.
    type: bool
    default: true
  synchronize:
    description: Whether the run comes to the gate of Synchronize Users.
    type: bool
    default: true
  mails:
    description: What the run does about Webex's activation mails, so that the plan can say it; see M(wxcc.onboarding.invitation).
    type: str
    choices: [as_is, 'on', 'off']
    default: as_is
  writable:
    description: With V(false) the organization is only looked at, and a real run that would change anything is refused.
    type: bool
    default: true
  max_removals:
    description:
      - How many people may lose something over all steps, as a number or as a percentage of the roster, such as V(5%).
      - Without it 10 people may lose something, and nobody everything; see O(allow_removals).
    type: str
  allow_removals:
    description:
      - >-
        Whether people may lose everything (the account, the access to it, or the last license) although nobody gave a number as
        O(max_removals). Without either the run is refused, and they are named.
    type: bool
    default: false
  max_changes:
    description: How many people may be changed over all steps, as a number or a percentage. Without it any number.
    type: str
  refused_rows:
    description:
      - Whether a row that is blocked for what it asks for stops the run.
      - Without it what the run was begun with counts (C(onboard_refused_rows)), and without that V(skip).
    type: str
    choices: [skip, stop]
  max_refused_rows:
    description:
      - How many rows may be refused, those that the roster refused among them; a number or a percentage.
      - Without it what the run was begun with counts (C(onboard_max_refused_rows)), and without that any number.
    type: str
  protected:
    description: Addresses of people from whom nothing is ever taken. What is no address is refused, since it would protect nobody.
    type: list
    elements: str
    default: []
  approved_digest:
    description: The digest of an approved plan. The task fails unless this run would do exactly the same.
    type: str
  approved_plan:
    description:
      - The C(plan.json) of an approved plan. Whoever would now get other changes is blocked and left alone.
      - A file that was edited, another organization's, one older than O(valid_for), or one that a run has carried out before is refused.
    type: path
  valid_for:
    description: How long an approved plan's file may be carried out, for example V(1d), V(12h) or a number of seconds.
    type: str
    default: 1d
  run_directory:
    description: The directory of a run (M(wxcc.onboarding.run)) that has its roster.
    type: path
    required: true
  results:
    description: Which people come back in RV(results); V(failed) are those who are blocked.
    type: str
    choices: [changed, failed, all, none]
    default: none
  fail_on:
    description: Which people make the task fail. A run that must not begin always does.
    type: list
    elements: str
    choices: [failed, blocked]
    default: []
  on_error:
    description: Of no consequence here. It is taken since C(module_defaults) may set it for all modules that work on a roster.
    type: str
    choices: [continue, stop]
    default: continue
  settle_timeout:
    description: Of no consequence here; see O(on_error).
    type: float
    default: 15.0
  lock_timeout:
    description: Of no consequence here; see O(on_error). Nobody waits for a plan.
    type: float
    default: 600.0
  progress:
    description: Whether the plan's lines are shown in the terminal.
    type: bool
    default: true
extends_documentation_fragment:
  - wxcc.onboarding.attributes
  - wxcc.onboarding.attributes.full
  - wxcc.onboarding.attributes.batch_group
  - wxcc.onboarding.connection.reach
seealso:
  - module: wxcc.onboarding.run
  - module: wxcc.onboarding.audit_info
"""

EXAMPLES = r"""
- name: What would be done
  wxcc.onboarding.plan:
    run_directory: "{{ wxcc_onboarding_run.directory }}"
    license: {mode: add_only}
    max_removals: 5%
  register: planned

- name: Carry out what was approved
  wxcc.onboarding.plan:
    run_directory: "{{ wxcc_onboarding_run.directory }}"
    approved_digest: "{{ onboard_plan_digest }}"
"""

RETURN = r"""
digest:
  description: The SHA-256 of the organization and the changes alone, so that two plans that would do the same have the same one.
  returned: when it was planned
  type: str
  sample: 9f2c41d07b0e8a6d51c0c3f3c1a7f0a1b9c5d3e2f4a6b8c0d2e4f6a8b0c2d4e6
steps:
  description: The steps that have work, in their order.
  returned: when it was planned
  type: list
  elements: str
  sample: [user, license, sync, agent]
parts:
  description: The numbers of the roster's parts for which people, licenses or roles have work; V(0) is everybody.
  returned: when it was planned
  type: list
  elements: int
  sample: [0]
work:
  description: The steps that have work, by part.
  returned: when it was planned
  type: dict
  sample: {"0": [user, license, sync, agent]}
summary:
  description: How many people there are, each counted once, and the same in words.
  returned: when it was planned
  type: dict
  contains:
    people: {description: People of the roster., type: int, returned: always, sample: 39}
    as_declared: {description: People for whom nothing is to be done., type: int, returned: always, sample: 12}
    new: {description: People to be added., type: int, returned: always, sample: 26}
    changed: {description: People to be changed who lose nothing., type: int, returned: always, sample: 0}
    losing: {description: People who lose something., type: int, returned: always, sample: 0}
    by_hand: {description: People for whom only a person can do what is left., type: int, returned: always, sample: 0}
    waiting: {description: People whom the contact center does not show as declared yet., type: int, returned: always, sample: 0}
    blocked: {description: People for whom nothing is done in some step until somebody has helped., type: int, returned: always, sample: 1}
    unplanned: {description: People for whom nothing could be planned., type: int, returned: always, sample: 0}
    blocked_in_part: {description: Those of the blocked for whom another step changes something., type: int, returned: always, sample: 0}
    refused_rows: {description: Rows that were refused when the roster was read., type: int, returned: always, sample: 0}
    text: {description: The counts as a line., type: str, returned: always, sample: "39 people: 12 as declared, 26 new, 1 blocked"}
findings:
  description: What is to be looked at.
  returned: where the run directory can be used
  type: list
  elements: dict
  sample: [{check: mail setting, level: warning, message: "...", action: "..."}]
lines:
  description: What the terminal shows.
  returned: when it was planned
  type: list
  elements: str
  sample: ["Alpha Industries: 39 people: 12 as declared, 26 new (the service may still refuse some), 1 blocked"]
refusal:
  description: Why the run must not begin, or null.
  returned: when it was planned
  type: dict
  sample: {code: no_seat, message: "...", advice: "..."}
files:
  description: Where the plan stands; null where nothing was written, as for a check task in a real run's directory.
  returned: when it was planned
  type: dict
  sample: {plan: /srv/runs/r/alpha/plan.json, table: /srv/runs/r/alpha/plan.csv, page: /srv/runs/r/alpha/plan.md}
results:
  description: The people as C(plan.json) holds them; which are listed is the option O(results).
  returned: when it was planned
  type: list
  elements: dict
  sample: []
manual_actions:
  description: What only a person can do, and where to press.
  returned: when it was planned
  type: list
  elements: dict
  contains:
    email: {description: The address., type: str, returned: always, sample: ada.marlowe@example.com}
    what: {description: What to do., type: str, returned: always, sample: Make ada.marlowe@example.com a supervisor.}
    where: {description: Where to press., type: str, returned: always, sample: "Control Hub > Users"}
aborted:
  description: True if the run must not begin.
  returned: when it was planned
  type: bool
  sample: false
diff:
  description: The people who change, before and after, by step.
  returned: in diff mode
  type: dict
  sample: {before: {}, after: {}}
requests:
  description: What the run cost in requests, retries among them, and in seconds of waiting for the services' limits.
  returned: always
  type: dict
  sample: {sent: 14, retried: 0, throttled_s: 0.0}
error:
  description: Why the task failed.
  returned: failure
  type: dict
  sample: {code: token_invalid, message: "...", http_status: 401, vendor_code: null, tracking_id: NA_1, advice: "..."}
"""

from ansible_collections.wxcc.onboarding.plugins.module_utils._module.over_run import run_over_run
from ansible_collections.wxcc.onboarding.plugins.module_utils._module.run import make_module
from ansible_collections.wxcc.onboarding.plugins.module_utils._module.spec import (
    AGENT_SETTINGS,
    BATCH,
    MODE,
    ArgumentSpec,
    one_of,
    some_of,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.checks import SKIP, STOP
from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.options import plan_work
from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.reading import ReadingClient
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.role_plan import CONSOLE, SUPERVISOR_WAYS
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.fields import CHOICES
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.mails import AS_IS, OFF, ON

_OWN = ArgumentSpec(
    {
        "state": one_of(CHOICES["state"], default="present"),
        "license": {
            "type": "dict",
            "default": {},
            "options": {
                **MODE.options,
                "subscription_id": {"type": "str"},
                "allow_shortage": {"type": "bool", "default": False},
                "default": one_of(CHOICES["license"]),
            },
        },
        "role": {
            "type": "dict",
            "default": {},
            "options": {
                **MODE.options,
                "supervisor_via": one_of(SUPERVISOR_WAYS, default=CONSOLE),
                "default": one_of(CHOICES["role"]),
            },
        },
        "agent": {
            "type": "dict",
            "default": {},
            "options": {"settings": {"type": "dict", "options": AGENT_SETTINGS}},
        },
        "identities": {"type": "bool", "default": True},
        "synchronize": {"type": "bool", "default": True},
        "mails": one_of((AS_IS, ON, OFF), default=AS_IS),
        "writable": {"type": "bool", "default": True},
        "max_changes": {"type": "str"},
        "refused_rows": one_of((SKIP, STOP)),
        "max_refused_rows": {"type": "str"},
        "approved_digest": {"type": "str"},
        "approved_plan": {"type": "path"},
        "valid_for": {"type": "str", "default": "1d"},
        "run_directory": {"type": "path", "required": True},
        "results": one_of(("changed", "failed", "all", "none"), default="none"),
        "fail_on": some_of(("failed", "blocked"), default=[]),
    }
)
#: What it shares with the modules that carry the plan out, people aside: those are the run's.
_SHARED = {
    name: option
    for name, option in BATCH.options.items()
    if name not in _OWN.options and name not in ("users", "users_file", "part")
}
SPEC = ArgumentSpec({**_SHARED, **_OWN.options})


def main() -> None:
    module = make_module(SPEC)
    run_over_run(module, lambda: plan_work(module.params, diff=module._diff), step="plan", kind=ReadingClient)


if __name__ == "__main__":
    main()
