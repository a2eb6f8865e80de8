# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The book that the engine keeps while a resource sends: what went out, what was answered, when to stop. Private to this collection."""

from __future__ import annotations

import contextlib
import dataclasses
import typing as t

from .._errors import ApiError, Problem, UncertainError
from .._model import BLOCKED
from .context import Context
from .outcomes import UNANSWERED, Claim
from .plan import Change, Plan

#: Errors that would meet everybody else in the same way: going on would only repeat them.
_FATAL = ("token_invalid", "forbidden", "host_refused", "redirect_refused", "connection", "rate_limited")


class Dispatch:
    """What a resource tells while it sends. Every change is known by its row's index."""

    def __init__(self, plan: Plan, context: Context, phase: str) -> None:
        self._context = context
        self._phase = phase
        self._changes = {c.index: c for c in plan}
        self._answers: dict[int, Claim] = {}
        #: Rows of which a request may have taken effect although no answer said so; only reading takes them out of doubt.
        self._doubted: set[int] = set()
        self._finished: set[int] = set()
        self._refused: set[int] = set()
        self._blocked = plan.counts().get(BLOCKED, 0)
        self._idle = len(plan) - len(plan.pending)
        self._accepted = 0
        #: Why nobody else can be served, if that turned out.
        self.cause: Problem | None = None
        #: True once sending must end.
        self.ended = False

    # -- for the resource ------------------------------------------------------------------------------------------------

    def sending(self, changes: t.Iterable[Change]) -> None:
        """These are sent now, or once more; from here on only reading again tells what is true of them."""
        for change in changes:
            self._answers[change.index] = UNANSWERED

    @contextlib.contextmanager
    def request(self, changes: t.Sequence[Change]) -> t.Iterator[None]:
        """Hold these for sent while requests for them are under way and their answers are told.

        Who has no answer at the end was not sent: what was known before counts again. A request that the service refused as a whole
        reached it, and only reading again tells what it did. Anything else that ends it leaves them as sent.
        """
        earlier = {c.index: self._answers.get(c.index) for c in changes}
        self.sending(changes)
        try:
            yield
        except UncertainError:
            raise
        except ApiError as error:
            if error.status is not None:
                for change in changes:
                    if self._answers.get(change.index) is UNANSWERED:
                        self.note(change, Claim(error.problem))
            self._put_back(earlier)
            raise
        self._put_back(earlier)

    def _put_back(self, earlier: t.Mapping[int, Claim | None]) -> None:
        for index, answer in earlier.items():
            if self._answers.get(index) is UNANSWERED:
                del self._answers[index]
                if answer is not None:
                    self._answers[index] = answer

    def note(self, change: Change, answer: Claim) -> None:
        """This is what counts, should nothing more come. A refusal after a doubtful request says nothing about that one."""
        if answer.doubtful:
            self._doubted.add(change.index)
            answer = dataclasses.replace(answer, certain=False)
        elif answer.problem is not None and self.in_doubt(change):
            answer = dataclasses.replace(answer, certain=False, final=False)
        self._answers[change.index] = answer

    def in_doubt(self, change: Change) -> bool:
        """Return whether an earlier request for the row may have taken effect."""
        return change.index in self._doubted

    def done(self, change: Change, answer: Claim) -> bool:
        """Note the answer and count the change; return whether sending must end."""
        self.note(change, answer)
        if answer.final:
            self._refused.add(change.index)
        return self._count(change, answer.problem)

    def instead(self, change: Change) -> bool:
        """Put this change in the place of the planned one, as not sent yet; return whether sending must end.

        For what shows only when it is tried: an address that is taken blocks its row, a person who is there already wants less.
        """
        self._changes[change.index] = change
        self._answers.pop(change.index, None)
        self._doubted.discard(change.index)
        self._blocked += change.kind == BLOCKED
        return self._count(change, change.problem)

    # -- for the engine --------------------------------------------------------------------------------------------------

    def change(self, index: int) -> Change:
        """Return the change that holds for a row."""
        return self._changes[index]

    def answer(self, index: int) -> Claim | None:
        """Return what was answered last; None: nothing was sent."""
        return self._answers.get(index)

    def give_up(self, problem: Problem) -> None:
        """Sending has failed as a whole."""
        self.cause, self.ended = self.cause or problem, True

    def _count(self, change: Change, problem: Problem | None) -> bool:
        """Return whether sending must end with this. Who is blocked is no failure that ``on_error: stop`` ends for."""
        self._finished.add(change.index)
        stop = False
        if problem is None:
            self._accepted += 1
        else:
            # Where others were let through, a 403 is about this person, not about the token.
            if problem.code in _FATAL and not (problem.code == "forbidden" and self._accepted):
                self.cause = self.cause or problem
            stop = self._context.policy.on_error == "stop" and change.kind != BLOCKED
        done = self._idle + len(self._finished)
        self._context.progress.show(self._phase, done, blocked=self._blocked, failed=len(self._refused))
        self.ended = self.ended or stop or self.cause is not None
        return self.ended
