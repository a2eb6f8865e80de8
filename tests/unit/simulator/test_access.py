"""Tokens, scopes, operator roles, organizations."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator import ids

from .conftest import PARTNER, Lab, scim_user


@pytest.mark.parametrize("path", ["/v1/people", "/v1/licenses", "/v1/roles", "/v1/nothing"])
@pytest.mark.parametrize("token", [None, "unknown", "expired"])
def test_no_good_token_is_a_401(lab: Lab, path: str, token: str | None) -> None:
    refused = lab.get(path, token=token)
    assert refused.status_code == 401
    content = refused.json()
    assert content["message"] == content["errors"][0]["description"]
    assert "valid access token set in the Authorization request header" in content["message"]
    assert content["trackingId"] == refused.headers["trackingid"]


def test_the_gateway_of_the_contact_center_says_400_without_a_token(lab: Lab) -> None:
    path = f"/organization/{lab.org}/v2/user"
    assert lab.get(path, token=None).status_code == 400
    assert lab.get(path, token="unknown").status_code == 401
    assert "errors" in lab.get(path, token="unknown").json()
    assert lab.get(path, token="noscope").status_code == 403


READS = ["/v1/people", "/v1/licenses", "/v1/roles", "/v1/organizations"]


@pytest.mark.parametrize("path", READS)
def test_reads_need_a_scope_and_a_role(lab: Lab, path: str) -> None:
    assert lab.get(path, token="noscope").status_code == 403
    assert lab.get(path, token="nobody").status_code == 403
    for token in ("readonly", "users", "ccadmin", "full", "app", PARTNER):
        assert lab.get(path, token=token).status_code == 200, token


def writes(lab: Lab) -> dict[str, tuple[str, str, Any]]:
    cai = lab.person("cai@alpha.example.com")["id"]
    return {
        "create": ("POST", "/v1/people", {"emails": ["new@alpha.example.com"], "displayName": "N"}),
        "scim": ("POST", f"/identity/scim/{lab.org}/v2/Users", scim_user("new@alpha.example.com")),
        "license": (
            "PATCH",
            "/v1/licenses/users",
            {"email": "cai@alpha.example.com", "licenses": [{"id": lab.license("premium")}]},
        ),
        "setting": (
            "POST",
            f"/v1/settings/organizations/{lab.org}/settings",
            {"key": "allow-admin-invite-emails", "value": False},
        ),
        "mail": ("POST", f"/v1/identity/organizations/{lab.org}/jobs/sendActivationEmails", None),
        "team": ("DELETE", f"/organization/{lab.org}/team/none", None),
        "delete": ("DELETE", f"/v1/people/{cai}", None),
    }


@pytest.mark.parametrize(
    ("token", "allowed"),
    [
        ("readonly", set()),
        ("nobody", set()),
        ("noscope", set()),
        ("users", {"create", "scim", "license", "mail", "delete"}),
        # licenses yes, people no (documented)
        ("ccadmin", {"license", "team"}),
        ("full", {"create", "scim", "license", "setting", "mail", "delete", "team"}),
        ("app", {"create", "scim", "license", "setting", "mail", "delete", "team"}),
    ],
)
def test_who_may_write_what(token: str, allowed: set[str]) -> None:
    for name in writes(Lab()):
        lab = Lab()
        method, path, body = writes(lab)[name]
        status = lab(method, path, body, token=token).status_code
        assert (status != 403) is (name in allowed), f"{name}: {status}"


@pytest.mark.parametrize(("token", "status"), [("readonly", 200), ("users", 200), ("ccadmin", 403), ("nobody", 403)])
def test_who_reads_scim(lab: Lab, token: str, status: int) -> None:
    assert lab.get(f"/identity/scim/{lab.org}/v2/Users", token=token).status_code == status


def test_a_lookup_without_an_administrators_scope(lab: Lab) -> None:
    lab.simulator.tokens.access["nobody"].scopes = frozenset({"spark:people_read"})
    assert lab.get("/v1/people", token="nobody", email="ana@alpha.example.com").json()["items"]
    assert lab.get("/v1/people", token="nobody").status_code == 403


def test_a_partner_reaches_the_organizations_that_it_manages(lab: Lab) -> None:
    beta, gamma = lab.simulator.world.by_key["beta"], lab.simulator.world.by_key["gamma"]
    assert [item["displayName"] for item in lab.get("/v1/organizations").json()["items"]] == ["Alpha", "Beta"]
    for org_id in (beta.id, beta.rest):
        items = lab.get("/v1/people", orgId=org_id).json()["items"]
        assert {item["orgId"] for item in items} == {beta.rest}
    for path in (
        f"/identity/scim/{beta.id}/v2/Users",
        f"/organization/{beta.id}/v2/user",
        f"/v1/settings/organizations/{beta.rest}/settings/allow-admin-invite-emails",
    ):
        assert lab.get(path).status_code == 200
        assert lab.get(path, token="full").status_code == 403
    assert lab.get("/v1/people", orgId=gamma.id).status_code == 403
    assert lab.get("/v1/people", orgId="00000000-0000-4000-8000-000000000000").status_code == 404
    theirs = gamma.order[0]
    assert lab.get(f"/v1/people/{theirs.rest}").status_code == 404
    assert lab.get(f"/v1/people/{beta.order[0].rest}").status_code == 200


def test_the_managed_organizations(lab: Lab) -> None:
    me = lab.get("/v1/people/me").json()["id"]
    assert lab.get("/v1/partner/organizations").status_code == 400
    items = lab.get("/v1/partner/organizations", managedBy=me).json()["items"]
    assert [item["orgId"] for item in items] == [lab.simulator.world.by_key["beta"].rest]


def test_a_changed_role_ends_the_tokens_of_that_person_alone(lab: Lab) -> None:
    users = lab.person("users@alpha.example.com")["id"]
    body = {"Operations": [{"op": "add", "path": "roles", "value": [{"value": "id_full_admin"}]}]}
    assert lab("PATCH", f"/identity/scim/{lab.org}/v2/Users/{users}", body).status_code == 200
    assert lab.get("/v1/roles", token="users").status_code == 401
    assert lab.get("/v1/roles", token="full").status_code == 200


def test_the_same_roles_again_end_nothing(lab: Lab) -> None:
    me = lab.person("partner@alpha.example.com")["id"]
    body = {"Operations": [{"op": "add", "path": "roles", "value": [{"value": "id_full_admin"}]}]}
    assert lab("PATCH", f"/identity/scim/{lab.org}/v2/Users/{me}", body).status_code == 200
    assert lab.get("/v1/roles").status_code == 200


def test_the_end_of_tokens_is_a_switch(lab: Lab) -> None:
    lab.set(role_change_kills_token=False)
    lab("PATCH", "/_sim/people", {"email": "users@alpha.example.com", "roles": ["id_full_admin"]})
    assert lab.get("/v1/roles", token="users").status_code == 200


def test_the_token_of_somebody_deactivated_or_deleted_is_dead(lab: Lab) -> None:
    lab("PATCH", "/_sim/people", {"email": "users@alpha.example.com", "active": False})
    assert lab.get("/v1/roles", token="users").status_code == 401
    lab("DELETE", f"/v1/people/{lab.person('readonly@alpha.example.com')['id']}")
    assert lab.get("/v1/roles", token="readonly").status_code == 401


FORM = {
    "grant_type": "refresh_token",
    "client_id": "sim-client",
    "client_secret": "sim-secret",
    "refresh_token": "sim-refresh-token",
}


def test_a_refresh_token_gives_an_access_token(lab: Lab) -> None:
    answer = lab("POST", "/v1/access_token", token=None, data=FORM)
    assert answer.status_code == 200
    token = answer.json()["access_token"]
    assert token.endswith(f"_P0A1_{lab.org}")
    assert answer.json()["expires_in"] == 1209600
    assert lab.get("/v1/people/me", token=token).json()["emails"] == ["partner@alpha.example.com"]


@pytest.mark.parametrize(
    ("field", "status"), [("client_secret", 401), ("client_id", 400), ("refresh_token", 400), ("grant_type", 400)]
)
def test_bad_refreshes(lab: Lab, field: str, status: int) -> None:
    assert lab("POST", "/v1/access_token", token=None, data={**FORM, field: "wrong"}).status_code == status


def test_a_service_app_gets_a_token_for_an_organization(lab: Lab) -> None:
    body = {
        "clientId": "sim-client",
        "clientSecret": "sim-secret",
        "targetOrgId": lab.simulator.world.by_key["beta"].rest,
    }
    path = "/v1/applications/sim-application/token"
    token = lab("POST", path, body).json()["access_token"]
    assert {item["displayName"] for item in lab.get("/v1/organizations", token=token).json()["items"]} == {"Beta"}
    assert lab.get("/v1/people/me", token=token).status_code == 404
    assert lab("POST", path, {**body, "clientSecret": "x"}).status_code == 400
    assert lab("POST", path, {**body, "targetOrgId": lab.org_of("gamma")}).status_code == 403
    assert lab("POST", "/v1/applications/other/token", body).status_code == 404
    assert lab("POST", path, body, token="noscope").status_code == 403


def test_role_ids_are_the_well_known_ones(lab: Lab) -> None:
    found = {item["name"]: item["id"] for item in lab.get("/v1/roles").json()["items"]}
    assert found["Read-only Administrator"] == "Y2lzY29zcGFyazovL3VzL1JPTEUvaWRfcmVhZG9ubHlfYWRtaW4"
    assert found["User Administrator"] == "Y2lzY29zcGFyazovL3VzL1JPTEUvaWRfdXNlcl9hZG1pbg"
    assert lab.get(f"/v1/roles/{found['User Administrator']}").json()["name"] == "User Administrator"
    supervisor = ids.rest_id("ROLE", "cjp.supervisor")
    assert supervisor not in found.values()
    assert lab.get(f"/v1/roles/{supervisor}").status_code == 404
    lab.set(roles_list_contact_center=True)
    assert supervisor in [item["id"] for item in lab.get("/v1/roles").json()["items"]]
