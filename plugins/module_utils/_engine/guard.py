# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Guard rails: what must not happen whatever the roster says. They judge a plan and return another. Private to this collection."""

from __future__ import annotations

import typing as t

from .. import _ids
from .._errors import Problem, WxccError
from .._listed import listed
from .._model import ABSENT, DISABLED, address_key
from .._roster.limit import limit_of
from .._webex.people import list_people, person_from_rest
from .._webex.roles import FULL_ADMINISTRATOR, name_of
from .context import Context, Policy
from .plan import Change, Plan

_NAMED = 20


async def guard(plan: Plan, context: Context) -> Plan:
    """Return the plan with all blocked that must not happen; refused where it must not begin, or could not be judged.

    Who loses something is counted once: where the run has a plan, that has counted it over all steps.
    """
    try:
        plan = await forbid(plan, context, set())
        return plan if context.plan is not None else limit_removals(plan, context.policy)
    except WxccError as error:
        return plan.refused(error.problem)


async def forbid(plan: Plan, context: Context, lost: set[str]) -> Plan:
    """Return the plan with all blocked that must not happen to those whom it is about.

    :param lost: keys of Full Administrators whom earlier steps of the same run take away; those of this one are added.
    """
    if not plan.sensitive:
        return plan
    operator = await context.operator()
    plan = protect(plan, context.policy, operator.keys() if operator else set())
    losing = [c for c in plan.sensitive if loses_full_administrator(c)]
    if losing:
        if context.administrators is None:
            context.administrators = await full_administrators(context)
        plan = keep_an_administrator(plan, losing, context.administrators - lost)
        lost.update(c.key for c in plan.sensitive if loses_full_administrator(c))
    return plan


def protect(plan: Plan, policy: Policy, own_keys: t.Container[str]) -> Plan:
    """Block what would take something from a protected person, or touch the access of the run's own account. Pure."""
    protected = {address_key(p) for p in policy.protected}
    problems: dict[int, Problem] = {}
    for change in plan.sensitive:
        if change.key in own_keys:
            problems[change.index] = Problem("own_account", f"{change.email} is the account that this run uses.")
        elif change.removal and change.key in protected:
            problems[change.index] = Problem("protected", f"{change.email} is protected.")
    return plan.with_blocked(problems)


def loses_full_administrator(change: Change) -> bool:
    """Return True if the change takes the Full Administrator role, or its holder, away. Unknown roles may hold it. Pure."""
    roles = change.person.roles if change.person else ()
    if not change.removal or (roles is not None and FULL_ADMINISTRATOR not in roles):
        return False
    without_role = "roles" in change.after and name_of(FULL_ADMINISTRATOR) not in change.after["roles"]
    return without_role or change.after.get("state") in (ABSENT, DISABLED)


def keep_an_administrator(plan: Plan, losing: t.Iterable[Change], administrators: t.Collection[str]) -> Plan:
    """Block the changes that would leave the organization without a Full Administrator. Pure.

    :param losing: those that take the role or the person away.
    :param administrators: keys of today's Full Administrators.
    """
    affected = [c for c in losing if c.key in administrators]
    if not affected or len(affected) < len(administrators):
        return plan
    text = "Without {} the organization would have no Full Administrator left."
    return plan.with_blocked({c.index: Problem("last_full_administrator", text.format(c.email)) for c in affected})


def limit_removals(plan: Plan, policy: Policy) -> Plan:
    """Refuse the plan if more people would lose something than allowed; the first twenty of them are named. Pure.

    :raises InputError: ``max_removals`` is neither a number nor a percentage.
    """
    limit = limit_of(policy.max_removals or Policy().max_removals, len(plan), option="max_removals") or 0
    losing = plan.removals
    if len(losing) <= limit:
        return plan
    text = (
        f"{len(losing)} people would lose something, max_removals allows {limit} ({policy.max_removals}). "
        f"They are: {listed([c.email for c in losing], _NAMED)}."
    )
    return plan.refused(Problem("too_many_removals", text))


async def full_administrators(context: Context) -> set[str]:
    """Return the keys of those who are Full Administrators and can sign in."""
    params = {
        "roles": _ids.encode("ROLE", FULL_ADMINISTRATOR),
        "excludeStatus": "true",
        "max": "100",
    }
    found: set[str] = set()
    pages = list_people(context.client, context.organization, params, doing="reading the full administrators")
    async for page in pages:
        people = [person_from_rest(entry) for entry in page]
        found.update(address_key(p.email) for p in people if p.email and p.active is not False)
    return found
