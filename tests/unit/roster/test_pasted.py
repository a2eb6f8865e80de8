"""Addresses as people paste them: everybody comes back, in order; names only where they are plain; the rest is told."""

from __future__ import annotations

import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.address import address_problem
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.called import plain_name
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.pasted import Pasted, read_pasted

ANA, BEN, CHI = "ana@example.com", "ben@example.com", "chi@example.com"
RUIZ = ("Ana", "Ruiz")


def entries(text: str | list[str]) -> list[Pasted]:
    return read_pasted(text).entries


def named(text: str) -> list[tuple[str, str]]:
    """The addresses with their names, in one text."""
    return [(one.address, " ".join(one.name.values())) for one in entries(text)]


@pytest.mark.parametrize(
    "text",
    [
        f"{ANA},{BEN}",
        f"{ANA}; {BEN};",
        f"{ANA} {BEN}",
        f"  {ANA}\n\n{BEN}\n",
        f"{ANA},\r\n\t{BEN},",
        f"\ufeff{ANA},{BEN}\u200b",
        f"\u200e{ANA}\u00a0\u00a0{BEN}\u202c",
        [ANA, BEN],
        [f"{ANA}, {BEN}"],
        ["", ANA, "  ", BEN],
        f"'{ANA}', \"{BEN}\"",
        f"\u201c{ANA}\u201d; \u2018{BEN}\u2019",
        f"<{ANA}>, <{BEN}>",
        f"({ANA}) [{BEN}].",
        f'["{ANA}", "{BEN}"]',
        f"{ANA}. {BEN}!",
        f"{ANA} and {BEN}",
        f"{ANA} y {BEN}",
        f"{ANA}, & {BEN}",
        f"To: {ANA}\nCC: {BEN}",
        f"To: {ANA}; Cc: {BEN}",
        f"Para: mailto:{ANA}; smtp:{BEN}",
        f"mailto:{ANA}?subject=Hi, <mailto:{BEN}>",
        f"{ANA} <mailto:{ANA}>; [{BEN}](mailto:{BEN})",
        f"{ANA}<{ANA}>,{BEN}",
        f"1. {ANA}\n2. {BEN}",
        f"1) {ANA}\n(2) {BEN}",
        f"1.{ANA}\n2.{BEN}",
        f"1\t{ANA}\n2\t{BEN}",
        f"- {ANA}\n- {BEN}",
        f"* {ANA}\n\u2022 {BEN}",
        f"- [ ] {ANA}\n- [x] {BEN}",
        f"-{ANA}\n-{BEN}",
        f"> {ANA}\n>> {BEN}",
        f"{ANA}\t{BEN}",
        f"E-mail\n{ANA}\n{BEN}",
        f"| Email |\n|---|\n| {ANA} |\n| {BEN} |",
        f"{ANA}\uff0c{BEN}",
        f"{ANA}\uff1b{BEN}",
        f"&lt;{ANA}&gt;; {BEN}",
    ],
)
def test_addresses_in_any_form(text: str | list[str]) -> None:
    found = read_pasted(text)
    assert [(one.address, one.name, one.unclear, one.problem) for one in found.entries] == [
        (ANA, {}, "", None),
        (BEN, {}, "", None),
    ]
    assert not found.unread


@pytest.mark.parametrize(
    "text",
    [
        f"Ana Ruiz <{ANA}>",
        f'"Ana Ruiz" <{ANA}>',
        f"'Ana Ruiz' <{ANA}>",
        f"\u201cAna Ruiz\u201d <{ANA}>",
        f'"Ruiz, Ana" <{ANA}>',
        f"Ruiz, Ana <{ANA}>",
        f'"Ana Ruiz <{ANA}>"',
        f'"Ruiz, Ana ({ANA})" <{ANA}>',
        f"Ana Ruiz ({ANA})",
        f"{ANA} (Ana Ruiz)",
        f"<{ANA}> Ana Ruiz",
        f"Ana Ruiz {ANA}",
        f"Ana Ruiz: {ANA}",
        f"Ana Ruiz - {ANA}",
        f"{ANA} \u2013 Ana Ruiz",
        f"Ana Ruiz\t{ANA}",
        f"Ruiz, Ana\t{ANA}",
        f"{ANA}\tAna\tRuiz",
        f"Ana\tRuiz\t{ANA}",
        f"17\t{ANA}\tAna\tRuiz",
        f"{ANA} | Ana Ruiz",
        f"1. Ana Ruiz <{ANA}>,",
        f"Ana\u00a0Ruiz <mailto:{ANA}>;",
        f"Last name\tFirst name\tEmail\nRuiz\tAna\t{ANA}",
        f"Correo;Nombre;Apellidos\n{ANA};Ana;Ruiz",
        f'"User ID/Email (Required)","First Name","Last Name"\n"{ANA}","Ana","Ruiz"',
        f"| Name | Email |\n|:--|--:|\n| Ana Ruiz | {ANA} |",
    ],
)
def test_a_plain_name_is_taken(text: str) -> None:
    [one] = entries(text)
    assert (one.address, one.name, one.unclear) == (ANA, {"first_name": "Ana", "last_name": "Ruiz"}, "")


@pytest.mark.parametrize(
    ("text", "people"),
    [
        (f'"Ruiz, Ana" <{ANA}>; Okafor, Ben <{BEN}>; {CHI}', [(ANA, "Ana Ruiz"), (BEN, "Ben Okafor"), (CHI, "")]),
        (f"Ruiz, Ana <{ANA}>, Okafor, Ben <{BEN}>", [(ANA, "Ana Ruiz"), (BEN, "Ben Okafor")]),
        (f"Ana Ruiz <{ANA}>, Ben Okafor <{BEN}>,", [(ANA, "Ana Ruiz"), (BEN, "Ben Okafor")]),
        (f"Ana Ruiz <{ANA}> and Ben Okafor <{BEN}>", [(ANA, "Ana Ruiz"), (BEN, "Ben Okafor")]),
        (f"Ana Ruiz <{ANA}>, {BEN}, Chi Li <{CHI}>", [(ANA, "Ana Ruiz"), (BEN, ""), (CHI, "Chi Li")]),
        (f"Ben, Ana Ruiz <{ANA}>, Chi Li <{CHI}>", [("Ben", ""), (ANA, "Ana Ruiz"), (CHI, "Chi Li")]),
        (f"<{ANA}>, Ben", [(ANA, ""), ("Ben", "")]),
        (f"Ana,Ruiz,{ANA}", [("Ana", ""), ("Ruiz", ""), (ANA, "")]),
        ("Ana Ruiz; Ben Okafor", [("Ana Ruiz", ""), ("Ben Okafor", "")]),
        (f"Email\tName\n{ANA}\tAna Ruiz\n{BEN}; {CHI}", [(ANA, "Ana Ruiz"), (BEN, ""), (CHI, "")]),
    ],
)
def test_who_has_which_name_and_who_has_no_address(text: str, people: list[tuple[str, str]]) -> None:
    assert named(text) == people


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Ana", ANA),
        ("Ana Mar\u00eda Ruiz", ANA),
        ("ana ruiz", ANA),
        ("Ana R.", ANA),
        ("A Ruiz", ANA),
        ("Dr Ruiz", ANA),
        ("Ruiz, PhD", ANA),
        ("Ruiz, Ana, PhD", ANA),
        ("RUIZ Ana", ANA),
        ("Ana RUIZ", ANA),
        ("Van Dyck", ANA),
        ("Sales Team", ANA),
        ("Ana (Sales)", ANA),
        ("Ana Ruiz2", ANA),
        ("Nagy Anna", "anna.nagy@example.com"),
        ("Ruiz \u00c1na", "ana_ruiz@example.com"),
        ("\uae40 \ubbfc\uc218", ANA),
        ("Ana " + "R" + "u" * 300, ANA),
    ],
)
def test_a_doubtful_name_is_not_taken_and_told(name: str, address: str) -> None:
    [one] = entries(f'"{name}" <{address}>')
    assert (one.address, one.name, one.unclear, one.problem) == (address, {}, name, None)


@pytest.mark.parametrize(
    ("name", "address", "halves"),
    [
        ("Ruiz Garc\u00eda, Ana Mar\u00eda", ANA, ("Ana Mar\u00eda", "Ruiz Garc\u00eda")),
        ("de la Cruz, Ana", ANA, ("Ana", "de la Cruz")),
        ("Anna Nagy", "anna.nagy@example.com", ("Anna", "Nagy")),
        ("Nagy Anna", "nagy.anna@example.com", ("Nagy", "Anna")),
        ("Sin\u00e9ad O\u2019Neil", ANA, ("Sin\u00e9ad", "O\u2019Neil")),
        ("Jean-Luc Petit", ANA, ("Jean-Luc", "Petit")),
        ("ANA RUIZ", ANA, ("ANA", "RUIZ")),
        ("\uae40, \ubbfc\uc218", ANA, ("\ubbfc\uc218", "\uae40")),
    ],
)
def test_which_half_is_which(name: str, address: str, halves: tuple[str, str]) -> None:
    assert plain_name(name, address) == dict(zip(("first_name", "last_name"), halves, strict=True))


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (f"Ana <{ANA}", "not closed"),
        (f'"other@example.com" <{ANA}>', "Two addresses"),
        ("ana @example.com", "One side of the @"),
        ("ana@ example.com", "One side of the @"),
        (f"From: Boss <{ANA}>", "who sent the mail"),
        (f"Von: {ANA}", "who sent the mail"),
        (f"{ANA}\tAna\tRuiz\t{BEN}", "Two addresses"),
        (f"Email\tE-mail\tName\n{ANA}\t{BEN}\tAna Ruiz", "Two addresses"),
        (f"Email,Name\n{ANA},Ana Ruiz,{BEN}", "more cells than the header"),
    ],
)
def test_what_may_not_be_meant_is_not_taken(text: str, hint: str) -> None:
    problems = [one.problem for one in entries(text)]
    assert [problem.meaning for problem in problems if problem and hint in problem.meaning]


@pytest.mark.parametrize(
    "text",
    [
        "ana at example.com",
        "ana(at)example.com",
        f"{ANA}/{BEN}",
        f"{ANA}:{BEN}",
        f"mailto:{ANA}?cc={BEN}",
        "o\u2019dell@example.com",
        "jos\u00e9@example.com",
        "ana\uff20example.com",
        "ana\u200bruiz@example.com",
        "Ana:ana@example.com",
        "4711",
    ],
)
def test_what_is_no_address_is_an_entry_that_is_refused(text: str) -> None:
    [one] = entries(text)
    assert address_problem(one.address) is not None
    assert one.text == text


def test_only_the_column_of_addresses_of_a_table_names_people() -> None:
    found = read_pasted(f"Name\tEmail\tManager\nAna Ruiz\t{ANA}\t{BEN}\nChi Li\t\t{BEN}")
    assert [(one.address, " ".join(one.name.values())) for one in found.entries[:1]] == [(ANA, "Ana Ruiz")]
    assert found.columns == ["Manager"]
    # Chi has no address, and is told; the manager is not meant.
    [_ana, chi] = found.entries
    assert address_problem(chi.address) is not None
    assert "Chi Li" in chi.text


def test_lines_are_counted_as_they_were_pasted() -> None:
    assert [(one.line, one.address) for one in entries(f"\n{ANA}\r\n\r\n{BEN}; {CHI}\n")] == [
        (2, ANA),
        (4, BEN),
        (4, CHI),
    ]
    assert [one.line for one in entries(f"{ANA}\n")] == [0]


def test_lines_of_a_mail_that_name_nobody_are_told_apart() -> None:
    found = read_pasted(f"To: {ANA}\nSubject: Re: new people\nSent: Monday\n\nDate: see {BEN}")
    assert [one.address for one in found.entries] == [ANA, BEN]
    assert found.unread == ["line 2: 'Subject: Re: new people'", "line 3: 'Sent: Monday'"]


@pytest.mark.parametrize("text", ["", " \n\t", ",;,", "1.\n2.", "- \n* ", "<>", '""', "\u200b", "|---|", "E-mail"])
def test_nothing_is_nothing(text: str) -> None:
    assert read_pasted(text).entries == []


# -- whoever is pasted comes back -------------------------------------------------------------------------------------------

_inner = st.text("abcxyz019.+_-'", max_size=10).map(lambda text: text.strip(".'"))
_local = st.builds(lambda one, more: f"{one}{more}z".replace("..", "."), st.sampled_from("abq7"), _inner).filter(
    lambda text: ".." not in text
)
_valid = st.builds(
    lambda local, host: f"{local}@{host}",
    _local,
    st.sampled_from(["example.com", "EXAMPLE.org", "a.b-c.example", "x.co"]),
).filter(lambda address: address_problem(address) is None)
_words = ["Ana", "Ruiz", "Okafor", "Ben", "O'Neil", "Mar\u00eda", "Chi"]
_name = st.lists(st.sampled_from(_words), min_size=1, max_size=3).map(" ".join)
_last_first = st.builds(lambda last, first: f"{last}, {first}", st.sampled_from(_words), st.sampled_from(_words))

#: One person in a text, with commas in it or without.
_WITHOUT_COMMA: tuple[t.Callable[[str, str], str], ...] = (
    lambda address, name: address,
    lambda address, name: f"<{address}>",
    lambda address, name: f"{name} <{address}>",
    lambda address, name: f'"{name}" <{address}>',
    lambda address, name: f"'{name}' <mailto:{address}>",
    lambda address, name: f"\u201c{name}\u201d <{address}>",
    lambda address, name: f"{name} ({address})",
    lambda address, name: f"mailto:{address}",
    lambda address, name: f"'{address}'",
    lambda address, name: f"\u200b{address}\u00a0",
    lambda address, name: f"{address} <{address}>",
)
_BETWEEN = [",", ", ", ";", "; ", "\n", "\r\n", ",\n", ";\r\n", ",,", "\u2028", "\n\n", "\uff1b"]
_AT_LINES = ["", "- ", "* ", "\u2022 ", "> ", "  ", "To: "]


@given(st.data())
def test_everybody_comes_back_in_order_from_any_list(data: st.DataObject) -> None:
    people = data.draw(st.lists(st.tuples(_valid, _name, st.sampled_from(_WITHOUT_COMMA)), max_size=8))
    text = ""
    for address, name, form in people:
        between = data.draw(st.sampled_from(_BETWEEN)) if text else "\n"
        begin = data.draw(st.sampled_from(_AT_LINES)) if between.endswith(("\n", "\u2028")) else ""
        text += f"{between}{begin}{form(address, name)}"
    found = read_pasted(text)
    assert [one.address for one in found.entries] == [address for address, _name, _form in people]
    assert not [one for one in found.entries if one.problem]
    assert not found.unread


@given(
    st.lists(st.tuples(_valid, _last_first), min_size=1, max_size=6),
    st.sampled_from(["; ", ";\n", "\n"]),
    st.sampled_from(['"{name}" <{address}>', "{name} <{address}>", "{name}\t{address}", "{address}\t{name}"]),
)
def test_names_with_commas_lose_nobody(people: list[tuple[str, str]], between: str, form: str) -> None:
    # Cells of a spreadsheet stand in lines.
    between = "\n" if "\t" in form else between
    text = between.join(form.format(name=name, address=address) for address, name in people)
    assert [one.address for one in entries(text)] == [address for address, _name in people]
    assert all(one.name or one.unclear for one in entries(text))


@given(
    st.lists(_valid, min_size=1, max_size=6),
    st.sampled_from(["{n}. ", "{n}) ", "({n}) ", "{n}.", "{n}\t", "{n} "]),
    st.integers(1, 200),
)
def test_numbered_lists_are_read_without_their_numbers(addresses: list[str], form: str, start: int) -> None:
    lines = [f"{form.format(n=n)}{address}" for n, address in enumerate(addresses, start)]
    # A single number that touches its address may belong to it.
    kept = form == "{n}." and len(lines) == 1
    assert [one.address for one in entries("\n".join(lines))] == (lines if kept else addresses)


@given(st.lists(_valid, max_size=6), st.sampled_from("\t;,|"), st.permutations(["Email", "First name", "Last name"]))
def test_tables_come_back_whole(addresses: list[str], delimiter: str, header: list[str]) -> None:
    rows = [header, *([{"E": address, "F": "Ana", "L": "Ruiz"}[cell[0]] for cell in header] for address in addresses)]
    found = read_pasted("\n".join(delimiter.join(row) for row in rows)).entries
    assert [one.address for one in found] == addresses
    assert all(tuple(one.name.values()) == RUIZ for one in found)


@given(st.text(st.sampled_from("ab@.,;<>\"' \t\n|()[]:-*1\u200b\u00a0?"), max_size=60))
def test_no_at_sign_is_ever_lost(text: str) -> None:
    # Where an address stands for a name, both are in one entry.
    assert sum(one.text.count("@") for one in entries(text)) == text.count("@")
