# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plain values that travel through everything: what is wanted, who is there, and the words for both.

Private to this collection.
"""

from __future__ import annotations

import dataclasses
import re
import string
import typing as t

from . import _ids

CREATE, UPDATE, REMOVE, NONE, BLOCKED, MANUAL = "create", "update", "remove", "none", "blocked", "manual"

#: What a run may take away: nothing, or everything that is not declared.
ADD_ONLY, ADD_AND_REMOVE = "add_only", "add_and_remove"

#: An account that can sign in, one that cannot, and none at all.
PRESENT, DISABLED, ABSENT = "present", "disabled", "absent"
AGENT, SUPERVISOR, ADMINISTRATOR = "agent", "supervisor", "administrator"
#: What the supervisor's role is called among the names of an administrator's roles.
SUPERVISOR_NAME = "Supervisor"
PREMIUM, STANDARD, NO_LICENSE = "premium", "standard", "none"
TYPE_OF_LICENSE = {PREMIUM: _ids.PREMIUM_TYPE, STANDARD: _ids.STANDARD_TYPE}
LICENSE_OF_TYPE = {kind: name for name, kind in TYPE_OF_LICENSE.items()}


#: The service compares ASCII letters without case and everything else as it stands: ``groß@`` and ``gross@`` are two people.
_ASCII_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def address_key(email: str) -> str:
    """Return the address as people are compared by: ASCII letters without case, without blanks around."""
    return email.strip().translate(_ASCII_LOWER)


ENTERPRISE_URN = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


@dataclasses.dataclass(slots=True, frozen=True)
class Attribute:
    """A text that the organization keeps of a person, and that a roster may declare."""

    #: The name in rosters, results and :class:`Person`.
    word: str
    #: The People API's field, or None where it does not show it.
    rest: str | None
    #: The SCIM path: ``name.givenName``, or an extension's URN, a colon and the field.
    scim: str
    #: At most so many characters (vendor's SCIM schema).
    longest: int
    #: An empty text takes it away; what cannot be taken away is left alone.
    clearable: bool = False


def scim_steps(path: str) -> tuple[str, ...]:
    """Return the steps of a SCIM path, from the outside in: an extension's URN or a complex attribute, then the field."""
    outer, colon, field = path.rpartition(":")
    return (outer, field) if colon else tuple(path.split("."))


#: All attributes. The readers, the writer, the checks of lists and of files, and the options of the modules rest on this table.
ATTRIBUTES = (
    Attribute("first_name", "firstName", "name.givenName", 256),
    Attribute("last_name", "lastName", "name.familyName", 256),
    Attribute("display_name", "displayName", "displayName", 512),
    Attribute("title", "title", "title", 512, clearable=True),
    Attribute("department", "department", f"{ENTERPRISE_URN}:department", 512, clearable=True),
    # Control Hub's files have a column for it, whose spelling nobody public knows: it is not taken from there.
    Attribute("timezone", "timezone", "timezone", 512, clearable=True),
)
#: The longest text of each attribute, by name.
LONGEST = {a.word: a.longest for a in ATTRIBUTES}
#: What an agent's default number may be: digits, with or without + (an extension, or a number with its country code).
DIAL_NUMBER = re.compile(r"\+?[0-9]{2,15}")


@dataclasses.dataclass(slots=True, frozen=True)
class Wanted:
    """One row of the roster, as one module sees it. ``source`` says where it stands in the input."""

    index: int
    email: str
    key: str
    source: str
    row: dict[str, t.Any]


@dataclasses.dataclass(slots=True)
class Person:
    """An identity as it was read. None in a field means: not known from what was read."""

    id: str
    email: str
    rest_id: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    display_name: str | None = None
    title: str | None = None
    department: str | None = None
    timezone: str | None = None
    active: bool | None = None
    pending: bool | None = None
    license_ids: tuple[str, ...] | None = None
    roles: tuple[str, ...] | None = None
    last_modified: str | None = None
    last_activity: str | None = None
    #: True for somebody whom only a plan holds: check mode's later steps reckon with the person.
    planned: bool = False

    def as_dict(self) -> dict[str, t.Any]:
        """Return all fields by name, as the snapshot keeps them."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, data: t.Mapping[str, t.Any]) -> Person:
        """Return the person that :meth:`as_dict` gave, from JSON; fields that are not known are left out."""
        names = {f.name for f in dataclasses.fields(cls)}
        values: dict[str, t.Any] = {k: (tuple(v) if isinstance(v, list) else v) for k, v in data.items() if k in names}
        return cls(**values)

    def license(self) -> str | None:
        """Return premium, standard or none; None if the licenses are unknown. Premium wins where both are held (vendor's rule)."""
        if self.license_ids is None:
            return None
        kinds = {_ids.license_type(i) for i in self.license_ids}
        return next((name for name, kind in TYPE_OF_LICENSE.items() if kind in kinds), NO_LICENSE)

    def licenses_of(self, license_name: str) -> list[str]:
        """Return the held license ids of one kind (one for each subscription)."""
        kind = TYPE_OF_LICENSE[license_name]
        return [i for i in self.license_ids or () if _ids.license_type(i) == kind]

    def merge_missing(self, other: Person) -> None:
        """Fill the unknown fields from another reading of the same person."""
        for field in dataclasses.fields(self):
            if getattr(self, field.name) is None:
                setattr(self, field.name, getattr(other, field.name))


@dataclasses.dataclass(slots=True, frozen=True)
class Manual:
    """Something that only a person can do: what, and where to press."""

    what: str
    where: str

    def as_dict(self) -> dict[str, str]:
        """Return the shape of ``manual`` in results and outcome lines."""
        return dataclasses.asdict(self)
