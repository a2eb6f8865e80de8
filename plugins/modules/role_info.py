#!/usr/bin/python
# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: role_info
short_description: List the roles that people can be given
version_added: 0.1.0
author:
  - Contributors to the wxcc.onboarding collection (@wxcc-onboarding)
description:
  - Lists the roles that the API shows to an administrator, and whether M(wxcc.onboarding.role) gives and takes them.
extends_documentation_fragment:
  - wxcc.onboarding.attributes
  - wxcc.onboarding.attributes.info
  - wxcc.onboarding.attributes.action_group
  - wxcc.onboarding.connection
"""

EXAMPLES = r"""
- name: Which roles are there
  wxcc.onboarding.role_info:
  register: known
"""

RETURN = r"""
roles:
  description: The roles.
  returned: success
  type: list
  elements: dict
  contains:
    id: {description: The id that the People API uses., type: str, returned: always, sample: Y2lzY29zcGFyazovL3VzL1JPTEUvaWRfZnVsbF9hZG1pbg}
    value: {description: The identity value that SCIM uses., type: str, returned: always, sample: id_full_admin}
    name: {description: The name in Control Hub., type: str, returned: always, sample: Full Administrator}
    managed: {description: Whether the module role gives and takes it., type: bool, returned: always, sample: true}
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
from ansible_collections.wxcc.onboarding.plugins.module_utils._views.roles import read_roles

SPEC = CONNECTION


def main() -> None:
    run_reader(make_module(SPEC), read_roles, needs_organization=False)


if __name__ == "__main__":
    main()
