"""The truth: organizations, people, licenses, and the whole world that the simulator plays."""

from __future__ import annotations

import bisect
import random
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from . import ids
from .roles import SUPERVISOR

if TYPE_CHECKING:
    from .contact_center import ContactCenter
    from .jobs import ActivationJob

PREMIUM, STANDARD = "CJPPRM", "CJPSTD"
WORDS = {PREMIUM: "premium", STANDARD: "standard"}
TYPES = {word: code for code, word in WORDS.items()}
#: licenses that everybody holds: their counters always show "full"
FREE = ("FMS", "FTM", "FSS")


def iso(moment: float) -> str:
    """Return a time as the vendor writes it, 2026-01-31T09:15:00.000Z."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(slots=True, eq=False)
class License:
    """A license of an organization; ``total`` None is no limit, ``holders`` keeps the order of assignment."""

    id: str
    type: str
    name: str
    total: int | None
    subscription: str | None
    rest: str
    site_url: str | None = None
    null_counters: bool = False
    holders: dict[str, None] = field(default_factory=dict)

    @property
    def free(self) -> bool:
        """Whether it is one of the implicit licenses."""
        return self.type in FREE

    @property
    def word(self) -> str | None:
        """``premium`` or ``standard`` for the contact center licenses."""
        return WORDS.get(self.type)


@dataclass(slots=True, eq=False)
class Person:
    """An identity. Times are seconds since the epoch; ``extra`` holds SCIM attributes that have no field of their own."""

    id: str
    rest: str
    seq: int
    email: str
    first_name: str | None
    last_name: str | None
    display_name: str
    active: bool = True
    pending: bool = True
    nick_name: str | None = None
    title: str | None = None
    department: str | None = None
    license_ids: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    created: float = 0.0
    modified: float = 0.0
    version: int = 1
    visible_at: float = 0.0
    listed_at: float = 0.0
    mailed_at: float | None = None
    extra: dict[str, Any] | None = None
    token_epoch: int = 0

    @property
    def supervisor(self) -> bool:
        """Whether an administrator chose "Premium Agent - Supervisor Role"."""
        return SUPERVISOR in self.roles


class Organization:
    """One organization with its people (in the order of their creation), licenses and contact center."""

    def __init__(self, key: str, org_id: str, name: str, region: str, domains: list[str], rng: random.Random) -> None:
        self.key = key
        self.id = org_id
        self.rest = ids.rest_id("ORGANIZATION", org_id)
        self.name = name
        self.region = region
        self.domains = domains
        self.rng = rng
        self.created = 1672531200.0
        self.people: dict[str, Person] = {}
        self.order: list[Person] = []
        self.licenses: dict[str, License] = {}
        self.licenses_by_rest: dict[str, License] = {}
        self.mail_invitations = True
        self.preferred_language = "en_US"
        self.jobs: dict[str, ActivationJob] = {}
        self.groups: dict[str, dict[str, Any]] = {}
        self.contact_center: ContactCenter | None = None
        self._seq = 0

    def add_license(
        self,
        code: str,
        name: str,
        total: int | None,
        subscription: str | None,
        *,
        site_url: str | None = None,
        null_counters: bool = False,
        license_id: str | None = None,
    ) -> License:
        """Add a license; its id holds the type, as observed: LICENSE/<org>:<TYPE>_<uuid>[_<site>]."""
        license_id = license_id or ids.new_uuid(self.rng)
        rest = f"{self.id}:{code}_{license_id}" + (f"_{site_url}" if site_url else "")
        item = License(
            license_id, code, name, total, subscription, ids.rest_id("LICENSE", rest), site_url, null_counters
        )
        self.licenses[license_id] = item
        self.licenses_by_rest[item.rest] = item
        return item

    def consumed(self, item: License) -> int:
        """Units in use; of a free license everybody holds one."""
        return len(self.people) if item.free else len(item.holders)

    def seats_left(self, item: License) -> int | None:
        """Units to give away; None is no limit."""
        return None if item.free or item.total is None else item.total - len(item.holders)

    def next_seq(self) -> int:
        """Return the next place in the order of people."""
        self._seq += 1
        return self._seq

    def people_after(self, seq: int) -> Iterator[Person]:
        """Yield the people behind a place in the order."""
        start = bisect.bisect_right(self.order, seq, key=lambda person: person.seq)
        for index in range(start, len(self.order)):
            yield self.order[index]

    def words(self, person: Person) -> list[str]:
        """Return the contact center licenses of a person in words."""
        held = {self.licenses[item].word for item in person.license_ids}
        return [word for word in ("premium", "standard") if word in held]

    def rest_licenses(self, person: Person) -> list[str]:
        """Return the REST ids of a person's licenses; the implicit ones come with the first real one."""
        if not person.license_ids and person.pending:
            return []
        held = [self.licenses[item].rest for item in person.license_ids]
        return held + [item.rest for item in self.licenses.values() if item.free]


class Lag(NamedTuple):
    """Seconds after a creation until searches find a person, and until the list of people does."""

    search_s: float = 0.0
    list_s: float = 0.0


NO_LAG = Lag()


class World:
    """All organizations, and who holds which address anywhere."""

    def __init__(self) -> None:
        self.by_id: dict[str, Organization] = {}
        self.by_key: dict[str, Organization] = {}
        self.addresses: dict[str, tuple[Organization, Person]] = {}
        self.elsewhere: dict[str, str] = {}

    def add(self, org: Organization) -> None:
        """Add an organization."""
        self.by_id[org.id] = org
        self.by_key[org.key] = org

    def organization(self, name: str | None) -> Organization | None:
        """Return an organization by key or id; the first one for None."""
        if name is None:
            return next(iter(self.by_id.values()), None)
        return self.by_key.get(name) or self.by_id.get(name)

    def add_person(
        self,
        org: Organization,
        email: str,
        first: str | None,
        last: str | None,
        display: str | None,
        *,
        lag: Lag = NO_LAG,
        created: float | None = None,
    ) -> Person:
        """Create an identity in ``org``; the caller has looked whether the address is free."""
        now = time.time()
        person_id = ids.new_uuid(org.rng)
        name = display or " ".join(part for part in (first, last) if part) or email.split("@")[0]
        person = Person(
            person_id,
            ids.rest_id("PEOPLE", person_id),
            org.next_seq(),
            email,
            first,
            last,
            name,
            created=created or now,
            modified=created or now,
            visible_at=now + lag.search_s if lag.search_s else 0.0,
            listed_at=now + max(lag) if any(lag) else 0.0,
        )
        org.people[person_id] = person
        org.order.append(person)
        self.addresses[email.lower()] = (org, person)
        return person

    def remove_person(self, org: Organization, person: Person) -> None:
        """Delete an identity, its licenses and (as documented) its contact center record."""
        for license_id in person.license_ids:
            org.licenses[license_id].holders.pop(person.id, None)
        org.people.pop(person.id, None)
        index = bisect.bisect_left(org.order, person.seq, key=lambda item: item.seq)
        if index < len(org.order) and org.order[index] is person:
            del org.order[index]
        self.addresses.pop(person.email.lower(), None)
        person.token_epoch += 1
        if org.contact_center:
            org.contact_center.person_deleted(person)

    def change_address(self, org: Organization, person: Person, email: str) -> None:
        """Give a person another address; the caller has looked whether it is free."""
        self.addresses.pop(person.email.lower(), None)
        person.email = email
        self.addresses[email.lower()] = (org, person)

    def touched(self, org: Organization, person: Person) -> None:
        """Note a change of a person: version, time, and that the contact center does not know it yet."""
        person.version += 1
        person.modified = time.time()
        if org.contact_center:
            org.contact_center.person_changed(person)

    def set_roles(self, org: Organization, person: Person, roles: Iterable[str], *, kill_tokens: bool) -> bool:
        """Replace a person's roles; returns whether anything changed. A change makes the person's tokens invalid."""
        wanted = list(dict.fromkeys(roles))
        if set(wanted) == set(person.roles):
            return False
        person.roles = wanted
        if kill_tokens:
            person.token_epoch += 1
        return True

    def give(self, org: Organization, person: Person, item: License) -> None:
        """Assign a license. The activation mail follows the license, not the creation (documented)."""
        if item.free or item.id in person.license_ids:
            return
        person.license_ids.append(item.id)
        item.holders[person.id] = None
        if person.pending and person.active and person.mailed_at is None and org.mail_invitations:
            person.mailed_at = time.time()

    def take(self, org: Organization, person: Person, item: License) -> None:
        """Take a license away."""
        if item.id in person.license_ids:
            person.license_ids.remove(item.id)
            item.holders.pop(person.id, None)
