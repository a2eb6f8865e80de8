"""The roster file: read, written, and what its rows say of where they came from."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import InputError
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.file import read_people, write_roster
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.rows import compose

ADA, BRUNO = "ada@example.com", "bruno@example.com"


@pytest.mark.parametrize("content", ["", "{", "[1", '{"people": []}', '"text"'])
def test_a_file_that_is_no_roster(content: str, tmp_path: Path) -> None:
    file = tmp_path / "roster.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"roster\.json"):
        read_people(str(file))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        read_people(str(tmp_path / "nowhere.json"))


def test_written_for_its_owner_alone_and_only_when_it_changes(tmp_path: Path) -> None:
    dest = tmp_path / "roster.json"

    def write(*addresses: str) -> dict[str, object]:
        return write_roster(
            users=[], addresses=addresses, users_file=None, defaults={"license": "premium"}, merge=False, dest=str(dest)
        )

    assert write(ADA, BRUNO)["changed"] is True
    assert stat.S_IMODE(dest.stat().st_mode) == 0o600
    before = dest.stat().st_mtime_ns
    assert write(ADA, BRUNO)["changed"] is False
    assert dest.stat().st_mtime_ns == before
    assert read_people(str(dest))[1]["license"] == "premium"
    assert write(ADA)["count"] == 1


def test_nothing_is_written_when_something_is_wrong(tmp_path: Path) -> None:
    dest = tmp_path / "roster.json"
    with pytest.raises(InputError) as caught:
        write_roster(
            users=[{"email": "bad"}], addresses=[ADA], users_file=None, defaults=None, merge=False, dest=str(dest)
        )
    assert caught.value.findings[0]["position"] == "users[0]"
    assert not dest.exists()


def test_positions_survive_the_way_through_a_file(tmp_path: Path) -> None:
    dest = tmp_path / "roster.json"
    write_roster(users=[{"email": ADA}], addresses=[BRUNO], users_file=None, defaults=None, merge=False, dest=str(dest))
    rows, _findings = compose(json.loads(dest.read_text(encoding="utf-8"))["users"], label=str(dest))
    assert [row["source"] for row in rows] == ["users[0]", "addresses[0]"]
