# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What answers hold: JSON or not, lists, tracking ids, and the vendor's many shapes of an error. Private to this collection.

The one place where texts of the services come in: none leaves it with a character that a terminal or a page would obey.
"""

from __future__ import annotations

import dataclasses
import json
import re
import typing as t

from .._errors import ApiError, harmless
from .library import Reply

Json = t.Any


#: So deep may JSON be; the deepest that the services give has less than ten.
MAX_DEPTH = 64
#: Where none of these bytes is, no text holds an unsafe character: such a character as UTF-8 or as an escape.
_SUSPICIOUS = re.compile(
    rb"\x7f|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]|\\u(?:00[0189]|007[fF]|20[26]|[dD][89a-fA-F])|\\[bfr]"
)
#: A row of these may be a token.
_LETTERS = "".join(map(chr, range(0x21, 0x7F)))


class Garbled:
    """Marks a good status whose body is not JSON."""


GARBLED = Garbled()


@dataclasses.dataclass(slots=True)
class Answer:
    """A successful answer: ``body`` is parsed JSON (None for an empty one), ``doing`` what was asked, for messages, ``url`` where."""

    status: int
    body: Json
    tracking_id: str | None
    next_url: str | None = None
    doing: str = ""
    url: str = ""
    #: An earlier attempt of the same request may have taken effect: what this one refuses may be done already.
    doubted: bool = False
    #: So it may where an earlier attempt was refused, for its rate or its token: "exists already" may speak of that one's work.
    repeated: bool = False

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
        # Left to itself the parser would take other encodings too, in which nothing unsafe is found.
        body = json.loads(reply.content.decode("utf-8-sig"), parse_constant=_no_constant)
        too_deep = _too_deep(body)
    except (ValueError, RecursionError):
        too_deep = True
    if too_deep:
        return GARBLED if 200 <= reply.status < 300 else harmless(reply.text)
    return with_texts(body, harmless) if _SUSPICIOUS.search(reply.content) else body


def _no_constant(name: str) -> t.NoReturn:
    raise ValueError(f"{name} is no JSON")


def _too_deep(body: Json) -> bool:
    level = [body]
    for _depth in range(MAX_DEPTH + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, (dict, list))
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return False
    return True


def with_texts(body: Json, change: t.Callable[[str], str]) -> Json:
    """Return a body in which every text, names of fields included, is what ``change`` makes of it."""
    if isinstance(body, str):
        return change(body)
    if isinstance(body, list):
        return [with_texts(value, change) for value in body]
    if isinstance(body, dict):
        return {change(key): with_texts(value, change) for key, value in body.items()}
    return body


def word_of(header: str | None) -> str:
    """Return a header's value as messages may show it: the first of several, in harmless letters; nothing where it is too long."""
    return cut("".join(c for c in (header or "").partition(",")[0] if " " < c <= "~"), 200)


def cut(text: str, longest: int) -> str:
    """Return a text, or what is whole of its beginning where it is longer: a part of a secret would be hidden by nothing."""
    if len(text) <= longest:
        return text
    return text[: longest + 1].rstrip(_LETTERS)[:longest].rstrip()


def tracking_id_of(reply: Reply, body: Json) -> str | None:
    """Return the id that the vendor's support asks for. The header was seen with its value twice, separated by a comma."""
    if header := word_of(reply.headers.get("Trackingid")):
        return header
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
    tracking = word_of(_text(body.get("trackingId"))) or None
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
    return cut(next(filter(None, messages), ""), 500), next(filter(None, codes), None), tracking


def _describe_text(text: str) -> tuple[str, str | None, str | None]:
    if text.startswith("{"):
        try:
            body = json.loads(text)
            if isinstance(body, dict) and not _too_deep(body):
                return describe_body(with_texts(body, harmless))
        except (ValueError, RecursionError):
            pass
    return cut(text, 300), None, None


def _text(value: Json) -> str:
    return value.strip() if isinstance(value, str) else ""


def _first_object(values: Json) -> dict[str, Json]:
    found = (value for value in values if isinstance(value, dict)) if isinstance(values, list) else iter(())
    return next(found, {})


def _first_code(values: t.Mapping[str, Json], *keys: str) -> str | None:
    """Return the first of ``keys`` that holds a number or a text."""
    return next((cut(str(values[k]), 100) for k in keys if isinstance(values.get(k), (str, int))), None)
