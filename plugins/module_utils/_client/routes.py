# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every route that the collection calls, in one table. Private to this collection.

Callers name a route and its values; no other file holds a path. All of them are in the vendor's published descriptions (the token's
exchange is OAuth's own and described beside them). Sending a PATCH or the mail setting twice does no harm, because every value in it is
absolute, nor does asking for a token; a create that was sent twice may be there twice.
"""

from __future__ import annotations

import dataclasses
import typing as t
import urllib.parse

Service: t.TypeAlias = t.Literal["admin", "contact_center"]
ADMIN: t.Final = "admin"
CONTACT_CENTER: t.Final = "contact_center"


@dataclasses.dataclass(frozen=True, slots=True)
class Route:
    """One route: service, method, path with ``{names}`` of values, and what it is for, in words for messages.

    ``repeatable``: sending it twice does no harm, so that it may be sent again where no trustworthy answer came.
    """

    service: Service
    method: str
    template: str
    doing: str = ""
    repeatable: bool = False

    def path(self, values: t.Mapping[str, str]) -> str:
        """Return the path with the values in their places, escaped. :raises KeyError: one is missing."""
        return self.template.format_map({k: urllib.parse.quote(v, safe="") for k, v in values.items()})


def line_chunks(
    values: t.Iterable[str], written: t.Callable[[str], str], *, characters: int, count: int
) -> t.Iterator[list[str]]:
    """Yield the values in lists that a request line can hold: at most ``count`` each, and ``characters`` once escaped.

    :param written: how a value stands there, with what parts it from the next.
    """
    chunk: list[str] = []
    size = 0
    for value in values:
        length = len(urllib.parse.quote(written(value)))
        if chunk and (len(chunk) >= count or size + length > characters):
            yield chunk
            chunk, size = [], 0
        chunk.append(value)
        size += length
    if chunk:
        yield chunk


def quoted(value: str) -> str:
    """Return a value in quotation marks, as the filters of both services take it."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _read(template: str, doing: str) -> Route:
    return Route(ADMIN, "GET", template, doing, repeatable=True)


def _read_center(template: str, doing: str) -> Route:
    return Route(CONTACT_CENTER, "GET", f"/organization/{{org}}/{template}", doing, repeatable=True)


_JOBS = "/v1/identity/organizations/{org}/jobs/sendActivationEmails"
_MAIL_SETTINGS = "/v1/settings/organizations/{org}/settings"

# The account behind the token
TOKEN = Route(ADMIN, "POST", "/v1/access_token", "refreshing the token", repeatable=True)
APPLICATION_TOKEN = Route(
    ADMIN, "POST", "/v1/applications/{id}/token", "getting the service app's token", repeatable=True
)
OWN_PERSON = _read("/v1/people/me", "reading the run's own account")
OWN_IDENTITY = _read("/identity/scim/v2/Users/me", "reading the run's own identity")

# Organizations
ORGANIZATIONS = _read("/v1/organizations", "reading the organizations")
MAIL_SETTING = _read(f"{_MAIL_SETTINGS}/{{key}}", "reading the mail setting")
CHANGE_SETTING = Route(ADMIN, "POST", _MAIL_SETTINGS, "changing the mail setting", repeatable=True)

# People and identities
PEOPLE = _read("/v1/people", "reading the people")
PERSON = _read("/v1/people/{id}", "reading a person")
IDENTITIES = _read("/identity/scim/{org}/v2/Users", "searching people")
IDENTITY = _read("/identity/scim/{org}/v2/Users/{id}", "reading an identity")
# For somebody of whom every answer about many says nothing.
CREATE_IDENTITY = Route(ADMIN, "POST", "/identity/scim/{org}/v2/Users", "adding a person")
# Repeatable only where it creates nobody: the caller says so.
IDENTITIES_BULK = Route(ADMIN, "POST", "/identity/scim/{org}/v2/Bulk", "changing identities")

# Licenses and roles
LICENSES = _read("/v1/licenses", "reading the licenses")
LICENSE_HOLDERS = _read("/v1/licenses/{id}", "reading the holders of a license")
CHANGE_LICENSES = Route(ADMIN, "PATCH", "/v1/licenses/users", "changing licenses", repeatable=True)
ROLES = _read("/v1/roles", "reading the roles")

# The job that sends activation mails
START_MAILS = Route(ADMIN, "POST", _JOBS, "starting the job that sends activation mails")
MAILS_STATUS = _read(f"{_JOBS}/{{job}}/status", "following the job")
MAILS_ERRORS = _read(f"{_JOBS}/{{job}}/errors", "reading the job's errors")

# The contact center
CENTER_USERS = _read_center("v2/user", "reading the contact center's users")
CENTER_USER = _read_center("user/{id}", "reading a contact center user")
CHANGE_CENTER_USERS = Route(
    CONTACT_CENTER, "PATCH", "/organization/{org}/user/bulk", "changing agent settings", repeatable=True
)
SITES = _read_center("v2/site", "reading the sites")
TEAMS = _read_center("v2/team", "reading the teams")
USER_PROFILES = _read_center("v3/user-profile", "reading the user profiles")
SKILL_PROFILES = _read_center("v2/skill-profile", "reading the skill profiles")
AGENT_PROFILES = _read_center("v2/agent-profile", "reading the agent profiles")
MULTIMEDIA_PROFILES = _read_center("v2/multimedia-profile", "reading the multimedia profiles")
SKILLS = _read_center("v2/skill", "reading the skills")

#: The table, by name.
ROUTES: dict[str, Route] = {name: value for name, value in list(globals().items()) if isinstance(value, Route)}
