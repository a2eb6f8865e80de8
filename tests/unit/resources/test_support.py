"""The support bundle: enough to open a case, and no secret."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.outcomes import Outcome
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import Problem
from ansible_collections.wxcc.onboarding.plugins.module_utils._model import Person
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.support import MAX_REQUESTS, bundle
from tests.unit.build import change


def outcome(email: str, *, failed: bool) -> Outcome:
    return Outcome.of(
        change(email, "none", person=Person(id="person-1", email=email)),
        after={"sync_state": "missing" if failed else "in_sync", "profile_type": None, "message": "Not there."},
        extra={"timeline": [{"time": "T3", "state": "missing"}], "record_id": "record-1"},
        failed=failed,
        error=Problem("not_in_sync", "no") if failed else None,
    )


def made(**more: Any) -> dict[str, Any]:
    arguments: dict[str, Any] = {
        "organization": {"id": "org-1", "name": "Alpha"},
        "tried": {"trigger": "hook", "wait_timeout": 600.0},
        "earlier": [
            {"module": "sync", "time": "T1", "email": "A@x.example", "timeline": [{"time": "T1", "state": "inactive"}]},
            {"module": "sync", "time": "T2", "email": "a@x.example", "after": {"sync_state": "missing"}},
            {"module": "user", "time": "T0", "email": "a@x.example"},
        ],
        "requests": [
            {"time": "T1", "method": "GET", "path": "/v1/people", "tracking_id": "NA_1", "secret": "hidden"},
            {"time": "T2", "method": "GET", "path": "/v1/people", "tracking_id": "NA_1"},
            {"time": "T2", "method": "GET", "path": "/x", "tracking_id": None},
        ],
        "written": "T4",
        **more,
    }
    return bundle([outcome("a@x.example", failed=True), outcome("b@x.example", failed=False)], **arguments)


def test_it_names_those_who_are_not_in_sync_with_ids_times_and_tries() -> None:
    content = made()
    assert content["counts"] == {"people": 2, "not_in_sync": 1}
    assert content["tried"] == {"trigger": "hook", "wait_timeout": 600.0, "earlier_looks": 2}
    assert content["tracking_ids"] == ["NA_1"]
    (person,) = content["people"]
    assert person["person_id"] == "person-1"
    assert person["record_id"] == "record-1"
    assert person["timeline"] == [{"time": "T1", "state": "inactive"}, {"time": "T2", "state": "missing"}]


def test_only_known_fields_of_the_journal_get_in() -> None:
    assert "hidden" not in json.dumps(made())


def test_of_a_long_run_the_newest_requests_are_kept() -> None:
    requests = [{"time": str(n), "method": "GET", "path": "/"} for n in range(MAX_REQUESTS + 7)]
    kept = made(requests=requests)["requests"]
    assert len(kept) == MAX_REQUESTS
    assert kept[-1]["time"] == str(MAX_REQUESTS + 6)
