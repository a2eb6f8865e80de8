"""Roles and playbooks hold the order of the steps and nothing else: what can be decided is decided by modules."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.unit.tasks import name_of, playbooks, role_files

ROLES = ("agent_settings", "onboard", "preflight", "report", "roster", "synchronize")
MOST_LINES = 850
WITH_TASKS = [*playbooks(), *role_files("tasks", "handlers")]
EVERYTHING = [*playbooks(), *role_files("tasks", "handlers", "vars", "defaults")]
#: Where all hosts meet: one report, and one question to the person at the terminal.
ONCE = ("roles/report/tasks/", "roles/synchronize/tasks/pause.yml")


def test_tasks_variables_and_playbooks_are_short() -> None:
    files = [*playbooks(), *role_files("tasks", "vars", roles=ROLES)]
    lines = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert sum(lines.values()) <= MOST_LINES, sorted(lines.items(), key=lambda entry: -entry[1])


@pytest.mark.parametrize("path", EVERYTHING, ids=name_of)
def test_no_loop_in_a_template(path: Path) -> None:
    assert re.findall(r"\{%-?\+? *for\b.*", path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", WITH_TASKS, ids=name_of)
def test_modules_judge_for_themselves(path: Path) -> None:
    """A task of ours fails when something is wrong, or is told with fail_on what is not.

    The site's own hook is not ours, and its answer must stay out of the output.
    """
    found = re.findall(r"^ *failed_when:.*", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert found == []


@pytest.mark.parametrize("path", WITH_TASKS, ids=name_of)
def test_every_host_does_its_own_work(path: Path) -> None:
    """A task that runs once for all hosts takes the first one's word, and a host that joins later has none."""
    if not name_of(path).startswith(ONCE):
        assert "run_once" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", EVERYTHING, ids=name_of)
def test_nobody_asks_the_environment_where_this_is(path: Path) -> None:
    """PWD is what a shell left there, if there was one; actions know the real working directory."""
    assert re.findall(r"\blookup\([^)]*\bPWD\b|\bpwd\b", path.read_text(encoding="utf-8")) == []
