# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which run this process is.

This is a private part of the collection: it may change in any release.

Ansible imports an action once in its main process and forks for each task, so a value made at the import is the same for all hosts,
tasks, plays and batches of one ``ansible-playbook``, whatever the strategy.
"""

from __future__ import annotations

from ...module_utils._run.names import new_run_id

RUN_ID = new_run_id()
#: The variable that ``run`` leaves for a host: {directory, base, run}.
FACT = "wxcc_onboarding_run"
