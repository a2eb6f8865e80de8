"""The roster: what people write, what is repaired, merged and refused."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import InputError
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster import rows as _roster
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.file import write_roster

ADA, BRUNO = "ada@example.com", "bruno@example.com"


def errors(findings: list[_roster.Finding]) -> list[_roster.Finding]:
    return [f for f in findings if f["level"] == "error"]


@pytest.mark.parametrize(
    "text",
    [
        f"{ADA},{BRUNO}",
        f"{ADA}; {BRUNO}",
        f"{ADA} {BRUNO}",
        f"  {ADA}\n\n{BRUNO}\n",
        f"{ADA},\r\n\t{BRUNO},",
        [ADA, BRUNO],
        [f"{ADA}, {BRUNO}"],
        ["", ADA, "  ", BRUNO],
    ],
)
def test_addresses_in_any_form(text: str | list[str]) -> None:
    assert _roster.split_addresses(text) == [ADA, BRUNO]


@given(
    st.lists(st.sampled_from([ADA, BRUNO, "c.d@example.com"])),
    st.sampled_from([",", " ", ";", "\n", ", ", "\r\n", ",,"]),
)
def test_no_address_is_lost_or_made_up(addresses: list[str], separator: str) -> None:
    assert _roster.split_addresses(separator.join(addresses)) == addresses


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
        None,
        5,
    ],
)
def test_a_bad_address_is_an_error_at_its_place(email: object) -> None:
    rows, findings = _roster.compose([{"email": ADA}, {"email": email}])
    assert [row["email"] for row in rows] == [ADA]
    [found] = errors(findings)
    assert found["position"] == "users[1]"
    assert found["action"]


def test_an_address_is_kept_as_written_but_for_blanks() -> None:
    rows, findings = _roster.compose([{"email": "  Ada.Marlowe@Example.com "}])
    assert rows[0]["email"] == "Ada.Marlowe@Example.com"
    assert findings == []


def test_texts_lose_the_blanks_around_them() -> None:
    rows, _findings = _roster.compose([{"email": ADA, "first_name": " Ada ", "title": "  "}])
    assert rows[0]["first_name"] == "Ada"
    assert rows[0]["title"] == ""


@pytest.mark.parametrize("merge", [True, False])
def test_a_contradiction_is_refused_with_both_positions(merge: bool) -> None:
    users = [{"email": ADA, "license": "premium"}, {"email": BRUNO}, {"email": ADA.upper(), "license": "standard"}]
    _rows, findings = _roster.compose(users, merge=merge)
    [found] = errors(findings)
    assert found["position"] == "users[0] and users[2]"
    assert "license" in found["message"]
    assert ADA in found["message"]
    assert ADA.upper() in found["message"]


def test_the_same_row_twice_is_refused_unless_merged() -> None:
    users = [{"email": ADA, "license": "premium"}, {"email": "ADA@example.com", "title": "Agent"}]
    _rows, findings = _roster.compose(users)
    assert [f["position"] for f in errors(findings)] == ["users[0] and users[1]"]
    rows, findings = _roster.compose(users, merge=True)
    assert [f["level"] for f in findings] == ["warning"]
    assert rows == [{"email": ADA, "license": "premium", "title": "Agent", "source": "users[0]"}]


def test_a_list_and_a_text_may_name_the_same_person() -> None:
    rows, findings = _roster.compose([{"email": ADA, "license": "premium"}], [ADA.title()], merge=True)
    assert [row["email"] for row in rows] == [ADA]
    assert findings[0]["position"] == "users[0] and addresses[0]"


def test_defaults_fill_only_what_is_not_declared_and_are_no_contradiction() -> None:
    rows, findings = _roster.compose(
        [{"email": ADA, "license": "standard"}, {"email": BRUNO}], defaults={"license": "premium", "role": None}
    )
    assert [row["license"] for row in rows] == ["standard", "premium"]
    assert "role" not in rows[0]
    assert findings == []


def test_a_default_that_makes_a_row_impossible_is_an_error() -> None:
    _rows, findings = _roster.compose([{"email": ADA, "license": "standard"}], defaults={"role": "supervisor"})
    assert ["supervisor needs the premium license" in f["message"] for f in errors(findings)] == [True]


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
    _rows, findings = _roster.compose([{"email": ADA, **fields}])
    [found] = errors(findings)
    assert words in found["message"]


def test_all_findings_come_at_once_and_the_first_ten_are_shown() -> None:
    _rows, findings = _roster.compose([{"email": f"bad{i}"} for i in range(12)])
    with pytest.raises(InputError) as caught:
        _roster.refuse(findings)
    assert "12 errors; nothing was sent" in caught.value.problem.message
    assert "(and 2 more)" in caught.value.problem.message
    assert len(caught.value.findings) == 12


def test_a_row_that_is_no_mapping() -> None:
    _rows, findings = _roster.compose([ADA])
    assert errors(findings)[0]["position"] == "users[0]"


@pytest.mark.parametrize("content", ["", "{", "[1", '{"people": []}', '"text"'])
def test_a_file_that_is_no_roster(content: str, tmp_path: Path) -> None:
    file = tmp_path / "roster.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"roster\.json"):
        _roster.load_file(str(file))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        _roster.load_file(str(tmp_path / "nowhere.json"))


def test_written_for_its_owner_alone_and_only_when_it_changes(tmp_path: Path) -> None:
    dest = tmp_path / "roster.json"

    def write(*addresses: str) -> dict[str, object]:
        return write_roster(
            users=[], addresses=addresses, users_file=None, defaults={"license": "premium"}, merge=False, dest=str(dest)
        )

    assert write(ADA, BRUNO)["changed"] is True
    assert stat.S_IMODE(dest.stat().st_mode) == 0o600
    before = dest.stat().st_mtime_ns
    assert write(ADA, BRUNO)["changed"] is False
    assert dest.stat().st_mtime_ns == before
    assert _roster.load_file(str(dest))[1]["license"] == "premium"
    assert write(ADA)["count"] == 1


def test_nothing_is_written_when_something_is_wrong(tmp_path: Path) -> None:
    dest = tmp_path / "roster.json"
    with pytest.raises(InputError) as caught:
        write_roster(
            users=[{"email": "bad"}], addresses=[ADA], users_file=None, defaults=None, merge=False, dest=str(dest)
        )
    assert caught.value.findings[0]["position"] == "users[0]"
    assert not dest.exists()


def test_half_a_file_is_never_seen(tmp_path: Path) -> None:
    dest = tmp_path / "roster.json"
    dest.write_text("old", encoding="utf-8")
    with pytest.raises(TypeError):
        _roster.write_json(str(dest), {"users": object()})
    assert dest.read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["roster.json"]


def test_positions_survive_the_way_through_a_file(tmp_path: Path) -> None:
    dest = tmp_path / "roster.json"
    write_roster(users=[{"email": ADA}], addresses=[BRUNO], users_file=None, defaults=None, merge=False, dest=str(dest))
    rows, _findings = _roster.compose(json.loads(dest.read_text(encoding="utf-8"))["users"], label=str(dest))
    assert [row["source"] for row in rows] == ["users[0]", "addresses[0]"]
