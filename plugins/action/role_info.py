# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module ``wxcc.onboarding.role_info``, whose paths count from where the playbook was started."""

from __future__ import annotations

from ..plugin_utils._paths import PathsAction


class ActionModule(PathsAction):
    """Found by Ansible through its name and place."""
