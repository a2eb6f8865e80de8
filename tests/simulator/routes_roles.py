"""/v1/roles."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from . import ids, roles
from .call import Call, answer, current_call
from .errors import ApiError
from .tokens import READ_ADMINS

router = APIRouter()
The = Annotated[Call, Depends(current_call)]
READ = ("spark-admin:roles_read",)


@router.get("/v1/roles")
async def list_roles(call: The) -> Response:
    """The roles that an administrator sees; whether those of the contact center are among them is a switch."""
    call.organization = call.who.organization
    call.who.need(READ, READ_ADMINS)
    shown = roles.names(call.simulator.settings.roles_list_contact_center)
    return answer({"items": [{"id": roles.rest_role(role), "name": name} for role, name in shown.items()]})


@router.get("/v1/roles/{role_id}")
async def get_role(call: The, role_id: str) -> Response:
    """One role."""
    call.who.need(READ, READ_ADMINS)
    shown = roles.names(call.simulator.settings.roles_list_contact_center)
    try:
        role = ids.bare(role_id, "ROLE")
    except ids.WrongType as error:
        raise ApiError(400, str(error)) from None
    if role is None or role not in shown:
        raise ApiError(404, f"Role not found: {role_id}")
    return answer({"id": roles.rest_role(role), "name": shown[role]})
