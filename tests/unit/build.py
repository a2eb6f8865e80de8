"""Small builders of the core's values, so that a test says only what it is about."""

from __future__ import annotations

import uuid
from typing import Any

from ansible_collections.wxcc.onboarding.plugins.module_utils import _ids
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.plan import Change
from ansible_collections.wxcc.onboarding.plugins.module_utils._model import Person, Wanted, address_key
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.licenses import Seat

ORGANIZATION = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
_SPACE = uuid.UUID(ORGANIZATION)


def license_id(kind: str, number: int = 1) -> str:
    """Return a REST license id of type ``kind`` (CJPPRM, CJPSTD, ...)."""
    rest = f"{ORGANIZATION}:{kind}_{uuid.uuid5(_SPACE, f'{kind}{number}')}"
    return _ids.encode("LICENSE", rest)


PREMIUM_1, PREMIUM_2 = license_id("CJPPRM", 1), license_id("CJPPRM", 2)
STANDARD_1, STANDARD_2 = license_id("CJPSTD", 1), license_id("CJPSTD", 2)
MESSAGING = license_id("MS", 1)


def person_id(email: str) -> str:
    return str(uuid.uuid5(_SPACE, address_key(email)))


def wanted(*rows: dict[str, Any] | str) -> list[Wanted]:
    """Return the rows as the engine sees them; a text is an address alone."""
    found = []
    for index, row in enumerate(rows):
        row = {"email": row} if isinstance(row, str) else row
        found.append(
            Wanted(
                index, row["email"], address_key(row["email"]), f"users[{index}]", {"source": f"users[{index}]", **row}
            )
        )
    return found


def person(email: str, *licenses: str, **fields: Any) -> Person:
    fields = {"active": True, "pending": False, "roles": (), **fields}
    return Person(id=person_id(email), email=email, license_ids=tuple(licenses), **fields)


def people(*found: Person) -> dict[str, Person | None]:
    return {address_key(p.email): p for p in found}


def seat(license_id_: str, total: int, consumed: int, subscription: str | None = "Sub1") -> Seat:
    kind = {"CJPPRM": "premium", "CJPSTD": "standard"}[str(_ids.license_type(license_id_))]
    return Seat(license_id_, f"Contact Center {kind}", kind, subscription, total, consumed)


def change(email: str, kind: str = "update", *, index: int = 0, **fields: Any) -> Change:
    """Return a change of somebody whose row declares nothing."""
    return Change(Wanted(index, email, address_key(email), f"users[{index}]", {"email": email}), kind, **fields)
