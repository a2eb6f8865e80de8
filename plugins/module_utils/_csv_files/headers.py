# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Headers: which column is which, in Control Hub user files and in the contact center's Bulk Operations files.

Control Hub itself wants headers exactly as exported. Here a header is matched by its base name: without the
``[Sub111111]`` that picks a subscription and the ``(Suspended)`` of a suspended service (either may come first), without
case, blanks and punctuation, and through the names that older exports used. The header as it stands is always kept, for
messages and for writing back. Order never matters.

Names and order: the vendor's field reference and exports (see each table); those the vendor's documentation does not
show are marked observed or assumed.

Entry points:

    layout = identify(header_cells, "users.csv", line=1)   # Layout: kind, columns, findings
    known_score(header_cells)                              # for open_table(known=...)
    parse_header("Webex Contact Center Premium [Sub222222] (Suspended)")
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from .._model import LONGEST
from .._roster.finding import ERROR, REPAIRED, WARNING, Finding
from .table import show

CONTROL_HUB = "control_hub"
BULK_OPERATIONS = "bulk_operations"
OTHER = "other"

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
LICENSE_HEADERS = {"standard": STANDARD_HEADER, "premium": PREMIUM_HEADER}


class Known(NamedTuple):
    """A column that is known: its header as Control Hub writes it, our name for it, its kind, other names seen for it."""

    header: str
    field: str
    kind: str
    aliases: tuple[str, ...] = ()


# Vendor's field reference, in its order; "Address state" to "Address zip" are assumed.
_PERSON = (
    Known(FIRST_NAME_HEADER, "first_name", NAME, ("Given Name", "Forename")),
    Known(LAST_NAME_HEADER, "last_name", NAME, ("Surname", "Family Name")),
    Known("Display Name", "display_name", TEXT),
    Known(
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
    Known("User Status", "status", READ_ONLY, ("Status",)),
    Known("Last Service Accessed Time", "last_accessed", READ_ONLY, ("Last Service Access Time", "Last active")),
    Known("Days since Last Service Accessed", "days_since_accessed", READ_ONLY, ("Days since last active",)),
    Known("Extension", "extension", EXTENSION, ("Directory Number",)),
    Known("Title", "title", TEXT, ("Job Title",)),
    Known("Department", "department", TEXT),
    Known("Manager", "manager", TEXT),
    Known("Phone Number", "phone_number", NUMBER, ("Direct Line",)),
    Known("Caller ID Number", "caller_id_number", NUMBER),
    Known("Caller ID First Name", "caller_id_first_name", TEXT),
    Known("Caller ID Last Name", "caller_id_last_name", TEXT),
    Known("Location", "location", TEXT),
    Known("Preferred Language", "language", TEXT),
    Known("Time zone", "time_zone", TEXT, ("Timezone",)),
    Known("Address type", "address_type", TEXT),
    Known("Address country", "address_country", TEXT),
    Known("Address state", "address_state", TEXT),
    Known("Address city", "address_city", TEXT),
    Known("Address street", "address_street", TEXT),
    Known("Address zip", "address_zip", TEXT),
)
# Observed in one real header.
_SERVICES = (
    Known("Hybrid Calendar Service Resource Group", "", TEXT, ("Calendar Service Resource Group",)),
    Known("Hybrid Call Service Resource Group", "", TEXT),
    Known("Jabber with Webex Teams", "", SERVICE),
    Known("Jabber Calling", "", SERVICE),
    Known("Contact Migration Required", "", SERVICE),
    Known("Upgrade Profile", "", TEXT),
    Known("Call Service Aware", "", SERVICE),
    Known("Call Service Connect", "", SERVICE),
    Known("Enterprise Content Management", "", SERVICE),
    Known("Hybrid Calendar Service (Exchange)", "", SERVICE, ("Calendar Service",)),
    Known("Hybrid Calendar Service (Google)", "", SERVICE),
    Known("Hybrid Message Service", "", SERVICE),
    Known("Webex Meeting Assistant", "", SERVICE),
)
# Meeting licenses carry the organization's own site in their header; this is the example site of the sample export.
SAMPLE_LICENSE_HEADERS = (
    "Webex Calling VAR Professional",
    "example.webex.com - WebEx Enterprise Edition",
    "Webex Teams",
)
_LICENSES = (
    Known(SAMPLE_LICENSE_HEADERS[0], "calling", LICENSE),
    Known(SAMPLE_LICENSE_HEADERS[1], "", LICENSE),
    Known(SAMPLE_LICENSE_HEADERS[2], "", LICENSE),
)
_CONTACT_CENTER = (
    Known(
        STANDARD_HEADER,
        "standard",
        CONTACT_CENTER,
        (
            "Cisco Webex Contact Center Standard",
            "Webex Contact Centre Standard",
            "Contact Center Standard",
            "Contact Center Standard Agent",
            "Webex Contact Center Standard Agent",
        ),
    ),
    Known(
        PREMIUM_HEADER,
        "premium",
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
SAMPLE_COLUMNS = _PERSON + _SERVICES + _LICENSES + _CONTACT_CENTER
PERSON_COLUMNS = _PERSON
SERVICE_COLUMNS = _SERVICES
# Dropped from exports at some time, or seen in other organizations.
_OTHERS = (
    Known("UC Manager Profile", "", TEXT),
    Known("Calling Behavior", "", TEXT),
    Known("Calling Behavior UC Manager Profile", "", TEXT),
    Known("Webex Calling VAR Basic", "calling", LICENSE),
    Known("Webex Calling Professional", "calling", LICENSE),
    Known("Webex Calling Standard", "calling", LICENSE),
    Known("Webex Calling Basic", "calling", LICENSE),
    Known("Customer Experience Essentials", "", LICENSE),
)
# Vendor's CSV definition for Bulk Operations, object Users, as restated by a third party; `Error Message` stands in the
# files that come back with the failed rows.
BULK_COLUMNS = (
    Known("Email", "email", ADDRESS, ("E-mail", "Email Address", "E-mail Address", "User Email")),
    Known("User Profile", "user_profile", TEXT),
    Known("Contact Center Enabled", "contact_center_enabled", SERVICE, ("Contact Centre Enabled",)),
    Known("Site", "site", TEXT),
    Known("Teams", "teams", TEXT, ("Team",)),
    Known("Skill Profile", "skill_profile", TEXT),
    Known("Desktop Profile", "desktop_profile", TEXT, ("Agent Profile",)),
    Known("Multimedia Profile", "multimedia_profile", TEXT),
    Known("External Id", "external_id", TEXT, ("External Identifier",)),
    Known("Default DN", "default_number", NUMBER, ("Default Dialed Number", "Default Dialled Number")),
)
_BULK_EXTRA = (
    Known("First Name", "", TEXT),
    Known("Last Name", "", TEXT),
    Known("Error Message", "", TEXT, ("Error",)),
)
# Two of these, and a file can only be one of Bulk Operations: Control Hub's user file has none of them.
_BULK_MARKS = frozenset(column.field for column in BULK_COLUMNS if column.field not in ("email", "external_id"))


def header_key(text: str) -> str:
    """What headers are compared by: letters and digits only, without case."""
    return "".join(filter(str.isalnum, text.casefold()))


def _index(columns: Sequence[Known]) -> dict[str, Known]:
    index: dict[str, Known] = {}
    for column in columns:
        for alias in column.aliases:
            index.setdefault(header_key(alias), column)
    # A proper name goes before anybody's alias.
    index.update({header_key(column.header): column for column in columns})
    return index


_USER_INDEX = _index(SAMPLE_COLUMNS + _OTHERS)
_BULK_INDEX = _index(BULK_COLUMNS + _BULK_EXTRA)
_SUBSCRIPTION = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]\s*$")
_SUSPENDED = re.compile(r"\s*\(\s*suspended\s*\)\s*$", re.IGNORECASE)
_MEETING = re.compile(r"^\S+\s+-\s+.*\b(?:webex|edition|meeting|event|training|support|suite)", re.IGNORECASE)
_SUGGEST = 0.8
# Above this nobody can mean something else: one letter missing, doubled or swapped in a name of that length.
_TYPO = 0.92
_TYPO_SHORT = 0.85


class Header(NamedTuple):
    """A header taken apart. ``Webex Teams [Sub1] (Suspended)`` -> base ``Webex Teams``, subscription ``Sub1``, suspended."""

    base: str
    subscription: str | None
    suspended: bool


def parse_header(text: str) -> Header:
    """Takes ``[Sub...]`` and ``(Suspended)`` off the end, in either order. What is left is never empty."""
    base = text.strip().strip("\ufeff\u200b").strip()
    subscription: str | None = None
    suspended = False
    while True:
        match = _SUSPENDED.search(base)
        if match and not suspended and match.start():
            suspended = True
        else:
            match = _SUBSCRIPTION.search(base)
            if not match or subscription is not None or not match.start():
                return Header(base, subscription, suspended)
            subscription = match.group(1)
        base = base[: match.start()]


@dataclass(frozen=True)
class Column:
    """One column of a file. header: as it stands there. field: our name ('' if nothing here uses it). See the kinds above."""

    index: int
    header: str
    base: str
    field: str
    kind: str
    subscription: str | None = None
    suspended: bool = False


@dataclass
class Layout:
    """What a header row turned out to be.

    kind: control_hub, bulk_operations or other (refused; the findings say why). columns: those that are known or at least
    named, in the file's order. findings: about headers alone.
    """

    kind: str
    columns: list[Column]
    findings: list[Finding] = field(default_factory=list)

    def of(self, name: str) -> Column | None:
        """The first column of that field."""
        return next((column for column in self.columns if column.field == name), None)

    def kinds(self, *kinds: str) -> list[Column]:
        """The columns of these kinds, in the file's order."""
        return [column for column in self.columns if column.kind in kinds]

    @property
    def ok(self) -> bool:
        """Whether rows can be read with it."""
        return self.kind != OTHER and not any(finding.level == ERROR for finding in self.findings)


def known_score(headers: Sequence[str]) -> int:
    """How many of these header cells are known columns of either kind of file."""
    keys = [header_key(parse_header(header).base) for header in headers]
    return sum(1 for key in keys if key in _USER_INDEX or key in _BULK_INDEX)


def canonical_header(base: str, subscription: str | None = None, suspended: bool = False) -> str:
    """The header with its suffixes in the order of Control Hub's exports (assumed: subscription first)."""
    text = f"{base} [{subscription}]" if subscription else base
    return f"{text} (Suspended)" if suspended else text


def suggest(base: str, index: Sequence[str], cutoff: float = _SUGGEST) -> tuple[str, float] | None:
    """The known header nearest to this one and how near (0 to 1), or None."""
    key = header_key(base) if len(base) < 100 else ""
    if not key:
        return None
    by_key = {header_key(header): header for header in index}
    found = difflib.get_close_matches(key, list(by_key), n=1, cutoff=cutoff)
    if not found:
        return None
    return by_key[found[0]], difflib.SequenceMatcher(None, found[0], key).ratio()


def identify(headers: Sequence[str], file: str, line: int = 1) -> Layout:
    """Tells the two kinds of file apart by their headers, names every column, and says what is wrong with any.

    A Control Hub user file has the address column `User ID/Email (Required)`, or a column that is plainly the address
    (`Email`, say) next to names or a contact center license. A Bulk Operations file has `Email` and two or more of its own
    columns. Anything else is refused.
    """
    parsed = [parse_header(header) for header in headers]
    keys = [header_key(header.base) for header in parsed]
    user = [_USER_INDEX.get(key) for key in keys]
    bulk = [_BULK_INDEX.get(key) for key in keys]
    user_fields = {known.field for known in user if known and known.field}
    bulk_fields = {known.field for known in bulk if known and known.field}
    marks = len(bulk_fields & _BULK_MARKS)
    proper_address = header_key(EMAIL_HEADER) in keys or header_key("User ID/Email") in keys
    licensed = bool(user_fields & {"standard", "premium"})
    if "email" in bulk_fields and marks >= 2 and not proper_address and not licensed:
        return _layout(BULK_OPERATIONS, headers, parsed, bulk, file, line)
    if (proper_address or licensed) and marks >= 3:
        return Layout(
            OTHER,
            [],
            [
                Finding(
                    ERROR,
                    "mixed_file",
                    file,
                    line,
                    "",
                    "",
                    "The header holds columns of a Control Hub user file and of a contact center Bulk Operations file.",
                    "Keep the two in files of their own; they are joined by address.",
                )
            ],
        )
    if "email" in user_fields and (proper_address or licensed or {"first_name", "last_name"} <= user_fields):
        return _layout(CONTROL_HUB, headers, parsed, user, file, line)
    return Layout(OTHER, [], [_refusal(headers, parsed, user_fields, marks, file, line)])


def _refusal(
    headers: Sequence[str], parsed: Sequence[Header], user_fields: set[str], marks: int, file: str, line: int
) -> Finding:
    what = "This is neither a Control Hub user file nor a contact center Bulk Operations file of users"
    if len(headers) == 1 and re.search(r"[,;\t]", headers[0]):
        return Finding(
            ERROR,
            "header_quoted",
            file,
            line,
            "",
            show(headers[0]),
            "The whole header line stands in one cell, so no column can be told: the lines were put in quotation marks as "
            "a whole, or the delimiter is none of comma, semicolon and tab.",
            "Take the outer quotation marks away, or export the file again.",
        )
    looks_like_bulk = marks >= 2
    wanted = "Email" if looks_like_bulk else EMAIL_HEADER
    for header, part in list(zip(headers, parsed, strict=True))[:200]:
        near = suggest(part.base, (wanted, "User ID/Email", "Email Address"))
        if near and ("email" not in user_fields):
            return Finding(
                ERROR,
                "header_typo",
                file,
                line,
                show(header),
                show(header),
                f"The address column '{wanted}' is missing, and this header looks like it with a typing error.",
                f"Write '{wanted}'.",
            )
    if any("@" in header and " " not in header.strip() for header in headers):
        return Finding(
            ERROR,
            "no_header",
            file,
            line,
            "",
            show(headers[0]),
            "The first line holds a person, not headers: the header row is missing.",
            f"Put the header row of Control Hub's export first; at least '{FIRST_NAME_HEADER}', '{LAST_NAME_HEADER}' and "
            f"'{EMAIL_HEADER}'.",
        )
    if "email" in user_fields:
        missing = "there is an address, but no names and no contact center license beside it"
    else:
        missing = f"the column '{wanted}' is missing"
    return Finding(
        ERROR,
        "unknown_file",
        file,
        line,
        "",
        show(", ".join(headers)),
        f"{what}: {missing}.",
        "Export the users from Control Hub (Users > Manage users by CSV), or take the Users template of Bulk Operations.",
    )


def _layout(
    kind: str,
    headers: Sequence[str],
    parsed: Sequence[Header],
    known: Sequence[Known | None],
    file: str,
    line: int,
) -> Layout:
    columns: list[Column] = []
    findings: list[Finding] = []
    names = SAMPLE_COLUMNS + _OTHERS if kind == CONTROL_HUB else BULK_COLUMNS + _BULK_EXTRA
    present = {found.header for found in known if found}
    seen: dict[tuple[str, str | None], str] = {}
    unknown = 0
    last_named = max((i for i, header in enumerate(parsed) if header.base), default=-1)
    carried = {"email", *LONGEST, "standard", "premium"}
    vital = {"email", "first_name", "last_name", "standard", "premium"}
    if kind == BULK_OPERATIONS:
        carried = vital = {column.field for column in BULK_COLUMNS}
    proper = {header_key(part.base) for part in parsed}
    for index, (header, part, found) in enumerate(zip(headers, parsed, known, strict=True)):
        shown = show(header.strip())
        if not part.base:
            if index < last_named:
                findings.append(
                    Finding(
                        WARNING,
                        "header_blank",
                        file,
                        line,
                        f"column {index + 1}",
                        "",
                        "This column has no header.",
                        "Its cells are left alone; name the column or delete it.",
                    )
                )
            continue
        if found is None:
            unknown += 1
            columns.append(Column(index, header, part.base, "", _unknown_kind(part), part.subscription, part.suspended))
            # Comparing takes its time; a file with that many strange columns has other troubles.
            near = suggest(part.base, [one.header for one in names]) if unknown <= 200 else None
            finding = _unknown(part, shown, near, names, present, vital, file, line)
            if finding:
                findings.append(finding)
            continue
        if header_key(part.base) != header_key(found.header) and header_key(found.header) in proper:
            columns.append(Column(index, header, part.base, "", UNKNOWN, part.subscription, part.suspended))
            findings.append(
                Finding(
                    WARNING,
                    "header_alias",
                    file,
                    line,
                    shown,
                    shown,
                    f"This is another name of '{found.header}', which is there as well. Its cells are left alone.",
                    "Delete the column if it is not needed.",
                )
            )
            continue
        identity = (found.header, part.subscription)
        if identity in seen:
            findings.append(
                Finding(
                    ERROR if found.field in carried else WARNING,
                    "header_duplicate",
                    file,
                    line,
                    shown,
                    shown,
                    f"This column stands twice: '{seen[identity]}' means the same.",
                    "Delete one of the two."
                    if found.field in carried
                    else "Both are left alone; delete one of the two.",
                )
            )
            continue
        seen[identity] = shown
        columns.append(Column(index, header, part.base, found.field, found.kind, part.subscription, part.suspended))
        if part.base != found.header:
            older = header_key(part.base) != header_key(found.header)
            how = "another name of" if older else "a spelling of"
            findings.append(
                Finding(
                    REPAIRED,
                    "header_alias" if older else "header_spelling",
                    file,
                    line,
                    shown,
                    shown,
                    f"This is {how} '{found.header}' and is read as that. Control Hub itself takes headers only exactly as it "
                    "exports them.",
                    f"Write '{canonical_header(found.header, part.subscription, part.suspended)}' if the file is also to be "
                    "imported in Control Hub.",
                )
            )
    return Layout(kind, columns, findings)


def _unknown_kind(header: Header) -> str:
    return LICENSE if header.subscription or header.suspended or _MEETING.search(header.base) else UNKNOWN


def _unknown(
    header: Header,
    shown: str,
    near: tuple[str, float] | None,
    names: Sequence[Known],
    present: set[str],
    vital: set[str],
    file: str,
    line: int,
) -> Finding | None:
    license_like = _unknown_kind(header) == LICENSE
    if near and license_like and (near[1] < _TYPO or _MEETING.search(header.base)):
        near = None  # organizations hold licenses that are not listed here
    if near:
        name, ratio = near
        meant = next(known for known in names if known.header == name)
        wanted = canonical_header(name, header.subscription, header.suspended)
        # With the proper column there as well, this one is something else of a similar name.
        missing = name not in present or meant.kind == CONTACT_CENTER
        typo = _TYPO if meant.kind == CONTACT_CENTER else _TYPO_SHORT
        if missing and ratio >= typo and meant.field in vital:
            return Finding(
                ERROR,
                "header_typo",
                file,
                line,
                shown,
                shown,
                f"No such column is known; it looks like '{name}' with a typing error, and what stands in it would be "
                "passed over in silence.",
                f"Write '{wanted}', or delete the column.",
            )
        if name not in present:
            return Finding(
                WARNING,
                "header_typo",
                file,
                line,
                shown,
                shown,
                f"No such column is known; did you mean '{name}'? Its cells are left alone.",
                f"Write '{wanted}', or delete the column.",
            )
    if license_like:
        return None
    return Finding(
        WARNING,
        "header_unknown",
        file,
        line,
        shown,
        shown,
        "No such column is known; its cells are left alone.",
        "Control Hub itself may refuse a file with a column that it does not know; delete it if it is not from an export.",
    )
