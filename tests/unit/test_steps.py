"""The table of steps and of a run's files: roles, playbooks and documentation say the same names."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.agent import Agents
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.license import Licenses
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.role import Roles
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.user import Users
from ansible_collections.wxcc.onboarding.plugins.module_utils._steps import (
    AGENT,
    LICENSE,
    REPORT_FILES,
    ROLE,
    RUN_FILES,
    STEPS,
    USER,
)

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(
    [
        *(ROOT / "roles").glob("*/tasks/*.yml"),
        *(ROOT / "roles").glob("*/vars/*.yml"),
        *(ROOT / "playbooks").rglob("*.yml"),
    ]
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_that_roles_and_playbooks_name_are_files_of_a_run(path: Path) -> None:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")]
    named = set(re.findall(r"[\w-]+\.jsonl?\b", "\n".join(lines)))
    assert named <= {*RUN_FILES, *REPORT_FILES.values()}


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_a_step_is_a_module_and_the_report_names_its_file(step: t.Any) -> None:
    assert (ROOT / "plugins" / "modules" / f"{step.module}.py").is_file()
    report = (ROOT / "plugins" / "modules" / "report.py").read_text(encoding="utf-8")
    assert f"C({step.outcomes_file})" in report


def test_outcome_lines_bear_the_names_of_the_steps() -> None:
    assert (Users.name, Licenses.name, Roles.name, Agents.name) == (USER.name, LICENSE.name, ROLE.name, AGENT.name)


def test_names_stand_once() -> None:
    assert len({step.name for step in STEPS}) == len(STEPS)
    assert len(set(RUN_FILES)) == len(RUN_FILES)


def test_only_the_table_spells_the_files_of_a_run() -> None:
    rooms = [*(ROOT / "plugins" / "module_utils").rglob("*.py"), *(ROOT / "plugins" / "plugin_utils").rglob("*.py")]
    literal = re.compile("|".join(re.escape(f'"{name}"') for name in RUN_FILES))
    spelled = [str(path.relative_to(ROOT)) for path in rooms if literal.search(path.read_text(encoding="utf-8"))]
    assert spelled == ["plugins/module_utils/_steps.py"]
