"""Chains without any service: what was read is written down by hand."""

from __future__ import annotations

import asyncio
from typing import Any

from ansible_collections.wxcc.onboarding.plugins.module_utils._contact_center.names import Directory
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.context import Policy
from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.plan import Change, Plan
from ansible_collections.wxcc.onboarding.plugins.module_utils._model import Person, Wanted
from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.chain import Chain, Planner, Readings, Steps
from ansible_collections.wxcc.onboarding.plugins.module_utils._planning.document import Circumstances, document_of
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.agent import Agents
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.agent_plan import AgentFacts, declared_settings
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.license import Licenses
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.license_plan import LicenseFacts
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.role import Roles
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.role_plan import RoleFacts
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.user import Users
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.plan_file import PlanDocument
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.record import RunRecord
from tests.unit.build import ORGANIZATION, PREMIUM_1, STANDARD_1, people, seat, wanted

Row = dict[str, Any]
SITES = [{"id": "s1", "name": "Lisbon"}, {"id": "s2", "name": "Porto"}]
TEAMS = [{"id": "t1", "name": "Sales", "siteId": "s1", "teamType": "AGENT"}]
PROFILES = [
    {"id": "p1", "name": "Premium Agents", "profileType": "PREMIUM_AGENT"},
    {"id": "p2", "name": "Leads", "profileType": "SUPERVISOR"},
    {"id": "p3", "name": "Leads", "profileType": "SUPERVISOR"},
]
RECORD = RunRecord(
    run="20261125T043028Z-3f9a1c",
    directory="/runs/alpha",
    host="alpha",
    organization={"id": ORGANIZATION, "name": "Alpha <b>Travel</b>"},
    rosters={"roster.json": "0" * 64},
)


class Asked:
    """What a planner asks while it plans: who the run's account is (a service app's), and whom it must leave alone."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    async def operator(self) -> None:
        return None


def steps(settings: Row | None = None, **license_options: Any) -> Steps:
    options = {"mode": "add_and_remove", "default": None, "subscription_id": None, "allow_shortage": False}
    return Steps(
        Users("present"),
        Licenses(**{**options, **license_options}),
        Roles(default=None, mode="add_and_remove", supervisor_via="console"),
        Agents(defaults=settings, chunk_size=100),
    )


def readings_of(
    want: list[Wanted], there: list[Person], *, premium: int = 10_000, settings: Any = None, **more: Any
) -> Readings:
    """Return what was read of an organization of these people, with so many seats."""
    found = people(*there)
    everybody = {w.key: found.get(w.key) for w in want}
    directory = Directory(
        {"site": SITES, "team": TEAMS, "user-profile": PROFILES, "agent-profile": [{"id": "d1", "name": "Desk"}]}
    )
    seats = (seat(PREMIUM_1, premium, 0), seat(STANDARD_1, 10_000, 0))
    records = more.pop("records", None) or {}
    read = {
        "users": everybody,
        "licenses": LicenseFacts(everybody, seats),
        "roles": RoleFacts(everybody),
        "agents": AgentFacts(directory, declared_settings(want, settings), records),
        "records": records,
        "profiles": Directory({"user-profile": PROFILES}),
        "seen": True,
    }
    return Readings(**{**read, **more})


def chain_of(
    rows: list[Row],
    there: list[Person],
    *,
    chosen: Steps | None = None,
    policy: Policy | None = None,
    **read: Any,
) -> tuple[Chain, list[Wanted]]:
    """Plan the chain for people in an organization of these; ``read`` as in :func:`readings_of`."""
    want, chosen = wanted(*rows), chosen or steps()
    readings = readings_of(want, there, settings=chosen.agents.options["settings"], **read)
    context: Any = Asked(policy or Policy())
    return asyncio.run(Planner(context, want, chosen, readings).whole({})), want


def document(chain: Chain, want: list[Wanted], **more: Any) -> PlanDocument:
    around = {"record": RECORD, "made": "2026-11-25T04:30:28Z", "check_mode": True, "gate": True, "options": {}}
    return document_of(chain, want, Circumstances(**{**around, **more}))


def one_step(step: str, *changes: Change) -> Chain:
    return Chain({step: Plan(changes)})
