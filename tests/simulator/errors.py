"""Error answers: one exception, and the body that each family of routes gives it.

Families: ``rest`` (/v1), ``scim``, ``cc`` (contact center configuration service), ``gateway`` (in front of the contact center).
"""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import Any

TRACKING_PREFIX = {"rest": "NA", "scim": "SCIM", "cc": "ccconfig", "gateway": "gateway"}
SCIM_ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
CISCO_ERROR = "urn:scim:schemas:extension:cisco:webexidentity:api:messages:2.0:Error"
NO_TOKEN = "The request requires a valid access token set in the Authorization request header."


class ApiError(Exception):
    """An answer other than the wanted one.

    ``code`` is the integer errorCode of REST or the scimType of SCIM; ``extra`` goes into the error object of the contact
    center (``referencedEntities``).
    """

    def __init__(
        self,
        status: int,
        message: str,
        code: int | str | None = None,
        *,
        description: str | None = None,
        extra: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        empty: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.description = description or message
        self.extra = extra or {}
        self.headers = headers or {}
        self.empty = empty


class GatewayError(ApiError):
    """A refusal of the gateway in front of the contact center, in a shape of its own."""


def family(path: str) -> str:
    """Return the family of error bodies that a path belongs to."""
    if path.startswith("/organization/"):
        return "cc"
    if path.startswith("/identity/scim/"):
        return "scim"
    return "rest"


def body(error: ApiError, path: str, tracking_id: str) -> bytes:
    """Return the JSON body of ``error`` in the shape of the family that ``path`` belongs to."""
    kind = "gateway" if isinstance(error, GatewayError) else family(path)
    content: dict[str, Any]
    if kind == "rest":
        detail: dict[str, Any] = {"description": error.description}
        if isinstance(error.code, int):
            detail = {"errorCode": error.code, **detail}
        content = {"message": error.message, "errors": [detail], "trackingId": tracking_id}
    elif kind == "scim":
        # seen live: "details", a string status
        content = {"schemas": [SCIM_ERROR], "status": str(error.status)}
        if isinstance(error.code, str):
            content["scimType"] = error.code
        content["details"] = error.message
        content["trackingId"] = tracking_id
    elif kind == "cc" and error.status == 405:
        # the framework's own body, seen live for unknown sub-paths
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        content = {"timestamp": now, "path": path, "status": 405, "error": "Method Not Allowed"}
    elif kind == "cc":
        content = {
            "trackingId": tracking_id,
            "error": {
                "key": str(error.status),
                "reason": error.message,
                "message": [{"description": error.message}],
                **error.extra,
            },
        }
    else:
        content = {"trackingId": tracking_id, "errors": [{"key": str(error.status), "message": error.message}]}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def tracking_id(path: str, sent: str | None = None) -> str:
    """Return the tracking id of an answer: the client's own where one was sent."""
    return sent or f"{TRACKING_PREFIX[family(path)]}_{uuid.uuid4()}"
