# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which approved plans were carried out, so that none is a second time. Private to this collection.

It stands beside the locks (`lock.py`) and reaches as far as they do: one account on one file system.
"""

from __future__ import annotations

import hashlib
import os

from .._files import read_json, timestamp
from .lock import state_directory


def claim(organization: str, plan_id: str) -> str | None:
    """Note that a real run carries out a plan now. Return None, or the time at which another run did so: then nothing is noted.

    Of two runs that ask at the same moment one is told of the other.

    :raises OSError: it cannot be noted.
    :raises WxccError: there is no place for it.
    """
    path = _path(organization, plan_id)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except FileExistsError:
        return applied(organization, plan_id)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f'"{timestamp()}"\n')
    return None


def applied(organization: str, plan_id: str) -> str | None:
    """Return when a plan was carried out, or None. :raises WxccError: there is no place where that would stand."""
    path = _path(organization, plan_id)
    if not os.path.lexists(path):
        return None
    try:
        return str(read_json(path))
    except (OSError, ValueError):
        return "an unknown time"


def _path(organization: str, plan_id: str) -> str:
    name = hashlib.sha256(f"{organization} {plan_id}".encode()).hexdigest()[:32]
    return os.path.join(state_directory(), f"{name}.applied")
