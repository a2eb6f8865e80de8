# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the service answered, what reading again showed, and what became of each change. Private to this collection.

A resource reports :class:`Claim`, :class:`Seen` and :class:`Conclusion`; an :class:`Outcome` is written by the engine alone.
"""

from __future__ import annotations

import dataclasses
import typing as t

from .._errors import Problem
from .._files import append_lines, timestamp
from .._model import BLOCKED, CREATE, NONE, REMOVE, Manual, Person, Wanted
from .plan import Change, Plan, Shown, fixed


@dataclasses.dataclass(slots=True, frozen=True)
class Claim:
    """What the answer to a request claims about one change. Unless it is final, only reading again tells what is true."""

    problem: Problem | None = None
    #: False: nobody can say whether the request took effect.
    certain: bool = True
    #: Whom the answer, or looking after it, showed; None: whom the plan knew.
    person: Person | None = None
    #: There is nobody to read again: this is all that will be known.
    final: bool = False

    @property
    def doubtful(self) -> bool:
        """True if the request may have taken effect although the answer does not say so.

        After a refusal (4xx) one look is enough, and none where whoever asked vouches for it (final and certain).
        """
        open_end = self.problem is not None and not self.final and not is_refusal(self.problem)
        return not self.certain or open_end


def is_refusal(problem: Problem) -> bool:
    """Return True if the service says that it did nothing: what it did shows at once, where anybody looks. Until then nothing is sure,
    since refusals were seen of what had taken effect. A proxy's 408 says only that nobody waited for the answer."""
    return 300 <= (problem.http_status or 0) < 500 and problem.http_status != 408


#: Words of ``summary`` for what happened to a person, by the kind of change; every other kind is an update.
HAPPENED = {CREATE: "created", REMOVE: "removed"}
#: What may have happened, and what did not.
UNCERTAIN, UNCHANGED = "uncertain", "unchanged"
#: All words of ``summary`` beside ``total``.
WORDS = ("created", "updated", "removed", UNCHANGED, "blocked", "failed", UNCERTAIN)

#: A request is on its way, and no answer is there yet.
UNANSWERED = Claim(certain=False)


@dataclasses.dataclass(slots=True, frozen=True)
class Seen:
    """What reading again showed of one person."""

    person: Person | None
    #: The person is not there any more, or never came.
    gone: bool = False
    #: The contact center's record, where the resource reads those.
    record: t.Any = None


@dataclasses.dataclass(slots=True, frozen=True)
class Conclusion:
    """What is true after reading again, and what of the change is missing (None: nothing)."""

    after: Shown
    problem: Problem | None = None
    #: What a person has to do in the place of what the service did not take.
    manual: Manual | None = None
    #: Another kind than was planned: a change that nobody but a person can carry out is ``manual``.
    kind: str | None = None
    #: What is told beside the common shape; None: as planned.
    extra: Shown | None = None
    #: False: what was read does not tell whether the change took effect.
    certain: bool = True


@dataclasses.dataclass(slots=True, frozen=True)
class Outcome:
    """What became of one change."""

    change: Change
    #: The kind of change that it turned out to be.
    kind: str
    changed: bool = False
    failed: bool = False
    #: What stands against it: why it failed or is blocked; while reading again goes on, what is missing so far.
    error: Problem | None = None
    #: False: it is not known whether what was sent took effect.
    certain: bool = True
    after: Shown = dataclasses.field(default_factory=dict)
    #: The person as known last.
    person: Person | None = None
    #: What reading again showed last; None: nothing was read again.
    seen: Seen | None = None
    manual: Manual | None = None
    extra: Shown = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("after", "extra"):
            object.__setattr__(self, name, fixed(getattr(self, name)))
        # Nobody who may have been changed is reported as untouched.
        object.__setattr__(self, "changed", self.changed or not self.certain)

    @classmethod
    def of(cls, change: Change, **more: t.Any) -> Outcome:
        """Return the outcome of a change for which nothing was sent."""
        known: dict[str, t.Any] = {
            "kind": change.kind,
            "error": change.problem,
            "after": change.after,
            "person": change.person,
            "manual": change.manual,
            "extra": change.extra,
        }
        return cls(change, **{**known, **more})

    @classmethod
    def not_attempted(cls, change: Change, cause: Problem | None) -> Outcome:
        """Return the outcome of a change that was not tried.

        :param cause: why the run had to end; None: somebody before failed, and the run was to stop at that.
        """
        return cls.of(
            change,
            kind=NONE,
            failed=True,
            after=change.before,
            error=_not_attempted(change.email, cause),
            manual=None,
            extra={},
        )

    @property
    def index(self) -> int:
        """The row's place in the roster."""
        return self.change.index

    @property
    def key(self) -> str:
        """The key of the address."""
        return self.change.key

    @property
    def email(self) -> str:
        """The address as the row spells it."""
        return self.change.email

    @property
    def before(self) -> Shown:
        """What was there before."""
        return self.change.before

    @property
    def blocked(self) -> bool:
        """True if something stands against the change, so that nothing was sent for it."""
        return self.kind == BLOCKED

    def words(self) -> list[str]:
        """Return the words of ``summary`` under which it counts: what happened to the person, and what stands against the rest."""
        words = []
        if not self.certain:
            words.append(UNCERTAIN)
        elif self.changed:
            words.append(HAPPENED.get(self.kind, "updated"))
        if self.failed:
            words.append("failed")
        elif self.blocked:
            words.append("blocked")
        return words or [UNCHANGED]

    def result(self) -> dict[str, t.Any]:
        """Return the shape of one entry of ``results``."""
        return {
            "index": self.index,
            "source": self.change.wanted.source,
            "sources": sources_of(self.change.wanted),
            "email": self.email,
            "action": self.kind,
            "changed": self.changed,
            "certain": self.certain,
            "failed": self.failed,
            "before": dict(self.before),
            "after": dict(self.after),
            "error": self.error.as_dict() if self.error else None,
            **self.extra,
        }

    def line(self, module: str, time_text: str) -> dict[str, t.Any]:
        """Return one line of the outcomes file: the result, with what a person must do, and whether the person has never signed in."""
        manual = self.manual.as_dict() if self.manual else None
        pending = None if self.person is None else self.person.pending
        signed_in = {} if pending is None else {"pending": pending}
        return {"time": time_text, "module": module, **signed_in, **self.result(), "manual": manual}


def _not_attempted(email: str, cause: Problem | None) -> Problem:
    if cause is None:
        text = f"Nothing was done for {email} in this step: an earlier person failed, and on_error is stop."
        return Problem("not_attempted", text)
    text = f"Nothing was done for {email} in this step, because the run had to end: {cause.message}"
    return dataclasses.replace(cause, code="not_attempted", message=text)


def sources_of(want: Wanted) -> list[str]:
    """Return every place in the input that a row was made of."""
    found = want.row.get("sources")
    return [str(one) for one in found] if isinstance(found, (list, tuple)) and found else [want.source]


class Ledger:
    """One outcome for each change of a plan, whatever happens: a row that nobody concludes stays as it was begun, as not attempted."""

    def __init__(self, plan: Plan) -> None:
        self._outcomes = {c.index: Outcome.not_attempted(c, None) if c.pending else Outcome.of(c) for c in plan}

    def __iter__(self) -> t.Iterator[Outcome]:
        return iter(tuple(self._outcomes.values()))

    def put(self, outcome: Outcome) -> None:
        """Put what became of a row in the place of what was known. :raises KeyError: the plan has no such row."""
        if outcome.index not in self._outcomes:
            raise KeyError(outcome.index)
        self._outcomes[outcome.index] = outcome

    def outcomes(self) -> tuple[Outcome, ...]:
        """Return one outcome for each change, in the plan's order."""
        return tuple(self._outcomes.values())


@dataclasses.dataclass(slots=True, frozen=True)
class Outcomes:
    """What became of a step: one outcome a row, in the roster's order."""

    outcomes: tuple[Outcome, ...] = ()
    #: Why nothing was begun, or why it ended early.
    aborted: Problem | None = None
    warnings: tuple[str, ...] = ()
    #: Where in the code an error came from that nobody foresaw; for whoever mends it.
    trace: str | None = None

    @classmethod
    def not_begun(
        cls, wanted: t.Iterable[Wanted], cause: Problem, *, warnings: tuple[str, ...] = (), trace: str | None = None
    ) -> Outcomes:
        """Return the outcomes of a step that could not begin: nothing was tried for anybody."""
        return cls(tuple(Outcome.not_attempted(Change(w), cause) for w in wanted), cause, warnings, trace)

    def __iter__(self) -> t.Iterator[Outcome]:
        return iter(self.outcomes)

    def __len__(self) -> int:
        return len(self.outcomes)

    @property
    def changed(self) -> bool:
        """True if anything was changed, or may have been."""
        return any(o.changed for o in self.outcomes)

    @property
    def failed(self) -> list[Outcome]:
        """The outcomes of those for whom something went wrong."""
        return [o for o in self.outcomes if o.failed]

    @property
    def blocked(self) -> list[Outcome]:
        """The outcomes of those who are blocked."""
        return [o for o in self.outcomes if o.blocked]

    def summary(self) -> dict[str, int]:
        """Return how many people there are, and how many under each word; somebody may count under two."""
        counts = empty_summary()
        counts["total"] = len(self.outcomes)
        for outcome in self.outcomes:
            for word in outcome.words():
                counts[word] += 1
        return counts


def empty_summary() -> dict[str, int]:
    """Return the summary of a run without people."""
    return dict.fromkeys(("total", *WORDS), 0)


def write_outcomes(path: str | None, module: str, outcomes: t.Iterable[Outcome]) -> None:
    """Append one JSON line a person to the outcomes file (made 0600). :raises OSError: it cannot be written."""
    now = timestamp()
    append_lines(path, (o.line(module, now) for o in outcomes))
