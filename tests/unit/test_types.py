"""Types survive: before ansible-core 2.19 a number, a boolean or a null that passes through a template comes out as text.

So our modules take text for whatever they type, and what leaves a run as data is made by modules and plugins, never by Jinja.
"""

from __future__ import annotations

import re
import typing as t
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from tests.unit.module.documented import MODULES, module
from tests.unit.tasks import ROOT, name_of, playbooks, role_files, tasks, texts

Option = dict[str, t.Any]

FILES = [*playbooks(), *role_files("tasks", "handlers", "vars", "defaults")]
WITH_TASKS = [*playbooks(), *role_files("tasks", "handlers")]
#: A value that is handed on as it is, by name, keeps its type on every version when it is a mapping or a list.
HANDED_ON = re.compile(r"\s*\{\{ *\w+(\.\w+)* *\}\}\s*")
#: What a template leaves of a value of this type, and the value again.
AS_TEXT: dict[str, tuple[str, t.Any]] = {"int": ("7", 7), "float": ("1.5", 1.5), "bool": ("True", True)}
#: Mappings whose values the argument specification does not type: rows have a check of their own, notes are shown to people.
FREE = {"roster.users", "roster.defaults", "csv_info.defaults", "sync.support_notes"}


def options(name: str) -> dict[str, Option]:
    spec = getattr(module(name), "SPEC", None)
    return dict(spec.arguments()["argument_spec"]) if spec is not None else {}


def walk(options_: dict[str, Option], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Option]]:
    """Yield every option with its path, those of people and of other mappings too."""
    for name, option in options_.items():
        yield (*path, name), option
        yield from walk(option.get("options", {}), (*path, name))


ALL = [entry for name in MODULES for entry in walk(options(name), (name,))]
TYPED = [(".".join(path), option) for path, option in ALL if option.get("type") in AS_TEXT]


@pytest.mark.parametrize(("name", "option"), TYPED, ids=[name for name, _option in TYPED])
def test_what_a_template_left_as_text_is_typed_again(name: str, option: Option) -> None:
    text, value = AS_TEXT[option["type"]]
    if option.get("choices"):
        value = option["choices"][-1]
        text = str(value)
    alone = {k: v for k, v in option.items() if k in ("type", "choices", "elements")}
    done = ArgumentSpecValidator({"it": alone}).validate({"it": text})
    assert done.error_messages == []
    assert done.validated_parameters["it"] == value
    assert type(done.validated_parameters["it"]) is type(value)


def test_a_list_may_come_as_text() -> None:
    """From a survey, or from the command line."""
    lists = [(path, option) for path, option in ALL if option.get("type") == "list" and option.get("elements") == "str"]
    assert lists
    for path, option in lists:
        words = option.get("choices", ["a", "b"])[:2]
        done = ArgumentSpecValidator({"it": {k: v for k, v in option.items() if k != "default"}}).validate(
            {"it": ",".join(words)}
        )
        assert done.validated_parameters["it"] == words, path


def test_a_mapping_has_typed_values() -> None:
    free = [
        ".".join(path)
        for path, option in ALL
        if "options" not in option and "dict" in (option.get("type"), option.get("elements"))
    ]
    assert sorted(set(free) - FREE) == []


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_nothing_is_made_into_json_by_a_template(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"\b(?:to_(?:nice_)?json|from_json|to_(?:nice_)?yaml|from_yaml)\b", text) == []


@pytest.mark.parametrize("path", WITH_TASKS, ids=name_of)
def test_bodies_files_and_artifacts_hold_no_values_made_by_a_template(path: Path) -> None:
    """A body, the content of a file and the data of set_stats are fixed, or handed on whole from what a module returned."""
    made = []
    for task in tasks(path):
        for action, key in (("uri", "body"), ("copy", "content"), ("set_stats", "data")):
            arguments = task.get(f"ansible.builtin.{action}")
            value = arguments.get(key) if isinstance(arguments, dict) else None
            made += [text for text in texts(value) if "{{" in text and not HANDED_ON.fullmatch(text)]
            if action == "uri" and isinstance(value, dict):
                # One value of a mapping is a number or a null as often as not.
                made += [text for text in texts(value) if "{{" in text]
    assert made == []


@pytest.mark.parametrize("path", WITH_TASKS, ids=name_of)
def test_options_of_our_modules_are_not_typed_on_the_way(path: Path) -> None:
    """`| int` makes 0 of a blank and of a slip of the pen, and the text it leaves is what the module would have got anyway."""
    typed = [
        text
        for task in tasks(path)
        for action, arguments in task.items()
        if action.startswith("wxcc.onboarding.")
        for text in texts(arguments)
        if re.search(r"\| *(?:int|float|bool|string)\b", text)
    ]
    assert typed == []


def included(path: Path, seen: set[Path]) -> set[Path]:
    """Return the file and all that it includes, by name or by a template that names them."""
    if path.is_file() and path not in seen:
        seen.add(path)
        for name in re.findall(r"\b[\w-]+\.yml\b", path.read_text(encoding="utf-8")):
            included(path.with_name(name), seen)
    return seen


def test_nothing_is_imported_below_a_file_that_a_template_chose() -> None:
    """Before ansible-core 2.19 an import asks for the names of all files above it, when no variable of a host is known yet."""
    below: set[Path] = set()
    for path in role_files("tasks"):
        for task in tasks(path):
            chosen = " ".join(texts(task.get("ansible.builtin.include_tasks")))
            if "{{" in chosen:
                for name in re.findall(r"\b[\w-]+\.yml\b", chosen):
                    included(path.with_name(name), below)
    assert [name_of(path) for path in sorted(below) if "import_tasks" in path.read_text(encoding="utf-8")] == []


def test_the_modules_say_what_time_it_is_without_what_python_3_10_lacks() -> None:
    """The sanity tests of ansible-core 2.16 import the controller's side with Python 3.10 too."""
    pattern = re.compile(r"\bfrom datetime import [^\n]*\bUTC\b|\bdatetime\.UTC\b")
    found = [path for path in (ROOT / "plugins").rglob("*.py") if pattern.search(path.read_text(encoding="utf-8"))]
    assert [name_of(path) for path in found] == []
