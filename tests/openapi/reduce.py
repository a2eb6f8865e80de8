"""How the vendor's descriptions were reduced: the routes that the simulator serves, and of those what a machine needs."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.simulator.app import routes

from . import operations

SOURCE = "github.com/webex/webex-openapi-specs, CC BY 4.0, reduced: see ATTRIBUTION.md beside this file"
#: words for people; of an answer the word is required
TEXTS = ("description", "example", "examples", "externalDocs", "title")
#: beside others they say the same again
KINDS = ("application/json", "application/json;charset=UTF-8", "application/scim+json", "application/hal+json", "*/*")
#: a hyphen after a class: one character more to the vendor's library, a bad range to Python's
HYPHEN = re.compile(r"(\\[dws])-")


def served() -> set[tuple[str, str]]:
    """Return (method, path) of everything that the simulator serves, names of parameters left out."""
    return {(method, _shape(path)) for method, path in operations(routes().openapi()) if not path.startswith("/_sim/")}


def _shape(path: str) -> str:
    """Return a path by which both sides can be compared: without the version that only admin routes have, and names."""
    return re.sub(r"\{[^}]+\}", "{}", path).removeprefix("/v1")


def is_served(method: str, path: str, among: set[tuple[str, str]]) -> bool:
    """Return whether the simulator has an operation of a description."""
    return (method, _shape(path)) in among


def reduced(content: dict[str, Any]) -> dict[str, Any]:
    """Return a description with the operations that the simulator serves, the schemas that they need, and few words."""
    among = served()
    paths = {
        path: {method: _operation(item[method]) for method in item if is_served(method, path, among)}
        for path, item in content["paths"].items()
    }
    paths = {path: item for path, item in paths.items() if item}
    schemas = {name: _schema(schema) for name, schema in content["components"]["schemas"].items()}
    return {
        "openapi": content["openapi"],
        "info": {key: content["info"][key] for key in ("title", "version")},
        "x-source": SOURCE,
        "paths": paths,
        "components": {"schemas": _needed(paths, schemas)},
    }


def _operation(operation: dict[str, Any]) -> dict[str, Any]:
    kept = {key: operation[key] for key in ("summary", "operationId", "deprecated") if key in operation}
    kept["parameters"] = [_words_off(item) for item in operation.get("parameters", [])]
    if "requestBody" in operation:
        kept["requestBody"] = _body(operation["requestBody"])
    kept["responses"] = {
        status: {"description": answer.get("description", ""), **_body(answer)}
        for status, answer in operation["responses"].items()
    }
    return kept


def _body(holder: dict[str, Any]) -> dict[str, Any]:
    """Return a request body or an answer with one kind of content."""
    content = holder.get("content", {})
    kind = next((name for name in KINDS if name in content), None)
    kept: dict[str, Any] = {"required": True} if holder.get("required") else {}
    if kind is not None:
        schema = content[kind].get("schema")
        kept["content"] = {"application/json": {"schema": _schema(schema)} if schema else {}}
    return kept


def _words_off(value: dict[str, Any]) -> dict[str, Any]:
    return {key: _schema(item) if key == "schema" else item for key, item in value.items() if key not in TEXTS}


def _schema(value: Any) -> Any:
    """Return a schema without words; the names of properties are no words."""
    if isinstance(value, list):
        return [_schema(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept: dict[str, Any] = {}
    for key, item in value.items():
        if key == "properties":
            kept[key] = {name: _schema(inner) for name, inner in item.items()}
        elif key == "pattern":
            kept[key] = HYPHEN.sub(r"\1\\-", item)
        elif key not in TEXTS:
            kept[key] = item if key in ("enum", "default", "required") else _schema(item)
    return kept


def _needed(paths: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """Return the schemas that the paths refer to, directly or through others."""
    wanted: list[str] = _names(paths)
    for name in wanted:
        wanted.extend(other for other in _names(schemas[name]) if other not in wanted)
    return {name: schema for name, schema in schemas.items() if name in wanted}


def _names(content: Any) -> list[str]:
    return list(dict.fromkeys(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(content))))
