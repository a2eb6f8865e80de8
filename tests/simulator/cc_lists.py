"""Lists of the contact center: envelope, pages, filters, search, selection of attributes."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, quote

from starlette.responses import Response

from .call import Call, answer, split
from .cc_users import CAPABILITIES
from .contact_center import ContactCenter, Record
from .errors import ApiError, GatewayError
from .rsql import Filter
from .state import Organization
from .tokens import Token

COMMON = ("organizationId", "id", "version", "createdTime", "lastUpdatedTime")
#: entity -> fields that the description names for it
COLUMNS: dict[str, tuple[str, ...]] = {
    "user": (
        *COMMON,
        "firstName",
        "lastName",
        "email",
        "workPhone",
        "mobile",
        "ciUserId",
        "broadCloudUserId",
        "timezone",
        "xspVersion",
        "subscriptionId",
        "userProfileId",
        "contactCenterEnabled",
        "siteId",
        "siteName",
        "teamIds",
        "skillProfileId",
        "agentProfileId",
        "multimediaProfileId",
        "deafultDialledNumber",
        "externalIdentifier",
        "active",
        "dbId",
        "imiUserCreated",
        "preferredSupervisorTeamId",
        "systemDefault",
        "userLevelBurnoutInclusion",
        "userLevelAutoCSATInclusion",
        "userLevelWellnessBreakReminders",
        "userLevelSummariesInclusion",
        "dynamicSkills",
    ),
    "site": (*COMMON, "name", "active", "multimediaProfileId", "description", "systemDefault"),
    "team": (
        *COMMON,
        "name",
        "teamType",
        "teamStatus",
        "dialedNumber",
        "capacity",
        "active",
        "siteId",
        "desktopLayoutId",
        "siteName",
        "skillProfileId",
        "multiMediaProfileId",
        "userIds",
        "description",
        "systemDefault",
        "rankQueuesForTeam",
        "queueRankings",
    ),
    "skill": (
        *COMMON,
        "name",
        "description",
        "serviceLevelThreshold",
        "enumSkillValues",
        "active",
        "dynamicSkill",
        "skillType",
    ),
    "skill-profile": (*COMMON, "name", "description", "activeSkills", "activeEnumSkills"),
    "multimedia-profile": (
        *COMMON,
        "name",
        "description",
        "chat",
        "email",
        "telephony",
        "social",
        "active",
        "blendingModeEnabled",
        "blendingMode",
        "systemDefault",
        "manuallyAssignable",
    ),
    "agent-profile": (
        *COMMON,
        "name",
        "description",
        "parentType",
        "siteId",
        "screenPopup",
        "lastAgentRouting",
        "autoWrapUp",
        "autoAnswer",
        "autoWrapAfterSeconds",
        "agentAvailableAfterOutdial",
        "allowAutoWrapUpExtension",
        "accessWrapUpCode",
        "wrapUpCodes",
        "accessIdleCode",
        "idleCodes",
        "accessQueue",
        "queues",
        "accessEntryPoint",
        "entryPoints",
        "accessBuddyTeam",
        "buddyTeams",
        "consultToQueue",
        "outdialEnabled",
        "outdialEntryPointId",
        "outdialANIId",
        "addressBookId",
        "dialPlanEnabled",
        "dialPlans",
        "agentDNValidation",
        "agentDNValidationCriteria",
        "agentDNValidationCriterions",
        "loginVoiceOptions",
        "viewableStatistics",
        "thresholdRules",
        "active",
        "systemDefault",
        "showUserDetailsMS",
        "stateSynchronizationMS",
        "showUserDetailsWebex",
        "stateSynchronizationWebex",
        "timeoutDesktopInactivityCustomEnabled",
        "timeoutDesktopInactivityMins",
        "scheduleAndManageCallBack",
        "agentPersonalGreeting",
        "manageChannelAvailability",
        "autoAcceptDigitalInteractions",
    ),
    "user-profile": (
        *COMMON,
        "name",
        "description",
        "profileType",
        "active",
        "permissionAccessLevel",
        "resourceAccessLevel",
        "permissions",
        "editableFolderIds",
        "viewableFolderIds",
        "nonViewableFolderIds",
        "systemDefault",
        "defaultResourceCollectionId",
        "resourceCollections",
    ),
}
SEARCH = {
    "user": ("firstName", "lastName", "email"),
    "team": ("name", "description"),
    "skill-profile": ("name", "description"),
    "multimedia-profile": ("name", "description"),
    "agent-profile": ("name", "description"),
    "skill": ("name",),
    "site": ("name",),
    "user-profile": ("name", "profileType", "description"),
}
#: filtering users on teamIds is reported not to work
NO_FILTER = {
    "user": ("organizationId", "xspVersion", "createdTime", "lastUpdatedTime", "teamIds"),
    "team": ("userIds", "queueRankings"),
}
NO_FILTER_ANYWHERE = (
    "organizationId",
    "createdTime",
    "lastUpdatedTime",
    "activeSkills",
    "activeEnumSkills",
    "enumSkillValues",
    "dynamicSkills",
    "permissions",
    "resourceCollections",
    "viewableStatistics",
    "manuallyAssignable",
)
#: array fields that lists leave out unless asked for
LEFT_OUT = {
    "user": ("teamIds", "dynamicSkills"),
    "team": ("userIds", "queueRankings"),
    "user-profile": ("permissions",),
}
#: lists whose array fields the vendor announces to end; sites and multimedia profiles are not among them
ENDING = ("user", "team", "agent-profile", "user-profile", "skill", "skill-profile")
_SEARCH = re.compile(r'^(?:field=="(?P<field>\w+)"|fields=in=\((?P<fields>[^)]*)\));value=="(?P<value>[^"]*)"$')
# what a raw plus sign becomes: nothing equals it
_PLUS = "\x01"


def contact_center(call: Call, org_id: str, *, write: bool = False) -> tuple[Organization, ContactCenter]:
    """Return the contact center of a path, with everything due carried out; 403 without the scope or the role."""
    org = call.org(org_id)
    token: Token = call.who
    wanted = ("cjp:config_write", "cjp:config") if write else ("cjp:config_read", "cjp:config")
    if not token.scopes.intersection(wanted) or not token.contact_center_admin(write):
        raise GatewayError(403, "Forbidden")
    center = org.contact_center
    if center is None:
        raise ApiError(404, f"Organization {org_id} has no contact center")
    center.settle()
    return org, center


def shown(call: Call, entity: str, record: Record) -> Record:
    """Return a record as it goes out: unset fields are left out (observed)."""
    if entity == "user" and call.simulator.settings.capabilities != "absent":
        record = {**record, **_capabilities(call, record)}
    if call.simulator.settings.cc_omit_fields:
        return {key: value for key, value in record.items() if value is not None}
    return {**dict.fromkeys(COLUMNS[entity]), **record}


def _capabilities(call: Call, record: Record) -> Record:
    """Return the two fields of August 2026; that they follow profile and access is an assumption."""
    center = call.organization.contact_center if call.organization else None
    kind = center.profile_type(record) if center else None
    return dict(zip(CAPABILITIES, (kind == "SUPERVISOR", bool(record.get("contactCenterEnabled"))), strict=True))


def listing(call: Call, org: Organization, center: ContactCenter, entity: str) -> Response:
    """Return a page in the envelope of v2 and v3."""
    found = _selected(call, center, entity)
    settings = call.simulator.settings
    size = min(call.number("pageSize", 100, 1), settings.cc_max_page_size)
    page = call.number("page", 0)
    total_pages = max(1, math.ceil(len(found) / size))
    query = {key: value for key, value in call.query.items() if key not in ("page", "pageSize")}
    front = call.base if settings.page_links == "absolute" else ""

    def link(number: int) -> str:
        parameters = {**query, "page": str(number), "pageSize": str(size)}
        return f"{front}{call.path}?" + "&".join(
            f"{quote(key, safe='')}={quote(value, safe='')}" for key, value in parameters.items()
        )

    links = {"self": link(page), "first": link(0), "last": link(total_pages - 1)}
    if page + 1 < total_pages:
        links["next"] = link(page + 1)
    if page > 0:
        links["prev"] = link(page - 1)
    meta: dict[str, Any] = {
        "orgid": org.id,
        "page": page,
        "pageSize": size,
        "totalPages": total_pages,
        "totalRecords": len(found),
        "links": links,
    }
    if entity == "user":
        meta |= {"actualBurnoutInclusionCount": 0, "actualAutoCSATCount": 0, "actualSummariesCount": 0}
    part = found[page * size : (page + 1) * size]
    return answer({"meta": meta, "data": [_chosen(call, center, entity, record, len(found)) for record in part]})


def cut(call: Call, org: Organization, rows: list[Record]) -> tuple[Record, list[Record]]:
    """Return the plain meta of a page and the rows on it."""
    size = min(call.number("pageSize", 100, 1), call.simulator.settings.cc_max_page_size)
    page = call.number("page", 0)
    meta = {
        "orgid": org.id,
        "page": page,
        "pageSize": size,
        "totalPages": max(1, -(-len(rows) // size)),
        "totalRecords": len(rows),
    }
    return meta, rows[page * size : (page + 1) * size]


def bare_list(call: Call, center: ContactCenter, entity: str) -> Response:
    """Return the old form of a list: an array."""
    if entity == "user":
        if "filter" in call.query:
            _selected(call, center, entity, only=("id",))
        size = min(call.number("pageSize", 100, 1), call.simulator.settings.cc_max_page_size)
        start = call.number("page", 0) * size
        found = _selected(call, center, entity)[start : start + size]
    else:
        found = [
            {key: value for key, value in record.items() if key not in ("activeSkills", "activeEnumSkills")}
            for record in _selected(call, center, entity)
        ]
    return answer([_chosen(call, center, entity, record, len(found)) for record in found])


def _chosen(call: Call, center: ContactCenter, entity: str, record: Record, total: int) -> Record:
    attributes = split(call.query.get("attributes"))
    for name in attributes:
        capability = entity == "user" and name in CAPABILITIES and call.simulator.settings.capabilities != "absent"
        if name not in COLUMNS[entity] and not capability:
            raise ApiError(400, f"Invalid requested columns :{name}")
    arrays = call.simulator.settings.list_arrays
    content = full(center, entity, record) if arrays == "always" or "userIds" in attributes else record
    single = call.flag("singleObjectResponse") and not attributes
    if arrays == "never" and entity in ENDING and not single:
        content = {key: value for key, value in content.items() if not isinstance(value, list)}
    if attributes:
        content = {key: value for key, value in content.items() if key in attributes or key == "id"}
    elif single:
        if total != 1:
            raise ApiError(400, "singleObjectResponse is allowed only when a single object results")
        content = full(center, entity, record)
    elif arrays != "always":
        content = {key: value for key, value in content.items() if key not in LEFT_OUT.get(entity, ())}
    shaped = shown(call, entity, content)
    return {key: shaped[key] for key in attributes if key in shaped} if attributes else shaped


def full(center: ContactCenter, entity: str, record: Record) -> Record:
    """Return a record with what is worked out from others."""
    if entity == "team":
        return {
            **record,
            "userIds": [user["id"] for user in center.users.values() if record["id"] in (user.get("teamIds") or ())],
        }
    return record


def _selected(call: Call, center: ContactCenter, entity: str, only: tuple[str, ...] | None = None) -> list[Record]:
    records = center.users if entity == "user" else center.entities[entity]
    found: Iterable[Record] = records.values()
    text = _filter_text(call.query_string)
    if text:
        parsed = Filter(text, lambda name: _check_column(entity, name, only))
        if entity == "team" and parsed.equal and parsed.equal[0] == "userId":
            held = {team for user in parsed.equal[1] for team in (center.users.get(user, {}).get("teamIds") or ())}
            found = [record for record in records.values() if record["id"] in held]
        elif parsed.equal and parsed.equal[0] == "id":
            found = [records[value] for value in dict.fromkeys(parsed.equal[1]) if value in records]
        elif parsed.equal and parsed.equal[0] == "ciUserId" and entity == "user":
            users = (center.user_by_ci(value) for value in dict.fromkeys(parsed.equal[1]))
            found = [user for user in users if user]
        else:
            found = [record for record in records.values() if parsed.test(record)]
    search = call.query.get("search")
    if search:
        columns, wanted = search_terms(entity, search.strip())
        found = [record for record in found if any(wanted in str(record.get(column, "")).lower() for column in columns)]
    return list(found)


def _filter_text(query_string: str) -> str:
    """Return the filter; of a repeated one the last counts, as of every parameter."""
    text = ""
    for part in query_string.split("&"):
        name, _, value = part.partition("=")
        if name == "filter":
            if '"' in value:
                raise ApiError(400, "Invalid character found in the request target")
            text = parse_qsl(f"filter={value.replace('+', '%01')}", keep_blank_values=True)[0][1]
    return text


def _check_column(entity: str, name: str, only: tuple[str, ...] | None) -> None:
    if entity == "team" and name == "userId":
        return
    known = name in COLUMNS[entity] and name not in NO_FILTER_ANYWHERE and name not in NO_FILTER.get(entity, ())
    if not known or (only is not None and name not in only):
        raise ApiError(400, f"Invalid filter: {name} is not supported")


def search_terms(entity: str, text: str) -> tuple[tuple[str, ...], str]:
    columns = SEARCH[entity]
    match = _SEARCH.match(text)
    if match:
        named = [match["field"]] if match["field"] else [item.strip().strip('"') for item in match["fields"].split(",")]
        if any(name not in columns for name in named):
            raise ApiError(400, f"Invalid search: {text}")
        return tuple(named), match["value"].lower()
    if len(text) >= 2 and text[0] == text[-1] == '"' and '"' not in text[1:-1]:
        return columns, text[1:-1].lower()
    if re.fullmatch(r"[\w@.\-]+", text):
        # a bare word works (observed; the description's own example is unquoted)
        return columns, text.lower()
    raise ApiError(400, f"Invalid search: {text}")
