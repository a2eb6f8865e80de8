"""Bulk Operations files: the vendor's columns and words, parts of at most a job's rows, and the way back."""

from __future__ import annotations

import typing as t

from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.bulk import HEADER, bulk_files, bulk_row

ADA = {
    "email": "ada@example.com",
    "user_profile": "Premium Agent",
    "contact_center_enabled": True,
    "site": "Lisboa",
    "teams": ["Sales, inbound", "Service"],
    "skill_profile": "Spanish",
    "desktop_profile": "Office",
    "multimedia_profile": "Voice",
    "external_id": 'E "7"',
    "default_number": "5550101",
}


def test_the_columns_are_the_vendor_s() -> None:
    header = "Email,User Profile,Contact Center Enabled,Site,Teams,Skill Profile,Desktop Profile,Multimedia Profile,External Id,Default DN"
    assert ",".join(HEADER) == header
    assert bulk_files([]) == [f"{header}\r\n".encode()]


def test_a_row_has_on_or_off_teams_joined_by_a_bar_and_blanks() -> None:
    assert bulk_row(ADA)[2:5] == ["On", "Lisboa", "Sales, inbound|Service"]
    off = {"email": "b@example.com", "contact_center_enabled": False, "site": None, "teams": []}
    assert bulk_row(off) == ["b@example.com", "", "Off", *[""] * 7]


def test_rows_are_sorted_by_address_without_case_and_cut_after_the_limit() -> None:
    people = [{"email": email} for email in ("c@x.example", "B@x.example", "a@x.example")]
    parts = [part.decode().split("\r\n") for part in bulk_files(people, row_limit=2)]
    assert [[line.partition(",")[0] for line in part] for part in parts] == [
        ["Email", "a@x.example", "B@x.example", ""],
        ["Email", "c@x.example", ""],
    ]


def test_what_is_written_is_read_as_the_same_settings(read: t.Callable[..., t.Any]) -> None:
    (data,) = bulk_files([ADA])
    result = read(data)
    assert result.ok, result.findings
    (person,) = result.people
    assert {"email": person["email"], **person["agent"]} == ADA
