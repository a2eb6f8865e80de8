# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run left in the directory of one organization. Private to this collection."""

from __future__ import annotations

import dataclasses
import os
import typing as t
from pathlib import Path

from ...module_utils._files import read_json, read_lines
from ...module_utils._steps import ORGANIZATION_FILE, ROSTER_FILE, STEPS


@dataclasses.dataclass(slots=True)
class RunRecord:
    """What one organization's run left.

    ``outcomes`` maps the name of a step to its outcome lines; a step that never ran is absent. ``missing`` tells that
    there was no run directory at all.
    """

    organization: t.Mapping[str, t.Any]
    roster: t.Mapping[str, t.Any] | t.Sequence[t.Mapping[str, t.Any]] = ()
    outcomes: t.Mapping[str, t.Iterable[t.Mapping[str, t.Any]]] = dataclasses.field(default_factory=dict)
    missing: bool = False


def load_run(directory: str | os.PathLike[str]) -> RunRecord:
    """Return the run of one organization from its run directory; outcomes are read when they are asked for, once.

    A directory that is missing, or that holds no ``organization.json``, becomes a run that left nothing: its
    organization shows up in the report as stopped, under the directory's name.

    :raises OSError: a file cannot be read.
    :raises ValueError: a file holds no JSON.
    """
    base = Path(directory)
    organization = _json_or(base / ORGANIZATION_FILE, None)
    files = {step.name: base / step.outcomes_file for step in STEPS}
    return RunRecord(
        organization=organization if isinstance(organization, dict) else {"host": base.name},
        roster=_json_or(base / ROSTER_FILE, ()),
        outcomes={name: read_lines(path) for name, path in files.items() if path.exists()},
        missing=not isinstance(organization, dict),
    )


def _json_or(path: Path, default: t.Any) -> t.Any:
    try:
        return read_json(path)
    except FileNotFoundError:
        return default
