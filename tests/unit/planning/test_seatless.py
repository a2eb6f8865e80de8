"""Where there is no seat, the steps behind are planned as if there were one, and one alone."""

from __future__ import annotations

from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.world import after_license
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.license_plan import LicenseChange
from tests.unit.build import PREMIUM_1, PREMIUM_2, STANDARD_1, change, person, seat

EMAIL = "ada@example.com"


def test_of_several_licenses_of_a_kind_one_is_reckoned_with() -> None:
    seats = [seat(STANDARD_1, 1, 1), seat(PREMIUM_1, 1, 1), seat(PREMIUM_2, 1, 1)]
    wants = change(EMAIL, payload=LicenseChange(want="premium"), person=person(EMAIL))
    assert after_license(seats)(wants) == person(EMAIL, PREMIUM_1)
    assert after_license([])(wants) == person(EMAIL)
