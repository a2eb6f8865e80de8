# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action behind ``wxcc.onboarding.report``: it runs on the controller, where the run directories are.

This is a private part of the collection: it may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from .build import build_report
from .groups import lines
from .load import load_run
from .write import WRITERS, write_report

SPEC: t.Mapping[str, t.Mapping[str, t.Any]] = {
    "run_directories": {"type": "list", "elements": "path", "required": True},
    "dest": {"type": "path", "required": True},
    "formats": {"type": "list", "elements": "str", "choices": list(WRITERS), "default": list(WRITERS)},
    "show": {"type": "bool", "default": True},
    "max_lines": {"type": "int", "default": 10},
}

COLORS = {"failed": "red", "stopped": "red", "blocked": "yellow", "waiting": "yellow"}


class ReportAction(ActionBase):
    """Joins the run directories and writes the report."""

    _supports_check_mode = True
    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: t.Mapping[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Write the report; see the module's documentation for options and results."""
        result: dict[str, t.Any] = super().run(tmp, dict(task_vars or {}))
        _validation, options = self.validate_argument_spec(argument_spec=SPEC)
        try:
            report = build_report(load_run(directory) for directory in options["run_directories"])
            paths = write_report(report, options["dest"], options["formats"])
        except (OSError, ValueError) as error:
            raise AnsibleActionFail(f"The report could not be made: {error}") from error
        text = lines(report, options["max_lines"])
        if options["show"]:
            for line in text:
                Display().display(line, color=COLORS.get(line.strip().partition(":")[0].partition(" ")[0]))
            if "html" in paths:
                Display().display(f"Report: {paths['html']}")
        result.update(
            changed=False,
            summary=report["summary"],
            organizations=[
                {key: value for key, value in organization.items() if key not in ("users", "findings")}
                for organization in report["organizations"]
            ],
            check=report["check"],
            files=paths,
            lines=text,
        )
        return result
