# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Those who are not ready, by what they need, and the few lines of them that a terminal shows. Pure. Private to this collection."""

from __future__ import annotations

import dataclasses
import typing as t

from ...module_utils._model import address_key
from .build import CHANGES
from .judge import BLOCKED, FAILED, NOT_REACHED, OUTCOMES, READY, WAITING

_ADDRESSES = 3


@dataclasses.dataclass(slots=True)
class Group:
    """People of one organization who need the same thing for the same reason."""

    outcome: str
    message: str
    action: str
    emails: list[str]


def groups(organization: t.Mapping[str, t.Any]) -> list[Group]:
    """Return those of an organization's people who are not ready, by what they need; the worst outcome first."""
    found: dict[tuple[str, str, str], Group] = {}
    for user in organization["users"]:
        if user["outcome"] == READY:
            continue
        message, action = _without_address(user)
        key = (user["outcome"], message[:1].upper() + message[1:], action)
        if key not in found:
            found[key] = Group(*key, emails=[])
        found[key].emails.append(user["email"])
    return sorted(found.values(), key=lambda group: (OUTCOMES.index(group.outcome), -len(group.emails)))


def _without_address(user: t.Mapping[str, t.Any]) -> tuple[str, str]:
    """Return message and action; one that names the person would put everybody into a group of one."""
    message, action = str(user["message"]), str(user["action"])
    for spelling in {user["email"], address_key(user["email"])} - {""}:
        message = message.replace(spelling, "this person")
        action = action.replace(spelling, "this person")
    return message, action


def count(number: int) -> str:
    """Return a number as people read it: 1,000."""
    return f"{number:,}"


def lines(report: t.Mapping[str, t.Any], at_most: int = 10) -> list[str]:
    """Return the few lines that an administrator wants to see in the terminal.

    One line per organization, then one per group of people who need the same thing, at most `at_most` of them.
    """
    out: list[str] = []
    for organization in report["organizations"]:
        out.append(_head(organization))
        found = groups(organization)
        aborted = organization["aborted"]
        if aborted:
            step, message = aborted.get("step") or "an unknown step", aborted.get("message") or "no reason given"
            out.append(f"  stopped at {step}: {message}")
            found = [group for group in found if not group.message.startswith(NOT_REACHED)]
        out.extend(_group_lines(found, at_most))
    return out


def _head(organization: t.Mapping[str, t.Any]) -> str:
    """Return who it is and how it stands: ``alpha: 3 people: 2 ready, 1 failed; created 2``."""
    summary = organization["summary"]
    label = organization["host"] or organization["name"] or organization["id"] or "organization"
    total = count(summary["total"])
    if organization["check"]:
        head = f"{label}: check, nothing written: {total} people"
    else:
        head = f"{label}: {total} {'person' if summary['total'] == 1 else 'people'}"
    outcomes = [f"{count(summary[name])} {name}" for name in (READY, WAITING, BLOCKED, FAILED) if summary[name]]
    changes = [f"{name} {count(summary[name])}" for name in CHANGES if summary[name]]
    return f"{head}: {', '.join(outcomes) or 'none'}{'; ' if changes else ''}{', '.join(changes)}"


def _group_lines(found: t.Sequence[Group], at_most: int) -> t.Iterator[str]:
    for group in found[:at_most]:
        yield f"  {group.outcome}: {_names(group.emails)}: {group.message}"
        if group.action:
            yield f"    to do: {group.action}"
    rest = sum(len(group.emails) for group in found[at_most:])
    if rest:
        yield f"  and {count(rest)} more: see the report"


def _names(emails: t.Sequence[str]) -> str:
    shown = ", ".join(emails[:_ADDRESSES])
    more = len(emails) - _ADDRESSES
    return shown if more <= 0 else f"{shown} and {count(more)} more"
