"""Licenses against scripted answers: exactly which requests, in which order, with which bodies."""

from __future__ import annotations

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.license import Licenses
from tests.unit.build import PREMIUM_1, STANDARD_1
from tests.unit.resources.scripted import (
    ADA,
    licenses,
    rest_id,
    rest_user,
    run,
    scim_user,
    search,
)
from tests.unit.script import Script, expect, get


@pytest.mark.parametrize("status", [200, 206])
def test_a_license_that_was_skipped_is_found_out_and_not_claimed(status: int) -> None:
    change = {"email": ADA, "personId": rest_id(ADA), "licenses": [{"id": PREMIUM_1, "operation": "add"}]}
    answer = {"personId": rest_id(ADA), "email": ADA, "licenses": []}
    one = f"/v1/people/{rest_id(ADA)}"
    script = Script(
        licenses(),
        search(ADA, found=[scim_user(ADA)]),
        get(one, rest_user(ADA)),
        expect("PATCH", "/v1/licenses/users", answer, status=status, body=change, headers={"Trackingid": "NA_7"}),
        get(one, rest_user(ADA)),
        get(one, rest_user(ADA)),
        get(one, rest_user(ADA)),
        get(one, rest_user(ADA)),
    )
    found = run(
        script,
        Licenses(mode="add_and_remove", default="premium", subscription_id=None, allow_shortage=False),
        [{"email": ADA}],
    )
    [item] = found
    assert (item.failed, item.changed, item.after["license"]) == (True, False, "none")
    assert item.error is not None
    assert (item.error.code, item.error.http_status, item.error.tracking_id) == ("license_skipped", status, "NA_7")


def test_a_swap_of_licenses_is_one_request_that_removes_first() -> None:
    operations = [{"id": STANDARD_1, "operation": "remove"}, {"id": PREMIUM_1, "operation": "add"}]
    change = {"email": ADA, "personId": rest_id(ADA), "licenses": operations}
    one = f"/v1/people/{rest_id(ADA)}"
    script = Script(
        licenses(),
        search(ADA, found=[scim_user(ADA)]),
        get(one, rest_user(ADA, STANDARD_1)),
        expect("PATCH", "/v1/licenses/users", {"licenses": [PREMIUM_1]}, body=change),
        get(one, rest_user(ADA, PREMIUM_1)),
    )
    found = run(
        script,
        Licenses(mode="add_and_remove", default="premium", subscription_id=None, allow_shortage=False),
        [{"email": ADA}],
    )
    assert found.outcomes[0].after == {"license": "premium", "subscriptions": ["Sub1"]}
