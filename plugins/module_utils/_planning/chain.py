# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole chain for everybody: read once, then planned step by step, each on what the one before would leave.

Private to this collection. The planners are the steps' own, so a plan is what the steps would do; only the gate of Synchronize Users is
foreseen here, since nothing plans it.
"""

from __future__ import annotations

import dataclasses
import typing as t

from .._contact_center.names import Directory
from .._contact_center.records import Record
from .._contact_center.settings import USER_PROFILE
from .._contact_center.sync_state import IDENTITY, NOT_EXPECTED, PROFILE, SETTLED, sync_state_of
from .._engine.engine import unusable
from .._engine.guard import forbid
from .._engine.plan import Change, Plan
from .._errors import Problem
from .._model import ABSENT, NO_LICENSE, Person, Wanted
from .._resources.agent import Agents
from .._resources.agent_plan import AgentFacts
from .._resources.license import Licenses
from .._resources.license_plan import LicenseFacts
from .._resources.role import Roles
from .._resources.role_plan import RoleFacts
from .._resources.sync import UNSEEN
from .._resources.user import UserFacts, Users
from .._steps import AGENT, LICENSE, ROLE, SYNC, USER
from .reading import PlanContext, SharedCenter
from .world import World, after_license, after_role, after_user

#: What the service is known to refuse of a row as it stands, so that nothing is done for that row at all.
OF_THE_ROW = frozenset(
    {
        "unknown_role",
        "role_by_hand",
        "unknown_name",
        "invalid_input",
        "needs_remove",
        "administrator_roles_needed",
        "license_conflict",
        "needs_premium",
        "profile_type",
        "not_enabled",
        "team_capacity",
        "team_other_site",
        "teams_needed",
        "desktop_other_site",
        "desktop_profile_needed",
    }
)

Problems = t.Mapping[int, Problem]


@dataclasses.dataclass(slots=True, frozen=True)
class Steps:
    """The steps as they are told to work. users: None where people are only looked up, neither added nor renamed."""

    users: Users | None
    licenses: Licenses
    roles: Roles
    agents: Agents

    def options(self) -> dict[str, t.Mapping[str, t.Any]]:
        """Return what each step is told, by its word."""
        steps: dict[str, t.Any] = {
            USER.name: self.users,
            LICENSE.name: self.licenses,
            ROLE.name: self.roles,
            AGENT.name: self.agents,
        }
        return {word: dict(step.options) for word, step in steps.items() if step is not None}


@dataclasses.dataclass(slots=True, frozen=True)
class Readings:
    """What the steps read. records, profiles: the contact center's; seen: it could be read."""

    users: UserFacts
    licenses: LicenseFacts
    roles: RoleFacts
    agents: AgentFacts
    records: t.Mapping[str, Record]
    profiles: Directory
    seen: bool
    #: What reading found wrong with people, by key.
    blocked: t.Mapping[str, Problem] = dataclasses.field(default_factory=dict)

    def profile_type(self, record: Record | None) -> str | None:
        """Return the type of a record's user profile, or None."""
        return self.profiles.profile_type(record.user_profile_id) if record else None


async def read_all(
    context: PlanContext, wanted: t.Sequence[Wanted], steps: Steps, *, center: bool, settings: bool
) -> Readings:
    """Read all that the steps need.

    :param center: the token may read the contact center.
    :param settings: somebody declares agent settings.
    :raises WxccError: something cannot be read, or belongs to all and is wrong.
    """
    context.snapshot.forget({w.key for w in wanted})
    await context.people(wanted, exact_active={w.key for w in wanted})
    licenses = await steps.licenses.read(context, wanted)
    people = context.snapshot.people
    there = [p for w in wanted if (p := people.get(w.key)) is not None]
    records: t.Mapping[str, Record] = {}
    profiles = Directory({})
    if center:
        context.shared = SharedCenter(context.client, context.organization.uuid, settings=settings)
        if there:
            records = await context.shared.records(there)
            profiles = await context.directory([USER_PROFILE])
    roles = await steps.roles.read(context, wanted)
    agents = await steps.agents.read(context, wanted)
    return Readings(dict(people), licenses, roles, agents, records, profiles, center, dict(context.snapshot.blocked))


@dataclasses.dataclass(slots=True, frozen=True)
class Chain:
    """The plan of every step, by its word, in the order of the steps; and what stands against all of it."""

    plans: t.Mapping[str, Plan]
    refusals: tuple[Problem, ...] = ()

    @property
    def warnings(self) -> list[str]:
        """What the user should know although nothing is wrong."""
        return [text for plan in self.plans.values() for text in plan.warnings]

    def by_row(self) -> dict[int, dict[str, Change]]:
        """Return every person's changes: row -> step -> change."""
        found: dict[int, dict[str, Change]] = {}
        for step, plan in self.plans.items():
            for change in plan:
                found.setdefault(change.index, {})[step] = change
        return found

    def refused_rows(self) -> dict[int, Problem]:
        """Return the rows of which something is known to be refused, with the first reason."""
        found: dict[int, Problem] = {}
        for index, changes in self.by_row().items():
            # Where no seat is left the steps behind are planned as if there were one, so what they say is the row's own mistake, and a
            # row that is left out needs no seat. What comes of anything else that stands against an earlier step (protected) is not.
            problems = [c.problem for c in changes.values() if c.problem is not None and c.problem.code != "no_seat"]
            if problems and problems[0].code in OF_THE_ROW:
                found[index] = problems[0]
        return found


class Planner:
    """Plans the chain over what was read, as often as it takes."""

    def __init__(self, context: PlanContext, wanted: t.Sequence[Wanted], steps: Steps, readings: Readings) -> None:
        self._context = context
        self._wanted = wanted
        self._steps = steps
        self._readings = readings

    async def step_by_step(self) -> Chain:
        """Return the chain with what each step would do by itself, whatever stands against the others."""
        return await self._plan({})

    async def whole(self, refused: Problems) -> Chain:
        """Return the chain in which no row is carried out in part that is known to be refused.

        A row that is left out frees seats, so it is planned again until no other one turns out.
        """
        left_out = dict(refused)
        while True:
            chain = await self._plan(left_out)
            new = {index: problem for index, problem in chain.refused_rows().items() if index not in left_out}
            if not new:
                return chain
            left_out.update(new)

    async def _plan(self, refused: Problems) -> Chain:
        refused = {**unusable(self._wanted, self._readings.blocked), **refused}
        world, lost = World(dict(self._readings.users)), set[str]()
        plans: dict[str, Plan] = {}
        refusals: list[Problem] = []
        if self._steps.users is not None:
            users = self._steps.users.plan(self._wanted, world.people).with_blocked(refused)
            plans[USER.name] = users = await forbid(users, self._context, lost)
            world.take(users, after_user)
        facts = dataclasses.replace(self._readings.licenses, people=world.people, blocked=dict(world.blocked))
        licenses = self._steps.licenses.plan(self._wanted, facts).with_blocked(refused)
        licenses = self._steps.licenses.check(await forbid(licenses, self._context, lost), facts)
        refusals += [licenses.refusal] if licenses.refusal else []
        plans[LICENSE.name] = licenses
        world.take(licenses, after_license(facts.seats))
        role_facts = dataclasses.replace(self._readings.roles, people=world.people, blocked=dict(world.blocked))
        roles = self._steps.roles.plan(self._wanted, role_facts).with_blocked(refused)
        plans[ROLE.name] = roles = await forbid(roles, self._context, lost)
        world.take(roles, after_role)
        kept = {c.index for c in roles if c.problem is not None}
        plans[SYNC.name] = sync = foresee(self._wanted, world, self._readings, kept).with_blocked(refused)
        agents = self._steps.agents.plan(self._wanted, self._agent_facts(world, sync)).with_blocked(refused)
        plans[AGENT.name] = await forbid(agents, self._context, lost)
        return Chain(plans, tuple(refusals))

    def _agent_facts(self, world: World, sync: Plan) -> AgentFacts:
        """Return what agent settings are planned on: the records as the gate will leave them, as far as that is known."""
        facts = self._readings.agents
        records = {}
        state = {c.key: c.after.get("sync_state") for c in sync}
        for key, record in facts.records.items():
            if state.get(key) == IDENTITY and not _is_of(record, world.people.get(key)):
                continue
            # The gate gives another user profile to whom the one that is there does not fit.
            records[key] = dataclasses.replace(record, user_profile_id=None) if state.get(key) == PROFILE else record
        planned = {k for k, p in world.people.items() if p is not None and p.license() != NO_LICENSE}
        return dataclasses.replace(
            facts, records=records, people=world.people, blocked=dict(world.blocked), planned=frozenset(planned)
        )


def _is_of(record: Record, person: Person | None) -> bool:
    return person is not None and record.ci_user_id in (None, person.id)


def foresee(wanted: t.Sequence[Wanted], world: World, readings: Readings, kept: t.Collection[int] = ()) -> Plan:
    """Return what the gate would find: ``before`` is the sync state of now, ``after`` that before anybody presses the button. Pure.

    :param kept: rows whose role stays as it is, whatever is declared.
    """
    roles = {w.index: None if w.index in kept else w.row.get("role") for w in wanted}
    return Plan(tuple(_foresee_one(want, roles[want.index], world, readings) for want in wanted))


def _foresee_one(want: Wanted, role: str | None, world: World, readings: Readings) -> Change:
    now, then = readings.users.get(want.key), world.people.get(want.key)
    before = {"sync_state": _seen(want, now, role, readings)["sync_state"]} if now is not None else {}
    if then is not None:
        return Change(want, before=before, after=_seen(want, then, role, readings), person=then)
    if now is not None or want.row.get("state") == ABSENT or want.row.get("license") == NO_LICENSE:
        text = "The person is not in the organization."
        return Change(want, before=before, after={"sync_state": NOT_EXPECTED, "profile_type": None, "message": text})
    missing = Problem("person_missing", f"{want.email} is not in the organization.")
    return Change(want).blocked(world.blocked.get(want.key) or missing)


def _seen(want: Wanted, person: Person, role: str | None, readings: Readings) -> t.Mapping[str, t.Any]:
    record = readings.records.get(want.key)
    kind = readings.profile_type(record)
    state, message = sync_state_of(person, person.license() or NO_LICENSE, role, record, kind)
    if not readings.seen and state != NOT_EXPECTED:
        return UNSEEN
    return {"sync_state": state, "profile_type": kind, "message": message}


def needs_gate(change: Change) -> bool:
    """Return whether somebody has to press the button for a person before the contact center knows what is declared."""
    state = change.after.get("sync_state")
    return change.problem is None and state is not None and state not in SETTLED
