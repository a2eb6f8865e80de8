#!/usr/bin/python
# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: login
short_description: Get an access token once for a whole play
version_added: 0.1.0
author:
  - Contributors to the wxcc.onboarding collection (@wxcc-onboarding)
description:
  - >-
    Gets the token at the beginning of a play, so that a refresh token is exchanged once and not by every module. The others take
    what was registered here as their O(access_token); the collection's playbooks do so by C(playbooks/vars/connection.yml).
  - >-
    With O(refresh_token), O(client_id) and O(client_secret), the refresh token is exchanged. If O(access_token) is given as well, it is
    tried first, and kept where it still serves.
  - >-
    With O(application_id), a service app's token is asked for with the other token, which must be that of another integration with the
    scope C(spark:applications_token). It is for the organization of O(org_id), and a token of its own: it cannot be refreshed
    by O(refresh_token), so run the play again when it has expired.
  - With O(access_token) alone nothing is sent, and neither is anything without all of these; the modules that need a token say so.
  - >-
    The token stands in the registered variable only. It is never shown, whatever the verbosity, and never written into a file; do not
    make it a fact, since facts may be cached in files.
options:
  application_id:
    description:
      - The id of a service app, to run as it.
      - If it is not set, the environment variable E(WEBEX_APPLICATION_ID) is used.
    type: str
  application_client_id:
    description:
      - The client id of the service app.
      - If it is not set, the environment variable E(WEBEX_APPLICATION_CLIENT_ID) is used.
    type: str
  application_client_secret:
    description:
      - The client secret of the service app.
      - If it is not set, the environment variable E(WEBEX_APPLICATION_CLIENT_SECRET) is used.
    type: str
extends_documentation_fragment:
  - wxcc.onboarding.attributes
  - wxcc.onboarding.attributes.info
  - wxcc.onboarding.attributes.action_group
  - wxcc.onboarding.connection
attributes:
  check_mode:
    details: Logs in as well, since those that look need a token too; nothing in the organization changes by it.
notes:
  - >-
    A play logs in before it begins a run, for all its hosts at once, so the requests of this module stand in no run's C(requests.jsonl).
    With O(journal_file) they are noted in a file of your own.
  - The services keep a limited number of living tokens for each account; logging in once a play stays far below it.
"""

EXAMPLES = r"""
- name: Log in
  wxcc.onboarding.login:
    refresh_token: "{{ lookup('ansible.builtin.env', 'MY_REFRESH_TOKEN') }}"
    client_id: "{{ my_client_id }}"
    client_secret: "{{ my_client_secret }}"
  register: login

- name: Look with that token
  wxcc.onboarding.license_info:
    access_token: "{{ login.access_token }}"

- name: Log in as a service app
  wxcc.onboarding.login:
    access_token: "{{ token_of_another_integration }}"
    org_id: aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee
    application_id: "{{ my_application_id }}"
    application_client_id: "{{ my_application_client_id }}"
    application_client_secret: "{{ my_application_client_secret }}"
  register: login
"""

RETURN = r"""
access_token:
  description: The new token. What was given is not returned.
  returned: when a token was got
  type: str
expires_at:
  description: When the new token ends, in UTC; null where nobody said so.
  returned: success
  type: str
  sample: "2026-02-14T09:15:00Z"
expires_in:
  description: For how many seconds the new token lives; null where nobody said so.
  returned: success
  type: int
  sample: 1209600
source:
  description: >-
    Where the token comes from: V(given) as O(access_token), V(refreshed) by O(refresh_token), or the service app's own, V(application);
    V(none) where nothing was given.
  returned: success
  type: str
  sample: refreshed
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

import typing as t

from ansible_collections.wxcc.onboarding.plugins.module_utils._client.client import Client
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.settings import forms
from ansible_collections.wxcc.onboarding.plugins.module_utils._module.run import (
    client_settings,
    make_module,
    run_reader,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._module.spec import LOGIN
from ansible_collections.wxcc.onboarding.plugins.module_utils._views.login import Application, log_in

SPEC = LOGIN


def main() -> None:
    module = make_module(SPEC)

    async def read(client: Client, _organization: t.Any) -> dict[str, t.Any]:
        params = module.params
        names = ("application_id", "application_client_id", "application_client_secret", "org_id")
        application = Application(*(params[name].strip() for name in names)) if params["application_id"] else None
        settings = client_settings(module)
        result = await log_in(
            client, given=settings.access_token, renewable=settings.renewable, application=application
        )
        # The one result that is to hold it; the action sees to it that nothing shows it.
        module.no_log_values.difference_update(forms([result.get("access_token")]))
        return result

    run_reader(module, read, needs_organization=False)


if __name__ == "__main__":
    main()
