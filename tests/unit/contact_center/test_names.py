"""Names of sites, teams and profiles: found by name or id, missed with the nearest names."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.names import Directory, UnknownName

LISBOA, NAIROBI = "11111111-0000-4000-8000-000000000001", "11111111-0000-4000-8000-000000000002"


@pytest.fixture
def directory() -> Directory:
    """Two sites, with a team of the same name each."""
    return Directory(
        {
            "site": [{"id": LISBOA, "name": "Lisboa"}, {"id": NAIROBI, "name": "Nairobi"}],
            "team": [
                {"id": "t1", "name": "Service", "siteId": LISBOA},
                {"id": "t2", "name": "Service", "siteId": NAIROBI},
                {"id": "t3", "name": "Late  Shift", "siteId": NAIROBI},
            ],
            "skill-profile": [],
        }
    )


def found(result: Any) -> str:
    assert isinstance(result, dict), result
    return str(result["id"])


def missed(result: Any) -> UnknownName:
    assert isinstance(result, UnknownName), result
    return result


def test_a_name_is_found_exactly_or_without_case_and_surplus_blanks(directory: Directory) -> None:
    assert found(directory.find("site", "Lisboa")) == LISBOA
    assert found(directory.find("site", "LISBOA ")) == LISBOA
    assert found(directory.find("team", "late shift")) == "t3"


def test_an_id_is_taken_as_it_is(directory: Directory) -> None:
    assert found(directory.find("site", LISBOA)) == LISBOA
    assert found(directory.find("site", LISBOA.upper())) == LISBOA


def test_an_id_that_does_not_exist_is_missed(directory: Directory) -> None:
    assert not missed(directory.find("site", "99999999-0000-4000-8000-000000000001")).ambiguous


def test_the_exact_spelling_wins_over_one_that_differs_in_case() -> None:
    directory = Directory({"site": [{"id": "a", "name": "north"}, {"id": "b", "name": "North"}]})
    assert found(directory.find("site", "North")) == "b"
    assert missed(directory.find("site", "NORTH")).ambiguous


def test_a_team_name_of_several_sites_means_the_one_of_the_site(directory: Directory) -> None:
    assert found(directory.find("team", "Service", site_id=NAIROBI)) == "t2"
    miss = missed(directory.find("team", "Service"))
    assert miss.ambiguous
    assert miss.candidates == ("t1 (site Lisboa)", "t2 (site Nairobi)")
    assert "write an id" in miss.text("team")


def test_an_unknown_name_is_missed_with_the_nearest(directory: Directory) -> None:
    miss = missed(directory.find("site", "Lisbon"))
    assert miss.candidates == ("Lisboa",)
    assert "nearest: Lisboa" in miss.text("site")


def test_with_nothing_near_it_names_what_there_is(directory: Directory) -> None:
    assert missed(directory.find("site", "zzz")).candidates == ("Lisboa", "Nairobi")
    assert "there is none at all" in missed(directory.find("skill-profile", "Spanish")).text("skill profile")


def test_ids_are_shown_as_names_and_unknown_ones_as_they_are(directory: Directory) -> None:
    assert directory.name("site", LISBOA) == "Lisboa"
    assert directory.name("site", "gone") == "gone"
    assert directory.name("site", None) is None
