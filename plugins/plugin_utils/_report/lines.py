# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The few lines of a report that an administrator wants to see in the terminal. Pure. Private to this collection.

One mistake is told once with its advice: what several people need stands in one line, and what several organizations need in one line
for them all. The last lines repeat the essence, since they are what is still in sight when a run has ended.
"""

from __future__ import annotations

import typing as t

from ...module_utils._errors import one_line
from ...module_utils._listed import counted
from .build import CHANGES
from .groups import STOPPED, Group, grouped, label
from .mails import line_of
from .words import BLOCKED, FAILED, READY, WAITING, count, nameless, outcome_word, said, stopped_at, who

Organization = t.Mapping[str, t.Any]

#: How many lines of groups an organization may have: alone, and at most and at least among others.
_ALONE, _MOST, _LEAST = 10, 6, 2
#: How many lines of groups all organizations together may have.
_TOGETHER = 120
#: So many addresses, hosts and organizations are named; the rest is counted.
_ADDRESSES, _HOSTS, _WORST = 3, 20, 5
#: Above so many organizations, only those are named of which not everybody is ready, and of them so many.
_HEADS = 20


def lines(report: t.Mapping[str, t.Any], at_most: int | None = None) -> list[str]:
    """Return the lines, without the path of the report.

    :param at_most: how many lines each organization's groups may take; by default the fewer, the more organizations there are.
    """
    organizations = report["organizations"]
    number = len(organizations)
    if at_most is None:
        at_most = _ALONE if number == 1 else max(_LEAST, min(_MOST, _TOGETHER // max(number, 1)))
    found = grouped(organizations)
    if number == 1:
        (only,) = organizations
        return [*map(one_line, [*_bounded(found, at_most, only["check"]), *_mails(organizations)]), *essence(report)]
    out: list[str] = []
    for organization in _named(organizations):
        out.append(head(organization))
        own = [group for group in found if list(group.members) == [label(organization)]]
        out.extend(_bounded(own, at_most, organization["check"]))
    shared = [group for group in found if len(group.members) > 1]
    out.extend(_bounded(shared, 2 * _ALONE, report["check"]))
    return [*map(one_line, [*out, *_mails(organizations)]), *essence(report)]


def _mails(organizations: t.Sequence[Organization]) -> list[str]:
    line = line_of(organizations)
    return [f"  {line}"] if line else []


def essence(report: t.Mapping[str, t.Any]) -> list[str]:
    """Return what must be in sight at the end: the worst organizations where there are many, and one line over all."""
    organizations = report["organizations"]
    if len(organizations) == 1:
        return [head(organizations[0])]
    bad = [organization for organization in organizations if not _all_ready(organization)]
    out = []
    if len(organizations) > _WORST and bad:
        worst = sorted(bad, key=_badness, reverse=True)[:_WORST]
        out += [head(organization) for organization in worst]
        if len(bad) > len(worst):
            out.append(f"and {counted(len(bad) - len(worst), 'more organization', 'more organizations')} not all ready")
    summary = report["summary"]
    stopped = sum(bool(organization["stopped"]) for organization in organizations)
    line = f"{counted(len(organizations), 'organization', 'organizations')}: {_people(organizations, summary, report['check'])}"
    return [*out, f"{line}; {count(stopped)} stopped" if stopped else line]


def head(organization: Organization) -> str:
    """Return who it is and how it stands: ``alpha: 3 people: 2 ready, 1 failed; created 2``."""
    summary, check = organization["summary"], organization["check"]
    text = f"{label(organization)}: {_people([organization], summary, check)}"
    changes = [f"{_happened(name, check)} {count(summary[name])}" for name in CHANGES if summary[name]]
    if summary["uncertain"]:
        changes.append(f"in doubt {count(summary['uncertain'])}")
    if changes:
        text += f"; {', '.join(changes)}"
    stopped = organization["stopped"]
    return one_line(f"{text}; stopped at {stopped_at(stopped)}" if stopped else text)


def _happened(name: str, check: bool) -> str:
    if not check:
        return name
    return name if name == "unchanged" else f"would be {name}:"


def _people(organizations: t.Sequence[Organization], summary: t.Mapping[str, int], check: bool) -> str:
    """Return how many people there are and what became of them: ``3 people in 4 rows: 2 ready, 1 failed``."""
    rows = [row for organization in organizations for row in nameless(organization["users"])]
    places = sum(len(row["places"]) for row in rows)
    text = who(summary["total"] - len(rows), len(rows), summary["rows"] - places)
    if check:
        text = f"check run: {text}"
    outcomes = [
        f"{count(summary[name])} {outcome_word(name, check)}"
        for name in (READY, WAITING, BLOCKED, FAILED)
        if summary[name]
    ]
    return f"{text}: {', '.join(outcomes)}" if outcomes else text


def _all_ready(organization: Organization) -> bool:
    summary = organization["summary"]
    return not organization["stopped"] and summary[READY] == summary["total"]


def _badness(organization: Organization) -> tuple[bool, int, int, int]:
    summary = organization["summary"]
    return bool(organization["stopped"]), summary[FAILED], summary[BLOCKED], summary[WAITING]


def _named(organizations: t.Sequence[Organization]) -> list[Organization]:
    """Return the organizations that get lines of their own."""
    if len(organizations) <= _HEADS:
        return list(organizations)
    bad = [organization for organization in organizations if not _all_ready(organization)]
    return sorted(bad, key=_badness, reverse=True)[:_HEADS]


def _bounded(found: t.Sequence[Group], at_most: int, check: bool) -> list[str]:
    """Return the lines of as many groups as `at_most` lines hold, and how many are left to the report."""
    out: list[str] = []
    for number, group in enumerate(found):
        told = list(_group_lines(group, check))
        # The last line is kept for those who are left out, unless nobody is.
        last = number == len(found) - 1
        if out and len(out) + len(told) > at_most - (not last):
            rest = sum(len(other.emails) or len(other.members) for other in found[number:])
            out.append(f"  and {count(rest)} more: see the report")
            break
        out.extend(told)
    return out


def _group_lines(group: Group, check: bool) -> t.Iterator[str]:
    where = ""
    if len(group.members) > 1:
        where = (
            f"{counted(len(group.members), 'organization', 'organizations')} ({_listed(list(group.members), _HOSTS)}): "
        )
    names = f"{_listed(group.emails, _ADDRESSES)}: " if group.outcome != STOPPED else ""
    yield f"  {where}{outcome_word(group.outcome, check)}: {names}{said(group.message)}"
    if group.action:
        yield f"    to do: {group.action}"


def _listed(names: t.Sequence[str], at_most: int) -> str:
    shown = ", ".join(names[:at_most])
    more = len(names) - at_most
    return shown if more <= 0 else f"{shown} and {count(more)} more"
