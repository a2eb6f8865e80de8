"""The JSON types of what contact center entities are written with, by the vendor's description."""

from __future__ import annotations

from typing import Any

from .errors import ApiError

#: everything else that a list of fields names is a string
BOOLEANS = frozenset(
    {
        "active",
        "blendingModeEnabled",
        "screenPopup",
        "lastAgentRouting",
        "autoWrapUp",
        "autoAnswer",
        "agentAvailableAfterOutdial",
        "allowAutoWrapUpExtension",
        "consultToQueue",
        "outdialEnabled",
        "dialPlanEnabled",
        "timeoutDesktopInactivityCustomEnabled",
        "showUserDetailsMS",
        "stateSynchronizationMS",
        "showUserDetailsWebex",
        "stateSynchronizationWebex",
        "rankQueuesForTeam",
        "dynamicSkill",
        "systemDefault",
    }
)
INTEGERS = frozenset(
    {
        "version",
        "createdTime",
        "lastUpdatedTime",
        "chat",
        "email",
        "telephony",
        "social",
        "autoWrapAfterSeconds",
        "timeoutDesktopInactivityMins",
        "serviceLevelThreshold",
        "capacity",
    }
)
OBJECTS = frozenset({"manuallyAssignable", "viewableStatistics"})
#: array -> type of its items
ARRAYS: dict[str, type] = {
    **dict.fromkeys(("wrapUpCodes", "idleCodes", "queues", "entryPoints", "buddyTeams", "userIds"), str),
    **dict.fromkeys(("dialPlans", "agentDNValidationCriterions", "loginVoiceOptions", "thresholdRules"), str),
    **dict.fromkeys(("permissions", "resourceCollections", "queueRankings"), dict),
    **dict.fromkeys(("activeSkills", "activeEnumSkills", "enumSkillValues"), dict),
    **dict.fromkeys(("editableFolderIds", "viewableFolderIds", "nonViewableFolderIds"), int),
}


def check(columns: tuple[str, ...], fields: dict[str, Any]) -> None:
    """Raise 400 for the first field whose value is of another type; null is nothing."""
    for name in columns:
        value = fields.get(name)
        if value is None:
            continue
        wanted = _wanted(name)
        if not _is(value, wanted):
            raise ApiError(400, f"{name}: must be of type {wanted.__name__}.")
        item = ARRAYS.get(name)
        if item is not None and not all(_is(entry, item) for entry in value):
            raise ApiError(400, f"{name}: items must be of type {item.__name__}.")


def _wanted(name: str) -> type:
    if name in BOOLEANS:
        return bool
    if name in INTEGERS:
        return int
    if name in OBJECTS:
        return dict
    return list if name in ARRAYS else str


def _is(value: Any, wanted: type) -> bool:
    return isinstance(value, wanted) and not (wanted is int and isinstance(value, bool))
