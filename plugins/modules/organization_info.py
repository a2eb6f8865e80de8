#!/usr/bin/python
# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: organization_info
short_description: List the organizations that a token shows
version_added: 0.1.0
author:
  - Contributors to the wxcc.onboarding collection (@wxcc-onboarding)
description:
  - >-
    Lists every organization that the token may see: one, or for a partner all those that it manages.
extends_documentation_fragment:
  - wxcc.onboarding.attributes
  - wxcc.onboarding.attributes.info
  - wxcc.onboarding.attributes.action_group
  - wxcc.onboarding.connection
"""

EXAMPLES = r"""
- name: Which organizations are there
  wxcc.onboarding.organization_info:
  register: seen
"""

RETURN = r"""
organizations:
  description: The organizations.
  returned: success
  type: list
  elements: dict
  contains:
    id: {description: The bare id., type: str, returned: always, sample: aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee}
    name: {description: The name., type: str, returned: always, sample: Example Ltd}
    created: {description: When it was created., type: str, returned: always, sample: "2026-01-31T09:15:00.000Z"}
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
from ansible_collections.wxcc.onboarding.plugins.module_utils._views.organization import read_organizations

SPEC = CONNECTION


def main() -> None:
    run_reader(make_module(SPEC), read_organizations, needs_organization=False)


if __name__ == "__main__":
    main()
