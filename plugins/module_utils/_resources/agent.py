# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Agent settings: read names and records, send what differs, a hundred people a request, compare. What would change stands in
``agent_plan``. Private to this collection.
"""

from __future__ import annotations

import dataclasses
import typing as t

from .._client.bodies import describe_body
from .._client.shapes import status_of
from .._contact_center.names import Directory
from .._contact_center.records import ContactCenter, Identity, Record
from .._contact_center.rules import MAX_OF_SKILL_PROFILE
from .._contact_center.settings import (
    DESKTOP_PROFILE,
    SETTINGS,
    SITE,
    SKILL_PROFILE,
    TEAM,
    USER_PROFILE,
    WORD_OF,
    differs,
    settings_shown,
    value_in_record,
)
from .._engine.context import Context
from .._engine.dispatch import Dispatch
from .._engine.outcomes import Claim, Conclusion, Outcome, Seen
from .._engine.plan import Change, Plan
from .._errors import ApiError, Problem, UncertainError, code_for_status
from .._model import Wanted
from .._webex.licenses import contact_center_licenses
from .._webex.people import FEW
from .agent_plan import AgentChange, AgentFacts, declared_settings, must_be_read, plan_agents

Declared = t.Mapping[str, t.Mapping[str, t.Any]]


class Agents:
    """The resource of the module ``agent``."""

    name = "agent"

    def __init__(self, *, defaults: t.Mapping[str, t.Any] | None, chunk_size: int) -> None:
        # A module names every setting, the ones that nobody gave as well.
        given = {name: value for name, value in (defaults or {}).items() if value is not None}
        self._defaults = given or None
        self._chunk_size = chunk_size
        #: The one reader of a run: it remembers which filters the service takes.
        self._center: ContactCenter | None = None

    @property
    def options(self) -> dict[str, t.Any]:
        """What it was told, by the names of a plan's options."""
        return {"settings": dict(self._defaults) if self._defaults else None}

    # -- reading -------------------------------------------------------------------------------------------------------------

    async def read(self, context: Context, wanted: t.Sequence[Wanted]) -> AgentFacts:
        declared = declared_settings(wanted, self._defaults)
        asked = [w for w in wanted if declared[w.key]]
        if not asked:
            return AgentFacts(Directory({}), declared)
        directory = await context.directory(_lists_needed(declared))
        center = self._center = context.center()
        planned: set[str] = set()
        if context.check_mode:
            planned = {w.key for w in asked if context.snapshot.people.get(w.key) is not None}
        records, everybody = await _read_records(context, center, asked)
        facts = AgentFacts(
            directory,
            declared,
            records,
            dict(context.snapshot.people),
            dict(context.snapshot.blocked),
            planned=frozenset(planned),
        )
        left_open = [w.key for w in asked if must_be_read(w, facts)]
        odd = await center.complete([records[key] for key in left_open])
        gained = _skill_profiles_gained(asked, declared, directory, records)
        return dataclasses.replace(
            facts,
            holders=await _count_holders(center, everybody, gained),
            odd={**center.odd, **{key: odd[i] for key in left_open if (i := records[key].id) in odd}},
        )

    def plan(self, wanted: t.Sequence[Wanted], facts: AgentFacts) -> Plan:
        return plan_agents(wanted, facts)

    def check(self, plan: Plan, facts: AgentFacts) -> Plan:
        """Nothing beyond the plan."""
        return plan

    # -- sending -------------------------------------------------------------------------------------------------------------

    async def send(self, context: Context, facts: AgentFacts, changes: t.Sequence[Change], dispatch: Dispatch) -> None:
        if self._center is not None:
            await _Sending(context, self._center, dispatch, self._chunk_size).send(changes, facts)

    # -- reading again -------------------------------------------------------------------------------------------------------

    async def reread(
        self, context: Context, facts: AgentFacts, outcomes: t.Sequence[Outcome], last: bool
    ) -> dict[int, Seen]:
        center = self._center
        if center is None:
            return {}
        if last and len(outcomes) <= FEW:
            # Whose answer cannot be used counts as not read, and spoils nobody else's.
            singly, _odd = await center.by_ids([o.change.payload.record_id for o in outcomes])
            own = ((o, o.change.payload.record_id) for o in outcomes)
            return {o.index: Seen(o.person, record=singly[i]) for o, i in own if i in singly}
        known = [(o, record) for o in outcomes if (record := _record(facts, o)) is not None]
        found = await center.find([Identity(o.key, r.email, r.ci_user_id) for o, r in known], settings=True)
        # Another record of the same address proves nothing.
        fresh = {o.index: r for o, _r in known if (r := found.get(o.key)) and r.id == o.change.payload.record_id}
        open_ones = [o for o in outcomes if o.index in fresh and fresh[o.index].unread & set(o.change.payload.wanted)]
        odd = await center.complete([fresh[o.index] for o in open_ones])
        return {
            o.index: Seen(o.person, record=record)
            for o in outcomes
            if (record := fresh.get(o.index)) is not None and record.id not in odd
        }

    def judge(self, facts: AgentFacts, outcome: Outcome, last: bool) -> Conclusion:
        record = _record(facts, outcome)
        change: AgentChange = outcome.change.payload
        wrong = [f for f, v in change.wanted.items() if record is None or differs(record, f, v)]
        words = [WORD_OF[f] for f in wrong]
        # What was not read before is no change, unless it is what was sent.
        done = {WORD_OF[f] for f in change.wanted if f not in wrong}
        shown = settings_shown(record, facts.directory)
        after = {word: value for word, value in shown.items() if word in outcome.before or word in done}
        refused = outcome.error is not None and outcome.error.code not in ("not_verified", "ignored")
        ignored = [*change.idle, *(words if not refused else ())]
        extra = {"ignored": ignored} if ignored else {}
        if not wrong:
            return Conclusion(after, extra=extra)
        if refused:
            return Conclusion(after, outcome.error, extra=extra)
        text = f"The contact center took the change of {outcome.email}, but {', '.join(words)} did not change."
        return Conclusion(after, Problem("ignored", text, 200), extra=extra)

    def remember(self, context: Context, outcome: Outcome) -> None:
        """Later steps need nothing of this one."""


def _record(facts: AgentFacts, outcome: Outcome) -> Record | None:
    """Return the record as it was read last."""
    return outcome.seen.record if outcome.seen is not None else facts.records.get(outcome.key)


def _lists_needed(declared: Declared) -> list[str]:
    """Return the lists of names that have to be read."""
    words = {word for settings in declared.values() for word in settings}
    kinds = {USER_PROFILE, SITE, TEAM} | {s.entity for s in SETTINGS if s.entity and s.word in words}
    if words & {"site", "teams"}:
        kinds.add(DESKTOP_PROFILE)
    return sorted(kinds)


async def _read_records(
    context: Context, center: ContactCenter, asked: t.Sequence[Wanted]
) -> tuple[dict[str, Record], dict[str, Record] | None]:
    """Return (the records by key, all records of the contact center where the whole list was read).

    Only people without a record, or with several, are looked up as identities, where no step did it before.
    """
    people = context.snapshot.people

    def identities(these: t.Sequence[Wanted]) -> list[Identity]:
        there = [w for w in these if w.key not in people or ((p := people[w.key]) is not None and not p.planned)]
        return [Identity(w.key, w.email, p.id if (p := people.get(w.key)) else None) for w in there]

    found = await center.find(identities(asked), settings=True)
    everybody = center.whole
    records = {key: record for key, record in found.items() if key not in center.ambiguous}
    unknown = [w for w in asked if w.key not in records and w.key not in people]
    if unknown:
        listed = contact_center_licenses(await context.licenses())
        await context.people(unknown, licenses=listed)
        records.update(await center.find([i for i in identities(unknown) if i.id], settings=True))
    return records, everybody


def _skill_profiles_gained(
    asked: t.Sequence[Wanted], declared: Declared, directory: Directory, records: t.Mapping[str, Record]
) -> list[str]:
    """Return the ids of the skill profiles that somebody is to get who has another now."""
    gained: set[str] = set()
    for want in asked:
        name = declared[want.key].get("skill_profile")
        entry = directory.find(SKILL_PROFILE, name) if name else None
        if isinstance(entry, dict):
            record = records.get(want.key)
            if record is None or value_in_record(record, "skillProfileId") != entry["id"]:
                gained.add(str(entry["id"]))
    return sorted(gained)


async def _count_holders(
    center: ContactCenter, everybody: t.Mapping[str, Record] | None, profiles: t.Iterable[str]
) -> dict[str, int]:
    """Return how many people have each of these skill profiles."""
    if everybody is not None:
        return {p: sum(value_in_record(r, "skillProfileId") == p for r in everybody.values()) for p in profiles}
    return {p: await center.holders("skillProfileId", p) for p in profiles}


class _Sending:
    """Sends in chunks; those first who leave a skill profile that is full. What a 207 left out or failed at is sent once more."""

    def __init__(self, context: Context, center: ContactCenter, dispatch: Dispatch, chunk_size: int) -> None:
        self._context = context
        self._center = center
        self._dispatch = dispatch
        self._chunk_size = chunk_size
        #: What was answered last, by the row's index.
        self._problems: dict[int, Problem | None] = {}

    async def send(self, changes: t.Sequence[Change], facts: AgentFacts) -> None:
        first = {c.index for c in changes if self._makes_room(c, facts)}
        for stage in (True, False):
            await self._send_all([c for c in changes if (c.index in first) is stage])
        again = [c for c in changes if (p := self._problems.get(c.index)) is not None and _once_more(p)]
        if again and not self._dispatch.ended:
            self._dispatch.sending(again)
            await self._send_all(again)

    def _makes_room(self, change: Change, facts: AgentFacts) -> bool:
        """Return whether the change leaves a skill profile that others of this run are to get and that is full or nearly so."""
        record = facts.records.get(change.key)
        profile = value_in_record(record, "skillProfileId") if record else None
        if profile is None or "skillProfileId" not in change.payload.wanted or profile not in facts.holders:
            return False
        return facts.holders[profile] + self._chunk_size > MAX_OF_SKILL_PROFILE

    async def _send_all(self, changes: t.Sequence[Change]) -> None:
        size = self._chunk_size
        chunks = [list(changes[start : start + size]) for start in range(0, len(changes), size)]
        await self._context.client.for_each(chunks, self._send_chunk)

    async def _send_chunk(self, chunk: list[Change]) -> None:
        if self._dispatch.ended:
            return
        self._dispatch.sending(chunk)
        _taken, problems = await self._ask(chunk)
        for change, problem in zip(chunk, problems, strict=True):
            self._problems[change.index] = problem
            self._dispatch.done(change, Claim(problem))

    async def _ask(self, chunk: t.Sequence[Change]) -> tuple[bool, list[Problem | None]]:
        """Send one request; return (whether the service took it, what went wrong with each).

        How many items a request may hold is unknown, so a refused one is halved.
        """
        items = [
            {"itemIdentifier": n, "requestAction": "SAVE", "item": {"id": c.payload.record_id, **c.payload.body}}
            for n, c in enumerate(chunk)
        ]
        try:
            answer = await self._center.change(items)
        except ApiError as error:
            if isinstance(error, UncertainError):
                # Whatever is answered from here on: an attempt of this request may have taken effect.
                for change in chunk:
                    self._dispatch.note(change, Claim(error.problem, certain=False))
            if error.status not in (400, 413) or len(chunk) < 2:
                return False, [error.problem] * len(chunk)
        else:
            return True, item_problems(answer, [c.email for c in chunk])
        half = len(chunk) // 2
        self._chunk_size = min(self._chunk_size, half)
        taken, problems = await self._ask(chunk[:half])
        if not taken:
            # Not even one alone was taken: the size is not what is wrong.
            return False, [*problems, *problems[:1] * (len(chunk) - half)]
        return True, [*problems, *(await self._ask(chunk[half:]))[1]]


def _once_more(problem: Problem) -> bool:
    return problem.code in ("bulk_item_missing", "server_error", "rate_limited")


def item_problems(answer: t.Any, emails: t.Sequence[str]) -> list[Problem | None]:
    """Return for each item of a bulk request what went wrong with it, or None. Pure.

    Answers are told apart by ``itemIdentifier``, never by their order. An item without an answer was not processed (observed).
    """
    entries = answer.get("items") if isinstance(answer, dict) else None
    by_number: dict[str, dict[str, t.Any]] = {}
    for entry in entries if isinstance(entries, list) else []:
        number = entry.get("itemIdentifier") if isinstance(entry, dict) else None
        if isinstance(number, (int, str)) and not isinstance(number, bool):
            by_number[str(number)] = entry
    return [_item_problem(by_number.get(str(number)), email) for number, email in enumerate(emails)]


def _item_problem(entry: t.Mapping[str, t.Any] | None, email: str) -> Problem | None:
    if entry is None:
        return Problem("bulk_item_missing", f"The contact center's answer leaves {email} out.")
    status = status_of(entry.get("status")) or 0
    if 200 <= status < 300:
        return None
    message, vendor_code, tracking = describe_body(entry.get("apiError"))
    code = code_for_status(status) if status else "bad_request"
    # The answer is about one item: the token and the run are well.
    code = "refused" if code in ("token_invalid", "forbidden", "not_found", "bad_request") else code
    return Problem(
        code,
        f"The contact center refused the change ({status}): {message}".rstrip(": "),
        http_status=status or None,
        vendor_code=vendor_code,
        tracking_id=tracking,
    )
