"""What a run left in the directory of one organization."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._steps import STEPS
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.build import build_report
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.load import load_run
from tests.unit.plugin_utils.runs import ORGANIZATION, PRESENT, line


def test_load_run(tmp_path: Path) -> None:
    (tmp_path / "organization.json").write_text(json.dumps(ORGANIZATION))
    (tmp_path / "roster.json").write_text(json.dumps([{"email": "kim@example.com"}]))
    whole = json.dumps(line("kim@example.com", "create", after=PRESENT))
    (tmp_path / "user.jsonl").write_text(f'{whole}\n{{"email": "cut sho')
    (organization,) = build_report([load_run(tmp_path)])["organizations"]
    assert organization["summary"]["created"] == 1


def test_load_run_of_nothing(tmp_path: Path) -> None:
    (organization,) = build_report([load_run(tmp_path / "beta")])["organizations"]
    assert organization["name"] == "beta"
    assert organization["aborted"]["step"] == "start"


def test_steps_that_never_ran_are_absent(tmp_path: Path) -> None:
    (tmp_path / "organization.json").write_text(json.dumps(ORGANIZATION))
    assert load_run(tmp_path).outcomes == {}
    for step in STEPS:
        (tmp_path / step.outcomes_file).write_text("")
    assert list(load_run(tmp_path).outcomes) == ["csv", "user", "license", "role", "sync", "agent"]


def test_a_file_that_holds_no_json_is_an_error_not_an_empty_run(tmp_path: Path) -> None:
    (tmp_path / "organization.json").write_text("{")
    with pytest.raises(ValueError, match="Expecting"):
        load_run(tmp_path)
