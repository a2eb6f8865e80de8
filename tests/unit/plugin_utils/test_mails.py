"""Who has signed in, and whom Webex mails, as far as that can be known."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.load import RunFiles
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.mails import line_of
from tests.unit.plugin_utils.runs import PRESENT, line, record, report_of

KIM = "kim@example.com"
ON, OFF = ({"before": value, "during": value, "after": value} for value in (True, False))


def person(mails: t.Any = None, *, before: str = "none", after: str = "premium", **outcomes: t.Any) -> t.Any:
    license_line = line(KIM, "update", before={"license": before}, after={"license": after})
    steps = {"license": [license_line], **outcomes}
    report = report_of(RunFiles(record(mails=mails), outcomes={name: lines for name, lines in steps.items() if lines}))
    return report["organizations"][0]["users"][0]


@pytest.mark.parametrize(("mails", "word"), [(ON, "expected"), (OFF, "off"), (None, "unknown")])
def test_whoever_gets_a_license_and_has_never_signed_in_is_mailed_by_the_setting(mails: t.Any, word: str) -> None:
    user = person(mails, sync=[line(KIM, pending=True)])
    assert (user["signed_in"], user["mail"]) == (False, word)


def test_the_setting_during_the_run_counts() -> None:
    switched = {"before": True, "during": False, "after": True}
    assert person(switched, sync=[line(KIM, pending=True)])["mail"] == "off"


def test_there_is_no_occasion_without_a_new_license() -> None:
    pending = [line(KIM, pending=True)]
    assert person(ON, sync=[line(KIM, pending=False)])["mail"] is None, "has signed in"
    assert person(ON, before="standard", sync=pending)["mail"] is None, "had one"
    assert person(ON, before="premium", after="none", sync=pending)["mail"] is None, "lost it"
    unchanged = [line(KIM, before={"license": "none"}, after={"license": "premium"})]
    assert person(ON, license=unchanged, sync=pending)["mail"] is None
    assert person(ON, license=[], sync=pending)["mail"] is None


def test_who_is_new_has_not_signed_in_and_of_others_nobody_knows() -> None:
    created = [line(KIM, "create", after=PRESENT)]
    assert person(ON, user=created)["signed_in"] is False
    assert person(ON)["signed_in"] is None
    assert person(ON)["mail"] == "expected", "it may be so"
    assert person(ON, license=[line(KIM, pending=False)], user=created)["signed_in"] is True


def test_what_is_said_of_an_organization() -> None:
    def told(*users: tuple[bool | None, str | None], check: bool = False) -> str | None:
        return line_of([{"check": check, "users": [{"signed_in": s, "mail": m}]} for s, m in users])

    assert told((True, None), (None, None)) is None
    assert told((False, None)) == "1 person has never signed in"
    assert told((False, "expected"), (False, "expected"), (False, None), (True, None)) == (
        "3 people have never signed in; Webex mails 2 of them, who got a license"
    )
    assert told((False, "off"), (False, "unknown")) == (
        "2 people have never signed in; nobody mails 1 of them, who got a license: activation mails are off; "
        "whether Webex mails 1 of them, who got a license, is not known"
    )
    assert told((False, "expected"), check=True) == (
        "1 person has never signed in; Webex would mail 1 of them, who would get a license"
    )
