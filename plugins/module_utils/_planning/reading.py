# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is read for a plan: everything once, however many steps ask for it. Private to this collection."""

from __future__ import annotations

import typing as t

from .._client import routes
from .._client.bodies import Answer, Json
from .._client.client import Client
from .._client.routes import Route
from .._contact_center.names import LISTS
from .._contact_center.records import ContactCenter, Identity, Record
from .._engine.context import Context
from .._errors import ApiError

#: Lists and settings of the whole organization: asked for by preflight and by several steps, and the same for all of them.
_ONCE = frozenset(
    {
        routes.OWN_PERSON,
        routes.OWN_IDENTITY,
        routes.MAIL_SETTING,
        routes.ORGANIZATIONS,
        routes.LICENSES,
        routes.ROLES,
        *(route for route, _attributes in LISTS.values()),
    }
)
#: Counting the people is a search for one.
_COUNT = {"count": "1"}

_Key = tuple[t.Any, ...]


class ReadingClient(Client):
    """A client that only reads, and asks once for what is the same for all who ask."""

    def __init__(self, *given: t.Any, **more: t.Any) -> None:
        super().__init__(*given, **more)
        self._known: dict[_Key, Answer | ApiError] = {}

    async def call(
        self,
        route: Route,
        values: t.Mapping[str, str] | None = None,
        *,
        params: t.Mapping[str, str] | None = None,
        body: Json = None,
        repeatable: bool | None = None,
        doing: str = "",
    ) -> Answer:
        """Read. See :meth:`Client.call`; a refusal is remembered as well."""
        if route.method != "GET":
            raise RuntimeError(f"a plan writes nothing, and {route.doing} was asked for")
        if route not in _ONCE and not (route == routes.IDENTITIES and params == _COUNT):
            return await super().call(route, values, params=params, doing=doing)
        key = (route.template, *sorted((values or {}).items()), *sorted((params or {}).items()))
        if key not in self._known:
            try:
                self._known[key] = await super().call(route, values, params=params, doing=doing)
            except ApiError as error:
                self._known[key] = error
        known = self._known[key]
        if isinstance(known, ApiError):
            raise known
        return known


class SharedCenter(ContactCenter):
    """The contact center's records, each looked for once.

    Role, sync and agent settings ask for the same people: the first who asks brings what all of them need.
    """

    def __init__(self, client: Client, organization_uuid: str, *, settings: bool) -> None:
        """``settings``: somebody declares agent settings, so they are read of everybody at once."""
        super().__init__(client, organization_uuid)
        self._settings = settings
        self._asked: set[str] = set()
        self._found: dict[str, Record] = {}
        self._ambiguous: set[str] = set()
        self._all: dict[str, Record] | None = None

    async def find(self, identities: t.Sequence[Identity], *, settings: bool = False) -> dict[str, Record]:
        """Return the records of ``identities`` by key; see :meth:`ContactCenter.find`."""
        unread = [i for i in identities if i.key not in self._asked]
        if unread:
            self._found.update(await super().find(unread, settings=settings or self._settings))
            self._asked.update(i.key for i in unread)
            self._ambiguous |= self.ambiguous
            self._all = self.whole or self._all
        self.ambiguous, self.whole = self._ambiguous, self._all
        return {i.key: self._found[i.key] for i in identities if i.key in self._found}


class PlanContext(Context):
    """What the steps read with while they are planned."""

    shared: SharedCenter | None = None

    @property
    def looks_at_center(self) -> bool:
        """Whether the contact center is looked at."""
        return self.shared is not None

    def center(self) -> ContactCenter:
        """Return the one reader of the contact center's records."""
        if self.shared is None:
            raise RuntimeError("the contact center is not looked at")
        return self.shared
