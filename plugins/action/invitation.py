# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module ``wxcc.onboarding.invitation``, with its lines shown in the terminal."""

from __future__ import annotations

from ..plugin_utils._lines import LinesAction
from ..plugin_utils._paths import CONNECTION_PATHS


class ActionModule(LinesAction):
    """Found by Ansible through its name and place."""

    PATHS = (*CONNECTION_PATHS, "run_directory")
