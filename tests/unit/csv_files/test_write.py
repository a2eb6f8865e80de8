"""User files byte for byte."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.columns import SAMPLE_COLUMNS
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.people import read_files
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.source import Source
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.write import (
    part_names,
    user_files,
    write_parts,
)

HEADER = "First Name,Last Name,User ID/Email (Required)"
STANDARD = "Webex Contact Center Standard"
PREMIUM = "Webex Contact Center Premium"


def text(people: list[dict[str, Any]], **options: Any) -> str:
    (part,) = user_files(people, **options)
    return part.decode("utf-8")


# --- User files ---------------------------------------------------------------------------------------------------


def test_minimal_file() -> None:
    people = [
        {"email": "a@example.com", "first_name": "Ada", "last_name": "M", "csv": {"standard": None, "premium": True}},
        {"email": "b@example.com", "csv": {"standard": None, "premium": None}},
        {"email": "c@example.com", "csv": {"standard": None, "premium": False}},
    ]
    assert text(people) == (
        f"{HEADER},{PREMIUM}\r\nAda,M,a@example.com,TRUE\r\n,,b@example.com,\r\n,,c@example.com,FALSE\r\n"
    )


def test_untouched_columns_stay_out_of_a_minimal_file() -> None:
    assert text([{"email": "a@b.c", "title": "Agent"}]) == f"{HEADER}\r\n,,a@b.c\r\n"


@pytest.mark.parametrize(
    ("held", "standard", "premium"),
    [("none", "FALSE", "FALSE"), ("standard", "TRUE", "FALSE"), ("premium", "FALSE", "TRUE"), (None, "", "")],
)
def test_what_people_hold(held: str | None, standard: str, premium: str) -> None:
    line = text([{"email": "a@b.c", "license": held}], full=True).splitlines()[1]
    assert line.split(",")[-2:] == [standard, premium]


@pytest.mark.parametrize("name", ["sample_control_hub_export.csv", "sample_damaged_by_spreadsheet.csv"])
def test_full_file_has_the_columns_of_the_sample(files: Path, name: str) -> None:
    header = text(read_files([files / name]).people, full=True).splitlines()[0]
    assert header.split(",") == [known.header for known in SAMPLE_COLUMNS]


def test_sample_goes_round_without_loss(files: Path) -> None:
    path = files / "sample_control_hub_export.csv"
    result = read_files([path], keep_columns=True)
    assert user_files(result.people, full=True) == [path.read_bytes()]


def test_damaged_sample_comes_out_mended(files: Path) -> None:
    known = {f"{name}@example.com": [number] for name, number in [
        ("ada.marlowe", "+12025550101"), ("carla.vidal+pilot", "+12025550103"),
    ]} | {"bruno.keane@example.com": ["+12025550102"]}  # fmt: skip
    result = read_files([files / "sample_damaged_by_spreadsheet.csv"], known_numbers=known, keep_columns=True)
    mended = text(result.people, full=True).splitlines()
    good = (files / "sample_control_hub_export.csv").read_text(encoding="utf-8").splitlines()
    assert [mended[0], mended[1], mended[3], mended[4]] == [good[0], good[1], good[3], good[4]]
    # His caller's number cannot be proved, so it is left out rather than guessed.
    assert mended[2] == good[2].replace("+12025550102,+12025550101,", "+12025550102,,")


def test_several_subscriptions(files: Path) -> None:
    result = read_files([files / "sample_control_hub_export_multisub.csv"], keep_columns=True)
    subscriptions = {"standard": ["Sub111111"], "premium": ["Sub111111", "Sub222222"]}
    lines = text(result.people, subscriptions=subscriptions, suspended=["Sub222222"]).splitlines()
    assert lines[0] == (f"{HEADER},{STANDARD} [Sub111111],{PREMIUM} [Sub111111],{PREMIUM} [Sub222222] (Suspended)")
    assert [line.split(",")[-3:] for line in lines[1:3]] == [["FALSE", "TRUE", "FALSE"], ["TRUE", "FALSE", "FALSE"]]
    again = read_files([Source("y.csv", data="\r\n".join([*lines, ""]).encode())])
    assert [person["csv"] for person in again.people] == [person["csv"] for person in result.people]


def test_whole_sample_with_several_subscriptions_goes_round(files: Path) -> None:
    path = files / "sample_control_hub_export_multisub.csv"
    result = read_files([path], keep_columns=True)
    header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    assert user_files(
        result.people,
        full=True,
        subscriptions={"standard": ["Sub111111"], "premium": ["Sub111111", "Sub222222"]},
        suspended=["Sub222222"],
        other_licenses=header[37:40],
    ) == [path.read_bytes()]


def test_one_subscription_needs_no_suffix() -> None:
    assert text([{"email": "a@b.c", "license": "premium"}], subscriptions={"standard": ["S1"], "premium": ["S1"]}) == (
        f"{HEADER},{STANDARD},{PREMIUM}\r\n,,a@b.c,FALSE,TRUE\r\n"
    )


def test_the_subscription_of_a_person() -> None:
    both = {"premium": ["S1", "S2"]}
    people: list[dict[str, Any]] = [
        {"email": "a@b.c", "license": "premium", "subscription": "S2"},
        {"email": "d@b.c", "license": "premium", "subscriptions": ["S1"]},
        {"email": "e@b.c", "license": "none"},
        {"email": "f@b.c", "csv": {"premium": True}, "subscription": "S1"},
    ]
    lines = text(people, subscriptions=both).splitlines()
    assert lines[0].endswith(f"{PREMIUM} [S1],{PREMIUM} [S2]")
    assert [line.split(",")[3:] for line in lines[1:]] == [
        ["FALSE", "TRUE"],
        ["TRUE", "FALSE"],
        ["FALSE", "FALSE"],
        ["TRUE", ""],
    ]
    for person in ({"email": "a@b.c", "license": "premium"}, {"email": "a@b.c", "csv": {"premium": True}}):
        with pytest.raises(ValueError, match=r"a@b\.c"):
            user_files([person], subscriptions=both)


def test_split_at_the_row_limit() -> None:
    people = [{"email": f"a{number}@b.c", "license": "none"} for number in range(5)]
    parts = user_files(people, row_limit=2)
    assert [part.count(b"\r\n") for part in parts] == [3, 3, 2]
    assert all(part.startswith(HEADER.encode()) for part in parts)
    assert len(user_files(people, row_limit=0)) == 1
    assert user_files([]) == [f"{HEADER}\r\n".encode()]


def test_names_of_parts() -> None:
    assert part_names("d/x.csv", 1) == ["d/x.csv"]
    assert part_names("d/x.csv", 11)[0] == "d/x.part-01-of-11.csv"


def test_parts_are_written_for_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    assert write_parts(str(path), [b"a"]) == [str(path)]
    assert path.read_bytes() == b"a"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.stat().st_ino
    write_parts(str(path), [b"a"])
    assert path.stat().st_ino == before
    write_parts(str(path), [b"b"])
    assert path.read_bytes() == b"b"
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.csv"]
    with pytest.raises(OSError, match="No such file"):
        write_parts(str(tmp_path / "none" / "x.csv"), [b"a"])


def test_half_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(ValueError, match="surrogates"):
        user_files([{"email": "a@b.c", "first_name": "\ud83d"}])
