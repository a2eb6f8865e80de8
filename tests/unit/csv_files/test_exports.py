"""Exports on disk: nothing that somebody has edited is written over, and no part of an older export stays beside."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.exports import ExportFiles
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import InputError


def export(tmp_path: Path, *parts: bytes, force: bool = False) -> list[str]:
    return ExportFiles(str(tmp_path / "acme.csv"), parts).write(force=force)


def names(tmp_path: Path) -> set[str]:
    return {path.name for path in tmp_path.iterdir() if not path.name.startswith(".")}


def test_an_export_over_one_of_ours(tmp_path: Path) -> None:
    export(tmp_path, b"one")
    assert ExportFiles(str(tmp_path / "acme.csv"), [b"one"]).changed is False
    assert ExportFiles(str(tmp_path / "acme.csv"), [b"two"]).changed is True
    export(tmp_path, b"two")
    assert (tmp_path / "acme.csv").read_bytes() == b"two"
    # As sha256sum writes it, so that it can check it.
    digest, name = (tmp_path / ".acme.csv.sha256").read_text("utf-8").split()
    assert (len(digest), name) == (64, "acme.csv")


@pytest.mark.parametrize("known", [True, False])
def test_an_edited_file_stays_unless_force_is_set(tmp_path: Path, known: bool) -> None:
    if known:
        export(tmp_path, b"one")
    (tmp_path / "acme.csv").write_bytes(b"mine")
    with pytest.raises(
        InputError, match=r"acme\.csv was edited since the last export, or never came from one"
    ) as caught:
        export(tmp_path, b"two")
    assert "force" in caught.value.problem.advice
    assert (tmp_path / "acme.csv").read_bytes() == b"mine"
    # What somebody has made the same is no harm.
    export(tmp_path, b"mine")
    (tmp_path / "acme.csv").write_bytes(b"mine again")
    assert export(tmp_path, b"two", force=True) == []
    assert (tmp_path / "acme.csv").read_bytes() == b"two"


def test_parts_of_an_older_export_do_not_stay_beside_a_new_one(tmp_path: Path) -> None:
    export(tmp_path, b"1", b"2", b"3")
    assert names(tmp_path) == {f"acme.part-{n}-of-3.csv" for n in (1, 2, 3)}
    export(tmp_path, b"1", b"2")
    assert names(tmp_path) == {"acme.part-1-of-2.csv", "acme.part-2-of-2.csv"}
    export(tmp_path, b"all")
    assert names(tmp_path) == {"acme.csv"}


def test_a_part_that_somebody_edited_is_never_taken_away(tmp_path: Path) -> None:
    export(tmp_path, b"1", b"2")
    edited = tmp_path / "acme.part-2-of-2.csv"
    edited.write_bytes(b"mine")
    with pytest.raises(InputError, match="part-2-of-2"):
        export(tmp_path, b"all")
    assert export(tmp_path, b"all", force=True) == [str(edited)]
    assert names(tmp_path) == {"acme.csv", edited.name}
    # It is nobody's business any more.
    assert export(tmp_path, b"more") == []
    assert edited.read_bytes() == b"mine"


def test_only_files_of_the_same_directory_are_ever_taken_away(tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_bytes(b"x")
    inside = tmp_path / "in"
    inside.mkdir()
    export(inside, b"1")
    digest = (inside / ".acme.csv.sha256").read_text("utf-8").split()[0]
    outside.write_bytes(b"1")
    (inside / ".acme.csv.sha256").write_text(f"{digest}  ../outside.csv\nnot a line\n", "utf-8")
    export(inside, b"1")
    assert outside.exists()
