# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as files: JSON for programs, CSV for spreadsheets, HTML for people. Private to this collection."""

from __future__ import annotations

import csv
import io
import json
import os
import typing as t
from pathlib import Path

from ...module_utils._files import replacing
from ...module_utils._steps import REPORT_FILES, STEPS
from .page import render
from .words import plain

Report = t.Mapping[str, t.Any]

CSV_COLUMNS = (
    "organization",
    "host",
    "email",
    "places",
    "outcome",
    "certain",
    *(step.column for step in STEPS if step.column),
    "desk",
    "desk_message",
    "signed_in",
    "mail",
    "changes",
    "lacks",
    "message",
    "action",
)
#: How many of the columns are about the organization.
_OF_ORGANIZATION = 2
#: The first characters of what spreadsheet programs take for a formula, in any width.
_SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20"


def _write_json(report: Report, file: t.TextIO) -> None:
    """A person a line, so that big reports stay readable, and small in memory while they are written."""
    head = {key: value for key, value in report.items() if key != "organizations"}
    file.write(json.dumps(head, ensure_ascii=False, indent=1)[:-2] + ',\n "organizations": [')
    for number, organization in enumerate(report["organizations"]):
        facts = {key: value for key, value in organization.items() if key != "users"}
        file.write("," if number else "")
        file.write("\n  " + json.dumps(facts, ensure_ascii=False)[:-1] + ', "users": [')
        for position, user in enumerate(organization["users"]):
            file.write(("," if position else "") + "\n   " + json.dumps(user, ensure_ascii=False))
        file.write("\n  ]}")
    file.write("\n ]\n}\n")


def _cell(value: object) -> str:
    """Return a cell's text. What a spreadsheet program would take for a formula is defused by an apostrophe."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else "" if value is None else str(value)
    # A line end inside a cell is a new row to many a reader.
    text = plain(text)
    return f"'{text}" if text.lstrip()[:1] in tuple(_SIGNS) else text


def _write_csv(report: Report, file: t.TextIO) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for organization in report["organizations"]:
        whose = [_cell(organization["name"]), _cell(organization["host"])]
        for user in organization["users"]:
            writer.writerow([*whose, *(_cell(user[column]) for column in CSV_COLUMNS[_OF_ORGANIZATION:])])


def _write_html(report: Report, file: t.TextIO) -> None:
    for part in render(report):
        file.write(part)


WRITERS: t.Mapping[str, t.Callable[[Report, t.TextIO], None]] = {
    "json": _write_json,
    "csv": _write_csv,
    "html": _write_html,
}


def write_report(report: Report, directory: str | os.PathLike[str], formats: t.Iterable[str]) -> dict[str, str]:
    """Write ``report.<format>`` for each of `formats` (json, csv, html) into `directory`, which is made if need be.

    The files are readable by their owner only. Returns the path of each format's file.

    :raises OSError: the directory cannot be written.
    :raises KeyError: an unknown format.
    """
    base = Path(directory)
    base.mkdir(mode=0o700, parents=True, exist_ok=True)
    paths: dict[str, str] = {}
    for name in formats:
        path = base / REPORT_FILES[name]
        with replacing(path) as raw, io.TextIOWrapper(raw, encoding="utf-8", newline="") as file:
            WRITERS[name](report, file)
        paths[name] = str(path)
    return paths
