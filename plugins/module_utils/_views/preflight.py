# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks before a run: everything that is found, and not only up to the first thing. Private to this collection."""

from __future__ import annotations

import collections
import dataclasses
import typing as t

from .._advice import ADVICE
from .._client.client import Client
from .._contact_center.names import read_directory
from .._contact_center.settings import USER_PROFILE
from .._errors import ApiError, Problem, WxccError
from .._model import PREMIUM, STANDARD, address_key
from .._roster.file import read_people
from .._roster.intent import Intent, declared_license
from .._roster.join import RosterRow
from .._roster.rows import compose
from .._webex.licenses import Seat, free_of, list_licenses, seats
from .._webex.mails import in_words, read_invite_emails
from .._webex.organization import Operator, Organization, read_operator, resolve
from .._webex.people import PeopleReader
from .._webex.roles import (
    FULL_ADMINISTRATOR,
    READ_ONLY_ADMINISTRATOR,
    SERVICE_ADMINISTRATOR,
    list_roles,
    name_of,
)

OK, INFO, WARNING, ERROR = "ok", "info", "warning", "error"
#: Which scope a refused reading points at (vendor's documentation).
SCOPES = {
    "people": "spark-admin:people_read",
    "licenses": "spark-admin:licenses_read",
    "roles": "spark-admin:roles_read",
    "identities": "identity:people_rw (with a Full or User administrator's account)",
    "mail setting": "identity:organizations_read",
    "contact center": "cjp:config_read, and the account must be a contact center administrator",
    "organization": "spark-admin:organizations_read",
}
_USER_ADMINISTRATOR = "id_user_admin"
_OF_USERS = "users_file (variable preflight_users_file)"
#: At most so many domains are named.
_DOMAINS = 10

Answered = t.TypeVar("Answered")


@dataclasses.dataclass(slots=True, frozen=True)
class Check:
    """One check, as the module's result lists it: what was looked at, how it stands, in a sentence, and what to do."""

    check: str
    #: :data:`OK`, :data:`INFO`, :data:`WARNING` or :data:`ERROR`.
    level: str
    message: str
    action: str = ""
    #: It was refused for a scope or role that the token lacks.
    forbidden: bool = False
    #: The code of what went wrong.
    code: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return the check as results show it."""
        return {"check": self.check, "level": self.level, "message": self.message, "action": self.action}

    @classmethod
    def failed(cls, check: str, problem: Problem, level: str = ERROR) -> Check:
        """Return a check that could not be made. A refusal is told with the scope that is missing."""
        if problem.http_status == 403 and check in SCOPES:
            advice = f"The token lacks the scope {SCOPES[check]}, or its account the administrator role."
            return cls(check, level, problem.message, advice, True, problem.code)
        return cls(check, level, problem.message, problem.advice, code=problem.code)


@dataclasses.dataclass(slots=True, frozen=True)
class Needs:
    """What a run cannot do without, so that it is an error where the token may not read it.

    Elsewhere it is a warning, and what rests on it is not seen.
    """

    contact_center: bool = True
    roles: bool = False
    #: Somebody is to be changed: an account that may only look will not do.
    writing: bool = True


async def preflight(
    client: Client | None,
    problem: Problem | None,
    *,
    org_id: str | None,
    users_file: str | None,
    subscription_id: str | None,
) -> dict[str, t.Any]:
    """Return the module's result; ``ok`` while nothing of level error was found. ``problem`` is why there is no client at all."""
    rows, checks = check_roster(users_file)
    services = Services(Needs())
    if client is None:
        checks.append(Check.failed("token", problem or Problem("no_token", "There is no client.")))
    else:
        await services.look(client, org_id)
        checks += services.checks
        if services.seats is not None:
            checks += check_seats(services.seats, rows, subscription_id)
        if services.organization is not None:
            checks += check_domains(rows)
    refused = refusals(checks)
    return {
        "ok": not refused,
        "refusals": [{"code": p.code, "message": p.message, "advice": p.advice} for p in refused],
        "findings": [check.as_dict() for check in checks],
        **services.seen,
    }


class Services:
    """What the services say: ``checks``, and ``seen``, the part of the result that is read on the way.

    The module ``preflight_info`` tells all of it; a plan looks at the same before it reads anything else.
    """

    def __init__(self, needs: Needs) -> None:
        self._needs = needs
        self.checks: list[Check] = []
        self.organization: Organization | None = None
        #: None where they could not be read.
        self.seats: list[Seat] | None = None
        #: Whether the contact center could be read.
        self.contact_center = False
        self.seen: dict[str, t.Any] = {
            "organization": {"id": None, "name": None},
            "operator": {},
            "licenses": [],
            "mail_setting": None,
        }

    async def look(self, client: Client, org_id: str | None) -> None:
        """Look at everything. Only without a token or an organization there is nothing more to look at."""
        answered = await self._operator(client)
        organization = await self._ask("organization", resolve(client, org_id)) if answered else None
        if organization is not None:
            if not organization.findings:
                self._add("organization", OK, f"The organization is {organization.name or organization.uuid}.")
            self.checks += [Check(f["check"], f["level"], f["message"], f["action"]) for f in organization.findings]
            await self._look_around(client, organization)

    async def look_at(self, client: Client, organization: Organization) -> None:
        """Look at everything of an organization that is known already."""
        if await self._operator(client):
            await self._look_around(client, organization)

    async def _operator(self, client: Client) -> bool:
        """Return whether the token is accepted, and note whose it is."""
        try:
            operator = await read_operator(client)
        except ApiError as error:
            # Without a token that is accepted every other check would say the same.
            self.checks.append(Check.failed("token", error.problem))
            return False
        self._add("token", OK, "The token is accepted.")
        check = check_operator(operator)
        if check.level == ERROR and not self._needs.writing:
            check = dataclasses.replace(check, level=WARNING)
        self.checks.append(check)
        self.seen["operator"] = describe_operator(operator)
        return True

    async def _look_around(self, client: Client, organization: Organization) -> None:
        self.organization = organization
        self.seen["organization"] = {"id": organization.uuid, "name": organization.name}
        await self._people(client, organization)
        await self._licenses(client, organization)
        await self._mail_setting(client, organization)
        await self._contact_center(client, organization)
        self._add("writing", INFO, "Whether the token may write cannot be found out without writing.")

    def refusals(self) -> list[Problem]:
        """Return what the run cannot begin for: the missing scopes as one, then everything else of level error."""
        return refusals(self.checks)

    def missing_scopes(self) -> Problem | None:
        """Return every scope that the run cannot do without and the token lacks, as one problem; None where it has all."""
        return missing_scopes(self.checks)

    def _add(self, check: str, level: str, message: str) -> None:
        self.checks.append(Check(check, level, message))

    async def _ask(self, check: str, reading: t.Awaitable[Answered], level: str = ERROR) -> Answered | None:
        """Return what is read, or None with the failed check noted."""
        try:
            return await reading
        except ApiError as error:
            self.checks.append(Check.failed(check, error.problem, level))
            return None

    async def _people(self, client: Client, organization: Organization) -> None:
        if await self._ask("people", PeopleReader(client, organization).anybody()) is not None:
            self._add("people", OK, "People can be read.")
        count = await self._ask("identities", PeopleReader(client, organization).count())
        if count is not None:
            self._add("identities", OK, f"Identities can be read; the organization has {count} people.")
        roles = await self._ask("roles", list_roles(client), ERROR if self._needs.roles else WARNING)
        if roles is not None:
            self._add("roles", OK, f"{len(roles)} roles can be read.")

    async def _licenses(self, client: Client, organization: Organization) -> None:
        listed = await self._ask("licenses", list_licenses(client, organization))
        if listed is not None:
            self.seats = seats(listed)
            self.seen["licenses"] = [{**dataclasses.asdict(seat), "free": seat.free} for seat in self.seats]

    async def _mail_setting(self, client: Client, organization: Organization) -> None:
        setting = await self._ask("mail setting", read_invite_emails(client, organization), WARNING)
        self.seen["mail_setting"] = setting
        if setting is not None:
            self._add("mail setting", INFO, in_words(setting))

    async def _contact_center(self, client: Client, organization: Organization) -> None:
        """Read the user profiles, as the steps look names up in them."""
        level = ERROR if self._needs.contact_center else WARNING
        found = await self._ask("contact center", read_directory(client, organization.uuid, [USER_PROFILE]), level)
        if found is not None:
            self.contact_center = True
            number = len(found.lists[USER_PROFILE])
            self._add("contact center", OK, f"The contact center can be read; it has {number} user profiles.")


# -- what is judged without asking anybody -----------------------------------------------------------------------------------


def refusals(checks: t.Iterable[Check]) -> list[Problem]:
    """Return what a run cannot begin for: the missing scopes as one, then everything else of level error."""
    errors = [check for check in checks if check.level == ERROR]
    missing = missing_scopes(errors)
    told = [Problem(c.code or "not_ready", c.message, advice=c.action) for c in errors if not c.forbidden]
    return [missing, *told] if missing else told


def missing_scopes(checks: t.Iterable[Check]) -> Problem | None:
    """Return every scope that a run cannot do without and the token lacks, as one problem; None where it has all."""
    refused = [check for check in checks if check.level == ERROR and check.forbidden]
    if not refused:
        return None
    names = "; ".join(f"{SCOPES[check.check]} (to read: {check.check})" for check in refused)
    text = f"The token lacks what this run needs, or its account the administrator role for it: {names}."
    return Problem("forbidden", text, http_status=403, advice="Get a token with all of these.")


def check_roster(users_file: str | None) -> tuple[list[RosterRow], list[Check]]:
    """Return (rows, checks) of a roster file; no rows where it cannot be read, or where there is none."""
    if not users_file:
        return [], []
    try:
        rows, findings = compose(read_people(users_file, _OF_USERS), merge=True, label=users_file)
    except WxccError as error:
        return [], [Check.failed("roster", error.problem)]
    return rows, [Check("roster", f.level, f"{f.position}: {f.meaning}.", f.action) for f in findings]


def describe_operator(operator: Operator | None) -> dict[str, t.Any]:
    """Return the account behind the token as the module shows it; None is a service app, which has none."""
    if operator is None:
        return {"email": None, "kind": "service_app", "roles": []}
    return {"email": operator.email, "kind": "user", "roles": [name_of(role) for role in operator.roles]}


def check_operator(operator: Operator | None) -> Check:
    """Return whether the account's roles let it onboard people."""
    if operator is None:
        text = "The token is a service app's: it has no account of its own, its scopes decide."
        return Check("operator", INFO, text)
    if operator.id is None and not operator.roles:
        text = "Nobody could see which account the token belongs to, so nothing is taken from any administrator."
        return Check("operator", WARNING, text, ADVICE["own_account_unknown"])
    names = ", ".join(map(name_of, operator.roles))
    account = f"The run's account {operator.email}"
    roles = set(operator.roles)
    if roles & {FULL_ADMINISTRATOR, _USER_ADMINISTRATOR} or any(".partner." in role for role in roles):
        return Check("operator", OK, f"{account} is {names}.")
    if SERVICE_ADMINISTRATOR in roles:
        text = f"{account} is a Contact Center Service Administrator, who cannot add, disable or remove people."
    elif READ_ONLY_ADMINISTRATOR in roles:
        text = f"{account} may only read."
    else:
        text = f"{account} is no Full or User Administrator ({names or 'no administrator role'})."
    return Check("operator", ERROR, text, "Use a Full or User Administrator's account.")


def check_seats(found: t.Sequence[Seat], rows: t.Iterable[RosterRow], subscription_id: str | None) -> list[Check]:
    """Return what is free of each license. The true arithmetic is the license module's: only who holds none yet needs a seat.

    :param subscription_id: look at this subscription alone.
    """
    considered = [seat for seat in found if subscription_id in (None, seat.subscription)]
    if not considered:
        where = f" in subscription {subscription_id}" if subscription_id else ""
        text = f"The organization has no contact center license{where}."
        return [Check("seats", ERROR, text, "Buy or assign the subscription first.")]
    wanted = collections.Counter(declared_license(row) for row in rows if _may_come_from(row, subscription_id))
    checks = (
        _check_license(kind, [seat for seat in considered if seat.license == kind], wanted[kind])
        for kind in (PREMIUM, STANDARD)
    )
    return [check for check in checks if check]


def _may_come_from(row: RosterRow, subscription_id: str | None) -> bool:
    """Return False for somebody whose license a column of another subscription gives: the seat is taken there."""
    intent = Intent.of(row)
    return subscription_id is None or intent is None or intent.subscription in (None, subscription_id)


def _check_license(kind: str, kept: t.Sequence[Seat], wanted: int) -> Check | None:
    if not kept:
        text = f"{wanted} people want {kind}, which the organization does not have."
        return Check("seats", ERROR, text, "See license_info.") if wanted else None
    free, total = free_of(kept), sum(seat.total or 0 for seat in kept)
    if free is None:
        text = f"The list of licenses does not say how many {kind} seats are free; {wanted} people want one."
        return Check("seats", WARNING, text, "Look in Control Hub, Account > Subscriptions.") if wanted else None
    text = f"{free} of {total} {kind} seats are free"
    if wanted <= free:
        return Check("seats", OK, f"{text}.")
    text = f"{text}; {wanted} people want one, some of whom may hold it already."
    return Check("seats", WARNING, text, "The plan counts exactly.")


def check_domains(rows: t.Iterable[RosterRow]) -> list[Check]:
    """Return what to look at by hand: whether the people's domains are verified."""
    domains = sorted({address_key(row["email"]).rpartition("@")[2] for row in rows})
    if not domains:
        return []
    text = (
        "No public API lists an organization's verified domains. "
        f"People of {', '.join(domains[:_DOMAINS])} start as verified only if theirs is."
    )
    return [Check("domain", INFO, text, "Look at Control Hub, Organization settings > Domains.")]
