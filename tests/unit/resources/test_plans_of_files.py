"""What a file makes of people: the plan against generated rows and states, and what goes out and straight back in."""

from __future__ import annotations

import base64
import dataclasses
import itertools
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.columns import LICENSE_HEADERS
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.headers import canonical_header
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.people import read_files
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.source import Source
from ansible_collections.wxcc.onboarding.plugins.module_utils._csv_files.write import (
    encode_rows,
    several_subscriptions,
    user_files,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.plan import Change, Plan
from ansible_collections.wxcc.onboarding.plugins.module_utils._model import (
    ADD_AND_REMOVE,
    ADD_ONLY,
    Person,
    Wanted,
    address_key,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.license_plan import (
    LicenseFacts,
    LicenseRules,
    plan_licenses,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.user_plan import plan_users
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.fields import normal_mode
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.rows import compose, to_wanted
from ansible_collections.wxcc.onboarding.plugins.module_utils._views.csv_export import (
    export_row,
    other_headers,
    subscriptions_of,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.licenses import Seat, seats
from tests.unit.awkward import AWKWARD

quick = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ORGANIZATION = uuid.UUID(int=7)
TYPES = {"premium": "CJPPRM", "standard": "CJPSTD"}
ADDRESS = "User ID/Email (Required)"


def license_id(code: str, subscription: str) -> str:
    """The id that a license has in the listing; its type stands inside."""
    text = f"ciscospark://us/LICENSE/{ORGANIZATION}:{code}_{uuid.uuid5(ORGANIZATION, code + subscription)}"
    return base64.b64encode(text.encode()).decode().rstrip("=")


def listing(*subscriptions: str, others: Iterable[tuple[str, str]] = ()) -> list[dict[str, Any]]:
    """An organization's licenses: Premium and Standard in each subscription, and others by name and subscription."""
    ours = [
        {
            "id": license_id(code, subscription),
            "name": f"Contact Center {kind}",
            "totalUnits": 1000,
            "consumedUnits": 0,
            "subscriptionId": subscription,
        }
        for subscription in subscriptions
        for kind, code in TYPES.items()
    ]
    more = [
        {
            "id": license_id(f"MS{len(name)}", subscription),
            "name": name,
            "totalUnits": 9,
            "subscriptionId": subscription,
        }
        for name, subscription in others
    ]
    return [*more, *ours]


ONE, TWO = seats(listing("Sub1")), seats(listing("Sub1", "Sub2"))


def planned(wanted: list[Wanted], people: Mapping[str, Person | None], offered: Sequence[Seat], mode: str) -> Plan:
    """What the license module would do. The one place here that knows how its planner is called."""
    return plan_licenses(wanted, LicenseFacts(people, tuple(offered)), LicenseRules(mode))


def license_after(change: Change) -> str:
    """The license that somebody is left with: standard, premium or none; as before where only a person can help."""
    return str(change.after["license"])


# --- Rows and states ------------------------------------------------------------------------------------------------

truths = st.sampled_from([None, True, False])
WORDS = {None: "", True: "TRUE", False: "FALSE"}


@dataclasses.dataclass
class Case:
    """People as they are, a file about them, and what the organization offers."""

    people: dict[str, Person | None]
    header: list[str]
    rows: list[list[str]]
    seats: list[Seat]
    #: Whether the headers name their subscriptions.
    named: bool

    def wanted(self, mode: str) -> list[Wanted]:
        """The rows as the license module gets them."""
        result = read_files([Source("x.csv", data=encode_rows([self.header, *self.rows]))], mode=mode)
        rows, findings = compose(result.people)
        assert not [found for found in findings if found.level == "error"]
        return to_wanted(rows)

    def plan(self, mode: str) -> Plan:
        return planned(self.wanted(mode), self.people, self.seats, mode)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """One subscription with plain columns, or two with a column for each; any of the columns may be absent."""
    several = draw(st.booleans())
    offered = TWO if several else ONE
    columns = [(seat.license, seat.subscription if several else None) for seat in offered]
    chosen = [column for column in columns if draw(st.booleans())]
    header = [ADDRESS, "First Name", "Last Name"]
    header += [canonical_header(LICENSE_HEADERS[kind], subscription) for kind, subscription in chosen]
    people: dict[str, Person | None] = {}
    rows = []
    for number in range(draw(st.integers(1, 5))):
        email = f"a{number}@example.com"
        kinds: list[tuple[str, ...]] = [(), ("premium",), ("standard",)]
        held = draw(st.sampled_from([*kinds, ("premium", "standard")]))
        ids = [draw(st.sampled_from([seat.id for seat in offered if seat.license == kind])) for kind in held]
        if draw(st.integers(0, 4)):
            people[email] = Person(id=f"id{number}", email=email, license_ids=tuple(ids), active=True)
        else:
            people[email] = None
        rows.append([email, "A", "B", *(WORDS[draw(truths)] for _column in chosen)])
    return Case(people, header, rows, offered, several)


def apply(case: Case, plan: Iterable[Change]) -> Case:
    """The same file against the people as the plan leaves them."""
    people = dict(case.people)
    for item in plan:
        if item.pending and item.person is not None:
            license_ids = item.payload.applied(item.person.license_ids)
            people[item.key] = dataclasses.replace(item.person, license_ids=license_ids)
    return dataclasses.replace(case, people=people)


@quick
@given(cases())
def test_add_only_never_takes_anything(case: Case) -> None:
    for item in case.plan(ADD_ONLY):
        assert not item.removal
        if item.pending:
            assert item.payload.remove == ()
            assert item.payload.add


@quick
@given(cases())
def test_only_cells_with_a_word_change_anybody(case: Case) -> None:
    """Blank cells and columns that are not there leave everybody as he is, in both modes."""
    blank = dataclasses.replace(case, rows=[[*row[:3], *("" for _cell in row[3:])] for row in case.rows])
    for mode in (ADD_ONLY, ADD_AND_REMOVE):
        assert all(item.kind == "none" for item in blank.plan(mode))


@quick
@given(cases())
def test_add_and_remove_brings_exactly_what_the_columns_declare(case: Case) -> None:
    """Each cell on its own: TRUE is held afterwards, FALSE is not, blank or absent is as it was."""
    cells = {row[0]: dict(zip(case.header[3:], row[3:], strict=True)) for row in case.rows}
    items = case.plan(ADD_AND_REMOVE)
    after = apply(case, items).people
    for item in items:
        person, before = after[item.key], case.people[item.key]
        if item.kind == "blocked" or person is None or before is None:
            assert person == before
            continue
        given_one = {kind for kind in TYPES if "TRUE" in [v for h, v in cells[item.email].items() if kind in h.lower()]}
        for seat in case.seats:
            header = canonical_header(LICENSE_HEADERS[seat.license], seat.subscription if case.named else None)
            word = cells[item.email].get(header, "")
            was, held = seat.id in (before.license_ids or ()), seat.id in (person.license_ids or ())
            if word == "FALSE":
                assert not held
            elif word == "":
                # Untouched, unless a TRUE beside it was placed here for want of a better seat: never, by name.
                assert held == was
            elif was:
                assert held
        for kind in given_one:
            assert person.licenses_of(kind)


@quick
@given(cases(), st.sampled_from([ADD_ONLY, ADD_AND_REMOVE]))
def test_carried_out_and_planned_again_is_nothing(case: Case, mode: str) -> None:
    there = dataclasses.replace(case, people={key: person for key, person in case.people.items() if person})
    assume(there.people)
    there.rows = [row for row in there.rows if row[0] in there.people]
    again = apply(there, there.plan(mode)).plan(mode)
    assert [item for item in again if item.pending] == []


@quick
@given(cases())
def test_whoever_is_not_there_is_named_not_added(case: Case) -> None:
    for mode in (ADD_ONLY, ADD_AND_REMOVE):
        for item in case.plan(mode):
            if case.people[item.key] is None:
                assert item.kind in ("none", "blocked")
                assert (item.kind == "blocked") == (item.problem is not None)


def test_standard_is_no_way_down_from_premium_by_itself() -> None:
    person = Person(id="i", email="a@example.com", license_ids=(ONE[0].id,))
    case = Case(
        {"a@example.com": person}, [ADDRESS, LICENSE_HEADERS["standard"]], [["a@example.com", "TRUE"]], ONE, False
    )
    case.header[1:1] = ["First Name", "Last Name"]
    case.rows[0][1:1] = ["A", "B"]
    for mode in (ADD_ONLY, ADD_AND_REMOVE):
        (item,) = case.plan(mode)
        assert item.kind == "blocked"
        assert item.problem is not None
        assert item.problem.code == "needs_remove"


# --- Cells, one license at a time -----------------------------------------------------------------------------------


def left_with(standard: bool | None, premium: bool | None, current: str, mode: str) -> tuple[str, str | None]:
    """(the license that somebody is left with, error code) after a row with these cells."""
    held = tuple(seat.id for seat in ONE if seat.license == current)
    person = Person(id="i", email="a@example.com", license_ids=held, active=True)
    row = {"email": "a@example.com", "csv": {"standard": standard, "premium": premium}, "source": "line 2 of x.csv"}
    (item,) = planned(to_wanted([row]), {"a@example.com": person}, ONE, normal_mode(mode))
    return license_after(item), item.problem.code if item.problem else None


@pytest.mark.parametrize(
    ("standard", "premium", "current", "add_only", "add_and_remove"),
    [
        (None, None, "none", "none", "none"),
        (None, None, "standard", "standard", "standard"),
        (None, None, "premium", "premium", "premium"),
        (True, None, "none", "standard", "standard"),
        (None, True, "none", "premium", "premium"),
        (True, False, "none", "standard", "standard"),
        (False, True, "none", "premium", "premium"),
        (False, False, "none", "none", "none"),
        (False, False, "standard", "standard", "none"),
        (False, False, "premium", "premium", "none"),
        (False, None, "standard", "standard", "none"),
        (None, False, "standard", "standard", "standard"),
        (None, False, "premium", "premium", "none"),
        (False, None, "premium", "premium", "premium"),
        (False, True, "standard", "standard", "premium"),
        (None, True, "standard", "standard", "standard"),
        (True, False, "premium", "premium", "standard"),
        (True, None, "premium", "premium", "premium"),
        (True, None, "standard", "standard", "standard"),
        (None, True, "premium", "premium", "premium"),
    ],
)
def test_what_the_cells_of_a_row_leave_somebody_with(
    standard: bool | None, premium: bool | None, current: str, add_only: str, add_and_remove: str
) -> None:
    """TRUE gives, in both modes; FALSE takes away where the mode removes; blank leaves alone. Premium wins over Standard."""
    for mode, expected in (("add_services_only", add_only), ("add_and_remove_services", add_and_remove)):
        after, problem = left_with(standard, premium, current, mode)
        assert after == expected
        # Standard beside Premium would have no effect, and Premium beside Standard is refused: one has to go before the other comes.
        conflict = "license_conflict" if premium and expected == "standard" else None
        assert problem == ("needs_remove" if standard and expected == "premium" else conflict)


def test_no_mode_that_removes_nothing_leaves_somebody_with_less() -> None:
    rank = {"none": 0, "standard": 1, "premium": 2}
    for standard, premium, current in itertools.product((True, False, None), (True, False, None), rank):
        if not (standard and premium):
            assert rank[left_with(standard, premium, current, ADD_ONLY)[0]] >= rank[current]


def test_the_subscription_whose_column_is_true() -> None:
    row = {
        "email": "a@example.com",
        "csv": {"standard": None, "premium": True, "subscriptions": {"premium": {"Sub1": False, "Sub2": True}}},
    }
    person = Person(id="i", email="a@example.com", license_ids=(), active=True)
    (item,) = planned(to_wanted([row]), {"a@example.com": person}, TWO, ADD_ONLY)
    assert item.after["subscriptions"] == ["Sub2"]


# --- Stale files ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "stale"),
    [
        ("2026-03-01T10:00:01.000Z", True),
        ("2026-03-01T10:00:00.900Z", False),
        ("2026-02-28T23:59:59.000Z", False),
        (None, False),
    ],
)
def test_a_file_older_than_the_last_change_of_those_it_would_strip(changed: str | None, stale: bool) -> None:
    person = Person(id="i", email="a@example.com", license_ids=(ONE[0].id,), last_modified=changed)
    row = {"email": "a@example.com", "csv": {"premium": False, "standard": None}, "csv_time": "2026-03-01T10:00:00Z"}
    wanted = to_wanted([row])
    for mode, expected in ((ADD_AND_REMOVE, stale), (ADD_ONLY, False)):
        warnings = planned(wanted, {"a@example.com": person}, ONE, mode).warnings
        assert len(warnings) == int(expected)
        if expected:
            assert "a@example.com" in warnings[0]
            assert "premium" in warnings[0]
    given_more = {**row, "csv": {"premium": True, "standard": None}}
    plan = planned(to_wanted([given_more]), {"a@example.com": person}, ONE, ADD_AND_REMOVE)
    assert plan.warnings == ()


# --- Out and straight back in ---------------------------------------------------------------------------------------

# Control Hub keeps no blanks around names, and no characters that no name may hold.
names = st.lists(st.sampled_from([*AWKWARD, "=1+1", "TRUE", "#REF!", "Ã©", "{{ 1 }}", "a", "Z", " "]), max_size=6).map(
    lambda parts: "".join(parts).strip()
)


@st.composite
def organizations(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[Person]]:
    """Licenses and people of an organization, with whatever people are called."""
    subscriptions = draw(st.sampled_from([("Sub1",), ("Sub1", "Sub2")]))
    others = [("Webex Calling Professional", "Sub1")] + (
        [("Webex Calling Professional", "Sub9")] if draw(st.booleans()) else []
    )
    listed = listing(*subscriptions, others=others)
    people = []
    for number in range(draw(st.integers(1, 6))):
        held = [seat.id for seat in draw(st.sampled_from([[], *[[seat] for seat in seats(listed)]]))]
        people.append(
            Person(
                id=f"id{number}",
                email=draw(st.sampled_from(["a{}@example.com", "=a{}@example.com", "O'a+{}@Example.COM"])).format(
                    number
                ),
                first_name=draw(names) or None,
                last_name=draw(names) or None,
                display_name=draw(names) or None,
                title=draw(names) or None,
                department=draw(names) or None,
                active=draw(st.sampled_from([True, True, False])),
                license_ids=tuple(held),
            )
        )
    return listed, people


@quick
@given(organizations(), st.booleans(), st.sampled_from([0, 2]), st.sampled_from([ADD_ONLY, ADD_AND_REMOVE]))
def test_what_goes_out_and_straight_back_in_plans_nothing(
    organization: tuple[list[dict[str, Any]], list[Person]], full: bool, row_limit: int, mode: str
) -> None:
    listed, people = organization
    found = seats(listed)
    kinds = subscriptions_of(found)
    headers = other_headers(listed, several_subscriptions(kinds))
    rows = [export_row(person, {"licenses": list(headers)[:1]}, found, headers) for person in people]
    parts = user_files(
        rows, full=full, subscriptions=kinds, other_licenses=sorted(set(headers.values())), row_limit=row_limit
    )
    sources = [Source(f"part{number}.csv", data=part) for number, part in enumerate(parts)]
    result = read_files(sources, mode=mode, existing={person.email for person in people})
    assert [found for found in result.findings if found.level == "error"] == []
    taken, problems = compose(result.people)
    assert [found for found in problems if found.level == "error"] == []
    assert [row["email"] for row in taken] == [person.email for person in people]
    there = {address_key(person.email): person for person in people}
    wanted = to_wanted(taken)
    assert [item for item in plan_users(wanted, there, "present") if item.kind != "none"] == []
    assert [item for item in planned(wanted, there, found, mode) if item.kind != "none"] == []


@quick
@given(st.lists(st.text(max_size=600), min_size=1, max_size=3), st.integers(0, 2))
def test_whatever_the_checks_take_the_other_modules_take(texts: list[str], repeat: int) -> None:
    """No row may pass here only to stop everybody later."""
    header = [ADDRESS, "First Name", "Last Name", "Display Name", "Title"]
    rows = [[f"a{n}@example.com", *[text * (repeat + 1)] * 4] for n, text in enumerate(texts)]
    try:
        data = encode_rows([header, *rows])
    except ValueError:
        return
    _rows, problems = compose(read_files([Source("x.csv", data=data)]).people)
    assert [found for found in problems if found.level == "error"] == []


def test_headers_of_other_licenses_name_subscriptions_only_where_they_must() -> None:
    calling, teams = ("Webex Calling", "SubA"), ("Webex Teams", "SubA")
    plain = listing("Sub1", others=[calling, teams])
    assert sorted(other_headers(plain, several=False).values()) == ["Webex Calling", "Webex Teams"]
    assert sorted(other_headers(plain, several=True).values()) == ["Webex Calling [SubA]", "Webex Teams [SubA]"]
    twice = listing("Sub1", others=[calling, ("Webex Calling", "SubB"), teams])
    assert sorted(other_headers(twice, several=False).values()) == [
        "Webex Calling [SubA]",
        "Webex Calling [SubB]",
        "Webex Teams",
    ]
