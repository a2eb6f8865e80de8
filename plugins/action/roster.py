# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module ``wxcc.onboarding.roster``, with what it found shown in the terminal."""

from __future__ import annotations

import typing as t

from ..plugin_utils._lines import LinesAction
from ..plugin_utils._run.values import people


class ActionModule(LinesAction):
    """Found by Ansible through its name and place."""

    PATHS = ("users_file", "run_directory", "dest")

    def arguments(self) -> dict[str, t.Any]:
        """Return the task's arguments; people that came as text (extra vars, surveys) would be cut at its commas otherwise."""
        found = super().arguments()
        if isinstance(found.get("users"), str):
            found["users"] = people(found["users"])
        return found
