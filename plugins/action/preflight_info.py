# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module ``wxcc.onboarding.preflight_info``; for the role preflight, it tells what it found and fails for it."""

from __future__ import annotations

import typing as t

from ..module_utils._errors import Problem
from ..plugin_utils._paths import CONNECTION_PATHS
from ..plugin_utils._run.checked import CheckedAction, Json
from ..plugin_utils._run.values import failed

_SHOWN = {"error": "red", "warning": "yellow"}


class ActionModule(CheckedAction):
    """Found by Ansible through its name and place."""

    PATHS = (*CONNECTION_PATHS, "users_file")
    BEGINNING = "preflight_"

    def concluded(self, result: Json, values: t.Mapping[str, t.Any], known: t.Mapping[str, t.Any]) -> Json:
        """Show what is to be looked at; where the role is to stop for errors, its failure tells those, each once."""
        stops = values["fail"] and not result.get("ok", True)
        for finding in result.get("findings") or ():
            level = finding.get("level")
            if level in _SHOWN and not (stops and level == "error"):
                self.show(known, f"{level}: {finding['message']} {finding['action']}".rstrip(), _SHOWN[level])
        if not stops:
            return result
        problems = [Problem.from_dict(entry) for entry in result.get("refusals") or ()]
        told = " ".join(f"{problem.message} {problem.advice}".strip() for problem in problems)
        # Of a task that fails, Ansible prints everything, so what its message tells is not there twice.
        kept = {name: value for name, value in result.items() if name != "refusals"}
        return {**kept, **failed(problems[0], told)}
