#!/usr/bin/python
# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: csv_export
short_description: Write the organization's people as a Control Hub user file
version_added: 0.1.0
author:
  - Contributors to the wxcc.onboarding collection (@wxcc-onboarding)
description:
  - >-
    Writes the same columns as Control Hub's export, byte for byte the same for the same people, split where a file grows
    too long.
  - A file that goes out and straight back in plans no change.
options:
  dest:
    description: The file; with several parts C(agents.csv) becomes C(agents.part-1-of-2.csv) and so on. Readable by its owner alone.
    type: path
    required: true
  columns:
    description:
      - V(minimal) writes names, address and the contact center licenses, so that an import can change nothing else.
      - V(full) writes every column of an export; what the public APIs do not tell stays blank, which changes nothing.
    type: str
    choices: [minimal, full]
    default: minimal
  addresses:
    description: Only these people, as a list or as one text.
    type: list
    elements: str
  license:
    description: Only people with one of these licenses.
    type: list
    elements: str
    choices: [standard, premium, none]
  state:
    description: Only people in one of these states.
    type: list
    elements: str
    choices: [present, disabled]
  row_limit:
    description: At most that many people a file; V(0) writes one file.
    type: int
    default: 1000
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
    description: The files hold personal data, which does not belong on the screen.
  idempotent:
    support: full
extends_documentation_fragment:
  - wxcc.onboarding.attributes
  - wxcc.onboarding.attributes.action_group
  - wxcc.onboarding.connection
"""

EXAMPLES = r"""
- name: Everybody with a contact center license
  wxcc.onboarding.csv_export:
    dest: agents.csv
    license: [standard, premium]
"""

RETURN = r"""
files:
  description: The files, in order.
  returned: success
  type: list
  elements: str
  sample: [agents.csv]
count:
  description: How many people were written.
  returned: success
  type: int
  sample: 190
missing:
  description: Addresses that were asked for and that the organization does not have, or not with that license and state.
  returned: success
  type: list
  elements: str
  sample: []
requests:
  description: What the run cost in requests, retries among them, and in seconds of waiting for the services' limits.
  returned: success
  type: dict
  sample: {sent: 3, retried: 0, throttled_s: 0.0}
"""

import typing as t

from ansible_collections.wxcc.onboarding.plugins.module_utils._client.client import Client
from ansible_collections.wxcc.onboarding.plugins.module_utils._module.run import (
    connection_options,
    make_module,
    run_reader,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._views.csv_export import Export, export
from ansible_collections.wxcc.onboarding.plugins.module_utils._views.people import Filters
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.organization import Organization


def main() -> None:
    spec = connection_options()
    spec["dest"] = {"type": "path", "required": True}
    spec["columns"] = {"type": "str", "choices": ["minimal", "full"], "default": "minimal"}
    spec["addresses"] = {"type": "list", "elements": "str"}
    spec["license"] = {"type": "list", "elements": "str", "choices": ["standard", "premium", "none"]}
    spec["state"] = {"type": "list", "elements": "str", "choices": ["present", "disabled"]}
    spec["row_limit"] = {"type": "int", "default": 1000}
    module = make_module(spec)
    params = module.params

    async def read(client: Client, organization: Organization) -> dict[str, t.Any]:
        wanted = Export(
            dest=params["dest"],
            addresses=params["addresses"],
            filters=Filters(params["license"], None, params["state"]),
            full=params["columns"] == "full",
            row_limit=max(params["row_limit"], 0),
        )
        return await export(client, organization, wanted, check_mode=module.check_mode)

    run_reader(module, read)


if __name__ == "__main__":
    main()
