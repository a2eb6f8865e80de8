#!/usr/bin/python
# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: preflight_info
short_description: Check everything that an onboarding run needs, before it begins
version_added: 0.1.0
author:
  - Contributors to the wxcc.onboarding collection (@wxcc-onboarding)
description:
  - Checks the token, the account behind it and its administrator roles, the organization, the seats, the mail setting, and
    whether the contact center can be reached; all of it, and not only up to the first finding.
  - It reads only. What cannot be found out without writing, or at all through public APIs, it says.
options:
  users_file:
    description: A roster file; the seats and the domains of its people are checked too.
    type: path
  subscription_id:
    description: Count the seats of this subscription only.
    type: str
extends_documentation_fragment:
  - wxcc.onboarding.attributes
  - wxcc.onboarding.attributes.info
  - wxcc.onboarding.attributes.action_group
  - wxcc.onboarding.connection
"""

EXAMPLES = r"""
- name: Is everything ready
  wxcc.onboarding.preflight_info:
  register: preflight
"""

RETURN = r"""
ok:
  description: Whether nothing of level error was found.
  returned: success
  type: bool
  sample: true
refusals:
  description: What a run could not begin for, each once; all scopes that the token lacks are one.
  returned: success
  type: list
  elements: dict
  contains:
    code: {description: What kind of problem it is., type: str, returned: always, sample: forbidden}
    message: {description: What is wrong., type: str, returned: always, sample: The token lacks what this run needs.}
    advice: {description: What to do., type: str, returned: always, sample: Get a token with all of these.}
findings:
  description: One entry for each check.
  returned: success
  type: list
  elements: dict
  contains:
    check: {description: What was checked., type: str, returned: always, sample: seats}
    level: {description: 'One of ok, info, warning, error.', type: str, returned: always, sample: ok}
    message: {description: What was found., type: str, returned: always, sample: 220 of 400 Premium seats are free.}
    action: {description: What to do., type: str, returned: always, sample: ""}
organization:
  description: The organization, id and name.
  returned: success
  type: dict
  sample: {id: aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee, name: Example Ltd}
operator:
  description: The account behind the token; kind is user or service_app.
  returned: success
  type: dict
  sample: {email: boss@example.com, kind: user, roles: [Full Administrator]}
licenses:
  description: The contact center's seats.
  returned: success
  type: list
  elements: dict
  sample: []
mail_setting:
  description: Whether newly licensed people get a mail by themselves; null if it could not be read.
  returned: success
  type: bool
  sample: true
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

from ansible_collections.wxcc.onboarding.plugins.module_utils._module.run import make_module, run_checks
from ansible_collections.wxcc.onboarding.plugins.module_utils._module.spec import CONNECTION, ArgumentSpec
from ansible_collections.wxcc.onboarding.plugins.module_utils._views.preflight import preflight

SPEC = CONNECTION.merge(ArgumentSpec({"users_file": {"type": "path"}, "subscription_id": {"type": "str"}}))


def main() -> None:
    module = make_module(SPEC)
    params = module.params
    check = functools.partial(
        preflight,
        org_id=params["org_id"],
        users_file=params["users_file"],
        subscription_id=params["subscription_id"],
    )
    run_checks(module, check)


if __name__ == "__main__":
    main()
