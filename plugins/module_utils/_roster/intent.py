# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a row asks for in contact center licenses, by a word or by the cells of a CSV row. Pure. Private to this collection.

A row says it in one of two ways, which come to the same:

=====================  ==========================  ==============================================
the row                as cells                    what each mode does of it
=====================  ==========================  ==============================================
``license: premium``   Premium TRUE, Standard      add_only gives Premium; add_and_remove also
                       FALSE                       takes Standard away
``license: standard``  Standard TRUE, Premium      add_only gives Standard, unless Premium is
                       FALSE                       there; add_and_remove takes that away first
``license: none``      both FALSE                  add_only changes nothing; add_and_remove takes
                                                   both away
cells of a CSV row     as they stand               TRUE gives; FALSE takes away in add_and_remove
                                                   and is passed over in add_only; blank or
                                                   absent leaves alone
=====================  ==========================  ==============================================

A column that names a subscription, such as ``Contact Center Premium Agent [Sub111111]``, concerns that subscription alone: its TRUE is
given from there, its FALSE takes away what comes from there. Control Hub's import does the same, cell by cell.
"""

from __future__ import annotations

import dataclasses
import types
import typing as t

from .._model import ADD_AND_REMOVE, NO_LICENSE, PREMIUM, STANDARD

#: In the order in which they outweigh each other: Premium wins where both reach a person (vendor's rule).
LICENSES_BY_WEIGHT = (PREMIUM, STANDARD)

Cell: t.TypeAlias = "bool | None"


@dataclasses.dataclass(slots=True, frozen=True)
class Intent:
    """What one row asks for, as cells: True gives, False takes away, None leaves alone."""

    premium: Cell = None
    standard: Cell = None
    #: Where columns name subscriptions: license -> subscription -> cell. They stand in the place of the license's own cell.
    subscriptions: t.Mapping[str, t.Mapping[str, Cell]] = dataclasses.field(default_factory=dict)
    #: Said by cells of a CSV row, not by a word.
    by_cells: bool = False

    @classmethod
    def of(cls, row: t.Mapping[str, t.Any], default: str | None = None) -> Intent | None:
        """Return what a row asks for, or None where it says nothing. A word goes before cells, both before the default."""
        word = row.get("license")
        cells = row.get("csv")
        if word or not cells:
            return cls.of_word(word or default)
        by_license = {k: types.MappingProxyType(dict(v)) for k, v in (cells.get("subscriptions") or {}).items()}
        return cls(cells.get(PREMIUM), cells.get(STANDARD), types.MappingProxyType(by_license), by_cells=True)

    @classmethod
    def of_word(cls, word: str | None) -> Intent | None:
        """Return what ``license: word`` asks for."""
        return cls(premium=word == PREMIUM, standard=word == STANDARD) if word else None

    def cell(self, license_name: str, subscription: str | None = None) -> Cell:
        """Return the cell that concerns a license from a subscription."""
        cells = self.subscriptions.get(license_name)
        if cells:
            return cells.get(subscription or "")
        return self.premium if license_name == PREMIUM else self.standard

    @property
    def wanted(self) -> str | None:
        """The license that is to be there afterwards: premium, standard, or None where none is given."""
        return next((kind for kind, cell in ((PREMIUM, self.premium), (STANDARD, self.standard)) if cell is True), None)

    @property
    def target(self) -> str | None:
        """The license that the row comes to where it is exact: the wanted one, ``none`` where all is taken away, None if open."""
        if self.wanted is None and not self.subscriptions and self.premium is False and self.standard is False:
            return NO_LICENSE
        return self.wanted

    @property
    def subscription(self) -> str | None:
        """The subscription from which the wanted license must come; None: from any."""
        cells = self.subscriptions.get(self.wanted or "") or {}
        return next((name for name, cell in cells.items() if cell is True and name), None)

    def takes(self, license_name: str, subscription: str | None, mode: str) -> bool:
        """Return whether a license from a subscription is to be taken away from who has it."""
        return mode == ADD_AND_REMOVE and self.cell(license_name, subscription) is False


def declared_license(row: t.Mapping[str, t.Any], *, takes_away: bool = False) -> str | None:
    """Return the license that a row declares, by a word or by cells; None where it declares none.

    :param takes_away: the mode is add_and_remove, so that cells which are both FALSE declare ``none``.
    """
    if row.get("license"):
        return str(row["license"])
    intent = Intent.of(row)
    if intent is None:
        return None
    return intent.target if takes_away else intent.wanted
