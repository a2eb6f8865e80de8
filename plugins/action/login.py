# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module ``wxcc.onboarding.login``; its action keeps the token that it returns out of everything that is shown."""

from __future__ import annotations

import os
import typing as t

from ..plugin_utils._paths import PathsAction


class ActionModule(PathsAction):
    """Found by Ansible through its name and place."""

    def run(self, tmp: str | None = None, task_vars: t.Mapping[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the module where there is more than an access token; see `ansible.plugins.action.ActionBase.run`."""
        application = any(
            self._given(f"application_{part}", f"WEBEX_APPLICATION_{part.upper()}")
            for part in ("id", "client_id", "client_secret")
        )
        refresh = any(
            self._given(part, f"WEBEX_{part.upper()}") for part in ("refresh_token", "client_id", "client_secret")
        )
        given = self._given("access_token", "WEBEX_ACCESS_TOKEN")
        if not application and (not refresh or (given and not self._given("refresh_token", "WEBEX_REFRESH_TOKEN"))):
            # Starting a module takes longer than all that it would do. That there is no token at all is said where one is needed.
            spent = {"sent": 0, "retried": 0, "throttled_s": 0.0}
            source = "given" if given else "none"
            return {"changed": False, "source": source, "expires_in": None, "expires_at": None, "requests": spent}
        result = super().run(tmp, task_vars)
        if "access_token" in result:
            result["_ansible_no_log"] = True
        if result.get("failed") and application:
            # What stands for the application must not be done as somebody else: the connection variables go by this word.
            result["source"] = "application"
        return result

    def _given(self, option: str, variable: str) -> bool:
        """Return whether an option is given: by the task, or by the environment of the task or of this process."""
        if any(variable in (some or {}) for some in self._task.environment or ()):
            return True
        return bool(self._task.args.get(option) or os.environ.get(variable, "").strip())
