"""The roster: what people write, what is repaired, merged and refused."""

from __future__ import annotations

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import InputError
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.finding import Finding
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.rows import check_row, compose, raise_for_errors

ADA, BRUNO = "ada@example.com", "bruno@example.com"


def errors(findings: list[Finding]) -> list[Finding]:
    return [f for f in findings if f.level == "error"]


@pytest.mark.parametrize(
    "email",
    [
        "",
        "ada",
        "ada@",
        "@example.com",
        "ada@example",
        "a b@example.com",
        "ada@exa..com",
        "a" * 65 + "@example.com",
        "ada@" + "e" * 250 + ".com",
        "jos\u00e9@example.com",
        "ada..b@example.com",
        "ada\u200bb@example.com",
        "\u0430da@example.com",
        None,
        5,
    ],
)
def test_a_bad_address_is_an_error_at_its_place(email: object) -> None:
    rows, findings = compose([{"email": ADA}, {"email": email}])
    assert [row["email"] for row in rows] == [ADA]
    [found] = errors(findings)
    assert found.position == "users[1]"
    assert found.action


@pytest.mark.parametrize("blanks", ["  {} ", "\ufeff{}\u200b", "\u00a0{}\n"])
def test_an_address_is_kept_as_written_but_for_blanks(blanks: str) -> None:
    rows, findings = compose([{"email": blanks.format("Ada.Marlowe@Example.com")}])
    assert rows[0]["email"] == "Ada.Marlowe@Example.com"
    assert findings == []


def test_texts_lose_the_blanks_around_them() -> None:
    rows, _findings = compose([{"email": ADA, "first_name": " Ada ", "title": "  "}])
    assert rows[0]["first_name"] == "Ada"
    assert rows[0]["title"] == ""


@pytest.mark.parametrize("merge", [True, False])
def test_a_contradiction_is_refused_with_both_positions(merge: bool) -> None:
    users = [{"email": ADA, "license": "premium"}, {"email": BRUNO}, {"email": ADA.upper(), "license": "standard"}]
    _rows, findings = compose(users, merge=merge)
    [found] = errors(findings)
    assert found.position == "users[0] and users[2]"
    assert "license" in found.meaning
    assert ADA in found.meaning
    assert ADA.upper() in found.meaning


def test_the_same_row_twice_is_refused_unless_merged() -> None:
    users = [{"email": ADA, "license": "premium"}, {"email": "ADA@example.com", "title": "Agent"}]
    _rows, findings = compose(users)
    assert [f.position for f in errors(findings)] == ["users[0] and users[1]"]
    rows, findings = compose(users, merge=True)
    assert [f.level for f in findings] == ["warning"]
    assert rows == [
        {
            "email": ADA,
            "license": "premium",
            "title": "Agent",
            "source": "users[0]",
            "sources": ["users[0]", "users[1]"],
        }
    ]


@pytest.mark.parametrize(
    ("email", "message"),
    [
        (None, "the address is missing"),
        ("ada", "'ada' is not an e-mail address: there is no @ in it"),
        ("ada..b@example.com", "'ada..b@example.com' is not an e-mail address"),
        (
            "ada\u200bb@example.com",
            r"'ada\u200bb@example.com' is not an e-mail address: the address holds characters that cannot be seen (U+200B)",
        ),
    ],
)
def test_a_bad_address_says_what_it_is(email: object, message: str) -> None:
    [found] = check_row({"email": email}, "users[3]")
    assert found.short()["message"] == message
    assert found.sentence == f"users[3]: {message}. {found.action}"


def test_a_finding_of_a_list_as_results_show_it() -> None:
    [found] = check_row({"email": ADA, "license": "gold"}, "x.csv:7")
    assert (found.file, found.line) == ("x.csv", 7)
    assert found.short() == {
        "level": "error",
        "position": "line 7 of x.csv",
        "email": ADA,
        "message": "license is 'gold'",
        "action": "Use one of standard, premium, none.",
    }


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ({"administrator_roles": ["A", "B"]}, {"administrator_roles": ["B", " A"]}),
        ({"agent": {"teams": ["x", "y"]}}, {"agent": {"teams": "y|x"}}),
        ({"agent": {"contact_center_enabled": "on"}}, {"agent": {"contact_center_enabled": True}}),
        ({"agent": {"site": "HQ"}}, {"agent": {"teams": ["x"]}}),
        ({"first_name": "Ada"}, {"first_name": " Ada "}),
        ({"first_name": "Ada"}, {"first_name": ""}),
        ({"title": "Agent"}, {"title": None}),
        ({"agent": {"site": "HQ"}}, {"agent": {"site": None}}),
    ],
)
def test_rows_that_mean_the_same_do_not_contradict_each_other(one: dict[str, object], two: dict[str, object]) -> None:
    for users in ([{"email": ADA, **one}, {"email": ADA, **two}], [{"email": ADA, **two}, {"email": ADA, **one}]):
        rows, findings = compose(users, merge=True)
        assert [f.level for f in findings] == ["warning"]
        assert len(rows) == 1


@pytest.mark.parametrize(
    ("one", "two", "field"),
    [
        ({"title": ""}, {"title": "Agent"}, "title"),
        ({"administrator_roles": []}, {"administrator_roles": ["A"]}, "administrator_roles"),
        ({"agent": {"teams": []}}, {"agent": {"teams": ["x"]}}, "agent.teams"),
    ],
)
def test_clearing_contradicts_a_value(one: dict[str, object], two: dict[str, object], field: str) -> None:
    _rows, findings = compose([{"email": ADA, **one}, {"email": ADA, **two}], merge=True)
    [found] = errors(findings)
    assert found.position == "users[0] and users[1]"
    assert found.meaning.endswith(f"contradicts itself in {field}")


def test_a_contradiction_names_the_row_that_said_it() -> None:
    users = [
        {"email": ADA},
        {"email": ADA, "title": "A", "role": "agent"},
        {"email": ADA, "title": "B", "role": "supervisor"},
    ]
    _rows, findings = compose(users, merge=True)
    assert [(f.level, f.position) for f in findings] == [("error", "users[1] and users[2]")]
    assert findings[0].meaning == "the address stands twice and contradicts itself in role, title"


def test_repeated_addresses_are_told_in_the_order_of_the_list() -> None:
    """Only the first ten errors stand in the message, so their order says which."""
    users = [{"email": ADA, "title": "A"}, {"email": BRUNO}, {"email": BRUNO}, {"email": ADA, "title": "B"}]
    _rows, findings = compose(users, merge=False)
    assert [f.position for f in findings] == ["users[1] and users[2]", "users[0] and users[3]"]


def test_what_two_rows_make_together_is_checked_too() -> None:
    users = [{"email": ADA, "role": "supervisor"}, {"email": ADA, "license": "standard"}]
    _rows, findings = compose(users, merge=True)
    assert ["supervisor needs the premium license" in f.meaning for f in errors(findings)] == [True]


def test_what_two_rows_make_together_names_both_places() -> None:
    rows = [{"email": ADA, "role": "supervisor"}, {"email": BRUNO}, {"email": ADA, "license": "standard"}]
    _rows, findings = compose(rows, merge=True)
    assert [(f.code, f.position) for f in errors(findings)] == [("needs_premium", "users[0] and users[2]")]


def test_a_warning_about_one_row_also_comes_of_two_and_only_once() -> None:
    role, license_name = {"email": ADA, "role": "administrator"}, {"email": ADA, "license": "standard"}
    for rows in ([role, license_name], [{**role, **license_name}, role]):
        _rows, findings = compose(rows, merge=True)
        assert [f.code for f in findings].count("administrator_standard") == 1
    _rows, findings = compose([role], defaults={"license": "standard"})
    assert [f.code for f in findings] == ["administrator_standard"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("source", ["users"]),
        ("columns", ["Title"]),
        ("csv", "premium"),
        ("csv", {"premium": "TRUE"}),
        ("csv", {"subscriptions": ["Sub111111"]}),
        ("csv", {"subscriptions": {"premium": "Sub111111"}}),
        ("csv", {"subscriptions": {"premium": {"Sub111111": 1}}}),
    ],
)
def test_what_only_our_files_carry_is_checked_as_well(field: str, value: object) -> None:
    _rows, findings = compose([{"email": ADA, field: value}, {"email": ADA}], merge=True)
    assert [f.code for f in errors(findings)] == [field]


def test_a_list_and_a_text_may_name_the_same_person() -> None:
    rows, findings = compose([{"email": ADA, "license": "premium"}], [ADA.title()], merge=True)
    assert [row["email"] for row in rows] == [ADA]
    assert findings[0].position == "users[0] and addresses[0]"


def test_defaults_fill_only_what_is_not_declared_and_are_no_contradiction() -> None:
    rows, findings = compose(
        [{"email": ADA, "license": "standard"}, {"email": BRUNO}], defaults={"license": "premium", "role": None}
    )
    assert [row["license"] for row in rows] == ["standard", "premium"]
    assert "role" not in rows[0]
    assert findings == []


def test_a_default_that_makes_a_row_impossible_is_an_error() -> None:
    _rows, findings = compose([{"email": ADA, "license": "standard"}], defaults={"role": "supervisor"})
    assert ["supervisor needs the premium license" in f.meaning for f in errors(findings)] == [True]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"license": "gold"}, "license is 'gold'"),
        ({"role": "boss"}, "role is 'boss'"),
        ({"state": "gone"}, "state is 'gone'"),
        ({"first_name": 5}, "first_name is 5"),
        ({"first_name": "x" * 257}, "257 characters"),
        ({"title": "a\x00b"}, "control characters"),
        ({"administrator_roles": "Full Administrator"}, "not a list"),
        ({"role": "supervisor", "license": "none"}, "supervisor needs the premium license"),
    ],
)
def test_what_a_row_must_not_hold(fields: dict[str, object], words: str) -> None:
    _rows, findings = compose([{"email": ADA, **fields}])
    [found] = errors(findings)
    assert words in found.meaning


def test_all_findings_come_at_once_and_the_first_ten_are_shown() -> None:
    _rows, findings = compose([{"email": f"bad{i}"} for i in range(12)])
    with pytest.raises(InputError) as caught:
        raise_for_errors(findings)
    assert "12 errors; this task sent nothing" in caught.value.problem.message
    assert "(and 2 more)" in caught.value.problem.message
    assert len(caught.value.findings) == 12


def test_a_row_that_is_no_mapping() -> None:
    _rows, findings = compose([ADA])
    assert errors(findings)[0].position == "users[0]"
