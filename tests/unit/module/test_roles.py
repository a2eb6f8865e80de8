"""Roles and playbooks say the same as the modules that they call, and as the table by which the module run types variables."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import pytest
import yaml

from ansible_collections.wxcc.onboarding.plugins.module_utils._module.spec import CONNECTION
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.variables import (
    BY_NAME,
    CONNECTION_VARIABLES,
    PLAYBOOK_VARIABLES,
    typed,
)
from tests.unit.module.documented import ROOT, options

ROLES = sorted(path.name for path in (ROOT / "roles").iterdir() if path.is_dir())
TASKS = sorted((ROOT / "roles").glob("*/tasks/*.yml"))
VARS = sorted((ROOT / "roles").glob("*/vars/*.yml"))
PLAYBOOKS = sorted((ROOT / "playbooks").rglob("*.yml"))
FILES = [*TASKS, *VARS, *PLAYBOOKS]
PREFIX = "wxcc.onboarding."
#: Roles and playbooks stay the order of the steps.
MOST_LINES = 850
#: What the report and the pause do once for all hosts; nothing else does.
ONCE = {"roles/report/tasks/main.yml", "roles/synchronize/tasks/pause.yml"}
#: What the roles leave for others and read themselves, and what only one role has.
LEFT = {"preflight_result", "preflight_said", "preflight_users_file", "wxcc_onboarding_run"}
OURS = re.compile(
    r"(?<![\w.])(?:onboard|roster|synchronize|agent_settings|preflight|report|audit|csv|webex|wxcc)_[a-z0-9_]+\b"
)


def load(path: Path) -> t.Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def spec(role: str) -> dict[str, t.Any]:
    found: dict[str, t.Any] = load(ROOT / "roles" / role / "meta" / "argument_specs.yml")["argument_specs"]["main"]
    return found["options"]


def defaults(role: str) -> dict[str, t.Any]:
    path = ROOT / "roles" / role / "defaults" / "main.yml"
    return dict(load(path)) if path.exists() else {}


def tasks(content: t.Any) -> t.Iterator[dict[str, t.Any]]:
    """Yield plays and tasks of a file, those inside of blocks too."""
    for task in content or ():
        yield task
        for part in ("tasks", "block", "rescue", "always"):
            yield from tasks(task.get(part))


def calls() -> t.Iterator[tuple[str, str, dict[str, t.Any]]]:
    """Yield (where, module, its options) of every task that calls a module of ours."""
    for path in (*TASKS, *PLAYBOOKS):
        content = load(path)
        for task in tasks(content if isinstance(content, list) else ()):
            for key, given in task.items():
                if key.startswith(PREFIX):
                    yield f"{path.relative_to(ROOT)}: {task['name']}", key.removeprefix(PREFIX), given


CALLS = list(calls())
OPTIONS = [(role, name) for role in ROLES for name in spec(role)]


def by_path(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize(("where", "module", "given"), CALLS, ids=[where for where, _module, _given in CALLS])
def test_tasks_use_options_that_modules_have(where: str, module: str, given: dict[str, t.Any]) -> None:
    known = options(module)
    assert given.keys() <= known.keys()
    for name, value in given.items():
        words = known[name].get("choices")
        if words and isinstance(value, str) and "{{" not in value:
            assert value in words


@pytest.mark.parametrize(("role", "name"), OPTIONS, ids=[f"{role}: {name}" for role, name in OPTIONS])
def test_an_option_takes_what_a_survey_leaves_blank(role: str, name: str) -> None:
    documented = spec(role)[name]
    assert documented["type"] == "raw"
    assert documented.keys() <= {"description", "type", "default"}
    if name in defaults(role):
        assert documented["default"] == defaults(role)[name]
    assert name in BY_NAME or name in CONNECTION_VARIABLES or role == "preflight"
    if name in BY_NAME:
        # What stands there is what the table makes of a blank one.
        assert typed({name: documented["default"]}, [name]) == typed({}, [name])


def test_one_name_has_one_meaning() -> None:
    said: dict[str, t.Any] = {}
    for role, name in OPTIONS:
        assert said.setdefault(name, spec(role)[name]) == spec(role)[name], f"{role}: {name}"


def test_all_variables_of_the_chain_are_documented() -> None:
    chain = {name for name in BY_NAME if name.startswith(("onboard_", "synchronize_"))}
    assert chain == {name for name in spec("onboard") if name in chain}
    assert {name for name in BY_NAME if name.startswith("report_")} == set(spec("report"))


@pytest.mark.parametrize("role", ROLES)
def test_defaults_are_documented(role: str) -> None:
    assert defaults(role).keys() <= spec(role).keys()


def expressions(content: t.Any) -> t.Iterator[str]:
    """Yield what Jinja reads in a file, without what stands there as text."""
    if isinstance(content, dict):
        for key, value in content.items():
            for text in value if isinstance(value, list) else [value]:
                if key in {"when", "that"} and isinstance(text, str):
                    yield re.sub(r"'[^']*'", "", text)
            yield from expressions(value)
    elif isinstance(content, list):
        for value in content:
            yield from expressions(value)
    elif isinstance(content, str):
        yield from (re.sub(r"'[^']*'", "", found) for found in re.findall(r"\{\{(.*?)\}\}", content, re.DOTALL))


@pytest.mark.parametrize("path", FILES, ids=by_path)
def test_variables_are_those_of_the_table_or_private(path: Path) -> None:
    own = {name for text in expressions(load(path)) for name in OURS.findall(text)}
    assert own <= {*BY_NAME, *CONNECTION_VARIABLES, *PLAYBOOK_VARIABLES, *LEFT}


@pytest.mark.parametrize("path", FILES, ids=by_path)
def test_modules_decide_and_not_templates(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for word in ("{%", "failed_when", "ansible.builtin.pipe", "'pipe'", "PWD", "regex"):
        assert word not in text
    assert ("run_once" in text) == (by_path(path) in ONCE)


def test_roles_and_playbooks_are_the_order_of_the_steps() -> None:
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in FILES) <= MOST_LINES


def test_the_connection_stands_once_with_every_option() -> None:
    connection = load(ROOT / "playbooks" / "vars" / "connection.yml")["wxcc_connection"]
    assert connection.keys() == CONNECTION.options.keys() - {"journal_file"}
    named = {name for value in connection.values() for name in re.findall(r"\b(?:webex|wxcc)_\w+", value)}
    assert named <= CONNECTION_VARIABLES
    plays = [play for path in PLAYBOOKS if path.parent.name == "playbooks" for play in load(path) if "hosts" in play]
    assert plays
    for play in plays:
        assert (play["connection"], play["become"], play["gather_facts"]) == ("local", False, False)
        assert play["vars_files"] == ["vars/connection.yml"]
        assert play["module_defaults"] == {"group/wxcc.onboarding.all": "{{ wxcc_connection }}"}
