#!/usr/bin/python
# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: contact_center_info
short_description: List sites, teams, profiles and skills, and export agent settings
version_added: 0.1.0
author:
  - Contributors to the wxcc.onboarding collection (@wxcc-onboarding)
description:
  - Lists what agent settings can name in an organization's contact center, with ids, types and sites.
  - Writes the agent settings of everybody as a Bulk Operations file, which Control Hub, M(wxcc.onboarding.csv_info) and so
    M(wxcc.onboarding.agent) read.
options:
  gather:
    description: What to list.
    type: list
    elements: str
    choices: [sites, teams, user_profiles, skill_profiles, desktop_profiles, multimedia_profiles, skills]
    default: [sites, teams, user_profiles, skill_profiles, desktop_profiles, multimedia_profiles, skills]
  count_people:
    description: Whether to count how many people each entry has; it reads the records of everybody.
    type: bool
    default: false
  dest:
    description:
      - Write the agent settings of the organization's people to this file, in the columns of the vendor's Bulk Operations for users.
      - The vendor takes 5,000 rows a file; more people go into several files, with part-1-of-2 and so on before the extension.
      - The file is readable by its owner alone. It holds personal data.
    type: path
  only_enabled:
    description: Whether the file leaves out people who are not enabled for the contact center.
    type: bool
    default: false
extends_documentation_fragment:
  - wxcc.onboarding.attributes
  - wxcc.onboarding.attributes.info
  - wxcc.onboarding.attributes.action_group
  - wxcc.onboarding.connection
"""

EXAMPLES = r"""
- name: Which sites and teams are there
  wxcc.onboarding.contact_center_info:
    gather: [sites, teams]
    count_people: true
  register: seen

- name: Everybody's agent settings as a file for Bulk Operations
  wxcc.onboarding.contact_center_info:
    gather: []
    dest: agents.csv
"""

RETURN = r"""
sites:
  description: The sites.
  returned: if asked for
  type: list
  elements: dict
  contains: &entry
    id: {description: The id., type: str, returned: always, sample: 11111111-2222-4333-8444-555555555555}
    name: {description: The name., type: str, returned: always, sample: Lisboa}
    active: {description: Whether it is in use., type: bool, returned: if told, sample: true}
    description: {description: The description., type: str, returned: if set, sample: Second floor}
    people:
      description: How many people have it (skills aside). Left out of teams where the list of people leaves their teams out.
      type: int
      returned: with O(count_people) or O(dest)
      sample: 42
teams:
  description: The teams.
  returned: if asked for
  type: list
  elements: dict
  contains:
    <<: *entry
    type: {description: AGENT or CAPACITY; people belong to teams of type AGENT., type: str, returned: always, sample: AGENT}
    site: {description: The site's name., type: str, returned: always, sample: Lisboa}
user_profiles:
  description: The user profiles.
  returned: if asked for
  type: list
  elements: dict
  contains:
    <<: *entry
    type: {description: The type that license and role must fit., type: str, returned: always, sample: PREMIUM_AGENT}
    system_default: {description: Whether it is the vendor's own., type: bool, returned: if told, sample: true}
skill_profiles:
  description: The skill profiles; at most 500 people may share one.
  returned: if asked for
  type: list
  elements: dict
  contains: *entry
desktop_profiles:
  description: The desktop profiles, called agent profiles in the API.
  returned: if asked for
  type: list
  elements: dict
  contains:
    <<: *entry
    parent: {description: ORGANIZATION or SITE., type: str, returned: always, sample: ORGANIZATION}
    site: {description: The site's name., type: str, returned: if it belongs to one, sample: Lisboa}
    system_default: {description: Whether it is the vendor's own., type: bool, returned: if told, sample: true}
multimedia_profiles:
  description: The multimedia profiles.
  returned: if asked for
  type: list
  elements: dict
  contains:
    <<: *entry
    system_default: {description: Whether it is the vendor's own., type: bool, returned: if told, sample: true}
skills:
  description: The skills.
  returned: if asked for
  type: list
  elements: dict
  contains:
    <<: *entry
    type: {description: The type of its values., type: str, returned: always, sample: PROFICIENCY}
counts:
  description: How many entries each list has.
  returned: success
  type: dict
  sample: {sites: 3, teams: 9}
people:
  description:
    - How many people have a record, how many of them are enabled for the contact center, and how many of them the contact center itself
      reports to have a supervisor's capabilities (null where it reports nothing).
  returned: with O(count_people) or O(dest)
  type: dict
  sample: {total: 300, enabled: 280, reported_supervisors: 12}
files:
  description: The files that hold the agent settings.
  returned: success
  type: list
  elements: str
  sample: [agents.csv]
rows:
  description: How many rows they hold.
  returned: with O(dest)
  type: int
  sample: 300
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

from ansible_collections.wxcc.onboarding.plugins.module_utils._module.run import make_module, run_reader
from ansible_collections.wxcc.onboarding.plugins.module_utils._module.spec import CONNECTION, ArgumentSpec, some_of
from ansible_collections.wxcc.onboarding.plugins.module_utils._views.contact_center import KINDS, read_contact_center

SPEC = CONNECTION.merge(
    ArgumentSpec(
        {
            "gather": some_of(KINDS, default=list(KINDS)),
            "count_people": {"type": "bool", "default": False},
            "dest": {"type": "path"},
            "only_enabled": {"type": "bool", "default": False},
        }
    )
)


def main() -> None:
    module = make_module(SPEC)
    params = module.params
    read = functools.partial(
        read_contact_center,
        kinds=params["gather"],
        people=params["count_people"],
        dest=params["dest"],
        only_enabled=params["only_enabled"],
    )
    run_reader(module, read)


if __name__ == "__main__":
    main()
