#!/usr/bin/python
# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: agent
short_description: Set what the contact center itself keeps about people
version_added: 0.1.0
author:
  - Contributors to the wxcc.onboarding collection (@wxcc-onboarding)
description:
  - Sets user profile, contact center enabled, site, teams, skill, desktop and multimedia profile, external id and default number,
    for a whole roster, by the names that Control Hub shows.
  - Names are looked up once a task. A row with one that does not exist, or that several things have, is blocked, and the nearest are named;
    in O(settings), which are for everybody, such a name ends the task before it changes anybody.
  - Only what differs is sent, many people in a request. Afterwards it is read again, since the service may take a change and ignore it.
  - What the service would refuse or reset is found beforehand and blocks only the person concerned, as with a team at another site, a team
    of type capacity, no desktop profile with site and teams, a user profile of another type, a skill profile with 500 people.
  - Somebody without a record in the contact center is blocked; records come with Synchronize Users only (M(wxcc.onboarding.sync)).
  - People whose row says O(users[].state=absent) or O(users[].license=none) are left alone.
options:
  chunk_size:
    description: How many people travel in a request. A request that is refused for its size is halved.
    type: int
    default: 100
extends_documentation_fragment:
  - wxcc.onboarding.attributes
  - wxcc.onboarding.attributes.full
  - wxcc.onboarding.attributes.batch_group
  - wxcc.onboarding.connection.reach
  - wxcc.onboarding.batch
  - wxcc.onboarding.batch.agent_settings
"""

EXAMPLES = r"""
- name: Desks for two people, the rest alike
  wxcc.onboarding.agent:
    settings:
      contact_center_enabled: true
      site: Lisboa
      desktop_profile: Office desktop
      multimedia_profile: Voice Only
    users:
      - email: ada.marlowe@example.com
        agent: {teams: [Lisboa Service], skill_profile: Spanish speakers}
      - email: bruno.keane@example.com
        agent: {teams: [Lisboa Service, Lisboa Sales], default_number: "5550101"}

- name: What would change for a whole roster
  wxcc.onboarding.agent:
    users_file: roster.json
  check_mode: true
  diff: true

- name: Out of all teams, no skill profile, out of the Agent Desktop
  wxcc.onboarding.agent:
    users:
      - email: ada.marlowe@example.com
        agent: {teams: [], skill_profile: "", contact_center_enabled: false}
"""

RETURN = r"""
# -- outcomes: written by "make returns" --
summary:
  description: How many people, by what became of them. Somebody who was changed and is not as declared counts under both.
  returned: always
  type: dict
  contains:
    total: {description: People in the roster., type: int, returned: always, sample: 300}
    created: {description: 'People added, whatever became of them afterwards.', type: int, returned: always, sample: 200}
    updated: {description: 'People changed, whatever became of them afterwards.', type: int, returned: always, sample: 60}
    removed: {description: People from whom everything in question was taken., type: int, returned: always, sample: 0}
    unchanged: {description: 'People to whom nothing happened, and with whom nothing is wrong.', type: int, returned: always, sample: 38}
    blocked: {description: People whom only a person can help., type: int, returned: always, sample: 2}
    failed: {description: People for whom it went wrong., type: int, returned: always, sample: 0}
    uncertain: {description: People of whom nobody could see whether they were changed., type: int, returned: always, sample: 0}
results:
  description: What became of each person; which people are listed is the option O(results).
  returned: always
  type: list
  elements: dict
  contains:
    index: {description: The number of the row in the roster., type: int, returned: always, sample: 0}
    source: {description: Where the row stands in the input., type: str, returned: always, sample: "agents.csv:12"}
    sources:
      description: Every place in the input that the row was made of.
      type: list
      elements: str
      returned: always
      sample: ["agents.csv:12", "agents.csv:15"]
    email: {description: The address., type: str, returned: always, sample: ada.marlowe@example.com}
    action: {description: 'One of create, update, remove, none, blocked, manual.', type: str, returned: always, sample: none}
    changed: {description: 'Whether something is, may be or (in check mode) would be other.', type: bool, returned: always, sample: false}
    certain: {description: 'False: nobody could see whether what was sent took effect.', type: bool, returned: always, sample: true}
    failed: {description: Whether it went wrong., type: bool, returned: always, sample: false}
    error:
      description: What went wrong or stands in the way, or null.
      type: dict
      returned: always
      sample: {code: other_organization, message: "...", http_status: 409, vendor_code: "400090", tracking_id: NA_1, advice: "..."}
# -- end of outcomes --
    before: {description: What was read before., type: dict, returned: always, sample: {site: null, teams: []}}
    after:
      description: What was read afterwards; in check mode what is planned.
      type: dict
      returned: always
      sample: {site: Lisboa, teams: [Lisboa Service]}
    ignored:
      description: Settings that were declared and do not hold, because the contact center ignored them or the person is not enabled.
      type: list
      elements: str
      returned: if there are any
      sample: [skill_profile]
# -- batch: written by "make returns" --
manual_actions:
  description: What only a person can do, and where to press.
  returned: always
  type: list
  elements: dict
  contains:
    email: {description: The address., type: str, returned: always, sample: ada.marlowe@example.com}
    what: {description: What to do., type: str, returned: always, sample: Make ada.marlowe@example.com a supervisor.}
    where: {description: Where to press., type: str, returned: always, sample: "Control Hub > Users"}
diff:
  description: The people who change, before and after.
  returned: in diff mode
  type: dict
  sample: {before: {}, after: {}}
requests:
  description: What the run cost in requests, retries among them, and in seconds of waiting for the services' limits.
  returned: always
  type: dict
  sample: {sent: 320, retried: 0, throttled_s: 0.0}
aborted:
  description: True if the task could not be carried out, because of the input, the token, the guard rails, the seats or the names.
  returned: always
  type: bool
  sample: false
error:
  description: Why the whole task could not be carried out.
  returned: when aborted
  type: dict
  sample: {code: token_invalid, message: "...", http_status: 401, vendor_code: null, tracking_id: NA_1, advice: "..."}
findings:
  description: Every error and warning of the input, with its position.
  returned: when the input cannot be used
  type: list
  elements: dict
  sample: []
# -- end of batch --
"""

from ansible_collections.wxcc.onboarding.plugins.module_utils._module.batch import run_resource
from ansible_collections.wxcc.onboarding.plugins.module_utils._module.run import make_module
from ansible_collections.wxcc.onboarding.plugins.module_utils._module.spec import (
    AGENT_SETTINGS,
    BATCH,
    ArgumentSpec,
    people_from,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.agent import Agents
from ansible_collections.wxcc.onboarding.plugins.module_utils._steps import AGENT

SPEC = BATCH.merge(
    people_from("users"),
    ArgumentSpec(
        {
            "settings": {"type": "dict", "options": AGENT_SETTINGS},
            "chunk_size": {"type": "int", "default": 100},
        }
    ),
)


def main() -> None:
    module = make_module(SPEC)
    params = module.params
    if params["chunk_size"] < 1:
        module.fail_json(msg="chunk_size must be at least 1.")
    run_resource(module, Agents(defaults=params["settings"], chunk_size=params["chunk_size"]), AGENT)


if __name__ == "__main__":
    main()
