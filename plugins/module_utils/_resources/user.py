# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""People: plan, send and compare. Private to this collection."""

from __future__ import annotations

import typing as t

from .. import _model
from .._engine.engine import Context
from .._errors import Problem, classify_taken
from .._model import ATTRIBUTES, LONGEST, Item, Person, Wanted
from .._webex.people import state_of
from .._webex.scim import (
    OPERATIONS_PER_REQUEST,
    Operation,
    OperationOutcome,
    Scim,
    create_operation,
    delete_operation,
    update_operation,
)

_CREATE_ROUNDS = 3
#: Statuses of a create that mean: somebody has this address already. Whether that is here is looked up all the same.
_TAKEN = (200, 403, 409)


def _shown(person: Person | None, row: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the part of the person that the row declares, as before and after show it."""
    seen: dict[str, t.Any] = {"state": state_of(person)}
    if person is not None:
        seen.update({a.word: getattr(person, a.word) or "" for a in ATTRIBUTES if a.word in row})
    return seen


def plan_users(wanted: t.Sequence[Wanted], people: t.Mapping[str, Person | None], default_state: str) -> list[Item]:
    """Return what would change. Pure.

    present: there, able to sign in, with the declared attributes; disabled: there if it was there, not able to sign in; absent: not there.
    Attributes that a row does not declare are left alone; an empty title or department is taken away.
    """
    items = []
    for want in wanted:
        person = people.get(want.key)
        item = Item.of(want, person)
        declared = {
            a.word: want.row[a.word]
            for a in ATTRIBUTES
            if a.word in want.row and (want.row[a.word] != "" or a.clearable)
        }
        item.before = _shown(person, declared)
        item.after = dict(item.before)
        state = want.row.get("state") or default_state
        if state == "absent":
            if person is not None:
                item.action, item.removal, item.after = _model.REMOVE, True, {"state": "absent"}
        elif state == "disabled":
            if person is not None and person.active is not False:
                item.action, item.removal = _model.UPDATE, True
                item.change, item.after["state"] = {"active": False}, "disabled"
        elif person is None:
            item.action, item.change = _model.CREATE, dict(want.row)
            item.after = {"state": "present", **declared}
        else:
            changes = {f: v for f, v in declared.items() if v != (getattr(person, f) or "")}
            item.after.update(changes)
            # A CSV file cannot change anybody's status (vendor's rule): who is inactive stays so.
            if person.active is False and want.row.get("csv") is None:
                changes["active"] = True
                item.after["state"] = "present"
            if changes:
                item.action, item.change = _model.UPDATE, changes
        items.append(item)
    return items


class Users:
    """The resource of the module ``user``."""

    name = "user"

    def __init__(self, default_state: str) -> None:
        self._default_state = default_state
        self._people: dict[str, Person | None] = {}
        self._rows: dict[str, dict[str, t.Any]] = {}
        self._differing: list[tuple[Item, t.Any]] = []

    async def read(self, context: Context, wanted: list[Wanted]) -> None:
        # The chain begins here: what was remembered of these people is not used.
        context.snapshot.forget({w.key for w in wanted})
        self._rows = {w.key: w.row for w in wanted}
        self._people = await context.people(wanted, exact_active={w.key for w in wanted})

    def plan(self, wanted: list[Wanted]) -> list[Item]:
        return plan_users(wanted, self._people, self._default_state)

    def check(self, items: list[Item]) -> None:
        """Nothing beyond the guard rails."""

    async def apply(self, context: Context, items: list[Item], done: t.Callable[[Item], bool]) -> None:
        scim = Scim(context.client, context.organization)
        self._differing = []
        if await self._create(context, scim, [i for i in items if i.action == _model.CREATE], done):
            return
        changes = [(i, i.change) for i in items if i.action in (_model.UPDATE, _model.REMOVE) and not i.sent]
        known = {id(i) for i, _change in changes}
        # Somebody who turned out to be there already may still differ from the roster.
        changes += [(i, change) for i, change in self._differing if id(i) not in known]
        await self._change(scim, changes, done)

    async def _change(self, scim: Scim, changes: list[tuple[Item, t.Any]], done: t.Callable[[Item], bool]) -> None:
        operations, by_key = [], {}
        for number, (item, change) in enumerate(changes):
            if item.person is None:
                continue
            key = f"change-{number}"
            by_key[key] = item
            if item.action == _model.REMOVE:
                operations.append(delete_operation(key, item.person.id))
            else:
                operations.append(update_operation(key, item.person.id, change))

        def stop(outcomes: dict[str, OperationOutcome]) -> bool:
            answers = []
            for key, outcome in outcomes.items():
                by_key[key].sent = True
                by_key[key].error = outcome.problem
                answers.append(done(by_key[key]))
            return any(answers)

        await scim.bulk(operations, doing="changing people", stop=stop)

    async def _create(self, context: Context, scim: Scim, items: list[Item], done: t.Callable[[Item], bool]) -> bool:
        """Add people. Whatever an answer says but 201, the person is looked up before anything else: a refusal may have created
        the person, and a create is never sent again without looking."""
        pending = items
        for attempt in range(_CREATE_ROUNDS):
            if not pending:
                return False
            again: list[Item] = []
            for start in range(0, len(pending), OPERATIONS_PER_REQUEST):
                chunk = pending[start : start + OPERATIONS_PER_REQUEST]
                doubtful, stopped = await self._create_chunk(scim, chunk, done, attempt)
                unsettled, stop_now = await self._look(context, doubtful, done, final=attempt + 1 == _CREATE_ROUNDS)
                again += unsettled
                if stopped or stop_now:
                    for item in again:
                        item.fail(item.error or Problem("uncertain", "It is not known whether the person was added."))
                    return True
            pending = again
        return False

    async def _create_chunk(
        self, scim: Scim, chunk: list[Item], done: t.Callable[[Item], bool], attempt: int
    ) -> tuple[list[tuple[Item, OperationOutcome]], bool]:
        operations: list[Operation] = [create_operation(f"add-{attempt}-{i.index}", i.email, i.change) for i in chunk]
        outcomes = await scim.bulk(operations, doing="adding people")
        doubtful = []
        stop = False
        for item, operation in zip(chunk, operations, strict=False):
            outcome = outcomes[operation.key]
            if outcome.problem is None and outcome.id:
                item.person = Person(id=outcome.id, email=item.email)
                item.sent = True
                stop = done(item) or stop
            else:
                # Should looking fail too, this is what is known: it may well have happened.
                item.error, item.changed = outcome.problem, outcome.uncertain
                doubtful.append((item, outcome))
        return doubtful, stop

    async def _look(
        self,
        context: Context,
        doubtful: list[tuple[Item, OperationOutcome]],
        done: t.Callable[[Item], bool],
        *,
        final: bool,
    ) -> tuple[list[Item], bool]:
        """Look for people whose create is in doubt; return (those to be sent again, whether sending must end).

        A search may lag behind a create by seconds, so it is repeated where the answer leaves it open.
        """
        open_items = list(doubtful)
        pauses = context.pauses()
        while open_items:
            found = await context.reader.read(
                [item.email for item, _outcome in open_items], exact_active={i.key for i, _o in open_items}
            )
            rest = []
            for item, outcome in open_items:
                person = found.get(item.key)
                if person is None:
                    rest.append((item, outcome))
                else:
                    self._adopt(item, person, outcome)
            open_items = rest
            if all(_clear(outcome) for _item, outcome in open_items):
                break
            pause = next(pauses, None)
            if pause is None:
                break
            await context.sleep(pause)
        again, stop = [], False
        for item, outcome in open_items:
            if outcome.uncertain and not final:
                item.error = outcome.problem
                again.append(item)
                continue
            self._refuse(item, outcome)
        for item, _outcome in doubtful:
            if item not in again:
                stop = done(item) or stop
        return again, stop

    def _adopt(self, item: Item, person: Person, outcome: OperationOutcome) -> None:
        """The person is there: either this run's create took effect, or somebody else was faster."""
        item.person, item.error, item.changed = person, None, False
        status = outcome.status
        ours = outcome.uncertain or status in (201, 400) or (status is not None and status >= 500)
        row = self._rows[item.key]
        target = plan_users(
            [Wanted(item.index, item.email, item.key, item.source, row)], {item.key: person}, self._default_state
        )[0]
        if ours:
            item.sent = True
        else:
            item.action, item.before, item.after, item.change = (
                target.action,
                target.before,
                target.after,
                target.change,
            )
        if target.pending:
            self._differing.append((item, target.change))

    @staticmethod
    def _refuse(item: Item, outcome: OperationOutcome) -> None:
        problem = outcome.problem or Problem("uncertain", "It is not known whether the person was added.")
        item.changed = False
        code = classify_taken(problem.message, problem.vendor_code)
        if outcome.status in _TAKEN or (outcome.status == 400 and (code != "address_taken" or _says_taken(problem))):
            text = f"{item.email} cannot be added: {problem.message}"
            item.block(Problem(code, text, problem.http_status, problem.vendor_code, problem.tracking_id))
        else:
            item.fail(problem)

    async def reread(self, context: Context, items: list[Item], last: bool) -> None:
        ids = [(i.person.id, i.person.rest_id) for i in items if i.person is not None]
        if last and len(ids) <= OPERATIONS_PER_REQUEST:
            for item in items:
                if item.person is not None:
                    self._take(item, await context.reader.one_identity(item.person.id))
            return
        found = await context.reader.by_ids(ids)
        exact = [i.person.id for i in items if i.person and i.action == _model.UPDATE and "active" in i.change]
        identities = await context.reader.search_by_ids(exact) if exact else {}
        for item in items:
            if item.person is None:
                continue
            fresh = found.get(item.person.id)
            identity = identities.get(item.person.id)
            if fresh is not None and identity is not None:
                fresh.active = identity.active
            self._take(item, fresh)

    @staticmethod
    def _take(item: Item, fresh: Person | None) -> None:
        known = item.person
        item.gone = fresh is None
        if fresh is not None and known is not None:
            # A name or title that the new reading leaves out is not set; licenses and the like it may not show at all.
            for field in ("rest_id", "active", "pending", "license_ids", "roles"):
                if getattr(fresh, field) is None:
                    setattr(fresh, field, getattr(known, field))
            # The time of somebody else's last change: this run's own makes no file of the people stale.
            fresh.last_modified = known.last_modified
            item.person = fresh

    def judge(self, item: Item) -> Problem | None:
        if item.action == _model.REMOVE:
            item.after = {"state": "absent"} if item.gone else dict(item.before)
            return None if item.gone else Problem("not_verified", f"{item.email} is still there after the removal.")
        if item.gone or item.person is None:
            item.after = {"state": "absent"}
            return Problem("not_verified", f"{item.email} is not there after it was added.")
        row = self._rows[item.key]
        target = plan_users(
            [Wanted(item.index, item.email, item.key, item.source, row)], {item.key: item.person}, self._default_state
        )[0]
        item.after = target.before
        if not target.pending:
            return None
        fields = ", ".join(sorted(target.change)) if isinstance(target.change, dict) else target.action
        return Problem("not_verified", f"{item.email} does not show the change: {fields}.")

    def remember(self, context: Context, item: Item) -> None:
        if item.action == _model.BLOCKED or (item.failed and item.person is None):
            return
        if item.after.get("state") == "absent":
            context.snapshot.people[item.key] = None
        elif context.check_mode and item.action == _model.CREATE:
            planned = {f: v for f, v in item.after.items() if f in LONGEST}
            context.snapshot.people[item.key] = Person(
                id="", email=item.email, active=True, pending=True, license_ids=(), roles=(), planned=True, **planned
            )
        else:
            context.snapshot.people[item.key] = item.person


def _says_taken(problem: Problem) -> bool:
    """Return True if a refusal speaks of an address that is in use, and not of a bad request."""
    return problem.vendor_code == "uniqueness" or "already" in problem.message or "exists" in problem.message


def _clear(outcome: OperationOutcome) -> bool:
    """Return True if the answer itself says that the address is taken elsewhere: no waiting will find the person here."""
    problem = outcome.problem
    if outcome.uncertain or problem is None:
        return False
    return classify_taken(problem.message, problem.vendor_code) != "address_taken"
