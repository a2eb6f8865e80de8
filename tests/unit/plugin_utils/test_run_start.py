"""A run's directory is new and its own, also for hosts that look alike; values are plain whatever Ansible wraps them in."""

from __future__ import annotations

import json
import os
import re
import stat
import typing as t
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from ansible.errors import AnsibleError

from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import InputError
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.names import RUN_ID, new_run_id
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.record import for_step, read_record, update_record
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._run import identity
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._run.start import (
    Beginning,
    make_directory,
    prepare,
    refuse,
    write_beginning,
)
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._run.values import plain, variables

RUN = "20260301T080000Z-0f0e0d"


def begin(given: dict[str, t.Any], role: str = "onboard", **own: t.Any) -> Beginning:
    return prepare(role, given, given, own)


def test_two_runs_of_one_second_are_two() -> None:
    ids = {new_run_id() for _ in range(50)}
    assert len(ids) == 50
    assert all(RUN_ID.fullmatch(one) for one in (*ids, identity.RUN_ID))


def test_every_start_has_a_directory_of_its_own_that_only_its_owner_reads(tmp_path: Path) -> None:
    base = tmp_path / "a" / "runs"
    hosts = ("acme eu", "acme_eu", "東京", "大阪", "..", "alpha", "alpha", "alpha~2")
    made = [make_directory(str(base), RUN, host) for host in hosts]
    assert len(set(made)) == len(made)
    assert {Path(one).parent for one in made} == {base / RUN}
    assert made[5:7] == [str(base / RUN / "alpha"), str(base / RUN / "alpha~2")]
    assert {stat.S_IMODE(os.stat(one).st_mode) for one in (*made, str(base), str(base / RUN))} == {0o700}


def test_nothing_that_is_there_is_taken_over(tmp_path: Path) -> None:
    (tmp_path / "alpha").mkdir()
    (tmp_path / "alpha" / "people.json").write_text("mine", encoding="utf-8")
    make_directory(str(tmp_path), RUN, "alpha")
    assert (tmp_path / "alpha" / "people.json").read_text(encoding="utf-8") == "mine"
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "20260301T080000Z-ffffff").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="is no directory of this run"):
        make_directory(str(tmp_path), "20260301T080000Z-ffffff", "alpha")


def test_a_base_that_cannot_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(str(tmp_path / "file"))) as caught:
        make_directory(str(tmp_path / "file"), RUN, "alpha")
    assert "onboard_run_directory" in caught.value.problem.advice


def test_the_task_s_own_options_go_before_the_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    given = {"onboard_run_directory": "places", "onboard_keep_runs": "30d", "onboard_writable": "no"}
    assert begin({}).base == f"{tmp_path}/wxcc_onboarding_runs"
    beginning = begin(given)
    assert (beginning.base, beginning.keep, beginning.options["writable"]) == (f"{tmp_path}/places", 2592000, False)
    own = begin(given, base="/mine", keep_runs="1d", writable=True)
    assert (own.base, own.keep, own.options["writable"]) == ("/mine", 86400, True)
    wrong = begin(given, keep_runs="soon").problem
    assert wrong is not None
    assert wrong.message.startswith("keep_runs is 'soon'")


def test_wrong_variables_leave_the_place_for_the_report(tmp_path: Path) -> None:
    beginning = begin({"onboard_run_directory": str(tmp_path), "onboard_license": "premum"})
    assert beginning.base == str(tmp_path)
    assert beginning.problem is not None
    directory = make_directory(beginning.base, RUN, "alpha")
    write_beginning(directory, RUN, "alpha", False, beginning)
    refuse(directory, beginning.problem)
    record = read_record(directory)
    assert (record.state, record.organization) == ("finished", None)
    assert record.stopped is not None
    assert (record.stopped["step"], record.stopped["message"]) == ("start", beginning.problem.message)
    with pytest.raises(InputError, match="refused before its organization was known"):
        for_step(directory, check_mode=False)


def test_the_record_holds_what_was_found_and_not_the_people(tmp_path: Path) -> None:
    beginning = begin({"onboard_users": [{"email": "ada@example.com"}], "onboard_user": [], "onboard_part_size": "5"})
    assert beginning.options["users"] == [{"email": "ada@example.com"}]
    directory = make_directory(str(tmp_path), RUN, "alpha")
    record = write_beginning(directory, RUN, "alpha", True, beginning)
    assert "users" not in record.options
    assert record.options["part_size"] == 5
    assert record.options["unknown_variables"] == [{"name": "onboard_user", "nearest": "onboard_users"}]
    assert [finding["position"] for finding in record.findings] == ["onboard_user"]
    assert stat.S_IMODE(os.stat(f"{directory}/run.json").st_mode) == 0o600


def test_no_step_writes_where_is_only_looked(tmp_path: Path) -> None:
    directory = make_directory(str(tmp_path), RUN, "alpha")
    write_beginning(directory, RUN, "alpha", False, begin({"onboard_writable": "false"}))
    update_record(directory, organization={"id": "0f0e", "name": "Alpha", "named": True})
    with pytest.raises(InputError, match="only looked at"):
        for_step(directory, check_mode=False, roster=False, writing=True)
    assert for_step(directory, check_mode=False, roster=False, writing=False).host == "alpha"
    assert for_step(directory, check_mode=True, roster=False, writing=True).host == "alpha"


# -- values ----------------------------------------------------------------------------------------------------------------


class Tagged(str):
    """A text as newer releases of Ansible hand it out."""

    def __str__(self) -> str:
        return "never this"


class Lazy(Mapping[str, t.Any]):
    """A mapping that works its values out when they are asked for."""

    def __getitem__(self, key: str) -> t.Any:
        return [Tagged(key)]

    def __iter__(self) -> Iterator[str]:
        return iter(("a", "b"))

    def __len__(self) -> int:
        return 2


class Encrypted(Sequence[str]):
    """An encrypted text as older releases hand it out: a sequence that is a text to everybody."""

    data = "secret"

    def __getitem__(self, index: t.Any) -> t.Any:
        return self.data[index]

    def __len__(self) -> int:
        return len(self.data)

    def __str__(self) -> str:
        return self.data


def test_values_are_plain() -> None:
    found = plain({"m": Lazy(), "t": Tagged("x"), "e": Encrypted(), "n": (1, True, None, 2.5)})
    assert json.loads(json.dumps(found)) == {
        "m": {"a": ["a"], "b": ["b"]},
        "t": "x",
        "e": "secret",
        "n": [1, True, None, 2.5],
    }
    assert type(found["t"]) is str


class Templar:
    """Fills in nothing, and fails where it is told to."""

    def template(self, variable: t.Any) -> t.Any:
        if str(variable).startswith("{{"):
            raise AnsibleError(f"'{variable}' is undefined")
        return variable


def test_templates_that_cannot_be_filled_in_are_all_told() -> None:
    given = {"onboard_users": "{{ a }}", "onboard_license": "premium", "onboard_role": "{{ b }}", "other": "{{ c }}"}
    names = ("onboard_users", "onboard_license", "onboard_role", "onboard_plan")
    with pytest.raises(InputError, match=r"^onboard_users cannot be worked out: .*onboard_role cannot be worked out: "):
        variables(Templar(), given, names)
    assert variables(Templar(), given, ("onboard_license", "onboard_plan")) == {"onboard_license": "premium"}
