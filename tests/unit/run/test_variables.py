"""Variables come as text, as what they are, or not at all; each is typed once, and wrong ones are all told at once."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import InputError
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.variables import (
    BY_NAME,
    ROLES,
    VARIABLES,
    left_over,
    names_of,
    options_of,
    typed,
    unknown_variables,
)
from ansible_collections.wxcc.onboarding.plugins.modules import csv_export
from tests.unit.module.documented import returns


def one(name: str, value: t.Any) -> t.Any:
    return typed({name: value}, [name])[name]


def objection(**given: t.Any) -> str:
    with pytest.raises(InputError) as caught:
        typed(given, given)
    return caught.value.problem.message


@pytest.mark.parametrize("name", BY_NAME)
@pytest.mark.parametrize("blank", [None, "", "  \n", "__omit_place_holder__0f0e"])
def test_a_blank_one_was_not_given(name: str, blank: str | None) -> None:
    assert one(name, blank) == BY_NAME[name].default


def test_a_default_is_nobody_s_to_change() -> None:
    one("onboard_users", None).append("x")
    assert one("onboard_users", None) == []


@pytest.mark.parametrize(
    ("name", "given", "read"),
    [
        ("onboard_synchronize", "false", False),
        ("onboard_synchronize", "Yes", True),
        ("onboard_synchronize", 0, False),
        ("onboard_part_size", "10", 10),
        ("onboard_part_size", 10.0, 10),
        ("synchronize_timeout", "0.5", 0.5),
        ("synchronize_terminal", True, "yes"),
        ("onboard_license", " Premium ", "premium"),
        ("onboard_max_removals", "5 %", "5%"),
        ("onboard_max_removals", 7, "7"),
        ("onboard_max_changes", "07", "7"),
        ("onboard_keep_runs", "30d", 30 * 86400),
        ("onboard_keep_runs", "12H", 12 * 3600),
        ("onboard_keep_runs", 90, 90),
        ("onboard_subscription_id", 123, "123"),
        ("onboard_agent_settings", '{"site": "Lisboa"}', {"site": "Lisboa"}),
        ("onboard_users", '[{"email": "ada@example.com"}]', [{"email": "ada@example.com"}]),
        ("onboard_users", "[{email: ada@example.com}]", [{"email": "ada@example.com"}]),
        ("onboard_users", "- email: ada@example.com\n  last_name: No\n", [{"email": "ada@example.com", "last_name": "No"}]),
        ("onboard_agent_settings", "site: Lisboa", {"site": "Lisboa"}),
        # Pasted text stays as it is: its lines are counted where it is read.
        ("onboard_addresses", "\nAda B <ada@example.com>;b@example.com\n", ["\nAda B <ada@example.com>;b@example.com\n"]),
        ("onboard_addresses", '["ada@example.com", "B, C <b@example.com>"]', ["ada@example.com", "B, C <b@example.com>"]),
        ("onboard_addresses", "[ada@example.com, b@example.com]", ["[ada@example.com, b@example.com]"]),
        ("onboard_protected", ["ada@example.com", ""], ["ada@example.com"]),
        ("onboard_ignore_keys", "cost center,desk", ["cost center", "desk"]),
        ("onboard_ignore_keys", '["a, b"]', ["a, b"]),
        ("onboard_fail_on", [], []),
        ("onboard_fail_on", "[]", []),
        ("onboard_fail_on", "failed, Blocked", ["failed", "blocked"]),
    ],
)  # fmt: skip
def test_it_is_read_as_what_it_means(name: str, given: t.Any, read: t.Any) -> None:
    found = one(name, given)
    assert found == read
    assert type(found) is type(read)


def test_paths_count_from_the_real_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PWD", "/nowhere")
    monkeypatch.setenv("HOME", "/somebody")
    assert one("onboard_users_file", "in/people.json") == f"{tmp_path}/in/people.json"
    assert one("onboard_csv_files", "a b.csv, ~/c.csv\n/d.csv") == [f"{tmp_path}/a b.csv", "/somebody/c.csv", "/d.csv"]


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("onboard_license", "premum", "onboard_license is 'premum': use one of premium, standard, none."),
        ("onboard_synchronize", "perhaps", "onboard_synchronize is 'perhaps': use yes or no."),
        ("onboard_part_size", 0, "onboard_part_size is 0: use a whole number, at least 1."),
        ("onboard_part_size", True, "onboard_part_size is true: use a whole number, at least 1."),
        ("synchronize_timeout", "nan", "synchronize_timeout is 'nan': use a number."),
        ("onboard_max_removals", "120%", "onboard_max_removals is '120%': use a number, or a share such as 5%."),
        ("onboard_max_removals", -1, "onboard_max_removals is -1: use a number, or a share such as 5%."),
        ("onboard_keep_runs", "0", "onboard_keep_runs is '0': use a time such as 30d, 12h, 45m or a number of seconds."),
        ("onboard_agent_settings", "site", "onboard_agent_settings is 'site': use a mapping."),
        ("onboard_agent_settings", "{site", "onboard_agent_settings is '{site': use a mapping; as text it must be YAML or JSON "
         "(line 1, column 2: expecting property name enclosed in double quotes)."),
        ("onboard_protected", {"a": 1}, 'onboard_protected is {"a": 1}: use addresses, as text or as a list; '
         "people with more than an address belong into onboard_users."),
        ("onboard_fail_on", "waiting", "onboard_fail_on is 'waiting': use a list of some of failed, blocked."),
        ("onboard_subscription_id", ["x"], 'onboard_subscription_id is ["x"]: use a text.'),
        ("synchronize_hook_header", ["s3cret"], "synchronize_hook_header is not usable: use a text."),
    ],
)  # fmt: skip
def test_a_wrong_one_is_named_with_its_value(name: str, given: t.Any, said: str) -> None:
    assert objection(**{name: given}) == said


def test_all_wrong_ones_are_told_at_once_and_shortly() -> None:
    said = objection(onboard_license="x" * 500, onboard_role="boss", onboard_users="ada@example.com")
    assert [name for name in ("onboard_license", "onboard_role", "onboard_users") if f"{name} is" in said] == [
        "onboard_license",
        "onboard_role",
        "onboard_users",
    ]
    assert "addresses alone belong into onboard_addresses" in said
    assert len(said) < 400


def test_what_is_wrong_with_the_report_is_known_before_anything_is_written() -> None:
    assert {"report_formats", "report_max_lines"} <= set(names_of("onboard"))
    assert "formats" not in options_of("onboard", typed({}, names_of("onboard")))


@pytest.mark.parametrize("option", ["license", "state", "columns"])
def test_an_export_takes_what_its_module_takes(option: str) -> None:
    spec = csv_export.SPEC.options[option]
    kind = BY_NAME[f"csv_{option}"].kind
    for word in spec["choices"]:
        assert kind.read(word) == ([word] if spec["type"] == "list" else word)


# -- options of a role -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_no_two_variables_of_a_role_become_one_option(role: str) -> None:
    options = options_of(role, typed({}, names_of(role)))
    gate = options.pop("gate", {})
    shown = [name for name in names_of(role) if name.startswith(ROLES[role]) and not BY_NAME[name].secret]
    assert len(options) == len(shown)
    assert ("retries" in gate) is (role in ("onboard", "synchronize"))


def test_the_documentation_lists_the_options() -> None:
    documented = returns("run")["options"]["contains"]
    options = options_of("onboard", typed({}, names_of("onboard")))
    # The people go into the roster: as a variable they would cost every task.
    assert documented.keys() - {"unknown_variables"} == options.keys() - {"users"}
    assert documented["gate"]["sample"].keys() == options["gate"].keys()
    assert not [v.name for v in VARIABLES if v.secret and v.name in str(documented)]


# -- misspelt ones ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("onboard_user", "onboard_users"),
        ("onboard_adresses", "onboard_addresses"),
        ("onboard_licence", "onboard_license"),
        ("roster_users", "onboard_users"),
        ("agent_settings_csv_files", "onboard_csv_files"),
        ("webex_organization_id", "webex_org_id"),
        ("webex_acces_token", "webex_access_token"),
        ("csv_file", "csv_files"),
        ("onboard_quite_another_thing", None),
        ("onbord_users", "onboard_users"),
    ],
)
def test_a_variable_that_nobody_reads_is_named_with_the_nearest(name: str, nearest: str | None) -> None:
    assert [(u.name, u.nearest) for u in unknown_variables([name])] == [(name, nearest)]


@pytest.mark.parametrize(
    "name",
    [*BY_NAME, "webex_org_id", "onboard_hosts", "__onboard_run", "wxcc_onboarding_run", "report_recipients", "csv_archive", "other",
     "agent_smith", "board"],
)  # fmt: skip
def test_what_is_ours_or_a_site_s_own_is_not(name: str) -> None:
    assert unknown_variables([name]) == []


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("preflight_fial", "preflight_fail"),
        ("preflight_max_removals", "onboard_max_removals"),
        ("agent_setting_chunk_size", "agent_settings_chunk_size"),
        ("synchronise_gate", "synchronize_gate"),
    ],
)
def test_a_misspelt_beginning_is_named_with_what_is_meant(written: str, meant: str) -> None:
    assert [(found.name, found.nearest) for found in unknown_variables([written])] == [(written, meant)]


def test_a_variable_of_the_site_behind_a_lenient_beginning_is_left_alone() -> None:
    assert unknown_variables(["preflight_ticket", "synchronise_clocks", "agent_setting_colors"]) == []


# -- the command line ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"_raw_params": "b@example.com, c@example.com"}, "'b@example.com, c@example.com'"),
        ({"_raw_params": "b.csv"}, "'b.csv'"),
        ({"_raw_params": "Ruiz <ana@example.com>"}, "'<ana@example.com>' and 1 other word"),
        ({"b@example.com": "2"}, "'b@example.com='"),
        # It may be the rest of a token.
        ({"_raw_params": "s3cret words"}, "2 words"),
    ],
)
def test_what_the_command_line_cut_off_is_told(variables: dict[str, str], said: str) -> None:
    problem = left_over({"onboard_addresses": "a@example.com", **variables})
    assert problem is not None
    assert problem.message == f"The command line holds what belongs to no variable: {said}. A value is cut off."
    assert "-e '{" in problem.advice
    assert "-e @" in problem.advice


def test_a_whole_command_line_is_fine() -> None:
    assert left_over({"onboard_addresses": "a@example.com, b@example.com", "_raw_params": ""}) is None
