# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``plan.md``: the plan for whoever approves it, on one page whatever its size. Pure. Private to this collection."""

from __future__ import annotations

import re
import typing as t

from .._listed import people as in_people
from .._run.plan_file import PENDING, PlanDocument
from .document import blocked_people
from .words import entry_words

#: At most so many lines, and characters of one; together less than a comment of a code host may hold.
LINES, _WIDTH = 60, 900
_REMOVALS, _CHANGES, _BLOCKED, _FINDINGS = 12, 16, 8, 4
_NAMED = 10
_CONTROL = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_MARKS = re.compile(r"([\\`*_\[\]<>|#])")

Person = t.Mapping[str, t.Any]


def page_of(plan: PlanDocument, path: str) -> str:
    """Return the page.

    :param path: of ``plan.json``, for whoever approves by file.
    """
    name = plan.organization.get("name") or plan.organization.get("id")
    summary = plan.summary
    lines = [
        f"# Plan for {_plain(name)}",
        "",
        f"- Organization: {_plain(name)} ({_code(plan.organization.get('id'))})",
        f"- Host: {_code(plan.host)}, run: {_code(plan.run)}, read at {plan.made}{', check mode' if plan.check_mode else ''}",
        f"- {_plain(summary['text'])}",
    ]
    if summary.get("refused_rows"):
        lines.append(f"- Refused rows: {summary['refused_rows']:,}, for which nothing is done")
    lines.append(f"- Digest: {_code(plan.digest)}")
    if plan.refusal is not None:
        lines += [
            "",
            "## This plan must not be carried out",
            "",
            _plain(f"{plan.refusal['message']} {plan.refusal['advice']}"),
        ]
    losing, others = _folded(plan.people)
    lines += _section("Removals", losing, _REMOVALS)
    lines += _section("Changes", others, _CHANGES)
    lines += _section("Blocked", _reasons(blocked_people(plan)), _BLOCKED)
    lines += _to_be_seen(plan)
    lines += _approving(plan, path)
    return "\n".join(line[:_WIDTH] for line in lines[:LINES]) + "\n"


def _folded(people: t.Iterable[Person]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return (removals, other changes): what changes, in words -> addresses. Somebody who loses something stands in the first alone."""
    losing: dict[str, list[str]] = {}
    others: dict[str, list[str]] = {}
    for person in people:
        pending = [(step, e) for step, e in person["steps"].items() if e["action"] in PENDING or e.get("manual")]
        if pending:
            words = [w for step, e in pending for w in _words(step, e)]
            kind = losing if any(e["removal"] for _step, e in pending) else others
            kind.setdefault(", ".join(words), []).append(person["email"])
    return losing, others


def _words(step: str, entry: t.Mapping[str, t.Any]) -> list[str]:
    """Return what is done for a person in a step, and what somebody must do by hand."""
    sent = entry_words(step, entry["action"], entry["before"], entry["after"]) if entry["action"] in PENDING else []
    manual = entry.get("manual")
    return [*sent, f"by hand: {manual['what'].rstrip('.')}"] if manual else sent


def _reasons(people: t.Iterable[Person]) -> dict[str, list[str]]:
    """Return who is blocked by reason, a person's own address taken out of the words so that equal ones meet."""
    found: dict[str, list[str]] = {}
    for person in people:
        text = f"{person['forecast']['message']} {person['forecast']['action']}".strip()
        found.setdefault(text.replace(person["email"], "the person"), []).append(person["email"])
    return found


def _section(title: str, groups: t.Mapping[str, t.Sequence[str]], most: int) -> list[str]:
    """Return a section with the biggest groups, each in one line; nothing where there are none."""
    if not groups:
        return []
    number = sum(map(len, groups.values()))
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    shown = ordered if len(ordered) <= most else ordered[: most - 1]
    lines = ["", f"## {title}: {in_people(number)}", ""]
    lines += [f"- {in_people(len(emails))}: {_plain(words)}{_names(emails)}" for words, emails in shown]
    rest = ordered[len(shown) :]
    if rest:
        lines.append(f"- and {in_people(sum(len(e) for _w, e in rest))} in {len(rest):,} more groups: see plan.csv")
    return lines


def _names(emails: t.Sequence[str]) -> str:
    more = f" and {len(emails) - _NAMED:,} more" if len(emails) > _NAMED else ""
    return f": {', '.join(map(_code, emails[:_NAMED]))}{more}"


def _to_be_seen(plan: PlanDocument) -> list[str]:
    told = [f"{finding.get('message')} {finding.get('action') or ''}".strip() for finding in plan.findings]
    if not told:
        return []
    rest = [f"- and {len(told) - _FINDINGS + 1:,} more: see plan.json"] if len(told) > _FINDINGS else []
    shown = told if not rest else told[: _FINDINGS - 1]
    return ["", "## To be looked at", "", *(f"- {_plain(text)}" for text in shown), *rest]


def _approving(plan: PlanDocument, path: str) -> list[str]:
    if plan.refusal is not None or not plan.steps:
        return []
    return [
        "",
        "## To approve",
        "",
        f"- As a whole: run again with {_code(f'-e onboard_plan_digest={plan.digest}')}. It goes on only if it would do exactly this.",
        f"- Person by person: run again with {_code(f'-e onboard_plan={path}')}. For whom things have changed since is left alone.",
    ]


def _plain(text: t.Any) -> str:
    """Return a text as one line in which nothing is markup."""
    return _MARKS.sub(r"\\\1", _CONTROL.sub(" ", str(text)).strip())


def _code(text: t.Any) -> str:
    return f"`{_CONTROL.sub(' ', str(text)).replace('`', '')}`"
