# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Agent settings: resolve names, obey the rules, send what differs, a hundred people a request, compare. Private to this collection."""

from __future__ import annotations

import dataclasses
import typing as t

from .. import _model
from .._client.bodies import describe_body
from .._contact_center import rules as _agent_rules
from .._contact_center import settings as _agent_settings
from .._contact_center.names import Directory, UnknownName, read_directory
from .._contact_center.records import ContactCenter, Identity, Record
from .._contact_center.settings import SETTINGS, held, same, settings_shown
from .._contact_center.sync_state import IDENTITY, MISSING, what_to_press
from .._engine.engine import Context
from .._errors import ApiError, Problem, WxccError, code_for_status
from .._model import NO_LICENSE, Item, Person, Wanted
from .._webex.licenses import contact_center_licenses, list_licenses
from .._webex.people import FEW

_NAMED = 3
_EMPTY_RECORD = Record("", None, "", None, None, True, None, False, None)


@dataclasses.dataclass(slots=True)
class AgentChange:
    """``body``: what is sent; ``wanted``: what must be seen afterwards; both by the vendor's field names.

    ``idle``: declared, but without effect while the person is not enabled for the contact center, so left out.
    """

    record_id: str
    body: dict[str, t.Any]
    wanted: dict[str, t.Any]
    idle: list[str]


@dataclasses.dataclass(slots=True)
class World:
    """What was read: the names, the records, the people (only those who had to be looked at), and how full the skill profiles are."""

    directory: Directory
    records: dict[str, Record] = dataclasses.field(default_factory=dict)
    people: t.Mapping[str, Person | None] = dataclasses.field(default_factory=dict)
    blocked: t.Mapping[str, Problem] = dataclasses.field(default_factory=dict)
    #: How many people hold a skill profile, by its id; only of those that somebody is to get.
    holders: dict[str, int] = dataclasses.field(default_factory=dict)
    #: In check mode: people whom an earlier step of the same chain gives a record, as far as plans go.
    planned: t.Collection[str] = ()


def declared_settings(
    wanted: t.Sequence[Wanted], defaults: t.Mapping[str, t.Any] | None
) -> dict[str, dict[str, t.Any]]:
    """Return what each person declares, over the defaults, by key; empty for those who are left alone.

    :raises WxccError: every place that cannot be used.
    """
    found: list[str] = [
        f"settings: {what}. {do}" for what, do in _agent_settings.problems(_agent_settings.given(defaults))
    ]
    base = _agent_settings.given(defaults)
    declared: dict[str, dict[str, t.Any]] = {}
    for want in wanted:
        raw = want.row.get("agent")
        wrong = _agent_settings.problems(raw)
        found += [f"{want.source} ({want.email}): {what}. {do}" for what, do in wrong]
        leaves = want.row.get("state") == "absent" or want.row.get("license") == NO_LICENSE
        if not wrong and not found:
            declared[want.key] = {} if leaves else _agent_settings.parse({**base, **(raw or {})})
    if found:
        more = f" (and {len(found) - 10} more)" if len(found) > 10 else ""
        raise WxccError(Problem("invalid_input", "Nothing was sent. " + " | ".join(found[:10]) + more))
    return declared


def plan_agents(
    wanted: t.Sequence[Wanted], declared: t.Mapping[str, t.Mapping[str, t.Any]], world: World
) -> list[Item]:
    """Return what would change. Pure.

    :raises WxccError: names that mean nothing or several things; all of them are in the message.
    """
    items: list[Item] = []
    misses: dict[UnknownName, list[str]] = {}
    targets: list[dict[str, t.Any]] = []
    for want in wanted:
        record = world.records.get(want.key)
        target, missed = _resolve(declared.get(want.key) or {}, record, world.directory)
        for miss in missed:
            misses.setdefault(miss, []).append(want.source)
        targets.append(target)
        items.append(Item.of(want, world.people.get(want.key)))
    if misses:
        raise WxccError(Problem("unknown_name", _missed(misses)))
    for want, item, target in zip(wanted, items, targets, strict=True):
        if target:
            _plan_one(want, item, target, world)
    _limit_skill_profiles(items, world)
    return items


def _resolve(
    declared: t.Mapping[str, t.Any], record: Record | None, directory: Directory
) -> tuple[dict[str, t.Any], list[UnknownName]]:
    """Return (the vendor's fields with ids and values, names that could not be resolved)."""
    target: dict[str, t.Any] = {}
    missed: list[UnknownName] = []

    def one(entity: str, text: str, site_id: str | None = None) -> str | None:
        entry = directory.find(entity, text, site_id=site_id)
        if isinstance(entry, UnknownName):
            missed.append(entry)
            return None
        return str(entry["id"])

    for setting in SETTINGS:
        if setting.word not in declared:
            continue
        value = declared[setting.word]
        if setting.entity is None:
            target[setting.field] = value if isinstance(value, bool) else value or None
        elif setting.word == "teams":
            site_id = target.get("siteId") or (held(record, "siteId") if record else None)
            target[setting.field] = [i for name in value if (i := one(setting.entity, name, site_id))]
        else:
            target[setting.field] = one(setting.entity, value) if value else None
    return target, missed


def _missed(misses: t.Mapping[UnknownName, t.Sequence[str]]) -> str:
    labels = {s.entity: s.label for s in SETTINGS}
    parts = []
    for miss, sources in misses.items():
        more = f" and {len(sources) - _NAMED} more" if len(sources) > _NAMED else ""
        parts.append(f"{miss.text(labels[miss.entity])} ({', '.join(sources[:_NAMED])}{more})")
    return f"Nothing was sent. {'. '.join(p[0].upper() + p[1:] for p in parts)}."


def _plan_one(want: Wanted, item: Item, target: dict[str, t.Any], world: World) -> None:
    record = world.records.get(want.key)
    if record is None:
        if want.key not in world.planned:
            item.block(_without_record(want, item.person, world))
            return
        record = _EMPTY_RECORD
    elif item.person is not None and record.ci_user_id not in (None, item.person.id):
        text = f"The contact center's record with the address {want.email} belongs to another identity ({record.ci_user_id})."
        item.block(Problem("identity_mismatch", text, advice=what_to_press(IDENTITY)))
        return
    else:
        item.before = settings_shown(record, world.directory)
        item.after = dict(item.before)
    problem = _agent_rules.broken(want.email, want.row, item.person, record, target, world.directory)
    if problem is not None:
        item.block(problem)
        return
    wanted = {f: v for f, v in target.items() if not same(f, v, held(record, f))}
    enabled = target.get("contactCenterEnabled", held(record, "contactCenterEnabled"))
    idle: list[str] = []
    if not enabled:
        idle = [w for w in _agent_settings.NEED_ENABLED if _agent_settings.BY_WORD[w].field in wanted]
        for word in idle:
            del wanted[_agent_settings.BY_WORD[word].field]
        if idle:
            item.extra["ignored"] = idle
    if not wanted:
        return
    body = dict(wanted)
    if "siteId" in wanted:
        # A site alone would reset the teams and the desktop profile, or be refused: the three go together.
        body.setdefault("teamIds", held(record, "teamIds"))
        if desktop := held(record, "agentProfileId"):
            body.setdefault("agentProfileId", desktop)
    item.change = AgentChange(record.id, body, wanted, idle)
    item.action = _model.UPDATE
    item.removal = wanted.get("contactCenterEnabled") is False
    item.after = settings_shown(_with(record, wanted), world.directory)


def _with(record: Record, fields: t.Mapping[str, t.Any]) -> Record:
    """Return the record as it would be with ``fields``."""
    settings = {
        **record.settings,
        **{f: v for f, v in fields.items() if f not in ("userProfileId", "contactCenterEnabled")},
    }
    return dataclasses.replace(
        record,
        settings=settings,
        user_profile_id=fields.get("userProfileId", record.user_profile_id),
        enabled=fields.get("contactCenterEnabled", record.enabled),
    )


def _without_record(want: Wanted, person: Person | None, world: World) -> Problem:
    if person is None:
        return world.blocked.get(want.key) or Problem("person_missing", f"{want.email} is not in the organization.")
    if person.license() == NO_LICENSE:
        return world.blocked.get(want.key) or Problem(
            "needs_license", f"{want.email} has no contact center license, so the contact center has no record to set."
        )
    return Problem(
        "record_missing", f"The contact center has no record of {want.email} yet.", advice=what_to_press(MISSING)
    )


def _limit_skill_profiles(items: t.Sequence[Item], world: World) -> None:
    """Block those for whom a skill profile would be too full; what the same plan frees is used, in the roster's order."""
    room = {profile: _agent_rules.MAX_OF_SKILL_PROFILE - used for profile, used in world.holders.items()}
    gaining: list[tuple[Item, str]] = []
    for item in items:
        if not item.pending or "skillProfileId" not in item.change.wanted:
            continue
        before = world.records.get(item.key)
        left = held(before, "skillProfileId") if before else None
        if left in room:
            room[left] += 1
        if item.change.wanted["skillProfileId"]:
            gaining.append((item, item.change.wanted["skillProfileId"]))
    for item, profile in gaining:
        if profile not in room:
            continue
        if room[profile] > 0:
            room[profile] -= 1
            continue
        name = world.directory.name(_agent_settings.SKILL_PROFILE, profile)
        text = (
            f"{item.email} finds no place in the skill profile {name}: {_agent_rules.MAX_OF_SKILL_PROFILE} people may "
            f"share one, and {world.holders[profile]} hold it now."
        )
        item.block(Problem("skill_profile_full", text))


class Agents:
    """The resource of the module ``agent``."""

    name = "agent"

    def __init__(self, *, defaults: t.Mapping[str, t.Any] | None, chunk_size: int) -> None:
        self._defaults = defaults
        self._chunk_size = chunk_size
        self._declared: dict[str, dict[str, t.Any]] = {}
        self._world = World(Directory({}))
        self._center: ContactCenter | None = None

    # -- reading -------------------------------------------------------------------------------------------------------------

    async def read(self, context: Context, wanted: list[Wanted]) -> None:
        self._declared = declared_settings(wanted, self._defaults)
        asked = [w for w in wanted if self._declared[w.key]]
        if not asked:
            return
        words = {word for declared in self._declared.values() for word in declared}
        kinds = {_agent_settings.USER_PROFILE, _agent_settings.SITE, _agent_settings.TEAM}
        kinds |= {s.entity for s in SETTINGS if s.entity and s.word in words}
        if words & {"site", "teams"}:
            kinds.add(_agent_settings.DESKTOP_PROFILE)
        directory = await read_directory(context.client, context.organization.uuid, sorted(kinds))
        center = self._center = ContactCenter(context.client, context.organization.uuid)
        self._world = World(directory, people=context.snapshot.people, blocked=context.snapshot.blocked)
        if context.check_mode:
            self._world.planned = {w.key for w in asked if context.snapshot.people.get(w.key) is not None}
        await self._read_records(context, center, asked)
        await self._count_holders(center, asked)

    async def _read_records(self, context: Context, center: ContactCenter, asked: list[Wanted]) -> None:
        """Find the records. Only people without one, or with several, are looked up as identities, where no step did it before."""
        people = context.snapshot.people
        world = self._world

        def identities(these: t.Sequence[Wanted]) -> list[Identity]:
            there = [w for w in these if w.key not in people or ((p := people[w.key]) is not None and not p.planned)]
            return [Identity(w.key, w.email, p.id if (p := people.get(w.key)) else None) for w in there]

        world.records = await center.find(identities(asked), settings=True)
        whole = center.whole
        unsure = center.ambiguous
        for key in unsure:
            del world.records[key]
        lost = [w for w in asked if w.key not in world.records and w.key not in people]
        if lost:
            listed = contact_center_licenses(await list_licenses(context.client, context.organization))
            await context.people(lost, licenses=listed)
            world.records.update(await center.find([i for i in identities(lost) if i.id], settings=True))
        center.whole = whole

    async def _count_holders(self, center: ContactCenter, asked: list[Wanted]) -> None:
        gaining: set[str] = set()
        for want in asked:
            name = self._declared[want.key].get("skill_profile")
            entry = self._world.directory.find(_agent_settings.SKILL_PROFILE, name) if name else None
            if isinstance(entry, dict):
                record = self._world.records.get(want.key)
                if record is None or held(record, "skillProfileId") != entry["id"]:
                    gaining.add(str(entry["id"]))
        for profile in sorted(gaining):
            if center.whole is not None:
                used = sum(held(r, "skillProfileId") == profile for r in center.whole.values())
            else:
                used = await center.holders("skillProfileId", profile)
            self._world.holders[profile] = used

    # -- the resource --------------------------------------------------------------------------------------------------------

    def plan(self, wanted: list[Wanted]) -> list[Item]:
        return plan_agents(wanted, self._declared, self._world)

    def check(self, items: list[Item]) -> None:
        """Nothing beyond the plan."""

    async def apply(self, context: Context, items: list[Item], done: t.Callable[[Item], bool]) -> None:
        """Send in chunks; those first who leave a skill profile that is full. What a 207 left out or failed at is sent once more."""
        stopped = False

        async def send(chunk: list[Item]) -> None:
            nonlocal stopped
            if stopped:
                return
            await self._send(chunk)
            for item in chunk:
                stopped = done(item) or stopped

        first = [i for i in items if self._frees(i)]
        for stage in (first, [i for i in items if i not in first] if first else items):
            await context.client.for_each(list(_chunks(stage, self._chunk_size)), send)
        again = [i for i in items if i.error is not None and _once_more(i.error)]
        if again and not stopped:
            for item in again:
                item.error = None
            await context.client.for_each(list(_chunks(again, self._chunk_size)), send)

    def _frees(self, item: Item) -> bool:
        """Whether the item leaves a skill profile that others of this run are to get and that is full or nearly so."""
        record = self._world.records.get(item.key)
        profile = held(record, "skillProfileId") if record else None
        if "skillProfileId" not in item.change.wanted or profile not in self._world.holders:
            return False
        return self._world.holders[profile] + self._chunk_size > _agent_rules.MAX_OF_SKILL_PROFILE

    async def _send(self, chunk: list[Item]) -> bool:
        """Send one request; return whether the service took it. How many items it takes is unknown, so a refused one is halved."""
        body = [
            {"itemIdentifier": n, "requestAction": "SAVE", "item": {"id": item.change.record_id, **item.change.body}}
            for n, item in enumerate(chunk)
        ]
        if self._center is None:
            raise RuntimeError("sending before reading")
        for item in chunk:
            item.sent = True
        try:
            answer = await self._center.change(body)
        except ApiError as error:
            if error.status in (400, 413) and len(chunk) > 1:
                half = len(chunk) // 2
                self._chunk_size = min(self._chunk_size, half)
                if await self._send(chunk[:half]):
                    await self._send(chunk[half:])
                    return True
                # Not even one alone was taken: the size is not what is wrong.
                for item in chunk[half:]:
                    item.error = chunk[0].error
                return False
            for item in chunk:
                item.error = error.problem
            return False
        for item, problem in zip(chunk, item_problems(answer, [i.email for i in chunk]), strict=True):
            item.error = problem
        return True

    async def reread(self, context: Context, items: list[Item], last: bool) -> None:
        center = self._center
        if center is None:
            return
        if last and len(items) <= FEW:

            async def one(item: Item) -> None:
                fresh = await center.one(item.change.record_id)
                if fresh is not None:
                    self._world.records[item.key] = fresh

            await context.client.for_each(items, one)
            return
        identities = [
            Identity(i.key, r.email, r.ci_user_id) for i in items if (r := self._world.records.get(i.key)) is not None
        ]
        fresh = await center.find(identities, settings=True)
        for item in items:
            record = fresh.get(item.key)
            # Another record of the same address proves nothing.
            if record is not None and record.id == item.change.record_id:
                self._world.records[item.key] = record

    def judge(self, item: Item) -> Problem | None:
        record = self._world.records.get(item.key)
        change: AgentChange = item.change
        item.after = settings_shown(record, self._world.directory)
        wrong = [f for f, v in change.wanted.items() if record is None or not same(f, v, held(record, f))]
        words = [_agent_settings.WORD_OF[f] for f in wrong]
        refused = item.error is not None and item.error.code not in ("not_verified", "ignored")
        ignored = change.idle + (words if not refused else [])
        item.extra = {"ignored": ignored} if ignored else {}
        if not wrong or refused:
            return item.error if wrong else None
        return Problem(
            "ignored",
            f"The contact center took the change of {item.email}, but {', '.join(words)} did not change.",
            200,
        )

    def remember(self, context: Context, item: Item) -> None:
        """Later steps need nothing of this one."""


def _once_more(problem: Problem) -> bool:
    return problem.code in ("bulk_item_missing", "server_error", "rate_limited")


def _chunks(items: t.Sequence[Item], size: int) -> t.Iterator[list[Item]]:
    for start in range(0, len(items), size):
        yield list(items[start : start + size])


def item_problems(answer: t.Any, emails: t.Sequence[str]) -> list[Problem | None]:
    """Return for each item of a bulk request what went wrong with it, or None. Pure.

    Answers are told apart by ``itemIdentifier``, never by their order. An item without an answer was not processed (observed).
    """
    entries = answer.get("items") if isinstance(answer, dict) else None
    by_number: dict[str, dict[str, t.Any]] = {}
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict) and entry.get("itemIdentifier") is not None:
            by_number[str(entry["itemIdentifier"])] = entry
    found: list[Problem | None] = []
    for number, email in enumerate(emails):
        entry = by_number.get(str(number))
        if entry is None:
            found.append(Problem("bulk_item_missing", f"The contact center's answer leaves {email} out."))
            continue
        try:
            status = int(entry.get("status") or 0)
        except (TypeError, ValueError):
            status = 0
        if 200 <= status < 300:
            found.append(None)
            continue
        message, vendor_code, tracking = describe_body(entry.get("apiError"))
        code = code_for_status(status) if status else "bad_request"
        # The answer is about one item: the token and the run are well.
        code = "refused" if code in ("token_invalid", "forbidden", "not_found", "bad_request") else code
        found.append(
            Problem(
                code,
                f"The contact center refused the change ({status}): {message}".rstrip(": "),
                http_status=status or None,
                vendor_code=vendor_code,
                tracking_id=tracking,
            )
        )
    return found
