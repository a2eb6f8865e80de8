"""The plan as people see it: the page of an approver, the table, the forecast; and as programs do: its schema."""

from __future__ import annotations

import csv
import dataclasses
import io
import json

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import Problem
from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.audit import lines_of
from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.chain import Chain
from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.forecast import (
    KINDS,
    counted,
    forecast,
    sentence,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.page import LINES, page_of
from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.table import HEADER, table_of
from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.words import entry_words
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.plan_file import (
    PlanDocument,
    digest_of_changes,
    read_plan_file,
    write_plan,
)
from tests.conftest import ROOT
from tests.unit.build import PREMIUM_1, change, person
from tests.unit.planning.chains import RECORD, chain_of, document

SCHEMAS = ROOT / "docs" / "schemas"
PATH = "/runs/alpha/plan.json"


def crowd(number: int = 200) -> PlanDocument:
    """New people, people who lose something, a hostile name, blocked ones, each of them different."""
    rows, there = [], []
    for n in range(number):
        email = f"p{n}@example.com"
        kind = n % 5
        if kind == 0:
            rows.append({"email": email, "license": "premium", "title": f"Title {n}"})
        elif kind == 1:
            rows.append({"email": email, "license": "none", "department": f"=cmd|'/c calc'!a{n}"})
            there.append(person(email, PREMIUM_1))
        elif kind == 2:
            rows.append({"email": email, "title": f"<script>alert({n})</script>\n# {'x' * 400}"})
            there.append(person(email, PREMIUM_1))
        elif kind == 3:
            rows.append({"email": email, "license": "premium", "agent": {"site": f"Nowhere {n}"}})
        else:
            rows.append({"email": email, "license": "premium"})
    chain, want = chain_of(rows, there)
    return document(chain, want)


class TestPage:
    def test_equal_changes_are_one_line(self) -> None:
        rows = [{"email": f"p{n}@example.com", "license": "premium"} for n in range(312)]
        there = [person(row["email"]) for row in rows]
        page = page_of(document(*chain_of(rows, there)), PATH)
        assert "- 312 people: + Premium: `p0@example.com`" in page
        assert "and 302 more" in page

    def test_removals_come_first(self) -> None:
        page = page_of(crowd(), PATH)
        assert (
            0 < page.index("## Removals: 40 people") < page.index("## Changes:") < page.index("## Blocked: 40 people")
        )

    @pytest.mark.parametrize("number", [0, 1, 200, 10_000])
    def test_it_is_one_page_whatever_the_plan(self, number: int) -> None:
        some = crowd(min(number, 500)).people
        people = [{**some[n % len(some)], "email": f"p{n}@example.com"} for n in range(number)]
        findings = [{"level": "warning", "message": "x" * 5000}] * 50
        plan = dataclasses.replace(crowd(1), people=people, findings=findings)
        page = page_of(plan, PATH)
        assert page.count("\n") <= LINES
        assert len(page) <= 65_000

    def test_nothing_in_it_is_markup_of_somebody_s_own(self) -> None:
        page = page_of(crowd(), PATH)
        assert "<script>" not in page.replace("\\<script\\>", "")
        assert "Alpha \\<b\\>" in page

    def test_it_says_how_to_approve_and_with_a_refusal_it_does_not(self) -> None:
        plan = crowd()
        assert f"onboard_plan_digest={plan.digest}" in page_of(plan, PATH)
        assert f"onboard_plan={PATH}" in page_of(plan, PATH)
        refused = dataclasses.replace(plan, refusal={"code": "no_seat", "message": "Too few.", "advice": "Buy."})
        assert "must not be carried out" in page_of(refused, PATH)
        assert "onboard_plan" not in page_of(refused, PATH)


def test_the_table_has_a_row_a_person_and_no_formula() -> None:
    plan = crowd()
    rows = list(csv.reader(io.StringIO(table_of(plan).decode("utf-8-sig"), newline="")))
    assert tuple(rows[0]) == HEADER
    assert len(rows) == len(plan.people) + 1
    assert all(len(row) == len(HEADER) for row in rows)
    assert not any(cell.startswith(("=", "@")) for row in rows for cell in row)


def test_of_somebody_new_nothing_is_before() -> None:
    row = {"email": "new@example.com", "license": "premium", "role": "agent"}
    text = table_of(document(*chain_of([row], []))).decode("utf-8-sig")
    [found] = csv.DictReader(io.StringIO(text, newline=""))
    assert {name: found[f"{name} before"] for name in ("user", "license", "role", "sync", "agent")} == dict.fromkeys(
        ("user", "license", "role", "sync", "agent"), ""
    )
    assert found["license after"].startswith("license: premium")


def test_the_page_says_what_is_done_by_hand() -> None:
    there = [person("boss@example.com", PREMIUM_1), person("chief@example.com", PREMIUM_1)]
    rows = [{"email": one.email, "license": "premium", "role": "supervisor"} for one in there]
    rows.append({"email": "new@example.com", "license": "premium", "role": "supervisor"})
    page = page_of(document(*chain_of(rows, there)), PATH)
    assert "- 2 people: by hand: Make this person a supervisor: `boss@example.com`, `chief@example.com`" in page
    assert "- 1 person: new account, + Premium, by hand: Make this person a supervisor: `new@example.com`" in page


def test_differences_are_told_from_what_to_what() -> None:
    one = {"step": "user", "action": "update", "before": {}, "after": {}, "message": None}
    swap = {"step": "license", "before": {"license": "premium"}, "after": {"license": "standard"}}
    comes = {"action": "create", "before": {"state": "absent"}, "after": {"state": "present"}}
    by_hand = {"step": "role", "action": "manual", "message": "Make this person a supervisor."}
    stuck = {"step": "agent", "action": "blocked", "message": "No such site."}
    drift = [
        {**one, "email": f"{n}@example.com", **more}
        for n, more in zip("abcd", (swap, comes, by_hand, stuck), strict=True)
    ]
    told = lines_of({"desk_ready": 0, "people": 0, "not_ready": [], "roster": True, "drift": drift}, None)
    assert told[2:] == [
        "  a@example.com: license: update: license premium -> standard",
        "  b@example.com: user: create: state absent -> present",
        "  c@example.com: role: manual: Make this person a supervisor.",
        "  d@example.com: agent: blocked: No such site.",
    ]


@pytest.mark.parametrize(
    ("step", "action", "before", "after", "words"),
    [
        ("user", "create", {"state": "absent"}, {"state": "present", "title": "Agent"}, ["new account"]),
        ("user", "remove", {"state": "present"}, {"state": "absent"}, ["account removed"]),
        ("user", "update", {"state": "present"}, {"state": "disabled"}, ["account disabled"]),
        ("user", "update", {"first_name": "A", "title": "B"}, {"first_name": "C", "title": ""}, ["first name", "title cleared"]),
        ("license", "update", {"license": "none"}, {"license": "premium"}, ["+ Premium"]),
        ("license", "remove", {"license": "premium"}, {"license": "none"}, ["- Premium"]),
        ("license", "update", {"license": "premium"}, {"license": "standard"}, ["Premium to Standard"]),
        ("role", "update", {"roles": ["A", "B"]}, {"roles": ["B", "C"]}, ["+ C", "- A"]),
        ("role", "update", {"role": "agent", "roles": []}, {"role": "supervisor", "roles": []}, ["role to supervisor"]),
        ("agent", "update", {"teams": []}, {"teams": ["A"], "contact_center_enabled": True}, ["teams to A", "contact center enabled on"]),
        ("sync", "none", {}, {"sync_state": "missing"}, []),
    ],
)  # fmt: skip
def test_changes_in_words(
    step: str, action: str, before: dict[str, object], after: dict[str, object], words: list[str]
) -> None:
    assert entry_words(step, action, before, after) == words


def test_every_person_counts_once() -> None:
    chain, want = chain_of(
        [{"email": "new@example.com"}, {"email": "old@example.com"}, {"email": "gone@example.com", "state": "absent"}],
        [person("old@example.com"), person("gone@example.com")],
    )
    counts = counted(forecast(changes) for changes in chain.by_row().values())
    assert counts["people"] == sum(counts[kind] for kind in KINDS) == len(want)
    said = "3 people: 1 as declared, 1 new (the service may still refuse some), 1 to lose something"
    assert sentence(counts) == said


class TestForecast:
    """Somebody waits for what only others can do, and for nothing else."""

    @pytest.mark.parametrize(
        "row",
        [
            {"state": "disabled"},
            {"state": "absent"},
            {"license": "none"},
            {"title": "Trainer"},
        ],
    )
    def test_nobody_waits_for_nothing(self, row: dict[str, str]) -> None:
        want = {"email": "kim@example.com", **row}
        plan = document(*chain_of([want], [person("kim@example.com", *([] if "title" in row else [PREMIUM_1]))]))
        assert plan.people[0]["forecast"]["outcome"] == "ready"
        assert plan.people[0]["forecast"]["message"].startswith("Would be changed")

    @pytest.mark.parametrize(("synchronize", "outcome"), [(True, "waiting"), (False, "ready")])
    @pytest.mark.parametrize("held", [(), (PREMIUM_1,)])
    def test_where_the_run_has_no_gate_nobody_waits_for_it(
        self, held: tuple[str, ...], synchronize: bool, outcome: str
    ) -> None:
        row = {"email": "kim@example.com", "license": "premium"}
        plan = document(*chain_of([row], [person(row["email"], *held)]), synchronize=synchronize)
        assert plan.people[0]["forecast"]["outcome"] == outcome
        assert ("Synchronize" in json.dumps(plan.people[0]["forecast"])) is synchronize

    def test_settings_wait_for_a_record(self) -> None:
        row = {"email": "kim@example.com", "license": "premium", "agent": {"external_id": "E-1"}}
        plan = document(*chain_of([row], [person(row["email"])]), synchronize=False)
        assert plan.people[0]["forecast"]["outcome"] == "waiting"

    def test_who_is_blocked_in_one_step_and_changed_in_another_counts_as_both(self) -> None:
        changes = {
            "license": change("kim@example.com", after={"license": "premium"}),
            "role": change("kim@example.com").blocked(Problem("own_account", "The run's own.")),
        }
        counts = counted([forecast(changes)])
        assert (counts["people"], counts["blocked"], counts["blocked_in_part"]) == (1, 1, 1)
        assert sentence(counts) == "1 person: 1 blocked (1 of them changed in part)"

    def test_a_plan_that_was_refused_first_shows_whom_it_is_about(self) -> None:
        _chain, want = chain_of([{"email": "kim@example.com"}], [])
        plan = document(Chain({}), want, refusal=Problem("unknown_name", "No such site."))
        assert [p["email"] for p in plan.people] == ["kim@example.com"]
        assert plan.summary["text"] == "1 person: 1 not planned"
        assert plan.people[0]["forecast"]["outcome"] == "failed"
        assert "1 person: 1 not planned" in page_of(plan, PATH)


class TestDocument:
    def test_the_digest_is_of_the_changes_alone(self) -> None:
        plan = crowd()
        other = dataclasses.replace(plan, people=list(reversed(plan.people)), run="other", made="later")
        org_id = str(plan.organization["id"])
        assert digest_of_changes(org_id, other.people) == plan.digest
        assert digest_of_changes("another", plan.people) != plan.digest
        fewer = [p for p in plan.people if p["forecast"]["outcome"] != "waiting"]
        assert digest_of_changes(org_id, fewer) != plan.digest

    def test_what_a_person_is_asked_to_take_is_approved_with_the_rest(self) -> None:
        def person(**entry: object) -> dict[str, object]:
            return {"row": 0, "email": "kim@example.com", "steps": {"role": {"action": "manual", **entry}}}

        nothing = digest_of_changes("o", [])
        assert digest_of_changes("o", [person(removal=True)]) != nothing
        assert digest_of_changes("o", [person(removal=False)]) == nothing

    def test_what_is_written_is_read_again(self, tmp_path: object) -> None:
        plan = crowd(10)
        write_plan(str(tmp_path), plan)
        again = read_plan_file(f"{tmp_path}/plan.json")
        assert json.dumps(again.as_dict()) == json.dumps(plan.as_dict())
        assert again.entry("license", 0) == plan.entry("license", 0)
        assert again.entry("license", 999) is None

    def test_a_plan_is_what_its_schema_says(self) -> None:
        jsonschema = pytest.importorskip("jsonschema")
        schema = json.loads((SCHEMAS / "plan.json").read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        refusal = {"code": "no_seat", "message": "Too few.", "advice": "Buy."}
        for plan in (crowd(), dataclasses.replace(crowd(1), refusal=refusal)):
            jsonschema.Draft202012Validator(schema).validate(json.loads(json.dumps(plan.as_dict())))

    def test_a_record_is_what_its_schema_says(self) -> None:
        jsonschema = pytest.importorskip("jsonschema")
        schema = json.loads((SCHEMAS / "run.json").read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        stopped = {"step": "plan", "code": "no_seat", "message": "Too few.", "advice": "Buy."}
        for record in (RECORD, dataclasses.replace(RECORD, organization=None, stopped=stopped)):
            jsonschema.Draft202012Validator(schema).validate(json.loads(json.dumps(record.as_dict())))
