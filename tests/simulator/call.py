"""One request as the routes see it, and the answers that they give."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote

from starlette.requests import Request
from starlette.responses import Response

from . import ids
from .errors import ApiError, GatewayError, family
from .faults import Fault
from .strict_json import parsed
from .tokens import Token

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .simulator import Simulator
    from .state import Organization


#: numbers in a query are described as integers of 32 bits, or without a size
MAX_NUMBER = 2**31 - 1
_NUMBER = re.compile(r"[+-]?[0-9]{1,10}")


def dumps(content: Any) -> bytes:
    """Return compact JSON."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def answer(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return a JSON answer."""
    return Response(dumps(content), status, headers, "application/json")


def empty(status: int = 204) -> Response:
    """Return an answer without a body."""
    return Response(None, status)


@dataclass
class Call:
    """A request: who asks, with which parameters, for which organization."""

    simulator: Simulator
    method: str
    path: str
    query_string: str
    body: bytes
    base: str
    token: Token | None = None
    organization: Organization | None = None
    tracking_id: str = ""
    faults: list[Fault] = field(default_factory=list)
    _query: dict[str, str] | None = None

    @property
    def query(self) -> dict[str, str]:
        """The query parameters; of a repeated one the last counts."""
        if self._query is None:
            self._query = dict(parse_qsl(self.query_string, keep_blank_values=True))
        return self._query

    @property
    def who(self) -> Token:
        """The token of the request."""
        if self.token is None:
            raise RuntimeError("this route needs no token")
        return self.token

    def flag(self, name: str) -> bool:
        """Return a boolean parameter, false when left out."""
        return self.query.get(name, "").lower() == "true"

    def number(self, name: str, default: int, low: int = 0) -> int:
        """Return an integer parameter; 400 where it is none."""
        text = self.query.get(name)
        if text is None or text == "":
            return default
        value = int(text) if _NUMBER.fullmatch(text) else None
        if value is None or abs(value) > MAX_NUMBER:
            raise ApiError(400, f"Invalid value for parameter {name}: {text}")
        return max(low, value)

    def json(self) -> Any:
        """Return the body; 400 where it is no JSON, or none that could be kept."""
        try:
            return parsed(self.body)
        except ValueError:
            raise ApiError(
                400, "The request could not be understood by the server due to malformed syntax.", "invalidSyntax"
            ) from None

    def object(self) -> dict[str, Any]:
        """Return the body as a JSON object; 400 where it is none."""
        content = self.json()
        if not isinstance(content, dict):
            raise ApiError(400, "The request body is not a JSON object.", "invalidSyntax")
        return content

    def org(self, given: str | None) -> Organization:
        """Return the organization that the request concerns: the given id (UUID or REST) or the token's own.

        403 for one that the token does not manage, 404 for one that nobody knows.
        """
        token = self.who
        if given is not None and not isinstance(given, str):
            raise ApiError(400, "orgId must be a string")
        if given is None:
            self.organization = token.organization
            return token.organization
        try:
            bare = ids.bare(given, "ORGANIZATION")
        except ids.WrongType as error:
            raise ApiError(400, str(error)) from None
        known = self.simulator.world.by_id.get(bare) if bare else None
        if known is None:
            raise ApiError(404, f"Organization not found: {given}")
        self.organization = known
        if known not in token.organizations():
            refusal = GatewayError if family(self.path) == "cc" else ApiError
            raise refusal(403, "The access token has no permission for this organization.")
        return known

    def link(self, changes: dict[str, str]) -> str:
        """Return the address of this request with other parameters, for a Link header."""
        query = {**self.query, **changes}
        text = "&".join(f"{quote(key, safe='')}={quote(value, safe='')}" for key, value in query.items())
        return f"{self.base}{quote(self.path)}?{text}"

    def faults_of(self, kind: str) -> list[Fault]:
        """Return the faults that the route itself carries out (``bulk_item``, ``skip_license``)."""
        return [fault for fault in self.faults if fault.kind == kind]


async def current_call(request: Request) -> Call:
    """Return the call of a request (a FastAPI dependency)."""
    call: Call = request.scope["call"]
    return call


def text_list(value: Any, name: str) -> list[str]:
    """Return a JSON array of strings; 400 where it is none."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ApiError(400, f"{name} must be an array of strings")
    return value


def split(value: str | None) -> list[str]:
    """Return the elements of a comma list."""
    return [item.strip() for item in value.split(",") if item.strip()] if value else []


def first(items: Iterable[Any]) -> Any:
    """Return the first element or None."""
    return next(iter(items), None)
