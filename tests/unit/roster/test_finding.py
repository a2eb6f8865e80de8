"""What is said of what somebody wrote, as messages, results and reports show it."""

from __future__ import annotations

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.finding import (
    ERROR,
    WARNING,
    Finding,
    ended,
    line_place,
    place_of,
    shortened,
    show,
)

CELL = Finding(ERROR, "bad_cell", "x.csv", 7, "Site", "Lisbona", "No such site", "Correct it.", "ada@example.com")


@pytest.mark.parametrize(("length", "whole"), [(120, True), (121, False), (500, False)])
def test_a_long_text_is_shortened_and_says_so(length: int, whole: bool) -> None:
    text = "abcdefghij" * 50
    assert shortened(text[:length]) == show(text[:length]) == (text[:120] if whole else text[:119] + "…")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Zoë O'Hara, 3", "Zoë O'Hara, 3"),
        ("a\nb\rc\td", "a\\nb\\rc\\td"),
        ("a\x00b\x1fc\x7fd", "a\\x00b\\x1fc\\x7fd"),
        ("a\x85b\u2028c\u2029d", "a\\x85b\\x2028c\\x2029d"),
        # Not printable by themselves, and parts of what people write: joiners, marks of direction, a space that does not break.
        ("\U0001f469\u200d\U0001f4bb \u200f\u05e9\u00a0!", "\U0001f469\u200d\U0001f4bb \u200f\u05e9\u00a0!"),
    ],
)
def test_what_a_terminal_cannot_show_is_escaped_and_nothing_else(text: str, shown: str) -> None:
    assert show(text) == shown


def test_a_place_is_a_line_of_a_file_or_an_entry_of_a_list() -> None:
    assert line_place("a:b.csv", 7) == "a:b.csv:7"
    assert place_of("a:b.csv:7") == ("a:b.csv", 7)
    assert place_of("users[3]") == ("users[3]", 0)


def test_a_sentence_ends_once() -> None:
    assert [ended(text) for text in ("A", "A.", "A?", "A!")] == ["A.", "A.", "A?", "A!"]


def test_a_cell_is_shown_whole() -> None:
    where = "line 7 of x.csv, column 'Site'"
    message = f"{where}: 'Lisbona' No such site. Correct it."
    assert CELL.to_dict() == {**CELL._asdict(), "position": where, "message": message}
    assert CELL.sentence == f"{where}: No such site. Correct it."
    assert CELL.short() == {
        "level": ERROR,
        "position": where,
        "email": "ada@example.com",
        "message": "No such site",
        "action": "Correct it.",
    }


def test_what_a_finding_does_not_have_is_left_out() -> None:
    row = CELL._replace(column="", found="", action="")
    assert (row.position, row.message) == ("line 7 of x.csv", "line 7 of x.csv: No such site.")
    entry = Finding(WARNING, "twice", "users[3]", 0, "", "", "It stands twice", "Look.")
    assert (entry.position, entry.message) == ("users[3]", "users[3]: It stands twice. Look.")
