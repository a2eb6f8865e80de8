#!/usr/bin/python
# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: license_info
short_description: Show the contact center's seats by subscription
version_added: 0.1.0
author:
  - Contributors to the wxcc.onboarding collection (@wxcc-onboarding)
description:
  - Lists the organization's licenses with their seats, those of the contact center first counted by kind.
extends_documentation_fragment:
  - wxcc.onboarding.attributes
  - wxcc.onboarding.attributes.info
  - wxcc.onboarding.attributes.action_group
  - wxcc.onboarding.connection
"""

EXAMPLES = r"""
- name: How many seats are free
  wxcc.onboarding.license_info:
  register: seats
"""

RETURN = r"""
licenses:
  description: The contact center's licenses, one for each subscription that has it.
  returned: success
  type: list
  elements: dict
  contains:
    id: {description: The id of the license., type: str, returned: always, sample: Y2lz...}
    name: {description: Its name in Control Hub., type: str, returned: always, sample: Contact Center Premium Agent}
    license: {description: standard or premium., type: str, returned: always, sample: premium}
    subscription: {description: The subscription., type: str, returned: always, sample: Sub111111}
    total: {description: Seats bought; null where the list does not say it., type: int, returned: always, sample: 400}
    consumed: {description: Seats in use; null where the list does not say it., type: int, returned: always, sample: 180}
    free: {description: Seats left; null where the list does not say it., type: int, returned: always, sample: 220}
free:
  description: Free seats by kind, over all subscriptions; null where the list does not say it of one.
  returned: success
  type: dict
  sample: {premium: 220, standard: 40}
other_licenses:
  description: The names of the organization's other licenses.
  returned: success
  type: list
  elements: str
  sample: [Webex Calling - Professional]
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
from ansible_collections.wxcc.onboarding.plugins.module_utils._module.spec import CONNECTION
from ansible_collections.wxcc.onboarding.plugins.module_utils._views.licenses import read_licenses

SPEC = CONNECTION


def main() -> None:
    run_reader(make_module(SPEC), read_licenses)


if __name__ == "__main__":
    main()
