# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options and results of the modules that work on a roster."""

from __future__ import annotations


class ModuleDocFragment:
    """A roster in, outcomes out."""

    DOCUMENTATION = r"""
options:
  users_file:
    description:
      - A roster file (JSON), as M(wxcc.onboarding.roster) writes it. The better way for many people.
      - Mutually exclusive with O(users).
    type: path
  results_file:
    description: Append one JSON line a person, with what became of them, to this file.
    type: path
  snapshot_file:
    description:
      - Where the modules of one chain keep what was last read and written, so that the next one does not read it again, and so that
        check mode knows who would exist by then.
      - M(wxcc.onboarding.user) begins it anew. It holds personal data and is created readable by its owner alone.
    type: path
  snapshot_max_age:
    description: Seconds after which what the snapshot says is read again.
    type: int
    default: 600
  results:
    description:
      - Which people come back in the results. People in trouble come back unless this is V(none).
      - The default is V(failed) with O(users_file), else V(all).
    type: str
    choices: [changed, failed, all, none]
  on_error:
    description: Whether to go on with the others after somebody failed. The task fails at the end in both cases.
    type: str
    choices: [continue, stop]
    default: continue
  fail_on_blocked:
    description: Whether somebody whom only a person can help (trial account, other organization, protected, no seat) fails the task.
    type: bool
    default: true
  max_removals:
    description:
      - How many people may lose something (license, role, access), as a number or as a percentage of the roster, such as V(5%).
      - With more, nothing is sent and the people are named.
    type: str
    default: "10"
  protected:
    description: Addresses of people from whom nothing is ever taken.
    type: list
    elements: str
    default: []
  settle_timeout:
    description: Seconds to read again until a change shows, before it counts as not done.
    type: float
    default: 15.0
  progress:
    description: Whether to show how far the task is every few seconds, where the module runs on the controller.
    type: bool
    default: true
  progress_file:
    description: Used by the collection itself, to show the progress.
    type: path
"""
