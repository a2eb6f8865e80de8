# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The columns that are known: of Control Hub's user files, and of the contact center's Bulk Operations files. Private to this collection.

Names and order: the vendor's field reference and exports (see each table); those the vendor's documentation does not show are marked
observed or assumed.
"""

from __future__ import annotations

import typing as t

from .._model import PREMIUM, STANDARD

# Kinds of columns
ADDRESS = "address"
NAME = "name"
TEXT = "text"
NUMBER = "number"
EXTENSION = "extension"
READ_ONLY = "read_only"
SERVICE = "service"  # TRUE/FALSE, not a license
LICENSE = "license"  # TRUE/FALSE, any license but the contact center's
CONTACT_CENTER = "contact_center"  # TRUE/FALSE, the two that this collection carries out
UNKNOWN = "unknown"

EMAIL_HEADER = "User ID/Email (Required)"
FIRST_NAME_HEADER = "First Name"
LAST_NAME_HEADER = "Last Name"
STANDARD_HEADER = "Webex Contact Center Standard"
PREMIUM_HEADER = "Webex Contact Center Premium"
BULK_EMAIL_HEADER = "Email"
ERROR_MESSAGE_HEADER = "Error Message"
LICENSE_HEADERS = {STANDARD: STANDARD_HEADER, PREMIUM: PREMIUM_HEADER}


class KnownColumn(t.NamedTuple):
    """A column that is known: its header as Control Hub writes it, our name for it, its kind, other names seen for it."""

    header: str
    field: str
    kind: str
    aliases: tuple[str, ...] = ()


# Vendor's field reference, in its order; "Address state" to "Address zip" are assumed.
PERSON_COLUMNS = (
    KnownColumn(FIRST_NAME_HEADER, "first_name", NAME, ("Given Name", "Forename")),
    KnownColumn(LAST_NAME_HEADER, "last_name", NAME, ("Surname", "Family Name")),
    KnownColumn("Display Name", "display_name", TEXT),
    KnownColumn(
        EMAIL_HEADER,
        "email",
        ADDRESS,
        (
            "User ID/Email",
            "User ID",
            "User ID/E-mail (Required)",
            "User ID/E-mail",
            "Email",
            "E-mail",
            "Email Address",
            "E-mail Address",
            "User Email",
            "Username",
        ),
    ),
    KnownColumn("User Status", "status", READ_ONLY, ("Status",)),
    KnownColumn("Last Service Accessed Time", "last_accessed", READ_ONLY, ("Last Service Access Time", "Last active")),
    KnownColumn("Days since Last Service Accessed", "days_since_accessed", READ_ONLY, ("Days since last active",)),
    KnownColumn("Extension", "extension", EXTENSION, ("Directory Number",)),
    KnownColumn("Title", "title", TEXT, ("Job Title",)),
    KnownColumn("Department", "department", TEXT),
    KnownColumn("Manager", "manager", TEXT),
    KnownColumn("Phone Number", "phone_number", NUMBER, ("Direct Line",)),
    KnownColumn("Caller ID Number", "caller_id_number", NUMBER),
    KnownColumn("Caller ID First Name", "caller_id_first_name", TEXT),
    KnownColumn("Caller ID Last Name", "caller_id_last_name", TEXT),
    KnownColumn("Location", "location", TEXT),
    KnownColumn("Preferred Language", "language", TEXT),
    KnownColumn("Time zone", "time_zone", TEXT, ("Timezone",)),
    KnownColumn("Address type", "address_type", TEXT),
    KnownColumn("Address country", "address_country", TEXT),
    KnownColumn("Address state", "address_state", TEXT),
    KnownColumn("Address city", "address_city", TEXT),
    KnownColumn("Address street", "address_street", TEXT),
    KnownColumn("Address zip", "address_zip", TEXT),
)
# Observed in one real header.
SERVICE_COLUMNS = (
    KnownColumn("Hybrid Calendar Service Resource Group", "", TEXT, ("Calendar Service Resource Group",)),
    KnownColumn("Hybrid Call Service Resource Group", "", TEXT),
    KnownColumn("Jabber with Webex Teams", "", SERVICE),
    KnownColumn("Jabber Calling", "", SERVICE),
    KnownColumn("Contact Migration Required", "", SERVICE),
    KnownColumn("Upgrade Profile", "", TEXT),
    KnownColumn("Call Service Aware", "", SERVICE),
    KnownColumn("Call Service Connect", "", SERVICE),
    KnownColumn("Enterprise Content Management", "", SERVICE),
    KnownColumn("Hybrid Calendar Service (Exchange)", "", SERVICE, ("Calendar Service",)),
    KnownColumn("Hybrid Calendar Service (Google)", "", SERVICE),
    KnownColumn("Hybrid Message Service", "", SERVICE),
    KnownColumn("Webex Meeting Assistant", "", SERVICE),
)
# Meeting licenses carry the organization's own site in their header; this is the example site of the sample export.
SAMPLE_LICENSE_HEADERS = (
    "Webex Calling VAR Professional",
    "example.webex.com - WebEx Enterprise Edition",
    "Webex Teams",
)
_LICENSES = (
    KnownColumn(SAMPLE_LICENSE_HEADERS[0], "calling", LICENSE),
    KnownColumn(SAMPLE_LICENSE_HEADERS[1], "", LICENSE),
    KnownColumn(SAMPLE_LICENSE_HEADERS[2], "", LICENSE),
)
_CONTACT_CENTER = (
    KnownColumn(
        STANDARD_HEADER,
        STANDARD,
        CONTACT_CENTER,
        (
            "Cisco Webex Contact Center Standard",
            "Webex Contact Centre Standard",
            "Contact Center Standard",
            "Contact Center Standard Agent",
            "Webex Contact Center Standard Agent",
        ),
    ),
    KnownColumn(
        PREMIUM_HEADER,
        PREMIUM,
        CONTACT_CENTER,
        (
            "Cisco Webex Contact Center Premium",
            "Webex Contact Centre Premium",
            "Contact Center Premium",
            "Contact Center Premium Agent",
            "Webex Contact Center Premium Agent",
        ),
    ),
)
# The 42 columns of a full export, in order.
SAMPLE_COLUMNS = PERSON_COLUMNS + SERVICE_COLUMNS + _LICENSES + _CONTACT_CENTER
# Dropped from exports at some time, or seen in other organizations.
_OTHER_COLUMNS = (
    KnownColumn("UC Manager Profile", "", TEXT),
    KnownColumn("Calling Behavior", "", TEXT),
    KnownColumn("Calling Behavior UC Manager Profile", "", TEXT),
    KnownColumn("Webex Calling VAR Basic", "calling", LICENSE),
    KnownColumn("Webex Calling Professional", "calling", LICENSE),
    KnownColumn("Webex Calling Standard", "calling", LICENSE),
    KnownColumn("Webex Calling Basic", "calling", LICENSE),
    KnownColumn("Customer Experience Essentials", "", LICENSE),
    # Names of licenses as the API lists them (observed): the full export names its columns after them.
    KnownColumn("Webex Calling - Professional", "calling", LICENSE),
    KnownColumn("Webex Calling - Standard", "calling", LICENSE),
    KnownColumn("Webex Calling - Workspaces", "", LICENSE),
    KnownColumn("Webex Calling - Hot desk only", "", LICENSE),
    KnownColumn("Webex Calling - Route List Calls", "", LICENSE),
    KnownColumn("Webex Meetings Suite", "", LICENSE),
    KnownColumn("Advanced Messaging", "", LICENSE),
    KnownColumn("Advanced Space Meetings", "", LICENSE),
    KnownColumn("Basic Messaging", "", LICENSE),
    KnownColumn("Basic Space Meetings", "", LICENSE),
    KnownColumn("Free screen share", "", LICENSE),
    KnownColumn("Call on Webex", "", LICENSE),
    KnownColumn("Unified Communication Manager (UCM)", "", LICENSE),
    KnownColumn("Hybrid - Message", "", LICENSE),
)
# Vendor's CSV definition for Bulk Operations, object Users, as restated by a third party; `Error Message` stands in the
# files that come back with the failed rows.
BULK_COLUMNS = (
    KnownColumn(BULK_EMAIL_HEADER, "email", ADDRESS, ("E-mail", "Email Address", "E-mail Address", "User Email")),
    KnownColumn("User Profile", "user_profile", TEXT),
    KnownColumn("Contact Center Enabled", "contact_center_enabled", SERVICE, ("Contact Centre Enabled",)),
    KnownColumn("Site", "site", TEXT),
    KnownColumn("Teams", "teams", TEXT, ("Team",)),
    KnownColumn("Skill Profile", "skill_profile", TEXT),
    KnownColumn("Desktop Profile", "desktop_profile", TEXT, ("Agent Profile",)),
    KnownColumn("Multimedia Profile", "multimedia_profile", TEXT),
    KnownColumn("External Id", "external_id", TEXT, ("External Identifier",)),
    KnownColumn("Default DN", "default_number", NUMBER, ("Default Dialed Number", "Default Dialled Number")),
)
_OTHER_BULK_COLUMNS = (
    KnownColumn("First Name", "", TEXT),
    KnownColumn("Last Name", "", TEXT),
    KnownColumn(ERROR_MESSAGE_HEADER, "", TEXT, ("Error",)),
)
# Everything that may stand in a file of either kind.
USER_FILE_COLUMNS = SAMPLE_COLUMNS + _OTHER_COLUMNS
BULK_FILE_COLUMNS = BULK_COLUMNS + _OTHER_BULK_COLUMNS
