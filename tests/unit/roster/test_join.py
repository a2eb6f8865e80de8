"""Several rows of one person: lists, files, and both together."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.people import contradictions
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.finding import Finding
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.join import join_people

quick = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
Person = dict[str, Any]


def join_all(rosters: list[list[Person]], mode: str = "add_and_remove") -> tuple[list[Person], list[Finding]]:
    people, clashes = join_people([person for roster in rosters for person in roster], mode=mode)
    return people, [found for of_person in contradictions(clashes).values() for found in of_person]


# --- Rows -----------------------------------------------------------------------------------------------------------


def test_supervisors_from_a_list_beside_the_file() -> None:
    csv: list[Person] = [{"email": "Ada@example.com", "csv": {"standard": False, "premium": True}, "source": "x.csv:2"}]
    beside: list[Person] = [
        {"email": "ada@example.com", "role": "supervisor", "source": "users[0]"},
        {"email": "bo@example.com", "source": "users[1]"},
    ]
    before = repr(csv)
    people, findings = join_all([csv, beside])
    assert findings == []
    assert people == [
        {
            "email": "Ada@example.com",
            "csv": {"standard": False, "premium": True},
            "role": "supervisor",
            "source": "x.csv:2",
            "sources": ["x.csv:2", "users[0]"],
        },
        beside[1],
    ]
    assert repr(csv) == before


@pytest.mark.parametrize(
    ("one", "two", "name"),
    [
        ({"first_name": "Ada"}, {"first_name": "Adah"}, "first_name"),
        ({"role": "agent"}, {"role": "supervisor"}, "role"),
        ({"title": ""}, {"title": "Agent"}, "title"),
        ({"administrator_roles": []}, {"administrator_roles": ["Full"]}, "administrator_roles"),
        ({"administrator_roles": ["A"]}, {"administrator_roles": ["A", "B"]}, "administrator_roles"),
        ({"agent": {"site": "HQ"}}, {"agent": {"site": "Madrid"}}, "agent.site"),
        ({"agent": {"site": "HQ"}}, {"agent": {"site": ""}}, "agent.site"),
        ({"agent": {"teams": ["a"]}}, {"agent": {"teams": ["a", "b"]}}, "agent.teams"),
        ({"agent": {"teams": ["a"]}}, {"agent": {"teams": []}}, "agent.teams"),
        ({"csv": {"standard": None, "premium": True}}, {"csv": {"standard": None, "premium": False}}, "premium"),
        ({"csv": {"standard": None, "premium": True}}, {"csv": {"standard": True, "premium": None}}, "license"),
        ({"csv": {"standard": None, "premium": True}}, {"license": "standard"}, "premium"),
        ({"csv": {"standard": None, "premium": True}}, {"license": "none"}, "premium"),
        ({"csv": {"standard": None, "premium": False}}, {"license": "premium"}, "premium"),
        ({"csv": {"standard": None, "premium": False}}, {"role": "supervisor"}, "premium"),
    ],
)
def test_contradictions_name_both_positions(one: Person, two: Person, name: str) -> None:
    first = [{"email": "a@example.com", "source": "x.csv:7", **one}]
    second = [{"email": "A@example.com", "source": "users[3]", **two}]
    _people, (finding,) = join_all([first, second])
    assert (finding.level, finding.code, finding.column) == ("error", "contradiction", name)
    assert "x.csv:7" in finding.meaning
    assert "users[3]" in finding.meaning
    assert finding.file == "users[3]"
    _people, findings = join_all([second, first])
    assert (findings[0].file, findings[0].line) == ("x.csv", 7) or name in ("premium", "license")


@pytest.mark.parametrize(
    ("one", "two", "joined"),
    [
        ({"title": ""}, {}, {"title": ""}),
        ({"title": ""}, {"title": None}, {"title": ""}),
        ({"title": ""}, {"title": "  "}, {"title": ""}),
        ({"administrator_roles": []}, {}, {"administrator_roles": []}),
        ({"administrator_roles": ["A", "B"]}, {"administrator_roles": ["B", "A"]}, {"administrator_roles": ["A", "B"]}),
        ({"agent": {"teams": []}}, {"agent": {"site": "HQ"}}, {"agent": {"teams": [], "site": "HQ"}}),
        ({"agent": {"site": None}}, {"agent": {"site": "HQ"}}, {"agent": {"site": "HQ"}}),
        ({"agent": {"teams": ["x", "y"]}}, {"agent": {"teams": ["y", "x"]}}, {"agent": {"teams": ["x", "y"]}}),
        ({"first_name": ""}, {"first_name": "Ada"}, {"first_name": "Ada"}),
        ({"first_name": "Ada "}, {"first_name": " Ada"}, {"first_name": "Ada "}),
        ({"role": None}, {"role": "agent"}, {"role": "agent"}),
    ],
)
def test_empty_clears_null_says_nothing_order_and_blanks_do_not_matter(
    one: Person, two: Person, joined: Person
) -> None:
    rows = [{"email": "a@b.c", "source": "here", **one}, {"email": "A@b.c", "source": "there", **two}]
    people, findings = join_all([rows])
    assert findings == []
    values = {k: v.strip() if isinstance(v, str) else v for k, v in people[0].items()}
    wanted = {k: v.strip() if isinstance(v, str) else v for k, v in joined.items()}
    assert values == {"email": "a@b.c", "source": "here", "sources": ["here", "there"], **wanted}
    again, more = join_all([list(reversed(rows))])
    assert more == []
    assert essence(again) == essence(people)


def test_false_contradicts_only_where_the_mode_removes() -> None:
    sources: list[list[Person]] = [
        [{"email": "a@b.c", "csv": {"standard": False, "premium": False}, "source": "x.csv:2"}],
        [{"email": "a@b.c", "license": "premium", "source": "users[0]"}],
    ]
    assert join_all(sources, mode="add_only")[1] == []
    assert len(join_all(sources, mode="add_and_remove")[1]) == 1


def test_people_without_address_are_nobodys_double() -> None:
    people, findings = join_all([[{"email": ""}, {"email": None}, {}]])
    assert len(people) == 3
    assert findings == []


@pytest.mark.parametrize(
    ("cells", "mode", "contradicts"),
    [
        ({"standard": True, "premium": None}, "add_only", True),
        ({"standard": None, "premium": False}, "add_and_remove", True),
        ({"standard": None, "premium": False}, "add_only", False),
        ({"standard": False, "premium": True}, "add_and_remove", False),
        ({"standard": None, "premium": None}, "add_and_remove", False),
    ],
)
def test_a_supervisor_needs_premium(cells: dict[str, bool | None], mode: str, contradicts: bool) -> None:
    row = {"email": "a@example.com", "csv": cells, "source": "x.csv:2"}
    beside = {"email": "A@example.com", "role": "supervisor", "source": "users[0]"}
    _people, findings = join_all([[row], [beside]], mode=mode)
    assert bool(findings) == contradicts
    for found in findings:
        assert "x.csv:2" in found.meaning
        assert "users[0] says 'supervisor, who needs premium'" in found.meaning


# --- Laws -----------------------------------------------------------------------------------------------------------

names = st.sampled_from(["a", "b", "C", "c"]).map(lambda name: f"{name}@example.com")
values = st.one_of(st.none(), st.sampled_from(["", "x", "y"]))
truths = st.sampled_from([None, True, False])
persons = st.fixed_dictionaries(
    {"email": names},
    optional={
        "first_name": values,
        "title": values,
        "administrator_roles": st.none() | st.lists(st.sampled_from("pqr"), unique=True),
        "agent": st.fixed_dictionaries(
            {}, optional={"site": values, "teams": st.lists(st.sampled_from("pqr"), unique=True)}
        ),
        "csv": st.fixed_dictionaries({"standard": truths, "premium": truths}).filter(
            lambda intent: not (intent["standard"] and intent["premium"])
        ),
    },
)
rosters = st.lists(persons, max_size=4).map(
    lambda people: [{**person, "source": f"r.csv:{number}"} for number, person in enumerate(people)]
)


def essence(people: list[Person]) -> dict[str, Any]:
    """People by address, without what says nothing, without the order of lists, and without where it came from."""

    def clean(name: str, value: Any) -> Any:
        if isinstance(value, dict):
            kept = {key: clean(key, item) for key, item in value.items() if key not in ("source", "sources", "email")}
            return {key: item for key, item in kept.items() if item is not None and item != {}}
        if name == "first_name":
            return (value or "").strip() or None
        if isinstance(value, str):
            return value.strip()
        return sorted(value) if isinstance(value, list) else value

    return {person["email"].lower(): clean("", person) for person in people}


@quick
@given(rosters, rosters, rosters)
def test_joining_is_lawful(one: list[Person], two: list[Person], three: list[Person]) -> None:
    people, findings = join_all([one, two, three])
    addresses = [person["email"].lower() for person in people]
    assert len(addresses) == len(set(addresses))
    assert set(addresses) == {person["email"].lower() for roster in (one, two, three) for person in roster}
    twice, more = join_all([people, people])
    assert essence(twice) == essence(people)
    if findings:
        return
    assert more == []
    # Where nobody contradicts anybody, neither order nor grouping matters.
    assert essence(join_all([three, one, two])[0]) == essence(people)
    first, _none = join_all([one, two])
    assert essence(join_all([first, three])[0]) == essence(people)
    assert join_all([first, three])[1] == []


@quick
@given(rosters)
def test_joining_changes_nothing_that_it_was_given(roster: list[Person]) -> None:
    before = repr(roster)
    join_all([roster, roster])
    assert repr(roster) == before
