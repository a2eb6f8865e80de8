"""Which organization a run is about: the one that is named or the only one, never one of several, in as few requests as can be."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils import _ids
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import ApiError
from ansible_collections.wxcc.onboarding.plugins.module_utils._webex.organization import Organization, resolve
from tests.unit.script import Script, Step, get

ALPHA = "aaaaaaaa-1111-4222-8333-444444444444"
BETA = "bbbbbbbb-1111-4222-8333-444444444444"
NOBODYS = "cccccccc-1111-4222-8333-444444444444"


def rest(uuid: str) -> str:
    return _ids.encode("ORGANIZATION", uuid)


def listed(*named: tuple[str, str]) -> Step:
    return get("/v1/organizations", {"items": [{"id": rest(uuid), "displayName": name} for uuid, name in named]})


def own(uuid: str) -> Step:
    me = {"id": _ids.encode("PEOPLE", NOBODYS), "emails": ["boss@example.com"], "orgId": rest(uuid)}
    return get("/v1/people/me", me)


REFUSED = get("/v1/organizations", {"message": "no"}, status=403)
BOTH = ((ALPHA, "Alpha Ltd"), (BETA, "Beta"))


def found(*steps: Step, org_id: str | None = None, org_name: str | None = None) -> Organization:
    result: Organization = Script(*steps).play(lambda client: resolve(client, org_id, org_name))
    return result


def refused(*steps: Step, org_id: str | None = None, org_name: str | None = None) -> str:
    with pytest.raises(ApiError) as caught:
        found(*steps, org_id=org_id, org_name=org_name)
    problem = caught.value.problem
    return f"{problem.code}: {problem.message} {problem.advice}"


@pytest.mark.parametrize(
    "named",
    [
        {"org_id": BETA.upper()},
        {"org_id": f" {rest(BETA)}\n"},
        {"org_name": "beta "},
        {"org_id": BETA, "org_name": "Beta"},
    ],
)
def test_the_one_that_is_named(named: dict[str, str]) -> None:
    organization = found(listed(*BOTH), **named)
    assert (organization.uuid, organization.name, organization.named) == (BETA, "Beta", True)
    assert organization.findings == ()


@pytest.mark.parametrize(("owner", "named"), [(ALPHA, False), (BETA, True)])
def test_the_only_one_is_named_in_requests_unless_it_is_the_token_s_own(owner: str, named: bool) -> None:
    organization = found(listed((ALPHA, "Alpha\n\tLtd")), own(owner))
    assert (organization.uuid, organization.name, organization.named) == (ALPHA, "Alpha Ltd", named)


def test_several_are_listed_and_none_is_chosen() -> None:
    said = refused(listed(*BOTH))
    assert said.startswith(f"missing_option: The token shows 2 organizations, and none is named: Alpha Ltd ({ALPHA}),")
    assert "webex_org_id" in said
    many = [(f"{n:08x}-1111-4222-8333-444444444444", f"Customer {n}") for n in range(13)]
    assert refused(listed(*many)).count("Customer") == 10
    assert "and 3 more" in refused(listed(*many))


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ({"org_id": NOBODYS}, "not_found"),
        ({"org_name": "Alpha"}, "not_found"),
        ({"org_id": ALPHA, "org_name": "Beta"}, "not_found"),
    ],
)
def test_a_wrong_one_is_refused_with_those_that_there_are(named: dict[str, str], code: str) -> None:
    said = refused(listed(*BOTH), **named)
    assert said.startswith(f"{code}: The token shows no organization with ")
    assert f"Beta ({BETA})" in said


def test_one_name_of_two_is_no_name() -> None:
    said = refused(listed((ALPHA, "Same"), (BETA, "same")), org_name="SAME")
    assert "names 2 organizations" in said
    assert BETA in said


@pytest.mark.parametrize("org_id", ["x", _ids.encode("PEOPLE", ALPHA)])
def test_an_id_that_is_none_costs_no_request(org_id: str) -> None:
    assert "neither a UUID nor a Webex organization id" in refused(org_id=org_id)


def test_where_none_may_be_listed_an_id_is_taken_as_it_is() -> None:
    organization = found(REFUSED, org_id=ALPHA)
    assert (organization.uuid, organization.name, organization.named) == (ALPHA, None, True)
    ((finding),) = organization.findings
    assert finding["level"] == "warning"
    assert ALPHA in finding["message"]


@pytest.mark.parametrize("answer", [REFUSED, get("/v1/organizations", {"items": []})])
def test_where_none_may_be_listed_and_none_is_named_it_is_the_token_s_own(answer: Step) -> None:
    organization = found(answer, own(ALPHA))
    assert (organization.uuid, organization.named) == (ALPHA, False)
    assert ALPHA in organization.findings[0]["message"]


def test_where_none_may_be_listed_a_name_cannot_be_looked_up() -> None:
    assert refused(REFUSED, org_name="Alpha Ltd").startswith("forbidden: ")
    assert refused(REFUSED, org_id=ALPHA, org_name="Alpha Ltd").startswith("forbidden: ")


def test_a_service_app_that_may_list_none_must_name_one() -> None:
    nobody: list[t.Any] = [get("/v1/people/me", {"message": "no"}, status=404)]
    nobody.append(get("/identity/scim/v2/Users/me", {"message": "no"}, status=404))
    assert "webex_org_id" in refused(REFUSED, *nobody)
