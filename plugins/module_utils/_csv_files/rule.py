# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shape of an entry in the table of findings. Private to this collection."""

from __future__ import annotations

import dataclasses
import functools

#: When an action is needed only for Control Hub's own import.
FOR_CONTROL_HUB = "if the file is also to be imported in Control Hub"


@dataclasses.dataclass(frozen=True)
class Rule:
    """One thing that may be found. name: the code, and after a dot the case. also: the levels that it has in some places
    instead of its own. meaning, action: whole sentences, with their values in braces."""

    name: str
    level: str
    meaning: str
    action: str
    also: tuple[str, ...] = ()

    @functools.cached_property
    def code(self) -> str:
        """What results and the guide call it."""
        return self.name.partition(".")[0]

    @functools.cached_property
    def levels(self) -> tuple[str, ...]:
        """Its own level first, then the others that it may have."""
        return (self.level, *self.also)
