# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the contact center itself keeps: its people's records and their user profiles. Private to this collection.

Records cannot be created there; they appear after Synchronize Users (or by themselves). A record is followed by the identity's id, since
an address may have changed since. Lists are read whole or by filter, whichever takes fewer requests; page sizes are clamped silently.
"""

from __future__ import annotations

import dataclasses
import typing as t

from .._client.client import Client
from .._client.pages import contact_center_page, contact_center_pages
from .._client.routes import (
    CENTER_USER,
    CENTER_USERS,
    CHANGE_CENTER_USERS,
    line_chunks,
    quoted,
)
from .._client.shapes import Fields, loose_text, misshapen, sorted_out
from .._errors import ApiError, Problem
from .._model import Person, address_key

_ATTRIBUTES = (
    "id,ciUserId,email,firstName,lastName,active,userProfileId,contactCenterEnabled,imiUserCreated,lastUpdatedTime"
)
#: Two signs of the role, of August 2026: a service that does not know them refuses a list that asks for them.
_SUPERVISOR, _AGENT = "supervisorCapabilitiesEnabled", "agentCapabilitiesEnabled"
_TEAMS = "teamIds"
#: Every record has one (vendor's documentation): a list that leaves it out leaves out the rest as well.
_ALWAYS_SET = "userProfileId"
#: Lists leave the teams out unless they are asked for by name (observed). The misspelling is the vendor's.
_SETTINGS = (
    "siteId",
    _TEAMS,
    "skillProfileId",
    "agentProfileId",
    "multimediaProfileId",
    "externalIdentifier",
    "deafultDialledNumber",
)
_FILTER_CHARACTERS = 5000
#: The documented size of a page: with more values a filter's answer would take a second page.
_FILTER_VALUES = 100
_ASK_FOR = 1000
_SEARCHING = "searching the contact center's users"
#: Up to so many requests by filter are sent without first looking how long the list is.
_FEW_REQUESTS = 2
_REFUSED = 400

T = t.TypeVar("T")


@dataclasses.dataclass(slots=True)
class Record:
    """One person's record in the contact center."""

    id: str
    ci_user_id: str | None
    email: str
    first_name: str | None
    last_name: str | None
    active: bool | None
    user_profile_id: str | None
    enabled: bool | None
    digital: bool | None
    #: Agent settings by the vendor's field names, as far as they were read and are set.
    settings: dict[str, t.Any] = dataclasses.field(default_factory=dict)
    #: The vendor's fields that were not read: nothing is known of them, and nothing of them may be sent.
    unread: frozenset[str] = frozenset()
    #: What the contact center reports of the person's capabilities; None: it does not say, or was not asked.
    supervisor: bool | None = None
    agent: bool | None = None

    @property
    def unread_teams(self) -> bool:
        """True if the person may be in teams that were not read; without a site there are none (vendor's documentation)."""
        return _TEAMS in self.unread and (bool(self.settings.get("siteId")) or "siteId" in self.unread)


@dataclasses.dataclass(slots=True, frozen=True)
class Identity:
    """Whose record is looked for: by the identity's id where it is known, else by address alone."""

    key: str
    email: str
    id: str | None = None


def record_from(
    data: t.Any, organization: str | None = None, *, unread: t.Callable[[Fields], frozenset[str]] | None = None
) -> Record:
    """Return a Record. Of one that was read by id, what is left out is unset.

    :param organization: the bare id of the organization that was asked.
    :param unread: tells what an entry of a list leaves open.
    :raises ApiError: invalid_response, the entry is not of the shape of a user, or is one of another organization.
    """
    entry = Fields(data, "A user of the contact center")
    ci_user_id, other = entry.text("ciUserId"), entry.text("organizationId")
    if organization and other and other.lower() != organization.lower():
        raise entry.wrong("organizationId", "that of the organization that was asked")
    teams = entry.texts(_TEAMS)
    settings: dict[str, t.Any] = {f: entry.text(f) for f in _SETTINGS if f != _TEAMS}
    settings[_TEAMS] = list(dict.fromkeys(teams or ()))
    return Record(
        id=entry.needed("id"),
        ci_user_id=ci_user_id.lower() if ci_user_id else None,
        email=entry.text("email") or "",
        first_name=entry.text("firstName"),
        last_name=entry.text("lastName"),
        active=entry.flag("active"),
        user_profile_id=entry.text("userProfileId"),
        enabled=entry.flag("contactCenterEnabled"),
        digital=entry.flag("imiUserCreated"),
        settings={field: value for field, value in settings.items() if value},
        unread=unread(entry) if unread else frozenset(),
        supervisor=entry.flag(_SUPERVISOR),
        agent=entry.flag(_AGENT),
    )


def _unasked(_entry: Fields) -> frozenset[str]:
    """Return what a list leaves open that was asked for no agent settings."""
    return frozenset(_SETTINGS)


def _left_out(entry: Fields) -> frozenset[str]:
    """Return what an entry of a list leaves open that was asked for the agent settings by name.

    Unset texts are left out (observed), so only an entry without the profile says nothing of them. Arrays may be left out of lists
    although they are set (deprecated there, vendor's documentation), and so may be null.
    """
    fields = frozenset(f for f in _SETTINGS if not entry.has(f) or (f == _TEAMS and entry.texts(f) is None))
    return fields & {_TEAMS} if entry.has(_ALWAYS_SET) else fields | {_ALWAYS_SET, "contactCenterEnabled"}


def teams_unset(records: t.Iterable[Record]) -> bool:
    """Take as unset the teams that are left out of a list which shows somebody else's; return whether it does."""
    kept = list(records)
    shown = any(_TEAMS not in r.unread for r in kept)
    for record in kept if shown else ():
        record.unread -= {_TEAMS}
    return shown


def whose_record(entry: t.Any) -> list[str]:
    """Return the identity's id and the key of the address of a record of any shape, as far as they can be told."""
    ci_user_id, email = loose_text(entry, "ciUserId"), loose_text(entry, "email")
    return [*([ci_user_id.lower()] if ci_user_id else []), *([address_key(email)] if email else [])]


def by_filter_chunks(values: t.Iterable[str]) -> list[list[str]]:
    """Return the values in lists, one a request by filter. Pure."""
    return list(line_chunks(values, lambda v: f'"{v}",', characters=_FILTER_CHARACTERS, count=_FILTER_VALUES))


def list_is_cheaper(by_filter: int, unread: int | None = None) -> bool:
    """Return whether reading the list takes no more requests than ``by_filter``. Pure.

    :param unread: how many pages the list still has; None before its first page tells. That is worth a request where filters would
        take more than a few.
    """
    return by_filter > _FEW_REQUESTS if unread is None else unread <= by_filter


class _Matches:
    """Whose record is whose: by the identity's id first, by address second."""

    def __init__(self, identities: t.Sequence[Identity], organization: str) -> None:
        self._identities = identities
        self._organization = organization
        self._by_id = {i.id: i.key for i in identities if i.id}
        self._by_key = {i.key: i for i in identities}
        self.found: dict[str, Record] = {}
        self.seen: dict[str, Record] = {}
        self.ambiguous: set[str] = set()
        self.odd: dict[str, Problem] = {}

    def take(self, entries: t.Iterable[t.Any], unread: t.Callable[[Fields], frozenset[str]]) -> None:
        """Take what a list shows. :raises ApiError: a record cannot be used, and nobody can tell whose it is."""
        records, odd = sorted_out(entries, lambda e: record_from(e, self._organization, unread=unread), whose_record)
        for owner, problem in odd.items():
            key = self._by_id.get(owner) or (owner if owner in self._by_key else None)
            if key is not None:
                self.odd[key] = problem
        for record in records:
            first = self.seen.setdefault(record.id, record)
            if first.ci_user_id != record.ci_user_id:
                self._mixed_up(first, record)
            self.seen[record.id] = record
            key = self._by_id.get(record.ci_user_id or "")
            if key is not None:
                self.found[key] = record
            else:
                self._take_by_address(record)

    def _mixed_up(self, *records: Record) -> None:
        """Note that several identities have one record: whose settings would be changed nobody can tell."""
        for record in records:
            key = self._by_id.get(record.ci_user_id or "") or address_key(record.email)
            self.odd[key] = misshapen(record.email, "its record is another identity's, too").problem

    def good(self) -> dict[str, Record]:
        """Return the records that can be used."""
        return {key: record for key, record in self.found.items() if key not in self.odd}

    def _take_by_address(self, record: Record) -> None:
        """Keep a record of the same address under another identity, only until the right one turns up."""
        key = address_key(record.email)
        if key not in self._by_key:
            return
        first = self.found.setdefault(key, record)
        if first.id != record.id and not self._by_key[key].id:
            self.ambiguous.add(key)

    def missing(self) -> list[Identity]:
        return [i for i in self._identities if i.key not in self.found and i.key not in self.odd]


class ContactCenter:
    """Reads the contact center of one organization (bare id in the path)."""

    def __init__(self, client: Client, organization_uuid: str, *, capabilities: bool = False) -> None:
        """``capabilities``: ask lists for them, which takes another request where the service does not know them."""
        self._client = client
        self._organization = organization_uuid
        self._values = {"org": organization_uuid}
        self._id_filter_works = True
        self._capabilities = capabilities
        #: Whether a list showed anybody's teams; where none did, they are read by id.
        self._lists_show_teams = False
        self.whole: dict[str, Record] | None = None
        self.ambiguous: set[str] = set()
        #: What is wrong with records that cannot be used, by the people's keys.
        self.odd: dict[str, Problem] = {}

    async def records(self, people: t.Sequence[Person], *, settings: bool = False) -> dict[str, Record]:
        """Return each person's record by key; whoever has none is left out. Found by identity id first, by address second."""
        return await self.find([Identity(address_key(p.email), p.email, p.id) for p in people], settings=settings)

    async def find(self, identities: t.Sequence[Identity], *, settings: bool = False) -> dict[str, Record]:
        """Return the records of ``identities`` by key, read by list or by filter, whichever takes fewer requests.

        :param settings: read the agent settings too.

        Afterwards ``whole`` holds all records if the list was read to its end (else None), and ``ambiguous`` the keys of those who were
        looked for by address alone and have several records.
        """
        unread = _left_out if settings else _unasked
        matches = _Matches(identities, self._organization)
        self.whole, self.ambiguous = None, matches.ambiguous
        by_filter = len(by_filter_chunks(i.id or i.email for i in identities))
        if list_is_cheaper(by_filter):
            entries, pages, _records = await self._page(0, settings)
            matches.take(entries, unread)
            if list_is_cheaper(by_filter, unread=pages - 1):
                for page in range(1, pages):
                    entries, _pages, _records = await self._page(page, settings)
                    matches.take(entries, unread)
                self.whole = matches.seen
                return self._matched(matches)
        matches.take(await self._by_filter("ciUserId", [i.id for i in matches.missing() if i.id], settings), unread)
        matches.take(await self._by_filter("email", [i.email for i in matches.missing()], settings), unread)
        return self._matched(matches)

    def _matched(self, matches: _Matches) -> dict[str, Record]:
        """Return the records that can be used, and note the others."""
        self._settle_teams(matches.seen.values())
        found = matches.good()
        self.odd = {key: problem for key, problem in self.odd.items() if key not in found} | matches.odd
        return found

    def _settle_teams(self, records: t.Iterable[Record]) -> None:
        if self._lists_show_teams:
            for record in records:
                record.unread -= {_TEAMS}
        else:
            self._lists_show_teams = teams_unset(records)

    async def all_records(self) -> list[Record]:
        """Return every record with its agent settings; one that cannot be used is left out and noted in ``odd``."""
        found: list[Record] = []
        page, pages = 0, 1
        while page < pages:
            items, pages, _records = await self._page(page, settings=True)
            if not items:
                break
            records, odd = sorted_out(
                items, lambda e: record_from(e, self._organization, unread=_left_out), whose_record
            )
            found += records
            self.odd.update(odd)
            page += 1
        self._settle_teams(found)
        return found

    async def complete(self, records: t.Iterable[Record]) -> dict[str, Problem]:
        """Read these records by id (one request each) and fill what lists leave out; return what is wrong with others, by record id.

        Whose record is gone is left as it is.
        """
        kept = list(records)
        found, odd = await self.by_ids([record.id for record in kept])
        for record in kept:
            if (fresh := found.get(record.id)) is not None:
                for field in dataclasses.fields(Record):
                    setattr(record, field.name, getattr(fresh, field.name))
        return odd

    async def by_ids(self, ids: t.Iterable[str]) -> tuple[dict[str, Record], dict[str, Problem]]:
        """Return (these records, one request each; what is wrong with others), by id. One that is gone is in neither."""
        found, odd = dict[str, Record](), dict[str, Problem]()

        async def read(record_id: str) -> None:
            try:
                record = await self.one(record_id)
            except ApiError as error:
                if error.problem.code != "invalid_response":
                    raise
                odd[record_id] = error.problem
            else:
                found.update({record_id: record} if record is not None else {})

        await self._client.for_each(ids, read)
        return found, odd

    async def one(self, record_id: str) -> Record | None:
        """Return one record with everything, or None."""
        try:
            answer = await self._client.call(CENTER_USER, {**self._values, "id": record_id})
        except ApiError as error:
            if error.status == 404:
                return None
            raise
        record = record_from(answer.body, self._organization)
        if record.id != record_id:
            raise answer.invalid("the answer is another record")
        return record

    async def holders(self, field: str, value: str) -> int:
        """Return how many records have ``value`` in ``field``."""
        params = {"filter": f'{field}=="{value}"', "attributes": "id"}
        doing = "counting the contact center's users"
        items, _pages, records = await contact_center_page(
            self._client, CENTER_USERS, self._values, params=params, page=0, size=1, doing=doing
        )
        return max(records, len(items))

    async def change(self, items: t.Sequence[dict[str, t.Any]]) -> t.Any:
        """Send ``PATCH user/bulk`` (207 an item). Every value is absolute, so sending it twice does no harm."""
        return (await self._client.call(CHANGE_CENTER_USERS, self._values, body={"items": list(items)})).body

    async def _page(self, page: int, settings: bool) -> tuple[list[t.Any], int, int]:
        return await self._ask(
            settings,
            lambda params: contact_center_page(
                self._client, CENTER_USERS, self._values, params=params, page=page, size=_ASK_FOR
            ),
        )

    async def _ask(self, settings: bool, read: t.Callable[[dict[str, str]], t.Awaitable[T]]) -> T:
        """Read a list with the fields that are needed; without the capabilities where they are refused."""
        fields = (_ATTRIBUTES, *(_SETTINGS if settings else ()))
        if self._capabilities:
            try:
                return await read({"attributes": ",".join((*fields, _SUPERVISOR, _AGENT))})
            except ApiError as error:
                if error.status != _REFUSED:
                    raise
                self._capabilities = False
        return await read({"attributes": ",".join(fields)})

    async def _by_filter(self, field: str, values: t.Sequence[str], settings: bool) -> list[t.Any]:
        """Return the records whose ``field`` is one of ``values``, as many values a request as a request line may hold."""
        if field == "ciUserId" and not self._id_filter_works:
            return []
        found: list[t.Any] = []
        for chunk in by_filter_chunks(values):

            async def read(params: dict[str, str], chunk: list[str] = chunk) -> list[t.Any]:
                query = {"filter": f"{field}=in=({','.join(map(quoted, chunk))})", **params}
                pages = contact_center_pages(
                    self._client, CENTER_USERS, self._values, params=query, size=len(chunk) + 10, doing=_SEARCHING
                )
                return [entry async for page in pages for entry in page]

            try:
                found += await self._ask(settings, read)
            except ApiError as error:
                # The description lets every field be filtered, but nobody published that this one works.
                if field == "ciUserId" and error.status == _REFUSED:
                    self._id_filter_works = False
                    return found
                raise
        return found
