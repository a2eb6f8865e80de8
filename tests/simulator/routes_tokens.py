"""Where tokens come from: the OAuth refresh and the service apps."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends
from starlette.responses import Response

from . import ids
from .call import Call, answer, current_call
from .errors import ApiError
from .state import Organization
from .tokens import ALL_SCOPES, Token

router = APIRouter()
The = Annotated[Call, Depends(current_call)]
#: 14 and 90 days, in seconds
ACCESS_LIFE, REFRESH_LIFE = 1209600, 7776000


def _pair(access: Token, refresh: str) -> dict[str, Any]:
    return {
        "access_token": access.value,
        "expires_in": ACCESS_LIFE,
        "refresh_token": refresh,
        "refresh_token_expires_in": REFRESH_LIFE,
        "token_type": "Bearer",
    }


@router.post("/v1/access_token")
async def access_token(call: The) -> Response:
    """Turn a refresh token into an access token (form encoded)."""
    form = dict(parse_qsl(call.body.decode(errors="replace")))
    if form.get("grant_type") != "refresh_token":
        raise ApiError(400, "unsupported_grant_type")
    tokens = call.simulator.tokens
    refresh = tokens.refresh.get(form.get("refresh_token", ""))
    if refresh is None or refresh.client_id != form.get("client_id") or not refresh.like.alive():
        raise ApiError(400, "The refresh token provided is expired, revoked, malformed, or invalid.")
    if refresh.client_secret != form.get("client_secret"):
        raise ApiError(401, "Invalid client credentials.")
    call.organization = refresh.like.organization
    return answer(_pair(tokens.issue(refresh.like), refresh.value))


@router.post("/v1/applications/{application_id}/token")
async def application_token(call: The, application_id: str) -> Response:
    """Give a service app a token for one organization; the bearer is another integration's (documented)."""
    if "spark:applications_token" not in call.who.scopes:
        raise ApiError(403, "The access token is missing the scope spark:applications_token.")
    content = call.object()
    app = call.simulator.tokens.apps.get(application_id)
    if app is None:
        raise ApiError(404, f"Application not found: {application_id}")
    if content.get("clientId") != app.client_id or content.get("clientSecret") != app.client_secret:
        raise ApiError(400, "Invalid client credentials.")
    org = _target(call, content.get("targetOrgId"))
    if org not in app.organizations:
        raise ApiError(403, "The service app is not authorized in the target organization.")
    call.organization = org
    tokens = call.simulator.tokens
    machine = Token("", "service_app", org, None, [], ALL_SCOPES)
    return answer(_pair(tokens.issue(machine), f"sim-service-refresh-{tokens.issued:04d}"))


def _target(call: Call, given: Any) -> Organization:
    try:
        bare = ids.bare(str(given), "ORGANIZATION")
    except ids.WrongType as error:
        raise ApiError(400, str(error)) from None
    org = call.simulator.world.by_id.get(bare or "")
    if org is None:
        raise ApiError(404, f"Organization not found: {given}")
    return org
