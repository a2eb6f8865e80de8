"""Text that is YAML or JSON: what it holds, and what is said where it cannot be taken."""

from __future__ import annotations

import itertools
import json
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.wxcc.onboarding.plugins.module_utils._run.written import NotReadable, read_text, read_yaml

ADA, BO = "ada@example.com", "bo@example.com"
#: Each line is ten times the one before.
GROWING = "- &a [x]\n" + "".join(f"- &{b} [{','.join([f'*{a}'] * 10)}]\n" for a, b in itertools.pairwise("abcdefghi"))


@pytest.mark.parametrize(
    ("text", "held"),
    [
        (f"- email: {ADA}\n- email: {BO}\n", [{"email": ADA}, {"email": BO}]),
        (f"---\n- {{email: {ADA}, license: premium}}\n", [{"email": ADA, "license": "premium"}]),
        (f'[{{"email": "{ADA}"}}]', [{"email": ADA}]),
        (f"  [{{email: {ADA}}}]", [{"email": ADA}]),
        (f"- email: {ADA}\r\n  title:\r\n", [{"email": ADA, "title": None}]),
        (f"- &one {{email: {ADA}, license: premium}}\n- {{<<: *one, email: {BO}}}",
         [{"email": ADA, "license": "premium"}, {"email": BO, "license": "premium"}]),
        ("# nobody\n", None),
    ],
)  # fmt: skip
def test_both_are_read(text: str, held: Any) -> None:
    assert read_text(text) == held


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("0123", "0123"),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("1e5", "1e5"),
        (".nan", ".nan"),
        ("2026-11-25", "2026-11-25"),
        ("No", "No"),
        ("on", "on"),
        ("+351", "+351"),
        ("42", 42),
        ("1.5", 1.5),
        ("true", True),
        ("~", None),
    ],
)
def test_a_word_is_what_json_would_take_it_for(word: str, meant: Any) -> None:
    [held] = read_yaml(f"- {word}")
    assert held == meant
    assert type(held) is type(meant)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"email: {ADA}\nlicense: premium\nemail: {BO}\n", "line 3, column 1: the key email stands twice"),
        (f'[{{"email": "{ADA}", "email": "{BO}"}}]', "the key email stands twice"),
        (f"- email: {ADA}\n license: premium\n", "line 2"),
        (f"- email: {ADA}\n\tlicense: premium\n", "line 2"),
        ('[{"email": 1},\n oops', "line 2, column 2: expecting value"),
        ("- email: !vault x\n", "line 1, column 10: the tag !vault is not taken here"),
        ("- !!timestamp 2026-11-25\n", "the tag !!timestamp is not taken here"),
        ("- {[1]: 2}\n", "a key is no text"),
        ("- a\n---\n- b\n", "line 2"),
        ("- \x00\n", "character that YAML does not allow"),
        ("- \ud800\n", ""),
        ("&a [*a]", "its aliases"),
        (GROWING, "its aliases"),
        ("[" * 100_000, "nested too deeply"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_said_with_its_place(text: str, said: str) -> None:
    with pytest.raises(NotReadable) as caught:
        read_text(text)
    assert said in str(caught.value)


def test_without_pyyaml_json_is_read_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    assert read_text('[{"email": "a"}]') == [{"email": "a"}]
    with pytest.raises(NotReadable, match="needs PyYAML"):
        read_text("- email: a")


_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(st.characters(codec="utf-8"), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc_", min_size=1), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(_values, max_size=4))
def test_json_comes_back_as_it_went(value: list[Any]) -> None:
    assert read_text(json.dumps(value)) == value
    assert read_text(json.dumps(value, ensure_ascii=False)) == value


@given(st.text(max_size=40))
def test_any_text_is_read_or_has_a_reason(text: str) -> None:
    try:
        read_text(text)
    except NotReadable as error:
        assert str(error)
