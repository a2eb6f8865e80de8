# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes Control Hub user files, and beside a file that was imported its results and the rows to run again.

User files are the same bytes for the same people: UTF-8 without byte order mark, commas, CRLF, TRUE and FALSE in upper case,
columns in the order of Control Hub's export. Cells are written as they are: a name that begins with = stays that name. The
result file is for people and their spreadsheet programs, so there a text that would be taken for a formula gets an
apostrophe in front; the retry file holds the failed rows as the very bytes that came.

Entry points:

    parts = user_files(people, full=False, subscriptions={"premium": ["Sub111111"]}, row_limit=1000)   # list[bytes]
    paths = write_parts("agents.csv", parts)                            # agents.csv, or agents.part-1-of-3.csv, ...
    files = write_results(csv_file, outcomes)                           # users.result.csv and users.retry.csv
"""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._model import address_key
from .._roster.fields import SEAT_LICENSES
from .._roster.finding import Finding
from .cells import looks_like_formula
from .columns import (
    EMAIL_HEADER,
    FIRST_NAME_HEADER,
    LAST_NAME_HEADER,
    LICENSE_HEADERS,
    PERSON_COLUMNS,
    SAMPLE_LICENSE_HEADERS,
    SERVICE_COLUMNS,
)
from .headers import canonical_header, header_key
from .read_result import CsvFile
from .source import CsvProblem

ROW_LIMIT = 1000
FAILED = ("failed", "blocked", "refused", "not attempted")


# --- User files -------------------------------------------------------------------------------------------------------


class _LicenseColumn:
    """One contact center column of the file to write."""

    def __init__(self, name: str, subscription: str | None, suspended: bool) -> None:
        self.name = name
        self.subscription = subscription
        self.header = canonical_header(LICENSE_HEADERS[name], subscription, suspended)

    def value(self, person: Mapping[str, Any]) -> bool | None:
        intent = person.get("csv")
        if intent is None:
            return self._held(person)
        cells = (intent.get("subscriptions") or {}).get(self.name)
        if self.subscription and cells:
            value = cells.get(self.subscription)
            return value if isinstance(value, bool) else None
        value = intent.get(self.name)
        if value is True and self.subscription and not _holds(person, self.subscription):
            return None if _subscriptions(person) else _unplaced(person, self.name)
        return value if isinstance(value, bool) else None

    def _held(self, person: Mapping[str, Any]) -> bool | None:
        held = person.get("license")
        if held not in ("none", *SEAT_LICENSES):
            return None
        if held != self.name:
            return False
        if not self.subscription:
            return True
        return _holds(person, self.subscription) if _subscriptions(person) else _unplaced(person, self.name)


def _subscriptions(person: Mapping[str, Any]) -> list[str]:
    one = person.get("subscription")
    return [one] if one else list(person.get("subscriptions") or [])


def _holds(person: Mapping[str, Any], subscription: str) -> bool:
    return subscription in _subscriptions(person)


def _unplaced(person: Mapping[str, Any], name: str) -> bool:
    raise ValueError(
        f"{person.get('email')}: {name} is offered by several subscriptions, and none of them is named for this person; "
        "set 'subscription'"
    )


def several_subscriptions(by_license: Mapping[str, Sequence[str]]) -> bool:
    """Whether more than one subscription offers contact center licenses, so that headers have to name them."""
    return len({name for names in by_license.values() for name in names}) > 1


def license_columns(
    subscriptions: Mapping[str, Sequence[str]] | None = None, suspended: Collection[str] = ()
) -> list[_LicenseColumn]:
    """The contact center columns: plain where at most one subscription is there, else one per license and subscription."""
    by_license = subscriptions or {}
    several = several_subscriptions(by_license)
    columns: list[_LicenseColumn] = []
    for name in SEAT_LICENSES:
        if several:
            columns.extend(_LicenseColumn(name, sub, sub in suspended) for sub in by_license.get(name, ()))
        else:
            only = next(iter(by_license.get(name, ())), None)
            columns.append(_LicenseColumn(name, None, only in suspended))
    return columns


def _word(value: Any) -> str:
    """A cell's text: booleans as Control Hub writes them, None as blank, everything else as it is."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return "" if value is None else str(value)


def encode_rows(rows: Iterable[Sequence[str]], delimiter: str = ",", errors: str = "strict") -> bytes:
    """Rows as UTF-8 without byte order mark, CRLF, quotation marks only where they are needed.

    errors: what to do with half a surrogate pair, which is no character: strict raises UnicodeEncodeError (a ValueError).
    """
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return stream.getvalue().encode("utf-8", errors)


def user_files(
    people: Iterable[Mapping[str, Any]],
    *,
    full: bool = False,
    subscriptions: Mapping[str, Sequence[str]] | None = None,
    suspended: Collection[str] = (),
    other_licenses: Sequence[str] = SAMPLE_LICENSE_HEADERS,
    row_limit: int = ROW_LIMIT,
) -> list[bytes]:
    """People -> Control Hub user files of at most `row_limit` rows each (0: no limit), in the order given.

    people: roster people. Their license cells come from `csv` (as read: true, false, null); people without `csv` from
    `license` (none, standard, premium: what they hold, so that both columns get a value; absent: both blank), with
    `subscription` or `subscriptions` where several offer it. `columns` (header -> text or boolean) fills any other column of
    a full file; our own fields (first_name, title, phone_number, location, ... see PERSON_COLUMNS) go before it.
    full: every column of an export, what is unknown left blank; otherwise names, address and the touched license columns,
    those in which anybody has TRUE or FALSE: a column that is absent cannot change anybody.
    subscriptions: license -> ids of the subscriptions that offer it; more than one in all adds ``[Sub...]`` to the contact
    center headers. other_licenses: the headers of the organization's other licenses, in a full file; the default is that of
    the sample export, with its example site. Raises ValueError where a person's subscription cannot be told, and nothing is
    returned for nobody but one file with its header.
    """
    everybody = list(people)
    columns = license_columns(subscriptions, suspended)
    cells = [[column.value(person) for column in columns] for person in everybody]
    if full:
        header = [known.header for known in PERSON_COLUMNS + SERVICE_COLUMNS] + list(other_licenses)
        chosen = list(range(len(columns)))
    else:
        header = [FIRST_NAME_HEADER, LAST_NAME_HEADER, EMAIL_HEADER]
        chosen = [i for i in range(len(columns)) if any(row[i] is not None for row in cells)]
    header += [columns[i].header for i in chosen]
    rows = (
        (_full_row(person, other_licenses) if full else _minimal_row(person)) + [_word(values[i]) for i in chosen]
        for person, values in zip(everybody, cells, strict=True)
    )
    return [encode_rows([header, *part]) for part in _parts(rows, row_limit)]


def _parts(rows: Iterator[list[str]], limit: int) -> Iterator[list[list[str]]]:
    part: list[list[str]] = []
    first = True
    for row in rows:
        if limit and len(part) >= limit:
            yield part
            part, first = [], False
        part.append(row)
    if part or first:
        yield part


def _minimal_row(person: Mapping[str, Any]) -> list[str]:
    return [_word(person.get(name)) for name in ("first_name", "last_name", "email")]


def _full_row(person: Mapping[str, Any], other_licenses: Sequence[str]) -> list[str]:
    given = {header_key(header): value for header, value in (person.get("columns") or {}).items()}
    row = []
    for known in PERSON_COLUMNS:
        value = person.get(known.field)
        if value is None:
            value = given.get(header_key(known.header))
        row.append(_word(value))
    row.extend(_word(given.get(header_key(known.header))) for known in SERVICE_COLUMNS)
    row.extend(_word(given.get(header_key(header))) for header in other_licenses)
    return row


def part_names(path: str, count: int) -> list[str]:
    """The names of so many parts: the path itself for one, else ``users.part-1-of-3.csv`` and so on, sorting in order."""
    if count == 1:
        return [path]
    stem, extension = os.path.splitext(path)
    width = len(str(count))
    return [f"{stem}.part-{number:0{width}d}-of-{count}{extension}" for number in range(1, count + 1)]


def write_parts(path: str, parts: Sequence[bytes], mode: int = 0o600) -> list[str]:
    """Writes the parts, each at one stroke, readable for its owner alone (they hold personal data). Returns the paths.

    Raises OSError. A file that already holds these bytes is left alone.
    """
    paths = part_names(path, len(parts))
    for name, data in zip(paths, parts, strict=True):
        if not _holds_bytes(name, data):
            write_file(name, data, mode)
    return paths


def _holds_bytes(path: str, data: bytes) -> bool:
    try:
        with open(path, "rb") as stream:
            return stream.read(len(data) + 1) == data
    except OSError:
        return False


def write_file(path: str, data: bytes, mode: int = 0o600) -> None:
    """Writes a file at one stroke: whoever reads it finds the old or the new one, never half. Raises OSError."""
    handle, temporary = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=os.path.dirname(path) or ".")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


# --- Results ----------------------------------------------------------------------------------------------------------

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


@dataclass
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


@dataclass(frozen=True)
class Refusals:
    """What the checks refused: rows by their line, and people (addresses in lower case) whom several files contradict.

    people: how many of the file's people could be used; where there are none, nothing of the file was carried out.
    """

    lines: Mapping[int, Sequence[Finding]]
    addresses: Mapping[str, Sequence[Finding]] = field(default_factory=dict)
    people: int = 0

    @classmethod
    def of(cls, file: CsvFile) -> Refusals:
        """What reading the file alone refused."""
        return cls(file.refused, {}, len(file.people))

    def find(self, line: int, email: str) -> Sequence[Finding]:
        """Why the row is refused; empty where it is not."""
        return self.lines.get(line) or self.addresses.get(address_key(email)) or ()


_NOT_ATTEMPTED = "not attempted"
_RANK = {"failed": 5, "blocked": 4, _NOT_ATTEMPTED: 3, "changed": 2, "unchanged": 1}
_RUN_AGAIN = "Remove the cause, then run the retry file."


class _Fate:
    """What became of one person over all steps."""

    def __init__(self) -> None:
        self.word = ""
        self.changes: list[str] = []
        self.modules: set[str] = set()
        self.message = self.code = self.tracking_id = self.advice = ""

    def add(self, outcome: Mapping[str, Any]) -> None:
        action = str(outcome.get("action") or "")
        change = f"{outcome.get('module') or ''} {action}".strip()
        self.modules.add(str(outcome.get("module") or ""))
        if outcome.get("failed"):
            word = "failed"
        elif action == "blocked":
            word = "blocked"
        elif action in ("create", "update", "remove") and not outcome.get("changed"):
            # Planned, and then the run stopped before it.
            word = _NOT_ATTEMPTED
        else:
            word = "changed" if outcome.get("changed") else "unchanged"
        if outcome.get("changed") and change not in self.changes:
            self.changes.append(change)
        error = outcome.get("error") or {}
        manual = outcome.get("manual") or {}
        if _RANK[word] > _RANK.get(self.word, 0):
            self.word = word
            if word == _NOT_ATTEMPTED:
                self.message, self.code, self.tracking_id = f"The run stopped before this change: {change}.", "", ""
                self.advice = _RUN_AGAIN
                return
            self.message = _word(error.get("message")) or _word(manual.get("what"))
            self.code = _word(error.get("code"))
            self.tracking_id = _word(error.get("tracking_id"))
            self.advice = _word(error.get("advice")) or _word(manual.get("where"))
        elif manual and not self.message:
            self.message, self.advice = _word(manual.get("what")), _word(manual.get("where"))


def write_results(
    file: CsvFile,
    outcomes: Iterable[Mapping[str, Any]],
    *,
    directory: str | None = None,
    retry: Collection[str] = FAILED,
    refusals: Refusals | None = None,
    needed: Collection[str] = (),
    planned: bool = False,
    mode: int = 0o600,
) -> ResultFiles:
    """Writes ``<file>.result.csv``, a line for every row, and ``<file>.retry.csv``, the failed rows as they came.

    outcomes: the outcome lines of one run, of any modules ({email, module, action, changed, failed, error{code, message,
    tracking_id, advice}, manual}); the worst of a person counts, and a person's last line of one module replaces earlier
    ones. Outcome is changed, unchanged, blocked, failed, refused (by the checks) or not attempted (no line).
    retry: which of them are written again; where there are none, a retry file of an earlier run is removed. It holds header
    and rows as the same bytes, so encoding, delimiter, order and spelling are those of the file. refusals: what the checks
    of the run refused, where they knew more than the file alone. needed: modules that everybody has to have a line of; who
    has none was not reached. planned: the outcomes are a plan, so it is `<file>.plan.csv` that is written, and the files of
    a real run are left alone. Raises CsvProblem if the file has changed since it was read, and OSError.
    """
    if file.table is None:
        raise CsvProblem("unreadable.table")
    fates = _fates(outcomes)
    refusals = refusals or Refusals.of(file)
    result_path, retry_path = result_names(file.source.path or file.source.name, directory)
    if planned:
        result_path = plan_name(file.source.path or file.source.name, directory)
    address = file.address_index
    counts: dict[str, int] = {}
    rows: list[Sequence[str]] = [RESULT_HEADER]
    again: list[bytes] = []
    head = b""
    for row, raw in file.table.raw_rows():
        if row.line == file.header_line:
            head = raw
            continue
        email = row.cells[address].strip() if address < len(row.cells) else ""
        word, rest = _row_result(refusals, row.line, email, fates.get(address_key(email)), needed)
        if planned:
            word = {"changed": "would change", _NOT_ATTEMPTED: "would not be reached"}.get(word, word)
        counts[word] = counts.get(word, 0) + 1
        rows.append([str(row.line), _harmless(email), word, *map(_harmless, rest)])
        if word in retry:
            again.append(raw)
    # A spreadsheet program shows UTF-8 rightly only with the mark; whoever sent a plain file gets a plain one.
    plain = file.table.encoding.codec == "utf-8" and not file.table.encoding.bom
    data = encode_rows(rows, file.delimiter, errors="replace")
    write_file(result_path, data if plain else b"\xef\xbb\xbf" + data, mode)
    if planned:
        return ResultFiles(result_path, None, counts)
    if not again:
        if os.path.exists(retry_path):
            os.unlink(retry_path)
        return ResultFiles(result_path, None, counts)
    write_file(retry_path, head + b"".join(again), mode)
    return ResultFiles(result_path, retry_path, counts)


def _row_result(
    refusals: Refusals, line: int, email: str, fate: _Fate | None, needed: Collection[str]
) -> tuple[str, list[str]]:
    """Outcome, and what stands in the columns behind it."""
    refused = refusals.find(line, email)
    if refused:
        message = " ".join(f"{one.column}: {one.meaning}" if one.column else one.meaning for one in refused)
        return "refused", ["", message, refused[0].code, "", " ".join(dict.fromkeys(one.action for one in refused))]
    if fate is None or not refusals.people:
        return _NOT_ATTEMPTED, ["", "The run ended before this row.", "", "", _RUN_AGAIN]
    changes = ", ".join(fate.changes)
    missing = [name for name in needed if name not in fate.modules]
    if missing and _RANK[fate.word] < _RANK[_NOT_ATTEMPTED]:
        return _NOT_ATTEMPTED, [changes, f"The run ended before this row's {missing[0]}.", "", "", _RUN_AGAIN]
    return fate.word, [changes, fate.message, fate.code, fate.tracking_id, fate.advice]


def _fates(outcomes: Iterable[Mapping[str, Any]]) -> dict[str, _Fate]:
    last: dict[str, dict[str, Mapping[str, Any]]] = {}
    for outcome in outcomes:
        email = address_key(str(outcome.get("email") or ""))
        last.setdefault(email, {})[str(outcome.get("module") or "")] = outcome
    fates: dict[str, _Fate] = {}
    for email, by_module in last.items():
        fate = fates[email] = _Fate()
        for outcome in by_module.values():
            fate.add(outcome)
    return fates


def _harmless(text: str) -> str:
    """A text that no spreadsheet program takes for a formula."""
    return f"'{text}" if looks_like_formula(text.lstrip()) else text
