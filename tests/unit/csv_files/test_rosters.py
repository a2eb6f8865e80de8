"""Files, and lists beside them, as the roster of a run: who stands where, in which part, and what a terminal shows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.rosters import (
    OnRecord,
    Wish,
    check_files,
    check_files_of_run,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.write import encode_rows
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import InputError
from ansible_collections.wxcc.onboarding.plugins.module_utils._model import address_key
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.file import Lists, write_roster_of_run
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.finding import Finding
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.verdict import RefusalRule, summary_lines
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.record import read_record
from tests.unit.roster.run import Outcomes, begin

NAMES = ["First Name", "Last Name", "Title", "User ID/Email (Required)"]
LICENSES = ["Webex Contact Center Standard", "Webex Contact Center Premium"]
HEADER = [*NAMES, *LICENSES]
SKIP = RefusalRule("skip")


def put(path: Path, *rows: list[str], header: list[str] | None = None) -> str:
    """A file of these rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encode_rows([header or HEADER, *rows]))
    return str(path)


def check(directory: str, paths: list[str], *, mode: str = "add_only", size: int = 1000, **more: Any) -> dict[str, Any]:
    on_record = more.pop("on_record", None)
    return check_files_of_run(
        Wish(paths, mode, size, on_record), directory, more.pop("rule", SKIP), check_mode=False, **more
    )


def beside(tmp_path: Path, title_in_file: str, **fields: Any) -> tuple[dict[str, Any], Outcomes]:
    """What becomes of a file with this title and a list."""
    directory = begin(tmp_path)
    write_roster_of_run(Lists(users=[{"email": "ada@example.com", **fields}]), directory, SKIP, check_mode=False)
    path = put(tmp_path / "x.csv", ["Ada", "M", title_in_file, "Ada@example.com", "", "TRUE"])
    return check(directory, [path]), Outcomes.of(directory)


@pytest.mark.parametrize(
    "fields",
    [
        {"title": ""},
        {"department": ""},
        {"administrator_roles": []},
        {"agent": {"teams": [], "site": ""}},
    ],
)
def test_a_list_beside_a_file_clears_as_the_list_alone_does(tmp_path: Path, fields: dict[str, Any]) -> None:
    result, left = beside(tmp_path, "", **fields)
    assert (result["ok"], result["rows"], result["count"]) == (True, 2, 1)
    [user] = left.people
    assert {name: user[name] for name in fields} == fields
    assert (user["source"], user["sources"]) == ("x.csv:2", ["x.csv:2", "users[0]"])


def test_a_list_that_clears_what_the_file_sets_contradicts_it(tmp_path: Path) -> None:
    result, left = beside(tmp_path, "Agent", title="")
    [found] = result["findings"]
    assert found["meaning"] == (
        "For Ada@example.com, x.csv:2 says 'Agent' and users[0] says ''. Nothing is done for this person."
    )
    assert (left.people, left.places, result["refused"]) == ([], ["x.csv:2", "users[0]"], 2)


def test_a_license_of_the_lists_defaults_counts_beside_a_file(tmp_path: Path) -> None:
    directory = begin(tmp_path)
    lists = Lists(addresses=["ada@example.com", "bo@example.com"], defaults={"license": "premium"})
    write_roster_of_run(lists, directory, SKIP, check_mode=False)
    path = put(tmp_path / "x.csv", ["Ada", "M", "", "ada@example.com", "TRUE", ""])
    assert check(directory, [path])["refused"] == 2
    [bo] = Outcomes.of(directory).people
    assert (bo["email"], bo["license"]) == ("bo@example.com", "premium")


def test_whom_the_list_contradicts_no_file_brings_in(tmp_path: Path) -> None:
    directory = begin(tmp_path)
    users = [{"email": "ada@example.com", "title": "A"}, {"email": "ada@example.com", "title": "B"}]
    write_roster_of_run(Lists(users=users), directory, SKIP, check_mode=False)
    path = put(tmp_path / "x.csv", ["Ada", "M", "", "ada@example.com", "", "TRUE"])
    result = check(directory, [path])
    assert (result["count"], result["refused"], result["rows"]) == (0, 3, 3)
    # What the list's own checks said is not said again.
    assert result["findings"] == []


def test_without_a_run_the_people_come_back(tmp_path: Path) -> None:
    path = put(tmp_path / "x.csv", ["Ada", "M", "", "Ada@example.com", "", "TRUE"])
    (tmp_path / "list.json").write_text('[{"email": "jos\u00e9@example.com"}, 5, {"email": "bo@example.com"}]', "utf-8")
    result = check_files(Wish([path], "add_only"), str(tmp_path / "list.json"))
    assert [user["email"] for user in result["users"]] == ["Ada@example.com", "bo@example.com"]
    assert [f["position"] for f in result["findings"]] == ["list.json[0]", "list.json[1]"]
    assert (result["ok"], result["rows"], result["refused"], result["counts"]["error"]) == (False, 4, 2, 2)


def test_parts_in_the_order_of_import(tmp_path: Path) -> None:
    directory = begin(tmp_path)
    write_roster_of_run(Lists(addresses=["zoe@example.com", "a1@example.com"]), directory, SKIP, check_mode=False)
    files = [
        put(tmp_path / f"{name}.csv", *[["F", "L", "", f"{name}{n}@example.com", "", "TRUE"] for n in range(3)])
        for name in "ba"
    ]
    result = check(directory, files, size=2)
    assert result["parts"] == [1, 2, 3, 4, 5]
    people = Outcomes.of(directory).people
    assert [person["row"] for person in people] == list(range(7))
    assert [person["part"] for person in people] == [1, 1, 2, 3, 3, 4, 5]
    parts = [json.loads((Path(directory) / f"roster-00{n}.json").read_text("utf-8"))["users"] for n in range(1, 6)]
    assert [person for part in parts for person in part] == people
    assert set(read_record(directory).rosters) == {"roster.json", *(f"roster-00{n}.json" for n in range(1, 6))}


def test_a_file_that_is_no_table_is_one_refused_row_and_the_others_go_on(tmp_path: Path) -> None:
    directory = begin(tmp_path)
    picture = tmp_path / "picture.csv"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    good = put(tmp_path / "good.csv", ["Ada", "M", "", "ada@example.com", "", "TRUE"])
    result = check(directory, [str(picture), str(tmp_path / "none.csv"), good])
    assert (result["count"], result["rows"], result["refused"]) == (1, 3, 2)
    refused = Outcomes.of(directory).refused
    assert [(line["source"], line["email"], line["error"]["code"]) for line in refused] == [
        ("picture.csv", None, "not_csv"),
        ("none.csv", None, "unreadable"),
    ]
    # Which file is missing is said with its whole path.
    assert any(str(tmp_path / "none.csv") in finding["message"] for finding in result["findings"])


def test_a_bulk_operations_file_creates_nobody(tmp_path: Path) -> None:
    directory = begin(tmp_path)
    users = put(tmp_path / "x.csv", ["Ada", "M", "", "ada@example.com", "", "TRUE"])
    rows = [["ada@example.com", "HQ", "Day"], ["bo@example.com", "HQ", "Day"]]
    agents = put(tmp_path / "agents.csv", *rows, header=["Email", "Site", "Teams"])
    assert check(directory, [users, agents])["agents"] == 2
    assert [person.get("creates") for person in Outcomes.of(directory).people] == [None, False]


def test_rows_without_an_address_are_counted_by_their_line(tmp_path: Path) -> None:
    directory = begin(tmp_path)
    good, width, nobody = (
        ["N", "R", "", "nia@example.com", "TRUE", ""],
        ["T", "R", "", "tom@example.com", "TRUE"],
        [""] * 6,
    )
    path = put(tmp_path / "x.csv", good, width, ["I", "F", "", "", "TRUE", ""], nobody)
    result = check(directory, [path])
    assert (result["count"], result["rows"], result["refused"]) == (1, 3, 2)
    refused = Outcomes.of(directory).refused
    assert [(line["source"], line["email"]) for line in refused] == [("x.csv:3", "tom@example.com"), ("x.csv:4", None)]


def test_damaged_numbers_are_settled_by_the_record(tmp_path: Path) -> None:
    directory = begin(tmp_path)
    header = ["First Name", "Last Name", "User ID/Email (Required)", "Phone Number"]
    path = put(tmp_path / "x.csv", ["Ada", "M", "ada@example.com", "1.20256E+10"], header=header)
    on_record = OnRecord({"ada@example.com"}, {"ada@example.com": ["+12025550101"]})
    assert check(directory, [path])["counts"] == {"error": 0, "warning": 2, "repaired": 0}
    assert check(directory, [path], on_record=on_record)["counts"] == {"error": 0, "warning": 1, "repaired": 1}
    assert Outcomes.of(directory).refused == []


# -- where results go, looked at first ---------------------------------------------------------------------------------------


def test_a_results_directory_that_is_missing_is_found_first(tmp_path: Path) -> None:
    directory = begin(tmp_path, csv_results_directory=str(tmp_path / "nowhere"))
    path = put(tmp_path / "x.csv")
    with pytest.raises(InputError, match=r"results_directory .*nowhere does not exist"):
        check(directory, [path])
    with pytest.raises(InputError, match="files is empty"):
        check(directory, [])


def test_results_of_one_name_in_one_place_are_refused_first(tmp_path: Path) -> None:
    directory = begin(tmp_path)
    row = ["Ada", "M", "", "ada@example.com", "", "TRUE"]
    one, two = put(tmp_path / "one" / "x.csv", row), put(tmp_path / "two" / "x.csv", row)
    assert check(directory, [one, two])["count"] == 1
    with pytest.raises(InputError, match="would be one file"):
        check(directory, [one, two], results_directory=str(tmp_path))
    with pytest.raises(InputError, match="is named twice"):
        check(directory, [one, str(tmp_path / "two" / ".." / "one" / "x.csv")])
    with pytest.raises(InputError, match="would be one file"):
        check(directory, [one, put(tmp_path / "one" / "x.CSV", row)])


@pytest.mark.parametrize(("mine", "other"), [(True, True), (True, False), (False, True)])
def test_one_file_for_two_hosts(mine: bool, other: bool, tmp_path: Path) -> None:
    """Refused unless each names its organization; a host that begins later is known by the play's variables."""
    path = put(tmp_path / "x.csv", ["Ada", "M", "", "ada@example.com", "", "TRUE"])
    first, second = begin(tmp_path, host="one", named=other), begin(tmp_path, host="two", named=mine)
    check(first, [path])
    if mine and other:
        assert check(second, [path])["count"] == 1
        return
    with pytest.raises(
        InputError, match=f"two and one read the same CSV file, and {'one' if mine else 'two'} does not"
    ):
        check(second, [path])
    lonely = begin(tmp_path / "later", named=False)
    with pytest.raises(InputError, match="acme and tokyo read the same CSV file, and acme does not"):
        check(lonely, [path], shared_with=["tokyo"])


# -- the terminal ------------------------------------------------------------------------------------------------------------


def test_findings_at_the_terminal() -> None:
    """Errors first, then repairs, then warnings; what recurs in a column stands there once, and the rest is counted."""

    def finding(level: str, code: str, line: int, column: str = "Title") -> Finding:
        return Finding(level, code, "x.csv", line, column, "c", f"Meaning of {code}.", "Do it.", "")

    lines = summary_lines(
        [
            *(finding("warning", "long", line) for line in range(2, 12)),
            finding("repaired", "blank", 3),
            finding("error", "mark", 5),
            finding("error", "mark", 9),
        ]
    )
    assert lines == [
        "error: line 5 of x.csv, column 'Title': 'c' Meaning of mark. Do it. (also in line 9)",
        "repaired: line 3 of x.csv, column 'Title': 'c' Meaning of blank.",
        "warning: line 2 of x.csv, column 'Title': 'c' Meaning of long. (also in lines 3, 4, 5 and more)",
    ]
    many = summary_lines([finding("warning", "long", 2, f"Column {number}") for number in range(40)])
    assert len(many) == 15
    assert many[-1].startswith("and 26 more kinds of findings")


# -- the table of rows -------------------------------------------------------------------------------------------------------

_addresses = st.sampled_from(["ada@example.com", "ADA@example.com", "bo@example.com", "cy@example.com", "", "bad"])
_cells = st.sampled_from(["", "TRUE", "FALSE", "x"])
_rows = st.lists(st.tuples(_addresses, st.sampled_from(["", "A", "B"]), _cells, _cells, st.booleans()), max_size=5)
_people = st.fixed_dictionaries(
    {},
    optional={
        "email": _addresses,
        "title": st.sampled_from([None, "", "A"]),
        "license": st.sampled_from(["premium", "gold"]),
        "role": st.just("supervisor"),
        "licence": st.just("premium"),
        "x_own": st.integers(),
    },
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(
    files=st.lists(_rows, min_size=1, max_size=3),
    users=st.lists(st.one_of(_people, st.just(5)), max_size=4),
    addresses=st.lists(_addresses.filter(bool), max_size=3),
    merge=st.booleans(),
    mode=st.sampled_from(["add_only", "add_and_remove"]),
)
def test_every_row_is_in_one_place_of_the_table(
    tmp_path_factory: pytest.TempPathFactory,
    files: list[list[tuple[str, str, str, str, bool]]],
    users: list[Any],
    addresses: list[str],
    merge: bool,
    mode: str,
) -> None:
    base = tmp_path_factory.mktemp("table")
    directory = begin(base)
    lists = Lists(users=users, addresses=addresses, merge=merge, prefix="onboard_")
    write_roster_of_run(lists, directory, SKIP, check_mode=False)
    wanted = [f"onboard_users[{i}]" for i in range(len(users))]
    wanted += [f"onboard_addresses[{i}]" for i in range(len(addresses))]
    paths = []
    for number, rows in enumerate(files):
        cut = [["F", "L", title, email, one, two][: 6 - short] for email, title, one, two, short in rows]
        paths.append(put(base / f"f{number}.csv", *cut))
        # A header and nothing below is a file without rows: one place.
        wanted += [f"f{number}.csv:{line}" for line in range(2, 2 + len(rows))] or [f"f{number}.csv"]
    result = check(directory, paths, mode=mode)
    left = Outcomes.of(directory)
    assert sorted(left.places) == sorted(wanted)
    assert (result["rows"], result["refused"], result["count"]) == (len(wanted), len(left.refused), len(left.people))
    assert [person["row"] for person in left.people] == list(range(len(left.people)))
    keys = [address_key(person["email"]) for person in left.people]
    assert len(keys) == len(set(keys))
    contradicted = {address_key(line["email"]) for line in left.refused if line["error"]["code"] == "contradiction"}
    assert not contradicted & set(keys)
    for line in left.refused:
        assert line["error"]["message"]
        assert line["error"]["advice"]
    assert len(result["lines"]) <= 15
