"""The vendor's descriptions as they are kept here, and what is known of them. See ATTRIBUTION.md."""

from __future__ import annotations

import hashlib
import json
import pathlib
from typing import Any

FOLDER = pathlib.Path(__file__).resolve().parent
#: file -> {"sha256", "vendor": date of the vendor's text, "changes": date of the last changes laid over it or null}
HASHES = FOLDER / "hashes.json"
#: one description a file
FILES = ("webex-admin.json", "webex-contact-center.json")


def description(name: str) -> dict[str, Any]:
    """Return a kept description; OSError or ValueError where it cannot be read."""
    content: dict[str, Any] = json.loads(FOLDER.joinpath(name).read_text("utf-8"))
    return content


def known() -> dict[str, dict[str, Any]]:
    """Return what the file of hashes says."""
    content: dict[str, dict[str, Any]] = json.loads(HASHES.read_text("utf-8"))
    return content


def digest(name: str) -> str:
    """Return the SHA-256 of a kept description."""
    return hashlib.sha256(FOLDER.joinpath(name).read_bytes()).hexdigest()


def operations(content: dict[str, Any]) -> set[tuple[str, str]]:
    """Return (method, path) of a description."""
    methods = ("get", "put", "post", "delete", "patch")
    return {(method, path) for path, item in content["paths"].items() for method in item if method in methods}
