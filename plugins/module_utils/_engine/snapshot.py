# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run last read or wrote, kept in a file, so that the steps of a chain do not read the same people again.

Private to this collection. It also carries a check run's planned people to the later steps, so that their plans equal those of the real
run. It is used only for the same organization and API address, only while young and while nobody else began to write since, and a real
run never uses a check run's.
"""

from __future__ import annotations

import time
import typing as t

from .._errors import Problem
from .._files import read_json, write_json
from .._model import Person

SNAPSHOT_FORMAT = "wxcc.onboarding/snapshot/2"
#: Seconds after which what was read is read again.
MAX_AGE_S = 600.0


class Snapshot:
    """People by key (None: looked for and not there), those whom an earlier step found blocked, and odds and ends of the run."""

    def __init__(
        self,
        path: str | None,
        *,
        organization: str,
        api: str,
        check_mode: bool,
        writer: str = "",
        max_age: float = MAX_AGE_S,
    ) -> None:
        """``writer`` is who wrote to the organization last (`OrganizationLock.last_writer`), seen before anything is read."""
        self._path = path
        self.writer = writer
        self._identity = {"format": SNAPSHOT_FORMAT, "organization": organization, "api": api, "check_mode": check_mode}
        self.people: dict[str, Person | None] = {}
        self.blocked: dict[str, Problem] = {}
        self.facts: dict[str, t.Any] = {}
        self.time = time.time()
        if path:
            self._load(path, max_age)

    def _load(self, path: str, max_age: float) -> None:
        try:
            data = read_json(path)
        except (OSError, ValueError):
            return
        if not isinstance(data, dict) or any(data.get(k) != v for k, v in self._identity.items()):
            return
        age = time.time() - float(data.get("time", 0))
        if not 0 <= age <= max_age or data.get("writer") != self.writer:
            return
        self.time = float(data["time"])
        self.people = {k: Person.from_dict(v) if v else None for k, v in data["people"].items()}
        self.blocked = {k: Problem.from_dict(v) for k, v in data["blocked"].items()}
        self.facts = data.get("facts", {})

    def forget(self, keys: t.Container[str]) -> None:
        """Drop these people, who are to be read anew; with nobody left the snapshot is as young as its next reading."""
        self.people = {k: p for k, p in self.people.items() if k not in keys}
        self.blocked = {k: p for k, p in self.blocked.items() if k not in keys}
        if not self.people:
            self.time = time.time()

    def save(self) -> None:
        """Write the file, if one was named. The time stays that of the oldest reading in it."""
        if not self._path:
            return
        data = {
            **self._identity,
            "time": self.time,
            "writer": self.writer,
            "people": {k: p.as_dict() if p else None for k, p in self.people.items()},
            "blocked": {k: p.as_dict() for k, p in self.blocked.items()},
            "facts": self.facts,
        }
        write_json(self._path, data)
