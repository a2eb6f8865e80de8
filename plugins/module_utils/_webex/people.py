# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading people in few requests: whole lists, searches in chunks, by ids; whichever costs least. Private to this collection.

The ways (vendor's documentation and observation):

* ``GET /people?max=1000``: everybody, with licenses and roles (observed; if a list comes without them, they are read elsewhere);
* SCIM search ``userName eq "a" or userName eq "b"``: many addresses a request, with the true ``active`` flag and roles;
* ``GET /licenses/{id}?includeAssignedTo=user``: 300 holders a page;
* ``GET /people?id=``: up to 85 ids a request; finds somebody just created, whom a search may miss for seconds;
* ``GET /people/{id}``: everything about one.
"""

from __future__ import annotations

import math
import typing as t

from .. import _ids
from .._client.bodies import Answer
from .._client.client import Client
from .._client.pages import Pages, link_pages, scim_pages
from .._client.routes import IDENTITIES, IDENTITY, LICENSE_HOLDERS, PEOPLE, PERSON, line_chunks, quoted
from .._client.shapes import Fields
from .._errors import ApiError, Problem
from .._model import ABSENT, ATTRIBUTES, DISABLED, PRESENT, Person, address_key, scim_steps
from .organization import Organization
from .scim import WEBEX_URN
from .whose import refuse_foreign, usable

PAGE_SIZE = 1000
_USUAL_PAGE, _REFUSED = 500, 400
IDS_PER_REQUEST = 85
LICENSE_PAGE = 300
#: A search is cheaper than the first page of everybody only for a few people.
FEW = 20
_FILTER_CHARACTERS = 6000
_FILTER_TERMS = 100
#: So many addresses of usual length fit into a search.
_SEARCHED_PER_REQUEST = 90


def person_from_rest(data: t.Any, organization: str | None = None) -> Person:
    """Return a Person from an entry of the People API. ``loginEnabled`` says nothing about somebody who never signed in.

    :param organization: the bare id of the organization that was asked.
    :raises ApiError: invalid_response, the entry is not of the shape of a person, or is one of another organization.
    """
    entry = Fields(data, "A person of the People API")
    email = next(iter(entry.texts("emails") or ()), "").strip() or entry.needed("userName")
    pending, login = entry.flag("invitePending"), entry.flag("loginEnabled")
    roles, rest_id = entry.texts("roles"), entry.needed("id")
    texts: dict[str, t.Any] = {a.word: entry.text(a.rest) for a in ATTRIBUTES if a.rest}
    refuse_foreign(organization, _ids.to_uuid(entry.text("orgId") or ""), entry, "orgId")
    return Person(
        id=_ids.to_uuid(rest_id) or rest_id,
        rest_id=rest_id,
        email=email,
        **texts,
        active=None if pending and not login else login,
        pending=pending,
        license_ids=entry.texts("licenses"),
        roles=None if roles is None else tuple(map(_ids.role_value, roles)),
        last_modified=entry.text("lastModified"),
        last_activity=entry.text("lastActivity"),
    )


def person_from_scim(data: t.Any, organization: str | None = None) -> Person:
    """Return a Person from a SCIM user, in whose answers an attribute that is not set is left out (RFC 7643, 2.5).

    Licenses are not to be seen there; ``accountStatus`` is often absent for active people (recorded identities).

    :param organization: the bare id of the organization that was asked.
    :raises ApiError: invalid_response, the entry is not of the shape of a user, or is one of another organization.
    """
    entry = Fields(data, "An identity of SCIM")
    extension = entry.inner(WEBEX_URN)
    texts: dict[str, t.Any] = {a.word: entry.at(*scim_steps(a.scim)) for a in ATTRIBUTES}
    statuses = extension.text_or_texts("accountStatus")
    refuse_foreign(organization, extension.inner("meta").text("organizationId"), entry, "organizationId")
    return Person(
        id=entry.needed("id").lower(),
        email=entry.needed("userName"),
        **texts,
        active=entry.flag("active"),
        pending=("pending" in statuses) if statuses else None,
        roles=tuple(role.needed("value") for role in entry.objects("roles") or ()),
        last_modified=entry.inner("meta").text("lastModified"),
    )


def state_of(person: Person | None) -> str:
    """Return present, disabled or absent. Who never signed in and is not known to be disabled is present."""
    if person is None:
        return ABSENT
    return DISABLED if person.active is False else PRESENT


def filter_chunks(
    field: str, values: t.Iterable[str], *, terms: int = _FILTER_TERMS
) -> t.Iterator[tuple[list[str], str]]:
    """Yield (values, SCIM filter) so that no filter grows too long for a request line."""

    def written(value: str) -> str:
        return f"{field} eq {quoted(value)}"

    for chunk in line_chunks(values, lambda v: f"{written(v)} or ", characters=_FILTER_CHARACTERS, count=terms):
        yield chunk, " or ".join(map(written, chunk))


def search_is_cheaper(*, missing: int, unread: int, page: int, license_requests: int) -> bool:
    """Return whether searching for some people takes fewer requests than reading on the list of everybody. Pure.

    :param missing: how many people are still looked for.
    :param unread: how many people the list still has, ``page`` of them a request.
    :param license_requests: how many requests the holders' lists take, which searching makes necessary (the list shows licenses).
    """
    by_list = math.ceil(unread / page)
    by_search = math.ceil(missing / _SEARCHED_PER_REQUEST) + 1 + min(license_requests, missing)
    return by_search < by_list


async def list_people(
    client: Client, organization: Organization, params: t.Mapping[str, str] | None = None, *, doing: str = ""
) -> Pages:
    """Yield the People API's own entries, a page at a time: everybody's, or those that ``params`` select.

    Whether large pages are cut or refused is unknown; where they are refused, the size that others use is asked for.
    """
    chosen = {"max": str(PAGE_SIZE), "excludeStatus": "true"} if params is None else dict(params)
    chosen.update(organization.rest_params)
    pages = link_pages(client, PEOPLE, params=chosen, doing=doing)
    try:
        first = await anext(pages, None)
    except ApiError as error:
        if error.status != _REFUSED or int(chosen.get("max", 0)) <= _USUAL_PAGE:
            raise
        chosen["max"] = str(_USUAL_PAGE)
        pages = link_pages(client, PEOPLE, params=chosen, doing=doing)
        first = await anext(pages, None)
    if first is not None:
        yield first
        async for page in pages:
            yield page


class PeopleReader:
    """Reads people of one organization."""

    def __init__(self, client: Client, organization: Organization) -> None:
        self._client = client
        self._organization = organization
        self._terms = _FILTER_TERMS
        #: How many people the organization has, once that is known.
        self.total: int | None = None
        #: What is wrong with the records of people that cannot be used, by bare id and by key.
        self.odd: dict[str, Problem] = {}
        self._people_by_id = True

    async def read(
        self,
        emails: t.Sequence[str],
        *,
        licenses: t.Sequence[t.Mapping[str, t.Any]] | None = None,
        roles: bool = False,
        exact_active: t.Container[str] = (),
    ) -> dict[str, Person | None]:
        """Return each address's person, or None where the organization has none.

        :param licenses: the contact center licenses as listed; with them, everybody's ``license_ids`` are filled.
        :param roles: fill ``roles``.
        :param exact_active: keys whose true ``active`` flag matters although they never signed in.
        """
        keys, found = {address_key(e): e for e in emails}, dict[str, Person]()
        if len(keys) <= FEW:
            await self._search(list(keys.values()), found)
        else:
            await self._list_or_search(keys, found, licenses)
        people = [found[k] for k in keys if k in found]
        if roles and any(p.roles is None for p in people):
            await self._search([p.email for p in people if p.roles is None], found)
            people = [found[k] for k in keys if k in found]
        unsure = [p for p in people if p.active is None and p.pending and address_key(p.email) in exact_active]
        if unsure:
            await self._search([p.email for p in unsure], found)
        if licenses is not None:
            await self.fill_licenses([found[k] for k in keys if k in found], licenses)
        # Whose record cannot be used is there, but nothing is known of them.
        return {k: found.get(k) or (Person("", email) if k in self.odd else None) for k, email in keys.items()}

    def _people(self, entries: t.Iterable[t.Any], decode: t.Callable[[t.Any, str | None], Person]) -> list[Person]:
        return usable(entries, lambda entry: decode(entry, self._organization.uuid), self.odd)

    async def everybody(self) -> t.AsyncIterator[list[Person]]:
        """Yield the organization's people, a page at a time."""
        async for page in list_people(self._client, self._organization):
            yield self._people(page, person_from_rest)

    async def anybody(self) -> Answer:
        """Read one person of the organization, to see whether people can be read."""
        params = {"max": "1", "excludeStatus": "true", **self._organization.rest_params}
        return await self._client.call(PEOPLE, params=params)

    async def _list_or_search(
        self, keys: dict[str, str], found: dict[str, Person], licenses: t.Sequence[t.Mapping[str, t.Any]] | None
    ) -> None:
        """Read everybody page by page; after the first page go over to searching where that is cheaper."""
        read, decided = 0, False
        async for people in self.everybody():
            read += len(people)
            found.update({key: p for p in people if (key := address_key(p.email)) in keys})
            missing = [e for k, e in keys.items() if k not in found]
            if not missing:
                return
            if decided or len(people) < FEW:
                continue
            decided = True
            unread = max(await self.count() - read, 0)
            if not unread:
                return
            if search_is_cheaper(
                missing=len(missing),
                unread=unread,
                page=len(people),
                license_requests=license_pages(licenses or ()),
            ):
                await self._search(missing, found)
                return

    async def count(self) -> int:
        """Return how many people the organization has (SCIM totalResults)."""
        org, doing = {"org": self._organization.uuid}, "counting the people"
        answer = await self._client.call(IDENTITIES, org, params={"count": "1"}, doing=doing)
        self.total = Fields(answer.body, "Counting the people").number("totalResults") or 0
        return self.total

    async def _search(self, emails: t.Sequence[str], found: dict[str, Person]) -> None:
        """Search by address; what is found fills the gaps of what is known already."""
        for person in await self.search("userName", emails):
            key = address_key(person.email)
            known = found.get(key)
            if known is None:
                found[key] = person
            else:
                # A person of the list may be somebody else's later self: the identity's own flags win over guesses.
                known.merge_missing(person)

    async def search(self, field: str, values: t.Sequence[str]) -> list[Person]:
        """Return those whose ``userName`` or ``id`` is one of these, through SCIM."""
        people: list[Person] = []
        queue = list(filter_chunks(field, values, terms=self._terms))
        while queue:
            chunk, expression = queue.pop(0)
            params = {"filter": expression, "count": str(max(len(chunk), 1))}
            try:
                async for page in scim_pages(self._client, IDENTITIES, {"org": self._organization.uuid}, params=params):
                    people += self._people(page, person_from_scim)
            except ApiError as error:
                # How many terms a filter may have is not published: halve until it is taken.
                if error.status not in (400, 413, 414) or len(chunk) == 1:
                    raise
                self._terms = max(len(chunk) // 2, 1)
                rest = chunk + [v for later, _expression in queue for v in later]
                queue = list(filter_chunks(field, rest, terms=self._terms))
        return people

    async def search_by_ids(self, ids: t.Sequence[str]) -> dict[str, Person]:
        """Return people by bare id through SCIM search: with the true ``active`` flag and roles, but late for the just created."""
        return {p.id: p for p in await self.search("id", ids)}

    async def by_ids(self, people: t.Sequence[tuple[str, str | None]]) -> dict[str, Person]:
        """Return people by (bare id, REST id or None), 85 a request; whoever is not there is left out."""
        found: dict[str, Person] = {}
        rest_ids = [rest or self._organization.person_rest_id(bare) for bare, rest in people]
        chunks = [rest_ids[i : i + IDS_PER_REQUEST] for i in range(0, len(rest_ids), IDS_PER_REQUEST)]

        async def read(chunk: list[str]) -> None:
            # Nothing stands beside the ids: whether more is refused is unknown, and live clients send them alone.
            doing = "reading people by id"
            async for page in link_pages(self._client, PEOPLE, params={"id": ",".join(chunk)}, doing=doing):
                found.update({p.id: p for p in self._people(page, person_from_rest)})

        if self._people_by_id:
            try:
                await self._client.for_each(chunks, read)
            except ApiError as error:
                if error.status not in (400, 403, 404):
                    raise
                self._people_by_id = False
        missing = [bare for bare, _rest in people if bare not in found and bare not in self.odd]
        if missing and (self._organization.named or not self._people_by_id):
            # The ids alone do not say which organization is meant: whom a partner's customer has is looked up there.
            found.update(await self.search_by_ids(missing))
        return found

    async def one(self, person: Person) -> Person | None:
        """Return everything about one person, or None if there is none such."""
        rest_id = person.rest_id or self._organization.person_rest_id(person.id)
        try:
            answer = await self._client.call(PERSON, {"id": rest_id}, doing=f"reading {person.email}")
        except ApiError as error:
            if error.status == 404:
                return None
            raise
        return person_from_rest(answer.body, self._organization.uuid)

    async def one_identity(self, person_id: str) -> Person | None:
        """Return one identity by id from SCIM: the reading that lags least and tells ``active`` and roles truly."""
        try:
            answer = await self._client.call(IDENTITY, {"org": self._organization.uuid, "id": person_id})
        except ApiError as error:
            if error.status == 404:
                return None
            raise
        return person_from_scim(answer.body, self._organization.uuid)

    async def identities(self, people: t.Sequence[Person]) -> dict[str, Person | None]:
        """Return these people by bare id as :meth:`one_identity` reads them; whose record cannot be used is left out."""
        found: dict[str, Person | None] = {}

        async def read(person: Person) -> None:
            try:
                found[person.id] = await self.one_identity(person.id)
            except ApiError as error:
                if error.problem.code != "invalid_response":
                    raise

        await self._client.for_each(people, read)
        return found

    async def fill_licenses(
        self, people: t.Sequence[Person], licenses: t.Sequence[t.Mapping[str, t.Any]], *, singly: bool = False
    ) -> None:
        """Fill ``license_ids`` where they are unknown, the cheapest way: one by one, the holders' lists, or everybody.

        :param singly: read a few people one by one whatever it costs, which is the most exact way.
        """
        unknown = [p for p in people if p.license_ids is None]
        if not unknown:
            return
        holders = license_pages(licenses)
        if len(unknown) <= (FEW if singly else min(holders, FEW)):

            async def read(person: Person) -> None:
                try:
                    fresh = await self.one(person)
                except ApiError as error:
                    if error.problem.code != "invalid_response":
                        raise
                    return
                if fresh is not None:  # else sought in the lists
                    person.license_ids, person.rest_id = fresh.license_ids, fresh.rest_id

            await self._client.for_each(unknown, read)
            unknown = [p for p in unknown if p.license_ids is None]
        if unknown and await self._everybody_is_cheaper(holders):
            await self._fill_from_everybody(unknown)
            unknown = [p for p in unknown if p.license_ids is None]
        if unknown:
            holders_of = await self.holders([entry["id"] for entry in licenses])
            for person in unknown:
                person.license_ids = tuple(license_id for license_id, ids in holders_of.items() if person.id in ids)

    async def _everybody_is_cheaper(self, requests: int) -> bool:
        """Return whether the list of everybody takes fewer requests than ``requests``; its licenses and roles come with it."""
        if requests <= 1:
            return False
        if self.total is None:
            await self.count()
        return math.ceil((self.total or 0) / PAGE_SIZE) < requests

    async def _fill_from_everybody(self, people: t.Sequence[Person]) -> None:
        """Fill licenses, and roles if they are unknown, from the list; whoever it does not show yet stays unknown."""
        by_id = {p.id: p for p in people}
        async for page in self.everybody():
            for fresh in page:
                known = by_id.get(fresh.id)
                if known is not None:
                    known.merge_missing(fresh)

    async def holders(self, license_ids: t.Sequence[str]) -> dict[str, set[str]]:
        """Return the bare ids of those who hold each license."""
        found: dict[str, set[str]] = {license_id: set() for license_id in license_ids}

        async def read(license_id: str) -> None:
            params = {"includeAssignedTo": "user", "limit": str(LICENSE_PAGE)}
            pages = link_pages(self._client, LICENSE_HOLDERS, {"id": license_id}, params=params, key="users")
            async for page in pages:
                ids = [Fields(user, "A holder of a license").needed("id") for user in page]
                found[license_id].update(_ids.to_uuid(i) or i for i in ids)

        await self._client.for_each(license_ids, read)
        return found


def license_pages(licenses: t.Sequence[t.Mapping[str, t.Any]]) -> int:
    """Return how many requests the holders' lists of these licenses take."""
    return sum(max(math.ceil((entry.get("consumedUnits") or 0) / LICENSE_PAGE), 1) for entry in licenses)
