# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Guard rails: what must not happen whatever the roster says. They judge a plan and return another. Private to this collection."""

from __future__ import annotations

import typing as t

from .. import _ids
from .._errors import Problem, WxccError
from .._listed import listed
from .._listed import people as in_people
from .._model import ABSENT, DISABLED, Person, address_key
from .._roster.limit import limit_of
from .._webex.organization import Operator
from .._webex.people import list_people, person_from_rest
from .._webex.roles import FULL_ADMINISTRATOR, is_administrator_role, name_of
from .context import Context, Policy
from .plan import Change, Plan

_NAMED = 20
#: How many people may lose something where nobody gave a number.
DEFAULT_REMOVALS = 10
_MAY_BE_OWN = "Nobody could see which account this run uses, and {} may be it: the person may be an administrator."


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

    :param lost: ids of Full Administrators whom earlier steps of the same run take away; those of this one are added.
    """
    if not plan.sensitive:
        return plan
    plan = protect(plan, context.policy, await context.operator())
    losing = [c for c in plan.sensitive if loses_full_administrator(c)]
    if losing:
        if context.administrators is None:
            context.administrators = await full_administrators(context)
        plan = keep_an_administrator(plan, losing, context.administrators - lost)
        lost.update(c.person.id for c in plan.sensitive if c.person is not None and loses_full_administrator(c))
    return plan


def protect(plan: Plan, policy: Policy, operator: Operator | None) -> Plan:
    """Block what would take something from a protected person, or touch the access of the run's own account. Pure.

    :param operator: the run's own account; None: a service app, which is no person.
    """
    protected = {address_key(p) for p in policy.protected}
    problems: dict[int, Problem] = {}
    for change in plan.sensitive:
        if operator is not None and is_own(change, operator):
            problems[change.index] = Problem("own_account", f"{change.email} is the account that this run uses.")
        elif operator is not None and operator.id is None and change.removal and may_be_administrator(change.person):
            problems[change.index] = Problem("own_account_unknown", _MAY_BE_OWN.format(change.email))
        elif change.removal and change.key in protected:
            problems[change.index] = Problem("protected", f"{change.email} is protected.")
    return plan.with_blocked(problems)


def is_own(change: Change, operator: Operator) -> bool:
    """Return whether a change is about the run's own account: by its id, whatever addresses it has, else by any of those. Pure."""
    by_id = change.person is not None and operator.id is not None and change.person.id == operator.id
    return by_id or change.key in operator.addresses


def may_be_administrator(person: Person | None) -> bool:
    """Return True unless the roles that were read hold no administrator role. Pure."""
    return person is not None and (person.roles is None or any(map(is_administrator_role, person.roles)))


def loses_full_administrator(change: Change) -> bool:
    """Return True if the change takes the Full Administrator role, or its holder, away. Unknown roles may hold it. Pure."""
    roles = change.person.roles if change.person else ()
    if not change.removal or (roles is not None and FULL_ADMINISTRATOR not in roles):
        return False
    without_role = "roles" in change.after and name_of(FULL_ADMINISTRATOR) not in change.after["roles"]
    return without_role or change.after.get("state") in (ABSENT, DISABLED)


def keep_an_administrator(plan: Plan, losing: t.Sequence[Change], administrators: t.Collection[str]) -> Plan:
    """Block the changes that would leave the organization without a Full Administrator. Pure.

    :param losing: those that take the role or the person away, by the roles that were read.
    :param administrators: ids of today's Full Administrators, as far as they were found: who is not among them may be one all the same.
    """
    gone = {c.person.id for c in losing if c.person is not None}
    if any(one not in gone for one in administrators):
        return plan
    text = "Without {} the organization would have no Full Administrator left."
    return plan.with_blocked({c.index: Problem("last_full_administrator", text.format(c.email)) for c in losing})


def limit_removals(plan: Plan, policy: Policy) -> Plan:
    """Refuse the plan if more people would lose something, or everything, than allowed; the first twenty of them are named. Pure.

    :raises InputError: ``max_removals`` is neither a number nor a percentage.
    """
    losing = [c.email for c in plan.removals]
    everything = [c.email for c in plan.removals if c.takes_everything]
    found = removals_problem(losing, everything, len(plan), policy.max_removals, policy.allow_removals)
    return plan if found is None else plan.refused(found)


def removals_problem(
    losing: t.Sequence[str], everything: t.Sequence[str], people: int, max_removals: str | None, allowed: bool
) -> Problem | None:
    """Return why so many people must not lose what they have, or None. Pure.

    Nobody loses everything (the account, the access to it, the last license) unless whoever runs it said so, by a number or by
    ``allow_removals``: a limit that was never set would let all of a small roster go.

    :param losing: the addresses of those who would lose something.
    :param everything: those among them who would lose everything.
    :param people: of how many a percentage is.
    :param max_removals: the limit as it was given; None or blank: it was not.
    :raises InputError: it is neither a number nor a percentage.
    """
    given = limit_of(max_removals, people, option="max_removals")
    limit = DEFAULT_REMOVALS if given is None else given
    if len(losing) > limit:
        told = f"{limit}" if given is None else f"{limit} ({max_removals})"
        text = f"{len(losing)} of {in_people(people)} would lose something, max_removals allows {told}"
        return Problem("too_many_removals", f"{text}. They are: {listed(losing, _NAMED)}.")
    if everything and given is None and not allowed:
        text = (
            f"{in_people(len(everything))} would lose everything (the account, the access to it, or the last license)"
        )
        return Problem("removals_not_allowed", f"{text}, and nobody has said so: {listed(everything, _NAMED)}.")
    return None


async def full_administrators(context: Context) -> set[str]:
    """Return the ids of those who are Full Administrators by the roles that were read, and can sign in.

    The service selects them; that it did is seen in each one's roles alone.
    """
    params = {
        "roles": _ids.encode("ROLE", FULL_ADMINISTRATOR),
        "excludeStatus": "true",
        "max": "100",
    }
    found: set[str] = set()
    unsure: list[str] = []
    pages = list_people(context.client, context.organization, params, doing="reading the full administrators")
    async for page in pages:
        for person in map(person_from_rest, page):
            if person.active is False:
                continue
            if person.roles is None:
                unsure.append(person.id)
            elif FULL_ADMINISTRATOR in person.roles:
                found.add(person.id)
    if unsure:
        read = await context.reader.search_by_ids(unsure)
        found.update(p.id for p in read.values() if p.active is not False and FULL_ADMINISTRATOR in (p.roles or ()))
    return found
