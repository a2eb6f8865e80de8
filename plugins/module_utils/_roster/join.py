# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How several rows of one person become one: the one rule, for lists, for files, and for both together. Pure.

Private to this collection. A row is a mapping with ``email``, ``source`` and what it declares (`_roster/rows.py`, `_csv_files/people.py`).

* A key that is absent, or null, says nothing. An empty text and an empty list clear, which is something said; only where nothing
  can be cleared (a first name) does an empty text say nothing. The same holds for each of the settings within ``agent``.
* Values agree if they mean the same: texts without the blanks around them, lists in any order.
* Anything else is a contradiction: both places and the field are named, and nothing is done for that person.
"""

from __future__ import annotations

import typing as t

from .._contact_center.settings import parse_settings
from .._model import ADD_AND_REMOVE, ATTRIBUTES, address_key
from .fields import SEAT_LICENSES, license_for
from .finding import show
from .keys import IF_NEW

RosterRow = dict[str, t.Any]

CONTRADICTION = "contradiction"

#: What is joined key by key, or is no declaration.
_APART = ("email", "source", "sources", "row", "part", "csv", "agent", "columns", IF_NEW)
_NEVER_EMPTY = {a.word for a in ATTRIBUTES if not a.clearable}


class Clash(t.NamedTuple):
    """Two rows want different things of one person. Lists and files each have their own words for it.

    field: as rows call it (``title``, ``agent.site``), for cells of a file ``premium`` or ``premium [Sub111111]``. one, other: what
    they say; one_source, other_source: where, the earlier first.
    """

    email: str
    field: str
    one: t.Any
    one_source: str
    other: t.Any
    other_source: str


def in_words(value: t.Any) -> str:
    """Return a value as a message may quote it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return show(", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value))


def by_address(rows: t.Iterable[RosterRow]) -> list[list[RosterRow]]:
    """Return the rows of each person, in the order of first mention. Somebody without address is nobody's double."""
    groups: dict[str, list[RosterRow]] = {}
    for row in rows:
        key = address_key(str(row.get("email") or "")) or f"\x00{len(groups)}"
        groups.setdefault(key, []).append(row)
    return list(groups.values())


def join_rows(rows: t.Sequence[RosterRow]) -> tuple[RosterRow, list[Clash]]:
    """Return one person's rows as one, and where they contradict each other. The rows themselves are not changed.

    The first spelling of the address stands; ``source`` is the first place, ``sources`` are all of them.
    """
    if len(rows) == 1:
        return rows[0], []
    joiner = _Joiner(str(rows[0].get("email") or ""))
    for row in rows:
        joiner.add(row)
    return joiner.finish()


def join_people(people: t.Iterable[RosterRow], *, mode: str) -> tuple[list[RosterRow], list[Clash]]:
    """Return (people, contradictions) of rows from files, and of a list beside them, joined by address.

    A license named outright, or the one that the role rests on, contradicts a CSV row that asks for another one, or (where the mode
    is add_and_remove) that has FALSE under it. Who contradicts themselves is among the people, too: whoever joins leaves them out.
    """
    joined: list[RosterRow] = []
    clashes: list[Clash] = []
    for rows in by_address(people):
        row, own = join_rows(rows)
        joined.append(row)
        clashes += [*own, *_license_clashes(row, rows, mode)]
    return joined, clashes


class _Joiner:
    """Puts what one person's rows declare together, and remembers where each value came from."""

    def __init__(self, email: str) -> None:
        self._email = email
        self._row: RosterRow = {"email": email}
        self._sources: dict[str, None] = {}
        self._origin: dict[str, str] = {}
        self._clashes: list[Clash] = []

    def add(self, row: RosterRow) -> None:
        source = str(row.get("source") or "")
        self._sources.update(dict.fromkeys(row.get("sources") or [source]))
        for field, value in row.items():
            if field not in _APART and _says(field, value):
                self._put(self._row, field, value, source, field)
        settings = {word: value for word, value in (row.get("agent") or {}).items() if value is not None}
        for word, value in parse_settings(settings).items():
            self._put(self._row.setdefault("agent", {}), word, value, source, f"agent.{word}")
        for header, value in (row.get("columns") or {}).items():
            self._put(self._row.setdefault("columns", {}), header, value, source, header)
        if row.get("csv") is not None:
            self._add_cells(row["csv"], source)
        if row.get(IF_NEW) is not None:
            # Two names for one address, and none is taken.
            self._row[IF_NEW] = row[IF_NEW] if self._row.get(IF_NEW, row[IF_NEW]) == row[IF_NEW] else {}

    def _add_cells(self, cells: t.Mapping[str, t.Any], source: str) -> None:
        own = self._row.setdefault("csv", dict.fromkeys(SEAT_LICENSES))
        for name in SEAT_LICENSES:
            self._put(own, name, cells.get(name), source, name)
        for name, values in (cells.get("subscriptions") or {}).items():
            into = own.setdefault("subscriptions", {}).setdefault(name, {})
            for subscription, value in values.items():
                into.setdefault(subscription, None)
                self._put(into, subscription, value, source, f"{name} [{subscription}]")

    def _put(self, into: dict[str, t.Any], key: str, value: t.Any, source: str, name: str) -> None:
        if value is None:
            return
        before = into.get(key)
        if before is None:
            into[key] = list(value) if isinstance(value, list) else value
            self._origin[name] = source
        elif not _same(before, value):
            self._clashes.append(Clash(self._email, name, before, self._origin[name], value, source))

    def finish(self) -> tuple[RosterRow, list[Clash]]:
        cells = self._row.get("csv") or {}
        if all(cells.get(name) is True for name in SEAT_LICENSES):
            first, second = (name for name in self._origin if name in SEAT_LICENSES)
            self._clashes.append(
                Clash(self._email, "license", first, self._origin[first], second, self._origin[second])
            )
        self._row["sources"] = list(self._sources)
        self._row["source"] = self._row["sources"][0]
        return self._row, self._clashes


def _says(field: str, value: t.Any) -> bool:
    """Return whether a value says anything about a person."""
    empty = isinstance(value, str) and not value.strip()
    return value is not None and not (empty and field in _NEVER_EMPTY)


def _same(one: t.Any, other: t.Any) -> bool:
    # 1 is not True, nor is 0 False.
    return bool(_plain(one) == _plain(other)) and isinstance(one, bool) == isinstance(other, bool)


def _plain(value: t.Any) -> t.Any:
    if isinstance(value, (list, tuple)):
        return sorted({str(v).strip() for v in value})
    return value.strip() if isinstance(value, str) else value


def _license_clashes(row: RosterRow, rows: t.Sequence[RosterRow], mode: str) -> list[Clash]:
    """Hold a license named outright, or the one that the role rests on, against what the cells of a file ask for."""
    cells = row.get("csv")
    field = "license" if row.get("license") else "role"
    wanted = row.get("license") or license_for(row.get("role"))
    if not cells or not wanted:
        return []
    said = wanted if field == "license" else f"{row['role']}, who needs {wanted}"
    named = next(one["source"] for one in rows if one.get(field))
    clashes = []
    for name in SEAT_LICENSES:
        value = cells.get(name)
        taken = value is False and name == wanted and mode == ADD_AND_REMOVE
        if taken or (value is True and name != wanted):
            place = next((one["source"] for one in rows if (one.get("csv") or {}).get(name) is value), row["source"])
            clashes.append(Clash(row["email"], name, value, place, said, named))
    return clashes
