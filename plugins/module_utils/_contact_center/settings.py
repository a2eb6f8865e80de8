# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Agent settings: their words, the vendor's fields behind them, and how both are read. Pure. Private to this collection.

A person declares them as ``agent: {user_profile, contact_center_enabled, site, teams, skill_profile, desktop_profile,
multimedia_profile, external_id, default_number}``. An empty text or an empty list clears a setting. What is not named, or is null (as a
module option that is not given), is left alone: the same in lists, in files, and where the settings of several places are joined.
"""

from __future__ import annotations

import dataclasses
import typing as t

from .._model import DIAL_NUMBER
from .names import Directory
from .records import Record

USER_PROFILE, SITE, TEAM = "user-profile", "site", "team"
SKILL_PROFILE, DESKTOP_PROFILE, MULTIMEDIA_PROFILE = "skill-profile", "agent-profile", "multimedia-profile"

#: The types of the values, by Ansible's names for them; a list is one of texts.
TEXT, LIST, BOOL = "str", "list", "bool"


@dataclasses.dataclass(slots=True, frozen=True)
class Setting:
    """One setting: our word, the vendor's field, and the list that its values are names of (None: a value of its own)."""

    word: str
    field: str
    entity: str | None
    label: str
    #: :data:`TEXT`, :data:`LIST` or :data:`BOOL`.
    type: str = TEXT
    #: An empty value takes it away. What cannot be empty refuses one.
    clearable: bool = True
    #: It takes effect only while the person is enabled for the contact center (vendor's documentation).
    needs_enabled: bool = True


#: All settings. The options of the modules, the checks of rosters, the plan and what is shown rest on this table.
SETTINGS = (
    Setting("user_profile", "userProfileId", USER_PROFILE, "user profile", clearable=False, needs_enabled=False),
    Setting(
        "contact_center_enabled",
        "contactCenterEnabled",
        None,
        "contact center enabled",
        BOOL,
        clearable=False,
        needs_enabled=False,
    ),
    Setting("site", "siteId", SITE, "site"),
    Setting("teams", "teamIds", TEAM, "team", LIST),
    Setting("skill_profile", "skillProfileId", SKILL_PROFILE, "skill profile"),
    Setting("desktop_profile", "agentProfileId", DESKTOP_PROFILE, "desktop profile"),
    Setting("multimedia_profile", "multimediaProfileId", MULTIMEDIA_PROFILE, "multimedia profile"),
    Setting("external_id", "externalIdentifier", None, "external id", needs_enabled=False),
    # The misspelling is the vendor's.
    Setting("default_number", "deafultDialledNumber", None, "default number"),
)
BY_WORD = {s.word: s for s in SETTINGS}
WORD_OF = {s.field: s.word for s in SETTINGS}
NEED_ENABLED = tuple(s.word for s in SETTINGS if s.needs_enabled)
#: The lists that settings are names of.
ENTITIES = tuple(s.entity for s in SETTINGS if s.entity)

#: What is wrong, and what to do.
Complaint = tuple[str, str]

_TRUTHS = {"on": True, "true": True, "yes": True, "off": False, "false": False, "no": False}


def problems(raw: t.Any) -> list[Complaint]:
    """Return (what is wrong, what to do) of somebody's ``agent``; nothing means that :func:`parse_settings` takes it."""
    if raw is None:
        return []
    if not isinstance(raw, dict):
        return [("agent is not a mapping", f"Write some of {', '.join(BY_WORD)}.")]
    found = [_problem(word, value) for word, value in raw.items()]
    return [problem for problem in found if problem]


def _problem(word: str, value: t.Any) -> Complaint | None:
    setting = BY_WORD.get(word)
    if setting is None:
        return f"agent has no {word!r}", f"Use {', '.join(BY_WORD)}."
    if value is None:
        return None
    return _CHECKS[setting.type](word, value)


def _check_text(word: str, value: t.Any) -> Complaint | None:
    if not isinstance(value, str):
        return f"agent.{word} is {value!r}, not text", "Put quotes around it."
    if word == "default_number" and value.strip() and not DIAL_NUMBER.fullmatch(value.strip()):
        return f"agent.{word} is {value!r}, which is no number", "Write 2 to 15 digits, with or without +."
    if not value.strip() and not BY_WORD[word].clearable:
        return f"agent.{word} is empty, but cannot be cleared", "Give it a value, or leave it out."
    return None


def _check_list(word: str, value: t.Any) -> Complaint | None:
    if isinstance(value, str) or (isinstance(value, list) and all(isinstance(name, str) for name in value)):
        return None
    return f"agent.{word} is not a list of names", "Write a list."


def _check_truth(word: str, value: t.Any) -> Complaint | None:
    return None if _truth(value) is not None else (f"agent.{word} is {value!r}", "Write true or false.")


_CHECKS = {TEXT: _check_text, LIST: _check_list, BOOL: _check_truth}


def parse_settings(raw: t.Mapping[str, t.Any] | None) -> dict[str, t.Any]:
    """Return what is declared: texts (empty: clear), ``teams`` as a list (empty: clear), ``contact_center_enabled`` as a boolean.

    What is null is not declared. To be called with what :func:`problems` takes.
    """
    return {word: _read_value(BY_WORD[word], value) for word, value in (raw or {}).items() if value is not None}


def _read_value(setting: Setting, value: t.Any) -> t.Any:
    if setting.type == BOOL:
        return _truth(value)
    if setting.type == LIST:
        # The vendor's own file joins teams with a bar.
        names = value.split("|") if isinstance(value, str) else value
        return list(dict.fromkeys(name.strip() for name in names if name.strip()))
    return value.strip()


def _truth(value: t.Any) -> bool | None:
    if isinstance(value, str):
        return _TRUTHS.get(value.strip().lower())
    return value if isinstance(value, bool) else None


def value_in_record(record: Record, field: str) -> t.Any:
    """Return what a record holds in one of the vendor's fields; unset is None, for teams an empty list; not read is None for all."""
    if field in record.unread:
        return None
    if field == "userProfileId":
        return record.user_profile_id
    if field == "contactCenterEnabled":
        return bool(record.enabled)
    if field == "teamIds":
        return list(record.settings.get(field) or [])
    return record.settings.get(field) or None


def same_value(field: str, one: t.Any, other: t.Any) -> bool:
    """Return whether two values of a field mean the same. The service may put teams in another order (observed)."""
    kind = BY_WORD[WORD_OF[field]].type
    if kind == LIST:
        return set(one or ()) == set(other or ())
    if kind == BOOL:
        return bool(one) == bool(other)
    return (one or None) == (other or None)


def differs(record: Record, field: str, value: t.Any) -> bool:
    """Return whether a record is not known to hold ``value`` in a field; nobody knows what was not read."""
    return field in record.unread or not same_value(field, value, value_in_record(record, field))


def settings_shown(record: Record | None, directory: Directory) -> dict[str, t.Any]:
    """Return what before and after show: names in place of ids; what was not read is left out."""
    if record is None:
        return {}
    shown: dict[str, t.Any] = {}
    for setting in SETTINGS:
        value = value_in_record(record, setting.field)
        if setting.field in record.unread:
            continue
        if setting.entity is None:
            shown[setting.word] = value
        elif not directory.has(setting.entity):
            continue
        elif setting.type == LIST:
            shown[setting.word] = sorted(str(directory.name(setting.entity, entry_id)) for entry_id in value)
        else:
            shown[setting.word] = directory.name(setting.entity, value)
    shown["profile_type"] = profile_type_of(record, directory)
    return shown


def profile_type_of(record: Record | None, directory: Directory) -> str | None:
    """Return the type of the record's user profile (``PREMIUM_AGENT``), or None where there is none or it was not read."""
    profile = directory.get(USER_PROFILE, record.user_profile_id) if record else None
    return profile.get("profileType") if profile else None


def reported(record: Record | None) -> dict[str, bool]:
    """Return what the contact center reports of the capabilities of a person: a sign of the role beside the user profile."""
    signs = (("supervisor", record.supervisor), ("agent", record.agent)) if record else ()
    return {word: sign for word, sign in signs if sign is not None}
