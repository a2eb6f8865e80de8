"""Identifiers as the vendor forms them.

REST identifiers are the unpadded base64 of ``ciscospark://us/<TYPE>/<rest>`` (observed in recorded answers); SCIM and the
contact center use the bare UUID, which is the last path element of the decoded REST identifier.
"""

from __future__ import annotations

import base64
import binascii
import random
import re
import uuid

UUID = re.compile(r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\Z")


class WrongType(ValueError):
    """An identifier of another type than the route wants."""


def rest_id(kind: str, rest: str) -> str:
    """Return the REST identifier of ``kind`` (PEOPLE, ORGANIZATION, LICENSE, ROLE, JOB_ID, ...)."""
    return base64.urlsafe_b64encode(f"ciscospark://us/{kind}/{rest}".encode()).decode().rstrip("=")


def decode(value: str) -> tuple[str, str] | None:
    """Return (type, rest) of a REST identifier, or None where ``value`` is no such identifier."""
    try:
        # strictly: characters that are none of the alphabet would be skipped
        text = base64.b64decode(value + "=" * (-len(value) % 4), b"-_", validate=True).decode()
    except (ValueError, binascii.Error):
        return None
    if not text.startswith("ciscospark://"):
        return None
    parts = text.split("/", 4)
    return (parts[3], parts[4]) if len(parts) == 5 else None


def bare(value: str, kind: str) -> str | None:
    """Return the bare form of a REST identifier or of a bare UUID; None where it is neither.

    Raises WrongType when the identifier is one of another type.
    """
    if UUID.match(value):
        return value.lower()
    decoded = decode(value)
    if decoded is None:
        return None
    if decoded[0] != kind:
        raise WrongType(f"Wrong type of Webex ID provided: {decoded[0]} instead of {kind}")
    return decoded[1]


def new_uuid(rng: random.Random) -> str:
    """Return a version 4 UUID out of ``rng``, so that the same seed gives the same identifiers."""
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))
