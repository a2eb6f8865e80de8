# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation shared by the modules: what they support."""

from __future__ import annotations


class ModuleDocFragment:
    """Attributes."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode and say what it would change, without sending any write.
  diff_mode:
    description: Returns what changes, before and after, when in diff mode.
  idempotent:
    description: Run again without a change in between, it changes nothing.
"""

    # What most modules support; each goes behind the first, which says what is meant.
    INFO = r"""
options: {}
attributes:
  check_mode:
    support: full
  diff_mode:
    support: N/A
    details: Nothing is changed.
  idempotent:
    support: full
"""

    FULL = r"""
options: {}
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
"""

    ACTION_GROUP = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/wxcc.onboarding.all) in C(module_defaults) to set options for all modules of this collection.
    support: full
    membership:
      - wxcc.onboarding.all
"""

    # What the modules have that work on a roster.
    BATCH_GROUP = r"""
options: {}
attributes:
  action_group:
    description: >-
      Use C(group/wxcc.onboarding.all) in C(module_defaults) to set options for all modules of this collection, and
      C(group/wxcc.onboarding.batch) for what those share that work on a roster.
    support: full
    membership:
      - wxcc.onboarding.all
      - wxcc.onboarding.batch
"""
