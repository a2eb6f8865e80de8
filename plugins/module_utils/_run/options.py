# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``run`` takes beside the connection, for the module and for the action. Private to this collection."""

from __future__ import annotations

import typing as t

from .record import FINISHED, OPEN, STARTED
from .variables import ROLES

#: Asks at the terminal; about no run in particular.
ASK = "ask"
#: By name, as Ansible writes options.
RUN_OPTIONS: t.Mapping[str, dict[str, t.Any]] = {
    "state": {"type": "str", "choices": [STARTED, ASK, OPEN, FINISHED], "default": STARTED},
    "org_name": {"type": "str"},
    "role": {"type": "str", "choices": list(ROLES), "default": "onboard"},
    "base": {"type": "path"},
    "keep_runs": {"type": "str"},
    "writable": {"type": "bool"},
    "run_directory": {"type": "path"},
    "todo": {"type": "list", "elements": "str"},
    "show": {"type": "bool", "default": True},
    "failure": {"type": "str"},
    "failed_task": {"type": "str"},
    "failed_name": {"type": "str"},
    "fail_on": {"type": "list", "elements": "str", "choices": ["failed", "blocked"]},
}
