# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors of the collection and the advice that goes with each. Private to this collection.

Every problem that reaches a user is a :class:`Problem`: a stable code of ours, the sentence, the HTTP status, the vendor's own
code, the tracking id that support asks for, and what to do next.
"""

from __future__ import annotations

import dataclasses
import json
import typing as t

#: What to do next, by our code. One place, so that every module, report and document gives the same advice.
ADVICE: dict[str, str] = {
    "trial_account": (
        "This address once opened a Webex trial of its own. That trial organization must be deleted first "
        "(the person signs in to Control Hub with this address and deletes the organization, or Webex support does it); "
        "then run again."
    ),
    "other_organization": (
        "The address belongs to another Webex organization. Claim the domain and convert the user in Control Hub "
        "(Management > Users > Manage users > Claim users), or have the other organization release the address; then run again."
    ),
    "free_account": (
        "The address has a free Webex account of its own. Claim the user in Control Hub (Management > Users > Manage users > "
        "Claim users); then run again."
    ),
    "address_taken": (
        "Webex knows this address, but this organization does not show it: it belongs to another organization, to a trial or "
        "to a free account (or the person was added a moment ago and is not shown yet). Look at Control Hub (Management > Users > "
        "Manage users > Claim users), or have the trial deleted; then run again."
    ),
    "domain_claimed": "The address's domain is claimed by another organization. Use an address of a domain of your own.",
    "directory_managed": "The organization's people come from a directory. Add the person to that directory, then run again.",
    "no_seat": "Free or buy licenses in Control Hub (Account > Subscriptions), then run again for the people named.",
    "license_not_found": (
        "Look at the licenses that the organization has (module license_info) and at the option subscription_id."
    ),
    "license_conflict": "Only one contact center license may be held. Run with mode add_and_remove, so that the other is taken away.",
    "license_skipped": (
        "Webex answered without an error but did not assign the license. Look at free seats and at conflicting licenses of "
        "this person in Control Hub, then run again."
    ),
    "needs_remove": "mode add_only never takes a license away. Run with mode add_and_remove.",
    "needs_premium": "Give the person the Premium license first (module license), then the role.",
    "record_missing": "Press Synchronize Users in Control Hub (Services > Contact Center > Tenant settings > General), then run again.",
    "identity_mismatch": "Press Synchronize Users in Control Hub (Services > Contact Center > Tenant settings > General), then run again.",
    "needs_license": "Give the person a contact center license first (module license), synchronize, then run again.",
    "unknown_name": "Correct the names; the module contact_center_info lists those that there are.",
    "profile_type": "Choose a user profile of the type that fits license and role; the module contact_center_info lists them.",
    "not_enabled": "Declare contact_center_enabled: true for the person as well.",
    "team_capacity": "Choose a team of type agent.",
    "team_other_site": "Choose a team of the person's site, or declare the site of that team.",
    "teams_needed": "Declare the teams at the new site; an empty list takes the person out of all teams.",
    "desktop_other_site": "Declare a desktop profile of that site or of the whole organization.",
    "desktop_profile_needed": "Declare a desktop profile: the vendor asks for one wherever site and teams are given.",
    "skill_profile_full": "Make another skill profile with the same skills, and declare it for some of the people.",
    "ignored": (
        "The contact center answered without an error and changed nothing. Look at the person in Control Hub (Contact Center > Users), "
        "and at what the subscription includes."
    ),
    "job_failed": (
        "Look at the errors; with the tracking id, Webex support can find the job. Mails can also be sent in Control Hub "
        "(Management > Users)."
    ),
    "job_running": "One job at a time: wait until it has ended, or follow it with the module invitation and its job_id.",
    "person_missing": "Add the person first (module user), then run again.",
    "protected": "The person is protected from removals. Take the address out of the option protected if this is really wanted.",
    "own_account": "Use another account for the run: what is taken from the account in use may end its own access.",
    "last_full_administrator": "Make somebody else a Full Administrator first.",
    "too_many_removals": "Read the list. If it is right, raise max_removals for this run.",
    "token_invalid": (
        "The access token is expired or wrong. Get a new one (personal tokens live 12 hours, others 14 days), or give "
        "refresh_token, client_id and client_secret."
    ),
    "no_token": "Set access_token (or WEBEX_ACCESS_TOKEN), or refresh_token with client_id and client_secret.",
    "forbidden": (
        "The token lacks a scope, or the account behind it lacks the administrator role. People and licenses need "
        "spark-admin:people_read, spark-admin:people_write, spark-admin:licenses_read; identities and roles need "
        "identity:people_rw as a Full or User administrator; the contact center needs cjp:config_read."
    ),
    "not_found": "Check the organization id and the address.",
    "conflict": "Somebody else may have changed the same thing. Run again.",
    "refused": "See the vendor's message; Control Hub (Management > Users) shows what stands against this person.",
    "bad_request": "See the vendor's message. With the tracking id, Webex support can find the request.",
    "locked": "Webex is busy with this person or organization. Run again in a few minutes.",
    "rate_limited": "Lower concurrency or set requests_per_minute, or run again later.",
    "server_error": "The service had a fault. Run again later; with the tracking id, Webex support can find the request.",
    "connection": "Check network, proxy and certificates (options proxy, ca_path, timeout).",
    "invalid_response": (
        "The answer was not the expected JSON: a proxy or a login page may stand in between. Check the API address and the proxy."
    ),
    "redirect_refused": "Check the API address: the token is sent to the configured hosts only.",
    "host_refused": "The token is sent to the configured hosts only. Check webex_api_url and wxcc_api_url.",
    "insecure_url": "Use https. Plain http is accepted for the loopback address only.",
    "not_verified": (
        "Webex accepted the change, but reading it again does not show it. Look at the person in Control Hub and run again."
    ),
    "uncertain": "It is not known whether the request took effect. Run again: what is there already is not done twice.",
    "not_attempted": "Nothing was sent for this person, because an earlier one failed and on_error is stop. Run again.",
    "bulk_item_missing": "Webex left this person out of its answer. Run again.",
    "invalid_input": "Correct the input and run again. Nothing was sent.",
    "unknown_role": "Look at the organization's roles (module role_info).",
    "not_in_sync": (
        "Press Synchronize Users in Control Hub (Services > Contact Center > Tenant settings > General), wait, and run again. "
        "If it stays so, open a case with Webex support."
    ),
    "supervisor_manual": (
        "In Control Hub open Management > Users, the person, Edit licenses, and choose Premium Agent - Supervisor Role."
    ),
    "hook_failed": "Look at the hook's own log. The contact center is not synchronized by it.",
    "missing_option": "Set the option, or its environment variable.",
}


@dataclasses.dataclass(slots=True)
class Problem:
    """What went wrong for one person or for the run; a plain value that travels into results and reports."""

    code: str
    message: str
    http_status: int | None = None
    vendor_code: str | None = None
    tracking_id: str | None = None
    advice: str = ""

    def __post_init__(self) -> None:
        if not self.advice:
            self.advice = ADVICE.get(self.code, "")

    def as_dict(self) -> dict[str, t.Any]:
        """Return the shape of ``results[].error``."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, data: t.Mapping[str, t.Any]) -> Problem:
        names = {f.name for f in dataclasses.fields(cls)}
        return cls(**{k: v for k, v in data.items() if k in names})


class WxccError(Exception):
    """The root of all errors that modules turn into a failure. ``problem`` says it all."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem

    @classmethod
    def of(cls, code: str, message: str, **more: t.Any) -> t.Self:
        return cls(Problem(code, message, **more))


class InputError(WxccError):
    """The input cannot be used; nothing was sent. ``findings`` names every place."""

    def __init__(self, problem: Problem, findings: t.Sequence[dict[str, t.Any]] = ()) -> None:
        super().__init__(problem)
        self.findings = list(findings)


class ApiError(WxccError):
    """The API refused or failed. ``status`` is None where no answer came."""

    @property
    def status(self) -> int | None:
        return self.problem.http_status


class UncertainError(ApiError):
    """No trustworthy answer to a request that may have taken effect: look before sending it again."""


def _text(value: t.Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _first_described(values: t.Any) -> dict[str, t.Any]:
    if isinstance(values, list):
        for value in values:
            if isinstance(value, dict):
                return value
    return {}


def describe_body(body: t.Any) -> tuple[str, str | None, str | None]:
    """Return (message, vendor code, tracking id) from an error body of any of the vendor's shapes.

    Shapes seen: ``{message, errors[{description, errorCode}], trackingId}`` (admin), SCIM ``detail`` or ``details`` at the top or
    under the vendor's Error URN, ``{trackingId, error: {key, reason, message[{description}]}}`` (contact center, where ``error``
    may be a bare string), ``{trackingId, errors[{key, message}]}`` (the gateway before it), and plain text.
    """
    if isinstance(body, str):
        text = body.strip()
        if text.startswith("{"):
            try:
                return describe_body(json.loads(text))
            except ValueError:
                pass
        return text[:300], None, None
    if not isinstance(body, dict):
        return "", None, None
    tracking = _text(body.get("trackingId")) or None
    code: str | None = None
    for key in ("errorCode", "scimType", "code"):
        if isinstance(body.get(key), (str, int)):
            code = str(body[key])
            break
    messages: list[str] = []
    for key, value in body.items():
        if key.startswith("urn:") and isinstance(value, dict):
            inner, inner_code, inner_tracking = describe_body(value)
            messages.append(inner)
            code, tracking = inner_code or code, inner_tracking or tracking
    messages += [_text(body.get("detail")), _text(body.get("details"))]
    error = body.get("error")
    if isinstance(error, dict):
        described = _first_described(error.get("message"))
        messages += [_text(described.get("description")), _text(error.get("reason"))]
        if code is None and isinstance(error.get("key"), (str, int)):
            code = str(error["key"])
    else:
        messages.append(_text(error))
    first = _first_described(body.get("errors"))
    messages += [_text(first.get("description")), _text(first.get("message")), _text(body.get("message"))]
    for key in ("errorCode", "key"):
        if isinstance(first.get(key), (str, int)):
            code = str(first[key])
            break
    return next((m for m in messages if m), "")[:500], code, tracking


#: Codes of the vendor's import task and APIs that say where an address lives (observed in the vendor's own web client).
_TAKEN_CODES = {
    "400090": "other_organization",
    "400084": "domain_claimed",
    "400091": "domain_claimed",
    "400108": "domain_claimed",
    "400110": "directory_managed",
    "400096": "other_organization",
    "400109": "other_organization",
}


def classify_taken(message: str, vendor_code: str | None) -> str:
    """Return which refusal a create met.

    One of trial_account, free_account, other_organization, domain_claimed, directory_managed and address_taken.

    The vendor's exact texts are unknown, so words decide where codes do not, and what cannot be told stays address_taken.
    """
    if vendor_code in _TAKEN_CODES:
        return _TAKEN_CODES[vendor_code]
    text = message.lower()
    if "trial" in text:
        return "trial_account"
    if any(word in text for word in ("consumer", "free account", "free webex")):
        return "free_account"
    if "claimed" in text:
        return "domain_claimed"
    if "directory" in text:
        return "directory_managed"
    if any(word in text for word in ("another org", "other org", "different org", "belongs to")):
        return "other_organization"
    return "address_taken"


def code_for_status(status: int) -> str:
    """Return our code for an HTTP status that nothing more particular explains."""
    if status == 401:
        return "token_invalid"
    if status == 403:
        return "forbidden"
    if status in (404, 410):
        return "not_found"
    if status in (409, 412):
        return "conflict"
    if status == 423:
        return "locked"
    if status == 429:
        return "rate_limited"
    if status >= 500:
        return "server_error"
    return "bad_request"
