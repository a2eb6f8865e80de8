# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far a module has come, as one line of JSON: the module appends it to a file, its action plugin reads it there.

Private to this collection.
"""

from __future__ import annotations

import dataclasses
import json

#: The phase of a run that has read everything again, and of one that has to wait before it begins.
DONE, WAITING = "done", "waiting"
#: The file's name in the temporary directory of the task, which the action makes and Ansible tells the module of.
PROGRESS_FILE = "progress.jsonl"


@dataclasses.dataclass(frozen=True, slots=True)
class ProgressLine:
    """Counts of people, and what the module is at: the name of a step, or :data:`DONE`."""

    done: int
    total: int
    blocked: int = 0
    failed: int = 0
    phase: str = ""
    #: What it waits for, in words.
    note: str = ""

    def encode(self) -> str:
        """Return the line as it stands in the file, with its end."""
        return json.dumps(dataclasses.asdict(self)) + "\n"

    @classmethod
    def parse(cls, line: bytes) -> ProgressLine | None:
        """Return what a line of the file says, or None where it is no such line (or not yet whole)."""
        try:
            data = json.loads(line)
            return cls(
                done=int(data["done"]),
                total=int(data["total"]),
                blocked=int(data.get("blocked") or 0),
                failed=int(data.get("failed") or 0),
                phase=str(data.get("phase") or ""),
                note=str(data.get("note") or ""),
            )
        except (ValueError, KeyError, TypeError):
            return None
