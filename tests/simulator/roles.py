"""Administrator roles: names, identity names and REST ids, the same in every organization (observed)."""

from __future__ import annotations

from . import ids

SUPERVISOR = "cjp.supervisor"
SERVICE_ADMIN = "cjp.admin"
FULL_ADMIN = "id_full_admin"
READONLY_ADMIN = "id_readonly_admin"
USER_ADMIN = "id_user_admin"
DEVICE_ADMIN = "id_device_admin"
GROUP_ADMIN = "id_group_admin"

#: identity name -> name in GET /roles
LISTED = {
    FULL_ADMIN: "Full Administrator",
    READONLY_ADMIN: "Read-only Administrator",
    USER_ADMIN: "User Administrator",
    DEVICE_ADMIN: "Device Administrator",
    "atlas-portal.support": "Support Administrator",
    "atlas-portal.partner.salesadmin": "Sales Administrator",
    "atlas-portal.partner.helpdesk": "Help Desk Administrator",
    "atlas-portal.partner.helpdesk.advanced": "Advanced Help Desk Administrator",
    "atlas-portal.partner.provision_admin": "Provisioning Administrator",
}
#: in the identity store; whether a public list shows them is unknown
CONTACT_CENTER = {
    SERVICE_ADMIN: "Contact Center Service Administrator",
    SUPERVISOR: "Contact Center Supervisor",
}
#: word of a license -> role that recorded identities carry for it
BY_LICENSE = {"premium": "cjp.premium_agent", "standard": "cjp.standard_agent"}
#: what SCIM cannot assign (documented)
NOT_BY_SCIM = ("location_admin", "location_full_admin", "site_admin")
#: of these a person holds one at most (documented)
EXCLUSIVE = (FULL_ADMIN, READONLY_ADMIN, SERVICE_ADMIN)


def is_contact_center(role: str) -> bool:
    """Whether a role belongs to the contact center."""
    return role.startswith("cjp.")


def rest_role(role: str) -> str:
    """Return the REST id of a role."""
    return ids.rest_id("ROLE", role)


def names(with_contact_center: bool) -> dict[str, str]:
    """Return the roles that GET /roles shows."""
    return {**LISTED, **CONTACT_CENTER} if with_contact_center else dict(LISTED)
