"""Rows of lists, each condition by itself: what is said of a row word for word, and which rows go on."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import InputError
from ansible_collections.wxcc.onboarding.plugins.module_utils._model import Wanted
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.finding import Finding
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.rows import (
    Entry,
    address_entries,
    check_row,
    checked_addresses,
    clean_row,
    compose,
    raise_for_errors,
    table_of,
    to_wanted,
)

ADA, BRUNO = "ada@example.com", "bruno@example.com"


def entries(*rows: Any) -> list[Entry]:
    return [Entry(f"users[{n}]", row) for n, row in enumerate(rows)]


def told(*rows: Any, **more: Any) -> list[tuple[str, str, str]]:
    return [(f.level, f.position, f.meaning) for f in table_of(entries(*rows), **more).findings]


# --- one row ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "level", "code", "meaning", "action"),
    [
        ({"license": "gold"}, "error", "license", "license is 'gold'", "Use one of standard, premium, none."),
        ({"role": "supervisor", "license": "gold"}, "error", "license", "license is 'gold'", None),
        ({"title": 5}, "error", "title", "title is 5, not text", "Put quotes around it."),
        ({"first_name": "x" * 257}, "error", "first_name", "first_name has 257 characters", "At most 256."),
        ({"title": "a\x00b"}, "error", "title", "title holds control characters", "Type it again."),
        ({"administrator_roles": "A"}, "error", "administrator_roles", None, "Write a list."),
        ({"administrator_roles": ["A", 5]}, "error", "administrator_roles", None, "Write a list."),
        (
            {"agent": []},
            "error",
            "agent",
            "agent is not a mapping",
            None,
        ),
        ({"agent": {"site": 5}}, "error", "agent", "agent.site is 5, not text", "Put quotes around it."),
        ({"source": 5}, "error", "source", "source is 5, not text", "Leave it out."),
        ({"sources": "a.csv:2"}, "error", "source", "sources holds no places of rows", "Leave it out."),
        ({"columns": ["A"]}, "error", "columns", "columns holds no columns of a CSV row", "Leave it out."),
        (
            {"csv": {"standard": 1}},
            "error",
            "csv",
            "csv holds no cells of a CSV row",
            "Leave it out, and declare license.",
        ),
        (
            {"role": "supervisor", "license": "none"},
            "error",
            "needs_premium",
            "a supervisor needs the premium license, not none",
            "Set license: premium.",
        ),
        (
            {"role": "administrator", "license": "standard"},
            "warning",
            "administrator_standard",
            "an administrator with the standard license gets no administrator features in the contact center",
            "Set license: premium.",
        ),
        ({"mail": ADA, "email": None}, "error", "unknown_key", "mail is no key of a person: did you mean email?", None),
    ],
)
def test_what_is_said_of_a_row(
    row: dict[str, Any], level: str, code: str, meaning: str | None, action: str | None
) -> None:
    [found] = check_row({"email": ADA, **row}, "a.csv:7")
    email = "" if "mail" in row else ADA
    meant = meaning or "administrator_roles is not a list of names"
    assert found == Finding(level, code, "a.csv", 7, "", "", meant, action or found.action, email)
    assert found.action


@pytest.mark.parametrize(
    "row",
    [
        {"first_name": "x" * 256, "title": None, "license": None},
        {"role": "supervisor", "license": "premium"},
        {"role": "supervisor"},
        {"role": "agent", "license": "standard"},
        {"role": "administrator", "license": "premium"},
        {"license": "standard"},
        {"administrator_roles": ["A"]},
        {"administrator_roles": []},
        {"agent": None},
        {"source": "a.csv:2", "sources": ["a.csv:2"], "columns": {"A": "B"}, "csv": {}},
        {"sources": None, "columns": None, "csv": None, "source": None},
        {"csv": {"premium": True, "standard": None, "subscriptions": {"premium": {"Sub1": False, "": None}}}},
        {"csv": {"premium": False, "subscriptions": None}},
    ],
)
def test_what_nothing_is_said_of(row: dict[str, Any]) -> None:
    assert check_row({"email": ADA, **row}, "users[0]") == []


@pytest.mark.parametrize(("row", "kind"), [("a", "a text"), (5, "a number"), (None, "nothing"), ([], "a list")])
def test_what_is_no_person(row: Any, kind: str) -> None:
    action = "Write one mapping a person, with email."
    assert check_row(row, "users[3]") == [
        Finding("error", "no_person", "users[3]", 0, "", "", f"{kind} instead of a person", action)
    ]


def test_what_our_own_files_carry_is_a_list_s_mistake() -> None:
    row = {"email": ADA, "csv": {"premium": True}, "x_cost": 5, "cost": 7}
    assert check_row(row, "users[0]", ignored=["cost"]) == []
    assert [f.meaning for f in check_row(row, "users[0]", own=False, ignored=["cost"])] == ["csv is no key of a person"]
    assert [f.code for f in check_row(row, "users[0]")] == ["unknown_key"]


def test_a_cleaned_row_holds_what_is_set() -> None:
    row = {"email": f" {ADA}\u200b", "first_name": " Ada ", "title": None, "x_cost": 5, "administrator_roles": [" A "]}
    common = {"email": ADA, "first_name": "Ada", "administrator_roles": [" A "]}
    assert clean_row(row, "users[3]") == {**common, "source": "users[3]", "sources": ["users[3]"]}
    assert clean_row({**row, "source": "a.csv:2"}, "users[3]") == {
        **common,
        "source": "a.csv:2",
        "sources": ["a.csv:2"],
    }
    both = {"source": "a.csv:2", "sources": ["a.csv:2", "b.csv:3"]}
    assert clean_row({**row, **both}, "users[3]") == {**common, **both}


# --- rows of one person -------------------------------------------------------------------------------------------------


def test_of_rows_that_contradict_each_other_all_are_refused_and_each_hears_what_is_its_own() -> None:
    rows = [
        {"email": ADA, "title": "A"},
        {"email": "bad"},
        {"email": ADA.upper(), "title": "B"},
        {"email": BRUNO},
        {"email": ADA},
    ]
    table = table_of(entries(*rows), merge=True, defaults={"license": "premium", "role": None})
    assert [person["email"] for person in table.people] == [BRUNO]
    assert table.rows == [
        {"email": BRUNO, "source": "users[3]", "sources": ["users[3]"], "license": "premium"},
    ]
    # In the order of the list. The last one says nothing against the others, and cannot go on without them.
    assert [(r.place, r.email, r.code) for r in table.refused] == [
        ("users[0]", ADA, "contradiction"),
        ("users[1]", "bad", "address_invalid"),
        ("users[2]", ADA.upper(), "contradiction"),
        ("users[4]", ADA, "contradiction"),
    ]
    text = f"the address stands twice (written {ADA} and {ADA.upper()}) and contradicts itself in title"
    action = "Keep one of the rows; until then nothing is done for this person."
    clash = Finding("error", "contradiction", "users[0] and users[2]", 0, "", "", text, action, ADA.upper())
    assert [r.findings for r in table.refused if r.code == "contradiction"] == [(clash,)] * 3
    assert clash in table.findings
    assert table.total == 5


def test_each_pair_of_places_that_contradict_each_other_is_told_once() -> None:
    rows = [
        {"email": ADA, "title": "A", "role": "agent"},
        {"email": ADA, "title": "B"},
        {"email": ADA, "role": "supervisor"},
    ]
    assert told(*rows, merge=True) == [
        ("error", "users[0] and users[1]", "the address stands twice and contradicts itself in title"),
        ("error", "users[0] and users[2]", "the address stands twice and contradicts itself in role"),
    ]
    table = table_of(entries(*rows), merge=True)
    assert [[f.file for f in r.findings] for r in table.refused] == [
        ["users[0] and users[1]", "users[0] and users[2]"],
        ["users[0] and users[1]"],
        ["users[0] and users[2]"],
    ]


@pytest.mark.parametrize("merge", [True, False])
def test_an_address_that_stands_twice(merge: bool) -> None:
    rows = [{"email": ADA}, {"email": ADA}, {"email": ADA.upper()}]
    table = table_of(entries(*rows), merge=merge)
    once = "; it counts once" if merge else ""
    level, action = ("warning", "Keep one row.") if merge else ("error", "Keep one of the two rows.")
    twice = "the address stands twice"
    assert table.findings == [
        Finding(level, "duplicate", "users[0] and users[1]", 0, "", "", f"{twice}{once}", action, ADA),
        Finding(
            level,
            "duplicate",
            "users[0] and users[2]",
            0,
            "",
            "",
            f"{twice} (written {ADA} and {ADA.upper()}){once}",
            action,
            ADA.upper(),
        ),
    ]
    assert [len(table.people), len(table.rows), len(table.refused)] == ([1, 3, 0] if merge else [0, 0, 3])


def test_what_a_default_makes_of_a_row_is_told_at_its_place_and_what_stood_there_is_not_told_twice() -> None:
    rows = [{"email": ADA, "license": "standard"}, {"email": BRUNO, "role": "administrator", "license": "standard"}]
    said = "an administrator with the standard license gets no administrator features in the contact center"
    assert told(*rows, defaults={"role": "administrator"}) == [
        ("warning", "users[1]", said),
        ("warning", "users[0]", said),
    ]
    table = table_of(entries(*rows), defaults={"role": "supervisor"})
    assert [(r.place, r.code) for r in table.refused] == [("users[0]", "needs_premium")]


# --- lists --------------------------------------------------------------------------------------------------------------


def test_a_place_is_a_row_s_own_only_where_it_may_bring_one() -> None:
    rows = [{"email": ADA, "source": "a.csv:2"}, {"email": BRUNO}]
    people, findings = compose(rows, label="people")
    assert ([p["source"] for p in people], findings) == (["a.csv:2", "people[1]"], [])
    people, findings = compose(rows, label="people", own=False)
    assert [p["source"] for p in people] == ["people[1]"]
    assert [f.position for f in findings] == ["people[0]"]
    for source, position in (("a.csv:2", "line 2 of a.csv"), (5, "users[0]")):
        assert {f.position for f in compose([{"email": "bad", "source": source}])[1]} == {position}


def test_addresses_alone() -> None:
    entries, findings = address_entries(f"{ADA}, {BRUNO}", label="people")
    assert [(e.place, e.raw, e.own) for e in entries] == [
        ("people[0]", {"email": ADA}, True),
        ("people[1]", {"email": BRUNO}, True),
    ]
    assert findings == []
    assert checked_addresses([ADA, f"{BRUNO};{ADA.upper()}"], label="protected") == [ADA, BRUNO]
    with pytest.raises(
        InputError, match=r"^protected has 1 error; this task sent nothing\. protected\[1\]: "
    ) as caught:
        checked_addresses([ADA, "bad", ADA], label="protected")
    assert [f["level"] for f in caught.value.findings] == ["error", "warning"]


@pytest.mark.parametrize(
    ("number", "head", "shown", "more"),
    [(1, "1 error;", 1, 0), (2, "2 errors;", 2, 0), (10, "10 errors;", 10, 0), (11, "11 errors;", 10, 1)],
)
def test_the_first_ten_errors_are_told(number: int, head: str, shown: int, more: int) -> None:
    found = [f for n in range(number) for f in check_row({"email": ADA, "license": f"gold{n}"}, f"users[{n}]")]
    with pytest.raises(InputError) as caught:
        raise_for_errors(found)
    problem = caught.value.problem
    assert problem.code == "invalid_input"
    assert problem.message.startswith(
        f"The input has {head} this task sent nothing. users[0]: license is 'gold0'. Use one"
    )
    assert problem.message.count("license is") == shown
    assert problem.message.count(" | ") == shown - 1
    assert problem.message.endswith(f" (and {more} more)") is bool(more)
    raise_for_errors([f._replace(level="warning") for f in found])


def test_rows_as_the_modules_take_them() -> None:
    first, second = {"email": "Ada@Example.com", "row": 7, "source": "a.csv:2"}, {"email": BRUNO}
    assert to_wanted([first, second]) == [
        Wanted(7, "Ada@Example.com", ADA, "a.csv:2", first),
        Wanted(1, BRUNO, BRUNO, "users[1]", second),
    ]
