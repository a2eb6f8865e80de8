"""The table of steps and of a run's files: roles, playbooks and documentation say the same names."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import pytest
import yaml

from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.sync_state import WHERE_TO_SYNCHRONIZE
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.agent import Agents
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.license import Licenses
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.role import Roles
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.user import Users
from ansible_collections.wxcc.onboarding.plugins.module_utils._steps import (
    AGENT,
    LICENSE,
    PLAN_FILE,
    REPORT_FILES,
    REQUESTS_FILE,
    ROLE,
    RUN_FILES,
    SNAPSHOT_FILE,
    STEPS,
    USER,
)

ROOT = Path(__file__).resolve().parents[2]
ROLES = sorted((ROOT / "roles").glob("*/tasks/*.yml"))
PLAYBOOKS = sorted((ROOT / "playbooks").glob("*.yml"))
OWN = "wxcc.onboarding."
Task = dict[str, t.Any]


def load(path: Path) -> t.Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def tasks_of(entries: t.Iterable[Task]) -> t.Iterator[Task]:
    """Every task of a list of tasks or plays, blocks opened."""
    for entry in entries:
        yield entry
        for part in ("tasks", "block", "rescue", "always"):
            yield from tasks_of(entry.get(part) or ())


def variables(path: Path) -> dict[str, t.Any]:
    """What the role of a tasks file says in its vars."""
    file = path.parents[1] / "vars" / "main.yml"
    return dict(load(file)) if file.exists() else {}


def file_name(value: str, known: dict[str, t.Any]) -> str:
    """The name of the file that an option's value ends in, looked up in the role's vars."""
    if found := re.search(r"\b(\w+_files)\.(\w+)", value):
        value = known[found[1]][found[2]]
    found = re.search(r"([\w-]+\.jsonl?)\b", value)
    return found[1] if found else ""


def calls() -> list[tuple[str, str, Task, dict[str, t.Any]]]:
    """Every task that runs one of our modules: (where, module, options, the role's vars)."""
    return [
        (
            f"{path.parent.parent.name}/{path.name}: {task.get('name')}",
            name.removeprefix(OWN),
            task[name],
            variables(path),
        )
        for path in (*ROLES, *PLAYBOOKS)
        for task in tasks_of(load(path))
        for name in task
        if name.startswith(OWN)
    ]


def options(name: str) -> list[tuple[str, str, str]]:
    """Every value of one option: (where, module, file name)."""
    found = [(where, module, file_name(o[name], known)) for where, module, o, known in calls() if o.get(name)]
    assert found
    return found


@pytest.mark.parametrize(
    "path",
    [*ROLES, *sorted((ROOT / "roles").glob("*/vars/*.yml")), *PLAYBOOKS],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_files_that_roles_and_playbooks_name_are_files_of_a_run(path: Path) -> None:
    named = set(re.findall(r"[\w-]+\.jsonl?\b", path.read_text(encoding="utf-8")))
    assert named <= {*RUN_FILES, *REPORT_FILES.values()}


def test_each_step_writes_its_own_outcomes() -> None:
    files = {step.module: step.outcomes_file for step in STEPS}
    outcomes = options("results_file")
    assert {module for _where, module, _name in outcomes} == set(files)
    assert [entry for entry in outcomes if entry[2] != files[entry[1]]] == []


def test_requests_and_snapshots_stand_in_their_files() -> None:
    assert {name for _where, _module, name in options("journal_file")} <= {REQUESTS_FILE, ""}
    assert {name for _where, _module, name in options("snapshot_file")} <= {SNAPSHOT_FILE, PLAN_FILE, ""}


def test_result_files_of_csv_files_join_the_steps_that_count_there() -> None:
    ((_where, _module, given, known),) = [call for call in calls() if call[1] == "csv_result"]
    joined = [file_name(value, known) for value in given["results_files"]]
    assert joined == [step.outcomes_file for step in STEPS if step.in_result_files]
    assert given["modules"] == [step.name for step in STEPS if step.needed_by_rows]


def test_the_audit_compares_the_steps_that_write() -> None:
    (play,) = load(ROOT / "playbooks" / "audit.yml")
    assert play["vars"]["audit_steps"] == [step.name for step in STEPS if step.in_result_files]


def test_the_chain_knows_which_step_a_failed_task_belongs_to() -> None:
    known = load(ROOT / "roles" / "onboard" / "vars" / "main.yml")["onboard_steps"]
    # Reading the files is the roster's step; whatever is not listed belongs to the gate.
    words = {step.module: step.name for step in STEPS if step.name != "sync"} | {"csv_info": "roster"}
    assert {module: known.get(module) for module in words} == words


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_a_step_is_a_module_and_the_report_names_its_file(step: t.Any) -> None:
    assert (ROOT / "plugins" / "modules" / f"{step.module}.py").is_file()
    report = (ROOT / "plugins" / "modules" / "report.py").read_text(encoding="utf-8")
    assert f"C({step.outcomes_file})" in report


def test_the_gate_and_the_advice_name_one_place_to_press() -> None:
    asked = load(ROOT / "roles" / "synchronize" / "vars" / "main.yml")["synchronize_todo"]
    assert WHERE_TO_SYNCHRONIZE in " ".join(asked.split())


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
