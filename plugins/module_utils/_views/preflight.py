# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks before a run: all findings at once. Private to this collection."""

from __future__ import annotations

import collections
import dataclasses
import typing as t

from .._client.client import Client
from .._contact_center.records import ContactCenter
from .._errors import ApiError, Problem, WxccError
from .._model import address_key
from .._roster import rows as _roster
from .._webex import organization as _organization
from .._webex.licenses import Seat, list_licenses, seats
from .._webex.mails import read_invite_emails
from .._webex.organization import Operator, Organization
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


@dataclasses.dataclass
class Findings:
    """The list that grows; ``ok`` is true while nothing of level error is in it."""

    entries: list[dict[str, str]] = dataclasses.field(default_factory=list)

    def add(self, check: str, level: str, message: str, action: str = "") -> None:
        self.entries.append({"check": check, "level": level, "message": message, "action": action})

    def failed(self, check: str, problem: Problem, level: str = ERROR) -> None:
        advice = problem.advice
        if problem.http_status == 403 and check in SCOPES:
            advice = f"The token lacks the scope {SCOPES[check]}, or its account the administrator role."
        self.add(check, level, problem.message, advice)

    @property
    def ok(self) -> bool:
        return all(e["level"] != ERROR for e in self.entries)


async def preflight(
    client: Client | None,
    problem: Problem | None,
    *,
    org_id: str | None,
    users_file: str | None,
    subscription_id: str | None,
) -> dict[str, t.Any]:
    """Return the module's result. ``problem`` is why there is no client at all."""
    findings = Findings()
    result: dict[str, t.Any] = {
        "organization": {"id": None, "name": None},
        "operator": {},
        "licenses": [],
        "mail_setting": None,
    }
    rows = _read_roster(findings, users_file)
    if client is None:
        findings.failed("token", problem or Problem("no_token", "There is no client."))
    else:
        await _checks(client, findings, result, rows, org_id, subscription_id)
    return {"ok": findings.ok, "findings": findings.entries, **result}


def _read_roster(findings: Findings, users_file: str | None) -> list[_roster.Row]:
    if not users_file:
        return []
    try:
        rows, found = _roster.compose(_roster.load_file(users_file), merge=True, label=users_file)
    except WxccError as error:
        findings.failed("roster", error.problem)
        return []
    for entry in found:
        findings.add("roster", entry["level"], f"{entry['position']}: {entry['message']}.", entry["action"])
    return rows


async def _checks(
    client: Client,
    findings: Findings,
    result: dict[str, t.Any],
    rows: list[_roster.Row],
    org_id: str | None,
    subscription_id: str | None,
) -> None:
    try:
        operator = await _organization.read_operator(client)
    except ApiError as error:
        # Without a token that is accepted every other check would say the same.
        findings.failed("token", error.problem)
        return
    findings.add("token", OK, "The token is accepted.")
    result["operator"] = _operator(findings, operator)
    try:
        organization = (
            await _organization.resolve(client, org_id)
            if org_id or not (operator and operator.organization)
            else Organization(operator.organization, named=False)
        )
    except ApiError as error:
        findings.failed("organization", error.problem)
        return
    result["organization"] = {"id": organization.uuid, "name": await _name(client, findings, organization)}
    reader = PeopleReader(client, organization)
    people = await _try(findings, "people", reader.anybody())
    if people is not None:
        findings.add("people", OK, "People can be read.")
    count = await _try(findings, "identities", reader.count())
    if count is not None:
        findings.add("identities", OK, f"Identities can be read; the organization has {count} people.")
    roles = await _try(findings, "roles", list_roles(client), WARNING)
    if roles is not None:
        findings.add("roles", OK, f"{len(roles)} roles can be read.")
    listed = await _try(findings, "licenses", list_licenses(client, organization))
    if listed is not None:
        found = seats(listed)
        result["licenses"] = [{**dataclasses.asdict(s), "free": s.free} for s in found]
        _seats(findings, found, rows, subscription_id)
    mails = await _try(findings, "mail setting", read_invite_emails(client, organization), WARNING)
    result["mail_setting"] = mails
    if mails is not None:
        text = "go out by themselves to newly licensed people" if mails else "are switched off; nobody is told by mail"
        findings.add("mail setting", INFO, f"Activation mails {text}.")
    profiles = await _try(findings, "contact center", ContactCenter(client, organization.uuid).profiles())
    if profiles is not None:
        findings.add("contact center", OK, f"The contact center can be read; it has {len(profiles)} user profiles.")
    _domains(findings, rows)
    findings.add("writing", INFO, "Whether the token may write cannot be found out without writing.", "")


async def _try(findings: Findings, check: str, reading: t.Awaitable[t.Any], level: str = ERROR) -> t.Any:
    try:
        return await reading
    except ApiError as error:
        findings.failed(check, error.problem, level)
        return None


def _operator(findings: Findings, operator: Operator | None) -> dict[str, t.Any]:
    if operator is None:
        findings.add("operator", INFO, "The token is a service app's: it has no account of its own, its scopes decide.")
        return {"email": None, "kind": "service_app", "roles": []}
    names = [name_of(r) for r in operator.roles]
    held = set(operator.roles)
    if held & {FULL_ADMINISTRATOR, "id_user_admin"} or any(".partner." in r for r in held):
        findings.add("operator", OK, f"The run's account {operator.email} is {', '.join(names)}.")
    elif SERVICE_ADMINISTRATOR in held:
        findings.add(
            "operator",
            ERROR,
            f"The run's account {operator.email} is a Contact Center Service Administrator, who cannot add, disable or remove people.",
            "Use a Full or User Administrator's account.",
        )
    elif READ_ONLY_ADMINISTRATOR in held:
        findings.add(
            "operator",
            ERROR,
            f"The run's account {operator.email} may only read.",
            "Use a Full or User Administrator's account.",
        )
    else:
        findings.add(
            "operator",
            ERROR,
            f"The run's account {operator.email} is no Full or User Administrator ({', '.join(names) or 'no administrator role'}).",
            "Use a Full or User Administrator's account.",
        )
    return {"email": operator.email, "kind": "user", "roles": names}


async def _name(client: Client, findings: Findings, organization: Organization) -> str | None:
    try:
        name = await _organization.read_name(client, organization)
    except ApiError as error:
        findings.failed("organization", error.problem, WARNING if error.status == 403 else ERROR)
        return None
    findings.add("organization", OK, f"The organization is {name}.")
    return name


def _seats(findings: Findings, found: list[Seat], rows: list[_roster.Row], subscription_id: str | None) -> None:
    """Say what is free. The true arithmetic is the license module's: only who holds no such license yet needs a seat."""
    considered = [s for s in found if subscription_id in (None, s.subscription)]
    if not considered:
        where = f" in subscription {subscription_id}" if subscription_id else ""
        findings.add(
            "seats",
            ERROR,
            f"The organization has no contact center license{where}.",
            "Buy or assign the subscription first.",
        )
        return
    wanted = collections.Counter(row["license"] for row in rows if row.get("license") in ("standard", "premium"))
    for kind in ("premium", "standard"):
        of_kind = [s for s in considered if s.license == kind]
        if not of_kind:
            if wanted[kind]:
                findings.add(
                    "seats",
                    ERROR,
                    f"{wanted[kind]} people want {kind}, which the organization does not have.",
                    "See license_info.",
                )
            continue
        free, total = sum(s.free for s in of_kind), sum(s.total for s in of_kind)
        text = f"{free} of {total} {kind} seats are free"
        if wanted[kind] > free:
            findings.add(
                "seats",
                WARNING,
                f"{text}; {wanted[kind]} people want one, some of whom may hold it already.",
                "The plan counts exactly.",
            )
        else:
            findings.add("seats", OK, f"{text}.")


def _domains(findings: Findings, rows: list[_roster.Row]) -> None:
    domains = sorted({address_key(row["email"]).rpartition("@")[2] for row in rows})
    if domains:
        text = (
            "No public API lists an organization's verified domains. "
            f"People of {', '.join(domains[:10])} start as verified only if theirs is."
        )
        findings.add("domain", INFO, text, "Look at Control Hub, Organization settings > Domains.")
