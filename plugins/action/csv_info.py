# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module ``wxcc.onboarding.csv_info``, with what it found shown in the terminal."""

from __future__ import annotations

import os
import typing as t

from ..plugin_utils._lines import LinesAction
from ..plugin_utils._paths import CONNECTION_PATHS, absolute

#: The variables that name CSV files, as people set them.
_VARIABLES = ("csv_files", "onboard_csv_files")


class ActionModule(LinesAction):
    """Found by Ansible through its name and place."""

    PATHS = (*CONNECTION_PATHS, "files", "users_file", "run_directory", "results_directory")
    LISTS = ("files",)

    def run(self, tmp: str | None = None, task_vars: t.Mapping[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the module, and tell it which other hosts of the play name one of its files: no module can see them all."""
        variables = task_vars or {}
        if "shared_with" not in self._task.args and self._task.args.get("run_directory"):
            self._task.args["shared_with"] = _hosts_with(self.arguments().get("files"), variables)
        return super().run(tmp, task_vars)


def _hosts_with(files: t.Any, variables: t.Mapping[str, t.Any]) -> list[str]:
    """Return the other hosts of the play whose variables name one of these files."""
    mine = _real(files)
    hosts = [h for h in variables.get("ansible_play_hosts_all") or () if h != variables.get("inventory_hostname")]
    known = variables.get("hostvars") or {}
    return [host for host in hosts if mine & _named_by(known, host)]


def _named_by(known: t.Mapping[str, t.Any], host: str) -> set[str]:
    try:
        values = known[host]
        return set().union(*(_real(values.get(name)) for name in _VARIABLES))
    except Exception:  # a template of another host that cannot be filled is that host's to complain of
        return set()


def _real(files: t.Any) -> set[str]:
    texts = files.split(",") if isinstance(files, str) else files if isinstance(files, (list, tuple)) else ()
    return {os.path.realpath(absolute(text.strip())) for text in texts if isinstance(text, str) and text.strip()}
