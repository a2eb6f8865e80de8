# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a row of a roster may declare, and what it may say. One table for lists, files and options. Private to this collection."""

from __future__ import annotations

from .._model import ADMINISTRATOR, AGENT, NO_LICENSE, PREMIUM, STANDARD, SUPERVISOR

LICENSES = (STANDARD, PREMIUM, NO_LICENSE)
ROLES = (AGENT, SUPERVISOR, ADMINISTRATOR)
STATES = ("present", "disabled", "absent")

#: The fields that take one of a few words.
CHOICES = {"state": STATES, "license": LICENSES, "role": ROLES}
