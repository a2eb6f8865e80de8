# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands against a run as a whole, in people over all steps. Pure. Private to this collection."""

from __future__ import annotations

import dataclasses
import typing as t

from .._engine.guard import removals_problem
from .._engine.plan import Change
from .._errors import Problem
from .._listed import listed
from .._listed import people as in_people
from .._model import Wanted, address_key
from .._roster.limit import limit_of
from .._roster.verdict import SKIP, STOP
from .._run.plan_file import PENDING, JsonObject, PlanDocument, changes_of
from .chain import Chain

_NAMED = 20

#: row -> step -> change.
ByRow = t.Mapping[int, t.Mapping[str, Change]]


@dataclasses.dataclass(slots=True, frozen=True)
class Rails:
    """The guard rails over the whole chain; a limit is a number or a percentage, None: there is none."""

    max_removals: str | None = None
    #: People may lose everything although nobody gave a number.
    allow_removals: bool = False
    max_changes: str | None = None
    refused_rows: str = SKIP
    max_refused_rows: str | None = None
    #: False: the organization is only looked at.
    writable: bool = True


def refusals_of(
    chain: Chain, wanted: t.Sequence[Wanted], rails: Rails, *, refused_before: int, real: bool
) -> list[Problem]:
    """Return everything that the run must not begin for.

    :param refused_before: rows that were refused when the roster was read.
    :param real: it is no check run, which may look at what must not be changed.
    :raises InputError: a limit is neither a number nor a percentage.
    """
    by_row = chain.by_row()
    found = [
        *chain.refusals,
        _too_many_refused(chain, wanted, rails, refused_before),
        _removals(by_row, len(wanted), rails),
        _too_many_changes(_those(by_row, changes_anything), len(wanted), rails.max_changes),
        _only_looked_at(by_row, rails) if real else None,
    ]
    return [problem for problem in found if problem is not None]


def changes_anything(changes: t.Mapping[str, Change]) -> bool:
    """Return whether anything is sent for a person in any step."""
    return any(change.pending for change in changes.values())


def takes_away(changes: t.Mapping[str, Change]) -> bool:
    """Return whether anything is taken from a person in any step."""
    return any(change.takes for change in changes.values())


def takes_everything(changes: t.Mapping[str, Change]) -> bool:
    """Return whether the account, the access to it, or the last license is taken from a person in any step."""
    return any(change.takes_everything for change in changes.values())


def _those(by_row: ByRow, counted: t.Callable[[t.Mapping[str, Change]], bool]) -> list[str]:
    return [next(iter(changes.values())).email for changes in by_row.values() if counted(changes)]


def _removals(by_row: ByRow, people: int, rails: Rails) -> Problem | None:
    losing, everything = _those(by_row, takes_away), _those(by_row, takes_everything)
    found = removals_problem(losing, everything, people, rails.max_removals, rails.allow_removals)
    return found and dataclasses.replace(found, message=f"Over all steps {found.message}")


def _too_many_changes(emails: t.Sequence[str], people: int, limit_text: str | None) -> Problem | None:
    limit = limit_of(limit_text, people, option="max_changes")
    if limit is None or len(emails) <= limit:
        return None
    text = (
        f"Over all steps {len(emails)} of {in_people(people)} would be changed; max_changes allows {limit} ({limit_text}). "
        f"They are: {listed(emails, _NAMED)}."
    )
    return Problem("too_many_changes", text)


def over_hosts(own: PlanDocument, others: t.Sequence[PlanDocument], rails: Rails) -> Problem | None:
    """Return why a plan must not be carried out beside those of other hosts for the same organization; None: it may.

    What it takes or changes itself is added to what they do; one that takes nothing is not held back for what others take.

    :raises InputError: a limit is neither a number nor a percentage.
    """
    plans = (own, *others)
    people = len({address_key(person["email"]) for plan in plans for person in plan.people})
    losing, changing = ([_concerned(plan, pick) for plan in plans] for pick in (_is_taken, _is_sent))
    found = None
    if others and losing[0]:
        found = removals_problem(list({e: None for one in losing for e in one}), [], people, rails.max_removals, True)
    if others and changing[0] and found is None:
        found = _too_many_changes(list({e: None for one in changing for e in one}), people, rails.max_changes)
    if found is None:
        return None
    hosts = listed(sorted(plan.host for plan in others), _NAMED)
    text = f"With what this run does for the same organization at {hosts}: {found.message}"
    return dataclasses.replace(found, message=text)


def _concerned(plan: PlanDocument, pick: t.Callable[[JsonObject], bool]) -> list[str]:
    return list(dict.fromkeys(change["email"] for change in changes_of(plan.people) if pick(change)))


def _is_taken(change: JsonObject) -> bool:
    return bool(change["removal"])


def _is_sent(change: JsonObject) -> bool:
    return change["action"] in PENDING


def _too_many_refused(chain: Chain, wanted: t.Sequence[Wanted], rails: Rails, before: int) -> Problem | None:
    mine = chain.refused_rows()
    number = before + len(mine)
    limit = limit_of(rails.max_refused_rows, before + len(wanted), option="max_refused_rows")
    stops = rails.refused_rows == STOP and bool(mine)
    if not stops and (limit is None or number <= limit):
        return None
    sources = {w.index: w.source for w in wanted}
    told = "; ".join(f"{sources[index]}: {problem.message}" for index, problem in list(mine.items())[:_NAMED])
    more = f"; and {len(mine) - _NAMED} more" if len(mine) > _NAMED else ""
    rule = "refused_rows is stop" if stops else f"max_refused_rows allows {limit}"
    noun = "row is" if number == 1 else "rows are"
    return Problem("refused_rows", f"{number} {noun} refused, and {rule}. {told}{more}".strip())


def _only_looked_at(by_row: ByRow, rails: Rails) -> Problem | None:
    number = sum(changes_anything(changes) for changes in by_row.values())
    if rails.writable or not number:
        return None
    text = f"This organization is only looked at (onboard_writable: false), and {in_people(number)} would be changed."
    return Problem("not_writable", text)


def joined(problems: t.Sequence[Problem]) -> Problem | None:
    """Return several reasons as one, each told once with its advice: whoever corrects them needs all. None where there is none."""
    if len(problems) < 2:
        return problems[0] if problems else None
    first, last = problems[0], problems[-1]
    # The advice of the last one is told behind the whole, as everywhere.
    told = [f"{p.message} {p.advice}".strip() for p in problems[:-1]]
    text = " ".join([*told, last.message])
    return dataclasses.replace(first, message=text, advice=last.advice)
