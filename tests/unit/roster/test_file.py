"""The roster file: read, written, and what its rows say of where they came from."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import InputError
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.file import (
    ROSTER_FORMAT,
    Lists,
    RunRoster,
    read_people,
    read_wanted,
    write_roster,
    write_roster_of_run,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.rows import compose
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.table import RowTable
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.verdict import RefusalRule
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.record import read_record
from tests.unit.roster.run import Outcomes, begin

ADA, BRUNO = "ada@example.com", "bruno@example.com"
STOP, SKIP = RefusalRule("stop"), RefusalRule("skip")


@pytest.mark.parametrize("content", ["", "{", "[1", '{"people": []}', '"text"'])
def test_a_file_that_is_no_roster(content: str, tmp_path: Path) -> None:
    file = tmp_path / "roster.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"roster\.json"):
        read_people(str(file))


@pytest.mark.parametrize(
    ("content", "message", "advice"),
    [
        (b" \n", "is empty", "as JSON in UTF-8"),
        (b"\xef\xbb\xbfEmail,First Name\na@example.com,A\n", "is not JSON; it looks like a table", "onboard_csv_files"),
        (b"PK\x03\x04\x14", "is not JSON; it looks like a table", "onboard_csv_files"),
        (b"- email: ada@example.com\n", "is not JSON (line 1, column 1)", "as YAML in a file that ends with .yml"),
        (b'[{"email": "a", "email": "b"}]', "is not JSON: the key email stands twice", "as JSON in UTF-8"),
        (b'[{"email":\n"\xe9"}]', "is not JSON (line 2): it is not in UTF-8", "as JSON in UTF-8"),
        (b'{"users": [], "onboard_license": "premium"}', "holds onboard_license beside the people", "-e @file"),
        (b'{"email": "ada@example.com"}', "holds no list of people", "Write a list of people"),
        (b'[{"email": "ada@example.com"},\n oops]', "is not JSON (line 2, column 2)", "as JSON in UTF-8"),
        (b'{"users": [1, oops', "is not JSON (line 1, column 15)", "as JSON in UTF-8"),
        (b'[{"email": "\xff"}]', "is not JSON (line 1): it is not in UTF-8.", "as JSON in UTF-8"),
        (b'{"people": []}', "holds no list of people", "under users"),
    ],
)
def test_what_a_users_file_is_instead_is_said(content: bytes, message: str, advice: str, tmp_path: Path) -> None:
    file = tmp_path / "people"
    file.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_people(str(file))
    problem = caught.value.problem
    assert f"users_file (variable onboard_users_file) {file} {message}" in problem.message
    assert "char" not in problem.message, "that is the library's own text"
    assert advice in problem.advice
    assert problem.code == "invalid_input"


@pytest.mark.parametrize(
    ("content", "message", "advice"),
    [
        (b"# nobody\n", "holds no list of people", "- email: "),
        (b"\n", "is empty", "- email: "),
        (b"email: ada@example.com\n", "holds no list of people", "beginning with '- email: '"),
        (b"- email: a\n license: b\n", "is not YAML: line 2, column ", "- email: "),
        (b"- email: a\n  email: b\n", "is not YAML: line 2, column 3: the key email stands twice", "- email: "),
        (b"ada@example.com, bo@example.com\n", "holds no list of people", "- email: "),
        (b"- \xe9\n", "is not YAML (line 1): it is not in UTF-8", "- email: "),
        (b"PK\x03\x04\x14", "is not YAML; it looks like a table", "onboard_csv_files"),
    ],
)
def test_what_is_wrong_with_a_yaml_file_is_said_with_its_line(
    content: bytes, message: str, advice: str, tmp_path: Path
) -> None:
    file = tmp_path / "people.YML"
    file.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_people(str(file))
    problem = caught.value.problem
    assert f"users_file (variable onboard_users_file) {file} {message}" in problem.message
    assert advice in problem.advice


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("people.yml", "- email: ada@example.com\n  first_name: No\n"),
        ("people.yaml", "users:\n  - {email: ada@example.com, first_name: No}\nx_ticket: 7\n"),
        ("people.yml", "\ufeffonboard_users:\r\n- email: ada@example.com\r\n  first_name: No\r\n"),
        ("people.json", '\ufeff[{"email": "ada@example.com", "first_name": "No"}]'),
        ("people", '{"users": [{"email": "ada@example.com", "first_name": "No"}]}'),
    ],
)
def test_people_in_a_file_of_either_kind(name: str, content: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_text(content, encoding="utf-8", newline="")
    table = Lists(users_file=str(file)).table()
    assert table.findings == []
    [person] = table.people
    assert person == {"email": ADA, "first_name": "No", "source": f"{name}[0]", "sources": [f"{name}[0]"]}


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        read_people(str(tmp_path / "nowhere.json"))


def test_written_for_its_owner_alone_and_only_when_it_changes(tmp_path: Path) -> None:
    dest = tmp_path / "roster.json"

    def write(*addresses: str, check_mode: bool = False) -> dict[str, Any]:
        lists = Lists(addresses=addresses, defaults={"license": "premium"})
        return write_roster(lists, str(dest), STOP, check_mode=check_mode)

    checked = write(ADA, BRUNO, check_mode=True)
    assert {k: checked[k] for k in ("changed", "parts", "dest")} == {"changed": True, "parts": [0], "dest": str(dest)}
    assert not dest.exists()
    assert write(ADA, BRUNO)["changed"] is True
    assert stat.S_IMODE(dest.stat().st_mode) == 0o600
    before = dest.stat().st_mtime_ns
    assert write(ADA, BRUNO)["changed"] is False
    assert dest.stat().st_mtime_ns == before
    assert read_people(str(dest))[1]["license"] == "premium"
    assert write(ADA)["count"] == 1


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    dest = tmp_path / "nowhere" / "roster.json"
    with pytest.raises(InputError, match=r"^dest .*nowhere/roster\.json: No such file"):
        write_roster(Lists(addresses=[ADA]), str(dest), STOP, check_mode=False)


def test_nothing_is_written_when_something_is_wrong(tmp_path: Path) -> None:
    dest = tmp_path / "roster.json"
    lists = Lists(users=[{"email": "bad"}], addresses=[ADA])
    with pytest.raises(InputError, match=r"1 of 2 rows is refused \(users\[0\]\), and refused_rows is stop") as caught:
        write_roster(lists, str(dest), STOP, check_mode=False)
    assert caught.value.findings[0]["position"] == "users[0]"
    assert not dest.exists()
    assert write_roster(lists, str(dest), SKIP, check_mode=False)["count"] == 1


def test_places_survive_the_way_through_a_file(tmp_path: Path) -> None:
    dest = tmp_path / "roster.json"
    write_roster(Lists(users=[{"email": ADA}], addresses=[BRUNO]), str(dest), STOP, check_mode=False)
    rows, _findings = compose(json.loads(dest.read_text(encoding="utf-8"))["users"], label=str(dest))
    assert [row["source"] for row in rows] == ["users[0]", "addresses[0]"]
    # In another run, what the user wrote is that file.
    assert [row["source"] for row in Lists(users_file=str(dest)).table().people] == ["roster.json[0]", "roster.json[1]"]


def test_keys_of_ours_are_known_in_our_own_files_alone(tmp_path: Path) -> None:
    file = tmp_path / "roster.json"
    row = {"email": ADA, "csv": {"premium": True}, "source": "a.csv:2", "sources": ["a.csv:2"], "row": 7, "part": 1}
    users = [row, 5, {"email": BRUNO, "source": "a.csv:3"}]
    codes = {}
    for name, content in {
        "ours": {"format": ROSTER_FORMAT, "users": users},
        "plain": users,
    }.items():
        file.write_text(json.dumps(content), encoding="utf-8")
        table = Lists(users_file=str(file)).table()
        codes[name] = [(row.place, row.code) for row in table.refused]
        if name == "ours":
            # Places are about the run that wrote the file.
            assert table.people == [
                {
                    "email": ADA,
                    "csv": {"premium": True},
                    "source": "roster.json[0]",
                    "sources": ["roster.json[0]"],
                },
                {"email": BRUNO, "source": "roster.json[2]", "sources": ["roster.json[2]"]},
            ]
    no_person = ("roster.json[1]", "no_person")
    unknown = [("roster.json[0]", "unknown_key"), no_person, ("roster.json[2]", "unknown_key")]
    assert codes == {"ours": [no_person], "plain": unknown}
    file.write_text(json.dumps({"format": "x", "users": users}), encoding="utf-8")
    with pytest.raises(InputError, match="holds format beside the people"):
        Lists(users_file=str(file)).table()


def test_people_of_a_part_keep_the_numbers_of_the_whole_roster(tmp_path: Path) -> None:
    file = tmp_path / "roster-002.json"
    file.write_text(json.dumps([{"email": ADA, "row": 7, "source": "a.csv:9"}, {"email": BRUNO}]), encoding="utf-8")
    assert [(w.index, w.email, w.source) for w in read_wanted(str(file))] == [
        (7, ADA, "a.csv:9"),
        (1, BRUNO, f"{file}[1]"),
    ]
    file.write_text(json.dumps([{"email": "bad"}]), encoding="utf-8")
    with pytest.raises(InputError, match="The roster"):
        read_wanted(str(file))


# -- keys --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"email": ADA, "licence": "premium"}, "licence is no key of a person: did you mean license?"),
        ({"email": ADA, "rol": "supervisor"}, "rol is no key of a person: did you mean role?"),
        ({"mail": ADA}, "mail is no key of a person: did you mean email?"),
        ({"email": ADA, "agent": {"sites": "HQ"}}, "sites is no key of agent: did you mean site?"),
        ({"email": ADA, "zzz": 1}, "zzz is no key of a person"),
        ({"email": ADA, "licence": None}, "licence is no key of a person: did you mean license?"),
        # What only our own files carry is nobody's key in a list.
        ({"email": ADA, "source": "mine"}, "source is no key of a person"),
        ({"email": ADA, "csv": {"premium": True}}, "csv is no key of a person"),
        ({"email": ADA, "row": 7}, "row is no key of a person"),
    ],
)
def test_a_key_that_nobody_knows_refuses_its_row(row: dict[str, Any], said: str) -> None:
    table = Lists(users=[row, {"email": BRUNO}]).table()
    [found] = table.findings
    assert found.meaning == said
    assert [person["email"] for person in table.people] == [BRUNO]
    [refused] = table.refused
    assert (refused.place, refused.code) == ("users[0]", "unknown_key")


def test_keys_of_the_site_are_left_out() -> None:
    row = {"email": ADA, "x_cost": 7, "cost": 8, "agent": {"site": "HQ", "x_desk": 1, "cost": 2}}
    table = Lists(users=[row], ignored=["cost"]).table()
    assert table.findings == []
    [person] = table.people
    assert person == {"email": ADA, "agent": {"site": "HQ"}, "source": "users[0]", "sources": ["users[0]"]}


def test_defaults_that_nobody_knows_are_an_error() -> None:
    with pytest.raises(InputError, match=r"licence is no key of defaults: did you mean license\?") as caught:
        Lists(defaults={"licence": "premium"}).table()
    assert (caught.value.problem.code, caught.value.problem.advice) == ("invalid_input", "Use license and role.")


# -- runs --------------------------------------------------------------------------------------------------------------------


def test_every_row_of_a_run_is_a_persons_or_refused(tmp_path: Path) -> None:
    directory = begin(tmp_path)
    users = [{"email": ADA}, {"email": "bad"}, "text", {"email": BRUNO, "title": "A"}, {"email": BRUNO, "title": "B"}]
    lists = Lists(users=users, addresses=["cy@example.com, CY@example.com"], merge=True, prefix="onboard_")
    result = write_roster_of_run(lists, directory, SKIP, check_mode=False)
    assert {k: result[k] for k in ("changed", "count", "rows", "refused", "agents", "parts")} == {
        "changed": False,
        "count": 2,
        "rows": 7,
        "refused": 4,
        "agents": 0,
        "parts": [0],
    }
    left = Outcomes.of(directory)
    assert [(p["row"], p["part"], p["sources"]) for p in left.people] == [
        (0, 0, ["onboard_users[0]"]),
        (1, 0, ["onboard_addresses[0]", "onboard_addresses[1]"]),
    ]
    assert [(r["source"], r["email"], r["error"]["code"]) for r in left.refused] == [
        ("onboard_users[1]", None, "address_invalid"),
        ("onboard_users[2]", None, "no_person"),
        ("onboard_users[3]", BRUNO, "contradiction"),
        ("onboard_users[4]", BRUNO, "contradiction"),
    ]
    assert all(
        "onboard_users[3] and onboard_users[4]" in f["message"] for f in result["findings"] if f["email"] == BRUNO
    )
    record = read_record(directory)
    assert set(record.rosters) == {"roster.json"}
    assert list(record.findings) == result["findings"]
    assert result["lines"][0] == "4 of 7 rows are refused; the report names each"
    assert len(result["lines"]) <= 15


@pytest.mark.parametrize(
    ("rule", "refused"),
    [
        (RefusalRule("skip", "1"), False),
        (RefusalRule("skip", 0), True),
        (RefusalRule("skip", "50%"), False),
        (RefusalRule("skip", "49%"), True),
        (RefusalRule("skip", " "), False),
        (RefusalRule("stop", "1"), True),
    ],
)
def test_how_many_rows_may_be_refused(rule: RefusalRule, refused: bool, tmp_path: Path) -> None:
    directory = begin(tmp_path)
    lists = Lists(users=[{"email": "bad"}], addresses=[ADA])
    if not refused:
        write_roster_of_run(lists, directory, rule, check_mode=False)
        assert read_record(directory).rosters
        return
    with pytest.raises(InputError, match=r"1 of 2 rows is refused \(users\[0\]\)"):
        write_roster_of_run(lists, directory, rule, check_mode=False)
    record = read_record(directory)
    # The report still knows every row, and no step takes the roster.
    assert record.stopped is not None
    assert (record.rosters, record.stopped["step"]) == ({}, "row")
    assert [f["position"] for f in record.findings] == ["users[0]"]
    assert len(Outcomes.of(directory).refused) == 1


def test_a_percentage_waits_for_the_files(tmp_path: Path) -> None:
    directory = begin(tmp_path, csv_files=["x.csv"])
    lists = Lists(users=[{"email": "bad"}])
    assert write_roster_of_run(lists, directory, RefusalRule("skip", "1%"), check_mode=False)["refused"] == 1
    with pytest.raises(InputError, match="write a number, or a percentage"):
        write_roster_of_run(lists, directory, RefusalRule("skip", "some"), check_mode=False)


def test_an_empty_roster_is_normal_unless_a_variable_is_misspelt(tmp_path: Path) -> None:
    result = write_roster_of_run(Lists(), begin(tmp_path / "a"), STOP, check_mode=False)
    assert [(f["level"], f["code"]) for f in result["findings"]] == [("warning", "empty_roster")]
    unknown = [{"name": "onboard_user", "nearest": "onboard_users"}]
    with pytest.raises(InputError, match=r"onboard_user \(did you mean onboard_users\?\)"):
        write_roster_of_run(Lists(), begin(tmp_path / "b", unknown_variables=unknown), STOP, check_mode=False)
    files = begin(tmp_path / "c", unknown_variables=unknown, csv_files=["x.csv"])
    assert write_roster_of_run(Lists(), files, STOP, check_mode=False)["findings"] == []


def test_check_mode_writes_in_a_check_runs_directory_alone(tmp_path: Path) -> None:
    real, check = begin(tmp_path / "a"), begin(tmp_path / "b", check_mode=True)
    lists = Lists(addresses=[ADA])
    before = {p.name: p.read_bytes() for p in Path(real).iterdir()}
    assert write_roster_of_run(lists, real, STOP, check_mode=True)["count"] == 1
    assert {p.name: p.read_bytes() for p in Path(real).iterdir()} == before
    write_roster_of_run(lists, check, STOP, check_mode=True)
    assert len(Outcomes.of(check).people) == 1
    with pytest.raises(InputError, match="check run"):
        write_roster_of_run(lists, check, STOP, check_mode=False)
    with pytest.raises(InputError, match="refused_rows is stop"):
        write_roster_of_run(Lists(addresses=["bad"]), real, STOP, check_mode=True)
    assert {p.name: p.read_bytes() for p in Path(real).iterdir()} == before


def test_an_organization_that_is_only_looked_at_has_a_roster_all_the_same(tmp_path: Path) -> None:
    directory = begin(tmp_path, writable=False)
    assert write_roster_of_run(Lists(addresses=[ADA]), directory, STOP, check_mode=False)["count"] == 1


def test_the_lists_wait_for_the_files_beside_them(tmp_path: Path) -> None:
    directory = begin(tmp_path)
    run = RunRoster(read_record(directory), keep=True)
    assert run.read_list() == RowTable()
    lists = Lists(users=[{"email": ADA, "title": "A"}, {"email": "bad"}], addresses=[ADA], merge=True)
    write_roster_of_run(lists, directory, SKIP, check_mode=False)
    table = lists.table()
    assert len(table.people) == 1
    assert run.read_list() == RowTable([], table.rows, table.refused)


def test_parts_hold_their_people_under_the_numbers_of_the_whole_roster(tmp_path: Path) -> None:
    directory = begin(tmp_path)
    table = Lists(addresses=[ADA, BRUNO, "cy@example.com"]).table()
    run = RunRoster(read_record(directory), keep=True)
    # As rows spell them: one person, however the address is written.
    parts = [[{"email": BRUNO.upper()}], [{"email": ADA}, {"email": "cy@example.com"}]]
    assert run.write(table, parts) == [1, 2]
    run.close(lambda: {"findings": []})
    names = ["roster.json", "roster-001.json", "roster-002.json"]
    assert list(read_record(directory).rosters) == names
    assert [[(p["row"], p["part"]) for p in read_people(str(Path(directory) / name))] for name in names] == [
        [(0, 2), (1, 1), (2, 2)],
        [(1, 1)],
        [(0, 2), (2, 2)],
    ]
    # What is one part is none.
    assert run.write(table, parts[:1]) == [0]
    assert {p["part"] for p in Outcomes.of(directory).people} == {0}


# -- pasted addresses --------------------------------------------------------------------------------------------------------


def test_whoever_is_pasted_twice_is_one_person() -> None:
    table = Lists(addresses=[f"To: Ada Lo <{ADA}>\nCc: {ADA.upper()}; {BRUNO}"]).table()
    assert [(p["email"], p["sources"]) for p in table.people] == [
        (ADA, ["addresses[0]", "addresses[1]"]),
        (BRUNO, ["addresses[2]"]),
    ]
    assert [(f.level, f.code) for f in table.findings] == [("warning", "duplicate")]
    # In a list beside it the same person may be declared otherwise, so that is for the option to allow.
    both = Lists(users=[{"email": ADA}], addresses=[ADA]).table()
    assert len(both.refused) == 2


def test_a_pasted_name_never_contradicts_a_declared_one(tmp_path: Path) -> None:
    row = {"email": ADA, "first_name": "Ada María", "last_name": "Lo"}
    table = Lists(users=[row], addresses=[f"Ada Lo <{ADA}>, Ada Poe <{BRUNO}>, Ada Roe <{BRUNO}>"], merge=True).table()
    assert [f.level for f in table.findings] == ["warning", "warning"]
    ada, bruno = table.people
    assert (ada["first_name"], ada["name_if_new"]["first_name"]) == ("Ada María", "Ada")
    assert bruno["name_if_new"] == {}, "two names for one address, and nobody knows which is right"
    dest = tmp_path / "roster.json"
    write_roster(Lists(addresses=[f"Ada Lo <{ADA}>"]), str(dest), STOP, check_mode=False)
    [read] = Lists(users_file=str(dest)).table().people
    assert read["name_if_new"] == {"first_name": "Ada", "last_name": "Lo"}


def test_what_cannot_be_understood_is_told_with_line_and_text() -> None:
    text = f"Subject: new people\nSales Team <{ADA}>\nBruno Lo\nFrom: Boss <boss@example.com>\n{BRUNO}, jos\u00e9@example.com"
    table = Lists(addresses=[text], prefix="onboard_").table()
    assert [p["email"] for p in table.people] == [ADA, BRUNO]
    assert all("name_if_new" not in p for p in table.people)
    assert [(r.place, r.email) for r in table.refused] == [
        ("onboard_addresses[1]", ""),
        ("onboard_addresses[2]", "boss@example.com"),
        ("onboard_addresses[4]", ""),
    ]
    said = [f.message for f in table.findings]
    assert "onboard_addresses[1]: line 3: 'Bruno Lo' is not an e-mail address: there is no @ in it." in said[0]
    assert "line 4: 'Boss <boss@example.com>' is not taken: this is who sent the mail, who may not be meant." in said[1]
    assert (
        "line 5: 'jos\u00e9@example.com' is not an e-mail address: the address holds characters beyond ASCII" in said[2]
    )
    assert "no name is taken from 'Sales Team' in line 2." in said[3]
    assert "there is no address in line 1: 'Subject: new people'" in said[4]
    assert [f.level for f in table.findings[3:]] == ["warning", "warning"]


def test_columns_that_are_not_read_are_named() -> None:
    table = Lists(addresses=[f"E-mail\tFirst name\tLast name\tSite\n{ADA}\tAda\tLo\tLisboa"]).table()
    [found] = table.findings
    assert "of the columns Site nothing is read" in found.message
    assert table.people[0]["name_if_new"] == {"first_name": "Ada", "last_name": "Lo"}
