# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes Bulk Operations files of users: everybody's agent settings, as Control Hub takes them. Pure. Private to this collection.

The counterpart of `check_agents`, which reads them: header and order are those of `columns.BULK_COLUMNS`.
"""

from __future__ import annotations

import typing as t

from .._model import address_key
from .check_agents import ROWS_BULK
from .columns import BULK_COLUMNS
from .write import encode_rows

HEADER = tuple(column.header for column in BULK_COLUMNS)


def bulk_row(person: t.Mapping[str, t.Any]) -> list[str]:
    """Return one row.

    :param person: ``email`` and the agent settings by their words, with names in place of ids; what is left out is a blank cell.
    """
    return [_cell(person.get(column.field)) for column in BULK_COLUMNS]


def _cell(value: t.Any) -> str:
    """Return a value as the vendor's file writes it: On and Off, teams joined by a bar, blank for what is not set."""
    if isinstance(value, bool):
        return "On" if value else "Off"
    if isinstance(value, (list, tuple)):
        return "|".join(map(str, value))
    return str(value or "")


def bulk_files(people: t.Iterable[t.Mapping[str, t.Any]], *, row_limit: int = ROWS_BULK) -> list[bytes]:
    """Return the files for these people, sorted by address; at least one, be it of a header alone.

    :param row_limit: rows a file, the header not counted; a job takes :data:`ROWS_BULK` (vendor's documentation).
    """
    rows = [bulk_row(person) for person in sorted(people, key=lambda p: address_key(str(p["email"])))]
    parts = [rows[start : start + row_limit] for start in range(0, len(rows), row_limit)] or [[]]
    return [encode_rows([HEADER, *part]) for part in parts]
