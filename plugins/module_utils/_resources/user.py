# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""People: read, send and compare. What would change stands in ``user_plan``. Private to this collection."""

from __future__ import annotations

import dataclasses
import typing as t

from .._engine.context import Context
from .._engine.dispatch import Dispatch
from .._engine.outcomes import Claim, Conclusion, Outcome, Seen, is_refusal
from .._engine.plan import Change, Plan
from .._errors import ApiError, Problem, classify_taken
from .._model import ABSENT, CREATE, LONGEST, REMOVE, UPDATE, Person, Wanted
from .._webex.scim import (
    OPERATIONS_PER_REQUEST,
    OperationOutcome,
    Scim,
    create_operation,
    delete_operation,
    update_operation,
)
from .user_plan import plan_user, plan_users

_CREATE_ROUNDS = 3
_UNKNOWN = Problem("uncertain", "It is not known whether the person was added.")
#: Statuses of a create that mean: somebody has this address already. Whether that is here is looked up all the same.
_TAKEN = (200, 403, 409)
#: What the People API may leave out of an answer although the person has it.
_MAY_BE_LEFT_OUT = ("rest_id", "active", "pending", "license_ids", "roles")

UserFacts: t.TypeAlias = "t.Mapping[str, Person | None]"


class Users:
    """The resource of the module ``user``. Its facts are the people, by key."""

    name = "user"

    def __init__(self, default_state: str) -> None:
        self._default_state = default_state

    @property
    def options(self) -> dict[str, t.Any]:
        """What it was told, by the names of a plan's options."""
        return {"state": self._default_state}

    async def read(self, context: Context, wanted: t.Sequence[Wanted]) -> UserFacts:
        # A chain without a plan begins here: what was remembered of these people is not used. A plan has just read them.
        if context.plan is None:
            context.snapshot.forget({w.key for w in wanted})
        return await context.people(wanted, exact_active={w.key for w in wanted})

    def plan(self, wanted: t.Sequence[Wanted], facts: UserFacts) -> Plan:
        return plan_users(wanted, facts, self._default_state)

    def check(self, plan: Plan, facts: UserFacts) -> Plan:
        """Nothing beyond the guard rails."""
        return plan

    async def send(self, context: Context, facts: UserFacts, changes: t.Sequence[Change], dispatch: Dispatch) -> None:
        scim = Scim(context.client, context.organization)
        creation = _Creation(context, scim, dispatch, self._default_state)
        await creation.send([c for c in changes if c.kind == CREATE])
        if not dispatch.ended:
            ours = [*(c for c in changes if c.kind in (UPDATE, REMOVE)), *creation.instead]
            ours.sort(key=lambda c: c.index)
            await _send_changes(scim, [*ours, *creation.differing], dispatch)

    async def reread(
        self, context: Context, facts: UserFacts, outcomes: t.Sequence[Outcome], last: bool
    ) -> dict[int, Seen]:
        seen = await self._sought(context, [o for o in outcomes if o.person is None])
        known = [(o, o.person) for o in outcomes if o.person is not None]
        if last and len(known) <= OPERATIONS_PER_REQUEST:
            return {**seen, **await self._one_by_one(context, known)}
        found = await context.reader.by_ids([(p.id, p.rest_id) for _o, p in known]) if known else {}
        switched = [p.id for o, p in known if o.kind == UPDATE and "active" in o.change.payload]
        identities = await context.reader.search_by_ids(switched) if switched else {}
        for outcome, person in known:
            if person.id in context.reader.odd:
                continue
            fresh, identity = found.get(person.id), identities.get(person.id)
            if fresh is not None and identity is not None:
                fresh = dataclasses.replace(fresh, active=identity.active)
            seen[outcome.index] = _seen(person, fresh)
        return seen

    @staticmethod
    async def _sought(context: Context, outcomes: t.Sequence[Outcome]) -> dict[int, Seen]:
        """Search by address for those whose creation is in doubt. Who is not found counts as not read: a search may lag."""
        if not outcomes:
            return {}
        found = await context.reader.read([o.email for o in outcomes], exact_active={o.key for o in outcomes})
        return {o.index: Seen(person) for o in outcomes if (person := found.get(o.key)) and person.id}

    @staticmethod
    async def _one_by_one(context: Context, known: t.Sequence[tuple[Outcome, Person]]) -> dict[int, Seen]:
        """Read each identity by id; whose answer is none counts as not read, and spoils nobody else's."""
        fresh = await context.reader.identities([p for _o, p in known])
        return {o.index: _seen(p, fresh[p.id]) for o, p in known if p.id in fresh}

    def judge(self, facts: UserFacts, outcome: Outcome, last: bool) -> Conclusion:
        gone = outcome.seen is not None and outcome.seen.gone
        if outcome.kind == REMOVE:
            if gone:
                return Conclusion({"state": ABSENT})
            text = f"{outcome.email} is still there after the removal."
            return Conclusion(outcome.before, Problem("not_verified", text))
        if gone or outcome.person is None:
            text = f"{outcome.email} is not there after it was added."
            return Conclusion({"state": ABSENT}, Problem("not_verified", text))
        left = plan_user(outcome.change.wanted, outcome.person, self._default_state)
        if not left.pending:
            return Conclusion(left.before)
        fields = ", ".join(sorted(left.payload)) if left.payload is not None else left.kind
        return Conclusion(left.before, Problem("not_verified", f"{outcome.email} does not show the change: {fields}."))

    def remember(self, context: Context, outcome: Outcome) -> None:
        if not outcome.certain:
            # Sent and not read again: what is there now, the next step must read.
            context.snapshot.forget({outcome.key})
            return
        if outcome.blocked or (outcome.failed and outcome.person is None):
            return
        person = outcome.person
        if outcome.after.get("state") == ABSENT:
            person = None
        elif context.check_mode and outcome.kind == CREATE:
            texts = {f: v for f, v in outcome.after.items() if f in LONGEST}
            person = Person(
                "", outcome.email, active=True, pending=True, license_ids=(), roles=(), planned=True, **texts
            )
        context.snapshot.people[outcome.key] = person


async def _send_changes(scim: Scim, changes: t.Sequence[Change], dispatch: Dispatch) -> None:
    """Send updates and removals, a hundred in a request."""
    known = [(c, c.person) for c in changes if c.person is not None]
    for start in range(0, len(known), OPERATIONS_PER_REQUEST):
        operations, chunk = [], known[start : start + OPERATIONS_PER_REQUEST]
        for number, (change, person) in enumerate(chunk, start):
            key = f"change-{number}"
            if change.kind == REMOVE:
                operations.append(delete_operation(key, person.id))
            else:
                operations.append(update_operation(key, person.id, change.payload))
        with dispatch.request([c for c, _p in chunk]):
            answers = await scim.bulk(operations, doing="changing people")
            for (change, person), operation in zip(chunk, operations, strict=True):
                answer = answers[operation.key]
                dispatch.done(change, Claim(answer.problem, not answer.uncertain, person))
        if dispatch.ended:
            return


def _seen(known: Person, fresh: Person | None) -> Seen:
    """Return what was seen of somebody: the fresh reading, filled up with what it may leave out."""
    if fresh is None:
        return Seen(known, gone=True)
    # A name or title that the new reading leaves out is not set; licenses and the like it may not show at all.
    kept = {f: getattr(known, f) for f in _MAY_BE_LEFT_OUT if getattr(fresh, f) is None}
    # The time of somebody else's last change: this run's own makes no file of the people stale.
    return Seen(dataclasses.replace(fresh, **kept, last_modified=known.last_modified))


_Doubt = tuple[Change, OperationOutcome]


class _Creation:
    """Adds people. Whatever an answer says but 201, the person is looked up before anything else: a refusal may have created the
    person, and a create is never sent again without looking for as long as the patience lasts."""

    def __init__(self, context: Context, scim: Scim, dispatch: Dispatch, default_state: str) -> None:
        self._context = context
        self._scim = scim
        self._dispatch = dispatch
        self._default_state = default_state
        #: What is left to do for those whom somebody else had added, in the place of their creation,
        self.instead: list[Change] = []
        #: and for those whom this run added, and who still differ from the roster.
        self.differing: list[Change] = []

    async def send(self, changes: t.Sequence[Change]) -> None:
        waiting = list(changes)
        # Who must stop at the first failure has to know it before others are sent.
        at_once = self._context.policy.on_error == "stop"
        for attempt in range(_CREATE_ROUNDS):
            final, missing, again = attempt + 1 == _CREATE_ROUNDS, [], []
            for start in range(0, len(waiting), OPERATIONS_PER_REQUEST):
                in_doubt = await self._send_chunk(waiting[start : start + OPERATIONS_PER_REQUEST], attempt)
                # One look now shows whether the service is there at all; waiting for what lags is done once, for all chunks.
                missing += await self._look(in_doubt)
                if at_once:
                    again += self._conclude(await self._wait_for(missing), final=final)
                    missing = []
                if self._dispatch.ended:
                    break
            again += self._conclude(await self._wait_for(missing), final=final)
            if self._dispatch.ended:
                return
            waiting = again

    async def _send_chunk(self, chunk: t.Sequence[Change], attempt: int) -> list[_Doubt]:
        """Send one request; return those whom it does not say to be added. One that is refused as a whole ends the sending."""
        operations = [create_operation(f"add-{attempt}-{c.index}", c.email, c.payload) for c in chunk]
        try:
            with self._dispatch.request(chunk):
                answers = await self._scim.bulk(operations, doing="adding people")
                return self._note_answers(chunk, [answers[o.key] for o in operations])
        except ApiError as error:
            if error.status is None:
                raise
            # It may have added them all the same.
            self._dispatch.give_up(error.problem)
            return [(c, OperationOutcome(problem=error.problem)) for c in chunk]

    def _note_answers(self, chunk: t.Sequence[Change], answers: t.Sequence[OperationOutcome]) -> list[_Doubt]:
        in_doubt = []
        for change, answer in zip(chunk, answers, strict=True):
            if answer.problem is None and answer.id:
                self._dispatch.done(change, Claim(person=Person(id=answer.id, email=change.email)))
                continue
            if answer.repeated and answer.status in _TAKEN and not _elsewhere(answer):
                # The attempt before was refused, and may have added whoever "exists already".
                answer = dataclasses.replace(answer, uncertain=True)
            # Should looking fail too, this is what is known.
            self._dispatch.note(change, _before_looking(answer))
            in_doubt.append((change, answer))
        return in_doubt

    async def _look(self, in_doubt: t.Sequence[_Doubt]) -> list[_Doubt]:
        """Look once for people whose create is in doubt; return those who are not to be seen."""
        if not in_doubt:
            return []
        changes = [change for change, _answer in in_doubt]
        found = await self._context.reader.read([c.email for c in changes], exact_active={c.key for c in changes})
        missing = []
        for change, answer in in_doubt:
            person = found.get(change.key)
            if person is None or not person.id:
                missing.append((change, answer))
            else:
                self._adopt(change, person, answer)
        return missing

    async def _wait_for(self, missing: list[_Doubt]) -> list[_Doubt]:
        """Look again for as long as the patience lasts: a search lags behind a create by seconds. Return whom it never showed."""
        pauses = self._context.pauses()
        while any(self._dispatch.in_doubt(c) or not _elsewhere(answer) for c, answer in missing):
            pause = next(pauses, None)
            if pause is None:
                break
            await self._context.sleep(pause)
            missing = await self._look(missing)
        return missing

    def _conclude(self, missing: t.Sequence[_Doubt], *, final: bool) -> list[Change]:
        """Say what is known of those whom nobody sees; return those to be sent again."""
        again = []
        for change, answer in missing:
            # Who lives elsewhere was not added by an earlier request either.
            if not self._dispatch.in_doubt(change) or _elsewhere(answer):
                self._refuse(change, answer)
            elif final or self._dispatch.ended or not _unseen(answer).doubtful:
                self._dispatch.done(change, _in_doubt(change, answer))
            else:
                again.append(change)
        return again

    def _adopt(self, change: Change, person: Person, answer: OperationOutcome) -> None:
        """The person is there: either this run's create took effect, or somebody else was faster."""
        ours = self._dispatch.in_doubt(change) or answer.status not in _TAKEN
        left = plan_user(change.wanted, person, self._default_state)
        if left.pending:
            (self.differing if ours else self.instead).append(left)
        if ours:
            self._dispatch.done(change, Claim(person=person))
        else:
            self._dispatch.instead(left)

    def _refuse(self, change: Change, answer: OperationOutcome) -> None:
        problem = answer.problem or _UNKNOWN
        code = classify_taken(problem.message, problem.vendor_code)
        if answer.status in _TAKEN or (answer.status == 400 and (code != "address_taken" or _says_taken(problem))):
            text = f"{change.email} cannot be added: {problem.message}"
            taken = Problem(code, text, problem.http_status, problem.vendor_code, problem.tracking_id)
            self._dispatch.instead(change.blocked(taken))
        else:
            self._dispatch.done(change, Claim(problem, final=True))


def _unseen(answer: OperationOutcome) -> Claim:
    """Return what an answer says of somebody whom nobody sees. One that says neither yes nor no leaves it open."""
    problem = answer.problem or _UNKNOWN
    # "200" did not create anybody (vendor's documentation); a 201 without an id may have.
    sure = answer.status == 200 or (is_refusal(problem) and not answer.uncertain)
    # Somebody in doubt is looked for again by the address.
    return Claim(problem, certain=sure, final=sure)


def _before_looking(answer: OperationOutcome) -> Claim:
    """Return what an answer says of somebody whom nobody has looked for yet: a refusal may have added that one."""
    claim = _unseen(answer)
    return claim if answer.status == 200 else dataclasses.replace(claim, final=False)


def _in_doubt(change: Change, answer: OperationOutcome) -> Claim:
    """Return what is said of somebody whom a request may have added, and whom nobody sees. "Exists already" may well be that one."""
    problem = answer.problem or _UNKNOWN
    if _unseen(answer).certain:
        text = f"{change.email} may have been added by a request without a trustworthy answer. The next one: {problem.message}"
        problem = dataclasses.replace(problem, code="uncertain", message=text, advice="")
    return Claim(problem, certain=False)


def _says_taken(problem: Problem) -> bool:
    """Return True if a refusal speaks of an address that is in use, and not of a bad request."""
    return problem.vendor_code == "uniqueness" or "already" in problem.message or "exists" in problem.message


def _elsewhere(answer: OperationOutcome) -> bool:
    """Return True if the answer itself says that the address is taken elsewhere: no waiting will find the person here."""
    problem = answer.problem
    if answer.uncertain or problem is None:
        return False
    return classify_taken(problem.message, problem.vendor_code) != "address_taken"
