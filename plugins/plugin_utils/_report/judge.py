# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of one person over the whole chain. Pure. Private to this collection.

The rule above all others: a person is ``ready`` only when everything that was declared for that person was observed.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ...module_utils import _model
from ...module_utils._contact_center.as_declared import license_suffices, role_suffices
from ...module_utils._contact_center.sync_state import DIGITAL, IN_SYNC, SETTLED, what_to_press
from ...module_utils._run.record import OPEN
from ...module_utils._steps import AGENT, LICENSE, ROLE, ROW, STEPS, SYNC, USER, Step
from .join import AS_IS, ReportPerson, StepOutcome, option_of, text
from .load import RunFiles
from .words import BLOCKED, FAILED, OUTCOMES, READY, WAITING, stopped_at

_CHANGES = (_model.CREATE, _model.UPDATE, _model.REMOVE)

#: How the message of those begins whom a run that stopped did not reach.
NOT_REACHED = "Not reached:"


class Reason(t.NamedTuple):
    """Why somebody is not ready: the outcome, one sentence, and what to do."""

    outcome: str
    message: str
    action: str


@dataclasses.dataclass(frozen=True, slots=True)
class Circumstances:
    """What of a run decides over each of its people: its options, and how far it came."""

    #: Whether licenses, and roles, are only added, so that more than is declared is enough.
    licenses_only_added: bool
    roles_only_added: bool
    #: The names of the steps that are this run's business. What is declared for others concerns another run.
    steps: frozenset[str]
    check: bool
    #: Whether nobody has pressed "Synchronize Users" yet.
    gate_open: bool
    #: Whether any step left outcomes, or a plan says what they would be.
    began: bool
    #: What those hear whom the run did not reach; None where it went through.
    stopped: Reason | None

    @classmethod
    def of(cls, run: RunFiles) -> Circumstances:
        """Return the circumstances of a run."""
        record = run.record
        return cls(
            licenses_only_added=option_of(run, "license", "mode") == _model.ADD_ONLY,
            roles_only_added=option_of(run, "role", "mode") == _model.ADD_ONLY,
            steps=_business(run),
            check=record.check_mode,
            gate_open=record.gate == OPEN,
            began=bool(run.outcomes or run.plan),
            stopped=_stopped(record.stopped),
        )


#: What the runs of roles are about that are not about the whole chain.
_OF_ROLE = {"agent_settings": {AGENT.name}, "synchronize": {SYNC.name}}
_CHAIN = "onboard"


def _business(run: RunFiles) -> frozenset[str]:
    """Return the names of the steps that a run is about: what its plan holds, or the steps of its role, and what was done."""
    record = run.record
    # A plan that was refused at its first question has planned nothing for anybody.
    if run.plan is not None and any(person["steps"] for person in run.plan.people):
        names = {name for person in run.plan.people for name in person["steps"]}
    elif record.role == _CHAIN:
        names = {step.name for step in STEPS if step is not USER or record.options.get("identities", True)}
    else:
        names = set(_OF_ROLE.get(record.role, ()))
    if record.role == _CHAIN:
        names = names - {SYNC.name} if not record.options.get("synchronize") else names | {SYNC.name}
    return frozenset(names | set(run.outcomes))


def _stopped(stopped: t.Mapping[str, t.Any] | None) -> Reason | None:
    if not stopped:
        return None
    message = f"{NOT_REACHED} the run stopped at {stopped_at(stopped)}. {text(stopped.get('message'))}"
    return Reason(FAILED, message.strip(), text(stopped.get("advice")))


@dataclasses.dataclass(slots=True)
class Judgment:
    """A person's outcome while it is worked out: the worst seen, why, and what the person lacks."""

    outcome: str = READY
    message: str = ""
    action: str = ""
    lacks: list[str] = dataclasses.field(default_factory=list)

    def note(self, reason: Reason) -> None:
        """Take over an outcome with its reasons if it is worse than what is known so far."""
        if OUTCOMES.index(reason.outcome) < OUTCOMES.index(self.outcome):
            self.outcome, self.message, self.action = reason


def judge(person: ReportPerson, run: Circumstances, role_seen: str | None) -> Judgment:
    """Return what became of one person over the whole chain; `role_seen` is what :func:`role_seen` says.

    A check run's outcome is the plan's forecast, which never calls ready what only the service can know.
    """
    judgment = Judgment()
    _judge_row(person, judgment)
    if run.stopped is not None:
        _judge_cause(person, judgment)
    if run.check and person.forecast and run.stopped is None:
        _foresee(person, person.forecast, judgment)
        return judgment
    _judge_user(person, judgment, run)
    if person.state != _model.ABSENT:
        _judge_license(person, judgment, run)
        _judge_role(person, judgment, run, role_seen)
        _judge_sync(person, judgment, run)
    _judge_agent(person, judgment, run)
    if judgment.lacks and judgment.outcome == READY:
        message = f"Not observed yet: {', '.join(judgment.lacks)}."
        judgment.note(run.stopped or Reason(WAITING, message, "Run again."))
    return judgment


def _foresee(person: ReportPerson, forecast: t.Mapping[str, t.Any], judgment: Judgment) -> None:
    for step in STEPS:
        outcome = person.outcome(step)
        if outcome is not None and (outcome.bad or outcome.action == _model.MANUAL):
            _lack(step, person, judgment)
    word = text(forecast.get("outcome"))
    judgment.note(
        Reason(word if word in OUTCOMES else WAITING, text(forecast.get("message")), text(forecast.get("action")))
    )


def _lack(step: Step, person: ReportPerson, judgment: Judgment) -> None:
    """Note that a step did not come about. A row that is left alone is blocked in all steps, also in those that it asks nothing of."""
    outcome = person.outcome(step)
    only_blocked = outcome is not None and outcome.action == _model.BLOCKED and not outcome.failed
    if step.lack and not (only_blocked and person.asks is not None and step.name not in person.asks):
        judgment.lacks.append(step.lack)


def role_seen(person: ReportPerson) -> str | None:
    """Return the role observed. A supervisor made by hand shows in the contact center alone, whatever Control Hub's roles say.

    Who is an administrator as well is a supervisor where that is wanted.
    """
    if person.role == _model.SUPERVISOR and _supervises(person):
        return _model.SUPERVISOR
    role: str | None = person.seen(ROLE)
    return role


def _supervises(person: ReportPerson) -> bool:
    """Return whether somebody is seen to be a supervisor, whatever else."""
    outcome = person.outcome(ROLE)
    by_identity = outcome is not None and _model.SUPERVISOR_NAME in (outcome.seen("roles") or ())
    return by_identity or person.seen(ROLE) == _model.SUPERVISOR or _supervisor_in_contact_center(person.outcome(SYNC))


def _supervisor_in_contact_center(sync: StepOutcome | None) -> bool:
    if sync is None or sync.bad or sync.seen(SYNC.fact) not in (IN_SYNC, DIGITAL):
        return False
    return _model.SUPERVISOR in text(sync.seen("profile_type")).lower()


def _reason(step: Step, outcome: StepOutcome) -> Reason:
    """Why a step did not do what was asked."""
    return Reason(
        FAILED if outcome.failed else BLOCKED, outcome.message or step.failure, outcome.advice or outcome.manual
    )


def _unmet(run: Circumstances, message: str) -> Reason:
    """Something declared was not observed, though no step called it an error."""
    return run.stopped or Reason(FAILED, message, "Run again.")


def _left_out(step: Step, person: ReportPerson, judgment: Judgment, run: Circumstances) -> bool:
    """Note that the run ended between a step's plan and its change; return whether it did."""
    outcome = person.outcome(step)
    if outcome is None or not (outcome.not_attempted or (run.stopped and _only_planned(outcome))):
        return False
    judgment.lacks.append(step.lack)
    # What went wrong before is the cause, and is told already.
    if judgment.outcome == READY:
        message = outcome.message or f"{NOT_REACHED} the run ended before this person's {step.name}."
        judgment.note(run.stopped or Reason(FAILED, message, outcome.advice or "Run again."))
    return True


def _only_planned(outcome: StepOutcome) -> bool:
    """Whether a change stands there that was not sent, or that nobody was asked for."""
    if outcome.action == _model.MANUAL:
        return outcome.only_planned
    return outcome.action in _CHANGES and not outcome.changed and outcome.certain


def _account_refused(person: ReportPerson) -> bool:
    """Whether the account is the first cause of what later steps could not do: then it is told, not its consequences."""
    user = person.outcome(USER)
    return user is not None and user.bad


def _judge_row(person: ReportPerson, judgment: Judgment) -> None:
    outcome = person.outcome(ROW)
    if outcome is not None and outcome.bad:
        judgment.note(_reason(ROW, outcome))


def _judge_cause(person: ReportPerson, judgment: Judgment) -> None:
    """Note what the plan blocked of somebody whom a run that stopped did not reach: it was so before, whatever stopped the run."""
    for step in STEPS:
        outcome = person.outcome(step)
        if outcome is not None and outcome.only_planned and outcome.action == _model.BLOCKED:
            judgment.note(_reason(step, outcome))


def _judge_user(person: ReportPerson, judgment: Judgment, run: Circumstances) -> None:
    outcome = person.outcome(USER)
    if outcome is None:
        # Where a run leaves identities alone, the license step says who is not there.
        if USER.name in run.steps and person.declared and (run.began or run.stopped):
            judgment.lacks.append(USER.lack)
        return
    if outcome.bad:
        judgment.lacks.append(USER.lack)
        judgment.note(_reason(USER, outcome))
        return
    if _left_out(USER, person, judgment, run):
        return
    state = outcome.seen(USER.fact) or _model.ABSENT
    if person.declared and not _state_suffices(person.state, state):
        judgment.lacks.append(USER.lack)
        wanted = _model.PRESENT if person.state == AS_IS else person.state
        judgment.note(_unmet(run, f"The account is {state}, not {wanted}."))


def _state_suffices(wanted: str, state: object) -> bool:
    return state == wanted or (wanted == AS_IS and state != _model.ABSENT)


def _went_wrong(step: Step, person: ReportPerson, judgment: Judgment) -> bool:
    """Note what went wrong at a step that needs an account; return whether anything did."""
    outcome = person.outcome(step)
    if outcome is None or not outcome.bad:
        return False
    _lack(step, person, judgment)
    # Without an account there is nothing to give, and the reason is told already.
    if not _account_refused(person):
        judgment.note(_reason(step, outcome))
    return True


def _judge_license(person: ReportPerson, judgment: Judgment, run: Circumstances) -> None:
    outcome = person.outcome(LICENSE)
    if _went_wrong(LICENSE, person, judgment) or _left_out(LICENSE, person, judgment, run):
        return
    if person.license is None or LICENSE.name not in run.steps:
        return
    seen = person.seen(LICENSE)
    if outcome is None or not license_suffices(person.license, seen, only_added=run.licenses_only_added):
        judgment.lacks.append(LICENSE.lack)
        if outcome is not None and not _account_refused(person):
            judgment.note(_unmet(run, f"The license is {seen or 'unknown'}, not {person.license}."))


def _judge_role(person: ReportPerson, judgment: Judgment, run: Circumstances, role_seen: str | None) -> None:
    outcome = person.outcome(ROLE)
    if _went_wrong(ROLE, person, judgment) or _left_out(ROLE, person, judgment, run):
        return
    if person.role is None or ROLE.name not in run.steps:
        return
    if outcome is not None and _role_is_as_declared(person, role_seen, only_added=run.roles_only_added):
        return
    judgment.lacks.append(ROLE.lack)
    if outcome is None or _account_refused(person):
        return
    if outcome.action == _model.MANUAL or outcome.manual:
        message = outcome.message or f"The role {person.role} is still to be given by an administrator."
        judgment.note(Reason(WAITING, message, outcome.manual or outcome.advice))
    else:
        judgment.note(_unmet(run, f"The role is {role_seen or 'unknown'}, not {person.role}."))


def _role_is_as_declared(person: ReportPerson, role_seen: str | None, *, only_added: bool) -> bool:
    """Return whether the role is as declared, given how roles are meant; what :func:`role_seen` says is taken for what is there."""
    outcome = person.outcome(ROLE)
    by_hand = outcome is not None and outcome.action == _model.MANUAL
    return role_suffices(
        person.role,
        role_seen,
        named=person.administrator_roles,
        supervises=_supervises(person),
        # Where somebody is to give the very role, more than it is not enough.
        only_added=only_added and not by_hand,
    )


def _judge_sync(person: ReportPerson, judgment: Judgment, run: Circumstances) -> None:
    """Add what the contact center's own record says. A check run cannot foresee it and does not ask."""
    if run.check or person.state == _model.DISABLED or SYNC.name not in run.steps:
        return
    outcome = person.outcome(SYNC)
    # What keeps the contact center from knowing the person is told already.
    explained = bool({USER.lack, LICENSE.lack} & set(judgment.lacks))
    if outcome is None:
        if SYNC.name in run.steps and person.license in (_model.STANDARD, _model.PREMIUM):
            judgment.lacks.append(SYNC.lack)
            if not explained and not run.stopped:
                judgment.note(Reason(WAITING, "The contact center's record was not looked at.", "Run again."))
    elif outcome.not_attempted:
        _left_out(SYNC, person, judgment, run)
    elif outcome.bad or outcome.seen(SYNC.fact) not in SETTLED:
        _lack(SYNC, person, judgment)
        # Whom a run did not reach hears of that: nobody has looked since.
        if not explained and (outcome.bad or not run.stopped):
            judgment.note(_out_of_sync(outcome, run))


def _out_of_sync(outcome: StepOutcome, run: Circumstances) -> Reason:
    # As long as nobody has passed the gate there is nothing that could have gone wrong.
    early = outcome.failed and run.gate_open and outcome.code == "not_in_sync"
    severity = WAITING if early or not outcome.bad else FAILED if outcome.failed else BLOCKED
    message = outcome.message or text(outcome.seen("message")) or SYNC.failure
    action = outcome.advice or outcome.manual or what_to_press(text(outcome.seen(SYNC.fact)))
    return Reason(severity, message, action)


def _judge_agent(person: ReportPerson, judgment: Judgment, run: Circumstances) -> None:
    outcome = person.outcome(AGENT)
    if outcome is None:
        if person.agent and AGENT.name in run.steps and person.state in (_model.PRESENT, AS_IS):
            judgment.lacks.append(AGENT.lack)
    elif outcome.bad:
        _lack(AGENT, person, judgment)
        # Whoever is not onboarded hears of that, not of the settings that go with it.
        if judgment.outcome == READY:
            judgment.note(_reason(AGENT, outcome))
    else:
        _left_out(AGENT, person, judgment, run)
