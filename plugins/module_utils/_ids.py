# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Webex identifiers: REST ids (unpadded base64 of ``ciscospark://<cluster>/<TYPE>/<rest>``) and bare UUIDs.

Private to this collection. The same UUID is the last element of the decoded REST id (vendor's documentation); SCIM and the contact
center want it bare. License ids end in ``<org>:<TYPE>_<uuid>[_<site>]``; CJPPRM and CJPSTD are the contact center's two types
(observed in real listings; the licenses' names are no stable contract).
"""

from __future__ import annotations

import base64
import binascii
import re

_UUID = re.compile(r"^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")
_DECODED = re.compile(r"^ciscospark://(?P<cluster>[^/]+)/(?P<type>[^/]+)/(?P<rest>.+)$", re.DOTALL)

PREMIUM_TYPE = "CJPPRM"
STANDARD_TYPE = "CJPSTD"


def is_uuid(value: str) -> bool:
    """Return True for a bare UUID, in upper or lower case."""
    return bool(_UUID.match(value))


def decode(rest_id: str) -> tuple[str, str, str] | None:
    """Return (cluster, type, rest) of a REST id, or None if it is none."""
    try:
        raw = base64.b64decode(rest_id + "=" * (-len(rest_id) % 4), altchars=b"-_", validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    match = _DECODED.match(raw)
    return (match["cluster"], match["type"], match["rest"]) if match else None


def encode(kind: str, rest: str, cluster: str = "us") -> str:
    """Return the REST id. ``cluster`` should come from an id that the API gave; ``us`` is what people and organizations show."""
    raw = f"ciscospark://{cluster}/{kind}/{rest}".encode()
    return base64.b64encode(raw).decode("ascii").rstrip("=")


def to_uuid(value: str) -> str | None:
    """Return the bare UUID of a REST id or UUID in lower case, or None."""
    if is_uuid(value):
        return value.lower()
    decoded = decode(value)
    if decoded and is_uuid(decoded[2]):
        return decoded[2].lower()
    return None


def role_value(role_id: str) -> str:
    """Return the identity role name (for example ``id_full_admin``) behind a REST role id; other text comes back as it is."""
    decoded = decode(role_id)
    return decoded[2] if decoded and decoded[1] == "ROLE" else role_id


def license_type(license_id: str) -> str | None:
    """Return the type code inside a license id (``CJPPRM``), or None if the id has none."""
    decoded = decode(license_id)
    if not decoded or decoded[1] != "LICENSE":
        return None
    rest = decoded[2].partition(":")[2] or decoded[2]
    return rest.partition("_")[0] or None
