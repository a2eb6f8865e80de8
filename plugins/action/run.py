# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action ``wxcc.onboarding.run``; its documentation stands in the module of that name."""

from __future__ import annotations

from ..plugin_utils._run.action import RunAction


class ActionModule(RunAction):
    """Found by Ansible through its name and place."""
