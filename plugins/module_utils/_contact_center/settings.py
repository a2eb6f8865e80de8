# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Agent settings: their words, the vendor's fields behind them, and how both are read. Pure. Private to this collection.

A person declares them as ``agent: {user_profile, contact_center_enabled, site, teams, skill_profile, desktop_profile,
multimedia_profile, external_id, default_number}``. What is not named is left alone. An empty text, an empty list or null clears;
null for what cannot be empty (user profile, contact center enabled) leaves it alone.
"""

from __future__ import annotations

import dataclasses
import typing as t

from .names import Directory
from .records import Record

USER_PROFILE, SITE, TEAM = "user-profile", "site", "team"
SKILL_PROFILE, DESKTOP_PROFILE, MULTIMEDIA_PROFILE = "skill-profile", "agent-profile", "multimedia-profile"


@dataclasses.dataclass(slots=True, frozen=True)
class Setting:
    """One setting: our word, the vendor's field, and the list that its values are names of (None: a value of its own)."""

    word: str
    field: str
    entity: str | None
    label: str


SETTINGS = (
    Setting("user_profile", "userProfileId", USER_PROFILE, "user profile"),
    Setting("contact_center_enabled", "contactCenterEnabled", None, "contact center enabled"),
    Setting("site", "siteId", SITE, "site"),
    Setting("teams", "teamIds", TEAM, "team"),
    Setting("skill_profile", "skillProfileId", SKILL_PROFILE, "skill profile"),
    Setting("desktop_profile", "agentProfileId", DESKTOP_PROFILE, "desktop profile"),
    Setting("multimedia_profile", "multimediaProfileId", MULTIMEDIA_PROFILE, "multimedia profile"),
    Setting("external_id", "externalIdentifier", None, "external id"),
    # The misspelling is the vendor's.
    Setting("default_number", "deafultDialledNumber", None, "default number"),
)
BY_WORD = {s.word: s for s in SETTINGS}
WORD_OF = {s.field: s.word for s in SETTINGS}
#: These take effect only while the person is enabled for the contact center (vendor's documentation).
NEED_ENABLED = ("site", "teams", "skill_profile", "desktop_profile", "multimedia_profile", "default_number")
#: What cannot be empty.
_NEVER_EMPTY = ("user_profile", "contact_center_enabled")

_TRUTHS = {"on": True, "true": True, "yes": True, "off": False, "false": False, "no": False}


def problems(raw: t.Any) -> list[tuple[str, str]]:
    """Return (what is wrong, what to do) of somebody's ``agent``; nothing means that :func:`parse` takes it."""
    if raw is None:
        return []
    if not isinstance(raw, dict):
        return [("agent is not a mapping", f"Write some of {', '.join(BY_WORD)}.")]
    found: list[tuple[str, str]] = []
    for word, value in raw.items():
        if word not in BY_WORD:
            found.append((f"agent has no {word!r}", f"Use {', '.join(BY_WORD)}."))
        elif value is None:
            continue
        elif word == "contact_center_enabled":
            if _truth(value) is None:
                found.append((f"agent.{word} is {value!r}", "Write true or false."))
        elif word == "teams":
            if not isinstance(value, (str, list)) or any(not isinstance(v, str) for v in value):
                found.append(("agent.teams is not a list of names", "Write a list."))
        elif not isinstance(value, str):
            found.append((f"agent.{word} is {value!r}, not text", "Put quotes around it."))
        elif word in _NEVER_EMPTY and not value.strip():
            found.append((f"agent.{word} is empty, but cannot be cleared", "Give it a value, or leave it out."))
    return found


def parse(raw: t.Mapping[str, t.Any] | None) -> dict[str, t.Any]:
    """Return what is declared: texts (empty: clear), ``teams`` as a list (empty: clear), ``contact_center_enabled`` as a boolean."""
    declared: dict[str, t.Any] = {}
    for word, value in (raw or {}).items():
        if value is None and word in _NEVER_EMPTY:
            continue
        if word == "contact_center_enabled":
            declared[word] = _truth(value)
        elif word == "teams":
            # The vendor's own file joins teams with a bar.
            names = value.split("|") if isinstance(value, str) else value or []
            declared[word] = list(dict.fromkeys(n.strip() for n in names if n.strip()))
        else:
            declared[word] = (value or "").strip()
    return declared


def given(options: t.Mapping[str, t.Any] | None) -> dict[str, t.Any]:
    """Return the settings of a module option, whose missing suboptions Ansible fills with null."""
    return {k: v for k, v in (options or {}).items() if v is not None}


def _truth(value: t.Any) -> bool | None:
    if isinstance(value, str):
        return _TRUTHS.get(value.strip().lower())
    return value if isinstance(value, bool) else None


def held(record: Record, field: str) -> t.Any:
    """Return what a record holds in one of the vendor's fields; unset is None, for teams an empty list."""
    if field == "userProfileId":
        return record.user_profile_id
    if field == "contactCenterEnabled":
        return bool(record.enabled)
    if field == "teamIds":
        return list(record.settings.get(field) or [])
    return record.settings.get(field) or None


def same(field: str, one: t.Any, other: t.Any) -> bool:
    """Return whether two values of a field mean the same. The service may put teams in another order (observed)."""
    if field == "teamIds":
        return set(one or ()) == set(other or ())
    if isinstance(one, bool) or isinstance(other, bool):
        return bool(one) == bool(other)
    return (one or None) == (other or None)


def settings_shown(record: Record | None, directory: Directory) -> dict[str, t.Any]:
    """Return what before and after show: names in place of ids; what was not read is left out."""
    if record is None:
        return {}
    shown: dict[str, t.Any] = {}
    for setting in SETTINGS:
        value = held(record, setting.field)
        if setting.entity is None:
            shown[setting.word] = value
        elif directory.has(setting.entity):
            names = [directory.name(setting.entity, v) for v in value] if setting.word == "teams" else None
            shown[setting.word] = (
                sorted(str(n) for n in names) if names is not None else directory.name(setting.entity, value)
            )
    profile = directory.get(USER_PROFILE, record.user_profile_id)
    shown["profile_type"] = profile.get("profileType") if profile else None
    return shown
