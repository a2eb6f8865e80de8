"""Access tokens: who stands behind one, what it may do and where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from . import roles
from .errors import NO_TOKEN, ApiError, GatewayError
from .state import Organization, Person

ALL_SCOPES = frozenset(
    {
        "spark:people_read",
        "spark:applications_token",
        "spark-admin:people_read",
        "spark-admin:people_write",
        "spark-admin:licenses_read",
        "spark-admin:roles_read",
        "spark-admin:organizations_read",
        "spark-admin:organizations_write",
        "identity:people_read",
        "identity:people_rw",
        "identity:groups_read",
        "identity:groups_rw",
        "identity:organizations_read",
        "identity:organizations_rw",
        "audit:events_read",
        "cjp:config_read",
        "cjp:config_write",
        "cjp:config",
    }
)

READ_ADMINS = frozenset({*roles.LISTED, roles.SERVICE_ADMIN, roles.GROUP_ADMIN})
PEOPLE_ADMINS = frozenset({roles.FULL_ADMIN, roles.USER_ADMIN})
#: a contact center service administrator edits licenses, but adds and deletes nobody (documented)
LICENSE_ADMINS = PEOPLE_ADMINS | {roles.SERVICE_ADMIN}
SCIM_READERS = frozenset({roles.FULL_ADMIN, roles.USER_ADMIN, roles.READONLY_ADMIN, roles.DEVICE_ADMIN})
GROUP_ADMINS = frozenset({roles.FULL_ADMIN, roles.GROUP_ADMIN})
FULL_ADMINS = frozenset({roles.FULL_ADMIN})


@dataclass
class Token:
    """An access token. ``person`` is None for service apps, which act as a machine account with full rights."""

    value: str
    kind: str
    organization: Organization
    person: Person | None
    manages: list[Organization] = field(default_factory=list)
    scopes: frozenset[str] = ALL_SCOPES
    cc_admin: bool | None = None
    expired: bool = False
    epoch: int = 0

    def __post_init__(self) -> None:
        self.epoch = self.person.token_epoch if self.person else 0

    def alive(self) -> bool:
        """Whether the token still opens anything: roles unchanged, person there and active."""
        if self.expired:
            return False
        person = self.person
        return person is None or (person.token_epoch == self.epoch and person.active)

    def roles(self) -> frozenset[str]:
        """Return the administrator roles behind the token, as they are now."""
        if self.person is None:
            return frozenset({roles.FULL_ADMIN})
        return frozenset(self.person.roles)

    def organizations(self) -> list[Organization]:
        """Return the organizations that the token may touch, its own first."""
        return [self.organization, *self.manages]

    def need(self, scopes: Iterable[str], admins: frozenset[str]) -> None:
        """Raise 403 unless the token has one of the scopes and its person one of the roles."""
        if not self.scopes.intersection(scopes):
            raise ApiError(
                403, "The access token is missing required scopes or the user is missing required roles or licenses."
            )
        if not admins.intersection(self.roles()):
            raise ApiError(403, "The user does not have permission to perform the requested action.")

    def contact_center_admin(self, write: bool) -> bool:
        """Whether the person behind the token administrates the contact center."""
        if self.cc_admin is not None:
            return self.cc_admin
        held = self.roles()
        if roles.FULL_ADMIN in held or roles.SERVICE_ADMIN in held:
            return True
        return not write and roles.READONLY_ADMIN in held


@dataclass
class RefreshToken:
    """A refresh token of an integration, and the token whose rights its access tokens get."""

    value: str
    client_id: str
    client_secret: str
    like: Token


@dataclass
class ServiceApp:
    """A service app: its id, secret, and the organizations whose administrators authorized it."""

    application_id: str
    client_id: str
    client_secret: str
    organizations: list[Organization]


class Tokens:
    """All tokens of the world."""

    def __init__(self) -> None:
        self.access: dict[str, Token] = {}
        self.refresh: dict[str, RefreshToken] = {}
        self.apps: dict[str, ServiceApp] = {}
        self.issued = 0

    def authenticate(self, header: str | None, *, gateway: bool) -> Token:
        """Return the token of an Authorization header, or raise 401 (the contact center's gateway: 400 without one)."""
        scheme, _, value = (header or "").partition(" ")
        if scheme.lower() != "bearer" or not value.strip():
            if gateway:
                raise GatewayError(400, "Missing or malformed Authorization header")
            raise ApiError(401, NO_TOKEN)
        token = self.access.get(value.strip())
        if token is None or not token.alive():
            raise GatewayError(401, "Unauthorized") if gateway else ApiError(401, NO_TOKEN)
        return token

    def issue(self, like: Token) -> Token:
        """Return a new access token with the rights of another; its end names the organization, as seen in public."""
        self.issued += 1
        token = Token(
            f"sim-access-{self.issued:04d}_P0A1_{like.organization.id}",
            like.kind,
            like.organization,
            like.person,
            like.manages,
            like.scopes,
            like.cc_admin,
        )
        self.access[token.value] = token
        return token
