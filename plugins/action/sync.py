# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module ``wxcc.onboarding.sync``, with its progress shown while it runs, and what it saw afterwards."""

from __future__ import annotations

import typing as t

from ..plugin_utils._lines import show_lines
from ..plugin_utils._progress import ProgressAction


class ActionModule(ProgressAction):
    """Found by Ansible through its name and place."""

    def run(self, tmp: str | None = None, task_vars: t.Mapping[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the module; see `ansible.plugins.action.ActionBase.run`."""
        result = super().run(tmp, task_vars)
        show_lines(result, self._task.args, task_vars or {})
        return result
