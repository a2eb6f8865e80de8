# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roles: agent, supervisor, administrator and the finer administrator roles. Private to this collection.

Administrator roles go through SCIM Bulk. Nobody public offers an API that makes somebody a supervisor: by default the module says what a
person must press and reports nothing as changed. ``supervisor_via: scim`` tries the identity role, ``capabilities`` the switch on the
contact center's record; both believe only a reading. What would change stands in ``role_plan``.
"""

from __future__ import annotations

import dataclasses
import typing as t

from .._advice import ADVICE
from .._contact_center.records import Record
from .._contact_center.settings import USER_PROFILE
from .._contact_center.sync_state import SUPERVISOR_PROFILE
from .._engine.context import Context
from .._engine.dispatch import Dispatch
from .._engine.outcomes import Claim, Conclusion, Outcome, Seen
from .._engine.plan import Change, Plan
from .._errors import ApiError, Problem
from .._model import ADD_AND_REMOVE, AGENT, MANUAL, NONE, PREMIUM, SUPERVISOR, Manual, Person, Wanted
from .._roster.intent import declared_license
from .._webex.licenses import contact_center_licenses
from .._webex.roles import SERVICE_ADMINISTRATOR, SUPERVISOR_VALUE, list_roles, name_of
from .._webex.scim import OPERATIONS_PER_REQUEST, Operation, Scim, roles_operation
from .capability import fill_capabilities, send_capabilities
from .role_plan import (
    CAPABILITIES,
    MAKE_SUPERVISOR,
    TAKE_SUPERVISOR,
    TAKE_SUPERVISOR_AWAY,
    RoleChange,
    RoleFacts,
    RoleRules,
    plan_roles,
    wanted_word,
)

#: So many are read singly where a search does not show them yet.
_READ_SINGLY = 3
#: No right to the contact center, or no contact center.
_CLOSED = (403, 404)
#: The contact center's roles that somebody gives. Those by license (cjp.premium_agent) tell nothing of these.
_GIVEN_ROLES = frozenset({SERVICE_ADMINISTRATOR, SUPERVISOR_VALUE})
_SWITCH = "the supervisor's switch in the contact center"


class Roles:
    """The resource of the module ``role``."""

    name = "role"

    def __init__(self, *, default: str | None, mode: str, supervisor_via: str) -> None:
        self._rules = RoleRules(default, mode, supervisor_via)
        #: Rows that the service refused by name, not with a whole request.
        self._refused: set[int] = set()

    @property
    def options(self) -> dict[str, t.Any]:
        """What it was told, by the names of a plan's options."""
        return dataclasses.asdict(self._rules)

    async def read(self, context: Context, wanted: t.Sequence[Wanted]) -> RoleFacts:
        named = any(w.row.get("administrator_roles") for w in wanted)
        listed = await list_roles(context.client) if named else []
        words = {w.key: wanted_word(w.row, self._rules.default) for w in wanted}
        concerned = [w for w in wanted if words[w.key] is not None or "administrator_roles" in w.row]
        needs_license = [w for w in concerned if words[w.key] == SUPERVISOR or declared_license(w.row) == PREMIUM]
        people = await context.people(wanted, roles=True)
        unlicensed = [p for w in needs_license if (p := people.get(w.key)) is not None and p.license_ids is None]
        if unlicensed:
            licenses = contact_center_licenses(await context.licenses())
            await context.reader.fill_licenses(unlicensed, licenses)
        # Nothing else shows who is a supervisor by Control Hub's hand: it is asked of those who should be one, and who should be none.
        there = [(w, p) for w in concerned if _is_there(p := people.get(w.key))]
        needed = {SUPERVISOR, AGENT} if self.reads_records else {SUPERVISOR}
        must = {w.key: p for w, p in there if words[w.key] in needed}
        more = {w.key: p for w, p in there if words[w.key] == AGENT and self._may_hold(context, w)}
        facts = RoleFacts(people, frozenset(), dict(context.snapshot.blocked), listed)
        if not must and not more:
            return facts
        try:
            return await self._with_center(context, facts, {**must, **more}, words)
        except ApiError as error:
            # Without a right to the contact center agents are what Control Hub's roles say.
            if must or error.status not in _CLOSED:
                raise
            return facts

    def _may_hold(self, context: Context, wanted: Wanted) -> bool:
        """Return whether a row may still have something to be done: of whom the plan holds nothing, it has seen that."""
        entry = context.plan.entry(self.name, wanted.index) if context.plan is not None else None
        return context.looks_at_center and (context.plan is None or (entry or {}).get("action", NONE) != NONE)

    @property
    def reads_records(self) -> bool:
        """Whether it reads the contact center's records of agents as well."""
        return self._by_switch and self._rules.mode == ADD_AND_REMOVE

    @property
    def _by_switch(self) -> bool:
        return self._rules.supervisor_via == CAPABILITIES

    async def _with_center(
        self, context: Context, facts: RoleFacts, asked: t.Mapping[str, Person], words: t.Mapping[str, str | None]
    ) -> RoleFacts:
        """Return the facts with what the contact center shows of these people."""
        center = context.center()
        directory = await context.directory([USER_PROFILE])
        records = dict(await center.records(list(asked.values())))
        supervisors = {k for k, r in records.items() if directory.profile_type(r.user_profile_id) == SUPERVISOR_PROFILE}
        facts = dataclasses.replace(facts, supervisors=frozenset(supervisors), profiles=directory)
        if not self._by_switch:
            return facts
        # By id where it may be set: of everybody who is to be a supervisor, and of supervisors who are to be none.
        switched = [k for k in asked if words[k] == SUPERVISOR or self.reads_records]
        await fill_capabilities(
            context, records, [k for k in switched if (words[k] == SUPERVISOR) != (k in supervisors)]
        )
        return dataclasses.replace(facts, records=records)

    def plan(self, wanted: t.Sequence[Wanted], facts: RoleFacts) -> Plan:
        return plan_roles(wanted, facts, self._rules)

    def check(self, plan: Plan, facts: RoleFacts) -> Plan:
        """Nothing beyond the guard rails."""
        return plan

    async def send(self, context: Context, facts: RoleFacts, changes: t.Sequence[Change], dispatch: Dispatch) -> None:
        scim = Scim(context.client, context.organization)
        by_identity = [c for c in changes if c.person is not None and c.payload.parts()]
        # Somebody may take two operations, which stay together.
        size = (
            OPERATIONS_PER_REQUEST // 2
            if any(len(c.payload.parts()) > 1 for c in by_identity)
            else OPERATIONS_PER_REQUEST
        )
        for start in range(0, len(by_identity), size):
            if dispatch.ended:
                return
            await self._send_roles(scim, by_identity[start : start + size], dispatch)
        await send_capabilities(context, [c for c in changes if c.payload.record_id], dispatch)

    async def _send_roles(self, scim: Scim, changes: t.Sequence[Change], dispatch: Dispatch) -> None:
        """Send one request with what these people get and lose; of whom takes two operations the first refusal counts."""
        operations: dict[int, list[Operation]] = {}
        for change in changes:
            if change.person is not None:
                operations[change.index] = [
                    roles_operation(
                        f"role-{change.index}-{n}", change.person.id, {v: name_of(v) for v in p.give}, p.take
                    )
                    for n, p in enumerate(change.payload.parts())
                ]
        with dispatch.request(changes):
            answers = await scim.bulk([o for own in operations.values() for o in own], doing="changing roles")
            for change in changes:
                own = [answers[o.key] for o in operations[change.index]]
                if any(a.problem is not None and not (a.uncertain or a.repeated) for a in own):
                    self._refused.add(change.index)
                problem = next((a.problem for a in own if a.problem is not None), None)
                dispatch.done(change, Claim(problem, not any(a.uncertain for a in own)))

    async def reread(
        self, context: Context, facts: RoleFacts, outcomes: t.Sequence[Outcome], last: bool
    ) -> dict[int, Seen]:
        identities = await self._identities(context, outcomes, last)
        records, _odd = await context.center().by_ids([i for o in outcomes if (i := o.change.payload.record_id)])
        seen = {}
        for outcome in outcomes:
            change: RoleChange = outcome.change.payload
            person = identities.get(outcome.index)
            if person is not None and (change.record_id is None or change.record_id in records):
                seen[outcome.index] = Seen(person, record=records.get(change.record_id or ""))
        return seen

    async def _identities(self, context: Context, outcomes: t.Sequence[Outcome], last: bool) -> dict[int, Person]:
        """Return whom these are about, read again where identity roles were sent."""
        found = {o.index: o.person for o in outcomes if o.person is not None and not o.change.payload.parts()}
        known = [(o.index, o.person) for o in outcomes if o.person is not None and o.change.payload.parts()]
        searched = {} if last else await context.reader.search_by_ids([p.id for _i, p in known])
        unseen = [p for _i, p in known if p.id not in searched]
        if last or len(known) <= _READ_SINGLY:
            searched.update({i: p for i, p in (await context.reader.identities(unseen)).items() if p is not None})
        for index, person in known:
            fresh = searched.get(person.id)
            if fresh is not None:
                found[index] = dataclasses.replace(person, roles=fresh.roles or ())
        return found

    def judge(self, facts: RoleFacts, outcome: Outcome, last: bool) -> Conclusion:
        there = set(outcome.person.roles or ()) if outcome.person else set()
        record: Record | None = outcome.seen.record if outcome.seen is not None else None
        after = facts.shown(outcome.person, outcome.key, record or facts.records.get(outcome.key))
        change: RoleChange = outcome.change.payload
        missing = [v for v in change.give if v not in there]
        kept = [v for v in change.take if v in there]
        stays = change.record_id is not None and (record is None or record.supervisor is not change.supervises)
        if not missing and not kept and not stays:
            return Conclusion(after)
        manual = None
        named = _refused(outcome.error) and (stays or outcome.index in self._refused)
        # SCIM may not show who is a supervisor: where it shows no such role, only a refusal of this very person says no.
        untold = SUPERVISOR_VALUE in missing and not named and not there & _GIVEN_ROLES
        if (stays or SUPERVISOR_VALUE in missing) and (last or named):
            # Trying was all that could be done: what remains is for a person to press.
            manual = _by_hand(
                outcome, takes=stays and not change.supervises, way="the contact center" if stays else "SCIM"
            )
            if not kept and missing in ([], [SUPERVISOR_VALUE]):
                alone = change in (RoleChange(give=(SUPERVISOR_VALUE,)), _switch_alone(change))
                return Conclusion(after, manual=manual, kind=MANUAL if alone else None, certain=not untold)
        names = ", ".join([*map(name_of, missing + kept), *([_SWITCH] if stays else [])])
        problem = Problem("not_verified", f"{outcome.email} does not show the change of: {names}.")
        return Conclusion(after, problem, manual, certain=not untold)

    def remember(self, context: Context, outcome: Outcome) -> None:
        person = outcome.person
        if person is None:
            return
        if context.check_mode and outcome.change.pending:
            person = dataclasses.replace(person, roles=outcome.change.payload.applied(person.roles))
        elif not outcome.certain:
            # Sent and not read again: what is there now, the next step must read.
            person = dataclasses.replace(person, roles=None)
        context.snapshot.people[outcome.key] = person


def _switch_alone(change: RoleChange) -> RoleChange:
    return RoleChange(record_id=change.record_id, supervises=change.supervises)


def _by_hand(outcome: Outcome, *, takes: bool, way: str) -> Manual:
    """Return what is left for a person, and why: nothing followed, or the service's refusal."""
    why = f" ({outcome.error.message})" if outcome.error and _refused(outcome.error) else ""
    if takes:
        return Manual(f"{TAKE_SUPERVISOR}: {way} did not{why}.", TAKE_SUPERVISOR_AWAY)
    return Manual(f"{MAKE_SUPERVISOR}: {way} did not{why}.", ADVICE["supervisor_manual"])


def _is_there(person: Person | None) -> t.TypeGuard[Person]:
    return person is not None and not person.planned


def _refused(problem: Problem | None) -> bool:
    """Return True where the service says that it took nothing, so that waiting changes nothing."""
    return problem is not None and 400 <= (problem.http_status or 0) < 500
