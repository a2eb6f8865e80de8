"""The application: all routes behind the gateway."""

from __future__ import annotations

import functools

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from . import (
    control,
    errors,
    routes_cc_entities,
    routes_cc_finds,
    routes_cc_users,
    routes_jobs,
    routes_licenses,
    routes_organizations,
    routes_people,
    routes_roles,
    routes_scim,
    routes_tokens,
)
from .errors import ApiError
from .gateway import Gateway
from .simulator import Simulator


async def _api_error(request: Request, error: Exception) -> Response:
    """Answer an ApiError in the shape of the route's family."""
    if not isinstance(error, ApiError):
        raise error
    call = request.scope["call"]
    return Response(errors.body(error, call.path, call.tracking_id), error.status, error.headers, "application/json")


async def _no_route(request: Request, error: Exception) -> Response:
    """Answer an unknown route or method; the contact center says 405 to unknown sub-paths without a version (observed)."""
    if not isinstance(error, HTTPException):
        raise error
    path = request.scope["path"]
    call = request.scope.get("call")
    status = error.status_code
    if errors.family(path) == "cc":
        status = 404 if "/v2/" in path or "/v3/" in path else 405
    text = "The requested resource could not be found." if status == 404 else error.detail
    tracking = call.tracking_id if call else errors.tracking_id(path)
    return Response(errors.body(ApiError(status, text), path, tracking), status, None, "application/json")


@functools.cache
def routes() -> FastAPI:
    """Return all routes; the gateway hands them the simulator with every request."""
    app = FastAPI(title="Webex simulator", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    for module in (
        control,
        routes_people,
        routes_licenses,
        routes_roles,
        routes_scim,
        routes_organizations,
        routes_jobs,
        routes_tokens,
        routes_cc_users,
        routes_cc_finds,
        routes_cc_entities,
    ):
        app.include_router(module.router)
    app.add_exception_handler(ApiError, _api_error)
    app.add_exception_handler(HTTPException, _no_route)
    for kind in control.ERRORS:
        app.add_exception_handler(kind, control.refused)
    return app


def create_app(simulator: Simulator) -> Gateway:
    """Return the ASGI application of a simulator."""
    return Gateway(routes(), simulator)
