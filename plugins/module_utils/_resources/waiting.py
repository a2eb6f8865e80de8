# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module ``sync`` as a whole: the site's hook, the wait, what is to be done by hand, and the support bundle if all was in vain.

Private to this collection.
"""

from __future__ import annotations

import collections
import dataclasses
import typing as t

from .._client.hook import Hook, call_hook
from .._contact_center.sync_state import (
    IDENTITY,
    INACTIVE,
    MISSING,
    PROFILE,
    WHERE_TO_SYNCHRONIZE,
    case_with,
)
from .._engine.context import Context
from .._engine.outcomes import Outcomes
from .._errors import ApiError
from .._files import read_lines, timestamp, write_json
from .._listed import counted
from .._model import BLOCKED, Wanted
from .._run.plan_file import read_plan
from .._run.record import RunRecord
from .._steps import LICENSE, REQUESTS_FILE, ROLE, SUPPORT_FILE, SYNC, USER
from .support import bundle
from .sync import History, Waiting, synchronize, unseen

#: So many addresses stand under one thing that is to be done.
_NAMED = 12
_PRESS = f"  - Press Synchronize Users. {WHERE_TO_SYNCHRONIZE}"

Lines = t.Sequence[t.Mapping[str, t.Any]]


@dataclasses.dataclass(slots=True, frozen=True)
class Round:
    """Which time the gate is passed (0: a look before it), whether there is no other, and what was tried, for the bundle."""

    number: int = 0
    last: bool = False
    tried: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)


class Gate:
    """One look at who is in sync, after the site's hook if there is one. Check mode only looks."""

    def __init__(self, *, waiting: Waiting, hook: Hook | None, round_: Round) -> None:
        self._waiting, self._hook, self._round = waiting, hook, round_
        self._run: RunRecord | None = None
        self._manual: list[dict[str, str]] = []
        self._bundle: str | None = None
        #: What the hook said in place of yes.
        self._failure = ""

    async def pass_through(self, wanted: t.Sequence[Wanted], context: Context) -> Outcomes:
        """Call the hook, wait for everybody, and write the bundle where people are not in sync in the end.

        A hook that fails in a round is told, and called again in the next one; nobody is waited for meanwhile.

        :raises WxccError: the hook failed, and there are no rounds; or its header is none.
        """
        run = self._run = context.run
        earlier = _lines(run, SYNC.outcomes_file)
        roles = _lines(run, ROLE.outcomes_file)
        self._manual = manual_actions(roles, {w.index for w in wanted})
        waiting = self._waiting
        if self._hook is not None and not context.check_mode:
            self._failure = await _failure_of(self._hook, self._body(context, earlier), self._round)
        if self._failure:
            waiting = dataclasses.replace(waiting, wait=False)
        last = run is not None and self._round.last and not context.check_mode
        bundle_file = run.path(SUPPORT_FILE) if run is not None and last else None
        found = await synchronize(wanted, context, waiting, self._history(run, roles, bundle_file))
        if self._failure and found.failed and not self._round.last:
            await context.sleep(waiting.interval)
        if run is not None and bundle_file and found.failed:
            content = bundle(
                found.outcomes,
                organization={"id": context.organization.uuid, "name": context.organization.name},
                tried={**self._round.tried, "round": self._round.number, "hook": self._failure or None},
                earlier=earlier,
                requests=_lines(run, REQUESTS_FILE),
                written=timestamp(),
            )
            self._bundle = bundle_file
            write_json(bundle_file, content)
        return found

    def _history(self, run: RunRecord | None, roles: Lines, bundle_file: str | None) -> History:
        """Return what this run knows of the button. A round after the first look begins with somebody's word, or the hook's, that it was
        pressed."""
        before = (_lines(run, USER.outcomes_file), _lines(run, LICENSE.outcomes_file), roles)
        changed = {line["index"] for lines in before for line in lines if line.get("changed")}
        plan = read_plan(run.directory) if run is not None else None
        kept = kept_roles(plan.people if plan else (), roles)
        pressed = (self._round.number > 0 or self._hook is not None) and not self._failure
        return History(pressed, changed, bundle_file, self._failure, kept)

    def told(self, found: Outcomes) -> dict[str, t.Any]:
        """Return what the module tells beside the common shape."""
        return {
            "open": open_count(found),
            "unseen": sum(unseen(o) for o in found),
            "round": self._round.number,
            "todo": todo(found, self._manual, self._run.host if self._run else None),
            "manual_actions": self._manual,
            "support_bundle": self._bundle,
            "hook_failure": self._failure or None,
            "lines": self._lines_of(found),
        }

    def _lines_of(self, found: Outcomes) -> list[str]:
        lines = [seen_in_words(found)] if found.aborted is None else []
        if self._failure:
            again = "" if self._round.last else " It is called again in the next round."
            lines.append(f"{self._failure}{again}")
        if self._bundle:
            lines.append(case_with(self._bundle))
        return lines

    def _body(self, context: Context, earlier: Lines) -> dict[str, t.Any]:
        """Return what the hook is told: numbers are numbers, and what is not known is null."""
        return {
            "host": context.run.host if context.run else None,
            "organization": context.organization.uuid,
            "round": self._round.number,
            "not_in_sync": sum(bool(line.get("failed")) for line in _last_lines(earlier).values()) if earlier else None,
            "manual_actions": self._manual,
        }


async def _failure_of(hook: Hook, body: t.Mapping[str, t.Any], round_: Round) -> str:
    """Call the hook; return what it said in place of yes, or nothing.

    :raises ApiError: it failed, and there are no rounds; or its header is none.
    """
    try:
        await call_hook(hook, body)
    except ApiError as error:
        if error.problem.code != "hook_failed" or round_.number == 0:
            raise
        return error.problem.message
    return ""


#: What is told of those who are not in sync, by their state.
_STATES = {
    MISSING: "without a record",
    IDENTITY: "with another name or address",
    INACTIVE: "inactive there",
    PROFILE: "with a user profile of another type",
}


def seen_in_words(found: Outcomes) -> str:
    """Return what was seen, in one line: ``38 of 40 people are in sync; 2 not yet: 2 without a record``. Pure."""
    dark, blocked = sum(unseen(o) for o in found), sum(o.blocked for o in found)
    states = collections.Counter(str(o.after.get("sync_state")) for o in found.failed if not o.blocked)
    waiting = sum(states.values())
    line = f"{len(found) - waiting - dark - blocked:,} of {_are(len(found))} in sync"
    if waiting:
        why = ", ".join(f"{number:,} {_STATES.get(state, 'not read')}" for state, number in states.most_common())
        line += f"; {waiting:,} not yet: {why}"
    if dark:
        line += f"; {dark:,} cannot be seen with this token"
    if blocked:
        line += f"; {blocked:,} {'is' if blocked == 1 else 'are'} not there, or left alone"
    return line


def _are(number: int) -> str:
    return counted(number, "person is", "people are")


def open_count(found: Outcomes) -> int:
    """Return how many people are not in sync yet."""
    return len(found.failed) if found.aborted is None else 0


def _lines(run: RunRecord | None, name: str) -> list[dict[str, t.Any]]:
    return list(read_lines(run.path(name))) if run is not None else []


def _last_lines(lines: Lines) -> dict[t.Any, t.Mapping[str, t.Any]]:
    """Return the last outcome line of each row, by its number: an earlier one is the past."""
    return {line.get("index"): line for line in lines}


def manual_actions(role_lines: Lines, rows: t.Container[t.Any]) -> list[dict[str, str]]:
    """Return what the role step left for a person to do: {email, what, where} each. Pure."""
    found = []
    for index, line in _last_lines(role_lines).items():
        manual = line.get("manual")
        if index in rows and isinstance(manual, dict):
            found.append({"email": str(line.get("email")), "what": str(manual["what"]), "where": str(manual["where"])})
    return found


def kept_roles(planned: Lines, role_lines: Lines) -> set[t.Any]:
    """Return the rows whose role stays as it is: it could not be, or must not be, changed, and nobody was asked to. Pure.

    Of them the contact center need not show the declared role, and nobody is sent to give it: a protected supervisor stays one.

    :param planned: the people of the run's plan, which speaks where the role step had nothing to do.
    """
    entries = {person["row"]: person["steps"].get(ROLE.name) or {} for person in planned}
    kept = {row for row, entry in entries.items() if entry.get("action") == BLOCKED and not entry.get("manual")}
    for row, line in _last_lines(role_lines).items():
        stays = (line.get("failed") or line.get("action") == BLOCKED) and not line.get("manual")
        (kept.add if stays else kept.discard)(row)
    return kept


def todo(found: Outcomes, manual: t.Sequence[t.Mapping[str, str]], host: str | None) -> list[str]:
    """Return what is to be done by hand, in lines: first person by person, grouped by what and where, then the button. Pure.

    Nothing where everybody is in sync.
    """
    waiting, dark = open_count(found), sum(unseen(o) for o in found)
    if not waiting and not dark:
        return []
    label = f"{host}: " if host else ""
    lines = []
    if waiting:
        lines.append(f"{label}{waiting:,} of {_are(len(found))} not in sync yet.")
    if dark:
        lines.append(f"{label}Whether {dark:,} of {_are(len(found))} in sync cannot be seen with this token.")
    groups: dict[tuple[str, str], list[str]] = {}
    for action in manual:
        groups.setdefault((action["where"], action["what"]), []).append(action["email"])
    for (where, what), emails in sorted(groups.items()):
        lines += [f"  - {what} {where}", f"    {', '.join(emails[:_NAMED])}"]
        if len(emails) > _NAMED:
            lines.append(f"    and {len(emails) - _NAMED} more: see {ROLE.outcomes_file} in the run directory")
    return [*lines, _PRESS]
