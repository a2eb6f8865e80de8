# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules that say what they found in lines: their action shows these, so that nothing else has to.

This is a private part of the collection: it may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible.module_utils.parsing.convert_bool import boolean
from ansible.utils.display import Display

from ._paths import CONNECTION_PATHS, PathsAction


class LinesAction(PathsAction):
    """Runs the module of its own name with absolute paths, and shows the lines that it returns, each behind the host's name.

    They are seen whatever hides the results of tasks that went well.
    """

    PATHS = (*(name for name in CONNECTION_PATHS if name != "journal_file"), "run_directory")

    def run(self, tmp: str | None = None, task_vars: t.Mapping[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the module; see `ansible.plugins.action.ActionBase.run`."""
        result = super().run(tmp, task_vars)
        show_lines(result, self._task.args, task_vars or {})
        return result


def show_lines(result: t.Mapping[str, t.Any], args: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> None:
    """Show the lines of a result, unless ``progress`` says no."""
    if boolean(args.get("progress", True), strict=False):
        label = str(task_vars.get("inventory_hostname") or "localhost")
        for line in result.get("lines") or ():
            Display().display(f"[{label}] {line}")
