# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action ``wxcc.onboarding.report``; its documentation stands in the module of that name."""

from __future__ import annotations

from ..plugin_utils._report.action import ReportAction


class ActionModule(ReportAction):
    """Found by Ansible through its name and place."""
