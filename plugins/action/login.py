# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module ``wxcc.onboarding.login``; its action keeps the token that it returns out of everything that is shown."""

from __future__ import annotations

import os
import typing as t

from ..module_utils._client.client import cost_of
from ..module_utils._module.spec import APPLICATION_ENVIRONMENT, ENVIRONMENT
from ..module_utils._views.login import APPLICATION, told
from ..plugin_utils._paths import PathsAction


class ActionModule(PathsAction):
    """Found by Ansible through its name and place."""

    def run(self, tmp: str | None = None, task_vars: t.Mapping[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the module; see `ansible.plugins.action.ActionBase.run`."""
        as_application = self._given(APPLICATION_ENVIRONMENT)
        if self._given({"access_token": ENVIRONMENT["access_token"]}) and not (
            as_application or self._given({"refresh_token": ENVIRONMENT["refresh_token"]})
        ):
            return {"changed": False, **told(), "requests": cost_of()}
        result = super().run(tmp, task_vars)
        if "access_token" in result:
            result["_ansible_no_log"] = True
        if result.get("failed") and as_application:
            # What stands for the application must not be done as somebody else.
            result["source"] = APPLICATION
        return result

    def _given(self, options: t.Mapping[str, str]) -> bool:
        """Return whether one of the options may be given: by the task, its environment or this process's."""
        given = any(self._task.args.get(name) or os.environ.get(variable) for name, variable in options.items())
        return given or any(
            variable in (some or {}) for some in self._task.environment or () for variable in options.values()
        )
