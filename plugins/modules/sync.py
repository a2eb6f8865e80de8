#!/usr/bin/python
# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: sync
short_description: Wait until the contact center shows people as declared
version_added: 0.1.0
author:
  - Contributors to the wxcc.onboarding collection (@wxcc-onboarding)
description:
  - Looks whether the contact center has each person's record, with the right identity, names and type of user profile, and waits for it.
  - >-
    No public API presses Synchronize Users, and this module does not claim to: it only looks. A hook of your own may be called
    first.
  - The state of each person is one of missing, identity_mismatch, inactive, profile_mismatch, digital_pending, in_sync, not_expected.
options:
  wait_timeout:
    description: Seconds to wait for everybody.
    type: float
    default: 600.0
  interval:
    description: Seconds between two looks.
    type: float
    default: 15.0
  wait:
    description: Whether to wait at all; otherwise it looks once.
    type: bool
    default: true
  trigger:
    description:
      - V(hook) posts to O(hook_url) before it looks; V(none) only looks.
      - >-
        The body is JSON with C(host), C(organization) (the id), C(round), C(not_in_sync) (how many people, as the last look of the run
        saw it; null if nobody looked) and C(manual_actions).
    type: str
    choices: [none, hook]
    default: none
  hook_url:
    description:
      - The address that your site offers for its own way to synchronize. The Webex token is not sent there.
      - Its certificate is looked at as O(validate_certs) says; the authorities of O(ca_path) are trusted beside those of the system.
    type: str
  hook_header:
    description: A header for the hook, its name and value with a colon between; it is a secret.
    type: str
  contact_center:
    description:
      - V(required) ends the task where the token may not read the contact center.
      - With V(optional) people are then reported without a state, and nobody fails for it.
    type: str
    choices: [required, optional]
    default: required
  round:
    description: Which time the gate is passed, for the hook and for a support case; V(0) is a look before it.
    type: int
    default: 0
  last_round:
    description:
      - Whether nothing else will be tried. Where people are not in sync in the end, C(support.json) is then written into
        O(run_directory), with what a support case needs and without any secret.
      - It holds their states, times and ids, what was tried, tracking ids of the run's requests, and earlier looks.
    type: bool
    default: false
  support_notes:
    description: What else was tried, in words of the caller's; it joins C(tried) in C(support.json). Nothing secret belongs here.
    type: dict
extends_documentation_fragment:
  - wxcc.onboarding.attributes
  - wxcc.onboarding.attributes.info
  - wxcc.onboarding.attributes.batch_group
  - wxcc.onboarding.connection.reach
  - wxcc.onboarding.batch
"""

EXAMPLES = r"""
- name: Wait for everybody
  wxcc.onboarding.sync:
    users_file: roster.json
    wait_timeout: 900

- name: Press the button in the site's own way, then wait
  wxcc.onboarding.sync:
    run_directory: "{{ wxcc_onboarding_run.directory }}"
    trigger: hook
    hook_url: https://automation.example.com/synchronize
    hook_header: "X-Key: {{ hook_key }}"
    round: 1
    last_round: true

- name: Look once
  wxcc.onboarding.sync:
    wait: false
    users:
      - {email: ada.marlowe@example.com, license: premium, role: supervisor}
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
    before: {description: What was read before., type: dict, returned: always, sample: {}}
    after:
      description: What was read afterwards; in check mode what is planned.
      type: dict
      returned: always
      sample: {sync_state: in_sync, profile_type: PREMIUM_AGENT, message: In sync.}
    timeline:
      description: When the person was first seen in each state.
      type: list
      elements: dict
      returned: if the person was looked up
      sample: [{time: "2026-01-31T10:00:00Z", state: missing}, {time: "2026-01-31T10:04:00Z", state: in_sync}]
    record_id: {description: The id of the record., type: str, returned: if there is one, sample: 7c1d2b90-54aa-4a4e-a1c2-6f0a3c9d7711}
    pending: {description: Whether the person never signed in., type: bool, returned: if known, sample: true}
    reported:
      description: What the contact center itself reports of the person's capabilities (supervisor, agent), where it does.
      type: dict
      returned: if known
      sample: {supervisor: false, agent: true}
open: {description: How many people are not in sync yet., type: int, returned: always, sample: 12}
unseen:
  description: How many people have no state, since the token may not read the contact center.
  returned: always
  type: int
  sample: 0
round: {description: The option O(round)., type: int, returned: always, sample: 1}
todo:
  description: What is to be done by hand, in lines, with the people concerned and where to press. Empty where everybody is in sync.
  returned: always
  type: list
  elements: str
  sample:
    - "acme: 12 of 300 people are not in sync yet."
    - "  - Press Synchronize Users. Control Hub > Services > Contact Center > Tenant settings > General > Synchronize Users"
support_bundle: {description: 'The file for a support case, or null.', type: str, returned: always, sample: run/support.json}
hook_failure:
  description: What the hook answered in place of yes, or null. It is called again in the next round.
  returned: always
  type: str
  sample: The hook answered 500.
lines:
  description: What was seen, in sentences, which are shown in the terminal.
  returned: always
  type: list
  elements: str
  sample: ["38 of 40 people are in sync; 2 not yet: 2 without a record"]
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

import typing as t

from ansible_collections.wxcc.onboarding.plugins.module_utils._client.hook import Hook
from ansible_collections.wxcc.onboarding.plugins.module_utils._module.batch import run_batch
from ansible_collections.wxcc.onboarding.plugins.module_utils._module.run import make_module
from ansible_collections.wxcc.onboarding.plugins.module_utils._module.spec import (
    BATCH,
    ArgumentSpec,
    one_of,
    people_from,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.sync import Waiting
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.waiting import Gate, Round
from ansible_collections.wxcc.onboarding.plugins.module_utils._steps import SYNC

SPEC = BATCH.merge(
    people_from("users"),
    ArgumentSpec(
        {
            "wait_timeout": {"type": "float", "default": 600.0},
            "interval": {"type": "float", "default": 15.0},
            "wait": {"type": "bool", "default": True},
            "trigger": one_of(("none", "hook"), default="none"),
            # Its address may be a secret in itself.
            "hook_url": {"type": "str", "no_log": True},
            "hook_header": {"type": "str", "no_log": True},
            "contact_center": one_of(("required", "optional"), default="required"),
            "round": {"type": "int", "default": 0},
            "last_round": {"type": "bool", "default": False},
            "support_notes": {"type": "dict"},
        },
        required_if=(("trigger", "hook", ("hook_url",)),),
    ),
)


def hook_of(params: dict[str, t.Any]) -> Hook:
    return Hook(
        params["hook_url"],
        params["hook_header"],
        params["timeout"],
        ca_path=params["ca_path"],
        validate_certs=params["validate_certs"],
    )


def main() -> None:
    module = make_module(SPEC)
    params = module.params
    options = {name: params[name] for name in ("trigger", "wait", "wait_timeout", "interval")}
    must_see = params["contact_center"] == "required"
    gate = Gate(
        waiting=Waiting(params["wait_timeout"], params["interval"], params["wait"], must_see),
        hook=hook_of(params) if params["trigger"] == "hook" else None,
        round_=Round(params["round"], params["last_round"], {**options, **(params["support_notes"] or {})}),
    )
    run_batch(module, gate.pass_through, SYNC, more=gate.told)


if __name__ == "__main__":
    main()
