# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What answers hold: JSON or not, lists, tracking ids, and the vendor's many shapes of an error. Private to this collection."""

from __future__ import annotations

import dataclasses
import json
import typing as t

from .._errors import ApiError
from .library import Reply

Json = t.Any


class Garbled:
    """Marks a good status whose body is not JSON."""


GARBLED = Garbled()


@dataclasses.dataclass(slots=True)
class Answer:
    """A successful answer: ``body`` is parsed JSON (None for an empty one), ``doing`` what was asked, for messages."""

    status: int
    body: Json
    tracking_id: str | None
    next_url: str | None = None
    doing: str = ""
    #: An earlier attempt of the same request may have taken effect: what this one refuses may be done already.
    doubted: bool = False

    @property
    def fields(self) -> dict[str, Json]:
        """Return the body if it is an object, else an empty one."""
        return self.body if isinstance(self.body, dict) else {}

    @property
    def what(self) -> str:
        """Return what was asked, as the beginning of a message."""
        return f"{self.doing[:1].upper()}{self.doing[1:]}" or "An answer"

    def items(self, key: str = "items") -> list[Json]:
        """Return the list under ``key``. :raises ApiError: invalid_response, there is none."""
        items = self.fields.get(key)
        if not isinstance(items, list):
            raise self.invalid(f"the answer has no list {key!r}")
        return items

    def invalid(self, what: str) -> ApiError:
        """Return the error that says that the answer is not the expected one."""
        text = f"{self.doing}: {what}." if self.doing else f"{what[:1].upper()}{what[1:]}."
        return ApiError.of("invalid_response", text, http_status=self.status, tracking_id=self.tracking_id)


def parse_body(reply: Reply) -> Json:
    """Return the JSON of a reply, None for an empty one. What is no JSON is GARBLED after a good status, else the text."""
    if not reply.content:
        return None
    try:
        return json.loads(reply.content)
    except ValueError:
        return GARBLED if 200 <= reply.status < 300 else reply.text


def tracking_id_of(reply: Reply, body: Json) -> str | None:
    """Return the id that the vendor's support asks for. The header was seen with its value twice, separated by a comma."""
    header = reply.headers.get("Trackingid")
    if header:
        return str(header).partition(",")[0].strip()
    return describe_body(body)[2] if isinstance(body, dict) else None


def describe_body(body: Json) -> tuple[str, str | None, str | None]:
    """Return (message, vendor code, tracking id) from an error body of any of the vendor's shapes.

    Shapes seen: ``{message, errors[{description, errorCode}], trackingId}`` (admin), SCIM ``detail`` or ``details`` at the top or
    under the vendor's Error URN, ``{trackingId, error: {key, reason, message[{description}]}}`` (contact center, where ``error``
    may be a bare string), ``{trackingId, errors[{key, message}]}`` (the gateway before it), and plain text.
    """
    if isinstance(body, str):
        return _describe_text(body.strip())
    if not isinstance(body, dict):
        return "", None, None
    messages: list[str] = []
    codes: list[str | None] = []
    tracking = _text(body.get("trackingId")) or None
    first = _first_object(body.get("errors"))
    codes.append(_first_code(first, "errorCode", "key"))
    for key, value in body.items():
        if key.startswith("urn:") and isinstance(value, dict):
            message, code, inner_tracking = describe_body(value)
            messages.append(message)
            # Of several extensions the last one counts.
            codes.insert(1, code)
            tracking = inner_tracking or tracking
    codes.append(_first_code(body, "errorCode", "scimType", "code"))
    messages += [_text(body.get("detail")), _text(body.get("details"))]
    error = body.get("error")
    if isinstance(error, dict):
        messages += [_text(_first_object(error.get("message")).get("description")), _text(error.get("reason"))]
        codes.append(_first_code(error, "key"))
    else:
        messages.append(_text(error))
    messages += [_text(first.get("description")), _text(first.get("message")), _text(body.get("message"))]
    return next(filter(None, messages), "")[:500], next(filter(None, codes), None), tracking


def _describe_text(text: str) -> tuple[str, str | None, str | None]:
    if text.startswith("{"):
        try:
            return describe_body(json.loads(text))
        except ValueError:
            pass
    return text[:300], None, None


def _text(value: Json) -> str:
    return value.strip() if isinstance(value, str) else ""


def _first_object(values: Json) -> dict[str, Json]:
    found = (value for value in values if isinstance(value, dict)) if isinstance(values, list) else iter(())
    return next(found, {})


def _first_code(values: t.Mapping[str, Json], *keys: str) -> str | None:
    """Return the first of ``keys`` that holds a number or a text."""
    return next((str(values[k]) for k in keys if isinstance(values.get(k), (str, int))), None)
