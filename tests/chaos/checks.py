"""What must hold after a run whatever went wrong. Pure: truth before and after, what was declared, what was said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.chaos.chain import ChainRun, StepRun, Truth
from tests.simulator import roles

Row = dict[str, Any]

#: The steps that change something, and what of the truth is theirs.
IDENTITY = ("id", "names", "title", "department", "active", "license_ids", "roles")
WRITING = {"user": IDENTITY, "license": IDENTITY, "role": IDENTITY, "agent": ("record",)}
UNFORESEEN = "failed unexpectedly"
SETTING_OF = {
    "site": ("siteId", "site"),
    "teams": ("teamIds", "team"),
    "skill_profile": ("skillProfileId", "skill-profile"),
    "desktop_profile": ("agentProfileId", "agent-profile"),
    "external_id": ("externalIdentifier", None),
    "contact_center_enabled": ("contactCenterEnabled", None),
}


@dataclass(frozen=True)
class Violation:
    """Something that must not be: its kind, whom it is about, what was said and what is true."""

    kind: str
    who: str
    said: str
    true: str

    def as_dict(self) -> dict[str, str]:
        return {"kind": self.kind, "who": self.who, "said": self.said, "true": self.true}


def keyed(rows: list[Row]) -> dict[str, Row]:
    """Return the rows of a roster by address."""
    return {row["email"].lower(): row for row in rows}


def _part(known: Row | None, fields: tuple[str, ...]) -> Row | None:
    return None if known is None else {name: known[name] for name in fields}


def _differs(before: Row | None, after: Row | None) -> str:
    """Return in what two truths differ, for reading."""
    if before is None or after is None:
        return "came" if before is None else "is gone"
    parts = (f"{name}: {before[name]} -> {after[name]}" for name in after if before[name] != after[name])
    return "; ".join(parts)


# -- what was said of a step ---------------------------------------------------------------------------------------------------


def steps_tell_the_truth(run: ChainRun) -> Iterator[Violation]:
    """Nobody was changed and reported otherwise than changed or uncertain; nobody is called changed who was not; nothing crashed."""
    for step in run.steps:
        if step.result is not None:
            yield from _crashed(step)
        if step.name not in WRITING or step.result is None or run.ended is not None:
            continue
        yield from _told(step, WRITING[step.name])


def _crashed(step: StepRun) -> Iterator[Violation]:
    """A module that ends with an error nobody foresaw says so in these words, of itself or of the people concerned."""
    result = step.result or {}
    told = [result.get("msg"), *((o.get("error") or {}).get("message") for o in result.get("results") or ())]
    wrong = [str(text) for text in told if text and UNFORESEEN in str(text)]
    if wrong:
        trace = str(result.get("exception") or "").strip().splitlines()
        yield Violation("crash", step.name, wrong[0][:300], " | ".join(trace[-3:])[-400:])


def _told(step: StepRun, fields: tuple[str, ...]) -> Iterator[Violation]:
    results = {o["email"].lower(): o for o in (step.result or {}).get("results") or ()}
    for email in {**step.before, **step.after, **results}:
        before, after = _part(step.before.get(email), fields), _part(step.after.get(email), fields)
        said = results.get(email)
        if before != after:
            if said is None:
                yield Violation(f"changed, not told: {step.name}", email, "nothing", _differs(before, after))
            elif not said["changed"] and said["certain"]:
                yield Violation(f"changed, called unchanged: {step.name}", email, _said(said), _differs(before, after))
        elif said is not None and said["changed"] and said["certain"]:
            yield Violation(f"called changed, is not: {step.name}", email, _said(said), "nothing changed")


def _said(outcome: Row) -> str:
    error = outcome.get("error") or {}
    words = {name: outcome[name] for name in ("action", "changed", "certain", "failed")}
    text = f"{words}, {error.get('code')} {error.get('http_status')}: {error.get('message')}" if error else str(words)
    return text[:400]


# -- what was said in the end --------------------------------------------------------------------------------------------------


def report_tells_the_truth(
    run: ChainRun, rows: list[Row], options: Row, names: Callable[[str], Mapping[str, str]]
) -> Iterator[Violation]:
    """Whoever is reported ready is as declared; whoever was changed is reported so."""
    wanted = keyed(rows)
    for email, told in run.people.items():
        row = wanted.get(email)
        if row is None or told["outcome"] != "ready":
            continue
        lacks = list(lacking(row, run.after.get(email), options, names))
        if lacks:
            yield Violation("called ready, is not", email, str(told["message"] or "ready"), "; ".join(lacks))
    if run.ended is not None:
        return
    moved = {email: step.name for step in run.steps if step.name in WRITING for email in _moved(step)}
    for email, step in moved.items():
        told = run.people.get(email)
        if told is None or (not told["changes"] and told["certain"]):
            said = "nothing" if told is None else f"{told['outcome']}, no changes: {told['message']}"
            yield Violation("changed, report says no change", email, said[:300], f"changed in step {step}")


def _moved(step: StepRun) -> Iterator[str]:
    fields = WRITING[step.name]
    for email in {**step.before, **step.after}:
        if _part(step.before.get(email), fields) != _part(step.after.get(email), fields):
            yield email


def lacking(row: Row, known: Row | None, options: Row, names: Callable[[str], Mapping[str, str]]) -> Iterator[str]:
    """Yield what of a row is not so."""
    state = row.get("state", "present")
    if state == "absent":
        if known is not None:
            yield "is still there"
        return
    if known is None:
        yield "is not there"
        return
    if known["active"] != (state == "present"):
        yield f"active is {known['active']}"
    for word, index in (("first_name", 0), ("last_name", 1)):
        if row.get(word) and known["names"][index] != row[word]:
            yield f"{word} is {known['names'][index]!r}"
    if row.get("title") and known["title"] != row["title"]:
        yield f"title is {known['title']!r}"
    yield from _license_lacking(row, known, options["license"]["mode"] == "add_only")
    yield from _role_lacking(row, known, options["role"]["mode"] == "add_only")
    for word, value in (row.get("agent") or {}).items():
        yield from _setting_lacking(word, value, known, names)


def _license_lacking(row: Row, known: Row, only_added: bool) -> Iterator[str]:
    wanted, held = row.get("license"), set(known["licenses"])
    if wanted is None or held == (set() if wanted == "none" else {wanted}):
        return
    if only_added and (wanted == "none" or (wanted == "standard" and "premium" in held)):
        return
    if wanted == "premium" and "premium" in held:
        # Both at once: Premium counts (vendor's rule).
        return
    yield f"license {wanted} declared, holds {sorted(held)}"


def _role_lacking(row: Row, known: Row, only_added: bool) -> Iterator[str]:
    wanted, held = row.get("role"), set(known["roles"])
    if wanted == "supervisor" and roles.SUPERVISOR not in held:
        yield f"supervisor declared, has {sorted(held)}"
    elif wanted == "administrator" and not held & {roles.FULL_ADMIN}:
        yield f"administrator declared, has {sorted(held)}"
    elif wanted == "agent" and held and not only_added:
        yield f"agent declared, has {sorted(held)}"


def _setting_lacking(word: str, value: Any, known: Row, names: Callable[[str], Mapping[str, str]]) -> Iterator[str]:
    if word not in SETTING_OF:
        return
    field, entity = SETTING_OF[word]
    record = known["record"]
    if record is None:
        yield "has no record in the contact center"
        return
    found = record[field]
    if entity is not None:
        by_id = names(entity)
        found = sorted(by_id.get(i, i) for i in found) if isinstance(found, tuple) else by_id.get(found or "")
        value = sorted(value) if isinstance(value, list) else value
    if found != value:
        yield f"{word} is {found!r}"


# -- nothing beyond what was declared ------------------------------------------------------------------------------------------


def nothing_beyond(before: Truth, after: Truth, rows: list[Row], options: Row) -> Iterator[Violation]:
    """Bystanders are as they were; nobody came, went, got or lost what was not declared; nobody is there twice."""
    wanted = keyed(rows)
    for email in {**before, **after}:
        had, has, row = before.get(email), after.get(email), wanted.get(email)
        if had == has:
            continue
        if email.endswith("once more"):
            yield Violation("duplicate", email, "", _differs(had, has))
        elif row is None:
            if _without_record(had) != _without_record(has) or _settings(had) != _settings(has):
                yield Violation("bystander touched", email, "not declared", _differs(had, has))
        else:
            for text in _beyond(row, had, has, options):
                yield Violation("beyond what was declared", email, str(row), text)


def _without_record(known: Row | None) -> Row | None:
    return _part(known, IDENTITY)


def _settings(known: Row | None) -> Any:
    # A record comes and goes with the synchronization, which is no doing of the modules'.
    record = (known or {}).get("record")
    return {name: value for name, value in (record or {}).items() if value} or None


def _beyond(row: Row, had: Row | None, has: Row | None, options: Row) -> Iterator[str]:
    state = row.get("state", "present")
    if has is None:
        if state != "absent":
            yield "was deleted"
        return
    if had is None:
        if state != "present":
            yield f"was created, though {state}"
        had = {**has, "licenses": (), "others": (), "roles": (), "title": None, "active": True, "department": None}
    elif had["id"] != has["id"]:
        yield "is somebody else now"
    if had["active"] and not has["active"] and state != "disabled":
        yield "was disabled"
    if had["names"] != has["names"] and not row.get("first_name"):
        yield f"names changed to {has['names']}"
    if had["title"] != has["title"] and has["title"] != row.get("title"):
        yield f"title changed to {has['title']}"
    if had["department"] != has["department"] or had["others"] != has["others"]:
        yield f"another license or the department changed: {_differs(had, has)}"
    yield from _license_beyond(row, set(had["licenses"]), set(has["licenses"]), options["license"]["mode"])
    yield from _role_beyond(row, set(had["roles"]), set(has["roles"]), options["role"]["mode"])


def _license_beyond(row: Row, had: set[str], has: set[str], mode: str) -> Iterator[str]:
    wanted = row.get("license")
    allowed = {wanted} | ({"premium"} if row.get("role") == "supervisor" else set())
    if has - had - allowed:
        yield f"got {sorted(has - had)}"
    lost = had - has
    upgraded = lost == {"standard"} and "premium" in has and "premium" in allowed
    if lost and not upgraded and (mode == "add_only" or wanted is None or wanted in lost):
        yield f"lost {sorted(lost)}"


def _role_beyond(row: Row, had: set[str], has: set[str], mode: str) -> Iterator[str]:
    wanted = row.get("role")
    gained = {"supervisor": {roles.SUPERVISOR}, "administrator": {roles.FULL_ADMIN}}.get(wanted or "", set())
    if has - had - gained:
        yield f"got {sorted(has - had)}"
    # A word takes no administrator's role away; an agent is no supervisor.
    taken = {roles.SUPERVISOR} if wanted == "agent" and mode != "add_only" else set()
    if had - has - taken:
        yield f"lost {sorted(had - has)}"


# -- again ---------------------------------------------------------------------------------------------------------------------


def third_run_is_quiet(second: ChainRun, third: ChainRun) -> Iterator[Violation]:
    """A run that went well is followed by one that writes nothing; what fails again fails in the same way."""
    for run in (second, third):
        # Two minutes after the run before, searches show everybody.
        for email in sorted(set(run.asked_to_add) & set(run.before)):
            yield Violation("adds who is there", email, "sent to be added", "there before")
    bad = {email for email, told in second.people.items() if told["outcome"] in ("failed", "blocked", "waiting")}
    if third.writes and not bad and not second.stopped:
        yield Violation("third run writes", "", third.writes[0], f"{len(third.writes)} writes")
    for email, told in third.people.items():
        if told["changes"] and email not in bad:
            yield Violation("third run changes", email, str(told["changes"]), str(told["message"])[:200])
        if second.people.get(email, {}).get("outcome") == "ready" and told["outcome"] != "ready":
            yield Violation("ready no more", email, f"{told['outcome']}: {told['message']}"[:300], "was ready before")


def as_without_faults(third: ChainRun, twin: ChainRun) -> Iterator[Violation]:
    """After reruns everybody is where a chain without faults brings them; ``twin`` is one in a world of its own."""
    for email, told in twin.people.items():
        found = third.people.get(email)
        if told["outcome"] == "ready" and (found is None or found["outcome"] != "ready"):
            said = f"{found['outcome']}: {found['message']}" if found else f"stopped: {third.stopped}"
            yield Violation("does not converge", email, said[:300], "ready without faults")


def destructive(before: Truth, after: Truth, rows: list[Row], options: Row) -> Iterator[Violation]:
    """What must not happen even where a read lies consistently: somebody loses what nobody declared."""
    return nothing_beyond(before, after, rows, options)
