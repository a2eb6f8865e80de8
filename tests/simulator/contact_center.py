"""The contact center of an organization: its records, and how identities become users of it ("Synchronize Users")."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Any

from . import ids, roles
from .settings import Settings

if TYPE_CHECKING:
    from .state import Organization, Person

Record = dict[str, Any]
#: entity -> (name in one of the lists, where its list lives)
ENTITIES = ("site", "team", "skill", "skill-profile", "multimedia-profile", "agent-profile", "user-profile")
PROFILE_TYPES = {
    "ADMINISTRATOR": "Administrator",
    "ADMINISTRATOR_ONLY": "Administrator Only",
    "SUPERVISOR": "Supervisor",
    "PREMIUM_AGENT": "Premium Agent",
    "STANDARD_AGENT": "Standard Agent",
    "ANALYZER_ADMINISTRATOR": "Analyzer Administrator",
    "ANALYZER_SUPERVISOR": "Analyzer Supervisor",
    "ANALYZER_USER": "Analyzer User",
}


def millis(moment: float | None = None) -> int:
    """Return a time in the milliseconds of this API."""
    return int((time.time() if moment is None else moment) * 1000)


def default_type(words: list[str], held: list[str]) -> str | None:
    """Return the profile type for licenses and roles by the documented table; None is nobody of the contact center.

    The table leaves out a supervisor who is an administrator as well; here the administrator wins (assumption).
    """
    admin = roles.FULL_ADMIN in held or roles.SERVICE_ADMIN in held
    if "premium" in words:
        if admin:
            return "ADMINISTRATOR"
        return "SUPERVISOR" if roles.SUPERVISOR in held else "PREMIUM_AGENT"
    if "standard" in words:
        return "STANDARD_AGENT"
    return "ADMINISTRATOR_ONLY" if admin else None


class ContactCenter:
    """Users, sites, teams and profiles of one organization."""

    def __init__(self, org: Organization, settings: Settings, rng: random.Random) -> None:
        self.org = org
        self.settings = settings
        self.rng = rng
        self.users: dict[str, Record] = {}
        self.by_ci: dict[str, str] = {}
        self.entities: dict[str, dict[str, Record]] = {name: {} for name in ENTITIES}
        self.default_profiles: dict[str, str] = {}
        self.clicks: list[float] = []
        self.changed: dict[str, float] = {}

    # records

    def new(self, entity: str, fields: Record, moment: float | None = None) -> Record:
        """Add a record of ``entity``, with what the server itself keeps about it."""
        stamp = millis(moment)
        record: Record = {
            "organizationId": self.org.id,
            "id": ids.new_uuid(self.rng),
            "version": 0,
            **fields,
            "createdTime": stamp,
            "lastUpdatedTime": stamp,
        }
        (self.users if entity == "user" else self.entities[entity])[record["id"]] = record
        return record

    def touch(self, record: Record) -> None:
        """Count an effective write."""
        record["version"] += 1
        record["lastUpdatedTime"] = millis()

    def profile_type(self, record: Record) -> str | None:
        """Return the type of a user's profile."""
        profile = self.entities["user-profile"].get(record.get("userProfileId", ""))
        return profile["profileType"] if profile else None

    def user_by_ci(self, ci_user_id: str) -> Record | None:
        """Return the record of an identity."""
        user_id = self.by_ci.get(ci_user_id)
        return self.users.get(user_id) if user_id else None

    # synchronization

    def person_changed(self, person: Person) -> None:
        """Note that the identity differs from what the contact center knows."""
        self.changed.setdefault(person.id, time.time())

    def person_deleted(self, person: Person) -> None:
        """Remove the record at once: deleting in Control Hub deletes the contact center user (documented)."""
        self.changed.pop(person.id, None)
        user_id = self.by_ci.pop(person.id, None)
        if user_id:
            self.users.pop(user_id, None)

    def click(self) -> None:
        """The administrator presses "Synchronize Users"."""
        self.clicks.append(time.time() + self.settings.sync_click_s)
        self.settle()

    def settings_changed(self) -> None:
        """Let mode auto look at everybody again, since a fault setting may have gone."""
        if self.settings.sync_mode == "auto":
            for person_id in self.org.people:
                self.changed.setdefault(person_id, time.time())

    def settle(self) -> None:
        """Carry out what is due by now; called before every read."""
        now = time.time()
        if self.clicks and self.clicks[0] <= now:
            self.clicks = [due for due in self.clicks if due > now]
            for person in list(self.org.people.values()):
                self.synchronize(person)
            self.changed.clear()
        elif self.settings.sync_mode == "auto" and self.changed:
            due = now - self.settings.auto_sync_s
            # in the order of the changes: the first that is not due ends it
            for person_id, moment in list(self.changed.items()):
                if moment > due:
                    break
                del self.changed[person_id]
                found = self.org.people.get(person_id)
                if found:
                    self.synchronize(found)

    def synchronize(self, person: Person, *, moment: float | None = None) -> Record | None:
        """Bring one identity's record up to date; returns it, or None where there is none."""
        settings = self.settings
        address = person.email.lower()
        record = self.user_by_ci(person.id)
        words = self.org.words(person)
        profile_type = default_type(words, person.roles)
        if address in settings.sync_stay_missing:
            return record
        if profile_type is None:
            # reasonable assumption, nothing public says it: who has lost license and role keeps an inactive record
            if record is not None:
                self._put(record, {"active": False})
            return record
        # "active" is mirrored: synchronization takes over everybody with a license whatever the state (documented),
        # so a pending person is active here, and only a deactivated one is not
        wanted: Record = {
            "firstName": person.first_name or person.display_name,
            "lastName": person.last_name or person.display_name,
            "email": person.email,
            "active": person.active and address not in settings.sync_inactive,
        }
        if address in settings.sync_name_mismatch:
            wanted["lastName"] += " (old)"
        digital = "premium" in words and not settings.imi_pending
        if record is None:
            record = self.new(
                "user",
                {
                    **wanted,
                    "ciUserId": person.id,
                    "userProfileId": self.default_profiles[profile_type],
                    "contactCenterEnabled": False,
                    "imiUserCreated": digital,
                    "systemDefault": False,
                },
                moment,
            )
            self.by_ci[person.id] = record["id"]
            return record
        wanted["imiUserCreated"] = digital
        # a custom profile of the right type stays; another type falls back to the default (documented mapping)
        if self.profile_type(record) != profile_type:
            wanted["userProfileId"] = self.default_profiles[profile_type]
        self._put(record, wanted)
        return record

    def _put(self, record: Record, wanted: Record) -> None:
        if any(record.get(key) != value for key, value in wanted.items()):
            record.update(wanted)
            self.touch(record)
