# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roles: agent, supervisor, administrator and the finer administrator roles. Private to this collection.

Administrator roles go through SCIM Bulk. Nobody public offers an API that makes somebody a supervisor: by default the module says what a
person must press and reports nothing as changed; ``supervisor_via: scim`` tries the identity role instead, and believes only a reading.
What would change stands in ``role_plan``.
"""

from __future__ import annotations

import dataclasses
import typing as t

from .._advice import ADVICE
from .._contact_center.settings import USER_PROFILE
from .._engine.context import Context
from .._engine.dispatch import Dispatch
from .._engine.outcomes import Claim, Conclusion, Outcome, Seen
from .._engine.plan import Change, Plan
from .._errors import Problem
from .._model import MANUAL, PREMIUM, SUPERVISOR, Manual, Person, Wanted
from .._roster.intent import declared_license
from .._webex.licenses import contact_center_licenses
from .._webex.roles import SUPERVISOR_VALUE, list_roles, name_of, roles_shown
from .._webex.scim import OperationOutcome, Scim, roles_operation
from .role_plan import RoleChange, RoleFacts, RoleRules, plan_roles, wanted_word

#: So many are read singly where a search does not show them yet.
_READ_SINGLY = 3


class Roles:
    """The resource of the module ``role``."""

    name = "role"

    def __init__(self, *, default: str | None, mode: str, supervisor_via: str) -> None:
        self._rules = RoleRules(default, mode, supervisor_via)

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
        # Whether somebody is a supervisor already matters only for those who should be.
        asked = [
            p
            for w in concerned
            if words[w.key] == SUPERVISOR and (p := people.get(w.key)) is not None and not p.planned
        ]
        return RoleFacts(people, await _supervisors(context, asked), dict(context.snapshot.blocked), listed)

    def plan(self, wanted: t.Sequence[Wanted], facts: RoleFacts) -> Plan:
        return plan_roles(wanted, facts, self._rules)

    def check(self, plan: Plan, facts: RoleFacts) -> Plan:
        """Nothing beyond the guard rails."""
        return plan

    async def send(self, context: Context, facts: RoleFacts, changes: t.Sequence[Change], dispatch: Dispatch) -> None:
        scim = Scim(context.client, context.organization)
        by_key, operations = {}, []
        for number, change in enumerate(changes):
            if change.person is None:
                continue
            for part, roles in enumerate(change.payload.parts()):
                key = f"role-{number}-{part}"
                by_key[key] = change
                give = {v: name_of(v) for v in roles.give}
                operations.append(roles_operation(key, change.person.id, give, roles.take))
        problems: dict[int, Problem] = {}

        def stop(answers: dict[str, OperationOutcome]) -> bool:
            for key, answer in answers.items():
                change = by_key[key]
                # Of a change that is sent in two parts the first refusal counts.
                if answer.problem is not None:
                    problems.setdefault(change.index, answer.problem)
                dispatch.done(change, Claim(problems.get(change.index), not answer.uncertain))
            return dispatch.ended

        await scim.bulk(operations, doing="changing roles", stop=stop)

    async def reread(
        self, context: Context, facts: RoleFacts, outcomes: t.Sequence[Outcome], last: bool
    ) -> dict[int, Seen]:
        known = [(o.index, o.person) for o in outcomes if o.person is not None]
        found = {} if last else await context.reader.search_by_ids([p.id for _i, p in known])
        unseen = [p for _i, p in known if p.id not in found]
        if last or len(known) <= _READ_SINGLY:
            found.update({i: p for i, p in (await context.reader.identities(unseen)).items() if p is not None})
        seen = {}
        for index, person in known:
            fresh = found.get(person.id)
            if fresh is not None:
                seen[index] = Seen(dataclasses.replace(person, roles=fresh.roles or ()))
        return seen

    def judge(self, facts: RoleFacts, outcome: Outcome, last: bool) -> Conclusion:
        there = set(outcome.person.roles or ()) if outcome.person else set()
        after = roles_shown(outcome.person, outcome.key in facts.supervisors)
        change: RoleChange = outcome.change.payload
        missing = [v for v in change.give if v not in there]
        kept = [v for v in change.take if v in there]
        if not missing and not kept:
            return Conclusion(after)
        manual = None
        if SUPERVISOR_VALUE in missing and (outcome.error is not None or last):
            # Trying was all that could be done: what remains is for a person to press.
            why = f" ({outcome.error.message})" if outcome.error else ""
            manual = Manual(f"Make this person a supervisor: SCIM did not{why}.", ADVICE["supervisor_manual"])
            if missing == [SUPERVISOR_VALUE] and not kept:
                alone = change == RoleChange(give=(SUPERVISOR_VALUE,))
                return Conclusion(after, manual=manual, kind=MANUAL if alone else None)
        names = ", ".join(name_of(v) for v in missing + kept)
        problem = Problem("not_verified", f"{outcome.email} does not show the change of: {names}.")
        return Conclusion(after, problem, manual)

    def remember(self, context: Context, outcome: Outcome) -> None:
        person = outcome.person
        if person is None:
            return
        if context.check_mode and outcome.change.pending:
            person = dataclasses.replace(person, roles=outcome.change.payload.applied(person.roles))
        context.snapshot.people[outcome.key] = person


async def _supervisors(context: Context, people: t.Sequence[Person]) -> frozenset[str]:
    """Return the keys of those whom the contact center shows as supervisors."""
    if not people:
        return frozenset()
    center = context.center()
    directory = await context.directory([USER_PROFILE])
    records = await center.records(people)
    return frozenset(key for key, r in records.items() if directory.profile_type(r.user_profile_id) == "SUPERVISOR")
