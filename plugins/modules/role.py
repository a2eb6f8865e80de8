#!/usr/bin/python
# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: role
short_description: Make people agents, supervisors or administrators
version_added: 0.1.0
author:
  - Contributors to the wxcc.onboarding collection (@wxcc-onboarding)
description:
  - Gives and takes administrator roles through SCIM Bulk, and reads them again.
  - No public API makes somebody a supervisor. With O(supervisor_via=console) the module looks whether the contact center shows
    the person as one, and otherwise says what to press; it never reports that as changed.
  - >-
    The contact center's records are read, many in a request, of those whose role is to be supervisor or agent. Where the token may not
    read them, whoever has no administrator role counts as an agent.
  - A change of roles ends all sessions of that person. The run's own account is never touched, nor the last Full Administrator.
  - The license comes before the role; a supervisor without Premium is reported as blocked.
options:
  role:
    description:
      - The role of those whose row does not declare one. Without it they are left alone.
      - V(administrator) means Full Administrator, unless C(administrator_roles) names others.
      - >-
        The word alone never takes an administrator role away, nor makes a Full Administrator of somebody with finer roles; such a row is
        blocked until it names C(administrator_roles), V([]) for none.
    type: str
    choices: [agent, supervisor, administrator]
  supervisor_via:
    description:
      - V(console) leaves the supervisor role to a person in Control Hub and reports it in RV(manual_actions).
      - V(scim) tries the identity role. That is not documented by the vendor; what does not show afterwards becomes a manual action.
      - >-
        V(capabilities) sets C(supervisorCapabilitiesEnabled) on the contact center's record (a field of August 2026; nobody public says
        what comes of it) and reads it again. Where the record is not there yet, does not show the field, or does not follow, the manual
        action stays. For O(mode=add_and_remove) it also takes the switch back from those whose role is agent. One request a person, and it
        needs the scope C(cjp:config_write).
    type: str
    choices: [console, scim, capabilities]
    default: console
extends_documentation_fragment:
  - wxcc.onboarding.attributes
  - wxcc.onboarding.attributes.full
  - wxcc.onboarding.attributes.batch_group
  - wxcc.onboarding.connection.reach
  - wxcc.onboarding.batch
  - wxcc.onboarding.people.mode
"""

EXAMPLES = r"""
- name: Roles as declared
  wxcc.onboarding.role:
    users:
      - {email: ada.marlowe@example.com, role: supervisor}
      - {email: boss@example.com, role: administrator}
      - {email: helper@example.com, role: agent, administrator_roles: [User Administrator]}
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
    before:
      description:
        - What was read before. C(roles) are administrator roles by name, and beside them C(Supervisor) where that identity role is held.
        - With O(supervisor_via=capabilities) also C(supervisor_capabilities), where the record says it.
      type: dict
      returned: always
      sample: {role: agent, roles: []}
    after:
      description: What was read afterwards; in check mode what is planned.
      type: dict
      returned: always
      sample: {role: administrator, roles: [Full Administrator]}
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
    BATCH,
    MODE,
    ArgumentSpec,
    one_of,
    people_from,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.role import Roles
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.role_plan import CONSOLE, SUPERVISOR_WAYS
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.fields import ROLES
from ansible_collections.wxcc.onboarding.plugins.module_utils._steps import ROLE

SPEC = BATCH.merge(
    MODE,
    people_from("users"),
    ArgumentSpec({"role": one_of(ROLES), "supervisor_via": one_of(SUPERVISOR_WAYS, default=CONSOLE)}),
)


def main() -> None:
    module = make_module(SPEC)
    params = module.params
    resource = Roles(default=params["role"], mode=params["mode"], supervisor_via=params["supervisor_via"])
    run_resource(module, resource, ROLE)


if __name__ == "__main__":
    main()
