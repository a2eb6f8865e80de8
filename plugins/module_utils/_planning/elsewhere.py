# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be known of new people before they are added: who is a member elsewhere, and whose domain is strange here.

Private to this collection. An empty search does not prove that an address is free (vendor's documentation): of trials, of free accounts and
of organizations that the token does not show, only the answer to the creation tells. No public API lists an organization's domains.
"""

from __future__ import annotations

import asyncio
import collections
import dataclasses
import typing as t

from .._client.routes import IDENTITIES
from .._client.shapes import Fields
from .._engine.context import Context
from .._errors import ApiError, Problem
from .._listed import listed
from .._model import CREATE, Person, Wanted, address_key
from .._resources.user import Users
from .._webex.organization import Organization, list_organizations
from .._webex.people import PeopleReader

#: A token that shows more organizations than this is not asked about each of them: a plan stays cheap.
OTHERS = 5
#: So many domains are looked for, those of most people first.
_DOMAINS = 5


@dataclasses.dataclass(slots=True, frozen=True)
class Elsewhere:
    """Who of the new people stands where. members: whoever belongs to another organization, by key, and why that is in the way.

    strange: domains that nobody of the organization has, and how many new people have them.
    """

    members: t.Mapping[str, Problem] = dataclasses.field(default_factory=dict)
    strange: t.Mapping[str, int] = dataclasses.field(default_factory=dict)

    def findings(self, organization: str) -> list[dict[str, str]]:
        """Return what the plan says of strange domains."""
        if not self.strange:
            return []
        names = listed(sorted(self.strange, key=lambda d: (-self.strange[d], d)), _DOMAINS)
        number = sum(self.strange.values())
        whose = "The address of 1 new person is" if number == 1 else f"The addresses of {number:,} new people are"
        text = (
            f"{whose} of {names}, where nobody of {organization} is. Such an address may belong to a trial, to a free account or to "
            "another organization; only Webex knows, and says so when the person is added."
        )
        action = "Look for typing errors. If the domain is yours, verify it in Control Hub (Organization settings > Domains) first."
        return [{"level": "info", "message": text, "action": action}]


async def look_elsewhere(
    context: Context, wanted: t.Sequence[Wanted], people: t.Mapping[str, Person | None], users: Users
) -> Elsewhere:
    """Look for those who would be created. What cannot be seen counts as not known; nothing here stops a plan.

    One request for each unknown domain, at most five, and one for a hundred new people in each other organization that the token shows,
    where these are five at most.
    """
    plan = users.plan(wanted, people)
    newcomers = [c.email for c in plan if c.kind == CREATE]
    if not newcomers:
        return Elsewhere()
    at_home = {_domain(person.email) for person in people.values() if person is not None}
    domains = collections.Counter(d for email in newcomers if (d := _domain(email)) not in at_home)
    members, strange = await asyncio.gather(_members(context, newcomers), _strange(context, domains))
    return Elsewhere(members, strange)


def _domain(email: str) -> str:
    return address_key(email).rpartition("@")[2]


async def _strange(context: Context, domains: collections.Counter[str]) -> dict[str, int]:
    chosen = domains.most_common(_DOMAINS)
    found = await asyncio.gather(*(_is_strange(context, domain) for domain, _number in chosen))
    return {domain: number for (domain, number), unknown in zip(chosen, found, strict=True) if unknown}


async def _is_strange(context: Context, domain: str) -> bool:
    """Return True where nobody of the organization has an address of the domain."""
    params = {"filter": f'userName ew "@{domain}"', "count": "1"}
    try:
        answer = await context.client.call(
            IDENTITIES, {"org": context.organization.uuid}, params=params, doing="looking for a domain"
        )
        return Fields(answer.body, "Looking for a domain").number("totalResults") == 0
    except ApiError:
        return False


async def _members(context: Context, emails: t.Sequence[str]) -> dict[str, Problem]:
    """Return who of these belongs to another organization that the token shows, by key."""
    try:
        shown = await list_organizations(context.client)
    except ApiError:
        return {}
    others = [one for one in shown if one["id"] != context.organization.uuid]
    if len(others) > OTHERS:
        return {}
    found: dict[str, Problem] = {}
    for one, there in zip(
        others, await asyncio.gather(*(_there(context, o["id"], emails) for o in others)), strict=True
    ):
        for person in there:
            found.setdefault(address_key(person.email), _elsewhere(person.email, one["name"] or one["id"]))
    asked = set(map(address_key, emails))
    return {key: problem for key, problem in found.items() if key in asked}


async def _there(context: Context, organization: str, emails: t.Sequence[str]) -> list[Person]:
    try:
        return await PeopleReader(context.client, Organization(organization, named=True)).search("userName", emails)
    except ApiError:
        return []


def _elsewhere(email: str, name: str) -> Problem:
    text = f"{email} is a member of {name}, another organization that this token shows."
    advice = (
        f"Onboard the person there, or have {name} release the address: its administrator deletes the user in Control Hub "
        "(Management > Users). Then run again."
    )
    return Problem("other_organization", text, advice=advice)
