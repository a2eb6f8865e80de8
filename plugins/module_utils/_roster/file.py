# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The roster file: reading it, composing it from lists, writing it, alone or in a run's directory. Private to this collection.

``{"format": "wxcc.onboarding/roster/1", "users": [row, ...]}``; a plain list of rows is read as well, and both as YAML where the file's
name ends with .yml or .yaml. In a run's directory it holds all
people with ``row`` and ``part``, and ``list.json`` beside it the rows of the lists, each as it stood, which CSV files are joined with.
"""

from __future__ import annotations

import dataclasses
import json
import os
import typing as t

from .._errors import InputError, Problem
from .._files import named_by_option, read_json, write_json
from .._listed import listed
from .._model import Wanted, address_key
from .._run.record import RunRecord, add_findings, for_step, note_rosters, stop
from .._run.written import NotReadable, read_json_text, read_yaml
from .._steps import LIST_FILE, ROSTER_FILE, ROW, part_file
from .entries import Entry, address_entries
from .finding import Finding
from .join import RosterRow
from .keys import SITE_PREFIX, unknown_key
from .rows import compose, raise_for_errors, table_of, to_wanted
from .table import RefusedRow, RowTable, numbered, write_refused
from .verdict import RefusalRule, RowsRefused, conclude

#: The option and the variable that name a file of people.
OF_USERS = "users_file (variable onboard_users_file)"
_AS_JSON = "Write a list of people, each with email, as JSON in UTF-8, or as YAML in a file that ends with .yml."
_AS_YAML = "Write a list of people, each beginning with '- email: ', as YAML in UTF-8."
#: What a file's name ends with that is YAML.
_YAML = (".yml", ".yaml")
#: Under which keys the people of a file may stand: ours, and the variable's name, as in an inventory.
_USERS = ("users", "onboard_users")
#: Bytes of a file that tell what it may be.
_LOOKED_AT = 4096
_LINE_END = b"\n"
#: So many keys are named in one sentence.
_NAMED = 5
ROSTER_FORMAT = "wxcc.onboarding/roster/1"
#: What may be declared for everybody who does not declare it.
DEFAULTS = ("license", "role")
#: What a roster file says of places is about the run that wrote it.
_PLACES = ("source", "sources", "row", "part")


def read_document(path: str, label: str = OF_USERS) -> tuple[list[t.Any], bool]:
    """Return the people of a roster file as they stand, and whether it is one of ours, whose rows may have keys of ours.

    :raises InputError: unreadable, or not such a file.
    """
    advice = _AS_YAML if path.lower().endswith(_YAML) else _AS_JSON
    data = _data_of(path, label)
    ours = isinstance(data, dict) and data.get("format") == ROSTER_FORMAT
    if isinstance(data, dict) and "email" not in data:
        data = _users_of(data, f"{label} {path}", ours)
    if not isinstance(data, list):
        text = f"{label} {path} holds no list of people."
        raise InputError(
            Problem("invalid_input", text, advice=f"{advice} Or write a mapping with such a list under users.")
        )
    return data, ours


def _users_of(data: dict[str, t.Any], named: str, ours: bool) -> t.Any:
    """Return what stands under users. :raises InputError: other keys stand beside it, which nobody would read."""
    found = [key for key in _USERS if key in data]
    others = [str(key) for key in data if key not in found and not str(key).startswith(SITE_PREFIX)]
    if found and not ours and (others or len(found) > 1):
        text = f"{named} holds {listed(others or found, _NAMED)} beside the people."
        advice = "Of such a file users alone is read: set variables in the inventory, or give the file with -e @file."
        raise InputError(Problem("invalid_input", text, advice=advice))
    return data[found[0]] if found else None


def _data_of(path: str, label: str) -> t.Any:
    """Return what the users file holds. :raises InputError: it is not what its name says; what it may be in its place is said."""
    with named_by_option(label, path), open(path, "rb") as file:
        data = file.read()
    as_yaml = path.lower().endswith(_YAML)
    problem = _instead(f"{label} {path}", data, as_yaml)
    if problem is not None:
        raise InputError(problem)
    try:
        text = data.decode("utf-8-sig")
        return read_yaml(text) if as_yaml else read_json_text(text)
    except json.JSONDecodeError as error:
        where, why = f"line {error.lineno}, column {error.colno}", ""
    except UnicodeDecodeError as error:
        where, why = f"line {data.count(_LINE_END, 0, error.start) + 1}", ": it is not in UTF-8"
    except NotReadable as error:
        where, why = "", f": {error}"
    kind, advice = ("YAML", _AS_YAML) if as_yaml else ("JSON", _AS_JSON)
    text = f"{label} {path} is not {kind}{f' ({where})' if where else ''}{why}."
    raise InputError(Problem("invalid_input", text, advice=advice))


def _instead(named: str, data: bytes, as_yaml: bool) -> Problem | None:
    """Return what is to be said of a users file that is plainly something else; None: it may be one."""
    first = data[:_LOOKED_AT].lstrip(b"\xef\xbb\xbf \t\r\n").partition(_LINE_END)[0]
    if not first:
        return Problem("invalid_input", f"{named} is empty.", advice=_AS_YAML if as_yaml else _AS_JSON)
    as_table = not as_yaml and first[:1] not in b"[{" and any(mark in first for mark in b",;\t|")
    if not (data.startswith(b"PK\x03\x04") or as_table):
        return None
    text = f"{named} is not {'YAML' if as_yaml else 'JSON'}; it looks like a table."
    advice = "Save it as CSV, and name it in onboard_csv_files (module csv_info: files)."
    return Problem("invalid_input", text, advice=advice)


def read_people(path: str, label: str = OF_USERS) -> list[t.Any]:
    """Return the people of a roster file (JSON or YAML: a list, or a mapping with ``users``), as they stand.

    :raises InputError: unreadable, or not such a file.
    """
    return read_document(path, label)[0]


def read_wanted(path: str) -> list[Wanted]:
    """Return the people of a run's roster file under the numbers that they have in the whole roster, also where it is a part of it.

    :raises InputError: it cannot be used.
    """
    rows, findings = compose(read_people(path), label=path)
    raise_for_errors(findings, what="The roster")
    return [
        dataclasses.replace(w, index=w.row["row"]) if isinstance(w.row.get("row"), int) else w for w in to_wanted(rows)
    ]


def roster_document(people: t.Sequence[RosterRow]) -> dict[str, t.Any]:
    """Return what a roster file of these people holds."""
    return {"format": ROSTER_FORMAT, "users": list(people)}


def write_people(path: str, people: t.Sequence[RosterRow]) -> None:
    """Write a roster file at one stroke. :raises OSError: it cannot be written."""
    write_json(path, roster_document(people))


# -- lists -------------------------------------------------------------------------------------------------------------------


@dataclasses.dataclass(slots=True, frozen=True)
class Lists:
    """What people write in variables. prefix: what stands before ``users`` and ``addresses`` where a row's place is named."""

    users: t.Sequence[t.Any] = ()
    addresses: t.Sequence[str] = ()
    users_file: str | None = None
    defaults: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)
    merge: bool = False
    ignored: t.Collection[str] = ()
    prefix: str = ""

    def table(self) -> RowTable:
        """Return the table of all rows: those of the file first, then the list, then the addresses.

        :raises InputError: the file cannot be read, or the defaults have a key that nobody knows.
        """
        check_defaults(self.defaults)
        pasted, told = address_entries(self.addresses, label=f"{self.prefix}addresses")
        entries = [
            *(self._of_file(self.users_file) if self.users_file else ()),
            *(Entry(f"{self.prefix}users[{i}]", row) for i, row in enumerate(self.users)),
            *pasted,
        ]
        table = table_of(entries, defaults=self.defaults, merge=self.merge, ignored=self.ignored)
        table.findings += told
        return table

    def _of_file(self, path: str) -> list[Entry]:
        people, ours = read_document(path)
        name = os.path.basename(path)
        if ours:
            people = [
                {k: v for k, v in row.items() if k not in _PLACES} if isinstance(row, dict) else row for row in people
            ]
        return [Entry(f"{name}[{i}]", row, ours) for i, row in enumerate(people)]


def check_defaults(defaults: t.Mapping[str, t.Any]) -> None:
    """Refuse defaults that nobody knows. :raises InputError: names the nearest ones."""
    wrong = [unknown_key(str(key), DEFAULTS, "defaults")[0] for key in defaults if key not in DEFAULTS]
    if wrong:
        raise InputError(Problem("invalid_input", f"{'. '.join(wrong)}", advice=f"Use {' and '.join(DEFAULTS)}."))


def write_roster(lists: Lists, dest: str, rule: RefusalRule, *, check_mode: bool) -> dict[str, t.Any]:
    """Join, check and write one roster file; return the module's result.

    :raises InputError: rows are refused and the rule stops at them; then nothing is written.
    """
    table = lists.table()
    changed = _current(dest) != roster_document(table.people)
    result = conclude(table, {"changed": changed, "parts": [0], "dest": dest}, rule, None)
    if changed and not check_mode:
        with named_by_option("dest", dest, result["findings"]):
            write_people(dest, table.people)
    return result


def _current(path: str) -> t.Any:
    try:
        return read_json(path)
    except (OSError, ValueError):
        return None


# -- the roster of a run -----------------------------------------------------------------------------------------------------


def write_roster_of_run(lists: Lists, directory: str, rule: RefusalRule, *, check_mode: bool) -> dict[str, t.Any]:
    """Join, check and write the roster of a run; return the module's result.

    Where CSV files follow (the run's options name them), the last word on an empty roster and on percentages is theirs.

    :raises InputError: the directory is not this task's, or the rows are such that the run must not go on.
    """
    record = for_step(directory, check_mode=check_mode, roster=False, writing=False)
    table = lists.table()
    final = not record.options.get("csv_files")
    run = RunRoster(record, keep=not check_mode or record.check_mode)
    run.write(table)
    run.write_list(table)
    return run.close(lambda: conclude(table, {"changed": False, "parts": [0]}, rule, record, final=final))


@dataclasses.dataclass(slots=True)
class RunRoster:
    """The roster in a run's directory. keep: False where nothing may be written, as for a check task in a real run's directory."""

    record: RunRecord
    keep: bool
    _names: list[str] = dataclasses.field(default_factory=list)

    def write(self, table: RowTable, parts: t.Sequence[t.Sequence[RosterRow]] = ()) -> list[int]:
        """Write everybody, the parts where there are several, and the refused rows. Return the numbers of the parts, or [0]."""
        several = parts if len(parts) > 1 else ()
        number = {address_key(p["email"]): n for n, part in enumerate(several, 1) for p in part}
        people = numbered(table.people, number)
        files = {ROSTER_FILE: people}
        for n in range(1, len(several) + 1):
            files[part_file(n)] = [person for person in people if person["part"] == n]
        self._names = list(files)
        if self.keep:
            for name, of_file in files.items():
                write_people(self.record.path(name), of_file)
            write_refused(self.record.path(ROW.outcomes_file), table.refused)
        return list(range(1, len(several) + 1)) or [0]

    def write_list(self, table: RowTable) -> None:
        """Leave the rows of the lists for the files beside them: those that can be used, each as it stood, and the refused ones."""
        if self.keep:
            refused = [_as_dict(row) for row in table.refused]
            write_json(self.record.path(LIST_FILE), {"rows": table.rows, "refused": refused})

    def read_list(self) -> RowTable:
        """Return what :meth:`write_list` left; an empty table where the run has no lists."""
        try:
            data = read_json(self.record.path(LIST_FILE))
        except FileNotFoundError:
            return RowTable()
        return RowTable([], data["rows"], [_refused_row(row) for row in data["refused"]])

    def close(self, conclude_: t.Callable[[], dict[str, t.Any]]) -> dict[str, t.Any]:
        """Return the conclusion, and note findings and roster. A roster that is refused is not noted, so no step takes it.

        :raises RowsRefused: the conclusion does.
        """
        try:
            result = conclude_()
        except RowsRefused as error:
            if self.keep:
                add_findings(self.record.directory, error.findings)
                stop(self.record.directory, ROW.name, error.problem)
            raise
        if self.keep:
            add_findings(self.record.directory, result["findings"])
            note_rosters(self.record.directory, self._names)
        return result


def _as_dict(row: RefusedRow) -> dict[str, t.Any]:
    return {"place": row.place, "email": row.email, "findings": [f.to_dict() for f in row.findings]}


def _refused_row(data: t.Mapping[str, t.Any]) -> RefusedRow:
    findings = tuple(Finding(**{name: f[name] for name in Finding._fields}) for f in data["findings"])
    return RefusedRow(data["place"], data["email"], findings)
