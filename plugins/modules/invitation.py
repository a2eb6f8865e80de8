#!/usr/bin/python
# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: invitation
short_description: Switch activation mails on or off, and send them again
version_added: 0.1.0
author:
  - Contributors to the wxcc.onboarding collection (@wxcc-onboarding)
description:
  - Newly licensed people who never signed in get an activation mail by themselves where the organization has that switched on.
  - The job that sends the mails again is for all such people of the organization; the API offers none for one person. Whoever got a mail
    within 24 hours is skipped.
  - The organization runs one such job at a time. Where one is running, it is reported and none is started beside it.
options:
  automatic_mails:
    description: Whether mails go out by themselves. Without it the setting stays as it is.
    type: bool
  resend:
    description: Whether to start the job that sends the mails again. It does so each time, and is no state to keep.
    type: bool
    default: false
  job_id:
    description: Follow this job, which an earlier run started, instead of starting one.
    type: str
  run_directory:
    description:
      - The run that this is a part of, whose organization is meant. Its C(run.json) notes how the setting was and is, for the report.
    type: path
  wait:
    description: Whether to follow the job to its end.
    type: bool
    default: true
  wait_timeout:
    description: Seconds to follow the job. A job that has not ended by then fails the task, and goes on.
    type: float
    default: 600.0
  interval:
    description: Seconds between two looks at the job.
    type: float
    default: 10.0
  settle_timeout:
    description: Seconds to read the setting again until the change shows, before it counts as not done.
    type: float
    default: 15.0
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: partial
    details: The setting is kept as declared; O(resend=true) starts a job each time.
extends_documentation_fragment:
  - wxcc.onboarding.attributes
  - wxcc.onboarding.attributes.action_group
  - wxcc.onboarding.connection
"""

EXAMPLES = r"""
- name: No mails during the migration
  wxcc.onboarding.invitation:
    automatic_mails: false

- name: Mails to everybody who has not signed in yet
  wxcc.onboarding.invitation:
    resend: true
  register: mails

- name: How is the setting
  wxcc.onboarding.invitation:
"""

RETURN = r"""
certain:
  description: False if a request was sent and nobody knows whether it took effect; the task fails then, and counts as changed.
  returned: success, and where something was not done
  type: bool
  sample: true
automatic_mails:
  description: How the setting is now; in check mode how it would be.
  returned: success, and where something was not done
  type: bool
  sample: true
job:
  description: The job, or null if none was started or followed.
  returned: success, and where something was not done
  type: dict
  contains:
    id: {description: 'The id, or null for a job that somebody else started.', type: str, returned: always, sample: Y2lzY29zcGFyazov}
    state:
      description: One of STARTING, STARTED, RUNNING, STOPPING, COMPLETED, FAILED, ABANDONED, UNKNOWN.
      type: str
      returned: always
      sample: COMPLETED
    exit_code:
      description: One of UNKNOWN (it is running), COMPLETED, FAILED, STOPPED, COMPLETED_WITH_ERRORS.
      type: str
      returned: if known
      sample: COMPLETED
    running: {description: Whether it goes on., type: bool, returned: always, sample: false}
    started: {description: Whether this task started it., type: bool, returned: always, sample: true}
    counts: {description: How many mails., type: dict, returned: if known, sample: {sent: 40, failed: 0, skipped: 2, total: 42}}
    begun: {description: When it began., type: str, returned: if known, sample: "2026-01-31T10:00:00.000Z"}
    ended: {description: When it ended., type: str, returned: if known, sample: "2026-01-31T10:02:00.000Z"}
    tracking_id: {description: What Webex support asks for., type: str, returned: if known, sample: NA_1}
errors:
  description: Who got no mail, as the service tells it.
  returned: success, and where something was not done
  type: list
  elements: dict
  contains:
    item: {description: The number in the job., type: int, returned: always, sample: 7}
    message: {description: The words of the service., type: str, returned: always, sample: "..."}
    code: {description: The code of the service., type: str, returned: if told, sample: ATLAS-600199}
    mailed_recently: {description: Whether a mail went out within 24 hours., type: bool, returned: always, sample: true}
    tracking_id: {description: What Webex support asks for., type: str, returned: if told, sample: NA_1}
lines:
  description: The same in sentences, which are shown in the terminal.
  returned: success
  type: list
  elements: str
  sample: ["Activation mails are on. Webex mails whoever gets a license and has never signed in."]
remarks:
  description: What must not be overlooked, such as who was skipped because of a recent mail. They are shown as warnings too.
  returned: success, and where something was not done
  type: list
  elements: str
  sample: []
diff:
  description: The setting before and after.
  returned: success, and where something was not done
  type: dict
  sample: {before: {automatic_mails: true}, after: {automatic_mails: false}}
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
from ansible_collections.wxcc.onboarding.plugins.module_utils._module.run import make_module, run_reader
from ansible_collections.wxcc.onboarding.plugins.module_utils._module.spec import CONNECTION, ArgumentSpec
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.invitation import Invitation, invite_in_run
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.organization import Organization

DEFAULTS = Invitation()
SPEC = CONNECTION.merge(
    ArgumentSpec(
        {
            "automatic_mails": {"type": "bool"},
            "resend": {"type": "bool", "default": DEFAULTS.resend},
            "job_id": {"type": "str"},
            "run_directory": {"type": "path"},
            "wait": {"type": "bool", "default": DEFAULTS.wait},
            "wait_timeout": {"type": "float", "default": DEFAULTS.wait_timeout},
            "interval": {"type": "float", "default": DEFAULTS.interval},
            "settle_timeout": {"type": "float", "default": DEFAULTS.settle_timeout},
        }
    )
)


def main() -> None:
    module = make_module(SPEC)
    params = module.params
    if params["resend"] and params["job_id"]:
        module.fail_json(msg="Either resend, which starts a job, or job_id, which follows one.")
    wanted = Invitation(
        automatic_mails=params["automatic_mails"],
        resend=params["resend"],
        job_id=params["job_id"],
        wait=params["wait"],
        wait_timeout=params["wait_timeout"],
        interval=params["interval"],
        settle_timeout=params["settle_timeout"],
    )

    async def work(client: Client, organization: Organization) -> dict[str, t.Any]:
        result: dict[str, t.Any] = await invite_in_run(
            client,
            organization,
            wanted,
            check_mode=module.check_mode,
            run_directory=params["run_directory"],
        )
        for remark in result["remarks"]:
            module.warn(remark)
        return result

    run_reader(module, work, writing=True)


if __name__ == "__main__":
    main()
