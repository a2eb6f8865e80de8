"""The name of a host in paths: readable, and never the name of another host."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.wxcc.onboarding.plugins.module_utils._run.names import spelled

ANY = st.text(st.characters(), max_size=60)
#: Names that differ little, as those of one site do.
CLOSE = st.text(st.sampled_from("aAäÄß _-.ſsé東~/\u0301"), max_size=6)


def folded(name: str) -> str:
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", name).casefold())


@pytest.mark.parametrize("host", ["acme_eu", "東京", "大阪", "gruppe", "a.example.com", "acme-2026", "10.0.0.1"])
def test_plain_names_stay_as_they_are(host: str) -> None:
    assert spelled(host) == host


@pytest.mark.parametrize(
    ("host", "readable"),
    [
        ("acme eu", "acme_eu"),
        ("Acme", "Acme"),
        ("a/b", "a_b"),
        ("..", "_."),
        (".", "_"),
        ("", "_"),
        (".hidden", "_hidden"),
        ("acme~2", "acme_2"),
        ("acme-0123456789", "acme-0123456789"),
        ("report.json", "report.json"),
        ("cafe\u0301", "cafe\u0301"),
        ("Straße", "Straße"),
        ("a\u200db", "a_b"),
    ],
)
def test_others_stay_readable_and_get_a_digest(host: str, readable: str) -> None:
    assert re.fullmatch(re.escape(readable) + "-[0-9a-f]{10}", spelled(host))


@given(ANY)
def test_every_spelling_is_a_file_name(host: str) -> None:
    spelling = spelled(host)
    assert 0 < len(spelling.encode()) <= 100
    assert not spelling.startswith(".")
    assert not re.search(r"[/\\\s\x00-\x1f~:*?]", spelling)
    assert len(spelled("é" * 300).encode()) <= 100


@given(CLOSE, CLOSE)
def test_no_two_hosts_meet_even_where_case_and_composition_do_not_count(one: str, other: str) -> None:
    assert (folded(spelled(one)) == folded(spelled(other))) is (one == other)


@given(ANY)
def test_a_spelling_is_not_the_spelling_of_another_host(host: str) -> None:
    spelling = spelled(host)
    assert spelling == host or spelled(spelling) != spelling
