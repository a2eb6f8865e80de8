# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes beside a CSV file that was imported what became of its rows, and the rows to run again. Private to this collection.

The result file is for people and their spreadsheet programs, so there a text that would be taken for a formula gets an apostrophe in
front; the retry file holds the failed rows as the very bytes that came.

Entry points:

    written = write_result_files(["users.csv"], ["run/user.jsonl"], directory=None)     # what the module csv_result returns
    files = write_results(csv_file, outcomes)                                           # users.result.csv and users.retry.csv
"""

from __future__ import annotations

import dataclasses
import os
import typing as t

from .._errors import InputError, Problem
from .._files import named_by_option, read_lines, write_bytes
from .._model import BLOCKED, CREATE, REMOVE, UPDATE, address_key
from .cells import harmless
from .columns import EMAIL_HEADER
from .people import read_file
from .read_result import CsvFile
from .refusals import Refusals, read_checks
from .rows import CheckOptions
from .source import CsvProblem, Source
from .table import Table
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
)
#: Outcomes of rows; all but refused are also those of people.
_FAILED, _BLOCKED, _NOT_ATTEMPTED, _CHANGED, _UNCHANGED = "failed", "blocked", "not attempted", "changed", "unchanged"
_REFUSED = "refused"
#: The worst of a person counts.
_RANK = {_FAILED: 5, _BLOCKED: 4, _NOT_ATTEMPTED: 3, _CHANGED: 2, _UNCHANGED: 1}
#: Rows with these outcomes are written again.
_AGAIN = (_FAILED, _BLOCKED, _REFUSED, _NOT_ATTEMPTED)
#: The words of a plan.
_PLANNED = {_CHANGED: "would change", _NOT_ATTEMPTED: "would not be reached"}
_RUN_AGAIN = "Remove the cause, then run the retry file."


@dataclasses.dataclass
class ResultFiles:
    """What `write_results` wrote. retry: None where no row needs to run again, or nothing ran. counts: rows by outcome."""

    result: str
    retry: str | None
    counts: dict[str, int]


def result_names(path: str, directory: str | None = None) -> tuple[str, str]:
    """(result file, retry file) of a file: users.csv -> users.result.csv, users.retry.csv, beside it or in `directory`."""
    where, name = os.path.split(path)
    stem = name[:-4] if name.lower().endswith(".csv") else name
    base = os.path.join(where if directory is None else directory, stem)
    return f"{base}.result.csv", f"{base}.retry.csv"


def plan_name(path: str, directory: str | None = None) -> str:
    """The file that tells what a run would do: users.csv -> users.plan.csv; the files of a real run stay as they are."""
    return f"{result_names(path, directory)[0].removesuffix('.result.csv')}.plan.csv"


# --- What became of a person ------------------------------------------------------------------------------------------


def _outcome_of(outcome: t.Mapping[str, t.Any]) -> str:
    if outcome.get("failed"):
        return _FAILED
    if outcome.get("action") == BLOCKED:
        return _BLOCKED
    if outcome.get("changed"):
        return _CHANGED
    # Planned, and then the run stopped before it.
    return _NOT_ATTEMPTED if outcome.get("action") in (CREATE, UPDATE, REMOVE) else _UNCHANGED


def _text(value: t.Any) -> str:
    return "" if value is None else str(value)


@dataclasses.dataclass
class _Fate:
    """What became of one person over all steps."""

    word: str = ""
    changes: list[str] = dataclasses.field(default_factory=list)
    modules: set[str] = dataclasses.field(default_factory=set)
    message: str = ""
    code: str = ""
    tracking_id: str = ""
    advice: str = ""

    def add(self, outcome: t.Mapping[str, t.Any]) -> None:
        module = str(outcome.get("module") or "")
        change = f"{module} {outcome.get('action') or ''}".strip()
        self.modules.add(module)
        if outcome.get("changed") and change not in self.changes:
            self.changes.append(change)
        word = _outcome_of(outcome)
        manual = outcome.get("manual") or {}
        if _RANK[word] > _RANK.get(self.word, 0):
            self.word = word
            self._tell(outcome.get("error") or {}, manual)
            if word == _NOT_ATTEMPTED:
                self.message, self.code, self.tracking_id = f"The run stopped before this change: {change}.", "", ""
                self.advice = _RUN_AGAIN
        elif manual and not self.message:
            self.message, self.advice = _text(manual.get("what")), _text(manual.get("where"))

    def _tell(self, error: t.Mapping[str, t.Any], manual: t.Mapping[str, t.Any]) -> None:
        self.message = _text(error.get("message")) or _text(manual.get("what"))
        self.code = _text(error.get("code"))
        self.tracking_id = _text(error.get("tracking_id"))
        self.advice = _text(error.get("advice")) or _text(manual.get("where"))


def _fates(outcomes: t.Iterable[t.Mapping[str, t.Any]]) -> dict[str, _Fate]:
    """Return address key -> fate. A person's last line of one module replaces earlier ones."""
    last: dict[str, dict[str, t.Mapping[str, t.Any]]] = {}
    for outcome in outcomes:
        email = address_key(str(outcome.get("email") or ""))
        last.setdefault(email, {})[str(outcome.get("module") or "")] = outcome
    fates: dict[str, _Fate] = {}
    for email, by_module in last.items():
        fate = fates[email] = _Fate()
        for outcome in by_module.values():
            fate.add(outcome)
    return fates


# --- What became of a row ---------------------------------------------------------------------------------------------


def write_results(
    file: CsvFile,
    outcomes: t.Iterable[t.Mapping[str, t.Any]],
    *,
    directory: str | None = None,
    refusals: Refusals | None = None,
    needed: t.Collection[str] = (),
    planned: bool = False,
) -> ResultFiles:
    """Writes ``<file>.result.csv``, a line for every row, and ``<file>.retry.csv``, the failed rows as they came.

    outcomes: the outcome lines of one run, of any modules ({email, module, action, changed, failed, error{code, message,
    tracking_id, advice}, manual}); the worst of a person counts, and a person's last line of one module replaces earlier
    ones. Outcome is changed, unchanged, blocked, failed, refused (by the checks) or not attempted (no line).
    Where no row needs to run again, a retry file of an earlier run is removed. It holds header and rows as the same bytes, so
    encoding, delimiter, order and spelling are those of the file. refusals: what the checks of the run refused, where they knew
    more than the file alone. needed: modules that everybody has to have a line of; who has none was not reached. planned: the
    outcomes are a plan, so it is `<file>.plan.csv` that is written, and the files of a real run are left alone. Raises
    CsvProblem if the file has changed since it was read, and OSError.
    """
    if file.table is None:
        raise CsvProblem("unreadable.table")
    fates = _fates(outcomes)
    refusals = refusals or Refusals.of(file)
    path = file.source.path or file.source.name
    counts: dict[str, int] = {}
    lines: list[t.Sequence[str]] = [RESULT_HEADER]
    again: list[bytes] = []
    raw_rows = file.table.raw_rows()
    _header, head = next(raw_rows)
    for row, raw in raw_rows:
        email = row.cells[file.address_index].strip() if file.address_index < len(row.cells) else ""
        word, rest = _row_result(refusals, row.line, email, fates.get(address_key(email)), needed)
        if word in _AGAIN:
            again.append(raw)
        word = _PLANNED.get(word, word) if planned else word
        counts[word] = counts.get(word, 0) + 1
        lines.append([str(row.line), harmless(email), word, *map(harmless, rest)])
    data = _encoded(file, file.table, lines)
    result_path, retry_path = result_names(path, directory)
    if planned:
        result_path = plan_name(path, directory)
        write_bytes(result_path, data)
        return ResultFiles(result_path, None, counts)
    write_bytes(result_path, data)
    if again:
        write_bytes(retry_path, head + b"".join(again))
    elif os.path.exists(retry_path):
        os.unlink(retry_path)
    return ResultFiles(result_path, retry_path if again else None, counts)


def _encoded(file: CsvFile, table: Table, lines: t.Iterable[t.Sequence[str]]) -> bytes:
    # A spreadsheet program shows UTF-8 rightly only with the mark; whoever sent a plain file gets a plain one.
    plain = table.encoding.codec == "utf-8" and not table.encoding.bom
    data = encode_rows(lines, file.delimiter, errors="replace")
    return data if plain else b"\xef\xbb\xbf" + data


def _row_result(
    refusals: Refusals, line: int, email: str, fate: _Fate | None, needed: t.Collection[str]
) -> tuple[str, list[str]]:
    """Outcome, and what stands in the columns behind it."""
    refused = refusals.find(line, email)
    if refused:
        message = " ".join(f"{one.column}: {one.meaning}" if one.column else one.meaning for one in refused)
        return _REFUSED, ["", message, refused[0].code, "", " ".join(dict.fromkeys(one.action for one in refused))]
    if fate is None or not refusals.people:
        return _NOT_ATTEMPTED, ["", "The run ended before this row.", "", "", _RUN_AGAIN]
    changes = ", ".join(fate.changes)
    missing = [name for name in needed if name not in fate.modules]
    if missing and _RANK[fate.word] < _RANK[_NOT_ATTEMPTED]:
        return _NOT_ATTEMPTED, [changes, f"The run ended before this row's {missing[0]}.", "", "", _RUN_AGAIN]
    return fate.word, [changes, fate.message, fate.code, fate.tracking_id, fate.advice]


# --- All files of a run -----------------------------------------------------------------------------------------------


def write_result_files(
    paths: t.Sequence[str],
    results_files: t.Sequence[str],
    *,
    directory: str | None,
    checks_file: str | None = None,
    needed: t.Sequence[str] = (),
    planned: bool = False,
) -> list[dict[str, t.Any]]:
    """Write ``<file>.result.csv`` and ``<file>.retry.csv`` for each CSV file (a plan: ``<file>.plan.csv``); return what was written.

    A file that is no table has no rows, and gets neither. A step that never ran has left no results file.

    :raises InputError: a file has changed since, or cannot be read or written.
    """
    outcomes: list[t.Mapping[str, t.Any]] = []
    for path in results_files:
        with named_by_option("results_files", path):
            outcomes += read_lines(path)
    checks = read_checks(checks_file)
    files: list[dict[str, t.Any]] = []
    for path in paths:
        source = Source.from_path(path)
        file = read_file(source, CheckOptions(), source.name)
        sha256, refusals = checks.get(os.path.abspath(path), (file.sha256, None))
        if file.table is None:
            files.append({"file": path, "result": None, "retry": None, "counts": {}})
            continue
        if sha256 != file.sha256:
            raise InputError(
                Problem("invalid_input", f"{path} has changed during the run, so no results were written beside it.")
            )
        try:
            written = write_results(
                file, outcomes, directory=directory, refusals=refusals, needed=needed, planned=planned
            )
        except CsvProblem as error:
            raise InputError(Problem("invalid_input", f"{path}: {error}")) from None
        except OSError as error:
            text = f"{path}: its results cannot be written: {error.strerror or error}."
            raise InputError(Problem("invalid_input", text)) from None
        files.append({"file": path, "result": written.result, "retry": written.retry, "counts": written.counts})
    return files
