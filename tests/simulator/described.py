"""What is written, held against a schema of a kept description of the vendor's: types, enumerations, bounds."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any

from tests.openapi import description

from .errors import ApiError

Schema = dict[str, Any]
TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}
#: keyword -> (what a value must not be, how that is said)
BOUNDS: dict[str, tuple[Callable[[Any, Any], bool], str]] = {
    "enum": (lambda value, bound: value not in bound, "must be one of"),
    "maximum": (lambda value, bound: value > bound, "must not be above"),
    "minimum": (lambda value, bound: value < bound, "must not be below"),
    "maxLength": (lambda value, bound: len(value) > bound, "must not be longer than"),
    "minLength": (lambda value, bound: len(value) < bound, "must not be shorter than"),
    "maxItems": (lambda value, bound: len(value) > bound, "must not have more items than"),
    "minItems": (lambda value, bound: len(value) < bound, "must not have less items than"),
    "pattern": (lambda value, bound: not re.search(bound, value), "must match"),
}


class Described:
    """The schemas of one description; ``code`` goes into the refusals."""

    def __init__(self, file: str, code: str | None = None) -> None:
        self.file = file
        self.code = code

    @functools.cached_property
    def schemas(self) -> dict[str, Schema]:
        """All schemas by name."""
        content: dict[str, Schema] = description(self.file)["components"]["schemas"]
        return content

    def fields(self, schema: str) -> dict[str, Schema]:
        """Return the schemas of a schema's fields."""
        return {name: self.resolved(inner) for name, inner in self.schemas[schema]["properties"].items()}

    def resolved(self, schema: Schema) -> Schema:
        """Return the schema that a reference leads to."""
        while "$ref" in schema:
            schema = self.schemas[schema["$ref"].rsplit("/", 1)[-1]]
        return schema

    def check(self, place: str, value: Any, schema: Schema) -> None:
        """Raise 400 for a value that a schema does not allow; null inside is nothing."""
        schema = self.resolved(schema)
        wanted = schema.get("type", "object")
        if not isinstance(value, TYPES[wanted]) or (wanted in ("integer", "number") and isinstance(value, bool)):
            raise ApiError(400, f"{place}: must be of type {wanted}.", self.code)
        for keyword, (wrong, words) in BOUNDS.items():
            if keyword in schema and wrong(value, schema[keyword]):
                raise ApiError(400, f"{place}: {words} {schema[keyword]}.", self.code)
        if isinstance(value, list):
            self._check_items(place, value, schema)
        elif isinstance(value, dict):
            for name, inner in schema.get("properties", {}).items():
                if value.get(name) is not None:
                    self.check(f"{place}.{name}", value[name], inner)

    def _check_items(self, place: str, value: list[Any], schema: Schema) -> None:
        if schema.get("uniqueItems") and any(item in value[:index] for index, item in enumerate(value)):
            raise ApiError(400, f"{place}: items must differ.", self.code)
        for item in value:
            self.check(f"{place}[]", item, schema.get("items", {}))

    def named(self, value: Any, schema: Schema) -> Any:
        """Return a value without what its schema does not name, and without null."""
        schema = self.resolved(schema)
        if isinstance(value, list):
            return [self.named(item, schema.get("items", {})) for item in value]
        if not isinstance(value, dict) or "properties" not in schema:
            return value
        known = schema["properties"]
        return {key: self.named(item, known[key]) for key, item in value.items() if key in known and item is not None}
