# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of every person of a run, joined from the files of its run directories.

This is a private part of the collection: it may change in any release.

A run leaves one directory per organization: ``organization.json``, ``roster.json`` and one file of outcomes per step
(``user.jsonl``, ``license.jsonl``, ``role.jsonl``, ``sync.jsonl``, ``agent.jsonl``; one JSON object a line, the last
line of a person counts). `load_run` opens them, `build_report` joins them by address (compared without case) into
plain data, and the ``write_*`` functions render that. Nothing here touches the network.

The rule above all others: a person is ``ready`` only when everything that was declared for that person was observed.
"""

from __future__ import annotations

import csv
import io
import json
import os
import sys
import tempfile
import typing as t
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from ...module_utils._contact_center.desk_ready import lacking
from ...module_utils._model import address_key

FORMAT = "wxcc.onboarding/report/1"

#: Worst first: the first that applies to a person is that person's outcome.
OUTCOMES = ("failed", "blocked", "waiting", "ready")
CHANGES = ("created", "updated", "removed", "unchanged")
COUNTS = ("total", *CHANGES, "blocked", "failed", "ready", "waiting")

#: The steps of the chain, in the order in which they run; each leaves ``<step>.jsonl``.
STEPS = ("csv", "user", "license", "role", "sync", "agent")
#: The state of somebody whom a CSV row names: there, but whether he can sign in is not the file's business.
AS_IS = "as is"

#: How the message of those begins whom a run that stopped did not reach.
NOT_REACHED = "Not reached:"

SYNC_DONE = frozenset({"in_sync", "not_expected", "digital_pending"})
WHERE_TO_SYNCHRONIZE = (
    "Control Hub > Services > Contact Center > Tenant settings > General > Synchronize Users "
    "(older Control Hub: Contact Center > Settings > General > Synchronize Users)"
)
SYNC_MESSAGES = {
    "missing": "The contact center does not know this person yet.",
    "identity_mismatch": "The contact center holds another name or address for this person.",
    "inactive": "This person is inactive in the contact center.",
    "profile_mismatch": "The user profile in the contact center does not fit the license and role.",
}


@dataclass(slots=True)
class Run:
    """What one organization's run left.

    ``outcomes`` maps a step to its outcome lines; a step that never ran is absent. ``missing`` tells that there was no
    run directory at all.
    """

    organization: Mapping[str, t.Any]
    roster: Mapping[str, t.Any] | Sequence[Mapping[str, t.Any]] = ()
    outcomes: Mapping[str, Iterable[Mapping[str, t.Any]]] = field(default_factory=dict)
    missing: bool = False


@dataclass(slots=True)
class _Step:
    """The last outcome of one person in one step, and whether any of that person's outcomes changed something."""

    action: str = "none"
    changed: bool = False
    removed: bool = False
    created: bool = False
    failed: bool = False
    before: Mapping[str, t.Any] | None = None
    after: Mapping[str, t.Any] | None = None
    code: str = ""
    message: str = ""
    advice: str = ""
    manual: str = ""
    pending: bool = False

    @property
    def bad(self) -> bool:
        """Whether the step did not do what was asked: it failed, or only a person can help."""
        return self.failed or self.action == "blocked"

    def value(self, key: str) -> t.Any:
        """What was last seen of this person: after the step, or before it where the step saw nothing afterwards."""
        for side in (self.after, self.before):
            if side is not None and side.get(key) is not None:
                return side[key]
        return None


@dataclass(slots=True)
class _Person:
    email: str
    state: str = "present"
    license: str | None = None
    role: str | None = None
    declared: bool = True
    agent: bool = False
    steps: dict[str, _Step] = field(default_factory=dict)


@dataclass(slots=True)
class _Verdict:
    """A person's outcome while it is worked out: the worst severity seen, and why."""

    outcome: str = "ready"
    message: str = ""
    action: str = ""
    lacks: list[str] = field(default_factory=list)
    stopped: tuple[str, str, str] | None = None

    def unmet(self, message: str) -> None:
        """Note that something declared was not observed, though no step called it an error."""
        self.note(*(self.stopped or ("failed", message, "Run again.")))

    def note(self, outcome: str, message: str, action: str) -> None:
        """Take over `outcome` with its reasons if it is worse than what is known so far."""
        if OUTCOMES.index(outcome) < OUTCOMES.index(self.outcome):
            self.outcome, self.message, self.action = outcome, message, action


# --------------------------------------------------------------------------------------------------------- reading


def _json_lines(path: Path) -> Iterator[Mapping[str, t.Any]]:
    """The objects of a file of JSON lines. A last line that a killed run cut short is left out."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            try:
                value = json.loads(line)
            except ValueError:
                continue
            if isinstance(value, dict):
                yield value


def _json_file(path: Path, default: t.Any) -> t.Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return default


def load_run(directory: str | os.PathLike[str]) -> Run:
    """The run of one organization from its run directory.

    A directory that is missing, or that holds no ``organization.json``, becomes a run that left nothing: its
    organization shows up in the report as stopped, under the directory's name.

    Raises: OSError, where a file cannot be read; ValueError, where it holds no JSON.
    """
    base = Path(directory)
    organization = _json_file(base / "organization.json", None)
    return Run(
        organization=organization if isinstance(organization, dict) else {"host": base.name},
        roster=_json_file(base / "roster.json", ()),
        outcomes={step: _json_lines(base / f"{step}.jsonl") for step in STEPS if (base / f"{step}.jsonl").exists()},
        missing=not isinstance(organization, dict),
    )


# --------------------------------------------------------------------------------------------------------- joining


def _key(email: object) -> str:
    return address_key(str(email or ""))


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _people(run: Run) -> dict[str, _Person]:
    """The people of a run by address: those of the roster in its order, then those that only an outcome names."""
    if isinstance(run.roster, Mapping):
        rows: Iterable[Mapping[str, t.Any]] = run.roster.get("users") or ()
        defaults: Mapping[str, t.Any] = run.roster.get("defaults") or {}
    else:
        rows, defaults = run.roster, {}
    people: dict[str, _Person] = {}
    known: dict[tuple[t.Any, ...], dict[str, t.Any]] = {}
    exact = (run.organization.get("options") or {}).get("license_mode") == "add_and_remove"
    for row in rows:
        people[_key(row.get("email"))] = _Person(
            email=_text(row.get("email")),
            state=row.get("state") or defaults.get("state") or (AS_IS if row.get("csv") else "present"),
            license=row.get("license") or _license_cell(row.get("csv"), exact) or defaults.get("license") or None,
            role=row.get("role") or defaults.get("role") or None,
            agent=bool(row.get("agent")),
        )
    for step in STEPS:
        for line in run.outcomes.get(step, ()):
            key = _key(line.get("email"))
            person = people.get(key)
            if person is None:
                person = people[key] = _Person(email=_text(line.get("email")), declared=False)
            _take(person.steps.setdefault(step, _Step()), line, known)
    return people


def _license_cell(intent: Mapping[str, t.Any] | None, exact: bool) -> str | None:
    """The license under which a CSV row has TRUE; none where FALSE takes licenses away and stands under both of them."""
    cells = intent or {}
    named = next((name for name in ("premium", "standard") if cells.get(name) is True), None)
    both_false = all(cells.get(name) is False for name in ("premium", "standard")) and not cells.get("subscriptions")
    return named or ("none" if exact and both_false else None)


#: What the report needs of what was seen of a person, over all steps.
_SEEN = (
    "state",
    "license",
    "role",
    "sync_state",
    "profile_type",
    "message",
    "contact_center_enabled",
    "site",
    "teams",
    "desktop_profile",
)


def _seen(
    side: Mapping[str, t.Any] | None, known: dict[tuple[t.Any, ...], dict[str, t.Any]]
) -> dict[str, t.Any] | None:
    """The facts of one side that the report needs. Most people look alike, so equal facts are kept once, in `known`."""
    if not side:
        return None
    facts = tuple(tuple(v) if isinstance(v := side.get(name), list) else v for name in _SEEN)
    return known.setdefault(facts, dict(zip(_SEEN, facts, strict=True)))


def _take(step: _Step, line: Mapping[str, t.Any], known: dict[tuple[t.Any, ...], dict[str, t.Any]]) -> None:
    """Lay one outcome line over what is known of a step. A change made by an earlier line stays a change."""
    error = line.get("error") or {}
    step.action = sys.intern(_text(line.get("action")) or "none")
    step.failed = bool(line.get("failed"))
    if line.get("changed"):
        step.changed = True
        step.created = step.created or step.action == "create"
        step.removed = step.removed or step.action == "remove"
    if step.before is None:
        step.before = _seen(line.get("before"), known)
    step.after = _seen(line.get("after"), known) or step.after
    step.code = sys.intern(_text(error.get("code")))
    step.message = _text(error.get("message"))
    step.advice = sys.intern(_text(error.get("advice")))
    step.manual = sys.intern(_instruction(line.get("manual") or {}))
    step.pending = bool(line.get("pending"))


def _instruction(manual: Mapping[str, t.Any]) -> str:
    what, where = _text(manual.get("what")), _text(manual.get("where"))
    if what and where and where not in what:
        return f"{what.rstrip('.')}: {where}"
    return what or where


def _license_held(wanted: str, held: object, add_only: bool) -> bool:
    """Whether a license fulfills what is wanted. Where nothing is ever taken away, more than wanted is enough."""
    if held == wanted:
        return True
    return add_only and (wanted == "none" or (wanted == "standard" and held == "premium"))


def _state_held(wanted: str, held: object) -> bool:
    return held == wanted or (wanted == AS_IS and held != "absent")


def _role_held(wanted: str, held: object, add_only: bool) -> bool:
    if held == wanted:
        return True
    return add_only and wanted == "agent" and held in ("supervisor", "administrator")


def _supervisor_seen(person: _Person) -> bool:
    """Whether the contact center itself shows this person as a supervisor, whatever Control Hub's roles say."""
    sync = person.steps.get("sync")
    if sync is None or sync.bad or sync.value("sync_state") not in ("in_sync", "digital_pending"):
        return False
    return "supervisor" in _text(sync.value("profile_type")).lower()


def _reason(step: _Step, fallback: str) -> tuple[str, str, str]:
    """Severity, message and advice of a step that did not do what was asked."""
    severity = "failed" if step.failed else "blocked"
    return severity, step.message or fallback, step.advice or step.manual


def _judge(person: _Person, run: Run, role_seen: str | None) -> _Verdict:
    """What became of one person over the whole chain."""
    facts = run.organization
    options = facts.get("options") or {}
    verdict = _Verdict(stopped=_stopped(facts.get("aborted") or None))

    refused = person.steps.get("csv")
    if refused is not None and refused.bad:
        verdict.note(*_reason(refused, "The row of the CSV file was refused."))
    user = person.steps.get("user")
    if user is not None and user.bad:
        verdict.lacks.append("user")
        verdict.note(*_reason(user, "The account could not be brought into the declared state."))
    elif user is None and not options.get("identities", True):
        # This run left identities alone; the license step says who is not there.
        pass
    elif user is None and person.declared and (run.outcomes or verdict.stopped):
        verdict.lacks.append("user")
    elif user is not None and person.declared and not _state_held(person.state, user.value("state") or "absent"):
        verdict.lacks.append("user")
        wanted = "present" if person.state == AS_IS else person.state
        verdict.unmet(f"The account is {user.value('state') or 'absent'}, not {wanted}.")
    consequence = user is not None and user.bad

    if person.state != "absent":
        _judge_license(person, verdict, add_only=options.get("license_mode") == "add_only", consequence=consequence)
        _judge_role(
            person, verdict, role_seen, add_only=options.get("role_mode") == "add_only", consequence=consequence
        )
        if not facts.get("check_mode"):
            _judge_sync(person, verdict, expected=bool(options.get("synchronize")), gate=_text(facts.get("gate")))

    agent = person.steps.get("agent")
    if agent is None and person.agent and person.state in ("present", AS_IS):
        verdict.lacks.append("agent")
    elif agent is not None and agent.bad:
        verdict.lacks.append("agent")
        if verdict.outcome == "ready":
            verdict.note(*_reason(agent, "The agent settings could not be brought into the declared state."))

    if verdict.lacks and verdict.outcome == "ready":
        verdict.note(*(verdict.stopped or ("waiting", f"Not observed yet: {', '.join(verdict.lacks)}.", "Run again.")))
    return verdict


def _stopped(aborted: Mapping[str, t.Any] | None) -> tuple[str, str, str] | None:
    """Outcome, message and action for those whom an organization's run did not reach, or None where it went through."""
    if not aborted:
        return None
    step = _text(aborted.get("step")) or "an unknown step"
    return "failed", f"{NOT_REACHED} the run stopped at {step}.", _text(aborted.get("message"))


def _judge_license(person: _Person, verdict: _Verdict, add_only: bool, consequence: bool) -> None:
    step = person.steps.get("license")
    if step is not None and step.bad:
        verdict.lacks.append("license")
        # Without an account there is nothing to license: the first cause is told, not its consequence.
        if not consequence:
            verdict.note(*_reason(step, "The license could not be brought into the declared state."))
        return
    if step is not None and verdict.stopped and step.action in ("create", "update", "remove") and not step.changed:
        # Planned, and then the run stopped before it.
        verdict.lacks.append("license")
        verdict.note(*verdict.stopped)
        return
    if person.license is None:
        return
    held = step.value("license") if step is not None else None
    if step is None or not _license_held(person.license, held, add_only):
        verdict.lacks.append("license")
        if step is not None and not consequence:
            verdict.unmet(f"The license is {held or 'unknown'}, not {person.license}.")


def _judge_role(person: _Person, verdict: _Verdict, role_seen: str | None, add_only: bool, consequence: bool) -> None:
    step = person.steps.get("role")
    if step is not None and step.bad:
        verdict.lacks.append("role")
        if not consequence:
            verdict.note(*_reason(step, "The role could not be brought into the declared state."))
        return
    if person.role is None:
        return
    if (
        step is not None
        and _role_held(person.role, role_seen, add_only)
        and not (step.action == "manual" and role_seen != person.role)
    ):
        return
    verdict.lacks.append("role")
    if step is None or consequence:
        return
    if step.action == "manual" or step.manual:
        message = step.message or f"The role {person.role} is still to be given by an administrator."
        verdict.note("waiting", message, step.manual or step.advice)
    else:
        verdict.unmet(f"The role is {role_seen or 'unknown'}, not {person.role}.")


def _judge_sync(person: _Person, verdict: _Verdict, expected: bool, gate: str) -> None:
    """Add what the contact center's own record says. A check run cannot foresee it and does not ask."""
    if person.state == "disabled":
        return
    step = person.steps.get("sync")
    consequence = bool({"user", "license"} & set(verdict.lacks))
    if step is None:
        if expected and person.license in ("standard", "premium"):
            verdict.lacks.append("sync")
            if not consequence and not verdict.stopped:
                verdict.note("waiting", "The contact center's record was not looked at.", "Run again.")
        return
    state = step.value("sync_state")
    if not step.bad and state in SYNC_DONE:
        return
    verdict.lacks.append("sync")
    if consequence:
        return
    message = step.message or _text(step.value("message")) or SYNC_MESSAGES.get(_text(state), "Not in sync yet.")
    action = step.advice or step.manual or f"Press Synchronize Users: {WHERE_TO_SYNCHRONIZE}."
    # As long as nobody has passed the gate there is nothing that could have gone wrong.
    early = step.failed and gate == "open" and step.code == "not_in_sync"
    if early or not step.bad:
        verdict.note("waiting", message, action)
    else:
        verdict.note("failed" if step.failed else "blocked", message, action)


def _changes(person: _Person) -> list[str]:
    """What was changed (or, in a check run, would be), in words."""
    words: list[str] = []
    user = person.steps.get("user")
    if user is not None and user.changed:
        disabled = user.value("state") == "disabled"
        words.append(
            "created" if user.created else "removed" if user.removed else "disabled" if disabled else "updated"
        )
    step = person.steps.get("license")
    if step is not None and step.changed:
        words.append(f"license {step.value('license') or 'changed'}")
    step = person.steps.get("role")
    if step is not None and step.changed:
        words.append(f"role {step.value('role') or 'changed'}")
    step = person.steps.get("agent")
    if step is not None and step.changed:
        words.append("agent settings")
    return words


def _count_as(person: _Person, outcome: str) -> str:
    """The one column of the summary in which a person is counted, over the whole chain."""
    if outcome in ("blocked", "failed"):
        return outcome
    steps = [step for step in person.steps.values() if step.changed]
    if any(step.created for step in steps):
        return "created"
    if any(step.removed for step in steps):
        return "removed"
    return "updated" if steps else "unchanged"


def _agent_state(person: _Person) -> str | None:
    step = person.steps.get("agent")
    if step is None:
        return None
    if step.bad:
        return "failed" if step.failed else "blocked"
    return "changed" if step.changed else "as declared"


def _desk(person: _Person, row: Mapping[str, t.Any]) -> tuple[str | None, str | None]:
    """What still lacks before this person takes contacts: (ready or one word, one sentence).

    Only a run that looked at the agent settings can tell; for others it is (None, None).
    """
    agent, sync = person.steps.get("agent"), person.steps.get("sync")
    if agent is None:
        return None, None
    seen = {
        "state": row["user"],
        "pending": sync.pending if sync is not None else None,
        "license": row["license"],
        "role": row["role"],
        "sync_state": row["sync_state"],
        "sync_message": sync.value("message") if sync is not None else None,
        "profile_type": sync.value("profile_type") if sync is not None else None,
        "agent": {name: agent.value(name) for name in ("contact_center_enabled", "site", "teams", "desktop_profile")},
    }
    word, sentence = lacking(seen, {"license": person.license, "role": person.role})
    return word or "ready", sentence


def _user_row(person: _Person, run: Run) -> tuple[dict[str, t.Any], str]:
    """A person's entry of the report, and the column of the summary it counts in."""
    user, license_, role, sync = (person.steps.get(step) for step in ("user", "license", "role", "sync"))
    role_seen = role.value("role") if role is not None else None
    if person.role == "supervisor" and role_seen != "supervisor" and _supervisor_seen(person):
        role_seen = "supervisor"
    verdict = _judge(person, run, role_seen)
    if user is not None and user.value("state") == "absent":
        role_seen = None
    row = {
        "email": person.email,
        "outcome": verdict.outcome,
        "user": user.value("state") if user is not None else None,
        "license": license_.value("license") if license_ is not None else None,
        "role": role_seen,
        "sync_state": sync.value("sync_state") if sync is not None else None,
        "agent": _agent_state(person),
        "changes": _changes(person),
        "lacks": verdict.lacks,
        "message": verdict.message,
        "action": verdict.action,
    }
    row["desk"], row["desk_message"] = _desk(person, row)
    return row, _count_as(person, verdict.outcome)


def _zero() -> dict[str, int]:
    return dict.fromkeys(COUNTS, 0)


def _organization(run: Run) -> dict[str, t.Any]:
    facts = run.organization
    summary = _zero()
    users: list[dict[str, t.Any]] = []
    people = _people(run)
    # The joined person is let go as soon as its row stands, to keep big runs small in memory.
    for key in list(people):
        row, counted = _user_row(people.pop(key), run)
        users.append(row)
        summary["total"] += 1
        summary[counted] += 1
        if row["outcome"] in ("ready", "waiting"):
            summary[row["outcome"]] += 1
    aborted = facts.get("aborted") or None
    if run.missing:
        aborted = {"step": "start", "message": "The run of this organization left no files."}
    host = _text(facts.get("host"))
    return {
        "id": facts.get("id") or None,
        "name": _text(facts.get("name")) or host,
        "host": host or None,
        "check": bool(facts.get("check_mode")),
        "aborted": aborted,
        "findings": list(facts.get("findings") or ()),
        "summary": summary,
        "users": users,
    }


def build_report(runs: Iterable[Run], now: datetime | None = None) -> dict[str, t.Any]:
    """The report over all the organizations of a run.

    Returns: ``{format, time, check, summary, organizations: [{id, name, host, check, aborted, findings, summary,
    users: [{email, outcome, user, license, role, sync_state, agent, desk, desk_message, changes, lacks, message, action}]}]}``. In a
    summary, created, updated, removed, unchanged, blocked and failed count every person once, and so do ready,
    waiting, blocked and failed.
    """
    organizations = [_organization(run) for run in runs]
    summary = _zero()
    for organization in organizations:
        for name in COUNTS:
            summary[name] += organization["summary"][name]
    return {
        "format": FORMAT,
        "time": (now or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "check": any(organization["check"] for organization in organizations),
        "summary": summary,
        "organizations": organizations,
    }


# ---------------------------------------------------------------------------------------------------------- groups


@dataclass(slots=True)
class Group:
    """People of one organization who need the same thing for the same reason."""

    outcome: str
    message: str
    action: str
    emails: list[str]


def groups(organization: Mapping[str, t.Any]) -> list[Group]:
    """Those of an organization's people who are not ready, by what they need; the worst outcome first."""
    found: dict[tuple[str, str, str], Group] = {}
    for user in organization["users"]:
        if user["outcome"] == "ready":
            continue
        # A message that names the person would put everybody into a group of one.
        message = str(user["message"])
        action = str(user["action"])
        for spelling in {user["email"], _key(user["email"])} - {""}:
            message = message.replace(spelling, "this person")
            action = action.replace(spelling, "this person")
        message = message[:1].upper() + message[1:]
        key = (user["outcome"], message, action)
        if key not in found:
            found[key] = Group(*key, emails=[])
        found[key].emails.append(user["email"])
    return sorted(found.values(), key=lambda group: (OUTCOMES.index(group.outcome), -len(group.emails)))


def count(number: int) -> str:
    """A number as people read it: 1,000."""
    return f"{number:,}"


def _counted(summary: Mapping[str, int], names: Iterable[str], after: bool) -> str:
    parts = []
    for name in names:
        if summary[name]:
            parts.append(f"{count(summary[name])} {name}" if after else f"{name} {count(summary[name])}")
    return ", ".join(parts)


def _names(emails: Sequence[str], at_most: int = 3) -> str:
    shown = ", ".join(emails[:at_most])
    more = len(emails) - at_most
    return shown if more <= 0 else f"{shown} and {count(more)} more"


def lines(report: Mapping[str, t.Any], at_most: int = 10) -> list[str]:
    """The few lines that an administrator wants to see in the terminal.

    One line per organization, then one per group of people who need the same thing, at most `at_most` of them.
    """
    out: list[str] = []
    for organization in report["organizations"]:
        out.extend(_organization_lines(organization, at_most))
    return out


def _organization_lines(organization: Mapping[str, t.Any], at_most: int) -> list[str]:
    summary = organization["summary"]
    label = organization["host"] or organization["name"] or organization["id"] or "organization"
    head = f"{label}: {count(summary['total'])} {'person' if summary['total'] == 1 else 'people'}"
    states = _counted(summary, ("ready", "waiting", "blocked", "failed"), after=True)
    done = _counted(summary, CHANGES, after=False)
    if organization["check"]:
        head = f"{label}: check, nothing written: {count(summary['total'])} people"
    out = [f"{head}: {states or 'none'}{'; ' + done if done else ''}"]
    aborted = organization["aborted"]
    found = groups(organization)
    if aborted:
        step, message = aborted.get("step") or "an unknown step", aborted.get("message") or "no reason given"
        out.append(f"  stopped at {step}: {message}")
        found = [group for group in found if not group.message.startswith(NOT_REACHED)]
    for group in found[:at_most]:
        out.append(f"  {group.outcome}: {_names(group.emails)}: {group.message}")
        if group.action:
            out.append(f"    to do: {group.action}")
    rest = sum(len(group.emails) for group in found[at_most:])
    if rest:
        out.append(f"  and {count(rest)} more: see the report")
    return out


# --------------------------------------------------------------------------------------------------------- writing


def write_private(path: Path, write: Callable[[t.TextIO], object]) -> None:
    """Write a text file that only its owner can read, all of it or nothing: it appears under its name when complete."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            write(file)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _write_json(report: Mapping[str, t.Any], file: t.TextIO) -> None:
    """A person a line, so that big reports stay readable, and small in memory while they are written."""
    head = {key: value for key, value in report.items() if key != "organizations"}
    file.write(json.dumps(head, ensure_ascii=False, indent=1)[:-2] + ',\n "organizations": [')
    for number, organization in enumerate(report["organizations"]):
        facts = {key: value for key, value in organization.items() if key != "users"}
        file.write("," if number else "")
        file.write("\n  " + json.dumps(facts, ensure_ascii=False)[:-1] + ', "users": [')
        for position, user in enumerate(organization["users"]):
            file.write(("," if position else "") + "\n   " + json.dumps(user, ensure_ascii=False))
        file.write("\n  ]}")
    file.write("\n ]\n}\n")


CSV_COLUMNS = (
    "organization",
    "email",
    "outcome",
    "user",
    "license",
    "role",
    "sync_state",
    "agent",
    "desk",
    "desk_message",
    "changes",
    "lacks",
    "message",
    "action",
)


def _cell(value: object) -> str:
    """A cell's text. A leading sign that a spreadsheet program would take for a formula is defused by a quote."""
    text = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _write_csv(report: Mapping[str, t.Any], file: t.TextIO) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for organization in report["organizations"]:
        for user in organization["users"]:
            writer.writerow([_cell(organization["name"]), *(_cell(user[column]) for column in CSV_COLUMNS[1:])])


def _write_html(report: Mapping[str, t.Any], file: t.TextIO) -> None:
    # Jinja comes with ansible-core; only this format needs it.
    from .page import render

    for part in render(report):
        file.write(part)


WRITERS: Mapping[str, Callable[[Mapping[str, t.Any], t.TextIO], None]] = {
    "json": _write_json,
    "csv": _write_csv,
    "html": _write_html,
}


def write_report(
    report: Mapping[str, t.Any], directory: str | os.PathLike[str], formats: Iterable[str]
) -> dict[str, str]:
    """Write ``report.<format>`` for each of `formats` (json, csv, html) into `directory`, which is made if need be.

    The files are readable by their owner only. Returns the path of each format's file.

    Raises: OSError, where the directory cannot be written; KeyError, for an unknown format.
    """
    base = Path(directory)
    base.mkdir(mode=0o700, parents=True, exist_ok=True)
    paths: dict[str, str] = {}
    for name in formats:
        path = base / f"report.{name}"
        write_private(path, partial(WRITERS[name], report))
        paths[name] = str(path)
    return paths


def to_text(report: Mapping[str, t.Any], name: str) -> str:
    """One format of the report as text, for tests and for those who keep it elsewhere."""
    file = io.StringIO()
    WRITERS[name](report, file)
    return file.getvalue()
