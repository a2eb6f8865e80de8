# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes what became of the rows of a run's CSV files, and the rows to run again. Private to this collection.

The files always stand in the run's directory, and beside each file (or in a results directory) as well; a check run leaves
``<file>.plan.csv`` in its directory alone. The result file is for people and their spreadsheet programs, so there a text that would be
taken for a formula gets an apostrophe in front; the retry file holds rows as the very bytes that came. That of a Bulk Operations file
says beside each row what went wrong, as the vendor's own does (`bulk_retry.py`).
"""

from __future__ import annotations

import dataclasses
import os
import typing as t

from .._files import write_bytes
from .._roster.finding import line_place
from .._run.record import RunRecord, read_record
from .._steps import PLANNED_ENDING, RESULT_ENDING, RETRY_ENDING, stem_of
from .bulk_retry import BulkRetry
from .cells import harmless
from .checks import Checks, ReadFile, hosts_beside, read_checks
from .columns import BULK_EMAIL_HEADER, EMAIL_HEADER, ERROR_MESSAGE_HEADER
from .fates import Fate, Fates
from .layout import BULK_OPERATIONS, known_score
from .source import CsvProblem, Source
from .table import open_table
from .write import encode_rows

RESULT_HEADER = (
    "Line",
    EMAIL_HEADER,
    "Outcome",
    "Changes",
    "Message",
    "Error Code",
    "Tracking ID",
    "Advice",
    "Sync State",
)
#: The same of a Bulk Operations file, in the words of that file.
_BULK_WORDS = {EMAIL_HEADER: BULK_EMAIL_HEADER, "Message": ERROR_MESSAGE_HEADER}
_MARK = b"\xef\xbb\xbf"


@dataclasses.dataclass(slots=True)
class _Made:
    """The bytes of what is to be written. rows: all rows of the file as they came, behind its header; empty: no retry file can be made."""

    result: bytes
    header: bytes = b""
    rows: t.Sequence[bytes] = ()
    again: t.Sequence[bytes] = ()
    counts: dict[str, int] = dataclasses.field(default_factory=dict)
    message: str | None = None
    bulk: BulkRetry | None = None


def write_results_of_run(
    directory: str, results_directory: str | None = None, *, check_mode: bool = False
) -> list[t.Mapping[str, t.Any]]:
    """Write what became of the rows of each CSV file of a run; return ``{file, result, retry, counts, message}`` of each.

    :param results_directory: where to write; None: where `csv_info` was told, else beside each file.
    :param check_mode: in the directory of a real run, nothing is written then, and nothing returned.
    :raises InputError: the directory is no run's, or what it holds is not what the modules leave there.
    :raises OSError: not even the run's directory can be written.
    """
    record = read_record(directory)
    checks = read_checks(record.directory)
    if not checks.files or (check_mode and not record.check_mode):
        return []
    where = results_directory or checks.results_directory
    fates = Fates(record)
    names = _Names(record, checks)
    return [_write(record, file, _make(file, fates), names.of(file), where) for file in checks.files]


class _Names:
    """What the names of results begin with: beside the files with the host's name where hosts share a file; once each in the run."""

    def __init__(self, record: RunRecord, checks: Checks) -> None:
        shared = checks.shared or bool(hosts_beside(record, [file.path for file in checks.files]))
        # The run's directory is named after the host, spelled so that no two hosts meet.
        self._host = f".{os.path.basename(record.directory)}" if shared else ""
        self._taken: set[str] = set()

    def of(self, file: ReadFile) -> tuple[str, str]:
        """Return (in the run's directory, elsewhere)."""
        stem = stem_of(file.path)
        own, number = stem, 1
        while own.casefold() in self._taken:
            number += 1
            own = f"{stem}.{number}"
        self._taken.add(own.casefold())
        return own, f"{stem}{self._host}"


# -- what is to be written ---------------------------------------------------------------------------------------------------


def _make(file: ReadFile, fates: Fates) -> _Made:
    if fates.whole(file.name):
        return _of_places(file, fates, "the file is refused as a whole, so nothing was done for any of its rows.")
    try:
        return _of_table(file, fates)
    except CsvProblem as error:
        return _of_places(file, fates, str(error))


def _of_table(file: ReadFile, fates: Fates) -> _Made:
    """A line for each row of the file as it stands. :raises CsvProblem: it is no table, or not the one that was read."""
    table = open_table(Source.from_path(file.path), known_score)
    if table.encoding.sha256 != file.sha256:
        raise CsvProblem("changed")
    raw_rows = table.raw_rows()
    _header, head = next(raw_rows)
    lines: list[t.Sequence[str]] = [_header_of(file)]
    bulk = BulkRetry(table) if file.kind == BULK_OPERATIONS else None
    made = _Made(b"", bulk.header(head) if bulk else head, bulk=bulk)
    rows: list[bytes] = []
    again: list[bytes] = []
    for row, raw in raw_rows:
        email = row.cells[file.address_index].strip() if file.address_index < len(row.cells) else ""
        fate = fates.of(line_place(file.name, row.line), file.name)
        if bulk:
            bulk.add(row)
        else:
            rows.append(raw)
        if fate.again:
            again.append(bulk.row(row, raw, fate.reason) if bulk else raw)
        made.counts[fate.word] = made.counts.get(fate.word, 0) + 1
        lines.append(_line(row.line, email, fate))
    made.rows, made.again = rows, again
    # A spreadsheet program shows UTF-8 rightly only with the mark; whoever sent a plain file gets a plain one.
    plain = table.encoding.codec == "utf-8" and not table.encoding.bom
    made.result = (b"" if plain else _MARK) + encode_rows(lines, table.delimiter, errors="replace")
    return made


def _of_places(file: ReadFile, fates: Fates, why: str) -> _Made:
    """A line for each row that the run knows of, where the file can no longer be read as it was."""
    made = _Made(b"", message=f"{file.path}: {why} So there is no retry file.")
    lines: list[t.Sequence[str]] = [_header_of(file)]
    for line, email in fates.places(file.name):
        fate = fates.of(line_place(file.name, line) if line else file.name, file.name)
        made.counts[fate.word] = made.counts.get(fate.word, 0) + 1
        lines.append(_line(line or "", email, fate))
    made.result = _MARK + encode_rows(lines, errors="replace")
    return made


def _header_of(file: ReadFile) -> list[str]:
    words = _BULK_WORDS if file.kind == BULK_OPERATIONS else {}
    return [words.get(header, header) for header in RESULT_HEADER]


def _line(line: int | str, email: str, fate: Fate) -> list[str]:
    return [str(line), harmless(email), *map(harmless, fate.cells())]


# -- where it goes -----------------------------------------------------------------------------------------------------------


def _write(
    record: RunRecord, file: ReadFile, made: _Made, names: tuple[str, str], results_directory: str | None
) -> dict[str, t.Any]:
    own = os.path.join(record.directory, names[0])
    entry = {"file": file.path, "retry": None, "counts": made.counts, "message": made.message}
    if record.check_mode:
        write_bytes(f"{own}{PLANNED_ENDING}", made.result)
        return {**entry, "result": f"{own}{PLANNED_ENDING}"}
    entry |= {"result": f"{own}{RESULT_ENDING}"} | _write_pair(own, made)
    beside = os.path.join(results_directory or os.path.dirname(file.path), names[1])
    try:
        return entry | {"result": f"{beside}{RESULT_ENDING}"} | _write_pair(beside, made)
    except OSError as error:
        text = f"{beside}{RESULT_ENDING} cannot be written ({error.strerror or error}); the results are in the run's directory."
        return {**entry, "message": " ".join(filter(None, (made.message, text)))}


def _write_pair(base: str, made: _Made) -> dict[str, t.Any]:
    """Write result and retry file; return where the retry file is. One that somebody has edited stays as it is.

    :raises OSError: they cannot be written.
    """
    write_bytes(f"{base}{RESULT_ENDING}", made.result)
    retry = f"{base}{RETRY_ENDING}"
    there = os.path.lexists(retry)
    if there and not _is_ours(retry, made):
        if not made.again:
            return {}
        text = f"{retry} was edited or is of another file, so it is left as it is; the rows to run again are in the run's directory."
        return {"message": text}
    if made.again:
        write_bytes(retry, made.header + b"".join(made.again))
        return {"retry": retry}
    if there:
        os.unlink(retry)
    return {}


def _is_ours(path: str, made: _Made) -> bool:
    """Return whether a file holds the header and rows of the file as they came and nothing else: what an earlier run wrote."""
    if made.bulk:
        return made.bulk.is_ours(path)
    try:
        with open(path, "rb") as stream:
            data = stream.read()
    except OSError:
        return False
    if not made.header or not data.startswith(made.header):
        return False
    place = len(made.header)
    for raw in made.rows:
        if data.startswith(raw, place):
            place += len(raw)
    return place == len(data)
