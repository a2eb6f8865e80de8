# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose a person's record is: told of records that cannot be used, of another organization's, and of mixed up ones. Pure.

Private to this collection.
"""

from __future__ import annotations

import typing as t

from .. import _ids
from .._client.shapes import Fields, loose_text, misshapen, sorted_out
from .._errors import Problem
from .._model import Person, address_key


def refuse_foreign(organization: str | None, other: str | None, entry: Fields, field: str) -> None:
    """Refuse a record of another organization than the one that was asked."""
    if organization and other and other.lower() != organization.lower():
        raise entry.wrong(field, "that of the organization that was asked")


def whose(entry: t.Any) -> list[str]:
    """Return the bare id and the key of the address of an entry of any shape, as far as they can be told."""
    rest_id = loose_text(entry, "id")
    email = loose_text(entry, "emails", 0) or loose_text(entry, "userName")
    owners = [] if rest_id is None else [_ids.to_uuid(rest_id) or rest_id.lower()]
    return [*owners, *([address_key(email)] if email else [])]


def mixed_up(people: t.Sequence[Person]) -> dict[str, Problem]:
    """Return what is wrong with people of one list who share an id or an address, but not both: who is meant nobody can tell. Pure.

    The same person twice is no harm: lists move while they are read.
    """
    first: dict[str, str] = {}
    holder: dict[str, str] = {}
    odd: dict[str, Problem] = {}
    for person in people:
        key = address_key(person.email)
        if first.setdefault(person.id, key) != key:
            problem = misshapen(person.email, "its id is another person's, too").problem
            odd.update(dict.fromkeys((person.id, key, first[person.id]), problem))
        if holder.setdefault(key, person.id) != person.id:
            problem = misshapen(person.email, "its address is another person's, too").problem
            odd.update(dict.fromkeys((person.id, key, holder[key]), problem))
    return odd


def usable(entries: t.Iterable[t.Any], decode: t.Callable[[t.Any], Person], odd: dict[str, Problem]) -> list[Person]:
    """Return the people of a list whose records can be used; ``odd`` is told of the others, by bare id and by key.

    :raises ApiError: nobody can tell whose a record is that cannot be used.
    """
    people, wrong = sorted_out(entries, decode, whose)
    wrong.update(mixed_up(people))
    good = [p for p in people if p.id not in wrong and address_key(p.email) not in wrong]
    for person in good:
        # Another source may show well what one shows oddly.
        odd.pop(person.id, None)
        odd.pop(address_key(person.email), None)
    odd.update(wrong)
    return good
