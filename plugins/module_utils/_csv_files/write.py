# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes Control Hub user files. Private to this collection.

The same bytes for the same people: UTF-8 without byte order mark, commas, CRLF, TRUE and FALSE in upper case, columns in the order of
Control Hub's export. Cells are written as they are: a name that begins with = stays that name.

Entry points:

    parts = user_files(people, full=False, subscriptions={"premium": ["Sub111111"]}, row_limit=1000)   # list[bytes]
    paths = write_parts("agents.csv", parts)                            # agents.csv, or agents.part-1-of-3.csv, ...
"""

from __future__ import annotations

import csv
import io
import os
import typing as t

from .._files import write_bytes
from .._roster.fields import LICENSES, SEAT_LICENSES
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

ROW_LIMIT = 1000


class _LicenseColumn:
    """One contact center column of the file to write."""

    def __init__(self, name: str, subscription: str | None, suspended: bool) -> None:
        self.name = name
        self.subscription = subscription
        self.header = canonical_header(LICENSE_HEADERS[name], subscription, suspended)

    def value(self, person: t.Mapping[str, t.Any]) -> bool | None:
        row = person.get("csv")
        if row is None:
            return self._by_license(person)
        cells = (row.get("subscriptions") or {}).get(self.name)
        if self.subscription and cells:
            return _truth(cells.get(self.subscription))
        value = _truth(row.get(self.name))
        if value and self.subscription and not _holds(person, self.subscription):
            return None if _subscriptions(person) else _unplaced(person, self.name)
        return value

    def _by_license(self, person: t.Mapping[str, t.Any]) -> bool | None:
        license_name = person.get("license")
        if license_name not in LICENSES:
            return None
        if license_name != self.name:
            return False
        if not self.subscription:
            return True
        return _holds(person, self.subscription) if _subscriptions(person) else _unplaced(person, self.name)


def _truth(value: t.Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _subscriptions(person: t.Mapping[str, t.Any]) -> list[str]:
    one = person.get("subscription")
    return [one] if one else list(person.get("subscriptions") or [])


def _holds(person: t.Mapping[str, t.Any], subscription: str) -> bool:
    return subscription in _subscriptions(person)


def _unplaced(person: t.Mapping[str, t.Any], name: str) -> bool:
    raise ValueError(
        f"{person.get('email')}: {name} is offered by several subscriptions, and none of them is named for this person; "
        "set 'subscription'"
    )


def several_subscriptions(by_license: t.Mapping[str, t.Sequence[str]]) -> bool:
    """Whether more than one subscription offers contact center licenses, so that headers have to name them."""
    return len({name for names in by_license.values() for name in names}) > 1


def license_columns(
    subscriptions: t.Mapping[str, t.Sequence[str]] | None = None, suspended: t.Collection[str] = ()
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


def _word(value: t.Any) -> str:
    """A cell's text: booleans as Control Hub writes them, None as blank, everything else as it is."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return "" if value is None else str(value)


def encode_rows(rows: t.Iterable[t.Sequence[str]], delimiter: str = ",", errors: str = "strict") -> bytes:
    """Rows as UTF-8 without byte order mark, CRLF, quotation marks only where they are needed.

    errors: what to do with half a surrogate pair, which is no character: strict raises UnicodeEncodeError (a ValueError).
    """
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return stream.getvalue().encode("utf-8", errors)


def user_files(
    people: t.Iterable[t.Mapping[str, t.Any]],
    *,
    full: bool = False,
    subscriptions: t.Mapping[str, t.Sequence[str]] | None = None,
    suspended: t.Collection[str] = (),
    other_licenses: t.Sequence[str] = SAMPLE_LICENSE_HEADERS,
    row_limit: int = ROW_LIMIT,
) -> list[bytes]:
    """People -> Control Hub user files of at most `row_limit` rows each (0: no limit), in the order cells.

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


def _parts(rows: t.Iterator[list[str]], limit: int) -> t.Iterator[list[list[str]]]:
    part: list[list[str]] = []
    first = True
    for row in rows:
        if limit and len(part) >= limit:
            yield part
            part, first = [], False
        part.append(row)
    if part or first:
        yield part


def _minimal_row(person: t.Mapping[str, t.Any]) -> list[str]:
    return [_word(person.get(name)) for name in ("first_name", "last_name", "email")]


def _full_row(person: t.Mapping[str, t.Any], other_licenses: t.Sequence[str]) -> list[str]:
    cells = {header_key(header): value for header, value in (person.get("columns") or {}).items()}
    row = []
    for known in PERSON_COLUMNS:
        value = person.get(known.field)
        if value is None:
            value = cells.get(header_key(known.header))
        row.append(_word(value))
    row.extend(_word(cells.get(header_key(known.header))) for known in SERVICE_COLUMNS)
    row.extend(_word(cells.get(header_key(header))) for header in other_licenses)
    return row


def part_names(path: str, count: int) -> list[str]:
    """The names of so many parts: the path itself for one, else ``users.part-1-of-3.csv`` and so on, sorting in order."""
    if count == 1:
        return [path]
    stem, extension = os.path.splitext(path)
    width = len(str(count))
    return [f"{stem}.part-{number:0{width}d}-of-{count}{extension}" for number in range(1, count + 1)]


def write_parts(path: str, parts: t.Sequence[bytes]) -> list[str]:
    """Writes the parts, each at one stroke, readable for its owner alone (they hold personal data). Returns the paths.

    Raises OSError. A file that already holds these bytes is left alone.
    """
    paths = part_names(path, len(parts))
    for name, data in zip(paths, parts, strict=True):
        if not holds_bytes(name, data):
            write_bytes(name, data)
    return paths


def holds_bytes(path: str, data: bytes) -> bool:
    """Whether the file is there and holds exactly these bytes."""
    try:
        with open(path, "rb") as stream:
            return stream.read(len(data) + 1) == data
    except OSError:
        return False
