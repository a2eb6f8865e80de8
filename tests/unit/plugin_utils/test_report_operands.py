"""The report, each condition by itself: who is ready, what is shown, which organization a line is about."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.action import runs_of
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.groups import label
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.load import RunFiles
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.page import _for_page, _hash, render
from tests.unit.plugin_utils.runs import PRESENT, chain, crowd, line, one, record, report_of

KIM = "kim@example.com"


@pytest.mark.parametrize(
    ("wanted", "held", "ready"),
    [
        ("standard", "standard", True),
        ("standard", "none", False),
        ("standard", None, False),
        ("standard", "premium", False),
        ("premium", "premium", True),
        ("premium", "standard", False),
        ("premium", "none", False),
        ("none", "none", True),
        ("none", "standard", False),
    ],
)
def test_nobody_is_ready_without_the_license_that_is_wanted(wanted: str, held: str | None, ready: bool) -> None:
    outcomes = chain(KIM)
    outcomes["license"] = [line(KIM, after={"license": held} if held else {})]
    user = one(outcomes, {"license": wanted, "role": "agent"})
    assert (user["outcome"] == "ready") is ready
    assert ("license" in user["lacks"]) is not ready


@pytest.mark.parametrize(
    ("wanted", "seen", "ready"),
    [
        ("agent", "agent", True),
        ("supervisor", "supervisor", True),
        ("supervisor", "agent", False),
        ("administrator", "agent", False),
        ("agent", "supervisor", False),
    ],
)
def test_nobody_is_ready_without_the_role_that_is_wanted(wanted: str, seen: str, ready: bool) -> None:
    outcomes = chain(KIM)
    outcomes["role"] = [line(KIM, after={"role": seen})]
    user = one(outcomes, {"license": "premium", "role": wanted})
    assert (user["outcome"] == "ready") is ready
    assert ("role" in user["lacks"]) is not ready


@pytest.mark.parametrize("step", ["license", "role", "sync"])
def test_a_step_that_was_not_looked_at_leaves_nobody_ready(step: str) -> None:
    outcomes = chain(KIM)
    del outcomes[step]
    user = one(outcomes)
    assert user["outcome"] == "waiting"
    assert user["lacks"] == [step]


def test_without_a_contact_center_license_nobody_waits_for_its_record() -> None:
    outcomes = chain(KIM)
    del outcomes["sync"]
    outcomes["license"] = [line(KIM, after={"license": "none"})]
    assert one(outcomes, {"license": "none", "role": "agent"})["lacks"] == []


@pytest.mark.parametrize("place", range(3))
def test_a_failure_counts_wherever_it_stands(place: int) -> None:
    emails = [f"p{n}@example.com" for n in range(3)]
    outcomes: dict[str, list[dict[str, t.Any]]] = {}
    for n, email in enumerate(emails):
        for step, lines in chain(email).items():
            outcomes.setdefault(step, []).extend(lines)
        if n == place:
            error = {"message": "Refused.", "advice": "Ask."}
            outcomes["license"][-1] |= {"failed": True, "error": error, "after": {"license": "none"}}
    roster = [{"row": n, "email": e, "license": "premium", "role": "agent"} for n, e in enumerate(emails)]
    [organization] = report_of(RunFiles(record(), roster, outcomes))["organizations"]
    users = {user["email"]: user for user in organization["users"]}
    assert [users[e]["outcome"] for e in emails] == ["failed" if n == place else "ready" for n in range(3)]
    assert (users[emails[place]]["message"], users[emails[place]]["action"]) == ("Refused.", "Ask.")


@pytest.mark.parametrize(
    ("action", "certain", "before", "word"),
    [
        ("create", True, {"state": "absent"}, "created"),
        ("create", False, {"state": "absent"}, "perhaps created"),
        ("remove", True, PRESENT, "removed"),
        ("remove", False, PRESENT, "perhaps removed"),
        ("update", True, PRESENT, "updated"),
        ("update", False, PRESENT, "perhaps updated"),
    ],
)
def test_what_was_changed_in_words(action: str, certain: bool, before: dict[str, str], word: str) -> None:
    after = {"state": "absent"} if action == "remove" else PRESENT
    outcomes = {"user": [line(KIM, action, certain=certain, before=before, after=after)]}
    assert one(outcomes, {"state": after["state"]})["changes"] == [word]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [({}, {"site": "A"}, "as declared"), ({"site": "A"}, {}, "as declared"), ({}, {}, None)],
)
def test_settings_that_nobody_looked_at_are_not_as_declared(before: t.Any, after: t.Any, told: str | None) -> None:
    outcomes = {**chain(KIM), "agent": [line(KIM, before=before, after=after)]}
    user = one(outcomes)
    assert user["agent"] == told
    assert (user["desk"] is None) is (told is None)


@pytest.mark.parametrize(
    ("organization", "name"),
    [
        ({"host": "alpha", "name": "Alpha", "id": "i"}, "alpha"),
        ({"host": None, "name": "Alpha", "id": "i"}, "Alpha"),
        ({"host": "", "name": "", "id": "i"}, "i"),
        ({"host": None, "name": None, "id": None}, "organization"),
    ],
)
def test_what_an_organization_is_called(organization: dict[str, t.Any], name: str) -> None:
    assert label(organization) == name


def page_of(users: list[dict[str, t.Any]], most: int, findings: t.Any = ()) -> dict[str, t.Any]:
    return _for_page({"users": users, "findings": list(findings)}, most)


def test_a_page_shows_first_who_needs_something_and_leaves_out_the_unchanged() -> None:
    users = [
        {"outcome": "ready", "changes": [], "agent": None, "signed_in": None, "mail": None},
        {"outcome": "ready", "changes": ["created"], "agent": None, "signed_in": None, "mail": None},
        {"outcome": "failed", "changes": [], "agent": None, "signed_in": None, "mail": None},
        {"outcome": "waiting", "changes": [], "agent": None, "signed_in": None, "mail": None},
    ]
    found = page_of(users, 3)
    assert found["rows"][-1] == users[1]
    assert users[0] not in found["rows"]
    assert (len(found["rows"]), found["left_out"], found["agents"]) == (3, 1, False)
    assert page_of(users, 4)["left_out"] == 0
    assert page_of(users, 2)["left_out"] == 2
    assert page_of([{**users[0], "agent": "changed"}, users[1]], 4)["agents"] is True


def test_a_page_holds_warnings_and_errors_alone() -> None:
    findings = [{"level": "error"}, {"level": "repaired"}, {"level": "warning"}, {}]
    assert page_of([], 1, findings)["remarks"] == [{"level": "error"}, {"level": "warning"}]


def test_the_hashes_of_a_page_are_those_of_what_stands_in_it() -> None:
    page = "".join(render(crowd()))
    assert _hash("x") == "sha256-LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE="
    for tag in ("style", "script"):
        start = page.index(f"<{tag}>") + len(tag) + 2
        assert _hash(page[start : page.index(f"</{tag}>", start)]) in page[:start]


def test_only_the_hosts_of_the_play_are_reported_unless_none_of_them_began() -> None:
    from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.action import FACT, RUN_ID

    def fact(name: str, run: str = RUN_ID) -> dict[str, t.Any]:
        return {FACT: {"run": run, "directory": name}}

    hosts = {"alpha": fact("a"), "beta": fact("b"), "old": fact("o", "other"), "none": {}}

    def found(*play: str) -> list[str]:
        return [run["directory"] for run in runs_of({"hostvars": hosts, "ansible_play_hosts_all": list(play)})]

    assert found("alpha", "gone") == ["a"]
    assert found("none") == ["a", "b"]
    assert found() == ["a", "b"]
    assert runs_of({}) == []
