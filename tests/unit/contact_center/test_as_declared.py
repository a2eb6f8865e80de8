"""Whether what was seen is what a row declares: one judgment for plan, report and desk."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.as_declared import (
    license_suffices,
    role_suffices,
)


@pytest.mark.parametrize(
    ("wanted", "seen", "exactly", "where_only_added"),
    [
        ("premium", "premium", True, True),
        ("premium", "standard", False, False),
        ("premium", None, False, False),
        ("standard", "premium", False, True),
        ("standard", "none", False, False),
        ("none", "premium", False, True),
        ("none", "none", True, True),
        (None, "premium", True, True),
    ],
)
def test_licenses(wanted: str | None, seen: str | None, exactly: bool, where_only_added: bool) -> None:
    assert license_suffices(wanted, seen) is exactly
    assert license_suffices(wanted, seen, only_added=True) is where_only_added


@pytest.mark.parametrize(
    ("wanted", "seen", "more", "expected"),
    [
        ("agent", "agent", {}, True),
        ("agent", "administrator", {}, False),
        ("agent", "administrator", {"named": []}, False),
        ("agent", "administrator", {"named": ["User Administrator"]}, True),
        ("agent", "administrator", {"named": ["User Administrator"], "supervises": True}, False),
        ("agent", "supervisor", {"named": ["User Administrator"], "supervises": True}, False),
        ("agent", None, {"named": ["User Administrator"]}, False),
        ("agent", "supervisor", {"only_added": True}, True),
        ("agent", "administrator", {"only_added": True}, True),
        ("agent", None, {"only_added": True}, False),
        ("supervisor", "supervisor", {}, True),
        ("supervisor", "administrator", {}, False),
        ("supervisor", "administrator", {"supervises": True}, True),
        ("supervisor", "agent", {"only_added": True}, False),
        ("administrator", "administrator", {"named": ["User Administrator"]}, True),
        ("administrator", "supervisor", {"supervises": True, "only_added": True}, False),
        (None, "administrator", {}, True),
    ],
)
def test_roles(wanted: str | None, seen: str | None, more: dict[str, t.Any], expected: bool) -> None:
    assert role_suffices(wanted, seen, **more) is expected
