"""Argument specs merge, and say what the documentation says."""

from __future__ import annotations

import re
import typing as t

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.settings import BY_WORD, parse_settings
from ansible_collections.wxcc.onboarding.plugins.module_utils._model import ATTRIBUTES
from ansible_collections.wxcc.onboarding.plugins.module_utils._module.spec import (
    AGENT_SETTINGS,
    BATCH,
    CONNECTION,
    ENVIRONMENT,
    REACH,
    ArgumentSpec,
    people_from,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.rows import compose
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.action import SPEC as REPORT
from tests.unit.module.documented import MODULES, fragments, module, options, returns

BATCH_MODULES = [name for name in MODULES if "batch" in fragments(name)]


def arguments(name: str) -> dict[str, t.Any]:
    """The options that a module takes."""
    if name == "report":
        return dict(REPORT)
    found: dict[str, t.Any] = module(name).SPEC.arguments()["argument_spec"]
    return found


def test_parts_merge() -> None:
    one = ArgumentSpec({"a": {"type": "str"}}, mutually_exclusive=(("a", "b"),), required_by={"a": ("b",)})
    other = ArgumentSpec(
        {"b": {"type": "int", "default": 1}},
        mutually_exclusive=(("b", "c"),),
        required_one_of=(("a", "b"),),
        required_together=(("a", "b"),),
        required_if=(("a", "x", ("b",)),),
        required_by={"b": ("a",)},
    )
    assert one.merge(other).arguments() == {
        "argument_spec": {"a": {"type": "str"}, "b": {"type": "int", "default": 1}},
        "mutually_exclusive": [["a", "b"], ["b", "c"]],
        "required_one_of": [["a", "b"]],
        "required_together": [["a", "b"]],
        "required_if": [("a", "x", ["b"])],
        "required_by": {"a": ["b"], "b": ["a"]},
    }


def test_an_option_is_defined_once() -> None:
    part = ArgumentSpec({"a": {"type": "str"}})
    with pytest.raises(ValueError, match="defined twice: a"):
        part.merge(ArgumentSpec({"a": {"type": "int"}}))
    with pytest.raises(ValueError, match="defined twice: a"):
        ArgumentSpec(required_by={"a": ("b",)}).merge(ArgumentSpec(required_by={"a": ("c",)}))


def test_a_module_gets_a_copy() -> None:
    part = ArgumentSpec({"a": {"type": "list", "default": []}})
    part.arguments()["argument_spec"]["a"]["default"].append("x")
    assert part.options["a"]["default"] == []


def test_a_users_file_and_a_run_stand_alone() -> None:
    rules = people_from("users", "addresses")
    assert set(rules.mutually_exclusive) == {
        ("users", "users_file"),
        ("addresses", "users_file"),
        ("users", "run_directory"),
        ("addresses", "run_directory"),
        ("users_file", "run_directory"),
    }
    assert rules.required_one_of == (("users", "addresses", "users_file", "run_directory"),)


def test_an_empty_environment_variable_is_an_unset_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A credential of a controller sets a variable for every field, also for those that were left blank."""
    for name in ENVIRONMENT.values():
        monkeypatch.setenv(name, " ")
    monkeypatch.setenv("WEBEX_ORG_ID", " abc\n")
    found = ArgumentSpecValidator(REACH.arguments()["argument_spec"]).validate({})
    assert not found.error_messages
    assert found.validated_parameters["region"] == "us1"
    assert found.validated_parameters["org_id"] == "abc"
    assert found.validated_parameters["access_token"] is None


def compare(where: str, documented: dict[str, t.Any], taken: dict[str, t.Any]) -> list[str]:
    """Return where the documented options and those of the argument spec disagree."""
    wrong = [f"{where}{name} stands on one side only" for name in documented.keys() ^ taken.keys()]
    for name in documented.keys() & taken.keys():
        here, there = documented[name], taken[name]
        for key, unset in {
            "type": "str",
            "elements": None,
            "default": None,
            "required": False,
            "choices": None,
        }.items():
            if here.get(key, unset) != there.get(key, unset):
                wrong.append(f"{where}{name}: {key} is {here.get(key)!r}, but {there.get(key)!r} in the spec")
        wrong += compare(f"{where}{name}.", here.get("suboptions") or {}, there.get("options") or {})
    return wrong


@pytest.mark.parametrize("name", MODULES)
def test_the_documentation_says_what_the_module_takes(name: str) -> None:
    assert compare("", options(name), arguments(name)) == []


def test_what_the_environment_fills_is_documented() -> None:
    documented = options("license_info")
    named = {
        name: re.findall(r"E\(((?:WEBEX|WXCC)_\w+)\)", " ".join(documented[name]["description"])) for name in documented
    }
    assert {name: found for name, found in named.items() if found} == {n: [v] for n, v in ENVIRONMENT.items()}
    assert {n: o["fallback"][1] for n, o in CONNECTION.options.items() if "fallback" in o} == {
        n: [v] for n, v in ENVIRONMENT.items()
    }


def unknown_keys(entries: dict[str, t.Any]) -> set[str]:
    """Return keys that say nothing about a result, such as half a sentence behind a comma inside of braces."""
    known = {"description", "type", "elements", "returned", "sample", "contains", "version_added"}
    return {
        key
        for entry in entries.values()
        for key in {*(entry.keys() - known), *unknown_keys(entry.get("contains") or {})}
    }


@pytest.mark.parametrize("name", MODULES)
def test_results_are_documented_with_known_keys(name: str) -> None:
    assert unknown_keys(returns(name)) == set()


@pytest.mark.parametrize("name", BATCH_MODULES)
def test_a_typo_inside_agent_is_found_by_every_module(name: str) -> None:
    spec = module(name).SPEC.arguments()["argument_spec"]
    person = {"email": "ada.marlowe@example.com", "agent": {"steam": ["Lisboa Service"]}}
    result = ArgumentSpecValidator(spec).validate({"users": [person]})
    assert "users.agent.steam" in " ".join(result.error_messages)


def test_every_attribute_and_setting_is_an_option_and_a_result() -> None:
    person = BATCH.options["users"]["options"]
    words = {attribute.word for attribute in ATTRIBUTES}
    assert words <= person.keys()
    assert words <= returns("user_info")["users"]["contains"].keys()
    assert person["agent"]["options"].keys() == AGENT_SETTINGS.keys() == BY_WORD.keys()


def test_what_nobody_set_clears_nothing() -> None:
    """Ansible fills suboptions that are not given with null; an empty text or list was given."""
    ada = {"email": "ada.marlowe@example.com", "title": None}
    filled = {"site": None, "teams": [], "external_id": "", "contact_center_enabled": False}
    assert compose([]) == ([], [])
    for unset in (ada, {**ada, "agent": None}):
        ([row], findings) = compose([unset])
        assert not findings
        assert row.keys() == {"email", "source", "sources"}
    ([row], findings) = compose([{**ada, "agent": filled}])
    assert not findings
    assert parse_settings(row["agent"]) == {"teams": [], "external_id": "", "contact_center_enabled": False}
