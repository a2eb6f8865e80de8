"""Whether a plan is the approved one: the file that was approved, the person, the digest."""

from __future__ import annotations

import calendar
import dataclasses
import os
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import InputError
from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.approval import (
    ApprovedPlan,
    digest_refusal,
    seconds_of,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.plan_file import (
    PlanDocument,
    digest_of_changes,
    write_plan,
)
from tests.unit.build import ORGANIZATION

ADA, BRUNO = "ada@example.com", "bruno@example.com"
MADE = "2026-11-25T04:30:28Z"
AT = float(calendar.timegm((2026, 11, 25, 4, 30, 28)))
DAY = 86400


def entry(email: str, row: int = 0, **steps: str) -> dict[str, Any]:
    """A person of a plan: each step by its action, with what would be afterwards."""
    told = {
        step: {"action": action, "before": {}, "after": {"to": step, "more": 1}, "removal": False}
        for step, action in steps.items()
    }
    return {"row": row, "email": email, "steps": told}


def plan(*people: dict[str, Any], **more: Any) -> PlanDocument:
    given = {
        "run": "R1",
        "host": "alpha",
        "organization": {"id": ORGANIZATION, "name": "Alpha"},
        "made": MADE,
        "check_mode": True,
        "digest": digest_of_changes(ORGANIZATION, people),
        "summary": {"text": "1 person: 1 new"},
        "people": people,
    }
    return PlanDocument(**{**given, **more})


def approved(directory: Path, *people: dict[str, Any], **more: Any) -> ApprovedPlan:
    write_plan(directory, plan(*people, **more))
    return ApprovedPlan(str(directory / "plan.json"))


def refusal(one: ApprovedPlan, *, age: float = 0, valid_for: int = DAY, organization: str = ORGANIZATION) -> str | None:
    found = one.refusal(organization, valid_for, AT + age)
    if found is None:
        return None
    assert found.code == "plan_refused"
    start, end = f"The approved plan {one.path} changes nobody: ", "."
    assert found.message.startswith(start) and found.message.endswith(end)
    return found.message[len(start) : -len(end)]


def test_a_plan_that_may_be_carried_out(tmp_path: Path) -> None:
    one = approved(tmp_path, entry(ADA, user="create"))
    assert refusal(one, age=DAY) is None
    assert one.plan_id == f"R1 {one.document.digest}"


def test_an_edited_plan(tmp_path: Path) -> None:
    for more in ({"digest": "0" * 64}, {"organization": {}}):
        one = approved(tmp_path, entry(ADA, user="create"), **more)
        assert refusal(one) == "its changes are not those that its digest was made of: somebody has edited it"


@pytest.mark.parametrize(("name", "shown"), [("Alpha", "Alpha"), (None, "another organization")])
def test_a_plan_of_another_organization(name: str | None, shown: str, tmp_path: Path) -> None:
    one = approved(tmp_path, entry(ADA, user="create"), organization={"id": ORGANIZATION, "name": name})
    assert refusal(one, organization="beta") == f"it is a plan of {shown} ({ORGANIZATION}), and this run is about beta"


def test_a_plan_that_was_refused_itself(tmp_path: Path) -> None:
    one = approved(tmp_path, refusal={"code": "no_seat", "message": "There are too few seats", "advice": ""})
    assert refusal(one) == "it must not be carried out: There are too few seats"


@pytest.mark.parametrize(
    ("valid_for", "span"),
    [
        (1, "1 seconds"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (90, "90 seconds"),
        (5400, "90 minutes"),
        (3600, "1 hour"),
        (7200, "2 hours"),
        (DAY, "1 day"),
        (3 * DAY, "3 days"),
    ],
)
def test_a_plan_that_is_too_old(valid_for: int, span: str, tmp_path: Path) -> None:
    one = approved(tmp_path, entry(ADA, user="create"))
    assert refusal(one, age=valid_for, valid_for=valid_for) is None
    assert (
        refusal(one, age=valid_for + 1, valid_for=valid_for)
        == f"it was made at {MADE}, and may be carried out for {span}"
    )


def test_a_plan_of_an_unknown_time_is_too_old(tmp_path: Path) -> None:
    one = approved(tmp_path, made="yesterday")
    # Nobody's clock stands so near to 1970.
    assert one.refusal(ORGANIZATION, DAY, DAY) is None
    found = one.refusal(ORGANIZATION, DAY, DAY + 0.5)
    assert found is not None and "it was made at yesterday, and may" in found.message


def test_a_plan_is_carried_out_once(tmp_path: Path, state: Path) -> None:
    one = approved(tmp_path, entry(ADA, user="create"))
    assert one.claim(ORGANIZATION) is None
    [name] = os.listdir(state)
    (state / name).write_text('"2026-11-25T05:00:00Z"', encoding="utf-8")
    assert refusal(one) == "it was carried out already, at 2026-11-25T05:00:00Z"
    later = one.claim(ORGANIZATION)
    assert later is not None
    text = f"The approved plan {one.path} changes nobody: it was carried out already, at 2026-11-25T05:00:00Z."
    assert (later.code, later.message) == ("plan_refused", text)
    assert refusal(approved(tmp_path, entry(ADA, user="create"), run="R2")) is None, "another plan of the same changes"


def test_who_would_get_something_else_than_was_approved(tmp_path: Path) -> None:
    one = approved(tmp_path, entry(ADA, user="create", license="update"), entry(BRUNO, 1, user="none"))
    same = entry("ADA@example.com", 3, user="create", license="update")
    for step, there in one.document.people[0]["steps"].items():
        # In what order fields stand is nothing that anybody approves.
        same["steps"][step] = {"after": dict(reversed(there["after"].items())), "action": there["action"]}
    less = entry(ADA, 4, user="none", license="update")
    other = entry(ADA, 5, user="update", license="update")
    stranger = entry(BRUNO, 6, user="update")
    found = one.moved([same, less, other, stranger])
    assert {row: (p.code, p.message) for row, p in found.items()} == {
        5: (
            "moved",
            f"{ADA} would now get other changes than those that were approved; nothing is done for this person.",
        ),
        6: (
            "moved",
            f"{BRUNO} is to be changed, which the approved plan does not hold; nothing is done for this person.",
        ),
    }
    assert all(p.advice for p in found.values())


def test_who_was_approved_and_is_not_in_the_roster(tmp_path: Path) -> None:
    emails = [f"p{n:02}@example.com" for n in range(12)]
    one = approved(tmp_path, *(entry(e, n, user="create") for n, e in enumerate(emails)))
    assert one.left_out([*emails, "other@example.com"]) == []
    start = "The approved plan holds changes of"
    assert one.left_out(emails[2:]) == [
        f"{start} 2 people who are not in the roster: p00@example.com, p01@example.com."
    ]
    [text] = one.left_out([])
    assert text.startswith(f"{start} 12 people who are not in the roster: p00@example.com, ")
    assert text.count("@") == 10


class TestDigest:
    now, file = plan(entry(ADA, user="create")), plan(entry(BRUNO, user="create"))

    def told(self, digest: str, file: PlanDocument | None = None) -> tuple[str, str] | None:
        found = digest_refusal(digest, self.now, file)
        assert found is None or found.code == "other_digest"
        return None if found is None else (found.message, found.advice)

    def test_the_right_one(self) -> None:
        assert self.told(f" {self.now.digest.upper()}\n") is None
        assert self.told(self.file.digest, self.file) is None

    def test_another_one(self) -> None:
        other, now, file = "ab" * 32, self.now.digest[:12], self.file.digest[:12]
        text = (
            f"What this run would do is not what was approved: the digest was {other[:12]}, and is {now} now. "
            "Now it would be: 1 person: 1 new."
        )
        advice = digest_refusal(other, self.now, None)
        assert self.told(other) == (text, advice.advice if advice else "")
        found = self.told(self.now.digest, self.file)
        assert found is not None
        assert found[0] == f"The digest {now} is not that of the approved plan, which is {file}."

    @pytest.mark.parametrize("file", [None, file])
    def test_half_of_one(self, file: PlanDocument | None) -> None:
        for digest in ("ABCDEF", "g" * 64, f"{'a' * 65}"):
            assert self.told(f" {digest} ", file) == (
                f"{self.shown(digest)} is no whole digest: that is 64 characters of 0-9 and a-f, and this has {len(digest)}.",
                "Give the digest whole, as it stands in plan.md and plan.json.",
            )

    def shown(self, digest: str) -> str:
        from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.finding import show

        return show(digest)


def test_how_long_a_plan_is_valid() -> None:
    assert (seconds_of("1d"), seconds_of(90)) == (DAY, 90)
    with pytest.raises(InputError) as caught:
        seconds_of("soon")
    problem = caught.value.problem
    assert problem.code == "invalid_input"
    assert problem.message == "valid_for is 'soon': use a time such as 30d, 12h, 45m or a number of seconds."


def test_what_is_no_plan_is_no_approved_one(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text("[]", encoding="utf-8")
    with pytest.raises(InputError, match="is not of the format"):
        ApprovedPlan(str(tmp_path / "plan.json"))
    one = dataclasses.replace(plan(entry(ADA, user="none")))
    write_plan(tmp_path, one)
    assert ApprovedPlan(str(tmp_path / "plan.json")).left_out([]) == [], "whom it changes in nothing it does not hold"
