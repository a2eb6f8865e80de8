#!/usr/bin/python
# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: user_info
short_description: Show people with license, role and sync state
version_added: 0.1.0
author:
  - Contributors to the wxcc.onboarding collection (@wxcc-onboarding)
description:
  - Reads people in few requests and joins identity, contact center license, roles and, if asked, the contact center's record.
options:
  addresses:
    description: Only these people, as a list or as one text. Without it, and without O(users_file), everybody.
    type: list
    elements: str
  users_file:
    description: A roster file whose people are shown.
    type: path
  role:
    description: Show only people with one of these roles.
    type: list
    elements: str
    choices: [agent, supervisor, administrator]
  state:
    description: Show only people in one of these states.
    type: list
    elements: str
    choices: [present, disabled, absent]
  sync_state:
    description:
      - Whether to read the contact center's records too, and say what each person still lacks before taking contacts.
      - With O(users_file), license and role are compared with what the roster declares.
    type: bool
    default: false
  dest:
    description: Write the people to this file (JSON) instead of returning them. Better for many people.
    type: path
  roster:
    description: Whether the file is a roster of their addresses alone, as other modules take it as C(users_file).
    type: bool
    default: false
extends_documentation_fragment:
  - wxcc.onboarding.attributes
  - wxcc.onboarding.attributes.info
  - wxcc.onboarding.attributes.action_group
  - wxcc.onboarding.connection
  - wxcc.onboarding.people.filters
"""

EXAMPLES = r"""
- name: Two people
  wxcc.onboarding.user_info:
    addresses: ada.marlowe@example.com, bruno.keane@example.com
    sync_state: true
  register: seen

- name: Everybody with a Premium license, into a file
  wxcc.onboarding.user_info:
    license: [premium]
    dest: premium.json
"""

RETURN = r"""
users:
  description: The people, without those who were written to a file.
  returned: success
  type: list
  elements: dict
  contains:
    email: {description: The address., type: str, returned: always, sample: ada.marlowe@example.com}
    state: {description: 'One of present, disabled, absent.', type: str, returned: always, sample: present}
    id: {description: The bare id., type: str, returned: if there, sample: 11111111-2222-4333-8444-555555555555}
    # -- attributes: written by "make returns" --
    first_name: {description: The first name., type: str, returned: if there, sample: Ada}
    last_name: {description: The last name., type: str, returned: if there, sample: Marlowe}
    display_name: {description: The name that others see., type: str, returned: if there, sample: Ada Marlowe}
    title: {description: The job title., type: str, returned: if there, sample: Agent}
    department: {description: The department., type: str, returned: if there, sample: Support}
    timezone: {description: 'The time zone, by its IANA name.', type: str, returned: if there}
    # -- end of attributes --
    pending: {description: Whether the person never signed in., type: bool, returned: if there, sample: false}
    license: {description: 'One of standard, premium, none; null where it was not read.', type: str, returned: if there, sample: premium}
    subscriptions: {description: Where the license comes from., type: list, elements: str, returned: if there, sample: [Sub111111]}
    role: {description: 'One of agent, supervisor, administrator.', type: str, returned: if there, sample: agent}
    roles: {description: Administrator roles by name., type: list, elements: str, returned: if there, sample: []}
    sync_state: {description: The sync state., type: str, returned: with O(sync_state), sample: in_sync}
    sync_message: {description: The sync state in one sentence., type: str, returned: with O(sync_state), sample: In sync.}
    profile_type: {description: The type of the user profile., type: str, returned: with O(sync_state), sample: PREMIUM_AGENT}
    agent:
      description:
        - The agent settings with names. What was not read is left out.
        - Lists of the service may leave the teams out. They are then read by id, one request for each person who is asked for by
          O(addresses) or O(users_file), and not at all where everybody is shown.
      type: dict
      returned: with O(sync_state)
      sample: {site: Lisboa}
    reported:
      description:
        - What the contact center itself reports of the person's capabilities (supervisor, agent), a sign of the role beside the user
          profile; empty where it reports nothing.
      type: dict
      returned: with O(sync_state)
      sample: {supervisor: false, agent: true}
    desk_ready: {description: Whether nothing lacks., type: bool, returned: with O(sync_state), sample: false}
    lacks:
      description: 'The first thing that lacks: user, license, role, sync, enabled, site, team, profile, first_sign_in, not_read, or null.'
      type: str
      returned: with O(sync_state)
      sample: team
    lacks_message: {description: The same in a sentence., type: str, returned: with O(sync_state), sample: The person is in no team.}
    error:
      description:
        - What is wrong with the person's record, which the service showed in a shape that cannot be used; the others are shown.
        - Where everybody is shown, RV(users[].email) is then the id if the address cannot be told, the rest is null or left out, and no
          filter holds. With O(dest) the task fails instead, since the file would pass for a whole one.
      type: dict
      returned: if there is such a thing
      sample: {code: invalid_response, message: "...", http_status: null, vendor_code: null, tracking_id: null, advice: "..."}
lacks:
  description: How many of the people shown lack what; C(nothing) counts those who are desk-ready.
  returned: with O(sync_state)
  type: dict
  sample: {nothing: 280, team: 12, first_sign_in: 8}
count:
  description: How many people there are, wherever they went.
  returned: success
  type: int
  sample: 2
dest:
  description: The file, or null.
  returned: success
  type: str
  sample: null
findings:
  description: Every error and warning of the input, with its position.
  returned: when the input cannot be used
  type: list
  elements: dict
  sample: []
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
from ansible_collections.wxcc.onboarding.plugins.module_utils._module.spec import (
    ADDRESSES,
    CONNECTION,
    ArgumentSpec,
    some_of,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.fields import LICENSES, ROLES, STATES
from ansible_collections.wxcc.onboarding.plugins.module_utils._views.people import Destination, PeopleFilter, read_users

SPEC = CONNECTION.merge(
    ADDRESSES,
    ArgumentSpec(
        {
            "users_file": {"type": "path"},
            "license": some_of(LICENSES),
            "role": some_of(ROLES),
            "state": some_of(STATES),
            "sync_state": {"type": "bool", "default": False},
            "dest": {"type": "path"},
            "roster": {"type": "bool", "default": False},
        },
        mutually_exclusive=(("addresses", "users_file"),),
    ),
)


def main() -> None:
    module = make_module(SPEC)
    params = module.params
    read = functools.partial(
        read_users,
        addresses=params["addresses"],
        users_file=params["users_file"],
        filters=PeopleFilter(params["license"], params["role"], params["state"]),
        sync_state=params["sync_state"],
        dest=Destination(params["dest"], params["roster"]) if params["dest"] else None,
    )
    run_reader(module, read)


if __name__ == "__main__":
    main()
