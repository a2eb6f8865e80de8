# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Identities are written through SCIM Bulk, up to 100 operations a request. Private to this collection.

What the answers look like (vendor's documentation and observation): the whole answers 200 even if every operation failed; ``status`` is
text; the list is called ``operations`` or ``Operations``; a POST answered "200" did not create anybody; an error stands in ``response``
in one of several shapes; an operation may be missing from the answer.
"""

from __future__ import annotations

import dataclasses
import typing as t

from .. import _ids
from .._client.bodies import describe_body
from .._client.client import Client
from .._client.routes import CREATE_IDENTITY, IDENTITIES_BULK
from .._client.shapes import loose_text, status_of
from .._errors import ApiError, Problem, UncertainError, code_for_status
from .._model import ATTRIBUTES, scim_steps
from .organization import Organization

OPERATIONS_PER_REQUEST = 100
CORE_URN = "urn:ietf:params:scim:schemas:core:2.0:User"
WEBEX_URN = "urn:scim:schemas:extension:cisco:webexidentity:2.0:User"
_BULK_URN = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
_PATCH_URN = "urn:ietf:params:scim:api:messages:2.0:PatchOp"

#: Refusals that are about the token or the run, whoever the request is for.
_NOT_THEIRS = (401, 429)
#: Failures that leave open whether a request took effect.
_NO_ANSWER = ("connection", "server_error", "invalid_response")


#: Our attribute names and their SCIM paths.
PATHS = {**{a.word: a.scim for a in ATTRIBUTES}, "active": "active"}


@dataclasses.dataclass(slots=True)
class Operation:
    """One operation of a bulk request; ``key`` is the bulkId, unique within the call."""

    key: str
    method: str
    path: str
    data: dict[str, t.Any] | None = None


@dataclasses.dataclass(slots=True)
class OperationOutcome:
    """What the answer claims of one operation.

    ``uncertain``: nobody can say whether it took effect (no answer to the request, or the operation is missing from it).
    ``repeated``: the request had been sent before, and refused as a whole.
    """

    status: int | None = None
    id: str | None = None
    problem: Problem | None = None
    uncertain: bool = False
    repeated: bool = False


def create_operation(key: str, email: str, row: t.Mapping[str, t.Any]) -> Operation:
    """Return the operation that adds a person. With the address alone the address is the display name, as in Control Hub."""
    first, last = row.get("first_name"), row.get("last_name")
    texts = {**row, "display_name": row.get("display_name") or " ".join(n for n in (first, last) if n) or email}
    schemas = [CORE_URN, WEBEX_URN]
    data: dict[str, t.Any] = {
        "schemas": schemas,
        "userName": email,
        "userType": "user",
        "active": True,
        "emails": [{"value": email, "type": "work", "primary": True}],
    }
    for attribute in ATTRIBUTES:
        if not texts.get(attribute.word):
            continue
        *outer, field = scim_steps(attribute.scim)
        place = data
        for step in outer:
            place = place.setdefault(step, {})
        place[field] = texts[attribute.word]
        schemas += [step for step in outer if step.startswith("urn:") and step not in schemas]
    return Operation(key, "POST", "/Users", data)


def update_operation(key: str, person_id: str, changes: t.Mapping[str, t.Any]) -> Operation:
    """Return the operation that sets attributes; an empty text takes the attribute away."""
    operations: list[dict[str, t.Any]] = []
    for field, value in changes.items():
        if value == "":
            operations.append({"op": "remove", "path": PATHS[field]})
        else:
            operations.append({"op": "replace", "path": PATHS[field], "value": value})
    return Operation(key, "PATCH", f"/Users/{person_id}", {"schemas": [_PATCH_URN], "Operations": operations})


def roles_operation(key: str, person_id: str, add: t.Mapping[str, str], remove: t.Sequence[str]) -> Operation:
    """Return the operation that gives and takes roles. Only the named ones are touched: replacing the whole list would take away
    service roles that the lists do not show.

    :param add: role value to display name.
    """
    operations: list[dict[str, t.Any]] = [{"op": "remove", "path": f'roles[value eq "{value}"]'} for value in remove]
    if add:
        values = [{"value": value, "type": "cirole", "display": display} for value, display in add.items()]
        operations.append({"op": "add", "path": "roles", "value": values})
    return Operation(key, "PATCH", f"/Users/{person_id}", {"schemas": [_PATCH_URN], "Operations": operations})


def delete_operation(key: str, person_id: str) -> Operation:
    """Return the operation that removes an identity."""
    return Operation(key, "DELETE", f"/Users/{person_id}")


class Scim:
    """Sends bulk requests for one organization."""

    def __init__(self, client: Client, organization: Organization) -> None:
        self._client = client
        self._organization = organization

    async def bulk(
        self,
        chunk: t.Sequence[Operation],
        *,
        doing: str,
    ) -> dict[str, OperationOutcome]:
        """Send up to 100 operations in one request; parallel creates were seen to fail.

        :raises ApiError: the request as a whole was refused; that it had no effect shows only when its people are read again.
        """
        creates = any(o.method == "POST" for o in chunk)
        body = {
            "schemas": [_BULK_URN],
            "failOnErrors": OPERATIONS_PER_REQUEST,
            "operations": [
                {
                    "method": o.method,
                    "path": o.path,
                    "bulkId": o.key,
                    **({"data": o.data} if o.data is not None else {}),
                }
                for o in chunk
            ],
        }
        try:
            answer = await self._client.call(
                IDENTITIES_BULK,
                {"org": self._organization.uuid},
                body=body,
                repeatable=not creates,
                doing=doing,
            )
        except ApiError as error:
            # Changes were repeated up to the deadline: any of those attempts may have taken effect.
            if isinstance(error, UncertainError) or error.problem.code in _NO_ANSWER:
                return {o.key: OperationOutcome(problem=error.problem, uncertain=True) for o in chunk}
            raise
        outcomes = read_outcomes(chunk, answer.body, answer.tracking_id)
        for outcome in outcomes.values():
            outcome.uncertain = outcome.uncertain or (answer.doubted and outcome.problem is not None)
            outcome.repeated = answer.repeated
        return outcomes

    async def create(self, operation: Operation) -> OperationOutcome:
        """Add one person in a request of its own, whose status cannot be left out of the answer.

        :raises ApiError: the token was refused, or there were too many requests; that it had no effect shows only when the person is read.
        """
        try:
            answer = await self._client.call(CREATE_IDENTITY, {"org": self._organization.uuid}, body=operation.data)
        except ApiError as error:
            problem = error.problem
            if isinstance(error, UncertainError) or problem.code in _NO_ANSWER:
                return OperationOutcome(problem=problem, uncertain=True)
            if problem.http_status in _NOT_THEIRS:
                raise
            return OperationOutcome(problem.http_status, None, dataclasses.replace(problem, code="refused", advice=""))
        known = loose_text(answer.body, "id") if isinstance(answer.body, dict) else None
        return OperationOutcome(
            answer.status, known if known and _ids.is_uuid(known) else None, repeated=answer.repeated
        )


def read_outcomes(chunk: t.Sequence[Operation], body: t.Any, tracking_id: str | None) -> dict[str, OperationOutcome]:
    """Return the outcome of each operation, found by bulkId, else by the path in ``location``. Pure."""
    entries: t.Any = None
    if isinstance(body, dict):
        entries = body.get("operations") if isinstance(body.get("operations"), list) else body.get("Operations")
    entries = [e for e in entries if isinstance(e, dict)] if isinstance(entries, list) else []
    by_key = {key: e for e in entries if (key := loose_text(e, "bulkId"))}
    by_id = {_last(location): e for e in entries if (location := loose_text(e, "location"))}
    outcomes = {}
    for operation in chunk:
        entry = by_key.get(operation.key)
        if entry is None and operation.method != "POST":
            entry = by_id.get(_last(operation.path))
        outcomes[operation.key] = _outcome(operation, entry, tracking_id)
    return outcomes


def _last(location: str) -> str:
    return location.rstrip("/").rsplit("/", 1)[-1].lower()


def _status(value: t.Any) -> int | None:
    if isinstance(value, dict):
        value = value.get("code")
    return status_of(value)


def _outcome(operation: Operation, entry: dict[str, t.Any] | None, tracking_id: str | None) -> OperationOutcome:
    if entry is None:
        problem = Problem("bulk_item_missing", "Webex's answer does not mention this person.", tracking_id=tracking_id)
        return OperationOutcome(problem=problem, uncertain=True)
    status = _status(entry.get("status"))
    address = loose_text(entry, "location")
    location = _last(address) if address else None
    person_id = location if location and _ids.is_uuid(location) else None
    response = entry.get("response")
    good = {"POST": (201,), "PATCH": (200, 204), "DELETE": (200, 204)}[operation.method]
    if status in good and not _is_error(response):
        return OperationOutcome(status, person_id)
    message, vendor_code, inner_tracking = describe_body(response if response else entry)
    if status is None:
        status = _status(response.get("status")) if isinstance(response, dict) else None
    text = message or ("the person was not created" if operation.method == "POST" else "the operation was refused")
    # A refusal of one operation says nothing about the token or the run: 401, 403 and 429 are the person's own here.
    code = "refused" if status in (None, 401, 403, 429) else code_for_status(status)
    problem = Problem(
        code,
        f"Webex refused: {text} (status {status})",
        http_status=status,
        vendor_code=vendor_code,
        tracking_id=inner_tracking or tracking_id,
    )
    return OperationOutcome(status, person_id, problem, uncertain=status is None)


def _is_error(response: t.Any) -> bool:
    if isinstance(response, dict):
        schemas = response.get("schemas")
        named = isinstance(schemas, list) and any("Error" in str(s) for s in schemas)
        return named or any(k in response for k in ("detail", "details"))
    return bool(response)
