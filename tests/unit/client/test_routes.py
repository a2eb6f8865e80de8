"""Nothing in the collection calls a route that the vendor does not describe (or that was not observed in public use)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._client.routes import CONTACT_CENTER, ROUTES, Route
from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.names import LISTS
from tests.simulator.app import routes as simulated_application

PLUGINS = Path(__file__).resolve().parents[3] / "plugins"
TABLE = PLUGINS / "module_utils" / "_client" / "routes.py"
#: Every path that the collection may use, from the vendor's published descriptions; {} stands for an id.
DESCRIBED = {
    # Admin APIs (the token endpoint is OAuth's own and described beside them)
    "/v1/access_token",
    "/v1/applications/{}/token",
    "/v1/licenses",
    "/v1/licenses/{}",
    "/v1/licenses/users",
    "/v1/organizations",
    "/v1/people",
    "/v1/people/{}",
    "/v1/people/me",
    "/v1/roles",
    "/v1/settings/organizations/{}/settings",
    "/v1/settings/organizations/{}/settings/{}",
    "/v1/identity/organizations/{}/jobs/sendActivationEmails",
    "/v1/identity/organizations/{}/jobs/sendActivationEmails/{}/errors",
    "/v1/identity/organizations/{}/jobs/sendActivationEmails/{}/status",
    "/identity/scim/{}/v2/Bulk",
    "/identity/scim/v2/Users/me",
    "/identity/scim/{}/v2/Users",
    "/identity/scim/{}/v2/Users/{}",
    # Contact center
    "/organization/{}/user/bulk",
    "/organization/{}/user/{}",
    "/organization/{}/v2/agent-profile",
    "/organization/{}/v2/multimedia-profile",
    "/organization/{}/v2/site",
    "/organization/{}/v2/skill",
    "/organization/{}/v2/skill-profile",
    "/organization/{}/v2/team",
    "/organization/{}/v2/user",
    "/organization/{}/v3/user-profile",
}


def blank(template: str) -> str:
    """The path with its places left blank, since their names are everybody's own."""
    return re.sub(r"{[^}]*}", "{}", template)


def simulated() -> Iterator[tuple[str, str]]:
    """(method, path) of all routes of the simulator."""
    for path, methods in simulated_application().openapi()["paths"].items():
        for method in methods:
            yield method.upper(), blank(path)


def test_every_route_is_described_and_nothing_described_is_unused() -> None:
    assert {blank(route.template) for route in ROUTES.values()} == DESCRIBED


def test_the_simulator_has_every_route() -> None:
    there = set(simulated())
    assert {name for name, r in ROUTES.items() if (r.method, blank(r.template)) not in there} == set()


def test_the_table_says_every_route_once_in_words_and_for_the_right_service() -> None:
    assert len({(r.method, blank(r.template)) for r in ROUTES.values()}) == len(ROUTES)
    for route in ROUTES.values():
        assert route.doing
        assert (route.service == CONTACT_CENTER) == route.template.startswith("/organization/")


def test_only_what_says_so_is_sent_twice() -> None:
    once = {name for name, route in ROUTES.items() if not route.repeatable}
    assert once == {"CREATE_IDENTITY", "IDENTITIES_BULK", "START_MAILS"}


@pytest.mark.parametrize("name", ROUTES)
def test_every_route_is_called(name: str) -> None:
    sources = [path for path in (PLUGINS / "module_utils").rglob("*.py") if path != TABLE]
    assert any(re.search(rf"\b{name}\b", path.read_text(encoding="utf-8")) for path in sources)


def test_no_other_file_holds_a_path() -> None:
    path_text = re.compile(r"""["'](?:/v1|/v2|/v3|/identity|/organization)/""")
    sources = [path for path in (PLUGINS / "module_utils").rglob("*.py") if path != TABLE]
    assert [str(p) for p in sources if path_text.search(p.read_text(encoding="utf-8"))] == []


def test_values_are_escaped_in_their_places() -> None:
    route = Route("admin", "GET", "/v1/things/{id}/parts/{part}")
    assert route.path({"id": "a/b?c", "part": "é"}) == "/v1/things/a%2Fb%3Fc/parts/%C3%A9"
    with pytest.raises(KeyError):
        route.path({"id": "a"})


def test_the_lists_of_names_are_routes_of_the_contact_center() -> None:
    assert {route.service for route, _attributes in LISTS.values()} == {CONTACT_CENTER}
