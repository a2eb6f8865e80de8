# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module ``wxcc.onboarding.csv_export``: its file is named after the host, and what it wrote is shown in the terminal."""

from __future__ import annotations

import os
import typing as t

from ..plugin_utils._paths import CONNECTION_PATHS
from ..plugin_utils._run.checked import CheckedAction


class ActionModule(CheckedAction):
    """Found by Ansible through its name and place."""

    PATHS = (*CONNECTION_PATHS, "dest", "directory")
    BEGINNING = "csv_"

    def run(self, tmp: str | None = None, task_vars: t.Mapping[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the module, for a file in the working directory and of the host's name where nothing else is said."""
        arguments = self._task.args
        if not arguments.get("dest"):
            arguments["directory"] = str(arguments.get("directory") or "").strip() or os.getcwd()
            arguments["host"] = arguments.get("host") or (task_vars or {}).get("inventory_hostname")
        return super().run(tmp, task_vars)
