#!/usr/bin/python
# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: audit_info
short_description: Say what people with a license still lack, and where a roster and the organization differ
version_added: 0.1.0
author:
  - Contributors to the wxcc.onboarding collection (@wxcc-onboarding)
description:
  - Looks at everybody with a contact center license, and says what lacks before the person can take contacts.
  - If the run has a roster, says every difference from it as M(wxcc.onboarding.plan) would change it, with people who are blocked and what
    only a person can do among them.
  - It changes nothing, and no guard rail holds it up. Leaves C(everybody.json) and C(audit.json) in the run's directory.
options:
  run_directory:
    description: The directory of a run (M(wxcc.onboarding.run)), with or without a roster.
    type: path
    required: true
  license:
    description: Holders of which licenses are looked at.
    type: list
    elements: str
    choices: [standard, premium, none]
    default: [premium, standard]
  license_mode:
    description: With V(add_only) whoever holds more than is declared is no difference.
    type: str
    choices: [add_only, add_and_remove]
    default: add_and_remove
  role_mode:
    description: The same for roles.
    type: str
    choices: [add_only, add_and_remove]
    default: add_and_remove
  subscription_id:
    description: The subscription that licenses come from.
    type: str
  supervisor_via:
    description: How supervisors are made.
    type: str
    choices: [console, scim, capabilities]
    default: console
  settings:
    description: Agent settings of those who do not declare their own; see O(wxcc.onboarding.agent#module:settings).
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
  fail:
    description: Whether the task fails where somebody is not desk-ready or something differs.
    type: bool
    default: false
extends_documentation_fragment:
  - wxcc.onboarding.attributes
  - wxcc.onboarding.attributes.info
  - wxcc.onboarding.attributes.action_group
  - wxcc.onboarding.connection.reach
seealso:
  - module: wxcc.onboarding.plan
  - module: wxcc.onboarding.user_info
"""

EXAMPLES = r"""
- name: What lacks, and what differs
  wxcc.onboarding.audit_info:
    run_directory: "{{ wxcc_onboarding_run.directory }}"
  register: audit
"""

RETURN = r"""
people:
  description: How many people hold one of the licenses.
  returned: when it could look
  type: int
  sample: 40
desk_ready:
  description: How many of them lack nothing.
  returned: when it could look
  type: int
  sample: 38
lacks:
  description: How many people lack what; those who lack nothing stand under C(nothing).
  returned: when it could look
  type: dict
  sample: {nothing: 38, team: 2}
not_ready:
  description: Those who lack something.
  returned: when it could look
  type: list
  elements: dict
  contains:
    email: {description: The address., type: str, returned: always, sample: ada.marlowe@example.com}
    license: {description: The license., type: str, returned: always, sample: premium}
    role: {description: The role., type: str, returned: always, sample: agent}
    sync_state: {description: The sync state., type: str, returned: always, sample: in_sync}
    lacks: {description: The first thing that lacks., type: str, returned: always, sample: team}
    lacks_message: {description: The same in a sentence., type: str, returned: always, sample: The person is in no team.}
roster:
  description: Whether there was a roster to compare with.
  returned: when it could look
  type: bool
  sample: true
drift:
  description: Every difference from the roster.
  returned: when it could look
  type: list
  elements: dict
  contains:
    email: {description: The address., type: str, returned: always, sample: ada.marlowe@example.com}
    step: {description: The step that would change it., type: str, returned: always, sample: license}
    action: {description: 'What that step would do.', type: str, returned: always, sample: update}
    before: {description: What is there., type: dict, returned: always, sample: {license: none, subscriptions: []}}
    after: {description: What is declared., type: dict, returned: always, sample: {license: premium, subscriptions: [Sub111111]}}
    message: {description: 'Why it is blocked, or what a person has to do; null otherwise.', type: str, returned: always, sample: null}
lines:
  description: What the terminal shows.
  returned: when it could look
  type: list
  elements: str
  sample: [38 of 40 people with a license are desk-ready, 0 differences from the roster]
files:
  description: Where it stands; null where nothing was written.
  returned: when it could look
  type: dict
  sample: {everybody: /srv/runs/r/alpha/everybody.json, audit: /srv/runs/r/alpha/audit.json}
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
    MODE,
    REACH,
    ArgumentSpec,
    one_of,
    some_of,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.options import audit_work
from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.reading import ReadingClient
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.role_plan import CONSOLE, SUPERVISOR_WAYS
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.fields import CHOICES

SPEC = REACH.merge(
    ArgumentSpec(
        {
            "run_directory": {"type": "path", "required": True},
            "license": some_of(CHOICES["license"], default=["premium", "standard"]),
            "license_mode": MODE.options["mode"],
            "role_mode": MODE.options["mode"],
            "subscription_id": {"type": "str"},
            "supervisor_via": one_of(SUPERVISOR_WAYS, default=CONSOLE),
            "settings": {"type": "dict", "options": AGENT_SETTINGS},
            "fail": {"type": "bool", "default": False},
        }
    )
)


def main() -> None:
    module = make_module(SPEC)
    run_over_run(module, lambda: audit_work(module.params), step="audit", kind=ReadingClient, roster=False)


if __name__ == "__main__":
    main()
