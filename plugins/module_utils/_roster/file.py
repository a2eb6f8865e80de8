# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Composing and writing the roster file. Private to this collection."""

from __future__ import annotations

import json
import os
import typing as t

from .._errors import InputError, Problem
from . import rows as _roster


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
    filed = _roster.load_file(users_file) if users_file else []
    filed = [
        {**row, "source": row.get("source", f"{users_file}[{i}]")} if isinstance(row, dict) else row
        for i, row in enumerate(filed)
    ]
    listed = [{**row, "source": row.get("source", f"users[{i}]")} for i, row in enumerate(users)]
    rows, findings = _roster.compose([*filed, *listed], addresses, defaults=defaults, merge=merge)
    _roster.refuse(findings, what="The roster")
    content = {"format": _roster.FORMAT, "users": rows}
    changed = _current(dest) != content
    if changed:
        try:
            _roster.write_json(dest, content)
        except OSError as error:
            raise InputError(Problem("invalid_input", f"dest {dest}: {error.strerror or error}."), findings) from None
    return {
        "changed": changed,
        "count": len(rows),
        "agents": sum(bool(row.get("agent")) for row in rows),
        "findings": findings,
        "dest": dest,
    }


def _current(path: str) -> t.Any:
    if not os.path.exists(path):
        return None
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return None
