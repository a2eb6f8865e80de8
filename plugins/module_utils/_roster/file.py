# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The roster file: reading it, composing it from lists, writing it. Private to this collection.

``{"format": "wxcc.onboarding/roster/1", "users": [row, ...]}``; a plain list of rows is read as well.
"""

from __future__ import annotations

import typing as t

from .._errors import InputError, Problem
from .._files import read_json, write_json
from .join import RosterRow
from .rows import compose, raise_for_errors

ROSTER_FORMAT = "wxcc.onboarding/roster/1"


def read_people(path: str) -> list[t.Any]:
    """Return the people of a roster file (JSON: a list, or a mapping with ``users``), as they stand.

    :raises InputError: unreadable, or not such a file.
    """
    try:
        data = read_json(path)
    except OSError as error:
        raise InputError(Problem("invalid_input", f"users_file {path}: {error.strerror or error}.")) from None
    except (ValueError, RecursionError) as error:
        raise InputError(Problem("invalid_input", f"users_file {path} is not JSON: {error}.")) from None
    if isinstance(data, dict):
        data = data.get("users")
    if not isinstance(data, list):
        raise InputError(Problem("invalid_input", f"users_file {path} holds no list of users."))
    return data


def roster_document(people: t.Sequence[RosterRow]) -> dict[str, t.Any]:
    """Return what a roster file of these people holds."""
    return {"format": ROSTER_FORMAT, "users": list(people)}


def write_people(path: str, people: t.Sequence[RosterRow]) -> None:
    """Write a roster file at one stroke. :raises OSError: it cannot be written."""
    write_json(path, roster_document(people))


def write_roster(
    *,
    users: t.Sequence[t.Any],
    addresses: t.Sequence[str],
    users_file: str | None,
    defaults: t.Mapping[str, t.Any] | None,
    merge: bool,
    dest: str,
) -> dict[str, t.Any]:
    """Join, check and write; return the module's result.

    :raises InputError: at least one row cannot be used; all findings are in it, and nothing was written.
    """
    filed = read_people(users_file) if users_file else []
    people = [*_placed(filed, str(users_file)), *_placed(users, "users")]
    rows, findings = compose(people, addresses, defaults=defaults, merge=merge)
    raise_for_errors(findings, what="The roster")
    shown = [finding.short() for finding in findings]
    changed = _current(dest) != roster_document(rows)
    if changed:
        try:
            write_people(dest, rows)
        except OSError as error:
            raise InputError(Problem("invalid_input", f"dest {dest}: {error.strerror or error}."), shown) from None
    return {
        "changed": changed,
        "count": len(rows),
        "agents": sum(bool(row.get("agent")) for row in rows),
        "findings": shown,
        "dest": dest,
    }


def _placed(rows: t.Sequence[t.Any], label: str) -> list[t.Any]:
    """Return the rows with their position in ``source``, where they bring none."""
    return [{"source": f"{label}[{i}]", **row} if isinstance(row, dict) else row for i, row in enumerate(rows)]


def _current(path: str) -> t.Any:
    try:
        return read_json(path)
    except (OSError, ValueError):
        return None
