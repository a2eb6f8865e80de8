# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a row's agent settings and the contact center's record make of each other: names resolved, rules obeyed. Pure.

Private to this collection.
"""

from __future__ import annotations

import dataclasses
import typing as t

from .._contact_center import rules, settings
from .._contact_center.names import Directory, UnknownName
from .._contact_center.records import Record
from .._contact_center.settings import (
    BY_WORD,
    NEED_ENABLED,
    SETTINGS,
    SKILL_PROFILE,
    differs,
    settings_shown,
    value_in_record,
)
from .._contact_center.sync_state import IDENTITY, MISSING, what_to_press
from .._engine.plan import Change, Plan, Shown, fixed
from .._errors import Problem, WxccError
from .._listed import listed
from .._model import ABSENT, NO_LICENSE, UPDATE, Person, Wanted

_NAMED, _SAID = 3, 10
#: They go together: whoever moves to another site needs all three.
_PLACEMENT = ("siteId", "teamIds")
#: Whom an earlier step of the same check run brings in: nothing is set yet.
_EMPTY_RECORD = Record("", None, "", None, None, True, None, False, None)

#: The vendor's field names -> ids and values.
Fields = t.Mapping[str, t.Any]


@dataclasses.dataclass(slots=True, frozen=True)
class AgentChange:
    """What is sent to one record, and what of it counts."""

    record_id: str
    #: What is sent: more than is wanted where fields must go together.
    body: Fields
    #: What must be seen afterwards.
    wanted: Fields
    #: Declared, but without effect while the person is not enabled for the contact center, so left out; our words.
    idle: tuple[str, ...] = ()


@dataclasses.dataclass(slots=True, frozen=True)
class AgentFacts:
    """What is declared and what was read, by the people's keys."""

    directory: Directory
    #: What each person declares, over the defaults; empty for those who are left alone.
    declared: t.Mapping[str, Shown] = dataclasses.field(default_factory=dict)
    records: t.Mapping[str, Record] = dataclasses.field(default_factory=dict)
    #: Only those who had to be looked at.
    people: t.Mapping[str, Person | None] = dataclasses.field(default_factory=dict)
    #: Whom an earlier step blocked.
    blocked: t.Mapping[str, Problem] = dataclasses.field(default_factory=dict)
    #: How many people have a skill profile, by its id; only of those that somebody is to get.
    holders: t.Mapping[str, int] = dataclasses.field(default_factory=dict)
    #: In check mode: people whom an earlier step of the same chain gives a record, as far as plans go.
    planned: t.Collection[str] = ()
    #: What is wrong with records that cannot be used.
    odd: t.Mapping[str, Problem] = dataclasses.field(default_factory=dict)


def declared_settings(
    wanted: t.Sequence[Wanted], defaults: t.Mapping[str, t.Any] | None
) -> dict[str, dict[str, t.Any]]:
    """Return what each person declares, over the defaults, by key; empty for those who are left alone.

    :raises WxccError: every place that cannot be used.
    """
    wrong = [f"settings: {what}. {do}" for what, do in settings.problems(defaults)]
    base = {} if wrong else settings.parse_settings(defaults)
    declared: dict[str, dict[str, t.Any]] = {}
    for want in wanted:
        raw = want.row.get("agent")
        own = settings.problems(raw)
        wrong += [f"{want.source} ({want.email}): {what}. {do}" for what, do in own]
        leaves = want.row.get("state") == ABSENT or want.row.get("license") == NO_LICENSE
        if not wrong:
            declared[want.key] = {} if leaves else {**base, **settings.parse_settings(raw)}
    if wrong:
        more = f" (and {len(wrong) - _SAID} more)" if len(wrong) > _SAID else ""
        raise WxccError(Problem("invalid_input", " | ".join(wrong[:_SAID]) + more))
    return declared


def plan_agents(wanted: t.Sequence[Wanted], facts: AgentFacts) -> Plan:
    """Return what would change. Pure.

    A row that names what does not exist, or what several things are called, is blocked; the others go on.

    :raises WxccError: the settings of all name such a thing; every such name is in the message.
    """
    shared: dict[UnknownName, list[str]] = {}
    changes = []
    for want in wanted:
        target, misses = _resolve(facts.declared.get(want.key) or {}, facts.records.get(want.key), facts.directory)
        own = want.row.get("agent") or {}
        for word, miss in misses:
            if own.get(word) is None:
                shared.setdefault(miss, []).append(want.source)
        change = _plan_one(want, target, facts)
        if misses:
            names: dict[UnknownName, list[str]] = {miss: [want.source] for _word, miss in misses}
            change = change.blocked(Problem("unknown_name", _unknown_names(names)))
        changes.append(change)
    if shared:
        raise WxccError(Problem("unknown_name", _unknown_names(shared)))
    return _limit_skill_profiles(Plan(tuple(changes)), facts)


def _resolve(
    declared: t.Mapping[str, t.Any], record: Record | None, directory: Directory
) -> tuple[Fields, list[tuple[str, UnknownName]]]:
    """Return (the vendor's fields with ids and values, names that could not be resolved, with the word of the setting)."""
    target: dict[str, t.Any] = {}
    misses: list[tuple[str, UnknownName]] = []

    def one(word: str, entity: str, text: str, site_id: str | None = None) -> str | None:
        entry = directory.find(entity, text, site_id=site_id)
        if isinstance(entry, UnknownName):
            misses.append((word, entry))
            return None
        return str(entry["id"])

    for setting in SETTINGS:
        if setting.word not in declared:
            continue
        value = declared[setting.word]
        if setting.entity is None:
            target[setting.field] = value if isinstance(value, bool) else value or None
        elif setting.word == "teams":
            site_id = target.get("siteId") or (value_in_record(record, "siteId") if record else None)
            target[setting.field] = [i for name in value if (i := one(setting.word, setting.entity, name, site_id))]
        else:
            target[setting.field] = one(setting.word, setting.entity, value) if value else None
    return target, misses


def must_be_read(want: Wanted, facts: AgentFacts) -> bool:
    """Return whether what is to be done rests on something that the list left out, so that the record must be read by id. Pure.

    Teams that are declared together with another site than the person's are sent in any case, whatever was there.
    """
    record = facts.records.get(want.key)
    if record is None or not record.unread:
        return False
    target, _misses = _resolve(facts.declared.get(want.key) or {}, record, facts.directory)
    if not target.keys() & {*record.unread, *_PLACEMENT}:
        return False
    if record.unread != {"teamIds"}:
        return True
    moves = "siteId" in target and differs(record, "siteId", target["siteId"])
    return record.unread_teams and moves != ("teamIds" in target)


def _unknown_names(unknown: t.Mapping[UnknownName, t.Sequence[str]]) -> str:
    labels = {s.entity: s.label for s in SETTINGS}
    parts = []
    for miss, sources in unknown.items():
        parts.append(f"{miss.text(labels[miss.entity])} ({listed(sources, _NAMED)})")
    return f"{'. '.join(p[0].upper() + p[1:] for p in parts)}."


def _plan_one(want: Wanted, target: Fields, facts: AgentFacts) -> Change:
    person = facts.people.get(want.key)
    unchanged = Change(want, person=person)
    if not target:
        return unchanged
    record = facts.records.get(want.key)
    odd = facts.odd.get(want.key)
    if record is None or odd is not None:
        if odd is not None or want.key not in facts.planned:
            return unchanged.blocked(odd or _without_record(want, person, facts.blocked))
        record = _EMPTY_RECORD
    elif person is not None and record.ci_user_id not in (None, person.id):
        return unchanged.blocked(_another_identity(want.email, record))
    else:
        before = settings_shown(record, facts.directory)
        unchanged = dataclasses.replace(unchanged, before=before, after=before)
    problem = rules.rule_violation(want.email, want.row, person, record, target, facts.directory)
    if problem is not None:
        return unchanged.blocked(problem)
    wanted, idle = _differing(target, record)
    unchanged = dataclasses.replace(unchanged, extra={"ignored": list(idle)} if idle else {})
    if not wanted:
        return unchanged
    return dataclasses.replace(
        unchanged,
        kind=UPDATE,
        payload=AgentChange(record.id, fixed(_body(wanted, record)), fixed(wanted), idle),
        removal=wanted.get("contactCenterEnabled") is False,
        after=settings_shown(_with(record, wanted), facts.directory),
    )


def _differing(target: Fields, record: Record) -> tuple[Fields, tuple[str, ...]]:
    """Return (the fields that differ from the record, words of those among them that have no effect and are left out)."""
    differing = {f: v for f, v in target.items() if differs(record, f, v)}
    if target.get("contactCenterEnabled", value_in_record(record, "contactCenterEnabled")):
        return differing, ()
    idle = tuple(word for word in NEED_ENABLED if BY_WORD[word].field in differing)
    fields = {BY_WORD[word].field for word in idle}
    return {f: v for f, v in differing.items() if f not in fields}, idle


def _body(wanted: Fields, record: Record) -> dict[str, t.Any]:
    """Return what is sent. A site alone would reset the teams and the desktop profile, or be refused: the three go together.

    What was not read is never sent back; see :func:`must_be_read`.
    """
    body = dict(wanted)
    if "siteId" in wanted:
        if "teamIds" not in record.unread:
            body.setdefault("teamIds", value_in_record(record, "teamIds"))
        if desktop := value_in_record(record, "agentProfileId"):
            body.setdefault("agentProfileId", desktop)
    return body


def _with(record: Record, fields: Fields) -> Record:
    """Return the record as it would be with ``fields``."""
    own = {"userProfileId", "contactCenterEnabled"}
    return dataclasses.replace(
        record,
        settings={**record.settings, **{f: v for f, v in fields.items() if f not in own}},
        user_profile_id=fields.get("userProfileId", record.user_profile_id),
        enabled=fields.get("contactCenterEnabled", record.enabled),
        unread=record.unread - set(fields),
    )


def _without_record(want: Wanted, person: Person | None, blocked: t.Mapping[str, Problem]) -> Problem:
    """Return why somebody has no record, the reason of an earlier step first."""
    earlier = blocked.get(want.key)
    if person is None:
        return earlier or Problem("person_missing", f"{want.email} is not in the organization.")
    if person.license() == NO_LICENSE:
        text = f"{want.email} has no contact center license, so the contact center has no record to set."
        return earlier or Problem("needs_license", text)
    text = f"The contact center has no record of {want.email} yet."
    return Problem("record_missing", text, advice=what_to_press(MISSING))


def _another_identity(email: str, record: Record) -> Problem:
    text = f"The contact center's record with the address {email} belongs to another identity ({record.ci_user_id})."
    return Problem("identity_mismatch", text, advice=what_to_press(IDENTITY))


def _limit_skill_profiles(plan: Plan, facts: AgentFacts) -> Plan:
    """Block those for whom a skill profile would be too full; what the same plan frees is used, in the roster's order."""
    room = {profile: rules.MAX_OF_SKILL_PROFILE - used for profile, used in facts.holders.items()}
    moving = [c for c in plan.pending if "skillProfileId" in c.payload.wanted]
    for change in moving:
        record = facts.records.get(change.key)
        left = value_in_record(record, "skillProfileId") if record else None
        if left in room:
            room[left] += 1
    full: dict[int, Problem] = {}
    for change in moving:
        profile = change.payload.wanted["skillProfileId"]
        if not profile or profile not in room:
            continue
        if room[profile] > 0:
            room[profile] -= 1
            continue
        text = (
            f"{change.email} finds no place in the skill profile {facts.directory.name(SKILL_PROFILE, profile)}: "
            f"{rules.MAX_OF_SKILL_PROFILE} people may share one, and {facts.holders[profile]} hold it now."
        )
        full[change.index] = Problem("skill_profile_full", text)
    return plan.with_blocked(full)
