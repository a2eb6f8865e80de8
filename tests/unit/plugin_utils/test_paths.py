"""Paths count from the real working directory, and every module that takes one has an action that sees to it."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from ansible_collections.wxcc.onboarding.plugins.plugin_utils._paths import PathsAction, with_absolute_paths
from tests.unit.module.documented import MODULES, PLUGINS, fragments, module

#: Their options are the action's own, or it makes them absolute itself.
OTHERS = {"report", "run"}


@pytest.mark.parametrize("name", [n for n in MODULES if n not in OTHERS and "batch" not in fragments(n)])
def test_an_action_knows_every_path_of_its_module(name: str) -> None:
    options = module(name).SPEC.options
    paths = {n for n, o in options.items() if "path" in (o.get("type"), o.get("elements"))}
    action = importlib.import_module(f"{PLUGINS}.action.{name}").ActionModule
    assert issubclass(action, PathsAction)
    assert set(action.PATHS) == paths
    assert set(action.LISTS) == {n for n in paths if options[n].get("type") == "list"}


def test_paths_become_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PWD", "/nowhere")
    monkeypatch.setenv("HOME", "/somebody")
    monkeypatch.setenv("SITE", "north")
    given = {
        "dest": "out/../people.json",
        "home": "~/x",
        "site": "$SITE/x",
        "rooted": "/a/b",
        "files": ["a.csv", "/b.csv"],
        "text": "a.csv, b c.csv",
        "blank": "",
        "none": None,
        "other": "a.csv",
    }
    assert with_absolute_paths(given, set(given) - {"other"} | {"missing"}, ("files", "text", "blank")) == {
        "dest": f"{tmp_path}/people.json",
        "home": "/somebody/x",
        "site": f"{tmp_path}/north/x",
        "rooted": "/a/b",
        "files": [f"{tmp_path}/a.csv", "/b.csv"],
        "text": [f"{tmp_path}/a.csv", f"{tmp_path}/b c.csv"],
        "blank": "",
        "none": None,
        "other": "a.csv",
    }
