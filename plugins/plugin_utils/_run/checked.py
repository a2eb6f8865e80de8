# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules that a playbook or role of ours runs without a run directory: their variables are typed by the same table as those of a run.

This is a private part of the collection: it may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible.utils.display import Display

from ...module_utils._errors import InputError
from ...module_utils._run.kinds import is_blank
from ...module_utils._run.variables import BY_NAME, left_over, typed, unknown_variables
from .._lines import LinesAction
from .values import connection_problem, failed, refused_option, variables

Json = dict[str, t.Any]

#: The variable by which a playbook or role of ours says that it is the one that runs the module.
OURS = "__wxcc_variables"


class CheckedAction(LinesAction):
    """Runs the module of its own name. Where a playbook or role of ours does, a wrong variable is told by its name before."""

    #: What the names of the variables begin with.
    BEGINNING: str

    def run(self, tmp: str | None = None, task_vars: t.Mapping[str, t.Any] | None = None) -> Json:
        """Run the module; see `ansible.plugins.action.ActionBase.run`."""
        known = task_vars or {}
        if not known.get(OURS):
            return super().run(tmp, task_vars)
        try:
            values = self._values(known)
            problem = connection_problem(self._task.args)
            if problem is not None:
                raise InputError(problem)
        except InputError as error:
            self._remove_tmp_path(self._connection._shell.tmpdir)
            return {"changed": False, **failed(error.problem)}
        args = {n: v for n, v in self._task.args.items() if n not in values or not is_blank(v)}
        args.update({n: v for n, v in values.items() if v is not None and n in args})
        self._task.args = args
        result = super().run(tmp, task_vars)
        if (
            result.get("failed")
            and not result.get("error")
            and (problem := refused_option(str(result.get("msg") or "")))
        ):
            return {**result, **failed(problem)}
        return self.concluded(result, values, known)

    def concluded(self, result: Json, values: t.Mapping[str, t.Any], known: t.Mapping[str, t.Any]) -> Json:
        """Return the result of the task; ``values`` are the variables without the beginning of their names."""
        return result

    def show(self, known: t.Mapping[str, t.Any], text: str, color: str | None = None) -> None:
        """Show a line behind the host's name, whatever hides the results of tasks."""
        Display().display(f"[{known.get('inventory_hostname') or 'localhost'}] {text}", color=color)

    def _values(self, known: t.Mapping[str, t.Any]) -> Json:
        problem = left_over(known)
        if problem is not None:
            raise InputError(problem)
        names = [name for name in BY_NAME if name.startswith(self.BEGINNING)]
        for unknown in unknown_variables(known):
            self.show(known, f"warning: {unknown.message} {unknown.action}", "yellow")
        found = typed(variables(self._templar, known, names), names)
        return {name.removeprefix(self.BEGINNING): value for name, value in found.items()}
