"""What must hold of every answer: no failure of the simulator's own, and the shape that the description names."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft4Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from .world import Answered

#: where live services differ from the description: (what, path, text over "place: message")
LIVE: tuple[tuple[str, str, str], ...] = (
    ("booleans, described as strings", r"^/people", r"(invitePending|loginEnabled)"),
    ("counters that are null", r"^/licenses", r"consumedBy(Users|Workspaces)"),
    (
        "Bulk: lower-case operations, data as an object",
        r"/Bulk$",
        r"([oO]perations|data|response|schemas|failOnErrors)",
    ),
    ("SCIM carries more than is described", r"/scim/", r"(meta|urn:|schemas|accountStatus)"),
    ("ids that nobody knows", r"^/people$", r"notFoundIds"),
    ("unset fields are left out", r"^/organization/", r"is a required property"),
    ("error bodies vary by service", r"/bulk$", r"apiError\.error\.reason"),
    ("the envelope is that of users", r"/v2/(site|multimedia-profile)$", r"^\.meta\."),
)
#: answers of 500 that were seen live where the body is no object: method, path
LIVE_500 = (("PATCH", "/organization/{orgid}/user/{id}"),)
_NOWHERE: Any = Registry().with_resource("", Resource(contents={}, specification=DRAFT4))


class Judge:
    """Holds answers against one description."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self._validators: dict[tuple[str, str, int], tuple[Any, Any]] = {}

    def faults(
        self, method: str, path: str, answered: Answered, *, object_sent: bool, reached: bool = True
    ) -> Iterator[str]:
        """Yield what is wrong with an answer, in words that are the same for the same cause.

        ``reached`` is false for a request that another route may have answered: it must not fail, and that is all.
        """
        if answered.error is not None:
            last = traceback.extract_tb(answered.error.__traceback__)[-1]
            yield f"raised {type(answered.error).__name__} in {last.name} ({last.filename.rsplit('/', 1)[-1]})"
        elif answered.status >= 500:
            if object_sent or (method, path) not in LIVE_500:
                yield f"answered {answered.status}"
        elif any(set(value) & set(b"\r\n\0") for header in answered.headers for value in header):
            yield "a header that no server sends"
        elif not reached:
            return
        elif answered.status >= 400:
            yield from _refusal(answered)
        else:
            yield from self._shape(method, path, answered)

    def _shape(self, method: str, path: str, answered: Answered) -> Iterator[str]:
        answers = self.document["paths"][path][method.lower()]["responses"]
        if str(answered.status) not in answers:
            yield f"status {answered.status} is not described"
            return
        schema, validator = self._validator(method, path, answered.status)
        if schema is None:
            return
        try:
            content = answered.json()
        except ValueError:
            yield "a body that is no JSON"
            return
        found = [(_place(error.absolute_path), _steady(error.message)) for error in validator.iter_errors(content)]
        found += [(place, "not described") for place in self._unknown(content, schema, "")]
        for place, message in found:
            text = f"{place or '.'}: {message}"
            if not any(re.search(route, path) and re.search(known, text) for _, route, known in LIVE):
                yield f"{answered.status}: {text}"

    def _validator(self, method: str, path: str, status: int) -> tuple[Any, Any]:
        key = (method, path, status)
        if key not in self._validators:
            answer = self.document["paths"][path][method.lower()]["responses"][str(status)]
            schema = answer.get("content", {}).get("application/json", {}).get("schema")
            whole = {"allOf": [schema or {}], "components": self.document["components"]}
            self._validators[key] = (schema, Draft4Validator(whole, registry=_NOWHERE))
        return self._validators[key]

    def _unknown(self, value: Any, schema: Any, place: str) -> Iterator[str]:
        """Yield the places of fields that no schema names."""
        schema = self._resolved(schema)
        parts = [self._resolved(part) for key in ("allOf", "anyOf", "oneOf") for part in schema.get(key, [])]
        if isinstance(value, list):
            items = next((part["items"] for part in (schema, *parts) if part.get("items")), None)
            if items is not None:
                for element in value:
                    yield from self._unknown(element, items, f"{place}[]")
        elif isinstance(value, dict):
            named = {name: inner for part in (*parts, schema) for name, inner in part.get("properties", {}).items()}
            if not named or schema.get("additionalProperties") not in (None, False):
                return
            for key, element in value.items():
                if key not in named:
                    yield f"{place}.{key}"
                else:
                    yield from self._unknown(element, named[key], f"{place}.{key}")

    def _resolved(self, schema: Any) -> Any:
        while "$ref" in schema:
            schema = self.document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
        return schema


def _refusal(answered: Answered) -> Iterator[str]:
    """A refusal is JSON with a tracking id; the contact center's frame has words of its own for 405 (seen live)."""
    if answered.status == 405:
        yield "answered 405, though it serves the route"
        return
    try:
        content = answered.json()
    except ValueError:
        yield f"{answered.status} with a body that is no JSON"
        return
    if not isinstance(content, dict) or not content.get("trackingId"):
        yield f"{answered.status} without a tracking id"


def _place(path: Any) -> str:
    return "".join("[]" if isinstance(part, int) else f".{part}" for part in path)


def _steady(message: str) -> str:
    """Return a message without the value that it quotes."""
    return message if "required property" in message else message.rsplit(" is ", 1)[-1][:120]
