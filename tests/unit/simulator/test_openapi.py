"""The kept descriptions are the files that were noted, and describe what the simulator serves."""

from __future__ import annotations

import datetime

import pytest

from tests.openapi import FILES, FOLDER, __main__, description, digest, known, operations
from tests.openapi.reduce import is_served, reduced, served

DAY = datetime.date(2026, 5, 14)


def test_hashes_and_files_agree() -> None:
    assert {name: facts["sha256"] for name, facts in known().items()} == {name: digest(name) for name in FILES}
    assert {path.name for path in FOLDER.glob("webex-*.json")} == set(FILES)


def test_age_is_told() -> None:
    lines = __main__.tell(DAY)
    assert any("the vendor's text of 2026-05-04 (10 days)" in line for line in lines)
    assert not any("NOT AS NOTED" in line for line in lines)


def test_another_file_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(__main__, "digest", lambda name: "0" * 64)
    assert sum("NOT AS NOTED" in line for line in __main__.tell(DAY)) == len(FILES)


@pytest.mark.parametrize("name", FILES)
def test_every_kept_operation_is_served(name: str) -> None:
    among = served()
    kept = operations(description(name))
    assert kept
    assert {one for one in kept if not is_served(*one, among)} == set()


@pytest.mark.parametrize("name", FILES)
def test_reducing_again_changes_nothing(name: str) -> None:
    content = description(name)
    assert reduced(content) == content


def test_reducing_leaves_out_what_is_not_served_and_what_nobody_needs() -> None:
    content = {
        "openapi": "3.0.0",
        "info": {"title": "T", "version": "1", "description": "words"},
        "paths": {
            "/people/{personId}": {
                "get": {
                    "description": "words",
                    "responses": {
                        "200": {
                            "description": "OK",
                            "content": {"*/*": {"schema": {"$ref": "#/components/schemas/A"}, "example": {}}},
                        }
                    },
                }
            },
            "/nowhere": {"get": {"responses": {}}},
        },
        "components": {
            "schemas": {
                "A": {"properties": {"description": {"$ref": "#/components/schemas/B"}}, "example": {"b": 1}},
                "B": {"type": "string", "pattern": "[\\d-_]", "description": "words"},
                "C": {},
            }
        },
    }
    found = reduced(content)
    assert list(found["paths"]) == ["/people/{personId}"]
    assert found["paths"]["/people/{personId}"]["get"] == {
        "parameters": [],
        "responses": {
            "200": {
                "description": "OK",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}},
            }
        },
    }
    assert found["components"]["schemas"] == {
        "A": {"properties": {"description": {"$ref": "#/components/schemas/B"}}},
        "B": {"type": "string", "pattern": "[\\d\\-_]"},
    }
