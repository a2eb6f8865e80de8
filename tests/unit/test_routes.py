"""Nothing in the collection calls a route that the vendor does not describe (or that was not observed in public use)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center import names as _names

SOURCES = Path(__file__).resolve().parents[2] / "plugins" / "module_utils"
#: Every route that the collection may use, from the vendor's published descriptions; {} stands for an id.
DESCRIBED = {
    # Admin APIs (the token endpoint is OAuth's own and described beside them)
    "/v1/access_token",
    "/v1/licenses",
    "/v1/licenses/{}",
    "/v1/licenses/users",
    "/v1/organizations",
    "/v1/organizations/{}",
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
#: What the names that begin a path stand for.
BASES = {
    "scim_path": "/identity/scim/{}/v2",
    "_base": "/organization/{}",
    "admin_base": "",
}
#: Paths that are put together from a table or from parts, and what comes of them.
COMPOSED = {
    "/organization/{}/{}": {f"/organization/{{}}/{path}" for path, _attributes in _names.LISTS.values()},
    "/v1/identity/organizations/{}/jobs/sendActivationEmails{}": {
        f"/v1/identity/organizations/{{}}/jobs/sendActivationEmails{end}" for end in ("", "/{}/status", "/{}/errors")
    },
}
#: A beginning that tells services apart, no route.
PREFIXES = {"/organization"}


def template(node: ast.AST) -> str | None:
    """The text of a string or f-string with {} for what is put in, where its beginning makes it a path."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return None
    text = ""
    for part in node.values:
        if isinstance(part, ast.Constant):
            text += str(part.value)
        elif isinstance(part, ast.FormattedValue):
            name = part.value.attr if isinstance(part.value, ast.Attribute) else getattr(part.value, "id", "")
            text += BASES.get(name, "{}") if not text else "{}"
    return text


def routes() -> Iterator[tuple[str, str]]:
    """(route, where) of every path in the sources."""
    for file in sorted(SOURCES.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in ast.walk(tree):
            text = None if id(node) in inner else template(node)
            if not text or not text.startswith(("/v1/", "/identity/", "/organization/", "/v2/", "/v3/")):
                continue
            route, where = text.rstrip("/"), f"{file.name}:{getattr(node, 'lineno', 0)}"
            for composed in COMPOSED.get(route, {route}) - PREFIXES:
                yield composed, where


def test_every_route_is_described() -> None:
    unknown = [(route, where) for route, where in routes() if route not in DESCRIBED and route not in BASES.values()]
    assert not unknown


def test_the_search_finds_the_routes() -> None:
    """The list above is not wishful: what the collection is known to use is found, and nothing on it is unused."""
    assert DESCRIBED - {route for route, _where in routes()} == set()
