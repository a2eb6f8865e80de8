"""The YAML of roles and playbooks, as tests look at it."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
#: Keys of a task under which further tasks stand.
INSIDE = ("block", "rescue", "always", "tasks", "pre_tasks", "post_tasks", "handlers")


def playbooks() -> list[Path]:
    return sorted((ROOT / "playbooks").rglob("*.yml"))


def role_files(*folders: str, roles: t.Sequence[str] = ("*",)) -> list[Path]:
    """Files of roles in such folders (tasks, vars, defaults, handlers ...)."""
    return sorted(
        path for role in roles for folder in folders for path in (ROOT / "roles").glob(f"{role}/{folder}/**/*.yml")
    )


def name_of(path: Path) -> str:
    """The path as tests show it."""
    return str(path.relative_to(ROOT))


def tasks(path: Path) -> Iterator[dict[str, t.Any]]:
    """Yield every task of a file of tasks or of a playbook, those of blocks too; a play counts as a task."""
    yield from _tasks(yaml.safe_load(path.read_text(encoding="utf-8")))


def _tasks(found: t.Any) -> Iterator[dict[str, t.Any]]:
    for entry in found if isinstance(found, list) else ():
        if isinstance(entry, dict):
            yield entry
            for key in INSIDE:
                yield from _tasks(entry.get(key))


def texts(value: t.Any) -> Iterator[str]:
    """Yield every text in a value, however deep."""
    if isinstance(value, dict):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)
    elif isinstance(value, str):
        yield value
