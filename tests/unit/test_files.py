"""Files that options name: what the system says of them is told with the option and the path."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import InputError
from ansible_collections.wxcc.onboarding.plugins.module_utils._files import (
    named_by_option,
    read_json_of_option,
    write_json,
)


def test_a_file_that_cannot_be_written_is_named_with_its_option(tmp_path: Path) -> None:
    path = str(tmp_path / "missing" / "people.json")
    with pytest.raises(InputError) as caught, named_by_option("dest", path, [{"code": "duplicate"}]):
        write_json(path, [])
    assert caught.value.problem.message == f"dest {path}: No such file or directory."
    assert (caught.value.problem.code, caught.value.findings) == ("invalid_input", [{"code": "duplicate"}])


@pytest.mark.parametrize(
    ("content", "absent", "message"),
    [
        (None, None, "users_file {}: No such file or directory."),
        (b"{", None, "users_file {} is not JSON: "),
        (b"\xff", {}, "users_file {} is not JSON: "),
    ],
)
def test_what_cannot_be_read_is_named_with_its_option(
    content: bytes | None, absent: t.Any, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "people.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_json_of_option("users_file", str(path), absent=absent)
    assert caught.value.problem.message.startswith(message.format(path))


def test_a_file_that_may_be_absent_is_no_error(tmp_path: Path) -> None:
    assert read_json_of_option("checks_file", str(tmp_path / "none.json"), absent={}) == {}
