"""Organizations: /v1/organizations, /v1/partner, the identity organization, and the organization's settings."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from . import identity
from .call import Call, answer, current_call
from .errors import ApiError
from .state import Organization, iso
from .tokens import FULL_ADMINS, READ_ADMINS

router = APIRouter()
The = Annotated[Call, Depends(current_call)]
# one old page spells the scope with a hyphen
READ = ("spark-admin:organizations_read", "spark-admin:organizations-read")
SETTING_READ = ("identity:organizations_read", "identity:organizations_rw")
SETTING_WRITE = ("identity:organizations_rw",)
MAIL_KEY, MAIL_NAME = "allow-admin-invite-emails", "Automatic Activation Emails"


def _organization(org: Organization) -> dict[str, Any]:
    return {"id": org.rest, "displayName": org.name, "created": iso(org.created)}


@router.get("/v1/organizations")
async def list_organizations(call: The) -> Response:
    """Every organization that the account sees, without pages."""
    call.organization = call.who.organization
    call.who.need(READ, READ_ADMINS)
    return answer({"items": [_organization(org) for org in call.who.organizations()]})


@router.get("/v1/organizations/{org_id}")
async def get_organization(call: The, org_id: str) -> Response:
    """One organization."""
    org = call.org(org_id)
    call.who.need(READ, READ_ADMINS)
    return answer(_organization(org))


@router.get("/v1/partner/organizations")
async def managed(call: The) -> Response:
    """The customers that a partner administrator manages; ``managedBy`` is required."""
    token = call.who
    token.need(READ, FULL_ADMINS)
    manager = call.query.get("managedBy")
    if not manager:
        raise ApiError(400, "managedBy is required")
    call.organization = token.organization
    person = identity.find(token.organization, manager)
    if person is None:
        raise ApiError(404, f"Person not found: {manager}")
    mine = token.person is not None and person is token.person
    return answer({"items": [{"orgId": org.rest, "role": "id_full_admin"} for org in (token.manages if mine else [])]})


async def identity_organization(call: The, org_id: str) -> Response:
    """The organization as the identity service keeps it."""
    org = call.org(org_id)
    call.who.need(SETTING_READ, READ_ADMINS)
    return answer(
        {
            "schemas": ["urn:cisco:codev:identity:organization:core:1.0"],
            "id": org.id,
            "displayName": org.name,
            "preferredLanguage": org.preferred_language,
            "meta": {"created": iso(org.created), "lastModified": iso(org.created), "version": "1"},
        }
    )


# sources disagree about /v1 here: both work
router.add_api_route("/identity/organizations/{org_id}", identity_organization, methods=["GET"])
router.add_api_route("/v1/identity/organizations/{org_id}", identity_organization, methods=["GET"])


def _mail_setting(org: Organization) -> dict[str, Any]:
    return {"key": MAIL_KEY, "value": org.mail_invitations, "name": MAIL_NAME}


@router.get("/v1/settings/organizations/{org_id}/settings/{key}")
async def get_setting(call: The, org_id: str, key: str) -> Response:
    """One setting of the organization; the id may be a UUID or a REST id (documented)."""
    org = call.org(org_id)
    call.who.need(SETTING_READ, READ_ADMINS)
    if key != MAIL_KEY:
        raise ApiError(404, f"Setting not found: {key}")
    return answer(_mail_setting(org))


@router.post("/v1/settings/organizations/{org_id}/settings")
async def set_setting(call: The, org_id: str) -> Response:
    """Change a setting of the organization."""
    org = call.org(org_id)
    call.who.need(SETTING_WRITE, FULL_ADMINS)
    content = call.object()
    if content.get("key") != MAIL_KEY:
        raise ApiError(404, f"Setting not found: {content.get('key')}")
    if not isinstance(content.get("value"), bool):
        raise ApiError(400, "value must be a boolean")
    org.mail_invitations = content["value"]
    return answer(_mail_setting(org))
