# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes for people who declare no license or no role (``onboard_license``, ``onboard_role``), where CSV files are read. Pure.

Private to this collection. The one rule, which docs/guides/csv.md explains:

* A row under contact center columns is governed by its cells: TRUE and FALSE declare, and a blank cell leaves the license alone, as in
  Control Hub's own import. So the default license goes for people of files without such columns, and of lists.
* No column can hold a role, so the default role goes for everybody of user files and lists whom nothing beside them gives another one;
  not for whose cells are FALSE and never TRUE, since nobody is made anything whose license is refused.
* A Bulk Operations file sets people up who are there, licensed and with a role: no default goes for who stands in such files alone.

Whatever a row declares goes before a default, and each file says once where one of its rows did.
"""

from __future__ import annotations

import collections
import dataclasses
import typing as t

from .._errors import InputError, Problem
from .._model import NO_LICENSE, address_key
from .._roster.fields import CHOICES, license_for
from .._roster.file import check_defaults
from .._roster.finding import Finding, place_of
from .._roster.intent import Intent
from .._roster.join import RosterRow
from .._roster.table import places_of
from .findings import find
from .layout import BULK_OPERATIONS
from .read_result import CsvFile, CsvResult

LICENSE, ROLE = "license", "role"


def checked(defaults: t.Mapping[str, t.Any] | None) -> dict[str, str]:
    """Return the defaults that are given. :raises InputError: a key or a word that nobody knows."""
    given = {key: value for key, value in (defaults or {}).items() if value not in (None, "")}
    check_defaults(given)
    for key, value in given.items():
        if value not in CHOICES[key]:
            text = f"defaults: {key} is {value!r}."
            raise InputError(Problem("invalid_input", text, advice=f"Use one of {', '.join(CHOICES[key])}."))
    return given


def fill(result: CsvResult, defaults: t.Mapping[str, str]) -> CsvResult:
    """Return the result with the defaults for those who declare nothing, and what is to be said of it.

    :param defaults: ``license`` and ``role``, as `checked` returns them.
    """
    if not defaults:
        return result
    filler = _Filler(result, defaults)
    people = [filler.fill(person) for person in result.people]
    findings = [*result.findings, *filler.findings()]
    contradicted = {**result.contradicted, **filler.refused}
    kept = [person for person in people if address_key(person["email"]) not in filler.refused]
    return dataclasses.replace(result, people=kept, findings=findings, contradicted=contradicted)


class _Filler:
    """Fills people one by one, and counts for each file what its rows kept from being filled."""

    def __init__(self, result: CsvResult, defaults: t.Mapping[str, str]) -> None:
        self._files = {file.label: file for file in result.files}
        self._defaults = defaults
        self._counts: collections.Counter[tuple[str, str]] = collections.Counter()
        #: Address key -> why the default role cannot be given to that person.
        self.refused: dict[str, list[Finding]] = {}

    def fill(self, person: RosterRow) -> RosterRow:
        """Return the person with what the defaults add."""
        files = self._files_of(person)
        if files and all(file.kind == BULK_OPERATIONS for file in files) and len(files) == len(places_of(person)):
            self._count("bulk", files)
            return person
        governed = [file for file in files if file.kind != BULK_OPERATIONS and file.governs]
        intent = Intent.of({"csv": person.get("csv")}) if governed else None
        added = self._license(person, intent, governed) | self._role(person, intent, governed)
        filled = {**person, **added}
        if added and filled.get(ROLE):
            self._check(filled, intent)
        return filled

    def _license(self, person: RosterRow, intent: Intent | None, files: t.Sequence[CsvFile]) -> RosterRow:
        default = self._defaults.get(LICENSE)
        if default is None or person.get(LICENSE):
            return {}
        if intent is None:
            return {LICENSE: default}
        if _says_no(intent):
            if default != NO_LICENSE:
                self._count("license_false", files)
        elif intent.wanted is None:
            self._count("license_blank", files)
        return {}

    def _role(self, person: RosterRow, intent: Intent | None, files: t.Sequence[CsvFile]) -> RosterRow:
        default = self._defaults.get(ROLE)
        if default is None or person.get(ROLE):
            return {}
        if intent is not None and _says_no(intent) and not person.get(LICENSE):
            self._count("role_false", files)
            return {}
        return {ROLE: default}

    def _check(self, person: RosterRow, intent: Intent | None) -> None:
        """Refuse somebody whose role rests on another license than is asked for, once a default is among the two."""
        needed = license_for(person[ROLE])
        asked = person.get(LICENSE) or (intent.wanted if intent else None)
        if needed is None or asked in (None, needed):
            return
        file, line = place_of(person["source"])
        words = {"role": person[ROLE], "needed": needed.capitalize(), "asked": str(asked).capitalize()}
        finding = find("needs_premium", file, line, email=person["email"], **words)
        self.refused[address_key(person["email"])] = [finding]

    def _files_of(self, person: RosterRow) -> list[CsvFile]:
        labels = (place_of(place)[0] for place in places_of(person))
        return [self._files[label] for label in labels if label in self._files]

    def _count(self, what: str, files: t.Iterable[CsvFile]) -> None:
        self._counts.update((file.label, what) for file in {file.label: file for file in files}.values())

    def findings(self) -> t.Iterator[Finding]:
        """Return what is to be said: of refused people, then of each file, once a kind."""
        for of_person in self.refused.values():
            yield from of_person
        for file in self._files.values():
            for what, name in _NAMES.items():
                number = self._counts[(file.label, what)]
                if number:
                    people = "1 person" if number == 1 else f"{number:,} people"
                    yield find(name, file.label, file.header_line, people=people, **self._words())

    def _words(self) -> dict[str, str]:
        given = (f"onboard_{key} is {value}" for key, value in self._defaults.items())
        return {
            "license": self._defaults.get(LICENSE, ""),
            "role": self._defaults.get(ROLE, ""),
            "given": " and ".join(given),
        }


#: What is counted, and the rule that tells it.
_NAMES = {
    "license_false": "default_not_for_false",
    "license_blank": "default_not_for_blank",
    "role_false": "default_role_not_for_false",
    "bulk": "default_not_for_bulk",
}


def _says_no(intent: Intent) -> bool:
    """Return whether the cells hold FALSE and never TRUE."""
    cells = [intent.premium, intent.standard, *(v for one in intent.subscriptions.values() for v in one.values())]
    return False in cells and True not in cells
